"""What is done by hand about the agents' desk."""

from __future__ import annotations

from collections.abc import Callable

from bot.app.shop import Places, opened_store, shop_clock
from bot.service.log_in import LogIn, fresh_password
from bot.settings import Settings


async def set_password(
    settings: Settings, places: Places, staff_id: str, password: str | None, tell: Callable[[str], None]
) -> None:
    """``password`` None: one is made and shown. Raises PasswordRefused."""
    from bot.adapters.passwords import ArgonPasswords

    async with opened_store(settings, places) as store:
        log_in = LogIn(store, ArgonPasswords(), shop_clock(settings))
        made = password if password is not None else fresh_password()
        await log_in.set_password(staff_id, made)
    tell(f"{staff_id} logs in at /desk with a new password; older sessions have ended")
    if password is None:
        tell(f"password of {staff_id}, shown once: {made}")
