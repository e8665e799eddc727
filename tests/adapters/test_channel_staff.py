"""The staff's group over real HTTP: topics that vanish, limits that hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot
from PIL import Image

from bot.adapters.channel_staff import KEPT, POSTS_A_MINUTE, StaffGroup
from bot.adapters.channel_telegram import make_bot
from bot.adapters.photo_files import PhotoFiles
from bot.core.errors import Rejected, RetryLater, TopicGone, Uncertain
from bot.core.messages import Attachment, RenderedButton
from tests.adapters.test_photo_files import encoded
from tests.fakes import TOKEN, BotApiServer, FakeClock
from tests.hanging_up import hang_up

GROUP = -1001


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def api(clock: FakeClock) -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as server:
        server.now = lambda: clock.now().timestamp()
        server.group(GROUP)
        yield server


@pytest.fixture
async def group(api: BotApiServer, clock: FakeClock) -> AsyncIterator[StaffGroup]:
    bot: Bot = make_bot(TOKEN, api.base)
    yield StaffGroup(bot, GROUP, clock)
    await hang_up(bot)


async def test_a_topic_holds_posts_files_and_cards_that_change_in_place(api: BotApiServer, group: StaffGroup) -> None:
    thread = await group.open_topic("Mei · 77")
    card = await group.post(thread, "card", [RenderedButton("Take", "k:take:C1:")])
    photos = (Attachment("photo", "telegram:photo-1"), Attachment("photo", "telegram:photo-2"))
    await group.post_files(thread, photos, "Mei: look")
    assert await group.edit(card, "card, taken", [])
    assert await group.edit(card, "card, taken", [])
    await group.react(card, "👌")
    shown = api.topic(GROUP, thread)
    assert [one.text for one in shown] == ["card, taken", "Mei: look", ""]
    assert api.chats.reactions == {(GROUP, card): "👌"}


async def test_pictures_that_the_shop_keeps_are_uploaded(api: BotApiServer, clock: FakeClock, tmp_path: Path) -> None:
    keeper, bot = PhotoFiles(tmp_path), make_bot(TOKEN, api.base)
    group = StaffGroup(bot, GROUP, clock, kept=keeper)
    thread = await group.open_topic("Mei")
    kept = [
        Attachment("photo", f"web:{await keeper.keep('AAAA', encoded(Image.new('RGB', (80, 60), color)))}")
        for color in ("red", "blue")
    ]
    await group.post_files(thread, kept[:1], "Mei: torn", conversation_id="web:AAAA")
    await group.post_files(thread, kept, "Mei: both", conversation_id="web:AAAA")
    one, album = api.sent(GROUP)
    assert (one.method, one.text, one.params["photo"][:3]) == ("sendPhoto", "Mei: torn", b"\xff\xd8\xff")
    assert (album.method, album.text, len(album.files)) == ("sendMediaGroup", "Mei: both", 2)
    before = len(api.calls)
    for elsewhere in ("web:BBBB", ""):
        with pytest.raises(Rejected):
            await group.post_files(thread, kept, "Mei", conversation_id=elsewhere)
    assert len(api.calls) == before and group.wait_seconds(POSTS_A_MINUTE - KEPT - 4) <= 1
    await hang_up(bot)


async def test_a_deleted_topic_is_told_apart_from_other_refusals(api: BotApiServer, group: StaffGroup) -> None:
    thread = await group.open_topic("Mei")
    card = await group.post(thread, "card")
    api.chats.delete_topic(GROUP, thread)
    with pytest.raises(TopicGone):
        await group.post(thread, "hello")
    with pytest.raises(TopicGone):
        await group.post_files(thread, (Attachment("voice", "telegram:voice-1"),), "")
    assert not await group.edit(card, "new")
    with pytest.raises(Rejected):
        await group.react(card, "👌")


async def test_a_topic_closed_by_hand_is_opened_again(api: BotApiServer, group: StaffGroup) -> None:
    thread = await group.open_topic("Mei")
    api.group(GROUP).closed.add(thread)
    await group.post(thread, "hello")
    assert [one.text for one in api.topic(GROUP, thread)] == ["hello"]


async def test_answers_hang_on_what_they_answer_even_when_it_is_gone(api: BotApiServer, group: StaffGroup) -> None:
    thread = await group.open_topic("Mei")
    await group.post(thread, "why?", reply_to=4711, asks=(5, "小安"))
    (call,) = api.sent(GROUP)
    assert call.text == "小安: why?"
    assert [(e["offset"], e["length"], e["user"]["id"]) for e in call.params["entities"]] == [(0, 2, 5)]
    assert call.params["reply_markup"] == {"force_reply": True, "selective": True}


async def test_it_says_what_became_of_a_post(api: BotApiServer, group: StaffGroup) -> None:
    thread = await group.open_topic("Mei")
    api.fail("", chat_id=GROUP, status=429, retry_after=7)
    with pytest.raises(RetryLater) as later:
        await group.post(thread, "hello")
    assert later.value.after_seconds == 7
    api.fail("sendMessage", cut=True)
    with pytest.raises(Uncertain):
        await group.post(thread, "hello")


async def test_who_waits_as_told_never_posts_more_than_a_minute_holds(
    api: BotApiServer, group: StaffGroup, clock: FakeClock
) -> None:
    for number in range(50):
        clock.advance(group.wait_seconds())
        await group.post(None, f"hello {number}")
    assert api.group(GROUP).busiest <= POSTS_A_MINUTE - KEPT


async def test_room_is_kept_for_answers_to_people(group: StaffGroup, clock: FakeClock) -> None:
    for _ in range(POSTS_A_MINUTE - KEPT):
        clock.advance(1)
        await group.post(None, "hello")
    clock.advance(1)
    assert group.wait_seconds() > 30
    for _ in range(KEPT):
        assert group.wait_seconds(urgent=True) == 0
        await group.post(None, "answer")
        clock.advance(1)
    assert group.wait_seconds(urgent=True) > 30


async def test_posts_on_their_way_count_already(group: StaffGroup) -> None:
    posts = [asyncio.create_task(group.post(None, f"hello {n}")) for n in range(POSTS_A_MINUTE)]
    await asyncio.sleep(0)
    assert group.wait_seconds(urgent=True) > 0
    await asyncio.gather(*posts)
    assert group.wait_seconds(urgent=True) > 30


async def test_a_long_toast_is_cut(api: BotApiServer, group: StaffGroup) -> None:
    await group.toast("1", "长" * 500, alert=True)
    assert len(api.toasts["1"]) == 200
