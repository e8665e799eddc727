from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.web.strict_json import MAX_DEPTH, NotJson, Unfit, read_json

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_ordinary_json_is_read_as_it_was_written(value: Any) -> None:
    assert read_json(json.dumps(value).encode("utf-8", "surrogatepass")) == value


def test_a_key_that_stands_twice_is_marked_where_it_stands() -> None:
    value = read_json(b'[{"a": 1}, {"a": 1, "b": 2, "a": 3}]')
    assert value[0] == {"a": 1}
    assert isinstance(value[1]["a"], Unfit)
    assert value[1]["b"] == 2


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "9" * 20, "-" + "9" * 5000])
def test_what_is_no_usable_number_is_marked(text: str) -> None:
    assert isinstance(read_json(f'{{"a": {text}}}'.encode())["a"], Unfit)


def test_numbers_with_a_point_stay_as_written_where_asked() -> None:
    assert read_json(b"[12.90, 1e400]", number=str) == ["12.90", "1e400"]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "line 1, column 1"),
        (b"{", "line 1"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{} {}", "not JSON"),
        (b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2), "nested deeper"),
        (b"[" * 200_000, "nested deeper"),
        (b'{"a":' * 200_000, "nested deeper"),
    ],
)
def test_what_is_no_json_is_told(body: bytes, what: str) -> None:
    with pytest.raises(NotJson, match=what):
        read_json(body)


def test_the_deepest_that_is_allowed_is_read() -> None:
    read_json(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))
