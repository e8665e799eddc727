from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Text
from bot.core.fact_values import find, masked, read, shown
from bot.core.money import yuan
from bot.core.playbooks import Choice, Fact, FactKind

#: A Monday.
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
INVOICE = Fact(
    "kind",
    "choice",
    choices=(
        Choice("plain", Text("普通发票", "Ordinary invoice"), ("普票", "普通")),
        Choice("vat", Text("增值税专用发票", "VAT invoice"), ("专票", "增值税")),
        Choice("mixed", Text("普通加专用", "Both"), ()),
    ),
)


def said(kind: FactKind, text: str, *media: str, optional: bool = False) -> str | None:
    return read(Fact("x", kind, optional=optional), text, media, NOW)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "20", "20"),
        ("number", "二十双", "20"),
        ("number", "大概兩百件吧", "200"),
        ("number", "about 20", "20"),
        ("number", "1,200", "1200"),
        ("number", "fifty", "50"),
        ("number", "1.5", "1.5"),
        ("number", "20或者30", None),
        ("number", "一样的", None),
        ("number", "很多", None),
        ("money", "50", "5000"),
        ("money", "¥1,299.5", "129950"),
        ("money", "五十块", "5000"),
        ("money", "50块5", "5050"),
        ("money", "about 20 yuan", "2000"),
        ("money", "便宜一点", None),
        ("money", "-5", None),
        ("percent", "9折", "10"),
        ("percent", "打九折", "10"),
        ("percent", "打九五折", "5"),
        ("percent", "85折", "15"),
        ("percent", "8.8折", "12"),
        ("percent", "10%", "10"),
        ("percent", "１０％", "10"),
        ("percent", "百分之十", "10"),
        ("percent", "10", "10"),
        ("percent", "10 off", "10"),
        ("percent", "半价", "50"),
        ("percent", "half price", "50"),
        ("percent", "85", None),
        ("percent", "8.75折", None),
        ("percent", "9折或者8折", None),
        ("percent", "200%", None),
        ("percent", "一点点", None),
        ("date", "明天", "2026-11-24"),
        ("date", "後天下午", "2026-11-25"),
        ("date", "大后天", "2026-11-26"),
        ("date", "周五", "2026-11-27"),
        ("date", "下周五", "2026-12-04"),
        ("date", "下禮拜天", "2026-12-06"),
        ("date", "12月5日", "2026-12-05"),
        ("date", "十二月五號前", "2026-12-05"),
        ("date", "1月3号", "2027-01-03"),
        ("date", "5号", "2026-12-05"),
        ("date", "25号", "2026-11-25"),
        ("date", "12/5", "2026-12-05"),
        ("date", "2026-12-05", "2026-12-05"),
        ("date", "2026年12月5日", "2026-12-05"),
        ("date", "月底前", "2026-11-30"),
        ("date", "三天内", "2026-11-26"),
        ("date", "两周后", "2026-12-07"),
        ("date", "tomorrow", "2026-11-24"),
        ("date", "the day after tomorrow", "2026-11-25"),
        ("date", "next Friday", "2026-12-04"),
        ("date", "by Dec 5th please", "2026-12-05"),
        ("date", "5th of December", "2026-12-05"),
        ("date", "in 3 days", "2026-11-26"),
        ("date", "2月30日", None),
        ("date", "越快越好", None),
        ("phone", "我电话是138 0013 8000", "13800138000"),
        ("phone", "+86-138-0013-8000", "13800138000"),
        ("phone", "0757-88888888", "0757-88888888"),
        ("phone", "12345", None),
        ("email", "发到 A.b@Shop.Example.com。", "a.b@shop.example.com"),
        ("email", "a@b", None),
        ("order", "XE26112300000001", "XE26112300000001"),
        ("order", "单号是 xe-2611230001", "XE-2611230001"),
        ("order", "订单号 123456789", "123456789"),
        ("order", "13800138000", None),
        ("order", "不知道", None),
        ("yes_no", "要的", "yes"),
        ("yes_no", "需要發票", "yes"),
        ("yes_no", "yes please", "yes"),
        ("yes_no", "不用了", "no"),
        ("yes_no", "没有", "no"),
        ("yes_no", "no thanks", "no"),
        ("yes_no", "嗯嗯好", "yes"),
        ("yes_no", "衣服是蓝色", None),
        ("text", "  佛山市  某某\n有限公司 ", "佛山市 某某 有限公司"),
        ("text", "  ", None),
    ],
)
def test_an_answer_is_read_as_the_kind_that_was_asked(kind: FactKind, text: str, value: str | None) -> None:
    assert said(kind, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", "vat"),
        ("1.", "plain"),
        ("第二个", "vat"),
        ("最后一个", "mixed"),
        ("the second one", "vat"),
        ("增值稅專票", "vat"),
        ("普票", "plain"),
        ("普通的就行", "plain"),
        ("普通加专用", "mixed"),
        ("an ordinary invoice please", "plain"),
        ("vat invoice", "vat"),
        ("private invoice", None),
        ("普票还是专票", None),
        ("发票", None),
        ("9", None),
    ],
)
def test_a_choice_is_named_by_place_or_any_of_its_names(text: str, value: str | None) -> None:
    assert read(INVOICE, text, (), NOW) == value


