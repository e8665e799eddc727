"""The commands of the contract; each calls one service. Data goes to stdout, everything else to stderr.

A command imports what it does by itself: who asks one question does not wait for reminders to load.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from bot.cli_boards import numbers, unanswered
from bot.cli_cases import case
from bot.cli_frame import CONFIG, DATA, Config, Data, Knowledge, places_of, rows_to, say, tell, told_plainly
from bot.cli_keep import erase
from bot.cli_reports import archive, complaints
from bot.cli_rounds import hold
from bot.cli_rounds import report as round_report
from bot.cli_staff import staff
from bot.core.errors import ConfigError, Problem

P = ParamSpec("P")
T = TypeVar("T")

app = typer.Typer(
    name="xiaoer",
    help="Xiao'er (小二): answers shoppers, takes orders, and calls a person when the rules end.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

importing = typer.Typer(help="Take in what other programs export.", no_args_is_help=True)
app.add_typer(importing, name="import")
exporting = typer.Typer(help="Hand on what other programs need.", no_args_is_help=True)
app.add_typer(exporting, name="export")
app.add_typer(staff, name="staff")
app.add_typer(case, name="case")

SINCE = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


@app.command()
@told_plainly
def run(
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default from the settings.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on.")] = None,
) -> None:
    """Serve the shop: everything in one process."""
    from bot.app.shop import refuse

    settings, places = places_of(config, knowledge, data)
    refuse(settings, places)
    # Only now: whoever has to mend the knowledge first does not wait for a server.
    from bot.app.server import serve

    asyncio.run(serve(settings, places, host, port, say))


@app.command()
@told_plainly
def chat(config: Config = CONFIG, knowledge: Knowledge = None, data: Data = DATA) -> None:
    """Talk to the shop in the terminal; /quit ends it."""
    from bot.app.commands import talk

    settings, places = places_of(config, knowledge, data)
    asyncio.run(talk(settings, places, lambda: input("> ")))


@app.command()
@told_plainly
def ask(
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
    conversation: Annotated[bool, typer.Option("--conversation", help="All lines are one conversation.")] = False,
) -> None:
    """Answer the lines of standard input; nothing is stored."""
    from bot.app.shop import build_asker

    settings, places = places_of(config, knowledge, data)
    answer = build_asker(settings, places, keep=conversation)
    for line in _lines():
        answered = line if isinstance(line, dict) else answer(line)
        words = json.dumps(answered, ensure_ascii=False) if as_json else answered.get("reply") or answered["error"]
        sys.stdout.write(words + "\n")
        sys.stdout.flush()


def _lines() -> Iterator[str | dict[str, Any]]:
    r"""Lines of standard input, split on \n only; what is not UTF-8 becomes its own error object."""
    for raw in sys.stdin.buffer:
        raw = raw.removesuffix(b"\n").removesuffix(b"\r")
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError as fault:
            shown = raw[:200].decode("utf-8", "replace")
            yield {"question": shown, "error": f"the line is not UTF-8: byte {fault.start} cannot be read"}


@app.command("eval")
@told_plainly
def evaluate(
    file: Annotated[Path, typer.Argument(help="A file of text<TAB>topics lines; several right topics as a|b.")],
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Measure understanding on lines with known topics."""
    from bot.app.commands import show_figures
    from bot.app.shop import measure

    settings, places = places_of(config, knowledge, data)
    try:
        figures = measure(settings, places, file.read_text(encoding="utf-8-sig").split("\n"))
    except (OSError, ValueError) as fault:
        raise ConfigError([Problem(str(file), 0, "", str(fault))]) from None
    if as_json:
        sys.stdout.write(json.dumps(dataclasses.asdict(figures), ensure_ascii=False) + "\n")
    else:
        show_figures(figures)


@app.command()
@told_plainly
def check(config: Config = CONFIG, knowledge: Knowledge = None, data: Data = DATA) -> None:
    """Validate settings, knowledge and templates; every problem with file, line and key."""
    from bot.app.shop import refuse, warnings

    settings, places = places_of(config, knowledge, data)
    refuse(settings, places)
    for warning in warnings(settings, places):
        say(f"warning: {warning}")
    say("all is well")


