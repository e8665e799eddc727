"""A Bot API server over real HTTP: strict, able to fail, able to bring any update, with a record of the wire."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp import web

from tests.bot_api_schema import METHODS, read_call

TOKEN = "42:TEST-token_for-the-fake-server"
BOT = {"id": 42, "is_bot": True, "first_name": "Xiaoer", "username": "xiaoer_test_bot"}


@dataclass
class Call:
    """One request as it came over the wire."""

    method: str
    params: dict[str, Any]
    status: int = 200
    #: Telegram took it, whatever the caller got to see.
    accepted: bool = True
    at: float = field(default_factory=time.monotonic)

    @property
    def text(self) -> str:
        return str(self.params.get("text") or self.params.get("caption") or "")

    @property
    def buttons(self) -> list[str]:
        rows = (self.params.get("reply_markup") or {}).get("inline_keyboard", [])
        return [button["callback_data"] for row in rows for button in row]


@dataclass
class Fault:
    """What goes wrong with calls of ``method`` (to ``chat_id``, or to anybody), ``times`` times."""

    method: str
    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    chat_id: int | None = None
    times: int = 1
    #: Take the call, then close the connection instead of answering.
    cut: bool = False
    #: Take the call and answer so much later, in seconds.
    delay: float = 0.0

    def hits(self, call: Call) -> bool:
        return self.times > 0 and self.method == call.method and self.chat_id in (None, call.params.get("chat_id"))


class BotApiServer:
    """``async with BotApiServer() as api``; leaving it fails the test when a call broke the documentation."""

    def __init__(self, token: str = TOKEN, allow_violations: bool = False) -> None:
        self.token = token
        self.base = ""
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.faults: list[Fault] = []
        self.webhook: dict[str, Any] = {}
        self.pending: list[dict[str, Any]] = []
        #: Of every webhook delivery, in order.
        self.webhook_statuses: list[int] = []
        self._allow_violations = allow_violations
        self._update_ids = itertools.count(1000)
        self._message_ids = itertools.count(1)
        self._changed = asyncio.Condition()
        self._poll = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None

    # --- what tests do ---

    def bring(self, update: dict[str, Any], update_id: int | None = None) -> int:
        """Have an update delivered (again, with an ``update_id`` used before)."""
        number = next(self._update_ids) if update_id is None else update_id
        self.pending.append({"update_id": number, **update})
        self.pending.sort(key=lambda one: int(one["update_id"]))
        self._notify()
        return number

    def say(self, chat_id: int, text: str, **more: Any) -> int:
        return self.bring({"message": self.message(chat_id, text=text, **more)})

    def press(self, chat_id: int, data: str) -> int:
        """Press the newest button with this data, which must have been shown."""
        shown = next(c for c in reversed(self.sent(chat_id)) if data in c.buttons)
        message = {
            **self.message(chat_id, text=shown.text or "photo"),
            "from": BOT,
            "reply_markup": shown.params["reply_markup"],
        }
        query = {"id": str(time.monotonic_ns()), "from": user(chat_id), "chat_instance": "1", "data": data}
        return self.bring({"callback_query": {**query, "message": message}})

    def message(self, chat_id: int, **content: Any) -> dict[str, Any]:
        """A private message; ``content`` overrides anything."""
        message = {
            "message_id": next(self._message_ids),
            "date": 1_790_000_000,
            "chat": {"id": chat_id, "type": "private", "first_name": "Mei"},
            "from": user(chat_id),
        }
        return {**message, **content}

    def sent(self, chat_id: int | None = None) -> list[Call]:
        """Messages that Telegram took, oldest first."""
        return [
            call
            for call in self.calls
            if call.method in ("sendMessage", "sendPhoto") and call.accepted
            if chat_id in (None, call.params["chat_id"])
        ]

    def texts(self, chat_id: int | None = None) -> list[str]:
        return [call.text for call in self.sent(chat_id)]

    def of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def fail(self, method: str, **how: Any) -> Fault:
        self.faults.append(fault := Fault(method, **how))
        return fault

    # --- serving ---

    async def __aenter__(self) -> BotApiServer:
        app = web.Application(client_max_size=20_000_000)
        app.router.add_post("/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.webhook = {}
        self._poll += 1
        async with self._changed:
            self._changed.notify_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()
        if kind is None and not self._allow_violations:
            assert not self.violations, self.violations

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        fields, files = await _read_form(request)
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _refusal(401, "Unauthorized")
        if method not in METHODS:
            self.violations.append(f"unknown method {method}")
            return _refusal(404, "Not Found")
        params, problems = read_call(method, fields, files)
        call = Call(method, params)
        self.calls.append(call)
        problems += _blank_text(call)
        if problems:
            self.violations += problems
            call.status, call.accepted = 400, False
            return _refusal(400, f"Bad Request: {problems[0]}")
        fault = next((f for f in self.faults if f.hits(call)), None)
        if fault is not None:
            answer = await self._misbehave(request, call, fault)
            if answer is not None:
                return answer
        return await self._answer(call)

    async def _misbehave(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse | None:
        fault.times -= 1
        if fault.delay:
            await asyncio.sleep(fault.delay)
            return None
        if fault.cut:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        call.status, call.accepted = fault.status, False
        return _refusal(fault.status, fault.description, fault.retry_after)

    async def _answer(self, call: Call) -> web.StreamResponse:
        handler = getattr(self, f"_do_{call.method}", None)
        result = await handler(call) if handler else True
        if isinstance(result, web.Response):
            call.status, call.accepted = result.status, False
            return result
        return web.json_response({"ok": True, "result": result})

    async def _do_getMe(self, call: Call) -> object:  # noqa: N802
        return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}

    async def _do_sendMessage(self, call: Call) -> object:  # noqa: N802
        return self._sent_message(call, text=call.params["text"])

    async def _do_sendPhoto(self, call: Call) -> object:  # noqa: N802
        photo = call.params["photo"]
        file_id = photo if isinstance(photo, str) else f"file-{len(photo)}-{next(self._message_ids)}"
        size = {"file_id": file_id, "file_unique_id": file_id, "width": 800, "height": 800}
        return self._sent_message(call, photo=[size])

    def _sent_message(self, call: Call, **content: Any) -> dict[str, Any]:
        return {**self.message(call.params["chat_id"], **content), "from": BOT}

    async def _do_setWebhook(self, call: Call) -> object:  # noqa: N802
        self.webhook = dict(call.params)
        if self.webhook.get("url"):
            task = asyncio.create_task(self._bring_to_webhook())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return True

    async def _do_deleteWebhook(self, call: Call) -> object:  # noqa: N802
        self.webhook = {}
        return True

    async def _do_getUpdates(self, call: Call) -> object:  # noqa: N802
        if self.webhook.get("url"):
            return _refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        self._poll += 1
        mine, until = self._poll, time.monotonic() + call.params.get("timeout", 0)
        self._notify()
        offset = call.params.get("offset", 0)
        self.pending = [update for update in self.pending if update["update_id"] >= offset]
        while not self.pending and self._poll == mine and (left := until - time.monotonic()) > 0:
            await self._wait(left)
        if self._poll != mine:
            return _refusal(409, "Conflict: terminated by other getUpdates request")
        return self.pending[: call.params.get("limit", 100)]

    async def _bring_to_webhook(self) -> None:
        """One update after the other, each until it is taken, as Telegram does for one chat."""
        async with aiohttp.ClientSession() as session:
            while hook := self.webhook:
                if not self.pending:
                    await self._wait(1.0)
                    continue
                headers = {"X-Telegram-Bot-Api-Secret-Token": hook.get("secret_token", "")}
                try:
                    async with session.post(hook["url"], json=self.pending[0], headers=headers) as answer:
                        self.webhook_statuses.append(answer.status)
                except aiohttp.ClientError:
                    self.webhook_statuses.append(0)
                if self.webhook_statuses[-1] == 200:
                    self.pending.pop(0)
                else:
                    await asyncio.sleep(0.05)

    def _notify(self) -> None:
        async def notify() -> None:
            async with self._changed:
                self._changed.notify_all()

        task = asyncio.get_running_loop().create_task(notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait()
        except TimeoutError:
            pass


def user(chat_id: int, **more: Any) -> dict[str, Any]:
    return {"id": chat_id, "is_bot": False, "first_name": "Mei", "language_code": "zh-hans", **more}


async def _read_form(request: web.Request) -> tuple[dict[str, str], dict[str, bytes]]:
    fields, files = dict[str, str](), dict[str, bytes]()
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
            value.file.close()
        else:
            fields[name] = value if isinstance(value, str) else value.decode()
    return fields, files


def _blank_text(call: Call) -> list[str]:
    blank = call.method == "sendMessage" and not call.text.strip()
    return ["sendMessage.text: message text is empty"] if blank else []


def _refusal(status: int, description: str, retry_after: int | None = None) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return web.json_response(body, status=status)
