"""Talk to the shop in the terminal, over the same store and the same service as every other channel."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from bot.core.messages import Incoming, Reply
from bot.core.ports import Clock, Store
from bot.service.converse import Converse

CHANNEL = "terminal"

#: How many replies are fetched at once.
_BATCH = 20


class TerminalChat:
    """One shopper at one keyboard. ``read`` returns the next line and raises EOFError at the end."""

    def __init__(
        self,
        store: Store,
        converse: Converse,
        clock: Clock,
        console: Console,
        read: Callable[[], str],
        shopper: str = "local",
    ) -> None:
        self._store = store
        self._converse = converse
        self._clock = clock
        self._console = console
        self._read = read
        self._conversation_id = f"{CHANNEL}:{shopper}"
        self._actions: list[str] = []

    async def run(self) -> None:
        """Until end of input, ``/quit`` or Ctrl-C."""
        await self._put(Incoming(CHANNEL, self._conversation_id, _fresh(), self._clock.now(), "start"))
        while True:
            try:
                line = self._read().strip()
            except (EOFError, KeyboardInterrupt):
                return
            if line in ("/quit", "/exit"):
                return
            if line:
                await self._put(self._incoming(line))

    def _incoming(self, line: str) -> Incoming:
        """A bare number presses the button shown under it; everything else is words."""
        if line.isdigit() and 1 <= int(line) <= len(self._actions):
            action = self._actions[int(line) - 1]
            return Incoming(CHANNEL, self._conversation_id, _fresh(), self._clock.now(), "button", action=action)
        return Incoming(CHANNEL, self._conversation_id, _fresh(), self._clock.now(), "text", line)

    async def _put(self, incoming: Incoming) -> None:
        await self._converse(incoming, None)
        self._actions = []
        while rows := await self._store.claim_outbox(CHANNEL, self._clock.now(), [CHANNEL], _BATCH):
            for row in rows:
                self._show(row.reply)
                await self._store.record_delivery(row.id, "sent", self._clock.now())

    def _show(self, reply: Reply) -> None:
        body = escape(reply.text)
        if reply.photo:
            body = f"[dim]({escape(reply.photo)})[/dim]\n{body}"
        for button in reply.buttons:
            self._actions.append(button.action)
            body += f"\n[cyan]\\[{len(self._actions)}][/cyan] {escape(button.label)}"
        self._console.print(Panel(body, title="小二", title_align="left", border_style="green", width=90))


def _fresh() -> str:
    return uuid.uuid4().hex
