from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import httpx
import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.errors import StoreError
from bot.core.order_events import OrderEvent
from bot.core.ports_orders import EventResult, IdempotencyKey
from bot.service.keep_orders import KeepOrders
from handlers.web.app import build_web
from handlers.web.orders_api import OrdersApi
from tests.fakes import FakeClock
from tests.handlers.web.order_client import OrderClient, event, order_client, order_web

LINE = {"sku": "SY-1", "name": "T恤", "quantity": 1, "price_fen": 100}


# --- who may ---


async def test_without_a_key_in_the_environment_the_api_says_why_it_is_off(
    order_store: SqliteStore, clock: FakeClock
) -> None:
    app = build_web([OrdersApi(KeepOrders(order_store, clock, "XE01"), clock, None).router()])
    async with order_client(app, clock) as client:
        for answer in (await client.events(event()), await client.get("/api/v1/orders")):
            assert answer.status_code == 503
            assert "XIAOER_API_KEY" in answer.json()["error"]


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"X-Xiaoer-Key": "other"}, "X-Xiaoer-Key"),
        ({"X-Xiaoer-Key": b"sch\xfcssel"}, "X-Xiaoer-Key"),
        ({"X-Xiaoer-Timestamp": "yesterday"}, "X-Xiaoer-Timestamp"),
        ({"X-Xiaoer-Signature": "sha256=" + "0" * 64}, "X-Xiaoer-Signature"),
        ({"X-Xiaoer-Signature": b"\xff\xfe"}, "X-Xiaoer-Signature"),
    ],
)
async def test_a_request_that_is_not_signed_right_is_refused_and_told_which_header(
    api: OrderClient, headers: dict[str, Any], error: str
) -> None:
    answer = await api.post("/api/v1/events", event(), headers=headers)
    assert answer.status_code == 401
    assert error in answer.json()["error"]
    assert (await api.get("/api/v1/orders/A-1001")).status_code == 404


async def test_a_signature_for_another_body_is_refused(api: OrderClient) -> None:
    body = json.dumps(event()).encode()
    answer = await api.http.post("/api/v1/events", content=body, headers=api.headers(body + b" "))
    assert answer.status_code == 401


@pytest.mark.parametrize(("age", "status"), [(299, 200), (301, 401), (-299, 200), (-301, 401)])
async def test_a_request_is_good_for_five_minutes(api: OrderClient, age: float, status: int) -> None:
    body = json.dumps(event()).encode()
    answer = await api.http.post("/api/v1/events", content=body, headers=api.headers(body, age_seconds=age))
    assert answer.status_code == status


async def test_reading_is_signed_too(api: OrderClient) -> None:
    for path in ("/api/v1/orders", "/api/v1/orders/A-1001"):
        assert (await api.http.get(path)).status_code == 401


async def test_nothing_of_a_strangers_body_is_read(order_store: SqliteStore, clock: FakeClock) -> None:
    read = 0

    async def endless() -> Any:
        nonlocal read
        while read < 1000:
            read += 1
            yield b" " * 1000

    async with order_client(order_web(order_store, clock), clock) as client:
        answer = await client.http.post("/api/v1/events", content=endless())
    assert (answer.status_code, read) == (401, 0)


# --- events ---


async def test_an_order_is_kept_as_it_was_reported(api: OrderClient) -> None:
    told = event(
        shipping_fen=500,
        address={"province": "浙江", "region": "杭州", "detail": "文三路1号", "name": "王芳", "phone": "13800001111"},
        note="尽快发货",
        buyer_id="tb_77",
        flag=2,
    )
    answer = await api.events(told)
    assert (answer.status_code, answer.json()) == (200, {"stored": 1, "ignored": [], "refused": [], "error": None})
    order = await api.order("A-1001")
    assert (order["status"], order["goods_fen"], order["total_fen"], order["flag"]) == ("unpaid", 25800, 26300, 2)
    assert order["address"]["phone"] == "13800001111"
    assert order["lines"][0]["name"] == {"zh": "重磅纯棉T恤", "en": ""}
    assert [note["content"] for note in order["notes"]] == ["尽快发货"]
    assert order["source"] == "api"


async def test_an_order_goes_its_way_event_by_event(api: OrderClient) -> None:
    await api.events(event())
    for minute, kind in enumerate(("paid", "shipped", "signed", "confirmed"), start=1):
        answer = await api.events(event(kind=kind, at=f"2026-11-23T09:5{minute}:00Z"))
        assert answer.json()["stored"] == 1
    order = await api.order("A-1001")
    assert order["status"] == "confirmed"
    assert [step["status"] for step in order["history"]] == ["paid", "shipped", "signed", "confirmed"]
    assert {step["source"] for step in order["history"]} == {"api"}
    assert order["flag"] == 1


