"""The demo shop as it is shipped, built once for all tests that talk to it."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from bot.adapters.jinja_renderer import JinjaRenderer
from bot.adapters.yaml_files import load_shop
from bot.core.catalogue import Shop
from bot.core.dialogue.scene import DialogueRules, Ids
from bot.core.understanding.understand import Understanding
from bot.service.compose import Composer

ROOT = Path(__file__).resolve().parent.parent


@cache
def demo_shop() -> Shop:
    return load_shop(ROOT / "knowledge", ROOT)


@cache
def demo_renderer() -> JinjaRenderer:
    return JinjaRenderer(ROOT / "templates" / "replies")


@cache
def demo_understanding() -> Understanding:
    return Understanding(demo_shop())


def demo_composer() -> Composer:
    """A composer whose ids count up from one."""
    made = iter(range(1, 10**6))

    def ids(now: datetime) -> Ids:
        number = next(made)
        return Ids(f"XE{now:%y%m%d}{number:08d}", f"C{number:08d}")

    return Composer(demo_shop(), demo_understanding(), demo_renderer(), DialogueRules(), ids)
