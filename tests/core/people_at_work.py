"""People, a conversation and what they do in it, for tests of the rules."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from bot.core.case_effects import Context
from bot.core.case_run import CaseRules
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.move import Move, Told
from bot.core.orders import Address, Order, Status
from bot.core.people import Duty, Roster, Staff
from tests.demo import demo_shop

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANN = Staff("A01", "小安", ("agent",))
BEN = Staff("A02", "阿本", ("agent",))
SUE = Staff("S01", "苏主管", ("supervisor",))
MAX = Staff("M01", "马店长", ("manager",))


def context() -> Context:
    made = count(1)
    duty = Duty(Roster(), (ANN, BEN, SUE, MAX), (), UTC)
    return Context(demo_shop(), duty, CaseRules(), "XE01", lambda letter: f"{letter}{next(made):08d}")


def talk(owner: str = "bot", **facts: object) -> Conversation:
    return Conversation("race:1", "race", owner=owner, **facts)  # type: ignore[arg-type]


def move(conversation: Conversation, *cases: Case, orders: tuple[Order, ...] = (), now: datetime = NOW) -> Move:
    return Move(conversation, orders, cases, now)


def templates(done: Move) -> list[str]:
    """What was told, in order: templates, and ``said`` for a person's own message."""
    return [told.say.template if isinstance(told, Told) else "said" for told in done.told]


def order(order_no: str = "XE1", status: Status = Status.UNPAID) -> Order:
    address = Address("杭州", "浙江", "文三路1号", "王小美", "13800138000")
    history = () if status is Status.UNPAID else ((status, NOW, "test"),)
    return Order(order_no, "race:1", status, (), 20_000, 0, (), (), address, "sf", NOW, history=history)
