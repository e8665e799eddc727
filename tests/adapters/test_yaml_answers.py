from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.yaml_answers import amount, bare
from bot.core.catalogue import Text
from bot.core.money import parse_yuan
from tests.adapters.yaml_shops import load, problem, problems


def test_an_answers_file_alone_is_a_shop(tmp_path: Path) -> None:
    text = """\
answers:
  - topic: logistics.fee
    ask:
      - 运费多少
      - do you charge for shipping
    reply: Shipping is free from 99.
    handoff: agent
"""
    (answer,) = load(tmp_path, text).answers
    assert (answer.topic, answer.handoff, answer.template) == ("logistics.fee", "agent", "")
    assert answer.reply == Text("Shipping is free from 99.", "Shipping is free from 99.")
    assert dict(zip(answer.ask, answer.ask_source, strict=True)) == {
        "运费多少": "knowledge/shop.yaml:4",
        "do you charge for shipping": "knowledge/shop.yaml:5",
    }
    assert answer.source == "knowledge/shop.yaml:2"


def test_phrasings_are_text_even_where_yaml_sees_something_else(tmp_path: Path) -> None:
    (answer,) = load(tmp_path, "answers: [{topic: t, ask: [yes, 12, 1.50, 2026-01-01, 7:30], reply: x}]\n").answers
    assert answer.ask == ("yes", "12", "1.50", "2026-01-01", "7:30")


def test_entries_of_one_topic_are_merged_and_the_first_reply_wins(tmp_path: Path) -> None:
    shop = load(
        tmp_path,
        a="answers: [{topic: t, ask: [one]}]\n",
        b="answers: [{topic: t, ask: [two, One!], reply: first}, {topic: u, reply: other}]\n",
        c="answers:\n  - {topic: t, ask: [three], reply: second, handoff: agent}\n",
    )
    answer, other = shop.answers
    assert (answer.topic, answer.ask, answer.handoff) == ("t", ("one", "two", "three"), "agent")
    assert (answer.reply, answer.source) == (Text("first", "first"), "knowledge/b.yaml:1")
    assert answer.ask_source == ("knowledge/a.yaml:1", "knowledge/b.yaml:1", "knowledge/c.yaml:2")
    assert (other.topic, other.ask) == ("u", ())


def test_a_reply_may_be_a_template_or_both_languages(tmp_path: Path) -> None:
    words, template = load(
        tmp_path,
        "answers:\n  - {topic: a, reply: {zh: 好, en: fine}}\n  - {topic: b, reply: {template: price}}\n",
        templates=lambda name: name == "price",
    ).answers
    assert (words.reply, template.reply, template.template) == (Text("好", "fine"), None, "price")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("answers: [{topic: a b, reply: x}]", "1: answers[0].topic: the id 'a b' holds a space"),
        ("answers: [{topic: a, ask: [x]}]", "1: answers[0]: the topic 'a' has no reply in any file"),
        ("answers: [{topic: a, ask: x, reply: y}]", "1: answers[0].ask: should be a list"),
        ("answers: [{topic: a, ask: [x, ''], reply: y}]", "1: answers[0].ask[1]: has no value; write a phrasing"),
        ("answers: [{topic: a, ask: [x, {y: z}], reply: y}]", "1: answers[0].ask[1]: should be a phrasing, not keys"),
        (
            "answers: [{topic: a, reply: y, handoff: boss}]",
            "1: answers[0].handoff: unknown role 'boss'; allowed: agent",
        ),
        ("answers: [{topic: a, reply: y, handoff: bot}]", "1: answers[0].handoff: unknown role 'bot'"),
        ("answers:\n- topic: a\n  reply: {de: y}", "3: answers[0].reply.de: 'de' is no language"),
        ("answers:\n- topic: a\n  reply: {}", "3: answers[0].reply: has no words"),
        (
            "answers:\n- topic: a\n  reply: {template: gone}",
            "3: answers[0].reply.template: there is no template 'gone'",
        ),
        ("answers:\n- topic: a\n  reply: {template: ok, zh: y}", "3: answers[0].reply.zh: unknown key of a reply by"),
        ("answers:\n- topic: a\n  reply: {template: ../x}", "3: answers[0].reply.template: '../x' is no name"),
        ("answers:\n- topic: a\n  anser: y\n  reply: z", "3: answers[0].anser: unknown key 'anser'; allowed: topic"),
        ("phrases: {synonyms: [[one]]}", "1: phrases.synonyms[0]: needs at least 2 entries"),
        ("phrases: {acts: {yess: [ok]}}", "1: phrases.acts.yess: unknown act 'yess'; did you mean 'yes'?"),
        ("phrases: {acts: {yes: ok}}", "1: phrases.acts.yes: should be a list"),
        ("phrases: {tags: {gift: [x]}}", "1: phrases.tags.gift: 'gift' should be group.value, like purpose.gift"),
        ("phrases: {tags: {purpos.gift: [x]}}", "1: phrases.tags.purpos.gift: unknown group 'purpos'; did you mean"),
    ],
)
def test_a_wrong_answer_names_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    assert problem(tmp_path, text, templates=lambda name: name == "ok").startswith(f"knowledge/shop.yaml:{said}")


def test_a_reply_that_cannot_be_read_is_not_called_missing_as_well(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "answers: [{topic: a, ask: [x], reply: [y]}]\n")) == 1


# --- phrasings told apart ---


