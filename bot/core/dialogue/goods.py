"""Questions about goods, answered from the catalogue: stock of this variant, size for this body, price now (A2, A9)."""

from __future__ import annotations

import re

from bot.core import events as e
from bot.core.catalogue import Product, SizeChart, Variant
from bot.core.dialogue import introduce, lines, promo
from bot.core.dialogue.cards import color_name, product_card
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button
from bot.core.recommend import best
from bot.core.sizing import advise

#: Fewer pieces than this are told as a number, so that the shopper can hurry (E5: stock under 10 is announced).
LOW_STOCK = 10

#: Tag of words that ask what goes with a thing (``phrases.tags``).
GOES_WITH = "ask.goes_with"

#: Places in a list that was just told.
_PLACE = re.compile(
    r"(?<![\d.])[1-5](?![\d.])|[一二三四五](?=[个款种号和跟与、]|$)|\b(?:first|second|third|fourth|fifth)\b",
    re.IGNORECASE,
)
_PLACES = {
    **{str(n): n for n in range(1, 6)},
    **{"一": 1, "二": 2, "三": 3, "四": 4, "五": 5},
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5},
}
_BOTH = re.compile(r"[这那前]两[个款种件条]|\b(?:these|those|first|the) two\b|\bthe two of them\b", re.IGNORECASE)

#: Topics that only a product can answer -> the attribute told.
FACTS = {
    "product.material": "material",
    "product.care": "care",
}


def stock(scene: Scene, topic: str) -> None:
    """Stock of the variant asked for, or a table of what is left."""
    product = scene.product() or introduce.only_fitting(scene)
    if product is None:
        introduce.ask_which(scene, topic)
        return
    color, size = _asked_about(scene, product)
    variant = _variant(product, color, size)
    if variant is not None:
        _tell_variant(scene, product, variant)
    else:
        _tell_table(scene, product, color, size)


def _asked_about(scene: Scene, product: Product) -> tuple[str | None, str | None]:
    """Color and size of the question; "那XL呢" and "要了" lean on what was asked before.

    They become the draft, unless the basket is settled and the question is merely about what lies in it.
    """
    said = scene.meaning.entities
    line = lines.held(scene, product)
    if line is None or lines.in_progress(scene) or scene.conversation.step != "confirm_order":
        lines.draft(scene, product, color=said.color, size=said.size)
        return scene.conversation.draft.color, scene.conversation.draft.size
    color = said.color if said.color and product.color(said.color) else None
    size = said.size if said.size in product.sizes else None
    had = scene.shop.variant_by_sku[line[0]]
    return color or (had.color if size else None), size or (had.size if color else None)


def _variant(product: Product, color: str | None, size: str | None) -> Variant | None:
    """Settled by what was said, and by what comes in one color or size only."""
    color = color or (product.variants[0].color if len(product.colors) <= 1 else None)
    size = size or (product.variants[0].size if len(product.sizes) <= 1 else None)
    return product.variant(color, size) if color is not None and size is not None else None


def _tell_variant(scene: Scene, product: Product, variant: Variant) -> None:
    left = scene.stock(variant)
    if left == 0:
        sold_out(scene, product, variant)
        return
    scene.say(
        "stock_variant",
        product=product.name.get(scene.language),
        color=color_name(product, variant.color, scene.language),
        size=variant.size,
        left=left,
        low=left < LOW_STOCK,
        buttons=(Button("order.start", f"o:{product.id}"),),
        source=(variant.source or product.source,),
    )


def _tell_table(scene: Scene, product: Product, only_color: str | None, only_size: str | None) -> None:
    """What is left, narrowed by the color or size that was said."""
    rows = []
    for color in product.colors:
        if only_color in (None, color.id):
            sizes = [v.size for v in product.variants if v.color == color.id and scene.stock(v)]
            sizes = [size for size in sizes if only_size in (None, size)]
            rows.append({"color": color.name.get(scene.language), "sizes": sizes})
    if not product.colors:
        rows.append({"color": "", "sizes": [v.size for v in product.variants if scene.stock(v)]})
    scene.say(
        "stock_table",
        product=product.name.get(scene.language),
        rows=rows,
        buttons=(Button("order.start", f"o:{product.id}"),),
        source=(product.source,),
    )


