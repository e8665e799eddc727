from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.service.keep_orders import KeepOrders
from handlers.web.app import build_web
from handlers.web.shopify import ShopifyWebhook
from tests.fakes import FakeClock
from tests.handlers.web.order_client import OrderClient, order_client

DATA = Path(__file__).parents[2] / "data"
CREATED = (DATA / "shopify_orders_create.json").read_bytes()
FULFILLED = (DATA / "shopify_orders_fulfilled.json").read_bytes()
REFUND = (DATA / "shopify_refunds_create.json").read_bytes()


@pytest.fixture
def clock() -> FakeClock:
    clock = FakeClock()
    clock.advance(12 * 3600)
    return clock


def changed(body: bytes = CREATED, **facts: Any) -> bytes:
    return json.dumps({**json.loads(body), **facts}).encode()


async def test_a_new_order_becomes_ours_to_the_fen(api: OrderClient) -> None:
    answer = await api.shopify("orders/create", CREATED, "d-1")
    assert (answer.status_code, answer.json()["state"], answer.json()["order_no"]) == (200, "stored", "1071")
    order = await api.order("1071")
    assert (order["status"], order["source"], order["buyer_id"]) == ("unpaid", "shopify", "7104422985901")
    assert (order["goods_fen"], order["shipping_fen"], order["total_fen"]) == (36700, 1200, 37900)
    assert [(line["sku"], line["quantity"], line["price_fen"]) for line in order["lines"]] == [
        ("SY-TEE-HVY-BLK-XL", 2, 12900),
        ("8801122036909", 1, 12900),  # without a SKU the product's id stands in
    ]
    assert order["lines"][0]["name"]["zh"] == "朔源重磅纯棉T恤 - 黑色 / XL"
    assert order["discounts"] == [{"id": "platform", "name": {"zh": "AUTUMN20", "en": "AUTUMN20"}, "off_fen": 2000}]
    assert order["address"] == {
        "province": "广东",
        "region": "天河",
        "detail": "天河区体育西路189号 12栋302",
        "name": "芳 王",
        "phone": "+86 138 0000 1111",
    }
    assert order["courier"] == "中通快递"
    assert order["created_at"] == "2026-11-22T21:14:05+08:00"
    assert [note["content"] for note in order["notes"]] == ["麻烦周末送货"]


async def test_a_shipped_order_carries_its_parcel(api: OrderClient) -> None:
    await api.shopify("orders/create", CREATED, "d-1")
    assert (await api.shopify("orders/fulfilled", FULFILLED, "d-2")).json()["state"] == "stored"
    order = await api.order("1071")
    assert (order["status"], order["courier"], order["tracking_no"]) == ("shipped", "ZTO Express", "75312345678901")
    assert order["history"][-1]["at"] == "2026-11-23T09:30:00+08:00"
    assert order["flag"] == 1


async def test_a_state_first_heard_of_makes_the_order_with_it(api: OrderClient) -> None:
    assert (await api.shopify("orders/fulfilled", FULFILLED, "d-2")).json()["state"] == "stored"
    assert (await api.order("1071"))["status"] == "shipped"


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"financial_status": "pending"}, "unpaid"),
        ({"financial_status": "partially_paid"}, "unpaid"),
        ({"financial_status": "authorized"}, "paid"),
        ({"financial_status": "paid"}, "paid"),
        ({"financial_status": "paid", "fulfillment_status": "partial"}, "paid"),
        ({"financial_status": "partially_refunded"}, "paid"),
        ({"financial_status": "refunded"}, "refunded"),
        ({"financial_status": "voided"}, "closed"),
        ({"financial_status": "pending", "cancelled_at": "2026-11-23T09:00:00+08:00"}, "closed"),
        ({"financial_status": "refunded", "cancelled_at": "2026-11-23T09:00:00+08:00"}, "refunded"),
    ],
)
async def test_what_shopify_says_of_money_decides_the_status(
    api: OrderClient, facts: dict[str, Any], status: str
) -> None:
    await api.shopify("orders/updated", changed(updated_at="2026-11-23T10:00:00+08:00", **facts), "d-1")
    assert (await api.order("1071"))["status"] == status


async def test_an_order_whose_parcels_all_arrived_is_signed(api: OrderClient) -> None:
    parcel = {**json.loads(FULFILLED)["fulfillments"][0], "shipment_status": "delivered"}
    await api.shopify("orders/updated", changed(FULFILLED, fulfillments=[parcel]), "d-1")
    assert (await api.order("1071"))["status"] == "signed"
    await api.shopify(
        "orders/updated",
        changed(FULFILLED, name="#1072", fulfillments=[parcel, {**parcel, "shipment_status": "in_transit"}]),
        "d-2",
    )
    assert (await api.order("1072"))["status"] == "shipped"


async def test_an_edited_order_is_what_is_left_of_it(api: OrderClient) -> None:
    lines = json.loads(CREATED)["line_items"]
    lines[1]["current_quantity"] = 0
    await api.shopify("orders/edited", changed(line_items=lines, current_total_price="256.67"), "d-1")
    order = await api.order("1071")
    assert (len(order["lines"]), order["total_fen"]) == (1, 25667)


async def test_a_delivery_is_taken_once(api: OrderClient) -> None:
    paid = changed(financial_status="paid", updated_at="2026-11-22T22:00:00+08:00")
    states = [(await api.shopify("orders/paid", paid, "d-2")).json()["state"] for _ in range(3)]
    assert states == ["stored", "ignored", "ignored"]


