"""The one memo and flag a platform shows staff beside an order, and how ours join what stands there (A10)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.order_events import BUYER
from bot.core.orders import Flag, Order, memo


@dataclass(frozen=True, slots=True)
class Memo:
    """Always written together: a platform that gets a text without a flag takes the flag off."""

    text: str = ""
    #: None: none set, or nobody told.
    flag: Flag | None = None


def concerns_platform(order: Order) -> bool:
    """Whether the platform has to hear of this order's notes and flag.

    Not of the chat's own orders, which it does not know; nor of those we only keep a copy of, where nobody here served
    the buyer: their memo holds nothing of ours, and a shop's whole history may have been imported.
    """
    served = bool(order.conversation_id) or any(note.staff_id != BUYER for note in order.notes)
    return order.source != "chat" and (served or order.flag is Flag.BLUE)


def merged(order: Order, theirs: Memo | None) -> Memo:
    """What to write: the platform's own lines first, ours after them, at most 1,000 bytes.

    ``theirs``: as it stands there now; None where the platform does not tell, then as last seen.
    """
    before = order.platform_memo if theirs is None else theirs.text
    return Memo(memo(order, before=before), _flag(order.flag, theirs.flag if theirs else None))


def _flag(ours: Flag | None, theirs: Flag | None) -> Flag:
    """A color that people set on the platform is not undone by our blue; grey is none."""
    if ours is None:
        return theirs if theirs is not None else Flag.GREY
    if ours is Flag.BLUE and theirs not in (None, Flag.GREY):
        assert theirs is not None
        return theirs
    return ours
