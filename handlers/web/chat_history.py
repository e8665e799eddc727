"""What was said so far, a page at a time, as the page shows it."""

from __future__ import annotations

import re
from typing import Any, Final

from bot.core.ports_web import WebStore
from bot.core.transcript import Before
from handlers.web.chat_view import ChatView

#: Lines a page begins with, and lines of each older piece.
PAGE_LINES: Final = 30

_BEFORE: Final = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})")


class ChatHistory:
    def __init__(self, store: WebStore, view: ChatView) -> None:
        self._store = store
        self._view = view

    async def newest(self, conversation_id: str) -> dict[str, Any]:
        """The last lines, and what of hers nobody has worked on yet."""
        # In this order: what is worked on in between stands in both, and the page knows it as one.
        waiting = [self._view.unhandled(row) for row in await self._store.unhandled(conversation_id)]
        page = await self.page(conversation_id, None)
        known = {line["id"] for line in page["lines"]}
        return {**page, "lines": page["lines"] + [line for line in waiting if line["id"] not in known]}

    async def page(self, conversation_id: str, before: Before | None) -> dict[str, Any]:
        """``before``: hand it back for the piece before this one; empty: nothing is older."""
        found = await self._store.transcript(conversation_id, before, PAGE_LINES)
        lines = [self._view.line(line) for line in found.lines]
        return {"lines": lines, "before": f"{found.before.seq}.{found.before.row_id}" if found.before else ""}


def read_before(text: str) -> Before | None:
    """None when it is none of ours."""
    found = _BEFORE.fullmatch(text)
    return Before(int(found[1]), int(found[2])) if found else None
