"""Logging in at the desk: locks, sessions, the first start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.passwords import ArgonPasswords
from bot.adapters.store_sqlite import SqliteStore
from bot.core.people import Staff
from bot.service.log_in import LogIn, PasswordRefused
from tests.fakes import FakeClock
from tests.service.people import ANN

GOOD = "correct horse battery"
HERE = "192.0.2.1"


class PlainPasswords:
    """Real rules without the slowness; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def hash(self, password: str) -> str:
        return f"plain:{password}"

    async def fits(self, password: str, hashed: str) -> bool:
        self.asked += 1
        return bool(hashed) and hashed == f"plain:{password}"


class Door:
    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.clock = FakeClock()
        self.passwords = PlainPasswords()
        self.log_in = LogIn(store, self.passwords, self.clock)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    await store.put_staff(ANN)
    made = Door(store)
    await made.log_in.set_password(ANN.staff_id, GOOD)
    yield made
    await store.close()


async def test_who_knows_the_password_is_in_until_she_leaves(door: Door) -> None:
    opened = await door.log_in("a01", GOOD, HERE)
    assert opened is not None
    entered = await door.log_in.session(opened.token)
    assert entered is not None and entered.staff == ANN and entered.csrf == opened.entered.csrf
    await door.log_in.leave(entered)
    assert await door.log_in.session(opened.token) is None


async def test_the_token_itself_is_not_stored(door: Door) -> None:
    opened = await door.log_in("A01", GOOD, HERE)
    assert opened is not None
    assert await door.store.session(opened.token) is None


async def test_five_wrong_tries_lock_the_log_in_for_a_quarter_of_an_hour(door: Door) -> None:
    for number in range(5):
        assert await door.log_in("A01", "wrong", f"192.0.2.{number}") is None
    assert await door.log_in("A01", GOOD, "192.0.2.99") is None
    door.clock.advance(15 * 60 + 1)
    assert await door.log_in("A01", GOOD, "192.0.2.99") is not None


async def test_five_wrong_tries_lock_the_address_whatever_names_are_tried(door: Door) -> None:
    for number in range(5):
        assert await door.log_in(f"nobody{number}", "wrong", HERE) is None
    assert await door.log_in("A01", GOOD, HERE) is None
    assert await door.log_in("A01", GOOD, "192.0.2.2") is not None


async def test_a_hundred_tries_at_once_find_out_no_more_than_five(door: Door) -> None:
    tries = [f"guess{n}" for n in range(99)] + [GOOD]
    answers = await asyncio.gather(*(door.log_in("A01", word, f"198.51.100.{n}") for n, word in enumerate(tries)))
    assert not any(answers)


async def test_a_right_password_forgets_the_wrong_tries_before_it(door: Door) -> None:
    for _ in range(3):
        for _ in range(4):
            assert await door.log_in("A01", "wrong", HERE) is None
        assert await door.log_in("A01", GOOD, HERE) is not None


async def test_unknown_and_locked_log_ins_cost_the_same_work(door: Door) -> None:
    for number in range(8):
        await door.log_in("nobody", "wrong", f"192.0.2.{number}")
    assert door.passwords.asked == 8


async def test_a_disabled_colleague_is_out_at_once_and_stays_out(door: Door) -> None:
    opened = await door.log_in("A01", GOOD, HERE)
    assert opened is not None
    await door.store.put_staff(replace(ANN, state="disabled"))
    assert await door.log_in.session(opened.token) is None
    assert await door.log_in("A01", GOOD, HERE) is None


@pytest.mark.parametrize(("quiet", "inside"), [(timedelta(hours=11), True), (timedelta(hours=13), False)])
async def test_a_session_ends_when_it_is_not_used(door: Door, quiet: timedelta, inside: bool) -> None:
    opened = await door.log_in("A01", GOOD, HERE)
    assert opened is not None
    door.clock.advance(quiet.total_seconds())
    assert (await door.log_in.session(opened.token) is not None) is inside


async def test_a_session_in_use_ends_after_a_week(door: Door) -> None:
    opened = await door.log_in("A01", GOOD, HERE)
    assert opened is not None
    for _ in range(17):
        door.clock.advance(10 * 3600)
        alive = await door.log_in.session(opened.token)
    assert alive is None


async def test_a_new_password_ends_every_session_and_lifts_the_lock(door: Door) -> None:
    opened = await door.log_in("A01", GOOD, HERE)
    for number in range(5):
        await door.log_in("A01", "wrong", f"192.0.2.{number}")
    await door.log_in.set_password("A01", "another long one")
    assert opened is not None and await door.log_in.session(opened.token) is None
    assert await door.log_in("A01", "another long one", "192.0.2.77") is not None


@pytest.mark.parametrize(("who", "password"), [("A01", "short"), ("A01", "x" * 201), ("nobody", GOOD)])
async def test_a_password_that_cannot_be_set_is_refused_with_a_sentence(door: Door, who: str, password: str) -> None:
    with pytest.raises(PasswordRefused, match=r"has 10 to 200 characters|nobody is not on the staff list"):
        await door.log_in.set_password(who, password)


async def test_the_first_start_makes_a_manager_once(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "new.db")
    await store.open()
    log_in = LogIn(store, PlainPasswords(), FakeClock())
    made = await log_in.first(None)
    assert made is not None and await log_in("admin", made, HERE) is not None
    assert await store.staff() == [Staff("admin", "店长", ("manager",))]
    assert await log_in.first("something else") is None
    assert await log_in("admin", "something else", HERE) is None
    await store.close()


async def test_the_first_password_may_come_from_the_environment(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "new.db")
    await store.open()
    log_in = LogIn(store, PlainPasswords(), FakeClock())
    assert await log_in.first("from outside") is None
    assert await log_in("Admin", "from outside", HERE) is not None
    await store.close()


async def test_argon2_takes_its_own_hashes_and_no_others() -> None:
    passwords = ArgonPasswords()
    hashed = await passwords.hash(GOOD)
    assert hashed.startswith("$argon2id$") and GOOD not in hashed
    assert await passwords.fits(GOOD, hashed)
    assert not await passwords.fits("other", hashed)
    assert not await passwords.fits("nobody has this password", "")
    assert not await passwords.fits(GOOD, "no hash at all")