def sold_out(scene: Scene, product: Product, variant: Variant) -> None:
    """Apologise, offer the same style, and offer to note the wish (A12; never "we will not restock", E6)."""
    others = [
        f"{color_name(product, v.color, scene.language)} {v.size}".strip()
        for v in product.variants
        if v.sku != variant.sku and scene.stock(v) and (v.size == variant.size or v.color == variant.color)
    ]
    wish = introduce.wish_of(scene, category_id=product.category, exclude=frozenset({product.id}), remembered=False)
    similar = best(scene.shop, wish, count=2, in_stock=scene.stock).products
    actions = ("w:" + variant.sku, *(f"p:{p.id}" for p in similar))
    scene.say(
        "sold_out",
        product=product.name.get(scene.language),
        color=color_name(product, variant.color, scene.language),
        size=variant.size,
        others=others[:6],
        similar=[p.name.get(scene.language) for p in similar],
        buttons=(
            Button("stock.wish", actions[0]),
            *(Button(p.name.get(scene.language), f"p:{p.id}", words=True) for p in similar),
        ),
        source=(variant.source or product.source,),
    )
    scene.offer(*actions)


def wish_for(scene: Scene, variant: Variant) -> None:
    """Record that she wants to hear when it is back (A12); the line she put together from it is given up."""
    product = scene.shop.product_by_sku[variant.sku]
    scene.action = "smalltalk" if scene.conversation.basket else "flow"
    scene.happen(e.StockWished(variant.sku))
    if scene.conversation.draft.product_id == product.id:
        scene.happen(e.DraftForgotten(("product",)))
    scene.say("wish_noted", product=product.name.get(scene.language), source=(product.source,))


def chart_for(scene: Scene, product: Product | None) -> SizeChart | None:
    if product is not None and product.size_chart:
        return scene.shop.chart_by_id.get(product.size_chart)
    charts = _charts_of_kind(scene) if product is None else set()
    return scene.shop.chart_by_id.get(charts.pop()) if len(charts) == 1 else scene.shop.default_chart


def _charts_of_kind(scene: Scene) -> set[str]:
    """Charts of the goods of the kind that is named."""
    kind = scene.meaning.entities.category_id
    return {p.size_chart for p in scene.shop.products if kind and p.category == kind and p.size_chart}


def size(scene: Scene, topic: str) -> None:
    """The size for this body from the product's chart, or the shop's default one; else the chart and the question."""
    product = scene.product()
    if product is None and len(_charts_of_kind(scene)) > 1:
        introduce.ask_which(scene, topic)
        return
    chart = chart_for(scene, product)
    known = scene.conversation
    if chart is None:
        general(scene, topic)
        return
    name = product.name.get(scene.language) if product else ""
    if known.height_cm is None and known.weight_kg is None:
        _tell_chart(scene, chart, name, topic)
        return
    advice = advise(chart, known.height_cm, known.weight_kg, available=product.sizes if product else None)
    if advice is None:
        scene.say(
            "size_outside",
            product=name,
            height=known.height_cm,
            weight=known.weight_kg,
            buttons=(Button("menu.human", "m:human"),),
            source=(chart.source,),
        )
        scene.wait_for("person", topic)
        return
    stocked = product is None or any(v.size == advice.size and scene.stock(v) for v in product.variants)
    if product is not None and stocked and scene.conversation.draft.product_id == product.id:
        lines.draft(scene, product, size=advice.size)
    scene.say(
        "size_advice",
        product=name,
        size=advice.size,
        also=advice.also,
        height=known.height_cm,
        weight=known.weight_kg,
        reason=advice.reason,
        stocked=stocked,
        source=(chart.source, product.source if product else ""),
    )


def _tell_chart(scene: Scene, chart: SizeChart, name: str, topic: str) -> None:
    scene.say(
        "size_chart",
        product=name or chart.name.get(scene.language),
        rows=[
            {
                "size": r.size,
                "height": [round(b) for b in r.height_cm],
                "weight": [round(b) for b in r.weight_kg],
            }
            for r in chart.rows
        ],
        source=(chart.source,),
    )
    scene.say("ask_body")
    scene.wait_for("body", topic)


def price(scene: Scene, topic: str) -> None:
    product = scene.product()
    if product is None:
        introduce.ask_which(scene, topic)
        return
    found = promo.running(scene, product)
    scene.say(
        "price",
        product=product_card(product, scene.language),
        deals=[card for _, card in found],
        source=(product.source, *(p.source for p, _ in found)),
    )
    scene.happen(e.PromotionsTold(tuple(p.id for p, _ in found)))