@pytest.mark.parametrize("other", ["包邮吗", "包邮吗？", " 包 邮 吗 ", "「包邮吗」"])
def test_one_phrasing_under_two_topics_is_a_warning_that_names_both_places(tmp_path: Path, other: str) -> None:
    shop = load(
        tmp_path,
        a="answers: [{topic: fee, ask: [包邮吗], reply: x}]\n",
        b=f"answers:\n  - topic: bargain\n    reply: x\n    ask:\n      - '{other}'\n",
    )
    (said,) = map(str, shop.warnings)
    assert said.startswith("knowledge/b.yaml:5: answers[0].ask[0]: ")
    assert said.endswith("is asked under 'fee' already, at knowledge/a.yaml:1; only that one counts")
    assert [a.ask for a in shop.answers] == [("包邮吗",), ()]


def test_width_and_case_do_not_tell_phrasings_apart() -> None:
    assert bare("ＶＩＰ 有折扣吗？！") == bare("vip有折扣吗")
    assert bare("c++") != bare("c")
    assert bare("？？？") == "???" != bare("！")
    assert bare("👍") != bare("👎")


@given(st.text(alphabet="运费包邮abＡＢ？！ 。，~👍7", max_size=12))
def test_the_bare_form_is_settled_and_blind_to_punctuation(words: str) -> None:
    settled = bare(words)
    assert bare(settled) == settled
    if any(c not in "？！ 。，" for c in words):
        assert bare(f" {words}。") == settled


# --- placeholders ---

FACTS = """\
shop: {facts: {founded: 2005, city: {zh: 佛山, en: Foshan}}}
service: {return_days: 7}
couriers: [{id: zto, name: {zh: 中通, en: ZTO}, zones: []}]
logistics: {default_courier: zto, ships_from: 佛山, free_from: 99.5, same_day_before: '17:00'}
"""


def reply_of(tmp_path: Path, words: str) -> Text | None:
    return load(tmp_path, FACTS, f'answers: [{{topic: a, reply: "{words}"}}]\n').answers[0].reply


def test_placeholders_become_the_facts_of_each_language(tmp_path: Path) -> None:
    assert reply_of(tmp_path, "{shop.city} {shop.founded} {service.return_days}") == Text(
        "佛山 2005 7", "Foshan 2005 7"
    )


def test_logistics_facts_are_told_as_written_in_a_sentence(tmp_path: Path) -> None:
    words = "{logistics.courier}|{logistics.free_from}|{logistics.dispatch_hours}|{logistics.same_day_before}"
    assert reply_of(tmp_path, words) == Text("中通|99.50|48|17:00", "ZTO|99.50|48|17:00")


def test_braces_that_are_no_placeholder_stay(tmp_path: Path) -> None:
    words = "{} {a} { shop.city } {shop.} {{x}} {% y %}"
    assert reply_of(tmp_path, words) == Text(words, words)


@pytest.mark.parametrize(
    ("placeholder", "said"),
    [
        ("{service.return_day}", "unknown fact 'return_day'; did you mean 'return_days'?"),
        ("{servce.return_days}", "unknown group of facts 'servce'; did you mean 'service'?"),
        ("{logistics.free_until}", "unknown fact 'free_until'; allowed: free_from, dispatch_hours"),
    ],
)
def test_a_placeholder_without_its_fact_is_a_problem(tmp_path: Path, placeholder: str, said: str) -> None:
    found = problem(tmp_path, FACTS, f"answers:\n  - topic: a\n    reply: x {placeholder}\n")
    assert found.startswith(f"knowledge/more.yaml:3: answers[0].reply: {placeholder}: {said}")


def test_a_group_that_no_file_declares_is_a_problem(tmp_path: Path) -> None:
    said = problem(tmp_path, "answers: [{topic: a, reply: 'x {service.days}'}]\n")
    assert said == (
        "knowledge/shop.yaml:1: answers[0].reply: {service.days}: unknown group of facts 'service'; none is declared"
    )


def test_facts_of_a_group_that_is_wrong_itself_are_not_called_missing(tmp_path: Path) -> None:
    text = "logistics: {free_from: 99}\nanswers: [{topic: a, reply: '{logistics.free_from}'}]\n"
    assert problem(tmp_path, text) == "knowledge/shop.yaml:1: logistics.default_courier: is missing"


@given(st.integers(min_value=0, max_value=10**11))
def test_amounts_read_back_as_the_same_money(fen: int) -> None:
    assert parse_yuan(amount(fen)) == fen
    assert amount(fen).endswith(".00") is False


# --- phrases ---


def test_phrases_of_several_files_are_joined(tmp_path: Path) -> None:
    shop = load(
        tmp_path,
        a="phrases: {synonyms: [[运费, 邮费]], fillers: [呀], acts: {yes: [好的], no: [不用]}}\n",
        b="phrases: {synonyms: [[价格, 价钱]], acts: {yes: [yes]}, tags: {purpose.gift: [送人]}}\n",
        c="phrases: {not_questions: [嗯]}\n",
    )
    phrases = shop.phrases
    assert phrases.synonyms == (("运费", "邮费"), ("价格", "价钱"))
    assert phrases.acts == {"yes": ("好的", "yes"), "no": ("不用",)}
    assert (phrases.tags, phrases.fillers, phrases.not_questions) == ({"purpose.gift": ("送人",)}, ("呀",), ("嗯",))
