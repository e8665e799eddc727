"""Every word and template that the staff group needs; ``xiaoer check`` proves that each exists in both languages."""

from __future__ import annotations

from typing import get_args

from bot.core.care import WHYS
from bot.core.cases import ROLES, Reason
from bot.core.orders import Flag, Status

#: Template below ``templates/staff/<language>/`` -> names of its variables (:mod:`bot.core.case_card`).
STAFF_SAYINGS: dict[str, frozenset[str]] = {
    "card": frozenset(
        (
            "title", "case_id", "reason", "words", "source", "does", "role", "facts", "orders", "basket", "promised",
            "messages", "who", "since", "due", "opened", "state", "owner", "name", "own", "suggestions",
            "care",
        )
    ),
    "sheet": frozenset(("shift", "day", "lines", "late")),
}  # fmt: skip

#: Answers to staff; ``{who}``, ``{role}`` and ``{what}`` are filled in.
ANSWERS = (
    "not_staff", "disabled", "away", "not_held", "not_written", "unknown", "held", "not_yours", "moved", "closed",
    "forbidden", "beyond", "enter_again", "done", "taken", "given_back", "ended", "note_ask", "noted", "flag_which",
    "flagged", "flag_ask", "no_order", "pass_which", "passed", "sent", "asked", "linked", "bad_code", "duty",
    "duty_nobody", "failed", "no_topic", "empty", "busy", "sheet_done", "media", "foreign", "edit_warned",
    "beyond_step", "four_eyes", "beyond_all", "nobody", "fix_how",
)  # fmt: skip

#: Lines of a handover sheet (:mod:`bot.core.handover_sheet`), with their placeholders.
SHEET_LINES = ("waits", "unanswered", "held", "case", "until", "late", "broken", "due", "more")

#: Labels that ``_buttons.j2`` of the staff's templates must hold.
STAFF_LABELS: tuple[str, ...] = (
    "language", "customer", "talk", "comma", "lag", "twice", "order_placed",
    *(f"say.{name}" for name in ANSWERS),
    "do.take", "do.back", "do.note", "do.flag", "do.pass", "do.see", "do.close", "do.menu", "do.sure", "do.ask",
    "do.sheet",
    *(f"role.{role}" for role in ROLES),
    *(f"flag.{flag.name.lower()}" for flag in Flag),
    *(f"status.{status.value}" for status in Status),
    *(f"reason.{reason}" for reason in get_args(Reason)),
    *(f"kind.{kind}" for kind in ("photo", "voice", "video", "document", "sticker", "location", "start", "other")),
    *(f"back.{by}" for by in ("staff", "shopper", "silence", "case")),
    *(f"sheet.{what}" for what in SHEET_LINES),
    "care.title",
    *(f"care.{why}" for why in WHYS),
    *(f"moved.{what}" for what in ("unanswered", "late", "reminded", "transferred")),
)  # fmt: skip
