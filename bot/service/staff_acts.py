"""Store what a person, or the clock, did to a conversation: load, decide, render, one commit, again on a conflict."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from bot.core import events as e
from bot.core.case_effects import Context
from bot.core.errors import AlreadyHandled, Conflict, TemplateError
from bot.core.messages import Reply
from bot.core.move import Move, Told
from bot.core.ports import Clock, Renderer, Store, Turn
from bot.core.ports_people import PeopleStore
from bot.service.look_up import look_up

log = logging.getLogger(__name__)

R = TypeVar("R")

#: Somebody else's commit came first so often before it is given up.
MAX_TRIES = 20


class FullStore(Store, PeopleStore, Protocol):
    """Both ports, one object."""


#: Staff change while the shop runs, so what they are is looked up for every act.
ContextNow = Callable[[], Awaitable[Context]]


class Acts:
    def __init__(self, store: FullStore, renderer: Renderer, clock: Clock, context: ContextNow) -> None:
        self.store = store
        self.clock = clock
        self._renderer = renderer
        self.context = context

    async def act(
        self,
        conversation_id: str,
        channel: str,
        decide: Callable[[Move, Context], R],
        inbox_id: int | None = None,
    ) -> R | None:
        """What ``decide`` answered, stored with all it did; decided anew when the conversation changed meanwhile.

        The inbox row is done in the same commit. None: that row was handled before, and nothing was done.
        Raises Conflict when the conversation kept changing.
        """
        context = await self.context()
        for attempt in range(1, MAX_TRIES + 1):
            now = self.clock.now()
            loaded = await self.store.load(conversation_id, channel)
            move = Move(loaded.conversation, loaded.orders, loaded.cases, now)
            result = decide(move, context)
            if seen := await look_up(self.store, context.shop, move.changed_cases):
                move = Move(loaded.conversation, loaded.orders, loaded.cases, now, seen)
                result = decide(move, context)
            if not _changed(move):
                if inbox_id is not None:
                    await self.store.finish_inbox(inbox_id, now)
                return result
            try:
                await self.store.commit(self._turn(move, loaded.version, inbox_id))
            except AlreadyHandled:
                return None
            except Conflict:
                if attempt == MAX_TRIES:
                    raise
            else:
                return result
        raise AssertionError("unreachable")

    def _turn(self, move: Move, version: int, inbox_id: int | None) -> Turn:
        replies = list[Reply]()
        for told in move.told:
            reply = told if isinstance(told, Reply) else self._render(told, move)
            if reply is None:
                continue
            replies.append(reply)
            if not isinstance(told, Reply):
                move.happen(e.BotSpoke(reply.template, reply.text, reply.source))
        return Turn(
            inbox_id=inbox_id,
            version=version,
            conversation=move.conversation,
            events=tuple(move.events),
            replies=tuple(replies),
            at=move.now,
            orders=move.changed_orders,
            cases=move.changed_cases,
            promised=tuple(move.promised),
        )

    def _render(self, told: Told, move: Move) -> Reply | None:
        """None: the words cannot be made. A broken template of ours must not keep a person from a chat, or a case from
        its people; what somebody decided is never left unsaid."""
        try:
            reply = self._renderer.render(told.say, move.language, move.conversation.channel)
        except TemplateError as problem:
            if told.by and told.say.template == "text":
                raise
            log.error("%s was left out in %s: %s", told.say.template, move.conversation.id, problem)
            return None
        return Reply(reply.text, reply.buttons, reply.photo, reply.template, reply.source, by=told.by)


def _changed(move: Move) -> bool:
    return bool(move.events or move.told or move.changed_cases or move.changed_orders or move.promised)
