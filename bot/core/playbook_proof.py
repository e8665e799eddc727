"""Proves a playbook before it runs: every step can be reached, every path ends, nobody is asked without a deadline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.core.case_keys import EARLIER, SEEN
from bot.core.case_order import DAYS_RULE, HOURS, HOURS_RULE, ORDER_STATE, holds
from bot.core.case_steps import SENIOR, facts_of, placeholders
from bot.core.cases import ROLES
from bot.core.catalogue import Text
from bot.core.fact_values import BOUNDED
from bot.core.orders import Status
from bot.core.playbooks import Fact, Outcome, Playbook, Promise, Step
from bot.core.understanding.normalise import clean

#: A button holds the verb, the case, the step and the outcome in 64 bytes.
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,15}")
#: Words that more people read than need to see a masked fact (E8): cards, order notes, the ledger.
_SEEN_BY_MANY = ("does", "note", "words")
#: Facts that whoever fills the words knows by itself.
BUILT_IN = ("order", "given", "granted", "paid_hours", "shipped_hours", "signed_hours")
_ORDER_STATES = frozenset({"none", *Status})


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong; ``where`` is the way to it by keys and places (``steps``, 0, ``outcomes``, 1, ``to``)."""

    where: tuple[str | int, ...]
    what: str

    def __str__(self) -> str:
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.where).lstrip(".")
        return f"{path}: {self.what}" if path else self.what


def proved(book: Playbook) -> list[str]:
    """What is wrong with it, a sentence each; empty: it may run."""
    return [str(flaw) for flaw in flaws(book)]


def flaws(book: Playbook) -> list[Flaw]:
    found = [*_shape(book), *_facts(book), *_once(book), *_steps(book), *_words(book)]
    # Ways are looked at only where every target exists: one mistake is told once.
    return found or list(_ways(book))


# --- parts ---


def _shape(book: Playbook) -> Iterator[Flaw]:
    if not book.steps:
        yield Flaw(("steps",), "needs at least one step")
    if not book.ends:
        yield Flaw(("ends",), "needs at least one end")
    places = [("steps", i, step.id) for i, step in enumerate(book.steps)]
    places += [("ends", i, end.id) for i, end in enumerate(book.ends)]
    yield from _ids(places)


def _ids(places: Iterable[tuple[str, int, str]], before: tuple[str | int, ...] = ()) -> Iterator[Flaw]:
    seen: set[str] = set()
    for key, place, name in places:
        where = (*before, key, place, "id")
        if not _ID.fullmatch(name):
            yield Flaw(where, f"the id {name[:40]!r} should be 1 to 16 of a-z, 0-9, '_' and '-'")
        if name in seen:
            yield Flaw(where, f"the id {name!r} stands twice")
        seen.add(name)


def _facts(book: Playbook) -> Iterator[Flaw]:
    yield from _ids(("facts", i, fact.id) for i, fact in enumerate(book.facts))
    before: dict[str, Fact] = {}
    for place, fact in enumerate(book.facts):
        where = ("facts", place)
        if not fact.ask:
            yield Flaw((*where, "ask"), "is missing: how the shopper is asked for it")
        yield from _fact(fact, where)
        yield from _conditions(fact.when, where, before)
        if fact.at and book.step(fact.at) is None:
            yield Flaw((*where, "at"), f"{fact.at!r} is no step")
        if fact.answer is not None and (not fact.at or fact.answer.days < 1):
            yield Flaw((*where, "answer_within"), "belongs to a fact that is asked at a step, and is a day or more")
        before[fact.id] = fact


def _fact(fact: Fact, where: tuple[str | int, ...]) -> Iterator[Flaw]:
    for key, bound in (("least", fact.least), ("most", fact.most)):
        if bound is not None and fact.kind not in BOUNDED:
            yield Flaw((*where, key), f"belongs to a fact of kind {', '.join(BOUNDED)}, not {fact.kind}")
    if fact.least is not None and fact.most is not None and fact.least > fact.most:
        yield Flaw((*where, "most"), "is less than the least")
    if fact.past and fact.kind != "date":
        yield Flaw((*where, "past"), f"belongs to a fact of kind date, not {fact.kind}")
    if fact.kind != "choice":
        if fact.choices:
            yield Flaw((*where, "choices"), f"belong to a fact of kind choice, not {fact.kind}")
        return
    if len(fact.choices) < 2:
        yield Flaw((*where, "choices"), "a choice needs at least two")
    yield from _ids((("choices", i, choice.id) for i, choice in enumerate(fact.choices)), where)
    names: dict[str, str] = {}
    for place, choice in enumerate(fact.choices):
        for name in {clean(said) for said in (choice.label.zh, choice.label.en, *choice.aliases)} - {""}:
            if names.setdefault(name, choice.id) != choice.id:
                yield Flaw((*where, "choices", place), f"{name!r} is a name of {names[name]!r} too")


