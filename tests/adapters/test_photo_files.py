from __future__ import annotations

import io
import os
import struct
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.adapters.photo_files import PhotoFiles
from bot.core.ports_web import PhotoRefused

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    held = io.BytesIO()
    picture.save(held, kind, **options)
    return held.getvalue()


def content_of(files: PhotoFiles, owner: str, photo_id: str) -> bytes:
    path = files.path(owner, photo_id)
    assert path is not None
    return Path(path).read_bytes()


def opened(files: PhotoFiles, owner: str, photo_id: str) -> Image.Image:
    return Image.open(io.BytesIO(content_of(files, owner, photo_id)))


def kept_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*.*")]


def folders_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_kept_as_pixels_only(tmp_path: Path, kind: str) -> None:
    """Where and when it was taken, and whatever else was hidden in the file, is gone."""
    exif = Image.Exif()
    exif[0x010E] = "taken at 1 Secret Road"
    sent = encoded(Image.new("RGB", (50, 30), "teal"), kind, exif=exif.tobytes())
    assert b"Secret Road" in sent
    files = PhotoFiles(tmp_path)
    photo_id = await files.keep("anna", sent + b"<script>alert(1)</script>")
    kept = opened(files, "anna", photo_id)
    assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (50, 30), {})
    content = content_of(files, "anna", photo_id)
    assert b"Secret Road" not in content and b"<script" not in content


async def test_a_picture_held_sideways_is_kept_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter
    files = PhotoFiles(tmp_path)
    photo_id = await files.keep("anna", encoded(Image.new("RGB", (50, 30)), exif=exif.tobytes()))
    assert opened(files, "anna", photo_id).size == (30, 50)


async def test_a_large_picture_is_kept_smaller(tmp_path: Path) -> None:
    files = PhotoFiles(tmp_path)
    photo_id = await files.keep("anna", encoded(Image.new("RGB", (5000, 1000))))
    assert opened(files, "anna", photo_id).size == (2048, 410)


async def test_what_was_transparent_is_white(tmp_path: Path) -> None:
    files = PhotoFiles(tmp_path)
    photo_id = await files.keep("anna", encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"))
    assert opened(files, "anna", photo_id).getpixel((4, 4)) == (255, 255, 255)


async def test_the_same_picture_is_kept_once_for_each_owner(tmp_path: Path) -> None:
    files, sent = PhotoFiles(tmp_path), encoded(Image.new("RGB", (8, 8)))
    assert await files.keep("anna", sent) == await files.keep("anna", sent)
    photo_id = await files.keep("anna", sent)
    assert files.path("ben", photo_id) is None
    assert kept_in(tmp_path) == [f"{photo_id}.jpg"]


@pytest.mark.parametrize(("owner", "photo_id"), [("anna", "../../etc/passwd"), ("..", "a" * 32), ("anna", "A" * 32)])
def test_a_name_that_leads_elsewhere_finds_nothing(tmp_path: Path, owner: str, photo_id: str) -> None:
    assert PhotoFiles(tmp_path).path(owner, photo_id) is None


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg/>", os.urandom(500), bomb(50_000, 50_000), bomb(6000, 6000)]
)
async def test_what_is_no_picture_of_bounded_size_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(PhotoRefused):
        await PhotoFiles(tmp_path).keep("anna", content)
    assert kept_in(tmp_path) == []


def aged(files: PhotoFiles, owner: str, photo_id: str, days: float) -> None:
    path, at = files.path(owner, photo_id), (NOW - timedelta(days=days)).timestamp()
    assert path is not None
    os.utime(path, (at, at))


async def test_pictures_older_than_that_are_deleted_and_others_stay(tmp_path: Path) -> None:
    files = PhotoFiles(tmp_path)
    old = await files.keep("anna", encoded(Image.new("RGB", (8, 8), "red")))
    young = await files.keep("anna", encoded(Image.new("RGB", (8, 8), "blue")))
    alone = await files.keep("ben", encoded(Image.new("RGB", (8, 8), "red")))
    aged(files, "anna", old, 11)
    aged(files, "anna", young, 9)
    aged(files, "ben", alone, 11)
    assert await files.forget(NOW - timedelta(days=10)) == 2
    assert files.path("anna", old) is None and files.path("ben", alone) is None
    assert files.path("anna", young) is not None
    assert await files.forget(NOW - timedelta(days=10)) == 0
    os.utime(tmp_path / "ben", (0, 0))
    await files.forget(NOW - timedelta(days=10))
    assert folders_in(tmp_path) == ["anna"]


async def test_a_picture_sent_again_is_as_young_as_the_last_time(tmp_path: Path) -> None:
    files, sent = PhotoFiles(tmp_path), encoded(Image.new("RGB", (8, 8)))
    aged(files, "anna", await files.keep("anna", sent), 300_000 / 86_400 + 10)
    again = await files.keep("anna", sent)
    assert await files.forget(NOW - timedelta(days=10)) == 0
    assert files.path("anna", again) is not None


async def test_a_picture_fetched_late_has_the_age_of_when_it_was_said(tmp_path: Path) -> None:
    files, name = PhotoFiles(tmp_path), "a" * 32
    sent = encoded(Image.new("RGB", (8, 8)))
    assert await files.keep("telegram-7", sent, name, NOW - timedelta(days=11)) == name
    assert await files.forget(NOW - timedelta(days=10)) == 1
    with pytest.raises(PhotoRefused):
        await files.keep("telegram-7", sent, "../escaped")


async def test_all_pictures_of_an_owner_are_erased_and_nobody_else_s(tmp_path: Path) -> None:
    files = PhotoFiles(tmp_path)
    for color in ("red", "blue"):
        await files.keep("anna", encoded(Image.new("RGB", (8, 8), color)))
    await files.keep("ben", encoded(Image.new("RGB", (8, 8), "red")))
    (tmp_path / "anna" / "half.new").write_bytes(b"x")
    assert (await files.count("anna"), await files.erase("anna"), await files.erase("anna")) == (2, 2, 0)
    for owner in ("..", "", "ben/..", "a/../ben"):
        assert await files.erase(owner) == 0
    assert folders_in(tmp_path) == ["ben"]
