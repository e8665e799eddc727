"""One way of writing for what shoppers type in many: width, case, script, emoji, stretched letters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

from bot.core.messages import MAX_TEXT_CHARS

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\U00002600-\U000027bf\U00002b00-\U00002bff\U00002300-\U000023ff\U0001f1e6-\U0001f1ff]"
)
#: What platforms put in words for a picture: [微笑], [Grin].
_BRACKETED = re.compile(r"\[[一-鿿a-z ]{1,8}\]")
_GONE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]")
_SPACES = re.compile(r"\s+")
#: A mark is said once; a letter or character at most twice (谢谢, good); x counts (XXXL).
_MARKS = re.compile(r"([^\w\s])(?:\s*\1)+")
_STRETCHED = re.compile(r"([^\W\d_x])\1{2,}")
#: Most messages hold nothing but these: ASCII, common Han, 、。 and full-width forms of ASCII.
_COMMON = re.compile(r"[ -~、。一-鿿！-～]*")
_HALF_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)}
_NOT_WORD = re.compile(r"[\W_]+")


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def clean(text: str) -> str:
    """The one way of writing; ``clean(clean(t)) == clean(t)``. At most 4,096 characters."""
    text = text[:MAX_TEXT_CHARS]
    if text.isascii() and text.isprintable():
        text = text.casefold()
    else:
        text = _common(text) if _COMMON.fullmatch(text) else _wide(text)
    text = _MARKS.sub(r"\1", _STRETCHED.sub(r"\1\1", text))
    return _SPACES.sub(" ", text).strip()


def _common(text: str) -> str:
    """As :func:`_wide` does it, for the characters of which Unicode has nothing more to say."""
    text = _converter().convert(text.translate(_HALF_WIDTH).lower())
    return _BRACKETED.sub(" ", text) if "[" in text else text


def _wide(text: str) -> str:
    text = text.encode("utf-8", "ignore").decode()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = _GONE.sub("", text)
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cn", "Co") else c for c in text)
    if _HAN.search(text):
        text = _converter().convert(text)
    return _EMOJI.sub(" ", _BRACKETED.sub(" ", text))[:MAX_TEXT_CHARS]


def has_emoji(text: str) -> bool:
    return not text.isascii() and _EMOJI.search(text) is not None


def has_han(text: str) -> bool:
    return not text.isascii() and _HAN.search(text) is not None


def bare(text: str) -> str:
    """Letters, digits and Han only, without spaces: what counts as "the same words"."""
    return _NOT_WORD.sub("", text)
