"""From a stored update to the handler of its kind."""

from __future__ import annotations

from aiogram import Bot, Dispatcher
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from bot.core.ports import Channel, Clock, InboxRow, Store
from handlers.loops.inbox_worker import SetAside
from handlers.telegram.asides import Asides
from handlers.telegram.buttons import Buttons
from handlers.telegram.errors import Unhandled, check_complete, raise_errors_again
from handlers.telegram.shopper import Converse, Shopper
from handlers.telegram.staff import StaffDesk
from handlers.telegram.updates import KINDS


class TelegramHandler:
    """The inbox worker's handler for the channel ``telegram``. Raises whatever the handlers raise.

    ``desk``: handles the updates of the staff group; without one every group is left alone.
    """

    def __init__(
        self,
        bot: Bot,
        converse: Converse,
        store: Store,
        channel: Channel,
        clock: Clock,
        *,
        typing_after_seconds: float = 0.8,
        desk: StaffDesk | None = None,
    ) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._asides = Asides()
        # No state machine: the conversation is the store's, and aiogram's would cost a lookup per update.
        self.dispatcher = Dispatcher(disable_fsm=True)
        # Straight on the dispatcher: every router below it is one more chain of calls for every update.
        raise_errors_again(self.dispatcher)
        shopper = Shopper(converse, store, channel, clock, self._asides, typing_after_seconds, desk)
        shopper.register(self.dispatcher)
        Buttons(bot, shopper, self._asides, desk).register(self.dispatcher)
        check_complete(self.dispatcher, KINDS)

    async def __call__(self, row: InboxRow) -> None:
        update = self._parse(row)
        try:
            kind = update.event_type
        except UpdateTypeLookupError:
            kind = ""
        if kind not in KINDS:
            # Checked here because aiogram would warn with the whole update, shopper's words included.
            await self._store.finish_inbox(row.id, self._clock.now())
            return
        # feed_update, not feed_raw_update: that one logs an error's message, which may quote the shopper.
        if await self.dispatcher.feed_update(self._bot, update, row=row) is UNHANDLED:
            raise Unhandled(kind)

    async def close(self) -> None:
        await self._asides.close()

    def _parse(self, row: InboxRow) -> Update:
        try:
            return Update.model_validate_json(row.payload, context={"bot": self._bot})
        except ValidationError as error:
            raise SetAside(f"not an update of the Bot API ({error.error_count()} faults)") from None
