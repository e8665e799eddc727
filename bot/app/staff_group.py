"""The staff's Telegram group, put together: the desk for what comes in, the loop for what is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.app.people import People
from bot.app.shop import BuiltShop, Places, staff_renderer
from bot.app.staff_commands import shift_handover
from bot.core.ports import InboxRow
from bot.core.ports_web import PhotoKeeper
from bot.settings import Settings

if TYPE_CHECKING:
    from aiogram import Bot

    from bot.service.staff_acts import FullStore
    from handlers.loops.inbox_worker import Handler
    from handlers.loops.staff_poster import StaffPoster
    from handlers.telegram.staff import StaffDesk


@dataclass(frozen=True, slots=True)
class StaffGroupParts:
    desk: StaffDesk
    poster: StaffPoster

    def apologise(self, otherwise: Handler) -> Callable[[InboxRow], Awaitable[None]]:
        """What was set aside: staff are told in their topic, shoppers ``otherwise``, other groups not at all."""

        async def apologise(row: InboxRow) -> None:
            if self.desk.owns(row):
                await self.desk.failed(row)
            elif not row.conversation_id.startswith("telegram:-"):
                await otherwise(row)

        return apologise


def build_staff_group(
    settings: Settings,
    places: Places,
    built: BuiltShop,
    people: People,
    store: FullStore,
    bot: Bot,
    poll_seconds: float = 1.0,
    kept: PhotoKeeper | None = None,
) -> StaffGroupParts:
    """``settings.telegram.staff_group`` names it. ``kept``: pictures of the page, which are uploaded to it."""
    from bot.adapters.channel_staff import StaffGroup
    from bot.service.keep_staff import KeepStaff
    from bot.service.look_at_talk import LookAtTalk
    from bot.service.show_staff import ShowStaff
    from bot.service.suggest import Suggest
    from handlers.loops.staff_poster import StaffPoster
    from handlers.telegram.staff import StaffDesk
    from handlers.telegram.staff_acts import StaffActs

    language, clock = settings.shop.default_language, built.clock
    words, zone = staff_renderer(places), ZoneInfo(settings.shop.time_zone)
    room = StaffGroup(bot, settings.telegram.staff_group, clock, kept=kept)
    look_at = LookAtTalk(
        store, people.acts.context, words, words.labels(language), language, zone, Suggest(built.composer)
    )
    acts = StaffActs(store, people.hand_over, people.run_case, look_at)
    shift = shift_handover(settings, places, built.shop, store, people.duty)
    keep = KeepStaff(store, clock, settings.shop.bot_staff_id)
    desk = StaffDesk(store, acts, room, keep, clock, shift)
    show = ShowStaff(store, room, look_at, words, clock)
    return StaffGroupParts(desk, StaffPoster(show, poll_seconds=poll_seconds))
