"""Random people and a random shopper in one conversation: it always has one owner, and nobody is left waiting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import case_run, ownership
from bot.core import events as e
from bot.core.case_effects import Context, apply, order_of
from bot.core.case_run import Chosen
from bot.core.cases import ROLES, Case
from bot.core.conversation import Conversation
from bot.core.messages import Incoming
from bot.core.move import Move, Told
from bot.core.offers import offers_in
from bot.core.orders import Order, Status, change_status
from bot.core.ownership import Done
from bot.core.people import Duty, Roster, Staff
from bot.service.compose import Composer
from tests.core.people_at_work import NOW, context
from tests.demo import demo_composer

SILENCE = timedelta(minutes=30)
PEOPLE = (
    Staff("A01", "小安", ("agent",)),
    Staff("A02", "阿本", ("agent",)),
    Staff("S01", "苏主管", ("supervisor",)),
    Staff("M01", "马店长", ("manager",)),
    Staff("F01", "方财务", ("finance",)),
    Staff("B01", "白专员", ("bulk_specialist", "complaints")),
)
WORDS = (
    "你好", "转人工", "我要投诉", "我要买20双中筒棉袜", "要", "不用", "没有", "我要开增值税专票", "佛山某某有限公司",
    "算了", "能便宜点吗", "再便宜点吧", "包邮吗", "人呢", "重磅T恤 黑色 XL 一件 张三 13800138000 浙江省杭州市文三路1号",
    "确认", "谢谢", "不用人工了",
)  # fmt: skip
VERBS = (
    "say", "press", "take", "speak", "back", "close", "note", "transfer", "choose", "ask", "wait", "staff", "order",
)  # fmt: skip
ENTERED = ("", "95折", "20", "好的", "5%")


@dataclass
class World:
    """One conversation and all that belongs to it, as the store would hold it."""

    talk: Conversation = field(default_factory=lambda: Conversation("race:1", "race"))
    cases: dict[str, Case] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    staff: list[Staff] = field(default_factory=lambda: list(PEOPLE))
    now: datetime = NOW
    heard: int = 0
    context: Context = field(default_factory=context)
    composer: Composer = field(default_factory=demo_composer)

    @property
    def open_cases(self) -> list[Case]:
        return [case for case in self.cases.values() if case.open]

    def ctx(self) -> Context:
        return replace(self.context, duty=Duty(Roster(), tuple(self.staff), (), NOW.tzinfo or self.now.tzinfo))  # type: ignore[arg-type]

    # --- what happens ---

    def act(self, verb: str, a: int, b: int, c: int) -> None:
        self.now += timedelta(seconds=1)
        match verb:
            case "say":
                self.say(text=WORDS[a % len(WORDS)])
            case "press":
                self.say(press=("bot", "cmd:human")[a % 2])
            case "wait":
                self.wait((1, 2, 10, 31, 600, 5000)[a % 6])
            case "staff":
                self.change(self.staff[a % len(self.staff)], b)
            case "order":
                self.move_order(a)
            case _:
                self.person(verb, self.staff[a % len(self.staff)], b, c)

    def say(self, text: str = "", press: str = "") -> None:
        self.heard += 1
        kind = Incoming("race", "race:1", str(self.heard), self.now, "button" if press else "text", text, press)
        self.composer.duty = lambda: self.ctx().duty
        orders, cases, before = tuple(self.orders.values()), tuple(self.open_cases), self.talk
        meaning = self.composer.read(before, kind, orders)
        done = self.composer.compose(before, kind, meaning, self.now, orders=orders, cases=cases).decision
        self.talk = done.conversation
        self.cases |= {case.case_id: case for case in done.cases}
        self.orders |= {order.order_no: order for order in done.orders}
        assert not (before.owner == "agent" and done.says), "the bot spoke while a person had her"
        self.check()

    def wait(self, minutes: int) -> None:
        """The clock rings for everything that is due then, and ends silences."""
        self.now += timedelta(minutes=minutes)
        for case in list(self.open_cases):
            if case.alarm_at is not None and case.alarm_at <= self.now:
                self.ring(self.cases[case.case_id])
        move = self.begin()
        ownership.left_alone(move, SILENCE, self.ctx())
        self.store(move)

    def ring(self, case: Case) -> None:
        move, ctx = self.begin(), self.ctx()
        if not case.open:
            return
        order = order_of(move.orders, case)
        after, effects = case_run.alarm(ctx.book(case), case, order, self.now, ctx.duty, ctx.rules)
        assert after.alarm_at is None or after.alarm_at > self.now, "it would ring for ever"
        apply(move, case, after, effects, ctx)
        self.store(move)

    def change(self, person: Staff, how: int) -> None:
        changed = (
            replace(person, state="disabled"),
            replace(person, away_since=self.now),
            replace(person, state="active", away_since=None),
        )[how % 3]
        self.staff[self.staff.index(person)] = changed

    def move_order(self, which: int) -> None:
        if not self.orders:
            return
        order = list(self.orders.values())[which % len(self.orders)]
        status = (Status.PAID, Status.SHIPPED, Status.SIGNED, Status.CLOSED, Status.REFUNDED)[which % 5]
        if order.may_become(status):
            self.orders[order.order_no] = change_status(order, status, self.now, "test")

    def person(self, verb: str, staff: Staff, b: int, c: int) -> None:
        move, ctx = self.begin(), self.ctx()
        case = self.open_cases[b % len(self.open_cases)] if self.open_cases else None
        (offer,) = offers_in("给您打八折")
        result: object
        match verb:
            case "take":
                result = ownership.take(move, staff, ctx)
            case "speak":
                result = ownership.speak(move, staff, "您好", (), "", ctx)
            case "back":
                result = ownership.give_back(move, staff, ctx)
            case "close":
                result = ownership.close(move, staff, ctx)
            case "note":
                result = ownership.note(move, staff, "老顾客")
            case "ask":
                result = ownership.ask_approval(move, staff, "给您打八折", offer, "manager", ctx)
            case "transfer":
                roles = (*ROLES, "king")
                result = ownership.transfer(move, case.case_id if case else "C0", roles[c % len(roles)], staff, ctx)
            case _:
                result = self.choose(move, case, staff, c, ctx)
        took = isinstance(result, (Done, Chosen))
        assert took or not (move.events or move.told or move.changed_cases), "refused, and yet something happened"
        assert staff.active or not took, "somebody disabled acted"
        self.one_owner(move, staff)
        self.store(move)

    def choose(self, move: Move, case: Case | None, staff: Staff, c: int, ctx: Context) -> object:
        step = ctx.book(case).step(case.step) if case is not None else None
        if case is None or step is None or not step.outcomes:
            return None
        outcome, entered = step.outcomes[c % len(step.outcomes)], ENTERED[c % len(ENTERED)]
        result = case_run.choose(
            ctx.book(case), case, step.id, outcome.id, staff, entered, ctx.shop.promises, 20_000, self.now, ctx.duty,
            ctx.rules,
        )  # fmt: skip
        if isinstance(result, Chosen):
            apply(move, case, result.case, result.effects, ctx, by=staff.staff_id)
        return result

    def begin(self) -> Move:
        return Move(self.talk, tuple(self.orders.values()), self.open_cases, self.now)

    def store(self, move: Move) -> None:
        """As one commit does: what a person's taking silences is not sent."""
        if move.conversation.owner == "agent":
            assert all(_by(told) for told in move.told), "the bot's words in a person's talk"
        if move.conversation.owner == "closed":
            assert all(_by(told) for told in move.told), "said into a closed chat, and dropped"
        if move.before.owner == "waiting" and move.conversation.owner != "waiting":
            assert move.told, "she waited, and heard nothing of the end of it"
        if move.before.owner == "agent" and move.conversation.owner == "waiting":
            assert move.told, "she was handed on, and heard nothing of it"
            told = [event.role for event in move.events if isinstance(event, e.HandedOver)]
            assert set(told) <= set(ROLES), "nobody has this role"
        self.talk = move.conversation
        self.cases |= {case.case_id: case for case in move.changed_cases}
        self.orders |= {order.order_no: order for order in move.changed_orders}
        self.check()

    # --- what always holds ---

    def one_owner(self, move: Move, staff: Staff) -> None:
        taken = [event for event in move.events if isinstance(event, e.TakenOver)]
        holder = next((person for person in self.staff if person.staff_id == move.before.agent_id), None)
        if taken and move.before.owner == "agent":
            assert holder is not None and not holder.active, "taken from somebody who was at work"
        spoke = [event.staff_id for event in move.events if isinstance(event, e.StaffSpoke)]
        assert not spoke or move.conversation.agent_id == staff.staff_id, "two people at once"

    def check(self) -> None:
        talk = self.talk
        assert (talk.owner == "agent") == bool(talk.agent_id)
        for case in self.cases.values():
            assert case.open == (case.alarm_at is not None), f"{case.state} and alarm {case.alarm_at}"
        if talk.owner == "waiting":
            held = self.cases.get(talk.case_id or "")
            assert held is not None and held.state in ("open", "watching"), "she waits, and nobody is called"
        if talk.collecting:
            assert self.cases[talk.collecting].state == "collecting", "asked for what nobody wants any more"


def _by(told: object) -> str:
    return told.by if isinstance(told, Told) else getattr(told, "by", "")


#: She writes most of the time.
OFTEN = (*VERBS, *["say"] * 9, "wait", "wait", "choose", "choose", "transfer")
NUMBERS = st.integers(0, 60)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(OFTEN), NUMBERS, NUMBERS, NUMBERS), min_size=8, max_size=40))
def test_a_conversation_has_one_owner_and_who_waits_is_waited_on(acts: Sequence[tuple[str, int, int, int]]) -> None:
    world = World()
    for verb, a, b, c in acts:
        world.act(verb, a, b, c)
