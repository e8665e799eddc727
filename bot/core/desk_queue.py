"""What stands in the desk's queue, and in which order: who waits longest for somebody like her comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from bot.core.case_steps import may_act
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.people import Staff
from bot.core.playbooks import Playbook

#: ``inbox``: what needs her. ``mine``: hers, answered or not. ``cases``: with a matter she may decide.
View = Literal["inbox", "mine", "cases", "all", "closed"]
VIEWS: tuple[View, ...] = get_args(View)

#: ``waits``: for anybody. ``asks``: for her, who has the chat. ``decide``: a matter is hers to decide. ``held``: she
#: has it. ``others``: somebody else has. The earlier here, the more urgent.
Need = Literal["waits", "asks", "decide", "held", "others", "bot", "closed"]
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

    def sooner(self) -> tuple[int, datetime, datetime]:
        """For sorting; without anybody waiting the newest first among the bot's, the oldest among people's."""
        due = min((case.due_at for case, _ in self.matters if case.due_at), default=_EVER)
        since = self.since or due
        return _RANK[self.need], since.astimezone(UTC), self.changed_at


def queued(staff: Staff, talk: Conversation, matters: Sequence[Matter], changed_at: datetime) -> Queued:
    """``matters``: the open ones."""
    since = _waits_since(talk)
    return Queued(talk, _need(staff, talk, matters, since), since, tuple(matters), changed_at)


def _need(staff: Staff, talk: Conversation, matters: Sequence[Matter], since: datetime | None) -> Need:
    hers = talk.owner == "agent" and talk.agent_id == staff.staff_id
    if talk.owner == "waiting":
        return "waits"
    if hers and since is not None:
        return "asks"
    if any(to_decide(staff, case, book) for case, book in matters):
        return "decide"
    if hers:
        return "held"
    return "others" if talk.owner == "agent" else "closed" if talk.owner == "closed" else "bot"


def to_decide(staff: Staff, case: Case, book: Playbook) -> bool:
    """Whether this matter waits for her; the mere talk with a shopper is no decision."""
    return case.state == "open" and bool(case.playbook) and may_act(book, case, staff)


def _waits_since(talk: Conversation) -> datetime | None:
    if talk.owner == "waiting":
        return talk.waiting_since or talk.last_at
    spoke, answered = talk.last_at, talk.person_spoke_at
    if talk.owner == "agent" and spoke is not None and (answered is None or spoke > answered):
        return spoke
    return None


def in_view(item: Queued, view: View, staff: Staff) -> bool:
    match view:
        case "inbox":
            return item.need in ("waits", "asks", "decide", "held")
        case "mine":
            return item.talk.agent_id == staff.staff_id or any(c.assigned == staff.staff_id for c, _ in item.matters)
        case "cases":
            return any(to_decide(staff, case, book) for case, book in item.matters)
        case "closed":
            return item.need == "closed"
    return item.need != "closed"


def in_order(items: Iterable[Queued], view: View) -> list[Queued]:
    """The most urgent first; closed ones the newest first."""
    if view == "closed":
        return sorted(items, key=lambda item: item.changed_at, reverse=True)
    urgent = sorted(items, key=Queued.sooner)
    quiet = [item for item in urgent if item.need == "bot"]
    return [item for item in urgent if item.need != "bot"] + sorted(quiet, key=lambda i: i.changed_at, reverse=True)
