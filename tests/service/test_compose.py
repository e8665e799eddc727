from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.jinja_renderer import JinjaRenderer
from bot.core.conversation import Conversation, fold
from bot.core.dialogue.scene import DialogueRules
from bot.core.errors import TemplateError
from bot.core.events import BotSpoke
from bot.core.messages import Incoming, Kind, Language, RenderedButton, Reply, Say
from bot.service.compose import MAX_BUTTONS, Composed, Composer, fresh_ids, merged
from tests.demo import ROOT, demo_composer, demo_shop, demo_understanding

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
START = Conversation("test:1", "test")


class BrokenRenderer(JinjaRenderer):
    """Cannot tell prices."""

    def render(self, say: Say, language: Language, channel: str) -> Reply:
        if say.template in ("price", "product_card"):
            raise TemplateError(f"{say.template} is broken")
        return super().render(say, language, channel)


def told(composer: Composer, text: str, kind: Kind = "text", conversation: Conversation = START) -> Composed:
    incoming = Incoming("test", "test:1", "1", NOW, kind=kind, text=text)
    return composer.compose(conversation, incoming, composer.read(conversation, incoming), NOW)


def test_what_was_told_is_an_event_with_its_source() -> None:
    composed = told(demo_composer(), "寄到成都运费多少")
    (spoken,) = [x for x in composed.decision.events if isinstance(x, BotSpoke)]
    assert spoken.text == composed.replies[0].text
    assert any("logistics.yaml" in s for s in spoken.source)
    assert any("fee_to.j2" in s for s in spoken.source)
    assert fold(START, composed.decision.events) == composed.decision.conversation


def test_a_template_that_breaks_promises_nothing_and_calls_a_person() -> None:
    renderer = BrokenRenderer(ROOT / "templates" / "replies")
    broken = Composer(demo_shop(), demo_understanding(), renderer, DialogueRules(), fresh_ids("XE"))
    composed = told(broken, "重磅T恤")
    assert composed.decision.conversation.owner == "waiting"
    assert composed.decision.conversation.product_id is None
    assert [c.role for c in composed.decision.cases] == ["agent"]
    assert composed.decision.orders == ()
    assert "¥" not in "".join(r.text for r in composed.replies)
    assert composed.replies


def test_a_message_is_cut_before_it_is_read() -> None:
    composer = Composer(
        demo_shop(), demo_understanding(), JinjaRenderer(ROOT / "templates" / "replies"), DialogueRules(),
        fresh_ids("XE"), max_text_chars=20,
    )  # fmt: skip
    composed = told(composer, "包邮吗" + "啊" * 20_000)
    spoke = composed.decision.events[0]
    assert len(getattr(spoke, "text")) == 20  # noqa: B009
    assert composed.replies


@pytest.mark.parametrize(
    "text", ["\ud800 lone surrogate", "null\x00byte", "bell\x07", "right\u202eto left", "\x1b[31m"]
)
def test_what_no_database_holds_is_dropped(text: str) -> None:
    composed = told(demo_composer(), text)
    stored = getattr(composed.decision.events[0], "text")  # noqa: B009
    stored.encode("utf-8")
    assert not [c for c in stored if c < " " and c not in "\n\t"]


@pytest.mark.parametrize("kind", ["button", "sticker", "start"])
def test_only_words_are_read(kind: Kind) -> None:
    incoming = Incoming("test", "test:1", "1", NOW, kind=kind, text="转人工", action="m:hot")
    assert demo_composer().read(START, incoming).topic is None


def test_replies_that_follow_each_other_are_one_message_with_all_their_buttons() -> None:
    one = Reply("first", (RenderedButton("A", "a"), RenderedButton("B", "b")), template="x", source=("f:1",))
    two = Reply(
        "second", (RenderedButton("B again", "b"), RenderedButton("C", "c")), template="y", source=("f:1", "f:2")
    )
    (reply,) = merged([one, two])
    assert reply.text == "first\n\nsecond"
    assert [b.action for b in reply.buttons] == ["a", "b", "c"]
    assert reply.source == ("f:1", "f:2")


def test_a_photo_keeps_its_own_words() -> None:
    photo = Reply("card", photo="photos/a.png")
    assert [r.text for r in merged([Reply("hello"), photo, Reply("more"), Reply("and more")])] == [
        "hello",
        "card",
        "more\n\nand more",
    ]


def test_nothing_said_is_no_message() -> None:
    assert merged([Reply("")]) == ()


def test_no_more_buttons_than_a_channel_shows_well() -> None:
    many = tuple(RenderedButton(str(n), str(n)) for n in range(30))
    assert len(merged([Reply("x", many)])[0].buttons) == MAX_BUTTONS


def test_order_numbers_begin_with_the_shops_letters_and_do_not_repeat() -> None:
    make = fresh_ids("XE")
    made = [make(NOW) for _ in range(200)]
    assert all(ids.order_no.startswith("XE261123") for ids in made)
    assert len({ids.order_no for ids in made}) == len({ids.case_id for ids in made}) == 200


def test_skus_that_may_be_promised_are_known_before_deciding() -> None:
    composer = demo_composer()
    known = Conversation("test:1", "test", product_id="sy-tee-heavy", basket=(("SYP01-BLK-L", 1),))
    incoming = Incoming("test", "test:1", "1", NOW, text="速干五分裤 灰色 L")
    skus = composer.skus_in_play(known, composer.read(known, incoming), incoming)
    assert {"SYT01-BLK-XL", "SYP01-BLK-L", "XCK05-GRY-L"} <= skus
