"""Step four of A1: put the order together, read it back, and place it on a yes (A11).

Whatever the shopper says at once is taken at once; only what is missing is asked for, one thing at a time.
"""

from __future__ import annotations

from bot.core import events as e
from bot.core import promises
from bot.core.catalogue import Product, Text, Variant
from bot.core.delivery import Delivery, NotServed
from bot.core.dialogue import basket, favourite, goods, handover, introduce, sending
from bot.core.dialogue.cards import color_name, quote_card, variant_words
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button
from bot.core.orders import Address, Note, Order, OrderLine, Status
from bot.core.places import narrowest, split_address
from bot.core.pricing import Quote
from bot.core.sizing import advise

#: What the flow can wait for, apart from the product.
SLOTS = frozenset({"color", "size", "quantity", "address", "confirm"})


def ordering(scene: Scene) -> bool:
    """Whether an order is being put together."""
    known = scene.conversation
    return known.step == "confirm_order" and bool(known.basket or known.draft.product_id)


def begin(scene: Scene, product: Product | None = None) -> None:
    """She wants to buy: take what was said, ask for what is missing."""
    scene.action = "flow"
    product = product or scene.product()
    if product is None and not scene.conversation.basket:
        introduce.ask_which(scene, "")
        scene.action = "flow"
        return
    scene.happen(e.StepReached("confirm_order"))
    if product is not None and product.discontinued:
        introduce.show(scene, product)
        return
    absorb(scene, product)
    advance(scene)


def absorb(scene: Scene, product: Product | None = None) -> None:
    """Take product, color, size, quantity and address parts from the words into the draft."""
    said, known = scene.meaning.entities, scene.conversation
    drafted = scene.shop.product_by_id.get(known.draft.product_id or "")
    product = product or scene.shop.product_by_id.get(said.product_id or "") or drafted
    if product is None and not known.basket:
        product = scene.shop.product_by_id.get(known.product_id or "")
    if product is not None:
        scene.happen(
            e.LineDrafted(
                product_id=product.id,
                color=said.color if said.color and product.color(said.color) else None,
                size=said.size if said.size in product.sizes else None,
                quantity=said.quantity,
            )
        )
    take_address(scene)


def take_address(scene: Scene) -> None:
    """Any part of an address found in the words; a place alone counts while an order is being put together."""
    said = scene.meaning.entities
    parts = split_address(scene.incoming.text) if scene.incoming.kind in ("text", "edited") else None
    waited = scene.before.awaiting == "address"
    region = said.region or (parts.region if parts else None)
    where = narrowest(region) if region else None
    if where is not None and where.kind == "county" and scene.conversation.address.region:
        region = None  # the city is known already, and the district stands in the street address
    given = e.AddressGiven(
        region=region,
        province=said.province or (parts.province if parts else None),
        detail=parts.detail if parts else None,
        name=parts.name if parts and (waited or parts.phone) else None,
        phone=said.phone or (parts.phone if parts else None),
    )
    if given != e.AddressGiven():
        scene.happen(given)


def advance(scene: Scene) -> None:
    """Ask for the next missing thing, or read the order back."""
    scene.action = "flow" if scene.action != "answer" else scene.action
    if _bulk(scene) or not _settle_line(scene):
        return
    known = scene.conversation
    if not known.basket:
        introduce.ask_which(scene, "")
        return
    if not known.address.complete:
        _ask_address(scene)
        return
    sent = basket.delivery(scene, None)
    if isinstance(sent, NotServed):
        scene.happen(e.DraftForgotten(("address",)))
        sending.not_served(scene, sent)
        scene.happen(e.FactAsked("address"))
        return
    read_back(scene)


def _bulk(scene: Scene) -> bool:
    pieces = sum(n for _, n in scene.conversation.basket) + (scene.conversation.draft.quantity or 0)
    if not promises.bulk(scene.shop.promises, pieces):
        return False
    scene.topics.append("bulk")
    handover.to_person(scene, "bulk", "bulk_specialist", scene.shop.promises.source)
    return True


def _settle_line(scene: Scene) -> bool:
    """Move a complete draft into the basket; False when something had to be asked or told instead."""
    found = basket.drafted(scene)
    if found is None:
        return True
    product, variant = found
    draft = scene.conversation.draft
    if len(product.colors) > 1 and draft.color is None:
        _ask_color(scene, product)
        return False
    if len(product.sizes) > 1 and draft.size is None:
        _ask_size(scene, product)
        return False
    if variant is None:
        scene.happen(e.DraftForgotten(("size",)))
        _ask_size(scene, product)
        return False
    return _settle_stock(scene, product, variant, draft.quantity or 1)


def _settle_stock(scene: Scene, product: Product, variant: Variant, quantity: int) -> bool:
    held = dict(scene.conversation.basket).get(variant.sku, 0)
    left = scene.stock(variant)
    if left >= held + quantity:
        scene.happen(e.LineAdded(variant.sku, quantity))
        return True
    if left == 0:
        scene.happen(e.DraftForgotten(("size",)))
        goods.sold_out(scene, product, variant)
        return False
    scene.happen(e.DraftForgotten(("quantity",)))
    scene.say(
        "too_many",
        product=product.name.get(scene.language),
        color=color_name(product, variant.color, scene.language),
        size=variant.size,
        left=left,
        source=(variant.source,),
    )
    scene.happen(e.FactAsked("quantity"))
    return False


