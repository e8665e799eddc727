"""What staff are shown of a conversation in its topic: every event once, as few messages as possible, in order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from bot.core import events as e
from bot.core.conversation import Conversation
from bot.core.messages import Attachment
from bot.core.photos import is_kept
from bot.core.ports_people import Happened

#: UTF-16 units; below Telegram's 4,096 by what is put in front when a message is sent.
TEXT_UNITS = 3_960
CAPTION_UNITS = 960
#: Files that Telegram takes in one album.
ALBUM_MAX = 10
#: The files of an album come one by one; so long nobody knows whether it is complete.
ALBUM_SECONDS = 2.0
#: The bot's own words are shown shortened: staff have to see what she was told, not to read it all.
_BRIEF_CHARS = 160
#: What was said before a person was asked for; the card shows as much.
BEFORE = 10

_NO_CAPTION = frozenset({"sticker", "video_note"})
_TOGETHER = (frozenset({"photo", "video"}), frozenset({"document"}), frozenset({"audio"}))
#: Moves of a case that staff have to notice (see :class:`bot.core.cases.Entry`).
_LOUD_MOVES = ("unanswered", "late", "reminded", "transferred")
_OWNERSHIP = (e.HandedOver, e.TakenOver, e.HandedBack, e.ConversationClosed, e.Reopened)
#: Characters that turn the reading direction: a name could hide who is speaking.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and how things are called in her language."""

    labels: Mapping[str, str]
    zone: tzinfo
    #: Staff id -> name.
    names: Mapping[str, str] = field(default_factory=dict)
    #: Beginning of the names of messages written in the group itself, which need not be shown there again.
    own_refs: str = "telegram:0:"
    #: Case id -> the role that is to act now.
    roles: Mapping[str, str] = field(default_factory=dict)

    def name(self, staff_id: str) -> str:
        return self.names.get(staff_id, staff_id)

    def time(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%H:%M}"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to post: texts, and then files with a caption."""

    #: Everything up to this event was shown once the part has arrived.
    upto: int
    texts: tuple[str, ...] = ()
    media: tuple[Attachment, ...] = ()
    caption: str = ""
    #: When the oldest of the shopper's words in it came; None: none of hers.
    since: datetime | None = None
    #: Not before then: more files of the album may come.
    ready_at: datetime | None = None

    @property
    def posts(self) -> int:
        """Messages it becomes."""
        return len(self.texts) + len(self.media)


@dataclass(frozen=True, slots=True)
class _Line:
    seq: int
    text: str
    #: Worth a message of its own; others only go along.
    loud: bool = False
    #: Of the shopper.
    said_at: datetime | None = None
    media: tuple[Attachment, ...] = ()
    album: str = ""
    #: Files without a caption of hers: the text only says who sent them.
    wordless: bool = False


def parts(
    happened: Sequence[Happened], talk: Conversation, reader: Reader, people: bool | None = None
) -> tuple[Part, ...]:
    """Everything of ``happened`` that staff have to see, as posts. What she said to the bot alone is left out.

    ``people``: whether people were in it before; None: as the events let see, which is enough unless
    :func:`unclear`.
    """
    if people is None:
        people = _began_with_people(happened, talk)
    lines = _with_people(happened, talk, reader, people)
    if not any(line.loud for line in lines):
        return ()
    return _Builder(happened[-1]).build(_albums(lines))


def units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """One speaker's words, which cannot pretend to be another's: further lines are set in."""
    return _TURNING.sub("", text).strip().replace("\r", "").replace("\n", "\n      ")


def brief(text: str, chars: int = _BRIEF_CHARS) -> str:
    flat = " ".join(_TURNING.sub("", text).split())
    return flat if len(flat) <= chars else f"{flat[: chars - 1]}…"


# --- which events ---


def _with_people(happened: Sequence[Happened], talk: Conversation, reader: Reader, people: bool) -> list[_Line]:
    """Lines of the time with people, each time with the last ones before it."""
    shown, before = list[_Line](), list[_Line]()
    for one in happened:
        if isinstance(one.event, (e.HandedOver, e.TakenOver)) and not people:
            people = True
            shown += before[-BEFORE:]
            before = []
        line = _line(one, talk, reader)
        if line is not None:
            (shown if people or _always(one.event) else before).append(line)
        if isinstance(one.event, (e.HandedBack, e.ConversationClosed)):
            people, before = False, []
    return shown


