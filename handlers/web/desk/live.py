"""``/desk/live``: what changed, as server-sent events; the page asks for the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from bot.core.errors import StoreError
from bot.service.log_in import Entered
from bot.service.show_desk import ShowDesk
from handlers.web.desk.doors import Form
from handlers.web.desk.frame import HEADERS, Frame
from handlers.web.desk.hub import Hub, News

#: Whether somebody may still listen is looked at so often, and the connection kept from falling asleep.
_BEAT_SECONDS: Final = 10.0


class Live:
    def __init__(self, frame: Frame, show: ShowDesk, hub: Hub, beat_seconds: float = _BEAT_SECONDS) -> None:
        self._frame = frame
        self._show = show
        self._hub = hub
        self._beat_seconds = beat_seconds

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/desk", include_in_schema=False)
        router.add_api_route("/live", self._frame.show(self.live), methods=["GET"])
        router.add_api_route("/t/{talk_id}/writing", self._frame.act(self.writing), methods=["POST"])
        return router

    async def live(self, request: Request, entered: Entered) -> Response:
        talk_id = request.query_params.get("talk", "")
        if talk_id and await self._show.allowed(entered.staff, talk_id) is None:
            return Response(status_code=404, headers=HEADERS)
        headers = {**HEADERS, "X-Accel-Buffering": "no"}
        return StreamingResponse(self._events(request, entered, talk_id), 200, headers, "text/event-stream")

    async def writing(self, request: Request, entered: Entered, form: Form) -> Response:
        talk_id = request.path_params["talk_id"]
        talk = await self._show.allowed(entered.staff, talk_id)
        if talk is None:
            return Response(status_code=404, headers=HEADERS)
        self._hub.writing(entered.staff, talk_id)
        # A note, or what somebody writes who does not have her, promises her no answer.
        if form.get("mode") == "say" and talk.owner == "agent" and talk.agent_id == entered.staff.staff_id:
            self._hub.writing_to_her(talk_id)
        return Response(status_code=204, headers=HEADERS)

    async def _events(self, request: Request, entered: Entered, talk_id: str) -> AsyncIterator[str]:
        with self._hub.join(entered.staff, talk_id) as listener:
            if listener is None:
                return
            # Whatever happened while the page was away shows in these marks.
            yield f"retry: 1000\n{_event(News('queue'))}"
            if talk_id:
                yield _event(News("talk", await self._show.mark(talk_id)))
            while True:
                try:
                    async with asyncio.timeout(self._beat_seconds):
                        news = await listener.news.get()
                except TimeoutError:
                    if not await self._still_in(request, entered, talk_id):
                        yield _event(News("out"))
                        return
                    yield ": still here\n\n"
                    continue
                if news.kind == "end":
                    return
                yield _event(news)

    async def _still_in(self, request: Request, entered: Entered, talk_id: str) -> bool:
        try:
            now = await self._frame.doors.who(request)
            if now is None or now.token_hash != entered.token_hash:
                return False
            return not talk_id or await self._show.allowed(now.staff, talk_id) is not None
        except StoreError:
            return True


def _event(news: News) -> str:
    words = " ".join(news.words.splitlines())
    return f"event: {news.kind}\ndata: {words}\n\n"