async def test_an_older_event_is_told_as_ignored(api: OrderClient) -> None:
    await api.events([event(), event(kind="changed", at="2026-11-23T09:00:00Z", courier="ZTO")])
    (ignored,) = (await api.events(event(kind="changed", at="2026-11-23T08:00:00Z", courier="SF"))).json()["ignored"]
    assert ignored["index"] == 0
    assert ignored["order_no"] == "A-1001"


async def test_an_event_ahead_of_our_clock_counts_as_now(api: OrderClient, clock: FakeClock) -> None:
    await api.events(event(at="2099-01-01T00:00:00Z", paid_at="2099-01-01T00:00:00Z"))
    clock.advance(60)
    later = event(kind="changed", at="2026-11-23T10:00:30Z", courier="ZTO")
    assert (await api.events(later)).json()["stored"] == 1


async def test_one_bad_row_is_named_and_the_others_are_stored(api: OrderClient) -> None:
    rows = [event(f"A-{n}") for n in range(1, 8)]
    rows[3]["order"]["lines"][0]["price_fen"] = "12.90"
    answer = await api.events(rows)
    assert answer.status_code == 207
    told = answer.json()
    assert told["stored"] == 6
    (refused,) = told["refused"]
    assert (refused["index"], refused["order_no"]) == (3, "A-4")
    assert refused["fields"] == ["order.lines[0].price_fen"]
    assert "whole number" in refused["reason"]
    assert (await api.get("/api/v1/orders/A-4")).status_code == 404


async def test_a_row_that_the_orders_rules_refuse_is_named_too(api: OrderClient) -> None:
    answer = await api.events([event("A-1"), event("A-2", "paid")])
    assert answer.status_code == 207
    (refused,) = answer.json()["refused"]
    assert (refused["index"], refused["order_no"], refused["fields"]) == (1, "A-2", ["order.lines"])


async def test_when_nothing_could_be_taken_the_whole_is_refused(api: OrderClient) -> None:
    answer = await api.events(event(kind="paid"))
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert answer.json()["refused"][0]["index"] == 0


BAD: list[tuple[dict[str, Any], str]] = [
    ({"event": "exploded"}, "event"),
    ({"order_no": ""}, "order_no"),
    ({"order_no": "a b"}, "order_no"),
    ({"order_no": "x" * 65}, "order_no"),
    ({"order_no": 1001}, "order_no"),
    ({"at": "2026-11-23T10:00:00"}, "at"),
    ({"at": "2026-11-23"}, "at"),
    ({"at": 1795428000}, "at"),
    ({"at": "2026-02-30T10:00:00Z"}, "at"),
    ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
    ({"at": "9999-12-31T23:59:59-14:00"}, "at"),
    ({"colour": "red"}, "colour"),
    ({"order": {"lines": []}}, "order.lines"),
    ({"order": {"lines": [{**LINE, "quantity": 0}]}}, "order.lines[0].quantity"),
    ({"order": {"lines": [{**LINE, "quantity": 10**30}]}}, "order.lines[0].quantity"),
    ({"order": {"lines": [{**LINE, "quantity": True}]}}, "order.lines[0].quantity"),
    ({"order": {"lines": [{**LINE, "price_fen": -1}]}}, "order.lines[0].price_fen"),
    ({"order": {"lines": [{**LINE, "price_fen": 12.5}]}}, "order.lines[0].price_fen"),
    ({"order": {"lines": [{**LINE, "sku": "  "}]}}, "order.lines[0].sku"),
    ({"order": {"lines": [{**LINE, "sku": "a\u0000b"}]}}, "order.lines[0].sku"),
    ({"order": {"lines": [{**LINE, "name": ""}]}}, "order.lines[0].name"),
    ({"order": {"lines": [{**LINE, "name": {"fr": "t-shirt"}}]}}, "order.lines[0].name.fr"),
    ({"order": {"lines": [LINE] * 501}}, "order.lines"),
    ({"order": {"goods_fen": "129.00"}}, "order.goods_fen"),
    ({"order": {"flag": 6}}, "order.flag"),
    ({"order": {"pay_url": "javascript:alert(1)"}}, "order.pay_url"),
    ({"order": {"address": {"phone": "<script>"}}}, "order.address.phone"),
    ({"order": {"note": "n" * 501}}, "order.note"),
    ({"order": {"paid_at": "2026-11-23 10:00"}}, "order.paid_at"),
]


@pytest.mark.parametrize(("change", "field"), BAD, ids=[f"{field}-{i}" for i, (_, field) in enumerate(BAD)])
async def test_a_field_that_cannot_be_understood_is_named(api: OrderClient, change: dict[str, Any], field: str) -> None:
    answer = await api.events({**event(), **change})
    assert answer.status_code == 422
    assert answer.json()["refused"][0]["fields"] == [field]