def _ask_color(scene: Scene, product: Product) -> None:
    size = scene.conversation.draft.size
    colors = [
        c
        for c in product.colors
        if any(v.color == c.id and scene.stock(v) and size in (None, v.size) for v in product.variants)
    ]
    actions = tuple(f"k:{c.id}" for c in colors)
    scene.say(
        "ask_color",
        product=product.name.get(scene.language),
        colors=[c.name.get(scene.language) for c in colors],
        buttons=tuple(Button(c.name.get(scene.language), a, words=True) for c, a in zip(colors, actions, strict=True)),
        source=(product.source,),
    )
    scene.happen(e.ChoicesOffered(actions), e.FactAsked("color"), e.PromptTold("slot:color"))


def _ask_size(scene: Scene, product: Product) -> None:
    """Sizes still in stock in the chosen color, with the one that fits where the body is known."""
    color = scene.conversation.draft.color
    sizes = tuple(
        dict.fromkeys(v.size for v in product.variants if scene.stock(v) and color in (None, v.color) and v.size)
    )
    chart, known = goods.chart_for(scene, product), scene.conversation
    advice = advise(chart, known.height_cm, known.weight_kg, available=sizes) if chart and sizes else None
    actions = tuple(f"s:{s}" for s in sizes)
    scene.say(
        "ask_size",
        product=product.name.get(scene.language),
        sizes=list(sizes),
        advice=advice.size if advice else "",
        buttons=tuple(Button(s, a, words=True) for s, a in zip(sizes, actions, strict=True)),
        source=(product.source, chart.source if chart and advice else ""),
    )
    scene.happen(e.ChoicesOffered(actions), e.FactAsked("size"), e.PromptTold("slot:size"))


def _ask_address(scene: Scene) -> None:
    known = scene.conversation.address
    missing = [
        name
        for name, value in (
            ("name", known.name),
            ("phone", known.phone),
            ("region", known.province),
            ("detail", known.detail),
        )
        if not value
    ]
    added = any(isinstance(x, e.LineAdded) for x in scene.events)
    scene.say(
        "ask_address",
        missing=missing,
        known=known.region or known.province or "",
        lines=[
            {
                "name": line.product.name.get(scene.language),
                "variant": variant_words(line.product, line.variant, scene.language),
                "quantity": line.quantity,
            }
            for line in (basket.lines(scene) if added else ())
        ],
    )
    scene.happen(e.FactAsked("address"), e.PromptTold("slot:address:" + ",".join(missing)))


def read_back(scene: Scene) -> None:
    """Goods, variant, quantity, sum with every promotion named, courier, fee and address (A11)."""
    quote = basket.quote(scene)
    sent = basket.delivery(scene, quote.goods_fen if quote else None)
    if quote is None:
        return
    courier = sent.courier.name.get(scene.language) if isinstance(sent, Delivery) else ""
    scene.say(
        "read_back",
        order=quote_card(
            quote,
            _address_card(scene),
            courier,
            scene.conversation.wishes,
            scene.conversation.gifts,
            scene.language,
        ),
        buttons=(
            Button("order.confirm", "ok"),
            Button("order.edit", "edit"),
            Button("order.drop", "drop"),
        ),
        source=(
            *(line.product.source for line in quote.lines),
            *(d.promotion.source for d in quote.discounts),
            sent.zone.source if isinstance(sent, Delivery) else "",
        ),
    )
    scene.happen(e.OrderReadBack(quote.total_fen), e.PromptTold("confirm"))


def _address_card(scene: Scene) -> dict[str, str]:
    a = scene.conversation.address
    detail = a.detail or ""
    before = [p for p in dict.fromkeys((a.province or "", a.region or "")) if p and p not in detail]
    place = "".join(before) + detail if scene.language == "zh" else ", ".join([detail, *reversed(before)])
    return {"name": a.name or "", "phone": a.phone or "", "place": place}


def confirm(scene: Scene) -> None:
    """A yes to what was read back. If the sum changed since (a promotion ended), it is read back anew instead."""
    quote = basket.quote(scene)
    sent = basket.delivery(scene, quote.goods_fen if quote else None)
    if quote is None or not scene.conversation.address.complete:
        advance(scene)
        return
    if quote.total_fen != scene.conversation.read_back_fen:
        read_back(scene)
        return
    for line in quote.lines:
        if scene.stock(line.variant) < line.quantity:
            scene.happen(e.LineRemoved(line.variant.sku))
            goods.sold_out(scene, line.product, line.variant)
            return
    _place(scene, quote, sent if isinstance(sent, Delivery) else None)


