"""What a shopper does on our pages, as a person would: by what is written on things."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Locator, Page, expect

_WORDS = {
    "zh": {"open": "打开聊天", "close": "关闭聊天"},
    "en": {"open": "Open the chat", "close": "Close the chat"},
}


class Shopper:
    """``faults``: every error and every dialog of any page she opened."""

    def __init__(self, context: BrowserContext, base: str, language: str = "zh") -> None:
        self.faults: list[str] = []
        self._context = context
        self._base = base
        self._language = language
        self.page = self.tab()

    def tab(self) -> Page:
        page = self._context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "XSS" in message.text:
            self.faults.append(f"console: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def visit(self, path: str = "/", page: Page | None = None) -> Page:
        page = page or self.page
        page.goto(f"{self._base}{path}{'&' if '?' in path else '?'}lang={self._language}")
        return page

    def word(self, name: str) -> str:
        return _WORDS[self._language][name]

    def open_chat(self, page: Page | None = None) -> Locator:
        page = page or self.page
        page.get_by_role("button", name=self.word("open")).click()
        return self.chat(page)

    def chat(self, page: Page | None = None) -> Locator:
        return (page or self.page).get_by_role("dialog")

    def say(self, words: str, page: Page | None = None) -> None:
        self.chat(page).get_by_role("textbox").fill(words)
        self.chat(page).get_by_role("textbox").press("Enter")

    def told(self, words: str, page: Page | None = None) -> None:
        """A bubble with these words is there."""
        bubbles = self.chat(page).locator(".bot .bubble, .person .bubble")
        expect(bubbles.filter(has_text=words).last).to_be_visible(timeout=15_000)

    def bubbles(self, page: Page | None = None) -> list[str]:
        return self.chat(page).locator(".bubble").all_inner_texts()

    def conversation_id(self, page: Page | None = None) -> str:
        token: str = (page or self.page).evaluate(
            "Object.entries(localStorage).find(([k]) => k.startsWith('xiaoer:') && k.endsWith(':token'))[1]"
        )
        return f"web:{token.partition('.')[0]}"
