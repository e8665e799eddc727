"""Makes ``bot_api_10_3.json``: what the test server checks our calls against.

Input is ``.butcher/schema/schema.json`` of aiogram's source archive, itself read from Telegram's documentation.
Kept are the methods we call and every type their parameters reach, with what descriptions say about limits.

    python -m tests.data.reduce_bot_api path/to/schema.json
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

METHODS = (
    "getUpdates", "setWebhook", "deleteWebhook", "getMe",
    "sendMessage", "sendPhoto", "sendChatAction", "answerCallbackQuery", "setMyCommands",
    "sendVoice", "sendVideo", "sendDocument", "sendAudio", "sendAnimation", "sendVideoNote", "sendSticker",
    "sendMediaGroup", "copyMessage", "copyMessages",
    "editMessageText", "editMessageCaption", "editMessageReplyMarkup", "setMessageReaction", "deleteMessage",
    "createForumTopic", "editForumTopic", "closeForumTopic", "reopenForumTopic",
    "deleteForumTopic", "getChat", "getChatMember",
    "getFile",
)  # fmt: skip
PLAIN = {"Integer", "Float", "String", "Boolean", "InputFile"}
OUTPUT = Path(__file__).parent / "bot_api_10_3.json"

_LENGTH = re.compile(r"(\d+)-(\d+) (characters|bytes)")
_VALUE = re.compile(r"(?:between |, )(\d+)-(\d+)\b")
_ITEMS = re.compile(r"[Aa]t most (\d+) \w+ can be specified")
_FROM_TO_ITEMS = re.compile(r"must include (\d+)-(\d+) items")
_CHARSETS = {
    "Only characters A-Z, a-z, 0-9, _ and - are allowed": "[A-Za-z0-9_-]*",
    "Can contain only lowercase English letters, digits and underscores": "[a-z0-9_]*",
}
_CHOICES = re.compile(r"\b(typing|(?:upload|record|choose|find)_[a-z_]+)\b")
_SUBTYPE = re.compile(r"^\s*- (\w+)$", re.MULTILINE)


def reduce_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    known = {entry["name"]: entry for section in schema["items"] for entry in section["children"]}
    types, unions = _types(known, METHODS)
    return {
        "version": schema["api"]["version"],
        "methods": {name: _fields(known[name]) for name in METHODS},
        "types": {name: _fields(known[name]) for name in sorted(types)},
        "unions": {name: unions[name] for name in sorted(unions)},
    }


def _types(known: Mapping[str, Any], methods: Iterable[str]) -> tuple[set[str], dict[str, list[str]]]:
    """Every type reached from ``methods``, and the abstract ones with what may stand for them."""
    reached, unions, waiting = set[str](), dict[str, list[str]](), _named(known, methods)
    while waiting:
        name = waiting.pop()
        if name in reached or name in unions:
            continue
        if not known[name]["annotations"] and (members := _SUBTYPE.findall(known[name]["description"])):
            unions[name] = members
            waiting |= set(members)
            continue
        reached.add(name)
        waiting |= _named(known, [name])
    return reached, unions


def _named(known: Mapping[str, Any], entries: Iterable[str]) -> set[str]:
    types = {word for entry in entries for a in known[entry]["annotations"] for word in re.findall(r"\w+", a["type"])}
    return {word for word in types if word in known and word not in PLAIN}


def _fields(entry: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {a["name"]: {"type": a["type"], "required": a["required"], **_limits(a)} for a in entry["annotations"]}


def _limits(annotation: Mapping[str, Any]) -> dict[str, Any]:
    words, found = annotation["description"], dict[str, Any]()
    if length := _LENGTH.search(words):
        found |= {"min": int(length[1]), "max": int(length[2]), "unit": length[3]}
    elif annotation["type"] == "Integer" and (value := _VALUE.search(words)):
        found |= {"min": int(value[1]), "max": int(value[2]), "unit": "value"}
    elif counted := _FROM_TO_ITEMS.search(words):
        found |= {"min": int(counted[1]), "max": int(counted[2]), "unit": "items"}
    elif items := _ITEMS.search(words):
        found |= {"min": 1, "max": int(items[1]), "unit": "items"}
    for sentence, pattern in _CHARSETS.items():
        if sentence in words:
            found["pattern"] = pattern
    if "Choose one" in words:
        found["one_of"] = sorted(set(_CHOICES.findall(words)))
    return found


if __name__ == "__main__":
    reduced = reduce_schema(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    OUTPUT.write_text(json.dumps(reduced, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
