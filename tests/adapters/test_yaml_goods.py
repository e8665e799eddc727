from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.yaml_book import Book, Reading, Wrong
from bot.adapters.yaml_fields import money
from bot.adapters.yaml_nodes import Scalar
from bot.core.catalogue import Audience, Color, SizeRow, Text, Variant
from tests.adapters.yaml_shops import load, problem, problems, write

FULL = """
    categories:
      - {id: tee, name: {zh: T恤, en: T-shirts}, aliases: [短袖, tees]}
    size_charts:
      - id: tops
        name: 上装
        default: true
        rows:
          - {size: M, height_cm: [160, 168], weight_kg: [50.5, 60], measures: {chest: 104, length: 68.5}}
    products:
      - id: plain-tee
        name: {zh: 纯棉T恤, en: Cotton tee}
        brand: 示例
        category: tee
        aliases: [小白T]
        price: 129
        summary: 好穿
        selling_points: [不起球, {zh: 不变形, en: keeps its shape}]
        goes_with: [jeans]
        size_chart: tops
        audience: {sex: [male], age: [18, 45], occupation: [office], purpose: [gift, work], style: [plain]}
        sales_rank: 1
        photo: photos/tee.png
        discontinued: yes
        colors:
          - {id: black, name: {zh: 黑色, en: black}, aliases: [纯黑]}
        variants:
          - {sku: T-BLK-M, color: black, size: M, stock: 24, price: "119.50"}
          - {sku: T-BLK-32, color: black, size: 32, stock: 0}
      - {id: jeans, name: 牛仔裤, variants: [{sku: J-1, stock: 3, price: 9.9}]}
"""


def product(lines: str) -> str:
    """A file with one product that is right but for ``lines``, which begin in line 5."""
    head = "products:\n  - id: tee\n    name: T恤\n    price: 10\n"
    return head + "".join(f"    {line}\n" for line in lines.split("\n"))


