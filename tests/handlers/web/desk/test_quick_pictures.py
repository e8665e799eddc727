"""Pictures of quick replies: brought, kept with them, put into an answer, deleted with them; nobody else's."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from bot.adapters.photo_files import PhotoFiles
from bot.core.people import Staff
from bot.core.quick_replies import SHARED, owned_by
from bot.core.staff_rights import TALKING
from tests.handlers.web.desk.desk_house import OTHERS, TALK, Agent, DeskHouse
from tests.service.people import ANN, BEN, SUE


def drawn(color: str = "teal") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(made, "PNG")
    return made.getvalue()


async def bring(agent: Agent, content: bytes) -> tuple[int, str]:
    answer = await agent.http.post("/desk/quick/photo", content=content, headers={"X-CSRF": agent.csrf})
    made = answer.json() if answer.status_code != 413 else {}
    return answer.status_code, made.get("photo", "")


async def kept_with(agent: Agent, *photos: str, short: str = "尺码", owner: str = "own", **more: str) -> int:
    form = {"short": short, "words": "您看这张尺码表", "owner": owner, "photos": " ".join(photos)} | more
    return (await agent.do("/desk/quick/save", **form)).status_code


def files(house: DeskHouse) -> list[str]:
    return sorted(path.stem for path in (house.uploads.parent / "quick").glob("*/*.jpg"))


async def test_they_stand_in_the_answer_and_reach_the_shopper_and_go_with_the_reply(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    photos = [(await bring(ann, drawn(color)))[1] for color in ("teal", "red")]
    assert (await ann.get(f"/desk/quick/photo/{photos[0]}")).headers["content-type"] == "image/jpeg"
    assert await kept_with(ann, *photos) == 303
    assert files(house) == sorted(photos), "those she brought are kept once"
    (offered,) = (await ann.get(f"/desk/quick/find?t={TALK}&q=尺")).json()
    assert [url.rpartition("/")[2] for url in offered["photos"]] == photos
    used = (await ann.do("/desk/quick/use", quick=str(offered["id"]), t=TALK)).json()["photos"]
    said = await ann.say(offered["words"], photos=" ".join(one["photo"] for one in used), nonce="0123456789abcdef")
    assert said.headers["hx-trigger"] == "desk:changed"
    row, _ = (await house.store.outbox(TALK))[-1]
    assert row.reply.text == "您看这张尺码表" and len(row.reply.media) == 2
    assert (await ann.get(used[0]["url"])).status_code == 200
    assert (await ann.do("/desk/quick/drop", id=str(offered["id"]))).status_code == 303
    assert files(house) == []
    assert (await ann.get(used[0]["url"])).status_code == 200, "what she was sent stays with the conversation"


async def test_what_is_forgotten_by_age_is_never_one_of_them(house: DeskHouse) -> None:
    ann = await house.agent(ANN)
    _, photo = await bring(ann, drawn())
    await kept_with(ann, photo)
    await PhotoFiles(house.uploads).forget(house.clock.now() + timedelta(days=4000))
    assert files(house) == [photo]


async def test_a_picture_that_another_reply_has_stays(house: DeskHouse) -> None:
    ann = await house.agent(ANN)
    for short in ("一", "二"):
        _, photo = await bring(ann, drawn())
        assert await kept_with(ann, photo, short=short) == 303
    one, two = await house.store.quick_replies([owned_by(ANN)])
    await ann.do("/desk/quick/drop", id=str(one.quick_id))
    assert files(house) == [photo]
    assert await kept_with(ann, short="二", id=str(two.quick_id)) == 303
    assert files(house) == [], "taken out of the reply it is deleted too"


async def test_three_at_most_and_only_pictures(house: DeskHouse) -> None:
    ann = await house.agent(ANN)
    assert (await bring(ann, b"no picture"))[0] == 415
    assert (await bring(ann, b"x" * 9_000_000))[0] == 413
    photos = [(await bring(ann, drawn(color)))[1] for color in ("teal", "red", "blue", "green")]
    assert await kept_with(ann, *photos) == 422 and await kept_with(ann, *photos[:3]) == 303
    assert await kept_with(ann, "0" * 32, short="没有") == 422
    assert await kept_with(ann, "../../shop", short="没有") == 422
    assert len(await house.store.quick_replies([owned_by(ANN)])) == 1
    for _ in range(30):
        await bring(ann, drawn())
    assert len(files(house)) < 20, "what is brought and never saved is bounded"


@pytest.mark.parametrize("staff", [BEN, SUE], ids=lambda p: p.staff_id)
async def test_a_picture_of_ones_own_is_shown_to_nobody_else_and_taken_by_nobody(
    house: DeskHouse, staff: Staff
) -> None:
    await house.shopper("在吗")
    ann, other = await house.agent(ANN), await house.agent(staff)
    _, photo = await bring(ann, drawn())
    assert (await other.get(f"/desk/quick/photo/{photo}")).status_code == 404
    assert await kept_with(ann, photo) == 303
    assert (await other.get(f"/desk/quick/photo/{photo}")).status_code == 404
    assert await kept_with(other, photo) == 422
    (own,) = await house.store.quick_replies([owned_by(ANN)])
    assert (await other.do("/desk/quick/use", quick=str(own.quick_id), t=TALK)).status_code == 404
    assert (await ann.do("/desk/quick/use", quick=str(own.quick_id), t="web:nobody")).status_code == 404


@pytest.mark.parametrize("staff", [p for p in OTHERS if TALKING.isdisjoint(p.roles)], ids=lambda p: p.roles[0])
async def test_who_writes_to_nobody_brings_and_sees_none(house: DeskHouse, staff: Staff) -> None:
    sue, other = await house.agent(SUE), await house.agent(staff)
    _, photo = await bring(sue, drawn())
    assert await kept_with(sue, photo, owner=SHARED) == 303
    assert (await other.get(f"/desk/quick/photo/{photo}")).status_code == 404
    assert (await bring(other, drawn("red")))[0] == 404
    assert files(house) == [photo]


async def test_without_the_forms_token_nothing_is_taken(house: DeskHouse) -> None:
    ann = await house.agent(ANN)
    assert (await ann.http.post("/desk/quick/photo", content=drawn())).status_code == 403
