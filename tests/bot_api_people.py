"""What people do in a group of the test server: write, edit, press."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.bot_api_groups import Chats, Group, Shown

BOT = {"id": 42, "is_bot": True, "first_name": "Xiaoer", "username": "xiaoer_test_bot"}


def user(chat_id: int, **more: Any) -> dict[str, Any]:
    return {"id": chat_id, "is_bot": False, "first_name": "Mei", "language_code": "zh-hans", **more}


class InGroups:
    """Mixed into the server."""

    chats: Chats
    #: What counts posts a minute; tests may put their own clock here.
    now: Callable[[], float]

    def bring(self, update: dict[str, Any], update_id: int | None = None) -> int:
        raise NotImplementedError

    def message(self, chat_id: int, **content: Any) -> dict[str, Any]:
        raise NotImplementedError

    def group(self, chat_id: int) -> Group:
        """Make it a forum that the bot belongs to, once."""
        return self.chats.groups.setdefault(chat_id, Group(chat_id, lambda: self.now()))

    def write(self, chat_id: int, thread_id: int | None, who: int, text: str = "", **more: Any) -> int:
        """Somebody writes in a group (``thread_id`` None: the general topic); the id of the message."""
        message = self.group_message(chat_id, thread_id, who, **({"text": text} if text else {}), **more)
        self.bring({"message": message})
        return int(message["message_id"])

    def rewrite(self, chat_id: int, message_id: int, text: str) -> None:
        """Somebody edits what she wrote."""
        content = self.chats.shown[chat_id, message_id].content
        content["caption" if "caption" in content else "text"] = text
        self.bring({"edited_message": {**content, "edit_date": 1_790_000_060}})

    def group_message(self, chat_id: int, thread_id: int | None, who: int, **content: Any) -> dict[str, Any]:
        """A member's message in a group; ``reply_to`` names the message it answers."""
        answered = content.pop("reply_to", None)
        chat = {"id": chat_id, "type": "supergroup", "title": "Staff", "is_forum": True}
        more: dict[str, Any] = {"chat": chat, "from": user(who, first_name=f"User{who}")}
        if thread_id is not None:
            more |= {"message_thread_id": thread_id, "is_topic_message": True}
        if answered is not None:
            more["reply_to_message"] = self.chats.shown[chat_id, answered].content
        elif thread_id is not None:
            # As Telegram has it: whatever answers nothing answers the notice that opened the topic.
            notice = {"message_id": thread_id, "date": 1_790_000_000, "chat": chat, "from": BOT, **more}
            more["reply_to_message"] = {
                **notice,
                "from": BOT,
                "forum_topic_created": {"name": "topic", "icon_color": 7322096},
            }
        message = self.message(who, **{**more, **content})
        self.chats.show(chat_id, message, None, own=False)
        return message

    def press_in(self, chat_id: int, message_id: int, who: int, data: str, *, tampered: bool = False) -> str:
        """Press a button of a group's message (``tampered``: one it never had); the query's id."""
        shown = self.chats.shown[chat_id, message_id]
        assert tampered or data in shown.buttons, f"{data} is not among {shown.buttons}"
        query_id = str(time.monotonic_ns())
        query = {"id": query_id, "from": user(who, first_name=f"User{who}"), "chat_instance": "1", "data": data}
        self.bring({"callback_query": {**query, "message": {**shown.content, "from": BOT}}})
        return query_id

    def topic(self, chat_id: int, thread_id: int | None) -> list[Shown]:
        """What stands in a topic now, oldest first."""
        return self.chats.in_topic(chat_id, thread_id)
