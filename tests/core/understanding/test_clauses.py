"""Acts: whole messages that agree, refuse, go back."""

import pytest

from bot.core.understanding.clauses import Acts

ACTS = Acts({"yes": ["要的", "对"], "no": ["不考虑了"], "order": ["就它了", "就拿这件了"]})


@pytest.mark.parametrize("said", ["不考虑了", "不考虑", "不考虑的", "不考虑哦!", "不考虑 了"])
def test_an_act_is_known_with_and_without_its_closing_particle(said: str) -> None:
    assert ACTS.find(said, said) == "no"


@pytest.mark.parametrize("said", ["就它", "要", "不考虑发票", "需要"])
def test_what_is_too_short_or_says_more_is_no_act(said: str) -> None:
    assert ACTS.find(said, said) is None


def test_a_longer_act_may_be_said_without_its_ending_too() -> None:
    assert ACTS.find("就拿这件", "就拿这件") == "order"
