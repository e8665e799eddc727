"""The tables of answers and phrases, and what holds over all of them: merging, phrasings told apart, placeholders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.adapters import yaml_fields as read
from bot.adapters.yaml_book import Book, KeyPath, Place, Reading, Wrong, unknown
from bot.adapters.yaml_fields import Record, Spot, may, need
from bot.adapters.yaml_nodes import Entries, Node, shown
from bot.core.cases import ROLES
from bot.core.catalogue import Answer, Logistics, Phrases, Text

#: Group -> name -> words, for ``{group.name}``; None for a group that could not be read.
Facts = Mapping[str, Mapping[str, Text] | None]

# --- answers ---


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry under ``answers``; several may share a topic."""

    topic: str
    ask: tuple[tuple[str, Place], ...]
    reply: Text | None
    template: str
    handoff: str
    #: Where the reply stands, or the entry where it has none.
    place: Place
    source: str
    opens: str = ""
    #: False where the reply was written but cannot be used.
    whole: bool = True


def _phrasing(reading: Reading, node: Node, path: KeyPath) -> tuple[str, Place]:
    # "null" and "~" may be what a shopper types, but nobody means them here.
    return read.scalar(node, "a phrasing"), Place(reading.file, node.line, path)


def _reply(reading: Reading, node: Node, path: KeyPath) -> tuple[Text | None, str, Place]:
    place = Place(reading.file, node.line, path)
    if isinstance(node, Entries) and "template" in node.nodes:
        name, place = _TEMPLATE(reading, node, path)
        return None, name, place
    return read.text(reading, node, path), "", place


def _template_name(reading: Reading, node: Node, path: KeyPath) -> tuple[str, Place]:
    name = read.scalar(node, "the name of a template")
    if not re.fullmatch(r"\w[\w./-]*", name) or ".." in name:
        raise Wrong(node, f"{shown(name)!r} is no name of a template; write it without folder and suffix")
    return name, Place(reading.file, node.line, path)


_TEMPLATE: Final = Record(
    lambda spot, values: values["template"],
    {"template": need(_template_name)},
    "a reply by template",
)


def _entry(spot: Spot, values: dict[str, Any]) -> Entry:
    place = Place(spot.reading.file, spot.node.line, spot.path)
    reply, template, place = values.get("reply", (None, "", place))
    return Entry(
        topic=values["topic"],
        ask=values.get("ask", ()),
        reply=reply,
        template=template,
        handoff=values.get("handoff", ""),
        place=place,
        source=spot.source,
        opens=values.get("opens", ""),
        whole="reply" in values or "reply" not in spot.node.nodes,
    )


ANSWER: Final = Record(
    _entry,
    {
        "topic": need(read.identifier(most_bytes=200)),
        "ask": may(read.many(_phrasing)),
        "reply": may(_reply),
        "handoff": may(read.one_of("role", ROLES)),
        "opens": may(read.identifier(most_bytes=40)),
    },
)


def merge_answers(
    entries: Sequence[Entry], facts: Facts, book: Book, templates: Callable[[str], bool] | None
) -> tuple[Answer, ...]:
    """One answer a topic in the order first seen: phrasings joined, the first reply and the first role win."""
    by_topic: dict[str, list[Entry]] = {}
    for entry in entries:
        by_topic.setdefault(entry.topic, []).append(entry)
    seen: dict[str, tuple[str, Place]] = {}
    return tuple(_merged(topic, found, facts, book, templates, seen) for topic, found in by_topic.items())


def _merged(
    topic: str,
    entries: Sequence[Entry],
    facts: Facts,
    book: Book,
    templates: Callable[[str], bool] | None,
    seen: dict[str, tuple[str, Place]],
) -> Answer:
    told = next((e for e in entries if e.reply is not None or e.template), None)
    if told is None and all(entry.whole for entry in entries):
        book.fault(entries[0].place, f"the topic {shown(topic)!r} has no reply in any file")
    ask = _told_apart((p for entry in entries for p in entry.ask), topic, book, seen)
    for entry in entries:
        if entry.template and templates is not None and not templates(entry.template):
            book.fault(entry.place, f"there is no template {shown(entry.template)!r}")
    replies = [_filled(entry, facts, book) for entry in entries]
    return Answer(
        topic=topic,
        ask=tuple(words for words, _ in ask),
        reply=next((reply for entry, reply in zip(entries, replies, strict=True) if entry is told), None),
        template=told.template if told else "",
        handoff=next((entry.handoff for entry in entries if entry.handoff), ""),
        opens=next((entry.opens for entry in entries if entry.opens), ""),
        source=(told or entries[0]).source,
        ask_source=tuple(place.source for _, place in ask),
    )


