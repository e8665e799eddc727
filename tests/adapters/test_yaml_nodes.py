from __future__ import annotations

import time
from typing import Any

import pytest
import yaml

from bot.adapters import yaml_nodes
from bot.adapters.yaml_nodes import MAX_BYTES, Entries, Fault, Items, Node, Scalar, compose, decode, dotted, shown


@pytest.fixture(params=["C", "pure"], autouse=True)
def _both_parsers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    loader = getattr(yaml, "CSafeLoader", None) if request.param == "C" else yaml.SafeLoader
    if loader is None:
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml_nodes, "_LOADER", loader)


def plain(node: Node | None) -> Any:
    if isinstance(node, Entries):
        return {key: plain(child) for key, child in node.nodes.items()}
    if isinstance(node, Items):
        return [plain(child) for child in node.nodes]
    return node.text if node else None


def only_fault(text: str) -> tuple[int, str, str]:
    root, faults = compose(text)
    assert root is None
    (fault,) = faults
    return fault.line, fault.key, fault.what


def test_every_scalar_stays_text() -> None:
    root, faults = compose("a: 1.10\nb: [yes, ~, 0x1F, 2026-11-01, 17:00]\nc: {d: 'x'}\n")
    assert not faults
    assert plain(root) == {"a": "1.10", "b": ["yes", "~", "0x1F", "2026-11-01", "17:00"], "c": {"d": "x"}}


def test_nodes_and_keys_know_their_lines() -> None:
    root, _ = compose("a:\n  - x\n  - y: 1\n    z:\n      2\n")
    assert isinstance(root, Entries)
    items = root.nodes["a"]
    assert isinstance(items, Items)
    second = items.nodes[1]
    assert isinstance(second, Entries)
    assert (root.key_lines["a"], items.line, second.key_lines["z"], second.nodes["z"].line) == (1, 2, 4, 5)


def test_only_unquoted_words_can_be_null() -> None:
    root, _ = compose("[~, null, '', '~', x]")
    assert isinstance(root, Items)
    assert [node.is_null for node in root.nodes if isinstance(node, Scalar)] == [True, True, False, False, False]


def test_an_alias_stands_for_what_was_written() -> None:
    root, faults = compose("a: &a {x: [1, 2]}\nb: *a\nc: &s hello\nd: *s\n")
    assert not faults
    assert plain(root) == {"a": {"x": ["1", "2"]}, "b": {"x": ["1", "2"]}, "c": "hello", "d": "hello"}


def test_text_without_a_document_is_nothing() -> None:
    assert compose("") == (None, [])
    assert compose("# only a comment\n") == (None, [])


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a:\n\t- b\n", 2, "a tab indents here"),
        ("a: |\n\t b\n", 2, "a tab indents here"),
        ("a: b: c\n", 1, "a ':' too many"),
        ("a: [1, 2\nb: 3\n", 2, "a list opened with [ is not closed"),
        ("x: 1\na: {x: 1\nb: 2\n", 3, "keys opened with { are not closed"),
        ("x: 1\na: 'b\nc: 1\n", 2, "a quote is opened and never closed"),
        ("a: @b\n", 1, "this character cannot begin a value"),
        ('a: "\\q"\n', 1, r"unknown \ escape"),
        ("a:\n  b: 1\n c: 2\n", 3, "the indentation does not fit the lines above"),
        ("a: 1\nb: ok\x01\n", 2, "holds the control character U+0001"),
        ("a: - b\n", 1, "a '-' cannot stand here"),
        ("a: ]\n", 1, "a value is missing before this character"),
        ("a: 1\n---\nb: 2\n", 2, "a second document begins here"),
    ],
)
def test_broken_yaml_is_told_in_plain_words_with_its_line(text: str, line: int, said: str) -> None:
    found = only_fault(text)
    assert found[0] == line
    assert found[2].startswith(said)


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ("a:\n  - *nowhere\n", 2, "a[0]", "the alias *nowhere stands for nothing written before it"),
        ("a: &a [1, *a]\n", 1, "a[1]", "the alias *a stands for nothing written before it"),
        ("a: !!python/name:os.system x\n", 1, "a", "tags like !!python/name:os.system are not read here"),
        ("a:\n  ? [b]\n  : c\n", 2, "a", "a key must be a word"),
    ],
)
def test_what_yaml_allows_but_we_do_not_names_the_key(text: str, line: int, key: str, said: str) -> None:
    found = only_fault(text)
    assert found[:2] == (line, key)
    assert found[2].startswith(said)


def test_every_key_that_stands_twice_is_named_with_the_first() -> None:
    root, faults = compose("a: {b: 1}\nc:\n  - x: 1\n    y: 2\n    x: 3\na: 4\n")
    assert plain(root) == {"a": {"b": "1"}, "c": [{"x": "1", "y": "2"}]}
    assert [(f.line, f.key, f.what) for f in faults] == [
        (5, "c[0].x", "this key stands twice; the first is in line 3"),
        (6, "a", "this key stands twice; the first is in line 1"),
    ]


def test_merge_keys_are_refused() -> None:
    _, faults = compose("a: &a {x: 1}\nb:\n  <<: *a\n")
    assert [(f.line, f.key) for f in faults] == [(3, "b.<<")]


@pytest.mark.parametrize(
    "text",
    ["[" * 300 + "]" * 300, "{a: " * 300 + "1" + "}" * 300, "- " * 300 + "x\n", "[" * 100_000],
    ids=["lists", "keys", "dashes", "never closed"],
)
def test_nesting_beyond_the_bound_is_a_fault_never_a_traceback(text: str) -> None:
    line, key, what = only_fault(text)
    assert (line, what) == (1, "is nested more than 40 levels deep")
    assert len(key) < 200


def test_forty_levels_are_read() -> None:
    assert compose("[" * 40 + "]" * 40)[1] == []


def test_aliases_count_as_if_written_out() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    began = time.perf_counter()
    line, _, what = only_fault("\n".join(lines))
    assert time.perf_counter() - began < 1
    assert line == 6
    assert what.startswith("holds more than 200,000 values")


def test_a_file_above_the_size_bound_is_refused() -> None:
    with pytest.raises(Fault, match="larger than 5,000,000 bytes"):
        decode(b"#" * (MAX_BYTES + 1))


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    with pytest.raises(Fault) as caught:
        decode("a: 1\nb: 运费\n".encode("gbk"))
    assert caught.value.line == 2


def test_a_byte_order_mark_is_no_content() -> None:
    assert decode(b"\xef\xbb\xbfa: 1") == "a: 1"


def test_keys_are_shown_without_what_a_terminal_obeys() -> None:
    assert shown("\x1b[31mred") == r"\x1b[31mred"
    assert shown("长" * 50) == "长" * 39 + "…"
    assert dotted(["a", 3, "b c"]) == "a[3].b c"
