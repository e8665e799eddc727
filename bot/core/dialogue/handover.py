"""Where the bot's rules end a person decides or takes over: she is told who and when, honestly, and a case is left.

A playbook that talks makes her wait for a person; any other leaves the conversation to the bot while its case runs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.core import events as e
from bot.core.books import book_for, book_of
from bot.core.case_run import go_on, open_case
from bot.core.case_steps import carried, last_told
from bot.core.cases import ANYBODY, Case
from bot.core.dialogue import case_words
from bot.core.dialogue.basket import quote
from bot.core.dialogue.honest_time import when
from bot.core.dialogue.scene import Scene
from bot.core.follow_up import FOLLOW_UP_BOOK
from bot.core.messages import Button
from bot.core.playbooks import Ask, Effect, Follow, Playbook, Tell

#: The shopper's words on a case are bounded.
MAX_WORDS = 500
#: So many of her newest orders stand on a case.
_ORDERS = 5

BACK = (Button("bot.back", "bot"),)

#: A sum said here is a price, no budget.
_ABOUT_MONEY = frozenset({"gift", "bargain", "invoice"})

#: Matters of buying: what she says beside them is for the bot.
_BEFORE_THE_SALE = frozenset({"gift", "bargain", "free_shipping", "bulk", "invoice"})

Facts = tuple[tuple[str, str], ...]


def to_person(
    scene: Scene, reason: str, role: str, source: str = "", facts: Facts = (), order_nos: tuple[str, ...] | None = None
) -> None:
    """This is for ``role``. She is told; no second case is opened for what is being looked at already.

    ``order_nos``: the orders it is about, where that is known better than from this message.
    """
    scene.action, scene.reason, scene.role = "handoff", reason, role
    if scene.conversation.owner == "waiting":
        remind(scene)
        return
    book = book_for(scene.shop, reason)
    held = collecting(scene)
    if held is not None and reason in ANYBODY:
        left = _stop_asking(scene, held)
        if book_of(scene.shop, held).talks:
            _hold(scene, left)
            return
        held = None
    known = _open_already(scene, book, reason, role)
    if known is not None:
        if held is not None and held.case_id != known.case_id and book.talks:
            _leave_to_person(scene, held)
        _again(scene, book, known)
        return
    fresh = _case(scene, reason, role, facts)
    fresh = fresh if order_nos is None else replace(fresh, order_nos=order_nos)
    case, effects = open_case(
        book, fresh, scene.now, scene.duty, scene.rules.cases, scene.situation.orders, scene.situation.seen
    )
    if not case.open:
        _sorted_out(scene, book, case, effects, source)
        return
    if held is not None and (book.talks or case.state == "collecting"):
        _leave_to_person(scene, held)
    put(scene, fresh, case)
    scene.role = case.role
    if reason == "complaint":
        _before(scene, scene.conversation.complaint_result)
    begun(scene, book, case, effects, source)


def _sorted_out(scene: Scene, book: Playbook, case: Case, effects: tuple[Effect, ...], source: str) -> None:
    """Its forks led to an end at once: what comes next begins in its place, else somebody talks with her."""
    reason = next((effect.reason for effect in effects if isinstance(effect, Follow)), "human")
    numbers = (case.fact("order_no"),) if case.fact("order_no") else case.order_nos
    onward = book_for(scene.shop, reason)
    to_person(scene, reason, onward.role or case.role, source, carried(book, case, onward), numbers)


def beside(scene: Scene, reason: str, role: str, facts: Facts = (), order_no: str = "") -> Case:
    """A matter for ``role`` that she need not wait for; she is told by whoever opens it."""
    fresh = _case(scene, reason, role, facts)
    fresh = replace(fresh, order_nos=(order_no,)) if order_no else fresh
    case, _ = open_case(FOLLOW_UP_BOOK, fresh, scene.now, scene.duty, scene.rules.cases)
    put(scene, fresh, case)
    return case


def begun(scene: Scene, book: Playbook, case: Case, effects: tuple[Effect, ...], source: str = "") -> None:
    """Tell what the opening, or the last fact, led to."""
    if case.state == "collecting":
        scene.happen(e.CaseOpened(case.case_id, case.reason))
        scene.say("case_opened", reason=case.reason, role=case.role, source=(source,))
    for effect in effects:
        match effect:
            case Ask():
                case_words.ask(scene, effect)
            case Tell():
                scene.say("text", text=effect.text.get(scene.language), source=(effect.source,))
    if case.state == "collecting" or not case.open:
        return
    if book.talks:
        _hold(scene, case, source, told=any(isinstance(effect, Tell) for effect in effects))
    else:
        _goes_on(scene, case)


def put(scene: Scene, before: Case, after: Case) -> None:
    """``after`` in the place of ``before``; what is new in its history happens in the conversation too."""
    scene.cases[:] = [*(case for case in scene.cases if case.case_id != after.case_id), after]
    new = after.history[len(before.history) :]
    scene.happen(*(e.CaseMoved(after.case_id, entry.what, entry.who) for entry in new))


def collecting(scene: Scene) -> Case | None:
    """The case whose facts she is being asked for, as it was before this message."""
    case_id = scene.conversation.collecting
    return next((case for case in scene.situation.cases if case.case_id == case_id), None) if case_id else None


def _stop_asking(scene: Scene, held: Case) -> Case:
    """A person goes on with what is known."""
    book = book_of(scene.shop, held)
    case, _ = go_on(book, held, "bot", scene.now, scene.duty, scene.rules.cases, scene.situation.orders)
    put(scene, held, case)
    return case


def _leave_to_person(scene: Scene, held: Case) -> None:
    """Something else comes first now: the matter that asked goes on without her, and she is told so."""
    case_words.expected(scene, _stop_asking(scene, held))


def _hold(scene: Scene, case: Case, source: str = "", *, told: bool = False) -> None:
    """She waits for a person from now on. ``told``: the playbook's own words stand above."""
    scene.role = case.role
    scene.happen(e.HandedOver(case.case_id, case.reason, case.role, scene.now.isoformat()))
    words: dict[str, Any] = when(scene.duty, scene.now, case.role)
    said = (source, scene.shop.about.source)
    scene.say("handover", reason="told" if told else case.reason, **words, buttons=BACK, source=said)
    scene.happen(e.PromptTold("handover again" if scene.before.prompt == "handover" else "handover"))


