from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.yaml_files import load_shop
from bot.core.errors import KnowledgeError
from tests.adapters.yaml_shops import load, problem, problems, write

ANSWER = "answers: [{topic: t, reply: x}]\n"


def said_of(folder: Path, root: Path) -> str:
    with pytest.raises(KnowledgeError) as caught:
        load_shop(folder, root)
    return str(caught.value)


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    said = said_of(tmp_path / "gone", tmp_path)
    assert said == f"{tmp_path}/gone:0: there is no such folder; it should hold the shop's *.yaml files"


def test_a_folder_without_yaml_is_a_problem(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "readme.md").touch()
    assert said_of(folder, tmp_path).startswith("knowledge:0: holds no *.yaml file")


def test_a_file_in_place_of_the_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "knowledge").touch()
    assert "is not a folder" in said_of(tmp_path / "knowledge", tmp_path)


def test_files_of_subfolders_are_read_but_photos_are_not(tmp_path: Path) -> None:
    folder = write(tmp_path, ANSWER)
    for name in ("answers", "playbooks", "photos", ".git"):
        (folder / name).mkdir()
        (folder / name / "x.yaml").write_text(f"answers: [{{topic: {name}, reply: x}}]\n")
    (folder / ".hidden.yaml").write_text("not: read")
    assert [(a.topic, a.source) for a in load_shop(folder, tmp_path).answers] == [
        ("answers", "knowledge/answers/x.yaml:1"),
        ("playbooks", "knowledge/playbooks/x.yaml:1"),
        ("t", "knowledge/shop.yaml:1"),
    ]


def test_a_folder_elsewhere_is_named_from_its_parent(tmp_path: Path) -> None:
    write(tmp_path, ANSWER)
    root = tmp_path / "config"
    root.mkdir()
    assert load_shop(tmp_path / "knowledge", root).answers[0].source == "knowledge/shop.yaml:1"


def test_paths_relative_to_the_working_folder_are_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, ANSWER)
    monkeypatch.chdir(tmp_path)
    assert load_shop(Path("knowledge"), Path()).answers[0].source == "knowledge/shop.yaml:1"


def test_the_folder_may_be_the_root_itself(tmp_path: Path) -> None:
    folder = write(tmp_path, ANSWER)
    assert load_shop(folder, folder).answers[0].source == "shop.yaml:1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0: holds nothing; delete it or fill it"),
        ("# to do\n", "0: holds nothing; delete it or fill it"),
        ("- a\n- b\n", "1: should begin with one of: shop, categories"),
        ("just words\n", "1: should begin with one of: shop, categories"),
        ("answer: []\n", "1: answer: unknown key 'answer'; did you mean 'answers'?"),
        ("\nproducts: 5\n", "2: products: should be a list"),
        ("answers:\n\t- topic: t\n", "2: a tab indents here; YAML wants spaces"),
        ("answers:\n  - topic: 'a\n    reply: x\n", "2: a quote is opened and never closed"),
        ("a: " + "[" * 300 + "]" * 300, "1: a"),
        ("shop:\n  name: a\n  name: b\n", "3: shop.name: this key stands twice; the first is in line 2"),
        ("x: !!python/object/apply:os.system [ls]\n", "1: x: tags like !!python/object/apply:os.system are not read"),
    ],
    ids=["empty", "comment", "list", "words", "key", "type", "tab", "quote", "deep", "twice", "tag"],
)
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, text: str, said: str) -> None:
    assert problem(tmp_path, text).startswith(f"knowledge/shop.yaml:{said}")


def test_a_file_nested_too_deep_says_so(tmp_path: Path) -> None:
    assert problem(tmp_path, "- " * 300 + "x\n").endswith("is nested more than 40 levels deep")


def test_a_file_too_big_is_a_problem(tmp_path: Path) -> None:
    said = problem(tmp_path, "#" * 5_000_001)
    assert said == "knowledge/shop.yaml:0: is larger than 5,000,000 bytes; split it into several files"


def test_a_file_that_is_not_utf8_is_a_problem(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "a.yaml").write_bytes("shop:\n  name: 小店\n".encode("gb18030"))
    assert said_of(folder, tmp_path) == ("knowledge/a.yaml:2: is not UTF-8 text; save the file with the encoding UTF-8")


def test_a_file_named_yml_is_a_problem_not_silently_left_out(tmp_path: Path) -> None:
    folder = write(tmp_path, ANSWER)
    (folder / "more.yml").write_text(ANSWER)
    assert said_of(folder, tmp_path) == "knowledge/more.yml:0: ends in .yml and is not read; rename it to .yaml"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open every file")
