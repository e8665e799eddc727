"""The demo shop: ``/``, ``/p/<id>``, the goods' photos, the widget. Made from the knowledge, never stored."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

from bot.core.catalogue import Category, Product, Promotion, Shop, SizeChart, Variant
from bot.core.dialogue.cards import color_name, product_card, promotion_card
from bot.core.dialogue.goods import LOW_STOCK
from bot.core.errors import TemplateError
from bot.core.messages import Language
from bot.core.ports import Clock
from bot.core.ports_web import Pages
from handlers.web.chat_view import photo_url
from handlers.web.static_files import StaticFile

log = logging.getLogger(__name__)

#: Nothing inline, nothing from elsewhere; photos she chose are shown to herself as blobs.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
    "Vary": "Accept-Language",
}
_OURS: Final = (("widget.js", "text/javascript"), ("shop.css", "text/css"), ("shop.svg", "image/svg+xml"))
_PICTURES: Final = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
#: After everything that is ranked.
_NO_RANK: Final = 10**6
#: Goods shown to who found nothing: a row of the page.
_BEST: Final = 6

Run = tuple[Promotion, tuple[date, date]]
#: Pieces held of each of these SKUs.
Reserved = Callable[[Iterable[str]], Awaitable[Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class _Today:
    """What pages tell that changes while the shop runs."""

    running: tuple[Run, ...]
    reserved: Mapping[str, int]

    def left(self, variant: Variant) -> int:
        return max(0, variant.stock - self.reserved.get(variant.sku, 0))


class Storefront:
    """``reserved``: pieces of SKUs that orders hold; ``desk``: where staff log in, empty: they answer elsewhere."""

    def __init__(
        self,
        shop: Shop,
        pages: Pages,
        knowledge: Path,
        clock: Clock,
        default_language: Language,
        reserved: Reserved,
        desk: str = "",
    ) -> None:
        self._shop = shop
        self._pages = pages
        self._knowledge = knowledge.resolve()
        self._clock = clock
        self._default_language: Language = default_language
        self._reserved = reserved
        self._desk = desk
        #: What sells best stands first.
        self._categories = sorted(shop.categories, key=lambda c: _best_rank(shop, c))
        self._brands = {brand.zh: brand for brand in shop.about.brands}

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/", self.home, methods=["GET"])
        router.add_api_route("/p/{product_id}", self.product, methods=["GET"])
        router.add_api_route("/photos/{name:path}", self.photo, methods=["GET"])
        for name, media_type in _OURS:
            router.add_api_route(f"/{name}", StaticFile(name, media_type).__call__, methods=["GET"])
        return router

    async def home(self, request: Request) -> Response:
        language, today = self._language(request), await self._today()
        shelves = [
            {
                "id": category.id,
                "name": category.name.get(language),
                "goods": self._cards(category.id, today, language),
            }
            for category in self._categories
        ]
        data = {
            "shelves": [s for s in shelves if s["goods"]],
            "product": "",
            "promotions": self._told(today.running, language),
        }
        return self._page("shop/home.html", language, data)

    async def product(self, request: Request, product_id: str) -> Response:
        language, product = self._language(request), self._shop.product_by_id.get(product_id)
        if product is None:
            return await self.lost(request)
        today = await self._today()
        category = self._shop.category_by_id.get(product.category)
        data = {
            "product": product.id,
            "card": self._card(product, today, language),
            "category": {"id": category.id, "name": category.name.get(language)} if category else None,
            "promotions": self._told([run for run in today.running if run[0].covers(product)], language),
            "stock": _stock(product, today, language),
            "chart": _chart(self._shop.chart_by_id.get(product.size_chart)),
            "goes_with": [
                self._card(other, today, language)
                for other in map(self._shop.product_by_id.get, product.goes_with)
                if other is not None
            ],
        }
        return self._page("shop/product.html", language, data)

    async def lost(self, request: Request) -> Response:
        """For an address that is none of ours: what sells best, and the way back."""
        language, today = self._language(request), await self._today()
        goods = [p for p in self._shop.products if p.sales_rank and not p.discontinued]
        best = sorted(goods, key=lambda p: p.sales_rank or _NO_RANK)[:_BEST]
        data = {"product": "", "goods": [self._card(product, today, language) for product in best]}
        return self._page("shop/missing.html", language, data, 404)

    async def photo(self, name: str) -> Response:
        """A picture of the knowledge folder, and nothing else of it."""
        media_type = _PICTURES.get(Path(name).suffix.lower())
        for path in (self._knowledge / "photos" / name, self._knowledge / name):
            if media_type and _is_below(path, self._knowledge):
                headers = {
                    "Cache-Control": "public, max-age=3600",
                    "X-Content-Type-Options": "nosniff",
                    "Cross-Origin-Resource-Policy": "cross-origin",
                }
                return FileResponse(path, media_type=media_type, headers=headers)
        return PlainTextResponse("no such picture", 404)

    # --- how ---

    async def _today(self) -> _Today:
        skus = [v.sku for p in self._shop.products for v in p.variants]
        return _Today(self._shop.running(self._clock.now()), await self._reserved(skus) if skus else {})

    def _language(self, request: Request) -> Language:
        """As the address says, else the first of ours that the browser names, else the shop's."""
        accepted = [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
        for tag in (request.query_params.get("lang", ""), *accepted):
            if tag.lower().startswith("zh"):
                return "zh"
            if tag.lower().startswith("en"):
                return "en"
        return self._default_language

    def _page(self, name: str, language: Language, data: Mapping[str, Any], status: int = 200) -> Response:
        about = self._shop.about
        frame = {
            "lang": language,
            "shop": about.name.get(language),
            "about": about.about.get(language),
            "brands": [brand.get(language) for brand in about.brands],
            "categories": [{"id": c.id, "name": c.name.get(language)} for c in self._categories],
            "desk": self._desk,
        }
        try:
            return HTMLResponse(self._pages.page(name, frame | dict(data)), status, headers=_HEADERS)
        except TemplateError as problem:
            log.error("page not rendered: %s", problem)
            return PlainTextResponse("This page cannot be shown at the moment. Please try again later.", 500)

    def _cards(self, category: str, today: _Today, language: Language) -> list[dict[str, Any]]:
        goods = [p for p in self._shop.products if p.category == category]
        ranked = sorted(goods, key=lambda p: (p.discontinued, p.sales_rank or _NO_RANK))
        return [self._card(product, today, language) for product in ranked]

    def _card(self, product: Product, today: _Today, language: Language) -> dict[str, Any]:
        """As in the chat, with its picture, whether any is left, and the promotions made for it."""
        own = [p for p, _ in today.running if p.covers(product) and (p.products or p.categories)]
        brand = self._brands.get(product.brand)
        return product_card(product, language) | {
            "brand": brand.get(language) if brand else product.brand,
            "photo": photo_url(product.photo) if product.photo else "",
            "left": any(today.left(v) for v in product.variants),
            "best": product.sales_rank == 1,
            "deals": [p.name.get(language) for p in own],
        }

    def _told(self, running: Any, language: Language) -> list[dict[str, Any]]:
        return [promotion_card(promotion, run, self._shop, language) for promotion, run in running]


def _best_rank(shop: Shop, category: Category) -> int:
    return min((p.sales_rank or _NO_RANK for p in shop.products if p.category == category.id), default=_NO_RANK)


def _stock(product: Product, today: _Today, language: Language) -> list[dict[str, Any]]:
    """A row for each color, a cell for each size: ``yes``, ``few``, ``no``, or empty where it is not made."""
    rows = dict.fromkeys(v.color for v in product.variants)
    sizes = product.sizes or ("",)
    return [
        {
            "color": color_name(product, color, language) if color else "",
            "cells": [{"size": size, "state": _state(product.variant(color, size), today)} for size in sizes],
        }
        for color in rows
    ]


def _state(variant: Variant | None, today: _Today) -> str:
    if variant is None:
        return ""
    left = today.left(variant)
    return "no" if not left else "few" if left < LOW_STOCK else "yes"


def _chart(chart: SizeChart | None) -> list[dict[str, Any]]:
    if chart is None:
        return []
    return [
        {
            "size": row.size,
            "height": "–".join(f"{x:g}" for x in row.height_cm),
            "weight": "–".join(f"{x:g}" for x in row.weight_kg),
        }
        for row in chart.rows
    ]


def _is_below(path: Path, root: Path) -> bool:
    try:
        found = path.resolve()
    except (OSError, ValueError):
        return False
    return found.is_relative_to(root) and found.is_file()
