"""What the shop's own page needs of the outside: its part of the store, pages, pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.core.messages import Reply
from bot.core.ports import InboxRow, OutboxRow
from bot.core.transcript import Before, Page


class WebStore(Protocol):
    """What the page's chat needs beside :class:`Store`, by the same object. What writes is one transaction."""

    async def secret(self, name: str) -> bytes:
        """32 random bytes, made when first asked for and the same ever after."""
        ...

    async def claim_outbox_of(self, worker: str, now: datetime, conversation_id: str) -> OutboxRow | None:
        """As :meth:`Store.claim_outbox`, of one conversation, and at once even where a later try was agreed on."""
        ...

    async def keep_words(self, row_id: int, reply: Reply) -> None:
        """What a message says that is written just before it is sent, so that the transcript can tell it."""
        ...

    async def recover_channel(self, channel: str) -> int:
        """At start, before :meth:`Store.recover`: sends whose process died in flight wait again; how many.

        Only for a channel whose receivers drop what they have by its number.
        """
        ...

    async def waiting_among(self, conversation_ids: Sequence[str]) -> list[str]:
        """Those with something to be sent."""
        ...

    async def unhandled(self, conversation_id: str) -> list[InboxRow]:
        """What she sent and nobody has worked on yet, oldest first."""
        ...

    async def transcript(self, conversation_id: str, before: Before | None, limit: int) -> Page:
        """The newest ``limit`` lines, or those older than ``before``."""
        ...


class Pages(Protocol):
    """HTML of our own pages."""

    def page(self, name: str, data: Mapping[str, Any]) -> str:
        """``name`` below the templates folder (``shop/home.html``). Raises :class:`bot.core.errors.TemplateError`."""
        ...


class PhotoRefused(Exception):
    """Not a picture we take; the message names what is wrong with it and may be shown."""


class PhotoKeeper(Protocol):
    """Pictures that shoppers sent, made harmless; each is known within its owner's folder only."""

    async def keep(self, owner: str, content: bytes, photo_id: str = "", at: datetime | None = None) -> str:
        """The picture's id: ``photo_id`` (32 hex digits) where given, else the same for the same picture.

        ``at``: from when on its age counts; None: now. Raises :class:`PhotoRefused`.
        """
        ...

    async def forget(self, before: datetime) -> int:
        """Delete what was kept before then; how many pictures."""
        ...

    def path(self, owner: str, photo_id: str) -> str | None:
        """The file of a kept picture; None when ``owner`` has no such one."""
        ...


class PhotoSource(Protocol):
    """Pictures that still lie with a channel."""

    async def fetch(self, handle: str) -> bytes:
        """The content of a file, by the channel's own id of it. Raises :class:`bot.core.errors.ChannelError`."""
        ...
