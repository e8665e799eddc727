"""Erasing a person: what stands in the way, and what is left of an order, a case, a promise without her. Pure.

What bookkeeping needs stays: order numbers, goods, sums and moments, amounts of the ledger, marks. Who she was, and
every word of hers or about her, goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.ledger import Promised
from bot.core.orders import Address, Order, Status

#: Channel of what is left of an erased person's conversations.
ERASED = "erased"
_NOBODY = Address("", "", "", "", "")
_UNDER_WAY = frozenset({Status.UNPAID, Status.PAID, Status.SHIPPED})
#: Shorter numbers stand in too much that is not hers.
_LEAST_DIGITS = 7
_NOT_DIGITS = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Person:
    """All that is known to be one person's."""

    talks: tuple[Conversation, ...] = ()
    orders: tuple[Order, ...] = ()
    cases: tuple[Case, ...] = ()
    promises: tuple[Promised, ...] = ()
    #: Keys of what she asked (:func:`bot.core.unanswered.key_of`).
    questions: tuple[str, ...] = ()
    #: Chat and thread of her topics in the staff group, which only Telegram can delete.
    threads: tuple[tuple[int, int], ...] = ()
    #: Messages in work or on their way at this moment.
    busy: int = 0

    @property
    def known(self) -> bool:
        return bool(self.talks or self.orders)

    @property
    def phones(self) -> tuple[str, ...]:
        said = [order.address.phone for order in self.orders] + [talk.address.phone or "" for talk in self.talks]
        return tuple(dict.fromkeys(phone for phone in map(digits, said) if len(phone) >= _LEAST_DIGITS))

    @property
    def buyers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(order.buyer_id for order in self.orders if order.buyer_id))

    @property
    def words(self) -> tuple[str, ...]:
        """What tells that something else is about her."""
        held = [
            *self.phones,
            *(order.address.phone for order in self.orders if len(digits(order.address.phone)) >= _LEAST_DIGITS),
            *(order.order_no for order in self.orders),
            *(case.case_id for case in self.cases),
            *(talk.id for talk in self.talks),
        ]
        return tuple(dict.fromkeys(word for word in held if word))


def digits(phone: str) -> str:
    """A number as it is compared: without signs, and without China's country code."""
    plain = _NOT_DIGITS.sub("", phone)
    return plain[2:] if len(plain) == 13 and plain.startswith("86") else plain


def hindrances(person: Person) -> Iterator[str]:
    """Sentences for whoever wants her erased; each speaks against it now."""
    for talk in person.talks:
        if talk.owner == "agent":
            yield f"{talk.agent_id or 'a person'} has her conversation {talk.id}, which has to be closed first"
        elif talk.owner == "waiting":
            yield f"she waits for a person in {talk.id}"
    for case in person.cases:
        if case.open:
            yield f"the case {case.case_id} ({case.playbook or case.reason}) is not closed"
    for line in person.promises:
        if line.state == "open":
            yield f"the promise {line.promise_id} ({line.kind}) is still to be kept"
    for order in person.orders:
        if order.status in _UNDER_WAY:
            yield f"the order {order.order_no} is {order.status.value}: her address is needed until it has arrived"


def talk_without(talk: Conversation) -> Conversation:
    """What is left of one whose words are past their time: whose it is, and what she does not want to be asked."""
    return Conversation(
        id=talk.id,
        channel=talk.channel,
        language=talk.language,
        owner="closed",
        welcomed=talk.welcomed,
        turns=talk.turns,
        last_at=talk.last_at,
        order_nos=talk.order_nos,
        no_reminders=talk.no_reminders,
    )


def order_without(order: Order) -> Order:
    return replace(
        order,
        conversation_id="",
        address=_NOBODY,
        notes=tuple(replace(note, content="", handling="") for note in order.notes),
        buyer_id="",
        tracking_no="",
        pay_url="",
        platform_memo="",
        no_reminders=True,
        version=order.version + 1,
    )


def case_without(case: Case, left: str, at: datetime) -> Case:
    """``left``: id of what is left of her conversations."""
    return Case(
        case_id=case.case_id,
        conversation_id=left,
        reason=case.reason,
        role=case.role,
        opened_at=case.opened_at,
        words="",
        order_nos=case.order_nos,
        state="closed",
        playbook=case.playbook,
        step=case.step,
        assigned=case.assigned,
        history=tuple(replace(entry, words="") for entry in case.history),
        follows=case.follows,
    ).noted(at, ERASED, ERASED)


def promise_without(line: Promised, left: str, at: datetime) -> Promised:
    bare = replace(line, conversation_id=left, words="")
    return bare if line.state != "open" else replace(bare, state="withdrawn", settled_at=at, settled_by=ERASED)


def lines_without(lines: Iterable[str], words: Iterable[str]) -> tuple[str, ...]:
    """Of a handover sheet: a line that names her says so little that the count holds."""
    hers = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words) or r"(?!)")
    return tuple("–" if hers.search(line) else line for line in lines)