def _conditions(
    when: tuple[tuple[str, tuple[str, ...]], ...], where: tuple[str | int, ...], before: Mapping[str, Fact]
) -> Iterator[Flaw]:
    for name, values in when:
        if name == ORDER_STATE:
            for value in sorted(set(values) - _ORDER_STATES):
                yield Flaw(
                    (*where, "when"), f"no order is ever {value!r}; it may be {', '.join(sorted(_ORDER_STATES))}"
                )
            continue
        if name == SEEN:
            for value in sorted(set(values) - {"yes", "no"}):
                yield Flaw((*where, "when"), f"{SEEN} is never {value!r}; it may be yes or no")
            continue
        if name in HOURS:
            for value in values:
                if not HOURS_RULE.fullmatch(value):
                    yield Flaw((*where, "when"), f"{value!r} is no condition on hours; write under 96 or over 96")
            continue
        asked = before.get(name)
        if asked is None:
            yield Flaw((*where, "when"), f"{name!r} is no fact that is asked before")
            continue
        if asked.kind == "date" and where[0] == "steps":
            for value in values:
                if not asked.past or not DAYS_RULE.fullmatch(value):
                    yield Flaw((*where, "when"), f"{value!r} is no condition on a past day; write within 15 days")
            continue
        allowed = {"yes", "no"} if asked.kind == "yes_no" else {choice.id for choice in asked.choices}
        if asked.kind not in ("choice", "yes_no"):
            yield Flaw((*where, "when"), f"{name!r} is of kind {asked.kind}; only a choice or yes_no can decide")
        for value in values:
            if asked.kind in ("choice", "yes_no") and value not in allowed:
                yield Flaw((*where, "when"), f"{name!r} is never {value!r}; it may be {', '.join(sorted(allowed))}")


def _steps(book: Playbook) -> Iterator[Flaw]:
    known = {step.id for step in book.steps} | {end.id for end in book.ends}
    facts = facts_of(book)
    for place, step in enumerate(book.steps):
        where = ("steps", place)
        yield from _step(step, where)
        yield from _conditions(step.when, where, facts)
        yield from _ids((("outcomes", i, outcome.id) for i, outcome in enumerate(step.outcomes)), where)
        yield from _four_eyes(book, step, where)
        yield from _waits(step, facts, where)
        for key, to in _targets(step):
            if to not in known:
                yield Flaw((*where, *key), f"leads to {to!r}, which is neither a step nor an end")
        for nth, outcome in enumerate(step.outcomes):
            yield from _outcome(book, outcome, (*where, "outcomes", nth))


def _step(step: Step, where: tuple[str | int, ...]) -> Iterator[Flaw]:
    if bool(step.when) != bool(step.otherwise):
        yield Flaw((*where, "else" if step.when else "when"), "is missing: when and else belong together")
    if step.goes:
        if not step.when:
            yield Flaw((*where, "when"), "is missing: a fork goes two ways")
        return
    for key, role in (("role", step.role), ("late_role", step.late_role)):
        if role not in ROLES and (role or key == "late_role"):
            yield Flaw((*where, key), f"unknown role {role!r}")
    if not step.outcomes:
        yield Flaw((*where, "outcomes"), "nobody could ever decide it; it needs at least one outcome")
    if not step.within_minutes > 0 or (step.calendar is not None and step.calendar.days < 1):
        yield Flaw((*where, "within"), "has no deadline")
    if step.remind_minutes and not 0 < step.remind_minutes < step.within_minutes:
        yield Flaw((*where, "remind"), "should come before the deadline")


def _four_eyes(book: Playbook, step: Step, where: tuple[str | int, ...]) -> Iterator[Flaw]:
    for place, name in enumerate(step.not_by):
        if name == step.id or book.step(name) is None:
            yield Flaw((*where, "not_by", place), f"{name!r} is no other step")


