"""One voice at a time: nothing of the bot is sent after a takeover, every word of a person once and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.store_sqlite import SqliteStore
from bot.core.events import ConversationClosed, Event, HandedBack, Reopened
from bot.core.messages import Reply
from bot.core.ports import OutboxRow
from tests.adapters.people_samples import by_person, happen, taken, waits
from tests.adapters.store_samples import NOW, SHOPPER, later, reply, states

_OWNER_CHANGES: dict[str, Event] = {
    "take": taken(),
    "back": HandedBack("anna"),
    "close": ConversationClosed("anna"),
    "reopen": Reopened(),
    "wait": waits(),
}


async def claim(store: SqliteStore) -> list[OutboxRow]:
    return await store.claim_outbox("w", later(9999), ["telegram"], 9)


async def all_sent(store: SqliteStore) -> list[str]:
    texts = []
    while rows := await claim(store):
        for row in rows:
            texts.append(row.reply.text)
            await store.record_delivery(row.id, "sent", NOW)
    return texts


async def test_words_of_people_are_sent_whoever_owns_the_conversation(sqlite: SqliteStore) -> None:
    await happen(sqlite, replies=(reply("机器一"), by_person("人一"), reply("机器二"), by_person("人二")))
    await happen(sqlite, taken(), replies=(by_person("人三"), reply("机器三")))
    await happen(sqlite, ConversationClosed("anna"), replies=(by_person("再见"),))
    assert await all_sent(sqlite) == ["人一", "人二", "人三", "再见"]
    assert await states(sqlite) == ["dropped", "sent", "dropped", "sent", "sent", "dropped", "sent"]


async def test_a_persons_message_names_what_it_passes_on_and_the_bots_names_nothing(sqlite: SqliteStore) -> None:
    said = (by_person("在的", "telegram:-1:5"), by_person("已同意"), Reply("您好", ref="telegram:-1:6"))
    await happen(sqlite, replies=said)
    queued = [row for row, _ in await sqlite.outbox(SHOPPER)]
    assert [(row.kind, row.ref) for row in queued] == [("person", "telegram:-1:5"), ("person", ""), ("", "")]
    assert [row.reply for row in queued] == list(said)


async def test_what_was_queued_before_a_takeover_stays_unsaid_when_the_bot_goes_on(sqlite: SqliteStore) -> None:
    await happen(sqlite, replies=(reply("一"), reply("二")))
    await happen(sqlite, taken())
    await happen(sqlite, HandedBack("anna"), replies=(reply("三"),))
    assert await all_sent(sqlite) == ["三"]


async def test_a_send_under_way_at_a_takeover_is_not_tried_again_when_the_bot_goes_on(sqlite: SqliteStore) -> None:
    await happen(sqlite, replies=(reply("一"),))
    (row,) = await claim(sqlite)
    await happen(sqlite, taken())
    await happen(sqlite, HandedBack("anna"), replies=(reply("二"),))
    await sqlite.postpone_outbox(row.id, NOW)
    assert await all_sent(sqlite) == ["二"]
    assert await states(sqlite) == ["dropped", "sent"]


async def test_a_persons_message_under_way_at_a_handover_is_tried_again(sqlite: SqliteStore) -> None:
    await happen(sqlite, taken(), replies=(by_person("一"), by_person("二")))
    (row,) = await claim(sqlite)
    await happen(sqlite, taken("bo"))
    await sqlite.postpone_outbox(row.id, NOW)
    assert await all_sent(sqlite) == ["一", "二"]


# --- whatever happens in whatever order ---

_STEPS = [*_OWNER_CHANGES, "take", "back", "bot", "bot", "person", "person", "claim", "claim", "sent", "postponed"]


@dataclass
class _Walk:
    """A conversation on a channel of its own, and what must come of it, kept in the plainest way."""

    store: SqliteStore
    channel: str
    #: Texts that may still be claimed, in order; the bot's leave it with a takeover.
    due: list[str] = field(default_factory=list)
    in_flight: OutboxRow | None = None
    #: A takeover came since: it is not tried again.
    last_try: bool = False
    sent: list[str] = field(default_factory=list)

    async def steps(self, steps: Sequence[str]) -> None:
        for number, step in enumerate(steps):
            if step == "claim":
                await self._claim()
            elif step in ("sent", "postponed"):
                await self._end_send(postponed=step == "postponed")
            else:
                await self._commit(step, number)

    async def _commit(self, step: str, number: int) -> None:
        events = (_OWNER_CHANGES[step],) if step in _OWNER_CHANGES else ()
        said = {"bot": (reply(f"b{number}"),), "person": (by_person(f"p{number}", f"r{number}"),)}.get(step, ())
        await happen(self.store, *events, to=self.channel, channel=self.channel, replies=said)
        self.due += [one.text for one in said]
        if (await self.store.load(self.channel, self.channel)).conversation.owner in ("agent", "closed"):
            self.due = [text for text in self.due if text.startswith("p")]
            self.last_try = self.in_flight is not None and not self.in_flight.reply.by

    async def _claim(self) -> None:
        rows = await self.store.claim_outbox("w", NOW, [self.channel], 9)
        if self.in_flight is not None or not self.due:
            assert rows == []
            return
        (self.in_flight,) = rows
        assert self.in_flight.reply.text == self.due.pop(0)
        self.last_try = False

    async def _end_send(self, *, postponed: bool) -> None:
        row, self.in_flight = self.in_flight, None
        if row is None:
            return
        if postponed:
            await self.store.postpone_outbox(row.id, NOW)
            self.due[:0] = [] if self.last_try else [row.reply.text]
        else:
            await self.store.record_delivery(row.id, "sent", NOW)
            self.sent.append(row.reply.text)


def test_whatever_happens_no_word_of_the_bot_follows_a_takeover_and_every_word_of_a_person_is_sent_once(
    path: Path,
) -> None:
    channels = (f"channel{n}" for n in count())

    async def go(store: SqliteStore, steps: list[str]) -> None:
        walk = _Walk(store, next(channels))
        await walk.steps([*steps, "sent", *["claim", "sent"] * len(steps)])
        persons = [f"p{number}" for number, step in enumerate(steps) if step == "person"]
        assert [text for text in walk.sent if text.startswith("p")] == persons
        assert {state for _, state in await store.outbox(walk.channel)} <= {"sent", "dropped"}

    with asyncio.Runner() as runner:
        store = SqliteStore(path)
        runner.run(store.open())

        @settings(max_examples=100)
        @given(st.lists(st.sampled_from(_STEPS), min_size=10, max_size=25))
        def any_order(steps: list[str]) -> None:
            runner.run(go(store, steps))

        any_order()
        runner.run(store.close())
