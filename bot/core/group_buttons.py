"""Buttons of the staff group: ``k:<verb>:<case id>:<step>[:<arg>]``, ids only, at most 64 bytes.

Whatever comes back is untrusted: it names things, it never proves anything. Who may do what is looked up when pressed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

from bot.core.case_steps import current
from bot.core.cases import ROLES, Case
from bot.core.conversation import Conversation
from bot.core.group_words import Reader
from bot.core.messages import RenderedButton
from bot.core.orders import Flag
from bot.core.playbooks import Playbook

MAX_BYTES = 64

#: ``do``: an outcome of the step. ``pass``: to another role. ``see``: facts in full, to the one who presses. ``menu``:
#: the usual buttons again. ``sure``: send the answered message anyway. ``ask``: have it approved. ``sheet``: confirm a
#: handover sheet.
Verb = Literal["take", "do", "back", "close", "note", "flag", "pass", "see", "menu", "sure", "ask", "sheet"]
_FORM = re.compile(r"k:(?P<verb>[a-z]+):(?P<case>[\w.-]*):(?P<step>[\w.#-]*)(?::(?P<arg>[\w.#-]*))?")


@dataclass(frozen=True, slots=True)
class Press:
    verb: Verb
    case_id: str = ""
    step: str = ""
    arg: str = ""


def action(verb: Verb, case_id: str = "", step: str = "", arg: str = "") -> str:
    return f"k:{verb}:{case_id}:{step}" + (f":{arg}" if arg else "")


def parse(data: str) -> Press | None:
    """None: no button of ours."""
    found = _FORM.fullmatch(data) if len(data.encode()) <= MAX_BYTES else None
    if found is None or found["verb"] not in get_args(Verb):
        return None
    return Press(cast(Verb, found["verb"]), found["case"], found["step"], found["arg"] or "")


def outcome_action(book: Playbook, case: Case, step_id: str, outcome_id: str) -> str:
    """Ids where they fit, places (``#2``) where they would be too long."""
    plain = action("do", case.case_id, step_id, outcome_id)
    if len(plain.encode()) <= MAX_BYTES and _FORM.fullmatch(plain):
        return plain
    steps = [step.id for step in book.steps]
    step = book.steps[steps.index(step_id)]
    place = [outcome.id for outcome in step.outcomes].index(outcome_id)
    return action("do", case.case_id, f"#{steps.index(step_id)}", f"#{place}")


def named(book: Playbook, press: Press) -> tuple[str, str]:
    """Ids of step and outcome that an ``outcome_action`` names; empty where there is no such thing."""
    step_id = _at([step.id for step in book.steps], press.step)
    step = book.step(step_id)
    return step_id, _at([outcome.id for outcome in step.outcomes] if step else [], press.arg)


def _at(ids: list[str], name: str) -> str:
    if not name.startswith("#"):
        return name
    place = name.removeprefix("#")
    return ids[int(place)] if place.isascii() and place.isdigit() and int(place) < len(ids) else ""


def card_buttons(case: Case | None, book: Playbook | None, talk: Conversation, reader: Reader) -> list[RenderedButton]:
    """What can be done with a case now; without a case, with the conversation."""
    label, case_id = reader.labels, case.case_id if case else ""
    made = list[RenderedButton]()
    step = current(book, case) if case and book else None
    if step is not None and case is not None and book is not None and case.state == "open":
        made += [
            RenderedButton(
                _short(outcome.label.get("zh" if label["language"] == "zh" else "en")),
                outcome_action(book, case, step.id, outcome.id),
            )
            for outcome in step.outcomes
        ]
    if talk.owner != "agent":
        made.insert(0, RenderedButton(label["do.take"], action("take", case_id)))
    else:
        made.append(RenderedButton(label["do.back"], action("back", case_id)))
    made.append(RenderedButton(label["do.note"], action("note", case_id)))
    if talk.order_nos:
        made.append(RenderedButton(label["do.flag"], action("flag", case_id)))
    if case is not None and case.open:
        made.append(RenderedButton(label["do.pass"], action("pass", case_id)))
        if any(fact.masked and case.known.get(fact.id) for fact in (book.facts if book else ())):
            made.append(RenderedButton(label["do.see"], action("see", case_id)))
    if talk.owner in ("agent", "waiting"):
        made.append(RenderedButton(label["do.close"], action("close", case_id)))
    return made


def role_buttons(case: Case, reader: Reader) -> list[RenderedButton]:
    label = reader.labels
    made = [
        RenderedButton(label[f"role.{role}"], action("pass", case.case_id, "", role))
        for role in ROLES
        if role != case.role
    ]
    return [*made, RenderedButton(label["do.menu"], action("menu", case.case_id))]


def flag_buttons(case_id: str, reader: Reader) -> list[RenderedButton]:
    label = reader.labels
    made = [
        RenderedButton(label[f"flag.{flag.name.lower()}"], action("flag", case_id, "", flag.name.lower()))
        for flag in Flag
    ]
    return [*made, RenderedButton(label["do.menu"], action("menu", case_id))]


def _short(words: str) -> str:
    return words if len(words) <= 30 else f"{words[:29]}…"
