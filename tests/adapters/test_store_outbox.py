"""What any store promises about the outbox: in order, one in flight, silent once a person has taken over."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.core.conversation import Owner
from bot.core.ports import OutboxRow, Outcome, Store
from tests.adapters.conftest import Opener
from tests.adapters.store_samples import NOW, answer, later, reply

SHOPPER = "telegram:1"


async def tell(
    store: Store, *texts: str, to: str = SHOPPER, channel: str = "telegram", owner: Owner | None = None
) -> None:
    await store.commit(answer(None, await store.load(to, channel), *texts, owner=owner))


async def claim(
    store: Store, at: datetime = NOW, limit: int = 10, channels: tuple[str, ...] = ("telegram",)
) -> list[OutboxRow]:
    return await store.claim_outbox("w", at, channels, limit)


def texts(rows: list[OutboxRow]) -> list[str]:
    return [row.reply.text for row in rows]


async def states(store: Store, conversation_id: str = SHOPPER) -> list[str]:
    return [state for _, state in await store.outbox(conversation_id)]


async def test_a_claimed_message_is_what_was_queued_and_is_marked_as_being_sent(store: Store) -> None:
    await tell(store, "有的")
    (row,) = await claim(store)
    assert (row.conversation_id, row.channel, row.reply) == (SHOPPER, "telegram", reply("有的"))
    assert (row.created_at, row.attempts) == (NOW, 0)
    assert await states(store) == ["sending"]


async def test_one_message_of_a_conversation_is_in_flight_and_the_next_follows(store: Store) -> None:
    await tell(store, "一", "二")
    await tell(store, "三")
    for expected in ("一", "二", "三"):
        (row,) = await claim(store)
        assert row.reply.text == expected
        assert await claim(store) == []
        await store.record_delivery(row.id, "sent", NOW, "77")
    assert await states(store) == ["sent"] * 3


async def test_a_claim_takes_the_oldest_and_no_more_than_asked(store: Store) -> None:
    for n in range(5):
        await tell(store, f"{n}", to=f"c{n}")
    assert texts(await claim(store, limit=2)) == ["0", "1"]
    assert texts(await claim(store, limit=9)) == ["2", "3", "4"]


async def test_only_the_channels_asked_for_are_claimed(store: Store) -> None:
    await tell(store, "网", to="web:1", channel="web")
    await tell(store, "电")
    assert texts(await claim(store)) == ["电"]
    assert texts(await claim(store, channels=("telegram", "web"))) == ["网"]
    assert await claim(store, channels=()) == []


@pytest.mark.parametrize("outcome", ["sent", "uncertain", "unreachable", "rejected", "dropped"])
async def test_whatever_became_of_a_message_the_next_one_follows(store: Store, outcome: Outcome) -> None:
    await tell(store, "一", "二")
    (row,) = await claim(store)
    await store.record_delivery(row.id, outcome, NOW)
    assert await states(store) == [outcome, "waiting"]
    assert texts(await claim(store)) == ["二"]


async def test_a_postponed_message_waits_and_still_goes_first(store: Store) -> None:
    await tell(store, "一", "二")
    await tell(store, "别人", to="telegram:2")
    (row, other) = await claim(store)
    await store.postpone_outbox(row.id, later(30))
    assert await claim(store, later(29)) == []
    await store.record_delivery(other.id, "sent", NOW)
    (again,) = await claim(store, later(30))
    assert (again.reply.text, again.attempts) == ("一", 1)


async def test_an_uncertain_send_can_be_settled_later(store: Store) -> None:
    await tell(store, "一", "二", "三")
    (row,) = await claim(store)
    await store.record_delivery(row.id, "uncertain", NOW)
    await claim(store)
    await store.record_delivery(row.id, "sent", NOW, "5")
    assert await states(store) == ["sent", "sending", "waiting"]
    assert await claim(store) == []


async def test_a_settled_send_stays_settled(store: Store) -> None:
    await tell(store, "一")
    (row,) = await claim(store)
    await store.record_delivery(row.id, "sent", NOW, "5")
    await store.record_delivery(row.id, "uncertain", NOW)
    await store.postpone_outbox(row.id, NOW)
    assert await states(store) == ["sent"]


@pytest.mark.parametrize("owner", ["agent", "closed"])
async def test_after_a_takeover_nothing_is_sent(store: Store, owner: Owner) -> None:
    await tell(store, "一", "二")
    await tell(store, owner=owner)
    await tell(store, "别人", to="telegram:2")
    assert texts(await claim(store, limit=1)) == ["别人"]
    assert await states(store) == ["dropped", "dropped"]


async def test_a_message_in_flight_at_the_takeover_is_the_last(store: Store) -> None:
    await tell(store, "一", "二")
    (row,) = await claim(store)
    await tell(store, owner="agent")
    await store.record_delivery(row.id, "sent", NOW)
    assert await claim(store) == []
    assert await states(store) == ["sent", "dropped"]


async def test_a_message_postponed_over_a_takeover_is_dropped(store: Store) -> None:
    await tell(store, "一")
    (row,) = await claim(store)
    await tell(store, owner="agent")
    await store.postpone_outbox(row.id, NOW)
    assert await claim(store) == []
    assert await states(store) == ["dropped"]


async def test_while_a_conversation_waits_for_a_person_the_honest_message_still_goes_out(store: Store) -> None:
    await tell(store, "请稍等，马上为您转接同事", owner="waiting")
    assert len(await claim(store)) == 1


async def test_what_is_told_after_handing_back_is_sent(store: Store) -> None:
    await tell(store, "一", owner="agent")
    assert await claim(store) == []
    await tell(store, "二", owner="bot")
    assert texts(await claim(store)) == ["二"]


async def test_two_processes_never_claim_the_same_message(opener: Opener) -> None:
    here, there = await opener(), await opener()
    for n in range(20):
        await tell(here, f"{n}", to=f"c{n}")
    claimed = []
    while rows := await claim(here, limit=3) + await claim(there, limit=2):
        claimed += texts(rows)
    assert sorted(claimed, key=int) == [str(n) for n in range(20)]
    assert len(set(claimed)) == 20


async def test_counts_tell_what_waits(store: Store) -> None:
    await tell(store, "一", "二")
    await tell(store, "三", to="telegram:2")
    first, _ = await claim(store)
    await store.record_delivery(first.id, "uncertain", NOW)
    counts = await store.counts()
    assert (counts["outbox.waiting"], counts["outbox.sending"], counts["outbox.uncertain"]) == (1, 1, 1)
