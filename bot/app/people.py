"""The services of people, put together: who is on duty, taking over, running cases, the clock that looks after both."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.app.shop import BuiltShop, rules
from bot.core.case_effects import Context
from bot.service.hand_over import HandOver
from bot.service.on_duty import OnDuty
from bot.service.run_case import RunCase
from bot.service.staff_acts import Acts, FullStore
from bot.settings import Settings

if TYPE_CHECKING:
    from handlers.loops.case_clock import CaseClock


@dataclass(frozen=True, slots=True)
class People:
    duty: OnDuty
    acts: Acts
    hand_over: HandOver
    run_case: RunCase
    _built: BuiltShop

    def clock(self, on_queued: Callable[[], object]) -> CaseClock:
        """The loop that calls the next in line and ends long silences."""
        from handlers.loops.case_clock import CaseClock

        return CaseClock(self.run_case, self.hand_over, self.duty, self._built.clock, on_queued=on_queued)


def build_people(settings: Settings, built: BuiltShop, store: FullStore) -> People:
    """From now on the shop's dialogue knows who is on duty."""
    duty = OnDuty(
        store,
        settings.roster.roster,
        built.shop.about.hours,
        ZoneInfo(settings.shop.time_zone),
        built.clock,
        settings.people.talking_minutes,
    )
    case_rules, bot_staff_id = rules(settings).cases, settings.shop.bot_staff_id

    async def context() -> Context:
        return Context(built.shop, await duty.fresh(), case_rules, bot_staff_id, _fresh_id(built))

    acts = Acts(store, built.renderer, built.clock, context)
    hand_over = HandOver(acts, settings.words.forbidden, settings.people.silence_minutes)
    built.composer.duty = duty
    return People(duty, acts, hand_over, RunCase(acts), built)


def _fresh_id(built: BuiltShop) -> Callable[[str], str]:
    return lambda letter: f"{letter}{built.clock.now():%y%m%d}{secrets.token_hex(5)}"
