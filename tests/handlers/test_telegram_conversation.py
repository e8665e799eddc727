"""A shopper's chat, from her phone and back, by polling and by webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.core.messages import Incoming, RenderedButton, Reply
from bot.core.ports import Clock, Store
from handlers.telegram.shopper import Converse
from tests.fakes import BotApiServer
from tests.handlers.harness import Echo, Mode, build
from tests.waiting import until

MEI = 77


@pytest.fixture
async def api() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as server:
        yield server


@pytest.fixture(params=["polling", "webhook"])
def mode(request: pytest.FixtureRequest) -> Mode:
    return request.param  # type: ignore[no-any-return]


def _with_menu(store: Store, clock: Clock) -> Converse:
    """Offers two buttons to whoever starts, and repeats the rest."""

    def answer(incoming: Incoming) -> list[Reply]:
        if incoming.kind == "start":
            return [Reply("welcome", (RenderedButton("热销", "m:hot"), RenderedButton("人工", "m:human")))]
        return [Reply(f"{incoming.kind}|{incoming.action}|{incoming.text}")]

    return Echo(store, clock, answer)


async def test_a_chat_goes_from_start_over_a_button_to_an_answer(api: BotApiServer, mode: Mode) -> None:
    async with build(api, mode, make_converse=_with_menu):
        api.say(MEI, "/start p1")
        await until(lambda: api.texts(MEI) == ["welcome"])
        assert api.sent(MEI)[0].buttons == ["m:hot", "m:human"]
        api.press(MEI, "m:hot")
        await until(lambda: len(api.sent(MEI)) == 2)
        api.say(MEI, "包邮吗")
        await until(lambda: len(api.sent(MEI)) == 3)
        assert api.texts(MEI)[1:] == ["button|m:hot|热销", "text||包邮吗"]
        await until(lambda: api.of("answerCallbackQuery"))
