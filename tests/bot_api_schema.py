"""Judges a call to the Bot API by its documentation (``tests/data/bot_api_10_3.json``), as strictly as can be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SCHEMA = json.loads((Path(__file__).parent / "data" / "bot_api_10_3.json").read_text(encoding="utf-8"))
METHODS: Mapping[str, Mapping[str, Any]] = _SCHEMA["methods"]
_TYPES: Mapping[str, Mapping[str, Any]] = _SCHEMA["types"]
_UNIONS: Mapping[str, list[str]] = _SCHEMA["unions"]

#: Exact types: a boolean is no integer.
_PLAIN: Mapping[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
}

Problems = list[str]


def read_call(method: str, fields: Mapping[str, str], files: Mapping[str, bytes]) -> tuple[dict[str, Any], Problems]:
    """Parameters as values, and everything that is wrong with them."""
    spec, values, problems = METHODS[method], dict[str, Any](), Problems()
    # Files of an album are named within its JSON.
    attached = {name for raw in fields.values() for name in re.findall(r"attach://([\w-]+)", raw)}
    problems += [f"{method}: file {name} is missing" for name in attached - files.keys()]
    for name, raw in fields.items():
        if name not in spec:
            problems.append(f"{method}: unknown parameter {name}")
            continue
        values[name] = _read(raw, spec[name]["type"], f"{method}.{name}", problems, files)
        _check_limits(values[name], spec[name], f"{method}.{name}", problems)
    problems += [f"{method}: {name} is missing" for name, s in spec.items() if s["required"] and name not in fields]
    problems += [f"{method}: file {name} belongs to no parameter" for name in files if name not in attached]
    return values, problems


def _read(raw: str, kind: str, where: str, problems: Problems, files: Mapping[str, bytes]) -> Any:
    """A form field: plain types as text, everything else as JSON."""
    options = kind.split(" or ")
    if "Integer" in options and re.fullmatch(r"-?\d+", raw):
        return int(raw)
    if "Boolean" in options and raw in ("true", "false"):
        return raw == "true"
    if "InputFile" in options and raw.startswith("attach://"):
        return _file(raw.removeprefix("attach://"), where, problems, files)
    if "String" in options:
        return raw
    try:
        value = json.loads(raw)
    except ValueError:
        problems.append(f"{where}: {raw[:40]!r} is no {kind}")
        return None
    _check(value, kind, where, problems)
    return value


def _file(key: str, where: str, problems: Problems, files: Mapping[str, bytes]) -> bytes:
    if not files.get(key):
        problems.append(f"{where}: attached file is missing or empty")
    return files.get(key, b"")


def _check(value: Any, kind: str, where: str, problems: Problems) -> None:
    """A JSON value against a type of the documentation."""
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            problems.append(f"{where}: not a list")
            return
        # "Array of A, B and C" is how the documentation says that items may be of any of these.
        held = re.sub(r", | and ", " or ", kind.removeprefix("Array of "))
        for index, item in enumerate(value):
            _check(item, held, f"{where}[{index}]", problems)
        return
    options = [member for option in kind.split(" or ") for member in _UNIONS.get(option, [option])]
    tried = [_problems_as(value, option, where) for option in options]
    if all(tried):
        problems += sorted(tried, key=len)[0]


def _problems_as(value: Any, kind: str, where: str) -> Problems:
    if kind == "True":
        return [] if value is True else [f"{where}: not true"]
    if kind in _PLAIN:
        return [] if type(value) in _PLAIN[kind] else [f"{where}: not a {kind}"]
    if not isinstance(value, dict):
        return [f"{where}: not a {kind}"]
    spec, problems = _TYPES[kind], Problems()
    for name, held in value.items():
        if name not in spec:
            problems.append(f"{where}: {kind} has no field {name}")
            continue
        _check(held, spec[name]["type"], f"{where}.{name}", problems)
        _check_limits(held, spec[name], f"{where}.{name}", problems)
    problems += [f"{where}: {name} is missing" for name, s in spec.items() if s["required"] and name not in value]
    if kind == "InlineKeyboardButton":
        problems += _check_button(value, where)
    return problems


def _check_button(button: Mapping[str, Any], where: str) -> Problems:
    """What the documentation says in a sentence rather than in a table."""
    does = set(button) - {"text", "icon_custom_emoji_id", "style"}
    problems = [] if len(does) == 1 else [f"{where}: exactly one action, not {sorted(does)}"]
    return problems if str(button.get("text", "")).strip() else [*problems, f"{where}: no label"]


def _check_limits(value: Any, spec: Mapping[str, Any], where: str, problems: Problems) -> None:
    size = _size(value, spec.get("unit", ""))
    if size is not None and not spec["min"] <= size <= spec["max"]:
        problems.append(f"{where}: {size} {spec['unit']}, allowed {spec['min']}-{spec['max']}")
    if "pattern" in spec and isinstance(value, str) and not re.fullmatch(spec["pattern"], value):
        problems.append(f"{where}: characters that are not allowed")
    if "one_of" in spec and value not in spec["one_of"]:
        problems.append(f"{where}: {value!r} is not one of {spec['one_of']}")


def _size(value: Any, unit: str) -> int | None:
    """Characters are counted in UTF-16 code units, as Telegram counts entities: the stricter reading."""
    if unit == "characters" and isinstance(value, str):
        return len(value.encode("utf-16-le")) // 2
    if unit == "bytes" and isinstance(value, str):
        return len(value.encode())
    if unit == "items" and isinstance(value, list):
        return len(value)
    return value if unit == "value" and isinstance(value, int) else None
