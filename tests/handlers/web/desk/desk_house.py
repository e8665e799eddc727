"""The desk on a real store with the demo shop, reached as a browser reaches it, and people of every role."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from bot.adapters.store_sqlite import SqliteStore
from bot.app.desk import Desk, build_desk
from bot.app.people import People, build_people
from bot.app.photos import build_photos
from bot.app.shop import BuiltShop, Places
from bot.core.cases import ROLES
from bot.core.messages import Incoming
from bot.core.people import Staff
from bot.core.ports_web import PhotoSource
from bot.service.converse import Converse
from bot.settings import Settings
from handlers.web.app import build_web
from tests.demo import ROOT, demo_composer, demo_renderer, demo_shop, demo_understanding
from tests.fakes import FakeClock
from tests.service.people import ANN, BEN, MAX, MORNING, SUE

PASSWORD = "a long enough password"
#: One colleague of every role that only acts behind the counter, or about its own matters.
OTHERS = tuple(Staff(f"X-{role}"[:16], f"同事{role}", (role,)) for role in ROLES if role not in ("agent", "manager"))
STAFF = (ANN, BEN, SUE, MAX, *OTHERS)
TALK = "web:AAAAAAAAAAAAAAAAAAAAAA"
OTHER_TALK = "web:BBBBBBBBBBBBBBBBBBBBBB"


class Form(HTMLParser):
    """The hidden fields of the first form that has a token."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag == "input" and at.get("type") == "hidden" and at.get("name") not in self.fields:
            self.fields[at["name"] or ""] = at.get("value") or ""


@dataclass
class Agent:
    """Somebody's browser."""

    http: httpx.AsyncClient
    staff: Staff
    csrf: str = ""

    async def log_in(self, password: str = PASSWORD, login: str = "") -> httpx.Response:
        form = Form((await self.http.get("/desk/login")).text).fields
        form |= {"login": login or self.staff.staff_id, "password": password}
        answer = await self.http.post("/desk/login", data=form)
        if answer.status_code == 303:
            page = await self.http.get("/desk")
            self.csrf = Form(page.text).fields["csrf"]
        return answer

    async def get(self, path: str, *, piece: bool = False) -> httpx.Response:
        return await self.http.get(path, headers={"HX-Request": "true"} if piece else None)

    async def do(self, path: str, **fields: str) -> httpx.Response:
        data = {"csrf": self.csrf} | {name.rstrip("_"): value for name, value in fields.items()}
        return await self.http.post(path, data=data, headers={"HX-Request": "true"})

    async def say(self, text: str, talk: str = TALK, **fields: str) -> httpx.Response:
        return await self.do(f"/desk/t/{talk}/say", text=text, mode=fields.pop("mode", "say"), **fields)


@dataclass
class DeskHouse:
    app: FastAPI
    desk: Desk
    store: SqliteStore
    people: People
    clock: FakeClock
    converse: Converse
    stack: AsyncExitStack
    #: Where photos of shoppers are kept.
    uploads: Path
    #: Where pictures are fetched from, by channel.
    sources: dict[str, PhotoSource]
    _messages: int = 0
    _agents: dict[str, Agent] = field(default_factory=dict)

    async def shopper(self, text: str, talk: str = TALK, name: str = "", **more: Any) -> str:
        self._messages += 1
        said = Incoming("web", talk, f"m{self._messages}", self.clock.now(), text=text, sender_name=name, **more)
        composed = await self.converse(said, None)
        return "\n".join(reply.text for reply in composed.replies) if composed else ""

    async def told(self, talk: str = TALK) -> list[str]:
        return [row.reply.text for row, _ in await self.store.outbox(talk)]

    async def browser(self, staff: Staff, address: str = "127.0.0.1", base: str = "http://127.0.0.1:8080") -> Agent:
        """Not logged in."""
        transport = httpx.ASGITransport(self.app, client=(address, 50_000))
        http = await self.stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=base))
        return Agent(http, staff)

    async def agent(self, staff: Staff) -> Agent:
        """Logged in."""
        if staff.staff_id not in self._agents:
            await self.desk.log_in.set_password(staff.staff_id, PASSWORD)
            agent = await self.browser(staff)
            assert (await agent.log_in()).status_code == 303
            self._agents[staff.staff_id] = agent
        return self._agents[staff.staff_id]

    async def order(self, talk: str = TALK, person: str = "张三 13800138000 西湖区文三路1号") -> str:
        """She orders; the order's number."""
        await self.shopper("我要两件重磅T恤 黑色XL 寄到杭州", talk)
        await self.shopper(person, talk)
        placed = await self.shopper("确认下单", talk)
        found = re.search(r"XE\d{14}", placed)
        assert found, placed
        return found[0]


@asynccontextmanager
async def desk_house(folder: Path, settings: Mapping[str, Any] | None = None) -> AsyncIterator[DeskHouse]:
    clock = FakeClock(MORNING)
    async with AsyncExitStack() as stack:
        store = SqliteStore(folder / "shop.db")
        await store.open()
        stack.push_async_callback(store.close)
        for person in STAFF:
            await store.put_staff(person)
        held = Settings.model_validate(settings or {})
        places = Places(ROOT / "config.yaml", ROOT / "knowledge", ROOT / "templates" / "replies", folder)
        built = BuiltShop(demo_shop(), demo_composer(), demo_renderer(), demo_understanding(), clock)
        people = build_people(held, built, store)
        sources: dict[str, PhotoSource] = {}
        photos = build_photos(held, folder / "uploads", store, clock, sources)
        desk = await build_desk(held, places, built, people, store, photos)
        app = build_web(desk.routers)
        await people.duty.refresh()
        yield DeskHouse(
            app, desk, store, people, clock, Converse(store, built.composer, clock), stack, folder / "uploads", sources
        )
