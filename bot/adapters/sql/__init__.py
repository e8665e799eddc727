"""The SQL of the store: named queries, numbered migrations, and the small reader for both.

A query in ``queries.sql`` or ``queries_boards.sql`` is a line ``-- name --``, a comment that says what it does, and one
statement. A migration
is ``migrations/0001_what_it_does.sql``; once released it is never edited, a change is a new file. ``schema.sql`` shows
what all of them add up to (a test compares them).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

_HEADING = re.compile(r"^-- (\w+) --$", re.MULTILINE)
_FILE = re.compile(r"^(\d{4})_(\w+)\.sql$")


@dataclass(frozen=True, slots=True)
class Query:
    name: str
    description: str
    statement: str


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    script: str


def parse_queries(text: str) -> list[Query]:
    """The queries of a file in the form described above; text before the first heading is skipped."""
    parts = _HEADING.split(text)[1:]
    return [_query(name, body) for name, body in zip(parts[::2], parts[1::2], strict=True)]


def _query(name: str, body: str) -> Query:
    lines = body.strip().splitlines()
    said = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
    statement = "\n".join(line for line in lines if not line.startswith("--")).strip().removesuffix(";")
    if not said or not statement:
        raise ValueError(f"query {name} needs a description and a statement")
    return Query(name, " ".join(said), statement)


@cache
def queries() -> Mapping[str, str]:
    """Name -> statement of every query."""
    return _by_name(parse_queries(_read("queries.sql")) + parse_queries(_read("queries_boards.sql")))


@cache
def erasing() -> Mapping[str, str]:
    """Name -> statement of the queries that erase a person; they may read whole tables."""
    return _by_name(parse_queries(_read("queries_erase.sql")))


def _by_name(found: list[Query]) -> Mapping[str, str]:
    by_name = {query.name: query.statement for query in found}
    if len(by_name) != len(found):
        raise ValueError("two queries have the same name")
    return MappingProxyType(by_name)


@cache
def migrations() -> tuple[Migration, ...]:
    """All migrations in the order of their numbers, which run from 1 without a gap."""
    folder = resources.files(__name__) / "migrations"
    named = sorted((match, file) for file in folder.iterdir() if (match := _number_and_name(file.name)))
    found = tuple(Migration(*key, file.read_text("utf-8")) for key, file in named)
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError("migrations must be numbered from 0001 without a gap")
    return found


def schema() -> str:
    """What all migrations add up to, for people to read."""
    return _read("schema.sql")


def _read(name: str) -> str:
    return (resources.files(__name__) / name).read_text("utf-8")


def _number_and_name(file: str) -> tuple[int, str] | None:
    match = _FILE.match(file)
    return (int(match[1]), match[2]) if match else None
