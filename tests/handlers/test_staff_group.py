"""A customer and the staff's group, both over real HTTP: taken, talked, noted, passed on, given back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.core import events as e
from bot.core.ports_people import Sheet
from bot.service.keep_staff import KeepStaff
from tests.core.group_reader import GROUP
from tests.fakes import BotApiServer
from tests.handlers.two_sides import TwoSides, two_sides
from tests.service.people import ANN, BEN, MAX, SUE
from tests.waiting import until


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[TwoSides]:
    async with two_sides(tmp_path) as opened:
        yield opened


@pytest.fixture
async def api() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as server:
        yield server


@pytest.fixture
async def waiting(shop: TwoSides) -> TwoSides:
    await shop.phone.say("转人工")
    return shop


async def test_a_person_takes_over_talks_and_gives_back(waiting: TwoSides) -> None:
    shop = waiting
    card = await shop.card("k:take")
    assert "转人工" in card.text
    assert "接待" in await shop.press(ANN, "k:take")
    await shop.phone.hears("小安")
    assert await shop.owner() == ("agent", "A01")
    hello = await shop.write(ANN, "您好，我是小安")
    await shop.phone.hears("您好，我是小安")
    assert await shop.sign(hello) == "👌"
    shop.phone.send("我要退货")
    await until(lambda: _shows(shop, "我要退货"))
    assert "小二" in await shop.press(ANN, "k:back")
    assert (await shop.owner())[0] == "bot"
    await shop.phone.hears("打个分")
    assert "包邮" in await shop.phone.say("包邮吗")


async def _shows(shop: TwoSides, words: str) -> bool:
    return any(words in one.text for one in await shop.shown())


async def test_two_press_at_once_and_one_is_told_who_was_first(waiting: TwoSides) -> None:
    card = await waiting.card("k:take")
    data = next(b for b in card.buttons if b.startswith("k:take"))
    first = waiting.api.press_in(GROUP, card.message_id, 101, data)
    second = waiting.api.press_in(GROUP, card.message_id, 102, data)
    await until(lambda: {first, second} <= set(waiting.api.toasts))
    assert sorted("正在接待" in waiting.api.toasts[one] for one in (first, second)) == [False, True]
    owner, agent = await waiting.owner()
    assert owner == "agent" and agent in ("A01", "A02")


async def test_whoever_writes_takes_it_and_nobody_else_talks_in_between(waiting: TwoSides) -> None:
    await waiting.write(ANN, "我来了")
    await waiting.phone.hears("我来了")
    other = await waiting.write(BEN, "我也在")
    assert "小安" in await waiting.answer_to(other)
    await waiting.quiet()
    assert not any("我也在" in text for text in waiting.phone.texts)


async def test_private_notes_never_reach_her(waiting: TwoSides) -> None:
    note = await waiting.write(ANN, "// 老客户，别催")
    assert await waiting.sign(note) == "✍"
    assert await waiting.press(ANN, "k:note")
    question = await waiting.question()
    reply = await waiting.write(ANN, "按钮写的备注", reply_to=question.message_id)
    assert await waiting.sign(reply) == "✍"
    typed = await waiting.write(BEN, "/note 打字的备注")
    assert await waiting.sign(typed) == "✍"
    await waiting.quiet()
    noted = [x.text for x in await waiting.store.events(waiting.chat) if isinstance(x, e.StaffNoted)]
    assert noted == ["老客户，别催", "按钮写的备注", "打字的备注"]
    assert not [text for text in waiting.phone.texts if "备注" in text or "老客户" in text]
    await waiting.people.hand_over.note(waiting.chat, "telegram", BEN, "工作台写的备注")
    await waiting.quiet()
    shown = [one.text for one in await waiting.shown() if one.own and "📝" in one.text]
    assert [text.partition(": ")[2] for text in shown] == ["工作台写的备注"]


async def test_unknown_commands_are_not_sent_to_her(waiting: TwoSides) -> None:
    typo = await waiting.write(ANN, "/bakc")
    assert await waiting.sign(typo) == "🤔"
    await waiting.quiet()
    assert not any("bakc" in text for text in waiting.phone.texts)


@pytest.mark.parametrize("command", ["/take", "/take@xiaoer_test_bot"])
async def test_commands_do_what_the_buttons_do(waiting: TwoSides, command: str) -> None:
    assert await waiting.sign(await waiting.write(ANN, command)) == "👌"
    assert await waiting.owner() == ("agent", "A01")
    assert await waiting.sign(await waiting.write(ANN, "/pass supervisor")) == "👌"
    assert (await waiting.cases())[-1].role == "supervisor"
    assert await waiting.sign(await waiting.write(SUE, "/take")) == "👌"
    assert await waiting.sign(await waiting.write(SUE, "/close")) == "👌"
    assert (await waiting.owner())[0] == "closed"


async def test_passing_on_by_button_asks_for_the_role_and_tells_her(waiting: TwoSides) -> None:
    await waiting.press(ANN, "k:take")
    await waiting.quiet()  # a card that changes shows its usual buttons again
    case_id = (await waiting.cases())[-1].case_id
    assert await waiting.press(ANN, "k:pass")
    assert "主管" in await waiting.press(ANN, f"k:pass:{case_id}::supervisor")
    await waiting.phone.hears("主管")
    assert (await waiting.cases())[-1].role == "supervisor"


async def test_a_forbidden_phrase_is_warned_of_and_sent_only_by_her_own_press(waiting: TwoSides) -> None:
    words = "这不是我们的问题"
    said = await waiting.write(ANN, words)
    assert "不是我们的问题" in await waiting.answer_to(said)
    assert not any(words in text for text in waiting.phone.texts)
    assert "没有" not in await waiting.press(BEN, "k:sure")  # somebody else's warning
    await waiting.quiet()
    assert not any(words in text for text in waiting.phone.texts)
    warning = await waiting.card("k:sure")
    assert await waiting.press(ANN, "k:sure") == "已发出。"
    await waiting.phone.hears(words)
    assert await waiting.press_on(ANN, warning.message_id, "k:sure::", tampered=True) == "已发出。"
    await waiting.quiet()
    assert len([text for text in waiting.phone.texts if words in text]) == 1


async def test_a_promise_beyond_her_authority_goes_to_who_may_grant_it(waiting: TwoSides) -> None:
    words = "给您打95折"
    said = await waiting.write(ANN, words)
    assert "主管" in await waiting.answer_to(said)
    assert "主管" in await waiting.press(ANN, "k:ask")
    approval = next(case for case in await waiting.cases() if case.reason == "approval")
    assert "主管" in await waiting.press(ANN, f"k:do:{approval.case_id}:decide:approve")
    assert not any(words in text for text in waiting.phone.texts)
    await waiting.press(SUE, f"k:do:{approval.case_id}:decide:approve")
    await waiting.phone.hears(words)
    (line,) = await waiting.store.promises(conversation_id=waiting.chat)
    assert (line.kind, line.percent, line.staff_id) == ("discount", 5, "S01")


async def test_a_refusal_asks_for_its_reason_and_takes_her_next_message(waiting: TwoSides) -> None:
    await waiting.write(ANN, "给您打95折")
    await waiting.press(ANN, "k:ask")
    approval = next(case for case in await waiting.cases() if case.reason == "approval")
    await waiting.press(SUE, f"k:do:{approval.case_id}:decide:refuse")
    question = await waiting.question()
    assert question.text.startswith("苏主管: ❓")
    why = await waiting.write(SUE, "利润不够")
    assert await waiting.sign(why) == "👌"
    (closed,) = [case for case in await waiting.cases() if case.case_id == approval.case_id]
    assert closed.state == "closed" and any(entry.words == "利润不够" for entry in closed.history)
    await waiting.quiet()
    assert not any("利润" in text or "95折" in text for text in waiting.phone.texts)


async def test_a_changed_message_changes_hers(waiting: TwoSides) -> None:
    said = await waiting.write(ANN, "明天发货")
    await waiting.phone.hears("明天发货")
    await waiting.quiet()
    waiting.api.rewrite(GROUP, said, "后天发货")
    await until(lambda: any("后天发货" in one.text for one in waiting.api.topic(7, None)))
    assert not any("明天发货" in one.text for one in waiting.api.topic(7, None))


async def test_a_refused_message_is_sent_when_it_is_mended(waiting: TwoSides) -> None:
    said = await waiting.write(ANN, "这不是我们的问题")
    await waiting.answer_to(said)
    waiting.api.rewrite(GROUP, said, "我马上帮您处理")
    await waiting.phone.hears("我马上帮您处理")


PHOTO: dict[str, Any] = {"photo": [{"file_id": "photo-9", "file_unique_id": "9", "width": 1, "height": 1}]}
VOICE: dict[str, Any] = {"voice": {"file_id": "voice-9", "file_unique_id": "9", "duration": 1}}


async def test_photos_and_voice_go_both_ways(waiting: TwoSides) -> None:
    shop = waiting
    await shop.write(ANN, "请发照片")
    await shop.phone.hears("请发照片")
    shop.phone.send(**PHOTO, caption="这里破了")
    await until(lambda: _shows(shop, "这里破了"))
    assert [c.params["photo"] for c in shop.api.sent(GROUP) if c.method == "sendPhoto"] == ["photo-9"]
    await shop.write(ANN, **PHOTO, caption="是这款吗")
    await shop.write(ANN, **VOICE)
    await shop.phone.hears("是这款吗")
    await until(lambda: any(call.method == "sendVoice" for call in shop.api.sent(7)))


def _photo(name: str) -> dict[str, Any]:
    return {"photo": [{"file_id": name, "file_unique_id": name, "width": 1, "height": 1}]}


async def test_an_album_reaches_her_as_one_with_its_words(waiting: TwoSides) -> None:
    for number in range(3):
        words = {"caption": "三个角度"} if number == 0 else {}
        await waiting.write(ANN, **_photo(f"photo-{number}"), media_group_id="14", **words)
    await waiting.phone.hears("三个角度")
    await waiting.quiet()
    (album,) = [call for call in waiting.api.sent(7) if call.method == "sendMediaGroup"]
    assert [item["media"] for item in album.params["media"]] == ["photo-0", "photo-1", "photo-2"]
    assert not [call for call in waiting.api.sent(7) if call.method == "sendPhoto"]


async def test_an_album_held_back_by_a_warning_goes_out_whole_or_not_at_all(waiting: TwoSides) -> None:
    first = await waiting.write(ANN, **_photo("photo-0"), media_group_id="14", caption="这不是我们的问题")
    await waiting.write(ANN, **_photo("photo-1"), media_group_id="14")
    assert "不是我们的问题" in await waiting.answer_to(first)
    await waiting.quiet()
    assert not [call for call in waiting.api.sent(7) if "photo" in call.method.casefold() or "Media" in call.method]
    await waiting.press(ANN, "k:sure")
    await until(lambda: any(call.method == "sendMediaGroup" for call in waiting.api.sent(7)))


async def test_who_cannot_be_reached_shows_on_the_staff_member_s_message(waiting: TwoSides) -> None:
    await waiting.quiet()
    waiting.api.fail(
        "sendMessage", chat_id=7, status=403, description="Forbidden: bot was blocked by the user", times=9
    )
    said = await waiting.write(ANN, "在吗")
    assert await waiting.sign(said) == "😢"


async def test_an_account_is_linked_by_a_code_in_a_private_chat(shop: TwoSides) -> None:
    keep = KeepStaff(shop.store, shop.clock, "XE01", lambda: "ABCDE-FGHJK")
    await keep.add("A09", "新人", ["agent"])
    shop.phone.chat = 900
    before = len(shop.phone.texts)
    shop.phone.send("/staff WRONG-CODE1")
    await until(lambda: len(shop.phone.texts) > before)
    assert "连接码" in shop.phone.texts[-1]
    shop.phone.send("/staff abcde fghjk")
    await shop.phone.hears("新人")
    assert next(p for p in await shop.store.staff() if p.staff_id == "A09").telegram_id == 900
    assert await shop.store.events("telegram:900") == []


async def test_a_code_written_in_the_group_by_mistake_is_used_up_by_its_owner(shop: TwoSides) -> None:
    await KeepStaff(shop.store, shop.clock, "XE01", lambda: "ABCDE-FGHJK").add("A09", "新人", ["agent"])
    mine = shop.api.write(GROUP, None, 900, "/staff ABCDE-FGHJK")
    assert "新人" in await shop.answer_to(mine)
    stolen = shop.api.write(GROUP, None, 901, "/staff ABCDE-FGHJK")
    assert "连接码" in await shop.answer_to(stolen)


async def test_a_gift_is_granted_by_what_the_supervisor_enters(shop: TwoSides) -> None:
    for words in ("重磅T恤 黑色 XL 一件", "有赠品吗", "送我一双袜子嘛"):
        await shop.phone.say(words)
    await shop.press(SUE, "k:do")
    question = await shop.question()
    assert question.text.startswith("苏主管: ❓")
    given = await shop.write(SUE, "一双袜子", reply_to=question.message_id)
    assert await shop.sign(given) == "👌"
    await shop.phone.hears("一双袜子")
    (line,) = await shop.store.promises(conversation_id=shop.chat)
    assert (line.kind, line.staff_id) == ("gift", "S01")


async def test_nobody_takes_her_and_the_next_in_line_is_asked_while_she_is_told(waiting: TwoSides) -> None:
    await waiting.card("k:take")
    await waiting.quiet()
    told = len(waiting.phone.texts)
    waiting.clock.advance(90)
    assert await waiting.alarms() == 1
    await until(lambda: _shows(waiting, "⏰"))
    await until(lambda: len(waiting.phone.texts) > told)
    waiting.clock.advance(90)
    await waiting.alarms()
    await until(lambda: _shows(waiting, "主管"))


async def test_who_is_on_duty_is_told_in_the_general_topic(shop: TwoSides) -> None:
    asked = shop.api.write(GROUP, None, 101, "/duty")
    assert "小安" in await shop.answer_to(asked)


async def test_a_sheet_is_confirmed_by_its_button(shop: TwoSides) -> None:
    await shop.store.put_sheet(Sheet("SABCDEF", "早", "2026-11-22", shop.clock.now(), ("一件事",)))
    await until(lambda: shop.api.topic(GROUP, None))
    (sheet,) = shop.api.topic(GROUP, None)
    assert "小安" in await shop.press_on(ANN, sheet.message_id, "k:sheet:SABCDEF:")
    assert await shop.store.sheets() == []
    assert "小安" in shop.api.topic(GROUP, None)[0].text
    again = await shop.press_on(BEN, sheet.message_id, "k:sheet:SABCDEF:", tampered=True)
    assert "confirmed" in again or "确认" in again


async def test_staff_go_on_where_they_were_when_the_process_died(tmp_path: Path, api: BotApiServer) -> None:
    async with two_sides(tmp_path, api=api) as first:
        await first.phone.say("转人工")
        await first.press(ANN, "k:take")
        await first.quiet()
        thread = await first.thread()
    async with two_sides(tmp_path, api=api) as second:
        second.phone.send("还在吗")
        await until(lambda: _shows(second, "还在吗"))
        assert await second.thread() == thread
        await second.write(ANN, "在的")
        await second.phone.hears("在的")


async def test_a_refusal_s_reason_is_taken_after_a_restart_too_by_the_reply(tmp_path: Path, api: BotApiServer) -> None:
    async with two_sides(tmp_path, api=api) as first:
        await first.phone.say("转人工")
        await first.write(ANN, "给您打95折")
        await first.press(ANN, "k:ask")
        case_id = next(case.case_id for case in await first.cases() if case.reason == "approval")
        await first.press(SUE, f"k:do:{case_id}:decide:refuse")
        question = await first.question()
    async with two_sides(tmp_path, api=api) as second:
        why = await second.write(SUE, "利润不够", reply_to=question.message_id)
        assert await second.sign(why) == "👌"
        assert not any("利润" in text for text in second.phone.texts)


async def test_who_comes_back_is_brought_to_the_person_she_knows(waiting: TwoSides) -> None:
    shop = waiting
    assert "上次是您接待的" not in (await shop.card("k:take")).text
    await shop.press(ANN, "k:take")
    await shop.phone.hears("小安")
    await shop.press(ANN, "k:back")
    await shop.phone.hears("打个分")
    await shop.phone.say("转人工")
    await until(lambda: _shows(shop, "小安：上次是您接待的"))
    shown = [one.text for one in await shop.shown() if "上次是您接待的" in one.text]
    assert not any("阿本：" in text for text in shown)


async def test_a_fact_is_put_right_by_its_name_in_the_topic(shop: TwoSides) -> None:
    for words in ("我想做代理，怎么合作", "想在县城开一家店", "没有", "陈先生 13900002222"):
        await shop.phone.say(words)
    await shop.thread()
    how = await shop.write(MAX, "/fix 照片")
    assert "/fix" in await shop.answer_to(how)
    refused = await shop.write(ANN, "/fix 公司 县城衬衫店")
    assert await shop.answer_to(refused)
    assert (await shop.cases())[-1].fact("company") == ""
    assert await shop.sign(await shop.write(MAX, "/fix 公司 县城衬衫店")) == "👌"
    assert (await shop.cases())[-1].fact("company") == "县城衬衫店"
    await shop.quiet()
    assert not any("/fix" in text for text in shop.phone.texts)
