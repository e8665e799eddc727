"""Pieces, money, years and places in a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.understanding import amounts
from bot.core.understanding.normalise import clean
from bot.core.understanding.numerals import value


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("两件", 2), ("要三双", 3), ("来一打", 12), ("半打", 6), ("两打", 24), ("20 pcs", 20), ("x2", 2), ("2x", 2),
        ("两百件", 200), ("一百二十条", 120), ("a dozen", 12), ("two dozen", 24), ("200件", 200), ("2件XL", 2),
        ("二三十件", 20), ("十几件", 10), ("几十件", 20), ("一百多件", 100), ("20-30件", 20), ("买一个", 1),
        ("I want two of them", 2), ("50 black polo shirts", 50), ("3 pairs", 3), ("we need 4 boxes", 4),
    ],
)  # fmt: skip
def test_reads_pieces(said: str, count: int) -> None:
    assert amounts.pieces(clean(said)) == count


@pytest.mark.parametrize(
    "said",
    [
        "一直在等", "看一下", "2-3 公分", "第二个", "第二件半价", "200块", "身高175", "三个月", "两个颜色",
        "这件多少钱",
        "有一个问题", "打折吗", "满三件打九折", "一件代发",
        "买二送一", "两个工作日", "一百八十斤", "4*6 bed",
        "30码", "it's 5 o'clock", "送一件",
    ],
)  # fmt: skip
def test_other_numbers_are_no_pieces(said: str) -> None:
    assert amounts.pieces(clean(said)) is None


def test_a_bare_number_counts_only_when_pieces_were_asked_for() -> None:
    assert amounts.pieces("三", awaited=True) == 3
    assert amounts.pieces("12", awaited=True) == 12
    assert amounts.pieces("12") is None


@pytest.mark.parametrize(
    ("said", "fen"),
    [
        ("200块", 20_000), ("200以内", 20_000), ("¥199.5", 19_950), ("五十元", 5_000), ("under 200", 20_000),
        ("一百五以内", 15_000), ("3百块", 30_000), ("预算三百左右", 30_000), ("100到200元", 20_000), ("12块5", 1_200),
        ("不超过150", 15_000), ("budget is 300", 30_000), ("less than 99.9", 9_990), ("两千块钱", 200_000),
    ],
)  # fmt: skip
def test_reads_money(said: str, fen: int) -> None:
    assert amounts.money_fen(clean(said)) == fen


@pytest.mark.parametrize("said", ["满200减20", "两件", "175cm", "3天以内", "under 3 days", "5分钟之内", "第3块"][:6])
def test_other_numbers_are_no_money(said: str) -> None:
    assert amounts.money_fen(clean(said)) is None


@pytest.mark.parametrize(
    ("said", "place"),
    [("第二个", 2), ("第一款", 1), ("最后一个", -1), ("后者", -1), ("the second one", 2), ("first one", 1), ("2", 2)],
)
def test_reads_places(said: str, place: int) -> None:
    assert amounts.ordinal(clean(said)) == place


@pytest.mark.parametrize("said", ["第二件半价", "first of all where is it", "22", "两个", "第二天"])
def test_other_numbers_are_no_places(said: str) -> None:
    assert amounts.ordinal(clean(said)) is None


def test_a_figure_that_answers_another_question_is_no_place() -> None:
    assert amounts.ordinal("2", awaited=True) is None


def test_reads_age() -> None:
    assert amounts.age("我爸六十岁") == 60
    assert amounts.age("he is 35 years old") == 35
    assert amounts.age("60斤") is None


def test_a_figure_beside_a_person_is_an_age() -> None:
    assert amounts.age("给我爸买的,他60了") == 60
    assert amounts.age("老人六十多了") == 60
    assert amounts.age("my dad is 60, something warm") == 60
    assert amounts.age("他60公斤了") is None
    assert amounts.age("he is 80 kg") is None
    assert amounts.age("一共60了") is None


@given(st.integers(1, 99_999))
def test_digits_read_back(number: int) -> None:
    assert amounts.pieces(f"{number}件") == number
    assert amounts.pieces(f"{number} pcs") == number


@given(st.integers(1, 9_999))
def test_chinese_numerals_read_back(number: int) -> None:
    assert value(_in_chinese(number)) == number


def _in_chinese(number: int) -> str:
    written, zero = "", False
    for unit, power in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // power % 10
        if digit:
            written += ("零" if zero else "") + "零一二三四五六七八九"[digit] + unit
            zero = False
        else:
            zero = bool(written)
    return written
