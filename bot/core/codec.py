"""Core values to and from JSON values.

A dataclass becomes a dict of its fields that differ from their defaults, so a field added later with a default reads
old rows. An event also carries its class name under ``event``.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

from bot.core import events

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """JSON-ready form of a core value."""
    if value is None or (isinstance(value, (bool, int, float)) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): to_plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted(to_plain(v) for v in value)
    if is_dataclass(value):
        return {
            name: to_plain(held)
            for name, default in _defaults(value.__class__)
            if (held := getattr(value, name)) != default or default is MISSING
        }
    raise TypeError(f"cannot store a {type(value).__name__}")


def from_plain(kind: type[T], value: Any) -> T:
    """The core value of class ``kind`` that :func:`to_plain` made ``value`` from."""
    return typing.cast(T, _reader(typing.cast(Any, kind))(value))


def event_to_plain(event: events.Event) -> dict[str, Any]:
    return {"event": type(event).__name__, **to_plain(event)}


def event_from_plain(value: Mapping[str, Any]) -> events.Event:
    kind = getattr(events, value["event"], None)
    if not (isinstance(kind, type) and issubclass(kind, events.Event) and kind is not events.Event):
        raise ValueError(f"{value['event']} is not an event")
    return from_plain(kind, {k: v for k, v in value.items() if k != "event"})


@cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (f.name, f.default if f.default_factory is MISSING else f.default_factory())
        for f in fields(kind)
    )  # fmt: skip


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        inner = [_reader(a) for a in args if a is not type(None)]
        return lambda v: None if v is None else inner[0](v)
    if origin is tuple:
        return _tuple_reader(args)
    if origin is frozenset:
        item = _reader(args[0])
        return lambda v: frozenset(item(x) for x in v)
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_reader(kind)
    if kind in (datetime, date):
        return typing.cast(Callable[[Any], Any], kind.fromisoformat)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda v: v


def _tuple_reader(args: tuple[Any, ...]) -> Callable[[Any], Any]:
    if len(args) == 2 and args[1] is Ellipsis:
        item = _reader(args[0])
        return lambda v: tuple(item(x) for x in v)
    items = [_reader(a) for a in args]
    return lambda v: tuple(read(x) for read, x in zip(items, v, strict=True))


def _dataclass_reader(kind: type) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    readers = {f.name: _reader(hints[f.name]) for f in fields(kind)}
    return lambda v: kind(**{name: readers[name](held) for name, held in v.items() if name in readers})
