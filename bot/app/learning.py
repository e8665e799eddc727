"""Learning from unanswered questions, put together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.adapters.jinja_renderer import JinjaRenderer
from bot.adapters.yaml_learned import YamlLearned
from bot.app.shop import BuiltShop, Places, understand
from bot.core.catalogue import Shop
from bot.core.errors import Problem
from bot.core.ports_learn import Prepared
from bot.core.understanding.understand import Understanding
from bot.service.check import forbidden_words, own_sentences, promised_beyond
from bot.service.compose import Composer
from bot.service.learn import Learn
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.store_sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Fresh:
    """Fulfils :class:`bot.core.ports_learn.Relearned`."""

    shop: Shop
    understanding: Understanding
    understood: str | None
    composer: Composer

    def put_in_place(self) -> None:
        self.composer.know(self.shop, self.understanding)


class Relearn:
    """Fulfils :class:`bot.core.ports_learn.Rebuild`. Only answers change in a running shop: who edited goods by hand
    restarts it, because prices and stock are used in other places too."""

    def __init__(self, settings: Settings, places: Places, composer: Composer) -> None:
        self._settings = settings
        self._places = places
        self._composer = composer

    async def __call__(self, prepared: Prepared, phrasing: str) -> Fresh:
        return await asyncio.to_thread(self._build, prepared, phrasing)

    def _build(self, prepared: Prepared, phrasing: str) -> Fresh:
        fresh = prepared.shop
        shop = replace(
            self._composer.shop, answers=fresh.answers, warnings=fresh.warnings, content_hash=fresh.content_hash
        )
        understanding = understand(shop, self._settings, self._places.cache)
        matches = understanding.match(phrasing).matches
        return Fresh(shop, understanding, matches[0].topic if matches else None, self._composer)


def build_learn(settings: Settings, places: Places, built: BuiltShop, store: SqliteStore) -> Learn:
    renderer, composer = JinjaRenderer(places.templates), built.composer

    def check(shop: Shop) -> list[Problem]:
        return [*forbidden_words(own_sentences(shop), settings.words.forbidden), *promised_beyond(shop)]

    writer = YamlLearned(places.knowledge, places.root, renderer.has, check)
    topics = lambda: composer.shop.answer_by_topic.keys()  # noqa: E731
    return Learn(store, writer, Relearn(settings, places, composer), topics, built.clock)
