"""What the page sends over its socket, and how it is stored: frames in, raw updates out, and back into an Incoming."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.core.messages import Incoming, Kind
from bot.core.ports import InboxRow, RawUpdate
from handlers.web.strict_json import NotJson, read_json
from handlers.web.visitors import CHANNEL, conversation_of

#: A frame in bytes, the socket's limit too; the longest text is 4,096 characters of up to four bytes, escaped or not.
MAX_FRAME_BYTES: Final = 65_536
_MAX_ACTION_BYTES: Final = 64
_MAX_LABEL_CHARS: Final = 64
#: SQLite's and JSON's largest number that a browser keeps exact.
_MAX_NUMBER: Final = 2**53

_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_PHOTO_ID: Final = re.compile(r"[0-9a-f]{32}")
_SECONDS: Final = re.compile(r"[0-9]{1,12}")
_MAX_USER_CHARS: Final = 128
_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_.-]{0,64}")


class BadFrame(ValueError):
    """Not a frame of ours; the message may be shown and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame of a socket."""

    token: str
    #: Row id of the newest message this page shows; 0: none.
    told: int
    #: ``zh`` or ``en``: the language of the page.
    language: str
    #: The user the page's own server knows: id, Unix seconds and signature; empty and 0 where it knows none.
    user_id: str = ""
    user_at: int = 0
    user_signature: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something she did, to be stored."""

    #: Made by the page, so that a repeat is known as one.
    client_id: str
    kind: Kind
    text: str = ""
    action: str = ""
    photo: str = ""


@dataclass(frozen=True, slots=True)
class Ack:
    """The page shows everything up to this row id."""

    told: int


@dataclass(frozen=True, slots=True)
class Typing:
    """She is writing."""


@dataclass(frozen=True, slots=True)
class Ping:
    """The page wants to know whether anybody is there."""


Frame = Act | Ack | Typing | Ping


def read_hello(text: str) -> Hello:
    """Raises BadFrame."""
    frame = _object(text)
    if frame.get("t") != "hello":
        raise BadFrame("the first frame must be hello")
    token = frame.get("token")
    language = "en" if frame.get("lang") == "en" else "zh"
    told, user = _number(frame.get("told", 0)), frame.get("user")
    proof = _user(user) if isinstance(user, dict) else ("", 0, "")
    return Hello(token if isinstance(token, str) else "", told, language, *proof)


def _user(user: Mapping[str, Any]) -> tuple[str, int, str]:
    at = user.get("at")
    seconds = int(at) if isinstance(at, str) and _SECONDS.fullmatch(at) else 0
    return _text(user.get("id", ""), _MAX_USER_CHARS), seconds, _text(user.get("sig", ""), 64)


def read_frame(text: str) -> Frame:
    """Raises BadFrame."""
    frame = _object(text)
    kind = frame.get("t")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise BadFrame("no such frame")
    return read(frame)


def raw_update(act: Act, visitor: str, language: str, received_at: datetime, user_id: str = "") -> RawUpdate:
    """As the inbox stores it: the same client id of the same visitor again is a repeat.

    ``user_id``: the shop's user, whose signature was checked.
    """
    said = {"kind": act.kind, "text": act.text, "action": act.action, "photo": act.photo, "user": user_id}
    payload = {name: value for name, value in said.items() if value} | {"lang": language}
    return RawUpdate(
        channel=CHANNEL,
        update_id=f"{visitor}:{act.client_id}",
        conversation_id=conversation_of(visitor),
        payload=json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
        received_at=received_at,
    )


def incoming(row: InboxRow) -> Incoming:
    """What a stored frame says."""
    said = json.loads(row.payload)
    photo = said.get("photo", "")
    return Incoming(
        channel=CHANNEL,
        conversation_id=row.conversation_id,
        message_id=row.update_id,
        at=row.received_at,
        kind=said["kind"],
        text=said.get("text", ""),
        action=said.get("action", ""),
        media=(f"{CHANNEL}:{photo}",) if photo else (),
        app_language=said.get("lang", ""),
        user_id=said.get("user", ""),
    )


def client_id_of(message_id: str) -> str:
    """The page's own id in a message id."""
    return message_id.rpartition(":")[2]


def _object(text: str) -> Mapping[str, Any]:
    try:
        frame = read_json(text.encode("utf-8", "replace"))
    except NotJson:
        raise BadFrame("not JSON") from None
    if not isinstance(frame, dict):
        raise BadFrame("not an object")
    return frame


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _MAX_NUMBER:
        raise BadFrame("not a number of a message")
    return value


def _text(value: object, longest: int = MAX_FRAME_BYTES) -> str:
    if not isinstance(value, str):
        raise BadFrame("a text is missing")
    return value[:longest]


def _fitting(pattern: re.Pattern[str], value: object, what: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadFrame(f"{what} is missing or malformed")
    return value


def _client_id(frame: Mapping[str, Any]) -> str:
    return _fitting(_CLIENT_ID, frame.get("id"), "the id")


def _say(frame: Mapping[str, Any]) -> Act:
    text = _text(frame.get("text"))
    if not text.strip():
        raise BadFrame("nothing was said")
    return Act(_client_id(frame), "text", text)


def _press(frame: Mapping[str, Any]) -> Act:
    action = _text(frame.get("action"))
    if not action or len(action.encode("utf-8", "replace")) > _MAX_ACTION_BYTES:
        raise BadFrame("the action is missing or too long")
    return Act(_client_id(frame), "button", _text(frame.get("label", ""), _MAX_LABEL_CHARS), action)


def _start(frame: Mapping[str, Any]) -> Act:
    return Act(_client_id(frame), "start", action=_fitting(_PAYLOAD, frame.get("product", ""), "the product"))


def _photo(frame: Mapping[str, Any]) -> Act:
    photo = _fitting(_PHOTO_ID, frame.get("upload"), "the upload")
    return Act(_client_id(frame), "photo", _text(frame.get("text", "")), photo=photo)


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Frame]]] = {
    "say": _say,
    "press": _press,
    "start": _start,
    "photo": _photo,
    "ack": lambda frame: Ack(_number(frame.get("told"))),
    "typing": lambda frame: Typing(),
    "ping": lambda frame: Ping(),
}
