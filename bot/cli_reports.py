"""The commands that count what was."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_frame import CONFIG, DATA, Config, Data, Knowledge, places_of, rows_to, tell, told_plainly

#: As :mod:`bot.service.report_complaints` names them.
_COMPLAINTS = ("by", "key", "name", "count", "before", "change")
Month = Annotated[str, typer.Option("--month", help="A month of the shop's calendar: 2026-10.")]


@told_plainly
def complaints(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Of the last so many days.")] = 30,
    month: Month = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per row.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV, for a spreadsheet.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Complaints by kind, cause, goods, courier, outcome and party at fault, beside the span before."""
    from bot.app.report_commands import csv_to, show_complaints

    settings, places = places_of(config, knowledge, data)
    if as_csv:
        asyncio.run(show_complaints(settings, places, days, month, csv_to(sys.stdout, _COMPLAINTS)))
        return
    with rows_to(as_json, _COMPLAINTS) as show:
        asyncio.run(show_complaints(settings, places, days, month, show))


@told_plainly
def archive(
    month: Annotated[str, typer.Option("--month", help="A month that is over: 2026-10.")],
    to: Annotated[Path, typer.Option("--to", help="The folder that holds archives; each month is one in it.")],
    so_far: Annotated[bool, typer.Option("--so-far", help="Of a month that is not over, what there is.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Write a month as CSV files with checksums; nobody's name stands in them, and none is overwritten."""
    from bot.app.report_commands import archive_month

    settings, places = places_of(config, knowledge, data)
    tell(str(asyncio.run(archive_month(settings, places, month, to, so_far=so_far))))
