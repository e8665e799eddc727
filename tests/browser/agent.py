"""What somebody of the staff does at the desk, as a person would: by what is written on things."""

from __future__ import annotations

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bot.adapters.clock import SystemClock
from bot.adapters.passwords import ArgonPasswords
from bot.adapters.store_sqlite import SqliteStore
from bot.core.people import Staff
from bot.service.log_in import LogIn
from tests.browser.barriers import barriers
from tests.browser.running_shop import RunningShop

PASSWORD = "a long enough password"


class Agent:
    """``faults``: every error and every dialog of any page she opened."""

    def __init__(self, browser: Browser, shop: RunningShop, language: str = "zh-CN", **more: object) -> None:
        self.faults: list[str] = []
        self._base = shop.base
        sizes = {"viewport": {"width": 1440, "height": 900}, "locale": language, **more}
        self.context: BrowserContext = browser.new_context(**sizes)  # type: ignore[arg-type]
        self.context.set_default_timeout(15_000)
        self.page = self.tab()

    def tab(self) -> Page:
        page = self.context.new_page()
        page.on("console", lambda m: self.faults.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def log_in(self, staff_id: str, password: str = PASSWORD) -> Page:
        self.page.goto(f"{self._base}/desk")
        self.page.locator("#login").fill(staff_id)
        self.page.locator("#password").fill(password)
        self.page.locator("button.primary").click()
        expect(self.page.locator("#board")).to_be_visible()
        return self.page

    def row(self, conversation_id: str) -> Locator:
        return self.page.locator(f'.row[data-talk="{conversation_id}"]')

    def open(self, conversation_id: str) -> Locator:
        self.row(conversation_id).click()
        talk = self.page.locator(f'#talk[data-talk="{conversation_id}"]')
        expect(talk).to_be_visible()
        return talk

    def sees(self, words: str) -> None:
        """In the conversation that is open."""
        expect(self.page.locator("#lines .words").filter(has_text=words).last).to_be_visible()

    def say(self, words: str) -> None:
        self.page.locator("#answer-text").fill(words)
        self.page.locator("#answer-text").press("Enter")

    def keep_quick_reply(self, short: str, words: str, whose: str = "只有我") -> None:
        self.page.goto(f"{self._base}/desk/quick")
        self.page.get_by_text("新建快捷回复").click()
        form = self.page.locator("form[action='/desk/quick/save']").first
        form.locator("[name=short]").fill(short)
        form.locator("[name=words]").fill(words)
        form.locator("[name=owner]").select_option(label=whose)
        form.locator("button").click()
        expect(self.page.locator(".done")).to_have_text("已保存。")

    def bring_photo(self, photo: Path, how: str) -> None:
        """``paste`` or ``drop``, as the browser tells of it."""
        given = """([content, how]) => {
            const bytes = Uint8Array.from(atob(content), char => char.charCodeAt(0)), held = new DataTransfer();
            held.items.add(new File([bytes], 'photo.png', {type: 'image/png'}));
            const about = {bubbles: true, cancelable: true, clipboardData: held, dataTransfer: held};
            const event = how === 'paste' ? new ClipboardEvent('paste', about) : new DragEvent('drop', about);
            document.querySelector('#answer-text').dispatchEvent(event);
        }"""
        self.page.evaluate(given, [base64.b64encode(photo.read_bytes()).decode(), how])

    def barriers(self) -> list[str]:
        """What axe-core calls serious or critical."""
        return barriers(self.page)


def hire(shop: RunningShop, *people: Staff) -> None:
    """Put them on the staff list, each with a log-in, as the commands do beside a running shop."""
    put(shop, *people, password=PASSWORD)


def put(shop: RunningShop, *people: Staff, password: str = "") -> None:
    """As they are from now on; without a password the one they have stays."""

    async def work() -> None:
        store = SqliteStore(shop.database)
        await store.open()
        try:
            log_in = LogIn(store, ArgonPasswords(), SystemClock(UTC))
            for person in people:
                await store.put_staff(person)
                if password:
                    await log_in.set_password(person.staff_id, password)
        finally:
            await store.close()

    # In a thread: the browser's own loop runs in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work()).result(30)
