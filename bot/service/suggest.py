"""Replies a person could give: what the knowledge says to her last question, as the bot would."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.conversation import Conversation
from bot.core.errors import XiaoerError
from bot.core.messages import Incoming
from bot.service.compose import Composer

#: Topics that are answered by a person anyway, or that no person needs help with.
_LEFT_OUT = frozenset({"human", "complaint", "bulk", "greeting", "thanks", "farewell", "smalltalk"})
#: Candidates that resemble less are no help.
_LEAST_SCORE = 0.15
COUNT = 3


class Suggest:
    """Decides as the bot would have, in a copy of the conversation that belongs to it; nothing is stored."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer

    def __call__(self, talk: Conversation, question: str, now: datetime) -> tuple[str, ...]:
        """At most three, best first, in the shopper's language."""
        free = replace(talk, owner="bot", case_id=None, agent_id="", collecting="", awaiting=None, awaiting_topic="")
        incoming = Incoming(talk.channel, talk.id, "0", now, text=question)
        meaning = self._composer.read(free, incoming)
        found = list[str]()
        for candidate in meaning.candidates[: 2 * COUNT]:
            if candidate.topic in _LEFT_OUT or candidate.score < _LEAST_SCORE:
                continue
            sure = replace(
                meaning, topic=candidate.topic, score=1.0, sure=True, candidates=(candidate,), parts=(), act=None
            )
            try:
                composed = self._composer.compose(free, incoming, sure, now)
            except (XiaoerError, ValueError, KeyError):
                continue  # a topic that needs more than a copy of the conversation
            words = composed.replies[0].text if composed.replies else ""
            if composed.decision.action == "answer" and words and words not in found:
                found.append(words)
        return tuple(found[:COUNT])
