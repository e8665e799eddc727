"""The desk's words: every one that is used exists in both languages, and every one that exists is used."""

from __future__ import annotations

import re
from string import Formatter

from bot.adapters.jinja_renderer import JinjaRenderer
from bot.core.group_labels import STAFF_LABELS, STAFF_SAYINGS
from tests.demo import ROOT

TEMPLATES = sorted((ROOT / "templates" / "desk").glob("*.html"))
CODE = sorted((ROOT / "handlers" / "web" / "desk").glob("*.py"))
STAFF = JinjaRenderer(ROOT / "templates" / "staff", STAFF_SAYINGS, STAFF_LABELS)
OWN = JinjaRenderer(ROOT / "templates" / "desk", {}, ())
#: Beginnings of names that are put together.
MADE = (
    "view.", "need.", "owner.", "state.", "event.", "sign.", "understood.", "refused.", "denied.", "warned.",
    "channel.", "queue.empty.", "case_state.", "promise.", "about.", "lang.", "help.", "snooze.",
    "nav.", "fact.", "reason.", "status.",
    "board.said.", "learn.not.", "quick.not.", "numbers.", "figures.",
    "round.running", "round.done", "round.missed", "outcome.", "skip.", "calls.done", "calls.no_answer", "calls.again",
)  # fmt: skip


def used() -> set[str]:
    found = set[str]()
    for path in TEMPLATES:
        found |= set(re.findall(r'\bw\["([a-z_.]+)"\]', path.read_text(encoding="utf-8")))
    for path in CODE:
        found |= set(
            re.findall(
                r'words\["([a-z_.]+)"\]|"((?:problem|login|say|order)\.(?!html)[a-z_]+)"', path.read_text("utf-8")
            )
        )
    return {name if isinstance(name, str) else next(filter(None, name)) for name in found}


def test_every_word_that_is_used_exists_in_both_languages() -> None:
    assert len(used()) > 80
    for language in ("zh", "en"):
        known = {**STAFF.labels(language), **OWN.labels(language)}
        assert sorted(name for name in used() if not known.get(name)) == []


def test_both_languages_have_the_same_words_with_the_same_gaps() -> None:
    zh, en = OWN.labels("zh"), OWN.labels("en")
    assert list(zh) == list(en)
    for name in zh:
        gaps = [{field for _, field, _, _ in Formatter().parse(words) if field} for words in (zh[name], en[name])]
        assert gaps[0] == gaps[1], name


def test_no_word_stands_there_for_nothing() -> None:
    everything = "".join(path.read_text(encoding="utf-8") for path in (*TEMPLATES, *CODE))
    own = [name for name in OWN.labels("zh") if not name.startswith(MADE)]
    assert [name for name in own if not re.search(rf"[\"']{re.escape(name)}[\"']", everything)] == []
