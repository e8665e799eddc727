"""What is being put into the order: the drafted line and the lines of the basket."""

from __future__ import annotations

import dataclasses

from bot.core import events as e
from bot.core.catalogue import Product
from bot.core.dialogue.reading import says_line
from bot.core.dialogue.scene import Scene
from bot.core.understanding.questions import adds

Line = tuple[str, int]


def draft(
    scene: Scene,
    product: Product,
    *,
    color: str | None = None,
    size: str | None = None,
    quantity: int | None = None,
) -> None:
    """Put what fits ``product`` into the draft; parts said before any product was named are taken over."""
    held = scene.conversation.draft
    if held.product_id is None:
        color, size, quantity = color or held.color, size or held.size, quantity or held.quantity
    scene.happen(
        e.LineDrafted(
            product_id=product.id,
            color=color if color and product.color(color) else None,
            size=size if size in product.sizes else None,
            quantity=quantity,
        )
    )


def note(scene: Scene, product: Product | None = None) -> None:
    """Keep color, size and quantity as said; without a product they wait for one."""
    said = scene.meaning.entities
    if _of_later(scene):
        return
    if product is not None:
        draft(scene, product, color=said.color, size=said.size, quantity=said.quantity)
    elif says_line(scene):
        scene.happen(e.LineDrafted(color=said.color, size=said.size, quantity=said.quantity))


def _of_later(scene: Scene) -> bool:
    """The words are about a line that waits: of another color than the open one, which that one has."""
    said, known = scene.meaning.entities, scene.conversation
    mine = [line for line in known.later if said.color and line.color == said.color != known.draft.color]
    if not mine or known.draft.color is None:
        return False
    changed = dataclasses.replace(mine[0], size=said.size or mine[0].size, quantity=said.quantity or mine[0].quantity)
    scene.happen(e.LinesWait(tuple(changed if line is mine[0] else line for line in known.later)))
    return True


def held(scene: Scene, product: Product) -> Line | None:
    """The last basket line of ``product``."""
    found = [x for x in scene.conversation.basket if scene.shop.product_by_sku[x[0]].id == product.id]
    return found[-1] if found else None


def in_progress(scene: Scene) -> bool:
    """A line is being put together in the order flow."""
    known = scene.conversation
    return known.step == "confirm_order" and known.draft.product_id is not None


def added(scene: Scene) -> bool:
    """Whether this turn put a line into the basket."""
    return any(isinstance(x, e.LineAdded) for x in scene.events)


def settled(scene: Scene) -> bool:
    """Something lies in the basket, no line is open and no further one is asked for: words now change what is there."""
    return bool(scene.conversation.basket) and not in_progress(scene) and not adds(scene.wording)


def meant(scene: Scene) -> Line | None:
    """The basket line the words are about: of color and size said to give way, or to be so many; of the product
    named; or the last."""
    basket, said = scene.conversation.basket, scene.meaning.entities
    old = scene.meaning.replaced or (said if said.quantity and (said.color or said.size) else None)
    if old is not None:
        variants = ((line, scene.shop.variant_by_sku[line[0]]) for line in reversed(basket))
        fitting = (x for x, v in variants if old.color in (None, v.color) and old.size in (None, v.size))
        if (line := next(fitting, None)) is not None:
            return line
    product = scene.shop.product_by_id.get(said.product_id or "")
    if product is not None:
        return held(scene, product)
    return basket[-1] if basket else None


def reopen(
    scene: Scene,
    line: Line,
    *,
    color: str | None = None,
    size: str | None = None,
    quantity: int | None = None,
    forget: str = "",
) -> None:
    """Take a basket line back into the draft with some parts changed, or one forgotten so that it is asked again."""
    sku, had = line
    product, variant = scene.shop.product_by_sku[sku], scene.shop.variant_by_sku[sku]
    keep_color = color if color and product.color(color) else variant.color
    keep_size = size if size in product.sizes else variant.size
    remove(scene, line)
    draft(
        scene,
        product,
        color=None if forget == "color" else keep_color,
        size=None if forget == "size" else keep_size,
        quantity=quantity or had,
    )
    scene.happen(e.StepReached("confirm_order"))


def replace(scene: Scene, product: Product, line: Line | None = None) -> None:
    """``product`` instead of ``line``, else of the open or last one; color, size and quantity carry over."""
    said, known = scene.meaning.entities, scene.conversation
    color, size, quantity = known.draft.color, known.draft.size, known.draft.quantity
    line = line or (known.basket[-1] if known.basket and not in_progress(scene) else None)
    if line is not None:
        variant, quantity = scene.shop.variant_by_sku[line[0]], line[1]
        color, size = variant.color, variant.size
        remove(scene, line)
    scene.happen(e.DraftForgotten(("product",)), e.StepReached("confirm_order"))
    draft(scene, product, color=said.color or color, size=said.size or size, quantity=said.quantity or quantity)


def remove(scene: Scene, line: Line) -> None:
    scene.happen(e.LineRemoved(line[0]), e.DraftForgotten(("product",)))
