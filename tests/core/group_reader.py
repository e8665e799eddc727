"""A reader of the staff group for tests, with the words that are shipped."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from bot.adapters.jinja_renderer import JinjaRenderer
from bot.core.group_labels import STAFF_LABELS, STAFF_SAYINGS
from bot.core.group_words import Reader
from bot.core.messages import Language
from tests.demo import ROOT

GROUP = -1001
ZONE = ZoneInfo("Asia/Shanghai")


@cache
def staff_renderer() -> JinjaRenderer:
    return JinjaRenderer(ROOT / "templates" / "staff", STAFF_SAYINGS, STAFF_LABELS)


def reader(language: Language = "en") -> Reader:
    return Reader(staff_renderer().labels(language), ZONE, {"07": "Li", "08": "Wang"}, f"telegram:{GROUP}:")
