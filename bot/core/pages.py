"""Every page of the demo shop and exactly the variables it receives; `xiaoer check` proves that each uses no other."""

from __future__ import annotations

#: Of every page: language, the shop's name and words, its categories, where staff log in, the product shown.
FRAME = frozenset({"lang", "shop", "about", "brands", "categories", "desk", "product"})

#: Template below ``templates/`` -> names of its variables.
SHOP_PAGES: dict[str, frozenset[str]] = {
    "shop/home.html": FRAME | {"shelves", "promotions"},
    "shop/product.html": FRAME | {"card", "category", "promotions", "stock", "chart", "goes_with"},
    "shop/missing.html": FRAME | {"goods"},
}
