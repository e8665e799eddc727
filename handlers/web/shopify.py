"""``POST /api/v1/webhooks/shopify``: orders and refunds as Shopify sends and signs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.order_events import OrderEvent
from handlers.web.platform_fields import NotUsable
from handlers.web.platform_hook import PlatformHook
from handlers.web.shopify_orders import (
    ORDER_TOPICS,
    REFUND_TOPIC,
    SOURCE,
    ShopifyOrder,
    ShopifyRefund,
    refund_report,
    shopify_report,
)
from handlers.web.strict_json import read_json


class ShopifyWebhook(PlatformHook):
    """Shopify tries 8 times in 4 hours with the same ``X-Shopify-Webhook-Id`` and the same body."""

    source = SOURCE
    signature_header = "x-shopify-hmac-sha256"
    variable = "XIAOER_SHOPIFY_SECRET"

    async def report(self, headers: Mapping[str, str], body: bytes) -> OrderEvent:
        if headers.get("x-shopify-test", "").lower() == "true":
            raise NotUsable("a test notification with an invented order")
        topic = headers.get("x-shopify-topic", "")
        if topic == REFUND_TOPIC:
            return await self._refund(read_json(body, number=str), delivery_id(headers, topic))
        if topic not in ORDER_TOPICS:
            raise NotUsable("nothing is done on this topic")
        sent = ShopifyOrder.model_validate(read_json(body, number=str))
        return shopify_report(sent, delivery_id(headers, topic), self._currency)

    async def _refund(self, sent: Any, delivery: str) -> OrderEvent:
        refund = ShopifyRefund.model_validate(sent)
        order = await self._keep.order_of(SOURCE, refund.order_id)
        if order is None:
            raise NotUsable("the refunded order is not known here")
        return refund_report(refund, order, delivery, self._currency)


def delivery_id(headers: Mapping[str, str], topic: str) -> str:
    """Of older API versions only the event's id is known, which several topics share; empty when neither was sent."""
    delivery, event = headers.get("x-shopify-webhook-id", ""), headers.get("x-shopify-event-id", "")
    return (delivery or (f"{topic} {event}" if event else ""))[:100]
