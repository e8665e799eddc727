"""Money as shoppers read and write it; inside it is always integer fen."""

from __future__ import annotations

import re
import unicodedata

_YUAN = re.compile(r"(-?)\s*(?:¥|rmb|cny)?\s*(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?\s*(?:元|块|圆|yuan|rmb|cny)?")


def yuan(fen: int) -> str:
    """``¥129``, ``¥99.50``, ``-¥5``: whole yuan without decimals, else always two."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}¥{whole}.{rest:02d}" if rest else f"{sign}¥{whole}"


def parse_yuan(text: str) -> int:
    """Fen of an amount that is all of ``text`` (``129``, ``¥1,299.5``, ``99.50元``); never by way of a float.

    Raises ValueError for anything else, also for more than two decimals.
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    match = _YUAN.fullmatch(plain) if len(plain) <= 40 else None
    if match is None or (match[1] and match[2]):
        raise ValueError("not an amount in yuan")
    fen = int(match[3].replace(",", "")) * 100 + int((match[4] or "").ljust(2, "0"))
    return -fen if match[1] or match[2] else fen
