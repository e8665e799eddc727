"""Whole conversations as data: ``tests/dialogues/*.yaml``, told to the demo shop as it is shipped.

A turn is what the shopper does (``say``, ``press``, ``start`` or ``send``, which may carry ``say`` as its caption) and
what must come of it: ``action``, ``topics``, ``has`` and ``lacks`` (parts of what is told), ``photo``, ``buttons``
(actions offered), ``owner``, ``step``, ``role``, ``reason``, ``language``, ``source`` (part of a file the answer came
from), ``basket`` (SKU to pieces). ``taken_by`` lets a person of that staff id take over before the turn,
``given_back_by`` and ``closed_by`` let her leave it again; ``at`` sets the shop's clock from then on. After the last
turn ``orders`` and ``cases`` are compared with what was placed. ``knows`` are orders of a platform, or of the chat,
that are hers before the first turn: ``order``, ``status``, ``source``, and the moment it became so, ``since``.

In every turn of every conversation: state is the fold of its events; something is told unless a person owns the chat;
nothing told names a promotion that is over, or holds a forbidden phrase; no prompt is told twice in a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.core import events as e
from bot.core.cases import Case
from bot.core.catalogue import Text
from bot.core.conversation import Conversation, fold
from bot.core.forbidden import FORBIDDEN_EN, FORBIDDEN_ZH
from bot.core.messages import Incoming, Kind
from bot.core.orders import Address, Order, OrderLine, Source, Status
from bot.service.compose import Composed, Composer
from tests.demo import demo_composer, demo_shop

FOLDER = Path(__file__).parent / "dialogues"
ZONE = ZoneInfo("Asia/Shanghai")
CHECKS = {
    "action", "topics", "has", "lacks", "photo", "buttons", "owner", "step", "role", "reason", "source", "silent",
    "basket", "language",
}  # fmt: skip
DOES = {"say", "press", "start", "send", "media", "at", "name", "taken_by", "given_back_by", "closed_by"}
LAST_YEAR = datetime(2025, 11, 1, tzinfo=ZONE)


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
        self.events: list[e.Event] = []
        self.now = datetime(2026, 11, 23, 10, 30, tzinfo=ZONE)
        self.before = self.conversation
        self.count = 0
        self.reserved: dict[str, int] = {}
        self.used: set[str] = set()

    def turn(self, does: dict[str, Any]) -> Composed:
        self.now = datetime.fromisoformat(does["at"]).replace(tzinfo=ZONE) if "at" in does else self.now
        self.count += 1
        self.people(does)
        incoming = Incoming(
            "test", "test:1", str(self.count), self.now, kind=_kind(does), text=does.get("say", ""),
            action=does.get("press", "") or does.get("start", ""), sender_name=does.get("name", ""),
            media=tuple(does.get("media", ())),
        )  # fmt: skip
        meaning = self.composer.read(self.conversation, incoming, self.orders)
        composed = self.composer.compose(
            self.conversation, incoming, meaning, self.now, orders=tuple(self.orders),
            used_promotions=frozenset(self.used), reserved=self.reserved,
            cases=tuple(case for case in self.cases if case.open),
        )  # fmt: skip
        decision = composed.decision
        assert fold(self.conversation, decision.events) == decision.conversation, "state is not the fold of its events"
        self.before, self.conversation = self.conversation, decision.conversation
        self.events += decision.events
        known = {order.order_no: order for order in (*self.orders, *decision.orders)}
        self.orders = list(known.values())
        self.cases = list({case.case_id: case for case in (*self.cases, *decision.cases)}.values())
        self.used |= set(decision.uses_promotions)
        for sku, (pieces, _) in decision.reserves.items():
            self.reserved[sku] = self.reserved.get(sku, 0) + pieces
        return composed

    def people(self, does: dict[str, Any]) -> None:
        """What a person did before this turn."""
        at = self.now.isoformat()
        if "taken_by" in does:
            self.conversation = fold(self.conversation, [e.TakenOver(does["taken_by"], at)])
        if "given_back_by" in does:
            self.conversation = fold(self.conversation, [e.HandedBack(does["given_back_by"])])
        if "closed_by" in does:
            self.conversation = fold(self.conversation, [e.ConversationClosed(does["closed_by"])])
        if "given_back_by" in does or "closed_by" in does:
            self.cases = [case if case.playbook else replace(case, state="closed") for case in self.cases]


def known_order(given: dict[str, str]) -> Order:
    """An order as ``knows`` gives it, of one black T-shirt."""
    since, status = datetime.fromisoformat(given["since"]).replace(tzinfo=ZONE), Status(given["status"])
    history = [] if status is Status.UNPAID else [(Status.PAID, since, "api"), (status, since, "api")]
    line = OrderLine(
        "SYT01-BLK-XL", "sy-tee-heavy", Text("重磅纯棉T恤", "Heavy tee"), Text("黑色", "black"), "XL", 1, 12900
    )
    return Order(
        order_no=given["order"], conversation_id="test:1", status=status, lines=(line,), goods_fen=12900,
        shipping_fen=0, discounts=(), gifts=(), courier="zto",
        address=Address("杭州", "浙江", "文三路1号", "王芳", "13800001111"),
        created_at=since, history=tuple(history), source=cast(Source, given.get("source", "shopify")),
    )  # fmt: skip


def _kind(does: dict[str, Any]) -> Kind:
    if "send" in does:
        return cast(Kind, does["send"])
    return "text" if "say" in does else "button" if "press" in does else "start"


@pytest.mark.parametrize("dialogue", list(conversations()))
def test_conversation(dialogue: dict[str, Any]) -> None:
    talk = Talk(demo_composer())
    talk.orders = [known_order(given) for given in dialogue.get("knows", [])]
    for number, turn in enumerate(dialogue["turns"], 1):
        assert set(turn) <= CHECKS | DOES, f"turn {number} has unknown keys {set(turn) - CHECKS - DOES}"
        composed = talk.turn(turn)
        told = "\n".join(r.text for r in composed.replies)
        where = f"turn {number} {turn}\n--- told:\n{told}\n--- meaning: {composed.meaning}"
        check_always(composed, talk, where)
        _check(turn, composed, told, talk, where)
    for key, found in (("orders", talk.orders), ("cases", talk.cases)):
        expected = dialogue.get(key, [])
        assert len(found) == len(expected), f"{key}: {found}"
        for one, wanted in zip(found, expected, strict=True):
            for name, value in wanted.items():
                assert _plain(_read(one, name)) == value, f"{key} {name}"


def check_always(composed: Composed, talk: Talk, where: str) -> None:
    """What no turn may break."""
    told = "\n".join(r.text for r in composed.replies)
    assert told.strip() or talk.before.owner == "agent", f"nothing told: {where}"
    assert not (told.strip() and talk.before.owner == "agent"), f"a person owns the chat: {where}"
    for name in expired_names(talk.now):
        assert name not in told, f"expired {name}: {where}"
    for phrase in (*FORBIDDEN_ZH, *FORBIDDEN_EN):
        assert phrase not in told.casefold(), f"forbidden {phrase}: {where}"
    prompts = [x.prompt for x in composed.decision.events if isinstance(x, e.PromptTold)]
    if talk.before.prompt and talk.conversation.basket == talk.before.basket:
        assert talk.before.prompt not in prompts or talk.before.prompt == "slot:confirm", f"told twice: {where}"
    assert all(len(r.text) <= 1024 for r in composed.replies if r.photo), f"caption too long: {where}"
    assert all(len(b.action.encode()) <= 64 for r in composed.replies for b in r.buttons), where


def expired_names(now: datetime) -> list[str]:
    """Names of promotions that may not be told at ``now``, found from their dates alone."""
    dated = [(p, p.period.start, p.period.end) for p in demo_shop().promotions]
    over = [p for p, start, end in dated if start and end and not start <= now.date() <= end]
    return [w for p in over for w in (p.name.zh, p.name.en) if w]


def _check(turn: dict[str, Any], composed: Composed, told: str, talk: Talk, where: str) -> None:
    decision = composed.decision
    for key in ("action", "role", "reason"):
        if key in turn:
            assert getattr(decision, key) == turn[key], where
    for key in ("owner", "step", "language"):
        if key in turn:
            assert getattr(talk.conversation, key) == turn[key], where
    if "basket" in turn:
        assert dict(talk.conversation.basket) == turn["basket"], where
    if "topics" in turn:
        assert sorted(decision.topics) == sorted(turn["topics"]), where
    assert all(part in told for part in turn.get("has", [])), where
    assert not any(part in told for part in turn.get("lacks", [])), where
    if "silent" in turn:
        assert (not composed.replies) is turn["silent"], where
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


def test_at_least_thirty_conversations_are_told() -> None:
    assert len(list(conversations())) >= 30


def test_the_demo_shop_has_a_promotion_that_is_over() -> None:
    assert expired_names(datetime(2026, 11, 23, tzinfo=ZONE))
    assert len(expired_names(LAST_YEAR)) < len(expired_names(datetime(2026, 11, 23, tzinfo=ZONE)))
