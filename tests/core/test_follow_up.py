"""The case that a round opens: it may run as it is, and asks the shopper nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.case_effects import Context
from bot.core.case_run import proved
from bot.core.events import HandedOver, RemindersStopped, RoundActed, StockWished, TakenOver
from bot.core.follow_up import FOLLOW_UP_BOOK
from bot.core.move import Told
from bot.core.orders import Order, Status
from bot.core.playbooks import Fact, Playbook
from bot.core.round_acts import act
from bot.core.rounds import Found
from tests.adapters.store_samples import order as sample
from tests.core.people_at_work import context, move, talk

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
HERS = replace(sample("A", "race:1"), status=Status.PAID)
LATE = Found("A", "dispatch_72h", "A", "race:1", tell="round_owed", opens="order")


def still(order: Order) -> bool:
    return order.status is Status.PAID


def test_the_playbook_of_a_round_is_proved() -> None:
    assert proved(FOLLOW_UP_BOOK) == []


def test_she_is_told_and_a_case_is_opened_once() -> None:
    done = move(talk(), orders=(HERS,), now=NOW)
    did = act(done, LATE, "after_sales", context(), {"race"}, still)
    assert [what.partition(":")[0] for what in did] == ["told", "case"]
    (case,) = done.cases
    assert (case.role, case.state, case.order_nos, case.playbook) == ("after_sales", "open", ("A",), "follow_up")
    assert case.due_at is not None
    assert done.conversation.owner == "bot"
    again = act(done, LATE, "after_sales", context(), {"race"}, still)
    assert again == ("told_before",)
    assert len(done.cases) == 1
    assert len(done.told) == 1


@pytest.mark.parametrize(
    ("happened", "why"),
    [
        ((TakenOver("A01", NOW.isoformat()),), "person"),
        ((HandedOver("C1", "human", "agent", NOW.isoformat()),), "person"),
        ((RemindersStopped(),), "opted_out"),
    ],
)
def test_who_may_not_be_told_gets_a_case_all_the_same(happened: tuple[object, ...], why: str) -> None:
    done = move(talk(), orders=(HERS,), now=NOW)
    done.happen(*happened)  # type: ignore[arg-type]
    did = act(done, LATE, "after_sales", context(), {"race"}, still)
    assert (did[0], len(did)) == (why, 2)
    assert done.told == []


def test_nothing_begins_on_a_channel_that_is_not_served() -> None:
    assert act(move(talk(), orders=(HERS,)), replace(LATE, opens=""), "agent", context(), {"telegram"}, still) == (
        "unreachable",
    )


def test_an_order_that_moved_on_meanwhile_or_is_not_hers_is_left_alone() -> None:
    shipped = replace(HERS, status=Status.SHIPPED)
    for orders in ((shipped,), ()):
        done = move(talk(), orders=orders)
        assert act(done, LATE, "after_sales", context(), {"race"}, still) == ("changed",)
        assert not done.events


def test_a_playbook_that_would_question_or_hold_her_does_neither() -> None:
    fact = Fact("why")
    asks = replace(FOLLOW_UP_BOOK, id="asks", reasons=("order",), facts=(fact,), talks=False)
    holds = replace(FOLLOW_UP_BOOK, id="holds", reasons=("order",), talks=True)
    plain = replace(FOLLOW_UP_BOOK, id="plain", reasons=("order",))
    for book, runs in ((asks, "asks"), (holds, "follow_up"), (plain, "plain")):
        done = move(talk(), orders=(HERS,), now=NOW)
        act(done, replace(LATE, tell=""), "after_sales", _with(book), {"race"}, still)
        (case,) = done.cases
        assert (case.playbook, case.state) == (runs, "open")
        assert done.told == []
        assert done.conversation.owner == "bot"
        assert not done.conversation.collecting


def _with(book: Playbook) -> Context:
    known = context()
    return replace(known, shop=replace(known.shop, playbooks=(book,)))


def test_a_wish_that_was_met_is_over_and_one_for_goods_that_are_gone_is_kept() -> None:
    shop = context().shop
    sku = next(iter(shop.variant_by_sku))
    done = move(talk(), now=NOW)
    done.happen(StockWished(sku), StockWished("GONE"))
    back = [Found(f"{name} race:1", "back", "", "race:1", tell="round_back") for name in (sku, "GONE")]
    did = [act(done, found, "agent", context(), {"race"}, still) for found in back]
    assert did == [("told",), ("changed",)]
    assert done.conversation.stock_wishes == ("GONE",)
    assert isinstance(done.told[0], Told)
    assert done.told[0].say.buttons
    assert act(done, back[0], "agent", context(), {"race"}, still) == ()


def test_what_rounds_did_is_remembered_for_long_and_not_for_ever() -> None:
    done = move(talk(), now=NOW + timedelta(days=1))
    done.happen(*(RoundActed(f"told x {n}") for n in range(250)))
    assert len(done.conversation.rounds_acted) == 200
    assert done.conversation.rounds_acted[-1] == "told x 249"
