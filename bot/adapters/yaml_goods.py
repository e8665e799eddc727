"""The tables of categories, size charts and products."""

from __future__ import annotations

import os.path
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from bot.adapters import yaml_fields as read
from bot.adapters.yaml_book import KeyPath, Place, Reading, Wrong, unknown
from bot.adapters.yaml_fields import Record, Spot, may, need
from bot.adapters.yaml_nodes import Items, Node, shown
from bot.core.catalogue import Audience, Category, Color, Product, SizeChart, SizeRow, Variant

SEXES: Final = ("male", "female")

CATEGORY: Final = Record(
    read.build_located(Category),
    {
        "id": need(read.declares("category")),
        "name": need(read.text),
        "aliases": may(read.many(read.word)),
    },
)

_SIZE_ROW: Final = Record(
    read.build(SizeRow),
    {
        "size": need(read.word),
        "height_cm": need(read.span(read.decimal(most=300))),
        "weight_kg": need(read.span(read.decimal(most=500))),
        "measures": may(read.by_name(read.decimal(most=1000))),
    },
)


def _size_chart(spot: Spot, values: dict[str, Any]) -> SizeChart:
    if values.get("default"):
        # One name for all of them: a second default chart is a second declaration.
        line = spot.node.key_lines["default"]
        place = Place(spot.reading.file, line, (spot.path, "default"))
        first = spot.reading.book.declared.setdefault("default chart", {}).setdefault("", place)
        if first is not place:
            spot.fault("default", f"only one size chart can be the default; {first.source} is one already")
    return SizeChart(source=spot.source, **values)


SIZE_CHART: Final = Record(
    _size_chart,
    {
        "id": need(read.declares("size chart")),
        "name": need(read.text),
        "default": may(read.yes_no),
        "rows": need(read.many(_SIZE_ROW, least=1)),
    },
)


def _photo(reading: Reading, node: Node, path: KeyPath) -> str:
    name = read.scalar(node, "the path of a picture")
    if name.startswith("/") or "\\" in name or ".." in name.split("/"):
        raise Wrong(node, f"{shown(name)!r} must be a path below the knowledge folder, like photos/tee.png")
    if "\0" in name or not os.path.isfile(os.path.join(reading.folder, name)):  # noqa: PTH113, PTH118 - 10,000 times
        raise Wrong(node, f"there is no picture {shown(name)!r} below the knowledge folder")
    return name


_AUDIENCE: Final = Record(
    read.build(Audience),
    {
        "sex": may(read.set_of(read.one_of("sex", SEXES)), "sexes"),
        "age": may(read.span(read.whole(most=120)), "ages"),
        "occupation": may(read.set_of(read.word), "occupations"),
        "purpose": may(read.set_of(read.word), "purposes"),
        "style": may(read.set_of(read.word), "styles"),
    },
)

_COLOR: Final = Record(
    read.build(Color),
    {
        "id": need(read.identifier()),
        "name": need(read.text),
        "aliases": may(read.many(read.word)),
    },
)

#: A variant before its product is known, which may lend it a price.
_Draft = tuple[Spot, dict[str, Any]]

#: Not left to :func:`need`: a variant that lacks one of them goes on to the checks beside its product all the same, so
#: that one run names everything that is wrong with it.
_OF_EVERY_VARIANT: Final = ("sku", "stock")


def _draft(spot: Spot, values: dict[str, Any]) -> _Draft:
    for key in _OF_EVERY_VARIANT:
        if key not in spot.node.nodes:
            spot.fault(key, "is missing")
    return spot, {"color": "", "size": "", **values}


_VARIANT: Final = Record(
    _draft,
    {
        "sku": may(read.declares("sku")),
        "color": may(read.word),
        "size": may(read.word),
        "stock": may(read.whole()),
        "price": may(read.money, "price_fen"),
    },
)


def _product(spot: Spot, values: dict[str, Any]) -> Product:
    values = {"brand": "", "category": "", **values}
    lent_fen = values.pop("price", 0)
    variants = tuple(
        Variant(price_fen=drafted.pop("price_fen", lent_fen), source=at.source, **drafted)
        for at, drafted in values.pop("variants")
        if all(key in drafted for key in _OF_EVERY_VARIANT)
    )
    return Product(source=spot.source, variants=variants, **values)


def _check_product(spot: Spot, values: Mapping[str, Any]) -> None:
    colors = _colors(spot, values.get("colors", ()))
    if values.get("id") in values.get("goes_with", ()):
        spot.fault("goes_with", "a product cannot go with itself")
    drafts = values.get("variants", ())
    _check_told_apart(drafts)
    for at, drafted in drafts:
        _check_color(at, drafted["color"], colors)
        # A price that cannot be read has been noted where it stands.
        if "price" not in at.node.nodes and "price" not in spot.node.nodes:
            at.fault("price", "is missing here and on the product")


def _check_told_apart(drafts: Sequence[_Draft]) -> None:
    seen: dict[tuple[str, str], Spot] = {}
    for spot, values in drafts:
        first = seen.setdefault((values["color"], values["size"]), spot)
        if first is not spot:
            line, path = spot.node.line, spot.path
            spot.reading.fault(line, path, f"has the color and size of the variant in line {first.node.line}")


def _colors(spot: Spot, colors: tuple[Color, ...]) -> Collection[str] | None:
    """Ids that variants may name; None where a color could not be read, so that nothing is known for sure."""
    ids = [color.id for color in colors]
    for twice in sorted({color_id for color_id in ids if ids.count(color_id) > 1}):
        spot.fault("colors", f"the color {shown(twice)!r} stands twice")
    node = spot.node.nodes.get("colors")
    written = len(node.nodes) if isinstance(node, Items) else 0
    return ids if node is None or written == len(ids) else None


def _check_color(spot: Spot, color: str, colors: Collection[str] | None) -> None:
    if color and colors is not None and color not in colors:
        spot.fault("color", unknown("color", color, colors) if colors else "the product declares no colors")


PRODUCT: Final = Record(
    _product,
    {
        "id": need(read.declares("product")),
        "name": need(read.text),
        "brand": may(read.word),
        "category": may(read.refers("category")),
        "aliases": may(read.many(read.word)),
        "price": may(read.money),
        "summary": may(read.text),
        "material": may(read.text),
        "care": may(read.text),
        "fit": may(read.text),
        "origin": may(read.text),
        "selling_points": may(read.many(read.text)),
        "goes_with": may(read.many(read.refers("product"))),
        "size_chart": may(read.refers("size chart")),
        "audience": may(_AUDIENCE),
        "sales_rank": may(read.whole()),
        "photo": may(_photo),
        "discontinued": may(read.yes_no),
        "colors": may(read.many(_COLOR)),
        "variants": need(read.many(_VARIANT, least=1)),
    },
    check=_check_product,
)
