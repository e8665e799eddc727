"""Words that fill an order, wherever in a talk they are said."""

from __future__ import annotations

import re

import pytest

from tests.demo import ROOT, demo_composer, demo_shop
from tests.test_dialogues import Talk


def _suggested() -> dict[str, list[str]]:
    """What the demo shop's first page offers to click, in both languages."""
    page = (ROOT / "templates" / "shop" / "home.html").read_text(encoding="utf-8")
    found = re.search(r"for line in \((\[.*?\]) if lang == \"zh\" else (\[.*?\])\)", page)
    assert found
    return {
        language: re.findall(r'"([^"]+)"', lines) for language, lines in zip(("zh", "en"), found.groups(), strict=True)
    }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("first", range(3))
def test_an_order_is_taken_as_one_whatever_was_asked_before(language: str, first: int) -> None:
    lines = _suggested()[language]
    talk = Talk(demo_composer())
    talk.turn({"say": lines[first]})
    talk.turn({"say": lines[3]})
    variant = demo_shop().product_by_id["sy-tee-heavy"].variant("black", "XL")
    assert variant and talk.conversation.basket == ((variant.sku, 2),)
    assert talk.conversation.awaiting == "address"


def test_a_place_alone_still_answers_where_it_goes() -> None:
    for words in ("杭州", "寄到杭州两件"):
        talk = Talk(demo_composer())
        talk.turn({"say": "包邮吗"})
        composed = talk.turn({"say": words})
        assert "中通快递" in composed.replies[0].text and not talk.conversation.basket
