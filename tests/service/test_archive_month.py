"""The archive of a month: what it holds, whom it does not name, and that none is overwritten (G5)."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.archive_folder import SUMS, ArchiveFolder
from bot.core import events as e
from bot.core.archive import ArchiveRefused, NotOver, Table, archived_span
from bot.core.rounds import Found
from bot.core.spans import NoSuchMonth
from bot.service.archive_month import ArchiveMonth, WriteArchive
from tests.demo import demo_shop
from tests.round_house import ZONE, House, at, commit, furnish, house

NOW = at("2026-12-01T06:00")
PRIVATE = ("王芳", "13800001111", "13900002222", "文三路", "telegram:", "小安")
DATA = {
    "cases": [
        {"id": "C1", "chat": "telegram:1", "reason": "damaged", "opened": "2026-11-22T08:00", "orders": ["XE1"],
         "ended": "refused", "closed": "2026-11-23T08:00", "mark": 1},
        {"id": "C2", "chat": "telegram:1", "reason": "damaged", "opened": "2026-10-22T08:00"},
    ],
    "orders": [{"id": "XE1", "chat": "telegram:1", "paid": "2026-11-20T09:00", "shipped": "2026-11-21T09:00"}],
    "promises": [
        {"id": "P1", "chat": "telegram:1", "words": "回电 13900002222", "at": "2026-11-22T08:00",
         "due": "2026-11-23T08:00"},
        {"id": "P2", "chat": "telegram:1", "words": "加送棉袜", "at": "2026-12-01T00:00", "due": "2026-12-03T08:00"},
    ],
    "chats": [{"id": "telegram:1", "said_by": "A01"}],
}  # fmt: skip


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, demo_shop(), at("2026-11-20T09:00")) as opened:
        await furnish(opened, DATA)
        await commit(opened, "telegram:1", e.ConversationClosed("A01"))
        opened.turn(NOW)
        yield opened


def archiving(home: House) -> ArchiveMonth:
    return ArchiveMonth(home.store, demo_shop(), home.clock, ZONE, "zh")


def table(place: Path, name: str) -> list[dict[str, str]]:
    with (place / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def texts(place: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8-sig") for file in place.iterdir()}


def names(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


async def test_a_month_holds_what_happened_in_it_and_names_nobody(home: House, tmp_path: Path) -> None:
    place = Path(await archiving(home)("2026-11", ArchiveFolder(tmp_path / "kept")))
    assert sorted(texts(place)) == sorted([SUMS, *(f"{name}.csv" for name in NAMES)])
    assert [(row["case"], row["outcome"], row["order"]) for row in table(place, "cases")] == [("C1", "refused", "XE1")]
    assert {row["key"]: row["count"] for row in table(place, "complaints") if row["by"] == "kind"} == {"damaged": "1"}
    assert [row["promise"] for row in table(place, "promises")] == ["P1"]
    assert [(row["case"], row["mark"]) for row in table(place, "satisfaction")] == [("C1", "1")]
    assert [(row["staff"], row["channel"]) for row in table(place, "conversations")] == [("A01", "telegram")]
    assert [row["buyers"] for row in table(place, "staff") if row["staff"] == "A01"] == ["1"]
    everything = "".join(texts(place).values())
    assert [word for word in PRIVATE if word in everything] == []


NAMES = ("conversations", "cases", "complaints", "promises", "satisfaction", "unanswered", "staff", "rounds")


async def test_the_sums_are_those_of_the_files(home: House, tmp_path: Path) -> None:
    place = Path(await archiving(home)("2026-11", ArchiveFolder(tmp_path)))
    lines = [line.split("  ") for line in (place / SUMS).read_text(encoding="utf-8").splitlines()]
    sums = {name: said for said, name in lines}
    assert set(sums) == {f"{name}.csv" for name in NAMES}
    for name, said in sums.items():
        assert hashlib.sha256((place / name).read_bytes()).hexdigest() == said


async def test_the_same_again_changes_nothing_and_another_one_is_refused(home: House, tmp_path: Path) -> None:
    shelf = ArchiveFolder(tmp_path / "kept")
    place = Path(await archiving(home)("2026-11", shelf))
    assert Path(await archiving(home)("2026-11", shelf)) == place
    (place / "cases.csv").write_text("mended by hand", encoding="utf-8")
    with pytest.raises(ArchiveRefused, match="stays as it is"):
        await archiving(home)("2026-11", shelf)
    assert (place / "cases.csv").read_text(encoding="utf-8") == "mended by hand"
    assert names(tmp_path / "kept") == ["2026-11"], "nothing half done is left"


async def test_a_folder_that_cannot_be_written_is_said_and_the_round_goes_on(home: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    shelf = ArchiveFolder(tmp_path / "file")
    with pytest.raises(ArchiveRefused, match="cannot be written"):
        await archiving(home)("2026-11", shelf)
    assert await WriteArchive(archiving(home), shelf)(Found("2026-11", "archive"), (), NOW) == ("not_written",)


def test_what_a_dead_process_left_half_done_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / ".2026-11.1.new").mkdir()
    shelf = ArchiveFolder(tmp_path)
    assert not shelf.has("2026-11")
    shelf.put("2026-11", [Table("cases", ("a",), ({"a": 1},))])
    assert shelf.has("2026-11")


@pytest.mark.parametrize(
    ("month", "so_far", "name"), [("2026-11", False, "2026-11"), ("2026-12", True, "2026-12-so-far-01T0600")]
)
def test_a_month_that_is_not_over_says_so_in_its_name(month: str, so_far: bool, name: str) -> None:
    folder, span = archived_span(month, ZONE, NOW, so_far=so_far)
    assert folder == name and span.until <= NOW


@pytest.mark.parametrize(
    ("month", "so_far", "fault"),
    [("2026-12", False, NotOver), ("2027-01", True, NotOver), ("../2026-11", False, NoSuchMonth)],
)
def test_what_is_not_over_or_no_month_is_refused(month: str, so_far: bool, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        archived_span(month, ZONE, NOW, so_far=so_far)


def test_the_last_moment_of_a_month_is_in_it_and_the_first_of_the_next_is_not() -> None:
    _, span = archived_span("2026-11", ZONE, NOW)
    assert span.since == datetime(2026, 11, 1, tzinfo=ZONE)
    assert span.until - timedelta(microseconds=1) < datetime(2026, 12, 1, tzinfo=ZONE) == span.until
