"""The generated file of the knowledge: added to, checked first, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.yaml_files import load_shop
from bot.adapters.yaml_learned import YamlLearned, _entry
from bot.core.catalogue import Shop, Text
from bot.core.errors import KnowledgeError, Problem
from bot.core.unanswered import Lesson

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANSWERS = """answers:
  # written by hand
  - topic: fee
    ask: [运费多少, do you charge for shipping]
    reply: 满 99 包邮
  - topic: hours
    ask: [几点上班]
    reply: 九点
"""
LESSON = Lesson("邮费谁出", "邮费谁出", "fee", Text(), "A01", NOW, lesson_id=7)


def writer(folder: Path, *wrong: Problem) -> YamlLearned:
    (folder / "a.yaml").write_text(ANSWERS, encoding="utf-8")
    return YamlLearned(folder, folder.parent, lambda name: False, lambda shop: wrong if shop.answers[2:] else ())


def shop(folder: Path) -> Shop:
    return load_shop(folder, folder.parent)


async def test_a_phrasing_is_added_and_nothing_that_people_wrote_is_touched(tmp_path: Path) -> None:
    learned = writer(tmp_path)
    prepared = await learned.prepare(LESSON, "M01", NOW)
    assert not learned.path.exists()
    assert "邮费谁出" in prepared.shop.answer_by_topic["fee"].ask
    await learned.write(prepared)
    await learned.write(await learned.prepare(replace(LESSON, phrasing="谁出邮费"), "M01", NOW))
    assert shop(tmp_path).answer_by_topic["fee"].ask[-2:] == ("邮费谁出", "谁出邮费")
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == ANSWERS
    text = learned.path.read_text(encoding="utf-8")
    assert text.startswith("# Generated") and "proposed by A01, accepted by M01" in text
    assert [path.name for path in learned.path.parent.iterdir()] == ["learned.yaml"]


async def test_a_new_answer_is_a_topic_of_its_own(tmp_path: Path) -> None:
    learned = writer(tmp_path)
    prepared = await learned.prepare(
        replace(LESSON, topic="", phrasing="能刷医保卡吗", reply=Text("不能哦", "No.")), "M01", NOW
    )
    assert prepared.topic == "learned.20261123.7"
    await learned.write(prepared)
    answer = shop(tmp_path).answer_by_topic[prepared.topic]
    assert (answer.ask, answer.reply) == (("能刷医保卡吗",), Text("不能哦", "No."))


@pytest.mark.parametrize(
    ("lesson", "what"),
    [
        (replace(LESSON, phrasing="几点上班"), "is asked under"),
        (replace(LESSON, topic="nothing"), "has no reply"),
        (replace(LESSON, topic="", phrasing="x", reply=Text("{shop.nothing}")), "nothing"),
    ],
)
async def test_what_does_not_pass_the_check_is_not_prepared(tmp_path: Path, lesson: Lesson, what: str) -> None:
    learned = writer(tmp_path)
    with pytest.raises(KnowledgeError, match=what):
        await learned.prepare(lesson, "M01", NOW)
    assert not learned.path.exists()


async def test_what_the_shop_forbids_is_not_prepared_and_older_problems_are_not_held_against_it(tmp_path: Path) -> None:
    learned = writer(tmp_path, Problem("a.yaml", 3, "", "forbidden"))
    answer = replace(LESSON, topic="", phrasing="能刷医保卡吗", reply=Text("不能"))
    with pytest.raises(KnowledgeError, match="forbidden"):
        await learned.prepare(answer, "M01", NOW)
    assert (await learned.prepare(LESSON, "M01", NOW)).topic == "fee"


async def test_a_phrasing_that_stands_there_already_changes_nothing(tmp_path: Path) -> None:
    learned = writer(tmp_path)
    prepared = await learned.prepare(replace(LESSON, phrasing="运费多少？"), "M01", NOW)
    assert prepared.content == prepared.before
    await learned.write(prepared)
    assert not learned.path.exists()


async def test_a_file_that_was_changed_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    learned = writer(tmp_path)
    prepared = await learned.prepare(LESSON, "M01", NOW)
    await learned.write(await learned.prepare(replace(LESSON, phrasing="谁出邮费"), "M01", NOW))
    before = learned.path.read_bytes()
    with pytest.raises(KnowledgeError, match="changed meanwhile"):
        await learned.write(prepared)
    assert learned.path.read_bytes() == before


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    learned = writer(tmp_path)
    prepared = await learned.prepare(LESSON, "M01", NOW)
    (tmp_path / "answers").write_text("a file in the way")
    with pytest.raises(KnowledgeError, match="cannot be"):
        await learned.write(prepared)


@given(st.text(), st.text(), st.text(min_size=1))
def test_any_words_come_back_from_the_file_as_they_were(zh: str, en: str, phrasing: str) -> None:
    zh, en, phrasing = (words.encode("utf-8", "ignore").decode() for words in (zh, en, phrasing))
    lesson = replace(LESSON, phrasing=phrasing, reply=Text(zh, en))
    (entry,) = yaml.safe_load(_entry(lesson, "fee", "M01", NOW))
    assert (entry["topic"], entry["ask"]) == ("fee", [phrasing])
    assert entry.get("reply", {}) == {name: words for name, words in (("zh", zh), ("en", en)) if words}
