"""Answers that promise more than the bot may grant, named before the shop opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.service.check import promised_beyond
from tests.adapters.yaml_shops import load
from tests.demo import ROOT

RULES = """
couriers: [{id: zto, name: 中通, zones: [{provinces: [广东], fee: 8, days: [1, 2]}]}]
logistics: {default_courier: zto, free_from: 99}
promotions:
  - {id: a, kind: threshold, name: 减, period: {every: month, from_day: 1, until_day: 31}, over: 200, off: 20}
promises: {authority: [{role: bot}, {role: agent, discount_percent: 5}]}
"""


def told(tmp_path: Path, reply: str) -> list[str]:
    answers = f"answers:\n  - topic: promo.rules\n    ask: [有优惠吗]\n    reply: {reply}\n"
    return [str(problem) for problem in promised_beyond(load(tmp_path, RULES, answers))]


@pytest.mark.parametrize(
    ("reply", "words", "role"),
    [
        ("亲，今天给您打95折", "打95折", "agent"),
        ("亲，给您打9折", "打9折", "manager"),
        ("满50元就包邮哦", "包邮", "manager"),
        ("全国包邮", "包邮", "manager"),
        ("满200减50", "减50", "manager"),
        ('{zh: 有的, en: "I give you 10% off"}', "10% off", "manager"),
        ("送您10元券", "10元券", "manager"),
    ],
)
def test_an_answer_beyond_the_bots_authority_is_named_with_file_and_line(
    tmp_path: Path, reply: str, words: str, role: str
) -> None:
    assert told(tmp_path, reply) == [
        "knowledge/more.yaml:2: the answer to promo.rules promises "
        f"'{words}', which the authority table lets only {role} grant"
    ]


@pytest.mark.parametrize(
    "reply", ["满99元包邮", "满200减20", "价格都是实价，不能打折", "质量问题退换，来回运费我们承担"]
)
def test_the_shops_own_rules_may_be_told(tmp_path: Path, reply: str) -> None:
    assert told(tmp_path, reply) == []


def test_the_demo_shop_promises_nothing_beyond() -> None:
    from bot.adapters.yaml_files import load_shop

    assert promised_beyond(load_shop(ROOT / "knowledge", ROOT)) == []
