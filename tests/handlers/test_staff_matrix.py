"""Role × action × conversation: what somebody may not do changes nothing and shows nothing, whatever a button says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.cases import ROLES
from bot.core.group_buttons import action
from tests.bot_api_people import user
from tests.core.group_reader import GROUP
from tests.handlers.staff_counter import EVERYBODY, SECRET, SHOPPER, STRANGER, Counter, Talked, counter

TALKING = {"agent", "after_sales", "supervisor", "manager", "bulk_specialist", "complaints", "operations", "expert"}
#: Who acts as an agent, and who as finance.
AS_AGENT, AS_FINANCE = {"agent", "supervisor", "manager"}, {"finance", "manager"}

#: Reason of the conversation's case -> action -> roles that may.
MAY: dict[str, dict[str, set[str]]] = {
    "human": {
        "take": TALKING, "back": TALKING, "close": TALKING, "pass": TALKING, "say": TALKING, "edit": TALKING,
        "note": set(ROLES), "flag": set(ROLES), "decide": AS_AGENT, "see": set(),
    },
    "vat": {
        "take": TALKING | {"finance"}, "say": TALKING | {"finance"}, "pass": TALKING | {"finance"},
        "edit": TALKING | {"finance"}, "note": set(ROLES), "flag": set(ROLES), "decide": AS_FINANCE,
        "see": AS_FINANCE,
    },
}  # fmt: skip
ACCOUNTS = {
    **{role: int(staff.telegram_id or 0) for role, staff in EVERYBODY.items()},
    "disabled": 600,
    "stranger": STRANGER,
}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Counter]:
    async with counter(tmp_path) as opened:
        yield opened


async def _do(desk: Counter, who: int, talked: Talked, act: str, case: Talked | None = None) -> str:
    """The action by button where there is one, naming ``case`` (that of ``talked``); what she is told."""
    case_id, vat = (case or talked).case_id, "vat" if "vat" in act else ""
    match act.removesuffix("vat"):
        case "take" | "back" | "close" | "see":
            return await desk.press(who, talked, action(act, case_id))  # type: ignore[arg-type]
        case "flag":
            return await desk.press(who, talked, action("flag", case_id, "", "red"))
        case "pass":
            return await desk.press(who, talked, action("pass", case_id, "", "manager"))
        case "decide":
            step, outcome = ("vat", "sent") if vat else ("answer", "done")
            return await desk.press(who, talked, action("do", case_id, step, outcome))
        case "note":
            await desk.write(who, talked, "// a note")
        case "say":
            await desk.write(who, talked, "hello there")
        case "edit":
            message = desk.api.group_message(GROUP, talked.thread_id, who, text="hello again")
            await desk.handle({"edited_message": {**message, "edit_date": message["date"] + 5}})
    return ""


@pytest.mark.parametrize(("reason", "act"), [(reason, act) for reason, acts in MAY.items() for act in acts])
async def test_everybody_may_do_what_her_role_allows_and_nothing_else(desk: Counter, reason: str, act: str) -> None:
    for role, account in ACCOUNTS.items():
        talked = await desk.talk(reason)
        before, calls = await desk.state(talked), len(desk.api.calls)
        said = await _do(desk, account, talked, f"{act}vat" if act == "decide" and reason == "vat" else act)
        changed = await desk.state(talked) != before
        allowed = role in MAY[reason][act]
        if act == "see":
            assert (SECRET in said, changed) == (allowed, False), role
        else:
            assert changed == allowed, f"{role} {act}: {said}"
        if not allowed:
            assert SECRET not in desk.told(calls) and talked.secret not in desk.told(calls)


@pytest.mark.parametrize("act", ["take", "back", "close", "flag", "pass", "decide", "decidevat", "see"])
async def test_a_case_of_another_conversation_cannot_be_reached_from_here(desk: Counter, act: str) -> None:
    here, there = await desk.talk("human"), await desk.talk("vat")
    for role, account in ACCOUNTS.items():
        before, calls = (await desk.state(here), await desk.state(there)), len(desk.api.calls)
        await _do(desk, account, here, act, there)
        assert (await desk.state(here), await desk.state(there)) == before, role
        told = desk.told(calls)
        assert SECRET not in told and there.secret not in told and here.secret not in told


async def test_a_press_that_comes_again_does_nothing_more(desk: Counter) -> None:
    talked = await desk.talk("vat")
    finance, manager = ACCOUNTS["finance"], ACCOUNTS["manager"]
    data = action("do", talked.case_id, "vat", "sent")
    await desk.press(finance, talked, data)
    done = await desk.state(talked)
    for who in (finance, manager, finance):
        said = await desk.press(who, talked, data)
        assert await desk.state(talked) == done, said
    assert (await desk.store.orders(talked.conversation_id))[0].notes[-1].staff_id == EVERYBODY["finance"].staff_id
    assert len((await desk.store.orders(talked.conversation_id))[0].notes) == 1


async def test_two_who_take_the_same_conversation_are_one(desk: Counter) -> None:
    talked = await desk.talk()
    await desk.press(ACCOUNTS["agent"], talked, action("take", talked.case_id))
    taken = await desk.state(talked)
    said = await desk.press(ACCOUNTS["after_sales"], talked, action("take", talked.case_id))
    assert EVERYBODY["agent"].name in said
    for act in ("say", "back", "close", "edit", "pass"):
        await _do(desk, ACCOUNTS["after_sales"], talked, act)
        assert await desk.state(talked) == taken, act


async def test_the_buttons_of_a_warning_are_hers_whose_message_it_answers(desk: Counter) -> None:
    talked = await desk.talk()
    mine = await desk.write(ACCOUNTS["agent"], talked, "这不是我们的问题")
    message = desk.api.chats.shown[GROUP, mine].content
    before = await desk.state(talked)
    for verb in ("sure", "ask"):
        for role in ("after_sales", "manager", "stranger", "disabled"):
            await desk.press(ACCOUNTS[role], talked, action(verb), reply_to_message=message)
            assert await desk.state(talked) == before, (verb, role)
    # Nor can a button be made to send what the bot, or nobody, wrote.
    card = desk.api.chats.shown[GROUP, talked.card_id].content
    for answered in ({"reply_to_message": card}, {}):
        await desk.press(ACCOUNTS["agent"], talked, action("sure"), **answered)
        assert await desk.state(talked) == before
    await desk.press(ACCOUNTS["agent"], talked, action("sure"), reply_to_message=message)
    once = await desk.state(talked)
    assert once != before
    await desk.press(ACCOUNTS["agent"], talked, action("sure"), reply_to_message=message)
    assert await desk.state(talked) == once


async def test_a_customer_who_knows_a_case_s_id_gets_nowhere(desk: Counter) -> None:
    talked = await desk.talk("vat")
    before, calls = await desk.state(talked), len(desk.api.calls)
    verbs = ("take", "do", "back", "close", "note", "flag", "pass", "see", "menu", "sure", "ask")
    for number, verb in enumerate(verbs):
        data = action(verb, talked.case_id, "vat", "sent") if verb == "do" else action(verb, talked.case_id)  # type: ignore[arg-type]
        message = desk.api.message(SHOPPER, text="x")
        query = {"id": str(number), "from": user(SHOPPER), "chat_instance": "1", "data": data, "message": message}
        await desk.handle({"callback_query": query})
        await desk.handle({"message": desk.api.message(SHOPPER, text=data)})
    for text in ("/take", "/flag red", f"/pass {talked.case_id}", f"#{talked.case_id} vat sent"):
        await desk.handle({"message": desk.api.message(SHOPPER, text=text)})
    assert await desk.state(talked) == before
    assert SECRET not in desk.told(calls) and talked.secret not in desk.told(calls)


async def test_presses_in_another_group_or_of_a_message_nobody_knows_any_more_do_nothing(desk: Counter) -> None:
    talked = await desk.talk()
    before = await desk.state(talked)
    manager, data = ACCOUNTS["manager"], action("take", talked.case_id)
    elsewhere = {"id": -2002, "type": "supergroup", "title": "Other", "is_forum": True}
    await desk.press(manager, talked, data, chat=elsewhere)
    query = {"id": "9", "from": user(manager), "chat_instance": "1", "data": data}
    gone = {"message_id": talked.card_id, "date": 0, "chat": {"id": GROUP, "type": "supergroup", "title": "S"}}
    await desk.handle({"callback_query": {**query, "message": gone}})
    await desk.press(manager, talked, data, message_thread_id=99999)
    await desk.press(manager, talked, data, is_topic_message=False)
    assert await desk.state(talked) == before


TAMPERED = st.one_of(
    st.text(max_size=64).filter(lambda data: 0 < len(data.encode()) <= 64),
    st.builds(
        lambda *parts: ":".join(parts),
        st.sampled_from(["k", "K", "s", "m"]),
        st.sampled_from(["do", "take", "pass", "flag", "see", "back", "sheet", "x", ""]),
        st.sampled_from(["C2611230000001000", "C2611230000001001", "", "C", "../x", "#0"]),
        st.sampled_from(["vat", "answer", "#0", "#99", "", "done"]),
        st.sampled_from(["sent", "done", "#0", "#-1", "manager", "red", "", "sent:x"]),
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TAMPERED, min_size=1, max_size=5), st.sampled_from(["printing", "warehouse", "stranger", "disabled"]))
async def test_no_made_up_data_does_what_her_role_may_not(desk: Counter, presses: list[str], role: str) -> None:
    talked, other = await desk.talk("vat"), await desk.talk("human")
    before = (await desk.state(talked), await desk.state(other))
    for data in presses:
        said = await desk.press(ACCOUNTS[role], talked, data)
        assert SECRET not in said
    after = (await desk.state(talked), await desk.state(other))
    flagged = role in ROLES and any("flag" in data for data in presses)
    assert after[1] == before[1]
    assert after[0] == before[0] or flagged


async def test_somebody_disabled_in_the_middle_of_it_can_do_no_more(desk: Counter) -> None:
    talked = await desk.talk()
    agent = EVERYBODY["agent"]
    await desk.press(ACCOUNTS["agent"], talked, action("take", talked.case_id))
    taken = await desk.state(talked)
    await desk.store.put_staff(replace(agent, state="disabled"))
    for act in ("say", "back", "close", "note", "flag", "pass", "decide"):
        await _do(desk, ACCOUNTS["agent"], talked, act)
        assert await desk.state(talked) == taken, act


async def test_a_stranger_is_told_once_and_does_not_use_up_the_group_s_posts(desk: Counter) -> None:
    talked = await desk.talk()
    desk.clock.advance(600)
    before = len(desk.api.sent(GROUP))
    for number in range(20):
        await desk.write(STRANGER, talked, f"hello {number}")
        desk.clock.advance(-59.5)
    assert len(desk.api.sent(GROUP)) - before <= 2
    assert "名单" in desk.api.sent(GROUP)[-1].text
