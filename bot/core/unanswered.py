"""Questions the bot did not understand, and what people of the shop propose to teach it (E7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.core.catalogue import Text
from bot.core.understanding.normalise import clean

#: ``dropped``: it is no question the shop wants to answer.
LessonState = Literal["proposed", "accepted", "refused", "dropped"]
Settled = Literal["accepted", "refused"]

MOST_PHRASING_CHARS = 120
MOST_REPLY_CHARS = 1000
#: A phone or account number has no place in what every shopper may be matched with.
_LEAST_PRIVATE_DIGITS = 7
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Missed:
    """One message that was not understood, or asked back about."""

    conversation_id: str
    at: datetime
    #: As she wrote it.
    words: str
    #: Topics she was offered; empty: nothing resembled it.
    topics: tuple[str, ...] = ()
    #: What is known to be hers: address, name, phone; hidden wherever it stands in the words.
    private: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """*These words belong to this topic*, said by somebody of the staff."""

    #: Of the question it came from.
    question: str
    phrasing: str
    #: An existing topic, or empty where ``reply`` is a new answer.
    topic: str
    reply: Text
    by: str
    at: datetime
    state: LessonState = "proposed"
    settled_by: str = ""
    settled_at: datetime | None = None
    lesson_id: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """The same question, however often it was asked."""

    key: str
    #: As it was asked last, what is private hidden.
    words: str
    count: int
    #: In how many conversations.
    chats: int
    first_at: datetime
    last_at: datetime
    #: Offered most often first; at most three.
    topics: tuple[str, ...]
    proposed: Lesson | None = None


@dataclass(slots=True)
class _Group:
    newest: Missed
    oldest: Missed
    count: int = 0
    chats: set[str] = field(default_factory=set)
    topics: Counter[str] = field(default_factory=Counter)


def key_of(words: str) -> str:
    """The same for questions that differ in writing only; empty: nothing was asked."""
    return "".join(c for c in clean(words) if c.isalnum())[:MOST_PHRASING_CHARS]


def questions(
    missed: Iterable[Missed], settled: Mapping[str, datetime], proposed: Mapping[str, Lesson]
) -> tuple[Question, ...]:
    """Newest first. ``missed``: newest first; ``settled``: key -> when it was taught or dropped: earlier ones are over.

    ``proposed``: key -> the lesson that waits for the owner.
    """
    groups = dict[str, _Group]()
    for one in missed:
        key = key_of(one.words)
        if not key or (key in settled and one.at <= settled[key]):
            continue
        group = groups.setdefault(key, _Group(one, one))
        group.oldest, group.count = one, group.count + 1
        group.chats.add(one.conversation_id)
        group.topics.update(one.topics)
    return tuple(_question(key, group, proposed.get(key)) for key, group in groups.items())


def _question(key: str, group: _Group, proposed: Lesson | None) -> Question:
    topics = tuple(topic for topic, _ in group.topics.most_common(_SAMPLES))
    newest = group.newest
    return Question(key, newest.words, group.count, len(group.chats), group.oldest.at, newest.at, topics, proposed)


def unfit(lesson: Lesson, topics: Iterable[str]) -> str:
    """Why it cannot be proposed: the name of a sentence; empty: nothing speaks against it."""
    if not key_of(lesson.phrasing):
        return "empty"
    if len(lesson.phrasing) > MOST_PHRASING_CHARS or max(len(lesson.reply.zh), len(lesson.reply.en)) > MOST_REPLY_CHARS:
        return "long"
    if sum(c.isdigit() for c in lesson.phrasing) >= _LEAST_PRIVATE_DIGITS:
        return "private"
    if lesson.topic and lesson.reply:
        return "both"
    if not lesson.topic and not lesson.reply:
        return "neither"
    return "" if not lesson.topic or lesson.topic in topics else "topic"
