"""Catalogue values as plain mappings in the shopper's language, ready for a template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from bot.core.catalogue import Product, Promotion, Shop, Variant
from bot.core.delivery import Delivery
from bot.core.messages import Language
from bot.core.money import yuan
from bot.core.orders import Order
from bot.core.places import Place
from bot.core.pricing import Quote

Card = dict[str, Any]


def product_card(product: Product, language: Language) -> Card:
    """``id name brand price summary material care fit origin points colors sizes discontinued``."""
    low, high = product.price_range_fen
    return {
        "id": product.id,
        "name": product.name.get(language),
        "brand": product.brand,
        "price": yuan(low) if low == high else f"{yuan(low)}–{yuan(high)}",
        "summary": product.summary.get(language),
        "material": product.material.get(language),
        "care": product.care.get(language),
        "fit": product.fit.get(language),
        "origin": product.origin.get(language),
        "points": [p.get(language) for p in product.selling_points],
        "colors": [c.name.get(language) for c in product.colors],
        "sizes": list(product.sizes),
        "discontinued": product.discontinued,
    }


def color_name(product: Product, color_id: str, language: Language) -> str:
    color = product.color(color_id)
    return color.name.get(language) if color else color_id


def variant_words(product: Product, variant: Variant, language: Language) -> str:
    """Color and size as one reads them on the label; empty where goods have neither."""
    parts = (color_name(product, variant.color, language) if variant.color else "", variant.size)
    return " ".join(p for p in parts if p)


def promotion_card(promotion: Promotion, run: tuple[date, date], shop: Shop, language: Language) -> Card:
    """``id kind name over off repeat buy free gift price per_buyer goods start end note``; ``goods`` empty: all."""
    names = [p.name.get(language) for p in shop.products if p.id in promotion.products]
    names += [c.name.get(language) for c in shop.categories if c.id in promotion.categories]
    return {
        "id": promotion.id,
        "kind": promotion.kind,
        "name": promotion.name.get(language),
        "over": yuan(promotion.over_fen),
        "off": yuan(promotion.off_fen),
        "repeat": promotion.repeat,
        "buy": promotion.buy,
        "free": promotion.free,
        "gift": promotion.gift.get(language),
        "price": yuan(promotion.price_fen),
        "per_buyer": promotion.per_buyer,
        "goods": names,
        "start": {"month": run[0].month, "day": run[0].day},
        "end": {"month": run[1].month, "day": run[1].day},
        "note": promotion.note.get(language),
    }


def place_name(place: Place, language: Language) -> str:
    """杭州, 杭州西湖 for what lies in a city, or Hangzhou."""
    if language == "en" and place.en:
        return place.en
    return place.name if place.city in ("", place.name) else place.city + place.name


def delivery_card(delivery: Delivery, place: Place, language: Language) -> Card:
    """``place courier fee free days_min days_max insurance``."""
    return {
        "place": place_name(place, language),
        "courier": delivery.courier.name.get(language),
        "fee": yuan(delivery.fee_fen),
        "free": delivery.free,
        "days_min": delivery.days[0],
        "days_max": delivery.days[1],
        "insurance": delivery.courier.insurance.get(language),
    }


def quote_card(
    quote: Quote,
    address: Card,
    courier: str,
    wishes: Sequence[str],
    gifts: Iterable[str],
    language: Language,
) -> Card:
    """``lines discounts gifts goods shipping total courier address wishes``, all sums as words."""
    return {
        "lines": [
            {
                "name": line.product.name.get(language),
                "variant": variant_words(line.product, line.variant, language),
                "quantity": line.quantity,
                "sum": yuan(line.variant.price_fen * line.quantity),
            }
            for line in quote.lines
        ],
        "discounts": [
            {"name": d.promotion.name.get(language), "off": yuan(d.off_fen)} for d in quote.discounts if d.off_fen
        ],
        "gifts": list(dict.fromkeys([*(text.get(language) for _, text in quote.gifts), *gifts])),
        "goods": yuan(quote.goods_fen),
        "shipping": yuan(quote.shipping_fen) if quote.shipping_fen else "",
        "total": yuan(quote.total_fen),
        "courier": courier,
        "address": address,
        "wishes": list(wishes),
    }


def order_card(order: Order, language: Language) -> Card:
    """``no status total lines courier address`` with the address masked (E8)."""
    masked = order.address.masked()
    return {
        "no": order.order_no,
        "status": order.status.value,
        "total": yuan(order.total_fen),
        "lines": [
            {
                "name": line.name.get(language),
                "variant": " ".join(p for p in (line.color.get(language), line.size) if p),
                "quantity": line.quantity,
            }
            for line in order.lines
        ],
        "courier": order.courier,
        "address": {"name": masked.name, "phone": masked.phone, "place": masked.province + masked.detail},
    }
