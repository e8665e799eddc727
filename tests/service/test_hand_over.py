from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import events as e
from bot.core.messages import Attachment
from bot.core.orders import Flag
from bot.core.ownership import Done, HeldBy, Refused
from bot.core.ports import RawUpdate
from bot.service.hand_over import Warned
from tests.service.people import ANN, BEN, MORNING, SUE, Broken, House, house


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as opened:
        await opened.shopper("转人工")
        yield opened


async def test_what_a_person_says_is_queued_as_hers_with_what_it_passes_on(shop: House) -> None:
    photo = (Attachment("photo", "telegram:F1"),)
    assert await shop.hand_over.say(shop.chat, "telegram", ANN, "看这张", photo, "telegram:-1:5") == Done()
    row, state = (await shop.store.outbox(shop.chat))[-1]
    assert (row.kind, row.ref, row.reply.by, row.reply.text, row.reply.media) == (
        "person", "telegram:-1:5", "A01", "看这张", photo,
    )  # fmt: skip
    assert state == "waiting"


async def test_the_bot_is_silent_while_a_person_has_her(shop: House) -> None:
    await shop.hand_over.take(shop.chat, "telegram", ANN)
    assert await shop.shopper("包邮吗") == ""
    await shop.hand_over.give_back(shop.chat, "telegram", ANN)
    assert "包邮" in await shop.shopper("包邮吗")


async def test_a_message_that_came_twice_is_sent_once(shop: House) -> None:
    await shop.store.take_in([RawUpdate("telegram", "u1", "telegram:-1:5", "{}", MORNING)])
    (row,) = await shop.store.claim_inbox("w", MORNING, 60, 1)
    first = await shop.hand_over.say(shop.chat, "telegram", ANN, "您好", ref="r", inbox_id=row.id)
    second = await shop.hand_over.say(shop.chat, "telegram", ANN, "您好", ref="r", inbox_id=row.id)
    assert (first, second) == (Done(), None)
    assert (await shop.told()).count("您好") == 1


async def test_an_act_that_changes_nothing_still_ends_its_message(shop: House) -> None:
    await shop.hand_over.take(shop.chat, "telegram", ANN)
    await shop.store.take_in([RawUpdate("telegram", "u1", "telegram:-1:5", "{}", MORNING)])
    (row,) = await shop.store.claim_inbox("w", MORNING, 60, 1)
    assert await shop.hand_over.take(shop.chat, "telegram", BEN, row.id) == HeldBy("A01")
    later = MORNING + timedelta(hours=1)
    assert await shop.store.claim_inbox("w", later, 60, 1) == []


async def test_a_forbidden_phrase_is_warned_of_and_sent_only_when_she_means_it(shop: House) -> None:
    words = "这不是我们的问题哦"
    warned = await shop.hand_over.say(shop.chat, "telegram", ANN, words)
    assert warned == Warned("forbidden", "不是我们的问题")
    assert words not in await shop.told()
    assert await shop.hand_over.say(shop.chat, "telegram", ANN, words, sure=True) == Done()
    assert words in await shop.told()


async def test_a_promise_beyond_her_authority_is_sent_only_after_approval(shop: House) -> None:
    words = "给您打95折"
    warned = await shop.hand_over.say(shop.chat, "telegram", ANN, words, sure=True)
    assert isinstance(warned, Warned)
    assert (warned.kind, warned.role) == ("beyond", "supervisor")
    assert await shop.hand_over.ask_approval(shop.chat, "telegram", ANN, words) == Done()
    assert words not in await shop.told()
    (case,) = [case for case in await shop.store.open_cases() if case.reason == "approval"]
    assert await shop.run_case.choose(case.case_id, shop.chat, "decide", "approve", SUE) == Done()
    assert words in await shop.told()
    (line,) = await shop.store.promises(conversation_id=shop.chat)
    assert (line.kind, line.percent, line.staff_id, line.role) == ("discount", 5, "S01", "supervisor")


async def test_a_broken_template_keeps_nobody_from_a_chat(tmp_path: Path) -> None:
    async with house(tmp_path, renderer=Broken("taken")) as shop:
        await shop.shopper("转人工")
        assert await shop.hand_over.say(shop.chat, "telegram", ANN, "您好") == Done()
        assert (await shop.told())[-1] == "您好"


