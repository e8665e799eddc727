"""The demo shop in Telegram, from /start to a stored order and the invitation to favourite the shop (A1)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.orders import Status
from bot.core.ports import Clock, Store
from bot.service.converse import Converse
from tests.bot_api_server import user
from tests.demo import ROOT, demo_composer, demo_shop
from tests.fakes import BotApiServer, RunningClock
from tests.handlers.harness import Mode, build
from tests.waiting import until

SHOPPER = 77
MONDAY = datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
async def api() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as server:
        yield server


@pytest.fixture(params=["polling", "webhook"])
def mode(request: pytest.FixtureRequest) -> Mode:
    return cast(Mode, request.param)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    yield store
    await store.close()


def _real(store: Store, clock: Clock) -> Converse:
    return Converse(store, demo_composer(), clock)


class Phone:
    """Writes, and reads what came back; every message must be answered."""

    def __init__(self, api: BotApiServer, **sender: str) -> None:
        self._api = api
        self._sender = sender

    async def say(self, text: str) -> str:
        return await self._answer(lambda: self._api.say(SHOPPER, text, **{"from": user(SHOPPER, **self._sender)}))

    async def press(self, action: str) -> str:
        return await self._answer(lambda: self._api.press(SHOPPER, action))

    async def _answer(self, act: Callable[[], object]) -> str:
        before = len(self._api.sent(SHOPPER))
        act()
        await until(lambda: len(self._api.sent(SHOPPER)) > before)
        return "\n".join(self._api.texts(SHOPPER)[before:])


async def test_from_start_to_a_stored_order_and_the_invitation(api: BotApiServer, mode: Mode, store: Store) -> None:
    clock = RunningClock(MONDAY)
    async with build(api, mode, store=store, clock=clock, make_converse=_real, photos_root=ROOT / "knowledge"):
        phone = Phone(api, first_name="小美 <3 😀")
        await phone.say("/start sy-tee-heavy")
        await until(lambda: any(call.method == "sendPhoto" for call in api.sent(SHOPPER)))
        assert "小美 <3 😀" in api.texts(SHOPPER)[0]
        await phone.press("o:sy-tee-heavy")
        await phone.say("黑色XL")
        await phone.say("两件")
        assert "99" in await phone.say("包邮吗")
        read_back = await phone.say("浙江省杭州市西湖区文三路100号 王小美 13800138000")
        assert "王小美" in read_back
        told = await phone.press("ok")
        (order,) = await store.orders(f"telegram:{SHOPPER}")
        link = demo_shop().about.favourite_link
        await until(lambda: link in "\n".join(api.texts(SHOPPER)))

    assert order.order_no in told
    assert order.status is Status.UNPAID
    assert order.flag is None
    assert [(line.sku, line.quantity) for line in order.lines] == [("SYT01-BLK-XL", 2)]
    assert [note.staff_id for note in order.notes] == ["XE01"]
    assert (await store.load(f"telegram:{SHOPPER}", "telegram")).conversation.favourite_invited
    assert {state for _, state in await store.outbox(f"telegram:{SHOPPER}")} == {"sent"}


async def test_a_voice_message_is_answered_honestly_and_english_is_answered_in_english(
    api: BotApiServer, store: Store
) -> None:
    async with build(api, store=store, clock=RunningClock(MONDAY), make_converse=_real):
        phone = Phone(api, language_code="en")
        assert "welcome" in (await phone.say("/start")).casefold()
        assert "free from ¥99" in await phone.say("how much is shipping?")
        api.bring({"message": api.message(SHOPPER, voice={"file_id": "F", "file_unique_id": "U", "duration": 3})})
        await until(lambda: len(api.sent(SHOPPER)) >= 3)


async def test_calling_a_person_opens_a_case_and_says_so(api: BotApiServer, mode: Mode, store: Store) -> None:
    async with build(api, mode, store=store, clock=RunningClock(MONDAY), make_converse=_real):
        await Phone(api).say("/human")
    (case,) = await store.cases(f"telegram:{SHOPPER}")
    assert (case.reason, case.role) == ("human", "agent")


@pytest.mark.parametrize("command", ["/start", "/menu", "/orders", "/human", "/language", "/help", "/nonsense"])
async def test_every_command_is_answered(api: BotApiServer, store: Store, command: str) -> None:
    async with build(api, store=store, clock=RunningClock(MONDAY), make_converse=_real):
        assert await Phone(api).say(command)
