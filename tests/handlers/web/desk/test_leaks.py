"""Role by role, route by route, with ids of conversations, orders, cases and pictures that are not theirs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.routing import APIRoute
from PIL import Image

from bot.adapters.photo_files import PhotoFiles
from bot.core.cases import Case
from bot.core.events import ShopperSpoke
from bot.core.people import Staff
from bot.core.ports import Turn
from bot.core.staff_rights import TALKING
from tests.demo import demo_shop
from tests.handlers.web.desk.desk_house import OTHER_TALK, OTHERS, STAFF, TALK, DeskHouse
from tests.service.people import ANN, BEN, MAX, SUE

#: What tells who she is: her phone, her street, her name, as typed and as understood.
PRIVATE = ("13912345678", "139 1234 5678", "文三路1号", "欧阳锋")
#: Of a conversation that somebody may not open, nothing at all.
WORDS = ("重磅", "袜子")
BEHIND_THE_COUNTER = tuple(person for person in OTHERS if TALKING.isdisjoint(person.roles))
TALKERS = tuple(person for person in STAFF if not TALKING.isdisjoint(person.roles))
LEADERS = (SUE, MAX, *(person for person in OTHERS if "supervisor" in person.roles))


def routes(house: DeskHouse) -> Iterator[tuple[str, str]]:
    """Every route of the desk that names a conversation."""
    for router in house.desk.routers:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            if "{talk_id}" in route.path:
                yield from ((method, route.path) for method in route.methods or ())


def fields(order: str, case: str) -> dict[str, str]:
    return {
        "text": "您好",
        "mode": "say",
        "order": order,
        "case": case,
        "step": "answer",
        "outcome": "done",
        "role": "agent",
        "until": "2026-11-23T12:00",
    }


async def story(house: DeskHouse) -> tuple[str, str]:
    """She ordered, gave her address, and waits for a person: her order and her case."""
    order = await house.order(person="欧阳锋 13912345678 西湖区文三路1号，打139 1234 5678也行")
    await house.shopper("袜子的事，转人工")
    (case,) = [case for case in await house.store.cases(TALK) if case.open]
    return order, case.case_id


async def ask(house: DeskHouse, staff: Staff, method: str, path: str, data: dict[str, str]) -> tuple[int, str]:
    agent = await house.agent(staff)
    if method == "GET":
        answer = await agent.get(path)
    else:
        answer = await agent.http.post(path, data={**data, "csrf": agent.csrf}, headers={"X-CSRF": agent.csrf})
    return answer.status_code, answer.text + str(answer.headers)


@pytest.mark.parametrize("staff", BEHIND_THE_COUNTER, ids=lambda p: p.roles[0])
async def test_who_works_behind_the_counter_opens_no_conversation_without_a_matter_of_hers(
    house: DeskHouse, staff: Staff
) -> None:
    order, case = await story(house)
    before = await house.store.talk_mark(TALK)
    found = sorted(routes(house))
    assert len(found) == 15
    for method, path in found:
        status, text = await ask(
            house, staff, method, path.format(talk_id=TALK, photo_id="0" * 32), fields(order, case)
        )
        assert status == 404, (method, path)
        assert not [word for word in (*PRIVATE, *WORDS) if word in text], (method, path)
    for view in ("inbox", "mine", "cases", "snoozed", "all", "closed"):
        for path in (f"/desk?view={view}", f"/desk/queue?view={view}&t={TALK}"):
            _, text = await ask(house, staff, "GET", path, {})
            assert not [word for word in (*PRIVATE, *WORDS, "row-web") if word in text], path
    assert await house.store.talk_mark(TALK) == before
    live = await ask(house, staff, "GET", f"/desk/live?talk={TALK}", {})
    assert live[0] == 404


@pytest.mark.parametrize("staff", TALKERS, ids=lambda p: p.staff_id)
async def test_who_does_not_have_the_chat_sees_neither_phone_nor_address(house: DeskHouse, staff: Staff) -> None:
    await story(house)
    pages = ["/desk?view=all", f"/desk/t/{TALK}", f"/desk/queue?view=inbox&t={TALK}", f"/desk/t/{TALK}/suggestions"]
    seen = "".join([(await ask(house, staff, "GET", path, {}))[1] for path in pages])
    if staff in LEADERS:
        assert all(word in seen for word in ("13912345678", "文三路1号", "欧阳锋"))
    else:
        assert not [word for word in PRIVATE if word in seen]
        assert "重磅" in seen


async def test_the_list_tells_no_address_while_it_is_her_last_word(house: DeskHouse) -> None:
    await house.shopper("我要两件重磅T恤 黑色XL 寄到杭州")
    await house.shopper("欧阳锋 13912345678 西湖区文三路1号")
    for staff in (ANN, SUE):
        page = (await (await house.agent(staff)).get("/desk?view=all")).text
        assert TALK in page
        assert not [word for word in ("13912345678", "文三路1号", "欧阳锋") if word in page]


async def test_who_takes_the_chat_sees_them_and_who_leaves_it_does_not_any_more(house: DeskHouse) -> None:
    await story(house)
    ann, ben = await house.agent(ANN), await house.agent(BEN)
    taken = await ann.do(f"/desk/t/{TALK}/take")
    assert "13912345678" in taken.text and "文三路1号" in taken.text
    assert "13912345678" not in (await ben.get(f"/desk/t/{TALK}")).text
    left = await ann.do(f"/desk/t/{TALK}/back")
    assert left.status_code == 200
    assert not [word for word in PRIVATE if word in left.text]


async def test_finance_sees_the_account_of_a_matter_of_finance_only_while_it_is_hers(house: DeskHouse) -> None:
    await story(house)
    finance = next(person for person in OTHERS if person.roles == ("finance",))
    loaded = await house.store.load(TALK, "web")
    (case,) = loaded.cases
    hers = replace(case, role="finance")
    turn = Turn(None, loaded.version, loaded.conversation, (), (), house.clock.now(), cases=(hers,))
    await house.store.commit(turn)
    agent = await house.agent(finance)
    assert "13912345678" in (await agent.get(f"/desk/t/{TALK}")).text
    assert "row-web" in (await agent.get("/desk?view=all")).text
    await house.people.run_case.transfer(case.case_id, TALK, "agent", finance)
    assert (await agent.get(f"/desk/t/{TALK}")).status_code == 404


@pytest.mark.parametrize("staff", [ANN, SUE, MAX], ids=lambda p: p.staff_id)
async def test_ids_of_another_conversation_do_nothing(house: DeskHouse, staff: Staff) -> None:
    order, case = await story(house)
    await house.shopper("转人工", OTHER_TALK)
    before = await house.store.talk_mark(TALK)
    agent = await house.agent(staff)
    noted = await agent.do(f"/desk/t/{OTHER_TALK}/order", order=order, text="加一双", flag="blue")
    decided = await agent.do(f"/desk/t/{OTHER_TALK}/case", case=case, step="answer", outcome="done")
    passed = await agent.do(f"/desk/t/{OTHER_TALK}/pass", case=case, role="finance")
    for answer in (noted, decided, passed):
        assert answer.status_code == 200
        assert 'id="said" role="status"></p>' not in answer.text, "she is told that nothing was done"
        assert not [word for word in (*PRIVATE, *WORDS) if word in answer.text]
    assert await house.store.talk_mark(TALK) == before
    stored = await house.store.order(order)
    assert stored is not None and "加一双" not in str(stored.notes)


async def test_a_case_is_decided_by_its_role_only_and_a_tampered_step_changes_nothing(house: DeskHouse) -> None:
    await house.order()
    loaded = await house.store.load(TALK, "web")
    gift = Case("C-gift", TALK, "gift", "supervisor", house.clock.now(), "送皮带", playbook="gift", step="decide")
    turn = Turn(None, loaded.version, loaded.conversation, (), (), house.clock.now(), cases=(gift,))
    await house.store.commit(turn)
    book = next(book for book in demo_shop().playbooks if book.id == "gift")
    (step,) = [step for step in book.steps if step.role == "supervisor"][:1]
    case = replace(gift, step=step.id)
    await house.store.commit(replace(turn, version=loaded.version + 1, cases=(case,)))
    ann, sue = await house.agent(ANN), await house.agent(SUE)
    assert step.outcomes[0].label.zh not in (await ann.get(f"/desk/t/{TALK}")).text
    promised = await house.store.promises(conversation_id=TALK)
    outcomes = [outcome.id for outcome in step.outcomes]
    for who, at, outcome in [
        *((ann, step.id, outcome) for outcome in outcomes),
        (sue, "nonsense", outcomes[0]),
        (sue, step.id, "nonsense"),
    ]:
        answer = await who.do(f"/desk/t/{TALK}/case", case="C-gift", step=at, outcome=outcome, enter="不行")
        assert answer.status_code == 200
        assert await house.store.case("C-gift") == case
    assert await house.store.promises(conversation_id=TALK) == promised
    assert step.outcomes[0].label.zh in (await sue.get(f"/desk/t/{TALK}")).text
    await sue.do(f"/desk/t/{TALK}/case", case="C-gift", step=step.id, outcome=outcomes[0], enter="可以")
    decided = await house.store.case("C-gift")
    assert decided is not None and decided != case


async def test_a_picture_is_shown_with_its_own_conversation_only(house: DeskHouse) -> None:
    await story(house)
    await house.shopper("转人工", OTHER_TALK)
    keeper = PhotoFiles(house.uploads)
    drawn = io.BytesIO()
    Image.new("RGB", (20, 20), "teal").save(drawn, "PNG")
    photo = await keeper.keep(TALK.partition(":")[2], drawn.getvalue())
    await house.shopper("", kind="photo", media=(f"web:{photo}",))
    ann = await house.agent(ANN)
    page = await ann.get(f"/desk/t/{TALK}")
    assert f"/desk/t/{TALK}/photo/{photo}" in page.text
    own = await ann.get(f"/desk/t/{TALK}/photo/{photo}")
    assert own.status_code == 200 and own.headers["content-type"] == "image/jpeg"
    assert (await ann.get(f"/desk/t/{OTHER_TALK}/photo/{photo}")).status_code == 404
    for name in ("../../shop.db", "..%2F..%2Fshop.db", "x" * 32, photo.upper()):
        assert (await ann.get(f"/desk/t/{TALK}/photo/{name}")).status_code == 404
    stranger = await house.browser(ANN)
    assert (await stranger.get(f"/desk/t/{TALK}/photo/{photo}")).status_code == 303


@pytest.mark.parametrize("talk", ["web:nobody", "telegram:1", "nonsense", "web:", "%00", "web:%F0%9F%92%A9", "x" * 400])
async def test_a_conversation_that_does_not_exist_is_answered_like_a_foreign_one(house: DeskHouse, talk: str) -> None:
    max_, printing = await house.agent(MAX), await house.agent(BEHIND_THE_COUNTER[0])
    await story(house)
    missing, foreign = await max_.get(f"/desk/t/{talk}"), await printing.get(f"/desk/t/{TALK}")
    assert missing.status_code == foreign.status_code == 404
    for act in ("take", "say", "back", "later", "again"):
        assert (await max_.do(f"/desk/t/{talk}/{act}", text="x", mode="say")).status_code == 404
    loaded = await house.store.load(talk, "web")
    assert loaded.version == 0, "nothing was made by asking for it"


async def test_what_she_wrote_herself_is_hidden_where_it_holds_her_address(house: DeskHouse) -> None:
    await story(house)
    said = [e for e in await house.store.events(TALK) if isinstance(e, ShopperSpoke)]
    assert any("欧阳锋" in e.text for e in said)
    ben = await house.agent(BEN)
    page = (await ben.get(f"/desk/t/{TALK}")).text
    assert "欧阳锋" not in page and "接待后可见" in page
