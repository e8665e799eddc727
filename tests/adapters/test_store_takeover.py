"""One voice at a time: nothing of the bot is sent after a takeover, every word of a person once and in order."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.store_sqlite import SqliteStore
from bot.core.events import ConversationClosed, Event, HandedBack, Reopened
from bot.core.messages import Reply
from bot.core.ports import OutboxRow, Outcome
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


@dataclass
class _Model:
    """What must come of it, kept in the plainest way."""

    owner: str = "bot"
    #: Texts that may still be claimed, in order; a bot's text leaves it with a takeover.
    due: list[str] = field(default_factory=list)
    in_flight: OutboxRow | None = None
    #: It was the bot's, and a takeover came since: it is not tried again.
    last_try: bool = False
    sent: list[str] = field(default_factory=list)

    def changed(self, owner: str, texts: Sequence[str]) -> None:
        self.owner = owner
        self.due += texts
        if owner in ("agent", "closed"):
            self.due = [text for text in self.due if text.startswith("p")]
            self.last_try = self.in_flight is not None and not self.in_flight.reply.by


async def _commit(store: SqliteStore, model: _Model, step: str, number: int) -> None:
    events = (_OWNER_CHANGES[step],) if step in _OWNER_CHANGES else ()
    said = {"bot": (reply(f"b{number}"),), "person": (by_person(f"p{number}", f"r{number}"),)}.get(step, ())
    await happen(store, *events, replies=said)
    owner = (await store.load(SHOPPER, "telegram")).conversation.owner
    model.changed(owner, [one.text for one in said])


async def _claim(store: SqliteStore, model: _Model) -> None:
    rows = await claim(store)
    if model.in_flight is not None or not model.due:
        assert rows == []
        return
    (model.in_flight,) = rows
    assert model.in_flight.reply.text == model.due.pop(0)
    model.last_try = False


async def _end_send(store: SqliteStore, model: _Model, outcome: Outcome | None) -> None:
    row, model.in_flight = model.in_flight, None
    if row is None:
        return
    if outcome is not None:
        await store.record_delivery(row.id, outcome, NOW)
        model.sent.append(row.reply.text)
        return
    await store.postpone_outbox(row.id, NOW)
    if not model.last_try:
        model.due.insert(0, row.reply.text)


async def _walk(steps: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, model = SqliteStore(Path(folder) / "shop.db"), _Model()
        await store.open()
        for number, step in enumerate([*steps, "sent", *["claim", "sent"] * len(steps)]):
            if step == "claim":
                await _claim(store, model)
            elif step in ("sent", "uncertain", "postponed"):
                outcomes: dict[str, Outcome] = {"sent": "sent", "uncertain": "uncertain"}
                await _end_send(store, model, outcomes.get(step))
            else:
                await _commit(store, model, step, number)
        assert model.due == []
        persons = [f"p{number}" for number, step in enumerate(steps) if step == "person"]
        assert [text for text in model.sent if text.startswith("p")] == persons
        assert set(await states(store)) <= {"sent", "uncertain", "dropped"}
        await store.close()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*_OWNER_CHANGES, "bot", "bot", "person", "person", "claim", "claim", "sent", "postponed"]),
        max_size=25,
    )
)
def test_no_word_of_the_bot_after_a_takeover_and_every_word_of_a_person_once(steps: list[str]) -> None:
    asyncio.run(_walk(steps))
