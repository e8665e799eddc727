"""The command that erases a person."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.cli_frame import CONFIG, DATA, Config, Data, places_of, rows_to, say, told_plainly

#: As :data:`handlers.terminal.erasing.COLUMNS` names them.
_COLUMNS = ("what", "count", "which")


@told_plainly
def erase(
    who: Annotated[
        str,
        typer.Argument(
            metavar="WHO", help="A conversation (web:…, telegram:…), an order, a chat of Telegram, a phone."
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would take out.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Even though something of hers is under way.")] = False,
    staff_id: Annotated[str, typer.Option("--staff", help="Whose word it is; stands in what is left.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
    config: Config = CONFIG,
    data: Data = DATA,
) -> None:
    """Erase a customer: nothing readable of her stays; sums and order numbers do, without her."""
    from bot.app.keep_commands import erase_person

    settings, places = places_of(config, None, data)
    with rows_to(as_json, _COLUMNS) as show:
        asyncio.run(erase_person(settings, places, who, staff_id, dry_run=dry_run, force=force, show=show, say=say))
