"""The commands about people: the staff list, and what one shift leaves to the next."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from bot.cli_frame import CONFIG, DATA, Config, Data, Knowledge, places_of, rows_to, say, tell, told_plainly

staff = typer.Typer(help="Who belongs to the shop, as which role, and who is there.", no_args_is_help=True)
StaffId = Annotated[str, typer.Argument(metavar="ID", help="Staff id, as it stands in order notes.")]


@staff.command("add")
@told_plainly
def staff_add(
    staff_id: StaffId,
    name: Annotated[str, typer.Option(help="As colleagues and shoppers see it.")],
    role: Annotated[list[str], typer.Option(help="Her role; repeat it for several.")],
    replace: Annotated[bool, typer.Option("--replace", help="Change somebody who is on the list already.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Add somebody, and show the code that links her Telegram account."""
    from bot.app.staff_commands import add_staff

    settings, places = places_of(config, knowledge, data)
    asyncio.run(add_staff(settings, places, staff_id, name, role, replacing=replace, tell=tell))


@staff.command("list")
@told_plainly
def staff_list(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per person.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Everybody, with roles, and who works until or from when."""
    from bot.app.staff_commands import show_staff

    settings, places = places_of(config, knowledge, data)
    with rows_to(as_json, ("id", "name", "roles", "state", "duty", "telegram")) as show:
        asyncio.run(show_staff(settings, places, show, say))


@staff.command("disable")
@told_plainly
def staff_disable(staff_id: StaffId, config: Config = CONFIG, knowledge: Knowledge = None, data: Data = DATA) -> None:
    """She may do nothing any more; her notes stay."""
    from bot.app.staff_commands import change_staff

    asyncio.run(change_staff(*places_of(config, knowledge, data), staff_id, "disable", tell))


@staff.command("away")
@told_plainly
def staff_away(staff_id: StaffId, config: Config = CONFIG, knowledge: Knowledge = None, data: Data = DATA) -> None:
    """She keeps her chats and gets no new ones."""
    from bot.app.staff_commands import change_staff

    asyncio.run(change_staff(*places_of(config, knowledge, data), staff_id, "away", tell))


@staff.command("back")
@told_plainly
def staff_back(staff_id: StaffId, config: Config = CONFIG, knowledge: Knowledge = None, data: Data = DATA) -> None:
    """She is away no more."""
    from bot.app.staff_commands import change_staff

    asyncio.run(change_staff(*places_of(config, knowledge, data), staff_id, "back", tell))


@staff.command("code")
@told_plainly
def staff_code(staff_id: StaffId, config: Config = CONFIG, knowledge: Knowledge = None, data: Data = DATA) -> None:
    """A new one-time code to link her Telegram account, good for a day."""
    from bot.app.staff_commands import link_code

    asyncio.run(link_code(*places_of(config, knowledge, data), staff_id, tell))


@staff.command("password")
@told_plainly
def staff_password(
    staff_id: StaffId,
    generate: Annotated[bool, typer.Option("--generate", help="Make one and show it, once.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Give her a password for the agents' desk; she is logged out everywhere."""
    from bot.app.desk_commands import set_password

    settings, places = places_of(config, knowledge, data)
    password = None if generate else _asked()
    asyncio.run(set_password(settings, places, staff_id, password, tell))


def _asked() -> str:
    """Twice and unseen at a terminal; else the first line that comes in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    return asked


@staff.command("sheets")
@told_plainly
def staff_sheets(
    every: Annotated[bool, typer.Option("--all", help="Also those that were confirmed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per sheet.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Handover sheets: what shifts that are over left to the next one."""
    from bot.app.staff_commands import show_sheets

    settings, places = places_of(config, knowledge, data)
    asyncio.run(show_sheets(settings, places, open_only=not every, as_json=as_json, tell=tell))


@staff.command("confirm")
@told_plainly
def staff_confirm(
    sheet: Annotated[str, typer.Argument(metavar="SHEET", help="Id of the sheet.")],
    staff_id: Annotated[str, typer.Option("--staff", help="Who of the next shift has read it.")],
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Somebody of the next shift has read a handover sheet."""
    from bot.app.staff_commands import confirm_sheet

    settings, places = places_of(config, knowledge, data)
    asyncio.run(confirm_sheet(settings, places, sheet, staff_id, tell))
