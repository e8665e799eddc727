"""After an answer the flow leads on from where it was (A1), without nagging: no prompt twice in a row."""

from __future__ import annotations

from collections.abc import Callable

from bot.core import events as e
from bot.core.dialogue import confirm_order, introduce, promo
from bot.core.dialogue.basket import drafted
from bot.core.dialogue.cards import variant_words
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button

#: After these a shopper is not led to more goods: she has another worry.
_NOT_AFTER = ("aftersale.", "service.", "order.", "complaint", "invoice", "payment.problem", "farewell", "thanks")


def lead_on(scene: Scene) -> None:
    """Tell the next prompt, unless this turn asked something already or told the same prompt last."""
    if scene.conversation.owner != "bot" or scene.action not in ("answer", "smalltalk"):
        return
    if any(isinstance(x, (e.FactAsked, e.ChoicesOffered, e.OrderReadBack)) for x in scene.events):
        return
    if confirm_order.ordering(scene):
        _continue_order(scene)
    elif not any(t.startswith(_NOT_AFTER) for t in scene.topics):
        _next_step(scene)


def _continue_order(scene: Scene) -> None:
    """Come back to the order that is being put together; what waits for a yes is only named again."""
    prompt = "confirm" if scene.conversation.read_back_fen is not None else scene.before.prompt
    if scene.conversation.read_back_fen is not None:
        if scene.before.prompt != "lead_confirm":
            scene.say("lead_confirm", buttons=(Button("order.confirm", "ok"), Button("order.edit", "edit")))
            scene.happen(e.FactAsked("confirm"), e.PromptTold("lead_confirm"))
        return
    before = len(scene.events), len(scene.says), scene.action
    confirm_order.advance(scene)
    scene.action = before[2] if scene.action == "flow" else scene.action
    told = [x.prompt for x in scene.events[before[0] :] if isinstance(x, e.PromptTold)]
    if told == [prompt]:
        # The same question stands unanswered right above: keep waiting for it, but do not say it again.
        del scene.says[before[1] :]


def _next_step(scene: Scene) -> None:
    product = scene.shop.product_by_id.get(scene.conversation.product_id or "")
    if scene.conversation.step == "favourite" or scene.action == "smalltalk":
        return
    if product is None or product.discontinued:
        _tell(scene, "introduce", lambda: introduce.lead(scene))
    elif not _tell(scene, f"promo:{product.id}", lambda: promo.lead(scene, product)):
        _tell(scene, f"order:{product.id}", lambda: _order(scene))


def _order(scene: Scene) -> bool:
    product = scene.shop.product_by_id[scene.conversation.product_id or ""]
    found = drafted(scene)
    variant = found[1] if found is not None and found[0].id == product.id else None
    scene.say(
        "lead_order",
        product=product.name.get(scene.language),
        variant=variant_words(product, variant, scene.language) if variant else "",
        buttons=(Button("order.start", f"o:{product.id}"),),
        source=(product.source,),
    )
    return True


def _tell(scene: Scene, prompt: str, say: Callable[[], bool]) -> bool:
    if scene.before.prompt == prompt or not say():
        return False
    scene.happen(e.PromptTold(prompt))
    return True
