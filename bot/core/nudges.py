"""Whom a reminder round reminds, and why it leaves the others out (B1)."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Literal

from bot.core.slots import Slot

#: Why an order is left out.
Reason = Literal[
    "not_unpaid",  # paid, closed or refunded
    "too_young",
    "opted_out",  # she wants no reminders
    "settled",  # she said that she paid, or changed her mind
    "this_slot",  # claimed in this very slot before
    "cap_day",
    "cap_order",
    "out_of_stock",
    "unbound",  # no chat belongs to it
    "unreachable",  # she blocked us, or her channel is one nothing can be sent on
    "person",  # a person holds or is asked into the conversation, or closed it
    "hold_out",
    "special_care",  # she is disappointed, and was reminded of it once
]

#: Left out, and to be called by phone: the message cannot reach her, or the last one did not help.
_CALLED: frozenset[Reason] = frozenset({"unbound", "unreachable", "cap_order"})


@dataclass(frozen=True, slots=True)
class NudgeRules:
    zone: tzinfo = UTC
    slots: tuple[time, ...] = (time(10), time(16))
    min_unpaid_hours: float = 3
    max_per_day: int = 2
    max_per_order: int = 4
    #: A slot missed by more is skipped.
    max_delay_minutes: int = 30
    #: A reminder that could not be sent for so long after its slot is dropped.
    send_within_minutes: int = 240
    #: Share of orders that is never reminded, to compare with.
    hold_out_percent: int = 0
    #: Channels that are served and on which a message can begin from our side.
    channels: frozenset[str] = frozenset({"telegram", "web"})


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What planning needs of one order; counts of reminders leave out those that were never sent."""

    order_no: str
    #: Empty: no chat belongs to it.
    conversation_id: str
    channel: str
    created_at: datetime
    #: SKU and pieces of each line; a SKU the catalogue does not know is left to the platform.
    goods: tuple[tuple[str, int], ...] = ()
    #: Whether it holds its goods by a reservation.
    reserved: bool = False
    status: str = "unpaid"
    owner: str = "bot"
    settled: bool = False
    opted_out: bool = False
    unreachable: bool = False
    reminded_today: int = 0
    reminded_ever: int = 0
    in_this_slot: bool = False
    #: Until when she gets special care (D5); None: she never did.
    care_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    #: SKU -> pieces left after every reservation; SKUs the catalogue does not know are absent.
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remind:
    order: Unpaid


@dataclass(frozen=True, slots=True)
class Skip:
    order: Unpaid
    reason: Reason

    @property
    def call(self) -> bool:
        """Whether it goes to the phone list."""
        return self.reason in _CALLED


def ref_of(order_nos: Sequence[str]) -> str:
    """What a queued reminder keeps of its orders: the number, of several a JSON list."""
    alone = len(order_nos) == 1 and not order_nos[0].startswith("[")
    return order_nos[0] if alone else json.dumps(order_nos, ensure_ascii=False)


def order_nos_of(ref: str) -> tuple[str, ...]:
    return tuple(json.loads(ref)) if ref.startswith("[") else (ref,)


@dataclass(frozen=True, slots=True)
class SlotClaim:
    """A round's place in the ledger."""

    slot: Slot
    #: When the slot was due.
    due_at: datetime
    #: After this moment, by the real clock, its reminders are not sent any more.
    until: datetime
    #: A claim from before then whose message is still not sent does not count any more.
    pending_since: datetime


def claim_of(slot: Slot, due_at: datetime, rules: NudgeRules, now: datetime) -> SlotClaim:
    """``now``: the real moment; a round run by hand has its slot's moment for a clock, but is sent now."""
    wait = timedelta(minutes=rules.send_within_minutes)
    return SlotClaim(slot, due_at, max(due_at, now) + wait, due_at - wait)


def due_nudges(orders: Iterable[Unpaid], now: datetime, rules: NudgeRules, facts: Facts) -> Iterator[Remind | Skip]:
    """One decision per order, in order, without keeping any: streams. ``now``: the round's moment, aware."""
    placed_before = now - timedelta(hours=rules.min_unpaid_hours)
    for order in orders:
        cared = order.care_until is not None and now < order.care_until
        reason = _reason(order, placed_before, rules, facts)
        if reason is None and cared and order.reminded_ever:
            reason = "special_care"
        yield Skip(order, reason) if reason else Remind(order)


def _reason(order: Unpaid, placed_before: datetime, rules: NudgeRules, facts: Facts) -> Reason | None:
    if order.status != "unpaid":
        return "not_unpaid"
    if order.created_at > placed_before:
        return "too_young"
    if order.opted_out:
        return "opted_out"
    if order.settled:
        return "settled"
    if order.in_this_slot:
        return "this_slot"
    if not _in_stock(order, facts):
        return "out_of_stock"
    if order.reminded_ever >= rules.max_per_order:
        return "cap_order"
    if order.reminded_today >= rules.max_per_day:
        return "cap_day"
    if not order.conversation_id:
        return "unbound"
    if order.owner != "bot":
        return "person"
    if order.unreachable or order.channel not in rules.channels:
        return "unreachable"
    if rules.hold_out_percent and held_out(order.order_no, rules.hold_out_percent):
        return "hold_out"
    return None


def _in_stock(order: Unpaid, facts: Facts) -> bool:
    """What it has reserved is there unless the shelf was emptied meanwhile; anything else must be left for it."""
    needs = dict.fromkeys((sku for sku, _ in order.goods), 0)
    if not order.reserved:
        for sku, pieces in order.goods:
            needs[sku] += pieces
    return all(facts.left.get(sku, pieces) >= pieces for sku, pieces in needs.items())


def held_out(order_no: str, percent: int) -> bool:
    """The same answer for an order every time, and spread evenly."""
    return zlib.crc32(order_no.encode()) % 100 < percent
