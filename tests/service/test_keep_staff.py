from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.cases import ROLES
from bot.core.people import Staff
from bot.service.keep_staff import CODE_LASTS, KeepStaff, StaffRefused, code_hash, fresh_code
from tests.fakes import FakeClock

CLOCK = FakeClock()
NOW = CLOCK.now()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def keep(store: SqliteStore, clock: FakeClock) -> KeepStaff:
    return KeepStaff(store, clock, "XE01")


async def test_a_new_person_is_active_and_links_her_account_by_her_code(keep: KeepStaff) -> None:
    code = await keep.add("KF01", " 蕙 兰 ", ["agent", "finance", "agent"])
    person = Staff("KF01", "蕙 兰", ("agent", "finance"))
    assert await keep.staff() == [person]
    assert code.until == NOW + CODE_LASTS
    linked = await keep.link(f" {code.code.lower().replace('-', ' ')} ", 42)
    assert linked is not None
    assert (linked.staff_id, linked.telegram_id) == ("KF01", 42)
    assert await keep.link(code.code, 43) is None


async def test_a_code_is_good_for_a_day(keep: KeepStaff, clock: FakeClock) -> None:
    code = await keep.add("KF01", "Lan", ["agent"])
    clock.advance(CODE_LASTS.total_seconds() + 1)
    assert await keep.link(code.code, 42) is None
    again = await keep.code("KF01")
    assert await keep.link(again.code, 42) is not None


async def test_only_the_newest_code_is_good(keep: KeepStaff) -> None:
    first = await keep.add("KF01", "Lan", ["agent"])
    second = await keep.code("KF01")
    assert await keep.link(first.code, 42) is None
    assert await keep.link(second.code, 42) is not None


def written_to(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_the_code_itself_is_not_stored(keep: KeepStaff, tmp_path: Path) -> None:
    code = (await keep.add("KF01", "Lan", ["agent"])).code
    stored = written_to(tmp_path)
    for written in (code, code.replace("-", "")):
        assert written.encode() not in stored
    assert code_hash(code).encode() in stored


def test_codes_are_easy_to_type_and_hard_to_guess() -> None:
    codes = {fresh_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(re.fullmatch(r"[A-HJ-NP-Z2-9]{5}-[A-HJ-NP-Z2-9]{5}", code) for code in codes)


async def test_who_is_disabled_keeps_her_row_but_neither_account_nor_code(keep: KeepStaff) -> None:
    code = await keep.add("KF01", "Lan", ["agent"])
    assert await keep.link(code.code, 42) is not None
    unused = await keep.code("KF01")
    await keep.away("KF01")
    assert await keep.disable("KF01") == Staff("KF01", "Lan", ("agent",), "disabled")
    assert await keep.link(unused.code, 42) is None
    for refused in (keep.code("KF01"), keep.away("KF01"), keep.back("KF01")):
        with pytest.raises(StaffRefused, match="KF01 is disabled"):
            await refused
    await keep.add("KF01", "Lan", ["agent"], replacing=True)
    assert [person.active for person in await keep.staff()] == [True]


async def test_away_and_back(keep: KeepStaff, clock: FakeClock) -> None:
    await keep.add("KF01", "Lan", ["agent"])
    assert (await keep.away("KF01")).away_since == NOW
    clock.advance(60)
    assert (await keep.away("KF01")).away_since == NOW
    assert (await keep.back("KF01")).away_since is None
    assert (await keep.staff())[0].away_since is None


async def test_replacing_changes_name_and_roles_and_keeps_the_account(keep: KeepStaff) -> None:
    code = await keep.add("KF01", "Lan", ["agent"])
    await keep.link(code.code, 42)
    with pytest.raises(StaffRefused, match="on the staff list already, as Lan; add --replace"):
        await keep.add("KF01", "Lan", ["supervisor"])
    await keep.add("KF01", "Lan Hui", ["supervisor"], replacing=True)
    assert await keep.staff() == [Staff("KF01", "Lan Hui", ("supervisor",), telegram_id=42)]


@pytest.mark.parametrize(
    ("staff_id", "name", "roles", "said"),
    [
        ("", "Lan", ["agent"], "1 to 16 letters"),
        ("KF 01", "Lan", ["agent"], "1 to 16 letters"),
        ("K" * 17, "Lan", ["agent"], "1 to 16 letters"),
        ("蕙", "Lan", ["agent"], "1 to 16 letters"),
        ("xe01", "Lan", ["agent"], "stands for the bot"),
        ("Shopper", "Lan", ["agent"], "stands for the bot"),
        ("kf00", "Lan", ["agent"], "KF00 is on the staff list already"),
        ("KF01", "  ", ["agent"], "a name has"),
        ("KF01", "x" * 41, ["agent"], "a name has"),
        ("KF01", "L\x1b[2Jan", ["agent"], "a name has"),
        ("KF01", "Lan", [], "at least one role"),
        ("KF01", "Lan", ["agent", "boss"], "no role 'boss'; the roles are agent, after_sales"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence(
    keep: KeepStaff, staff_id: str, name: str, roles: list[str], said: str
) -> None:
    await keep.add("KF00", "Bo", ["agent"])
    with pytest.raises(StaffRefused, match=said):
        await keep.add(staff_id, name, roles, replacing=True)
    assert [person.staff_id for person in await keep.staff()] == ["KF00"]


async def test_who_is_not_on_the_list_is_named(keep: KeepStaff) -> None:
    for refused in (keep.disable("KF09"), keep.away("KF09"), keep.back("KF09"), keep.code("KF09")):
        with pytest.raises(StaffRefused, match="KF09 is not on the staff list"):
            await refused


@pytest.mark.parametrize("role", ROLES)
async def test_every_role_can_be_given(keep: KeepStaff, role: str) -> None:
    await keep.add("KF01", "Lan", [role])
    assert (await keep.staff())[0].roles == (role,)


async def test_of_many_who_use_one_code_one_is_linked(keep: KeepStaff) -> None:
    code = (await keep.add("KF01", "Lan", ["agent"])).code
    linked = await asyncio.gather(*(keep.link(code, account) for account in range(1, 21)))
    assert sum(person is not None for person in linked) == 1
    assert (await keep.staff())[0].telegram_id == next(p.telegram_id for p in linked if p)
