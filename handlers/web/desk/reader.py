"""Who reads a page of the desk: her words, her clock, and how people, moments and pictures are called in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import quote

from bot.core.conversation import Conversation
from bot.core.messages import Language
from bot.core.photos import photo_id_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, in which words, by which clock."""

    words: Mapping[str, str]
    language: Language
    zone: tzinfo
    #: Staff id -> name.
    names: Mapping[str, str]
    #: Until somebody has to answer (E4).
    first_response_seconds: float
    #: Whether a picture of a conversation, by its handle and when it was said, can be shown.
    can_show: Callable[[str, str, datetime], bool] = lambda talk_id, handle, at: True

    def _due(self, due: datetime | None, now: datetime) -> Json | None:
        return {"text": self.moment(due, now), "late": due < now} if due else None

    def _photo(self, talk_id: str, handle: str, at: datetime) -> str:
        """Its address; empty when it is not kept any more."""
        return photo_url(talk_id, photo_id_of(handle)) if self.can_show(talk_id, handle, at) else ""

    def moment(self, at: datetime, now: datetime | None) -> str:
        """Today's by the hour, others with their day."""
        local = at.astimezone(self.zone)
        today = now is not None and local.date() == now.astimezone(self.zone).date()
        return f"{local:%H:%M}" if today else f"{local:%m-%d %H:%M}"

    def name(self, staff_id: str) -> str:
        return self.names.get(staff_id, staff_id)

    def _name(self, talk: Conversation) -> str:
        """Who told no name is known by the end of her conversation's id."""
        last = "".join(char for char in talk.id if char.isalnum())[-4:].upper()
        return " ".join(talk.name.split())[:40] or f"{self.words['customer']} {last}"

    def _label(self, kind: str, name: str) -> str:
        return self.words.get(f"{kind}.{name}", name)


def photo_url(conversation_id: str, photo_id: str) -> str:
    return f"{talk_url(conversation_id)}/photo/{quote(photo_id, safe='')}"


def talk_url(conversation_id: str) -> str:
    return f"/desk/t/{quote(conversation_id, safe=':')}"
