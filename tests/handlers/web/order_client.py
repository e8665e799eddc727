"""A caller of the order API that signs as docs/orders.md says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from bot.core.ports import Clock
from bot.core.ports_orders import OrderStore
from bot.service.keep_orders import KeepOrders
from handlers.web.app import build_web
from handlers.web.docs import Docs
from handlers.web.openapi import openapi
from handlers.web.orders_api import OrdersApi
from handlers.web.shopify import ShopifyWebhook
from handlers.web.signature import OwnSignature
from handlers.web.woocommerce import WooCommerceWebhook
from tests.fakes import FakeClock

KEY = "shop-key"
SECRET = "a very secret secret"
SHOPIFY_SECRET = "shpss_secret"
WOO_SECRET = "woo secret"
BOT = "XE01"


def order_web(store: OrderStore, clock: Clock, *, max_body_bytes: int = 5_000_000) -> FastAPI:
    keep = KeepOrders(store, clock, BOT)
    return build_web(
        [
            OrdersApi(keep, clock, OwnSignature(KEY, SECRET, clock), max_body_bytes).router(),
            ShopifyWebhook(keep, SHOPIFY_SECRET).router(),
            WooCommerceWebhook(keep, WOO_SECRET).router(),
            Docs(openapi("0")).router(),
        ]
    )


class OrderClient:
    def __init__(self, http: httpx.AsyncClient, clock: Clock) -> None:
        self.http = http
        self._clock = clock

    def headers(self, body: bytes, *, age_seconds: float = 0) -> dict[str, str]:
        timestamp = str(int(self._clock.now().timestamp() - age_seconds))
        signature = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
        return {
            "X-Xiaoer-Key": KEY,
            "X-Xiaoer-Timestamp": timestamp,
            "X-Xiaoer-Signature": f"sha256={signature}",
            "Content-Type": "application/json",
        }

    async def post(
        self, path: str, value: Any, key: str | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
        sent = {**self.headers(body), **({"Idempotency-Key": key} if key else {}), **(headers or {})}
        return await self.http.post(path, content=body, headers=sent)

    async def events(self, value: Any, key: str | None = None) -> httpx.Response:
        return await self.post("/api/v1/events", value, key)

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self.http.get(path, params=query, headers=self.headers(b""))

    async def order(self, order_no: str) -> dict[str, Any]:
        answer = await self.get(f"/api/v1/orders/{order_no}")
        assert answer.status_code == 200, answer.text
        held: dict[str, Any] = answer.json()
        return held

    async def shopify(self, topic: str, body: bytes, delivery_id: str, **more: str) -> httpx.Response:
        headers = {
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": platform_signature(SHOPIFY_SECRET, body),
            "X-Shopify-Webhook-Id": delivery_id,
            "X-Shopify-Shop-Domain": "shuoyuan-demo.myshopify.com",
            "X-Shopify-API-Version": "2026-10",
            "Content-Type": "application/json",
            **more,
        }
        return await self.http.post("/api/v1/webhooks/shopify", content=body, headers=headers)

    async def woo(self, topic: str, body: bytes, delivery_id: str, **more: str) -> httpx.Response:
        headers = {
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": topic.partition(".")[0],
            "X-WC-Webhook-Event": topic.partition(".")[2],
            "X-WC-Webhook-Signature": platform_signature(WOO_SECRET, body),
            "X-WC-Webhook-ID": "7",
            "X-WC-Webhook-Delivery-ID": delivery_id,
            "X-WC-Webhook-Source": "https://shop.example.com/",
            "Content-Type": "application/json",
            **more,
        }
        return await self.http.post("/api/v1/webhooks/woocommerce", content=body, headers=headers)


def platform_signature(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


@asynccontextmanager
async def order_client(app: FastAPI, clock: FakeClock) -> AsyncIterator[OrderClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as http:
        yield OrderClient(http, clock)


def event(order_no: str = "A-1001", kind: str = "created", at: str = "2026-11-23T10:00:00Z", **order: Any) -> Any:
    lines = [{"sku": "SY-TEE-BLK-XL", "name": "重磅纯棉T恤", "quantity": 2, "price_fen": 12900}]
    facts = {"lines": lines, **order} if kind == "created" else order
    return {"event": kind, "order_no": order_no, "at": at, **({"order": facts} if facts else {})}
