"""What may be served once, in every store: who took it first has it, until it is given back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.case_keys import Earlier
from bot.core.cases import Case
from bot.core.errors import Conflict
from bot.core.ports import Store
from tests.adapters.store_samples import NOW, answer, case

CHATS = {"C1": "telegram:1", "C2": "telegram:2", "C3": "telegram:3"}


async def put(store: Store, case_id: str, key: str, *, seen: str = "no", state: str = "open") -> None:
    held = replace(case(case_id, CHATS[case_id]).with_fact("seen_before", seen), key=key, state=state)  # type: ignore[arg-type]
    await commit(store, held)


async def commit(store: Store, held: Case) -> None:
    loaded = await store.load(held.conversation_id, "telegram")
    await store.commit(replace(answer(None, loaded), cases=(held,)))


async def test_the_first_one_has_it_and_later_ones_find_the_first(store: Store) -> None:
    assert await store.earlier_case("C1", "receipt") is None
    await put(store, "C1", "receipt")
    assert await store.earlier_case("C1", "receipt") is None
    assert await store.earlier_case("C2", "receipt") == Earlier("C1", NOW)
    assert await store.earlier_case("C2", "another") is None
    await put(store, "C2", "receipt", seen="yes")
    assert await store.earlier_case("C1", "receipt") is None, "the second one is no earlier one of the first"
    assert await store.earlier_case("C3", "receipt") == Earlier("C1", NOW)


async def test_who_takes_it_for_new_though_it_is_taken_is_refused_and_nothing_is_stored(store: Store) -> None:
    await put(store, "C1", "receipt")
    with pytest.raises(Conflict):
        await put(store, "C2", "receipt")
    assert await store.cases("telegram:2") == []
    await put(store, "C2", "another")


async def test_a_case_that_goes_on_keeps_what_it_has(store: Store) -> None:
    await put(store, "C1", "receipt")
    await put(store, "C2", "receipt", seen="yes")
    await put(store, "C1", "receipt")
    await put(store, "C1", "receipt", state="closed")
    assert await store.earlier_case("C2", "receipt") == Earlier("C1", NOW)


async def test_what_was_given_back_is_free_for_the_next_one(store: Store) -> None:
    await put(store, "C1", "receipt")
    await put(store, "C1", "", state="closed")
    assert await store.earlier_case("C2", "receipt") is None
    await put(store, "C2", "receipt")
    assert await store.earlier_case("C1", "receipt") == Earlier("C2", NOW)


async def test_with_another_key_it_stands_behind_those_who_had_that_one(store: Store) -> None:
    await put(store, "C1", "receipt")
    await put(store, "C2", "another")
    with pytest.raises(Conflict):
        await put(store, "C1", "another")
    await put(store, "C1", "another", seen="yes")
    assert await store.earlier_case("C1", "another") == Earlier("C2", NOW)
    assert await store.earlier_case("C3", "receipt") is None
