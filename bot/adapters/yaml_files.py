"""A folder of YAML files to a :class:`~bot.core.catalogue.Shop`, or one error that names everything wrong in it."""

from __future__ import annotations

import gc
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from bot.adapters import yaml_answers, yaml_goods, yaml_playbooks, yaml_rules
from bot.adapters import yaml_fields as read
from bot.adapters.yaml_book import Book, Place, Reading, Reported, Wrong, unknown
from bot.adapters.yaml_cache import SCHEMA, ShopCache
from bot.adapters.yaml_fields import Reader
from bot.adapters.yaml_nodes import MAX_BYTES, Entries, Fault, compose, decode
from bot.core.catalogue import About, Logistics, Promises, Shop, Text
from bot.core.errors import KnowledgeError, Problem

#: Folders that hold no knowledge of this kind.
SKIPPED: Final = frozenset({"photos"})

#: Says whether a reply template of this name exists.
Templates = Callable[[str], bool]


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


class Source(NamedTuple):
    """One file as it was found."""

    #: As told in problems and sources.
    name: str
    path: Path
    #: In place of what stands there.
    instead: bytes | None = None

    def data(self) -> bytes:
        """Raises Fault when the file cannot be read."""
        if self.instead is not None:
            return self.instead
        if self.path.suffix == ".yml":
            raise Fault(0, "ends in .yml and is not read; rename it to .yaml")
        try:
            with self.path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise Fault(0, f"cannot be opened: {error.strerror}") from None


def load_shop(folder: Path, root: Path, templates: Templates | None = None) -> Shop:
    """Everything below ``folder``; ``root`` (the folder of the config file) is what sources are relative to.

    Raises KnowledgeError with every problem of every file. ``templates`` None: names of templates are not checked.
    """
    with _no_collection():
        return _build(folder, _sources(folder, root), templates)


def load_shop_with(folder: Path, root: Path, file: Path, content: bytes, templates: Templates | None = None) -> Shop:
    """As :func:`load_shop`, as if ``file`` (below ``folder``, there or not) held ``content``; nothing is written."""
    with _no_collection():
        name = _shown_from(folder.resolve(), root)
        with_it = Source(file.resolve().relative_to(name).as_posix(), file, content)
        others = [source for source in _sources(folder, root) if source.name != with_it.name]
        return _build(folder, sorted([*others, with_it]), templates)


def load_shop_cached(folder: Path, root: Path, cache_dir: Path | None, templates: Templates | None = None) -> Shop:
    """As :func:`load_shop`, by way of a compiled copy in ``cache_dir`` (the shop's own, trusted data folder).

    A copy that is missing, damaged or of other contents is rebuilt; one that cannot be written is done without.
    """
    if cache_dir is None:
        return load_shop(folder, root, templates)
    with _no_collection():
        sources = _sources(folder, root)
        cache = ShopCache(cache_dir, folder)
        key = _hash(sources)
        shop = None if key is None else cache.get(key)
        if shop is None or not _outside_fits(shop, folder, templates):
            shop = _build(folder, sources, templates)
            cache.put(shop)
        return shop


def _outside_fits(shop: Shop, folder: Path, templates: Templates | None) -> bool:
    """Whether what the files refer to outside of themselves is still there."""
    base = str(folder)
    if not all(os.path.isfile(f"{base}/{p.photo}") for p in shop.products if p.photo):  # noqa: PTH113 - 10,000 times
        return False
    return templates is None or all(templates(a.template) for a in shop.answers if a.template)


@contextmanager
def _no_collection() -> Iterator[None]:
    """A big load makes millions of objects and no cycles: collecting between them doubles its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# --- finding files ---


def _sources(folder: Path, root: Path) -> list[Source]:
    """Every YAML file below ``folder``, by name; KnowledgeError when there is none."""
    base = folder.resolve()
    shown_from = _shown_from(base, root)
    name = base.relative_to(shown_from).as_posix()
    if not base.is_dir():
        what = "is not a folder" if base.exists() else "there is no such folder"
        raise KnowledgeError([Problem(str(folder), 0, "", f"{what}; it should hold the shop's *.yaml files")])
    found = sorted(_yaml_files(base), key=lambda path: path.relative_to(shown_from).as_posix())
    if not found:
        what = "holds no *.yaml file; one with 'answers:' is enough to begin with"
        raise KnowledgeError([Problem(name if name != "." else str(folder), 0, "", what)])
    return [Source(path.relative_to(shown_from).as_posix(), path) for path in found]


def _shown_from(base: Path, root: Path) -> Path:
    return root.resolve() if base.is_relative_to(root.resolve()) else base.parent


def _yaml_files(base: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(base):
        folders[:] = [name for name in folders if name not in SKIPPED and not name.startswith(".")]
        for name in files:
            if name.endswith((".yaml", ".yml")) and not name.startswith("."):
                yield Path(folder, name)


def _hash(sources: Sequence[Source]) -> str | None:
    """The hash a build of these files would carry, None when one cannot be read; one file at a time is in memory."""
    total = _Hash()
    try:
        for source in sources:
            total.add(source.name, source.data())
    except Fault:
        return None
    return total.hex()


class _Hash:
    """Changes with the schema, and with any name or content."""

    def __init__(self) -> None:
        self._total = hashlib.sha256(SCHEMA.encode())

    def add(self, name: str, data: bytes) -> None:
        for part in (os.fsencode(name), data):
            self._total.update(b"%d:" % len(part))
            self._total.update(part)

    def hex(self) -> str:
        return self._total.hexdigest()


# --- reading them ---


class _Folder:
    """What all files gave, section by section."""

    def __init__(self, folder: Path) -> None:
        self.book = Book()
        self.values: dict[str, list[Any]] = {key: [] for key in SECTIONS}
        #: Sections that stand somewhere but could not be built.
        self.broken: set[str] = set()
        self.unreadable: list[str] = []
        self.hash = _Hash()
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


def _build(folder: Path, sources: Sequence[Source], templates: Templates | None) -> Shop:
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
