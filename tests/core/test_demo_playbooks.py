"""The demo shop's procedures from trigger to end: the straight way, the refused one, and the one where nobody comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.core.case_run import (
    CaseRules,
    Chosen,
    Denied,
    StillWaiting,
    alarm,
    asked,
    choose,
    give,
    may_act,
    open_case,
    proved,
)
from bot.core.case_steps import Run, enter, fill
from bot.core.cases import Case
from bot.core.catalogue import Hours
from bot.core.orders import Flag, Order, Status
from bot.core.people import Duty, Roster, Staff
from bot.core.playbooks import AskSatisfaction, CallStaff, Effect, Fact, Grant, NoteOrder, Playbook, Step, Tell
from tests.core.duties import AlwaysThere
from tests.core.playbook_facts import known_at
from tests.core.playbook_orders import order_in
from tests.demo import demo_shop

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
RULES = CaseRules()
DUTY = AlwaysThere()
SHOP = demo_shop()
BOOKS = {book.id: book for book in SHOP.playbooks}
#: Where somebody has to act; a fork passes on by itself.
STEPS = [(book, step) for book in SHOP.playbooks for step in book.steps if not step.goes]
#: Those that are late some time; what waits for a day is waited for, however long (tests/core/test_penalty.py).
TIMED = [(book, step) for book, step in STEPS if step.waits is None or not step.waits.until]


def person(role: str) -> Staff:
    return Staff(role, role, (role,))


@dataclass
class Matter:
    """A case of the demo shop, moved by what a test says."""

    book: Playbook
    case: Case
    goods_fen: int = 150_00
    now: datetime = NOW
    #: Of the last move.
    effects: tuple[Effect, ...] = ()
    all: list[Effect] = field(default_factory=list)

    @classmethod
    def opened(cls, book_id: str, words: str = "", order_nos: tuple[str, ...] = ("XE1",), **facts: str) -> Matter:
        book = BOOKS[book_id]
        role = book.steps[0].role
        fresh = Case("C1", "web:1", book.reasons[0], role, NOW, words, facts=tuple(facts.items()), order_nos=order_nos)
        case, effects = open_case(book, fresh, NOW, DUTY, RULES)
        return cls(book, fresh)._after(case, effects)

    def _after(self, case: Case, effects: tuple[Effect, ...]) -> Matter:
        self.case, self.effects = case, effects
        self.all += effects
        return self

    def say(self, *answers: str) -> Matter:
        for words in answers:
            photo = ("web:photo",) if words == "[photo]" else ()
            text = "" if photo else words
            self._after(*give(self.book, self.case, text, photo, self.now, DUTY, RULES))
        return self

    def decides(self, role: str, outcome: str, entered: str = "") -> Matter:
        step = self.case.step
        chosen = self.tries(role, outcome, entered)
        assert isinstance(chosen, Chosen), f"{role} {step}:{outcome} {chosen}"
        return self._after(chosen.case, chosen.effects)

    def tries(self, role: str, outcome: str, entered: str = "") -> Chosen | Denied:
        return choose(
            self.book,
            self.case,
            self.case.step,
            outcome,
            person(role),
            entered,
            SHOP.promises,
            self.goods_fen,
            self.now,
            DUTY,
            RULES,
        )

    def later(self, order: Order | None = None, **ahead: float) -> Matter:
        self.now += timedelta(**ahead)
        return self._after(*alarm(self.book, self.case, order, self.now, DUTY, RULES))

    def until_alarm(self) -> Matter:
        assert self.case.alarm_at is not None
        self.now = self.case.alarm_at
        return self.later()

    def told(self) -> str:
        return " ".join(effect.text.zh for effect in self.effects if isinstance(effect, Tell))

    def wrote(self) -> list[tuple[str, Flag | None]]:
        return [(effect.content, effect.flag) for effect in self.all if isinstance(effect, NoteOrder)]

    def promised(self) -> list[tuple[str, int, int, str]]:
        return [(e.kind, e.percent, e.amount_fen, e.role) for e in self.all if isinstance(e, Grant)]

    def called(self) -> list[str]:
        return [effect.role for effect in self.effects if isinstance(effect, CallStaff)]

    @property
    def ended(self) -> tuple[str, str]:
        return self.case.state, self.case.step


@pytest.mark.parametrize("book", SHOP.playbooks, ids=lambda book: book.id)
def test_each_playbook_of_the_demo_shop_is_proved(book: Playbook) -> None:
    assert proved(book) == []


def test_every_reason_of_the_people_issue_has_its_playbook() -> None:
    assert set(SHOP.playbook_by_reason) >= {"gift", "bulk", "invoice", "bargain", "complaint"}
    assert {book.id for book in SHOP.playbooks if book.talks} >= {"bulk", "complaint"}
    assert not any(BOOKS[book_id].talks for book_id in ("gift", "bargain", "invoice", "missing", "damaged", "payout"))


# --- gift (A6) ---


def test_an_approved_gift_is_noted_promised_and_told() -> None:
    matter = Matter.opened("gift", "送我双袜子嘛")
    assert matter.called() == ["supervisor"]
    matter.decides("supervisor", "gift", "中筒棉袜一双")
    assert matter.wrote() == [("加送：中筒棉袜一双", Flag.RED)]
    assert matter.promised() == [("gift", 0, 0, "supervisor")]
    assert "中筒棉袜一双" in matter.told()
    assert matter.ended == ("closed", "done") and AskSatisfaction() in matter.effects


def test_a_refused_gift_writes_nothing_and_tells_the_reason() -> None:
    matter = Matter.opened("gift")
    assert matter.tries("supervisor", "refuse") == Denied("enter:reason")
    assert matter.tries("agent", "gift", "袜子") == Denied("not_yours")
    matter.decides("supervisor", "refuse", "这一单已经用了店铺券")
    assert "这一单已经用了店铺券" in matter.told()
    assert (matter.wrote(), matter.promised(), matter.ended) == ([], [], ("closed", "refused"))


def test_free_shipping_below_the_supervisors_sum_needs_the_manager() -> None:
    matter = Matter.opened("gift")
    matter.goods_fen = 20_00
    assert matter.tries("supervisor", "shipping") == Denied("beyond:manager")
    matter.decides("manager", "shipping")
    assert matter.promised() == [("free_shipping", 0, 0, "manager")]


# --- bargain (A12) ---


def test_a_granted_discount_goes_to_the_auditor_who_changes_the_price() -> None:
    matter = Matter.opened("bargain", "便宜点").decides("supervisor", "discount", "95折")
    assert matter.wrote() == [("主管批准优惠5%，请改价", Flag.RED)]
    assert matter.promised() == [("discount", 5, 0, "supervisor")]
    assert "优惠5%" in matter.told() and matter.called() == ["auditor"]
    matter.decides("auditor", "changed")
    assert matter.ended == ("closed", "done") and "可以付款" in matter.told()


def test_more_than_the_supervisor_may_is_for_the_manager() -> None:
    matter = Matter.opened("bargain")
    assert matter.tries("supervisor", "discount", "9折") == Denied("beyond:manager")
    matter.decides("manager", "discount", "9折")
    assert matter.promised() == [("discount", 10, 0, "manager")]


def test_a_held_price_is_told_kindly() -> None:
    matter = Matter.opened("bargain").decides("supervisor", "refuse", "活动价已经是最低")
    assert matter.ended == ("closed", "refused") and "活动价已经是最低" in matter.told()
    assert (matter.wrote(), matter.promised()) == ([], [])


# --- invoice (A8) ---


def test_an_ordinary_invoice_collects_title_content_and_amount() -> None:
    matter = Matter.opened("invoice", "能开发票吗")
    assert asked(matter.book, matter.case) == matter.book.facts[1], "the order is known, the kind is not"
    matter.say("普票", "佛山某某有限公司", "91440600MA4XXXXX1X", "T恤", "其他金额", "99.5")
    assert matter.case.known == {
        "order_no": "XE1",
        "invoice_kind": "plain",
        "title": "佛山某某有限公司",
        "tax_no": "91440600MA4XXXXX1X",
        "content": "tee",
        "amount_kind": "other",
        "amount": "9950",
    }
    assert (matter.case.step, matter.called()) == ("plain", ["finance"])
    assert matter.case.due_at == NOW + timedelta(minutes=5 * 8 * 60), "5 working days"
    assert "5个工作日" in matter.told()


def test_a_person_needs_no_tax_number_and_pays_as_the_order_says() -> None:
    matter = Matter.opened("invoice", "开普票").say("王小明", "没有", "1", "按实付就行")
    assert matter.case.step == "plain"
    assert (matter.case.fact("content"), matter.case.fact("amount_kind")) == ("clothing", "paid")


VAT = (
    "[photo]",
    "佛山某某有限公司",
    "91440600MA4XXXXX1X",
    "某银行佛山支行 6222020000001234",
    "佛山市某路1号 0757-88888888",
)


def vat_invoice() -> Matter:
    return Matter.opened("invoice", "要开增值税专票").say(*VAT)


def test_a_vat_invoice_collects_its_five_facts_and_takes_two_weeks() -> None:
    matter = vat_invoice()
    assert list(matter.case.known) == [
        "order_no", "invoice_kind", "certificate", "company", "vat_no", "bank", "address",
    ]  # fmt: skip
    assert (matter.case.step, matter.called()) == ("vat", ["finance"])
    assert matter.case.due_at == NOW + timedelta(minutes=10 * 8 * 60), "10 working days"


def test_the_five_facts_may_come_as_one_form() -> None:
    matter = Matter.opened("invoice", "专票").say(
        "公司名称：佛山某某有限公司\n税号：91440600MA4XXXXX1X\n开户行：某银行 6222020000001234\n地址：佛山市某路1号",
        "[photo]",
    )
    assert (matter.case.state, matter.case.step) == ("open", "vat")
    assert matter.case.fact("bank") == "某银行 6222020000001234"


def test_after_receipt_she_is_asked_whether_the_invoice_arrived() -> None:
    matter = vat_invoice().decides("finance", "sent")
    assert (matter.case.state, matter.wrote()) == ("watching", [("增值税专用发票已开，发票信封", None)])
    matter.later(order_in(Status.SIGNED), days=1)
    assert matter.case.step == "transit", "a letter takes its time"
    matter.later(order_in(Status.SIGNED), days=3)
    assert matter.case.step == "arrived" and "发票收到了吗" in matter.told()
    matter.decides("agent", "received")
    assert matter.ended == ("closed", "done")


def test_an_invoice_that_did_not_arrive_is_issued_again_by_its_own_step() -> None:
    matter = vat_invoice().decides("finance", "sent").decides("agent", "ask").decides("agent", "lost")
    assert (matter.case.step, matter.called()) == ("vat", ["finance"])


def test_missing_papers_are_asked_for_and_a_wish_may_be_dropped() -> None:
    matter = vat_invoice().decides("finance", "incomplete", "证明照片看不清")
    assert matter.case.role == "agent" and "证明照片看不清" in matter.told()
    matter.decides("agent", "got", "已补发清楚的照片")
    assert matter.case.step == "vat"
    matter.decides("finance", "dropped")
    assert matter.ended == ("closed", "dropped") and AskSatisfaction() not in matter.effects


def test_a_wrong_invoice_goes_to_after_sales() -> None:
    matter = vat_invoice().decides("finance", "sent").decides("agent", "ask").decides("agent", "wrong")
    assert matter.called() == ["after_sales"]
    assert matter.decides("after_sales", "settled").ended == ("closed", "done")


def test_five_working_days_are_counted_by_the_roster_of_finance() -> None:
    """Asked on a Friday afternoon, due on the Friday after; the manager, who could do it too, works the same hours."""
    friday = datetime(2026, 11, 27, 15, tzinfo=UTC)
    office = Hours(frozenset(range(5)), time(9), time(17))
    duty = Duty(Roster(), (person("finance"), person("manager")), (office,), UTC)
    fresh = Case("C1", "web:1", "invoice", "finance", friday, "开普票", order_nos=("XE1",))
    case, _ = open_case(BOOKS["invoice"], fresh, friday, duty, RULES)
    for answer in ("王小明", "没有", "服装", "实付"):
        case, _ = give(BOOKS["invoice"], case, answer, (), friday, duty, RULES)
    assert case.due_at == friday + timedelta(days=7)
    assert case.alarm_at == friday + timedelta(days=5), "reminded after three of them, a weekend between"


# --- bulk (A7) ---


def bulk() -> Matter:
    """The example of A7: 20 pairs, an invoice wanted, no discount asked."""
    return Matter.opened("bulk", "我要20双袜子", quantity="20", goods="中筒棉袜").say("要", "不用", "没有")


def test_a_bulk_order_goes_from_the_first_word_to_fifteen_days_after_success() -> None:
    matter = bulk()
    assert matter.case.known["pieces"] == "20" and matter.called() == ["bulk_specialist"]
    matter.decides("bulk_specialist", "check").decides("manager", "clean")
    assert matter.called() == ["supervisor"]
    matter.decides("supervisor", "unasked").decides("bulk_specialist", "noted")
    assert matter.wrote() == [("大宗20件，优惠—，要发票：是，希望—前收到，专员全程跟进", Flag.RED)]
    matter.decides("auditor", "changed")
    assert matter.case.state == "watching"
    matter.later(order_in(Status.PAID), hours=3)
    assert (matter.case.step, matter.called()) == ("ship", ["bulk_specialist"])
    matter.decides("bulk_specialist", "shipped")
    matter.later(order_in(Status.SHIPPED), hours=12)
    assert matter.case.step == "transit"
    matter.later(order_in(Status.SIGNED), hours=12)
    assert matter.case.step == "envelope" and "发票信封" in matter.told()
    matter.decides("bulk_specialist", "right")
    confirmed = order_in(Status.CONFIRMED, matter.now)
    matter.later(confirmed, days=14)
    assert matter.ended == ("watching", "rest")
    matter.later(confirmed, days=1)
    assert matter.ended == ("closed", "done") and matter.promised() == []


def test_a_bulk_discount_is_granted_by_who_may_and_stands_in_the_note() -> None:
    matter = bulk().decides("bulk_specialist", "check").decides("manager", "clean")
    assert matter.tries("supervisor", "grant", "8折") == Denied("beyond:manager")
    matter.decides("supervisor", "grant", "88折").decides("bulk_specialist", "noted")
    assert matter.promised() == [("discount", 12, 0, "supervisor")]
    assert matter.wrote()[-1][0].startswith("大宗20件，优惠12%，")


def test_malice_stops_at_once_with_kind_words_and_nothing_else() -> None:
    matter = bulk().decides("bulk_specialist", "check")
    assert matter.tries("bulk_specialist", "malice") == Denied("not_yours"), "the manager checks"
    matter.decides("manager", "malice")
    assert matter.ended == ("closed", "stopped")
    assert "谢谢" in matter.told() and "恶意" not in matter.told()
    assert (matter.wrote(), matter.promised()) == ([], [])


def test_a_bulk_invoice_that_is_wrong_is_issued_again_and_asked_about_again() -> None:
    matter = bulk()
    for role, outcome in [
        ("bulk_specialist", "check"),
        ("manager", "clean"),
        ("supervisor", "unasked"),
        ("bulk_specialist", "noted"),
        ("auditor", "changed"),
        ("bulk_specialist", "paid"),
        ("bulk_specialist", "shipped"),
        ("bulk_specialist", "signed"),
        ("bulk_specialist", "wrong"),
        ("finance", "sent"),
    ]:
        matter.decides(role, outcome)
    assert matter.case.step == "envelope"
    assert matter.decides("bulk_specialist", "no_invoice").case.step == "rest"


@pytest.mark.parametrize("status", [Status.REFUNDED, Status.CLOSED])
def test_a_bulk_order_that_is_called_off_ends(status: Status) -> None:
    matter = bulk().decides("bulk_specialist", "check").decides("manager", "clean").decides("supervisor", "unasked")
    matter.decides("bulk_specialist", "noted").decides("auditor", "changed").later(order_in(status), hours=1)
    assert matter.ended == ("closed", "lapsed")


# --- complaint (C12) ---


def test_a_complaint_is_settled_in_the_first_line() -> None:
    matter = Matter.opened("complaint", "我要投诉")
    assert matter.called() == ["complaints"], "nothing is asked of somebody who is angry"
    matter.decides("complaints", "coupon", "20")
    assert matter.promised() == [("coupon", 0, 20_00, "complaints")]
    assert "¥20" in matter.told()
    assert matter.decides("complaints", "accepted").ended == ("closed", "done")


def test_a_refused_answer_is_looked_at_once_more_and_then_the_rule_is_named() -> None:
    matter = Matter.opened("complaint").decides("complaints", "solved", "重新发一件").decides("complaints", "again")
    assert (matter.case.step, matter.called()) == ("second", ["operations"])
    matter.decides("operations", "solved", "重新发一件并送运费券")
    assert matter.case.step == "final"
    assert {outcome.id for outcome in _step(matter).outcomes} == {"accepted", "rule", "higher"}, "no third look"
    matter.decides("complaints", "rule")
    assert matter.ended == ("closed", "ruled") and "复核过" in matter.told()


def test_a_higher_demand_is_recorded_for_the_platform() -> None:
    matter = Matter.opened("complaint").decides("complaints", "second").decides("operations", "solved", "退运费")
    matter.decides("complaints", "higher", "十倍赔偿")
    assert (matter.case.step, matter.case.fact("demand")) == ("platform", "十倍赔偿")
    assert matter.case.due_at == NOW + timedelta(minutes=8 * 60), "1 working day"
    matter.decides("operations", "answered", "按规则退运费")
    assert matter.ended == ("closed", "ruled") and "按规则退运费" in matter.told()


def _step(matter: Matter) -> Step:
    step = matter.book.step(matter.case.step)
    assert step is not None
    return step


# --- nobody comes ---


@pytest.mark.parametrize("book_id", ["bulk", "complaint"])
def test_who_waits_for_a_person_is_not_left_alone(book_id: str) -> None:
    matter = bulk() if book_id == "bulk" else Matter.opened("complaint")
    asked_for = []
    for _ in range(5):
        matter.until_alarm()
        asked_for.append((matter.called(), any(isinstance(e, StillWaiting) for e in matter.effects)))
    first, step = matter.book.steps[0].role, matter.book.steps[0]
    assert asked_for[:3] == [([first], True), ([step.late_role], True), (["manager"], False)]
    assert [told for _, told in asked_for[3:]] == [False, False], "two words at most"


@pytest.mark.parametrize(("book", "step"), TIMED, ids=lambda part: part.id)
def test_when_nobody_decides_a_step_the_next_in_line_is_called_and_may(book: Playbook, step: Step) -> None:
    matter = _at(book, step)
    seen = _run_out(matter, lambda: any(isinstance(e, CallStaff) and e.why == "late" for e in matter.effects))
    assert seen, "it is called late"
    assert matter.now >= NOW + timedelta(minutes=step.within_minutes)
    assert fill(book, step.late_tell, matter.case).zh in matter.told()
    for role in {step.late_role, step.role, matter.case.role}:
        assert may_act(book, matter.case, person(role)), f"{role} may still decide"
    assert _run_out(matter, lambda: matter.called() != []), "and is called for again"
    outcome = step.outcomes[0]
    matter.decides("manager", outcome.id, entered_for(outcome.enter))


def _at(book: Playbook, step: Step) -> Matter:
    """A case that just came to ``step``, taken by somebody before."""
    case = Case("C1", "web:1", book.reasons[0], step.role, NOW, "", playbook=book.id, assigned="A1", order_nos=("XE1",))
    entered, effects = enter(Run(book, NOW, DUTY, RULES), known_at(book, step, case), step.id, "A1", asked=False)
    assert (entered.step, entered.state == "collecting") == (step.id, False)
    return Matter(book, case)._after(entered, effects)


def entered_for(fact: Fact | None) -> str:
    """What a person may enter for it."""
    if fact is None:
        return ""
    if fact.kind == "choice":
        return fact.choices[0].label.zh
    words = {"percent": "5%", "money": "5", "number": "2", "order": "XE-20001", "date": "2026-12-01", "yes_no": "是"}
    words["address"] = "佛山市禅城区某路12号"
    if fact.past:
        return "2026-11-01"
    least = str(fact.least) if fact.least else ""
    return least + ("%" if fact.kind == "percent" else "") if least else words.get(fact.kind, "好")


def _run_out(matter: Matter, seen: Callable[[], bool]) -> bool:
    """Let the clock ring until it is seen; False: a hundred times without."""
    for _ in range(1000):
        matter.until_alarm()
        if seen():
            return True
    return False