def open_case_for(scene: Scene, reason: str) -> Case | None:
    """Her case of this reason that runs beside the talk, the bot going on meanwhile."""
    book = book_for(scene.shop, reason)
    same = (c for c in scene.situation.cases if c.reason == reason and c.playbook == book.id and c.open)
    return None if book.talks else next(same, None)


def _open_already(scene: Scene, book: Playbook, reason: str, role: str) -> Case | None:
    """Her open case for the same matter."""
    same = [c for c in scene.situation.cases if c.reason == reason and c.playbook == book.id and c.open]
    return next((case for case in same if book.id or case.role == role), None)


def add_to_open(scene: Scene) -> bool:
    """Words that nothing is made of, while people look into what happened to her: they belong to it."""
    mine = (c for c in reversed(scene.situation.cases) if c.open and c.playbook and c.state != "collecting")
    case = next((c for c in mine if c.reason not in _BEFORE_THE_SALE), None)
    if case is None or scene.before.choices or not scene.wording.strip():
        return False
    to_person(scene, case.reason, case.role)
    return True


def _again(scene: Scene, book: Playbook, case: Case) -> None:
    """Asked for once more: a person is on it, or, where it was to be a talk, is called again."""
    scene.role = case.role
    if case.state == "collecting":
        case_words.ask_again(scene, book, case)
    elif book.talks:
        _before(scene, last_told(book, case).get(scene.language))
        _hold(scene, case)
    else:
        _goes_on(scene, case, again=True)


def _before(scene: Scene, told: str) -> None:
    """Who comes again hears first what is on record (C12)."""
    if told:
        scene.say("on_record", told=told, source=(scene.shop.about.source,))


def _goes_on(scene: Scene, case: Case, *, again: bool = False) -> None:
    """She hears who decides; what the order waited for it still waits for."""
    case_words.expected(scene, case, again=again)
    waited = scene.before.awaiting
    if waited and waited != case_words.AWAITED and not scene.before.awaiting_topic:
        scene.wait_for(waited)


def _case(scene: Scene, reason: str, role: str, facts: Facts = ()) -> Case:
    return Case(
        case_id=scene.ids.case_id,
        conversation_id=scene.conversation.id,
        reason=reason,
        role=role,
        opened_at=scene.now,
        words=scene.incoming.text[:MAX_WORDS],
        facts=(*_facts(scene, reason), *facts),
        basket=tuple(f"{sku} × {n}" for sku, n in scene.conversation.basket),
        promised=scene.conversation.gifts,
        order_nos=_order_nos(scene),
    )


def _order_nos(scene: Scene) -> tuple[str, ...]:
    """The order she names, if it is hers; else her newest that are not over."""
    orders, named = scene.situation.orders, scene.meaning.entities.order_no or ""
    hers = next((o.order_no for o in orders if o.order_no.casefold() == named.casefold()), None)
    if hers is not None:
        return (hers,)
    return tuple(order.order_no for order in orders if not order.ended)[-_ORDERS:]


