"""Text as Telegram measures and shows it: UTF-16 code units, several messages for a long one, rows of buttons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bot.core.messages import RenderedButton

MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024
MAX_ACTION_BYTES = 64

#: Two labels share a row up to this width each; a Chinese character is two wide.
_HALF_ROW_WIDTH = 16

#: Where a long text may be cut, best first; the cut is behind the match.
_BORDERS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[。！？!?；;…]+|\.(?=\s)"),
    re.compile(r"[\s，,、]"),
)
_JOINER = "\u200d"


def units(text: str) -> int:
    """Length in UTF-16 code units: most emoji count two."""
    return len(text) + sum(character > "\uffff" for character in text)


def sendable(text: str) -> str:
    """Without lone surrogates, which cannot be encoded, and without blanks around it."""
    return text.encode("utf-8", "replace").decode("utf-8").strip()


def split(text: str, limit: int = MAX_TEXT_UNITS) -> list[str]:
    """Parts of at most ``limit`` units (at least 8), cut between paragraphs, lines, sentences or words where possible.

    Nothing but blanks at the cuts is lost; no part is blank.
    """
    parts = []
    while units(text) > limit:
        cut = _cut(text, limit)
        parts.append(text[:cut].strip())
        text = text[cut:]
    parts.append(text.strip())
    return [part for part in parts if part]


def rows(buttons: Sequence[RenderedButton]) -> list[list[RenderedButton]]:
    """Short labels in pairs, a long one on a row of its own."""
    made: list[list[RenderedButton]] = []
    for button in buttons:
        narrow = _width(button.label) <= _HALF_ROW_WIDTH
        if narrow and made and len(made[-1]) == 1 and _width(made[-1][0].label) <= _HALF_ROW_WIDTH:
            made[-1].append(button)
        else:
            made.append([button])
    return made


def _cut(text: str, limit: int) -> int:
    """How many characters the first part takes."""
    most = _characters_within(text, limit)
    for border in _BORDERS:
        # A border in the first half would make a part of a few words; a lesser one further on reads better.
        ends = [m.end() for m in border.finditer(text, most // 2, most) if m.end() <= most]
        if ends:
            return ends[-1]
    return _between_characters(text, most)


def _characters_within(text: str, limit: int) -> int:
    used = 0
    for index, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return index
    return len(text)


def _between_characters(text: str, cut: int) -> int:
    """Not inside an emoji or accent made of several code points, unless it is absurdly long."""
    for earlier in range(cut, max(cut - 32, 1), -1):
        if not _continues(text[earlier]) and text[earlier - 1] != _JOINER:
            return earlier
    return cut


def _continues(character: str) -> bool:
    return character == _JOINER or unicodedata.category(character) in ("Mn", "Me", "Mc") or "🏻" <= character <= "🏿"


def _width(label: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in label)
