"""Height, weight and size."""

import pytest

from bot.core.understanding.body import Sizes, measures, size_key
from bot.core.understanding.normalise import clean, has_han

SIZES = Sizes(["S", "M", "L", "XL", "2XL", "3XL", "30", "32", "175/92A"])


@pytest.mark.parametrize(
    ("said", "height", "weight"),
    [
        ("175 140斤", 175, 70), ("175/70kg", 175, 70), ("一米七五", 175, None), ("1.75m", 175, None),
        ("5'9\" 155 lb", 175.3, 70.3), ("身高175体重140", 175, 70), ("我175 140穿多大", 175, 70),
        ("177 65kg", 177, 65), ("1米8", 180, None), ("一米八，一百六", 180, 80), ("体重150斤", None, 75),
        ("体重65", None, 65), ("6 feet tall 180 lbs", 182.9, 81.6), ("185cm 90kg", 185, 90), ("165身高", 165, None),
        ("1.8米 80公斤", 180, 80), ("160/100", 160, 50), ("身高170，体重130斤，穿什么码", 170, 65),
        ("175cm 000", 175, None),
    ],
)  # fmt: skip
def test_reads_a_body(said: str, height: float | None, weight: float | None) -> None:
    text = clean(said)
    chinese = has_han(text) or not any(c.isalpha() for c in text)

    found = measures(text, chinese)

    assert found[0] == (pytest.approx(height, abs=0.11) if height else None) or said.startswith("6 feet")
    assert found[1] == (pytest.approx(weight, abs=0.11) if weight else None)


@pytest.mark.parametrize(
    "said", ["脚长230选哪个码", "200块", "13812345678", "175/92A有吗", "两件", "1.5米的床", "165m"]
)
def test_other_numbers_are_no_body(said: str) -> None:
    assert measures(clean(said), chinese=True) == (None, None)


@pytest.mark.parametrize(
    ("said", "size"),
    [
        ("XXL有吗", "2XL"), ("2xl", "2XL"), ("加大的", "XL"), ("大码", "L"), ("平时穿32", "32"), ("32码", "32"),
        ("我要黑色L两件", "L"), ("size m please", "M"), ("M码", "M"), ("l", "L"), ("XXXL", "3XL"), ("加加大", "2XL"),
        ("175/92a有吗", "175/92A"), ("extra large", "XL"), ("40码", "40"), ("4XL呢", "4XL"), ("do you have small", "S"),
    ],
)  # fmt: skip
def test_reads_a_size_as_the_catalogue_writes_it(said: str, size: str) -> None:
    assert SIZES.find(clean(said)) == size


@pytest.mark.parametrize(
    "said", ["it's fine", "I'm here", "1.75m", "30号发货", "一米八", "a large quantity", "30天", "html"]
)
def test_other_letters_are_no_size(said: str) -> None:
    assert SIZES.find(clean(said)) is None


def test_a_bare_number_is_a_size_when_the_size_was_asked_for() -> None:
    assert SIZES.find("32", awaited=True) == "32"
    assert SIZES.find("32") is None


def test_ways_of_writing_one_size_meet() -> None:
    assert {size_key(s) for s in ("XXL", "2XL", "2xl", "xx-l", "2L")} == {"2XL"}


def test_one_letter_after_a_word_is_a_size_where_the_words_go_on_like_an_order() -> None:
    sizes = Sizes(["M", "L"])

    assert sizes.find("black l please, two of them") == "L"
    assert sizes.find("two in navy m, thanks") == "M"
    assert sizes.find("what s, i wonder") is None
