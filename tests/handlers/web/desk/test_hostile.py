"""Hostile names, words, file names and goods on every page of the desk: they stand there as text, and do nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest

from bot.core import events as e
from bot.core.cases import Case
from bot.core.catalogue import Text
from bot.core.conversation import fold
from bot.core.messages import Attachment, Reply
from bot.core.orders import Flag, Note, OrderLine
from bot.core.people import Staff
from bot.core.ports import Turn
from tests.handlers.web.desk.desk_house import TALK, Agent, DeskHouse
from tests.service.people import MAX

CORPUS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onfocus=alert(1) autofocus x='",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<div hx-get=/desk/logout hx-trigger=load>",
    "<form action=//evil.example><input name=csrf>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "{{ 7*7 }}{% for x in y %}",
    "${alert(1)}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\u202e<script>\u2066alert(1)",
    "a\x00b<script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
)
#: What our own pages are made of; nothing else may appear.
TAGS = frozenset(
    re.findall(
        r"\w+",
        """
        html head meta title link script body a nav span button form input img svg path rect circle p dialog h1 h2 dl
        div dt dd kbd section main header time strong b i ol ul li article code aside small details summary label select
        option textarea blockquote br
        """,
    )
)
SCRIPTS = ("/desk/htmx.js?v=", "/desk/desk.js?v=", "/desk/quick/desk_quick.js?v=")
#: Values of ours that htmx acts on.
OURS = ("hx-get", "hx-post", "hx-target", "hx-swap", "hx-trigger", "hx-push-url", "hx-morph-skip", "hx-confirm")


@dataclass
class Reading(HTMLParser):
    """Everything on a page that could act."""

    faults: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        if tag == "script" and not at.get("src", "").startswith(SCRIPTS):
            self.faults.append(f"script {at}")
        for name, value in at.items():
            if (
                name.startswith("on")
                or name in ("style", "srcdoc", "http-equiv")
                or (name.startswith("hx-") and name not in OURS)
            ):
                self.faults.append(f"<{tag} {name}>")
            if name in ("href", "src", "action", "hx-get", "hx-post") and not value.startswith(("/desk", "#", "/")):
                self.faults.append(f"<{tag} {name}={value}>")
            if name in ("href", "src", "action", "hx-get", "hx-post") and value.startswith("//"):
                self.faults.append(f"<{tag} {name}={value}>")
            if name in ("hx-get", "hx-post") and not value.startswith("/desk/t/"):
                self.faults.append(f"<{tag} {name}={value}>")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_decl(self, decl: str) -> None:
        if decl != "doctype html":
            self.faults.append(decl)


def read(html: str) -> Reading:
    reading = Reading()
    reading.feed(html)
    reading.close()
    return reading


async def hostile(house: DeskHouse, words: str, talk: str = TALK) -> None:
    """``words`` wherever somebody outside, or a file, may put some."""
    order_no, case_id = await house.order(talk), f"C-h{talk[-4:]}"
    await house.store.put_staff(Staff("EVIL", words[:40], ("agent",)))
    loaded = await house.store.load(talk, "web")
    now = house.clock.now()
    events = (
        e.ShopperSpoke("h1", "text", words, "zh", now.isoformat(), name=words),
        e.BotSpoke(words, words, (words,)),
        e.TopicAnswered(words),
        e.BotSpoke("x", "y", (words,)),
        e.ShopperSpoke("h2", "photo", words, "zh", now.isoformat(), (f"web:{words}",), words),
        e.ShopperSpoke("h3", words[:20], "", "zh", now.isoformat(), (f"web:{words}", words), words),
        e.HandedOver(case_id, words, words, now.isoformat()),
        e.TakenOver("EVIL", now.isoformat()),
        e.StaffSpoke("EVIL", words, now.isoformat(), f"desk:{words}", (words,)),
        e.StaffNoted("EVIL", words, now.isoformat()),
        e.CaseMoved(case_id, f"transferred:{words}", "EVIL"),
        e.CaseMoved(case_id, f"{words}:{words}", "EVIL"),
        e.SatisfactionExplained(case_id, words),
        e.AddressGiven(words, words, words, words, words),
    )
    case = Case(
        case_id, talk, words, "agent", now, words, facts=((words, words), ("goods", words), ("budget_fen", words)),
        basket=(words,), promised=(words,), order_nos=(order_no,), step=words, assigned="EVIL", playbook="gift",
    )  # fmt: skip
    order = loaded.orders[-1]
    line = replace(order.lines[0], name=Text(words, words), color=Text(words, words), size=words, sku=words)
    address = replace(order.address, detail=words, name=words, phone=words, region=words, province=words)
    other = OrderLine(words, words, Text(words, words), Text(), words, 1, 1)
    order = replace(
        order, lines=(line, other), gifts=(Text(words, words),),
        address=address, tracking_no=words, notes=(Note(words, "EVIL", now, Flag.RED, words),), flag=Flag.RED,
    )  # fmt: skip
    reply = Reply(words, by="EVIL", ref=f"desk:{words}", media=(Attachment("photo", words),))
    await house.store.commit(
        Turn(
            None,
            loaded.version,
            fold(loaded.conversation, events),
            events,
            (reply,),
            now,
            orders=(order,),
            cases=(case,),
        )
    )


async def pages(house: DeskHouse, agent: Agent, words: str) -> dict[str, str]:
    found = {}
    for path in (
        "/desk?view=all",
        "/desk?view=inbox",
        f"/desk/t/{TALK}",
        f"/desk/t/{TALK}/suggestions",
        "/desk?view=closed",
    ):
        for accept in ("zh", "en"):
            answer = await agent.http.get(path, headers={"Accept-Language": accept})
            assert answer.status_code == 200, path
            found[f"{path} {accept}"] = answer.text
    found["piece"] = (await agent.get(f"/desk/t/{TALK}", piece=True)).text
    found["queue"] = (await agent.get(f"/desk/queue?view=all&t={TALK}", piece=True)).text
    found["address"] = (await agent.http.get(f"/desk/t/{TALK}", params={"view": words, "lines": words})).text
    found["missing"] = (await agent.http.get("/desk/t/web:none", params={"view": words})).text
    found["warned"] = (await agent.say(f"{words} 不是我们的问题")).text
    found["note"] = (await agent.do(f"/desk/t/{TALK}/order", order=words, text=words, flag=words)).text
    found["case"] = (
        await agent.do(f"/desk/t/{TALK}/case", case="C-hAAAA", step=words, outcome=words, enter=words)
    ).text
    found["door"] = (await (await house.browser(MAX)).http.get("/desk/login", params={"next": words})).text
    return found


@pytest.mark.parametrize("words", CORPUS, ids=range(len(CORPUS)))
async def test_hostile_words_stand_on_every_page_as_text(house: DeskHouse, words: str) -> None:
    await hostile(house, words)
    agent = await house.agent(MAX)
    found = await pages(house, agent, words)
    readings = {name: read(html) for name, html in found.items()}
    assert {name: reading.faults for name, reading in readings.items() if reading.faults} == {}
    shown = " ".join(readings[f"/desk/t/{TALK} zh"].text.split())
    plain = " ".join(words.replace("\x00", "").split())
    assert plain in shown.replace("\x00", "").replace("\ufffd", ""), "it is shown, not swallowed"


@pytest.mark.parametrize("words", [words for words in CORPUS if words.startswith("<")])
def test_what_is_not_escaped_would_be_noticed(words: str) -> None:
    assert read(f"<p>{words}</p>").faults
