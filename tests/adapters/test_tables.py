"""Tables in whatever form they come: encodings, quotes, rows that are too wide, workbooks."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.tables import Row, UnreadableTable, clean, read_table
from tests.adapters.reports import write_xlsx

KNOWN = frozenset({"订单编号"})
#: Cells of a workbook know no zone.
MOMENT = datetime(2026, 5, 23, 10, 2, 11, tzinfo=UTC).replace(tzinfo=None)


def rows_of(path: Path) -> list[Row]:
    return list(read_table(path, KNOWN).rows)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_in_use_is_recognised(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path / "a.csv", "订单编号,备注\r\n1,放门卫处\r\n".encode(encoding))
    assert [row.cells for row in rows_of(file)] == [{"订单编号": "1", "备注": "放门卫处"}]


def test_characters_beyond_gbk_are_read(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "订单编号,备注\n1,𠮷野㐂\n".encode("gb18030"))
    assert rows_of(file)[0].cells["备注"] == "𠮷野㐂"


def test_heads_lose_their_blanks_and_rows_above_the_head_are_passed_over(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "店铺：示例\n\n订单编号\t ,收货地址 \n1,某地\n".encode())
    table = read_table(file, KNOWN)
    assert table.heads == ("订单编号", "收货地址")
    assert [(row.number, row.cells["收货地址"]) for row in table.rows] == [(4, "某地")]


@pytest.mark.parametrize(
    "cell", ['="26050001"', "'26050001", "26050001\t", " 26050001 ", '"=""26050001"""', "\ufeff26050001"]
)
def test_numbers_lose_what_keeps_a_spreadsheet_from_rounding_them(tmp_path: Path, cell: str) -> None:
    file = written(tmp_path / "a.csv", f"订单编号,备注\n{cell},x\n".encode())
    assert rows_of(file)[0].cells["订单编号"] == "26050001"


def test_a_cell_may_hold_line_breaks_and_the_rows_after_it_keep_their_line_numbers(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", '订单编号,备注\n1,"上\n下"\n2,b\n'.encode())
    assert [(row.number, row.cells["备注"]) for row in rows_of(file)] == [(2, "上\n下"), (4, "b")]


def test_a_quote_that_never_closes_costs_only_its_own_row(tmp_path: Path) -> None:
    lines = ["订单编号,备注,旗子"] + [f"{n},好,1" for n in range(1, 400)]
    lines[5] = '5,"没有结束,1'
    rows = rows_of(written(tmp_path / "a.csv", "\n".join(lines).encode()))
    assert len(rows) == 399
    assert [row.number for row in rows if row.fault] == [6]


def test_an_inch_sign_inside_a_cell_is_a_letter_like_any_other(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", '订单编号,备注\n1,5" 屏\n2,6" 屏\n3,好\n'.encode())
    assert [(row.number, row.cells["备注"], row.fault) for row in rows_of(file)] == [
        (2, '5" 屏', None),
        (3, '6" 屏', None),
        (4, "好", None),
    ]


@pytest.mark.parametrize("row", ["1,a,b,c", "1"])
def test_a_row_of_another_width_is_faulty_since_its_cells_may_have_moved(tmp_path: Path, row: str) -> None:
    file = written(tmp_path / "a.csv", f"订单编号,备注,旗子\n{row}\n2,x,y,\n".encode())
    assert [row.fault is not None for row in rows_of(file)] == [True, False]


def test_bytes_that_are_no_characters_spoil_their_row_only(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "订单编号,备注\n".encode("gbk") + b"1,\xff\xff\n2,ok\n")
    first, second = rows_of(file)
    assert first.fault is not None and first.fault.column == "备注"
    assert second.fault is None


def test_a_line_without_end_is_one_faulty_row_and_not_the_end_of_memory(tmp_path: Path) -> None:
    long = b"1," + b"x" * 3_000_000
    first, second = rows_of(written(tmp_path / "a.csv", "订单编号,备注\n".encode() + long + b"\n2,ok\n"))
    assert first.fault is not None and second.cells["备注"] == "ok"


def test_tabs_may_part_the_cells(tmp_path: Path) -> None:
    file = written(tmp_path / "a.txt", "订单编号\t备注\n1\t好,的\n".encode())
    assert rows_of(file)[0].cells["备注"] == "好,的"


def test_a_file_that_is_no_report_is_refused_with_a_sentence(tmp_path: Path) -> None:
    for content in (b"", b"a,b\n1,2\n", b"\x00" * 5000):
        with pytest.raises(UnreadableTable, match="订单编号"):
            read_table(written(tmp_path / "a.csv", content), KNOWN)
    with pytest.raises(UnreadableTable, match="No such file"):
        read_table(tmp_path / "none.csv", KNOWN)
    with pytest.raises(UnreadableTable, match="password-protected"):
        read_table(written(tmp_path / "a.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 99), KNOWN)


def test_a_workbook_is_read_from_the_sheet_that_has_the_head(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.create_sheet("订单").append(["订单编号", "总金额", "时间", "备注"])
    book["订单"].append(["1", 12.5, MOMENT, None])
    book["订单"].append([None, None, None, None])
    book["订单"].append(["'2", 0.1 + 0.2, "2026-05-23", '="x"'])
    book.save(tmp_path / "a.xlsx")
    assert [(row.number, row.cells) for row in rows_of(tmp_path / "a.xlsx")] == [
        (2, {"订单编号": "1", "总金额": "12.5", "时间": "2026-05-23 10:02:11"}),
        (4, {"订单编号": "2", "总金额": "0.3", "时间": "2026-05-23"}),
    ]


def test_a_damaged_workbook_and_other_archives_are_refused_with_a_sentence(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "a.xlsx", ["订单编号"], {"订单编号": "1"}).read_bytes()
    with pytest.raises(UnreadableTable, match="damaged"):
        read_table(written(tmp_path / "cut.xlsx", whole[: len(whole) // 2]), KNOWN)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("orders.csv", "订单编号")
    with pytest.raises(UnreadableTable, match="unpack"):
        read_table(tmp_path / "a.zip", KNOWN)


CELL = st.text(st.characters(codec="gb18030", exclude_characters="\r\x00"), max_size=12)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=20), st.sampled_from(["gb18030", "utf-8-sig"]))
def test_what_a_csv_writer_wrote_is_read_back(cells: list[tuple[str, str]], encoding: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(["订单编号", "甲", "乙"])
    writer.writerows([f"n{i}", *pair] for i, pair in enumerate(cells))
    with tempfile.TemporaryDirectory() as folder:
        rows = rows_of(written(Path(folder) / "a.csv", out.getvalue().encode(encoding)))
    assert [(r.cells["订单编号"], r.fault) for r in rows] == [(f"n{i}", None) for i in range(len(cells))]
    for row, (first, second) in zip(rows, cells, strict=True):
        assert row.cells.get("甲", "") in (clean(first), "")
        assert row.cells.get("乙", "") in (clean(second), "")
