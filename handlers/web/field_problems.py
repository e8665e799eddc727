"""What pydantic found wrong, in words for whoever sent it; a value is never repeated, since it may be personal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from handlers.web.strict_json import Unfit

#: Told of one row; the rest shows when these are mended.
MAX_PROBLEMS: Final = 10

_WORDS: Final = {
    "missing": "is missing",
    "extra_forbidden": "is no field that is known here",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "list_type": "must be a list",
    "int_type": "must be a whole number, without quotes",
    "int_from_float": "must be a whole number",
    "string_type": "must be text",
    "string_unicode": "has half a character (a lone surrogate)",
    "invalid_key": "has a key with half a character (a lone surrogate)",
    "string_pattern_mismatch": "has a character that is not allowed here",
}


class FieldProblem(NamedTuple):
    #: ``order.lines[0].price_fen``; empty: the whole.
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}" if self.path else self.what


def field_problems(error: ValidationError) -> list[FieldProblem]:
    details = error.errors(include_url=False)[:MAX_PROBLEMS]
    return [FieldProblem(_path(detail["loc"]), _what(detail)) for detail in details]


def _path(steps: Sequence[str | int]) -> str:
    """A name nobody knows is the sender's own; half a character in it could not be sent back."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step[:64]}" for step in steps)
    return path.removeprefix(".").encode("utf-8", "replace").decode()


def _what(detail: ErrorDetails) -> str:
    if isinstance(detail["input"], Unfit):
        return detail["input"].what
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    return _WORDS.get(detail["type"], detail["msg"])
