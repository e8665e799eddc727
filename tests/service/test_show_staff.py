"""What staff see in their group, and that nothing gets lost on the way there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core import events as e
from bot.core.cases import Case
from bot.core.messages import Reply
from bot.core.ports import Turn
from bot.core.ports_people import Sheet
from tests.bot_api_groups import POSTS_A_MINUTE
from tests.core.group_reader import GROUP
from tests.service.staff_room import Room, room, show_staff


@pytest.fixture
async def staff(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path) as opened:
        yield opened


async def test_forty_chats_with_three_messages_a_minute_lose_nothing_and_keep_their_order(staff: Room) -> None:
    chats, minutes = range(100, 140), 4
    said = dict.fromkeys(chats, 0)
    busiest = 0
    for chat in chats:
        await staff.wait_for_person(chat, f"m{chat}-0 .")
    for second in range(minutes * 60):
        for chat in chats:
            if (second + 7 * chat) % 20 == 0:
                said[chat] += 1
                await staff.say(chat, f"m{chat}-{said[chat]} .")
        await staff.settle()
        busiest = max(busiest, staff.api.group(GROUP).busiest)
        staff.clock.advance(1)
    await staff.settle(600)
    for chat in chats:
        # A card repeats the last ten messages; nothing else is shown twice, and nothing before what came earlier.
        words = [text for text in staff.texts(chat) if not text.startswith("🗂")]
        everything = re.findall(r"m(\d+)-(\d+) \.", "\n".join(_said(text) for text in staff.texts(chat)))
        alone = re.findall(rf"m{chat}-(\d+) \.", "\n".join(words))
        assert list(dict.fromkeys(everything)) == [(str(chat), str(n)) for n in range(said[chat] + 1)]
        assert alone == sorted(set(alone), key=int)
    assert sum(said.values()) == 40 * 3 * minutes
    assert 10 < busiest <= POSTS_A_MINUTE
    assert any("min behind" in text for chat in chats for text in staff.texts(chat))
    assert await staff.store.unposted() == []


def _said(text: str) -> str:
    return text.split("Said last")[-1]


async def test_a_handover_opens_a_topic_with_one_card_that_holds_her_words(staff: Room) -> None:
    case = await staff.wait_for_person(7, "a person please")
    await staff.settle()
    staff.clock.advance(5)
    await staff.settle()
    (card,) = staff.topic(7)
    assert "a person please" in card.text and f"#{case.case_id}" in card.text
    assert f"k:take:{case.case_id}:" in card.buttons and f"k:do:{case.case_id}:answer:done" in card.buttons
    await staff.say(7, "hello?")
    await staff.settle(5)
    assert staff.texts(7)[1:] == ["👤 10:00 Mei7: hello?"]


async def test_the_card_changes_in_place_and_another_step_gets_another_card(staff: Room) -> None:
    case = await staff.wait_for_person(7)
    await staff.settle(5)
    taken = replace(case, assigned="A01").noted(staff.clock.now(), "A01", "taken")
    await staff.happen(7, e.TakenOver("A01", staff.clock.now().isoformat()), cases=[taken])
    await staff.settle(5)
    (card,) = staff.topic(7)
    assert "小安 has it" in card.text and f"k:back:{case.case_id}:" in card.buttons
    await staff.happen(7, e.CaseMoved(case.case_id, "step:check", "A01"), cases=[replace(taken, step="check")])
    await staff.settle(5)
    old, new = staff.topic(7)
    assert old.buttons == [] and new.buttons != []
    await staff.happen(7, e.CaseEnded(case.case_id, "done"), e.HandedBack("A01"), cases=[
        replace(taken, step="done", state="closed")
    ])  # fmt: skip
    await staff.settle(5)
    assert "settled" in staff.texts(7)[-1] and staff.topic(7)[-1].buttons == []


async def test_a_case_beside_the_bot_s_talk_gets_a_card_but_her_talk_with_the_bot_stays_hers(staff: Room) -> None:
    case = await _gift(staff)
    await staff.settle(5)
    assert len(staff.topic(7)) == 1 and case.case_id in staff.texts(7)[0]
    await staff.say(7, "what sizes are there")
    await staff.settle(5)
    assert len(staff.topic(7)) == 1
    assert await staff.store.unposted() == []


async def _gift(staff: Room, chat: int = 7) -> Case:
    """A case beside her talk with the bot."""
    now = staff.clock.now()
    case = Case(f"C26112300000{chat:05d}", f"telegram:{chat}", "gift", "supervisor", now, "a gift!", step="decide")
    await staff.happen(chat, staff.spoken(chat, "a gift!"), e.CaseMoved(case.case_id, "opened", "bot"), cases=[case])
    return case


async def test_nothing_waits_unseen_when_she_is_passed_on_in_the_middle_of_a_backlog(staff: Room) -> None:
    case = await staff.wait_for_person(7)
    await staff.happen(7, e.TakenOver("A01", staff.clock.now().isoformat()), cases=[replace(case, assigned="A01")])
    await staff.settle(10)
    for number in range(25):
        await staff.say(7, f"w{number} .")
    passed = e.CaseMoved(case.case_id, "transferred:supervisor", "A01")
    again = e.HandedOver(case.case_id, "human", "supervisor", staff.clock.now().isoformat())
    await staff.happen(7, passed, again, cases=[replace(case, role="supervisor", step="next")])
    await staff.say(7, "w25 .")
    await staff.settle(60)
    shown = re.findall(r"w(\d+) \.", "\n".join(text for text in staff.texts(7) if not text.startswith("🗂")))
    assert shown == [str(number) for number in range(26)]


async def test_a_deleted_topic_is_made_anew_with_a_card_and_nothing_missing(staff: Room) -> None:
    await staff.wait_for_person(7, "first")
    await staff.settle(5)
    staff.api.chats.delete_topic(GROUP, staff.thread(7))
    await staff.say(7, "second")
    await staff.settle(10)
    assert any("second" in text for text in staff.texts(7))
    assert f"k:take:C26112300000{7:05d}:" in [b for shown in staff.topic(7) for b in shown.buttons]


async def test_a_post_of_unknown_fate_is_shown_again_and_says_so(staff: Room) -> None:
    await staff.wait_for_person(7)
    await staff.settle(5)
    staff.api.fail("sendMessage", cut=True)
    await staff.say(7, "only once?")
    await staff.settle(5)
    assert staff.texts(7)[-1] == "(maybe twice)\n👤 10:00 Mei7: only once?"


async def test_a_process_that_died_while_posting_shows_it_again_and_says_so(staff: Room) -> None:
    await staff.wait_for_person(7)
    await staff.settle(5)
    fault = staff.api.fail("sendMessage", cut=True)
    await staff.say(7, "hello")
    await staff.show.step()
    assert fault.times == 0
    staff.show = show_staff(staff.store, staff.group, staff.clock)
    await staff.settle(5)
    assert staff.texts(7)[-1].startswith("(maybe twice)\n")


async def test_a_group_that_asks_to_wait_is_left_alone_so_long_and_nothing_is_marked(staff: Room) -> None:
    await staff.wait_for_person(7)
    await staff.settle(5)
    staff.api.fail("", chat_id=GROUP, status=429, retry_after=40)
    await staff.say(7, "hello")
    calls = len(staff.api.calls)
    await staff.settle(39)
    assert len(staff.api.calls) == calls + 1
    await staff.settle(5)
    assert staff.texts(7)[-1] == "⏱ 1 min behind\n👤 10:00 Mei7: hello"


async def test_photos_and_albums_are_shown_as_such(staff: Room) -> None:
    await staff.wait_for_person(7)
    await staff.settle(5)
    await staff.say(7, "this side", kind="photo", media=("photo-1",), album="A")
    await staff.settle()
    assert len(staff.topic(7)) == 1  # the other files of the album may still come
    staff.clock.advance(1)
    await staff.say(7, "", kind="photo", media=("photo-2",), album="A")
    await staff.settle(10)
    await staff.say(7, "", kind="voice", media=("voice-1",))
    await staff.settle(10)
    assert [call.method for call in staff.api.sent(GROUP)[1:]] == ["sendMediaGroup", "sendVoice"]
    assert staff.texts(7)[1] == "👤 10:00 Mei7: this side"


async def test_a_file_telegram_does_not_give_out_any_more_is_named(staff: Room) -> None:
    await staff.wait_for_person(7)
    await staff.settle(5)
    staff.api.fail("sendPhoto", status=400, description="Bad Request: wrong file identifier")
    await staff.say(7, "look", kind="photo", media=("photo-1",))
    await staff.settle(5)
    assert staff.texts(7)[-1] == "👤 10:00 Mei7: look\n[photo]"


async def test_delivery_is_marked_on_the_staff_member_s_own_message(staff: Room) -> None:
    await staff.wait_for_person(7)
    await staff.settle(5)
    mine = staff.api.write(GROUP, staff.thread(7), 1, "hi")
    for text, outcome in (("one", "sent"), ("two", "uncertain"), ("three", "unreachable")):
        loaded = await staff.store.load("telegram:7", "telegram")
        spoke = e.StaffSpoke("A01", text, staff.clock.now().isoformat(), f"telegram:{GROUP}:{mine}")
        reply = Reply(text, by="A01", ref=f"telegram:{GROUP}:{mine}")
        turn = Turn(None, loaded.version, loaded.conversation, (spoke,), (reply,), staff.clock.now())
        await staff.store.commit(turn)
        (row,) = await staff.store.claim_outbox("w", staff.clock.now(), ["telegram"], 5)
        await staff.store.record_delivery(row.id, outcome, staff.clock.now())  # type: ignore[arg-type]
        await staff.settle(5)
        assert staff.api.chats.reactions[GROUP, mine] == {"sent": "👌", "uncertain": "🤔", "unreachable": "😢"}[outcome]


async def test_words_come_before_cards_and_the_oldest_first(staff: Room) -> None:
    await staff.wait_for_person(7)
    await staff.wait_for_person(8)
    await staff.settle(10)
    await _gift(staff, 9)
    await staff.say(8, "older")
    staff.clock.advance(1)
    await staff.say(7, "newer")
    before = len(staff.api.sent(GROUP))
    await staff.settle(10)
    sent = [call.text for call in staff.api.sent(GROUP)[before:]]
    assert ["older" in sent[0], "newer" in sent[1], "a gift" in sent[2]] == [True, True, True]


async def test_a_handover_sheet_is_posted_to_the_general_topic_once_with_a_button(staff: Room) -> None:
    sheet = Sheet("S1A2B3C", "day", "2026-11-23", staff.clock.now(), ("Mei: gift promised",))
    await staff.store.put_sheet(sheet)
    await staff.settle(5)
    (posted,) = staff.api.topic(GROUP, None)
    assert "gift promised" in posted.text and posted.buttons == ["k:sheet:S1A2B3C:"]
    await staff.store.put_sheet(replace(sheet, escalated_at=staff.clock.now()))
    await staff.settle(5)
    assert "nobody of the next shift" in staff.api.topic(GROUP, None)[1].text
