"""What any store promises about the inbox: nothing twice, in order, one at a time."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.store_sqlite import SqliteStore
from bot.core.errors import AlreadyHandled
from bot.core.ports import InboxRow, Store
from tests.adapters.conftest import Opener
from tests.adapters.store_samples import LEASE_SECONDS, NOW, answer, later, update


async def claim(store: Store, after_seconds: float = 0, limit: int = 10, worker: str = "w") -> list[InboxRow]:
    return await store.claim_inbox(worker, later(after_seconds), LEASE_SECONDS, limit)


async def test_a_second_delivery_is_dropped(store: Store) -> None:
    assert await store.take_in([update(1), update(2), update(1)]) == 2
    assert await store.take_in([update(2), update(3)]) == 1
    assert await store.take_in([]) == 0


async def test_update_ids_are_unique_within_a_channel_only(store: Store) -> None:
    assert await store.take_in([update(1), update(1, "web:1", channel="web")]) == 2


async def test_a_claimed_row_is_what_was_taken_in(store: Store) -> None:
    taken = update(7)
    await store.take_in([taken])
    (row,) = await claim(store)
    assert (row.channel, row.update_id, row.conversation_id) == ("telegram", "7", "telegram:1")
    assert (row.payload, row.received_at, row.attempts) == (taken.payload, NOW, 0)


async def test_of_each_conversation_only_the_oldest_is_claimed(store: Store) -> None:
    await store.take_in([update(1, "a"), update(2, "a"), update(3, "b"), update(4, "b")])
    assert [row.update_id for row in await claim(store)] == ["1", "3"]
    assert await claim(store) == []


async def test_the_next_may_be_claimed_when_the_first_is_done(store: Store) -> None:
    await store.take_in([update(1), update(2)])
    (first,) = await claim(store)
    await store.finish_inbox(first.id, NOW)
    (second,) = await claim(store)
    assert second.update_id == "2"


async def test_a_claim_takes_no_more_conversations_than_asked(store: Store) -> None:
    await store.take_in([update(n, f"c{n}") for n in range(5)])
    assert [row.update_id for row in await claim(store, limit=3)] == ["0", "1", "2"]
    assert [row.update_id for row in await claim(store, limit=3)] == ["3", "4"]


async def test_a_row_given_back_waits_for_its_moment_and_holds_up_only_its_conversation(store: Store) -> None:
    await store.take_in([update(1, "a"), update(2, "a"), update(3, "b")])
    first, other = await claim(store)
    await store.fail_inbox(first.id, "no luck", later(30))
    await store.finish_inbox(other.id, NOW)
    assert await claim(store, after_seconds=29) == []
    (again,) = await claim(store, after_seconds=30)
    assert (again.update_id, again.attempts) == ("1", 1)


async def test_a_row_set_aside_does_not_hold_up_its_conversation(store: Store) -> None:
    await store.take_in([update(1), update(2)])
    (first,) = await claim(store)
    await store.fail_inbox(first.id, "cannot be read", None)
    (second,) = await claim(store)
    assert second.update_id == "2"
    assert (await store.counts())["inbox.set_aside"] == 1


async def test_a_claim_whose_lease_ran_out_may_be_claimed_again(store: Store) -> None:
    await store.take_in([update(1), update(2)])
    await claim(store, worker="dead")
    assert await claim(store, after_seconds=LEASE_SECONDS - 1) == []
    (again,) = await claim(store, after_seconds=LEASE_SECONDS)
    assert (again.update_id, again.attempts) == ("1", 1)


async def test_of_two_that_hold_the_same_row_only_one_commits(opener: Opener) -> None:
    slow, quick = await opener(), await opener()
    await slow.take_in([update(1)])
    (row,) = await claim(slow)
    (same,) = await claim(quick, after_seconds=LEASE_SECONDS)
    assert same.id == row.id
    loaded = await slow.load("telegram:1", "telegram")
    await quick.commit(answer(same, loaded, "有"))
    with pytest.raises(AlreadyHandled):
        await slow.commit(answer(row, loaded, "有"))
    assert len(await slow.events("telegram:1")) == 2


async def test_finishing_or_failing_a_row_that_is_done_changes_nothing(store: Store) -> None:
    await store.take_in([update(1)])
    (row,) = await claim(store)
    await store.finish_inbox(row.id, NOW)
    await store.finish_inbox(row.id, NOW)
    await store.fail_inbox(row.id, "too late", NOW)
    assert await claim(store, after_seconds=1000) == []


async def test_what_another_process_took_in_can_be_claimed(opener: Opener) -> None:
    here, there = await opener(), await opener()
    await there.take_in([update(1)])
    assert [row.update_id for row in await claim(here)] == ["1"]
    assert await claim(there) == []


@pytest.mark.parametrize("text", ["\ud83d", '"' * 3, "\x00\x01", "'; DROP TABLE inbox; --", "字" * 20_000])
async def test_hostile_text_is_stored(store: Store, text: str) -> None:
    taken = update(1)
    await store.take_in([type(taken)("telegram", "1", "telegram:1", json.dumps({"text": text}), NOW)])
    (row,) = await claim(store)
    assert json.loads(row.payload) == {"text": text}
    await store.fail_inbox(row.id, text, None)


#: What may happen between two claims.
OPERATION = st.one_of(
    st.tuples(st.just("take_in"), st.integers(0, 30), st.integers(0, 3)),
    st.tuples(st.just("claim"), st.integers(1, 4), st.just(0)),
    st.tuples(st.sampled_from(["finish", "retry", "set_aside"]), st.integers(0, 5), st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 90), st.just(0)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(OPERATION, max_size=40))
def test_whatever_happens_a_conversation_is_handled_in_order_and_one_at_a_time(
    operations: list[tuple[str, int, int]],
) -> None:
    asyncio.run(_play(operations))


async def _play(operations: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "shop.db")
        await store.open()
        try:
            await Interleaving(store).play(operations)
        finally:
            await store.close()


class Interleaving:
    """Plays operations and checks after each claim what had to be claimed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        #: Update ids by conversation that are neither done nor set aside, oldest first.
        self.unfinished: defaultdict[str, list[str]] = defaultdict(list)
        self.seen: set[str] = set()
        self.claimed: dict[str, tuple[InboxRow, float]] = {}
        self.not_before: dict[str, float] = {}
        self.now = 0.0

    async def play(self, operations: list[tuple[str, int, int]]) -> None:
        for name, number, conversation in operations:
            await getattr(self, name)(number, conversation)

    async def take_in(self, number: int, conversation: int) -> None:
        update_id = str(number)
        new = await self.store.take_in([update(update_id, f"c{conversation}")])
        assert new == (update_id not in self.seen)
        if new:
            self.seen.add(update_id)
            self.unfinished[f"c{conversation}"].append(update_id)

    async def claim(self, limit: int, _: int) -> None:
        held = {row.conversation_id for row, until in self.claimed.values() if until > self.now}
        due = {
            ids[0]
            for conversation, ids in self.unfinished.items()
            if ids and conversation not in held and self.not_before.get(ids[0], 0) <= self.now
        }
        rows = await claim(self.store, self.now, limit)
        assert {row.update_id for row in rows} <= due
        assert len(rows) == min(limit, len(due))
        self.claimed |= {row.update_id: (row, self.now + LEASE_SECONDS) for row in rows}

    async def finish(self, index: int, _: int) -> None:
        if row := self._leave(index):
            await self.store.finish_inbox(row.id, NOW)

    async def set_aside(self, index: int, _: int) -> None:
        if row := self._leave(index):
            await self.store.fail_inbox(row.id, "no", None)

    async def retry(self, index: int, _: int) -> None:
        if row := self._pick(index):
            del self.claimed[row.update_id]
            self.not_before[row.update_id] = self.now + 20
            await self.store.fail_inbox(row.id, "no", later(self.now + 20))

    async def wait(self, seconds: int, _: int) -> None:
        self.now += seconds

    def _pick(self, index: int) -> InboxRow | None:
        return [row for row, _ in self.claimed.values()][index % len(self.claimed)] if self.claimed else None

    def _leave(self, index: int) -> InboxRow | None:
        row = self._pick(index)
        if row:
            del self.claimed[row.update_id]
            self.unfinished[row.conversation_id].remove(row.update_id)
        return row
