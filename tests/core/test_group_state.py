from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.group_state import CardShown, TopicState, from_text, to_text

CARDS = st.dictionaries(st.text(max_size=9), st.builds(CardShown, st.integers(0), st.text(), st.text(), st.integers(0)))


@given(CARDS, st.integers(0, 10**9), st.integers(0, 10**9))
def test_what_a_topic_shows_is_read_as_it_was_written(cards: dict[str, CardShown], words: int, trying: int) -> None:
    state = TopicState(tuple(cards.items()), words, trying)
    assert from_text(to_text(state), 0) == state


@given(st.one_of(st.text(), st.sampled_from(["[]", "{}", '{"cards":[]}', '{"cards":{"a":[1]},"words":1,"trying":0}'])))
def test_what_cannot_be_read_counts_as_nothing_shown_but_the_words(text: str) -> None:
    assert from_text(text, 5) == TopicState(words=5)
