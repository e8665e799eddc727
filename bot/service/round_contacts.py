"""What rounds do beside a word in the chat: an SMS, once, and what is remembered of it (D1, F3)."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.core.errors import TemplateError
from bot.core.members import Cashback, Member
from bot.core.messages import Language, Say
from bot.core.order_import import BadRow
from bot.core.ports import Renderer
from bot.core.ports_rounds import RoundStore, Sms, SmsRefused
from bot.core.reviews import Review, tried
from bot.core.rounds import Found
from bot.service.track_parcels import ImportedRows

log = logging.getLogger(__name__)

#: Kinds of records.
REVIEWS, MEMBERS, CASHBACK, _TOLD = "review", "member", "cashback", "told"

#: What a round does after its line stands and she was told, or not; what it did.
After = Callable[[Found, tuple[str, ...], datetime], Awaitable[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Texter:
    """Renders and sends an SMS."""

    sms: Sms
    renderer: Renderer
    language: Language
    shop_name: str

    async def __call__(self, phone: str, template: str) -> bool:
        """False: it was refused, or there are no words for it."""
        try:
            reply = self.renderer.render(Say(template, {"shop": self.shop_name}), self.language, "sms")
            await self.sms.send(phone, reply.text)
        except (SmsRefused, TemplateError) as fault:
            log.warning("an SMS was not sent: %s", type(fault).__name__)
            return False
        return True


class ContactReviewers:
    """Message, else SMS; the record is written before the SMS leaves, so that it never leaves twice."""

    def __init__(self, store: RoundStore, text: Texter) -> None:
        self._store = store
        self._text = text

    async def __call__(self, found: Found, did: tuple[str, ...], now: datetime) -> tuple[str, ...]:
        if found.reason not in ("review_contact", "review_sms"):
            return ()
        review = await self._review(found.subject)
        if review is None or review.texted_at is not None:
            return ()
        told = bool({"told", "told_before"}.intersection(did))
        texts = bool(review.phone) and not told
        await self._keep(tried(review, now, messaged=told, texted=texts))
        if told:
            return ()
        if texts and await self._text(review.phone, "sms_review"):
            return ("texted",)
        await self._keep(tried(review, now, messaged=False, texted=False))
        return ("not_reached",)

    async def _review(self, review_id: str) -> Review | None:
        return await self._store.record(REVIEWS, Review, review_id)

    async def _keep(self, review: Review) -> None:
        await self._store.put_records(REVIEWS, [(review.review_id, review.progress, review)])


class NotifyMembers:
    """Once for each end of a membership, by SMS (F3)."""

    def __init__(self, store: RoundStore, text: Texter) -> None:
        self._store = store
        self._text = text

    async def __call__(self, found: Found, did: tuple[str, ...], now: datetime) -> tuple[str, ...]:
        member = await self._store.record(MEMBERS, Member, found.subject) if found.reason == "renewal" else None
        if member is None or not member.phone:
            return ()
        told = (f"{found.reason} {found.key}", "", now.isoformat())
        if not await self._store.put_records(_TOLD, [told], replace=False):
            return ()
        return ("texted",) if await self._text(member.phone, "sms_renewal") else ("not_reached",)


# --- importing ---


async def import_records(
    entries: Iterable[Review | Member | Cashback | BadRow], store: RoundStore, name_bad: Callable[[BadRow], None]
) -> ImportedRows:
    """Good rows are kept, every bad one is named. A review that is known stays as it went on; a member's or a card's
    row replaces the older one."""
    rows = bad = stored = 0
    for entry in entries:
        rows += 1
        if isinstance(entry, BadRow):
            bad += 1
            name_bad(entry)
        else:
            stored += await store.put_records(*_kept(entry), replace=not isinstance(entry, Review))
    return ImportedRows(rows, stored, bad)


def _kept(entry: Review | Member | Cashback) -> tuple[str, list[tuple[str, str, object]]]:
    match entry:
        case Review():
            return REVIEWS, [(entry.review_id, entry.progress, entry)]
        case Member():
            return MEMBERS, [(entry.member_id, "", entry)]
        case Cashback():
            return CASHBACK, [(entry.cashback_id, "", entry)]
