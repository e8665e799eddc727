"""The boards of the agents' desk, put together: pages beside the conversations."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.app.commands import nudge_rules, stock_left
from bot.app.learning import build_learn
from bot.app.people import People
from bot.app.shop import BuiltShop, Places
from bot.app.staff_commands import shift_handover
from bot.core.calls import may_call
from bot.core.dialogue.clarify import label
from bot.core.messages import Language
from bot.service.learn import ShowUnanswered, may_propose
from bot.service.quick import QuickReplies, may_use
from bot.service.report_numbers import sees_numbers
from bot.service.show_desk import ShowDesk
from bot.settings import Settings, load_secrets

if TYPE_CHECKING:
    from fastapi import APIRouter

    from bot.adapters.store_sqlite import SqliteStore
    from handlers.web.desk.board import Desk
    from handlers.web.desk.frame import Place


@dataclass(frozen=True, slots=True)
class Parts:
    """What boards are made from."""

    settings: Settings
    places: Places
    built: BuiltShop
    people: People
    store: SqliteStore


def board_places() -> tuple[Place, ...]:
    from handlers.web.desk.frame import Place

    return (
        Place("talks", "/desk"),
        Place("search", "/desk/search"),
        Place("questions", "/desk/questions", may_propose),
        Place("quick", "/desk/quick", may_use),
        Place("reminders", "/desk/reminders", may_call),
        Place("shifts", "/desk/shifts"),
        Place("figures", "/desk/figures", sees_numbers),
    )


def build_boards(parts: Parts, desk: Desk, show: ShowDesk) -> tuple[APIRouter, ...]:
    return (
        _questions(parts, desk),
        _quick(parts, desk, show),
        _reminders(parts, desk),
        _shifts(parts, desk),
        _figures(parts, desk),
        _search(parts, desk),
    )


def _questions(parts: Parts, desk: Desk) -> APIRouter:
    from handlers.web.desk.questions import Questions

    composer, clock = parts.built.composer, parts.built.clock

    def called(topic: str, language: Language) -> str:
        answer = composer.shop.answer_by_topic.get(topic)
        return label(answer, language) if answer else topic

    learn = build_learn(parts.settings, parts.places, parts.built, parts.store)
    return Questions(desk, learn, ShowUnanswered(parts.store, clock), called).router()


def _quick(parts: Parts, desk: Desk, show: ShowDesk) -> APIRouter:
    from bot.adapters.photo_files import PhotoFiles
    from bot.service.quick_pictures import QuickPictures
    from handlers.web.desk.quick import Quick

    composer, forbidden = parts.built.composer, parts.settings.words.forbidden
    own, photos = PhotoFiles(parts.places.data / "quick"), PhotoFiles(parts.places.data / "uploads")
    pictures = QuickPictures(parts.store, own, photos)
    quick = QuickReplies(parts.store, show.allowed, lambda: composer.shop, forbidden, parts.built.clock, pictures)
    asked = ShowUnanswered(parts.store, parts.built.clock)
    return Quick(desk, quick, asked, parts.settings.web.max_photo_bytes).router()


def _reminders(parts: Parts, desk: Desk) -> APIRouter:
    from bot.service.reminder_board import ReminderBoard
    from bot.service.send_nudges import SendNudges
    from handlers.web.desk.reminders import Reminders

    rules, store = nudge_rules(parts.settings, load_secrets(os.environ)), parts.store
    nudges = SendNudges(store, stock_left(parts.built.shop, store), rules)
    return Reminders(desk, ReminderBoard(store, nudges, rules, parts.built.clock)).router()


def _shifts(parts: Parts, desk: Desk) -> APIRouter:
    from bot.service.report_numbers import ReportNumbers
    from handlers.web.desk.shifts import Shifts

    duty, store = parts.people.duty, parts.store
    sheets = shift_handover(parts.settings, parts.places, parts.built.shop, store, duty)
    return Shifts(desk, duty.fresh, sheets, ReportNumbers(store)).router()


def _figures(parts: Parts, desk: Desk) -> APIRouter:
    from bot.service.report_complaints import Names, ReportComplaints
    from handlers.web.desk.figures import FiguresPage

    shop = parts.built.shop
    return FiguresPage(desk, ReportComplaints(parts.store, shop), Names(shop)).router()


def _search(parts: Parts, desk: Desk) -> APIRouter:
    from bot.service.search import Search
    from handlers.web.desk.search import SearchPage

    return SearchPage(desk, Search(parts.store, parts.people.acts.context, parts.built.clock)).router()
