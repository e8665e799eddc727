"""Special care for a disappointed customer (D5): who is one, and for how long everybody is told. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, get_args

from bot.core.cases import Case
from bot.core.complaint_figures import NO_GRIEVANCE, closed_at
from bot.core.conversation import Conversation
from bot.core.ledger import Promised
from bot.core.reviews import Review
from bot.core.rounds import Found

#: ``low_mark``: 1 or 2 of 5 after a matter. ``refused``: a complaint or after-sales case ended against her.
#: ``repeated``: two complaints or more. ``bad_review``: a serious one. ``late_promise``: what was promised is overdue.
Why = Literal["bad_review", "repeated", "refused", "low_mark", "late_promise"]
#: What weighs most first.
WHYS: Final[tuple[Why, ...]] = get_args(Why)
#: Marks of 1 to 5 up to which she is disappointed.
LOW_MARK: Final = 2
SERIOUS: Final = 1
MANY_COMPLAINTS: Final = 2
#: Ends of a grievance that are against her.
AGAINST_HER: Final = frozenset({"refused", "ruled"})


@dataclass(frozen=True, slots=True)
class CareRules:
    #: She is marked for so long, counted from the newest reason.
    days: float = 90
    #: What happened longer ago is not listed any more: it was found by an earlier round.
    look_back_days: float = 7


CARE_RULES: Final = CareRules()


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of satisfaction, with the case it is about."""

    case: Case
    mark: int


def disappointed(
    at: datetime,
    *,
    marks: Iterable[Mark] = (),
    cases: Sequence[Case] = (),
    promises: Iterable[Promised] = (),
    reviews: Iterable[tuple[Review, str]] = (),
    rules: CareRules = CARE_RULES,
) -> Iterator[Found]:
    """Each matter once. ``reviews``: with the conversation of their order, empty where there is none; ``cases``: of
    the last :attr:`CareRules.days`."""
    since = at - timedelta(days=rules.look_back_days)
    for given in marks:
        if given.mark <= LOW_MARK:
            yield _found("low_mark", given.case.case_id, given.case.conversation_id, rules, _about(given))
    yield from _refused(cases, since, rules)
    yield from _repeated(cases, at, since, rules)
    for review, conversation_id in reviews:
        if review.severity <= SERIOUS and not review.over and (review.imported_at or review.at) >= since:
            facts = {"order": review.order_no, "fault": review.fault}
            yield _found("bad_review", review.review_id, conversation_id, rules, facts)
    for promise in promises:
        if promise.broken(at) and promise.due_at >= since:
            facts = {"what": promise.words, "due": _moment(promise.due_at, at), "order": promise.order_no}
            yield _found("late_promise", promise.promise_id, promise.conversation_id, rules, facts)


def _refused(cases: Iterable[Case], since: datetime, rules: CareRules) -> Iterator[Found]:
    for case in cases:
        ended = closed_at(case)
        if case.reason in NO_GRIEVANCE or case.step not in AGAINST_HER or ended is None or ended < since:
            continue
        yield _found("refused", case.case_id, case.conversation_id, rules, {"matter": case.reason, **_order(case)})


def _repeated(cases: Iterable[Case], at: datetime, since: datetime, rules: CareRules) -> Iterator[Found]:
    """Once for each complaint beyond the first, so that the third one is seen as well."""
    hers = dict[str, list[Case]]()
    for case in sorted(cases, key=lambda case: (case.opened_at, case.case_id)):
        if case.reason == "complaint" and case.opened_at >= at - timedelta(days=rules.days):
            hers.setdefault(case.conversation_id, []).append(case)
    for conversation_id, complaints in hers.items():
        newest = complaints[-1]
        if len(complaints) >= MANY_COMPLAINTS and newest.opened_at >= since:
            facts = {"complaints": str(len(complaints)), **_order(newest)}
            yield _found("repeated", newest.case_id, conversation_id, rules, facts)


def _about(given: Mark) -> dict[str, str]:
    return {"mark": f"{given.mark}/5", "matter": given.case.reason, **_order(given.case)}


def _order(case: Case) -> dict[str, str]:
    return {"order": case.fact("order_no") or (case.order_nos[-1] if case.order_nos else "")}


def _moment(at: datetime, now: datetime) -> str:
    return at.astimezone(now.tzinfo).isoformat(timespec="minutes")


def _found(why: Why, subject: str, conversation_id: str, rules: CareRules, facts: Mapping[str, str]) -> Found:
    known = tuple((name, value) for name, value in facts.items() if value)
    chat = (("chat", conversation_id),) if conversation_id else ()
    return Found(
        subject=subject,
        reason=why,
        conversation_id=conversation_id,
        facts=(*known, *chat),
        rank=WHYS.index(why),
        care_days=rules.days,
    )


def cared(talk: Conversation, now: datetime) -> str:
    """Why she gets special care at ``now``; empty: she gets none."""
    until = talk.care_until
    return talk.care_reason if until is not None and now.astimezone(UTC) < until.astimezone(UTC) else ""
