from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.conversation import Conversation
from bot.core.dialogue import reading
from bot.core.dialogue.scene import DialogueRules, Ids, Scene, Situation
from bot.core.messages import Incoming
from bot.core.understanding.meaning import Candidate, Entities, Meaning, Part
from tests.demo import demo_shop

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def scene(
    words: str,
    topic: str,
    *,
    sure: bool = True,
    entities: Entities | None = None,
    parts: tuple[Part, ...] = (),
    conversation: Conversation | None = None,
) -> Scene:
    """A scene in which the matcher read ``words`` as ``topic``."""
    meaning = Meaning(
        text=words, language="zh", candidates=(Candidate(topic, 0.7),), topic=topic, score=0.7, sure=sure, parts=parts,
        entities=entities or Entities(),
    )  # fmt: skip
    incoming = Incoming("test", "test:1", "1", NOW, text=words)
    known = conversation or Conversation("test:1", "test")
    return Scene(known, incoming, meaning, demo_shop(), Situation(), DialogueRules(), NOW, Ids("XE1", "C1"))


@pytest.mark.parametrize(
    ("words", "topic", "entities"),
    [
        ("黑色", "product.color", Entities(color="black")),
        ("XL", "product.size", Entities(size="XL")),
        ("发顺丰吧", "logistics.courier", Entities(courier_id="sf")),
        ("寄到杭州", "logistics.area", Entities(province="浙江")),
        ("要两件 谢谢", "thanks", Entities(quantity=2)),
        ("张三 13800138000", "bulk", Entities(phone="13800138000")),
    ],
)
def test_naming_a_thing_is_no_question_about_it(words: str, topic: str, entities: Entities) -> None:
    assert reading.question(scene(words, topic, entities=entities)) is None


@pytest.mark.parametrize(
    ("words", "topic", "entities"),
    [
        ("有黑色吗", "product.color", Entities(color="black")),
        ("XL适合多高的", "product.size", Entities(size="XL")),
        ("杭州能送到吗", "logistics.area", Entities(province="浙江")),
        ("包邮", "logistics.fee", Entities()),
        ("谢谢", "thanks", Entities()),
    ],
)
def test_a_question_stays_a_question(words: str, topic: str, entities: Entities) -> None:
    assert reading.question(scene(words, topic, entities=entities)) == topic


def test_a_change_asked_for_as_a_question_is_a_change() -> None:
    asked = scene("可以换成白色吗", "product.color", entities=Entities(color="white", tags=frozenset({"says.change"})))
    assert reading.question(asked) is None


def test_both_parts_are_answered_and_courtesy_is_not_answered_beside_them() -> None:
    parts = tuple(Part("", t, 0.8) for t in ("product.color", "thanks", "logistics.fee"))
    assert reading.topics(scene("有黑色吗 谢谢 包邮吗", "logistics.fee", parts=parts)) == (
        "product.color",
        "logistics.fee",
    )


def test_a_part_alone_does_not_call_a_person() -> None:
    parts = (Part("", "product.color", 0.8), Part("", "bulk", 0.6))
    assert reading.topics(scene("有黑色吗 我们单位穿", "product.color", parts=parts)) == ("product.color",)


@pytest.mark.parametrize(
    ("words", "best", "entities", "topic"),
    [
        ("有袜子送吗", "product.stock", Entities(tags=frozenset({"ask.gift"})), "promo.gift"),
        ("黑色XL有么", "product.size", Entities(color="black", size="XL"), "product.stock"),
        ("订单XE123456到哪", "other", Entities(order_no="XE123456"), "order.status"),
        ("顺丰怎么样", "logistics.duration", Entities(courier_id="sf"), "logistics.courier"),
        ("成都要几天", "logistics.duration", Entities(province="四川", region="成都"), "logistics.duration"),
        (
            "送人 30岁 办公室 预算200", "product.size",
            Entities(money_fen=20000, age=30, tags=frozenset({"purpose.gift"})), "product.recommend",
        ),
    ],
)  # fmt: skip
def test_facts_say_what_is_asked_where_words_leave_it_open(
    words: str, best: str, entities: Entities, topic: str
) -> None:
    assert reading.topics(scene(words, best, sure=False, entities=entities)) == (topic,)


def test_asked_again_in_other_words_is_insisting() -> None:
    again = scene("就要送嘛", "promo.gift", sure=False, conversation=Conversation("test:1", "test", topic="promo.gift"))
    assert reading.topics(again) == ("promo.gift",)


def test_nothing_understood_is_nothing_answered() -> None:
    assert reading.topics(scene("呱唧", "product.care", sure=False)) == ()