def unclear(happened: Sequence[Happened]) -> bool:
    """A person is asked for from the bot, or from a person who passes her on: the events alone do not tell."""
    first = next((one.event for one in happened if isinstance(one.event, _OWNERSHIP)), None)
    return isinstance(first, e.HandedOver)


def had_people(happened: Sequence[Happened]) -> bool:
    """Whether people are in it after these events, which are all from the beginning."""
    last = next((one.event for one in reversed(happened) if isinstance(one.event, _OWNERSHIP)), None)
    return isinstance(last, (e.HandedOver, e.TakenOver))


def _began_with_people(happened: Sequence[Happened], talk: Conversation) -> bool:
    """Whether people were in it before the first of these events."""
    for one in happened:
        match one.event:
            case e.HandedOver():
                return False
            case e.TakenOver() | e.HandedBack() | e.ConversationClosed():
                return True
            case e.Reopened():
                return False
    return talk.owner in ("waiting", "agent")


def _always(event: e.Event) -> bool:
    return isinstance(event, (e.CaseMoved, e.SatisfactionGiven, e.SatisfactionExplained))


# --- lines ---


def _line(one: Happened, talk: Conversation, reader: Reader) -> _Line | None:
    label, at = reader.labels, reader.time(one.at)
    match one.event:
        case e.ShopperSpoke() as x:
            return _shopper(one, x, talk, reader)
        case e.BotSpoke() as x if x.text:
            return _Line(one.seq, f"🤖 {at} {brief(x.text)}")
        case e.StaffSpoke() as x if not x.ref.startswith(reader.own_refs):
            return _Line(one.seq, f"💬 {at} {reader.name(x.staff_id)}: {_with_files(x, reader)}", loud=True)
        case e.StaffEdited() as x if not x.ref.startswith(reader.own_refs):
            return _Line(one.seq, f"✎ {at} {reader.name(x.staff_id)}: {clean(x.text)}", loud=True)
        case e.StaffNoted() as x if not x.ref.startswith(reader.own_refs):
            return _Line(one.seq, f"📝 {at} {reader.name(x.staff_id)}: {clean(x.text)}", loud=True)
        case e.HandedBack() as x:
            by = x.by if x.by in ("shopper", "silence", "case") else ""
            words = label[f"back.{by}"] if by else label["back.staff"].format(who=reader.name(x.by))
            return _Line(one.seq, f"↩ {at} {words}", loud=bool(by))
        case e.OrderPlaced() as x:
            return _Line(one.seq, f"🧾 {at} {label['order_placed'].format(what=x.order_no)}")
        case e.CaseMoved() as x if x.what.startswith(_LOUD_MOVES):
            what, _, role = x.what.partition(":")
            role = role or reader.roles.get(x.case_id, "")
            words = label[f"moved.{what}"].format(role=label.get(f"role.{role}", role), who=reader.name(x.by))
            return _Line(one.seq, f"⏰ {at} {words}", loud=True)
        case e.SatisfactionGiven() as x:
            return _Line(one.seq, f"⭐ {at} {x.mark}/5", loud=True)
        case e.SatisfactionExplained() as x:
            return _Line(one.seq, f"⭐ {at} {clean(x.words)}", loud=True)
    return None


def _shopper(one: Happened, x: e.ShopperSpoke, talk: Conversation, reader: Reader) -> _Line:
    who = brief(x.name or talk.name, 40) or reader.labels["customer"]
    files = attachments(x, talk.channel) if x.kind != "edited" else ()
    sign = {"edited": "✎ ", "button": "▸ "}.get(x.kind, "")
    words = clean(x.text)
    if not words or (x.media and not files and x.kind != "edited"):
        words = f"[{reader.labels.get(f'kind.{x.kind}', x.kind)}] {words}".strip()
    head = f"👤 {reader.time(one.at)} {who}:"
    if files and not x.text.strip():
        return _Line(one.seq, head.removesuffix(":"), True, one.at, files, x.album, wordless=True)
    return _Line(one.seq, f"{head} {sign}{words}", True, one.at, files, x.album)


def _with_files(x: e.StaffSpoke, reader: Reader) -> str:
    """Words of a colleague elsewhere, and that there were files: what she sent from the desk lies there."""
    kinds = ", ".join(reader.labels.get(f"kind.{kind}", kind) for kind in x.kinds)
    return f"[{kinds}] {clean(x.text)}".strip() if kinds else clean(x.text)