def _waits(step: Step, facts: Mapping[str, Fact], where: tuple[str | int, ...]) -> Iterator[Flaw]:
    waits = step.waits
    if waits is None:
        return
    if not min(waits.days, waits.least_days) >= 0:
        yield Flaw((*where, "waits", "days"), "must not be negative")
    if (waits.status is None) is (not waits.until):
        yield Flaw((*where, "waits", "status"), "is what it waits for: an order's status, or until, a day")
    elif waits.until and (waits.until not in facts or facts[waits.until].kind != "date"):
        yield Flaw((*where, "waits", "until"), f"{waits.until!r} is no fact of kind date")


def _targets(step: Step) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for place, outcome in enumerate(step.outcomes):
        yield ("outcomes", place, "to"), outcome.to
    if step.otherwise:
        yield ("else",), step.otherwise
    if step.goes:
        yield ("goes",), step.goes
    if step.waits is not None:
        yield ("waits", "to"), step.waits.to
        if step.waits.otherwise:
            yield ("waits", "otherwise"), step.waits.otherwise


def _outcome(book: Playbook, outcome: Outcome, where: tuple[str | int, ...]) -> Iterator[Flaw]:
    if not outcome.label:
        yield Flaw((*where, "label"), "is missing: what stands on the button")
    if outcome.enter is not None:
        yield from _entered(book, outcome.enter, (*where, "enter"))
    if outcome.promise is not None:
        yield from _promise(book, outcome.promise, (*where, "promise"))
    if outcome.flag is not None and not outcome.note:
        yield Flaw((*where, "flag"), "a flag needs a note that says why")


def _entered(book: Playbook, fact: Fact, where: tuple[str | int, ...]) -> Iterator[Flaw]:
    if not _ID.fullmatch(fact.id):
        yield Flaw((*where, "id"), f"the id {fact.id[:40]!r} should be 1 to 16 of a-z, 0-9, '_' and '-'")
    if not fact.label:
        yield Flaw((*where, "label"), "is missing: what has to be entered")
    if fact.kind == "photo":
        yield Flaw((*where, "kind"), "a photo cannot be entered with a button")
    if fact.when:
        yield Flaw((*where, "when"), "what is entered with an outcome has no condition")
    if fact.at:
        yield Flaw((*where, "at"), "what is entered with an outcome is not asked at a step")
    if fact.below and (fact.below not in facts_of(book) or facts_of(book)[fact.below].kind != fact.kind):
        yield Flaw((*where, "below"), f"{fact.below!r} is no fact of kind {fact.kind}")
    other = facts_of(book)[fact.id]
    if other.kind != fact.kind:
        yield Flaw((*where, "id"), f"the fact {fact.id!r} is of kind {other.kind} elsewhere")
    yield from _fact(fact, where)


def _promise(book: Playbook, promise: Promise, where: tuple[str | int, ...]) -> Iterator[Flaw]:
    for key, figure, kinds in (
        ("percent", promise.percent, ("percent", "number")),
        ("yuan", promise.yuan, ("money",)),
        ("at_most", promise.at_most, ("money",)),
    ):
        name = figure.strip("{}")
        if figure.startswith("{"):
            fact = facts_of(book).get(name)
            if fact is None or fact.kind not in kinds:
                yield Flaw((*where, key), f"{name!r} is no fact of kind {' or '.join(kinds)}")
        elif figure and not re.fullmatch(r"\d{1,6}(\.\d{1,2})?", figure):
            yield Flaw((*where, key), f"{figure[:40]!r} is no number")
    if promise.kind == "discount" and not promise.percent and not promise.yuan:
        yield Flaw((*where, "percent"), "is missing: how much is taken off")
    if promise.kind in ("coupon", "cash") and not promise.yuan and not promise.percent:
        yield Flaw((*where, "yuan"), "is missing: how much is given")
    if promise.at_most and not promise.percent:
        yield Flaw((*where, "at_most"), "bounds what a percentage makes, and there is none")
    if not promise.within_hours > 0:
        yield Flaw((*where, "within"), "a promise has to be kept within some time")


# --- what may be served once ---


