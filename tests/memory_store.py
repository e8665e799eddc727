"""A store in memory that keeps every promise of the port but survival."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.case_keys import SEEN, Earlier
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.errors import AlreadyHandled, Conflict, OutOfStock, StoreError
from bot.core.events import Event
from bot.core.orders import Order, Status
from bot.core.ports import InboxRow, Loaded, OutboxRow, Outcome, RawUpdate, Told, Turn

_HOLDS_STOCK = (Status.UNPAID, Status.PAID)


@dataclass
class _In:
    row: InboxRow
    state: str = "waiting"
    ready_at: datetime | None = None
    lease_until: datetime | None = None
    error: str = ""


@dataclass
class _Out:
    row: OutboxRow
    state: str = "waiting"
    not_before: datetime | None = None
    platform_id: str = ""


@dataclass
class _Chat:
    conversation: Conversation
    version: int = 0
    events: list[Event] = field(default_factory=list)
    used_promotions: set[str] = field(default_factory=set)


class MemoryStore:
    """``fail_with`` makes every call raise, as a database that is away would."""

    def __init__(self) -> None:
        self.fail_with: StoreError | None = None
        self._inbox: dict[int, _In] = {}
        self._seen: set[tuple[str, str]] = set()
        self._outbox: dict[int, _Out] = {}
        self._chats: dict[str, _Chat] = {}
        self._orders: dict[str, Order] = {}
        self._cases: dict[str, Case] = {}
        #: Case id -> what it has of what may be served once, and since when; who took it first stands first.
        self._keys: dict[str, tuple[str, datetime]] = {}

    async def open(self) -> None:
        self._check()

    async def close(self) -> None:
        pass

    # --- inbox ---

    async def take_in(self, updates: Sequence[RawUpdate]) -> int:
        self._check()
        before = len(self._inbox)
        for update in updates:
            if (update.channel, update.update_id) in self._seen:
                continue
            self._seen.add((update.channel, update.update_id))
            number = len(self._inbox) + 1
            self._inbox[number] = _In(
                InboxRow(
                    id=number,
                    channel=update.channel,
                    update_id=update.update_id,
                    conversation_id=update.conversation_id,
                    payload=update.payload,
                    received_at=update.received_at,
                    attempts=0,
                )
            )
        return len(self._inbox) - before

    async def claim_inbox(self, worker: str, now: datetime, lease_seconds: float, limit: int) -> list[InboxRow]:
        self._check()
        claimed, heads = list[InboxRow](), set[str]()
        for held in self._inbox.values():
            if held.state not in ("waiting", "claimed") or held.row.conversation_id in heads:
                continue
            heads.add(held.row.conversation_id)
            if len(claimed) == limit or not _claimable(held, now):
                continue
            claimed.append(held.row)
            held.row = replace(held.row, attempts=held.row.attempts + 1)
            held.state, held.lease_until = "claimed", now + timedelta(seconds=lease_seconds)
        return claimed

    async def fail_inbox(self, row_id: int, error: str, retry_at: datetime | None) -> None:
        self._check()
        held = self._inbox[row_id]
        if held.state == "claimed":
            held.state, held.ready_at, held.error = "waiting" if retry_at else "set_aside", retry_at, error

    async def finish_inbox(self, row_id: int, at: datetime) -> None:
        self._check()
        if self._inbox[row_id].state == "claimed":
            self._inbox[row_id].state = "done"

    # --- conversations ---

    async def load(self, conversation_id: str, channel: str, skus: Iterable[str] = ()) -> Loaded:
        self._check()
        chat = self._chats.get(conversation_id) or _Chat(Conversation(conversation_id, channel))
        return Loaded(
            chat.conversation,
            chat.version,
            tuple(await self.orders(conversation_id)),
            frozenset(chat.used_promotions),
            await self.reserved(skus),
        )

    async def reserved(self, skus: Iterable[str]) -> Mapping[str, int]:
        self._check()
        held = Counter[str]()
        for order in self._orders.values():
            if order.status in _HOLDS_STOCK:
                held.update({line.sku: line.quantity for line in order.lines})
        return {sku: held[sku] for sku in skus if held[sku]}

    async def commit(self, turn: Turn) -> None:
        self._check()
        key = turn.conversation.id
        chat = self._chats.get(key) or _Chat(turn.conversation)
        if turn.inbox_id is not None and self._inbox[turn.inbox_id].state != "claimed":
            raise AlreadyHandled
        if chat.version != turn.version or chat.used_promotions & set(turn.uses_promotions):
            raise Conflict
        if any(o.conversation_id != key for o in map(self._orders.get, (o.order_no for o in turn.orders)) if o):
            raise Conflict
        if any((was := self._orders.get(o.order_no)) is not None and was.version != o.version for o in turn.orders):
            raise Conflict
        for case in turn.cases:
            if case.key and case.fact(SEEN) == "no" and await self.earlier_case(case.case_id, case.key):
                raise Conflict
        held = await self.reserved(turn.reserves)
        for sku, (pieces, stock) in turn.reserves.items():
            if held.get(sku, 0) + pieces > stock:
                raise OutOfStock(sku)
        self._apply(turn, chat)

    def _apply(self, turn: Turn, chat: _Chat) -> None:
        chat.conversation, chat.version = turn.conversation, turn.version + 1
        chat.events += turn.events
        chat.used_promotions |= set(turn.uses_promotions)
        self._chats[turn.conversation.id] = chat
        self._orders |= {order.order_no: replace(order, version=order.version + 1) for order in turn.orders}
        self._cases |= {case.case_id: case for case in turn.cases}
        for case in turn.cases:
            if self._keys.get(case.case_id, ("", turn.at))[0] != case.key:
                self._keys.pop(case.case_id, None)
            if case.key:
                self._keys.setdefault(case.case_id, (case.key, turn.at))
        for reply in turn.replies:
            number = len(self._outbox) + 1
            self._outbox[number] = _Out(
                OutboxRow(number, turn.conversation.id, turn.conversation.channel, reply, turn.at, 0)
            )
        if turn.inbox_id is not None:
            self._inbox[turn.inbox_id].state = "done"

    async def events(self, conversation_id: str) -> list[Event]:
        self._check()
        chat = self._chats.get(conversation_id)
        return list(chat.events) if chat else []

    async def orders(self, conversation_id: str) -> list[Order]:
        self._check()
        return sorted(
            (o for o in self._orders.values() if o.conversation_id == conversation_id),
            key=lambda o: (o.created_at, o.order_no),
        )

    async def cases(self, conversation_id: str) -> list[Case]:
        self._check()
        return [case for case in self._cases.values() if case.conversation_id == conversation_id]

    async def earlier_case(self, case_id: str, key: str) -> Earlier | None:
        self._check()
        first = next(((held, at) for held, (taken, at) in self._keys.items() if taken == key), None)
        return None if first is None or first[0] == case_id else Earlier(*first)

    # --- outbox ---

    async def claim_outbox(self, worker: str, now: datetime, channels: Sequence[str], limit: int) -> list[OutboxRow]:
        self._check()
        claimed, heads = list[OutboxRow](), set[str]()
        for held in self._outbox.values():
            key = held.row.conversation_id
            if held.state not in ("waiting", "sending") or held.row.channel not in channels or key in heads:
                continue
            if held.state == "waiting" and key in self._chats and self._is_a_persons(key):
                held.state = "dropped"
                continue
            heads.add(key)
            due = held.not_before is None or held.not_before <= now
            if held.state == "waiting" and due and len(claimed) < limit:
                claimed.append(held.row)
                held.row = replace(held.row, attempts=held.row.attempts + 1)
                held.state = "sending"
        return claimed

    def _is_a_persons(self, conversation_id: str) -> bool:
        return self._chats[conversation_id].conversation.owner in ("agent", "closed")

    async def record_delivery(
        self, row_id: int, outcome: Outcome, at: datetime, platform_id: str = "", told: Told | None = None
    ) -> None:
        self._check()
        held = self._outbox[row_id]
        if held.state in ("sending", "uncertain"):
            held.state, held.platform_id = outcome, platform_id

    async def queued(self, channels: Sequence[str]) -> bool:
        self._check()
        return any(held.state == "waiting" and held.row.channel in channels for held in self._outbox.values())

    async def silenced(self, conversation_id: str) -> bool:
        self._check()
        return (await self.load(conversation_id, "")).conversation.owner in ("agent", "closed")

    async def postpone_outbox(self, row_id: int, until: datetime) -> None:
        self._check()
        held = self._outbox[row_id]
        if held.state == "sending":
            held.state, held.not_before = "waiting", until

    async def recover(self, now: datetime) -> int:
        self._check()
        lost = [held for held in self._outbox.values() if held.state == "sending"]
        for held in lost:
            held.state = "uncertain"
        for waiting in self._inbox.values():
            if waiting.state == "claimed":
                waiting.state = "waiting"
        return len(lost)

    async def outbox(self, conversation_id: str) -> list[tuple[OutboxRow, str]]:
        self._check()
        return [(o.row, o.state) for o in self._outbox.values() if o.row.conversation_id == conversation_id]

    # --- health ---

    async def ready(self) -> bool:
        return self.fail_with is None

    async def counts(self) -> Mapping[str, int]:
        self._check()
        states = Counter(f"inbox.{held.state}" for held in self._inbox.values())
        states.update(f"outbox.{held.state}" for held in self._outbox.values())
        states.update(f"cases.{case.state}" for case in self._cases.values())
        return dict(states)

    def _check(self) -> None:
        if self.fail_with is not None:
            raise self.fail_with


def _claimable(held: _In, now: datetime) -> bool:
    if held.state == "claimed":
        return held.lease_until is not None and held.lease_until <= now
    return held.ready_at is None or held.ready_at <= now
