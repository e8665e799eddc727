"""``/desk/reminders``: today's rounds, who is left out of the next one and why, and whom to call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from bot.core.calls import MOST_CHARS, OUTCOMES, CallTick, may_call
from bot.core.messages import Language
from bot.core.money import yuan
from bot.core.nudges import Skip
from bot.service.log_in import Entered
from bot.service.reminder_board import Call, NextRound, ReminderBoard
from handlers.web.desk.board import Board, Desk, field
from handlers.web.desk.doors import Form


class Reminders:
    def __init__(self, desk: Desk, reminders: ReminderBoard) -> None:
        self._board = Board(desk.frame, "/desk/reminders", "reminders.html", may_call)
        self._desk = desk
        self._frame = desk.frame
        self._reminders = reminders

    def router(self) -> APIRouter:
        router, board = APIRouter(prefix="/desk/reminders", include_in_schema=False), self._board
        router.add_api_route("", board.show(self.page), methods=["GET"])
        router.add_api_route("/show", board.act(self.reveal), methods=["POST"])
        router.add_api_route("/tick", board.act(self.tick), methods=["POST"])
        return router

    async def page(self, request: Request, entered: Entered) -> Response:
        return await self._page(request, entered)

    async def reveal(self, request: Request, entered: Entered, form: Form) -> Response:
        order_no = field(form, "order")
        if not await self._reminders.reveal(entered.staff, order_no):
            return await self._page(request, entered, "", "calls.not")
        return await self._page(request, entered, order_no)

    async def tick(self, request: Request, entered: Entered, form: Form) -> Response:
        outcome, words = field(form, "outcome"), field(form, "words")[:MOST_CHARS]
        if outcome not in OUTCOMES:
            return await self._page(request, entered, "", "calls.not")
        tick = CallTick(field(form, "order"), self._desk.clock.now(), "", outcome, words)
        if not await self._reminders.tick(tick, entered.staff):
            return await self._page(request, entered, "", "calls.not")
        return self._board.back("ticked")

    async def _page(self, request: Request, entered: Entered, asked_for: str = "", problem: str = "") -> Response:
        language = self._frame.language(request)
        words = self._frame.words(language)
        today, names = await self._reminders.today(), await self._desk.names()
        data = {
            "runs": [
                {"at": f"{run.at:%H:%M}", "state": words[f"round.{run.state}"], "considered": run.considered}
                | {"reminded": run.reminded}
                for run in today.runs
            ],
            "ahead": [f"{at:%H:%M}" for at in today.ahead],
            "reminded": [
                {
                    "order": one.order_no,
                    "at": f"{one.at:%H:%M}",
                    "outcome": words[f"outcome.{one.outcome or 'waiting'}"],
                }
                for one in today.reminded
            ],
            "next": self._next(today.next, words) if today.next else None,
            "calls": [
                self._call(call, language, names) for call in await self._reminders.calls(entered.staff, asked_for)
            ],
            "outcomes": [{"id": one, "name": words[f"calls.{one}"]} for one in OUTCOMES],
        }
        return self._board.page(request, entered, data, words[problem] if problem else "")

    def _next(self, found: NextRound, words: Mapping[str, str]) -> dict[str, Any]:
        return {
            "at": self._moment(found.due_at),
            "remind": found.remind,
            "left_out": [{"name": words[f"skip.{reason}"], "count": count} for reason, count in found.left_out],
            "orders": [
                {"no": one.order.order_no, "why": words[f"skip.{one.reason}"] if isinstance(one, Skip) else ""}
                for one in found.decisions
            ],
            "more": found.more,
        }

    def _call(self, call: Call, language: Language, names: Mapping[str, str]) -> dict[str, Any]:
        order, tick, words = call.row.order, call.tick, self._frame.words(language)
        last = (
            words["calls.last"].format(
                what=words[f"calls.{tick.outcome}"],
                who=names.get(tick.staff_id, tick.staff_id),
                at=self._moment(tick.at),
            )
            if tick
            else ""
        )
        return {
            "order": order.order_no,
            "reason": words[f"skip.{call.row.reason}"],
            "name": call.name,
            "phone": call.phone,
            "whole": call.open,
            "total": yuan(order.total_fen),
            "goods": "、".join(f"{line.name.get(language)} ×{line.quantity}" for line in order.lines[:3]),
            "since": self._moment(call.row.since),
            "last": last,
            "words": tick.words if tick else "",
        }

    def _moment(self, at: datetime) -> str:
        return self._desk.moment(at)
