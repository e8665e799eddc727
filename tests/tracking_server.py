"""A tracking service: a small HTTP server that answers what it is told to, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass
class TrackingServer:
    """``answers``: path without query -> what is answered, JSON or raw bytes; a path it does not have is a 404."""

    answers: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    #: Seconds before it answers.
    slow: float = 0
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __enter__(self) -> TrackingServer:
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
        return f"http://127.0.0.1:{self._server.server_address[1]}"


def _handler(server: TrackingServer, stop: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, dict(self.headers)))
            stop.wait(server.slow)
            known = server.answers.get(self.path.partition("?")[0])
            body = known if isinstance(known, bytes) else json.dumps(known).encode()
            self.send_response(404 if known is None else server.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    return Handler
