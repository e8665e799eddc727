"""Photos of the page's shoppers in the staff's group: uploaded once, named where they cannot be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.adapters.photo_files import PhotoFiles
from bot.core import events as e
from bot.core.conversation import fold
from bot.core.ports import Turn
from tests.adapters.test_photo_files import encoded
from tests.bot_api_groups import POSTS_A_MINUTE
from tests.bot_api_server import Call
from tests.core.group_reader import GROUP
from tests.service.staff_room import Room, room, show_staff

VISITOR = "AAAAAAAAAAAAAAAAAAAAAA"
TALK = f"web:{VISITOR}"


@pytest.fixture
def keeper(tmp_path: Path) -> PhotoFiles:
    return PhotoFiles(tmp_path / "uploads")


@pytest.fixture
async def staff(tmp_path: Path, keeper: PhotoFiles) -> AsyncIterator[Room]:
    async with room(tmp_path, keeper) as opened:
        yield opened


async def happen(staff: Room, *events: e.Event) -> None:
    loaded = await staff.store.load(TALK, "web")
    after, now = fold(loaded.conversation, events), staff.clock.now()
    await staff.store.commit(Turn(None, loaded.version, after, events, (), now))


async def called(staff: Room) -> None:
    """A person was asked for, and the topic is open with its card."""
    now = staff.clock.now().isoformat()
    spoke = e.ShopperSpoke("1", "text", "a person please", "en", now, name="Mei")
    await happen(staff, spoke, e.HandedOver("C1", "human", "agent", now))
    await staff.settle(5)


async def send(staff: Room, keeper: PhotoFiles, text: str = "torn here", color: str = "red") -> str:
    photo_id = await keeper.keep(VISITOR, encoded(Image.new("RGB", (80, 60), color)), at=staff.clock.now())
    now = staff.clock.now().isoformat()
    await happen(staff, e.ShopperSpoke("2", "photo", text, "en", now, (f"web:{photo_id}",), "Mei"))
    return photo_id


def uploads(staff: Room) -> list[Call]:
    return [call for call in staff.api.of("sendPhoto") if isinstance(call.params.get("photo"), bytes)]


async def test_her_photo_reaches_the_topic_with_her_words(staff: Room, keeper: PhotoFiles) -> None:
    await called(staff)
    await send(staff, keeper)
    await staff.settle(5)
    (call,) = uploads(staff)
    assert (call.params["chat_id"], call.text) == (GROUP, "👤 10:00 Mei: torn here")
    assert call.thread_id in staff.api.group(GROUP).topics
    assert await staff.store.unposted() == []


async def test_a_photo_that_was_deleted_is_named(staff: Room, keeper: PhotoFiles) -> None:
    await called(staff)
    await send(staff, keeper)
    await keeper.forget(staff.clock.now() + timedelta(days=1))
    await staff.settle(5)
    assert uploads(staff) == []
    assert staff.api.texts(GROUP)[-1] == "👤 10:00 Mei: torn here\n[photo]"


async def test_an_upload_whose_fate_is_unknown_is_not_repeated(staff: Room, keeper: PhotoFiles) -> None:
    await called(staff)
    await send(staff, keeper)
    staff.api.fail("sendPhoto", cut=True)
    await staff.settle(60)
    assert len(uploads(staff)) == 1
    assert staff.api.texts(GROUP)[-1] == "(maybe twice)\n👤 10:00 Mei: torn here\n[photo]"


async def test_after_a_kill_in_between_it_is_not_repeated_either(staff: Room, keeper: PhotoFiles) -> None:
    await called(staff)
    await send(staff, keeper)
    staff.api.fail("sendPhoto", cut=True)
    await staff.show.step()
    staff.show = show_staff(staff.store, staff.group, staff.clock)
    await staff.settle(60)
    assert len(uploads(staff)) == 1
    assert staff.api.texts(GROUP)[-1].endswith("[photo]")


async def test_one_that_was_told_to_wait_is_uploaded_then(staff: Room, keeper: PhotoFiles) -> None:
    await called(staff)
    await send(staff, keeper)
    staff.api.fail("sendPhoto", status=429, retry_after=9)
    await staff.settle(5)
    assert [call.accepted for call in uploads(staff)] == [False]
    await staff.settle(10)
    assert [call.accepted for call in uploads(staff)] == [False, True]
    assert staff.api.texts(GROUP)[-1] == "👤 10:00 Mei: torn here"


async def test_many_photos_keep_to_the_group_s_limit(staff: Room, keeper: PhotoFiles) -> None:
    await called(staff)
    busiest = 0
    for number in range(40):
        await send(staff, keeper, f"no. {number}", f"#{number:02x}00ff")
        await staff.settle(1)
        busiest = max(busiest, staff.api.group(GROUP).busiest)
    for _ in range(120):
        await staff.settle(1)
        busiest = max(busiest, staff.api.group(GROUP).busiest)
    assert 10 < busiest <= POSTS_A_MINUTE
    shown = [text.rpartition("no. ")[2] for text in (call.text for call in uploads(staff) if call.accepted)]
    assert shown == [str(number) for number in range(40)]
