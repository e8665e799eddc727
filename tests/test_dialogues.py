"""Whole conversations as data: ``tests/dialogues/*.yaml``, told to the demo shop as it is shipped.

A turn is what the shopper does (``say``, ``press``, ``start`` or ``send``) and what must come of it: ``action``,
``topics``, ``has`` and ``lacks`` (parts of what is told), ``photo``, ``buttons`` (actions offered), ``owner``, ``step``,
``role``, ``reason``, ``source`` (part of a file the answer came from). After the last turn ``orders`` and ``cases``
are compared with what was placed and opened. ``at`` sets the shop's clock from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.core.cases import Case
from bot.core.conversation import Conversation, fold
from bot.core.messages import Incoming, Kind
from bot.core.orders import Order
from bot.service.compose import Composed, Composer
from tests.demo import demo_composer

FOLDER = Path(__file__).parent / "dialogues"
ZONE = ZoneInfo("Asia/Shanghai")
CHECKS = {"action", "topics", "has", "lacks", "photo", "buttons", "owner", "step", "role", "reason", "source", "silent"}
DOES = {"say", "press", "start", "send", "at", "name"}


def conversations() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for dialogue in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(dialogue, id=f"{path.stem}: {dialogue['name']}")


class Talk:
    """One shopper talking to the demo shop, with everything that the store would keep."""

    def __init__(self, composer: Composer) -> None:
        self.composer = composer
        self.conversation = Conversation(id="test:1", channel="test")
        self.orders: list[Order] = []
        self.cases: list[Case] = []
        self.now = datetime(2026, 11, 23, 10, 30, tzinfo=ZONE)
        self.count = 0
        self.reserved: dict[str, int] = {}
        self.used: set[str] = set()

    def turn(self, does: dict[str, Any]) -> Composed:
        self.now = datetime.fromisoformat(does["at"]).replace(tzinfo=ZONE) if "at" in does else self.now
        self.count += 1
        incoming = Incoming(
            "test", "test:1", str(self.count), self.now, kind=_kind(does), text=does.get("say", ""),
            action=does.get("press", "") or does.get("start", ""), sender_name=does.get("name", ""),
        )  # fmt: skip
        meaning = self.composer.read(self.conversation, incoming)
        composed = self.composer.compose(
            self.conversation, incoming, meaning, self.now, orders=tuple(self.orders),
            used_promotions=frozenset(self.used), reserved=self.reserved,
        )  # fmt: skip
        decision = composed.decision
        assert fold(self.conversation, decision.events) == decision.conversation, "state is not the fold of its events"
        self.conversation = decision.conversation
        self.orders += decision.orders
        self.cases += decision.cases
        self.used |= set(decision.uses_promotions)
        for sku, (pieces, _) in decision.reserves.items():
            self.reserved[sku] = self.reserved.get(sku, 0) + pieces
        return composed


def _kind(does: dict[str, Any]) -> Kind:
    if "send" in does:
        return cast(Kind, does["send"])
    return "text" if "say" in does else "button" if "press" in does else "start"


@pytest.mark.parametrize("dialogue", conversations())
def test_conversation(dialogue: dict[str, Any]) -> None:
    talk = Talk(demo_composer())
    for number, turn in enumerate(dialogue["turns"], 1):
        assert set(turn) <= CHECKS | DOES, f"turn {number} has unknown keys {set(turn) - CHECKS - DOES}"
        composed = talk.turn(turn)
        told = "\n".join(r.text for r in composed.replies)
        where = f"turn {number} {turn}\n--- told:\n{told}\n--- meaning: {composed.meaning}"
        _check(turn, composed, told, talk, where)
    for key, found in (("orders", talk.orders), ("cases", talk.cases)):
        expected = dialogue.get(key, [])
        assert len(found) == len(expected), f"{key}: {found}"
        for one, wanted in zip(found, expected, strict=True):
            for name, value in wanted.items():
                assert _plain(_read(one, name)) == value, f"{key} {name}"


def _check(turn: dict[str, Any], composed: Composed, told: str, talk: Talk, where: str) -> None:
    decision = composed.decision
    for key in ("action", "role", "reason"):
        if key in turn:
            assert getattr(decision, key) == turn[key], where
    for key in ("owner", "step"):
        if key in turn:
            assert getattr(talk.conversation, key) == turn[key], where
    if "topics" in turn:
        assert list(decision.topics) == turn["topics"], where
    assert all(part in told for part in turn.get("has", [])), where
    assert not any(part in told for part in turn.get("lacks", [])), where
    if "silent" in turn:
        assert (not composed.replies) is turn["silent"], where
    else:
        assert told, where
    if "photo" in turn:
        assert any(r.photo for r in composed.replies) is turn["photo"], where
    offered = {b.action for r in composed.replies for b in r.buttons}
    assert set(turn.get("buttons", [])) <= offered, where
    if "source" in turn:
        assert any(turn["source"] in s for r in composed.replies for s in r.source), where


def _read(held: Any, name: str) -> Any:
    for part in name.split("."):
        held = held[int(part)] if part.isdigit() else getattr(held, part)
    return held


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def test_at_least_twenty_five_conversations_are_told() -> None:
    assert len(list(conversations())) >= 25
