"""The card staff see of a case: why they are called, what is known, who has it. Values for a template."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.core import events as e
from bot.core.care import cared
from bot.core.case_keys import SEEN
from bot.core.case_order import HOURS, ORDER_STATE
from bot.core.case_steps import current, facts_of, fill
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.fact_values import masked, shown
from bot.core.group_words import BEFORE, Reader, brief, clean, units
from bot.core.messages import Language
from bot.core.money import yuan
from bot.core.orders import Order
from bot.core.playbooks import Playbook
from bot.core.ports_people import Happened

#: Telegram's limit for one message, in UTF-16 units.
CARD_UNITS = 4096
#: Characters of each message and suggestion, tried from the first on until the card fits.
_SIZES = (5_000, 600, 240, 100, 40)
_MAX_SUGGESTION = 300
#: Told elsewhere on the card, or of no use to a person.
_HIDDEN_FACTS = frozenset({"goods_fen", "media", ORDER_STATE, *HOURS, SEEN, "given", "granted"})


def card_values(
    case: Case | None,
    book: Playbook | None,
    talk: Conversation,
    orders: Sequence[Order],
    happened: Sequence[Happened],
    suggestions: Sequence[str],
    reader: Reader,
    language: Language,
    chars: int = _SIZES[0],
    own: str = "",
) -> Mapping[str, Any]:
    """``happened``: the newest events the card may show; ``chars``: how much of each message.

    ``own``: name of the person she knows, where that one is there and she waits (E9).
    """
    step, since = (current(book, case) if case and book else None), _since(case, talk)
    return {
        "title": book.title.get(language) if book else reader.labels["talk"],
        "case_id": case.case_id if case else "",
        "reason": reader.labels.get(f"reason.{case.reason}", case.reason) if case else "",
        "words": brief(case.words, min(chars, 600)) if case else "",
        "source": book.source if book else "",
        "does": fill(book, step.does, case).get(language) if step and book and case else "",
        "role": reader.labels.get(f"role.{case.role}", case.role) if case else "",
        "facts": _facts(case, book, reader, language) if case else [],
        "orders": [_order(order, reader, language) for order in _of_interest(orders, case)],
        "basket": [brief(line) for line in (case.basket if case else ())][:10],
        "promised": [brief(line) for line in (case.promised if case else ())][:10],
        "messages": [
            _discreet(line, case, book, orders) for _, line in spoken(happened, talk, reader, chars)[-BEFORE:]
        ],
        "who": _who(case, talk, reader),
        "since": reader.time(since) if since else "",
        "due": _moment(case.due_at, reader) if case and case.due_at and case.open else "",
        "opened": _moment(case.opened_at, reader) if case else "",
        "state": case.state if case else "",
        "owner": talk.owner,
        "name": brief(talk.name, 60) or reader.labels["customer"],
        "own": own,
        "care": _care(talk, case, reader),
        "suggestions": [brief(words, min(chars, _MAX_SUGGESTION)) for words in suggestions],
    }


def _care(talk: Conversation, case: Case | None, reader: Reader) -> str:
    """Why she gets special care; by the clock of her newest word."""
    now = talk.last_at or (case.opened_at if case else None)
    why = cared(talk, now) if now else ""
    return reader.labels.get(f"care.{why}", why) if why else ""


def fitted(render: Callable[[int], str]) -> str:
    """The longest rendering that one message takes."""
    text = ""
    for chars in _SIZES:
        text = render(chars).strip()
        if units(text) <= CARD_UNITS:
            return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * CARD_UNITS].decode("utf-16-le", "ignore")


def spoken(happened: Sequence[Happened], talk: Conversation, reader: Reader, chars: int) -> list[tuple[int, str]]:
    """Who said what, with the number of the event; hers whole where ``chars`` allows."""
    made = list[tuple[int, str]]()
    for one in happened:
        at = reader.time(one.at)
        match one.event:
            case e.ShopperSpoke() as x:
                who = brief(x.name or talk.name, 40) or reader.labels["customer"]
                sign = {"edited": "✎ ", "button": "▸ "}.get(x.kind, "")
                words = clean(x.text) if len(x.text) <= chars else brief(x.text, chars)
                if x.media or not words:
                    words = f"[{reader.labels.get(f'kind.{x.kind}', x.kind)}] {words}".strip()
                made.append((one.seq, f"👤 {at} {who}: {sign}{words}"))
            case e.BotSpoke() as x if x.text:
                made.append((one.seq, f"🤖 {at} {brief(x.text, min(chars, 160))}"))
            case e.StaffSpoke() as x:
                made.append((one.seq, f"💬 {at} {reader.name(x.staff_id)}: {brief(x.text, min(chars, 300))}"))
    return made


def full_facts(case: Case, book: Playbook, language: Language) -> list[str]:
    """Facts that the card hides, for the one person who asks and may see them."""
    known = case.known
    return [
        f"{fact.label.get(language) or fact.id}: {shown(fact, known[fact.id], language)}"
        for fact in facts_of(book).values()
        if fact.masked and known.get(fact.id)
    ]


#: A phone, an account, the number of an identity card.
_LONG_NUMBER = re.compile(r"(?<![A-Za-z\d])\d(?:[ -]?\d){10,}")


def _discreet(line: str, case: Case | None, book: Playbook | None, orders: Sequence[Order]) -> str:
    """The card is read by everybody in the group: what is masked among the facts is masked among her words too (E8).

    Numbers of her orders are needed to serve her.
    """
    numbers = {order.order_no for order in orders}
    secret = [case.fact(fact.id) for fact in facts_of(book).values() if fact.masked] if case and book else []
    for value in filter(None, secret):
        line = line.replace(value, masked(value))
    return _LONG_NUMBER.sub(lambda found: found[0] if found[0] in numbers else masked(found[0]), line)


def _facts(case: Case, book: Playbook | None, reader: Reader, language: Language) -> list[dict[str, str]]:
    of_book = facts_of(book) if book else {}
    made = []
    for name, value in case.facts:
        fact = of_book.get(name)
        if fact is not None:
            label, words = fact.label.get(language) or name, shown(fact, value, language, hidden=True)
        elif name in _HIDDEN_FACTS or not value or (name == "product" and case.fact("goods")):
            continue
        else:
            label, words = reader.labels.get(f"fact.{name}", name), _plain(name, value)
        made.append({"label": label, "value": brief(words)})
    return made[:25]


def _plain(name: str, value: str) -> str:
    return yuan(int(value)) if name.endswith("_fen") and value.isascii() and value.isdigit() else value


def _of_interest(orders: Sequence[Order], case: Case | None) -> list[Order]:
    """The orders the case names, else her newest two."""
    named = [order for order in orders if case is not None and order.order_no in case.order_nos]
    return named[-3:] or list(orders)[-2:]


def _order(order: Order, reader: Reader, language: Language) -> str:
    goods = reader.labels["comma"].join(
        f"{line.name.get(language)} {line.size} ×{line.quantity}" for line in order.lines
    )
    status = reader.labels.get(f"status.{order.status.value}", order.status.value)
    flag = f" · {reader.labels[f'flag.{order.flag.name.lower()}']}" if order.flag is not None else ""
    return brief(f"{order.order_no} · {status} · {yuan(order.total_fen)}{flag} · {goods}", 300)


def _who(case: Case | None, talk: Conversation, reader: Reader) -> str:
    staff_id = talk.agent_id or (case.assigned if case else "")
    return reader.name(staff_id) if staff_id else ""


def _since(case: Case | None, talk: Conversation) -> datetime | None:
    """Since when somebody has it; where nobody has, since when she waits."""
    if case is not None:
        taken = [entry.at for entry in case.history if entry.what == "taken"]
        if taken and (talk.agent_id or case.assigned):
            return taken[-1]
    return talk.waiting_since if talk.owner == "waiting" else None


def _moment(at: datetime, reader: Reader) -> str:
    return f"{at.astimezone(reader.zone):%m-%d %H:%M}"