@pytest.mark.parametrize(
    ("body", "field", "what"),
    [
        (b'{"event":"paid","event":"created","order_no":"A","at":"2026-11-23T10:00:00Z"}', "event", "twice"),
        (b'{"event":"paid","order_no":"A","at":"2026-11-23T10:00:00Z","order":{"goods_fen":NaN}}',
         "order.goods_fen", "NaN"),
        (b'{"event":"paid","order_no":"A","at":"2026-11-23T10:00:00Z","order":{"goods_fen":' + b"9" * 5000 + b"}}",
         "order.goods_fen", "19 digits"),
        (b'{"event":"paid","order_no":"A","at":"2026-11-23T10:00:00Z","order":{"note":"\\ud800"}}',
         "order.note", "surrogate"),
        (b'{"event":"paid","order_no":"A","at":"2026-11-23T10:00:00Z","order":{"\\ud800":1}}',
         "order", "half a character"),
        (b'{"event":"paid","order_no":"A","at":"2026-11-23T10:00:00Z","order":1e999}', "order", "object"),
    ],
)  # fmt: skip
async def test_tricks_of_the_format_are_refused_by_field(api: OrderClient, body: bytes, field: str, what: str) -> None:
    answer = await api.events(body)
    assert answer.status_code == 422
    (refused,) = answer.json()["refused"]
    assert refused["fields"] == [field]
    assert what in refused["reason"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"not json", 422),
        (b"\xff", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'"created"', 422),
        (b"[1, null, []]", 422),
        (b"[" * 300, 422),
        (b"[" * 100_000, 422),
        (b"[" + b",".join([b"{}"] * 1001) + b"]", 413),
    ],
)
async def test_a_body_that_is_no_event_at_all_is_refused(api: OrderClient, body: bytes, status: int) -> None:
    answer = await api.events(body)
    assert answer.status_code == status
    assert answer.json()["error"]


async def test_a_body_that_is_too_large_is_refused(order_store: SqliteStore, clock: FakeClock) -> None:
    async with order_client(order_web(order_store, clock, max_body_bytes=1000), clock) as client:
        assert (await client.events(b" " * 1001)).status_code == 413

        async def in_parts() -> Any:
            for _ in range(20):
                yield b" " * 100

        body = b" " * 2000
        answer = await client.http.post("/api/v1/events", content=in_parts(), headers=client.headers(body))
        assert answer.status_code == 413


async def test_a_body_beyond_what_the_server_reads_at_all_is_refused(api: OrderClient) -> None:
    assert (await api.events(b" " * 5_000_001)).status_code == 413


async def test_a_thousand_events_at_once_are_stored(api: OrderClient) -> None:
    answer = await api.events([event(f"B-{n:04}") for n in range(1000)])
    assert answer.json()["stored"] == 1000


# --- once ---


