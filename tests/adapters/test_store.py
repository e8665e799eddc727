"""What any store promises about turns: all of it or nothing, and never on top of something newer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.core.cases import Case
from bot.core.conversation import Conversation, fold
from bot.core.errors import AlreadyHandled, Conflict, OutOfStock, StoreError
from bot.core.events import BotSpoke
from bot.core.orders import Flag, Note, Order, Status, change_status
from bot.core.ports import InboxRow, Store, Turn
from tests.adapters.conftest import Opener
from tests.adapters.store_samples import LEASE_SECONDS, NOW, answer, case, later, nobody, order, reply, update

SHOPPER = "telegram:1"


async def claimed(store: Store, update_id: str = "1", conversation_id: str = SHOPPER) -> InboxRow:
    await store.take_in([update(update_id, conversation_id)])
    (row,) = await store.claim_inbox("w", NOW, LEASE_SECONDS, 1)
    return row


async def with_order(store: Store, one: Order, stock: int | None = None) -> Turn:
    """A turn of the conversation as stored now that also stores ``one``, and reserves its goods when told the stock."""
    turn = answer(None, await store.load(one.conversation_id, "telegram"), "好的")
    reserves = {} if stock is None else {line.sku: (line.quantity, stock) for line in one.lines}
    return replace(turn, orders=(one,), reserves=reserves)


async def test_an_unknown_conversation_is_fresh(store: Store) -> None:
    loaded = await store.load("web:9", "web", ["T1-BLK-L"])
    assert (loaded.conversation, loaded.version) == (Conversation("web:9", "web"), 0)
    assert (loaded.orders, loaded.used_promotions, dict(loaded.reserved)) == ((), frozenset(), {})


async def test_everything_of_a_turn_is_stored(store: Store) -> None:
    row = await claimed(store)
    turn = replace(
        answer(row, await store.load(SHOPPER, "telegram"), "有的", "要几件"),
        orders=(order(),),
        cases=(case(),),
        uses_promotions=("limit-1",),
        reserves={"T1-BLK-L": (1, 5)},
    )
    await store.commit(turn)

    loaded = await store.load(SHOPPER, "telegram", ["T1-BLK-L", "T1-BLK-M"])
    assert loaded.conversation == turn.conversation == fold(Conversation(SHOPPER, "telegram"), turn.events)
    assert loaded.version == 1
    assert loaded.orders == (order(),) == tuple(await store.orders(SHOPPER))
    assert loaded.used_promotions == {"limit-1"}
    assert dict(loaded.reserved) == {"T1-BLK-L": 1} == dict(await store.reserved(["T1-BLK-L", "T1-BLK-M"]))
    assert await store.events(SHOPPER) == list(turn.events)
    assert await store.cases(SHOPPER) == [case()]
    assert [(out.reply.text, state) for out, state in await store.outbox(SHOPPER)] == [
        ("有的", "waiting"),
        ("要几件", "waiting"),
    ]
    assert [out.reply for out, _ in await store.outbox(SHOPPER)] == list(turn.replies)
    assert await store.claim_inbox("w", later(1000), LEASE_SECONDS, 1) == []


async def test_what_is_stored_is_there_for_another_process(opener: Opener) -> None:
    here, there = await opener(), await opener()
    turn = answer(await claimed(here), nobody(), "有")
    await here.commit(turn)
    assert (await there.load(SHOPPER, "telegram")).conversation == turn.conversation


async def test_events_of_several_turns_stay_in_order(store: Store) -> None:
    for number in range(5):
        loaded = await store.load(SHOPPER, "telegram")
        await store.commit(answer(await claimed(store, str(number)), loaded, f"第{number}句", "还有"))
    spoken = [event.text for event in await store.events(SHOPPER) if isinstance(event, BotSpoke)]
    assert spoken == [text for number in range(5) for text in (f"第{number}句", "还有")]
    assert (await store.load(SHOPPER, "telegram")).version == 5


async def test_a_turn_without_events_still_moves_the_version_on(store: Store) -> None:
    await store.commit(answer(None, nobody()))
    with pytest.raises(Conflict):
        await store.commit(answer(None, nobody()))


async def test_a_turn_on_top_of_something_newer_is_refused(store: Store) -> None:
    loaded = await store.load(SHOPPER, "telegram")
    await store.commit(answer(None, loaded, "先"))
    again = await store.load(SHOPPER, "telegram")
    await store.commit(answer(None, again, "再"))
    for stale in (loaded, again, replace(again, version=7)):
        with pytest.raises(Conflict):
            await store.commit(answer(None, stale, "晚"))
    assert len(await store.events(SHOPPER)) == 2


async def test_a_version_of_a_conversation_that_was_never_stored_is_refused(store: Store) -> None:
    with pytest.raises(Conflict):
        await store.commit(answer(None, replace(nobody(), version=1), "晚"))


async def test_of_two_turns_at_the_same_time_one_is_refused(store: Store) -> None:
    turns = [answer(None, nobody(), text) for text in ("一", "二")]
    outcomes = await asyncio.gather(*map(store.commit, turns), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome] == [Conflict]
    assert len(await store.outbox(SHOPPER)) == 1


async def test_a_row_is_answered_once(store: Store) -> None:
    row = await claimed(store)
    await store.commit(answer(row, nobody(), "有"))
    with pytest.raises(AlreadyHandled):
        await store.commit(answer(row, await store.load(SHOPPER, "telegram"), "有"))
    assert len(await store.outbox(SHOPPER)) == 1


def _out_of_stock(turn: Turn) -> Turn:
    return replace(turn, reserves={"T1-BLK-L": (2, 1)})


def _used_promotion(turn: Turn) -> Turn:
    return replace(turn, uses_promotions=("limit-2", "limit-1"))


def _stale(turn: Turn) -> Turn:
    return replace(turn, version=turn.version - 1)


def _foreign_order_number(turn: Turn) -> Turn:
    return replace(turn, orders=(replace(turn.orders[0], order_no="FOREIGN"),))


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (_out_of_stock, OutOfStock),
        (_used_promotion, Conflict),
        (_stale, Conflict),
        (_foreign_order_number, Conflict),
    ],
)
async def test_a_refused_turn_leaves_nothing_behind(
    store: Store, spoil: Callable[[Turn], Turn], error: type[StoreError]
) -> None:
    await store.commit(await with_order(store, order("FOREIGN", "telegram:2", "OTHER")))
    await store.commit(replace(answer(None, nobody(), "您好"), uses_promotions=("limit-1",)))
    row = await claimed(store)
    loaded = await store.load(SHOPPER, "telegram")
    turn = replace(answer(row, loaded, "好的"), orders=(order(),), cases=(case(),), reserves={"T1-BLK-L": (1, 1)})

    with pytest.raises(error):
        await store.commit(spoil(turn))

    assert await store.load(SHOPPER, "telegram", ["T1-BLK-L"]) == loaded
    assert len(await store.events(SHOPPER)) == len(await store.outbox(SHOPPER)) == 1
    assert await store.orders(SHOPPER) == [] == await store.cases(SHOPPER)
    assert (await store.orders("telegram:2"))[0].conversation_id == "telegram:2"
    await store.commit(turn)  # the row is still claimed, and the goods still there


async def test_a_refused_turn_does_not_take_its_neighbours_with_it(store: Store) -> None:
    turns = [answer(None, await store.load(f"c{n}", "telegram"), "好") for n in range(20)]
    spoilt = {3: Conflict, 11: Conflict}
    for n in spoilt:
        turns[n] = replace(turns[n], version=9)
    outcomes = await asyncio.gather(*map(store.commit, turns), return_exceptions=True)
    assert {n: type(outcome) for n, outcome in enumerate(outcomes) if outcome} == spoilt
    assert [len(await store.events(f"c{n}")) for n in range(20)] == [0 if n in spoilt else 1 for n in range(20)]


async def test_two_shoppers_cannot_both_have_the_last_piece(store: Store) -> None:
    turns = []
    for shopper in ("a", "b"):
        one = order(f"X-{shopper}", shopper)
        turns.append(await with_order(store, one, stock=1))
    outcomes = await asyncio.gather(*map(store.commit, turns), return_exceptions=True)
    (refused,) = [outcome for outcome in outcomes if outcome]
    assert isinstance(refused, OutOfStock)
    assert refused.sku == "T1-BLK-L"
    assert dict(await store.reserved(["T1-BLK-L"])) == {"T1-BLK-L": 1}


async def test_many_shoppers_get_exactly_what_there_is(store: Store) -> None:
    turns = []
    for n in range(30):
        one = order(f"X{n}", f"c{n}", quantity=n % 3 + 1)
        turns.append(await with_order(store, one, stock=20))
    outcomes = await asyncio.gather(*map(store.commit, turns), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes if outcome} == {OutOfStock}
    sold = [line.quantity for n in range(30) for one in await store.orders(f"c{n}") for line in one.lines]
    held = (await store.reserved(["T1-BLK-L"]))["T1-BLK-L"]
    assert held == sum(sold)
    assert 18 <= held <= 20


@pytest.mark.parametrize(("status", "held"), [(Status.PAID, 3), (Status.CLOSED, 0)])
async def test_goods_are_held_until_the_order_is_closed(store: Store, status: Status, held: int) -> None:
    one = order(quantity=3)
    await store.commit(await with_order(store, one, stock=3))
    for version in (1, 2):  # told twice, freed once
        changed = replace(change_status(one, status, NOW, "shop"), version=version)
        await store.commit(await with_order(store, changed))
    assert (await store.reserved(["T1-BLK-L"])).get("T1-BLK-L", 0) == held


async def test_shipped_goods_are_not_held_any_more(store: Store) -> None:
    one = order(quantity=3)
    await store.commit(await with_order(store, one, stock=3))
    paid = change_status(replace(one, version=1), Status.PAID, NOW, "shop")
    await store.commit(await with_order(store, change_status(paid, Status.SHIPPED, NOW, "warehouse")))
    assert dict(await store.reserved(["T1-BLK-L"])) == {}
    again = order("X2", "telegram:2", quantity=3)
    await store.commit(await with_order(store, again, stock=3))


async def test_of_two_changes_read_at_the_same_time_the_second_is_refused(store: Store) -> None:
    await store.commit(await with_order(store, order()))
    stored = (await store.orders(SHOPPER))[0]
    await store.commit(await with_order(store, change_status(stored, Status.PAID, NOW, "shop")))
    with pytest.raises(Conflict):
        await store.commit(await with_order(store, change_status(stored, Status.CLOSED, NOW, "shopper")))
    assert (await store.orders(SHOPPER))[0].status is Status.PAID


async def test_a_new_order_never_takes_the_number_of_another(store: Store) -> None:
    await store.commit(await with_order(store, order()))
    with pytest.raises(Conflict):
        await store.commit(await with_order(store, order(quantity=2)))


async def test_a_changed_order_replaces_the_old_one(store: Store) -> None:
    await store.commit(await with_order(store, order()))
    note = Note("顺丰_小二", "huilan", later(5), Flag.RED, "已通知仓库")
    stored = (await store.orders(SHOPPER))[0]
    changed = replace(change_status(stored, Status.PAID, later(5), "shop"), notes=(*stored.notes, note))
    await store.commit(await with_order(store, changed))
    assert await store.orders(SHOPPER) == [changed]


async def test_orders_come_oldest_first(store: Store) -> None:
    for order_no, seconds in (("B", 0), ("A", 10), ("C", -10)):
        await store.commit(await with_order(store, replace(order(order_no), created_at=later(seconds))))
    assert [one.order_no for one in await store.orders(SHOPPER)] == ["C", "B", "A"]


async def test_a_changed_case_replaces_the_old_one(store: Store) -> None:
    await store.commit(replace(answer(None, nobody()), cases=(case(),)))
    closed: Case = replace(case(), state="closed")
    await store.commit(replace(answer(None, await store.load(SHOPPER, "telegram")), cases=(closed,)))
    assert await store.cases(SHOPPER) == [closed]


async def test_the_one_chance_of_a_purchase_limit_is_each_shoppers_own(store: Store) -> None:
    for shopper in ("a", "b"):
        turn = answer(None, await store.load(shopper, "telegram"))
        await store.commit(replace(turn, uses_promotions=("limit-1",)))
    assert (await store.load("a", "telegram")).used_promotions == {"limit-1"}


async def test_half_an_emoji_is_stored_as_it_was(store: Store) -> None:
    turn = replace(answer(None, nobody(), "\ud83d"), replies=(reply("\ud83d"),))
    await store.commit(turn)
    assert await store.events(SHOPPER) == list(turn.events)


async def test_a_store_can_say_that_it_is_ready(store: Store) -> None:
    assert await store.ready()
