"""Core values to and from what the tables hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from bot.core import codec
from bot.core.case_keys import SEEN
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.events import Event, PromisesKept, SatisfactionExplained, SatisfactionGiven, ShopperSpoke
from bot.core.ledger import Promised
from bot.core.memos import concerns_platform
from bot.core.messages import Reply
from bot.core.orders import Order, Status
from bot.core.ports import InboxRow, OutboxRow, RawUpdate, Turn

T = TypeVar("T")
Params = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
#: An order in one of these holds the goods it reserved; shipped goods have left the shelf, the others came back.
_HOLDS_STOCK = frozenset({Status.UNPAID, Status.PAID})
_MAX_ERROR_CHARS = 2000
_Satisfaction = (SatisfactionGiven, SatisfactionExplained)
#: Of a message that is written just before it is sent.
_UNWRITTEN = Reply("")
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class OrderRows(NamedTuple):
    """An order as parameters of the statements that store it."""

    order: Params
    notes: list[Params]
    #: It holds no goods any more.
    frees: bool
    #: Its platform has to hear of its notes and flag.
    tells: bool


class TurnRows(NamedTuple):
    """A turn as parameters of the statements that store it; made before the writer's thread sees it."""

    inbox_id: int | None
    version: int
    at_ms: int
    conversation: Params
    #: JSON of each event.
    events: tuple[str, ...]
    replies: tuple[Params, ...]
    orders: tuple[OrderRows, ...]
    cases: tuple[Params, ...]
    reserves: tuple[Params, ...]
    uses: tuple[Params, ...]
    #: New lines of the ledger.
    promised: tuple[Params, ...]
    #: Cases whose promises were kept.
    kept: tuple[Params, ...]
    #: Number of the order placed, which takes over what was promised before there was one; empty: none was.
    adopts: str
    #: Statements by name that store what she thought of a case.
    ratings: tuple[tuple[str, Params], ...]


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC; a naive moment is refused, its zone could only be guessed."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return (moment - _EPOCH) // _MILLISECOND


def _ms_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)


