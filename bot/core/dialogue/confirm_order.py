"""Step four of A1: put the order together (A11).

Whatever the shopper says at once is taken at once; only what is missing is asked for, one thing at a time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from bot.core import events as e
from bot.core import promises
from bot.core.catalogue import Product, Variant
from bot.core.delivery import Delivery, NotServed
from bot.core.dialogue import address, basket, checkout, goods, handover, introduce, lines, reading, sending
from bot.core.dialogue.cards import color_name
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button
from bot.core.sizing import SizeAdvice, advise
from bot.core.understanding.meaning import Entities
from bot.core.understanding.questions import adds

#: What the order lacks: ``line``: nothing, the drafted line can go into the basket; ``confirm``: only her yes.
Gap = Literal["product", "color", "size", "stock", "line", "address", "confirm"]

#: What is waited for while the gap is open.
_FACT = {"stock": "size"}


def ordering(scene: Scene) -> bool:
    """Whether an order is being put together."""
    known = scene.conversation
    return known.step == "confirm_order" and bool(known.basket or known.draft.product_id)


def in_order(scene: Scene) -> bool:
    """Ordering, or something lies in the basket while she looks at other goods."""
    return ordering(scene) or bool(scene.conversation.basket)


def begin(scene: Scene, product: Product | None = None) -> None:
    """She wants to buy: take what was said, ask for what is missing."""
    scene.action = "flow"
    product = product or scene.product()
    if product is None and not scene.conversation.basket:
        product = introduce.only_fitting(scene)
    if product is not None and product.discontinued:
        introduce.show(scene, product)
        return
    scene.happen(e.StepReached("confirm_order"))
    if product is None:
        lines.note(scene)
    elif lines.in_progress(scene) or lines.held(scene, product) is None or adds(scene.wording):
        lines.note(scene, product)
    address.take(scene)
    advance(scene)


def absorb(scene: Scene) -> None:
    """Take color, size, quantity and address parts from the words into what is being put together."""
    product = scene.shop.product_by_id.get(
        scene.meaning.entities.product_id or scene.conversation.draft.product_id or ""
    )
    if product is not None:
        lines.note(scene, product)
    address.take(scene)
    resume(scene)
    advance(scene)


def resume(scene: Scene) -> None:
    """Back to the order: what she merely looked at meanwhile is no part of it."""
    if scene.conversation.basket and not lines.in_progress(scene):
        scene.happen(e.DraftForgotten(("product",)))
    scene.happen(e.StepReached("confirm_order"))


def gap(scene: Scene) -> Gap:
    """The next thing the order lacks."""
    known, found = scene.conversation, basket.drafted(scene)
    if found is not None:
        product, variant = found
        if len(product.colors) > 1 and known.draft.color is None:
            return "color"
        if variant is None:
            return "size"
        held = dict(known.basket).get(variant.sku, 0)
        return "line" if scene.stock(variant) >= held + (known.draft.quantity or 1) else "stock"
    if not known.basket:
        return "product"
    return "confirm" if known.address.complete else "address"


def prompt(scene: Scene, missing: Gap) -> str:
    """Names what is asked for a gap; the same name twice means the same question twice."""
    draft = scene.conversation.draft
    match missing:
        case "size":
            advice = advised(scene)
            return f"slot:size:{draft.color}:{advice.size if advice else ''}"
        case "color":
            return f"slot:color:{draft.size}"
        case "stock":
            return f"slot:stock:{draft.color}:{draft.size}:{draft.quantity}"
        case "address":
            return "slot:address:" + ",".join(address.missing(scene))
    return f"slot:{missing}"


def advance(scene: Scene) -> None:
    """Put complete lines into the basket, then ask for the next missing thing or read the order back."""
    scene.action = "flow" if scene.action != "answer" else scene.action
    if _bulk(scene):
        return
    missing = gap(scene)
    while missing == "line":
        _settle(scene)
        missing = gap(scene)
    if missing == "confirm":
        _confirm(scene)
    elif missing != "product" and _asked_just_now(scene, missing):
        remind(scene, missing)
    else:
        _ask(scene, missing)


def _asked_just_now(scene: Scene, missing: Gap) -> bool:
    """The same question stands right above, and nothing new was put into the basket that is worth telling."""
    return scene.before.prompt == prompt(scene, missing) and scene.before.basket == scene.conversation.basket


def is_bulk(scene: Scene) -> bool:
    """Basket and open line together are for the bulk specialist (A7)."""
    pieces = sum(n for _, n in scene.conversation.basket) + (scene.conversation.draft.quantity or 0)
    return promises.bulk(scene.shop.promises, pieces)


def _bulk(scene: Scene) -> bool:
    if not is_bulk(scene):
        return False
    scene.topics.append("bulk")
    handover.to_person(scene, "bulk", "bulk_specialist", scene.shop.promises.source)
    return True


def _settle(scene: Scene) -> None:
    """Into the basket; the next line that waits is put together then."""
    found = basket.drafted(scene)
    assert found is not None and found[1] is not None
    scene.happen(e.LineAdded(found[1].sku, scene.conversation.draft.quantity or 1))
    if scene.conversation.later:
        _next(scene, *found)


def _next(scene: Scene, product: Product, variant: Variant | None) -> None:
    """Begin the next line; of the same ``product``, what it leaves open is as in ``variant``."""
    line, *rest = scene.conversation.later
    scene.happen(e.LinesWait(tuple(rest)))
    wanted = scene.shop.product_by_id.get(line.product_id or product.id, product)
    like = variant if wanted.id == product.id else None
    color = like.color if line.color is None and like else line.color
    size = like.size if line.size is None and like else line.size
    lines.draft(scene, wanted, color=color, size=size, quantity=line.quantity)


def take_variants(scene: Scene, said: Sequence[Entities]) -> None:
    """Several colors or sizes of one product, which may not be known yet."""
    scene.action = "flow"
    scene.happen(e.StepReached("confirm_order"))
    product = scene.product()
    if product is None:
        scene.happen(*_drafts(said[:1]), e.LinesWait(_drafts(said[1:])))
        address.take(scene)
        advance(scene)
        return
    had = [line for line in scene.conversation.basket if scene.shop.product_by_sku[line[0]].id == product.id]
    like = scene.shop.variant_by_sku[had[-1][0]] if had else scene.conversation.draft
    colors = {line.color for line in said}
    for line in () if adds(scene.wording) else had:
        if scene.tagged("says.change") or scene.shop.variant_by_sku[line[0]].color in colors:
            lines.remove(scene, line)
    take_several(
        scene,
        [replace(x, product_id=product.id, color=x.color or like.color, size=x.size or like.size) for x in said],
    )


def _drafts(said: Sequence[Entities]) -> tuple[e.LineDrafted, ...]:
    return tuple(e.LineDrafted(x.product_id, x.color, x.size, x.quantity) for x in said)


def take_several(scene: Scene, said: Sequence[Entities]) -> None:
    """Several lines at once; what cannot be settled right away is put together one by one."""
    left: list[Entities] = []
    for line in said:
        product = scene.shop.product_by_id[line.product_id or ""]
        scene.happen(e.DraftForgotten(("product",)))
        lines.draft(scene, product, color=line.color, size=line.size, quantity=line.quantity)
        if not product.discontinued and gap(scene) == "line":
            _settle(scene)
        else:
            left.append(line)
    if not left:
        address.take(scene)
        advance(scene)
        return
    first = scene.shop.product_by_id[left[0].product_id or ""]
    lines.draft(scene, first, color=left[0].color, size=left[0].size, quantity=left[0].quantity)
    scene.happen(e.LinesWait(_drafts([x for x in left[1:] if not _gone(scene, x)])))
    names = list(dict.fromkeys(scene.shop.product_by_id[x.product_id or ""].name.get(scene.language) for x in left))
    if len(names) > 1:
        scene.say("one_by_one", first=names[0], later=names[1:])
    address.take(scene)
    if first.discontinued:
        introduce.show(scene, first)
    else:
        advance(scene)


def _gone(scene: Scene, line: Entities) -> bool:
    return scene.shop.product_by_id[line.product_id or ""].discontinued


def _confirm(scene: Scene) -> None:
    """Read back, unless the place cannot be reached as wished."""
    sent = basket.delivery(scene, None)
    if isinstance(sent, NotServed):
        sending.not_served(scene, sent)
        if sent.instead is None:
            known = scene.conversation.address
            scene.happen(e.DraftForgotten(("address",)), e.AddressGiven(name=known.name, phone=known.phone))
            scene.wait_for("address", prompt=prompt(scene, "address"))
            return
        scene.happen(e.CourierChosen(sent.instead.courier.id))
    checkout.read_back(scene)


def _ask(scene: Scene, missing: Gap) -> None:
    """Ask for a gap in full."""
    found = basket.drafted(scene)
    match missing:
        case "color" if found:
            _ask_color(scene, found[0])
        case "size" if found:
            _ask_size(scene, found[0])
        case "stock" if found and found[1]:
            _tell_stock(scene, found[0], found[1])
        case "address":
            address.ask(scene)
            scene.wait_for("address", prompt=prompt(scene, "address"))
        case _:
            introduce.ask_which(scene, "")
            scene.action = "flow"


def remind(scene: Scene, missing: Gap) -> None:
    """The question stands right above and was not answered: name it briefly instead of asking it again."""
    scene.say("lead_slot", slot=missing, missing=list(address.missing(scene)) if missing == "address" else [])
    wait(scene, missing)


def wait(scene: Scene, missing: Gap) -> None:
    """Keep waiting for a gap without a word; the next time it may be asked in full again."""
    scene.wait_for(_FACT.get(missing, missing), prompt=f"again:{missing}")


def colors_left(scene: Scene, product: Product) -> tuple[str, ...]:
    """Ids of colors in stock, in the drafted size where there is one."""
    size = scene.conversation.draft.size
    return tuple(
        c.id
        for c in product.colors
        if any(v.color == c.id and scene.stock(v) and size in (None, v.size) for v in product.variants)
    )


def _ask_color(scene: Scene, product: Product) -> None:
    colors = colors_left(scene, product)
    if not colors and scene.conversation.draft.size:
        scene.happen(e.DraftForgotten(("size",)))
        colors = colors_left(scene, product)
    names = [color_name(product, c, scene.language) for c in colors]
    scene.say(
        "ask_color",
        product=product.name.get(scene.language),
        colors=names,
        buttons=tuple(Button(n, f"k:{c}", words=True) for n, c in zip(names, colors, strict=True)),
        source=(product.source,),
    )
    scene.offer(*(f"k:{c}" for c in colors))
    scene.wait_for("color", prompt=prompt(scene, "color"))


def sizes_left(scene: Scene, product: Product) -> tuple[str, ...]:
    """Sizes in stock, in the drafted color where there is one."""
    color = scene.conversation.draft.color
    return tuple(
        dict.fromkeys(v.size for v in product.variants if scene.stock(v) and color in (None, v.color) and v.size)
    )


def advised(scene: Scene) -> SizeAdvice | None:
    """The size in stock for the body known; None without a body, or where the chart does not reach it."""
    found = basket.drafted(scene)
    chart = goods.chart_for(scene, found[0]) if found else None
    if found is None or chart is None:
        return None
    known, sizes = scene.conversation, sizes_left(scene, found[0])
    return advise(chart, known.height_cm, known.weight_kg, available=sizes) if sizes else None


def _ask_size(scene: Scene, product: Product) -> None:
    if scene.conversation.draft.size:
        scene.happen(e.DraftForgotten(("size",)))  # it is not made in this color
    sizes, advice, chart = sizes_left(scene, product), advised(scene), goods.chart_for(scene, product)
    scene.say(
        "ask_size",
        product=product.name.get(scene.language),
        sizes=list(sizes),
        advice=advice.size if advice else "",
        buttons=tuple(Button(s, f"s:{s}", words=True) for s in sizes),
        source=(product.source, chart.source if chart and advice else ""),
    )
    scene.offer(*(f"s:{s}" for s in sizes))
    scene.wait_for("size", prompt=prompt(scene, "size"))


def _tell_stock(scene: Scene, product: Product, variant: Variant) -> None:
    """Sold out, or fewer than she wants; what she said stays, so that one word changes it (A12)."""
    held, left = dict(scene.conversation.basket).get(variant.sku, 0), scene.stock(variant)
    told = prompt(scene, "stock")
    if left <= held:
        goods.sold_out(scene, product, variant)
        scene.wait_for("size", prompt=told)
        return
    scene.say(
        "too_many",
        product=product.name.get(scene.language),
        color=color_name(product, variant.color, scene.language),
        size=variant.size,
        left=left - held,
        source=(variant.source,),
    )
    scene.wait_for("quantity", prompt=told)


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
    scene.wait_for("change")


def vary(scene: Scene) -> bool:
    """Another color, size or quantity of the line meant goes into the draft; False where there is none."""
    said, line = scene.meaning.entities, lines.meant(scene)
    if line is None:
        return False
    lines.reopen(scene, line, color=said.color, size=said.size, quantity=said.quantity)
    return True


def change_line(scene: Scene) -> bool:
    """Another color, size, quantity or address for what is in the basket; False when nothing of it was said."""
    said = scene.meaning.entities
    where = reading.says_where(scene) or bool(said.person and scene.before.awaiting == "change")
    varied = reading.says_line(scene) and vary(scene)
    if not varied and (reading.says_line(scene) or not where):
        return False
    address.take(scene)
    resume(scene)
    advance(scene)
    return True


def take_out(scene: Scene, line: lines.Line) -> None:
    """She does not want this line any more."""
    scene.action = "flow"
    product = scene.shop.product_by_sku[line[0]]
    lines.remove(scene, line)
    if not scene.conversation.basket:
        drop(scene)
        return
    scene.say("line_removed", product=product.name.get(scene.language))
    scene.happen(e.ProductPutOnTable(scene.shop.product_by_sku[scene.conversation.basket[-1][0]].id))
    resume(scene)
    advance(scene)


def drop(scene: Scene) -> None:
    """She does not want it any more: nothing was placed, nothing is kept."""
    scene.action = "flow"
    known = scene.before
    if not (known.basket or known.draft.product_id):
        scene.say("nothing_to_stop")
        return
    scene.happen(e.BasketEmptied(), e.StepReached("introduce"))
    scene.say("order_dropped")


def wish(scene: Scene) -> None:
    """A remark becomes a note on the order (A10); told back, and read back where the order waits for her yes."""
    scene.happen(e.WishNoted(_wish_words(scene)[:200]))
    scene.say("wish_taken")
    if ordering(scene) and gap(scene) in ("line", "confirm"):
        advance(scene)


def _wish_words(scene: Scene) -> str:
    """What is to be noted: the message without the parts that change the order ("改成三件 包装好一点")."""
    text, tags = scene.wording.strip(), scene.shop.phrases.tags
    if not scene.tagged("says.change"):
        return text
    apart = r"[,，。;；!！?？\s]+" if re.search(r"[\u4e00-\u9fff]", text) else r"[,.;!?]+\s*"
    says = {name: tuple(w.casefold() for w in tags.get(name, ())) for name in ("says.change", "says.wish")}

    def changes(part: str) -> bool:
        words = part.casefold()
        return any(w in words for w in says["says.change"]) and not any(w in words for w in says["says.wish"])

    return "，".join(part for part in re.split(apart, text) if part and not changes(part)) or text


def choose_courier(scene: Scene) -> None:
    """She names who shall send it: told what that costs where the place is known, then the order goes on."""
    address.take(scene)
    resume(scene)
    sent = basket.delivery(scene, None)
    if isinstance(sent, Delivery) and gap(scene) != "confirm":
        sending.chosen(scene, sent)
    advance(scene)


def step_back(scene: Scene) -> None:
    """One step back: the size, then the color, then the product."""
    known = scene.conversation
    scene.action = "flow"
    if not known.draft.product_id and known.basket:
        lines.reopen(scene, known.basket[-1], forget="size")
    elif known.draft.size:
        scene.happen(e.DraftForgotten(("size",)))
    elif known.draft.color:
        scene.happen(e.DraftForgotten(("color",)))
    else:
        scene.happen(e.DraftForgotten(("product",)), e.StepReached("introduce"))
        introduce.lead(scene)
        return
    resume(scene)
    advance(scene)
