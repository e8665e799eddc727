"""What was not understood: seen, proposed, accepted, understood; by whom, and what never becomes knowledge."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.yaml_files import load_shop
from bot.core.staff_rights import TALKING
from tests.demo import ROOT
from tests.handlers.web.desk import desk_house as made_by
from tests.handlers.web.desk.desk_house import OTHER_TALK, STAFF, TALK, DeskHouse, desk_house
from tests.service.people import ANN, MAX, SUE

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}}'


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DeskHouse]:
    """On a copy of the knowledge, which is written to."""
    root = tmp_path / "shop"
    shutil.copytree(ROOT / "knowledge", root / "knowledge")
    for name in ("templates", "config.yaml"):
        (root / name).symlink_to(ROOT / name)
    monkeypatch.setattr(made_by, "ROOT", root)
    async with desk_house(tmp_path) as made:
        yield made


async def missed(house: DeskHouse, words: str = "阿巴阿巴嘎嘎乌拉", talk: str = TALK) -> None:
    await house.shopper(words, talk)
    assert await house.store.missed(house.clock.now().replace(hour=0)), "the demo shop understands this by now"


async def lesson_id(house: DeskHouse) -> str:
    (lesson,) = await house.store.lessons("proposed")
    return str(lesson.lesson_id)


async def test_a_question_becomes_knowledge_and_the_running_shop_understands_it(
    house: DeskHouse, tmp_path: Path
) -> None:
    await missed(house)
    ann, max_ = await house.agent(ANN), await house.agent(MAX)
    page = (await ann.get("/desk/questions")).text
    assert "阿巴阿巴嘎嘎乌拉" in page
    fields = {"question": "阿巴阿巴嘎嘎乌拉", "phrasing": "阿巴阿巴嘎嘎乌拉", "topic": "logistics.courier"}
    proposed = await ann.do("/desk/questions/propose", **fields)
    assert proposed.status_code == 303
    assert (await ann.do("/desk/questions/propose", **fields)).status_code == 422, "one waits already"
    page = (await ann.get("/desk/questions?said=proposed")).text
    assert "已提交" in page and "由店长确认" in page and 'value="accept"' not in page
    assert 'value="accept"' in (await max_.get("/desk/questions")).text
    accepted = await max_.do("/desk/questions/decide", lesson=await lesson_id(house), verdict="accept")
    assert accepted.headers["location"] == "/desk/questions?said=learned"
    answered = await house.shopper("阿巴阿巴嘎嘎乌拉", OTHER_TALK)
    assert "快递" in answered
    shop = load_shop(tmp_path / "shop" / "knowledge", tmp_path / "shop")
    assert "阿巴阿巴嘎嘎乌拉" in shop.answer_by_topic["logistics.courier"].ask
    assert 'name="phrasing"' not in (await ann.get("/desk/questions")).text, "it is no open question any more"


async def test_a_new_answer_is_told_from_then_on(house: DeskHouse) -> None:
    await missed(house)
    max_ = await house.agent(MAX)
    words = {"question": "阿巴阿巴嘎嘎乌拉", "phrasing": "阿巴阿巴嘎嘎乌拉", "zh": "这是我们的暗号哦"}
    assert (await max_.do("/desk/questions/propose", **words)).status_code == 303
    await max_.do("/desk/questions/decide", lesson=await lesson_id(house), verdict="accept")
    assert "这是我们的暗号哦" in await house.shopper("阿巴阿巴嘎嘎乌拉", OTHER_TALK)


@pytest.mark.parametrize(
    "words", [{"zh": "一律打五折哦"}, {"zh": "{shop.nothing}"}, {"topic": "logistics.courier", "phrasing": "可以退吗"}]
)
async def test_what_fails_the_check_changes_nothing(house: DeskHouse, tmp_path: Path, words: dict[str, str]) -> None:
    await missed(house)
    max_ = await house.agent(MAX)
    fields = {"question": "阿巴阿巴嘎嘎乌拉", "phrasing": "阿巴阿巴嘎嘎乌拉"} | words
    assert (await max_.do("/desk/questions/propose", **fields)).status_code == 303
    answer = await max_.do("/desk/questions/decide", lesson=await lesson_id(house), verdict="accept")
    assert answer.status_code == 422 and "什么都没有改" in answer.text
    assert not (tmp_path / "shop" / "knowledge" / "answers" / "learned.yaml").exists()
    assert len(await house.store.lessons("proposed")) == 1


@pytest.mark.parametrize(
    "words",
    [
        {"phrasing": ""},
        {"phrasing": "？！"},
        {"phrasing": "打 13912345678 找我", "topic": "logistics.fee"},
        {"topic": "no.such.topic"},
        {"topic": "logistics.fee", "zh": "和一条新回答"},
        {},
        {"phrasing": "长" * 121, "topic": "logistics.fee"},
        {"zh": "长" * 1001},
    ],
)
async def test_what_cannot_be_taught_is_not_even_proposed(house: DeskHouse, words: dict[str, str]) -> None:
    ann = await house.agent(ANN)
    answer = await ann.do("/desk/questions/propose", **({"question": "问", "phrasing": "问问"} | words))
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert await house.store.lessons("proposed") == []


@pytest.mark.parametrize("staff", STAFF, ids=lambda p: p.staff_id)
async def test_who_talks_with_shoppers_sees_them_and_the_manager_alone_decides(house: DeskHouse, staff: object) -> None:
    person = next(one for one in STAFF if one is staff)
    await missed(house)
    ann, agent = await house.agent(ANN), await house.agent(person)
    fields = {"question": "阿巴阿巴嘎嘎乌拉", "phrasing": "阿巴阿巴嘎嘎乌拉", "topic": "logistics.fee"}
    await ann.do("/desk/questions/propose", **fields)
    talks = not TALKING.isdisjoint(person.roles)
    page = await agent.http.get("/desk/questions")
    assert page.status_code == (200 if talks else 404)
    assert ("阿巴阿巴" in page.text) is talks
    assert ('href="/desk/questions"' in (await agent.get("/desk")).text) is talks
    if not talks:
        for act in ("propose", "drop", "decide"):
            assert (await agent.do(f"/desk/questions/{act}", **fields)).status_code == 404
    if "manager" not in person.roles:
        for verdict in ("accept", "refuse"):
            decided = await agent.do("/desk/questions/decide", lesson=await lesson_id(house), verdict=verdict)
            assert decided.status_code == (422 if talks else 404)
        assert len(await house.store.lessons("proposed")) == 1


async def test_a_lesson_is_decided_once_and_ids_that_do_not_exist_do_nothing(house: DeskHouse) -> None:
    await missed(house)
    max_ = await house.agent(MAX)
    await max_.do("/desk/questions/propose", question="阿巴阿巴嘎嘎乌拉", phrasing="阿巴", topic="logistics.fee")
    lesson = await lesson_id(house)
    assert (await max_.do("/desk/questions/decide", lesson=lesson, verdict="refuse")).status_code == 303
    for wrong in (lesson, "999", "-1", "x", ""):
        answer = await max_.do("/desk/questions/decide", lesson=wrong, verdict="accept")
        assert answer.status_code == 422 and "处理过" in answer.text
    assert "阿巴阿巴嘎嘎乌拉" in (await max_.get("/desk/questions")).text, "a refused question is open again"


async def test_what_is_no_question_is_removed_until_it_is_asked_again(house: DeskHouse) -> None:
    await missed(house)
    ann = await house.agent(ANN)
    assert (await ann.do("/desk/questions/drop", question="阿巴阿巴嘎嘎乌拉")).status_code == 303
    assert "嘎嘎乌拉" not in (await ann.get("/desk/questions")).text
    house.clock.advance(60)
    await missed(house, talk=OTHER_TALK)
    assert "嘎嘎乌拉" in (await ann.get("/desk/questions")).text
    assert (await ann.do("/desk/questions/drop", question="")).status_code == 422


async def test_a_phone_number_in_a_question_is_shown_to_nobody_and_hostile_words_are_words(house: DeskHouse) -> None:
    await missed(house, "阿巴嘎嘎 13912345678 乌拉乌拉")
    await missed(house, f"阿巴嘎嘎乌拉 {HOSTILE}", OTHER_TALK)
    for staff in (ANN, SUE, MAX):
        page = (await (await house.agent(staff)).get("/desk/questions")).text
        assert "13912345678" not in page and "嘎嘎" in page
        assert "<script>alert" not in page and "<img src=x" not in page and "49" not in page.split("alert(2)")[1][:20]
    ann = await house.agent(ANN)
    said = (await ann.get("/desk/questions?said=<script>")).text
    assert "<script>" not in said.replace("<script src=", "")
    await ann.do("/desk/questions/propose", question="阿巴", phrasing=HOSTILE[:60], zh=HOSTILE)
    assert "<img src=x" not in (await ann.get("/desk/questions")).text


async def test_a_form_without_its_token_does_nothing(house: DeskHouse) -> None:
    ann = await house.agent(ANN)
    ann = replace(ann, csrf="wrong")
    answer = await ann.do("/desk/questions/propose", question="问", phrasing="问问", topic="logistics.fee")
    assert answer.status_code == 403
    assert await house.store.lessons("proposed") == []