def test_every_key_of_goods_reaches_the_catalogue(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "photos").mkdir()
    (folder / "photos" / "tee.png").touch()
    shop = load(tmp_path, FULL)
    tee = shop.product_by_id["plain-tee"]
    assert (tee.brand, tee.category, tee.size_chart, tee.photo) == ("示例", "tee", "tops", "photos/tee.png")
    assert (tee.aliases, tee.goes_with, tee.sales_rank, tee.discontinued) == (("小白T",), ("jeans",), 1, True)
    assert (tee.name, tee.summary) == (Text("纯棉T恤", "Cotton tee"), Text("好穿", "好穿"))
    assert tee.selling_points == (Text("不起球", "不起球"), Text("不变形", "keeps its shape"))
    assert tee.audience == Audience(
        frozenset({"male"}), (18, 45), frozenset({"office"}), frozenset({"gift", "work"}), frozenset({"plain"})
    )
    assert tee.colors == (Color("black", Text("黑色", "black"), ("纯黑",)),)
    assert tee.variants == (
        Variant("T-BLK-M", "black", "M", 11950, 24, "knowledge/shop.yaml:28"),
        Variant("T-BLK-32", "black", "32", 12900, 0, "knowledge/shop.yaml:29"),
    )
    assert tee.source == "knowledge/shop.yaml:11"
    assert shop.product_by_id["jeans"].price_range_fen == (990, 990)
    chart = shop.chart_by_id["tops"]
    assert (chart.default, chart.name, chart.source) == (True, Text("上装", "上装"), "knowledge/shop.yaml:5")
    assert chart.rows == (SizeRow("M", (160, 168), (50.5, 60), {"chest": 104, "length": 68.5}),)
    assert shop.categories[0].aliases == ("短袖", "tees")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("variants: [{sku: A, stock: -1}]", "5: products[0].variants[0].stock: must not be negative"),
        ("variants: [{sku: A, stock: 1, price: -5}]", "5: products[0].variants[0].price: must not be negative"),
        ("variants: [{sku: A, stock: many}]", "5: products[0].variants[0].stock: 'many' is no whole number"),
        ("variants: [{stock: 1}]", "5: products[0].variants[0].sku: is missing"),
        ("variants:\n  - {sku: A}", "6: products[0].variants[0].stock: is missing"),
        ("variants: []", "5: products[0].variants: needs at least 1 entry"),
        ("variants: {sku: A, stock: 1}", "5: products[0].variants: should be a list"),
        (
            "variants: [{sku: A, stock: 1, colour: x}]",
            "5: products[0].variants[0].colour: unknown key 'colour'; did you mean 'color'?",
        ),
        (
            "variants: [{sku: A, stock: 1, color: red}]",
            "5: products[0].variants[0].color: the product declares no colors",
        ),
        (
            "colors: [{id: green, name: 绿}]\nvariants: [{sku: A, stock: 1, color: gren}]",
            "6: products[0].variants[0].color: unknown color 'gren'; did you mean 'green'?",
        ),
        (
            "colors: [{id: g, name: 绿}, {id: g, name: 青}]\nvariants: [{sku: A, stock: 1}]",
            "5: products[0].colors: the color 'g' stands twice",
        ),
        (
            "variants:\n  - {sku: A, size: M, stock: 1}\n  - {sku: B, size: M, stock: 1}",
            "7: products[0].variants[1]: has the color and size of the variant in line 6",
        ),
        (
            "variants:\n  - {sku: A, size: S, stock: 1}\n  - {sku: A, size: M, stock: 1}",
            "7: products[0].variants[1].sku: the sku 'A' stands twice; the first is at knowledge/shop.yaml:6",
        ),
        ("goes_with: [tee]\nvariants: [{sku: A, stock: 1}]", "5: products[0].goes_with: a product cannot go with its"),
        ("goes_with: [tie]\nvariants: [{sku: A, stock: 1}]", "5: products[0].goes_with[0]: unknown product 'tie'"),
        ("category: tops\nvariants: [{sku: A, stock: 1}]", "5: products[0].category: unknown category 'tops'"),
        ("size_chart: x\nvariants: [{sku: A, stock: 1}]", "5: products[0].size_chart: unknown size chart 'x'"),
        ("photo: photos/a.png\nvariants: [{sku: A, stock: 1}]", "5: products[0].photo: there is no picture"),
        ("photo: ../a.png\nvariants: [{sku: A, stock: 1}]", "5: products[0].photo: '../a.png' must be a path below"),
        ("audience: {sex: [mail]}\nvariants: [{sku: A, stock: 1}]", "5: products[0].audience.sex[0]: unknown sex"),
        ("audience: {age: [45, 18]}\nvariants: [{sku: A, stock: 1}]", "5: products[0].audience.age: the first number"),
        ("discontinued: maybe\nvariants: [{sku: A, stock: 1}]", "5: products[0].discontinued: 'maybe' is neither true"),
        ("summary: [a]\nvariants: [{sku: A, stock: 1}]", "5: products[0].summary: should be text or {zh: …, en: …}"),
        ("summary: {fr: a}\nvariants: [{sku: A, stock: 1}]", "5: products[0].summary.fr: 'fr' is no language"),
        ("summary: {zh: ~}\nvariants: [{sku: A, stock: 1}]", "5: products[0].summary.zh: has no value"),
        ("summary:\nvariants: [{sku: A, stock: 1}]", "5: products[0].summary: has no value"),
        (
            "care: {en: cold wash, dry flat}\nvariants: [{sku: A, stock: 1}]",
            "5: products[0].care.dry flat: a comma inside { } ends the words before it",
        ),
    ],
)
def test_a_wrong_product_names_line_and_key(tmp_path: Path, lines: str, said: str) -> None:
    assert problem(tmp_path, product(lines)).startswith(f"knowledge/shop.yaml:{said}")


def test_a_variant_without_any_price_is_a_problem(tmp_path: Path) -> None:
    text = "products:\n  - id: tee\n    name: T恤\n    variants:\n      - {sku: A, stock: 1}\n"
    said = "knowledge/shop.yaml:5: products[0].variants[0].price: is missing here and on the product"
    assert problem(tmp_path, text) == said


def test_everything_wrong_with_a_variant_is_told_in_one_run(tmp_path: Path) -> None:
    text = """
    products:
      - id: tee
        name: T恤
        colors: [{id: green, name: 绿}]
        variants:
          - {color: gren}
          - {sku: A, color: green, stock: 1, price: 9}
          - {sku: B, color: green, stock: many}
    """
    assert sorted(line.removeprefix("knowledge/shop.yaml:") for line in problems(tmp_path, text)) == [
        "7: products[0].variants[0].color: unknown color 'gren'; did you mean 'green'?",
        "7: products[0].variants[0].price: is missing here and on the product",
        "7: products[0].variants[0].sku: is missing",
        "7: products[0].variants[0].stock: is missing",
        "9: products[0].variants[2].price: is missing here and on the product",
        "9: products[0].variants[2].stock: 'many' is no whole number",
        "9: products[0].variants[2]: has the color and size of the variant in line 8",
    ]


def test_what_is_wrong_with_a_product_hides_nothing_of_its_variants(tmp_path: Path) -> None:
    said = problems(tmp_path, "products:\n  - id: tee\n    variants:\n      - {sku: A, color: red}\n")
    assert sorted(line.removeprefix("knowledge/shop.yaml:") for line in said) == [
        "2: products[0].name: is missing",
        "4: products[0].variants[0].color: the product declares no colors",
        "4: products[0].variants[0].price: is missing here and on the product",
        "4: products[0].variants[0].stock: is missing",
    ]