def _place(scene: Scene, quote: Quote, sent: Delivery | None) -> None:
    """Status unpaid, no flag yet; the bot's staff id and every wish are noted (A10)."""
    known, staff = scene.conversation, scene.rules.bot_staff_id
    a = known.address
    gifts = [text for _, text in quote.gifts]
    wishes = [*known.wishes, *known.gifts]
    order = Order(
        order_no=scene.ids.order_no,
        conversation_id=known.id,
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
        gifts=tuple(gifts),
        address=Address(a.region or "", a.province or "", a.detail or "", a.name or "", a.phone or ""),
        courier=sent.courier.id if sent else "",
        created_at=scene.now,
        notes=(
            Note(f"chat order _ {staff}", staff, scene.now),
            *(Note(f"{wish} _ {staff}", staff, scene.now) for wish in wishes),
        ),
    )
    scene.orders.append(order)
    scene.uses_promotions += [d.promotion.id for d in quote.discounts if d.promotion.kind == "limit" and d.off_fen]
    scene.reserves.update({line.variant.sku: (line.quantity, line.variant.stock) for line in quote.lines})
    card = quote_card(
        quote,
        _address_card(scene),
        sent.courier.name.get(scene.language) if sent else "",
        known.wishes,
        known.gifts,
        scene.language,
    )
    scene.action = "flow"
    scene.happen(e.OrderPlaced(order.order_no, order.total_fen))
    scene.say(
        "order_placed",
        order={"no": order.order_no, **card},
        payment=scene.shop.about.payment.get(scene.language),
        hours=scene.shop.logistics.dispatch_hours if scene.shop.logistics else 48,
        source=(scene.shop.about.source,),
    )
    favourite.invite(scene)


def edit(scene: Scene) -> None:
    """She wants something else in what was read back: take it if it was said, else offer what can be changed."""
    scene.action = "flow"
    if change_line(scene):
        return
    scene.say(
        "order_changed",
        buttons=(
            Button("edit.color", "e:color"),
            Button("edit.size", "e:size"),
            Button("edit.quantity", "e:quantity"),
            Button("edit.address", "e:address"),
            Button("order.drop", "drop"),
        ),
    )
    scene.happen(e.FactAsked("change"))


def change_line(scene: Scene) -> bool:
    """Another color, size, quantity or address for what is in the basket; False when nothing of it was said."""
    said, known = scene.meaning.entities, scene.conversation
    wanted = said.color or said.size or said.quantity
    if not wanted:
        before = known.address
        take_address(scene)
        if scene.conversation.address == before:
            return False
        advance(scene)
        return True
    line = _line_meant(scene)
    if line is None:
        return False
    reopen(scene, line, color=said.color, size=said.size, quantity=said.quantity)
    take_address(scene)
    advance(scene)
    return True


def _line_meant(scene: Scene) -> tuple[str, int] | None:
    """The basket line the words are about: of the product named, or the last one."""
    lines = scene.conversation.basket
    named = scene.meaning.entities.product_id
    if named:
        return next((x for x in lines if scene.shop.product_by_sku[x[0]].id == named), None)
    return lines[-1] if lines else None


def reopen(
    scene: Scene,
    line: tuple[str, int],
    *,
    color: str | None = None,
    size: str | None = None,
    quantity: int | None = None,
    forget: str = "",
) -> None:
    """Take a basket line back into the draft with some parts changed, or one forgotten so that it is asked again."""
    sku, had = line
    product, variant = scene.shop.product_by_sku[sku], scene.shop.variant_by_sku[sku]
    keep_color = color if color and product.color(color) else variant.color
    keep_size = size if size in product.sizes else variant.size
    scene.happen(e.LineRemoved(sku), e.DraftForgotten(("product",)))
    scene.happen(
        e.LineDrafted(
            product_id=product.id,
            color=None if forget == "color" else keep_color or None,
            size=None if forget == "size" else keep_size or None,
            quantity=quantity or had,
        ),
        e.StepReached("confirm_order"),
    )


def drop(scene: Scene) -> None:
    """She does not want it any more: nothing was placed, nothing is kept."""
    scene.action = "flow"
    if not (scene.conversation.basket or scene.conversation.draft.product_id):
        scene.say("nothing_to_stop")
        return
    scene.happen(e.BasketEmptied(), e.StepReached("introduce"))
    scene.say("order_dropped")


def wish(scene: Scene) -> None:
    """A remark becomes a note on the order (A10); told back, then the flow goes on."""
    scene.happen(e.WishNoted(scene.incoming.text.strip()[:200]))
    scene.say("wish_taken")


def step_back(scene: Scene) -> None:
    """One step back: the size, then the color, then the product."""
    draft, known = scene.conversation.draft, scene.conversation
    scene.action = "flow"
    if not draft.product_id and known.basket:
        reopen(scene, known.basket[-1], forget="size")
    elif draft.size:
        scene.happen(e.DraftForgotten(("size",)))
    elif draft.color:
        scene.happen(e.DraftForgotten(("color",)))
    else:
        scene.happen(e.DraftForgotten(("product",)), e.StepReached("introduce"))
        introduce.lead(scene)
        return
    advance(scene)
