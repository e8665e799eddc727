"""The demo shop's pages: what they show, and that nothing in them is taken for markup."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.adapters.jinja_renderer import JinjaPages
from bot.core.catalogue import About, Shop, Text
from bot.core.messages import Language
from bot.core.pages import SHOP_PAGES
from handlers.web.app import build_web
from handlers.web.static_files import STATIC
from handlers.web.storefront import Storefront
from tests.demo import ROOT, demo_shop
from tests.fakes import FakeClock

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)>\"'</script><script>alert(2)</script>{{ 7*7 }}"


@asynccontextmanager
async def front(
    shop: Shop | None = None, held: Mapping[str, int] | None = None, templates: Path = ROOT / "templates"
) -> AsyncIterator[httpx.AsyncClient]:
    async def reserved(skus: Iterable[str]) -> Mapping[str, int]:
        return held or {}

    pages = JinjaPages(templates)
    made = Storefront(shop or demo_shop(), pages, ROOT / "knowledge", FakeClock(NOW), "zh", reserved)
    transport = httpx.ASGITransport(app=build_web([made.router()], lost=made.lost))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_home_page_shows_every_product_with_its_price_and_the_offers(language: Language) -> None:
    async with front() as client:
        page = (await client.get("/", params={"lang": language})).text
    for product in demo_shop().products:
        assert escape(product.name.get(language)) in page
        assert f"/p/{product.id}?lang={language}" in page
    for promotion, _ in demo_shop().running(NOW):
        assert escape(promotion.name.get(language)) in page
    assert "2025" not in page, "an offer that is over"


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_product_has_a_page_with_its_sizes_and_picture(language: Language) -> None:
    async with front() as client:
        for product in demo_shop().products:
            answer = await client.get(f"/p/{product.id}", params={"lang": language})
            assert answer.status_code == 200
            assert f'data-product="{product.id}"' in answer.text
            for size in product.sizes:
                assert f">{escape(size)}</th>" in answer.text
            (picture,) = set(re.findall(rf'src="(/photos/{product.id}[^"]*)"', answer.text)) or {""}
            assert (await client.get(picture)).headers["content-type"] == "image/png"


async def test_what_orders_hold_is_not_told_as_stock() -> None:
    product = demo_shop().product_by_id["sy-tee-ice"]
    held = {v.sku: v.stock for v in product.variants}
    async with front(held=held) as client:
        page = (await client.get(f"/p/{product.id}?lang=en")).text
        assert "Sold out" in page and "In stock" not in page and "Few left" not in page
        home = (await client.get("/?lang=en")).text
    async with front() as client:
        before = (await client.get("/?lang=en")).text
    assert home.count("flag gone") == before.count("flag gone") + 1


async def test_the_language_is_what_the_address_says_or_the_browser() -> None:
    async with front() as client:
        for accept, lang, expected in (
            ("en-GB,zh;q=0.5", None, "en"), ("fr, zh-TW;q=0.9, en;q=0.8", None, "zh-CN"), ("fr", None, "zh-CN"),
            ("en", "zh", "zh-CN"), ("zh", "en", "en"), ("zh", "xx", "zh-CN"),
        ):  # fmt: skip
            answer = await client.get("/", params={"lang": lang} if lang else {}, headers={"Accept-Language": accept})
            assert f'<html lang="{expected}">' in answer.text


async def test_an_unknown_product_is_a_page_that_leads_back() -> None:
    async with front() as client:
        answer = await client.get("/p/" + HOSTILE.replace("/", ""))
    assert answer.status_code == 404
    assert 'href="/?lang=zh"' in answer.text and "onerror" not in answer.text


async def test_who_looks_for_a_page_that_is_not_there_is_led_back_and_programs_are_told_as_ever() -> None:
    people = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "en"}
    async with front() as client:
        answer = await client.get("/goods/old?x=<script>alert(1)</script>", headers=people)
        assert answer.status_code == 404 and 'href="/?lang=en"' in answer.text and "alert(1)" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        best = min((p for p in demo_shop().products if p.sales_rank), key=lambda p: p.sales_rank or 0)
        assert f"/p/{best.id}?lang=en" in answer.text
        for headers, method in (({"Accept": "application/json"}, "GET"), ({"Accept": "*/*"}, "GET"), (people, "POST")):
            answer = await client.request(method, "/goods/old", headers=headers)
            assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})
        assert (await client.get("/photos/none.png", headers=people)).text == "no such picture"


async def test_the_first_page_says_what_to_try_and_where_staff_work() -> None:
    async def nothing(skus: Iterable[str]) -> Mapping[str, int]:
        return {}

    for desk, words in (("/desk", 'href="/desk"'), ("", "docs/people.md")):
        pages = JinjaPages(ROOT / "templates")
        made = Storefront(demo_shop(), pages, ROOT / "knowledge", FakeClock(NOW), "zh", nothing, desk)
        transport = httpx.ASGITransport(app=build_web([made.router()]))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            page = (await client.get("/?lang=en")).text
        assert words in page and page.count("data-xiaoer-say") == 5 and "Be a shopper" in page


@pytest.mark.parametrize(
    "name",
    ["shop.yaml", "../config.yaml", "..%2fconfig.yaml", "photos/../shop.yaml", "/etc/passwd", "x.png", "%00.png"],
)
async def test_only_pictures_of_the_knowledge_are_sent(name: str) -> None:
    async with front() as client:
        assert (await client.get(f"/photos/{name}")).status_code == 404


async def test_hostile_names_and_texts_are_told_as_text() -> None:
    text = Text(HOSTILE, HOSTILE)
    evil = replace(
        demo_shop().products[0],
        name=text, brand=HOSTILE, summary=text, material=text, care=text, fit=text, origin=text,
        selling_points=(text,), photo="photos/" + HOSTILE + ".png",
        variants=tuple(replace(v, size=HOSTILE) for v in demo_shop().products[0].variants[:1]),
    )  # fmt: skip
    about = About(name=text, about=text, brands=(text,))
    categories = tuple(replace(c, name=text) for c in demo_shop().categories)
    shop = replace(demo_shop(), products=(evil,), about=about, categories=categories)
    async with front(shop) as client:
        for path in ("/", f"/p/{evil.id}"):
            page = (await client.get(path)).text
            assert "<img src=x" not in page and "<script>" not in page and "{{ 7*7 }}" in page and "49" not in page


async def test_a_shop_without_goods_has_a_page_too() -> None:
    async with front(Shop()) as client:
        answer = await client.get("/?lang=en")
    assert answer.status_code == 200 and "no goods yet" in answer.text


async def test_pages_forbid_everything_inline_and_foreign() -> None:
    async with front() as client:
        for path in ("/", "/p/sy-tee-ice", "/p/none"):
            answer = await client.get(path)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
            assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", answer.text)
            assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", answer.text)


async def test_without_templates_the_page_says_a_sentence(tmp_path: Path) -> None:
    async with front(templates=tmp_path) as client:
        answer = await client.get("/")
    assert answer.status_code == 500 and "cannot be shown" in answer.text


async def test_the_widget_is_small_and_comes_packed() -> None:
    content = (STATIC / "widget.js").read_bytes()
    assert len(gzip.compress(content, 9)) <= 25_000
    async with front() as client:
        answer = await client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
        assert answer.content == content and answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) <= 25_000
        again = await client.get("/widget.js", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        plain = await client.get("/widget.js", headers={"Accept-Encoding": "identity"})
        assert plain.content == content and "content-encoding" not in plain.headers


def test_the_widget_never_makes_markup_of_words() -> None:
    source = (STATIC / "widget.js").read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|DOMParser", source
    )
    assert not re.search(r"document\.cookie|sessionStorage", source)


def test_the_pages_we_ship_use_what_they_are_given() -> None:
    assert JinjaPages(ROOT / "templates").problems(SHOP_PAGES) == []


async def test_a_page_is_given_exactly_what_is_written_down() -> None:
    given: dict[str, frozenset[str]] = {}

    class Noting:
        def page(self, name: str, data: Mapping[str, Any]) -> str:
            given[name] = frozenset(data)
            return ""

    async def nothing(skus: Iterable[str]) -> Mapping[str, int]:
        return {}

    made = Storefront(demo_shop(), Noting(), ROOT / "knowledge", FakeClock(NOW), "zh", nothing)
    transport = httpx.ASGITransport(app=build_web([made.router()]))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        for path in ("/", "/p/sy-tee-ice", "/p/none"):
            await client.get(path)
    assert given == SHOP_PAGES


def test_what_is_wrong_with_a_page_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    home = tmp_path / "shop" / "home.html"
    (tmp_path / "shop" / "_frame.html").write_text(
        "{% macro t(a) %}{% endmacro %}{% block main %}{% endblock %}{{ owner }}"
    )
    home.write_text('{% extends "shop/_frame.html" %}{% block main %}{{ t(price) }}{% endblock %}', encoding="utf-8")
    pages = {"shop/home.html": SHOP_PAGES["shop/home.html"], "shop/gone.html": frozenset[str]()}
    problems = JinjaPages(tmp_path).problems(pages)
    assert [(p.file, p.key) for p in problems] == [
        (f"{tmp_path.name}/shop/_frame.html", "owner"),
        (f"{tmp_path.name}/shop/home.html", "price"),
        (f"{tmp_path.name}/shop/gone.html", ""),
    ]
    home.write_text("one\n{% if %}", encoding="utf-8")
    first = JinjaPages(tmp_path).problems(pages)[0]
    assert (first.file, first.line) == (f"{tmp_path.name}/shop/home.html", 2)


def test_a_page_of_the_desk_that_cannot_be_parsed_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "desk" / "zh").mkdir(parents=True)
    (tmp_path / "desk" / "desk.html").write_text("{{ anything }}", encoding="utf-8")
    (tmp_path / "desk" / "zh" / "_buttons.j2").write_text("one\n{% endif %}", encoding="utf-8")
    (problem,) = JinjaPages(tmp_path).unparsed("desk")
    assert (problem.file, problem.line) == (f"{tmp_path.name}/desk/zh/_buttons.j2", 2)
    assert JinjaPages(tmp_path).unparsed("nowhere") == []
