"""Each figure of the procedures after the sale, and where it stands: changed in one place only, a row here fails.

A place is ``service.<name>``, ``authority <role> <cause> coupon|cash|up_to`` (percent, or yuan), ``within <playbook>
<step>`` (working days; ``minutes`` in those), ``calendar <playbook> <step>`` (days of the calendar, whether from the
request; ``kept_by`` of a promise, ``answer`` of a fact), or a figure of an outcome: ``percent``,
``yuan``, ``at_most``, ``least``, ``most``
with ``<playbook> <step> <outcome>``; ``when <playbook> <step> <fact>`` is the condition of a step.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from bot.adapters.yaml_playbooks import WORKING_DAY_HOURS
from bot.core.playbooks import CalendarDays, Fact, Outcome, Playbook, Promise, Step
from tests.demo import ROOT, demo_shop

SHOP = demo_shop()
SERVICE = yaml.safe_load((Path(ROOT) / "knowledge/service.yaml").read_text(encoding="utf-8"))["service"]

FIGURES = [
    # Head of C: compensation by cause. First line (agent, after_sales), second line (complaints, supervisor).
    *[("C", f"authority {role} late_dispatch coupon", 10) for role in ("agent", "after_sales")],
    *[("C", f"authority {role} late_dispatch cash", 20) for role in ("complaints", "supervisor")],
    *[("C", f"authority {role} late_dispatch cash", None) for role in ("agent", "after_sales")],
    *[("C", f"authority {role} late_delivery coupon", 10) for role in ("agent", "after_sales")],
    *[("C", f"authority {role} late_delivery cash", 10) for role in ("complaints", "supervisor")],
    *[("C", f"authority {role} late_delivery cash", None) for role in ("agent", "after_sales")],
    *[
        ("C", f"authority {role} {cause} {what}", figure)
        for role in ("agent", "after_sales", "complaints", "supervisor")
        for cause in ("seller_fault", "lost_or_damaged", "no_stock")
        for what, figure in (("coupon", 20), ("up_to", 200))
    ],
    *[("C", f"authority {role} no_stock cash", 20) for role in ("complaints", "supervisor")],
    *[
        ("C", f"authority {role} {cause} up_to", 200)
        for role in ("agent", "complaints")
        for cause in ("late_dispatch", "late_delivery")
    ],
    *[("C", f"authority {role} not_shipped_72h coupon", 30) for role in ("agent", "after_sales", "complaints")],
    *[("C", f"authority {role} not_shipped_72h up_to", 500) for role in ("agent", "after_sales", "complaints")],
    ("C", "service.compensation_max", 200),
    ("C", "service.late_after_hours", 72),
    ("C", "service.late_percent", 30),
    ("C", "service.late_max", 500),
    ("C", "service.payout_days", 5),
    ("C", "within payout pay", 5),
    ("C", "service.fault_percent_least", 10),
    ("C", "service.fault_percent_most", 20),
    ("C", "service.late_delivery_percent", 10),
    # C1
    ("C1", "service.restock_hours", 24),
    ("C1", "promised held stock soon", 48),
    ("C1", "service.held_refund_hours", 48),
    ("C1", "service.no_stock_percent", 10),
    ("C1", "percent held sorry coupon", 10),
    ("C1", "least held cash cash", 10),
    ("C1", "most held cash cash", 20),
    # C2
    ("C2", "service.invoice_days", 5),
    ("C2", "within invoice plain", 5),
    ("C2", "service.vat_weeks", 2),
    ("C2", "within invoice vat", 10),
    ("C2", "service.invoice_wrong_postage", 5),
    ("C2", "most invoice returned came", 5),
    ("C2", "within invoice anew", 5),
    # C3
    ("C3", "percent missing believed coupon", 10),
    ("C3", "service.missing_coupon", 10),
    ("C3", "yuan missing sorry asked", 10),
    ("C3", "least missing sorry fault", 10),
    ("C3", "most missing sorry fault", 20),
    # C4
    ("C4", "least damaged sorry ours", 10),
    ("C4", "most damaged sorry ours", 20),
    ("C4", "least damaged sorry on_the_way", 10),
    ("C4", "most damaged sorry on_the_way", 20),
    ("C4", "service.pickup_days", 5),
    ("C4", "calendar damaged pick_up", (5, True)),
    # C5
    ("C5", "service.report_days", 5),
    ("C5", "within wrong compare", 5),
    ("C5", "service.no_pickup_yuan", 20),
    ("C5", "most wrong price cheap", 20),
    ("C5", "calendar wrong pick_up", (5, True)),
    ("C5", "least wrong sorry coupon", 10),
    ("C5", "most wrong sorry coupon", 20),
    # C6
    ("C6", "service.sign_within_hours", 96),
    ("C6", "when transit soon shipped_hours", "under 96"),
    ("C6", "percent transit sorry coupon", 10),
    ("C6", "percent transit sorry cash", 10),
    ("C6", "percent transit sorry_second cash", 10),
    ("C6", "least transit makes_up coupon", 10),
    ("C6", "most transit makes_up coupon", 20),
    # C7
    ("C7", "service.price_protection_days", 7),
    ("C7", "least price coupon coupon", 10),
    ("C7", "most price coupon coupon", 20),
    # C8
    ("C8", "service.signed_by_other_days", 3),
    ("C8", "within not_received courier", 3),
    ("C8", "service.refund_days", 5),
    # C9
    ("C9", "service.irregular_review_days", 2),
    *[("C9", f"within refund {step}", 0.5) for step in ("verify", "sum", "approve", "second")],
    ("C9", "service.refund_days", 5),
    ("C9", "within refund pay", 5),
    ("C9", "within refund approve_short", 0.5),
    # C10
    ("C10", "within return review", 0.5),
    ("C10", "calendar return collect", (5, True)),
    ("C10", "kept_by return review pick_up", (5, True)),
    ("C10", "service.pickup_days", 5),
    # C11
    ("C11", "within reorder place", 1),
    ("C11", "percent reorder check allow_coupon", 10),
    ("C11", "at_most reorder check allow_coupon", 200),
    # C12
    ("C12", "service.complaint_days", 2),
    ("C12", "within complaint handle", 1),
    ("C12", "within complaint second", 2),
    ("C12", "service.platform_days", 1),
    ("C12", "within complaint platform", 1),
    # C13
    ("C13", "logistics.dispatch_hours", 48),
    ("C13", "when urge travels shipped_hours", "over 96"),
    ("C13", "when urge late paid_hours", "over 48"),
    ("C13", "when urge very_late paid_hours", "over 72"),
    ("C13", "service.refund_unshipped_minutes", 15),
    ("C13", "minutes urge fast", 15),
    ("C13", "minutes refund_fork unshipped", 15),
    ("C13", "percent urge makes_up_48 coupon", 10),
    ("C13", "least urge cash_48 cash", 10),
    ("C13", "most urge cash_48 cash", 20),
    ("C13", "at_most urge cash_48 cash", 200),
    *[("C13", f"percent urge {way}", 30) for way in ("makes_up_72 coupon", "cash_72 cash")],
    *[("C13", f"at_most urge {way}", 500) for way in ("makes_up_72 coupon", "cash_72 cash")],
    # C14
    ("C14", "within refused pay", 5),
    # C15
    ("C15", "least dissatisfied offer coupon", 10),
    ("C15", "most dissatisfied offer coupon", 20),
    ("C15", "at_most dissatisfied offer coupon", 200),
    ("C15", "service.exchange_days", 15),
    # F6
    ("F6", "answer penalty appeal", (7, False)),
    # G6
    ("G6", "service.desk_return_days", 15),
    ("G6", "when desk_return in_time bought_on", "within 15 days"),
    ("G6", "service.desk_refund_days", 7),
    ("G6", "within desk_return pay", 7),
    ("G6", "service.desk_dispute_days", 2),
    ("G6", "within desk_return dispute", 2),
]  # fmt: skip


def _book(name: str) -> Playbook:
    return next(book for book in SHOP.playbooks if book.id == name)


def _step(place: list[str]) -> Step:
    step = _book(place[0]).step(place[1])
    assert step is not None, f"no step {place}"
    return step


def _outcome(place: list[str]) -> Outcome:
    return next(outcome for outcome in _step(place).outcomes if outcome.id == place[2])


def _days(calendar: CalendarDays | None) -> tuple[int, bool] | None:
    return None if calendar is None else (calendar.days, calendar.from_request)


def _promise(place: list[str]) -> Promise:
    promise = _outcome(place).promise
    assert promise is not None, f"nothing is promised at {place}"
    return promise


def _entered(place: list[str]) -> Fact:
    entered = _outcome(place).enter
    assert entered is not None, f"nothing is entered at {place}"
    return entered


def _authority(place: list[str]) -> float | None:
    row = SHOP.promises.of(place[0])
    assert row is not None
    (cause,) = row.makes_up_for(place[1])
    return {"coupon": cause.coupon_percent, "cash": cause.cash_percent, "up_to": cause.up_to_fen / 100}[place[2]]


OUTCOMES = [
    (f"{book.id} {step.id} {outcome.id}", outcome)
    for book in SHOP.playbooks
    for step in book.steps
    for outcome in step.outcomes
]

READ: dict[str, Callable[[list[str]], object]] = {
    "authority": _authority,
    "within": lambda place: _step(place).within_minutes / 60 / WORKING_DAY_HOURS,
    "calendar": lambda place: _days(_step(place).calendar),
    "answer": lambda place: _days(next(fact for fact in _book(place[0]).facts if fact.id == place[1]).answer),
    "kept_by": lambda place: _days(_promise(place).calendar),
    "minutes": lambda place: _step(place).within_minutes,
    "promised": lambda place: _promise(place).within_hours,
    "percent": lambda place: float(_promise(place).percent),
    "yuan": lambda place: float(_promise(place).yuan),
    "at_most": lambda place: float(_promise(place).at_most),
    "least": lambda place: _entered(place).least,
    "most": lambda place: _entered(place).most,
    "when": lambda place: dict(_step(place).when)[place[2]][0],
}


@pytest.mark.parametrize(("rule", "place", "figure"), FIGURES, ids=lambda part: str(part))
def test_a_figure_stands_where_it_should(rule: str, place: str, figure: object) -> None:
    if place.startswith("service."):
        assert SERVICE[place.removeprefix("service.")] == figure
        return
    if place == "logistics.dispatch_hours":
        assert SHOP.logistics is not None and SHOP.logistics.dispatch_hours == figure
        return
    kind, *rest = place.split()
    assert READ[kind](rest) == figure, f"{rule}: {place}"


def test_every_percentage_that_a_person_enters_is_one_the_rules_name() -> None:
    """10 to 20 % wherever something was missing, damaged, wrong, lost or cannot be shipped (head of C)."""
    named = ("seller_fault", "lost_or_damaged", "no_stock")
    for where, outcome in OUTCOMES:
        promise = outcome.promise
        if promise is None or outcome.enter is None or promise.cause not in named or promise.percent[:1] != "{":
            continue
        assert (outcome.enter.least, outcome.enter.most) == (10, 20), where


def test_every_coupon_and_every_payment_of_compensation_goes_to_finance() -> None:
    """A ledger line with reason, staff and approval, handed to finance, however small (head of C)."""
    for where, outcome in OUTCOMES:
        if outcome.promise is None or outcome.promise.kind not in ("coupon", "cash"):
            continue
        end = _book(where.split()[0]).end(outcome.to)
        assert outcome.opens == "payout" or (end is not None and end.then in ("payout", "refund")), where
        assert outcome.promise.words, f"{where}: the ledger says no reason"


def test_nobody_is_told_of_a_cancellation_where_it_is_a_refund() -> None:
    first = ("held", "missing", "damaged", "wrong", "transit", "price", "not_received", "payout")
    second = (
        "refund",
        "refund_fork",
        "return",
        "reorder",
        "urge",
        "refused",
        "dissatisfied",
        "complaint",
        "desk_return",
    )
    for name in (*first, *second):
        text = (ROOT / f"knowledge/playbooks/{name}.yaml").read_text(encoding="utf-8")
        assert "取消" not in text and "cancel" not in text.casefold(), name


def test_she_hears_an_apology_once_and_not_at_every_step() -> None:
    """The answer that begins a matter apologises; its playbook does not do so again (words of C)."""
    opened = {answer.opens for answer in SHOP.answers if answer.opens}
    assert {"quality", "urge"} <= opened
    for name in ("missing", "damaged", "wrong", "not_received", "dissatisfied", "urge"):
        assert name in opened or name == "dissatisfied", name
        text = (ROOT / f"knowledge/playbooks/{name}.yaml").read_text(encoding="utf-8")
        assert (
            "抱歉" not in text and "sorry" not in text.replace("id: sorry", "").replace("to: sorry", "").casefold()
        ), name


#: The chain of an irregular refund (C9): return agent, refund agent, operations manager, second check, finance.
CHAIN = [("verify", "after_sales"), ("sum", "after_sales"), ("approve", "operations"), ("second", "auditor"),
         ("pay", "finance")]  # fmt: skip


def test_an_irregular_refund_goes_through_five_hands_and_in_no_other_order() -> None:
    book = _book("refund")
    assert [(step.id, step.role) for step in book.steps if step.id in dict(CHAIN)] == CHAIN
    ways = {step.id: {outcome.to for outcome in step.outcomes} for step in book.steps}
    assert "pay" not in ways["verify"] | ways["sum"] | ways["approve"], "no money before the second check"
    assert {step.role for step in book.steps if "pay" in ways[step.id]} == {"auditor", "operations"}
    asked = {fact.id: fact.masked for fact in book.facts}
    assert [asked[name] for name in ("real_name", "account", "platform_id")] == [True, True, True]


def test_dislike_comes_to_a_coupon_first_then_to_an_exchange_and_last_to_a_return() -> None:
    """C15: never the other way round."""
    ways = {step.id: {outcome.to for outcome in step.outcomes} for step in _book("dissatisfied").steps}
    assert "log_return" in ways["swap"] and ways["log_return"] == {"giving_back"}
    assert [step for step, to in ways.items() if "log_return" in to] == ["swap"]
    assert "swap" in ways["offer"] and "giving_back" not in ways["offer"] | ways["swap"]


def test_where_one_matter_leads_to_another_that_one_is_written_down() -> None:
    for book in SHOP.playbooks:
        beside = [outcome.opens for step in book.steps for outcome in step.outcomes]
        for reason in filter(None, (*beside, *(end.then for end in book.ends))):
            assert reason in SHOP.playbook_by_reason, f"{book.id} leads to {reason}, which is nobody's"
    for answer in SHOP.answers:
        assert not answer.opens or answer.opens in SHOP.playbook_by_reason, answer.topic


#: Five working days and the weekend among them; the ledger counts by the clock.
_FIVE_WORKING_DAYS = 7 * 24
#: Refunds of what was not shipped, and within the five days of C10.
_SOONER = {("return", 120.0), ("held", 24.0), ("refund_fork", 24.0), ("urge", 24.0)}


def test_every_payout_is_due_within_five_working_days() -> None:
    """Compensation, coupons and refunds (C9, C12)."""
    due = {
        (book.id, promise.within_hours)
        for book in SHOP.playbooks
        for step in book.steps
        for outcome in step.outcomes
        if (promise := outcome.promise) is not None
        and (promise.kind in ("coupon", "cash") or re.search(r"\brefund\b", promise.words.en))
        and promise.calendar is None
        and book.id not in ("desk_return", "bargain", "gift", "bulk")
    }
    late = {(book, hours) for book, hours in due if hours != _FIVE_WORKING_DAYS}
    assert late == _SOONER
    assert len(due) > len(late) + 10