async def test_a_promise_on_a_photo_goes_out_with_the_photo_once_approved(shop: House) -> None:
    photo = (Attachment("photo", "telegram:F1"),)
    for _ in range(2):
        assert await shop.hand_over.ask_approval(shop.chat, "telegram", ANN, "给您打95折", photo) == Done()
    (case,) = [case for case in await shop.store.open_cases() if case.reason == "approval"]
    assert await shop.run_case.choose(case.case_id, shop.chat, "decide", "approve", SUE) == Done()
    row, _ = (await shop.store.outbox(shop.chat))[-1]
    assert (row.reply.text, row.reply.media) == ("给您打95折", photo)


async def test_who_writes_to_somebody_disabled_is_given_to_another_person_at_once(shop: House) -> None:
    await shop.hand_over.say(shop.chat, "telegram", ANN, "您好")
    await shop.store.put_staff(replace(ANN, state="disabled"))
    shop.clock.advance(60)
    assert await shop.hand_over.give_back_silent(shop.clock.now()) == 0, "nobody waits for a word"
    await shop.shopper("在吗")
    assert await shop.hand_over.give_back_silent(shop.clock.now()) == 1
    assert (await shop.store.load(shop.chat, "telegram")).conversation.owner == "waiting"
    assert await shop.hand_over.take(shop.chat, "telegram", BEN) == Done()


async def test_an_edit_reaches_what_was_sent(shop: House) -> None:
    await shop.hand_over.say(shop.chat, "telegram", ANN, "明天发货", ref="telegram:-1:5")
    assert await shop.hand_over.edit(shop.chat, "telegram", BEN, "后天", "telegram:-1:5") == HeldBy("A01")
    assert await shop.hand_over.edit(shop.chat, "telegram", ANN, "今天发货", "telegram:-1:5") == Done()
    row, _ = (await shop.store.outbox(shop.chat))[-1]
    assert (row.reply.edits, row.reply.ref, row.reply.text) == (True, "telegram:-1:5", "今天发货")


async def test_nobody_changes_what_a_colleague_said(shop: House) -> None:
    await shop.hand_over.say(shop.chat, "telegram", ANN, "明天发货", ref="telegram:-1:5")
    await shop.hand_over.give_back(shop.chat, "telegram", ANN)
    before = await shop.told()
    assert await shop.hand_over.edit(shop.chat, "telegram", BEN, "后天", "telegram:-1:5") == Refused("not_yours")
    assert await shop.hand_over.edit(shop.chat, "telegram", BEN, "后天", "telegram:-1:6") == Refused("unknown")
    assert await shop.hand_over.edit(shop.chat, "telegram", BEN, "后天", "") == Refused("unknown")
    assert await shop.told() == before
    assert await shop.hand_over.edit(shop.chat, "telegram", ANN, "今天", "telegram:-1:5") == Done()


async def test_a_note_is_stored_and_never_told(shop: House) -> None:
    before = await shop.told()
    await shop.hand_over.note(shop.chat, "telegram", BEN, "上次买过两件")
    assert await shop.told() == before
    assert isinstance((await shop.store.events(shop.chat))[-1], e.StaffNoted)


async def test_a_note_on_an_order_of_somebody_else_is_refused(shop: House) -> None:
    answer = await shop.hand_over.order_note(shop.chat, "telegram", ANN, "XE9", "加急", Flag.YELLOW)
    assert answer == Refused("unknown")


async def test_after_her_persons_silence_the_bot_goes_on_or_another_person_is_called(shop: House) -> None:
    await shop.hand_over.say(shop.chat, "telegram", ANN, "您好")
    shop.clock.advance(29 * 60)
    assert await shop.hand_over.give_back_silent(shop.clock.now()) == 0
    shop.clock.advance(120)
    assert await shop.hand_over.give_back_silent(shop.clock.now()) == 1
    assert (await shop.store.load(shop.chat, "telegram")).conversation.owner == "bot"
    await shop.hand_over.say(shop.chat, "telegram", ANN, "我在")
    shop.clock.advance(60)
    await shop.shopper("那什么时候能到")
    shop.clock.advance(31 * 60)
    assert await shop.hand_over.give_back_silent(shop.clock.now()) == 1
    assert (await shop.store.load(shop.chat, "telegram")).conversation.owner == "waiting"
