"""Buttons and numbered choices: an action is ids only, checked against the catalogue when it comes back."""

from __future__ import annotations

from collections.abc import Callable

from bot.core import events as e
from bot.core.catalogue import Product
from bot.core.dialogue import (
    answering,
    case_talk,
    checkout,
    confirm_order,
    goods,
    greet,
    handover,
    introduce,
    invoice,
    lines,
    matter,
    order_change,
    order_talk,
    promo,
    reminders,
    satisfaction,
    survey,
)
from bot.core.dialogue.scene import Scene
from bot.core.recommend import Wish


def press(scene: Scene, action: str) -> bool:
    """Do what the button says; False when it means nothing here (an old button, a forged one)."""
    scene.action = "flow"
    kind, _, value = action.partition(":")
    handler = _BY_KIND.get(kind)
    return handler(scene, value) if handler else False


def _menu(scene: Scene, value: str) -> bool:
    match value:
        case "hot":
            introduce.offer(scene, Wish())
        case "promo":
            scene.action = "answer"
            promo.tell(scene)
        case "size" if scene.has("product.size"):
            answering.answer(scene, "product.size")
        case "human":
            handover.to_person(scene, "human", "agent")
        case _:
            return False
    return True


def _command(scene: Scene, value: str) -> bool:
    match value:
        case "menu":
            if not introduce.lead(scene):
                greet.explain(scene)
        case "orders":
            order_talk.mine(scene)
        case "human":
            handover.to_person(scene, "human", "agent")
        case "language":
            other = "en" if scene.language == "zh" else "zh"
            scene.happen(e.LanguageChosen(other))
            scene.say("language_set")
        case _:
            greet.explain(scene)
    return True


def _product(scene: Scene, value: str) -> bool:
    """A product chosen: the question that waited for it is answered, else it is introduced."""
    product = scene.shop.product_by_id.get(value)
    if product is None:
        return False
    waiting = scene.before.awaiting_topic if scene.before.awaiting == "product" else ""
    scene.happen(e.ProductPutOnTable(product.id))
    if waiting and scene.has(waiting):
        answering.answer(scene, waiting)
    elif scene.before.awaiting == "product":
        confirm_order.begin(scene, product)
    else:
        introduce.show(scene, product)
    return True


def _category(scene: Scene, value: str) -> bool:
    if value not in scene.shop.category_by_id:
        return False
    introduce.offer(scene, introduce.wish_of(scene, category_id=value))
    return True


def _order(scene: Scene, value: str) -> bool:
    product = scene.shop.product_by_id.get(value)
    if product is None:
        return False
    confirm_order.begin(scene, product)
    return True


def _in_hand(scene: Scene) -> Product | None:
    known = scene.conversation
    return scene.shop.product_by_id.get(known.draft.product_id or known.product_id or "")


def _color(scene: Scene, value: str) -> bool:
    product = _in_hand(scene)
    if product is None or product.discontinued or product.color(value) is None:
        return False
    _choose(scene, product, color=value)
    return True


def _size(scene: Scene, value: str) -> bool:
    if ":" in value:
        return satisfaction.press(scene, value)
    product = _in_hand(scene)
    if product is None or product.discontinued or value not in product.sizes:
        return False
    _choose(scene, product, size=value)
    return True


def _choose(scene: Scene, product: Product, *, color: str | None = None, size: str | None = None) -> None:
    """A color or size for the open line; pressed again later, for the line that lies in the basket."""
    line = lines.held(scene, product)
    if lines.settled(scene) and line is not None:
        lines.reopen(scene, line, color=color, size=size)
    else:
        lines.draft(scene, product, color=color, size=size)
    scene.happen(e.StepReached("confirm_order"))
    confirm_order.advance(scene)


def _topic(scene: Scene, value: str) -> bool:
    if not scene.has(value):
        return False
    answering.answer(scene, value)
    return True


def _wish(scene: Scene, value: str) -> bool:
    variant = scene.shop.variant_by_sku.get(value)
    if variant is None:
        return False
    goods.wish_for(scene, variant)
    return True


def _confirm(scene: Scene, _: str) -> bool:
    if not scene.conversation.basket:
        return False
    if not checkout.confirm(scene):
        confirm_order.resume(scene)
        confirm_order.advance(scene)
    return True


def _edit(scene: Scene, value: str) -> bool:
    known = scene.conversation
    if not confirm_order.in_order(scene):
        return False
    match value:
        case "":
            confirm_order.edit(scene)
            return True
        case "address":
            scene.happen(e.DraftForgotten(("address",)))
        case "quantity":
            scene.say("ask_quantity")
            scene.wait_for("quantity")
            return True
        case "color" | "size" if known.draft.product_id:
            scene.happen(e.DraftForgotten((value,)))
        case "color" | "size":
            lines.reopen(scene, known.basket[-1], forget=value)
        case _:
            return False
    confirm_order.resume(scene)
    confirm_order.advance(scene)
    return True


def _drop(scene: Scene, _: str) -> bool:
    confirm_order.drop(scene)
    return True


def _bot(scene: Scene, _: str) -> bool:
    handover.back_to_bot(scene)
    return True


_BY_KIND: dict[str, Callable[[Scene, str], bool]] = {
    "m": _menu,
    "cmd": _command,
    "p": _product,
    "c": _category,
    "o": _order,
    "k": _color,
    "s": _size,
    "t": _topic,
    "w": _wish,
    "ok": _confirm,
    "edit": _edit,
    "e": _edit,
    "drop": _drop,
    "cancel": order_change.press,
    "n": reminders.press,
    "bot": _bot,
    "f": case_talk.press,
    "inv": invoice.press,
    "mt": matter.press,
    "u": survey.press,
}
