"""When the bot's rules end, a person takes over: the shopper is told, with an honest time, and a case is left."""

from __future__ import annotations

from bot.core import events as e
from bot.core.cases import Case
from bot.core.dialogue.honest_time import when
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button

#: The shopper's words on a case are bounded.
MAX_WORDS = 500

BACK = (Button("bot.back", "bot"),)


def to_person(scene: Scene, reason: str, role: str, source: str = "") -> None:
    """Open a case for ``role``, tell the shopper, and wait for a person (design: state ``waiting``)."""
    scene.action, scene.reason, scene.role = "handoff", reason, role
    if scene.conversation.owner == "waiting":
        remind(scene)
        return
    case = _case(scene, reason, role)
    scene.cases.append(case)
    scene.happen(e.HandedOver(case.case_id, reason, role, scene.now.isoformat()))
    scene.say(
        "handover",
        reason=reason,
        **when(scene.duty, scene.now, role),
        buttons=BACK,
        source=(source, scene.shop.about.source),
    )
    scene.happen(e.PromptTold("handover"))


def beside(scene: Scene, reason: str, role: str, facts: tuple[tuple[str, str], ...] = ()) -> Case:
    """A case for ``role`` that does not hold the conversation; she is told by whoever opens it."""
    case = _case(scene, reason, role, facts)
    scene.cases.append(case)
    scene.happen(e.CaseMoved(case.case_id, "opened", "bot"))
    return case


def _case(scene: Scene, reason: str, role: str, facts: tuple[tuple[str, str], ...] = ()) -> Case:
    return Case(
        case_id=scene.ids.case_id,
        conversation_id=scene.conversation.id,
        reason=reason,
        role=role,
        opened_at=scene.now,
        words=scene.incoming.text[:MAX_WORDS],
        facts=(*_facts(scene), *facts),
        basket=tuple(f"{sku} × {n}" for sku, n in scene.conversation.basket),
        promised=scene.conversation.gifts,
        order_nos=scene.conversation.order_nos,
    )


def remind(scene: Scene) -> None:
    """She writes while nobody has come yet: she is answered each time, in other words when it was said just before."""
    role = awaited(scene)
    scene.action, scene.reason, scene.role = "handoff", scene.reason or "waiting", scene.role or role
    again = scene.before.prompt == "waiting"
    scene.say(
        "waiting", again=again, **when(scene.duty, scene.now, role), buttons=BACK, source=(scene.shop.about.source,)
    )
    scene.happen(e.PromptTold("waiting again" if again else "waiting"))


def awaited(scene: Scene) -> str:
    """The role she waits for."""
    case_id = scene.conversation.case_id
    return next((case.role for case in scene.situation.cases if case.case_id == case_id), "agent")


def back_to_bot(scene: Scene) -> None:
    """She does not need the person after all; an order at hand is taken up again."""
    scene.action = "smalltalk"
    if scene.conversation.owner == "waiting":
        scene.happen(e.HandedBack("shopper"), e.PromptTold("bot_back"))
    scene.say("bot_back")


def _facts(scene: Scene) -> tuple[tuple[str, str], ...]:
    """What is known that a person would otherwise ask again."""
    said, known = scene.meaning.entities, scene.conversation
    values = {
        "product": said.product_id or known.product_id,
        "quantity": said.quantity,
        "color": said.color or known.draft.color,
        "size": said.size or known.draft.size,
        "region": said.region or known.region,
        "order_no": said.order_no,
        "budget_fen": said.money_fen or known.budget_fen,
        "media": " ".join(scene.incoming.media) or None,
    }
    return tuple((name, str(value)) for name, value in values.items() if value)
