"""What couriers tell: never forgotten, never guessed, never younger than it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.tracking import Parcel, ParcelState, TrackingEvent, age, merged

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def event(hours: float, words: str = "到达杭州") -> TrackingEvent:
    return TrackingEvent(NOW - timedelta(hours=hours), words)


@pytest.mark.parametrize(
    ("hours", "unit", "count"),
    [(-1, "minutes", 0), (0.5, "minutes", 30), (1, "hours", 1), (47.9, "hours", 47), (48, "days", 2), (75, "days", 3)],
)
def test_news_is_as_old_as_its_largest_whole_unit(hours: float, unit: str, count: int) -> None:
    found = age(event(hours), NOW)
    assert (found.unit, found.count) == (unit, count)


def test_newer_news_says_the_state_and_older_ones_stay() -> None:
    known = Parcel("1", "moving", (event(5, "已揽收"),), "中通快递")
    told = merged(known, Parcel("1", "delivered", (event(1, "已签收"),)))
    assert (told.state, [e.words for e in told.events], told.courier) == ("delivered", ["已签收", "已揽收"], "中通快递")
    assert told.delivered_at == event(1).at
    late = merged(told, Parcel("1", "moving", (event(3, "到达杭州"),)))
    assert (late.state, late.latest) == ("delivered", event(1, "已签收"))


def test_news_that_names_no_state_keeps_the_known_one() -> None:
    assert merged(Parcel("1", "out", (event(2),)), Parcel("1", "unknown", (event(1),))).state == "out"


states = st.sampled_from(["waiting", "moving", "out", "delivered", "returned", "problem", "unknown"])
events = st.lists(st.builds(event, st.integers(0, 500), st.sampled_from(["甲", "乙", "丙"])), max_size=6).map(tuple)
parcels = st.builds(Parcel, st.just("1"), states, events)


@given(parcels, parcels)
def test_merging_loses_nothing_repeats_nothing_and_is_stable(one: Parcel, other: Parcel) -> None:
    both = merged(one, other)
    assert set(both.events) == {*one.events, *other.events}
    assert len(both.events) == len(set(both.events))
    assert [e.at for e in both.events] == sorted((e.at for e in both.events), reverse=True)
    assert merged(both, other) == both


def test_only_the_courier_says_that_it_was_delivered() -> None:
    named: list[ParcelState] = ["waiting", "moving", "out", "returned", "problem", "unknown"]
    assert all(Parcel("1", state, (event(1, "已签收"),)).delivered_at is None for state in named)
