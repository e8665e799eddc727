from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.core.errors import StoreError
from bot.service.take_in import TakeIn
from handlers.web.app import build_web
from handlers.web.telegram_webhook import TelegramWebhook
from tests.fakes import FakeClock, MemoryStore

SECRET = "a-Secret_token"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {"update_id": 5, "message": {"chat": {"id": 7, "type": "private"}, "text": "secret words"}}


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def client(store: MemoryStore) -> AsyncIterator[httpx.AsyncClient]:
    hook = TelegramWebhook(TakeIn(store, lambda: None), SECRET, FakeClock(), max_body_bytes=1000)
    transport = httpx.ASGITransport(build_web([hook.router()]))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


async def _post(client: httpx.AsyncClient, body: bytes, secret: bytes | str | None = SECRET) -> int:
    headers: dict[bytes, bytes] = {}
    if secret is not None:
        headers[HEADER.encode()] = secret.encode() if isinstance(secret, str) else secret
    answer = await client.post("/telegram/webhook", content=body, headers=headers)
    return answer.status_code


async def test_an_update_is_stored_before_the_answer(client: httpx.AsyncClient, store: MemoryStore) -> None:
    assert await _post(client, json.dumps(UPDATE).encode()) == 200
    (row,) = await store.claim_inbox("t", FakeClock().now(), 60, 9)
    assert (row.update_id, row.conversation_id) == ("5", "telegram:7")
    assert json.loads(row.payload) == UPDATE


async def test_a_second_delivery_is_taken_and_stored_once(client: httpx.AsyncClient, store: MemoryStore) -> None:
    for _ in range(2):
        assert await _post(client, json.dumps(UPDATE).encode()) == 200
    assert await store.counts() == {"inbox.waiting": 1}


@pytest.mark.parametrize(
    "secret",
    [None, "", "wrong", SECRET + "x", SECRET.lower(), "密钥", b"\xff\xfe", "a-Secret_tokén"],
)
async def test_without_the_secret_nothing_is_read(
    client: httpx.AsyncClient, store: MemoryStore, secret: bytes | str | None
) -> None:
    assert await _post(client, json.dumps(UPDATE).encode(), secret) == 401
    assert await store.counts() == {}


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"{}", b"\xff\xff", b"[" * 900])
async def test_what_is_no_update_is_refused(client: httpx.AsyncClient, store: MemoryStore, body: bytes) -> None:
    assert await _post(client, body) == 400
    assert await store.counts() == {}


async def test_an_update_of_a_kind_we_do_not_know_is_taken(client: httpx.AsyncClient, store: MemoryStore) -> None:
    """Refused, it would come again and again."""
    assert await _post(client, b'{"update_id": 9, "something_new": {}}') == 200
    assert await store.counts() == {"inbox.waiting": 1}


async def test_a_body_above_the_limit_is_refused(client: httpx.AsyncClient, store: MemoryStore) -> None:
    assert await _post(client, json.dumps(UPDATE).encode() + b" " * 1000) == 413
    assert await store.counts() == {}


async def test_while_the_store_is_away_telegram_is_asked_to_come_again(
    client: httpx.AsyncClient, store: MemoryStore
) -> None:
    store.fail_with = StoreError()
    assert await _post(client, json.dumps(UPDATE).encode()) == 503


async def test_only_post_is_served(client: httpx.AsyncClient) -> None:
    assert (await client.get("/telegram/webhook")).status_code == 405


async def test_no_word_of_an_update_reaches_the_log(
    client: httpx.AsyncClient, store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await _post(client, b'{"secret words": 1}')
        store.fail_with = StoreError()
        await _post(client, json.dumps(UPDATE).encode())
    assert "webhook" in caplog.text
    assert "secret words" not in caplog.text


def test_a_webhook_without_a_secret_is_not_built(store: MemoryStore) -> None:
    with pytest.raises(ValueError, match="secret"):
        TelegramWebhook(TakeIn(store, lambda: None), "", FakeClock())
