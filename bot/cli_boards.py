"""Lists that the desk's boards show, for the command line."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.app.board_commands import show_unanswered
from bot.cli_frame import CONFIG, DATA, Config, Data, places_of, rows_to, told_plainly

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]


@told_plainly
def unanswered(as_json: AsJson = False, config: Config = CONFIG, data: Data = DATA) -> None:
    """Questions that were not understood, the same ones together, newest first."""
    settings, places = places_of(config, None, data)
    with rows_to(as_json, ("question", "times", "chats", "last", "offered", "proposed")) as show:
        asyncio.run(show_unanswered(settings, places, show))
