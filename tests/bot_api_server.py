"""A Bot API server over real HTTP: strict, able to fail, able to bring any update, with a record of the wire."""

from __future__ import annotations

import asyncio
import io
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp import web
from PIL import Image, UnidentifiedImageError

from tests.bot_api_groups import SENDING, Chats, Refused, media_of, posts, same_kind_of_file
from tests.bot_api_people import BOT, InGroups
from tests.bot_api_people import user as user
from tests.bot_api_schema import METHODS, read_call

TOKEN = "42:TEST-token_for-the-fake-server"


@dataclass
class Call:
    """One request as it came over the wire."""

    method: str
    params: dict[str, Any]
    status: int = 200
    #: Telegram took it, whatever the caller got to see.
    accepted: bool = True
    at: float = field(default_factory=time.monotonic)
    #: Files that were uploaded with it, by their names in the form.
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def text(self) -> str:
        captions = [item.get("caption") for item in self.params.get("media") or []]
        return str(self.params.get("text") or self.params.get("caption") or "".join(filter(None, captions)))

    @property
    def buttons(self) -> list[str]:
        rows = (self.params.get("reply_markup") or {}).get("inline_keyboard", [])
        return [button["callback_data"] for row in rows for button in row]

    @property
    def thread_id(self) -> int | None:
        return self.params.get("message_thread_id")


@dataclass
class Fault:
    """What goes wrong with calls of ``method`` (empty: any; to ``chat_id``, or to anybody), ``times`` times."""

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
        named = self.method in ("", call.method)
        return self.times > 0 and named and self.chat_id in (None, call.params.get("chat_id"))


