"""What comes in and what goes out, on any channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

#: ``start`` opens or reopens a chat (Telegram's /start, the page's first load); ``edited`` replaces an earlier text.
Kind = Literal[
    "text", "button", "start", "edited", "photo", "voice", "sticker", "video", "document", "location", "other"
]
Language = Literal["zh", "en"]

#: A message above this many characters is bounded before anything else looks at it.
MAX_TEXT_CHARS = 4096


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a shopper did."""

    channel: str
    #: Unique over all channels, e.g. ``telegram:42``.
    conversation_id: str
    #: Unique within the channel; the platform's update id where there is one.
    message_id: str
    #: Aware; when the shop received it.
    at: datetime
    kind: Kind = "text"
    #: As typed; empty where the kind carries no words. A photo's caption stands here.
    text: str = ""
    #: The action of a pressed button or the payload of ``start``; empty otherwise.
    action: str = ""
    #: How the shopper calls herself on the channel; untrusted text.
    sender_name: str = ""
    #: The channel's handles of attached files, never their content.
    media: tuple[str, ...] = ()
    #: IETF tag that the channel reports for the shopper's app; empty when unknown.
    app_language: str = ""
    #: Same for all files that were sent as one album; empty otherwise.
    album: str = ""
    #: The shop's own id of its user, where the page proved it; never what a shopper merely says.
    user_id: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered with a reply."""

    #: A name in the renderer's label list (``menu.hot``), or already words when ``words`` is true.
    label: str
    #: What comes back when pressed; at most 64 bytes, ids only (Telegram's callback data).
    action: str
    words: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """One message that dialogue wants told; the renderer turns it into words."""

    #: Template below ``templates/replies/<language>/``, without suffix; ``text`` tells ``data['text']`` as it is.
    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    #: Path of a picture below the knowledge folder, or None.
    photo: str | None = None
    #: Where the told facts stand: ``knowledge/logistics.yaml:12``.
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RenderedButton:
    label: str
    action: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a person sends on, named by the handle of the channel it came from."""

    #: ``photo``, ``voice``, ``video`` or ``document``.
    kind: str
    #: ``telegram:<file id>``
    handle: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message ready to be sent."""

    #: Plain text; a channel escapes it as its markup needs.
    text: str
    buttons: tuple[RenderedButton, ...] = ()
    photo: str | None = None
    template: str = ""
    source: tuple[str, ...] = ()
    #: Staff id of the person who wrote or decided it; empty: the bot's own. A person's words are sent whoever owns the
    #: conversation, the bot's are not sent once a person does.
    by: str = ""
    #: The channel's name of the message it passes on (``telegram:<chat>:<message>``), for delivery marks and edits.
    ref: str = ""
    media: tuple[Attachment, ...] = ()
    #: Replaces the words of what was sent for ``ref`` before, instead of being a new message.
    edits: bool = False
