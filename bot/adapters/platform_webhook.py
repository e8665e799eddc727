"""The platform behind a webhook of the shop's own: signed JSON, as docs/orders.md describes it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import httpx

from bot.core.errors import PlatformError
from bot.core.memos import Memo
from bot.core.orders import Flag
from bot.core.ports import Clock

#: A memo is at most 1,000 bytes; whoever answers more is not what we think it is.
_MAX_ANSWER_BYTES = 65_536
#: Another try would end the same: the request is not understood, or there is no such order.
_LASTING = frozenset({400, 404, 405, 410, 413, 415, 422})


class PlatformWebhook:
    """Fulfils :class:`bot.core.ports_orders.Platform`. Use as an async context, from one event loop."""

    def __init__(self, url: str, secret: str, clock: Clock, timeout_seconds: float) -> None:
        self._url = url
        self._secret = secret.encode()
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        # No redirects: a signature is made for one address.
        self._client = httpx.AsyncClient(timeout=timeout_seconds, follow_redirects=False)

    async def __aenter__(self) -> PlatformWebhook:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def read_memo(self, order_no: str) -> Memo | None:
        """None when it answers 204: it cannot read."""
        status, answer = await self._post({"type": "memo.read", "order_no": order_no})
        return None if status == 204 else _memo(answer)

    async def write_memo(self, order_no: str, memo: Memo, row_id: int) -> None:
        flag = Flag.GREY if memo.flag is None else memo.flag
        body = {"type": "memo.write", "order_no": order_no, "memo": memo.text, "flag": int(flag)}
        await self._post(body, {"Idempotency-Key": str(row_id)})

    async def _post(self, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Status (2xx) and body of the answer. Raises PlatformError for everything else."""
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            # The client's own limit is for each read; a server that drips must end, too.
            async with asyncio.timeout(self._timeout_seconds):
                return await self._send(raw, {**self._signed(raw), **(headers or {})})
        except TimeoutError:
            raise PlatformError(f"no answer within {self._timeout_seconds:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Not its message: it may hold the address, which may hold a secret.
            raise PlatformError(f"cannot be reached: {type(error).__name__}") from error

    async def _send(self, raw: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        async with self._client.stream("POST", self._url, content=raw, headers=dict(headers)) as response:
            _refuse(response)
            answer = bytearray()
            async for block in response.aiter_bytes():
                answer += block
                if len(answer) > _MAX_ANSWER_BYTES:
                    raise PlatformError("its answer is too long")
            return response.status_code, bytes(answer)

    def _signed(self, raw: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock.now().timestamp()))
        return {
            "Content-Type": "application/json; charset=utf-8",
            "X-Xiaoer-Timestamp": timestamp,
            "X-Xiaoer-Signature": sign(self._secret, timestamp, raw),
        }


def sign(secret: bytes, timestamp: str, raw: bytes) -> str:
    """As for the order API: HMAC-SHA256 over the timestamp, a full stop and the raw body."""
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + raw, hashlib.sha256).hexdigest()


def _refuse(response: httpx.Response) -> None:
    status = response.status_code
    if 200 <= status < 300:
        return
    raise PlatformError(f"answered {status}", lasting=status in _LASTING, after_seconds=_retry_after(response))


def _retry_after(response: httpx.Response) -> float:
    """Seconds; a date or nonsense counts as none, our own schedule holds then."""
    told = response.headers.get("Retry-After", "").strip()
    return float(told) if told.isascii() and told.isdigit() and len(told) < 8 else 0.0


def _memo(answer: bytes) -> Memo:
    try:
        told = json.loads(answer)
        text, flag = told["memo"], told.get("flag")
        if not isinstance(text, str) or not (flag is None or (type(flag) is int and 0 <= flag <= max(Flag))):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PlatformError("its answer is no memo") from None
    return Memo(text, None if flag is None else Flag(flag))
