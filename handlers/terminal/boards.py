"""The desk's boards, shown in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from bot.core.unanswered import Question


def question_row(question: Question, zone: tzinfo) -> Mapping[str, Any]:
    """``proposed``: the topic somebody proposed, ``new answer``, or empty."""
    lesson = question.proposed
    return {
        "question": question.words,
        "times": question.count,
        "chats": question.chats,
        "first": question.first_at.astimezone(zone).isoformat(timespec="minutes"),
        "last": question.last_at.astimezone(zone).isoformat(timespec="minutes"),
        "offered": " ".join(question.topics),
        "proposed": (lesson.topic or "new answer") if lesson else "",
    }
