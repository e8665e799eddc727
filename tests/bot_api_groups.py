"""Supergroups of the test server: topics that can vanish, messages that can be edited, 20 posts a minute."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: Beyond this the real one answers 429; ours fails the test, because waiting is our job.
POSTS_A_MINUTE = 20

SENDING = {
    "sendMessage": "text", "sendPhoto": "photo", "sendVoice": "voice", "sendVideo": "video", "sendDocument": "document",
    "sendAudio": "audio", "sendAnimation": "animation", "sendVideoNote": "video_note", "sendSticker": "sticker",
}  # fmt: skip

#: Reactions a bot may set, those of the list that matter here (the documentation's own list lost its emoji).
REACTIONS = frozenset(
    "👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🤡🥱🥴😍🐳🌚💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄"
)


@dataclass
class Shown:
    """A message as everybody in the chat sees it now."""

    chat_id: int
    message_id: int
    thread_id: int | None
    content: dict[str, Any]
    buttons: list[str] = field(default_factory=list)
    own: bool = True

    @property
    def text(self) -> str:
        return str(self.content.get("text") or self.content.get("caption") or "")


class Refused(Exception):
    """What the server answers with 400."""


class Group:
    """A forum: ``thread ids`` are those of the message that opened the topic."""

    def __init__(self, chat_id: int, now: Callable[[], float]) -> None:
        self.chat_id = chat_id
        self.topics: dict[int, str] = {}
        self.deleted: set[int] = set()
        self.closed: set[int] = set()
        self._now = now
        self._posted: list[float] = []

    def delete_topic(self, thread_id: int) -> None:
        del self.topics[thread_id]
        self.deleted.add(thread_id)

    def check_thread(self, thread_id: int | None) -> None:
        if thread_id is not None and thread_id not in self.topics:
            raise Refused("message thread not found")

    def count(self, posts: int) -> str:
        """Note so many posts; a complaint when the minute is too full."""
        now = self._now()
        self._posted = [at for at in self._posted if now - at < 60.0] + [now] * posts
        if len(self._posted) > POSTS_A_MINUTE:
            return f"group {self.chat_id}: {len(self._posted)} messages in one minute"
        return ""

    @property
    def busiest(self) -> int:
        """Posts of the last minute."""
        return len([at for at in self._posted if self._now() - at < 60.0])


class Chats:
    """Every message of every chat, and the groups among them."""

    def __init__(self, message_ids: itertools.count[int]) -> None:
        self.groups: dict[int, Group] = {}
        self.shown: dict[tuple[int, int], Shown] = {}
        #: (chat, message) -> emoji
        self.reactions: dict[tuple[int, int], str] = {}
        self._message_ids = message_ids

    def check_place(self, params: Mapping[str, Any]) -> None:
        """Whether a message may go where it is meant to go."""
        chat_id = params["chat_id"]
        if group := self.groups.get(chat_id):
            group.check_thread(params.get("message_thread_id"))
        elif params.get("message_thread_id") is not None:
            raise Refused("message thread not found")
        reply = params.get("reply_parameters")
        if reply and not reply.get("allow_sending_without_reply") and (chat_id, reply["message_id"]) not in self.shown:
            raise Refused("message to be replied not found")

    def show(self, chat_id: int, message: Mapping[str, Any], markup: object, *, own: bool = True) -> None:
        thread = message.get("message_thread_id")
        number = int(message["message_id"])
        self.shown[chat_id, number] = Shown(chat_id, number, thread, dict(message), _actions(markup), own)

    def edit(self, params: Mapping[str, Any], field_name: str | None) -> Shown:
        """Replace text, caption or (None) only the buttons."""
        shown = self._own(params)
        if field_name == "text" and "text" not in shown.content:
            raise Refused("there is no text in the message to edit")
        value = params.get(field_name) if field_name else None
        buttons = _actions(params.get("reply_markup"))
        same = field_name is None or shown.content.get(field_name) == value
        if same and buttons == shown.buttons:
            raise Refused(
                "message is not modified: specified new message content and reply markup are exactly the same"
            )
        if field_name:
            shown.content[field_name] = value
        shown.content["reply_markup"] = params.get("reply_markup")
        shown.buttons = buttons
        return shown

    def react(self, params: Mapping[str, Any]) -> None:
        place = (params["chat_id"], params["message_id"])
        if place not in self.shown:
            raise Refused("message to react not found")
        emojis = [one.get("emoji") for one in params.get("reaction") or []]
        if len(emojis) > 1 or not set(emojis) <= REACTIONS:
            raise Refused("REACTION_INVALID")
        self.reactions[place] = emojis[0] if emojis else ""

    def open_topic(self, chat_id: int, name: str) -> int:
        if chat_id not in self.groups:
            raise Refused("the chat is not a forum")
        thread = next(self._message_ids)
        self.groups[chat_id].topics[thread] = name
        return thread

    def in_topic(self, chat_id: int, thread_id: int | None) -> list[Shown]:
        """Messages of one topic, oldest first."""
        return [s for (chat, _), s in self.shown.items() if chat == chat_id and s.thread_id == thread_id]

    def delete_topic(self, chat_id: int, thread_id: int) -> None:
        """As an administrator does, with all that was written in it."""
        self.groups[chat_id].delete_topic(thread_id)
        gone = [place for place, s in self.shown.items() if place[0] == chat_id and s.thread_id == thread_id]
        for place in gone:
            del self.shown[place]

    def _own(self, params: Mapping[str, Any]) -> Shown:
        shown = self.shown.get((params["chat_id"], params["message_id"]))
        if shown is None:
            raise Refused("message to edit not found")
        if not shown.own:
            raise Refused("message can't be edited")
        return shown


def _actions(markup: object) -> list[str]:
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    return [button.get("callback_data", "") for row in rows for button in row]


def posts(method: str, params: Mapping[str, Any]) -> int:
    """Messages a call puts into a chat; opening a topic puts a notice there."""
    if method in SENDING or method in ("copyMessage", "createForumTopic"):
        return 1
    items = params.get("media") if method == "sendMediaGroup" else params.get("message_ids")
    return len(items or []) if method in ("sendMediaGroup", "copyMessages") else 0


def media_of(method: str, value: object) -> dict[str, Any]:
    """A file as the server would tell it."""
    kind = SENDING[method]
    file_id = value if isinstance(value, str) else "uploaded"
    entry: dict[str, Any] = {"file_id": file_id, "file_unique_id": file_id}
    extra: dict[str, dict[str, Any]] = {
        "photo": {"width": 800, "height": 800},
        "voice": {"duration": 1},
        "audio": {"duration": 1},
        "video": {"width": 800, "height": 800, "duration": 1},
        "animation": {"width": 800, "height": 800, "duration": 1},
        "video_note": {"length": 240, "duration": 1},
        "sticker": {"width": 512, "height": 512, "type": "regular", "is_animated": False, "is_video": False},
    }
    entry |= extra.get(kind, {})
    return {kind: [entry] if kind == "photo" else entry}


def same_kind_of_file(method: str, value: object) -> str:
    """Telegram refuses a file id under another type than its own; ours begin with the type where tests care."""
    known = sorted(set(SENDING.values()) - {"text"}, key=len, reverse=True)
    prefix = next((k for k in known if isinstance(value, str) and value.startswith(f"{k}-")), "")
    return "" if prefix in ("", SENDING[method]) else f"can't use file of type {prefix} as {SENDING[method]}"
