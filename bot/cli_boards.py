"""Lists that the desk's boards show, for the command line."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.cli_frame import CONFIG, DATA, Config, Data, places_of, rows_to, told_plainly

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]


@told_plainly
def unanswered(as_json: AsJson = False, config: Config = CONFIG, data: Data = DATA) -> None:
    """Questions that were not understood, the same ones together, newest first."""
    from bot.app.board_commands import show_unanswered

    settings, places = places_of(config, None, data)
    with rows_to(as_json, ("question", "times", "chats", "last", "offered", "proposed")) as show:
        asyncio.run(show_unanswered(settings, places, show))


@told_plainly
def numbers(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Of the last so many days.")] = 7,
    as_json: AsJson = False,
    config: Config = CONFIG,
    data: Data = DATA,
) -> None:
    """Per person of the staff: buyers, deals, amount, conversion, order value, satisfaction."""
    from bot.app.board_commands import show_numbers

    settings, places = places_of(config, None, data)
    columns = ("staff", "name", "buyers", "deals", "amount", "conversion", "order_value", "satisfaction", "marks")
    with rows_to(as_json, columns) as show:
        asyncio.run(show_numbers(settings, places, days, show))
