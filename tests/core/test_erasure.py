from __future__ import annotations

import pytest

from bot.core.erasure import Person, digits, hindrances, lines_without


@pytest.mark.parametrize(
    ("said", "compared"),
    [("138 1234-5678", "13812345678"), ("+86 13812345678", "13812345678"), ("+44 7911 123456", "447911123456")],
)
def test_numbers_are_compared_by_their_digits(said: str, compared: str) -> None:
    assert digits(said) == compared


def test_only_lines_that_name_her_whole_are_taken_out() -> None:
    lines = ("telegram:7 waits", "telegram:77 waits", "order 1001", "phone 13810010000")
    assert lines_without(lines, ["telegram:7", "1001"]) == ("–", "telegram:77 waits", "–", "phone 13810010000")
    assert lines_without(lines, []) == lines


def test_nothing_stands_in_the_way_of_a_person_who_only_asked() -> None:
    assert list(hindrances(Person())) == []
