"""What is done by hand about the agents' desk."""

from __future__ import annotations

import os
from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.adapters.clock import SystemClock
from bot.app.shop import Places, build_store
from bot.service.log_in import LogIn, fresh_password
from bot.settings import Settings, load_secrets


async def set_password(
    settings: Settings, places: Places, staff_id: str, password: str | None, tell: Callable[[str], None]
) -> None:
    """``password`` None: one is made and shown. Raises PasswordRefused."""
    from bot.adapters.passwords import ArgonPasswords

    store = build_store(settings, places, load_secrets(os.environ))
    await store.open()
    try:
        log_in = LogIn(store, ArgonPasswords(), SystemClock(ZoneInfo(settings.shop.time_zone)))
        made = password if password is not None else fresh_password()
        await log_in.set_password(staff_id, made)
    finally:
        await store.close()
    tell(f"{staff_id} logs in at /desk with a new password; older sessions have ended")
    if password is None:
        tell(f"password of {staff_id}, shown once: {made}")
