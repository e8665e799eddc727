"""Is a request signed by whom it says: our own scheme, and the one Shopify and WooCommerce share.

Headers arrive decoded as latin-1 and are compared as bytes: comparing non-ASCII strings raises.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final

from bot.core.ports import Clock

KEY_HEADER: Final = "x-xiaoer-key"
TIMESTAMP_HEADER: Final = "x-xiaoer-timestamp"
SIGNATURE_HEADER: Final = "x-xiaoer-signature"

_TIMESTAMP: Final = re.compile(rb"[0-9]{1,12}")


class Denied(Exception):
    """The request is not from whom it says; the message may be shown to the caller."""


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """What ``X-Xiaoer-Signature`` must hold; ``body`` is empty for GET."""
    return "sha256=" + hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()


def signed_by_platform(given: str, secret: str, body: bytes) -> bool:
    """Whether ``given`` is the base64 HMAC-SHA256 of the body, as shop platforms sign their webhooks."""
    expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(_raw(given), expected)


class OwnSignature:
    """Key, timestamp and signature of our own API."""

    def __init__(self, key: str, secret: str, clock: Clock, tolerance_seconds: int = 300) -> None:
        if not key or not secret:
            raise ValueError("an API without key and secret would take orders from anybody")
        self._key = key.encode()
        self._secret = secret.encode()
        self._clock = clock
        self._tolerance_seconds = tolerance_seconds

    def check_headers(self, headers: Mapping[str, str]) -> None:
        """What can be told before any of the body is read. Raises Denied."""
        if not hmac.compare_digest(_raw(headers.get(KEY_HEADER, "")), self._key):
            raise Denied("X-Xiaoer-Key is missing or unknown")
        timestamp = _raw(headers.get(TIMESTAMP_HEADER, ""))
        if not _TIMESTAMP.fullmatch(timestamp):
            raise Denied("X-Xiaoer-Timestamp must be whole seconds since 1970-01-01 UTC")
        if abs(self._clock.now().timestamp() - int(timestamp)) > self._tolerance_seconds:
            raise Denied(f"X-Xiaoer-Timestamp is more than {self._tolerance_seconds} s away from the time here")

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises Denied. The very bytes of the timestamp header are signed, so a leading zero is no second spelling."""
        self.check_headers(headers)
        signed = _raw(headers[TIMESTAMP_HEADER]) + b"." + body
        expected = b"sha256=" + hmac.new(self._secret, signed, hashlib.sha256).hexdigest().encode()
        if not hmac.compare_digest(_raw(headers.get(SIGNATURE_HEADER, "")).lower(), expected):
            raise Denied("X-Xiaoer-Signature does not fit the timestamp, the body and the secret")


def _raw(header: str) -> bytes:
    # Test clients and proxies may hand over more than latin-1; such a header fits no signature anyway.
    return header.encode("latin-1", "replace")
