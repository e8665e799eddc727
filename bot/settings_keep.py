"""The section of config.yaml about how long things are kept."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from bot.settings_section import Section


def _days(default: int, what: str) -> Any:
    return Field(default=default, ge=0, le=36_500, description=f"Days {what}; 0: for ever")


class KeepSettings(Section):
    """What is forgotten by itself, once a day; docs/privacy.md says what stays. Nothing open is ever forgotten."""

    conversations_days: int = _days(1095, "of quiet after which a conversation's words are forgotten")
    raw_days: int = _days(30, "messages are kept exactly as they came in")
    questions_days: int = _days(365, "questions are kept that the owner did not take up")
    round_lines_days: int = _days(180, "lines of rounds are kept that are done")
    records_days: int = _days(730, "imported reviews, ended memberships and cashback are kept")
    parcels_days: int = _days(180, "news of a parcel is kept that nobody asks about")
    sms_days: int = _days(365, "text messages are kept in sms.jsonl")
