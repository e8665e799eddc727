from __future__ import annotations

import hashlib
import re

import httpx
import pytest

from handlers.web.docs import VENDOR
from handlers.web.openapi import openapi
from tests.handlers.web.order_client import OrderClient

KINDS = {
    "/api/docs": "text/html",
    "/api/docs/start.js": "text/javascript",
    "/api/docs/swagger-ui.css": "text/css",
    "/api/docs/swagger-ui-bundle.js": "text/javascript",
    "/api/openapi.json": "application/json",
}


async def _get(api: OrderClient, path: str) -> httpx.Response:
    answer = await api.http.get(path)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    return answer


async def test_the_description_is_served_to_everybody(api: OrderClient) -> None:
    assert (await _get(api, "/api/openapi.json")).json() == openapi("0")


async def test_the_page_is_made_of_our_own_files_only(api: OrderClient) -> None:
    page = (await _get(api, "/api/docs")).text
    loaded = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert sorted(loaded) == sorted(
        ["data:,", "docs/ours.css", "docs/start.js", "docs/swagger-ui-bundle.js", "docs/swagger-ui.css", "openapi.json"]
    )
    for path in loaded:
        if not path.startswith("data:"):
            await _get(api, f"/api/{path}")


async def test_the_page_may_load_and_send_nothing_foreign(api: OrderClient) -> None:
    rules = (await _get(api, "/api/docs")).headers["content-security-policy"]
    held = dict(rule.strip().partition(" ")[::2] for rule in rules.split(";"))
    assert held["default-src"] == "'none'"
    assert held["script-src"] == "'self'"
    assert held["connect-src"] == "'self'"
    assert "http" not in rules
    assert "*" not in rules


async def test_no_script_stands_in_the_page_itself(api: OrderClient) -> None:
    page = (await _get(api, "/api/docs")).text
    assert re.findall(r"<script(?![^>]*src=)|\son[a-z]+=|javascript:", page) == []


@pytest.mark.parametrize(("path", "kind"), KINDS.items())
async def test_every_part_says_what_it_is(api: OrderClient, path: str, kind: str) -> None:
    assert (await _get(api, path)).headers["content-type"].partition(";")[0] == kind


def test_the_vendored_files_are_those_the_readme_names() -> None:
    readme = (VENDOR / "README.md").read_text(encoding="utf-8")
    assert "Apache-2.0" in readme
    assert (VENDOR / "LICENSE").exists()
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() in readme