async def test_an_older_state_that_comes_late_changes_nothing(api: OrderClient) -> None:
    await api.shopify("orders/fulfilled", FULFILLED, "d-2")
    assert (await api.shopify("orders/create", CREATED, "d-1")).json()["state"] == "ignored"
    assert (await api.order("1071"))["status"] == "shipped"


async def test_a_body_that_is_not_signed_is_refused(api: OrderClient) -> None:
    for signature in (b"", b"\xe9", b"AAAA"):
        headers = [(b"x-shopify-topic", b"orders/create"), (b"x-shopify-hmac-sha256", signature)]
        answer = await api.http.post("/api/v1/webhooks/shopify", content=CREATED, headers=headers)
        assert answer.status_code == 401
    assert (await api.get("/api/v1/orders/1071")).status_code == 404


async def test_another_topic_and_a_test_notification_are_acknowledged_without_effect(api: OrderClient) -> None:
    for topic, more in (("products/update", {}), ("orders/delete", {}), ("orders/create", {"X-Shopify-Test": "true"})):
        answer = await api.shopify(topic, CREATED, "d-1", **more)
        assert (answer.status_code, answer.json()["state"]) == (200, "ignored")
    assert (await api.get("/api/v1/orders/1071")).status_code == 404


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"total_price": "-1.00"}, "total_price"),
        ({"total_price": "1e9"}, "total_price"),
        ({"updated_at": "2026-11-22T21:14:06"}, "updated_at"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0].price"),
        ({"line_items": [{"quantity": 10**9, "price": "1.00"}]}, "line_items[0].quantity"),
        ({"line_items": "none"}, "line_items"),
        ({"currency": "USD"}, "CNY"),
        ({"name": "#10 71"}, "number"),
    ],
)
async def test_an_order_that_cannot_be_used_is_acknowledged_and_told(
    api: OrderClient, facts: dict[str, Any], reason: str
) -> None:
    answer = await api.shopify("orders/create", changed(**facts), "d-1")
    assert answer.status_code == 200
    assert answer.json()["state"] in ("refused", "ignored")
    assert reason in answer.json()["reason"]


async def test_nothing_personal_is_logged_of_an_order_that_cannot_be_used(
    api: OrderClient, caplog: pytest.LogCaptureFixture
) -> None:
    await api.shopify("orders/create", changed(total_price="much"), "d-1")
    assert "total_price" in caplog.text
    for private in ("138 0000", "体育西路", "fang@example.com"):
        assert private not in caplog.text


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 200_000])
async def test_a_signed_body_that_is_no_json_is_refused(api: OrderClient, body: bytes) -> None:
    assert (await api.shopify("orders/create", body, "d-1")).status_code == 422


@pytest.mark.parametrize("facts", [{"customer": None}, {"shipping_address": None, "fulfillments": None, "note": None}])
async def test_parts_may_be_missing(api: OrderClient, facts: dict[str, Any]) -> None:
    assert (await api.shopify("orders/create", changed(**facts), "d-1")).json()["state"] == "stored"


async def test_without_a_secret_the_webhook_says_what_to_set(order_store: SqliteStore, clock: FakeClock) -> None:
    app = build_web([ShopifyWebhook(KeepOrders(order_store, clock, "XE01"), None).router()])
    async with order_client(app, clock) as client:
        answer = await client.shopify("orders/create", CREATED, "d-1")
    assert answer.status_code == 503
    assert "XIAOER_SHOPIFY_SECRET" in answer.json()["reason"]


async def test_a_body_that_is_too_large_is_refused_by_its_announced_length(
    order_store: SqliteStore, clock: FakeClock
) -> None:
    hook = ShopifyWebhook(KeepOrders(order_store, clock, "XE01"), "x", max_body_bytes=100)
    async with order_client(build_web([hook.router()]), clock) as client:
        assert (await client.shopify("orders/create", CREATED, "d-1")).status_code == 413


async def test_a_refund_of_the_whole_sum_ends_the_order(api: OrderClient) -> None:
    await api.shopify("orders/fulfilled", FULFILLED, "d-1")
    states = [(await api.shopify("refunds/create", REFUND, "r-1")).json()["state"] for _ in range(2)]
    assert states == ["stored", "ignored"]
    assert (await api.order("1071"))["status"] == "refunded"


def refund(**facts: Any) -> bytes:
    return changed(REFUND, transactions=[{**json.loads(REFUND)["transactions"][0], **facts}])


@pytest.mark.parametrize(
    "facts",
    [{"amount": "378.99"}, {"status": "failure"}, {"kind": "void"}, {"currency": "USD"}, {"amount": ""}],
    ids=str,
)
async def test_a_part_or_a_refund_that_failed_changes_nothing(api: OrderClient, facts: dict[str, Any]) -> None:
    await api.shopify("orders/fulfilled", FULFILLED, "d-1")
    answer = await api.shopify("refunds/create", refund(**facts), "r-1")
    assert (answer.status_code, answer.json()["state"]) == (200, "ignored")
    assert (await api.order("1071"))["status"] == "shipped"


async def test_a_refund_of_an_order_nobody_knows_is_acknowledged(api: OrderClient) -> None:
    answer = await api.shopify("refunds/create", REFUND, "r-1")
    assert (answer.status_code, answer.json()["state"]) == (200, "ignored")
