"""The demo shop with three small playbooks of the tests' own: one beside the talk, one that asks, one that talks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache

from bot.core.catalogue import Shop, Text
from bot.core.dialogue.scene import DialogueRules, Ids
from bot.core.playbooks import Choice, End, Fact, Outcome, Playbook, Step
from bot.core.understanding.understand import Understanding
from bot.service.compose import Composer
from tests.demo import demo_renderer, demo_shop, demo_understanding


def _fact(name: str, kind: str = "text", **more: object) -> Fact:
    return replace(Fact(name, ask=Text(f"请问{name}？", f"Which {name}?"), label=Text(name, name)), kind=kind, **more)  # type: ignore[arg-type]


def _decides(role: str) -> tuple[Step, ...]:
    outcomes = (Outcome("yes", Text("同意", "Yes"), "done"), Outcome("no", Text("不行", "No"), "done"))
    return (Step("decide", role, Text("定", "Decide"), 60, "manager", outcomes),)


_DONE = (End("done"),)
KINDS = (Choice("ordinary", Text("普通发票", "ordinary")), Choice("vat", Text("增值税专票", "VAT"), ("专票",)))
ONLY_VAT = (("kind", ("vat",)),)

GIFT = Playbook("gift", Text("赠品"), ("gift",), _decides("supervisor"), _DONE, source="knowledge/playbooks/x.yaml:1")
INVOICE = Playbook(
    "invoice",
    Text("发票"),
    ("invoice",),
    _decides("finance"),
    _DONE,
    facts=(
        _fact("kind", "choice", choices=KINDS, known_as="words"),
        _fact("paper", "photo", when=ONLY_VAT),
        _fact("company"),
        _fact("email", "email", optional=True),
    ),
    tell=Text("都记下了：{company}。", "All noted: {company}."),
    source="knowledge/playbooks/x.yaml:9",
)
BULK = Playbook(
    "bulk",
    Text("大宗"),
    ("bulk",),
    _decides("bulk_specialist"),
    _DONE,
    facts=(_fact("pieces", "number", known_as="quantity"), _fact("by", "date"), _fact("invoice", "yes_no")),
    talks=True,
    source="knowledge/playbooks/x.yaml:20",
)


@cache
def shop_with_books() -> Shop:
    return replace(demo_shop(), playbooks=(GIFT, INVOICE, BULK))


def composer_with_books(rules: DialogueRules | None = None) -> Composer:
    made = iter(range(1, 10**6))

    def ids(now: datetime) -> Ids:
        number = next(made)
        return Ids(f"XE{now:%y%m%d}{number:08d}", f"C{number:08d}")

    understanding: Understanding = demo_understanding()
    return Composer(shop_with_books(), understanding, demo_renderer(), rules or DialogueRules(), ids)
