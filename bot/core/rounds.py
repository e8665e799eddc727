"""Rounds: what the shop looks through at set times, who gets the list, and when a round is due. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from bot.core.catalogue import Text
from bot.core.slots import Slot, slots_between

LineState = Literal["open", "done"]
#: Who ticks off what has settled itself.
CLOCK = "clock"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Round:
    id: str
    title: Text
    #: Who gets the list (E1).
    role: str
    #: Where the manual says so.
    rule: str
    #: Whether a line that a later run does not find any more has settled itself.
    standing: bool = True
    #: First and last day of the month on which it is held.
    days: tuple[int, int] = (1, 31)
    #: Months in which it is held; empty: every one.
    months: tuple[int, ...] = ()
    #: Days of the week on which it is held, Monday being 0; empty: every one.
    weekdays: tuple[int, ...] = ()

    def held_on(self, day: date) -> bool:
        first, last = self.days
        of_week = not self.weekdays or day.weekday() in self.weekdays
        return of_week and first <= day.day <= last and (not self.months or day.month in self.months)


#: In the order of a day.
ROUNDS: tuple[Round, ...] = (
    Round("dispatch", Text("发货与签收跟踪", "Dispatch and delivery tracking"), "after_sales", "C13"),
    Round("archive", Text("月度归档", "Monthly archive"), "operations", "G5", False, (1, 3)),
    Round("order_clock", Text("平台订单时钟", "Order clock of a marketplace"), "operations", "F2"),
    Round("dispatch_report", Text("跟踪完成率", "Completion of yesterday's tracking"), "operations", "C13, D3", False),
    Round("unsigned", Text("发出未签收", "Shipped, not signed for"), "after_sales", "B5, C6"),
    Round("care", Text("重点关怀", "Special care"), "supervisor", "D5", False),
    Round("unconfirmed", Text("签收未确认", "Signed for, not confirmed"), "after_sales", "B4"),
    Round("follow_ups", Text("今天要兑现的承诺", "Promises to keep today"), "supervisor", "G2"),
    Round("renewals", Text("会员到期提醒", "Memberships that end"), "agent", "F3"),
    Round("cashback_notice", Text("返现通知", "Cashback notices"), "agent", "G7", False, (10, 14)),
    Round("cashback_payment", Text("返现发放", "Cashback payments"), "finance", "G7", False, (15, 30)),
    Round("survey", Text("满意度调查", "Survey"), "agent", "D6", False, (1, 1), (1, 4, 7, 10)),
    Round("bad_reviews", Text("差评联系", "Bad reviews: who is contacted"), "after_sales", "D1"),
    Round("restock", Text("到货通知", "Back in stock"), "agent", "A12"),
    Round("stock_check", Text("发货核对与缺货", "Dispatch check and short goods"), "after_sales", "E5"),
    Round("numbers", Text("客服业绩", "Numbers per person"), "supervisor", "E5", False, weekdays=(4,)),
    Round("goods", Text("发货与退货", "Shipped and returned goods"), "operations", "E5", False),
    Round("review_table", Text("差评汇总", "Table of bad reviews"), "complaints", "D1"),
    Round("invoices", Text("发票汇总", "Invoice batch"), "operations", "C2, A8"),
    Round("oversold", Text("超卖", "Oversold"), "operations", "D2"),
    Round("complaints", Text("投诉跟进表", "Complaint sheet"), "complaints", "D4"),
    Round("late_shipping", Text("超时未发货", "Late for shipping"), "after_sales", "B2"),
)
ROUND_BY_ID: Mapping[str, Round] = {found.id: found for found in ROUNDS}


@dataclass(frozen=True, slots=True)
class RoundRules:
    zone: tzinfo = UTC
    #: Round -> shop-local times, ascending; a round without any is held by hand only.
    times: Mapping[str, tuple[time, ...]] = field(default_factory=dict)
    #: A round missed by more is skipped: its list would be the next one's.
    max_delay_minutes: float = 120


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """One round at one slot: it is run once."""

    round_id: str
    slot: Slot
    #: When the slot was due; the clock of the whole run.
    due_at: datetime

    @property
    def name(self) -> str:
        return f"{self.round_id} of {self.slot.name}"


@dataclass(frozen=True, slots=True)
class Due:
    run: Run
    #: Too late, or a newer slot of the same round is due as well: written down, not run.
    missed: bool


def due_rounds(now: datetime, rules: RoundRules, ran: Container[tuple[str, Slot]]) -> list[Due]:
    """What the ledger (``ran``) lacks of the last day, earliest first; of each round at most the newest slot is run."""
    found: list[Due] = []
    for held in ROUNDS:
        times = rules.times.get(held.id, ())
        slots = slots_between(now - _DAY, now, times, rules.zone) if times else ()
        lacking = [Run(held.id, slot, at) for slot, at in slots if held.held_on(slot.day)]
        for place, run in enumerate(lacking):
            late = now.astimezone(UTC) - run.due_at.astimezone(UTC) > timedelta(minutes=rules.max_delay_minutes)
            if (run.round_id, run.slot) not in ran:
                found.append(Due(run, late or place < len(lacking) - 1))
    return sorted(found, key=lambda due: due.run.due_at.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Found:
    """One thing a round lists, and what is done about it at once."""

    #: What it is about: an order, a SKU, a case, a promise, a review, a card.
    subject: str
    reason: str
    order_no: str = ""
    #: Empty: no chat belongs to it, so nobody can be told.
    conversation_id: str = ""
    #: Who is to act; empty: whom the round is for.
    role: str = ""
    #: Names and values for staff, masked where they tell who a customer is (E8).
    facts: tuple[tuple[str, str], ...] = ()
    #: Template that the shopper is told, once for this subject and reason; empty: nothing.
    tell: str = ""
    #: Reason of the case that is opened for ``role``, once for this subject and reason; empty: none.
    opens: str = ""
    #: Lines with a smaller one come first.
    rank: int = 0
    #: A day, where the same line is listed anew each day; empty: once for this subject and reason.
    again: str = ""
    #: The customer gets special care for so many days from now on (D5); 0: nothing of the kind.
    care_days: float = 0

    @property
    def key(self) -> str:
        """Names the line within its round."""
        return f"{self.reason} {self.subject} {self.again}".rstrip()

    @property
    def once(self) -> str:
        """What she is told, or a case is opened, about once, whatever round finds it."""
        return f"{self.reason} {self.subject}"


@dataclass(frozen=True, slots=True)
class Line:
    """What a round found, as it is kept until somebody ticks it off."""

    line_id: int
    round_id: str
    found: Found
    role: str
    state: LineState
    #: When it was first listed.
    since: datetime
    #: What was done about it at once: ``told``, ``case:<id>``, or why she was not told.
    did: tuple[str, ...] = ()
    done_at: datetime | None = None
    #: Staff id of who ticked it off, or :data:`CLOCK`.
    done_by: str = ""
