"""A conversation as the desk shows it: who said what, what the bot understood, and where its answer stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.core import events as e
from bot.core.conversation import Conversation
from bot.core.discretion import Discretion
from bot.core.photos import KEPT, photos_said
from bot.core.ports_people import Happened

Who = Literal["shopper", "bot", "staff", "note", "event"]

#: Characters of one message; longer ones are cut, with a mark.
_MOST_CHARS = 6_000


@dataclass(frozen=True, slots=True)
class DeskLine:
    seq: int
    at: datetime
    who: Who
    #: Staff id of a person; empty otherwise.
    staff_id: str = ""
    text: str = ""
    #: How it was said, where not by words: ``button``, ``edited``, ``photo`` …
    kind: str = "text"
    #: Handles of files.
    files: tuple[str, ...] = ()
    #: Full handles of those that are pictures.
    photos: tuple[str, ...] = ()
    #: What the bot understood before it said this: topics, or ``?``.
    understood: tuple[str, ...] = ()
    #: Files and lines its answer was made from.
    source: tuple[str, ...] = ()
    #: What became of a person's message: ``waiting``, ``sent``, ``uncertain`` …
    state: str = ""
    #: Of an event: name of its sentence, and what is filled in.
    event: str = ""
    about: Mapping[str, str] | None = None


def desk_lines(
    happened: Sequence[Happened], states: Mapping[str, str], discretion: Discretion, channel: str = KEPT
) -> tuple[DeskLine, ...]:
    """``happened``: consecutive events, oldest first; ``states``: by ref, what became of people's messages.

    ``channel``: of the conversation.
    """
    made = list[DeskLine]()
    understood = list[str]()
    private = _turns_with_address(happened) if not discretion.open else frozenset()
    for one in happened:
        match one.event:
            case e.ShopperSpoke() as x:
                understood = []
                hidden = one.seq in private
                made.append(_with_photos(_shopper(one, x, discretion, hidden), one, channel))
            case e.TopicAnswered() as x:
                understood.append(x.topic)
            case e.NotUnderstood():
                understood.append("?")
            case e.BotSpoke() as x if x.text:
                text = discretion.words(_cut(x.text))
                made.append(
                    DeskLine(
                        one.seq,
                        one.at,
                        "bot",
                        text=text,
                        understood=tuple(understood),
                        source=tuple(filter(None, x.source)),
                    )
                )
                understood = []
            case e.OrderReminded() as x if x.text:
                made.append(
                    DeskLine(one.seq, one.at, "bot", text=discretion.words(_cut(x.text)), understood=("nudge",))
                )
            case e.StaffSpoke() as x:
                line = _staff(one, x.staff_id, x.text, states.get(x.ref, ""), discretion, x.media)
                made.append(_with_photos(line, one, channel))
            case e.StaffEdited() as x:
                line = _staff(one, x.staff_id, x.text, states.get(x.ref, ""), discretion)
                made.append(_edited(line))
            case e.StaffNoted() as x:
                text = discretion.words(_cut(x.text))
                made.append(DeskLine(one.seq, one.at, "note", x.staff_id, text))
            case _:
                sentence = _sentence(one.event)
                if sentence is not None:
                    name, about = sentence
                    made.append(DeskLine(one.seq, one.at, "event", event=name, about=about))
    return tuple(made)


def last_words(talk: Conversation, last: Happened | None, discretion: Discretion) -> tuple[Who, str, str]:
    """Who spoke last (and her staff id), and the words on one line; for the queue."""
    if last is None:
        return "event", "", ""
    match last.event:
        case e.ShopperSpoke() as x:
            return "shopper", "", _flat(discretion.words(x.text)) or f"[{x.kind}]"
        case e.StaffSpoke() as x:
            return "staff", x.staff_id, _flat(discretion.words(x.text))
    return "event", "", ""


def last_question(happened: Sequence[Happened]) -> str:
    """Her newest words of any length; empty: she has said none."""
    for one in reversed(happened):
        if isinstance(one.event, e.ShopperSpoke) and one.event.text.strip() and one.event.kind in ("text", "edited"):
            return one.event.text
    return ""


def _shopper(one: Happened, x: e.ShopperSpoke, discretion: Discretion, hidden: bool) -> DeskLine:
    text = "" if hidden else discretion.words(_cut(x.text))
    return DeskLine(one.seq, one.at, "shopper", text=text, kind="hidden" if hidden else x.kind, files=x.media)


def _staff(
    one: Happened, staff_id: str, text: str, state: str, discretion: Discretion, files: tuple[str, ...] = ()
) -> DeskLine:
    words = discretion.words(_cut(text))
    return DeskLine(one.seq, one.at, "staff", staff_id, words, files=files, state=state)


def _with_photos(line: DeskLine, one: Happened, channel: str) -> DeskLine:
    return replace(line, photos=photos_said(one.event, channel))


def _edited(line: DeskLine) -> DeskLine:
    return DeskLine(line.seq, line.at, line.who, line.staff_id, line.text, "edited", state=line.state)


def _turns_with_address(happened: Sequence[Happened]) -> frozenset[int]:
    """Messages of hers in which she gave her address: how she wrote it is not how it was understood."""
    spoke, found = -1, set[int]()
    for one in happened:
        if isinstance(one.event, e.ShopperSpoke):
            spoke = one.seq
        elif isinstance(one.event, e.AddressGiven) and (one.event.detail or one.event.phone or one.event.name):
            found.add(spoke)
    return frozenset(found)


def _sentence(event: e.Event) -> tuple[str, Mapping[str, str]] | None:
    """Name of the sentence, and what is filled in; ids that the reader's words know are left to them."""
    match event:
        case e.HandedOver() as x:
            return "handed_over", {"reason": x.reason, "role": x.role}
        case e.TakenOver() as x:
            return "taken", {"staff": x.staff_id}
        case e.HandedBack() as x:
            by = x.by if x.by in ("shopper", "silence", "case") else ""
            return (f"back_{by}", {}) if by else ("back", {"staff": x.by})
        case e.ConversationClosed() as x:
            return "closed", {"staff": x.by}
        case e.Reopened():
            return "reopened", {}
        case e.Snoozed() as x:
            return "snoozed", {"staff": x.staff_id, "until": x.until}
        case e.SnoozeEnded() as x:
            return "woken", {"staff": x.by}
        case e.OrderPlaced() as x:
            return "order", {"what": x.order_no}
        case e.CaseOpened() as x:
            return "case", {"reason": x.reason}
        case e.CaseMoved() as x:
            return _moved(x)
        case e.SatisfactionGiven() as x:
            return "mark", {"what": str(x.mark)}
        case e.SatisfactionExplained() as x:
            return "why", {"what": _flat(x.words)}
        case e.RemindersStopped():
            return "no_reminders", {}
        case e.PersonErased():
            return "erased", {}
    return None


def _moved(x: e.CaseMoved) -> tuple[str, Mapping[str, str]] | None:
    head, _, rest = x.what.partition(":")
    if head == "transferred":
        return "transferred", {"role": rest, "staff": x.by}
    if head in ("unanswered", "late", "reminded"):
        return head, {"role": rest}
    if rest and x.by not in ("bot", "clock", "shopper") and head not in ("step", "fact", "unread", "call"):
        return "decided", {"staff": x.by, "step": head, "outcome": rest, "case": x.case_id}
    return None


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARS else f"{text[:_MOST_CHARS]}…"


def _flat(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 120 else f"{flat[:119]}…"
