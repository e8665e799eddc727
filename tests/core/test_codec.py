from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.cases import Case
from bot.core.catalogue import Text
from bot.core.codec import event_from_plain, event_to_plain, from_plain, to_plain
from bot.core.conversation import AddressParts, Conversation, Draft, fold
from bot.core.messages import RenderedButton, Reply
from bot.core.orders import Address, Flag, Note, Order, OrderLine, Status
from tests.core.event_kinds import KINDS, any_history, moments, of_kind


def through_json(plain: Any) -> Any:
    return json.loads(json.dumps(plain, ensure_ascii=False, allow_nan=False))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(st.data())
@settings(max_examples=25)
def test_every_kind_of_event_comes_back_as_it_was(kind: type[e.Event], data: st.DataObject) -> None:
    # Figures of a shopper are finite; JSON has no others.
    event = data.draw(of_kind(kind).filter(_is_finite))
    again = event_from_plain(through_json(event_to_plain(event)))
    assert again == event
    assert type(again) is kind


def _is_finite(event: e.Event) -> bool:
    try:
        json.dumps(to_plain(event), allow_nan=False)
    except ValueError:
        return False
    return True


@given(any_history.filter(lambda history: all(map(_is_finite, history))))
def test_a_conversation_comes_back_as_it_was(history: list[e.Event]) -> None:
    conversation = fold(Conversation("telegram:1", "telegram"), history)
    assert from_plain(Conversation, through_json(to_plain(conversation))) == conversation


@given(any_history.filter(lambda history: all(map(_is_finite, history))))
def test_folding_stored_events_gives_the_stored_conversation(history: list[e.Event]) -> None:
    fresh = Conversation("telegram:1", "telegram")
    stored = [event_from_plain(through_json(event_to_plain(event))) for event in history]
    assert fold(fresh, stored) == fold(fresh, history)


words = st.text(max_size=12)
texts = st.builds(Text, words, words)
orders = st.builds(
    Order,
    status=st.sampled_from(Status),
    lines=st.lists(st.builds(OrderLine, name=texts, color=texts), max_size=3).map(tuple),
    discounts=st.lists(st.tuples(words, texts, st.integers()), max_size=2).map(tuple),
    gifts=st.lists(texts, max_size=2).map(tuple),
    address=st.builds(Address),
    created_at=moments,
    notes=st.lists(st.builds(Note, at=moments, flag=st.none() | st.sampled_from(Flag)), max_size=2).map(tuple),
    flag=st.none() | st.sampled_from(Flag),
    history=st.lists(st.tuples(st.sampled_from(Status), moments, words), max_size=3).map(tuple),
)


@given(orders)
def test_an_order_comes_back_as_it_was_with_its_flags_and_statuses(order: Order) -> None:
    again = from_plain(Order, through_json(to_plain(order)))
    assert again == order
    assert isinstance(again.status, Status)
    assert all(isinstance(status, Status) for status, _, _ in again.history)
    assert again.flag is order.flag
    assert [note.flag for note in again.notes] == [note.flag for note in order.notes]


@given(st.builds(Case, opened_at=moments))
def test_a_case_comes_back_as_it_was(case: Case) -> None:
    assert from_plain(Case, through_json(to_plain(case))) == case


@given(st.builds(Reply, buttons=st.lists(st.builds(RenderedButton), max_size=3).map(tuple)))
def test_a_reply_comes_back_as_it_was(reply: Reply) -> None:
    assert from_plain(Reply, through_json(to_plain(reply))) == reply


def test_only_what_differs_from_the_defaults_is_stored() -> None:
    assert to_plain(Conversation("a:1", "a")) == {"id": "a:1", "channel": "a"}
    assert event_to_plain(e.LineDrafted(size="M")) == {"event": "LineDrafted", "size": "M"}
    assert event_to_plain(e.Welcomed()) == {"event": "Welcomed"}


def test_a_field_without_default_is_always_stored() -> None:
    assert to_plain(e.LineAdded("", 0)) == {"sku": "", "quantity": 0}


def test_rows_stored_before_a_field_was_added_or_after_one_was_dropped_are_read() -> None:
    assert from_plain(Draft, {"size": "M"}) == Draft(size="M")
    assert from_plain(AddressParts, {"phone": "1", "floor": 3}) == AddressParts(phone="1")
    assert event_from_plain({"event": "LineDrafted", "size": "M", "fit": "wide"}) == e.LineDrafted(size="M")


@pytest.mark.parametrize("name", ["Event", "Nothing", "dataclass", "__name__", "annotations"])
def test_a_name_that_is_no_event_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not an event"):
        event_from_plain({"event": name})


@dataclass(frozen=True)
class Everything:
    day: date
    at: datetime
    names: frozenset[str]
    pairs: tuple[tuple[str, int], ...]
    measures: Mapping[str, float]
    status: Status | None = None


def test_days_moments_sets_and_mappings_are_kept() -> None:
    value = Everything(
        date(2026, 11, 10),
        datetime(2026, 11, 10, 12, 30, 15, 123456, tzinfo=UTC),
        frozenset({"b", "a"}),
        (("x", 1),),
        {"chest": 104.5},
        Status.PAID,
    )
    plain = to_plain(value)
    assert plain["names"] == ["a", "b"]
    assert from_plain(Everything, through_json(plain)) == value


def test_what_cannot_be_stored_is_refused_rather_than_guessed() -> None:
    with pytest.raises(TypeError, match="cannot store a bytes"):
        to_plain(b"raw")
