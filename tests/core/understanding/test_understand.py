"""What messages are understood to mean; against small shops made here and against the demo shop."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.catalogue import Answer, Phrases, Shop, Text
from bot.core.understanding.meaning import Context, Meaning
from bot.core.understanding.understand import Thresholds, Understanding
from tests.core.understanding.hard_pairs import HARD_PAIRS
from tests.demo import demo_understanding

ANSWERS = (
    Answer("fee", ("运费多少", "邮费谁出", "do you charge for shipping"), Text("x"), ask_source=("a:1", "a:2", "a:3")),
    Answer("courier", ("发什么快递", "用哪家快递", "which courier do you use"), Text("x")),
    Answer("product.stock", ("还有货吗", "XL有没有", "is it in stock"), Text("x")),
)
SMALL = Understanding(Shop(answers=ANSWERS))
EVERY_PAIR_SIDE = [side for pair in HARD_PAIRS for side in (pair[:2], pair[2:])]


def _allows(must: str, meaning: Meaning) -> bool:
    if must == "-":
        return not meaning.sure or meaning.topic in ("smalltalk", None)
    if must.startswith("!"):
        return not (meaning.sure and meaning.topic == must[1:])
    return meaning.topic in must.split("|")


@pytest.mark.parametrize(("message", "must"), EVERY_PAIR_SIDE)
def test_hard_pairs_are_told_apart(message: str, must: str) -> None:
    assert _allows(must, demo_understanding().understand(message))


def test_there_are_forty_hard_pairs() -> None:
    assert len(set(HARD_PAIRS)) >= 40


def test_a_shop_of_answers_alone_is_understood() -> None:
    meaning = SMALL.understand("請問運費是多少？？")

    assert (meaning.topic, meaning.language) == ("fee", "zh")
    assert meaning.candidates[0].phrase == "运费多少"
    assert meaning.candidates[0].source == "a:1"


def test_a_phrasing_itself_is_sure() -> None:
    meaning = SMALL.understand("do you charge for shipping?")

    assert meaning.sure and meaning.topic == "fee" and meaning.score > 0.9
    assert meaning.language == "en"


def test_a_synonym_no_phrasing_holds_is_understood() -> None:
    assert SMALL.understand("邮资是多少").topic == "fee"


def test_words_from_nowhere_are_not_answered() -> None:
    for stranger in ("今天天气怎么样", "tell me a joke", "qwrt zxcv", "🙂🙂", "？？"):
        assert not SMALL.understand(stranger).sure


def test_a_shop_that_knows_nothing_answers_nothing() -> None:
    meaning = Understanding(Shop()).understand("你好")

    assert (meaning.topic, meaning.sure, meaning.candidates) == (None, False, ())


def test_two_questions_are_two_parts() -> None:
    parts = demo_understanding().understand("有黑色吗 包邮不").parts

    assert {p.topic for p in parts} >= {"logistics.fee"} and len(parts) == 2


def test_one_question_has_no_parts() -> None:
    assert demo_understanding().understand("你好，请问包邮吗").parts == ()


def test_a_bare_fact_leans_on_the_question_before() -> None:
    meaning = SMALL.understand("那XL呢", Context(topic="product.stock"))

    assert meaning.elliptic and meaning.topic == "product.stock" and meaning.sure
    assert meaning.entities.size == "XL"


def test_acts_of_the_whole_message_are_named() -> None:
    shop = Shop(answers=ANSWERS, phrases=Phrases(acts={"yes": ("好的", "可以"), "stop": ("不买了",)}))
    understanding = Understanding(shop)

    assert understanding.understand("好的！").act == "yes"
    assert understanding.understand("可以的呀").act == "yes"
    assert understanding.understand("不买了").act == "stop"
    assert understanding.understand("可以包邮吗").act is None


def test_what_is_no_question_is_refused() -> None:
    shop = Shop(answers=ANSWERS, phrases=Phrases(not_questions=("我已经找到了", "快递小哥打过电话了", "没事了")))
    meaning = Understanding(shop).understand("小哥打过电话来了")

    assert not meaning.sure


def test_thresholds_turn_scores_into_certainty() -> None:
    strict = Understanding(Shop(answers=ANSWERS), Thresholds(min_score=0.999))

    assert not strict.understand("运费多少").sure
    assert SMALL.understand("运费多少").sure


def test_height_and_weight_ask_for_a_size() -> None:
    meaning = demo_understanding().understand("身高178 体重150斤")

    assert meaning.topic == "product.size" and meaning.sure


def test_many_pieces_are_bulk() -> None:
    assert demo_understanding().understand("我们公司要订两百件").topic == "bulk"


def test_compiled_bytes_give_the_same_answers() -> None:
    again = Understanding(Shop(answers=ANSWERS), compiled=SMALL.compiled())

    assert again.restored
    for message in ("运费呢", "which courier", "有货没", "什么都不是"):
        assert again.understand(message) == SMALL.understand(message)


@pytest.mark.parametrize("data", [b"", b"nonsense", SMALL.compiled()[:200], Understanding(Shop()).compiled()])
def test_bytes_of_another_shop_are_ignored(data: bytes) -> None:
    other = Understanding(Shop(answers=ANSWERS), compiled=data)

    assert not other.restored
    assert other.understand("运费多少").topic == "fee"


def test_hash_randomisation_changes_nothing() -> None:
    script = (
        "from tests.core.understanding.test_understand import SMALL\n"
        "import hashlib, sys\n"
        "said = [SMALL.understand(t) for t in ('运费', '快递 有货吗', 'is shipping free', '你好')]\n"
        "sys.stdout.write(repr(said) + hashlib.sha256(SMALL.compiled()).hexdigest())"
    )

    def run(seed: str) -> str:
        env = {**os.environ, "PYTHONHASHSEED": seed}
        root = Path(__file__).parents[3]
        done = subprocess.run([sys.executable, "-c", script], env=env, cwd=root, capture_output=True, check=True)
        return done.stdout.decode()

    assert run("1") == run("2")


@given(st.text(st.characters(codec=None), max_size=5_000))
@settings(max_examples=80, deadline=None)
def test_no_text_breaks_understanding(text: str) -> None:
    for context in (Context(), Context("p", "fee", "quantity"), Context(None, "product.stock", "size")):
        meaning = SMALL.understand(text, context)
        assert 0 <= meaning.score <= 1
        meaning.text.encode()


@given(st.text(alphabet="0123456789一二两百件块元x*/.'米斤号码岁第个 -+#kgcmlbSXL呢", max_size=40))
@settings(max_examples=400, deadline=None)
def test_no_heap_of_figures_breaks_understanding(text: str) -> None:
    SMALL.understand(text)


def test_what_was_judged_before_is_judged_the_same_in_any_context() -> None:
    once = SMALL.understand("邮费谁付呢")
    leaning = SMALL.understand("邮费谁付呢", Context(topic="courier"))

    assert SMALL.understand("邮费谁付呢") == once == Understanding(Shop(answers=ANSWERS)).understand("邮费谁付呢")
    assert leaning.candidates == once.candidates


@pytest.mark.parametrize("said", ["满300减多少", "满1000减多少啊", "满88减几块"])
def test_which_figure_stands_in_a_question_does_not_change_it(said: str) -> None:
    meaning = demo_understanding().understand(said)

    assert meaning.sure and meaning.topic in ("promo.info", "promo.coupon")
