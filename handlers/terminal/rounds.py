"""Lists of rounds, shown in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.rounds import Found, Line, Round

Row = Mapping[str, Any]

COLUMNS = ("line", "reason", "about", "role", "state", "did", "facts")


def line_row(line: Line) -> Row:
    return {
        "line": line.line_id,
        "reason": line.found.reason,
        "about": line.found.subject,
        "role": line.role,
        "state": "open" if line.state == "open" else f"done by {line.done_by}",
        "did": ", ".join(line.did),
        "facts": _facts(line.found),
    }


def found_row(found: Found, held: Round) -> Row:
    """What a dry run would list; ``did`` is what it would do."""
    would = [*(["tell"] if found.tell else []), *(["case"] if found.opens else [])]
    return {
        "line": None,
        "reason": found.reason,
        "about": found.subject,
        "role": found.role or held.role,
        "state": "dry run",
        "did": ", ".join(would),
        "facts": _facts(found),
    }


def _facts(found: Found) -> str:
    return "; ".join(f"{name}: {value}" for name, value in found.facts)
