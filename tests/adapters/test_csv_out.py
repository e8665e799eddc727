"""CSV cells: whatever somebody wrote, no spreadsheet runs it, and it reads back as it was."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.csv_out import write_csv


def test_numbers_stay_numbers_and_nothing_is_an_empty_cell() -> None:
    file = io.StringIO()
    write_csv(file, ("a", "b", "c"), [{"a": -5, "b": None, "c": "=1+1", "left_out": 1}])
    assert file.getvalue() == "a,b,c\r\n-5,,'=1+1\r\n"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_no_cell_begins_a_formula_and_none_loses_a_word(words: str) -> None:
    file = io.StringIO()
    write_csv(file, ("a", "b"), [{"a": words, "b": "x"}])
    head, row = csv.reader(io.StringIO(file.getvalue()))
    assert head == ["a", "b"] and not row[0].startswith(("=", "+", "-", "@"))
    assert row[0].removeprefix("'") == words.removeprefix("'")
