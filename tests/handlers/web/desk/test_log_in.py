"""Coming in at the desk: cookies, tokens, locks, and who is out again."""

from __future__ import annotations

from dataclasses import replace
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import httpx
import pytest

from bot.app.desk import first_login
from bot.core.people import Staff
from bot.settings import load_secrets
from tests.handlers.web.desk.desk_house import PASSWORD, TALK, DeskHouse, Form, desk_house
from tests.service.people import ANN, BEN


def cookie(answer: httpx.Response, name: str) -> Morsel[str]:
    jar: SimpleCookie = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        jar.load(header)
    return jar[name]


async def test_who_is_not_logged_in_is_shown_the_door(house: DeskHouse) -> None:
    stranger = await house.browser(ANN)
    page = await stranger.get(f"/desk/t/{TALK}?view=all")
    assert page.status_code == 303
    assert page.headers["location"] == f"/desk/login?next=/desk/t/{TALK.replace(':', '%3A')}%3Fview%3Dall"
    piece = await stranger.get("/desk/queue", piece=True)
    assert piece.status_code == 401 and piece.headers["hx-redirect"] == "/desk/login" and not piece.content


async def test_the_cookie_is_for_this_site_and_no_script(house: DeskHouse) -> None:
    await house.desk.log_in.set_password(ANN.staff_id, PASSWORD)
    agent = await house.browser(ANN)
    answer = await agent.log_in()
    held = cookie(answer, "xiaoer_desk")
    assert answer.headers["location"] == "/desk"
    assert held["httponly"] and held["samesite"] == "strict" and held["path"] == "/" and not held["domain"]
    assert not held["secure"]


async def test_behind_https_the_cookie_is_a_host_cookie(tmp_path: Path) -> None:
    async with desk_house(tmp_path, {"server": {"base_url": "https://shop.example.com"}}) as house:
        await house.desk.log_in.set_password(ANN.staff_id, PASSWORD)
        agent = await house.browser(ANN, "203.0.113.9", "https://shop.example.com")
        answer = await agent.log_in()
        held = cookie(answer, "__Host-xiaoer_desk")
        assert answer.status_code == 303
        assert held["secure"] and held["httponly"] and held["samesite"] == "strict" and held["path"] == "/"
        assert not held["domain"]


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("192.168.1.7", "http://192.168.1.2:8080"),
        ("127.0.0.1", "http://evil.example:8080"),
        ("192.168.1.7", "http://localhost"),
    ],
)
async def test_other_machines_do_not_log_in_without_https(tmp_path: Path, address: str, base: str) -> None:
    async with desk_house(tmp_path) as house:
        agent = await house.browser(ANN, address, base)
        page = await agent.get("/desk/login")
        assert page.status_code == 403 and "https" in page.text and "<form" not in page.text
        assert (await agent.http.post("/desk/login", data={})).status_code == 403
        assert (await agent.get("/desk")).status_code == 403


async def test_a_shop_may_say_that_its_network_is_safe(tmp_path: Path) -> None:
    async with desk_house(tmp_path, {"desk": {"plain_http": True}}) as house:
        await house.desk.log_in.set_password(ANN.staff_id, PASSWORD)
        agent = await house.browser(ANN, "192.168.1.7", "http://192.168.1.2:8080")
        assert (await agent.log_in()).status_code == 303


async def test_what_is_wrong_is_never_told_and_five_times_is_enough(house: DeskHouse) -> None:
    await house.desk.log_in.set_password(ANN.staff_id, PASSWORD)
    agent = await house.browser(ANN)
    wrong = [await agent.log_in("wrong") for _ in range(5)]
    locked = await agent.log_in()
    other = await house.browser(ANN, "127.0.0.2")
    unknown = await other.log_in("wrong", "nobody")
    assert {answer.status_code for answer in (*wrong, locked, unknown)} == {401}
    # The token of the form differs from visitor to visitor, and nothing else.
    same = {answer.text.replace(Form(answer.text).fields["csrf"], "") for answer in (*wrong, locked, unknown)}
    assert len(same) == 1
    house.clock.advance(15 * 60 + 1)
    assert (await agent.log_in()).status_code == 303