def test_a_wrong_price_of_the_product_is_told_once_not_per_variant(tmp_path: Path) -> None:
    text = "products:\n  - id: tee\n    name: T恤\n    price: 1.234\n    variants: [{sku: A, stock: 1}]\n"
    assert problem(tmp_path, text).startswith("knowledge/shop.yaml:4: products[0].price: '1.234' is no amount in yuan")


def test_a_color_that_cannot_be_read_does_not_make_its_variants_wrong(tmp_path: Path) -> None:
    said = problem(tmp_path, product("colors: [{id: red}]\nvariants: [{sku: A, color: red, stock: 1}]"))
    assert said == "knowledge/shop.yaml:5: products[0].colors[0].name: is missing"


def test_an_id_that_stands_in_two_files_names_both(tmp_path: Path) -> None:
    said = problem(tmp_path, a=product("variants: [{sku: A, stock: 1}]"), b=product("variants: [{sku: B, stock: 1}]"))
    first = "knowledge/a.yaml:2"
    assert said == f"knowledge/b.yaml:2: products[0].id: the product 'tee' stands twice; the first is at {first}"


@pytest.mark.parametrize("name", ["two words", "全角　空格", '"tab\\there"', "x" * 49])
def test_ids_are_short_and_without_spaces(tmp_path: Path, name: str) -> None:
    assert problem(tmp_path, f"categories:\n  - id: {name}\n    name: x\n").startswith(
        "knowledge/shop.yaml:2: categories[0].id: the id '"
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{size: M, height_cm: [170, 160], weight_kg: [50, 60]}", "height_cm: the first number 170 is above"),
        ("{size: M, height_cm: [160, 170], weight_kg: [50]}", "weight_kg: should be two numbers: [least, most]"),
        ("{size: M, height_cm: [160, 1700], weight_kg: [50, 60]}", "height_cm: 1700 is too large; at most 300"),
        ("{size: M, height_cm: [160, tall], weight_kg: [50, 60]}", "height_cm: 'tall' is no number"),
        ("{size: M, height_cm: [1, 2], weight_kg: [1, 2], measures: [104]}", "measures: should be keys with values"),
    ],
)
def test_a_wrong_size_row_names_line_and_key(tmp_path: Path, row: str, said: str) -> None:
    text = f"size_charts:\n  - id: tops\n    name: 上装\n    rows:\n      - {row}\n"
    assert problem(tmp_path, text).startswith(f"knowledge/shop.yaml:5: size_charts[0].rows[0].{said}")


def test_only_one_size_chart_is_the_default(tmp_path: Path) -> None:
    rows = "rows: [{size: M, height_cm: [1, 2], weight_kg: [1, 2]}]"
    chart = "size_charts:\n  - {{id: {0}, name: x, default: true, {1}}}\n"
    said = problem(tmp_path, a=chart.format("a", rows), b=chart.format("b", rows))
    assert said.startswith("knowledge/b.yaml:2: size_charts[0].default: only one size chart can be the default;")
    assert "knowledge/a.yaml:2" in said


def test_everything_wrong_with_one_product_is_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, product("brnd: x\nsales_rank: first\nvariants: [{sku: A, stock: x}, {sku: B}]"))
    assert [line.split(": ")[1] for line in found] == [
        "products[0].brnd",
        "products[0].sales_rank",
        "products[0].variants[0].stock",
        "products[0].variants[1]",
        "products[0].variants[1].stock",
    ]


# --- money ---


def fen_of(text: str) -> int:
    return money(Reading("x.yaml", Book(), "."), Scalar(text, 1, True), None)


@given(st.integers(min_value=0, max_value=10**11))
def test_money_text_round_trips_to_fen(fen: int) -> None:
    yuan, rest = divmod(fen, 100)
    assert fen_of(f"{yuan}.{rest:02d}") == fen
    if rest % 10 == 0:
        assert fen_of(f"{yuan}.{rest // 10}") == fen
    if rest == 0:
        assert fen_of(str(yuan)) == fen


@given(st.text(alphabet="0123456789.-+eE_x ,元¥", max_size=12))
def test_money_is_either_an_exact_amount_or_refused(text: str) -> None:
    try:
        fen = fen_of(text)
    except Wrong:
        return
    digits = "".join(c for c in text if c in "0123456789.")
    whole, _, rest = digits.partition(".")
    assert len(rest) <= 2
    assert fen == int(whole) * 100 + int(rest.ljust(2, "0"))


@pytest.mark.parametrize("text", ["1.234", "1e3", "abc", "-1", ".5", "1000000000.01", "1."])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        fen_of(text)
