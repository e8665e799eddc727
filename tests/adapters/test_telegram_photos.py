from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.adapters.channel_telegram import make_bot
from bot.adapters.telegram_photos import TelegramPhotos
from bot.core.errors import Rejected, RetryLater
from tests.fakes import TOKEN, BotApiServer
from tests.hanging_up import hang_up


@pytest.fixture
async def api() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as server:
        yield server


@pytest.fixture
async def bot(api: BotApiServer) -> AsyncIterator[Bot]:
    bot = make_bot(TOKEN, api.base)
    yield bot
    await hang_up(bot)


async def test_a_file_is_fetched_by_its_id(api: BotApiServer, bot: Bot) -> None:
    api.files["AgAC-1"] = b"a picture" * 20_000
    assert await TelegramPhotos(bot, 1_000_000).fetch("AgAC-1") == b"a picture" * 20_000


async def test_a_file_that_is_too_large_or_unknown_is_refused(api: BotApiServer, bot: Bot) -> None:
    api.files["AgAC-1"] = b"x" * 1_001
    with pytest.raises(Rejected):
        await TelegramPhotos(bot, 1_000).fetch("AgAC-1")
    assert api.downloads == []
    with pytest.raises(Rejected):
        await TelegramPhotos(bot, 1_000).fetch("AgAC-2")


async def test_a_file_that_grew_is_not_read_to_its_end(api: BotApiServer, bot: Bot) -> None:
    api.files["AgAC-1"] = b"x" * 10
    api.grown["AgAC-1"] = b"x" * 1_000_000
    with pytest.raises(Rejected):
        await TelegramPhotos(bot, 1_000).fetch("AgAC-1")


async def test_a_download_that_fails_may_be_tried_again_and_tells_no_token(api: BotApiServer, bot: Bot) -> None:
    api.files["AgAC-1"] = b"x"
    api.fail("getFile", status=429, description="Too Many Requests", retry_after=3)
    with pytest.raises(RetryLater):
        await TelegramPhotos(bot, 1_000).fetch("AgAC-1")
    api.grown["AgAC-1"] = None
    with pytest.raises(RetryLater) as failed:
        await TelegramPhotos(bot, 1_000).fetch("AgAC-1")
    assert TOKEN not in str(failed.value)
