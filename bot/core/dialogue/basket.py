"""What the shopper has chosen so far: lines, place, price."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core import promises
from bot.core.catalogue import Product, Shop, Variant
from bot.core.conversation import Conversation
from bot.core.delivery import Delivery, NotServed, deliver
from bot.core.dialogue.scene import Scene
from bot.core.places import Place, narrowest
from bot.core.pricing import BasketLine, Quote, price_basket


def drafted(scene: Scene) -> tuple[Product, Variant | None] | None:
    """The product of the draft and, once color and size are settled, its variant."""
    draft = scene.conversation.draft
    product = scene.shop.product_by_id.get(draft.product_id or "")
    if product is None:
        return None
    color = draft.color or (product.variants[0].color if len(product.colors) <= 1 else None)
    size = draft.size or (product.variants[0].size if len(product.sizes) <= 1 else None)
    if color is None or size is None:
        return product, None
    return product, product.variant(color, size)


def chosen(conversation: Conversation, shop: Shop) -> Iterator[BasketLine]:
    """Lines of the basket whose goods are still in the catalogue."""
    for sku, quantity in conversation.basket:
        product, variant = shop.product_by_sku.get(sku), shop.variant_by_sku.get(sku)
        if product is not None and variant is not None:
            yield BasketLine(product, variant, quantity)


def lines(scene: Scene, *, drafted_too: bool = False) -> tuple[BasketLine, ...]:
    """Lines of goods still in the catalogue; ``drafted_too``: also the open one once its variant is known."""
    found = list(chosen(scene.conversation, scene.shop))
    draft = drafted(scene) if drafted_too else None
    if draft is not None and draft[1] is not None:
        found.append(BasketLine(draft[0], draft[1], scene.conversation.draft.quantity or 1))
    return tuple(found)


def place_asked(scene: Scene) -> Place | None:
    """The place this message names, else where it would go."""
    said = scene.meaning.entities
    words = said.region or said.province
    return (narrowest(words) if words else None) or place(scene)


def place(scene: Scene) -> Place | None:
    """Where it would go: the address, else the place talked about."""
    known = scene.conversation
    words = known.address.region or known.region or known.address.province or known.province
    return narrowest(words) if words else None


def delivery(scene: Scene, goods_fen: int | None) -> Delivery | NotServed | None:
    """How it would be sent there; None while the place is unknown or the shop declares no couriers."""
    where = place(scene)
    if where is None or scene.shop.logistics is None or not scene.shop.couriers:
        return None
    return deliver(scene.shop, where, goods_fen, scene.conversation.courier_id)


def quote(scene: Scene, *, drafted_too: bool = False) -> Quote | None:
    """What the basket pays under the running promotions; None while it is empty.

    ``drafted_too`` counts what she is looking at as well: right for questions, never for what is ordered.
    """
    found = lines(scene, drafted_too=drafted_too)
    if not found:
        return None
    running, used = scene.shop.running(scene.now), scene.situation.used_promotions
    without = price_basket(found, running, used_promotions=used)
    sent = delivery(scene, without.goods_fen)
    if not isinstance(sent, Delivery):
        return without
    fee_fen = 0 if sent_free(scene, without.goods_fen) else sent.fee_fen
    return price_basket(found, running, shipping_fen=fee_fen, used_promotions=used)


def sent_free(scene: Scene, goods_fen: int) -> bool:
    """Granted by the bot, and still within its authority for this sum and place (A6)."""
    return scene.conversation.free_shipping and isinstance(may_go_free(scene, goods_fen), promises.Allow)


def may_go_free(scene: Scene, goods_fen: int, *, insisting: bool = False) -> promises.Ruling:
    """Whether the bot may send this sum free to where it goes."""
    where, shop = place(scene), scene.shop
    province = where.province if where is not None else None
    return promises.free_shipping(
        shop.promises, shop.logistics, "bot", goods_fen, province=province, insisting=insisting
    )