async def test_fifty_parallel_posts_make_one_order_and_one_answer(api: OrderClient, order_store: SqliteStore) -> None:
    told = [event(), event("A-1002", "paid"), event(kind="changed", courier="ZTO")]
    answers = await asyncio.gather(*(api.events(told, key="one") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {207}
    assert len({answer.text for answer in answers}) == 1
    order = await order_store.order("A-1001")
    assert order is not None
    assert order.version == 2
    assert (await api.get("/api/v1/orders/A-1002")).status_code == 404


async def test_the_same_key_with_another_body_is_refused(api: OrderClient) -> None:
    await api.events(event(), key="one")
    answer = await api.events(event("A-1002"), key="one")
    assert answer.status_code == 409
    assert (await api.get("/api/v1/orders/A-1002")).status_code == 404


async def test_another_key_with_the_same_body_changes_nothing(api: OrderClient) -> None:
    await api.events(event(), key="one")
    answer = await api.events(event(), key="two")
    assert (answer.status_code, answer.json()["stored"]) == (200, 0)


async def test_without_a_key_a_replay_gets_the_first_answer(api: OrderClient) -> None:
    first = await api.events(event())
    assert (await api.events(event())).text == first.text


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", b"\xff"])
async def test_an_idempotency_key_is_visible_ascii(api: OrderClient, key: Any) -> None:
    answer = await api.post("/api/v1/events", event(), headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["error"]


# --- asking ---


async def test_orders_are_found_by_status_and_moment_a_page_at_a_time(api: OrderClient, clock: FakeClock) -> None:
    await api.events([event(f"B-{n:03}") for n in range(150)])
    clock.advance(60)
    await api.events([event("B-007", "paid"), event("B-120", "paid")])
    first = (await api.get("/api/v1/orders")).json()
    rest = (await api.get("/api/v1/orders", page=first["next"])).json()
    assert [len(first["orders"]), len(rest["orders"]), rest["next"]] == [100, 50, ""]
    paid = (await api.get("/api/v1/orders", status="paid")).json()["orders"]
    assert [order["order_no"] for order in paid] == ["B-007", "B-120"]
    late = (await api.get("/api/v1/orders", since="2026-11-23T18:00:30+08:00")).json()["orders"]
    assert [order["order_no"] for order in late] == ["B-007", "B-120"]


async def test_lists_show_no_whole_address(api: OrderClient) -> None:
    await api.events(event(address={"name": "王芳", "phone": "13800001111", "detail": "文三路123号4幢"}))
    text = (await api.get("/api/v1/orders")).text
    assert "13800001111" not in text
    assert "王芳" not in text
    assert "4幢" not in text


@pytest.mark.parametrize(
    ("query", "field"),
    [({"status": "lost"}, "status"), ({"since": "today"}, "since"), ({"page": "x" * 201}, "page"), ({"q": "1"}, "q")],
)
async def test_a_query_that_cannot_be_understood_is_refused(
    api: OrderClient, query: dict[str, str], field: str
) -> None:
    answer = await api.get("/api/v1/orders", **query)
    assert answer.status_code == 422
    assert answer.json()["fields"] == [field]


@pytest.mark.parametrize("order_no", ["A-9", "' OR 1=1 --", "%00", "x" * 5000, "单号"])
async def test_an_order_nobody_knows_is_not_found(api: OrderClient, order_no: str) -> None:
    assert (await api.get(f"/api/v1/orders/{order_no}")).status_code == 404


# --- notes ---

NOTE = {"content": "ship by post", "staff_id": "HL02", "handling": "told the warehouse", "flag": 1}


async def test_a_note_is_added_once_a_key(api: OrderClient) -> None:
    await api.events(event())
    for _ in range(3):
        answer = await api.post("/api/v1/orders/A-1001/notes", NOTE, key="note-1")
        assert answer.status_code == 200
    (note,) = answer.json()["notes"]
    assert (note["content"], note["staff_id"], note["flag"]) == ("ship by post", "HL02", 1)
    again = await api.post("/api/v1/orders/A-1001/notes", {**NOTE, "content": "by air"}, key="note-1")
    assert again.status_code == 409


async def test_a_note_on_no_order_is_told(api: OrderClient) -> None:
    assert (await api.post("/api/v1/orders/A-9/notes", NOTE)).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"content": " "}, "content"),
        ({"content": "x" * 501}, "content"),
        ({"staff_id": "Hui Lan"}, "staff_id"),
        ({"flag": 9}, "flag"),
        ({"at": "now"}, "at"),
        ({"more": 1}, "more"),
    ],
)
async def test_a_note_that_cannot_be_understood_is_refused(
    api: OrderClient, change: dict[str, Any], field: str
) -> None:
    await api.events(event())
    answer = await api.post("/api/v1/orders/A-1001/notes", {**NOTE, **change})
    assert answer.status_code == 422
    assert answer.json()["fields"] == [field]


# --- what else ---


class Away(SqliteStore):
    async def take_order_events(self, *_: object, **__: object) -> list[EventResult]:
        raise StoreError


async def test_a_database_that_is_away_is_told_and_nothing_personal_is_logged(
    tmp_path: Any, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with order_client(order_web(Away(tmp_path / "x.db"), clock), clock) as client:
        answer = await client.events(event(address={"phone": "13800001111"}))
    assert answer.status_code == 503
    assert "13800001111" not in caplog.text
    assert "order API: StoreError" in caplog.text


async def test_nothing_of_an_order_is_logged(api: OrderClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await api.events(event(address={"phone": "13800001111", "name": "王芳"}))
    await api.events(event(address={"phone": "13800001111x"}))
    await api.order("A-1001")
    assert "13800001111" not in caplog.text
    assert "王芳" not in caplog.text


async def test_answers_are_not_kept_by_anybody_on_the_way(api: OrderClient) -> None:
    await api.events(event())
    answer: httpx.Response = await api.get("/api/v1/orders/A-1001")
    assert answer.headers["cache-control"] == "no-store"


class Counting(SqliteStore):
    """Remembers what it was asked to take."""

    taken: list[tuple[tuple[OrderEvent, ...], IdempotencyKey | None]]

    async def take_order_events(
        self, events: Any, bot_staff_id: str, at: Any, key: Any = None, red_flag: Any = None
    ) -> list[EventResult]:
        self.taken = [*getattr(self, "taken", []), (tuple(events), key)]
        return [EventResult(told.order_no, "stored") for told in events]


async def test_a_key_counts_for_its_path_only(tmp_path: Any, clock: FakeClock) -> None:
    store = Counting(tmp_path / "x.db")
    async with order_client(order_web(store, clock), clock) as client:
        await client.events(event(), key="one")
    ((_, key),) = store.taken
    assert key is not None
    assert key.key == "/api/v1/events key one"
    assert len(key.body_hash) == 64
