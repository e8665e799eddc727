"""After an answer the flow leads on from where it was (A1), without nagging: no prompt twice in a row."""

from __future__ import annotations

from collections.abc import Callable

from bot.core import events as e
from bot.core.dialogue import checkout, confirm_order, introduce, promo
from bot.core.dialogue.basket import drafted
from bot.core.dialogue.cards import variant_words
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button

#: Marks a prompt that was held back because it stood there the turn before.
QUIET = "quiet "

#: After these a shopper is not led to more goods: she has another worry.
_NOT_AFTER = ("aftersale.", "service.", "order.", "complaint", "invoice", "payment.problem", "farewell", "thanks")


def lead_on(scene: Scene) -> None:
    """Tell the next prompt, unless this turn put something before her already."""
    if scene.action not in ("answer", "smalltalk") or scene.has_asked() or scene.meaning.act == "hold":
        return
    if confirm_order.is_bulk(scene) and scene.says:
        return  # she came back from the specialist; she says how it goes on
    if confirm_order.ordering(scene):
        _to_order(scene)
    elif scene.conversation.owner != "bot" or _another_worry(scene):
        return
    elif scene.conversation.basket:
        _to_yes(scene)
    else:
        _to_goods(scene)


def _another_worry(scene: Scene) -> bool:
    return any(topic.startswith(_NOT_AFTER) for topic in scene.topics)


def _to_order(scene: Scene) -> None:
    """Come back to the order that is being put together."""
    if confirm_order.gap(scene) == "line":  # the question settled it: "XL有吗"
        _advance(scene)
        return
    missing = confirm_order.gap(scene)
    if missing == "confirm":
        _to_yes(scene)
    elif scene.before.prompt != confirm_order.prompt(scene, missing):
        _advance(scene)
    elif scene.action == "answer" or _another_worry(scene) or scene.conversation.owner != "bot":
        confirm_order.wait(scene, missing)  # the question stands right above the answer
    else:
        confirm_order.remind(scene, missing)


def _advance(scene: Scene) -> None:
    """Going on is part of answering: what the message led to stays what it was."""
    action = scene.action
    confirm_order.advance(scene)
    if scene.action == "flow":
        scene.action = action


def _to_yes(scene: Scene) -> None:
    """The order waits for her yes; it is read back anew when a promotion may have ended since."""
    if scene.conversation.address.complete and (scene.conversation.read_back_fen is None or scene.new_day):
        confirm_order.resume(scene)
        _advance(scene)
    else:
        _to_basket(scene)


def _to_basket(scene: Scene) -> None:
    """Name the order that waits, every other time; read it out where there is nothing else to say."""
    if scene.before.prompt != "lead_confirm":
        checkout.recall(scene)
    elif scene.says:
        scene.wait_for("confirm", prompt="again:confirm")
    else:
        _advance(scene)


def _to_goods(scene: Scene) -> None:
    product = scene.shop.product_by_id.get(scene.conversation.product_id or "")
    if scene.conversation.step == "favourite" or any(t in scene.topics for t in ("greeting", "smalltalk")):
        return
    if product is None and any(c.startswith("p:") for c in scene.before.choices):
        return  # three were just shown: "the second one" still means one of them
    if product is None and scene.meaning.entities.category_id is not None:
        introduce.offer(scene, introduce.wish_of(scene))
    elif product is None or product.discontinued:
        _tell(scene, "introduce", lambda: introduce.lead(scene))
    elif not _tell(scene, f"promo:{product.id}", lambda: promo.lead(scene, product)):
        _tell(scene, f"order:{product.id}", lambda: _order(scene))


def _order(scene: Scene) -> bool:
    product = scene.shop.product_by_id[scene.conversation.product_id or ""]
    found = drafted(scene)
    variant = found[1] if found is not None and found[0].id == product.id else None
    if variant is not None and not scene.stock(variant):
        variant = None
    scene.say(
        "lead_order",
        product=product.name.get(scene.language),
        variant=variant_words(product, variant, scene.language) if variant else "",
        buttons=(Button("order.start", f"o:{product.id}"),),
        source=(product.source,),
    )
    return True


def _tell(scene: Scene, prompt: str, say: Callable[[], bool]) -> bool:
    """Tell a prompt, never twice in a row; after a turn without it, it may come again."""
    if scene.before.prompt == prompt:
        scene.happen(e.PromptTold(QUIET + prompt))
        return True
    if not say():
        return False
    scene.happen(e.PromptTold(prompt))
    return True
