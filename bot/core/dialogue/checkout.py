"""Reading an order back, and placing it on a yes (A11)."""

from __future__ import annotations

from datetime import timedelta

from bot.core import events as e
from bot.core.catalogue import Text
from bot.core.delivery import Delivery
from bot.core.dialogue import address, basket, favourite, lines, promo
from bot.core.dialogue.cards import Card, quote_card
from bot.core.dialogue.scene import Scene
from bot.core.ledger import Promised
from bot.core.messages import Button
from bot.core.orders import Address, Note, Order, OrderLine, Status
from bot.core.playbooks import PromiseKind
from bot.core.pricing import Quote

_FREE_SHIPPING = Text("包邮", "free shipping")


def read_back(scene: Scene) -> None:
    """Goods, variant, quantity, sum with every promotion named, courier, fee and address (A11)."""
    quote = basket.quote(scene)
    if quote is None:
        return
    sent = _sent(scene, quote)
    promo.tell_lost(scene, quote.goods_fen)
    scene.say(
        "read_back",
        order=_card(scene, quote, sent),
        buttons=(Button("order.confirm", "ok"), Button("order.edit", "edit"), Button("order.drop", "drop")),
        source=(
            *(line.product.source for line in quote.lines),
            *(d.promotion.source for d in quote.discounts),
            *(p.source for p, _ in quote.gifts),
            sent.zone.source if sent else "",
        ),
    )
    scene.happen(e.OrderReadBack(quote.total_fen), e.PromptTold("slot:confirm"))


def _sent(scene: Scene, quote: Quote) -> Delivery | None:
    sent = basket.delivery(scene, quote.goods_fen)
    return sent if isinstance(sent, Delivery) else None


def _card(scene: Scene, quote: Quote, sent: Delivery | None) -> Card:
    return quote_card(
        quote,
        address.card(scene),
        sent.courier.name.get(scene.language) if sent else "",
        (*scene.conversation.wishes, *(words for words, _ in scene.conversation.granted)),
        [g.get(scene.language) for g in promo.gifts_due(scene, quote.goods_fen)],
        scene.language,
    )


def recall(scene: Scene) -> None:
    """Name the order that waits for her yes, without reading all of it again."""
    quote = basket.quote(scene)
    if quote is None:
        return
    card = quote_card(quote, address.card(scene), "", (), (), scene.language)
    scene.say(
        "lead_confirm",
        order=card,
        complete=scene.conversation.address.complete,
        buttons=(Button("order.confirm", "ok"), Button("order.edit", "edit")),
    )
    scene.wait_for("confirm", prompt="lead_confirm")


def confirm(scene: Scene) -> bool:
    """A yes: the order is placed as it was read back. False when something has to be asked or read back first.

    Sum, courier, promotions and gifts can only change with the basket, which takes the read-back away, or with the day.
    """
    quote, scene.action = basket.quote(scene), "flow"
    if quote is None or scene.conversation.read_back_fen != quote.total_fen or scene.new_day:
        return False
    for line in quote.lines:
        if scene.stock(line.variant) < line.quantity:  # somebody else was faster
            lines.reopen(scene, (line.variant.sku, line.quantity))
            return False
    _place(scene, quote, _sent(scene, quote))
    return True


def _place(scene: Scene, quote: Quote, sent: Delivery | None) -> None:
    order = _order(scene, quote, sent)
    card = _card(scene, quote, sent)
    scene.orders.append(order)
    scene.uses_promotions += [d.promotion.id for d in quote.discounts if d.promotion.kind == "limit" and d.off_fen]
    scene.promised += _promised(scene, quote, order)
    scene.reserves.update({line.variant.sku: (line.quantity, line.variant.stock) for line in quote.lines})
    scene.happen(e.OrderPlaced(order.order_no, order.total_fen))
    scene.say(
        "order_placed",
        order={"no": order.order_no, **card},
        payment=scene.shop.about.payment.get(scene.language),
        hours=scene.shop.logistics.dispatch_hours if scene.shop.logistics else 48,
        source=(scene.shop.about.source,),
    )
    favourite.invite(scene)


def _order(scene: Scene, quote: Quote, sent: Delivery | None) -> Order:
    """Status unpaid, no flag yet (A10)."""
    a = scene.conversation.address
    return Order(
        order_no=scene.ids.order_no,
        conversation_id=scene.conversation.id,
        status=Status.UNPAID,
        lines=tuple(
            OrderLine(
                sku=line.variant.sku,
                product_id=line.product.id,
                name=line.product.name,
                color=color.name if (color := line.product.color(line.variant.color)) else Text(),
                size=line.variant.size,
                quantity=line.quantity,
                price_fen=line.variant.price_fen,
            )
            for line in quote.lines
        ),
        goods_fen=quote.goods_fen,
        shipping_fen=quote.shipping_fen,
        discounts=tuple((d.promotion.id, d.promotion.name, d.off_fen) for d in quote.discounts if d.off_fen),
        gifts=tuple(text for _, text in quote.gifts),
        address=Address(a.region or "", a.province or "", a.detail or "", a.name or "", a.phone or ""),
        courier=sent.courier.id if sent else "",
        created_at=scene.now,
        notes=_notes(scene, quote),
        staff_id=_sold_by(scene),
    )


def _promised(scene: Scene, quote: Quote, order: Order) -> list[Promised]:
    """What the bot granted by itself goes into the ledger with the order: until then it hung on the sum (A6)."""
    favors: list[tuple[PromiseKind, Text]] = [("gift", gift) for gift in promo.gifts_due(scene, quote.goods_fen)]
    if basket.sent_free(scene, quote.goods_fen):
        favors.append(("free_shipping", _FREE_SHIPPING))
    return [
        Promised(
            promise_id=f"{order.order_no}-{kind}",
            conversation_id=order.conversation_id,
            kind=kind,
            words=words.get(scene.language),
            staff_id=scene.rules.bot_staff_id,
            role="bot",
            at=scene.now,
            due_at=scene.now + timedelta(hours=promo.KEPT_WITHIN_HOURS),
            order_no=order.order_no,
        )
        for kind, words in favors
    ]


def _sold_by(scene: Scene) -> str:
    """The person who spoke last in this conversation since its previous order, else the bot (A10)."""
    known = scene.conversation
    previous = max((o.created_at for o in scene.situation.orders if o.conversation_id == known.id), default=None)
    spoke = known.person_spoke_at
    if not known.last_agent_id or spoke is None or (previous is not None and spoke <= previous):
        return scene.rules.bot_staff_id
    return known.last_agent_id


def _notes(scene: Scene, quote: Quote) -> tuple[Note, ...]:
    """Content and staff id: whose sale it is, every wish, and every gift and favor granted (A6, A10)."""
    bot = scene.rules.bot_staff_id
    gifts = [f"{promo.GIFT_NOTE}{gift.get('zh')}" for gift in promo.gifts_due(scene, quote.goods_fen)]
    if basket.sent_free(scene, quote.goods_fen):
        gifts.append("free shipping")
    own = ((content, bot) for content in (*scene.conversation.wishes, *gifts))
    signed = (("chat order", _sold_by(scene)), *own, *scene.conversation.granted)
    return tuple(Note(f"{content} _ {staff}", staff, scene.now) for content, staff in signed)
