"""What a topic shows by now, kept as text beside it: its cards, how far its words go, and a send under way."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

#: Key of the card of a conversation in which people are without a case.
NO_CASE = "-"


@dataclass(frozen=True, slots=True)
class CardShown:
    message_id: int
    #: Step of the case it was posted for; another step gets another card.
    step: str
    #: Of text and buttons.
    digest: str
    #: The messages it shows are those up to this event, however often it is edited.
    seq: int


@dataclass(frozen=True, slots=True)
class TopicState:
    cards: tuple[tuple[str, CardShown], ...] = ()
    #: Every event up to this one was shown, or needs not be.
    words: int = 0
    #: A post up to this event was begun, and its end was not stored: it may stand there already. 0: none.
    trying: int = 0

    @property
    def by_case(self) -> dict[str, CardShown]:
        return dict(self.cards)

    def with_card(self, case_id: str, card: CardShown) -> TopicState:
        return replace(self, cards=tuple({**self.by_case, case_id: card}.items()))

    def without_card(self, case_id: str) -> TopicState:
        return replace(self, cards=tuple((key, card) for key, card in self.cards if key != case_id))


def to_text(state: TopicState) -> str:
    cards = {key: [card.message_id, card.step, card.digest, card.seq] for key, card in state.cards}
    return json.dumps({"cards": cards, "words": state.words, "trying": state.trying}, separators=(",", ":"))


def from_text(text: str, posted_seq: int) -> TopicState:
    """What cannot be read counts as nothing shown but the words up to ``posted_seq``."""
    try:
        held = json.loads(text)
        cards = tuple((str(k), CardShown(int(m), str(s), str(d), int(q))) for k, (m, s, d, q) in held["cards"].items())
        return TopicState(cards, max(int(held["words"]), posted_seq), int(held["trying"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return TopicState(words=posted_seq)
