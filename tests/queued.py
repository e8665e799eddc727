"""Rows for tests: messages waiting in an inbox, replies waiting in an outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.core.conversation import Owner
from bot.core.messages import Reply
from bot.core.ports import RawUpdate, Store, Turn

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def updates(*chats: int, channel: str = "telegram", first: int = 1, at: datetime = NOW) -> list[RawUpdate]:
    """One message for each of ``chats``, in this order."""
    return [
        RawUpdate(channel, str(number), f"{channel}:{chat}", "secret words", at)
        for number, chat in enumerate(chats, first)
    ]


async def queue_replies(store: Store, chat: int, *texts: str, channel: str = "telegram", at: datetime = NOW) -> None:
    """Replies to ``chat`` as a turn would queue them."""
    key = f"{channel}:{chat}"
    loaded = await store.load(key, channel)
    replies = tuple(Reply(text) for text in texts)
    await store.commit(Turn(None, loaded.version, loaded.conversation, (), replies, at))


async def give_to(owner: Owner, store: Store, chat: int, channel: str = "telegram") -> None:
    loaded = await store.load(f"{channel}:{chat}", channel)
    taken = replace(loaded.conversation, owner=owner)
    await store.commit(Turn(None, loaded.version, taken, (), (), NOW))


async def states(store: Store, chat: int, channel: str = "telegram") -> list[str]:
    """Of every reply ever queued to ``chat``."""
    return [state for _, state in await store.outbox(f"{channel}:{chat}")]
