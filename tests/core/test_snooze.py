"""What may be put aside, until when, and what brings it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.cases import Case
from bot.core.conversation import Conversation, fold
from bot.core.ownership import Done, HeldBy, Refused, left_alone, look_again, put_aside
from bot.core.people import Duty, Interval, Roster, Shift
from bot.core.snooze import CHOICES, LONGEST, SHORTEST, back_at, may_wait, time_of, waits_since
from tests.core.people_at_work import ANN, BEN, NOW, SUE, context, move, talk

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


GIFT = Case("C2", "race:1", "gift", "supervisor", NOW, "送条皮带吧", playbook="gift", step="decide")


def hers(**facts: object) -> Conversation:
    """Ann has it and wrote last."""
    known = {"agent_id": "A01", "last_at": NOW - 9 * MINUTE, "person_spoke_at": NOW - 5 * MINUTE} | facts
    return talk("agent", **known)


def aside(conversation: Conversation, until: datetime = NOW + HOUR, by: str = "A01") -> Conversation:
    return fold(conversation, [e.Snoozed(by, until.isoformat(), NOW.isoformat())])


def spoke(at: datetime) -> e.ShopperSpoke:
    return e.ShopperSpoke("1", "text", "在吗", "zh", at.isoformat())


def test_it_keeps_its_owner_and_says_until_when() -> None:
    done = move(hers())
    assert put_aside(done, ANN, NOW + HOUR, context()) == Done()
    after = done.conversation
    assert (after.owner, after.agent_id, after.snoozed_until, after.snoozed_by) == ("agent", "A01", NOW + HOUR, "A01")
    assert not done.told, "the shopper hears nothing of it"


@pytest.mark.parametrize(
    ("conversation", "outcome"),
    [
        (hers(last_at=NOW), Refused("answer_first")),
        (hers(owed_answer=True), Refused("answer_first")),
        (talk("waiting", waiting_since=NOW), Refused("answer_first")),
        (talk("closed"), Refused("ended")),
        (hers(agent_id="A02"), HeldBy("A02")),
        (aside(talk("bot"), by="A02"), HeldBy("A02")),
        (talk("bot"), Done()),
        (aside(hers()), Done()),
    ],
)
def test_who_waits_is_not_put_aside_and_nobody_takes_it_from_a_colleague(
    conversation: Conversation, outcome: object
) -> None:
    assert put_aside(move(conversation), ANN, NOW + HOUR, context()) == outcome


def test_who_is_disabled_puts_nothing_aside_and_wakes_nothing() -> None:
    gone = replace(ANN, state="disabled")
    assert put_aside(move(hers()), gone, NOW + HOUR, context()) == Refused("disabled")
    assert look_again(move(aside(hers())), gone) == Refused("disabled")


def test_the_time_lies_ahead_and_not_too_far() -> None:
    for until in (NOW, NOW - HOUR, NOW + SHORTEST / 2, NOW + LONGEST + MINUTE):
        assert may_wait(hers(), ANN, [], until, NOW) == "when"
    assert may_wait(hers(), ANN, [], NOW + SHORTEST, NOW) == may_wait(hers(), ANN, [], NOW + LONGEST, NOW) == ""


def test_an_overdue_matter_is_not_put_aside_and_one_that_falls_due_brings_it_back() -> None:
    book = context().shop.playbook_by_reason["gift"]
    matter = replace(GIFT, assigned="A01", due_at=NOW + 20 * MINUTE)
    assert back_at(aside(hers()), ANN, [(matter, book)]) == NOW + 20 * MINUTE
    late = replace(matter, due_at=NOW)
    assert put_aside(move(hers(), late), ANN, NOW + HOUR, context()) == Refused("overdue")
    others = replace(late, assigned="S01")
    assert put_aside(move(hers(), others), ANN, NOW + HOUR, context()) == Done(), "somebody else's alarms as ever"


def test_a_word_of_hers_brings_it_back_at_once() -> None:
    wrote = fold(aside(hers()), [spoke(NOW + MINUTE)])
    assert wrote.snoozed_until is None and waits_since(wrote) == NOW + MINUTE
    bots = fold(aside(talk("bot")), [spoke(NOW + MINUTE)])
    assert (bots.snoozed_until, bots.snoozed_by) == (NOW + MINUTE, "A01"), "back with whoever wanted to look again"


@pytest.mark.parametrize(
    "event",
    [
        e.StaffSpoke("A01", "好", NOW.isoformat()), e.TakenOver("A02", NOW.isoformat()), e.HandedBack("A01"),
        e.ConversationClosed("A01"), e.HandedOver("C1", "human", "agent", NOW.isoformat()), e.SnoozeEnded("A01"),
    ],
    ids=lambda event: type(event).__name__,
)  # fmt: skip
def test_whatever_people_do_ends_it(event: e.Event) -> None:
    after = fold(aside(hers()), [event])
    assert after.snoozed_until is None and after.snoozed_by == ""


def test_silence_counts_from_when_it_came_back() -> None:
    sleeping = aside(hers(), NOW + 5 * HOUR)
    for at, given_back in ((4 * HOUR, False), (5.9 * HOUR, False), (6 * HOUR, True)):
        assert left_alone(move(sleeping, now=NOW + at), HOUR, context()) is given_back


def test_what_somebody_put_aside_who_is_gone_goes_on() -> None:
    ctx = context()
    ctx = replace(ctx, duty=replace(ctx.duty, staff=(replace(ANN, state="disabled"), BEN)))
    assert left_alone(move(aside(hers(), NOW + 5 * HOUR), now=NOW + HOUR), HOUR, ctx)


def test_it_is_woken_by_her_or_by_who_leads() -> None:
    assert look_again(move(aside(hers())), BEN) == HeldBy("A01")
    for staff in (ANN, SUE):
        done = move(aside(hers()))
        assert look_again(done, staff) == Done() and done.conversation.snoozed_until is None
    assert look_again(nothing := move(hers()), ANN) == Done() and not nothing.events


def test_the_times_offered_are_ahead_and_the_next_shift_is_her_own() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    early, late = Shift("早", (Interval(time(8), time(16)),)), Shift("晚", (Interval(time(16), time(23)),))
    roster = Roster((early, late), weeks=(("A01", (("晚",) * 7,)), ("A02", (("早",) * 7,))))
    duty = Duty(roster, (ANN, BEN), (), zone)
    now = datetime(2026, 11, 23, 10, tzinfo=zone)
    assert time_of("hour", ANN, duty, now) == now + HOUR
    assert time_of("afternoon", ANN, duty, now) == now.replace(hour=15)
    assert time_of("afternoon", ANN, duty, now.replace(hour=14, minute=45)) is None
    away = replace(ANN, away_since=now)
    assert time_of("shift", away, duty, now) == datetime(2026, 11, 24, 16, tzinfo=zone), "not today's"
    assert time_of("shift", BEN, duty, now.replace(hour=23)) == datetime(2026, 11, 24, 8, tzinfo=zone)
    always = Duty(Roster(), (ANN,), (), zone)
    assert time_of("shift", ANN, always, now) == datetime(2026, 11, 24, 9, tzinfo=zone)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(ZoneInfo("Europe/Berlin"))))  # noqa: DTZ001
def test_every_time_offered_may_be_chosen(now: datetime) -> None:
    duty = Duty(Roster(), (ANN,), (), now.tzinfo or UTC)
    for choice in CHOICES:
        at = time_of(choice, ANN, duty, now)
        assert at is None or may_wait(talk("bot"), ANN, [], at.astimezone(UTC), now.astimezone(UTC)) == ""
