"""A new visitor, older lines and pictures over HTTP."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.core.events import StaffSpoke
from bot.core.messages import Attachment, Reply
from bot.settings import WebSettings
from tests.handlers.web.chat_server import CLOCK, serving
from tests.waiting import until


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", size, "teal").save(held, kind)
    return held.getvalue()


async def test_every_visitor_is_another_one(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        made = [await shop.visitor() for _ in range(3)]
        assert len({visitor for visitor, _ in made}) == 3
        assert all(len(visitor) == 22 for visitor, _ in made)


async def test_new_visitors_from_one_address_are_bounded(tmp_path: Path) -> None:
    async with serving(tmp_path, WebSettings(sessions_per_minute_per_address=2)) as shop:
        answers = [await shop.http.post("/chat/session") for _ in range(3)]
        assert [a.status_code for a in answers] == [200, 200, 429]
        assert 1 <= int(answers[2].headers["retry-after"]) <= 31


async def test_only_named_sites_may_open_a_chat(tmp_path: Path) -> None:
    async with serving(tmp_path, WebSettings(allowed_origins=("https://shop.example.com",))) as shop:
        ours = await shop.http.post("/chat/session", headers={"Origin": "https://shop.example.com"})
        assert ours.status_code == 200
        assert ours.headers["access-control-allow-origin"] == "https://shop.example.com"
        other = await shop.http.post("/chat/session", headers={"Origin": "https://evil.example.com"})
        assert other.status_code == 403 and "access-control-allow-origin" not in other.headers
        assert "token" not in other.text


async def test_a_browser_is_told_beforehand_what_it_may_send(tmp_path: Path) -> None:
    async with serving(tmp_path, WebSettings(allowed_origins=("https://shop.example.com",))) as shop:
        for path in ("/chat/session", "/chat/history", "/chat/photo", "/chat/photo/" + "a" * 32):
            ours = await shop.http.options(path, headers={"Origin": "https://shop.example.com"})
            assert "Authorization" in ours.headers["access-control-allow-headers"]
            other = await shop.http.options(path, headers={"Origin": "https://evil.example.com"})
            assert "access-control-allow-origin" not in other.headers


async def test_older_lines_come_in_pieces_without_a_gap(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        visitor, token = await shop.visitor()
        async with shop.page(token) as page:
            await page.until("ready")
            await shop.tell(visitor, *(Reply(f"n{n}") for n in range(70)))
            await page.told("n69")
        await until(lambda: _quiet(shop, visitor))
        async with shop.page(token) as again:
            ready = await again.until("ready")
        found, before = ready["lines"], ready["before"]
        while before:
            answer = await shop.http.get("/chat/history", params={"before": before}, headers=bearer(token))
            piece = answer.json()
            assert len(piece["lines"]) <= 30
            found, before = piece["lines"] + found, piece["before"]
        assert [line["text"] for line in found] == [f"n{n}" for n in range(70)]


async def _quiet(shop: object, visitor: str) -> bool:
    return set(await shop.states(visitor)) == {"sent"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("before", ["", "x", "1", "1.", "-1.2", "1.2.3", "9" * 30 + ".1"])
async def test_a_cursor_that_is_none_is_refused(tmp_path: Path, before: str) -> None:
    async with serving(tmp_path) as shop:
        _, token = await shop.visitor()
        answer = await shop.http.get("/chat/history", params={"before": before}, headers=bearer(token))
        assert answer.status_code == 422


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}])
async def test_without_a_token_nothing_is_told(tmp_path: Path, headers: dict[str, str]) -> None:
    async with serving(tmp_path) as shop:
        asked = [
            await shop.http.get("/chat/history", params={"before": "1.1"}, headers=headers),
            await shop.http.post("/chat/photo", content=picture(), headers=headers),
            await shop.http.get("/chat/photo/" + "a" * 32, headers=headers),
        ]
        assert [a.status_code for a in asked] == [401, 401, 401]
        assert not (tmp_path / "uploads").exists()


async def test_a_token_in_the_hands_of_another_site_does_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        _, token = await shop.visitor()
        headers = bearer(token) | {"Origin": "https://evil.example.com"}
        answer = await shop.http.post("/chat/photo", content=picture(), headers=headers)
        assert answer.status_code == 401
        assert not (tmp_path / "uploads").exists()


# --- pictures ---


async def test_a_picture_is_hers_alone_and_reaches_the_dialogue(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        _, annas = await shop.visitor()
        _, bens = await shop.visitor()
        kept = await shop.http.post("/chat/photo", content=picture("PNG"), headers=bearer(annas))
        upload = kept.json()["upload"]
        async with shop.page(annas) as page:
            await page.send(t="photo", id="client-0001", upload=upload, text="有这种吗")
            await page.told("photo||有这种吗")
        assert shop.parrot.heard[0].media == (f"web:{upload}",)
        shown = await shop.http.get(f"/chat/photo/{upload}", headers=bearer(annas))
        assert shown.headers["content-type"] == "image/jpeg" and "private" in shown.headers["cache-control"]
        assert Image.open(io.BytesIO(shown.content)).size == (60, 40)
        assert (await shop.http.get(f"/chat/photo/{upload}", headers=bearer(bens))).status_code == 404
        async with shop.page(bens) as his:
            await his.send(t="photo", id="client-0001", upload=upload)
            assert (await his.until("refused"))["why"] == "no_photo"
        async with shop.page(annas) as again:
            line = (await again.until("ready"))["lines"][0]
            assert (line["kind"], line["upload"], line["text"]) == ("photo", upload, "有这种吗")


async def test_what_is_no_picture_or_too_large_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, WebSettings(max_photo_bytes=10_000, photos_per_minute=100)) as shop:
        _, token = await shop.visitor()
        for content, status in (
            (b"<svg onload=alert(1)>", 415),
            (b"", 415),
            (picture("GIF"), 415),
            (picture()[:200], 415),
            (b"\xff" * 10_001, 413),
        ):
            answer = await shop.http.post("/chat/photo", content=content, headers=bearer(token))
            assert answer.status_code == status
            assert answer.json()["error"]


async def test_pictures_of_one_visitor_are_bounded(tmp_path: Path) -> None:
    async with serving(tmp_path, WebSettings(photos_per_minute=2)) as shop:
        _, token = await shop.visitor()
        answers = [await shop.http.post("/chat/photo", content=picture(), headers=bearer(token)) for _ in range(3)]
        assert [a.status_code for a in answers] == [200, 200, 429]


async def test_pictures_of_one_address_are_bounded_whoever_sends_them(tmp_path: Path) -> None:
    async with serving(tmp_path, WebSettings(photos_per_minute=1)) as shop:
        tokens = [(await shop.visitor())[1] for _ in range(11)]
        answers = [await shop.http.post("/chat/photo", content=picture(), headers=bearer(t)) for t in tokens]
        assert [a.status_code for a in answers] == [200] * 10 + [429]


class Group:
    """Where photos of the staff's group lie."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    async def fetch(self, handle: str) -> bytes:
        self.fetched.append(handle)
        return picture()


