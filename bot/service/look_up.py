"""Whether something that may be served once was served before: asked of the store once a case needs to know."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.books import book_of
from bot.core.case_keys import NOTHING_SEEN, Seen, to_look_up
from bot.core.cases import Case
from bot.core.catalogue import Shop
from bot.core.ports import Store


async def look_up(store: Store, shop: Shop, cases: Iterable[Case]) -> Seen:
    """What has to be known of ``cases`` as they were just decided; empty: nothing is to be decided anew."""
    lacking = to_look_up((book_of(shop, case), case) for case in cases)
    return {asked: await store.earlier_case(*asked) for asked in lacking} if lacking else NOTHING_SEEN
