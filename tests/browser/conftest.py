"""A real Chromium, and the shop it looks at; both are started once for all tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.running_shop import RunningShop
from tests.browser.shopper import Shopper
from tests.handlers.web.chat_server import free_port

_MISSING = "no Chromium here: install it (Debian, Ubuntu: apt install chromium fonts-noto-cjk) and run the tests again"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.fail(_MISSING, pytrace=False)
    with sync_playwright() as playwright:
        # The sandbox needs privileges that a container seldom gives; the pages are our own.
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def named_port() -> int:
    """Of another site here, whose pages may hold the chat."""
    return free_port()


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory, named_port: int) -> Iterator[RunningShop]:
    running = RunningShop(tmp_path_factory.mktemp("shop"), free_port(), f"http://127.0.0.1:{named_port}")
    running.start()
    running.wait()
    yield running
    running.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A shopper's own browser."""
    opened = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN")
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def shopper(context: BrowserContext, shop: RunningShop) -> Iterator[Shopper]:
    """On whose pages nothing may go wrong unnoticed."""
    made = Shopper(context, shop.base)
    yield made
    assert made.faults == []


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    from PIL import Image

    path = tmp_path / "<img src=x onerror=alert(1)>.png"
    Image.new("RGB", (300, 200), "teal").save(path)
    return path
