"""What the YAML files of a knowledge folder say: a :class:`~bot.core.catalogue.Shop`, or everything wrong in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from bot.adapters import yaml_answers, yaml_goods, yaml_playbooks, yaml_rules
from bot.adapters import yaml_fields as read
from bot.adapters.yaml_book import Book, Place, Reading, Reported, Wrong, unknown
from bot.adapters.yaml_fields import Reader
from bot.adapters.yaml_nodes import Entries, Fault, compose, decode
from bot.adapters.yaml_sources import Source, SourcesHash
from bot.core.catalogue import About, Logistics, Promises, Shop, Text
from bot.core.errors import KnowledgeError, Problem


class Section(NamedTuple):
    """One top-level key."""

    read: Reader
    #: May stand in one file only.
    once: bool = False


SECTIONS: Final = {
    "shop": Section(yaml_rules.ABOUT, once=True),
    "categories": Section(read.many(yaml_goods.CATEGORY)),
    "size_charts": Section(read.many(yaml_goods.SIZE_CHART)),
    "products": Section(read.many(yaml_goods.PRODUCT)),
    "couriers": Section(read.many(yaml_rules.COURIER)),
    "logistics": Section(yaml_rules.LOGISTICS, once=True),
    "service": Section(yaml_rules.SERVICE, once=True),
    "promotions": Section(read.many(yaml_rules.promotion)),
    "answers": Section(read.many(yaml_answers.ANSWER)),
    "promises": Section(yaml_rules.PROMISES, once=True),
    "phrases": Section(yaml_answers.PHRASES),
    "playbooks": Section(read.many(yaml_playbooks.playbook)),
}


class _Folder:
    """What all files gave, section by section."""

    def __init__(self, folder: Path) -> None:
        self.book = Book()
        self.values: dict[str, list[Any]] = {key: [] for key in SECTIONS}
        #: Sections that stand somewhere but could not be built.
        self.broken: set[str] = set()
        self.unreadable: list[str] = []
        self.hash = SourcesHash()
        self._folder = str(folder)

    def read(self, source: Source) -> None:
        reading = Reading(source.name, self.book, self._folder)
        root = self._root(source)
        if root is None:
            return
        for key, node in root.nodes.items():
            line = root.key_lines[key]
            section = SECTIONS.get(key)
            if section is None:
                reading.fault(line, (None, key), unknown("key", key, SECTIONS))
                continue
            if section.once:
                self.book.declare("key", key, Place(source.name, line, (None, key)))
            try:
                self.values[key].append(section.read(reading, node, (None, key)))
            except Wrong as wrong:
                reading.fault(wrong.line, (None, key), wrong.what)
                self.broken.add(key)
            except Reported:
                self.broken.add(key)

    def _root(self, source: Source) -> Entries | None:
        try:
            data = source.data()
            self.hash.add(source.name, data)
            root, faults = compose(decode(data))
            if root is None and not faults:
                raise Fault(0, "holds nothing; delete it or fill it")
            if root is not None and not isinstance(root, Entries):
                raise Fault(root.line, f"should begin with one of: {', '.join(SECTIONS)}")
        except Fault as refused:
            root, faults = None, [refused]
        for fault in faults:
            self.book.problems.append(Problem(source.name, fault.line, fault.key, fault.what))
        if root is None:
            self.unreadable.append(source.name)
        return root

    def joined(self, key: str) -> tuple[Any, ...]:
        return tuple(value for values in self.values[key] for value in values)

    def only(self, key: str) -> Any:
        """The one value of a section, None when absent; a second one has been noted."""
        return next(iter(self.values[key]), None)


def build(folder: Path, sources: Sequence[Source], templates: Callable[[str], bool] | None) -> Shop:
    """``templates``: whether a reply template of a name exists. Raises KnowledgeError with every problem."""
    files = _Folder(folder)
    for source in sources:
        files.read(source)
    book = files.book
    facts, about = files.only("shop") or ({}, About())
    couriers, logistics = files.joined("couriers"), files.only("logistics")
    book.check_references(f" (or it stands in {files.unreadable[0]}, which cannot be read)" if files.unreadable else "")
    quotable = _facts(files, facts)
    shop = Shop(
        about=about,
        categories=files.joined("categories"),
        products=files.joined("products"),
        size_charts=files.joined("size_charts"),
        couriers=couriers,
        logistics=logistics,
        promotions=files.joined("promotions"),
        answers=yaml_answers.merge_answers(files.joined("answers"), quotable, book, templates),
        promises=files.only("promises") or Promises(),
        phrases=yaml_answers.merge_phrases(files.values["phrases"]),
        playbooks=yaml_playbooks.quote_facts(files.joined("playbooks"), quotable, book),
        content_hash=files.hash.hex(),
    )
    if not files.unreadable:
        yaml_playbooks.check_reasons(shop.playbooks, shop.answers, book)
    if book.problems:
        raise KnowledgeError(sorted(book.problems))
    return replace(shop, warnings=tuple(sorted(book.warnings)))


def _facts(files: _Folder, shop_facts: dict[str, Text]) -> dict[str, dict[str, Text] | None]:
    logistics: Logistics | None = files.only("logistics")
    groups: dict[str, dict[str, Text] | None] = {"service": files.only("service")}
    if files.values["shop"]:
        groups["shop"] = shop_facts
    if logistics is not None:
        names = {courier.id: courier.name for courier in files.joined("couriers")}
        wanted = logistics.default_courier
        groups["logistics"] = yaml_answers.logistics_facts(logistics, names.get(wanted, Text(wanted, wanted)))
    present = {name: facts for name, facts in groups.items() if facts is not None}
    return present | dict.fromkeys(files.broken & {"shop", "service", "logistics"}, None)