def from_ms(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def to_json(plain: object) -> str:
    text = _COMPACT.encode(plain)
    # Half of an emoji (a lone surrogate) cannot be stored as it is, but its escape can.
    return text if _storable(text) else json.dumps(plain, separators=(",", ":"))


def from_json(kind: type[T], text: str) -> T:
    return codec.from_plain(kind, json.loads(text))


def event_from_json(text: str) -> Event:
    return codec.event_from_plain(json.loads(text))


def update_params(update: RawUpdate) -> Params:
    return {
        "channel": update.channel,
        "update_id": update.update_id,
        "conversation_id": update.conversation_id,
        "payload": _cleaned(update.payload),
        "received_ms": to_ms(update.received_at),
    }


def error_text(error: str) -> str:
    return _cleaned(error[:_MAX_ERROR_CHARS])


def turn_rows(turn: Turn) -> TurnRows:
    at_ms, owner = to_ms(turn.at), turn.conversation.id
    return TurnRows(
        inbox_id=turn.inbox_id,
        version=turn.version,
        at_ms=at_ms,
        conversation=_conversation(turn, at_ms),
        events=tuple(to_json(codec.event_to_plain(event)) for event in turn.events),
        replies=tuple(_reply(reply, turn, at_ms) for reply in turn.replies),
        orders=tuple(_order(order, owner, at_ms) for order in turn.orders),
        cases=tuple(_case(case, owner, at_ms) for case in turn.cases),
        reserves=tuple(_reserve(turn, sku) for sku in sorted(turn.reserves)),
        uses=tuple({"buyer": owner, "promotion_id": used, "at_ms": at_ms} for used in turn.uses_promotions),
        promised=tuple(_promised(line, owner) for line in turn.promised),
        kept=tuple(_kept(event, owner, turn.at) for event in turn.events if isinstance(event, PromisesKept)),
        adopts=_placed(turn.orders),
        ratings=tuple(_rating(event, turn, at_ms) for event in turn.events if isinstance(event, _Satisfaction)),
    )


def inbox_row(row: Sequence[Any]) -> InboxRow:
    row_id, channel, update_id, conversation_id, payload, received_ms, attempts = row
    return InboxRow(row_id, channel, update_id, conversation_id, payload, from_ms(received_ms), attempts)


def outbox_row(row: Sequence[Any]) -> OutboxRow:
    row_id, conversation_id, channel, body, created_ms, attempts, kind, ref = row
    reply = from_json(Reply, body) if body else _UNWRITTEN
    return OutboxRow(row_id, conversation_id, channel, reply, from_ms(created_ms), attempts, kind, ref)


def _conversation(turn: Turn, at_ms: int) -> Params:
    # Whoever speaks can be reached again.
    shopper = any(isinstance(event, ShopperSpoke) for event in turn.events)
    return conversation_row(turn.conversation, turn.version, len(turn.events), at_ms, shopper=shopper)


def conversation_row(conversation: Conversation, version: int, events: int, at_ms: int, *, shopper: bool) -> Params:
    return {
        "id": conversation.id,
        "channel": conversation.channel,
        "version": version,
        "events": events,
        "owner": conversation.owner,
        "opted_out": int(conversation.no_reminders),
        "agent_id": conversation.agent_id,
        "waiting_ms": _ms_or_none(conversation.waiting_since),
        "shopper": int(shopper),
        "at_ms": at_ms,
        "doc": to_json(codec.to_plain(conversation)),
    }


def _reply(reply: Reply, turn: Turn, at_ms: int) -> Params:
    return {
        "conversation_id": turn.conversation.id,
        "channel": turn.conversation.channel,
        "body": to_json(codec.to_plain(reply)),
        "at_ms": at_ms,
        # Sent whoever owns the conversation.
        "kind": "person" if reply.by else "",
        "ref": reply.ref if reply.by else "",
        "until_ms": None,
    }


def reminder_row(ref: str, conversation_id: str, channel: str, until_ms: int, at_ms: int) -> Params:
    """A message to be written just before it is sent, from the orders ``ref`` names (see :mod:`bot.core.nudges`)."""
    return {
        "conversation_id": conversation_id,
        "channel": channel,
        "body": "",
        "at_ms": at_ms,
        "kind": "reminder",
        "ref": ref,
        "until_ms": until_ms,
    }


def _order(order: Order, conversation_id: str, at_ms: int) -> OrderRows:
    if order.conversation_id != conversation_id:
        raise ValueError(f"order {order.order_no} is not of conversation {conversation_id}")
    return order_rows(order, at_ms)


def order_rows(order: Order, at_ms: int) -> OrderRows:
    row = {
        "order_no": order.order_no,
        "conversation_id": order.conversation_id or None,
        "source": order.source,
        "status": order.status.value,
        "flag": _number(order.flag),
        "settled": int(order.no_reminders),
        "created_ms": to_ms(order.created_at),
        "at_ms": at_ms,
        "version": order.version,
        "goods": to_json([(line.sku, line.quantity) for line in order.lines]),
        "doc": to_json(codec.to_plain(replace(order, version=order.version + 1))),
    }
    return OrderRows(row, _notes(order), order.status not in _HOLDS_STOCK, concerns_platform(order))


def _notes(order: Order) -> list[Params]:
    return [
        {
            "order_no": order.order_no,
            "seq": seq,
            "flag": _number(note.flag),
            "content": _cleaned(note.content),
            "handling": _cleaned(note.handling),
            "staff_id": note.staff_id,
            "at_ms": to_ms(note.at),
        }
        for seq, note in enumerate(order.notes)
    ]


def _placed(orders: Sequence[Order]) -> str:
    return next((order.order_no for order in orders if order.source == "chat" and order.version == 0), "")


def _case(case: Case, conversation_id: str, at_ms: int) -> Params:
    if case.conversation_id != conversation_id:
        raise ValueError(f"case {case.case_id} is not of conversation {conversation_id}")
    return {
        "case_id": case.case_id,
        "conversation_id": conversation_id,
        "state": case.state,
        "role": case.role,
        "opened_ms": to_ms(case.opened_at),
        "doc": to_json(codec.to_plain(case)),
        "assigned": case.assigned,
        "alarm_ms": _ms_or_none(case.alarm_at) if case.open else None,
        "at_ms": at_ms,
        "key": case.key,
        "first": case.fact(SEEN) == "no",
    }


def _promised(line: Promised, conversation_id: str) -> Params:
    if line.conversation_id != conversation_id:
        raise ValueError(f"promise {line.promise_id} is not of conversation {conversation_id}")
    return {
        "promise_id": line.promise_id,
        "conversation_id": conversation_id,
        "order_no": line.order_no,
        "kind": line.kind,
        "state": line.state,
        "due_ms": to_ms(line.due_at),
        "doc": to_json(codec.to_plain(line)),
    }


def _kept(event: PromisesKept, conversation_id: str, at: datetime) -> Params:
    cases: Params = {"case_id": event.case_id, "follows": event.follows or None}
    return {**cases, "conversation_id": conversation_id, "by": event.staff_id, "at": at.isoformat()}


def _rating(event: SatisfactionGiven | SatisfactionExplained, turn: Turn, at_ms: int) -> tuple[str, Params]:
    talk = turn.conversation
    about: Params = {"case_id": event.case_id, "conversation_id": talk.id}
    if isinstance(event, SatisfactionExplained):
        return "rating_explain", {**about, "words": _cleaned(event.words)}
    by = {"staff_id": talk.last_agent_id, "spoke_ms": _ms_or_none(talk.person_spoke_at)}
    return "rating_add", {**about, **by, "mark": event.mark, "at_ms": at_ms}


def _reserve(turn: Turn, sku: str) -> Params:
    """Goods are held by the turn's order that has a line of them, the newest where several have."""
    holders = [order for order in turn.orders if any(line.sku == sku for line in order.lines)] or list(turn.orders)
    if not holders:
        raise ValueError(f"a turn reserves {sku} for no order")
    pieces, stock = turn.reserves[sku]
    return {"order_no": holders[-1].order_no, "sku": sku, "pieces": pieces, "stock": stock}


def _number(flag: int | None) -> int | None:
    return None if flag is None else int(flag)


def _cleaned(text: str) -> str:
    return text if _storable(text) else text.encode("utf-8", "replace").decode("utf-8")


def _storable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
