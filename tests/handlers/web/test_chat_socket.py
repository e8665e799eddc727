"""The page's socket over a real server: nothing lost, nothing doubled, nobody else's."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.core.binding import signed_user
from bot.core.messages import RenderedButton, Reply
from bot.settings import WebSettings
from handlers.web.chat_socket import CLOSE_NO_VISITOR, CLOSE_TOO_MANY
from tests.handlers.web.chat_server import CLOCK, free_port, serving
from tests.waiting import until

USER_SECRET = b"what the shop's own server signs with"


async def test_what_she_says_is_stored_answered_and_in_the_history(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        visitor, token = await shop.visitor()
        async with shop.page(token) as page:
            assert (await page.until("ready"))["lines"] == []
            await page.say("包邮吗", "client-0001")
            assert (await page.until("stored"))["id"] == "client-0001"
            line = await page.told("text||包邮吗")
            assert line["who"] == "bot"
        await until(lambda: _all_sent(shop, visitor, 1))
        async with shop.page(token) as again:
            lines = (await again.until("ready"))["lines"]
            assert [(x["who"], x["text"], x["id"]) for x in lines] == [
                ("me", "包邮吗", "client-0001"),
                ("bot", "text||包邮吗", line["id"]),
            ]


async def test_who_asks_whether_anybody_is_there_is_answered_and_nothing_is_stored(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        visitor, token = await shop.visitor()
        async with shop.page(token) as page:
            await page.until("ready")
            await page.send(t="ping")
            assert await page.until("pong") == {"t": "pong"}
        assert await shop.states(visitor) == []


async def _all_sent(shop: object, visitor: str, count: int) -> bool:
    return await shop.states(visitor) == ["sent"] * count  # type: ignore[attr-defined, no-any-return]


async def test_an_answer_is_not_held_back_by_the_network_stack(tmp_path: Path) -> None:
    """Without TCP_NODELAY every second small frame waits 40 ms for an acknowledgement of the first one."""
    async with serving(tmp_path) as shop:
        _, token = await shop.visitor()
        async with shop.page(token) as page:
            took = []
            for number in range(10):
                began = time.perf_counter()
                await page.say(f"m{number}", f"client-000{number}")
                await page.told(f"text||m{number}")
                took.append(time.perf_counter() - began)
            assert min(took) < 0.035


async def test_the_same_client_id_twice_is_one_message(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        _, token = await shop.visitor()
        async with shop.page(token) as page:
            await page.say("包邮吗", "client-0001")
            await page.say("包邮吗", "client-0001")
            await page.until("stored")
            await page.until("stored")
            await page.told("text||包邮吗")
        assert len(shop.parrot.heard) == 1


async def test_the_same_client_id_of_two_visitors_is_two_messages(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        for text in ("from Anna", "from Ben"):
            _, token = await shop.visitor()
            async with shop.page(token) as page:
                await page.say(text, "client-0001")
                await page.told(f"text||{text}")


async def test_what_no_page_answered_for_is_told_again_to_the_next_one(tmp_path: Path) -> None:
    """The laptop slept: the message went to a socket behind which nobody was."""
    async with serving(tmp_path) as shop:
        visitor, token = await shop.visitor()
        async with shop.page(token, acks=False) as asleep:
            await asleep.say("在吗", "client-0001")
            first = await asleep.told("text||在吗")
        await until(lambda: _is(shop, visitor, ["waiting"]))
        async with shop.page(token) as awake:
            assert await awake.told("text||在吗") == first
        await until(lambda: _is(shop, visitor, ["sent"]))


async def _is(shop: object, visitor: str, states: list[str]) -> bool:
    return await shop.states(visitor) == states  # type: ignore[attr-defined, no-any-return]


async def test_a_page_that_comes_while_another_sleeps_is_told_at_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        _, token = await shop.visitor()
        async with shop.page(token, acks=False) as asleep:
            await asleep.say("在吗", "client-0001")
            await asleep.told("text||在吗")
            async with asyncio.timeout(2), shop.page(token) as awake:
                await awake.told("text||在吗")


async def test_a_page_that_shows_it_already_is_not_told_again(tmp_path: Path) -> None:
    """Only its acknowledgement was lost."""
    async with serving(tmp_path) as shop:
        visitor, token = await shop.visitor()
        async with shop.page(token, acks=False) as page:
            await page.say("在吗", "client-0001")
            line = await page.told("text||在吗")
        await until(lambda: _is(shop, visitor, ["waiting"]))
        async with shop.page(token, told=line["n"], acks=False) as back:
            await back.until("ready")
            await until(lambda: _is(shop, visitor, ["sent"]))
            assert back.texts == []


async def test_two_tabs_show_the_same(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        _, token = await shop.visitor()
        async with shop.page(token) as one, shop.page(token) as two:
            await one.until("ready")
            await two.until("ready")
            await one.say("包邮吗", "client-0001")
            heard = await two.until("line", lambda f: f["line"]["who"] == "me")
            assert (heard["line"]["id"], heard["line"]["text"]) == ("client-0001", "包邮吗")
            assert await one.told("text||包邮吗") == await two.told("text||包邮吗")
            assert not [f for f in one.got if f["t"] == "line" and f["line"]["who"] == "me"]


async def test_what_others_queue_arrives_too_and_in_order(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        visitor, token = await shop.visitor()
        async with shop.page(token) as page:
            await page.until("ready")
            await shop.tell(visitor, *(Reply(f"n{n}") for n in range(5)))
            await page.told("n4")
            assert page.texts == [f"n{n}" for n in range(5)]


async def test_a_pressed_button_and_a_start_reach_the_dialogue(tmp_path: Path) -> None:
    def offer(_: object) -> list[Reply]:
        return [Reply("看看？", (RenderedButton("看看热销", "m:hot"),))]

    async with serving(tmp_path, answers=offer) as shop:
        _, token = await shop.visitor()
        async with shop.page(token, lang="en") as page:
            await page.send(t="start", id="client-0001", product="sy-tee-heavy")
            line = await page.told("看看？")
            assert line["buttons"] == [{"l": "看看热销", "a": "m:hot"}]
            await page.send(t="press", id="client-0002", action="m:hot", label="看看热销")
            await page.told("看看？")
        start, press = shop.parrot.heard
        assert (start.kind, start.action, start.app_language) == ("start", "sy-tee-heavy", "en")
        assert (press.kind, press.action, press.text) == ("button", "m:hot", "看看热销")


async def test_a_restart_of_the_server_loses_and_doubles_nothing(tmp_path: Path) -> None:
    port = free_port()
    async with serving(tmp_path, port=port) as shop:
        visitor, token = await shop.visitor()
        async with shop.page(token, acks=False) as page:
            await page.say("一", "client-0001")
            first = await page.told("text||一")
            # The server ends while the page has not answered for it.
    async with serving(tmp_path, port=port) as shop, shop.page(token) as page:
        ready = await page.until("ready")
        assert [x["text"] for x in ready["lines"]] == ["一"]
        assert (await page.told("text||一"))["id"] == first["id"]
        await page.say("一", "client-0001")
        assert (await page.until("stored"))["id"] == "client-0001"
        await page.say("二", "client-0002")
        await page.told("text||二")
        assert page.texts == ["text||一", "text||二"]
        await until(lambda: _is(shop, visitor, ["sent", "sent"]))
        assert [i.text for i in shop.parrot.heard] == ["二"]


async def test_her_words_are_shown_before_anybody_worked_on_them(tmp_path: Path) -> None:
    hold = asyncio.Event()

    class Slow:
        async def __call__(self, incoming: object, inbox_id: int) -> None:
            await hold.wait()

    async with serving(tmp_path, converse=lambda store: Slow()) as shop:
        _, token = await shop.visitor()
        async with shop.page(token) as page:
            for number, text in enumerate(("一", "二", "三")):
                await page.say(text, f"client-000{number}")
                await page.until("stored")
            await page.until("typing")
        async with shop.page(token) as again:
            assert [x["text"] for x in (await again.until("ready"))["lines"]] == ["一", "二", "三"]
        hold.set()


async def test_each_side_sees_that_the_other_one_writes_and_no_oftener_than_once_a_second(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        visitor, token = await shop.visitor()
        talk, writes = f"web:{visitor}", list[str]()
        shop.chat.rooms.on_writing = writes.append
        async with shop.page(token) as page:
            await page.until("ready")
            before = await shop.store.change_mark()
            for _ in range(30):
                await page.send(t="typing")
            await page.send(t="ping")
            await page.until("pong")
            assert writes == [talk]
            assert await shop.store.change_mark() == before, "nothing of it is kept"
            for _ in range(30):
                shop.chat.rooms.person_writes(talk)
            await page.send(t="ping")
            await page.until("pong")
            assert [frame["t"] for frame in page.got].count("typing") == 1
        shop.chat.rooms.person_writes(talk)
        shop.chat.rooms.person_writes("web:nobody")


# --- what is refused ---


@pytest.mark.parametrize("token", ["", "x", "a" * 22 + "." + "b" * 43, None, 5])
async def test_without_her_token_nobody_listens(tmp_path: Path, token: str) -> None:
    async with serving(tmp_path) as shop, shop.page(token) as page:
        with pytest.raises(ConnectionClosed) as closed:
            await page.until("ready")
        assert closed.value.rcvd is not None and closed.value.rcvd.code == CLOSE_NO_VISITOR


async def test_a_token_of_another_shop_opens_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path / "one") as one, serving(tmp_path / "two") as two:
        _, token = await one.visitor()
        async with two.page(token) as page:
            with pytest.raises(ConnectionClosed):
                await page.until("ready")


async def test_nobody_sees_anothers_talk(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        anna, annas = await shop.visitor()
        _, bens = await shop.visitor()
        async with shop.page(annas) as hers, shop.page(bens) as his:
            assert (await his.until("ready"))["lines"] == []
            await hers.say("secret words", "client-0001")
            await hers.told("text||secret words")
            # A cursor beyond everything is a claim about his own screen only.
            await his.send(t="ack", told=2**50)
            await his.say("mine", "client-0001")
            await his.told("text||mine")
            assert "secret" not in json.dumps(his.got)
        async with shop.page(bens) as again:
            assert "secret" not in json.dumps(await again.until("ready"))
        assert await shop.states(anna) == ["sent"]


async def test_pages_of_other_sites_are_refused_unless_named(tmp_path: Path) -> None:
    web = WebSettings(allowed_origins=("https://shop.example.com",))
    async with serving(tmp_path, web) as shop:
        _, token = await shop.visitor()
        for origin in ("https://shop.example.com", shop.base):
            async with shop.page(token, origin=origin) as page:
                await page.until("ready")
        for origin in ("https://evil.example.com", "https://shop.example.com.evil.example", "null"):
            with pytest.raises(InvalidStatus) as refused:
                async with shop.page(token, origin=origin):
                    pass
            assert refused.value.response.status_code == 403


async def test_a_message_too_long_is_refused_and_the_next_one_taken(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        _, token = await shop.visitor()
        async with shop.page(token) as page:
            await page.say("长" * 4097, "client-0001")
            refused = await page.until("refused")
            assert (refused["id"], refused["why"], refused["most"]) == ("client-0001", "too_long", 4096)
            assert "after" not in refused
            await page.say("长" * 4096, "client-0002")
            assert (await page.until("stored"))["id"] == "client-0002"


async def test_a_frame_too_large_closes_the_socket(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        _, token = await shop.visitor()
        async with shop.page(token) as page:
            await page.until("ready")
            with pytest.raises(ConnectionClosed):
                await page.say("x" * 70_000, "client-0001")
                await page.until("stored")


@pytest.mark.parametrize(
    "text",
    [
        "not json", "[]", "5", '{"t":"dance"}', '{"t":["say"]}', '{"t":"say","id":"client-0001"}',
        '{"t":"say","id":"client-0001","text":5}', '{"t":"say","id":"short","text":"a"}',
        '{"t":"say","id":"client-0001","text":"  "}', '{"t":"press","id":"client-0001","action":""}',
        '{"t":"press","id":"client-0001","action":"' + "长" * 30 + '"}',
        '{"t":"ack","told":-1}', '{"t":"ack","told":1e9}',
        '{"t":"start","id":"client-0001","product":"cmd:language"}', '{"t":"photo","id":"client-0001","upload":"../x"}',
        "[" * 5000,
    ],
)  # fmt: skip
async def test_what_is_no_frame_of_ours_is_said_and_stored_nowhere(tmp_path: Path, text: str) -> None:
    async with serving(tmp_path) as shop:
        _, token = await shop.visitor()
        async with shop.page(token) as page:
            await page.socket.send(text)
            await page.until("error")
            await page.say("still here", "client-0009")
            await page.told("text||still here")
        assert len(shop.parrot.heard) == 1


async def test_a_page_that_only_sends_rubbish_is_cut_off(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        _, token = await shop.visitor()
        async with shop.page(token) as page:
            with pytest.raises(ConnectionClosed):
                for _ in range(6):
                    await page.socket.send("rubbish")
                    await page.until("error")


async def test_too_many_messages_are_put_off_and_not_lost(tmp_path: Path) -> None:
    async with serving(tmp_path, WebSettings(messages_per_minute=6)) as shop:
        _, token = await shop.visitor()
        async with shop.page(token) as page:
            for number in range(3):
                await page.say(f"m{number}", f"client-000{number}")
            refused = await page.until("refused")
            assert refused["id"] == "client-0002" and refused["why"] == "slow" and 0 < refused["after"] <= 10.1
            assert len([f for f in page.got if f["t"] == "stored"]) == 2


async def test_one_visitor_may_not_open_tabs_without_end(tmp_path: Path) -> None:
    async with serving(tmp_path, WebSettings(max_sockets_per_visitor=2)) as shop:
        _, token = await shop.visitor()
        async with shop.page(token) as one, shop.page(token) as two:
            await one.until("ready")
            await two.until("ready")
            async with shop.page(token) as three:
                with pytest.raises(ConnectionClosed) as closed:
                    await three.until("ready")
                assert closed.value.rcvd is not None and closed.value.rcvd.code == CLOSE_TOO_MANY
        await until(lambda: shop.chat.rooms.sockets == 0)
        async with shop.page(token) as page:
            await page.until("ready")


async def test_a_page_that_connects_without_end_is_put_off(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        _, token = await shop.visitor()
        with pytest.raises(ConnectionClosed):
            for _ in range(40):
                async with shop.page(token) as page:
                    await page.until("ready")
        _, other = await shop.visitor()
        async with shop.page(other) as page:
            await page.until("ready")


async def test_beyond_so_many_pages_the_next_one_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, WebSettings(max_sockets=1)) as shop:
        (_, anna), (_, ben) = await shop.visitor(), await shop.visitor()
        async with shop.page(anna) as page:
            await page.until("ready")
            with pytest.raises(InvalidStatus):
                async with shop.page(ben):
                    pass


@pytest.mark.parametrize(
    ("user", "minutes_ago", "secret", "known"),
    [
        ("u-7", 1, USER_SECRET, "u-7"),
        ("u-8", 1, USER_SECRET, ""),  # signed for another user
        ("u-7", 13 * 60, USER_SECRET, ""),
        ("u-7", 1, b"somebody else's key", ""),
    ],
)
async def test_the_shop_s_own_user_is_known_by_its_server_s_signature_only(
    tmp_path: Path, user: str, minutes_ago: int, secret: bytes, known: str
) -> None:
    signed_at = CLOCK.now() - timedelta(minutes=minutes_ago)
    proof = {"id": user, "at": str(int(signed_at.timestamp())), "sig": signed_user("u-7", signed_at, secret)}
    async with serving(tmp_path, user_secret=USER_SECRET) as shop:
        _, token = await shop.visitor()
        async with shop.page(token, user=proof) as page:
            await page.say("我的订单到哪了", "client-0001")
            await page.until("stored")
        await until(lambda: len(shop.parrot.heard) == 1)
        assert shop.parrot.heard[0].user_id == known


@pytest.mark.parametrize("user", [{"id": 7}, {"id": "u", "at": "1e3"}, {"id": "u", "at": "9" * 12}, "u-7", [], {}])
async def test_a_malformed_user_is_nobody_and_breaks_nothing(tmp_path: Path, user: Any) -> None:
    async with serving(tmp_path, user_secret=USER_SECRET) as shop:
        _, token = await shop.visitor()
        async with shop.page(token, user=user) as page:
            if user == {"id": 7}:
                with pytest.raises(ConnectionClosed):
                    await page.until("ready")
                return
            await page.say("在吗", "client-0001")
            await page.until("stored")
        await until(lambda: len(shop.parrot.heard) == 1)
        assert shop.parrot.heard[0].user_id == ""
