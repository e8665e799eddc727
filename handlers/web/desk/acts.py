"""What a person does on the desk: take, answer, note, give back, close, decide. Each calls one service."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, tzinfo
from typing import Final

from fastapi import APIRouter, Request, Response

from bot.core.case_run import Denied
from bot.core.cases import ROLES
from bot.core.errors import Conflict
from bot.core.messages import MAX_TEXT_CHARS, Attachment
from bot.core.orders import Flag
from bot.core.ownership import Done, HeldBy, Refused
from bot.core.photos import MOST_PHOTOS, kept_handle
from bot.service.hand_over import HandOver, Warned
from bot.service.keep_staff import StaffRefused
from bot.service.log_in import Entered
from bot.service.report_promises import PromiseRefused, SettlePromise
from bot.service.run_case import RunCase
from handlers.web.desk.doors import Form
from handlers.web.desk.talks import Draft, Talks, warned

#: Made by the page with each empty answer box, so that sending twice is sending once.
_NONCE: Final = re.compile(r"[0-9a-f]{16}")
_MAX_NOTE_CHARS: Final = 500
_FLAGS: Final = {flag.name.lower(): flag for flag in Flag}

Outcome = Done | HeldBy | Refused | Warned | Denied | None
#: Conversation id, its channel.
Doing = Callable[[str, str], Awaitable[Outcome]]


class Acts:
    def __init__(self, talks: Talks, hand_over: HandOver, run_case: RunCase, settle: SettlePromise) -> None:
        self._settle = settle
        self._talks = talks
        self._frame = talks.frame
        self._hand_over = hand_over
        self._run_case = run_case

    def router(self) -> APIRouter:
        router, act = APIRouter(prefix="/desk/t/{talk_id}", include_in_schema=False), self._frame.act
        router.add_api_route("/take", act(self.take), methods=["POST"])
        router.add_api_route("/back", act(self.give_back), methods=["POST"])
        router.add_api_route("/close", act(self.close), methods=["POST"])
        router.add_api_route("/say", act(self.say), methods=["POST"])
        router.add_api_route("/later", act(self.later), methods=["POST"])
        router.add_api_route("/again", act(self.again), methods=["POST"])
        router.add_api_route("/order", act(self.order), methods=["POST"])
        router.add_api_route("/case", act(self.case), methods=["POST"])
        router.add_api_route("/promise", act(self.promise), methods=["POST"])
        router.add_api_route("/pass", act(self.transfer), methods=["POST"])
        return router

    async def take(self, request: Request, entered: Entered, form: Form) -> Response:
        return await self._do(request, entered, "say.taken", lambda t, c: self._hand_over.take(t, c, entered.staff))

    async def give_back(self, request: Request, entered: Entered, form: Form) -> Response:
        doing: Doing = lambda t, c: self._hand_over.give_back(t, c, entered.staff)  # noqa: E731
        return await self._do(request, entered, "say.given_back", doing)

    async def close(self, request: Request, entered: Entered, form: Form) -> Response:
        return await self._do(request, entered, "say.ended", lambda t, c: self._hand_over.close(t, c, entered.staff))

    async def later(self, request: Request, entered: Entered, form: Form) -> Response:
        """``until``: a moment of ours, or what she chose herself, by the shop's clock."""
        until = _moment(form.get("until", ""), self._talks.zone)
        if until is None:
            return await self._do(request, entered, "", _refused("when"))
        view = await self._talks.view(request)
        told = view.words["say.later"].format(what=view.moment(until, self._talks.show.now()))
        doing: Doing = lambda t, c: self._hand_over.put_aside(t, c, entered.staff, until)  # noqa: E731
        return await self._do(request, entered, told, doing)

    async def again(self, request: Request, entered: Entered, form: Form) -> Response:
        doing: Doing = lambda t, c: self._hand_over.look_again(t, c, entered.staff)  # noqa: E731
        return await self._do(request, entered, "say.again", doing)

    async def say(self, request: Request, entered: Entered, form: Form) -> Response:
        """An answer to the shopper, or a private note; ``as``: ``sure`` or ``approval`` after a warning."""
        talk_id = request.path_params["talk_id"]
        text, note = form.get("text", "").replace("\r\n", "\n").strip(), form.get("mode") == "note"
        if await self._talks.show.allowed(entered.staff, talk_id) is None:
            return self._talks.missing(request, entered)
        photos = _photos(form.get("photos", ""))
        here = tuple(photo for photo in photos if self._talks.photos.has(talk_id, photo))
        draft = Draft(text, note, photos=here)
        words = self._frame.words(self._frame.language(request))
        problem = words["photo.lost"] if here != photos else _problem(draft, words)
        if problem:
            return await self._talks.box(request, entered, talk_id, warned(draft, "problem", problem), "")
        outcome = await self._said(entered, talk_id, draft, form)
        told = self._told(outcome, words, _names(await self._talks.show.names()))
        if isinstance(outcome, Warned):
            return await self._talks.box(request, entered, talk_id, warned(draft, outcome.kind, told), "")
        if not isinstance(outcome, Done):
            return await self._talks.box(request, entered, talk_id, warned(draft, "problem", told), "")
        done = words["say.asked_done"] if form.get("as") == "approval" else ""
        return await self._talks.box(request, entered, talk_id, Draft(note=note), words["say.noted"] if note else done)

    async def _said(self, entered: Entered, talk_id: str, draft: Draft, form: Form) -> Outcome:
        staff, channel = entered.staff, talk_id.partition(":")[0]
        media = tuple(Attachment("photo", kept_handle(photo)) for photo in draft.photos)
        nonce = form.get("nonce", "")
        ref = f"desk:{staff.staff_id}:{nonce}" if _NONCE.fullmatch(nonce) else ""
        if ref and await self._talks.show.said_before(talk_id, ref):
            return Done()
        try:
            if draft.note:
                return await self._hand_over.note(talk_id, channel, staff, draft.text)
            if form.get("as") == "approval":
                return await self._hand_over.ask_approval(talk_id, channel, staff, draft.text, media, ref)
            sure = form.get("as") == "sure"
            return await self._hand_over.say(talk_id, channel, staff, draft.text, media, ref, sure=sure)
        except Conflict:
            return Refused("busy")

    async def order(self, request: Request, entered: Entered, form: Form) -> Response:
        """A note on one of her orders, and perhaps a flag."""
        text, flag = " ".join(form.get("text", "").split())[:_MAX_NOTE_CHARS], _FLAGS.get(form.get("flag", ""))
        if not text:
            return await self._do(request, entered, "", _refused("empty_note"))
        order_no = form.get("order", "")
        doing: Doing = lambda t, c: self._hand_over.order_note(t, c, entered.staff, order_no, text, flag)  # noqa: E731
        return await self._do(request, entered, "order.noted", doing)

    async def case(self, request: Request, entered: Entered, form: Form) -> Response:
        """One of the outcomes of a case's present step."""
        case_id, step, outcome = (form.get(name, "") for name in ("case", "step", "outcome"))
        entry = form.get("enter", "").strip()
        staff = entered.staff
        doing: Doing = lambda t, c: self._run_case.choose(case_id, t, step, outcome, staff, entry)  # noqa: E731
        return await self._do(request, entered, "say.done", doing)

    async def promise(self, request: Request, entered: Entered, form: Form) -> Response:
        """``state``: ``kept``, or ``withdrawn`` with a reason that colleagues read; the shopper is told by a person."""
        words = self._frame.words(self._frame.language(request))
        state, why = form.get("state", ""), " ".join(form.get("why", "").split())[:_MAX_NOTE_CHARS]
        staff, promise_id = entered.staff, form.get("promise", "")

        async def doing(talk_id: str, channel: str) -> Outcome:
            line = await self._talks.show.promise(talk_id, promise_id)
            if line is None or state not in ("kept", "withdrawn"):
                return Refused("unknown")
            if state == "withdrawn" and not why:
                return Refused("no_reason")
            try:
                if state == "kept":
                    await self._settle.kept(promise_id, staff.staff_id)
                    return Done()
                await self._settle.withdrawn(promise_id, staff.staff_id)
            except StaffRefused:
                return Refused("not_granted")
            except PromiseRefused:
                return Refused("settled")
            note = words["promise.note"].format(what=line.words, why=why)
            return await self._hand_over.note(talk_id, channel, staff, note)

        return await self._do(
            request, entered, "say.promise_kept" if state == "kept" else "say.promise_withdrawn", doing
        )

    async def transfer(self, request: Request, entered: Entered, form: Form) -> Response:
        role, case_id = form.get("role", ""), form.get("case", "")
        if role not in ROLES:
            return await self._do(request, entered, "", _refused("unknown"))
        words = self._frame.words(self._frame.language(request))
        told = words["say.passed"].format(role=words[f"role.{role}"])
        doing: Doing = lambda t, c: self._run_case.transfer(case_id, t, role, entered.staff)  # noqa: E731
        return await self._do(request, entered, told, doing)

    # --- how ---

    async def _do(self, request: Request, entered: Entered, done: str, doing: Doing) -> Response:
        """Only in a conversation she may look at; the page tells what came of it. ``done``: a word's name, or words."""
        talk_id = request.path_params["talk_id"]
        if await self._talks.show.allowed(entered.staff, talk_id) is None:
            return self._talks.missing(request, entered)
        try:
            outcome = await doing(talk_id, talk_id.partition(":")[0])
        except Conflict:
            outcome = Refused("busy")
        words = self._frame.words(self._frame.language(request))
        names = _names(await self._talks.show.names())
        said = words.get(done, done) if isinstance(outcome, Done) else self._told(outcome, words, names)
        return await self._talks.answer(request, entered, talk_id, said)

    def _told(self, outcome: Outcome, words: Mapping[str, str], name: Callable[[str], str]) -> str:
        match outcome:
            case HeldBy() as x:
                return words["desk.held"].format(who=name(x.staff_id))
            case Refused() as x:
                return words.get(f"refused.{x.reason}") or words.get(f"say.{x.reason}") or words["refused.unknown"]
            case Warned(kind, what, role):
                return words[f"warned.{kind}"].format(what=what, role=words.get(f"role.{role}", role))
            case Denied() as x:
                return _denied(x, words, name)
        return ""