async def test_a_photo_from_the_staffs_group_is_fetched_for_her_alone(tmp_path: Path) -> None:
    group, handle = Group(), "telegram:AgAC-1"
    async with serving(tmp_path, sources={"telegram": group}) as shop:
        (anna, anna_token), (_, ben_token) = await shop.visitor(), await shop.visitor()
        spoke = StaffSpoke("07", "这款", CLOCK.now().isoformat(), "telegram:-1:5", (handle,), ("photo",))
        async with shop.page(anna_token) as page:
            await shop.tell(anna, Reply("这款", by="07", media=(Attachment("photo", handle),)), events=(spoke,))
            line = await page.told("这款")
        address = f"/chat/photo/{line['pictures'][0]}"
        assert "AgAC" not in str(line)
        assert (await shop.http.get(address)).status_code == 401
        assert (await shop.http.get(address, headers=bearer(ben_token))).status_code == 404
        assert (await shop.http.get("/chat/photo/" + "a" * 32, headers=bearer(anna_token))).status_code == 404
        assert group.fetched == []
        for _ in range(2):
            got = await shop.http.get(address, headers=bearer(anna_token))
            assert got.status_code == 200 and got.headers["content-type"] == "image/jpeg"
        assert group.fetched == ["AgAC-1"]


async def test_looking_for_pictures_that_are_not_there_is_bounded(tmp_path: Path) -> None:
    async with serving(tmp_path, sources={"telegram": Group()}) as shop:
        _, token = await shop.visitor()
        states = [(await shop.http.get(f"/chat/photo/{n:032x}", headers=bearer(token))).status_code for n in range(70)]
        assert states[0] == 404 and states[-1] == 429
