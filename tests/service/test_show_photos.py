from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from PIL import Image

from bot.adapters.photo_files import PhotoFiles
from bot.core import events as e
from bot.core.errors import Rejected
from bot.core.photos import owner_of, photo_id_of
from bot.core.ports_people import Happened
from bot.service.show_photos import ShowPhotos
from tests.fakes import FakeClock

TALK = "telegram:77"
PHOTO = "telegram:AgAC-1"
DAYS = timedelta(days=180)


def picture() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(held, "PNG")
    return held.getvalue()


class Source:
    """Where pictures lie; slow enough for two to ask at once."""

    def __init__(self, **files: bytes) -> None:
        self.files = files
        self.fetched: list[str] = []

    async def fetch(self, handle: str) -> bytes:
        self.fetched.append(handle)
        await asyncio.sleep(0.01)
        if handle.replace("-", "_") not in self.files:
            raise Rejected("unknown")
        return self.files[handle.replace("-", "_")]


class Events:
    def __init__(self, clock: FakeClock, **talks: Sequence[e.Event]) -> None:
        self._talks = {
            name.replace("_", ":"): [Happened(n, clock.now(), event) for n, event in enumerate(events, 1)]
            for name, events in talks.items()
        }

    async def last_events(self, conversation_id: str, limit: int) -> Sequence[Happened]:
        return self._talks.get(conversation_id, [])[-limit:]


def spoke(kind: str = "photo", handle: str = "AgAC-1") -> e.ShopperSpoke:
    return e.ShopperSpoke("1", kind, "", "zh", "2026-11-23T10:00:00+00:00", (handle,))


def shown(
    folder: Path, clock: FakeClock, source: Source | None, keep: timedelta = DAYS, **talks: Sequence[e.Event]
) -> ShowPhotos:
    sources = {"telegram": source} if source else {}
    return ShowPhotos(Events(clock, **talks), PhotoFiles(folder), clock, sources, keep)


async def test_a_picture_is_fetched_once_however_many_look(tmp_path: Path) -> None:
    source, clock = Source(AgAC_1=picture()), FakeClock()
    photos = shown(tmp_path, clock, source, telegram_77=[spoke()])
    name = photo_id_of(PHOTO)
    found = await asyncio.gather(*(photos.path(TALK, name) for _ in range(5)))
    assert found[0] is not None and set(found) == {str(tmp_path / "telegram-77" / f"{name}.jpg")}
    again = shown(tmp_path, clock, source, telegram_77=[spoke()])
    assert await again.path(TALK, name) == found[0]
    assert source.fetched == ["AgAC-1"]


async def test_nothing_is_fetched_that_was_not_said_in_this_conversation(tmp_path: Path) -> None:
    source = Source(AgAC_1=picture())
    photos = shown(tmp_path, FakeClock(), source, telegram_77=[spoke()], telegram_78=[spoke(handle="AgAC-2")])
    for name in (photo_id_of("telegram:AgAC-9"), "../../shop.db", "a" * 32, ""):
        assert await photos.path(TALK, name) is None
    assert await photos.path("telegram:78", photo_id_of(PHOTO)) is None
    assert source.fetched == []


async def test_what_is_past_its_time_is_not_fetched_again(tmp_path: Path) -> None:
    source, clock = Source(AgAC_1=picture()), FakeClock()
    photos, said = shown(tmp_path, clock, source, telegram_77=[spoke()]), clock.now()
    assert photos.can_show(TALK, PHOTO, said)
    clock.advance((DAYS + timedelta(days=1)).total_seconds())
    assert not photos.can_show(TALK, PHOTO, said)
    assert await photos.path(TALK, photo_id_of(PHOTO)) is None
    assert source.fetched == []
    for_ever = shown(tmp_path, FakeClock(said), source, timedelta(0), telegram_77=[spoke()])
    assert for_ever.can_show(TALK, PHOTO, said - timedelta(days=9_999))
    assert await for_ever.path(TALK, photo_id_of(PHOTO)) is not None


async def test_a_fetched_picture_is_as_old_as_what_was_said(tmp_path: Path) -> None:
    source, clock = Source(AgAC_1=picture()), FakeClock()
    photos = shown(tmp_path, clock, source, telegram_77=[spoke()])
    clock.advance(timedelta(days=100).total_seconds())
    assert await photos.path(TALK, photo_id_of(PHOTO)) is not None
    assert await photos.keeper.forget(clock.now() - timedelta(days=99)) == 1


async def test_what_is_no_picture_or_not_given_out_is_not_shown(tmp_path: Path) -> None:
    source = Source(BQAC=b"a spreadsheet")
    photos = shown(tmp_path, FakeClock(), source, telegram_77=[spoke("document", "BQAC"), spoke()])
    assert await photos.path(TALK, photo_id_of("telegram:BQAC")) is None
    assert await photos.path(TALK, photo_id_of(PHOTO)) is None
    assert source.fetched == ["BQAC", "AgAC-1"]
    assert photos.keeper.path(owner_of(TALK), photo_id_of(PHOTO)) is None


async def test_without_the_channel_only_what_is_kept_is_shown(tmp_path: Path) -> None:
    photos = shown(tmp_path, FakeClock(), None, telegram_77=[spoke()])
    assert not photos.can_show(TALK, PHOTO, FakeClock().now())
    kept = await photos.keep(TALK, picture())
    assert photos.can_show(TALK, kept, FakeClock().now())
    assert photos.has(TALK, photo_id_of(kept)) and not photos.has("telegram:78", photo_id_of(kept))