def remind(scene: Scene) -> None:
    """She writes while nobody has come yet: she is answered each time, in other words when it was said just before."""
    role = awaited(scene)
    scene.action, scene.reason, scene.role = "handoff", scene.reason or "waiting", scene.role or role
    again = scene.before.prompt == "waiting"
    told = when(scene.duty, scene.now, role)
    ask = scene.rules.answer_while_waiting
    scene.say("waiting", again=again, ask=ask, **told, buttons=BACK, source=(scene.shop.about.source,))
    scene.happen(e.PromptTold("waiting again" if again else "waiting"))


def awaited(scene: Scene) -> str:
    """The role she waits for."""
    held = _held(scene)
    return held.role if held is not None else "agent"


def _held(scene: Scene) -> Case | None:
    case_id = scene.conversation.case_id
    return next((case for case in scene.situation.cases if case.case_id == case_id), None)


def back_to_bot(scene: Scene) -> None:
    """She does not need the person after all; an order at hand is taken up again."""
    scene.action = "smalltalk"
    if scene.conversation.owner == "waiting":
        held = _held(scene)
        if held is not None and not held.playbook:
            close(scene, held)
        scene.happen(e.HandedBack("shopper"), e.PromptTold("bot_back"))
    scene.say("bot_back")


def close(scene: Scene, case: Case) -> None:
    """She needs none of it any more."""
    closed = replace(case, state="closed", step=WITHDRAWN, alarm_at=None, due_at=None, key="")
    put(scene, case, closed.noted(scene.now, "shopper", "closed", WITHDRAWN))
    scene.happen(e.CaseEnded(case.case_id, WITHDRAWN))


#: How a case ends that the shopper took back.
WITHDRAWN = "withdrawn"


def _facts(scene: Scene, reason: str) -> Facts:
    """What is known that a person would otherwise ask again."""
    said, known = scene.meaning.entities, scene.conversation
    values = {
        "product": said.product_id or known.product_id,
        "goods": _goods(scene),
        "goods_fen": _goods_fen(scene, reason),
        "quantity": _pieces(scene) if reason == "bulk" else said.quantity,
        "color": said.color or known.draft.color,
        "size": said.size or known.draft.size,
        "region": said.region or known.region,
        "order_no": said.order_no,
        "budget_fen": known.budget_fen if reason in _ABOUT_MONEY else said.money_fen or known.budget_fen,
        "media": " ".join(scene.incoming.media) or None,
        **(_dealings(scene) if reason == "bulk" else {}),
    }
    return tuple((name, str(value)) for name, value in values.items() if value)


def _pieces(scene: Scene) -> int:
    """Of a bulk order: in basket and open line together, or as many as she says."""
    known = scene.conversation
    chosen = sum(n for _, n in known.basket) + (known.draft.quantity or 0)
    return max(scene.meaning.entities.quantity or 0, chosen)


def _goods_fen(scene: Scene, reason: str) -> int | None:
    """Sum of the goods at hand; of a bulk order that is still words, what so many would cost at least."""
    chosen = quote(scene, drafted_too=True)
    product = scene.product()
    in_basket = sum(n for _, n in scene.conversation.basket)
    if reason == "bulk" and product is not None and in_basket < _pieces(scene):
        return product.price_range_fen[0] * _pieces(scene)
    return chosen.goods_fen if chosen is not None else None


def _goods(scene: Scene) -> str:
    """Names of what lies in the basket, else of what is talked about."""
    known, shop = scene.conversation, scene.shop
    in_basket = [shop.product_by_sku[sku].id for sku, _ in known.basket if sku in shop.product_by_sku]
    ids = [*in_basket, known.draft.product_id] if in_basket else [scene.meaning.entities.product_id or known.product_id]
    found = dict.fromkeys(shop.product_by_id[i].name.get(scene.language) for i in ids if i and i in shop.product_by_id)
    return ", ".join(found)


def refreshed(scene: Scene, case: Case) -> Case:
    """What was talked about while the case asked counts too."""
    after = case
    for name, value in _dealings(scene).items() if case.reason == "bulk" else ():
        after = after.with_fact(name, value)
    put(scene, case, after)
    return after


def _dealings(scene: Scene) -> dict[str, str]:
    """What shows whether a bulk inquiry is meant (A7): orders here, and what the talk dwelt on."""
    orders, known = scene.situation.orders, scene.conversation
    first = min((order.created_at for order in orders), default=None)
    return {
        **({"first_order": f"{first:%Y-%m-%d}"} if first is not None else {}),
        "orders_here": str(len(orders)),
        "orders_paid": str(sum(order.paid_at is not None for order in orders)),
        "talk_material": str(known.material_turns),
        "talk_price": str(known.price_turns),
    }
