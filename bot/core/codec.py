"""Core values to and from JSON values.

A dataclass becomes a dict of its fields that differ from their defaults, so a field added later with a default reads
old rows. An event also carries its class name under ``event``.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, Union, get_args, get_origin

from bot.core import events

T = TypeVar("T")

#: How a class is read, worked out once; None in its place: as it is.
_Read = Callable[[Any], Any]
_AS_IS = frozenset({str, int, float, bool, type(None)})


def to_plain(value: Any) -> Any:
    """JSON-ready form of a core value."""
    kind: Any = type(value)
    return value if kind in _AS_IS else _writer(kind)(value)


def from_plain(kind: type[T], value: Any) -> T:
    """The core value of class ``kind`` that :func:`to_plain` made ``value`` from."""
    read = _reader(typing.cast(Any, kind))
    return typing.cast(T, value if read is None else read(value))


def event_to_plain(event: events.Event) -> dict[str, Any]:
    return {"event": type(event).__name__, **to_plain(event)}


def event_from_plain(value: Mapping[str, Any]) -> events.Event:
    kind = getattr(events, value["event"], None)
    if not (isinstance(kind, type) and issubclass(kind, events.Event) and kind is not events.Event):
        raise ValueError(f"{value['event']} is not an event")
    return from_plain(kind, {k: v for k, v in value.items() if k != "event"})


@cache
def _writer(kind: type) -> Callable[[Any], Any]:
    if issubclass(kind, Enum):
        return attrgetter("value")
    if issubclass(kind, (str, bool, int, float)):
        return lambda value: value
    if issubclass(kind, (datetime, date)):
        return kind.isoformat
    if issubclass(kind, Mapping):
        return lambda value: {str(k): to_plain(v) for k, v in value.items()}
    if issubclass(kind, (tuple, list)):
        return lambda value: [v if type(v) in _AS_IS else to_plain(v) for v in value]
    if issubclass(kind, (set, frozenset)):
        return lambda value: sorted(to_plain(v) for v in value)
    if is_dataclass(kind):
        return _dataclass_writer(kind)
    raise TypeError(f"cannot store a {kind.__name__}")


def _dataclass_writer(kind: type) -> Callable[[Any], dict[str, Any]]:
    of = fields(kind)
    names = [f.name for f in of]
    defaults = [f.default if f.default_factory is MISSING else f.default_factory() for f in of]
    if len(names) < 2:
        return lambda value: _differing(names, defaults, [getattr(value, name) for name in names])
    all_of = attrgetter(*names)
    return lambda value: _differing(names, defaults, all_of(value))


def _differing(names: list[str], defaults: list[Any], values: Iterable[Any]) -> dict[str, Any]:
    """A field without default differs from MISSING, whatever it holds."""
    return {
        name: held if type(held) in _AS_IS else to_plain(held)
        for name, default, held in zip(names, defaults, values, strict=True)
        if held is not default and held != default
    }


@cache
def _reader(kind: Any) -> _Read | None:
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        inner = next(_reader(a) for a in args if a is not type(None))
        return None if inner is None else lambda v: None if v is None else inner(v)
    if origin is tuple:
        return _tuple_reader(args)
    if origin is frozenset:
        item = _reader(args[0])
        return frozenset if item is None else lambda v: frozenset(map(item, v))
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_reader(kind)
    if kind in (datetime, date):
        return typing.cast(_Read, kind.fromisoformat)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return None


def _tuple_reader(args: tuple[Any, ...]) -> _Read:
    if len(args) == 2 and args[1] is Ellipsis:
        item = _reader(args[0])
        return tuple if item is None else lambda v: tuple(map(item, v))
    items = [_reader(a) for a in args]
    return lambda v: tuple(x if read is None else read(x) for read, x in zip(items, v, strict=True))


def _dataclass_reader(kind: type) -> _Read:
    hints = typing.get_type_hints(kind)
    readers = {f.name: _reader(hints[f.name]) for f in fields(kind)}

    def read(value: Mapping[str, Any]) -> Any:
        return kind(
            **{
                name: held if (reader := readers[name]) is None else reader(held)
                for name, held in value.items()
                if name in readers
            }
        )

    return read
