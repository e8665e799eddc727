from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.service.keep_orders import KeepOrders
from handlers.web.app import build_web
from handlers.web.woocommerce import WooCommerceWebhook
from tests.fakes import FakeClock
from tests.handlers.web.order_client import OrderClient, order_client

DATA = Path(__file__).parents[2] / "data"
CREATED = (DATA / "woocommerce_order_created.json").read_bytes()
COMPLETED = (DATA / "woocommerce_order_completed.json").read_bytes()


@pytest.fixture
def clock() -> FakeClock:
    clock = FakeClock()
    clock.advance(12 * 3600)
    return clock


def changed(body: bytes = CREATED, **facts: Any) -> bytes:
    return json.dumps({**json.loads(body), **facts}).encode()


async def test_a_new_order_becomes_ours_to_the_fen(api: OrderClient) -> None:
    answer = await api.woo("order.created", CREATED, "36e5")
    assert (answer.status_code, answer.json()["state"], answer.json()["order_no"]) == (200, "stored", "4750")
    order = await api.order("4750")
    assert (order["status"], order["source"], order["buyer_id"]) == ("unpaid", "woocommerce", "26")
    assert (order["goods_fen"], order["shipping_fen"], order["total_fen"]) == (30800, 800, 31600)
    (line,) = order["lines"]
    assert (line["sku"], line["quantity"], line["price_fen"]) == ("SY-POLO-PIQ-NVY-L", 2, 15900)
    assert order["discounts"][0]["off_fen"] == 1000
    assert order["address"] == {
        "province": "浙江",
        "region": "杭州",
        "detail": "文三路 123 号 4 幢 501",
        "name": "Wei Chen",
        "phone": "13900002222",
    }
    assert order["courier"] == "圆通速递"
    assert order["pay_url"].startswith("https://shop.example.com/checkout/order-pay/4750/")
    assert order["created_at"] == "2026-11-23T00:02:11+00:00"
    assert [note["content"] for note in order["notes"]] == ["放快递柜"]


async def test_a_completed_order_is_shipped_and_knows_when_it_was_paid(api: OrderClient) -> None:
    await api.woo("order.updated", COMPLETED, "77aa")
    order = await api.order("4750")
    assert [(step["status"], step["at"]) for step in order["history"]] == [
        ("paid", "2026-11-23T00:05:40+00:00"),
        ("shipped", "2026-11-23T07:10:00+00:00"),
    ]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("pending", "unpaid"),
        ("on-hold", "unpaid"),
        ("failed", "unpaid"),
        ("processing", "paid"),
        ("completed", "shipped"),
        ("cancelled", "closed"),
        ("refunded", "refunded"),
        ("wc-delivered", "signed"),
        ("waiting-for-the-moon", "unpaid"),
    ],
)
async def test_the_state_decides_the_status(api: OrderClient, state: str, status: str) -> None:
    await api.woo("order.updated", changed(status=state), "1")
    assert (await api.order("4750"))["status"] == status


@pytest.mark.parametrize("state", ["checkout-draft", "trash"])
async def test_what_is_no_order_yet_or_any_more_is_left_out(api: OrderClient, state: str) -> None:
    assert (await api.woo("order.created", changed(status=state), "1")).json()["state"] == "ignored"


async def test_two_orders_of_one_second_share_a_delivery_id_and_are_both_kept(api: OrderClient) -> None:
    first, second = CREATED, changed(id=4751, number="4751")
    states = [(await api.woo("order.created", body, "36e5")).json()["state"] for body in (first, second, first)]
    assert states == ["stored", "stored", "ignored"]


async def test_an_older_state_that_comes_late_changes_nothing(api: OrderClient) -> None:
    await api.woo("order.updated", COMPLETED, "2")
    late = changed(customer_note="", billing=None, shipping=None, shipping_lines=[{"method_title": "SF"}])
    assert (await api.woo("order.updated", late, "1")).json()["state"] == "ignored"
    assert (await api.order("4750"))["courier"] == "圆通速递"


async def test_the_ping_of_a_new_webhook_is_answered(api: OrderClient) -> None:
    answer = await api.http.post(
        "/api/v1/webhooks/woocommerce",
        content=b"webhook_id=7",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("body", [b"webhook_id=7&x=1", b"webhook_id=", b"", CREATED])
async def test_nothing_else_passes_without_a_signature(api: OrderClient, body: bytes) -> None:
    answer = await api.http.post(
        "/api/v1/webhooks/woocommerce", content=body, headers={"X-WC-Webhook-Topic": "order.created"}
    )
    assert answer.status_code == 401


async def test_a_signature_of_another_body_is_refused(api: OrderClient) -> None:
    answer = await api.woo("order.created", CREATED, "1", **{"X-WC-Webhook-Signature": "c2lnbmVk"})
    assert answer.status_code == 401


async def test_other_topics_are_acknowledged_without_effect(api: OrderClient) -> None:
    for topic in ("product.updated", "action.woocommerce_add_to_cart"):
        assert (await api.woo(topic, CREATED, "1")).json()["state"] == "ignored"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"total": "-316.00"}, "total"),
        ({"date_modified_gmt": "yesterday"}, "date_modified_gmt"),
        ({"line_items": [{"quantity": 1, "subtotal": None, "name": "x", "total": "1"}], "currency": "EUR"}, "EUR"),
    ],
)
async def test_an_order_that_cannot_be_used_is_acknowledged_and_told(
    api: OrderClient, facts: dict[str, Any], reason: str
) -> None:
    answer = await api.woo("order.updated", changed(**facts), "1")
    assert answer.status_code == 200
    assert answer.json()["state"] in ("refused", "ignored")
    assert reason in answer.json()["reason"]


async def test_php_writes_empty_objects_as_lists(api: OrderClient) -> None:
    body = changed(billing=[], shipping=[], coupon_lines=None, date_paid_gmt="")
    assert (await api.woo("order.created", body, "1")).json()["state"] == "stored"


async def test_a_link_that_is_none_is_left_away(api: OrderClient) -> None:
    await api.woo("order.created", changed(payment_url="javascript:alert(1)"), "1")
    assert (await api.order("4750"))["pay_url"] == ""


async def test_without_a_secret_the_webhook_says_what_to_set(order_store: SqliteStore, clock: FakeClock) -> None:
    app = build_web([WooCommerceWebhook(KeepOrders(order_store, clock, "XE01"), None).router()])
    async with order_client(app, clock) as client:
        answer = await client.woo("order.created", CREATED, "1")
    assert answer.status_code == 503
    assert "XIAOER_WOOCOMMERCE_SECRET" in answer.json()["reason"]


async def test_an_unpaid_order_put_into_the_trash_is_closed(api: OrderClient) -> None:
    await api.woo("order.created", CREATED, "1")
    assert (await api.woo("order.deleted", b'{"id":4750}', "2")).json()["state"] == "stored"
    assert (await api.order("4750"))["status"] == "closed"


@pytest.mark.parametrize("body", [b'{"id":4750}', b'{"id":9}', b"{}", b"[]", b'{"id":null}'])
async def test_tidying_away_undoes_no_sale(api: OrderClient, body: bytes) -> None:
    await api.woo("order.updated", COMPLETED, "1")
    assert (await api.woo("order.deleted", body, "2")).status_code == 200
    assert (await api.order("4750"))["status"] == "shipped"