def _once(book: Playbook) -> Iterator[Flaw]:
    first = {fact.id: fact for fact in book.facts if not fact.at}
    for place, name in enumerate(book.unique):
        fact = first.get(name)
        if fact is None:
            yield Flaw(("unique", place), f"{name!r} is no fact that is asked at first")
        elif fact.optional or fact.when or fact.kind == "photo":
            yield Flaw(("unique", place), f"{name!r} may be missing, or is a photo; nothing can be found by it")
    uses = any(name == SEEN for step in book.steps for name, _ in step.when)
    if book.unique and not uses:
        yield Flaw(("unique",), f"no step looks at it; write a fork with when: {{{SEEN}: no}}")
    if uses and not book.unique:
        yield Flaw(("unique",), f"is missing: a step looks at {SEEN}")
    for end in book.ends:
        if end.frees and not book.unique:
            yield Flaw(("unique",), f"is missing: the end {end.id!r} gives something back")


def _twice(book: Playbook) -> Iterator[Flaw]:
    """What was served before, or may have been, is served again only by way of a supervisor (G8, G9)."""
    for known in ({SEEN: "yes"}, dict[str, str]()):
        steps = {step.id: _goes_for(step, known) for step in book.steps}
        reached = _spread([book.steps[0].id], steps)
        for end in book.ends:
            if end.id in reached and not end.frees:
                yield Flaw(("unique",), f"a second time comes to the end {end.id!r} without a supervisor or manager")
                return


def _goes_for(step: Step, known: Mapping[str, str]) -> set[str]:
    """Where a case that may be a second one goes from a step; nowhere from where a supervisor decides."""
    if not holds(tuple(rule for rule in step.when if rule[0] == SEEN), dict(known)):
        return {step.otherwise}
    if step.role in SENIOR:
        return {step.otherwise} - {""}
    return {to for _, to in _targets(step)}


# --- words ---


def _words(book: Playbook) -> Iterator[Flaw]:
    known = facts_of(book)
    for where, words in _all_words(book):
        for name in dict.fromkeys(placeholders(words)):
            fact = known.get(name)
            if fact is None and name not in BUILT_IN and not (book.unique and name == EARLIER):
                yield Flaw(where, f"{{{name}}} is no fact of this playbook")
            elif fact is not None and fact.masked and where[-1] in _SEEN_BY_MANY:
                yield Flaw(where, f"{{{name}}} is masked and may not stand where everybody reads it")


def _all_words(book: Playbook) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield from ((("tell",), words) for words in _both(book.tell))
    for place, step in enumerate(book.steps):
        for key, text in (("does", step.does), ("tell", step.tell), ("late_tell", step.late_tell)):
            yield from ((("steps", place, key), words) for words in _both(text))
        for nth, outcome in enumerate(step.outcomes):
            where = ("steps", place, "outcomes", nth)
            yield (*where, "note"), outcome.note
            yield from (((*where, "tell"), words) for words in _both(outcome.tell))
            if outcome.promise is not None:
                yield from (((*where, "promise", "words"), words) for words in _both(outcome.promise.words))


def _both(text: Text) -> tuple[str, ...]:
    return tuple(words for words in (text.zh, text.en) if words)


# --- ways ---


def _ways(book: Playbook) -> Iterator[Flaw]:
    onward = {step.id: {to for _, to in _targets(step)} for step in book.steps}
    yield from _circles(book)
    if book.unique:
        yield from _twice(book)
    reached = _spread([book.steps[0].id], onward)
    places = [("steps", place, step.id) for place, step in enumerate(book.steps)]
    places += [("ends", place, end.id) for place, end in enumerate(book.ends)]
    for key, place, name in places:
        if name not in reached:
            yield Flaw((key, place, "id"), f"nothing leads to {name!r}")
    back: dict[str, set[str]] = {}
    for source, targets in onward.items():
        for target in targets:
            back.setdefault(target, set()).add(source)
    ending = _spread([end.id for end in book.ends], back)
    for place, step in enumerate(book.steps):
        if step.id not in ending:
            yield Flaw(("steps", place, "id"), f"from {step.id!r} no end can be reached")


def _circles(book: Playbook) -> Iterator[Flaw]:
    """Steps that only pass on to each other."""
    passes = {step.id: {step.otherwise, step.goes} - {""} for step in book.steps}
    for place, step in enumerate(book.steps):
        for key, to in (("else", step.otherwise), ("goes", step.goes)):
            if to and step.id in _spread([to], passes):
                yield Flaw(("steps", place, key), f"passes on in a circle, by way of {to!r}")
                break


def _spread(start: Iterable[str], onward: Mapping[str, set[str]]) -> set[str]:
    reached, ahead = set(start), list(start)
    while ahead:
        for target in onward.get(ahead.pop(), set()) - reached:
            reached.add(target)
            ahead.append(target)
    return reached
