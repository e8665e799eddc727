"""Values for tests of what a store keeps about people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.adapters.store_sqlite import SqliteStore
from bot.core.cases import Case
from bot.core.conversation import fold
from bot.core.events import Event, HandedOver, ShopperSpoke, TakenOver
from bot.core.ledger import Promised
from bot.core.messages import Reply
from bot.core.orders import Order
from bot.core.people import Staff
from bot.core.playbooks import PromiseKind
from bot.core.ports import Loaded, Turn
from tests.adapters.store_samples import NOW, SHOPPER

ANNA = Staff("anna", "Anna", ("agent",))
BO = Staff("bo", "Bo", ("supervisor", "after_sales"), telegram_id=77)
CODE = "c0de" * 16


def words(text: str, at: datetime = NOW) -> ShopperSpoke:
    return ShopperSpoke(text, "text", text, "zh", at.isoformat())


def waits(at: datetime = NOW) -> HandedOver:
    return HandedOver("C1", "human", "agent", at.isoformat())


def taken(staff_id: str = "anna", at: datetime = NOW) -> TakenOver:
    return TakenOver(staff_id, at.isoformat())


def by_person(text: str, ref: str = "") -> Reply:
    return Reply(text, by="anna", ref=ref)


def promise(
    promise_id: str = "P1", kind: PromiseKind = "gift", order_no: str = "", conversation_id: str = SHOPPER
) -> Promised:
    return Promised(
        promise_id, conversation_id, kind, "一双袜子", "anna", "agent", NOW, NOW + timedelta(hours=72), order_no
    )


async def happen(
    store: SqliteStore,
    *events: Event,
    to: str = SHOPPER,
    channel: str = "telegram",
    at: datetime = NOW,
    replies: Sequence[Reply] = (),
    cases: Sequence[Case] = (),
    orders: Sequence[Order] = (),
    promised: Sequence[Promised] = (),
    loaded: Loaded | None = None,
) -> None:
    """One turn of a conversation as stored now, or as it was when ``loaded``."""
    loaded = loaded or await store.load(to, channel)
    turn = Turn(
        inbox_id=None,
        version=loaded.version,
        conversation=fold(loaded.conversation, events),
        events=events,
        replies=tuple(replies),
        at=at,
        orders=tuple(orders),
        cases=tuple(cases),
        promised=tuple(promised),
    )
    await store.commit(turn)


async def change(store: SqliteStore, order_no: str, how: Callable[[Order], Order], at: datetime = NOW) -> None:
    """A turn of the order's conversation that changes the order."""
    stored = await store.order(order_no)
    assert stored is not None
    await happen(store, to=stored.conversation_id, at=at, orders=(replace(how(stored), version=stored.version),))
