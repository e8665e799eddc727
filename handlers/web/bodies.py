"""Reading a request's body without ever holding more than is allowed."""

from __future__ import annotations

from fastapi import Request


async def bounded_body(request: Request, max_bytes: int) -> bytes | None:
    """None when it is larger; a length that is announced too large is refused unread."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > max_bytes:
        return None
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > max_bytes:
            return None
    return bytes(held)
