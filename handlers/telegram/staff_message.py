"""Small questions about a message of the staff group, and about words of a command."""

from __future__ import annotations

from aiogram.types import Message

from bot.core.cases import ROLES
from bot.core.group_words import Reader
from bot.core.orders import Flag


def thread_of(message: Message) -> int | None:
    """None: the general topic."""
    return message.message_thread_id if message.is_topic_message else None


def answered_by(message: Message) -> Message | None:
    """What it replies to; in a topic every other message counts as a reply to the topic's beginning."""
    answered = message.reply_to_message
    return None if answered is None or answered.forum_topic_created is not None else answered


def ref_of(message: Message) -> str:
    return f"telegram:{message.chat.id}:{message.message_id}"


def flag_named(color: str, reader: Reader) -> Flag | None:
    plain = color.strip().casefold()
    for flag in Flag:
        name = flag.name.lower()
        label = reader.labels[f"flag.{name}"].casefold()
        if plain and (plain in (name, label) or (len(plain) == 1 and label.startswith(plain))):
            return flag
    return None


def roles_named(reader: Reader) -> dict[str, str]:
    """Ids and names of roles, in small letters -> id."""
    return {name.casefold(): role for role in ROLES for name in (role, reader.labels[f"role.{role}"])}