async def test_the_door_takes_its_own_forms_only(house: DeskHouse) -> None:
    await house.desk.log_in.set_password(ANN.staff_id, PASSWORD)
    agent = await house.browser(ANN)
    bare = {"login": "A01", "password": PASSWORD}
    assert (await agent.http.post("/desk/login", data=bare)).status_code == 403
    token = Form((await agent.get("/desk/login")).text).fields["csrf"]
    assert (await agent.http.post("/desk/login", data={**bare, "csrf": token[::-1]})).status_code == 403
    elsewhere = await agent.http.post(
        "/desk/login", data={**bare, "csrf": token}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert elsewhere.status_code == 403
    assert (await agent.http.post("/desk/login", data={**bare, "csrf": token})).status_code == 303


ACTS = ("take", "back", "close", "say", "order", "case", "pass", "writing")


@pytest.mark.parametrize("act", ACTS)
async def test_every_act_wants_the_token_of_this_very_session(house: DeskHouse, act: str) -> None:
    await house.shopper("转人工")
    before = await house.store.talk_mark(TALK)
    ann, ben = await house.agent(ANN), await house.agent(BEN)
    path = f"/desk/t/{TALK}/{act}"
    fields = {"text": "您好", "mode": "say"}
    for token in ("", "x", ben.csrf):
        answer = await ann.http.post(path, data={**fields, "csrf": token})
        assert answer.status_code == 403
    foreign = await ann.http.post(path, data={**fields, "csrf": ann.csrf}, headers={"Sec-Fetch-Site": "same-site"})
    assert foreign.status_code == 403
    assert await house.store.talk_mark(TALK) == before


async def test_logging_out_ends_the_session_everywhere(house: DeskHouse) -> None:
    ann = await house.agent(ANN)
    token = ann.http.cookies["xiaoer_desk"]
    assert (await ann.do("/desk/logout")).status_code == 303
    again = await house.browser(ANN)
    again.http.cookies.set("xiaoer_desk", token)
    assert (await again.get("/desk")).status_code == 303


async def test_who_is_disabled_is_out_at_her_next_click(house: DeskHouse) -> None:
    ann = await house.agent(ANN)
    assert (await ann.get("/desk")).status_code == 200
    await house.store.put_staff(replace(ANN, state="disabled"))
    assert (await ann.get("/desk")).status_code == 303
    assert (await ann.do(f"/desk/t/{TALK}/take")).status_code == 401


@pytest.mark.parametrize(
    "away", ["//evil.example", "/desk//evil.example", "https://evil.example", "/\\evil", "/desk/logout", "/orders"]
)
async def test_the_way_back_leads_to_the_desk_only(house: DeskHouse, away: str) -> None:
    await house.desk.log_in.set_password(ANN.staff_id, PASSWORD)
    agent = await house.browser(ANN)
    form = Form((await agent.get("/desk/login")).text).fields | {"login": "A01", "password": PASSWORD, "next": away}
    assert (await agent.http.post("/desk/login", data=form)).headers["location"] == "/desk"


async def test_the_page_is_read_in_the_language_of_the_browser_or_as_chosen(house: DeskHouse) -> None:
    ann = await house.agent(ANN)
    english = await ann.http.get("/desk", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert '<html lang="en">' in english.text and "Inbox" in english.text
    chosen = await ann.do("/desk/language", lang="zh", next="/desk?view=all")
    assert chosen.headers["location"] == "/desk?view=all"
    assert "待办" in (await ann.http.get("/desk", headers={"Accept-Language": "en"})).text


async def test_a_form_that_is_too_large_is_not_read(house: DeskHouse) -> None:
    ann = await house.agent(ANN)
    assert (await ann.say("x" * 70_000)).status_code == 413


async def test_every_page_forbids_what_is_not_ours(house: DeskHouse) -> None:
    ann = await house.agent(ANN)
    for path in ("/desk", "/desk/login", "/desk/queue", "/desk/t/web:none"):
        answer = await ann.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_first_start_shows_a_password_once_and_it_opens_the_desk(house: DeskHouse) -> None:
    said: list[str] = []
    await first_login(house.desk, load_secrets({}), said.append)
    await first_login(house.desk, load_secrets({}), said.append)
    (line,) = said
    password = line.split()[-1]
    admin = await house.browser(Staff("admin", "", ("manager",)))
    assert (await admin.log_in(password)).status_code == 303


async def test_a_first_password_of_the_environment_is_shown_nowhere(house: DeskHouse) -> None:
    said: list[str] = []
    secrets = load_secrets({"XIAOER_ADMIN_PASSWORD": "from the environment"})
    await first_login(house.desk, secrets, said.append)
    assert said == [] and "from the environment" not in repr(secrets)
    admin = await house.browser(Staff("admin", "", ("manager",)))
    assert (await admin.log_in("from the environment")).status_code == 303
