"""The agents' desk, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.app.boards import Parts, board_places, build_boards
from bot.app.people import People
from bot.app.photos import build_photos
from bot.app.shop import BuiltShop, Places, staff_renderer
from bot.settings import Secrets, Settings, held

if TYPE_CHECKING:
    from fastapi import APIRouter

    from bot.adapters.store_sqlite import SqliteStore
    from bot.service.log_in import LogIn
    from bot.service.show_photos import ShowPhotos
    from handlers.web.desk.hub import Hub
    from handlers.web.desk.live import Live


@dataclass(frozen=True, slots=True)
class Desk:
    log_in: LogIn
    hub: Hub
    live: Live
    routers: tuple[APIRouter, ...]


async def build_desk(
    settings: Settings,
    places: Places,
    built: BuiltShop,
    people: People,
    store: SqliteStore,
    photos: ShowPhotos | None = None,
) -> Desk:
    """``store`` must be open: the secret behind the forms lives in it."""
    from bot.adapters.jinja_renderer import JinjaPages, JinjaRenderer
    from bot.adapters.passwords import ArgonPasswords
    from bot.core.messages import Language
    from bot.service.log_in import LogIn
    from bot.service.report_promises import SettlePromise
    from bot.service.show_desk import ShowDesk
    from bot.service.suggest import Suggest
    from handlers.web.desk.acts import Acts
    from handlers.web.desk.board import Desk as Telling
    from handlers.web.desk.doors import Doors
    from handlers.web.desk.frame import Frame
    from handlers.web.desk.hub import Hub
    from handlers.web.desk.live import Live
    from handlers.web.desk.login import LogInPages
    from handlers.web.desk.photos import Photos
    from handlers.web.desk.talks import Talks

    root, zone = places.templates.parent, ZoneInfo(settings.shop.time_zone)
    staff, own = staff_renderer(places), JinjaRenderer(root / "desk", {}, ())
    languages: tuple[Language, ...] = ("zh", "en")
    words = {language: {**staff.labels(language), **own.labels(language)} for language in languages}
    name = built.shop.about.name
    log_in = LogIn(store, ArgonPasswords(), built.clock)
    doors = Doors(log_in, await store.secret("desk"), settings.server.base_url, plain_http=settings.desk.plain_http)
    frame = Frame(
        doors,
        JinjaPages(root),
        words,
        {language: name.get(language) for language in languages},
        settings.shop.default_language,
        board_places(),
    )
    show = ShowDesk(store, people.acts.context, Suggest(built.composer), built.clock)
    hub = Hub(store)
    photos = photos or build_photos(settings, places.data / "uploads", store, built.clock)
    first_response_seconds, max_photo_bytes = settings.people.first_response_seconds, settings.web.max_photo_bytes
    talks = Talks(frame, show, hub, photos, zone, first_response_seconds, max_photo_bytes)
    acts = Acts(talks, people.hand_over, people.run_case, SettlePromise(store, built.clock))
    live, pictures = Live(frame, show, hub), Photos(talks)
    talking = (LogInPages(frame).router(), talks.router(), acts.router(), live.router(), pictures.router())
    parts = Parts(settings, places, built, people, store)
    routers = (*talking, *build_boards(parts, Telling(frame, built.clock, zone, show.names), show))
    return Desk(log_in, hub, live, routers)


async def first_login(desk: Desk, secrets: Secrets, say: Callable[[str], None]) -> None:
    """On a new shop: one for ``admin``; a password that was made here is shown, once."""
    made = await desk.log_in.first(held(secrets.admin_password))
    if made is not None:
        say(f"  first log-in of the desk, shown once:  admin  {made}")
