"""The webhook against a real server: what is sent, and what every way of failing becomes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.platform_webhook import PlatformWebhook, sign
from bot.core.errors import PlatformError
from bot.core.memos import Memo
from bot.core.orders import Flag
from tests.fakes import FakeClock
from tests.platform_server import SECRET, PlatformServer

NOW = datetime(2026, 5, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[PlatformServer]:
    with PlatformServer() as running:
        yield running


@pytest.fixture
async def webhook(server: PlatformServer) -> AsyncIterator[PlatformWebhook]:
    async with PlatformWebhook(server.url, SECRET, FakeClock(NOW), 2.0) as one:
        yield one


async def test_memo_and_flag_are_written_together_and_read_back(
    server: PlatformServer, webhook: PlatformWebhook
) -> None:
    await webhook.write_memo("26050001", Memo("加赠袜子 _ XE01", Flag.RED), 7)
    assert server.memos == {"26050001": ("加赠袜子 _ XE01", 1)}
    assert await webhook.read_memo("26050001") == Memo("加赠袜子 _ XE01", Flag.RED)
    assert server.writes[0].headers["Idempotency-Key"] == "7"
    assert server.writes[0].headers["X-Xiaoer-Timestamp"] == str(int(NOW.timestamp()))


async def test_a_memo_without_a_flag_goes_out_with_grey(server: PlatformServer, webhook: PlatformWebhook) -> None:
    await webhook.write_memo("1", Memo("x"), 1)
    assert server.memos["1"] == ("x", 0)


async def test_a_platform_that_cannot_read_answers_204(server: PlatformServer, webhook: PlatformWebhook) -> None:
    server.reads = False
    assert await webhook.read_memo("1") is None


async def test_a_wrong_secret_is_a_failure_that_may_pass(server: PlatformServer) -> None:
    async with PlatformWebhook(server.url, "another", FakeClock(NOW), 2.0) as stranger:
        with pytest.raises(PlatformError, match="401") as caught:
            await stranger.write_memo("1", Memo("x"), 1)
    assert not caught.value.lasting and server.calls == []


@pytest.mark.parametrize(
    ("failure", "lasting"),
    [(500, False), (503, False), (429, False), (302, False), (409, False), (404, True), (422, True), ("cut", False)],
)
async def test_every_failure_says_whether_another_try_makes_sense(
    server: PlatformServer, webhook: PlatformWebhook, failure: int | str, lasting: bool
) -> None:
    server.failures.append(failure)
    with pytest.raises(PlatformError) as caught:
        await webhook.write_memo("1", Memo("x"), 1)
    assert caught.value.lasting is lasting
    assert len(server.calls) == 1 and server.memos == {}


async def test_the_platform_may_ask_to_wait(server: PlatformServer, webhook: PlatformWebhook) -> None:
    server.failures, server.retry_after = [429], "600"
    with pytest.raises(PlatformError) as caught:
        await webhook.write_memo("1", Memo("x"), 1)
    assert caught.value.after_seconds == 600


async def test_an_answer_that_never_ends_is_given_up(server: PlatformServer) -> None:
    server.failures.append("drip")
    async with PlatformWebhook(server.url, SECRET, FakeClock(NOW), 0.3) as webhook:
        with pytest.raises(PlatformError, match="no answer within"):
            await asyncio.wait_for(webhook.read_memo("1"), 5)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b"\xff",
        b"[" * 9999,
        b'{"memo": 1}',
        b'{"memo": "x", "flag": 6}',
        b'{"memo": "x", "flag": true}',
        b'{"memo": "' + b"x" * 70_000 + b'"}',
    ],
)
async def test_an_answer_that_is_no_memo_is_refused(
    server: PlatformServer, webhook: PlatformWebhook, answer: bytes
) -> None:
    server.nonsense = answer
    with pytest.raises(PlatformError, match="its answer"):
        await webhook.read_memo("1")


async def test_a_server_that_is_away_is_a_failure_that_may_pass() -> None:
    async with PlatformWebhook("http://127.0.0.1:9/secret-path", SECRET, FakeClock(NOW), 2.0) as webhook:
        with pytest.raises(PlatformError, match="cannot be reached") as caught:
            await webhook.read_memo("1")
    assert not caught.value.lasting and "secret-path" not in str(caught.value)


def test_the_check_that_the_docs_give_to_integrators_agrees_with_what_is_sent() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "orders.md").read_text(encoding="utf-8")
    given: dict[str, Any] = {}
    exec(docs.split("```python\n")[1].split("```")[0], given)
    raw = '{"memo":"加赠袜子"}'.encode()
    assert given["genuine"](b"secret", "1779584400", raw, sign(b"secret", "1779584400", raw))
    assert not given["genuine"](b"secret", "1779584401", raw, sign(b"secret", "1779584400", raw))
