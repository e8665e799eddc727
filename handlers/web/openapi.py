"""The order API described as OpenAPI 3.1, from the very models that read and write it.

Written out here, because the routes read raw bodies themselves: a signature counts the bytes, not their meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from handlers.web.orders_answers import ErrorOut, EventsOut, NotesOut, OrderOut, OrdersOut
from handlers.web.orders_api import MAX_EVENTS, PAGE_SIZE
from handlers.web.orders_models import EventIn, NoteIn, OrderQuery, TextIn

_ABOUT: Final = """\
Other programs tell the shop what happens to its orders and ask what is known of them.

**Signature.** Every request carries `X-Xiaoer-Key`, `X-Xiaoer-Timestamp` (whole seconds since 1970, at most 300 s away
from our clock) and `X-Xiaoer-Signature`: `sha256=` and the hexadecimal HMAC-SHA256, under the secret, of the timestamp
as sent, a full stop, and the raw bytes of the body. A GET has no body, so its timestamp and the full stop are signed.

**Once.** `Idempotency-Key` names a request: the same key with the same body is answered again and changes nothing, with
another body it is refused (409). Keys are kept for 4 days at least. Without the header the signature itself is the key,
so a replayed request changes nothing.

**Units.** Money is whole fen (¥1 = 100 fen). Moments are RFC 3339 with an offset. Text is UTF-8.
"""

_REF: Final = "#/components/schemas/{model}"
_ERRORS: Final = {
    "401": "The key is unknown, the timestamp too far away, or the signature does not fit",
    "404": "There is no such order",
    "409": "The Idempotency-Key was used before with another body",
    "413": "The body or the list is too large",
    "422": "The request cannot be understood; `fields` names what to mend",
    "503": "The API is off (no key or secret is set), or the database is away",
}


def openapi(version: str) -> dict[str, Any]:
    """The description served at ``/api/openapi.json``."""
    models = (EventIn, NoteIn, TextIn, OrderQuery, EventsOut, OrderOut, OrdersOut, NotesOut, ErrorOut)
    _, held = models_json_schema([(model, _mode(model)) for model in models], ref_template=_REF)
    schemas = held["$defs"]
    query = schemas.pop("OrderQuery")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Xiao'er order API", "version": version, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"key": [], "timestamp": [], "signature": []}],
        "tags": [{"name": "orders", "description": "Orders, what happens to them, and notes on them"}],
        "paths": {
            "/api/v1/events": {"post": _post_events()},
            "/api/v1/orders": {"get": _get_orders(query)},
            "/api/v1/orders/{order_no}": {"get": _get_order()},
            "/api/v1/orders/{order_no}/notes": {"post": _post_note()},
        },
        "components": {"schemas": schemas, "securitySchemes": _schemes()},
    }


def _mode(model: type[BaseModel]) -> Any:
    return "serialization" if model.__name__.endswith("Out") else "validation"


def _post_events() -> dict[str, Any]:
    one = {"$ref": _REF.format(model="EventIn")}
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": MAX_EVENTS}
    told = {"200": "Every event was stored or known already", "207": "Some were refused; the others are stored"}
    return _operation(
        "postEvents",
        f"Report what happened to orders: one event, or up to {MAX_EVENTS:,} in a list",
        parameters=[_idempotency()],
        body={"anyOf": [one, many]},
        example={
            "event": "created",
            "order_no": "A-1001",
            "at": "2026-11-23T10:00:00+08:00",
            "order": {
                "lines": [{"sku": "SY-TEE-BLK-XL", "name": "重磅纯棉T恤", "quantity": 2, "price_fen": 12900}],
                "shipping_fen": 0,
            },
        },
        answers={code: (EventsOut, text) for code, text in told.items()},
        errors=("401", "409", "413", "503"),
        # Of one event or of all: which could not be taken; of the body as a whole: what is wrong.
        more={"422": _answers("No event could be taken, or the body is no JSON", EventsOut, ErrorOut)},
    )


def _get_orders(query: Mapping[str, Any]) -> dict[str, Any]:
    parameters = [_query_parameter(name, field) for name, field in query["properties"].items()]
    return _operation(
        "findOrders",
        f"Orders by status and time of change, {PAGE_SIZE} a page; addresses are masked",
        parameters=parameters,
        answers={"200": (OrdersOut, "One page of orders")},
        errors=("401", "413", "422", "503"),
    )


def _query_parameter(name: str, field: Mapping[str, Any]) -> dict[str, Any]:
    # A query has no null: what may be absent is told by ``required``.
    schema = dict(field.get("anyOf", [field])[0])
    about = field.get("description", "")
    schema = {key: value for key, value in schema.items() if key not in ("description", "default", "title")}
    return {"name": name, "in": "query", "required": False, "description": about, "schema": schema}


def _get_order() -> dict[str, Any]:
    return _operation(
        "getOrder",
        "One order with its whole address, notes and history",
        parameters=[_order_no()],
        answers={"200": (OrderOut, "The order as it is known now")},
        errors=("401", "404", "413", "503"),
    )


def _post_note() -> dict[str, Any]:
    return _operation(
        "addNote",
        "Write a note on an order; notes are only ever added",
        parameters=[_order_no(), _idempotency()],
        body={"$ref": _REF.format(model="NoteIn")},
        example={"content": "ship by post", "handling": "told the warehouse", "staff_id": "HL02", "flag": 1},
        answers={"200": (NotesOut, "All notes of the order")},
        errors=("401", "404", "409", "413", "422", "503"),
    )


def _operation(
    name: str,
    summary: str,
    *,
    parameters: Sequence[Mapping[str, Any]],
    answers: Mapping[str, tuple[type[BaseModel], str]],
    errors: Iterable[str],
    body: Mapping[str, Any] | None = None,
    example: Any = None,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    responses = {code: _answers(text, model) for code, (model, text) in answers.items()}
    responses |= {code: _answers(_ERRORS[code], ErrorOut) for code in errors} | dict(more or {})
    operation: dict[str, Any] = {
        "operationId": name,
        "tags": ["orders"],
        "summary": summary,
        "parameters": list(parameters),
        "responses": dict(sorted(responses.items())),
    }
    if body is not None:
        content = {"application/json": {"schema": dict(body), "example": example}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _answers(text: str, *models: type[BaseModel]) -> dict[str, Any]:
    refs = [{"$ref": _REF.format(model=model.__name__)} for model in models]
    schema = refs[0] if len(refs) == 1 else {"anyOf": refs}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _order_no() -> dict[str, Any]:
    return {
        "name": "order_no",
        "in": "path",
        "required": True,
        "description": "The number the shopper sees",
        "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"},
    }


def _idempotency() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The caller's name for this request: 1 to 255 visible ASCII characters",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    }


def _schemes() -> dict[str, Any]:
    told = {
        "key": ("X-Xiaoer-Key", "The shop's key, XIAOER_API_KEY"),
        "timestamp": ("X-Xiaoer-Timestamp", "Whole seconds since 1970-01-01 UTC, at most 300 s away"),
        "signature": (
            "X-Xiaoer-Signature",
            "sha256= and the hexadecimal HMAC-SHA256 of timestamp, full stop, raw body",
        ),
    }
    return {
        scheme: {"type": "apiKey", "in": "header", "name": header, "description": text}
        for scheme, (header, text) in told.items()
    }
