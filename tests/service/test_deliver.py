from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.errors import Rejected, RetryLater, StoreError, Uncertain, Unreachable
from bot.core.messages import Reply
from bot.core.ports import OutboxRow, Outcome
from bot.service.deliver import deliver
from tests.fakes import FakeClock, MemoryStore
from tests.queued import NOW, give_to, queue_replies, states


class Channel:
    name = "telegram"

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    async def send(self, conversation_id: str, reply: Reply) -> str:
        if self._error is not None:
            raise self._error
        return "17"

    async def typing(self, conversation_id: str) -> None: ...


async def _claimed(store: MemoryStore) -> OutboxRow:
    await queue_replies(store, 7, "secret words")
    (row,) = await store.claim_outbox("t", NOW, ["telegram"], 1)
    return row


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "sent"),
        (Unreachable(), "unreachable"),
        (Rejected(), "rejected"),
        (Uncertain(), "uncertain"),
        (TypeError("secret words"), "uncertain"),
    ],
)
async def test_what_became_of_a_send_is_recorded(error: Exception | None, outcome: Outcome) -> None:
    store = MemoryStore()
    assert await deliver(await _claimed(store), Channel(error), store, FakeClock()) == outcome
    assert await states(store, 7) == [outcome]


async def test_what_a_person_said_is_sent_as_it_is() -> None:
    store = MemoryStore()
    row = replace(await _claimed(store), kind="person", ref="telegram:-1:5")
    assert await deliver(row, Channel(), store, FakeClock()) == "sent"
    assert await states(store, 7) == ["sent"]


async def test_when_the_platform_asks_to_wait_the_row_waits_exactly_so_long() -> None:
    store, clock = MemoryStore(), FakeClock(NOW)
    until = await deliver(await _claimed(store), Channel(RetryLater(7)), store, clock)
    assert until == NOW + timedelta(seconds=7)
    assert await store.claim_outbox("t", NOW + timedelta(seconds=6.9), ["telegram"], 1) == []
    assert len(await store.claim_outbox("t", NOW + timedelta(seconds=7), ["telegram"], 1)) == 1


async def test_a_wish_to_wait_for_years_is_bounded() -> None:
    store = MemoryStore()
    until = await deliver(await _claimed(store), Channel(RetryLater(1e12)), store, FakeClock(NOW), 600)
    assert until == NOW + timedelta(seconds=600)


async def test_an_outcome_is_written_down_as_soon_as_the_store_is_back() -> None:
    store = MemoryStore()
    row = await _claimed(store)

    class Unplugging(Channel):
        async def send(self, conversation_id: str, reply: Reply) -> str:
            store.fail_with = StoreError()
            return "17"

    delivery = asyncio.create_task(deliver(row, Unplugging(), store, FakeClock()))
    await asyncio.sleep(0.05)
    assert not delivery.done()
    store.fail_with = None
    assert await asyncio.wait_for(delivery, 2) == "sent"
    assert await states(store, 7) == ["sent"]


async def test_what_cannot_be_checked_is_not_sent_but_tried_again() -> None:
    store = MemoryStore()
    row = await _claimed(store)
    store.fail_with = StoreError()
    delivery = asyncio.create_task(deliver(row, Channel(), store, FakeClock(NOW)))
    await asyncio.sleep(0.02)
    store.fail_with = None
    assert await asyncio.wait_for(delivery, 2) == NOW + timedelta(seconds=1)
    assert await states(store, 7) == ["waiting"]


async def test_a_takeover_after_the_claim_silences_the_bot_but_not_the_person() -> None:
    store = MemoryStore()
    row = await _claimed(store)
    await give_to("agent", store, 7)
    said = replace(row, reply=replace(row.reply, by="A01"))
    assert await deliver(row, Channel(), store, FakeClock()) == "dropped"
    assert await deliver(said, Channel(), store, FakeClock()) == "sent"


async def test_no_word_of_a_reply_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    with caplog.at_level(logging.DEBUG):
        await deliver(await _claimed(store), Channel(TypeError("secret words")), store, FakeClock())
    assert "TypeError" in caplog.text
    assert "secret" not in caplog.text


class _Told(MemoryStore):
    """Sent the message ``r`` as ``platform`` before."""

    def __init__(self, *sent: str) -> None:
        super().__init__()
        self._sent = list(sent)

    async def sent_ids(self, ref: str) -> list[str]:
        return self._sent if ref == "r" else []


class _Editing(Channel):
    def __init__(self) -> None:
        super().__init__()
        self.edited: list[tuple[str, str]] = []

    async def edit(self, conversation_id: str, platform_id: str, text: str) -> None:
        self.edited.append((platform_id, text))


@pytest.mark.parametrize(("sent", "outcome"), [(("4",), "sent"), ((), "rejected")])
async def test_a_changed_message_changes_what_was_sent_and_nothing_where_nothing_was(
    sent: tuple[str, ...], outcome: Outcome
) -> None:
    store, channel = _Told(*sent), _Editing()
    row = await _claimed(store)
    row = replace(row, reply=Reply("42", by="07", ref="r", edits=True))
    assert await deliver(row, channel, store, FakeClock()) == outcome
    assert channel.edited == [(one, "42") for one in sent]


async def test_where_nothing_can_be_changed_the_new_words_are_sent_as_such() -> None:
    said: list[str] = []

    class Plain(Channel):
        async def send(self, conversation_id: str, reply: Reply) -> str:
            said.append(reply.text)
            return "5"

    store = _Told("4")
    row = replace(await _claimed(store), reply=Reply("42", by="07", ref="r", edits=True))
    assert await deliver(row, Plain(), store, FakeClock()) == "sent"
    assert said == ["✎ 42"]
