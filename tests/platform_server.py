"""A shop's own bridge to its platform: a small HTTP server that checks signatures, keeps memos and can fail."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

SECRET = "known to both of us"


@dataclass(frozen=True)
class Call:
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass
class PlatformServer:
    """``memos``: order number -> (memo, flag); ``failures``: what becomes of the next calls, then all is well.

    A failure is a status, ``cut`` (no answer after the request is in), or ``drip`` (an answer that never ends).
    """

    memos: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    failures: list[int | str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    retry_after: str = ""
    #: False: it answers 204 to a read.
    reads: bool = True
    #: Raw answer to a read instead of a memo.
    nonsense: bytes | None = None

    def __enter__(self) -> PlatformServer:
        self._stop = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, self._stop))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/notes"

    @property
    def writes(self) -> list[Call]:
        return [call for call in self.calls if call.body["type"] == "memo.write"]


def _handler(server: PlatformServer, stop: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            if not _signed(self.headers.get("X-Xiaoer-Timestamp", ""), raw, self.headers["X-Xiaoer-Signature"]):
                self._answer(401)
                return
            body = json.loads(raw)
            server.calls.append(Call(body, dict(self.headers)))
            failure = server.failures.pop(0) if server.failures else None
            if failure == "cut":
                self.close_connection = True
            elif failure == "drip":
                self._drip()
            elif isinstance(failure, int):
                self._answer(failure)
            elif body["type"] == "memo.read":
                self._read(body["order_no"])
            else:
                server.memos[body["order_no"]] = (body["memo"], body["flag"])
                self._answer(200, b"{}")

        def _read(self, order_no: str) -> None:
            if not server.reads:
                self._answer(204)
                return
            memo, flag = server.memos.get(order_no, ("", None))
            known = json.dumps({"memo": memo, "flag": flag}).encode()
            self._answer(200, known if server.nonsense is None else server.nonsense)

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            if server.retry_after:
                self.send_header("Retry-After", server.retry_after)
            if status == 302:
                self.send_header("Location", server.url)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _drip(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            while not stop.is_set():
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.02)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def _signed(timestamp: str, raw: bytes, signature: str) -> bool:
    """Written anew and not taken from the product: both must agree with the docs."""
    mac = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + raw, hashlib.sha256).hexdigest()
    return signature == f"sha256={mac}"