def _denied(x: Denied, words: Mapping[str, str], name: Callable[[str], str]) -> str:
    head, _, rest = x.reason.partition(":")
    if head == "beyond":
        return words["denied.beyond"].format(role=words.get(f"role.{rest}", rest))
    if head == "moved" and x.by:
        return words["denied.moved_by"].format(who=name(x.by))
    return words.get(f"denied.{head}") or words["refused.unknown"]


def _problem(draft: Draft, words: Mapping[str, str]) -> str:
    """Why this is not even tried, in words."""
    if not draft.text and not draft.photos:
        return words["answer.empty"]
    if len(draft.text) > MAX_TEXT_CHARS:
        return words["answer.long"].format(what=MAX_TEXT_CHARS)
    if draft.photos and draft.note:
        return words["photo.no_note"]
    return words["photo.many"].format(what=MOST_PHOTOS) if len(draft.photos) > MOST_PHOTOS else ""


def _moment(text: str, zone: tzinfo) -> datetime | None:
    """Of a form; what names no zone is the shop's time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


def _photos(field: str) -> tuple[str, ...]:
    """Ids as the page names them, each once."""
    return tuple(dict.fromkeys(field.split()[: 2 * MOST_PHOTOS]))


def _names(names: Mapping[str, str]) -> Callable[[str], str]:
    return lambda staff_id: names.get(staff_id, staff_id)


def _refused(reason: str) -> Doing:
    async def doing(talk_id: str, channel: str) -> Outcome:
        return Refused(reason)

    return doing
