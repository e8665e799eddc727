"""The section of config.yaml about rounds: when each is held, and its figures."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field, field_validator

from bot.settings_section import Section

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _times(*default: str, of: str) -> Any:
    return Field(default=default, description=f"{of}; times in the shop's clock, an empty list: never")


class RoundSettings(Section):
    """What the shop looks through each day, and when; docs/rounds.md says what each lists, tells and opens."""

    dispatch: tuple[str, ...] = _times("09:00", of="Orders not shipped or not signed for in time")
    dispatch_report: tuple[str, ...] = _times("09:50", of="How far yesterday's list of these was worked off")
    follow_ups: tuple[str, ...] = _times("09:00", of="Promises due today, or broken")
    unsigned: tuple[str, ...] = _times("10:00", of="Parcels on the way too long")
    unconfirmed: tuple[str, ...] = _times("10:30", of="Parcels delivered that the buyer has not confirmed")
    restock: tuple[str, ...] = _times("11:00", of="Whoever wished for goods that are back is told")
    stock_check: tuple[str, ...] = _times("16:00", of="Low stock, and paid orders whose goods are short")
    invoices: tuple[str, ...] = _times("17:00", of="Open invoices for the operations manager")
    oversold: tuple[str, ...] = _times("17:00", of="Paid orders that still cannot be shipped")
    complaints: tuple[str, ...] = _times("18:00", of="Open complaints, second contacts first")
    late_shipping: tuple[str, ...] = _times("20:00", of="Paid orders that wait too long for shipping")
    max_delay_minutes: int = Field(default=120, ge=1, le=720, description="A list missed by more is left to the next")
    day_ends: str = Field(
        default="20:00", description="The list of late orders holds what was paid before this time of the day before"
    )
    owed_after_hours: int = Field(
        default=72, ge=1, le=720, description="Paid so long and not shipped: the customer is owed something"
    )
    owed_percent: int = Field(default=30, ge=0, le=100, description="Share of the paid amount that she is owed then")
    owed_at_most: int = Field(default=500, ge=0, le=100_000, description="Most yuan that she is owed then")
    ship_within_hours: int = Field(
        default=48, ge=1, le=720, description="Hours after payment by which an order should have been shipped"
    )
    sign_within_hours: int = Field(
        default=96, ge=1, le=720, description="Hours after shipping by which it should have been signed for"
    )
    unconfirmed_hours: int = Field(
        default=24, ge=0, le=720, description="Hours after delivery from which an unconfirmed order is listed"
    )
    low_stock_under: int = Field(default=10, ge=0, le=10_000, description="Fewer pieces than this are announced")
    important_places: tuple[str, ...] = Field(
        default=(), description="Provinces and cities whose parcels are followed up first"
    )

    @field_validator("day_ends")
    @classmethod
    def _day_ends_at_a_time(cls, ends: str) -> str:
        if not _TIME.fullmatch(ends):
            raise ValueError('must be a time like "20:00"')
        return ends

    @field_validator(
        "dispatch", "dispatch_report", "follow_ups", "unsigned", "unconfirmed", "restock", "stock_check", "invoices",
        "oversold", "complaints", "late_shipping",
    )  # fmt: skip
    @classmethod
    def _rounds_are_at_times(cls, times: tuple[str, ...]) -> tuple[str, ...]:
        if any(not _TIME.fullmatch(at) for at in times):
            raise ValueError('must be times like "09:00"')
        if len(set(times)) != len(times):
            raise ValueError("names a time twice")
        return tuple(sorted(times))

    def times(self, round_id: str) -> tuple[str, ...]:
        found: tuple[str, ...] = getattr(self, round_id)
        return found
