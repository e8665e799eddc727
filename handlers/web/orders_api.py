"""The order API of contract.md: events in, orders and notes out. Every route is signed; docs/orders.md tells how."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError

from bot.core.errors import KeyReused, StoreError
from bot.core.order_events import OrderEvent
from bot.core.ports import Clock
from bot.core.ports_orders import IdempotencyKey
from bot.service.keep_orders import KeepOrders
from handlers.web.bodies import bounded_body
from handlers.web.field_problems import FieldProblem, field_problems
from handlers.web.orders_answers import (
    ErrorOut,
    EventsOut,
    NotesOut,
    OrdersOut,
    Outcome,
    RefusedOut,
    note_out,
    order_out,
)
from handlers.web.orders_models import EventIn, NoteIn, OrderQuery
from handlers.web.signature import SIGNATURE_HEADER, Denied, OwnSignature
from handlers.web.strict_json import NotJson, read_json

log = logging.getLogger(__name__)

M = TypeVar("M", bound=BaseModel)

MAX_EVENTS: Final = 1_000
PAGE_SIZE: Final = 100
#: A thousand events with addresses, written with escapes, stay below.
MAX_BODY_BYTES: Final = 5_000_000

_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_OFF: Final = "the order API is off: set XIAOER_API_KEY and XIAOER_API_SECRET in the environment and start again"


class _Stopped(Exception):
    """The request ends here."""

    def __init__(self, status: int, error: str, problems: Sequence[FieldProblem] = ()) -> None:
        super().__init__(error)
        self.status = status
        self.answer = ErrorOut(error=error, fields=[problem.path for problem in problems if problem.path])


class OrdersApi:
    """``/api/v1/events`` and ``/api/v1/orders``; without a signature to check (None) it is off and says so."""

    def __init__(
        self, keep: KeepOrders, clock: Clock, signature: OwnSignature | None, max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        self._keep = keep
        self._clock = clock
        self._signature = signature
        self._max_body_bytes = max_body_bytes

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/api/v1", include_in_schema=False)
        router.add_api_route("/events", self._guarded(self._events), methods=["POST"])
        router.add_api_route("/orders", self._guarded(self._orders), methods=["GET"])
        router.add_api_route("/orders/{order_no}", self._guarded(self._order), methods=["GET"])
        router.add_api_route("/orders/{order_no}/notes", self._guarded(self._notes), methods=["POST"])
        return router

    # --- routes ---

    async def _events(self, request: Request, body: bytes) -> Response:
        rows = _rows(_json(body))
        read, refused = _read_rows(rows)
        results = await self._keep.take([event for _, event in read], _key(request, body)) if read else []
        for (index, event), result in zip(read, results, strict=True):
            if result.state == "refused":
                refused.append(_refused(index, event, result.reason))
        refused.sort(key=lambda row: row.index)
        return _told(EventsOut(
            stored=sum(result.state == "stored" for result in results),
            ignored=[
                Outcome(index=index, order_no=event.order_no, reason=result.reason)
                for (index, event), result in zip(read, results, strict=True)
                if result.state == "ignored"
            ],
            refused=refused,
        ))  # fmt: skip

    async def _orders(self, request: Request, _body: bytes) -> Response:
        query = _read(OrderQuery, dict(request.query_params), "the query cannot be understood")
        found = await self._keep.find(query.wanted(), query.page, PAGE_SIZE)
        return _answer(OrdersOut(orders=[order_out(order, masked=True) for order in found.orders], next=found.next))

    async def _order(self, request: Request, _body: bytes) -> Response:
        order = await self._keep.order(_order_no(request))
        if order is None:
            raise _Stopped(404, "there is no order of this number")
        return _answer(order_out(order, masked=False))

    async def _notes(self, request: Request, body: bytes) -> Response:
        note = _read(NoteIn, _json(body), "the note cannot be understood").note(self._clock.now())
        order = await self._keep.add_note(_order_no(request), note, _key(request, body))
        if order is None:
            raise _Stopped(404, "there is no order of this number")
        return _answer(
            NotesOut(order_no=order.order_no, flag=order.flag, notes=[note_out(held) for held in order.notes])
        )

    # --- what every route needs ---

    def _guarded(self, route: Callable[[Request, bytes], Awaitable[Response]]) -> Callable[[Request], Any]:
        async def run(request: Request) -> Response:
            try:
                return await route(request, await self._admitted(request))
            except _Stopped as stopped:
                return _answer(stopped.answer, stopped.status)
            except KeyReused:
                return _answer(ErrorOut(error="this Idempotency-Key was used before with another body"), 409)
            except StoreError as error:
                log.error("order API: %s", type(error).__name__)
                return _answer(ErrorOut(error="the database cannot be reached; try again"), 503)

        return run

    async def _admitted(self, request: Request) -> bytes:
        """The body of a request that is signed; nothing of it is read before its key is known."""
        if self._signature is None:
            raise _Stopped(503, _OFF)
        try:
            self._signature.check_headers(request.headers)
            body = await bounded_body(request, self._max_body_bytes)
            if body is None:
                raise _Stopped(413, f"the body is larger than {self._max_body_bytes:,} bytes")
            self._signature.check(request.headers, body)
        except Denied as denied:
            raise _Stopped(401, str(denied)) from None
        return body


# --- reading ---


def _json(body: bytes) -> Any:
    try:
        return read_json(body)
    except NotJson as error:
        raise _Stopped(422, str(error)) from None


def _rows(value: Any) -> list[Any]:
    rows = value if isinstance(value, list) else [value]
    if not rows:
        raise _Stopped(422, "the list of events is empty")
    if len(rows) > MAX_EVENTS:
        raise _Stopped(413, f"more than {MAX_EVENTS:,} events; post them in several parts")
    return rows


def _read_rows(rows: Sequence[Any]) -> tuple[list[tuple[int, OrderEvent]], list[RefusedOut]]:
    """By place; a row that cannot be read does not stop the others."""
    read, refused = [], []
    for index, row in enumerate(rows):
        try:
            read.append((index, EventIn.model_validate(row).report()))
        except ValidationError as error:
            refused.append(_unreadable(index, row, field_problems(error)))
    return read, refused


def _unreadable(index: int, row: Any, problems: Sequence[FieldProblem]) -> RefusedOut:
    number = row.get("order_no") if isinstance(row, dict) else None
    return RefusedOut(
        index=index,
        order_no=number[:64] if isinstance(number, str) and number.isascii() else None,
        reason="; ".join(map(str, problems)),
        fields=[problem.path for problem in problems],
    )


def _refused(index: int, event: OrderEvent, reason: str) -> RefusedOut:
    """The order's rules name the field before the colon, as ``order`` has it."""
    field, colon, _ = reason.partition(":")
    named = colon and field.replace("_", "").isalpha()
    path = field if field in ("at", "order_no") else f"order.{field}"
    return RefusedOut(index=index, order_no=event.order_no, reason=reason, fields=[path] if named else [])


