"""Tokens, origins and rates of the page, without a server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.web.origins import Origins
from handlers.web.rates import Rate
from handlers.web.visitors import Visitors


def test_a_token_names_its_visitor_and_no_other_secret_made_it() -> None:
    ours, others = Visitors(b"a" * 32), Visitors(b"b" * 32)
    visitor, token = ours.new()
    assert ours.of(token) == visitor
    assert others.of(token) is None


@given(st.text(max_size=80), st.integers(0, 65))
def test_a_token_that_was_changed_is_nobodys(piece: str, place: int) -> None:
    visitors = Visitors(b"a" * 32)
    _, token = visitors.new()
    changed = token[:place] + piece + token[place + len(piece) :]
    assert (visitors.of(changed) is None) == (changed != token)


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("", "shop:8080", True),
        ("http://shop:8080", "shop:8080", True),
        ("https://shop:8080", "shop:8080", True),
        ("http://SHOP:8080", "shop:8080", True),
        ("http://shop:8081", "shop:8080", False),
        ("http://shop", "shop:8080", False),
        ("null", "shop:8080", False),
        ("http://", "", False),
        ("https://named.example", "shop:8080", True),
        ("http://named.example", "shop:8080", False),
        ("https://named.example.evil", "shop:8080", False),
    ],
)
def test_only_our_own_pages_and_those_named_may_ask(origin: str, host: str, allowed: bool) -> None:
    headers = {"origin": origin, "host": host}
    assert Origins(["https://named.example/"]).allow(headers) == allowed


def test_a_rate_lets_a_burst_through_and_then_so_many_a_minute() -> None:
    now = [0.0]
    rate = Rate(60, 3, lambda: now[0])
    assert [rate.take("anna") for _ in range(3)] == [0, 0, 0]
    assert rate.take("anna") == pytest.approx(1.0)
    assert rate.take("ben") == 0
    now[0] = 1.0
    assert rate.take("anna") == 0


def test_strangers_without_end_do_not_fill_the_memory_nor_free_the_busy() -> None:
    now = [0.0]
    rate = Rate(1, 1, lambda: now[0])
    for number in range(20_001):
        now[0] += 0.001
        assert rate.take(str(number)) == 0
    assert rate.take("20000") > 0
    assert len(rate._buckets) <= 10_001
