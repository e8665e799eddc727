"""Reading what shop platforms send: lenient with form, strict with money and time.

A platform cannot be asked to send an order again in better shape, so text is cleaned and cut instead of refused.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.core.catalogue import Text
from bot.core.orders import Address, OrderLine
from bot.core.places import narrowest
from handlers.web.moments import read_moment

#: A hundred million yuan; anything larger is a mistake.
MAX_FEN: Final = 10_000_000_000
MAX_QUANTITY: Final = 100_000
MAX_LINES: Final = 500

_MONEY: Final = re.compile(r"\d{1,10}(?:\.\d{1,20})?", re.ASCII)
_ORDER_NO: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
#: Controls, and marks that hide or turn the text around them.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class NotUsable(ValueError):
    """Signed and readable, and yet no order for us; the message says why, and sending it again would not help."""


class Sent(BaseModel):
    """Part of a platform's message: what we read of it. It may hold anything else."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


# --- readers ---


def read_fen(value: Any) -> int:
    """Fen from decimal text (``"129.00"``) or a whole number; no sign, no exponent."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _MONEY.fullmatch(text.strip()):
        raise ValueError("is no amount of money")
    return int((Decimal(text.strip()) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def clean(text: str, limit: int = 500) -> str:
    return _CONTROL.sub("", text).strip()[:limit]


def _text(value: Any) -> str:
    """Platforms send null, a number or text for the same field."""
    if value is None or value is False:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ValueError("must be text")
    return clean(value.encode("utf-8", "replace").decode())


def _fen_or_zero(value: Any) -> int:
    return 0 if value in (None, "") else read_fen(value)


def _moment_or_none(value: Any) -> datetime | None:
    return read_moment(value) if value else None


def _gmt(value: Any) -> datetime:
    """Written without an offset, UTC by the name of its field."""
    return read_moment(f"{value}Z" if isinstance(value, str) and not value.upper().endswith("Z") else value)


def _gmt_or_none(value: Any) -> datetime | None:
    return _gmt(value) if value else None


def _list(value: Any) -> Any:
    return () if value is None else value


def _part(value: Any) -> Any:
    # PHP writes an empty object as an empty list.
    return None if value == [] else value


Loose = Annotated[str, BeforeValidator(_text)]
Fen = Annotated[int, BeforeValidator(_fen_or_zero), Field(ge=0, le=MAX_FEN)]
Pieces = Annotated[int, Field(ge=0, le=MAX_QUANTITY)]
Moment = Annotated[datetime, BeforeValidator(read_moment)]
MomentOrNone = Annotated[datetime | None, BeforeValidator(_moment_or_none)]
Gmt = Annotated[datetime, BeforeValidator(_gmt)]
GmtOrNone = Annotated[datetime | None, BeforeValidator(_gmt_or_none)]
Many = BeforeValidator(_list)
Part = BeforeValidator(_part)


# --- what both platforms' orders need ---


def order_no_of(shown: str) -> str:
    """The number the shopper sees, without the mark in front. Raises NotUsable."""
    number = shown.strip().lstrip("#").strip()
    if not _ORDER_NO.fullmatch(number):
        raise NotUsable("the order's number has characters we cannot keep")
    return number


def line_of(sku: str, product_id: str, name: str, quantity: int, price_fen: int) -> OrderLine:
    """Platforms put color and size into the name; which is which only their shop knows."""
    return OrderLine(sku or product_id, product_id, Text(zh=name), Text(), "", quantity, price_fen)


def discount_of(name: str, off_fen: int) -> tuple[tuple[str, Text, int], ...]:
    return (("platform", Text(zh=name or "优惠", en=name or "discount"), off_fen),) if off_fen else ()


def address_of(*, province: str, city: str, street: str, name: str, phone: str) -> Address | None:
    """None when nothing of it was given. The place is looked up; what the gazetteer lacks stands as written."""
    if not any((province, city, street, name, phone)):
        return None
    place = narrowest(" ".join(part for part in (province, city, street) if part))
    region = (place.name, place.province) if place else (city, province)
    return Address(*region, detail=street, name=name, phone=phone)
