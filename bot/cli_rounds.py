"""The commands about rounds: hold one, see its list, tick a line off."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from bot.cli_frame import CONFIG, DATA, Config, Data, Knowledge, places_of, rows_to, say, tell, told_plainly

#: As :data:`handlers.terminal.rounds.COLUMNS` names them.
_COLUMNS = ("line", "reason", "about", "role", "state", "did", "facts")
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]


@told_plainly
def hold(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A round of docs/rounds.md; or: done, approve.")],
    line: Annotated[int | None, typer.Argument(metavar="LINE", help="With done, approve: the line.")] = None,
    at: Annotated[str, typer.Option("--at", help="Held as if at this shop time: 2026-11-23T09:00.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would list.")] = False,
    staff_id: Annotated[str, typer.Option("--staff", help="With done, approve: whose word it is.")] = "",
    note: Annotated[str, typer.Option("--note", help="With done: what was said, kept with the line.")] = "",
    progress: Annotated[
        Literal["", "changed", "promised", "refused", "waits"],
        typer.Option("--progress", help="With done, of a bad review: what became of it."),
    ] = "",
    until: Annotated[
        datetime | None, typer.Option("--until", help="Promised to be changed until this day.", formats=["%Y-%m-%d"])
    ] = None,
    as_json: AsJson = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Hold one round of the day and show its list; `round done LINE` ticks one off, `round approve` the invoices."""
    from bot.app.rounds import approve_batch, hold_round, tick_line

    settings, places = places_of(config, knowledge, data)
    if name == "approve":
        if not staff_id:
            raise typer.BadParameter("say whose word it is: round approve --staff ID", param_hint="--staff")
        asyncio.run(approve_batch(settings, places, staff_id, line, tell))
        return
    if name == "done":
        if line is None or not staff_id:
            raise typer.BadParameter("say which line and whose word it is: round done LINE --staff ID")
        ends = until.replace(tzinfo=ZoneInfo(settings.shop.time_zone)) + timedelta(days=1) if until else None
        asyncio.run(tick_line(settings, places, line, staff_id, note, progress, ends, tell))
        return
    if line is not None:
        raise typer.BadParameter("only `round done` and `round approve` take a line", param_hint="LINE")
    with rows_to(as_json, _COLUMNS) as show:
        asyncio.run(hold_round(settings, places, name, at, dry_run=dry_run, show=show, say=say))


@told_plainly
def report(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A round, as docs/rounds.md names them.")],
    every: Annotated[bool, typer.Option("--all", help="Also what was done in the last week.")] = False,
    as_json: AsJson = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """The list of a round as it stands: what is still to be done."""
    from bot.app.rounds import show_round

    settings, places = places_of(config, knowledge, data)
    with rows_to(as_json, _COLUMNS) as show:
        asyncio.run(show_round(settings, places, name, every=every, show=show))
