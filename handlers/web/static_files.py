"""Our own scripts and styles: read once, known by what is in them, sent packed."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Final

from fastapi import Request, Response

STATIC: Final = Path(__file__).parent / "static"

_HEADERS: Final = {
    # Asked for again after so long; a page that was left open gets the new one at its next visit.
    "Cache-Control": "public, max-age=300",
    "X-Content-Type-Options": "nosniff",
    # Pages of other sites that isolate themselves may still hold the chat.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}


class StaticFile:
    def __init__(self, name: str, media_type: str) -> None:
        self._content = (STATIC / name).read_bytes()
        self._packed = gzip.compress(self._content, 9, mtime=0)
        self._media_type = media_type
        self._etag = f'"{hashlib.sha256(self._content).hexdigest()[:20]}"'

    async def __call__(self, request: Request) -> Response:
        headers = {**_HEADERS, "ETag": self._etag}
        if request.headers.get("if-none-match") == self._etag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            packed = {**headers, "Content-Encoding": "gzip"}
            return Response(self._packed, media_type=self._media_type, headers=packed)
        return Response(self._content, media_type=self._media_type, headers=headers)