def test_a_file_that_may_not_be_opened_is_a_problem(tmp_path: Path) -> None:
    folder = write(tmp_path, ANSWER)
    (folder / "shop.yaml").chmod(0)
    assert "cannot be opened" in said_of(folder, tmp_path)


def test_a_dangling_link_is_a_problem(tmp_path: Path) -> None:
    folder = write(tmp_path, ANSWER)
    (folder / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    assert said_of(folder, tmp_path).startswith("knowledge/gone.yaml:0: cannot be opened: No such file")


def test_the_problems_of_all_files_come_in_one_raise_by_file_and_line(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        answers="answers:\n  - {topic: a, reply: {template: gone}}\n  - {topic: b, rply: x, reply: y}\n",
        broken="shop: [\n",
        products="products:\n  - {id: p, name: x, variants: [{sku: A, stock: 1}]}\n  - {id: p, name: y}\n",
        promotions="promotions:\n  - id: a\n    kind: gift\n    name: x\n    over: 1\n    gift: y\n"
        "    period: {from: 2026-02-01, until: 2026-01-01}\n",
        templates=lambda _: False,
    )
    assert [line.split(": ")[:2] for line in found] == [
        ["knowledge/answers.yaml:2", "answers[0].reply.template"],
        ["knowledge/answers.yaml:3", "answers[1].rply"],
        ["knowledge/broken.yaml:1", "the file ends inside a bracket that is opened and never closed"],
        ["knowledge/products.yaml:2", "products[0].variants[0].price"],
        ["knowledge/products.yaml:3", "products[1].id"],
        ["knowledge/products.yaml:3", "products[1].variants"],
        ["knowledge/promotions.yaml:7", "promotions[0].period.until"],
    ]


def test_a_name_that_may_stand_in_an_unreadable_file_says_so(tmp_path: Path) -> None:
    found = problems(tmp_path, "logistics: {default_courier: zto}\n", "couriers: [\n")
    assert found[1].endswith(
        "unknown courier 'zto'; none is declared (or it stands in knowledge/more.yaml, which cannot be read)"
    )


def test_sections_are_joined_over_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    shop = load(tmp_path, b="categories: [{id: b, name: x}]\n", a="categories: [{id: a, name: x}]\n")
    assert [category.id for category in shop.categories] == ["a", "b"]


def test_hostile_words_are_escaped_in_problems(tmp_path: Path) -> None:
    said = problem(tmp_path, 'answers: [{"\\e[31m": 1, topic: t, reply: x}]\n')
    assert said.isprintable()
    assert r"\x1b[31m" in said


def test_loading_leaves_the_collector_as_it_was(tmp_path: Path) -> None:
    assert gc.isenabled()
    problem(tmp_path, "")
    assert gc.isenabled()


def test_the_hash_names_contents_not_the_moment(tmp_path: Path) -> None:
    first, again = load(tmp_path, ANSWER), load(tmp_path, ANSWER)
    assert first.content_hash == again.content_hash
    assert load(tmp_path, ANSWER.replace("x", "y")).content_hash != first.content_hash


WHOLE = """\
shop: {facts: {city: 佛山}, hours: [{days: [mon], from: "08:00", until: "23:00"}]}
products: [{id: p, name: x, colors: [{id: c, name: y}], variants: [{sku: A, color: c, stock: 1, price: 9.90}]}]
promotions: [{id: g, kind: gift, name: x, over: 1, gift: y, period: {every: month, from_day: 1, until_day: last}}]
answers: [{topic: t, ask: [q], reply: {zh: "{shop.city}", en: z}}]
phrases: {synonyms: [[a, b]], acts: {yes: [x]}, tags: {purpose.gift: [y]}}
"""
PIECES = st.sampled_from(
    ["[", "]", "{", "}", ":", "- ", "\n", "\t", "'", '"', "~", "&a ", "*a", "!x ", "-1", "|", ", "]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 6), PIECES), min_size=1, max_size=3))
def test_a_mistyped_file_is_read_or_told_and_never_a_traceback(
    tmp_path: Path, slips: list[tuple[int, int, str]]
) -> None:
    text = WHOLE
    for at, dropped, piece in slips:
        text = text[:at] + piece + text[at + dropped :]
    folder = write(tmp_path)
    (folder / "shop.yaml").write_text(text, encoding="utf-8")
    try:
        load_shop(folder, tmp_path)
    except KnowledgeError as fault:
        assert all(found.file == "knowledge/shop.yaml" and found.what for found in fault.problems)
