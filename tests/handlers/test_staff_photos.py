"""A photo from the staff's group to a customer of the page; files that a page cannot show are told about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.core import events as e
from bot.core.conversation import fold
from bot.core.messages import Attachment
from bot.core.ports import Turn
from bot.core.ports_people import Topic
from tests.core.group_reader import GROUP
from tests.handlers.staff_counter import EVERYBODY, Counter, Talked, counter

PAGE = "web:AAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Counter]:
    async with counter(tmp_path) as opened:
        yield opened


async def page_talk(desk: Counter) -> Talked:
    now = desk.clock.now()
    spoke = e.ShopperSpoke("1", "text", "在吗", "zh", now.isoformat(), name="Mei")
    loaded = await desk.store.load(PAGE, "web")
    await desk.store.commit(Turn(None, loaded.version, fold(loaded.conversation, (spoke,)), (spoke,), (), now))
    thread = desk.api.chats.open_topic(GROUP, "Mei")
    await desk.store.put_topic(Topic(PAGE, GROUP, thread))
    return Talked(PAGE, thread, "", 0)


async def send(desk: Counter, talked: Talked, **content: Any) -> None:
    agent = EVERYBODY["agent"].telegram_id
    assert agent is not None
    await desk.handle({"message": desk.api.group_message(GROUP, talked.thread_id, agent, **content)})


async def told(desk: Counter) -> list[tuple[str, tuple[Attachment, ...]]]:
    return [(row.reply.text, row.reply.media) for row, _ in await desk.store.outbox(PAGE) if row.reply.by]


async def test_a_photo_goes_to_the_page(desk: Counter) -> None:
    size = {"file_id": "AgAC-1", "file_unique_id": "u", "width": 800, "height": 800}
    await send(desk, await page_talk(desk), photo=[size], caption="这款")
    assert (await told(desk))[-1] == ("这款", (Attachment("photo", "telegram:AgAC-1"),))
    (spoke,) = [x for x in await desk.store.events(PAGE) if isinstance(x, e.StaffSpoke)]
    assert (spoke.media, spoke.kinds) == (("telegram:AgAC-1",), ("photo",))


async def test_a_voice_message_does_not_and_staff_are_told(desk: Counter) -> None:
    since = len(desk.api.calls)
    voice = {"file_id": "voice-1", "file_unique_id": "u", "duration": 1}
    await send(desk, await page_talk(desk), voice=voice)
    assert [media for _, media in await told(desk) if media] == []
    assert "只收文字和照片" in desk.told(since)
