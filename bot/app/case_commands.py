"""Cases by hand."""

from __future__ import annotations

from bot.adapters.jinja_renderer import JinjaRenderer
from bot.adapters.yaml_files import load_shop_cached
from bot.app.rounds import acts_of
from bot.app.shop import Places, opened_store, shop_clock
from bot.core.begin_case import Matter
from bot.service.begin_case import BeginCase
from bot.settings import Settings


async def open_case(
    settings: Settings,
    places: Places,
    matter: Matter,
    staff_id: str,
    conversation_id: str,
) -> str:
    """What was begun, in a sentence. Raises CaseRefused and StaffRefused."""
    renderer = JinjaRenderer(places.templates)
    shop = load_shop_cached(places.knowledge, places.root, places.cache, renderer.has)
    async with opened_store(settings, places) as store:
        acts = acts_of(settings, shop, store, renderer, shop_clock(settings))
        case_id = await BeginCase(store, acts).by(staff_id, matter, conversation_id)
    return f"{case_id} is open: {matter.reason}"