class BotApiServer(InGroups):
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
        self.chats = Chats(self._message_ids)
        #: What counts posts a minute; tests may put their own clock here.
        self.now: Callable[[], float] = time.monotonic
        #: Answers to pressed buttons: query id -> words shown.
        self.toasts: dict[str, str] = {}
        #: What lies at Telegram: file id -> content. Fetched: its ids, in order.
        self.files: dict[str, bytes] = {}
        self.downloads: list[str] = []
        #: What is given out instead of it; None: nothing.
        self.grown: dict[str, bytes | None] = {}
        #: Ids of updates that a fetch has brought.
        self._told = set[int]()
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

    def pending_unread(self) -> bool:
        """Whether an update was not fetched yet."""
        return any(update["update_id"] not in self._told for update in self.pending)

    def sent(self, chat_id: int | None = None) -> list[Call]:
        """Messages that Telegram took, oldest first."""
        return [
            call
            for call in self.calls
            if (call.method in SENDING or call.method == "sendMediaGroup") and call.accepted
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
        app.router.add_get("/file/bot{token}/files/{file_id}", self._download)
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
        call = Call(method, params, files=files)
        self.calls.append(call)
        problems += _blank_text(call) + _bad_uploads(call)
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

    async def _download(self, request: web.Request) -> web.StreamResponse:
        file_id = request.match_info["file_id"]
        content = self.grown.get(file_id, self.files.get(file_id))
        if request.match_info["token"] != self.token or content is None:
            return _refusal(404, "Not Found")
        self.downloads.append(file_id)
        return web.Response(body=content)

    async def _do_getFile(self, call: Call) -> object:  # noqa: N802
        file_id = call.params["file_id"]
        if file_id not in self.files:
            raise Refused("wrong file_id or the file is temporarily unavailable")
        size = len(self.files[file_id])
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": f"files/{file_id}"}

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
        try:
            if call.method in SENDING and call.method not in ("sendMessage", "sendPhoto"):
                result = self._sent_file(call)
            else:
                result = await handler(call) if handler else True
        except Refused as refused:
            result = _refusal(400, f"Bad Request: {refused}")
        if isinstance(result, web.Response):
            call.status, call.accepted = result.status, False
            return result
        return web.json_response({"ok": True, "result": result})

    async def _do_getMe(self, call: Call) -> object:  # noqa: N802
        return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}

    async def _do_sendMessage(self, call: Call) -> object:  # noqa: N802
        return self._sent_message(call, text=call.params["text"])

    def _sent_file(self, call: Call) -> object:
        kind = SENDING[call.method]
        if wrong := same_kind_of_file(call.method, call.params[kind]):
            raise Refused(wrong)
        caption = {"caption": call.params["caption"]} if call.params.get("caption") else {}
        return self._sent_message(call, **media_of(call.method, call.params[kind]), **caption)

    async def _do_sendMediaGroup(self, call: Call) -> object:  # noqa: N802
        kinds = {item["type"] for item in call.params["media"]}
        if len(kinds) > 1 and not kinds <= {"photo", "video", "live_photo"}:
            raise Refused("audio and documents can be grouped with their own kind only")
        self.chats.check_place(call.params)
        self._count(call)
        album, made = str(next(self._message_ids)), []
        for item in call.params["media"]:
            file = media_of(f"send{item['type'].capitalize()}", item["media"])
            caption = {"caption": item["caption"]} if item.get("caption") else {}
            made.append(self._sent_message(call, **file, **caption, media_group_id=album))
        return made

    async def _do_editMessageText(self, call: Call) -> object:  # noqa: N802
        return self.chats.edit(call.params, "text").content

    async def _do_editMessageCaption(self, call: Call) -> object:  # noqa: N802
        return self.chats.edit(call.params, "caption").content

    async def _do_editMessageReplyMarkup(self, call: Call) -> object:  # noqa: N802
        return self.chats.edit(call.params, None).content

    async def _do_setMessageReaction(self, call: Call) -> object:  # noqa: N802
        self.chats.react(call.params)
        return True

    async def _do_answerCallbackQuery(self, call: Call) -> object:  # noqa: N802
        self.toasts[call.params["callback_query_id"]] = str(call.params.get("text", ""))
        return True

    async def _do_createForumTopic(self, call: Call) -> object:  # noqa: N802
        thread = self.chats.open_topic(call.params["chat_id"], call.params["name"])
        self._count(call)
        return {"message_thread_id": thread, "name": call.params["name"], "icon_color": 7322096}

    async def _do_reopenForumTopic(self, call: Call) -> object:  # noqa: N802
        group = self.group(call.params["chat_id"])
        group.check_thread(call.params["message_thread_id"])
        group.closed.discard(call.params["message_thread_id"])
        return True

    async def _do_deleteForumTopic(self, call: Call) -> object:  # noqa: N802
        self.group(call.params["chat_id"]).check_thread(call.params["message_thread_id"])
        self.chats.delete_topic(call.params["chat_id"], call.params["message_thread_id"])
        return True

    async def _do_sendPhoto(self, call: Call) -> object:  # noqa: N802
        photo = call.params["photo"]
        file_id = photo if isinstance(photo, str) else f"file-{len(photo)}-{next(self._message_ids)}"
        size = {"file_id": file_id, "file_unique_id": file_id, "width": 800, "height": 800}
        if wrong := same_kind_of_file("sendPhoto", photo):
            raise Refused(wrong)
        caption = {"caption": call.params["caption"]} if call.params.get("caption") else {}
        return self._sent_message(call, photo=[size], **caption)

    def _sent_message(self, call: Call, **content: Any) -> dict[str, Any]:
        chat_id, thread = call.params["chat_id"], call.thread_id
        self.chats.check_place(call.params)
        if thread in (group.closed if (group := self.chats.groups.get(chat_id)) else ()):
            raise Refused("TOPIC_CLOSED")
        if group is not None and "media_group_id" not in content:
            self._count(call)
        message = {**self.message(chat_id, **content), "from": BOT}
        if group is not None:
            message["chat"] = {"id": chat_id, "type": "supergroup", "title": "Staff", "is_forum": True}
            message |= {"message_thread_id": thread, "is_topic_message": True} if thread is not None else {}
        if reply := call.params.get("reply_parameters"):
            answered = self.chats.shown.get((chat_id, reply["message_id"]))
            message |= {"reply_to_message": answered.content} if answered else {}
        markup = call.params.get("reply_markup")
        if isinstance(markup, dict) and "inline_keyboard" in markup:
            message["reply_markup"] = markup
        self.chats.show(chat_id, message, markup)
        return message

    def _count(self, call: Call) -> None:
        group = self.chats.groups.get(call.params["chat_id"])
        if group is not None and (complaint := group.count(posts(call.method, call.params))):
            self.violations.append(complaint)

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
        told = self.pending[: call.params.get("limit", 100)]
        self._told |= {update["update_id"] for update in told}
        return told

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


def _bad_uploads(call: Call) -> list[str]:
    """What the documentation says of uploaded photos in sentences."""
    if call.method == "sendMediaGroup":
        items = call.params.get("media") or []
        names = {str(item.get("media")).removeprefix("attach://") for item in items if item.get("type") == "photo"}
        photos = [content for name, content in call.files.items() if name in names]
    else:
        photos = [one for one in [call.params.get("photo")] if call.method == "sendPhoto" and isinstance(one, bytes)]
    return [f"{call.method}: {problem}" for content in photos if (problem := _photo_problem(content))]


def _photo_problem(content: bytes) -> str:
    if len(content) > 10_000_000:
        return "the photo is larger than 10 MB"
    try:
        with Image.open(io.BytesIO(content)) as photo:
            width, height = photo.size
    except UnidentifiedImageError:
        return ""  # a test's own stand-in for one
    if width + height > 10_000:
        return "width and height of the photo exceed 10000 in total"
    return "the photo's sides differ too much" if max(width, height) > 20 * min(width, height) else ""


def _refusal(status: int, description: str, retry_after: int | None = None) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return web.json_response(body, status=status)
