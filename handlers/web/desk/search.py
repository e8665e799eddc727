"""``/desk/search``: chats, orders and shoppers by a word, a name or a number."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from bot.core.money import yuan
from bot.service.log_in import Entered
from bot.service.search import LEAST_CHARS, FoundLine, FoundOrder, Search
from handlers.web.desk.board import Board, Desk
from handlers.web.desk.reader import talk_url

_AROUND = 60


class SearchPage:
    def __init__(self, desk: Desk, search: Search) -> None:
        self._board = Board(desk.frame, "/desk/search", "search.html", lambda staff: staff.active)
        self._desk = desk
        self._search = search

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/desk/search", include_in_schema=False)
        router.add_api_route("", self._board.show(self.page), methods=["GET"])
        return router

    async def page(self, request: Request, entered: Entered) -> Response:
        typed = " ".join(request.query_params.get("q", "").split())[:60]
        words = self._desk.frame.words(self._desk.frame.language(request))
        found, names = await self._search(entered.staff, typed), await self._desk.names()
        speakers = {"shopper": words["customer"], "bot": words["who.bot"]}

        def line(one: FoundLine) -> dict[str, Any]:
            who = speakers.get(one.line.who) or names.get(one.line.staff_id, one.line.staff_id)
            at = self._desk.moment(one.line.at)
            return {
                "url": talk_url(one.talk.id),
                "name": one.talk.name or one.talk.id,
                "who": who,
                "at": at,
                "words": _around(one.line.text, typed),
            }

        def order(one: FoundOrder) -> dict[str, Any]:
            return {
                "no": one.order.order_no,
                "url": talk_url(one.order.conversation_id) if one.order.conversation_id else "",
                "status": words[f"status.{one.order.status}"],
                "total": yuan(one.order.total_fen),
                "person": one.person,
                "place": one.place,
                "at": self._desk.moment(one.order.created_at),
            }

        data = {
            "typed": typed,
            "short": 0 < len(typed) < LEAST_CHARS,
            "talks": [{"url": talk_url(talk.id), "name": talk.name or talk.id, "id": talk.id} for talk in found.talks],
            "lines": [line(one) for one in found.lines],
            "orders": [order(one) for one in found.orders],
        }
        return self._board.page(request, entered, data)


def _around(text: str, typed: str) -> str:
    """What was looked for, with some words on both sides."""
    flat = " ".join(text.split())
    at = max(0, flat.casefold().find(typed.casefold()))
    start, end = max(0, at - _AROUND), at + len(typed) + _AROUND
    return f"{'…' if start else ''}{flat[start:end]}{'…' if end < len(flat) else ''}"