def attachments(x: e.ShopperSpoke, channel: str) -> tuple[Attachment, ...]:
    """Files as they can be sent on: Telegram's, whose handles the same bot may use anywhere, and pictures of the page,
    which the shop keeps itself and uploads."""
    if channel == "telegram":
        return tuple(_attachment(x.kind, handle) for handle in x.media)
    kept = x.media and all(is_kept(handle) for handle in x.media)
    return tuple(Attachment("photo", handle) for handle in x.media) if kept else ()


def _attachment(kind: str, handle: str) -> Attachment:
    """``audio:<id>`` where the file is of another type than the kind says, the bare id otherwise."""
    other, _, file_id = handle.rpartition(":")
    return Attachment(other or kind, f"telegram:{file_id}")


# --- posts ---


def _albums(lines: Sequence[_Line]) -> list[_Line]:
    """The files of one album as one line, where Telegram takes them together."""
    made = list[_Line]()
    for line in lines:
        home = _home(made, line)
        if home is None:
            made.append(line)
            continue
        # To the end, so that what the bot said in between stands before it and the order of events holds.
        old = made.pop(home)
        worded = [one.text for one in (old, line) if not one.wordless]
        text, files = "\n".join(worded) or old.text, (*old.media, *line.media)
        made.append(_Line(line.seq, text, True, old.said_at, files, old.album, wordless=not worded))
    return made


def _home(made: Sequence[_Line], line: _Line) -> int | None:
    """Where the album of ``line`` began, with nothing of the shopper's in between."""
    if not line.album or not line.media:
        return None
    for index in range(len(made) - 1, -1, -1):
        other = made[index]
        if other.album == line.album and len(other.media) < ALBUM_MAX:
            kinds = {file.kind for file in (*other.media, *line.media)}
            return index if any(kinds <= together for together in _TOGETHER) else None
        if other.said_at is not None:
            return None
    return None


class _Builder:
    def __init__(self, last: Happened) -> None:
        self._last = last
        self._parts = list[Part]()
        self._lines = list[_Line]()

    def build(self, lines: Sequence[_Line]) -> tuple[Part, ...]:
        for index, line in enumerate(lines):
            if line.media:
                self._file(line, last=not any(later.said_at for later in lines[index + 1 :]))
                continue
            if self._lines and self._size(line) > TEXT_UNITS:
                self._flush()
            self._lines.append(line)
        self._flush()
        if self._parts:
            self._parts[-1] = _reaching(self._parts[-1], self._last.seq)
        return tuple(self._parts)

    def _size(self, line: _Line) -> int:
        return sum(units(held.text) + 1 for held in (*self._lines, line))

    def _file(self, line: _Line, last: bool) -> None:
        captioned = line.media[0].kind not in _NO_CAPTION
        if self._lines and (not captioned or self._size(line) > CAPTION_UNITS):
            self._flush()
        held, self._lines = [*self._lines, line], []
        words = "\n".join(x.text for x in held)
        fits = captioned and units(words) <= CAPTION_UNITS
        self._parts.append(
            Part(
                upto=line.seq,
                texts=() if fits or not captioned else tuple(_pieces(words)),
                media=line.media,
                caption=words if fits else "",
                since=_oldest(held),
                ready_at=self._last.at + timedelta(seconds=ALBUM_SECONDS) if line.album and last else None,
            )
        )

    def _flush(self) -> None:
        if any(line.loud for line in self._lines):
            texts = tuple(_pieces("\n".join(line.text for line in self._lines)))
            self._parts.append(Part(self._lines[-1].seq, texts, since=_oldest(self._lines)))
        self._lines = []


def _oldest(lines: Sequence[_Line]) -> datetime | None:
    return min((line.said_at for line in lines if line.said_at), default=None)


def _reaching(part: Part, seq: int) -> Part:
    return Part(max(part.upto, seq), part.texts, part.media, part.caption, part.since, part.ready_at)


def _pieces(text: str) -> list[str]:
    """Cut where a line ends if one ends in the second half."""
    made = list[str]()
    while units(text) > TEXT_UNITS:
        cut = TEXT_UNITS // 2 if units(text[:TEXT_UNITS]) > TEXT_UNITS else TEXT_UNITS
        border = text.rfind("\n", cut // 2, cut)
        cut = border if border > 0 else cut
        made.append(text[:cut].rstrip())
        text = text[cut:].lstrip("\n")
    return [*made, text] if text.strip() else made
