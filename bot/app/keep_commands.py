"""Erasing a person, by hand."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bot.adapters.photo_files import PhotoFiles
from bot.app.rounds import sms_log
from bot.app.shop import Places, opened_store, shop_clock
from bot.core.erasure import hindrances
from bot.core.errors import ChannelError
from bot.core.ports import Clock
from bot.service.erase import Erase, Erasure
from bot.service.keep_staff import StaffRefused, person_of
from bot.settings import Settings, load_secrets

Show = Callable[[Sequence[Mapping[str, Any]]], None]
_ID_BYTES = 6


async def erase_person(
    settings: Settings,
    places: Places,
    who: str,
    staff_id: str,
    *,
    dry_run: bool,
    force: bool,
    show: Show,
    say: Callable[[str], None],
) -> None:
    """``staff_id``: whose word it is; empty: nobody named. Raises NotErased and StaffRefused with a sentence."""
    from handlers.terminal.erasing import erased_rows

    clock = shop_clock(settings)
    async with opened_store(settings, places) as store:
        if staff_id and not person_of(staff_id, await store.staff()).active:
            raise StaffRefused(f"{staff_id} is disabled")
        photos, sms = PhotoFiles(places.data / "uploads"), sms_log(places, clock)
        erase = Erase(store, photos, sms, clock, partial(secrets.token_hex, _ID_BYTES))
        if await erase.finish():
            say("what an erasure that was broken off had left in the file is wiped now")
        person = await erase.find(who)
        if dry_run:
            show(erased_rows(await erase.preview(person)))
            for against in hindrances(person):
                say(f"in the way: {against}")
            return
        done = await erase(person, staff_id, force=force)
        show(erased_rows(done))
        left = await _delete_topics(done.person.threads, clock)
    _say_what_is_left(done, left, places.data / "archive", say)


async def _delete_topics(threads: Sequence[tuple[int, int]], clock: Clock) -> list[tuple[int, int]]:
    """In Telegram, where a token is set; those that could not be deleted."""
    token = load_secrets(os.environ).bot_token
    if token is None or not threads:
        return list(threads)
    from bot.adapters.channel_staff import StaffGroup
    from bot.adapters.channel_telegram import make_bot

    bot, left = make_bot(token.get_secret_value(), load_secrets(os.environ).telegram_api_base), []
    try:
        for chat_id, thread_id in threads:
            try:
                await StaffGroup(bot, chat_id, clock).delete_topic(thread_id)
            except ChannelError:
                left.append((chat_id, thread_id))
    finally:
        await bot.session.close()
    return left


def _say_what_is_left(
    done: Erasure, threads: Sequence[tuple[int, int]], archive: Path, say: Callable[[str], None]
) -> None:
    """Where our hands do not reach."""
    for chat_id, thread_id in threads:
        say(f"delete topic {thread_id} of the staff group {chat_id} in Telegram: what was posted there is Telegram's")
    if archive.is_dir():
        say(f"{archive} is sealed and stays: its questions and promises hold words, though no names or numbers")
    if any(order.source != "chat" for order in done.person.orders):
        say("her orders came from a platform or a file: what is reported or imported anew brings the buyer back")
