"""Closing a Bot API client in tests."""

from __future__ import annotations

from typing import cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession


async def hang_up(bot: Bot) -> None:
    """``bot.session.close()`` without the quarter second it waits for TLS, which the test server does not speak."""
    session = cast(AiohttpSession, bot.session)._session
    if session is not None:
        await session.close()