def colors(scene: Scene, topic: str) -> None:
    product = scene.product()
    if product is None:
        _of_kind(scene, topic)
        return
    said = scene.meaning.entities.color
    if said and product.color(said):
        stock(scene, topic)
        return
    stocked = [c for c in product.colors if any(v.color == c.id and scene.stock(v) for v in product.variants)]
    scene.say(
        "colors",
        product=product.name.get(scene.language),
        colors=[c.name.get(scene.language) for c in stocked],
        source=(product.source,),
    )


def _of_kind(scene: Scene, topic: str) -> None:
    """A color of a kind of goods ("有黑色的T恤吗"): those that come in it; else the shop's words."""
    said = scene.meaning.entities
    if said.category_id is None or said.color is None:
        general(scene, topic)
        return
    introduce.offer(scene, introduce.wish_of(scene))


def fact(scene: Scene, topic: str) -> None:
    """Material or care of the product in play; the shop's general words otherwise."""
    product, name = scene.product(), FACTS[topic]
    words = getattr(product, name).get(scene.language) if product else ""
    if product is None or not words:
        general(scene, topic)
        return
    scene.say(
        "product_fact",
        product=product.name.get(scene.language),
        fact=name,
        words=words,
        source=(product.source,),
    )


def info(scene: Scene, topic: str) -> None:
    """What it is: the card of the product named; a further question gets the shop's words."""
    named = scene.shop.product_by_id.get(scene.meaning.entities.product_id or "")
    if named is not None:
        introduce.show(scene, named)
        return
    general(scene, topic)


def compare(scene: Scene, topic: str) -> None:
    """Two goods side by side: both named, or one named beside the one on the table."""
    ids = [line.product_id or "" for line in scene.meaning.lines] or [*scene.meaning.entities.product_ids]
    ids = ids[:2] or _picked(scene)
    if len(ids) == 1 and scene.before.product_id not in (None, ids[0]):
        ids.append(scene.before.product_id or "")
    products = [p for i in dict.fromkeys(ids) if (p := scene.shop.product_by_id.get(i))]
    if len(products) < 2:
        general(scene, topic)
        return
    actions = tuple(f"p:{p.id}" for p in products)
    scene.say(
        "compare",
        products=[product_card(p, scene.language) for p in products],
        buttons=tuple(
            Button(p.name.get(scene.language), a, words=True) for p, a in zip(products, actions, strict=True)
        ),
        source=tuple(p.source for p in products),
    )
    scene.offer(*actions)


def _picked(scene: Scene) -> list[str]:
    """Two of those just shown, by their places ("1和2", "the first and the third"), or all there are ("这两款")."""
    shown = [c.removeprefix("p:") for c in scene.before.choices if c.startswith("p:")]
    places = [_PLACES.get(said.casefold(), 0) for said in _PLACE.findall(scene.wording)]
    picked = [shown[at - 1] for at in dict.fromkeys(places) if 1 <= at <= len(shown)]
    if len(picked) == 2:
        return picked
    return shown[:2] if _BOTH.search(scene.wording) or len(shown) == 2 else []


def recommend(scene: Scene, topic: str) -> None:
    if not scene.shop.products:
        general(scene, topic)
        return
    product = scene.product()
    if GOES_WITH in scene.meaning.entities.tags and product is not None and product.goes_with:
        goes_with(scene, product)
        return
    introduce.offer(scene, introduce.wish_of(scene))


def goes_with(scene: Scene, product: Product) -> None:
    """What goes with the product on the table (A11)."""
    products = [p for i in product.goes_with if (p := scene.shop.product_by_id.get(i)) and not p.discontinued]
    actions = tuple(f"p:{p.id}" for p in products)
    scene.say(
        "goes_with",
        products=[product_card(p, scene.language) for p in products],
        buttons=tuple(
            Button(p.name.get(scene.language), a, words=True) for p, a in zip(products, actions, strict=True)
        ),
        source=(product.source, *(p.source for p in products)),
    )
    scene.offer(*actions)


def general(scene: Scene, topic: str) -> None:
    """The shop's own words for a topic."""
    answer = scene.shop.answer_by_topic[topic]
    if answer.template:
        scene.say(answer.template, shop=scene.shop.about.name.get(scene.language), source=(answer.source,))
    else:
        assert answer.reply is not None
        scene.say("text", text=answer.reply.get(scene.language), source=(answer.source,))
