"""Whole rounds as data: ``tests/rounds/*.yaml``, held on a real store.

Before: ``orders`` (``id``, ``chat``, and the moments ``created paid printed shipped signed confirmed settled``),
``chats`` (``wishes``,
``opted_out``, ``taken_by``, ``language``), ``cases``, ``promises``, ``parcels``, ``stock``, ``reviews``, ``members``,
``cards``. Then ``steps``:

- ``hold``: the moment of a round, with ``round`` where it is another one; ``lists`` (reason -> what it is about, of the
  open lines, in their order), ``first`` (what stands at the head), ``roles`` (subject -> role), ``facts`` (subject ->
  parts), ``did`` (subject -> what was done), ``told`` (chat -> parts of its one new message; no other chat is told
  anything), ``texted`` (phones that got an SMS), ``cases`` (order or chat -> role of the case that is open now),
  ``settled`` (how many settled themselves).
- ``tick``: reason and subject of a line, ``by`` whom, with ``note``, ``progress`` and ``until``; ``refused`` where she
  may not.
- ``order``: a number that goes on, by ``kind`` at ``at``. ``chat``: what happens in a chat: ``give_back``, ``wish``.
- ``never``: a moment at which the round is not held.
- ``clock``: the moment at which alarms are looked after; ``cases`` as above.

Every held round is tried a second time by another process, and once more after its ledger has it: nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.core import events as e
from bot.core.catalogue import Shop
from bot.core.conversation import fold
from bot.core.rounds import ROUNDS, Line, Run
from bot.service.keep_staff import StaffRefused
from bot.service.run_round import NoSuchRound, Told, run_at
from tests.adapters.store_samples import rows
from tests.round_house import RULES, House, at, commit, furnish, house, move_order, with_stock

FOLDER = Path(__file__).parent / "rounds"


def runs() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for data in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(path.stem, data, id=f"{path.stem}: {data['name']}")


@pytest.mark.parametrize(("round_id", "data"), list(runs()))
async def test_a_round_goes_as_its_data_says(round_id: str, data: dict[str, Any], tmp_path: Path) -> None:
    shop = with_stock(data.get("stock", {}))
    async with house(tmp_path, shop, at(data["now"])) as home:
        await furnish(home, data)
        chats = [name for (name,) in rows(tmp_path / "shop.db", "SELECT id FROM conversations")]
        for chat in chats:
            await home.told(chat)
        given = {"round": round_id, **data}
        for step in data["steps"]:
            await STEPS[next(iter(step))](home, step, given, tmp_path, shop)
            await _states_are_folds(home, chats)


async def _hold(home: House, step: dict[str, Any], data: dict[str, Any], folder: Path, shop: Shop) -> None:
    moment = at(step["hold"])
    home.turn(moment)
    run = run_at(step.get("round", data["round"]), f"{moment:%Y-%m-%dT%H:%M}", RULES, moment)
    planned = await home.rounds.plan(run)
    held = await home.rounds.run(run, moment)
    assert held is not None
    assert held.listed == len(planned)
    if "settled" in step:
        assert held.settled == step["settled"]
    await _listed(home, step, run.round_id)
    await _told(home, step.get("told", {}), folder)
    await _cases(home, step.get("cases"))
    before, step_texts = data.setdefault("texted", []), step.get("texted", [])
    assert home.texted() == [*before, *step_texts]
    before.extend(step_texts)
    await _nothing_twice(home, run, folder, shop)


async def _listed(home: House, step: dict[str, Any], round_id: str) -> None:
    lines = await home.rounds.lines(round_id)
    for reason, subjects in step.get("lists", {}).items():
        assert [line.found.subject for line in lines if line.found.reason == reason] == subjects
    if "first" in step:
        assert lines[0].found.subject == step["first"]
    by_subject = {line.found.subject: line for line in lines}
    for subject, role in step.get("roles", {}).items():
        assert by_subject[subject].role == role
    for subject, parts in step.get("facts", {}).items():
        shown = "; ".join(f"{name}: {value}" for name, value in by_subject[subject].found.facts)
        assert all(part in shown for part in parts), shown
        assert "13800001111" not in shown or "review_call" in step.get("lists", {})
        assert "王芳" not in shown
    for subject, did in step.get("did", {}).items():
        assert [re.sub(r"case:.*", "case", what) for what in by_subject[subject].did] == did


async def _told(home: House, told: dict[str, list[str]], folder: Path) -> None:
    for (chat,) in rows(folder / "shop.db", "SELECT id FROM conversations"):
        new = await home.told(chat)
        assert len(new) == (chat in told), (chat, new)
        assert all(part in new[0] for part in told.get(chat, [])), new


async def _cases(home: House, cases: dict[str, str] | None) -> None:
    if cases is None:
        return
    shown = {
        (case.order_nos[0] if case.order_nos else case.conversation_id): case for case in await home.store.open_cases()
    }
    opened = {name: case.role for name, case in shown.items() if case.fact("found")}
    assert opened == cases
    assert all(case.alarm_at is not None for case in shown.values() if case.fact("found"))


async def _nothing_twice(home: House, run: Run, folder: Path, shop: Shop) -> None:
    before = _everything(folder)
    async with house(folder, shop, home.clock.now()) as beside:
        assert await beside.rounds.run(run, beside.clock.now()) is None
    assert await home.rounds.run(run, home.clock.now()) is None
    assert _everything(folder) == before


def _everything(folder: Path) -> list[Any]:
    tables = ("rounds", "round_lines", "outbox", "events", "cases")
    return [rows(folder / "shop.db", f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


async def _tick(home: House, step: dict[str, Any], data: dict[str, Any], folder: Path, shop: Shop) -> None:
    reason, subject = step["tick"]
    line = await _line(home, step.get("round", data["round"]), reason, subject)
    if "refused" in step:
        with pytest.raises(StaffRefused, match=step["refused"]):
            await home.rounds.tick(line.line_id, step["by"])
        return
    until = at(step["until"]) if "until" in step else None
    await home.rounds.tick(line.line_id, step["by"], Told(step.get("note", ""), step.get("progress", ""), until))
    with pytest.raises(StaffRefused, match="done already"):
        await home.rounds.tick(line.line_id, step["by"])


async def _line(home: House, round_id: str, reason: str, subject: str) -> Line:
    lines = await home.rounds.lines(round_id, open_only=False, days=60)
    return next(line for line in lines if (line.found.reason, line.found.subject) == (reason, subject))


async def _order(home: House, step: dict[str, Any], data: dict[str, Any], folder: Path, shop: Shop) -> None:
    moment = at(step["at"])
    home.turn(max(moment, home.clock.now()))
    await move_order(home, {"id": step["order"], **step}, step["kind"], moment)


async def _chat(home: House, step: dict[str, Any], data: dict[str, Any], folder: Path, shop: Shop) -> None:
    happened = e.HandedBack("S01") if step.get("give_back") else e.StockWished(step["wish"])
    await commit(home, step["chat"], happened)


async def _clock(home: House, step: dict[str, Any], data: dict[str, Any], folder: Path, shop: Shop) -> None:
    home.turn(at(step["clock"]))
    while await home.run_case.alarms(home.clock.now()):
        home.clock.advance(2)  # an alarm does one thing at a time
    await _told(home, step.get("told", {}), folder)
    await _cases(home, step.get("cases"))


async def _never(home: House, step: dict[str, Any], data: dict[str, Any], folder: Path, shop: Shop) -> None:
    with pytest.raises(NoSuchRound, match="is not held on"):
        run_at(data["round"], step["never"], RULES, at(step["never"]))


STEPS = {"never": _never, "hold": _hold, "tick": _tick, "order": _order, "chat": _chat, "clock": _clock}


async def _states_are_folds(home: House, chats: list[str]) -> None:
    for chat in chats:
        loaded = await home.store.load(chat, "telegram")
        fresh = type(loaded.conversation)(chat, loaded.conversation.channel)
        assert fold(fresh, await home.store.events(chat)) == loaded.conversation


def test_every_round_has_three_runs() -> None:
    for held in ROUNDS:
        path = FOLDER / f"{held.id}.yaml"
        assert len(yaml.safe_load(path.read_text(encoding="utf-8"))) >= 3, held.id
