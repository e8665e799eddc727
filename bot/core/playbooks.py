"""Playbooks: how a case goes from its trigger to its end. Written in YAML, proved by ``xiaoer check``, run by this.

A playbook collects facts, then goes from step to step. At a step a person of one role chooses one of its outcomes;
an outcome says what is written, promised and told, and where the case goes. Every step has a deadline and somebody
who is asked when it passes, so that no case and no shopper is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.core.catalogue import Text
from bot.core.orders import Flag, Status

FactKind = Literal[
    "text", "choice", "number", "money", "percent", "date", "phone", "email", "order", "photo", "yes_no",
    "address",
]  # fmt: skip

#: Where nothing is said.
_NOTHING = Text()

#: What a promise is about; the same names in the authority table and the ledger.
PromiseKind = Literal["gift", "free_shipping", "discount", "coupon", "cash", "other"]


@dataclass(frozen=True, slots=True)
class CalendarDays:
    """Days of the shop's calendar, counted from the day after; the last one counts to its end (C10)."""

    days: int
    #: Counted from the day the case was opened; else from the day the step began, or the promise was made.
    from_request: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    label: Text
    #: Other ways to say it.
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the case needs to know, asked of the shopper, or of the person who chooses an outcome."""

    id: str
    kind: FactKind = "text"
    #: The question, in the asker's words.
    ask: Text = _NOTHING
    #: What staff see beside the value.
    label: Text = _NOTHING
    choices: tuple[Choice, ...] = ()
    #: Name among the facts known at handover that answers it already (``quantity``, ``order_no``, ``region`` …);
    #: ``words``: the words that opened the case may hold it.
    known_as: str = ""
    #: Other names of it in a form that she fills in line by line (``税号: …``).
    aliases: tuple[str, ...] = ()
    #: Asked only where an earlier fact has one of these values: (fact id, values).
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: "I have none" is an answer too.
    optional: bool = False
    #: Shown masked to those who need not see it (E8).
    masked: bool = False
    #: The least and the most that a number, a percentage or a sum (in yuan) may be; None: no bound.
    least: int | None = None
    most: int | None = None
    #: What is entered must be less than what is known of this fact so far; empty: need not.
    below: str = ""
    #: Id of a step: asked each time the case comes there, before the step's ``when`` is looked at. Empty: at first.
    at: str = ""
    source: str = ""
    #: Of a date: that of something that has happened, so the last such day is meant.
    past: bool = False
    #: How long she has for it, where it is asked at a step; None: half of the step's time.
    answer: CalendarDays | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What an outcome promises; ``words`` and figures may hold ``{fact}`` placeholders."""

    kind: PromiseKind
    words: Text = _NOTHING
    #: Of a discount; a number or a ``{fact}``.
    percent: str = ""
    #: Of a coupon or cash, in yuan; a number or a ``{fact}``.
    yuan: str = ""
    #: To be kept within so many hours.
    within_hours: float = 72
    #: Why, as the authority table names it: ``bulk``, ``late_dispatch`` …; empty where it does not matter.
    cause: str = ""
    #: What a percentage never makes more than, in yuan; empty: no bound but the table's.
    at_most: str = ""
    #: To be kept within these instead of ``within_hours``; None: the hours count.
    calendar: CalendarDays | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a step may go, chosen by a person."""

    id: str
    #: On the button.
    label: Text
    #: Step or end it leads to.
    to: str
    #: What the person has to enter with it: the reason of a refusal, a percentage. None: nothing.
    enter: Fact | None = None
    #: Written on the order, or kept for the order that is being put together; may hold ``{fact}`` placeholders.
    note: str = ""
    flag: Flag | None = None
    promise: Promise | None = None
    #: Told to the shopper; empty: nothing.
    tell: Text = _NOTHING
    source: str = ""
    #: Reason of a case that begins beside this one, with all that is known: a coupon that finance pays meanwhile.
    opens: str = ""
    #: What this matter, or the one it followed on, promised of money and the like is done with this.
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """The case rests until the order has reached ``status``, and then ``days`` more; or until a day has come."""

    #: None: ``until`` says when.
    status: Status | None = None
    days: float = 0
    #: Step or end it goes to then.
    to: str = ""
    #: Where it goes if the order is closed or refunded before; empty: a person of the step's ``late_role`` decides.
    otherwise: str = ""
    #: Never sooner than so many days after the step began: a letter takes its time.
    least_days: float = 0
    #: Fact of kind date: it goes on when that day has begun, and never before.
    until: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    #: Who acts; empty: whom the case was opened for.
    role: str
    #: What there is to do, for staff.
    does: Text
    #: Minutes of this role's working time until it is late. Where ``calendar`` says when, about as many, for reminders.
    within_minutes: float
    #: Who is asked then.
    late_role: str
    outcomes: tuple[Outcome, ...] = ()
    #: Told to the shopper when it is late.
    late_tell: Text = _NOTHING
    #: Minutes after which the role is reminded; 0: not.
    remind_minutes: float = 0
    waits: Wait | None = None
    #: Told to the shopper when the step begins.
    tell: Text = _NOTHING
    #: Only where facts have one of these values: (fact id, values); ``order_state`` is a fact that every case may have.
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: Step or end it goes on to instead where ``when`` does not hold.
    otherwise: str = ""
    #: A fork, where nobody acts: step or end it goes on to at once where ``when`` holds; without role and deadline.
    goes: str = ""
    source: str = ""
    #: Late when these are over, whoever worked meanwhile; None: ``within_minutes`` count.
    calendar: CalendarDays | None = None
    #: Steps that whoever decides this one may not have decided herself: four eyes.
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    id: str
    #: Whether the shopper is asked how satisfied she is (G3).
    satisfaction: bool = True
    #: Whether the bot talks again, if no person has the conversation.
    to_bot: bool = True
    #: Reason of a case that begins here with all that is known; she is asked how satisfied she is when that one ends.
    then: str = ""
    #: Nothing was given, so that the key facts (``unique`` of the playbook) may come again.
    frees: bool = False


@dataclass(frozen=True, slots=True)
class Playbook:
    id: str
    title: Text
    #: Reasons of a handover (:data:`bot.core.cases.Reason`) that start it.
    reasons: tuple[str, ...]
    steps: tuple[Step, ...]
    ends: tuple[End, ...]
    facts: tuple[Fact, ...] = ()
    #: Whether a person talks with her: the conversation waits for one. Else the bot goes on talking meanwhile.
    talks: bool = False
    #: Told when the last fact was given and a person has to act.
    tell: Text = _NOTHING
    #: Words that mean this matter, whatever topic they come near to.
    said: tuple[str, ...] = ()
    #: Facts that together may be served once: a second case with the same ones knows of the first (G8, G9).
    unique: tuple[str, ...] = ()
    #: Begun by a colleague, and by nothing that a shopper says.
    by_hand: bool = False
    #: ``knowledge/playbooks/gift.yaml:3``
    source: str = ""

    @property
    def role(self) -> str:
        """Of whoever acts first; empty: whom the case was opened for."""
        return next((step.role for step in self.steps if not step.goes), "")

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)

    def end(self, end_id: str) -> End | None:
        return next((end for end in self.ends if end.id == end_id), None)


# --- what a move leads to, for whoever runs the case ---


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the shopper; placeholders are filled already."""

    text: Text
    #: Where the words stand.
    source: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the shopper for a fact."""

    fact: Fact
    source: str
    #: Her last answer could not be read as this fact.
    again: bool = False


@dataclass(frozen=True, slots=True)
class NoteOrder:
    content: str
    #: Empty for the bot's own.
    staff_id: str
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """Promise something; the authority table was asked."""

    kind: PromiseKind
    words: Text
    percent: int
    amount_fen: int
    within_hours: float
    #: Who granted it.
    staff_id: str
    role: str
    calendar: CalendarDays | None = None


@dataclass(frozen=True, slots=True)
class CallStaff:
    """Ask for a role: the case is new to it, or it did not answer in time."""

    role: str
    #: ``step``, ``unanswered``, ``remind`` or ``late``.
    why: str


@dataclass(frozen=True, slots=True)
class StillWaiting:
    """A word to the shopper that nobody has come yet and who was asked now; at most twice a case."""

    #: 1 or 2.
    stage: int


@dataclass(frozen=True, slots=True)
class AskSatisfaction:
    pass


@dataclass(frozen=True, slots=True)
class Follow:
    """Open a case of ``reason`` with the facts of the one that ended."""

    reason: str


@dataclass(frozen=True, slots=True)
class Keep:
    """What this case promised was done; the ledger says by whom."""

    staff_id: str


Effect = Tell | Ask | NoteOrder | Grant | CallStaff | StillWaiting | AskSatisfaction | Follow | Keep
