"""The commands about cases."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.cli_frame import CONFIG, DATA, Config, Data, Knowledge, places_of, tell, told_plainly

case = typer.Typer(help="Begin what no shopper asked for.", no_args_is_help=True)


@case.callback()
def _cases() -> None:
    """Begin what no shopper asked for."""


@case.command("open")
@told_plainly
def case_open(
    reason: Annotated[str, typer.Argument(metavar="REASON", help="Of a playbook: gift_mailing, for example.")],
    staff_id: Annotated[str, typer.Option("--staff", help="Who begins it.")],
    order_no: Annotated[str, typer.Option("--order", help="The order it is about; its chat is asked.")] = "",
    conversation: Annotated[str, typer.Option("--conversation", help="The chat, where no order says which.")] = "",
    fact: Annotated[
        list[str] | None, typer.Option("--fact", help="What is known: NAME=VALUE; may be repeated.")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="For colleagues; she is told nothing of it.")] = "",
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Begin a playbook with a customer; what she is asked is sent by `xiaoer run`."""
    from bot.app.case_commands import open_case
    from bot.core.begin_case import Matter

    pairs = [text.partition("=") for text in fact or ()]
    if any(not name or not sign for name, sign, _ in pairs):
        raise typer.BadParameter("write it like order_no=XE1001", param_hint="--fact")
    matter = Matter(reason, order_no, {name: value for name, _, value in pairs}, note)
    settings, places = places_of(config, knowledge, data)
    tell(asyncio.run(open_case(settings, places, matter, staff_id, conversation)))
