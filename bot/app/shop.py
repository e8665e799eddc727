"""The shop without a network: knowledge, templates, understanding, and its store."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.adapters.clock import SystemClock
from bot.adapters.jinja_renderer import JinjaPages, JinjaRenderer
from bot.adapters.yaml_files import load_shop_cached
from bot.core.case_run import CaseRules
from bot.core.catalogue import Shop
from bot.core.dialogue.scene import DialogueRules
from bot.core.errors import ConfigError, KnowledgeError, Problem
from bot.core.group_labels import STAFF_LABELS, STAFF_SAYINGS
from bot.core.pages import SHOP_PAGES
from bot.core.ports import Clock
from bot.core.understanding.understand import Thresholds, Understanding
from bot.service.ask import Asker
from bot.service.compose import Composer, fresh_ids
from bot.settings import Secrets, Settings, load_secrets

if TYPE_CHECKING:
    from bot.adapters.store_sqlite import SqliteStore
    from bot.service.evaluate import Figures


@dataclass(frozen=True, slots=True)
class Places:
    """Where things stand on disk."""

    config: Path
    knowledge: Path
    templates: Path
    data: Path

    @property
    def root(self) -> Path:
        return self.config.parent

    @property
    def cache(self) -> Path:
        return self.data / "cache"


@dataclass(frozen=True, slots=True)
class BuiltShop:
    """A shop ready to answer, without storage and without a network."""

    shop: Shop
    composer: Composer
    renderer: JinjaRenderer
    understanding: Understanding
    clock: Clock


def build_shop(settings: Settings, places: Places) -> BuiltShop:
    """Read knowledge and templates. Raises KnowledgeError with every problem."""
    renderer = JinjaRenderer(places.templates)
    shop = load_shop_cached(places.knowledge, places.root, places.cache, renderer.has)
    clock = SystemClock(ZoneInfo(settings.shop.time_zone))
    understanding = understand(shop, settings, places.cache)
    composer = Composer(
        shop,
        understanding,
        renderer,
        rules(settings),
        fresh_ids(settings.dialogue.order_prefix),
        settings.limits.max_text_chars,
    )
    return BuiltShop(shop, composer, renderer, understanding, clock)


def understand(shop: Shop, settings: Settings, cache: Path) -> Understanding:
    """The matcher, from its compiled form where one for this very knowledge is at hand."""
    thresholds = Thresholds(
        min_score=settings.understanding.min_score,
        min_margin=settings.understanding.min_margin,
        max_choices=settings.understanding.max_choices,
    )
    kept = cache / f"understanding-{shop.content_hash}.bin"
    built = Understanding(shop, thresholds, _read(kept) if shop.content_hash else None)
    if shop.content_hash and not built.restored:
        _write(kept, built.compiled())
    return built


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(path: Path, content: bytes) -> None:
    """Keep a cache if the folder allows it; a shop on a read-only disk works without. Older ones are removed."""
    if not content:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for older in path.parent.glob("understanding-*.bin"):
            older.unlink(missing_ok=True)
        temporary = path.with_suffix(".new")
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError:
        return


def rules(settings: Settings) -> DialogueRules:
    return DialogueRules(
        misses_before_person=settings.dialogue.misses_before_person,
        recommend_count=settings.dialogue.recommend_count,
        max_choices=settings.understanding.max_choices,
        bot_staff_id=settings.shop.bot_staff_id,
        printing_ends=time.fromisoformat(ends) if (ends := settings.orders.printing_ends) else None,
        answer_while_waiting=settings.people.answer_while_waiting,
        survey_link=settings.rounds.survey_link,
        cases=case_rules(settings),
    )


def case_rules(settings: Settings) -> CaseRules:
    people = settings.people
    return CaseRules(people.first_response_seconds, people.remind_again_minutes)


def build_asker(settings: Settings, places: Places, *, keep: bool) -> Callable[[str], dict[str, Any]]:
    """A function from a line to the object `ask --json` prints; ``keep``: all lines are one conversation."""
    built = build_shop(settings, places)
    asker = Asker(built.composer, settings.shop.default_language, keep)
    return lambda line: asker.ask(line, built.clock.now())


def measure(settings: Settings, places: Places, lines: Iterable[str]) -> Figures:
    """Understanding measured on ``text<TAB>topics`` lines. Raises ValueError naming a line that cannot be read."""
    from bot.service.evaluate import Asked, evaluate, read_rows

    rows = read_rows(lines)
    answer = build_asker(settings, places, keep=False)

    def ask(text: str) -> Asked:
        said = answer(text)
        if "error" in said:
            return Asked(None)
        return Asked(said["topic"], tuple(said["topics"]), said["action"], said["score"])

    return evaluate(rows, ask)


def warnings(settings: Settings, places: Places) -> tuple[Problem, ...]:
    """What a person should look at though the shop can open."""
    from bot.service.check import promised_beyond

    shop = build_shop(settings, places).shop
    return (*shop.warnings, *sorted(promised_beyond(shop)))


def problems(settings: Settings, places: Places) -> list[Problem]:
    """Everything a person should mend before the shop opens: knowledge, templates, forbidden phrases."""
    from bot.service.check import forbidden_words, own_sentences

    renderer = JinjaRenderer(places.templates)
    found, texts = renderer.problems(), renderer.texts()
    pages = JinjaPages(places.templates.parent)
    if (places.templates.parent / "shop").is_dir():
        found += list(dict.fromkeys(pages.problems(SHOP_PAGES)))
    found += pages.unparsed("desk")
    if settings.telegram.staff_group or settings.roster.weeks or staff_templates(places).is_dir():
        found += staff_renderer(places).problems()
    try:
        texts += own_sentences(build_shop(settings, places).shop)
    except KnowledgeError as fault:
        found += fault.problems
    return sorted(found + forbidden_words(texts, settings.words.forbidden))


def staff_templates(places: Places) -> Path:
    """Where the words of the staff group stand."""
    return places.templates.parent / "staff"


def staff_renderer(places: Places) -> JinjaRenderer:
    return JinjaRenderer(staff_templates(places), STAFF_SAYINGS, STAFF_LABELS)


def refuse(settings: Settings, places: Places) -> None:
    """Raise KnowledgeError with every problem; do nothing when there is none."""
    found = problems(settings, places)
    if found:
        raise KnowledgeError(found)


def build_store(settings: Settings, places: Places, secrets: Secrets) -> SqliteStore:
    """The database named by ``XIAOER_DATABASE``, else a file in the data folder."""
    from bot.adapters.store_sqlite import SqliteStore

    address = secrets.database.get_secret_value() if secrets.database else ""
    if address and not address.startswith("sqlite:///"):
        what = "only sqlite:///path is supported by this version"
        raise ConfigError([Problem("environment", 0, "XIAOER_DATABASE", what)])
    path = Path(address.removeprefix("sqlite:///")) if address else places.data / "xiaoer.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteStore(
        path, busy_timeout_ms=settings.store.busy_timeout_ms, commit_batch_max=settings.store.commit_batch_max
    )


@asynccontextmanager
async def opened_store(settings: Settings, places: Places) -> AsyncIterator[SqliteStore]:
    """The store for a command, beside a running shop or without one."""
    store = build_store(settings, places, load_secrets(os.environ))
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def shop_clock(settings: Settings) -> SystemClock:
    return SystemClock(ZoneInfo(settings.shop.time_zone))
