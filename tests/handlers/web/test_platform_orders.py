"""Whatever stands in a platform's order, it is read, or refused in words; it never breaks."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.order_events import Applied, Ignored, OrderEvent, Refused, apply
from handlers.web.platform_fields import MAX_FEN, NotUsable, clean, read_fen
from handlers.web.shopify_orders import ShopifyOrder, shopify_report
from handlers.web.strict_json import read_json
from handlers.web.woocommerce_orders import WooOrder, woocommerce_report

DATA = Path(__file__).parents[2] / "data"
SHOPIFY = json.loads((DATA / "shopify_orders_fulfilled.json").read_bytes())
WOO = json.loads((DATA / "woocommerce_order_completed.json").read_bytes())

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for step, held in inner for deeper in paths(held, (*path, step)))]


def changed(value: Any, path: tuple[Any, ...], new: Any) -> bytes:
    whole = copy.deepcopy(value)
    if not path:
        return json.dumps(new).encode()
    held = whole
    for step in path[:-1]:
        held = held[step]
    held[path[-1]] = new
    return json.dumps(whole).encode()


def shopify(body: bytes) -> OrderEvent:
    return shopify_report(ShopifyOrder.model_validate(read_json(body, number=str)), "d", "CNY")


def woocommerce(body: bytes) -> OrderEvent:
    return woocommerce_report(WooOrder.model_validate(read_json(body, number=str)), "d", "CNY")


@pytest.mark.parametrize(("order", "read"), [(SHOPIFY, shopify), (WOO, woocommerce)], ids=["shopify", "woocommerce"])
def test_one_strange_value_anywhere_breaks_nothing(order: Any, read: Any) -> None:
    everywhere = paths(order)

    @settings(max_examples=400, deadline=None)
    @given(st.sampled_from(everywhere), VALUES)
    def strange(path: tuple[Any, ...], value: Any) -> None:
        try:
            report = read(changed(order, path, value))
        except (ValidationError, NotUsable):
            return
        result = apply(None, report, "XE01")
        assert isinstance(result, (Applied, Ignored, Refused))
        if isinstance(result, Applied):
            assert 0 <= result.order.total_fen <= 2 * MAX_FEN
            result.order.order_no.encode()
            str(result.order.lines).encode()

    strange()


@given(st.integers(0, MAX_FEN))
def test_money_is_read_to_the_fen(fen: int) -> None:
    assert read_fen(f"{fen // 100}.{fen % 100:02}") == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0", 0), ("18000", 1_800_000), ("12.345", 1235), ("0.005", 1), ("14.333333333333334", 1433), (7, 700)],
)
def test_other_ways_to_write_money(text: Any, fen: int) -> None:
    assert read_fen(text) == fen


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1e5", "1,000.00", "NaN", "１２", "1.", ".5", "9" * 11, True, None, 1.5]
)
def test_what_is_no_money(text: Any) -> None:
    with pytest.raises(ValueError, match="money"):
        read_fen(text)


def test_marks_that_hide_text_are_taken_out() -> None:
    assert clean("a\u202eb\x00c\u2066d\te\n") == "abcd\te"