def _told_apart(
    phrasings: Iterable[tuple[str, Place]], topic: str, book: Book, seen: dict[str, tuple[str, Place]]
) -> list[tuple[str, Place]]:
    """Phrasings of one topic without repeats; one that another topic has as well stays there, with a warning."""
    kept = []
    for words, place in phrasings:
        first_topic, first = seen.setdefault(bare(words), (topic, place))
        if first is place:
            kept.append((words, place))
        elif first_topic != topic:
            what = f"{shown(words)!r} is asked under {shown(first_topic)!r} already, at {first.source}"
            book.warn(place, f"{what}; only that one counts")
    return kept


class _Dropped(dict[int, "int | None"]):
    """For str.translate: punctuation, spaces and control characters go; filled as characters are met."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code))[0] in "PZC" else code
        self[code] = kept
        return kept


_DROPPED: Final = _Dropped()


def bare(words: str) -> str:
    """The form in which two phrasings are the same: NFKC, casefold, no punctuation or spaces.

    A phrasing of nothing but punctuation stays as it is.
    """
    folded = unicodedata.normalize("NFKC", words).casefold()
    return folded.translate(_DROPPED) or folded


# --- placeholders ---

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\.(\w+)\}")


def _filled(entry: Entry, facts: Facts, book: Book) -> Text | None:
    """The reply with every ``{group.name}`` replaced by that fact; other braces stay as they are."""
    return entry.reply and fill_facts(entry.reply, facts, lambda what: book.fault(entry.place, what))


def fill_facts(text: Text, facts: Facts, fault: Callable[[str], None]) -> Text:
    """The words with the shop's facts in their places; ``fault`` is told of each that does not exist."""
    if "{" not in text.zh and "{" not in text.en:
        return text
    for group, name in dict.fromkeys(_PLACEHOLDER.findall(text.zh) + _PLACEHOLDER.findall(text.en)):
        if (what := _missing_fact(group, name, facts)) is not None:
            fault(what)
    return Text(*(_fill(words, language, facts) for words, language in ((text.zh, "zh"), (text.en, "en"))))


def _missing_fact(group: str, name: str, facts: Facts) -> str | None:
    if group not in facts:
        return f"{{{group}.{name}}}: {unknown('group of facts', group, facts)}"
    known = facts[group]
    return None if known is None or name in known else f"{{{group}.{name}}}: {unknown('fact', name, known)}"


def _fill(words: str, language: Any, facts: Facts) -> str:
    def fact(match: re.Match[str]) -> str:
        found = (facts.get(match[1]) or {}).get(match[2])
        return match[0] if found is None else found.get(language)

    return _PLACEHOLDER.sub(fact, words)


def logistics_facts(logistics: Logistics, courier: Text) -> dict[str, Text]:
    """What answers may quote as ``{logistics.…}``; ``courier`` is the default courier's name."""
    told: dict[str, Text | str | None] = {
        "free_from": None if logistics.free_from_fen is None else amount(logistics.free_from_fen),
        "dispatch_hours": str(logistics.dispatch_hours),
        "same_day_before": before.strftime("%H:%M") if (before := logistics.same_day_before) else None,
        "ships_from": logistics.ships_from,
        "courier": courier,
    }
    return {name: v if isinstance(v, Text) else Text(v, v) for name, v in told.items() if v}


def amount(fen: int) -> str:
    """``99`` or ``99.50``, without a currency: the words around it have one."""
    return f"{fen // 100}" if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"


# --- phrases ---

ACTS: Final = ("yes", "no", "back", "stop", "more", "order", "change", "bot", "hold")
TAG_GROUPS: Final = ("purpose", "sex", "occupation", "style", "ask", "says")

_words = read.many(read.word)


def _act_name(name: str) -> str | None:
    return None if name in ACTS else unknown("act", name, ACTS)


def _tag_name(name: str) -> str | None:
    group, dot, value = name.partition(".")
    if not dot or not value:
        return f"{shown(name)!r} should be group.value, like purpose.gift"
    return None if group in TAG_GROUPS else unknown("group", group, TAG_GROUPS)


PHRASES: Final = Record(
    lambda spot, values: values,
    {
        "synonyms": may(read.many(read.many(read.word, least=2))),
        "fillers": may(_words),
        "not_questions": may(_words),
        "acts": may(read.by_name(_words, _act_name)),
        "tags": may(read.by_name(_words, _tag_name)),
    },
)


def merge_phrases(parts: Sequence[Mapping[str, Any]]) -> Phrases:
    """Lists are joined, names under ``acts`` and ``tags`` too."""
    joined: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            if isinstance(value, tuple):
                joined[key] = joined.get(key, ()) + value
                continue
            names = joined.setdefault(key, {})
            for name, words in value.items():
                names[name] = names.get(name, ()) + words
    return Phrases(**joined)
