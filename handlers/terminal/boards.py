"""The desk's boards, shown in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from bot.core.money import yuan
from bot.core.staff_numbers import StaffNumbers
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


def numbers_row(row: StaffNumbers) -> Mapping[str, Any]:
    """``conversion`` 0 to 1; null where there is nothing to count from."""
    return {
        "staff": row.staff_id,
        "name": row.name,
        "buyers": len(row.buyers),
        "deals": row.deals,
        "amount": yuan(row.amount_fen),
        "amount_fen": row.amount_fen,
        "conversion": None if row.conversion is None else round(row.conversion, 4),
        "order_value": None if row.order_value_fen is None else yuan(row.order_value_fen),
        "satisfaction": None if row.satisfaction is None else round(row.satisfaction, 2),
        "marks": row.marks,
        "not_bought": dict(row.not_bought),
        "buyer_ids": list(row.buyers),
    }
