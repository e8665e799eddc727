"""A tracking service over HTTP: an address with the number in it, and JSON whose places the settings name."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal, cast, get_args
from urllib.parse import quote

import httpx

from bot.adapters.round_reports import STATE_OF
from bot.core.ports import Clock
from bot.core.ports_rounds import TrackingRefused
from bot.core.tracking import Parcel, ParcelState, TrackingEvent

_MAX_ANSWER_BYTES = 1_000_000
_MOST_EVENTS = 200
_MAX_WORDS = 500
_MOMENT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class TrackingShape:
    """Where things stand in the service's requests and answers; dots lead inward (``data.0.time``)."""

    #: With ``{number}``, ``{courier}``, ``{timestamp}`` and ``{sign}``.
    url: str
    #: What is signed, with the same names; by the key of the environment.
    signs: str = "{number}{timestamp}"
    signature: Literal["none", "hmac_sha256", "md5"] = "none"
    #: Header that carries the key itself; empty: none does.
    key_header: str = ""
    events: str = "data"
    time: str = "time"
    words: str = "context"
    place: str = "location"
    state: str = "state"
    #: The service's states -> ours.
    states: Mapping[str, str] = field(default_factory=dict)
    #: Courier as our orders name it -> as the service does.
    couriers: Mapping[str, str] = field(default_factory=dict)


class HttpTracking:
    """Fulfils :class:`bot.core.ports_rounds.Tracking`. Use as an async context, from one event loop."""

    def __init__(self, shape: TrackingShape, key: str, zone: tzinfo, clock: Clock, timeout_seconds: float = 4) -> None:
        self._shape = shape
        self._key = key
        self._zone = zone
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        # No redirects: they would carry the key, or a signature, elsewhere.
        self._client = httpx.AsyncClient(timeout=timeout_seconds, follow_redirects=False)

    async def __aenter__(self) -> HttpTracking:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def look_up(self, tracking_no: str, courier: str) -> Parcel | None:
        """None when it answers 404 or knows no event. Raises TrackingRefused."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                status, answer = await self._get(tracking_no, courier)
        except TimeoutError:
            raise TrackingRefused(f"no answer within {self._timeout_seconds:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Not its message: it may hold the address, and that the key.
            raise TrackingRefused(f"cannot be reached: {type(error).__name__}") from None
        if status == 404:
            return None
        if status != 200:
            raise TrackingRefused(f"answered {status}")
        return parsed(answer, tracking_no, courier, self._shape, self._zone)

    async def _get(self, tracking_no: str, courier: str) -> tuple[int, bytes]:
        headers = {self._shape.key_header: self._key} if self._shape.key_header else {}
        answer = bytearray()
        async with self._client.stream("GET", self._address(tracking_no, courier), headers=headers) as response:
            async for block in response.aiter_bytes():
                answer += block
                if len(answer) > _MAX_ANSWER_BYTES:
                    raise TrackingRefused("its answer is too long")
            return response.status_code, bytes(answer)

    def _address(self, tracking_no: str, courier: str) -> str:
        shape = self._shape
        told = {
            "number": tracking_no,
            "courier": shape.couriers.get(courier, courier),
            "timestamp": str(int(self._clock.now().timestamp())),
        }
        told["sign"] = signed(_filled(shape.signs, told), self._key, shape.signature)
        return _filled(shape.url, {name: quote(value, safe="") for name, value in told.items()})


def signed(text: str, key: str, signature: str) -> str:
    if signature == "hmac_sha256":
        return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
    if signature == "md5":
        # What some services ask for; it proves the key and protects nothing of ours.
        return hashlib.md5((text + key).encode(), usedforsecurity=False).hexdigest()
    return ""


def _filled(template: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), template)


def parsed(answer: bytes, tracking_no: str, courier: str, shape: TrackingShape, zone: tzinfo) -> Parcel | None:
    """What the service told; None where it tells of no event. Raises TrackingRefused for what is no such answer."""
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        raise TrackingRefused("its answer is no JSON") from None
    rows = at(told, shape.events)
    if rows is None:
        return None
    if not isinstance(rows, list):
        raise TrackingRefused("its events are no list; look at tracking.events")
    events = [event for row in rows[:_MOST_EVENTS] if (event := _event(row, shape, zone)) is not None]
    if rows and not events:
        raise TrackingRefused("none of its events can be read; look at tracking.time and tracking.words")
    if not events:
        return None
    events.sort(key=lambda event: event.at.astimezone(UTC), reverse=True)
    return Parcel(tracking_no, _state(at(told, shape.state), shape), tuple(events), courier)


def at(value: Any, path: str) -> Any:
    """What stands at ``data.0.time``; None where there is no such place."""
    for step in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _event(row: Any, shape: TrackingShape, zone: tzinfo) -> TrackingEvent | None:
    moment, words = _moment(at(row, shape.time), zone), at(row, shape.words)
    if moment is None or not isinstance(words, str) or not words.strip():
        return None
    place = at(row, shape.place) if shape.place else None
    return TrackingEvent(moment, _clean(words)[:_MAX_WORDS], _clean(place)[:100] if isinstance(place, str) else "")


def _clean(words: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())


def _moment(told: Any, zone: tzinfo) -> datetime | None:
    """A moment without offset is the shop's; whole numbers are seconds or milliseconds since 1970."""
    try:
        if isinstance(told, (int, float)) and not isinstance(told, bool):
            return datetime.fromtimestamp(told / 1000 if told > 10**11 else told, zone)
        moment = datetime.fromisoformat(str(told).strip().replace("/", "-"))
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _state(told: Any, shape: TrackingShape) -> ParcelState:
    """Only what the settings or the common names say; anything else is not known."""
    name = str(told).strip().casefold() if told is not None else ""
    meant = shape.states.get(str(told), STATE_OF.get(name, "unknown"))
    return cast(ParcelState, meant) if meant in get_args(ParcelState) else "unknown"