@pytest.mark.parametrize("kind", get_args(FactKind))
@pytest.mark.parametrize("text", ["没有", "沒有", "暂时没有。", "None", "n/a", "不需要！"])
def test_none_is_an_answer_where_the_fact_is_optional(kind: FactKind, text: str) -> None:
    assert said(kind, text, optional=True) == ""
    if kind not in ("text", "yes_no"):
        assert said(kind, text) is None


def test_a_photo_is_its_handles_and_words_are_no_photo() -> None:
    assert said("photo", "", "telegram:1", "telegram:2") == "telegram:1 telegram:2"
    assert said("photo", "看图") is None


def test_people_read_how_many_pictures_there_are_and_no_handles() -> None:
    photo = Fact("photo", "photo")
    assert shown(photo, "telegram:1 telegram:2", "zh") == "2张照片"
    assert [shown(photo, kept, "en") for kept in ("", "web:1", "web:1 web:2")] == ["none", "1 photo", "2 photos"]


def test_a_picture_of_what_was_asked_in_words_is_kept_for_a_person() -> None:
    assert said("text", "", "telegram:1") == "telegram:1"


@pytest.mark.parametrize(
    ("fact", "words", "value"),
    [
        (INVOICE, "能开增值税发票吗", "vat"),
        (INVOICE, "能开发票吗", None),
        (Fact("n", "number"), "我要20件T恤", "20"),
        (Fact("n", "number"), "三个问题", None),
        (Fact("p", "phone"), "打我电话13800138000", "13800138000"),
        (Fact("o", "order"), "订单号 123456789 的发票", "123456789"),
        (Fact("t"), "任何话", None),
    ],
)
def test_what_was_said_before_may_hold_a_fact(fact: Fact, words: str, value: str | None) -> None:
    assert find(fact, words, NOW) == value


def test_values_are_shown_as_people_read_them() -> None:
    assert shown(INVOICE, "vat", "zh") == "增值税专用发票"
    assert shown(INVOICE, "vat", "en") == "VAT invoice"
    assert shown(Fact("x", "money"), "5050", "zh") == "¥50.50"
    assert shown(Fact("x", "percent"), "8", "en") == "8%"
    assert (shown(Fact("x", "yes_no"), "yes", "zh"), shown(Fact("x", "yes_no"), "no", "en")) == ("是", "no")
    assert (shown(Fact("x"), "", "zh"), shown(Fact("x"), "", "en")) == ("没有", "none")
    assert shown(Fact("x", "number"), "看情况", "zh") == "看情况", "kept words stay as they are"


def test_a_masked_fact_shows_its_ends_only_where_it_need_not_be_seen() -> None:
    bank = Fact("bank", masked=True)
    assert shown(bank, "6222020000001234", "zh", hidden=True) == "6222********1234"
    assert shown(bank, "6222020000001234", "zh") == "6222020000001234"


@given(st.text(min_size=1, max_size=40))
def test_masking_never_shows_more_than_half(value: str) -> None:
    hidden = masked(value)
    assert len(hidden) == len(value)
    assert hidden.count("*") >= len(value) / 2


KINDS = st.sampled_from(get_args(FactKind))
WORDS = st.one_of(
    st.text(max_size=200),
    st.text("0123456789零一二三四五六七八九十百千万折%元块.,-/年月日号周星期下天后内 yesno", max_size=60),
)


@given(KINDS, WORDS, st.lists(st.text("abc:1", min_size=1, max_size=8), max_size=2), st.booleans())
def test_reading_never_fails_and_gives_the_one_form_of_its_kind(
    kind: FactKind, words: str, media: list[str], optional: bool
) -> None:
    value = said(kind, words, *media, optional=optional)
    if value is None or (optional and value == ""):
        return
    match kind:
        case "percent":
            assert 0 <= int(value) <= 100
        case "money":
            assert int(value) >= 0 and value.isdecimal()
        case "number":
            assert float(value) >= 0
        case "date":
            assert date.fromisoformat(value) is not None
        case "yes_no":
            assert value in ("yes", "no")
        case _:
            assert 0 < len(value) <= 400


@given(st.integers(0, 100))
def test_a_percentage_off_is_the_same_in_every_way_of_saying_it(off: int) -> None:
    assert said("percent", f"{off}%") == said("percent", f"百分之{off}") == str(off)
    if off % 10 == 0 and 0 < off < 100:
        assert said("percent", f"{10 - off // 10}折") == str(off)
    if 1 <= 100 - off <= 99 and off < 89:
        assert said("percent", f"{100 - off}折") == str(off)


@given(st.integers(0, 10**9))
def test_what_is_shown_as_money_is_read_back(fen: int) -> None:
    assert said("money", yuan(fen)) == str(fen)


@given(st.dates(date(2026, 11, 23), date(2027, 11, 22)))
def test_a_day_of_the_coming_year_needs_no_year(day: date) -> None:
    assert said("date", f"{day.month}月{day.day}日") == day.isoformat()
    assert said("date", day.isoformat()) == day.isoformat()


@given(st.integers(0, 6), st.integers(0, 3000))
def test_a_weekday_lies_within_the_next_seven_days(weekday: int, days: int) -> None:
    now = NOW + timedelta(days=days)
    value = read(Fact("x", "date"), f"周{'一二三四五六日'[weekday]}", (), now)
    assert value is not None
    day = date.fromisoformat(value)
    assert day.weekday() == weekday and timedelta() <= day - now.date() < timedelta(days=7)
