"""The SQL files: readable by our reader, all in use, and adding up."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from bot.adapters import sql
from bot.adapters.store_schema import connect_writer, migrate, prepare_file

ADAPTERS = Path(sql.__file__).parent.parent
CODE = "\n".join(path.read_text("utf-8") for path in sorted(ADAPTERS.glob("store_*.py")))


@pytest.fixture
def migrated(tmp_path: Path) -> sqlite3.Connection:
    prepare_file(tmp_path / "shop.db")
    conn = connect_writer(tmp_path / "shop.db", 1000)
    migrate(conn)
    return conn


def structure(conn: sqlite3.Connection) -> dict[str, str]:
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    return {name: re.sub(r"--[^\n]*|\s+|\"", " ", text).replace(" ", "") for name, text in rows}


def explain(conn: sqlite3.Connection, name: str) -> str:
    """SQLite's plan of a named query, one step a line."""
    statement = {**sql.erasing(), **sql.queries()}[name]
    params = dict.fromkeys(re.findall(r":(\w+)", statement))
    return "\n".join(row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {statement}", params))


def test_a_query_is_a_name_a_description_and_a_statement() -> None:
    text = (
        "Prologue.\n\n-- one --\n-- First line\n-- and second.\nSELECT 1\nFROM a;\n\n-- two --\n-- Other.\nSELECT 2;\n"
    )
    assert sql.parse_queries(text) == [
        sql.Query("one", "First line and second.", "SELECT 1\nFROM a"),
        sql.Query("two", "Other.", "SELECT 2"),
    ]


@pytest.mark.parametrize("text", ["-- one --\nSELECT 1;", "-- one --\n-- Only words.\n"])
def test_a_query_without_description_or_statement_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="query one needs"):
        sql.parse_queries(text)


def test_every_query_is_used_and_every_used_query_exists() -> None:
    asked_for = set(re.findall(r'queries\(\)\["(\w+)"\]|_rows\(conn, "(\w+)"', CODE))
    assert {one or other for one, other in asked_for} <= set(sql.queries())
    assert [name for name in sql.queries() if f'"{name}"' not in CODE] == []


@pytest.mark.parametrize("name", sorted(sql.queries()))
def test_every_query_fits_the_tables(migrated: sqlite3.Connection, name: str) -> None:
    assert explain(migrated, name) is not None


@pytest.mark.parametrize("name", sorted(sql.erasing()))
def test_every_query_of_erasing_is_used_and_fits_the_tables(migrated: sqlite3.Connection, name: str) -> None:
    assert f'"{name}"' in CODE
    assert explain(migrated, name) is not None


@pytest.mark.parametrize("name", sorted(set(sql.queries()) - {"counts"}))
def test_no_query_reads_a_whole_table(migrated: sqlite3.Connection, name: str) -> None:
    scans = [
        step
        for step in explain(migrated, name).splitlines()
        # A partial index holds only the few rows in work, so reading all of it is the point; what a subquery found and
        # a list given as JSON are no tables.
        if step.startswith("SCAN")
        and not re.search(
            r"CONSTANT ROW|inbox_leases|outbox_in_flight|platform_outbox_dead|\(subquery-|json_each VIRTUAL TABLE", step
        )
    ]
    assert scans == []


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("inbox_claim", "inbox_ready"),
        ("inbox_claim_expired", "inbox_leases"),
        ("inbox_next_head", "inbox_behind"),
        ("inbox_take_in", "inbox_one_head"),
        ("outbox_heads", "outbox_ready"),
        ("outbox_next_head", "outbox_behind"),
        ("outbox_put", "outbox_one_head"),
        ("outbox_drop", "outbox_behind"),
    ],
)
def test_claiming_looks_only_at_what_can_be_claimed(migrated: sqlite3.Connection, name: str, index: str) -> None:
    plan = explain(migrated, name)
    assert index in plan
    assert "TEMP B-TREE" not in plan, "sorting what waits costs more the more waits"


def test_counting_reads_only_partial_indexes(migrated: sqlite3.Connection) -> None:
    steps = [step for step in explain(migrated, "counts").splitlines() if "SCAN" in step or "SEARCH" in step]
    assert [step for step in steps if "INDEX" not in step and "CONSTANT ROW" not in step] == []


def test_migrations_add_up_to_the_schema(migrated: sqlite3.Connection) -> None:
    shown = sqlite3.connect(":memory:")
    shown.executescript(sql.schema())
    stored = structure(migrated)
    del stored["migrations"]
    assert stored == structure(shown)


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [migration.number for migration in sql.migrations()] == list(range(1, len(sql.migrations()) + 1))
