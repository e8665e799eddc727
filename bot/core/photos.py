"""Names of pictures that belong to a conversation: as a channel names them, and as the shop keeps them."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from bot.core import events as e

#: Channel of a handle whose picture the shop keeps itself, whatever channel the conversation is on.
KEPT: Final = "web"
#: Pictures that one message of a person may carry; Telegram's albums hold no more.
MOST_PHOTOS: Final = 10

_PHOTO_ID: Final = re.compile(r"[0-9a-f]{32}")


def owner_of(conversation_id: str) -> str:
    """Whose folder the pictures of a conversation are kept in; a visitor's of the page is named by her id alone."""
    channel, _, rest = conversation_id.partition(":")
    return rest if channel == KEPT else f"{channel}-{rest}"


def kept_handle(photo_id: str) -> str:
    return f"{KEPT}:{photo_id}"


def is_kept(handle: str) -> bool:
    """Whether the shop keeps it itself."""
    channel, _, rest = handle.partition(":")
    return channel == KEPT and is_photo_id(rest)


def photo_id_of(handle: str) -> str:
    """What a picture is kept as; another channel's gets a name that tells nothing of the channel's own one."""
    channel, _, rest = handle.partition(":")
    if channel == KEPT:
        return rest
    return hashlib.sha256(handle.encode()).hexdigest()[:32]


def is_photo_id(text: str) -> bool:
    return _PHOTO_ID.fullmatch(text) is not None


def full_handle(handle: str, channel: str) -> str:
    """With its channel in front: shoppers' files of Telegram are written down by their bare id.

    Empty for a file that is no picture (``audio:…``).
    """
    kind, colon, _ = handle.partition(":")
    if not colon:
        return f"{channel}:{handle}" if handle else ""
    return handle if kind in (KEPT, channel, "telegram") else ""


def photos_said(event: e.Event, channel: str) -> tuple[str, ...]:
    """Full handles of the pictures that came with what was said; files of other kinds are left out."""
    match event:
        case e.ShopperSpoke() as x if x.kind in ("photo", "document", "edited"):
            handles = tuple(full_handle(handle, channel) for handle in x.media)
            return tuple(h for h in handles if h and (x.kind == "photo" or h.startswith(f"{KEPT}:")))
        case e.StaffSpoke() as x:
            kinds = x.kinds if len(x.kinds) == len(x.media) else ("",) * len(x.media)
            pairs = zip(kinds, x.media, strict=True)
            return tuple(h for kind, h in pairs if kind == "photo" or h.startswith(f"{KEPT}:"))
    return ()


def files_said(event: e.Event, channel: str) -> tuple[str, ...]:
    """Like :func:`photos_said`, with files that may turn out to be pictures: evidence is sent uncompressed too."""
    if isinstance(event, e.ShopperSpoke):
        return tuple(h for h in (full_handle(handle, channel) for handle in event.media) if h)
    return photos_said(event, channel)
