"""The section of config.yaml about rounds: when each is held, and its figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from bot.settings_section import Section

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _times(*default: str, of: str) -> Any:
    return Field(default=default, description=f"{of}; times in the shop's clock, an empty list: never")


class RoundSettings(Section):
    """What the shop looks through each day, and when; docs/rounds.md says what each lists, tells and opens."""

    archive: tuple[str, ...] = _times("06:00", of="The archive of the month before, on the 1st to 3rd")
    dispatch: tuple[str, ...] = _times("09:00", of="Orders not shipped or not signed for in time")
    dispatch_report: tuple[str, ...] = _times("09:50", of="How far yesterday's list of these was worked off")
    order_clock: tuple[str, ...] = _times(of="Orders and disputes of a marketplace that are past their time")
    follow_ups: tuple[str, ...] = _times("09:00", of="Promises due today, or broken")
    unsigned: tuple[str, ...] = _times("10:00", of="Parcels on the way too long")
    unconfirmed: tuple[str, ...] = _times("10:30", of="Parcels delivered that the buyer has not confirmed")
    care: tuple[str, ...] = _times("10:30", of="Who is disappointed, for special care")
    renewals: tuple[str, ...] = _times("10:00", of="Memberships that end within a month")
    cashback_notice: tuple[str, ...] = _times("10:00", of="Cashback of the month to be told, 10th to 14th")
    cashback_payment: tuple[str, ...] = _times("10:00", of="Cashback of the month to be paid, 15th to 30th")
    survey: tuple[str, ...] = _times(of="Whoever bought lately is asked for the survey, on the first of a quarter")
    bad_reviews: tuple[str, ...] = _times("10:00", "16:00", of="Bad reviews: message, SMS, call list")
    restock: tuple[str, ...] = _times("11:00", of="Whoever wished for goods that are back is told")
    stock_check: tuple[str, ...] = _times("16:00", of="Low stock, and paid orders whose goods are short")
    numbers: tuple[str, ...] = _times("11:00", "15:00", of="Numbers per person, on Fridays: supervisor, operations")
    goods: tuple[str, ...] = _times("18:30", of="Goods shipped and returned within a day")
    review_table: tuple[str, ...] = _times("16:00", of="All bad reviews that are open, serious ones first")
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
    clock_hours: int = Field(
        default=24, ge=1, le=720, description="Hours that each clock of a marketplace's order gives"
    )
    unconfirmed_hours: int = Field(
        default=24, ge=0, le=720, description="Hours after delivery from which an unconfirmed order is listed"
    )
    care_days: int = Field(
        default=90, ge=1, le=3650, description="Days for which a disappointed customer gets special care"
    )
    low_stock_under: int = Field(default=10, ge=0, le=10_000, description="Fewer pieces than this are announced")
    review_sms_after_hours: int = Field(
        default=24, ge=0, le=720, description="Hours without an answer to the message after which an SMS follows"
    )
    review_call_after_hours: int = Field(
        default=48,
        ge=0,
        le=720,
        description="Hours after the first try from which the writer of a bad review is called",
    )
    survey_link: str = Field(default="", description="Address of the survey, told after a yes; empty: nobody is asked")
    important_places: tuple[str, ...] = Field(
        default=(), description="Provinces and cities whose parcels are followed up first"
    )

    @field_validator("survey_link")
    @classmethod
    def _survey_is_an_address(cls, link: str) -> str:
        if link and not re.match(r"https://[^\s/]", link):
            raise ValueError("must begin with https://")
        return link

    @field_validator("day_ends")
    @classmethod
    def _day_ends_at_a_time(cls, ends: str) -> str:
        if not _TIME.fullmatch(ends):
            raise ValueError('must be a time like "20:00"')
        return ends

    @field_validator(
        "archive", "dispatch", "dispatch_report", "care", "numbers", "goods", "follow_ups", "unsigned",
        "unconfirmed", "renewals", "cashback_notice", "cashback_payment", "survey", "bad_reviews", "restock",
        "stock_check", "review_table", "invoices", "oversold", "complaints", "late_shipping", "order_clock",
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


class TrackingSettings(Section):
    """Whom the shop asks where a parcel is; the key is XIAOER_TRACKING_KEY. docs/rounds.md has an example."""

    url: str = Field(
        default="",
        description="Address that tells of a parcel, with {number}, {courier}, {timestamp} and {sign}; empty: nobody",
    )
    signature: Literal["none", "hmac_sha256", "md5"] = Field(default="none", description="How {sign} is made")
    signs: str = Field(default="{number}{timestamp}", description="What is signed")
    key_header: str = Field(
        default="", pattern=r"^[A-Za-z0-9-]{0,60}$", description="Header that carries the key; empty: none"
    )
    events: str = Field(default="data", description="Where the list of events stands in the answer; dots lead inward")
    time: str = Field(default="time", description="Where an event's moment stands in it")
    words: str = Field(default="context", description="Where an event's words stand in it")
    place: str = Field(default="location", description="Where an event's place stands in it; empty: nowhere")
    state: str = Field(default="state", description="Where the parcel's state stands in the answer")
    states: Mapping[str, str] = Field(
        default={},
        description="The service's states in ours: waiting, moving, out, delivered, returned, problem",
    )
    couriers: Mapping[str, str] = Field(default={}, description="Couriers of orders as the service calls them")
    fresh_minutes: int = Field(default=30, ge=0, le=1440, description="A parcel is not asked about again sooner")
    wait_seconds: float = Field(
        default=4, ge=0.5, le=30, description="A shopper's answer waits so long for the service"
    )

    @field_validator("url")
    @classmethod
    def _url_names_the_parcel(cls, url: str) -> str:
        if url and not re.match(r"https://[^\s/]|http://(127\.0\.0\.1|localhost|\[::1\])[:/]", url):
            raise ValueError("must begin with https://; http:// only for this very machine")
        if url and "{number}" not in url:
            raise ValueError("must hold {number}")
        return url

    @field_validator("states")
    @classmethod
    def _states_are_ours(cls, states: Mapping[str, str]) -> Mapping[str, str]:
        if set(states.values()) - {"waiting", "moving", "out", "delivered", "returned", "problem"}:
            raise ValueError("may hold waiting, moving, out, delivered, returned and problem only")
        return states
