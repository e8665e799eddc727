"""The shop's procedures as whole conversations: ``tests/procedures/*.yaml``, run as the server wires the services.

One conversation: ``name``, ``at`` (the shop's clock at the start), ``orders`` (hers from the start: ``order``,
``status``, ``since``, ``yuan``) and ``lines``. A line does one thing:

- ``say``, ``press`` or ``photo`` (a caption, may be empty): what the shopper does;
- ``staff`` with ``chooses`` and ``enters``: a person, named by her role or staff id, decides the case at hand; with
  ``denied`` she may not, and nothing changes; ``takes: yes`` and ``gives_back: yes``: she takes or leaves the talk;
- ``clock`` (``2 hours``, ``3 days``): time passes, and every case that comes due on the way is looked after;
- ``order`` with ``becomes``: the platform reports it;
- ``opens`` with ``about`` (an order): a round, or a colleague, opens a case of this reason.

The case at hand is the newest open one, else the newest; ``case`` names another one by its playbook. After the line
``told`` and ``untold`` are parts of what she was told by it, and ``expect`` is compared: ``playbook``, ``reason``,
``state``, ``step``, ``role``, ``due``, ``facts`` of the case, ``cases`` (how many are open), ``owner`` of the talk,
``note`` (part of the notes of its order), ``flag``, ``ledger`` (every line: ``kind``, ``yuan``, ``percent``, ``role``,
``staff``, ``words``), ``asked_satisfaction``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.core.case_run import Denied
from bot.core.cases import Case
from bot.core.forbidden import FORBIDDEN_EN, FORBIDDEN_ZH
from bot.core.ledger import Promised
from bot.core.ownership import Done
from tests.procedure_house import CHAT, MORNING, ProcedureHouse, at, order_of, person, procedure_house, span

FOLDER = Path(__file__).parent / "procedures"
DOES = {"say", "press", "photo", "staff", "clock", "order", "opens"}
WITH = {"case", "chooses", "enters", "denied", "takes", "gives_back", "becomes", "about", "told", "untold", "expect"}
EXPECTS = {
    "playbook", "reason", "state", "step", "role", "due", "facts", "cases", "owner", "note", "flag", "ledger",
    "asked_satisfaction",
}  # fmt: skip


def procedures() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for told in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(told, id=f"{path.stem}: {told['name']}")


@pytest.mark.parametrize("told", list(procedures()))
async def test_procedure(told: dict[str, Any], tmp_path: Path) -> None:
    start = at(told["at"]) if "at" in told else MORNING
    async with procedure_house(tmp_path, start) as house:
        await house.put_orders(*(order_of(given) for given in told.get("orders", [])))
        for number, line in enumerate(told["lines"], 1):
            unknown = set(line) - DOES - WITH | set(line.get("expect", {})) - EXPECTS
            assert not unknown, f"line {number} has unknown keys {unknown}"
            assert len(set(line) & DOES) == 1, f"line {number} does not do one thing"
            before = len(await house.told())
            await _do(house, line, number)
            words = "\n".join((await house.told())[before:])
            case = await _case(house, line)
            where = f"line {number} {line}\n--- told:\n{words}\n--- case: {_brief(case)}"
            _check_told(line, words, where)
            await _check(house, line.get("expect", {}), case, where)


async def _do(house: ProcedureHouse, line: dict[str, Any], number: int) -> None:
    if "staff" in line:
        await _staff(house, line)
    elif "clock" in line:
        await house.until(house.clock.now() + span(line["clock"]))
    elif "opens" in line:
        await house.opens(line["opens"], line["about"])
    elif "order" in line:
        await house.becomes(line["order"], line["becomes"])
    else:
        photos = (f"test:photo{number}",) if "photo" in line else ()
        await house.shopper(line.get("say") or line.get("photo") or "", press=line.get("press", ""), photos=photos)


async def _staff(house: ProcedureHouse, line: dict[str, Any]) -> None:
    if line.get("takes"):
        await house.hand_over.take(CHAT, "test", person(line["staff"]))
        return
    if line.get("gives_back"):
        await house.hand_over.give_back(CHAT, "test", person(line["staff"]))
        return
    case = await _case(house, line)
    assert case is not None, f"no case for {line}"
    answer = await house.chooses(line["staff"], case, line["chooses"], str(line.get("enters", "")))
    wanted = Denied(line["denied"]) if "denied" in line else Done()
    assert answer == wanted, f"{line} at {_brief(case)}"


async def _case(house: ProcedureHouse, line: dict[str, Any]) -> Case | None:
    cases = [case for case in await house.cases() if line.get("case") in (None, case.playbook)]
    return next((case for case in reversed(cases) if case.open), cases[-1] if cases else None)


def _brief(case: Case | None) -> str:
    if case is None:
        return "none"
    happened = ", ".join(f"{entry.who} {entry.what}" for entry in case.history)
    return f"{case.playbook} {case.state} {case.step} for {case.role} {case.known}\n{happened}"


def _check_told(line: dict[str, Any], words: str, where: str) -> None:
    assert all(str(part) in words for part in line.get("told", [])), where
    assert not any(str(part) in words for part in line.get("untold", [])), where
    for phrase in (*FORBIDDEN_ZH, *FORBIDDEN_EN):
        assert phrase not in words.casefold(), f"forbidden {phrase}: {where}"


async def _check(house: ProcedureHouse, expect: dict[str, Any], case: Case | None, where: str) -> None:
    for key in ("playbook", "reason", "state", "step", "role"):
        if key in expect:
            assert case is not None and getattr(case, key) == expect[key], f"{key}: {where}"
    if "due" in expect:
        assert case is not None and case.due_at == at(expect["due"]), f"due {case and case.due_at}: {where}"
    for name, value in expect.get("facts", {}).items():
        assert case is not None and case.fact(name) == str(value), f"fact {name}: {where}"
    talk = await house.talk()
    if "owner" in expect:
        assert talk.owner == expect["owner"], f"owner {talk.owner}: {where}"
    if "asked_satisfaction" in expect:
        assert case is not None and (talk.rating == case.case_id) is expect["asked_satisfaction"], where
    if "cases" in expect:
        assert sum(case.open for case in await house.cases()) == expect["cases"], where
    await _check_order(house, expect, case, where)
    if "ledger" in expect:
        lines = await house.ledger()
        assert len(lines) == len(expect["ledger"]), f"{lines}: {where}"
        assert all(_is(line, wanted) for line, wanted in zip(lines, expect["ledger"], strict=True)), f"{lines}: {where}"


async def _check_order(house: ProcedureHouse, expect: dict[str, Any], case: Case | None, where: str) -> None:
    if "note" not in expect and "flag" not in expect:
        return
    assert case is not None, where
    order = await house.order(case.fact("order_no") or case.order_nos[-1])
    notes = " / ".join(f"{note.content} _ {note.staff_id}" for note in order.notes)
    assert expect.get("note", "") in notes, f"notes {notes}: {where}"
    if "flag" in expect:
        assert (order.flag.name.lower() if order.flag is not None else None) == expect["flag"], where


def _is(line: Promised, wanted: dict[str, Any]) -> bool:
    has = {
        "kind": line.kind,
        "yuan": line.amount_fen / 100,
        "percent": line.percent,
        "role": line.role,
        "staff": line.staff_id,
        "state": line.state,
    }
    return all(wanted["words"] in line.words if key == "words" else has[key] == wanted[key] for key in wanted)


def test_every_procedure_is_told_in_at_least_three_ways() -> None:
    for path in FOLDER.glob("*.yaml"):
        assert len(yaml.safe_load(path.read_text(encoding="utf-8"))) >= 3, path.name
