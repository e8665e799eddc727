"""Notes as a file: nothing in it runs, and a file is replaced whole or not at all."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.platform_csv import NotesFile, harmless
from bot.adapters.tables import clean
from bot.core.orders import Address, Flag, Note, Order, Status

NOW = datetime(2026, 5, 24, 9, 0, tzinfo=UTC)
ORDER = Order(
    order_no="2605230000000000017",
    conversation_id="telegram:1",
    status=Status.PAID,
    lines=(),
    goods_fen=100,
    shipping_fen=0,
    discounts=(),
    gifts=(),
    address=Address("浙江", "浙江", "文新街道1号", "林晓", "13900001234"),
    courier="",
    created_at=NOW,
    notes=(Note("@SUM(1+1) 加赠袜子", "XE01", NOW),),
    flag=Flag.RED,
    source="import",
    staff_id="-7",
)


def written(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_no_cell_begins_like_a_formula_and_no_address_leaves(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    with NotesFile(path) as notes:
        notes.add(ORDER)
        notes.add(replace(ORDER, order_no="=1+1", flag=None))
    first, second = written(path)
    assert notes.count == 2
    assert first["备注"].startswith("'@SUM") and first["工号"] == "'-7" and second["订单编号"] == "'=1+1"
    assert (first["旗子"], second["旗子"]) == ("1", "0")
    assert clean(first["订单编号"]) == ORDER.order_no
    assert "文新街道" not in path.read_text(encoding="utf-8") and "1390000" not in path.read_text(encoding="utf-8")


def test_a_file_that_could_not_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(RuntimeError), NotesFile(path) as notes:
        notes.add(ORDER)
        raise RuntimeError
    assert path.read_text(encoding="utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["notes.csv"]


@given(st.text(max_size=20))
def test_whatever_is_written_does_not_run(cell: str) -> None:
    assert not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert harmless(cell).endswith(cell)