def _read(model: type[M], value: Any, error: str) -> M:
    try:
        return model.model_validate(value)
    except ValidationError as fault:
        problems = field_problems(fault)
        raise _Stopped(422, f"{error}: {'; '.join(map(str, problems))}", problems) from None


def _order_no(request: Request) -> str:
    # Longer ones exist nowhere, and no database need be asked.
    return str(request.path_params["order_no"])[:65]


def _key(request: Request, body: bytes) -> IdempotencyKey:
    """Without a key the signature serves: it is the same for a replay, and another one for the next request."""
    given = request.headers.get("idempotency-key")
    if given is not None and not _KEY.fullmatch(given):
        raise _Stopped(422, "Idempotency-Key must be 1 to 255 visible ASCII characters")
    name = f"key {given}" if given is not None else request.headers[SIGNATURE_HEADER].lower()
    return IdempotencyKey(f"{request.url.path} {name}", hashlib.sha256(body).hexdigest())


# --- answering ---


def _told(events: EventsOut) -> Response:
    if not events.refused:
        return _answer(events)
    if events.stored or events.ignored:
        return _answer(events, 207)
    return _answer(events.model_copy(update={"error": "no event could be taken"}), 422)


def _answer(answer: BaseModel, status: int = 200) -> Response:
    return JSONResponse(answer.model_dump(), status, headers={"Cache-Control": "no-store"})
