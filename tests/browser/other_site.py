"""A site that is not ours, with the chat in its page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def other_site(base: str, port: int) -> Iterator[str]:
    """Its address; ``base`` is where the shop and its widget are. ``?user=`` names who is signed in there."""
    body = '<!doctype html><html lang="zh"><title>x</title><link rel="icon" href="data:,">'
    body += f'<script src="{base}/widget.js" data-user="USER" async></script><p>goods</p>'

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            user = self.path.partition("user=")[2].partition("&")[0]
            self.wfile.write(body.replace("USER", user).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