@importing.command("orders")
@told_plainly
def orders_in(
    file: Annotated[
        Path, typer.Argument(help="An order report of Taobao or Tmall: CSV or XLSX, of orders or of goods.")
    ],
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Import orders; good rows are kept, every bad one is named, and the same file again changes nothing."""
    from bot.app.commands import import_orders

    settings, places = places_of(config, knowledge, data)
    imported = asyncio.run(import_orders(settings, places, file))
    sys.stdout.write(f"{imported}\n")
    if imported.bad:
        raise typer.Exit(1)


@importing.command("tracking")
@told_plainly
def tracking_in(
    file: Annotated[Path, typer.Argument(help="News of parcels, a row each: CSV or XLSX; see docs/rounds.md.")],
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Import what couriers tell of parcels; the same file again changes nothing."""
    from bot.app.tracking import import_tracking

    settings, places = places_of(config, knowledge, data)
    imported = asyncio.run(import_tracking(settings, places, file))
    sys.stdout.write(f"{imported}\n")
    if imported.bad:
        raise typer.Exit(1)


def _import_for_rounds(kind: str, about: str) -> None:
    @importing.command(kind, help=f"Import {about} for the rounds; bad rows are named. See docs/rounds.md.")
    @told_plainly
    def take_in(
        file: Annotated[Path, typer.Argument(help="One a row: CSV or XLSX.")],
        config: Config = CONFIG,
        knowledge: Knowledge = None,
        data: Data = DATA,
    ) -> None:
        from bot.app.tracking import import_for_rounds

        settings, places = places_of(config, knowledge, data)
        imported = asyncio.run(import_for_rounds(settings, places, kind, file))
        sys.stdout.write(f"{imported}\n")
        if imported.bad:
            raise typer.Exit(1)


_import_for_rounds("reviews", "bad reviews")
_import_for_rounds("members", "members and the ends of their memberships")
_import_for_rounds("cashback", "the month's cashback of cards")


@app.command()
@told_plainly
def nudge(
    at: Annotated[str, typer.Option("--at", help="The round, in shop time: 2026-11-23T10:00.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show whom it would remind.")] = False,
    calls: Annotated[bool, typer.Option("--calls", help="Show whom to call by phone instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per order.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Run one reminder round as if it were that moment, or show the phone list."""
    from bot.app.commands import nudge as nudge_round
    from bot.app.commands import show_calls

    if not at and not calls:
        raise typer.BadParameter("say which round, or ask for the phone list with --calls", param_hint="--at")
    settings, places = places_of(config, knowledge, data)
    if calls:
        with rows_to(as_json, ("order", "reason", "name", "phone", "total", "goods", "ordered", "since")) as show:
            asyncio.run(show_calls(settings, places, show))
        return
    with rows_to(as_json, ("order", "decision", "reason")) as show:
        asyncio.run(nudge_round(settings, places, at, dry_run=dry_run, show=show, say=say))


@app.command()
@told_plainly
def link(
    order_no: Annotated[str, typer.Argument(help="The order's number.")],
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Print the link that proves an order to be its buyer's, for her alone."""
    from bot.app.commands import show_link

    settings, places = places_of(config, knowledge, data)
    sys.stdout.write(asyncio.run(show_link(settings, places, order_no, say)) + "\n")


report = typer.Typer(help="Lists for staff.", no_args_is_help=True)
app.add_typer(report, name="report")
app.command("round")(hold)
app.command("erase")(erase)
report.command("round")(round_report)
report.command("unanswered")(unanswered)
report.command("staff")(numbers)
report.command("complaints")(complaints)
report.command("archive")(archive)


@report.command("late")
@told_plainly
def late(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per order.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Orders late since payment or since shipping."""
    from bot.app.commands import show_late

    settings, places = places_of(config, knowledge, data)
    with rows_to(as_json, ("order", "late", "since", "total", "region", "courier", "tracking", "goods")) as show:
        asyncio.run(show_late(settings, places, show))


@report.command("reminders")
@told_plainly
def reminders(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Orders first reminded in the last so many days.")] = 30,
    hours: Annotated[float, typer.Option(min=1, max=720, help="Paid so soon after the first reminder.")] = 24,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """What reminding brought: orders reminded and paid in time, beside those held out."""
    from bot.app.commands import show_recovery

    settings, places = places_of(config, knowledge, data)
    with rows_to(as_json, ("reminded", "reminded_paid", "held_out", "held_out_paid")) as show:
        asyncio.run(show_recovery(settings, places, days, hours, show))


@report.command("letters")
@told_plainly
def letters(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per order.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Notes and flags that the shop's platform did not take: dead letters."""
    from bot.app.commands import show_letters

    settings, places = places_of(config, knowledge, data)
    with rows_to(as_json, ("order", "since", "tries", "error")) as show:
        asyncio.run(show_letters(settings, places, show))


@report.command("promises")
@told_plainly
def promises(
    only_open: Annotated[bool, typer.Option("--open", help="Only what is still to be kept.")] = False,
    only_broken: Annotated[bool, typer.Option("--broken", help="Only what should have been kept by now.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per promise.")] = False,
    config: Config = CONFIG,
    data: Data = DATA,
) -> None:
    """The ledger of promises: what, by whom, until when, and whether it was kept."""
    from bot.app.promise_commands import show_promises

    settings, places = places_of(config, None, data)
    with rows_to(as_json, ("id", "order", "what", "by", "role", "due", "state")) as show:
        asyncio.run(show_promises(settings, places, "broken" if only_broken else "open" if only_open else "all", show))


@exporting.command("notes")
@told_plainly
def notes_out(
    file: Annotated[Path, typer.Argument(help="The CSV file to write; one of that name is replaced.")],
    since: Annotated[
        datetime | None, typer.Option(help="Only orders changed since then, in shop time.", formats=SINCE)
    ] = None,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Write notes and flags of all orders for a platform that takes them from no program."""
    from bot.app.commands import write_notes

    settings, places = places_of(config, knowledge, data)
    sys.stdout.write(f"{asyncio.run(write_notes(settings, places, file, since)):,} orders with notes\n")


@app.command()
@told_plainly
def paid(
    order_no: Annotated[str, typer.Argument(help="An order of the chat or of the order API.")],
    staff_id: Annotated[str, typer.Option("--staff", help="Whose word it is: finance, supervisor or manager.")],
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Say that an order was paid."""
    from bot.app.staff_commands import mark_paid

    settings, places = places_of(config, knowledge, data)
    asyncio.run(mark_paid(settings, places, order_no, staff_id, tell))


promise = typer.Typer(help="Say what became of a promise of the ledger.", no_args_is_help=True)
app.add_typer(promise, name="promise")

PromiseId = Annotated[str, typer.Argument(metavar="ID", help="As report promises shows it.")]


@promise.command("kept")
@told_plainly
def promise_kept(
    promise_id: PromiseId,
    staff_id: Annotated[str, typer.Option("--staff", help="Whose word it is.")],
    config: Config = CONFIG,
    data: Data = DATA,
) -> None:
    """Say that a promise was kept."""
    from bot.app.promise_commands import settle_promise

    tell(asyncio.run(settle_promise(*places_of(config, None, data), promise_id, "kept", staff_id)))


@promise.command("withdrawn")
@told_plainly
def promise_withdrawn(
    promise_id: PromiseId,
    staff_id: Annotated[str, typer.Option("--staff", help="Who granted it, or a supervisor.")],
    config: Config = CONFIG,
    data: Data = DATA,
) -> None:
    """Take a promise back."""
    from bot.app.promise_commands import settle_promise

    tell(asyncio.run(settle_promise(*places_of(config, None, data), promise_id, "withdrawn", staff_id)))


if __name__ == "__main__":
    app()
