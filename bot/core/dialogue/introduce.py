"""Step two of A1: introduce the goods, and recommend the best three (A9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core import events as e
from bot.core.catalogue import Category, Product, Shop
from bot.core.dialogue import promo
from bot.core.dialogue.cards import product_card
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button
from bot.core.money import yuan
from bot.core.recommend import Wish, best


def show(scene: Scene, product: Product) -> None:
    """Put one product on the table and tell what it is."""
    scene.happen(e.ProductPutOnTable(product.id), e.StepReached("promo"))
    if product.discontinued:
        scene.say("discontinued", product=product_card(product, scene.language), source=(product.source,))
        offer(scene, Wish(category_id=product.category, exclude=frozenset({product.id})))
        return
    scene.say(
        "product_card",
        product=product_card(product, scene.language),
        deals=promo.deals(scene, product),
        photo=product.photo or None,
        buttons=(
            Button("order.start", f"o:{product.id}"),
            Button("card.stock", "t:product.stock"),
            Button("card.size", "t:product.size"),
        ),
        source=(product.source,),
    )


def wish_of(
    scene: Scene, *, category_id: str | None = None, exclude: frozenset[str] = frozenset(), remembered: bool = True
) -> Wish:
    """What the shopper seems to look for: said now, or remembered from before."""
    said, known = scene.meaning.entities, scene.conversation
    return Wish(
        budget_fen=said.money_fen or (known.budget_fen if remembered else None),
        category_id=said.category_id or category_id,
        color=said.color,
        size=said.size,
        tags=said.tags | (frozenset(known.tags) if remembered else frozenset()),
        age=said.age,
        exclude=exclude,
    )


def others(scene: Scene, category_id: str) -> Wish:
    """What she looks for, of any kind but this."""
    unwanted = frozenset(p.id for p in scene.shop.products if p.category == category_id)
    return replace(wish_of(scene, exclude=unwanted), category_id=None)


def _shown(scene: Scene) -> list[Product]:
    """Products that were last told as choices."""
    return [p for i in scene.before.shown if (p := scene.shop.product_by_id.get(i))]


def more(scene: Scene) -> None:
    """Further goods of the kind shown last."""
    shown = _shown(scene)
    kinds = {p.category for p in shown}
    category = kinds.pop() if len(kinds) == 1 else None
    offer(scene, wish_of(scene, category_id=category, exclude=frozenset(p.id for p in shown)))


def offer(scene: Scene, wish: Wish) -> None:
    """Tell the best few for a wish, as choices."""
    running = scene.shop.running(scene.now)
    count = scene.rules.recommend_count
    found = best(scene.shop, wish, running=running, count=count, in_stock=scene.stock)
    budget = yuan(wish.budget_fen) if wish.budget_fen else ""
    if not found.products:
        scene.say("recommend_none", budget=budget, buttons=(Button("menu.human", "m:human"),))
        return
    actions = tuple(f"p:{p.id}" for p in found.products)
    scene.say(
        "recommend",
        products=[product_card(p, scene.language) for p in found.products],
        relaxed=list(found.relaxed),
        budget=budget,
        buttons=numbered(scene, found.products),
        source=tuple(p.source for p in found.products),
    )
    scene.offer(*actions)
    scene.happen(e.StepReached("introduce"))


def ask_which(scene: Scene, topic: str) -> None:
    """It depends on the product and none is known: ask, with what the words may mean or the best sellers as choices."""
    named = [p for i in scene.meaning.entities.product_ids if (p := scene.shop.product_by_id.get(i))]
    if len(named) < 2:
        shown = [] if scene.meaning.entities.category_id else _shown(scene)
        named = [p for p in shown if _comes_in(scene, p)] or shown
    if named:
        which_of(scene, named, topic)
        return
    found = best(scene.shop, wish_of(scene), count=scene.rules.recommend_count, in_stock=scene.stock)
    which_of(scene, found.products, topic)


def only_fitting(scene: Scene) -> Product | None:
    """The one product in stock of the kind, color and size that was said, or of those shown; it is put on the table."""
    if scene.meaning.entities.category_id is not None:
        found = best(scene.shop, wish_of(scene, remembered=False), count=2, in_stock=scene.stock)
        products = [] if found.relaxed else list(found.products)
    else:
        products = [p for p in _shown(scene) if _comes_in(scene, p)]
    if len(products) != 1:
        return None
    scene.happen(e.ProductPutOnTable(products[0].id))
    return products[0]


def _comes_in(scene: Scene, product: Product) -> bool:
    """In stock in the color and size said; False when neither was said."""
    said = scene.meaning.entities
    if not (said.color or said.size):
        return False
    return any(
        scene.stock(v) and said.color in (None, v.color) and said.size in (None, v.size) for v in product.variants
    )


def which_of(scene: Scene, products: Sequence[Product], topic: str = "") -> None:
    """Ask which of these is meant; ``topic`` waits for the answer."""
    scene.action = "ask"
    products = products[: scene.rules.recommend_count]
    actions = tuple(f"p:{p.id}" for p in products)
    asked = "slot:product:" + ",".join(actions)
    if scene.before.prompt == asked:
        scene.say("lead_slot", slot="product", missing=[], buttons=numbered(scene, products))
        scene.wait_for("product", topic, prompt="again:product")
    else:
        scene.say(
            "ask_product",
            products=[p.name.get(scene.language) for p in products],
            buttons=numbered(scene, products),
            source=tuple(p.source for p in products),
        )
        scene.wait_for("product", topic, prompt=asked)
    scene.offer(*actions)


def numbered(scene: Scene, products: Sequence[Product]) -> tuple[Button, ...]:
    return tuple(
        Button(f"{n}. {p.name.get(scene.language)}", f"p:{p.id}", words=True) for n, p in enumerate(products, 1)
    )


def by_sales(shop: Shop) -> list[Category]:
    """Categories with goods, the one of the best seller first."""
    best_rank: dict[str, int] = {}
    for product in shop.products:
        rank = product.sales_rank or 10**6
        best_rank[product.category] = min(rank, best_rank.get(product.category, rank))
    return sorted((c for c in shop.categories if c.id in best_rank), key=lambda c: best_rank[c.id])


def lead(scene: Scene, saying: str = "lead_introduce") -> bool:
    """Lead on to the goods: which kind?"""
    if not scene.shop.categories:
        return False
    categories = by_sales(scene.shop)
    actions = tuple(f"c:{c.id}" for c in categories)
    scene.say(
        saying,
        categories=[c.name.get(scene.language) for c in categories],
        buttons=tuple(Button(c.name.get(scene.language), f"c:{c.id}", words=True) for c in categories),
        source=tuple(c.source for c in categories),
    )
    scene.offer(*actions)
    return True
