"""Bad reviews: who is contacted how, and when (D1). Money is offered for the fault, never for deleting one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from bot.core.orders import Address, Order
from bot.core.rounds import Found

#: What it is about.
Fault = Literal["not_as_described", "missing", "courier", "quality", "service", "other"]
#: ``changed``, ``refused``: over. ``promised``: to be changed until a day. ``waits``: for the compensation.
Progress = Literal["", "changed", "promised", "refused", "waits"]

#: The platform is asked about these before the buyer is.
PLATFORM_FIRST: frozenset[str] = frozenset({"not_as_described", "missing", "courier"})
_OVER = frozenset({"changed", "refused"})
_WORDS = 200


@dataclass(frozen=True, slots=True)
class ReviewRules:
    #: A review of :data:`PLATFORM_FIRST` is the platform's for so long.
    platform_hours: float = 24
    #: No answer to the message for so long: an SMS.
    sms_after_hours: float = 24
    #: Since the first try: a call.
    call_after_hours: float = 48
    #: What came since then, the day before, is new on the table.
    new_since: time = time(18)


REVIEW_RULES = ReviewRules()


@dataclass(frozen=True, slots=True)
class Review:
    review_id: str
    at: datetime
    buyer: str
    content: str
    #: 1 is the worst, 3 the least.
    severity: int = 2
    fault: Fault = "other"
    order_no: str = ""
    phone: str = ""
    goods: str = ""
    #: Taken in.
    imported_at: datetime | None = None
    #: When the chat, or an SMS, told her; what failed counts as tried at ``tried_at``.
    messaged_at: datetime | None = None
    texted_at: datetime | None = None
    tried_at: datetime | None = None
    progress: Progress = ""
    #: Promised to be changed until the end of this day.
    until: datetime | None = None
    #: Staff id of who told the progress.
    by: str = ""

    @property
    def over(self) -> bool:
        return self.progress in _OVER


Step = Literal["platform", "contact", "sms", "call"]


def next_step(review: Review, now: datetime, rules: ReviewRules = REVIEW_RULES) -> Step | None:
    """What is to be done at ``now``; None: nothing, or it is over."""
    if review.over or review.progress == "waits":
        return None
    if review.progress == "promised":
        return "call" if review.until is None or _passed(review.until, now, 0) else None
    if review.tried_at is None:
        waits = review.fault in PLATFORM_FIRST and not _passed(
            review.imported_at or review.at, now, rules.platform_hours
        )
        return "platform" if waits else "contact"
    if _passed(review.tried_at, now, rules.call_after_hours):
        return "call"
    if review.texted_at is None and review.messaged_at and _passed(review.messaged_at, now, rules.sms_after_hours):
        return "sms"
    return None


def contacts(
    reviews: Iterable[Review], orders: Mapping[str, Order], now: datetime, rules: ReviewRules = REVIEW_RULES
) -> Iterator[Found]:
    """Serious ones first. A contact is told in the chat of the review's order, if one belongs to it."""
    for review in reviews:
        step = next_step(review, now, rules)
        if step is None:
            continue
        order = orders.get(review.order_no)
        yield Found(
            subject=review.review_id,
            reason=f"review_{step}",
            conversation_id=order.conversation_id if order and step == "contact" else "",
            role="operations" if step == "platform" else "",
            facts=facts_of(review, whole_phone=step == "call"),
            tell="round_review" if step == "contact" else "",
            rank=review.severity * 10,
            # A promise broken is called about anew.
            again=review.until.date().isoformat() if review.until else "",
        )


def table(reviews: Iterable[Review], now: datetime, rules: ReviewRules = REVIEW_RULES) -> Iterator[Found]:
    """All that are not over, for the second line, each day anew; those since 18:00 of the day before are new (D1)."""
    since = datetime.combine(now.date() - timedelta(days=1), rules.new_since, tzinfo=now.tzinfo)
    for review in reviews:
        if review.over:
            continue
        fresh = review.at.astimezone(UTC) >= since.astimezone(UTC)
        yield Found(
            subject=review.review_id,
            reason="review_new" if fresh else "review_open",
            facts=facts_of(review),
            rank=review.severity * 10 + (0 if fresh else 1),
            again=now.date().isoformat(),
        )


def tried(review: Review, now: datetime, *, messaged: bool, texted: bool) -> Review:
    """After a try to reach her, whatever came of it."""
    return replace(
        review,
        tried_at=review.tried_at or now,
        messaged_at=now if messaged else review.messaged_at,
        texted_at=now if texted else review.texted_at,
    )


def facts_of(review: Review, *, whole_phone: bool = False) -> tuple[tuple[str, str], ...]:
    """For staff; only whoever calls her needs the number."""
    masked = Address("", "", "", review.buyer, review.phone).masked()
    known = {
        "at": review.at.isoformat(timespec="minutes"),
        "buyer": masked.name if review.buyer else "",
        "phone": review.phone if whole_phone or not review.phone else masked.phone,
        "goods": review.goods,
        "severity": str(review.severity),
        "fault": review.fault,
        "order": review.order_no,
        "state": "texted" if review.texted_at else "messaged" if review.messaged_at else "",
        "progress": " ".join((review.progress, review.until.date().isoformat() if review.until else "")).strip(),
        "words": review.content[:_WORDS],
    }
    return tuple((name, value) for name, value in known.items() if value)


def _passed(since: datetime, now: datetime, hours: float) -> bool:
    return now.astimezone(UTC) - since.astimezone(UTC) >= timedelta(hours=hours)
