"""Whose order is it? Three ways to prove it: a signed link, number and phone, the page's signed user.

Whoever cannot prove it is told the same, whether the order exists, has no phone, is somebody else's or the digits are
wrong: an answer must not be a way to find out about other people's orders.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.core.orders import Order

#: Tries at one order by phone, and of one conversation at any order; then a person has to help.
MAX_TRIES = 5
#: A lock holds so long after the last try that was looked at; then tries start anew.
LOCK_LASTS = timedelta(hours=24)
#: Begins the payload of a link's start command.
START = "o_"
#: A start payload holds no more.
MAX_START_CHARS = 64
#: What signs a user may be so old when the page hands it on.
SIGNED_USER_LASTS = timedelta(hours=12)

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
#: 96 bits in base64url: nobody guesses one order's, however often he asks.
_MAC_CHARS = 16
_MOBILE = re.compile(r"(?<!\d)1\d{2}[\d*]{4}(\d{4})(?!\d)")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#)\s*\d+\s*$", re.IGNORECASE)
_LAST_FOUR = re.compile(r"(\d{4})\D*$")
_FOUR = re.compile(r"(?<!\d)(\d{4})(?!\d)")

#: ``taken``: it is this conversation's already.
Verdict = Literal["bind", "taken", "no", "locked"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What came of one try to prove an order."""

    order_no: str
    verdict: Verdict
    #: Only where it is hers, proved now or before: nobody else is to be told about it.
    order: Order | None = None


def claimed(order_no: str, order: Order | None, verdict: Verdict) -> Claim:
    return Claim(order_no, verdict, order if verdict in ("bind", "taken") else None)


# --- by link ---


def order_token(order_no: str, secret: bytes) -> str:
    """What proves an order in a link: its number and a signature, ``[A-Za-z0-9_-]`` only.

    Raises ValueError for a number too long for a start payload (more than 45 plain characters).
    """
    body = "p" + order_no if _PLAIN.fullmatch(order_no) else "b" + _b64(order_no.encode())
    token = body + _mac(body, secret)
    if not order_no or len(START + token) > MAX_START_CHARS:
        raise ValueError("this order number does not fit into a link")
    return token


def start_payload(order_no: str, secret: bytes) -> str:
    return START + order_token(order_no, secret)


def order_of_start(payload: str, secret: bytes) -> str | None:
    """The order a start payload proves; None for every other payload and for a wrong signature."""
    return order_of_token(payload.removeprefix(START), secret) if payload.startswith(START) else None


def judge_link(order: Order | None, conversation_id: str) -> Verdict:
    """Whether a link whose signature holds gives ``order`` to this conversation: the first one to come keeps it."""
    if order is not None and order.conversation_id == conversation_id:
        return "taken"
    return "bind" if order is not None and not order.conversation_id else "no"


def order_of_token(token: str, secret: bytes) -> str | None:
    if len(token) > MAX_START_CHARS or not _PLAIN.fullmatch(token):
        return None
    body, mac = token[:-_MAC_CHARS], token[-_MAC_CHARS:]
    if len(body) < 2 or not hmac.compare_digest(mac, _mac(body, secret)):
        return None
    try:
        return body[1:] if body[0] == "p" else _unb64(body[1:]).decode()
    except (ValueError, binascii.Error):
        return None


def _mac(body: str, secret: bytes) -> str:
    if not secret:
        raise ValueError("signing needs a secret")
    return _b64(hmac.digest(secret, b"order-link:" + body.encode(), hashlib.sha256))[:_MAC_CHARS]


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# --- by number and phone ---


def spellings(order_no: str) -> tuple[str, ...]:
    """How a number she typed may stand in the store: one platform's begin with ``#``, another's have small letters."""
    plain = order_no.removeprefix("#")
    return tuple(dict.fromkeys((plain, f"#{plain}", plain.lower(), f"#{plain.lower()}")))


def last_four(phone: str) -> str | None:
    """The last four digits of a number as an order holds it, masked or with an extension; None where it has none."""
    plain = unicodedata.normalize("NFKC", phone).strip()
    mobile = _MOBILE.search(plain)
    if mobile:
        return mobile[1]
    found = _LAST_FOUR.search(_EXTENSION.sub("", plain))
    return found[1] if found else None


def four_digits(text: str) -> str | None:
    """The four digits she gave, of a whole phone number its last four; None when there are none or several."""
    plain = unicodedata.normalize("NFKC", text)
    mobile = _MOBILE.search(plain)
    if mobile:
        return mobile[1]
    found = _FOUR.findall(plain)
    return found[0] if len(found) == 1 else None


def judge_phone(order: Order | None, conversation_id: str, digits: str, try_no: int | None) -> Verdict:
    """Whether four digits prove ``order`` (None: no such order). ``try_no``: of this try, from 1; None when locked.

    A lock holds for the right digits too: otherwise the sixth guess would be as good as the first.
    """
    if order is not None and order.conversation_id == conversation_id:
        return "taken"
    if try_no is None or try_no > MAX_TRIES:
        return "locked"
    known = last_four(order.address.phone) if order is not None else None
    # Compared also where there is nothing to compare with, so that the answer takes the same time.
    right = hmac.compare_digest((known or "----").encode(), digits.encode())
    free = order is not None and not order.conversation_id
    return "bind" if right and known and free else "no"


# --- by the page's user ---


def signed_user(user_id: str, at: datetime, secret: bytes) -> str:
    """What the shop's own server puts into its page beside the user it knows."""
    message = f"user:{int(at.timestamp())}:{user_id}"
    return hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()


def is_signed_user(user_id: str, at: datetime, signature: str, secret: bytes, now: datetime) -> bool:
    """Whether the page's user is whom the shop's server says; a signature from the future counts for nothing."""
    if not secret or not user_id or not timedelta(minutes=-5) <= now - at <= SIGNED_USER_LASTS:
        return False
    return hmac.compare_digest(signed_user(user_id, at, secret).encode(), signature.encode())


def judge_user(order: Order | None, conversation_id: str, user_id: str) -> Verdict:
    """Whether a user whose signature holds is the order's buyer."""
    if order is not None and order.conversation_id == conversation_id:
        return "taken"
    hers = order is not None and bool(user_id) and order.buyer_id == user_id and not order.conversation_id
    return "bind" if hers else "no"
