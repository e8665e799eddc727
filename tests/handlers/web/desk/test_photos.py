"""Pictures at the desk: put into an answer, seen in the conversation, shown with the matter they prove."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from PIL import Image

from bot.core.cases import Case
from bot.core.errors import Rejected
from bot.core.events import StaffSpoke
from bot.core.messages import Attachment, Incoming, Kind
from bot.core.photos import MOST_PHOTOS, owner_of, photo_id_of
from bot.core.ports import Turn
from tests.demo import demo_shop
from tests.handlers.web.desk.desk_house import OTHER_TALK, TALK, Agent, DeskHouse, desk_house
from tests.service.people import ANN, BEN

TELEGRAM = "telegram:77"
GONE = "照片已过保存期"


def picture(color: str = "teal", kind: str = "PNG") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(held, kind)
    return held.getvalue()


async def upload(agent: Agent, content: bytes, talk: str = TALK, csrf: str | None = None) -> httpx.Response:
    headers = {"X-CSRF": agent.csrf if csrf is None else csrf, "HX-Request": "true"}
    return await agent.http.post(f"/desk/t/{talk}/photo", content=content, headers=headers)


async def sent(house: DeskHouse, talk: str = TALK) -> list[tuple[str, tuple[Attachment, ...]]]:
    return [(row.reply.text, row.reply.media) for row, _ in await house.store.outbox(talk) if row.reply.media]


class Telegram:
    def __init__(self, **files: bytes) -> None:
        self.files = files
        self.fetched: list[str] = []

    async def fetch(self, handle: str) -> bytes:
        self.fetched.append(handle)
        if handle not in self.files:
            raise Rejected("unknown")
        return self.files[handle]


async def test_a_photo_goes_out_with_the_words(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    made = (await upload(ann, picture())).json()
    assert made["url"] == f"/desk/t/{TALK}/photo/{made['photo']}"
    shown = await ann.get(made["url"])
    assert shown.headers["content-type"] == "image/jpeg" and shown.content[:2] == b"\xff\xd8"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert await sent(house) == []
    await ann.say("这款是实拍", photos=made["photo"])
    assert await sent(house) == [("这款是实拍", (Attachment("photo", f"web:{made['photo']}"),))]
    (spoke,) = [x for x in await house.store.events(TALK) if isinstance(x, StaffSpoke)]
    assert spoke.kinds == ("photo",)
    assert f'<img src="{made["url"]}"' in (await ann.get(f"/desk/t/{TALK}")).text


async def test_photos_may_go_without_words_and_each_once(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    names = [(await upload(ann, picture(color))).json()["photo"] for color in ("red", "blue")]
    await ann.say("", photos=" ".join((*names, names[0])))
    assert await sent(house) == [("", tuple(Attachment("photo", f"web:{name}") for name in names))]


async def test_what_is_wrong_with_a_picture_is_said(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    for content, status, words in (
        (b"<svg onload=alert(1)>", 415, "JPEG"),
        (b"", 415, "JPEG"),
        (picture()[:60], 415, "JPEG"),
    ):
        answer = await upload(ann, content)
        assert answer.status_code == status and words in answer.json()["error"]
    assert list(house.uploads.rglob("*.jpg")) == []


async def test_a_picture_may_be_as_large_as_the_shop_takes(tmp_path: Path) -> None:
    async with desk_house(tmp_path, {"web": {"max_photo_bytes": 20_000}}) as house:
        await house.shopper("转人工")
        ann = await house.agent(ANN)
        padded = picture().ljust(20_000, b"\0")
        assert (await upload(ann, padded)).status_code == 200
        large = await upload(ann, padded + b"\0")
        assert large.status_code == 413 and "0.02 MB" in large.json()["error"]
        assert "最大 0.02 MB" in (await ann.get(f"/desk/t/{TALK}")).text


async def test_only_pictures_of_this_very_conversation_are_sent(house: DeskHouse) -> None:
    await house.shopper("转人工")
    await house.shopper("转人工", OTHER_TALK)
    ann = await house.agent(ANN)
    other = (await upload(ann, picture(), OTHER_TALK)).json()["photo"]
    for name in (other, "a" * 32, "../../shop.db", "<script>"):
        answer = await ann.say("看图", photos=name)
        assert "请重新添加" in answer.text and "看图" in answer.text
        assert name not in answer.text
    assert await sent(house) == []


async def test_a_note_takes_no_photo_and_an_answer_not_too_many(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    colors = [f"#{n:02x}0000" for n in range(0, 250, 20)][: MOST_PHOTOS + 1]
    names = [(await upload(ann, picture(color))).json()["photo"] for color in colors]
    assert len(set(names)) == MOST_PHOTOS + 1
    noted = await ann.say("记一下", mode="note", photos=names[0])
    assert "备注里不能放照片" in noted.text and f'data-photo="{names[0]}"' in noted.text
    many = await ann.say("看图", photos=" ".join(names))
    assert f"一次最多 {MOST_PHOTOS} 张" in many.text
    assert await sent(house) == []


async def test_a_photo_stays_in_the_box_while_its_words_are_warned_of(house: DeskHouse) -> None:
    await house.order()
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    name = (await upload(ann, picture())).json()["photo"]
    asked = await ann.say("给您打九折吧", photos=name)
    assert 'value="approval"' in asked.text
    assert f'name="photos" value="{name}"' in asked.text and f'data-photo="{name}"' in asked.text
    await ann.say("给您打九折吧", photos=name, as_="approval")
    assert await sent(house) == []
    (case,) = [case for case in await house.store.cases(TALK) if case.playbook == "approval"]
    assert f"photo=web:{name}" in dict(case.facts).values()


async def test_strangers_forged_forms_and_other_roles_keep_nothing(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    printing = await house.agent(replace(ANN, staff_id="X-printing", roles=("printing",)))
    stranger = await house.browser(ANN)
    assert (await upload(stranger, picture())).status_code == 401
    assert (await upload(ann, picture(), csrf="")).status_code == 403
    assert (await upload(ann, picture(), csrf="0" * 32)).status_code == 403
    assert (await upload(printing, picture())).status_code == 404
    assert (await upload(ann, picture(), "web:nobody")).status_code == 404
    assert list(house.uploads.rglob("*.jpg")) == []


async def test_a_photo_from_telegram_is_fetched_when_somebody_looks_and_once(house: DeskHouse) -> None:
    telegram = house.sources["telegram"] = Telegram(AgAC=picture())
    await telegram_shopper(house, "photo", "AgAC")
    await telegram_shopper(house, "voice", "BQAC")
    ann, ben = await house.agent(ANN), await house.agent(BEN)
    page, name = (await ann.get(f"/desk/t/{TELEGRAM}")).text, photo_id_of("telegram:AgAC")
    url = f"/desk/t/{TELEGRAM}/photo/{name}"
    assert url in page and "AgAC" not in page and page.count("/photo/") == 2, "its link and its picture"
    assert telegram.fetched == []
    for who in (ann, ben):
        assert (await who.get(url)).headers["content-type"] == "image/jpeg"
    assert telegram.fetched == ["AgAC"]
    await house.shopper("转人工")
    assert (await ann.get(f"/desk/t/{TALK}/photo/{name}")).status_code == 404
    assert (await (await house.browser(ANN)).get(url)).status_code == 303


async def test_a_photo_for_a_shopper_on_telegram_lies_in_her_folder(house: DeskHouse) -> None:
    await telegram_shopper(house, "text", "")
    ann = await house.agent(ANN)
    name = (await upload(ann, picture(), TELEGRAM)).json()["photo"]
    await ann.say("实拍", TELEGRAM, photos=name)
    assert await sent(house, TELEGRAM) == [("实拍", (Attachment("photo", f"web:{name}"),))]
    assert (house.uploads / owner_of(TELEGRAM) / f"{name}.jpg").is_file()


async def test_past_its_time_the_conversation_says_so(house: DeskHouse) -> None:
    telegram = house.sources["telegram"] = Telegram(AgAC=picture())
    await telegram_shopper(house, "photo", "AgAC")
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    name = (await upload(ann, picture())).json()["photo"]
    await ann.say("看图", photos=name)
    assert GONE not in (await ann.get(f"/desk/t/{TALK}")).text
    (house.uploads / owner_of(TALK) / f"{name}.jpg").unlink()
    page = (await ann.get(f"/desk/t/{TALK}")).text
    assert GONE in page and name not in page
    house.clock.advance(timedelta(days=181).total_seconds())
    again = await house.browser(ANN)
    await again.log_in()
    page = (await again.get(f"/desk/t/{TELEGRAM}")).text
    assert GONE in page and "/photo/" not in page.replace(f'{TELEGRAM}/photo"', "")
    assert telegram.fetched == []


@pytest.mark.parametrize("talk", [TALK, TELEGRAM])
async def test_evidence_is_shown_with_its_matter(house: DeskHouse, talk: str) -> None:
    house.sources["telegram"] = Telegram(AgAC=picture())
    ann = await house.agent(ANN)
    if talk == TALK:
        await house.shopper("转人工")
        handle = f"web:{(await upload(ann, picture())).json()['photo']}"
        await house.shopper("", kind="photo", media=(handle,))
    else:
        handle = "AgAC"
        await telegram_shopper(house, "photo", handle)
    book = next(book for book in demo_shop().playbooks if book.id == "damaged")
    fact = next(fact for fact in book.facts if fact.kind == "photo")
    loaded = await house.store.load(talk, talk.partition(":")[0])
    case = Case("C-1", talk, "damaged", "after_sales", house.clock.now(), "收到就破了", playbook="damaged")
    case = replace(case, step=book.steps[0].id, facts=((fact.id, handle),))
    turn = Turn(None, loaded.version, loaded.conversation, (), (), house.clock.now(), cases=(case,))
    await house.store.commit(turn)
    page = (await ann.get(f"/desk/t/{talk}")).text
    matter = page[page.index('id="case-C-1"') :]
    name = photo_id_of(handle if ":" in handle else f"telegram:{handle}")
    url = f"/desk/t/{talk}/photo/{name}"
    assert f'<a href="{url}"' in matter and f'<img src="{url}"' in matter
    assert (await ann.get(url)).status_code == 200


async def telegram_shopper(house: DeskHouse, kind: str, handle: str) -> None:
    kinds: dict[str, Kind] = {"photo": "photo", "voice": "voice", "text": "text"}
    said = Incoming(
        "telegram", TELEGRAM, f"{kind}-{handle}", house.clock.now(), kinds[kind], media=(handle,) * bool(handle)
    )
    await house.converse(replace(said, text="转人工" if kind == "text" else ""), None)
