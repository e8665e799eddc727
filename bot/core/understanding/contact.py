"""Phone and order numbers."""

from __future__ import annotations

import re

_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_OWN_ORDER = re.compile(r"(?<![a-z0-9])(xe[-_]?\d[\d-]{4,30})(?![a-z0-9])")
_LONG = re.compile(r"(?<![\d.])\d{12,20}(?!\d|\.\d)")
_LABELLED = re.compile(
    r"(?:订单号?|单号|编号|order(?: (?:no|number|id))?)\s*(?:是|为|:|#|\.)*\s*#?\s*([a-z]{0,4}[-_]?\d{5,24})(?![\d.])"
)


def phone(text: str) -> str | None:
    """A mainland mobile number, its 11 digits."""
    found = _PHONE.search(text)
    return "".join(found.groups()) if found else None


def order_no(text: str) -> str | None:
    """In capitals; a phone number is none."""
    own = _OWN_ORDER.search(text)
    if own:
        return own[1].upper()
    labelled = _LABELLED.search(text)
    if labelled and not _PHONE.fullmatch(labelled[1]):
        return labelled[1].upper()
    long = _LONG.search(text)
    return long[0] if long else None
