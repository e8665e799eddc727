"""The chat of the shop's pages, put together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app.photos import build_photos
from bot.core.catalogue import Shop
from bot.core.messages import Incoming
from bot.core.ports import Clock
from bot.service.deliver import Writer
from bot.service.take_in import TakeIn
from bot.settings import Settings

if TYPE_CHECKING:
    from fastapi import APIRouter

    from bot.adapters.store_sqlite import SqliteStore
    from bot.service.show_photos import ShowPhotos
    from handlers.loops.metrics import Metrics
    from handlers.loops.staff_names import StaffNames
    from handlers.loops.web_pump import WebPump
    from handlers.web.chat_handler import ChatHandler
    from handlers.web.chat_room import Rooms


@dataclass(frozen=True, slots=True)
class WebChat:
    handler: ChatHandler
    pump: WebPump
    names: StaffNames
    rooms: Rooms
    routers: tuple[APIRouter, ...]


async def build_web_chat(
    settings: Settings,
    shop: Shop,
    clock: Clock,
    store: SqliteStore,
    uploads: Path,
    take_in: TakeIn,
    converse: Callable[[Incoming, int], Awaitable[object]],
    write: Writer,
    metrics: Metrics,
    user_secret: bytes = b"",
    photos: ShowPhotos | None = None,
) -> WebChat:
    """``store`` must be open: the secret behind the tokens lives in it. ``uploads``: the folder that photos go to."""
    from handlers.loops.staff_names import StaffNames
    from handlers.loops.web_pump import WebPump
    from handlers.web.chat_handler import ChatHandler
    from handlers.web.chat_history import ChatHistory
    from handlers.web.chat_http import ChatHttp, HttpLimits
    from handlers.web.chat_room import Rooms
    from handlers.web.chat_socket import ChatLimits, ChatSocket
    from handlers.web.chat_view import ChatView
    from handlers.web.origins import Origins
    from handlers.web.rates import Rate
    from handlers.web.visitors import Visitors

    web, secret = settings.web, await store.secret("web")
    names = StaffNames(store)
    view, visitors, origins = ChatView(shop, secret, names), Visitors(secret), Origins(web.allowed_origins)
    rooms = Rooms(view, web.max_sockets, web.max_sockets_per_visitor)
    pump = WebPump(store, rooms, clock, write=write, metrics=metrics)
    rooms.serve = lambda room: pump.serve(room, lambda: rooms.close(room))
    history, photos = ChatHistory(store, view), photos or build_photos(settings, uploads, store, clock)
    limits = ChatLimits(
        settings.limits.max_text_chars,
        Rate(web.messages_per_minute, max(1, web.messages_per_minute / 3)),
        Rate(web.messages_per_minute_per_address, max(1, web.messages_per_minute_per_address / 3)),
        Rate(60, 30),
    )
    http_limits = HttpLimits(
        web.max_photo_bytes,
        Rate(web.sessions_per_minute_per_address, web.sessions_per_minute_per_address),
        Rate(web.photos_per_minute, web.photos_per_minute),
        # New visitors cost nothing, so what fills the disk is bounded by where it comes from too.
        Rate(10 * web.photos_per_minute, 10 * web.photos_per_minute),
        Rate(120, 60),
    )
    socket = ChatSocket(take_in, rooms, visitors, view, history, photos.keeper, origins, limits, clock, user_secret)
    http = ChatHttp(visitors, history, photos, origins, http_limits)
    return WebChat(ChatHandler(converse, rooms), pump, names, rooms, (socket.router(), http.router()))
