"""``/desk/questions``: what the bot did not understand, what to teach it, and the owner's word on that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from bot.core.catalogue import Text
from bot.core.messages import Language
from bot.core.unanswered import Lesson, Question, key_of
from bot.service.learn import Learn, Learned, NotLearned, ShowUnanswered, may_decide, may_propose
from bot.service.log_in import Entered
from handlers.web.desk.board import Board, Desk, field, number
from handlers.web.desk.doors import Form

_SHOWN: Final = 200

#: How people call a topic: the first of its phrasings.
Label = Callable[[str, Language], str]


class Questions:
    def __init__(self, desk: Desk, learn: Learn, show: ShowUnanswered, label: Label) -> None:
        self._board = Board(desk.frame, "/desk/questions", "questions.html", may_propose)
        self._desk = desk
        self._frame = desk.frame
        self._learn = learn
        self._show = show
        self._label = label

    def router(self) -> APIRouter:
        router, board = APIRouter(prefix="/desk/questions", include_in_schema=False), self._board
        router.add_api_route("", board.show(self.page), methods=["GET"])
        router.add_api_route("/propose", board.act(self.propose), methods=["POST"])
        router.add_api_route("/drop", board.act(self.drop), methods=["POST"])
        router.add_api_route("/decide", board.act(self.decide), methods=["POST"])
        return router

    async def page(self, request: Request, entered: Entered) -> Response:
        return await self._page(request, entered)

    async def propose(self, request: Request, entered: Entered, form: Form) -> Response:
        reply = Text(form.get("zh", "").strip(), form.get("en", "").strip())
        lesson = Lesson(
            key_of(field(form, "question")),
            field(form, "phrasing"),
            field(form, "topic"),
            reply,
            "",
            self._desk.clock.now(),
        )
        return await self._answer(request, entered, "proposed", await self._learn.propose(lesson, entered.staff))

    async def drop(self, request: Request, entered: Entered, form: Form) -> Response:
        done = await self._learn.drop(key_of(field(form, "question")), entered.staff)
        return await self._answer(request, entered, "dropped", done)

    async def decide(self, request: Request, entered: Entered, form: Form) -> Response:
        lesson_id, accepts = number(form.get("lesson", "")), form.get("verdict") == "accept"
        decide = self._learn.accept if accepts else self._learn.refuse
        said = "learned" if accepts else "refused"
        return await self._answer(request, entered, said, await decide(lesson_id, entered.staff))

    async def _answer(self, request: Request, entered: Entered, said: str, done: Learned | NotLearned) -> Response:
        if isinstance(done, Learned):
            return self._board.back(said)
        words = self._frame.words(self._frame.language(request))
        return await self._page(request, entered, words[f"learn.not.{done.reason}"].format(what=done.what))

    async def _page(self, request: Request, entered: Entered, problem: str = "") -> Response:
        language, names = self._frame.language(request), await self._desk.names()
        found = await self._show()
        topics = sorted((self._label(topic, language), topic) for topic in self._learn.topics())
        data = {
            "waiting": [self._lesson(lesson, language, names) for lesson in await self._learn.waiting()],
            "questions": [self._question(question, language) for question in found[:_SHOWN] if not question.proposed],
            "topics": [{"id": topic, "label": f"{label} · {topic}"} for label, topic in topics],
            "decides": may_decide(entered.staff),
        }
        return self._board.page(request, entered, data, problem)

    def _question(self, question: Question, language: Language) -> dict[str, Any]:
        return {
            "key": question.key,
            "words": question.words,
            "count": question.count,
            "chats": question.chats,
            "last": self._desk.moment(question.last_at),
            "topics": [{"id": topic, "label": self._label(topic, language)} for topic in question.topics],
            "topic": question.topics[0] if question.topics else "",
        }

    def _lesson(self, lesson: Lesson, language: Language, names: Mapping[str, str]) -> dict[str, Any]:
        return {
            "id": lesson.lesson_id,
            "phrasing": lesson.phrasing,
            "topic": self._label(lesson.topic, language) if lesson.topic else "",
            "topic_id": lesson.topic,
            "zh": lesson.reply.zh,
            "en": lesson.reply.en,
            "by": names.get(lesson.by, lesson.by),
            "at": self._desk.moment(lesson.at),
        }
