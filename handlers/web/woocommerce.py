"""``POST /api/v1/webhooks/woocommerce``: orders as WooCommerce sends and signs them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from bot.core.order_events import OrderEvent
from bot.core.orders import Status
from handlers.web.platform_fields import NotUsable
from handlers.web.platform_hook import PlatformHook
from handlers.web.strict_json import read_json
from handlers.web.woocommerce_orders import (
    DELETED_TOPIC,
    ORDER_TOPICS,
    SOURCE,
    WooDeleted,
    WooOrder,
    woocommerce_report,
)

_PING: Final = re.compile(rb"webhook_id=[0-9]{1,20}")


class WooCommerceWebhook(PlatformHook):
    """WooCommerce never repeats a delivery, and switches the webhook off after five failures in a row."""

    source = SOURCE
    signature_header = "x-wc-webhook-signature"
    variable = "XIAOER_WOOCOMMERCE_SECRET"

    def is_ping(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Sent unsigned when the webhook is saved; anything but 200 and saving it fails."""
        return self.signature_header not in headers and _PING.fullmatch(body) is not None

    async def report(self, headers: Mapping[str, str], body: bytes) -> OrderEvent:
        topic = headers.get("x-wc-webhook-topic", "")
        if topic == DELETED_TOPIC:
            return await self._deleted(read_json(body, number=str), delivery_id(headers, body))
        if topic not in ORDER_TOPICS:
            raise NotUsable("nothing is done on this topic")
        sent = WooOrder.model_validate(read_json(body, number=str))
        return woocommerce_report(sent, delivery_id(headers, body), self._currency)

    async def _deleted(self, sent: Any, delivery: str) -> OrderEvent:
        """The message has no time. Who tidies away an order that was paid does not undo the sale."""
        order = await self._keep.order_of(SOURCE, WooDeleted.model_validate(sent).id)
        if order is None or order.status is not Status.UNPAID:
            raise NotUsable("no unpaid order is known under the number of the deleted one")
        return OrderEvent("closed", order.order_no, self._keep.now(), SOURCE, delivery)


def delivery_id(headers: Mapping[str, str], body: bytes) -> str:
    """WooCommerce makes its id of webhook and second: two orders of one second share it, so the body counts too."""
    given = headers.get("x-wc-webhook-delivery-id", "")[:64]
    return f"{given} {hashlib.sha256(body).hexdigest()[:16]}" if given else ""
