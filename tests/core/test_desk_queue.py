"""What stands in the queue, for whom, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.cases import Case
from bot.core.catalogue import Text
from bot.core.conversation import Conversation
from bot.core.desk_queue import Queued, View, in_order, in_view, queued
from bot.core.people import Staff
from bot.core.playbooks import End, Outcome, Playbook, Step

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANN, BEN = Staff("A1", "Ann", ("agent",)), Staff("A2", "Ben", ("agent",))
SUE = Staff("S1", "Sue", ("supervisor",))
BOT = Conversation("web:x", "web", last_at=NOW)
BOOK = Playbook(
    "gift", Text("赠品", "Gift"), ("gift",),
    (Step("decide", "supervisor", Text(), 30, "manager", (Outcome("yes", Text(), "done"),)),), (End("done"),),
)  # fmt: skip
GIFT = Case("C1", "web:x", "gift", "supervisor", NOW, "", playbook="gift", step="decide")


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def waiting(minutes: float) -> Conversation:
    return replace(BOT, id=f"web:w{minutes}", owner="waiting", waiting_since=ago(minutes))


def held(spoke: float, answered: float, by: str = "A1") -> Conversation:
    return replace(
        BOT, id=f"web:h{by}{spoke}", owner="agent", agent_id=by, last_at=ago(spoke), person_spoke_at=ago(answered)
    )


def at(talk: Conversation, staff: Staff = ANN, matter: bool = False) -> Queued:
    return queued(staff, talk, [(GIFT, BOOK)] if matter else [], NOW, NOW)


def test_what_a_conversation_needs_depends_on_who_looks() -> None:
    assert at(waiting(1)).need == "waits"
    assert at(held(1, 5)).need == "asks"
    assert at(held(5, 1)).need == "held"
    assert at(held(1, 5, "A2")).need == "others"
    assert at(BOT).need == "bot"
    assert at(replace(BOT, owner="closed")).need == "closed"
    assert at(BOT, SUE, matter=True).need == "decide"
    assert at(BOT, ANN, matter=True).need == "bot"


def test_the_longest_wait_comes_first_whoever_owes_the_answer() -> None:
    items = [at(held(5, 1)), at(waiting(1)), at(BOT), at(held(3, 8)), at(waiting(7)), at(held(2, 9, "A2"))]
    order = [item.talk.id for item in in_order(items, "all")]
    assert order == ["web:w7", "web:hA13", "web:w1", "web:hA15", "web:hA22", "web:x"]


def test_each_view_shows_its_own() -> None:
    kinds = {
        "waits": at(waiting(1)), "asks": at(held(1, 5)), "held": at(held(5, 1)), "others": at(held(1, 5, "A2")),
        "bot": at(BOT), "closed": at(replace(BOT, owner="closed")),
    }  # fmt: skip

    def shown(view: View) -> set[str]:
        return {name for name, item in kinds.items() if in_view(item, view, ANN)}

    assert shown("inbox") == {"waits", "asks", "held"}
    assert shown("mine") == {"asks", "held"}
    assert shown("all") == {"waits", "asks", "held", "others", "bot"}
    assert shown("closed") == {"closed"}
    assert shown("cases") == set()
    assert in_view(at(BOT, SUE, matter=True), "cases", SUE) and not in_view(at(BOT, ANN, matter=True), "cases", ANN)


def test_a_case_she_took_is_hers() -> None:
    item = queued(ANN, BOT, [(replace(GIFT, assigned="A1"), BOOK)], NOW, NOW)
    assert in_view(item, "mine", ANN)


def test_of_the_bots_and_the_closed_ones_the_newest_comes_first() -> None:
    for view, owner in (("all", "bot"), ("closed", "closed")):
        items = [queued(ANN, replace(BOT, id=f"web:{n}", owner=owner), [], ago(n), NOW) for n in (5, 1, 3)]  # type: ignore[arg-type]
        assert [item.talk.id for item in in_order(items, view)] == ["web:1", "web:3", "web:5"]  # type: ignore[arg-type]


def test_what_she_put_aside_is_out_of_her_inbox_only_and_comes_back_at_its_time() -> None:
    sleeping = replace(held(9, 5), snoozed_until=NOW + timedelta(hours=1), snoozed_by="A1")
    mine, sues = at(sleeping), at(sleeping, SUE)
    assert not in_view(mine, "inbox", ANN) and in_view(mine, "snoozed", ANN) and in_view(mine, "mine", ANN)
    assert in_view(sues, "snoozed", SUE) and not in_view(at(sleeping, BEN), "snoozed", BEN)
    back = at(replace(sleeping, snoozed_until=NOW))
    assert back.need == "back" and in_view(back, "inbox", ANN) and not in_view(back, "snoozed", ANN)
    of_the_bot = replace(BOT, snoozed_until=NOW, snoozed_by="A1")
    assert at(of_the_bot).need == "back" and at(of_the_bot, BEN).need == "bot"


def test_putting_aside_hides_no_matter_from_who_decides_it_and_no_deadline_from_anybody() -> None:
    sleeping = replace(held(9, 5), snoozed_until=NOW + timedelta(hours=1), snoozed_by="A1")
    assert in_view(at(sleeping, SUE, matter=True), "inbox", SUE), "it is not the supervisor who put it aside"
    late = replace(GIFT, assigned="A1", due_at=ago(1))
    overdue = queued(ANN, sleeping, [(late, BOOK)], NOW, NOW)
    assert overdue.until is None and in_view(overdue, "inbox", ANN)
    asks = at(replace(sleeping, last_at=ago(1)))
    assert asks.need == "asks" and in_view(asks, "inbox", ANN)


def test_what_is_put_aside_stands_in_the_order_it_comes_back() -> None:
    items = [
        at(replace(BOT, id=f"web:{n}", snoozed_until=NOW + timedelta(hours=n), snoozed_by="A1")) for n in (3, 1, 2)
    ]
    assert [item.talk.id for item in in_order(items, "snoozed")] == ["web:1", "web:2", "web:3"]
