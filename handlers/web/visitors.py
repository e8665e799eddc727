"""Who a visitor of the page is: a random id, and a token that proves it. No account, no cookie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from typing import Final

CHANNEL: Final = "web"

_ID_BYTES: Final = 16
_TOKEN: Final = re.compile(r"([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})")


class Visitors:
    """The token authorises everything of its visitor's conversation and nothing else."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("a short secret would let anybody make tokens")
        self._secret = secret

    def new(self) -> tuple[str, str]:
        """A fresh visitor's id and token."""
        visitor = _text(secrets.token_bytes(_ID_BYTES))
        return visitor, f"{visitor}.{self._proof(visitor)}"

    def of(self, token: object) -> str | None:
        """Whose token it is; None when nobody's."""
        found = _TOKEN.fullmatch(token) if isinstance(token, str) else None
        if found is None or not hmac.compare_digest(found[2], self._proof(found[1])):
            return None
        return found[1]

    def _proof(self, visitor: str) -> str:
        return _text(hmac.new(self._secret, b"visitor:" + visitor.encode(), hashlib.sha256).digest())


def conversation_of(visitor: str) -> str:
    return f"{CHANNEL}:{visitor}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
