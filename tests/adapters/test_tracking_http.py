"""The tracking service over HTTP: signed, read where the settings say, and never trusted further than that."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.tracking_http import HttpTracking, TrackingShape, at, parsed
from bot.core.ports_rounds import TrackingRefused
from tests.fakes import FakeClock
from tests.tracking_server import TrackingServer

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SHAPE = TrackingShape("", events="result.traces", state="result.state", states={"3": "delivered"})
TOLD = {
    "result": {
        "state": "3",
        "traces": [
            {"time": "2026-11-22 09:00:00", "context": "到达【杭州】", "location": "杭州"},
            {"time": "2026-11-23 08:12:00", "context": "已签收\u0007，收件人  本人", "location": None},
        ],
    }
}


@pytest.fixture
def server() -> Iterator[TrackingServer]:
    with TrackingServer({"/zto/77": TOLD}) as server:
        yield server


@asynccontextmanager
async def service(server: TrackingServer, *, wait: float = 4, **changes: Any) -> AsyncIterator[HttpTracking]:
    shape = replace(SHAPE, url=server.url + "/{courier}/{number}?t={timestamp}&s={sign}", couriers={"中通": "zto"})
    async with HttpTracking(replace(shape, **changes), "the key", ZONE, FakeClock(NOW), wait) as tracking:
        yield tracking


async def test_news_is_read_newest_first_in_the_shops_time(server: TrackingServer) -> None:
    async with service(server) as tracking:
        parcel = await tracking.look_up("77", "中通")
    assert parcel is not None
    assert (parcel.state, [e.words for e in parcel.events]) == ("delivered", ["已签收 ，收件人 本人", "到达【杭州】"])
    assert parcel.delivered_at == datetime(2026, 11, 23, 8, 12, tzinfo=ZONE)
    assert [e.place for e in parcel.events] == ["", "杭州"]


@pytest.mark.parametrize("signature", ["hmac_sha256", "md5"])
async def test_a_request_is_signed_and_the_key_is_not_in_it(server: TrackingServer, signature: str) -> None:
    async with service(server, signature=signature) as tracking:
        await tracking.look_up("77", "中通")
    path, headers = server.asked[0]
    stamp = str(int(NOW.timestamp()))
    made = {
        "hmac_sha256": hmac.new(b"the key", f"77{stamp}".encode(), hashlib.sha256).hexdigest(),
        "md5": hashlib.md5(f"77{stamp}the key".encode()).hexdigest(),
    }
    assert path == f"/zto/77?t={stamp}&s={made[signature]}"
    assert "the key" not in str(headers)


async def test_the_key_may_be_a_header(server: TrackingServer) -> None:
    async with service(server, key_header="X-Api-Key") as tracking:
        await tracking.look_up("77", "中通")
    assert server.asked[0][1]["X-Api-Key"] == "the key"


async def test_a_number_cannot_lead_elsewhere(server: TrackingServer) -> None:
    async with service(server) as tracking:
        assert await tracking.look_up("../77?x=1#{sign}", "中通") is None
    assert server.asked[0][0].startswith("/zto/..%2F77%3Fx%3D1%23%7Bsign%7D?")


async def test_a_parcel_that_it_does_not_know_is_none(server: TrackingServer) -> None:
    server.answers["/zto/78"] = {"result": {"traces": []}}
    server.answers["/zto/79"] = {"message": "no such parcel"}
    async with service(server) as tracking:
        assert [await tracking.look_up(number, "中通") for number in ("76", "78", "79")] == [None, None, None]


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (b"<html>", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        ({"result": {"traces": "none"}}, "no list"),
        ({"result": {"traces": [{"time": "soon", "context": "x"}]}}, "none of its events"),
        (b'"' + b"x" * 1_100_000 + b'"', "too long"),
    ],
)
async def test_nonsense_is_refused_with_a_sentence(server: TrackingServer, answer: Any, what: str) -> None:
    server.answers["/zto/77"] = answer
    async with service(server) as tracking:
        with pytest.raises(TrackingRefused, match=what):
            await tracking.look_up("77", "中通")


async def test_a_service_that_is_slow_broken_or_away_is_refused_and_its_address_not_told(
    server: TrackingServer,
) -> None:
    async with service(server, wait=0.2) as tracking:
        server.slow = 5
        with pytest.raises(TrackingRefused, match="no answer within"):
            await tracking.look_up("77", "中通")
    server.slow, server.status = 0, 500
    async with service(server) as tracking:
        with pytest.raises(TrackingRefused, match="answered 500"):
            await tracking.look_up("77", "中通")
    async with service(server, url="http://127.0.0.1:1/secret/{number}") as tracking:
        with pytest.raises(TrackingRefused, match="cannot be reached") as refused:
            await tracking.look_up("77", "中通")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-11-23T08:12:00+00:00", datetime(2026, 11, 23, 8, 12, tzinfo=UTC)),
        ("2026/11/23 08:12", datetime(2026, 11, 23, 0, 12, tzinfo=UTC)),
        (1795420800, datetime(2026, 11, 23, 8, tzinfo=UTC)),
        (1795420800000, datetime(2026, 11, 23, 8, tzinfo=UTC)),
    ],
)
def test_moments_are_read_as_services_write_them(told: Any, moment: datetime) -> None:
    import json

    parcel = parsed(json.dumps({"data": [{"time": told, "context": "x"}]}).encode(), "1", "", TrackingShape(""), ZONE)
    assert parcel is not None
    assert parcel.events[0].at == moment


def test_a_state_that_nobody_named_is_unknown_whatever_the_words_say() -> None:
    told = b'{"state": "weird", "data": [{"time": "2026-11-23 08:00:00", "context": "delivered"}]}'
    parcel = parsed(told, "1", "", TrackingShape(""), ZONE)
    assert parcel is not None
    assert parcel.state == "unknown"


def test_places_lead_inward_through_lists_and_mappings() -> None:
    assert at({"a": [{"b": 1}]}, "a.0.b") == 1
    assert (at({"a": []}, "a.0.b"), at(7, "a"), at({"a": 1}, "")) == (None, None, {"a": 1})
