"""What stands in the desk's queue, and in which order: who waits longest for somebody like her comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from bot.core.case_steps import may_act
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.people import Staff, covers
from bot.core.playbooks import Playbook
from bot.core.snooze import back_at, waits_since

#: ``inbox``: what needs her. ``mine``: hers, answered or not. ``cases``: with a matter she may decide.
#: ``snoozed``: what she put aside, and for those who lead what anybody did.
View = Literal["inbox", "mine", "cases", "snoozed", "all", "closed"]
VIEWS: tuple[View, ...] = get_args(View)

#: ``waits``: for anybody. ``asks``: for her, who has the chat. ``decide``: a matter is hers to decide.
#: ``back``: she put it aside, and its time has come. ``held``: she has it. ``others``: somebody else has.
#: The earlier here, the more urgent.
Need = Literal["waits", "asks", "decide", "back", "held", "others", "bot", "closed"]
_RANK: dict[Need, int] = {need: rank for rank, need in enumerate(get_args(Need))}
#: ``asks`` is as urgent as ``waits``: the longest wait counts.
_RANK["asks"] = 0

Matter = tuple[Case, Playbook]
_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Queued:
    talk: Conversation
    need: Need
    #: Since when she waits for an answer; None: she does not.
    since: datetime | None
    #: Open matters of this conversation.
    matters: tuple[Matter, ...]
    changed_at: datetime
    #: Until when it is put aside, by whomever; None: it is not, or it is back.
    until: datetime | None = None

    def sooner(self) -> tuple[int, datetime, datetime]:
        """For sorting; without anybody waiting the newest first among the bot's, the oldest among people's."""
        due = min((case.due_at for case, _ in self.matters if case.due_at), default=_EVER)
        since = self.since or due
        return _RANK[self.need], since.astimezone(UTC), self.changed_at


def queued(staff: Staff, talk: Conversation, matters: Sequence[Matter], changed_at: datetime, now: datetime) -> Queued:
    """``matters``: the open ones."""
    since = waits_since(talk)
    until = None if since else back_at(talk, staff, matters) or talk.snoozed_until
    until = until if until and until > now else None
    return Queued(talk, _need(staff, talk, matters, now), since, tuple(matters), changed_at, until)


def _need(staff: Staff, talk: Conversation, matters: Sequence[Matter], now: datetime) -> Need:
    hers = talk.owner == "agent" and talk.agent_id == staff.staff_id
    back = talk.snoozed_until is not None and talk.snoozed_by == staff.staff_id and talk.snoozed_until <= now
    if talk.owner == "waiting":
        return "waits"
    if hers and waits_since(talk) is not None:
        return "asks"
    if any(to_decide(staff, case, book) for case, book in matters):
        return "decide"
    if back and (hers or talk.owner == "bot"):
        return "back"
    if hers:
        return "held"
    return "others" if talk.owner == "agent" else "closed" if talk.owner == "closed" else "bot"


def to_decide(staff: Staff, case: Case, book: Playbook) -> bool:
    """Whether this matter waits for her; the mere talk with a shopper is no decision."""
    return case.state == "open" and bool(case.playbook) and may_act(book, case, staff)


def in_view(item: Queued, view: View, staff: Staff) -> bool:
    hers = item.talk.snoozed_by == staff.staff_id
    match view:
        case "inbox":
            return not (item.until and hers) and item.need in ("waits", "asks", "decide", "back", "held")
        case "mine":
            return item.talk.agent_id == staff.staff_id or any(c.assigned == staff.staff_id for c, _ in item.matters)
        case "cases":
            return any(to_decide(staff, case, book) for case, book in item.matters)
        case "snoozed":
            return item.until is not None and (hers or covers(staff.roles, "supervisor"))
        case "closed":
            return item.need == "closed"
    return item.need != "closed"


def in_order(items: Iterable[Queued], view: View) -> list[Queued]:
    """The most urgent first; closed ones the newest first."""
    if view == "closed":
        return sorted(items, key=lambda item: item.changed_at, reverse=True)
    if view == "snoozed":
        return sorted(items, key=lambda item: item.until or _EVER)
    urgent = sorted(items, key=Queued.sooner)
    quiet = [item for item in urgent if item.need == "bot"]
    return [item for item in urgent if item.need != "bot"] + sorted(quiet, key=lambda i: i.changed_at, reverse=True)
