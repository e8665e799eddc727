"""Send one queued reply and write down what became of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.core.errors import Rejected, RetryLater, StoreError, Uncertain, Unreachable
from bot.core.messages import Reply
from bot.core.ports import Channel, Clock, OutboxRow, Outcome, Store, Told, Written

log = logging.getLogger(__name__)

#: Between tries to write down what became of a send, in seconds.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 30.0
#: When the order could not be read.
_READ_AGAIN = timedelta(seconds=1)


#: Writes a message that is only now worth writing; None when there is no reason for it any more.
Writer = Callable[[OutboxRow], Awaitable[Written | None]]


@runtime_checkable
class Changes(Protocol):
    """A channel that can change what it sent."""

    async def edit(self, conversation_id: str, platform_id: str, text: str) -> None: ...


@runtime_checkable
class KnowsSent(Protocol):
    """A store that keeps people (:class:`bot.core.ports_people.PeopleStore`)."""

    async def sent_ids(self, ref: str) -> list[str]: ...


async def deliver(
    row: OutboxRow,
    channel: Channel,
    store: Store,
    clock: Clock,
    longest_wait_seconds: float = 86_400.0,
    write: Writer | None = None,
) -> Outcome | datetime:
    """The outcome, already recorded; or the moment of the next try when the platform asked to wait.

    ``row`` must be freshly claimed: claiming is what checks that the bot still owns the conversation; that is looked at
    once more just before the send.
    A send whose fate is unknown is recorded as uncertain and never repeated. ``write`` makes the words of rows of a
    kind: it looks at the order once more, at the last moment.
    """
    try:
        ready = await _ready(row, store, write)
    except StoreError:
        until = clock.now() + _READ_AGAIN
        await put_back(row, until, store)
        return until
    if isinstance(ready, str):
        await _until_stored(row, lambda: store.record_delivery(row.id, ready, clock.now()))
        return ready
    reply, told = ready
    try:
        platform_id, outcome = await _send(row.conversation_id, reply, channel, store), _SENT
    except RetryLater as error:
        until = clock.now() + timedelta(seconds=min(max(0.0, error.after_seconds), longest_wait_seconds))
        await put_back(row, until, store)
        return until
    except Exception as error:
        platform_id, outcome = "", _outcome_of(error, row)
    await _until_stored(row, lambda: store.record_delivery(row.id, outcome, clock.now(), platform_id, told))
    return outcome


async def _send(conversation_id: str, reply: Reply, channel: Channel, store: Store) -> str:
    """A new message, or the new words of one sent before; where a channel cannot change any, a message that says so."""
    if not reply.edits:
        return await channel.send(conversation_id, reply)
    sent = await store.sent_ids(reply.ref) if isinstance(store, KnowsSent) else []
    if not sent:
        raise Rejected("what is to be changed never arrived")
    if not isinstance(channel, Changes):
        return await channel.send(conversation_id, replace(reply, text=f"✎ {reply.text}"))
    await channel.edit(conversation_id, sent[0], reply.text)
    return sent[0]


async def _ready(row: OutboxRow, store: Store, write: Writer | None) -> tuple[Reply, Told | None] | Outcome:
    """What to send now, or what becomes of a row that is not sent. Last, and without a pause before the send, comes
    the look whether a person took over since the claim: what was not begun by then never is."""
    reply, told = row.reply, None
    if row.kind == "reminder":
        written = await _written(row, write)
        if isinstance(written, str):
            return written
        reply, told = written.reply, written.told
    if not reply.by and await store.silenced(row.conversation_id):
        return "dropped"
    return reply, told


async def _written(row: OutboxRow, write: Writer | None) -> Written | Outcome:
    """The words, or what becomes of a row that has none; nothing was sent then."""
    try:
        written = await write(row) if write else None
    except StoreError:
        raise
    except Exception as error:
        # A broken template promises nothing, and must not hold up the conversation.
        log.error("outbox row %d: a %s could not be written: %s", row.id, row.kind, type(error).__name__)
        return "rejected"
    return written or "dropped"


async def put_back(row: OutboxRow, until: datetime, store: Store) -> None:
    """Nothing was sent; the row may be claimed again from ``until`` on."""
    await _until_stored(row, lambda: store.postpone_outbox(row.id, until))


_SENT: Outcome = "sent"


def _outcome_of(error: Exception, row: OutboxRow) -> Outcome:
    if isinstance(error, Unreachable):
        return "unreachable"
    if isinstance(error, Rejected):
        log.error("outbox row %d: refused by %s as malformed", row.id, row.channel)
        return "rejected"
    if not isinstance(error, Uncertain):
        # A mistake of ours, somewhere on the way out: nobody knows whether the request had left.
        log.error("outbox row %d: %s while sending on %s", row.id, type(error).__name__, row.channel)
    return "uncertain"


async def _until_stored(row: OutboxRow, write: Callable[[], Awaitable[None]]) -> None:
    """Tried until it is stored: a row whose fate stays unrecorded would hold up its conversation."""
    pause = _FIRST_PAUSE
    while True:
        try:
            return await write()
        except StoreError:
            log.error("outbox row %d: its fate could not be stored, trying again in %.1f s", row.id, pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
