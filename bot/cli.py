"""The commands of the contract; each calls one service. Data goes to stdout, everything else to stderr."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from bot.app.commands import (
    import_orders,
    print_table,
    show_calls,
    show_figures,
    show_late,
    show_letters,
    show_recovery,
    talk,
    write_notes,
)
from bot.app.commands import nudge as nudge_round
from bot.app.promise_commands import Which, settle_promise, show_promises
from bot.app.server import serve
from bot.app.shop import Places, build_asker, measure, refuse, warnings
from bot.app.staff_commands import add_staff, change_staff, link_code, mark_paid, show_staff
from bot.core.errors import ConfigError, KnowledgeError, Problem, XiaoerError
from bot.settings import Settings, load_settings

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

Config = Annotated[Path, typer.Option("--config", help="The settings file; knowledge/ and templates/ stand beside it.")]
Knowledge = Annotated[Path | None, typer.Option("--knowledge", help="Another knowledge folder.")]
Data = Annotated[Path, typer.Option("--data", help="Where the database lives.")]

CONFIG, DATA = Path("config.yaml"), Path("data")
SINCE = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")


def _tell(words: str) -> None:
    sys.stdout.write(words + "\n")


@contextmanager
def _plainly() -> Iterator[None]:
    """Every fault a person can mend is told in words, with exit code 1 and no traceback."""
    try:
        yield
    except (ConfigError, KnowledgeError) as fault:
        for problem in fault.problems:
            _say(str(problem))
        raise typer.Exit(1) from None
    except XiaoerError as fault:
        _say(str(fault))
        raise typer.Exit(1) from None
    except BrokenPipeError:
        # The reader went away (`| head`); nothing is left to tell it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _told_plainly(command: Callable[P, T]) -> Callable[P, T]:
    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        with _plainly():
            return command(*args, **kwargs)

    return wrapped


def _places(config: Path, knowledge: Path | None, data: Path) -> tuple[Settings, Places]:
    config = config.absolute()
    settings = load_settings(config)
    folder = (knowledge or config.parent / "knowledge").absolute()
    return settings, Places(config, folder, config.parent / "templates" / "replies", data.absolute())


@app.command()
@_told_plainly
def run(
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default from the settings.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on.")] = None,
) -> None:
    """Serve the shop: everything in one process."""
    settings, places = _places(config, knowledge, data)
    refuse(settings, places)
    asyncio.run(serve(settings, places, host, port, _say))


@app.command()
@_told_plainly
def chat(config: Config = CONFIG, knowledge: Knowledge = None, data: Data = DATA) -> None:
    """Talk to the shop in the terminal; /quit ends it."""
    settings, places = _places(config, knowledge, data)
    asyncio.run(talk(settings, places, lambda: input("> ")))


@app.command()
@_told_plainly
def ask(
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
    conversation: Annotated[bool, typer.Option("--conversation", help="All lines are one conversation.")] = False,
) -> None:
    """Answer the lines of standard input; nothing is stored."""
    settings, places = _places(config, knowledge, data)
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
@_told_plainly
def evaluate(
    file: Annotated[Path, typer.Argument(help="A file of text<TAB>topics lines; several right topics as a|b.")],
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Measure understanding on lines with known topics."""
    settings, places = _places(config, knowledge, data)
    try:
        figures = measure(settings, places, file.read_text(encoding="utf-8-sig").split("\n"))
    except (OSError, ValueError) as fault:
        raise ConfigError([Problem(str(file), 0, "", str(fault))]) from None
    if as_json:
        sys.stdout.write(json.dumps(dataclasses.asdict(figures), ensure_ascii=False) + "\n")
    else:
        show_figures(figures)


@app.command()
@_told_plainly
def check(config: Config = CONFIG, knowledge: Knowledge = None, data: Data = DATA) -> None:
    """Validate settings, knowledge and templates; every problem with file, line and key."""
    settings, places = _places(config, knowledge, data)
    refuse(settings, places)
    for warning in warnings(settings, places):
        _say(f"warning: {warning}")
    _say("all is well")


@importing.command("orders")
@_told_plainly
def orders_in(
    file: Annotated[
        Path, typer.Argument(help="An order report of Taobao or Tmall: CSV or XLSX, of orders or of goods.")
    ],
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Import orders; good rows are kept, every bad one is named, and the same file again changes nothing."""
    settings, places = _places(config, knowledge, data)
    imported = asyncio.run(import_orders(settings, places, file))
    sys.stdout.write(f"{imported}\n")
    if imported.bad:
        raise typer.Exit(1)


@app.command()
@_told_plainly
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
    if not at and not calls:
        raise typer.BadParameter("say which round, or ask for the phone list with --calls", param_hint="--at")
    settings, places = _places(config, knowledge, data)
    if calls:
        with _rows(as_json, ("order", "reason", "name", "phone", "total", "goods", "ordered", "since")) as show:
            asyncio.run(show_calls(settings, places, show))
        return
    with _rows(as_json, ("order", "decision", "reason")) as show:
        asyncio.run(nudge_round(settings, places, at, dry_run=dry_run, show=show, say=_say))


report = typer.Typer(help="Lists for staff.", no_args_is_help=True)
app.add_typer(report, name="report")


@report.command("late")
@_told_plainly
def late(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per order.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Orders late since payment or since shipping."""
    settings, places = _places(config, knowledge, data)
    with _rows(as_json, ("order", "late", "since", "total", "region", "courier", "tracking", "goods")) as show:
        asyncio.run(show_late(settings, places, show))


@report.command("reminders")
@_told_plainly
def reminders(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Orders first reminded in the last so many days.")] = 30,
    hours: Annotated[float, typer.Option(min=1, max=720, help="Paid so soon after the first reminder.")] = 24,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """What reminding brought: orders reminded and paid in time, beside those held out."""
    settings, places = _places(config, knowledge, data)
    with _rows(as_json, ("reminded", "reminded_paid", "held_out", "held_out_paid")) as show:
        asyncio.run(show_recovery(settings, places, days, hours, show))


@report.command("letters")
@_told_plainly
def letters(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per order.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Notes and flags that the shop's platform did not take: dead letters."""
    settings, places = _places(config, knowledge, data)
    with _rows(as_json, ("order", "since", "tries", "error")) as show:
        asyncio.run(show_letters(settings, places, show))


@report.command("promises")
@_told_plainly
def promises(
    only_open: Annotated[bool, typer.Option("--open", help="Only what is still to be kept.")] = False,
    only_broken: Annotated[bool, typer.Option("--broken", help="Only what should have been kept by now.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per promise.")] = False,
    config: Config = CONFIG,
    data: Data = DATA,
) -> None:
    """The ledger of promises: what, by whom, until when, and whether it was kept."""
    settings, places = _places(config, None, data)
    with _rows(as_json, ("id", "order", "what", "by", "role", "due", "state")) as show:
        which: Which = "broken" if only_broken else "open" if only_open else "all"
        asyncio.run(show_promises(settings, places, which, show))


@exporting.command("notes")
@_told_plainly
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
    settings, places = _places(config, knowledge, data)
    sys.stdout.write(f"{asyncio.run(write_notes(settings, places, file, since)):,} orders with notes\n")


@app.command()
@_told_plainly
def paid(
    order_no: Annotated[str, typer.Argument(help="An order of the chat or of the order API.")],
    staff_id: Annotated[str, typer.Option("--staff", help="Whose word it is: finance, supervisor or manager.")],
    config: Config = CONFIG,
    data: Data = DATA,
) -> None:
    """Say that an order was paid."""
    settings, places = _places(config, None, data)
    asyncio.run(mark_paid(settings, places, order_no, staff_id, _tell))


promise = typer.Typer(help="Say what became of a promise of the ledger.", no_args_is_help=True)
app.add_typer(promise, name="promise")

PromiseId = Annotated[str, typer.Argument(metavar="ID", help="As report promises shows it.")]


@promise.command("kept")
@_told_plainly
def promise_kept(
    promise_id: PromiseId,
    staff_id: Annotated[str, typer.Option("--staff", help="Whose word it is.")],
    config: Config = CONFIG,
    data: Data = DATA,
) -> None:
    """Say that a promise was kept."""
    _tell(asyncio.run(settle_promise(*_places(config, None, data), promise_id, "kept", staff_id)))


@promise.command("withdrawn")
@_told_plainly
def promise_withdrawn(
    promise_id: PromiseId,
    staff_id: Annotated[str, typer.Option("--staff", help="Who granted it, or a supervisor.")],
    config: Config = CONFIG,
    data: Data = DATA,
) -> None:
    """Take a promise back."""
    _tell(asyncio.run(settle_promise(*_places(config, None, data), promise_id, "withdrawn", staff_id)))


staff = typer.Typer(help="Who belongs to the shop, as which role, and who is there.", no_args_is_help=True)
app.add_typer(staff, name="staff")

StaffId = Annotated[str, typer.Argument(metavar="ID", help="Staff id, as it stands in order notes.")]


@staff.command("add")
@_told_plainly
def staff_add(
    staff_id: StaffId,
    name: Annotated[str, typer.Option(help="As colleagues and shoppers see it.")],
    role: Annotated[list[str], typer.Option(help="Her role; repeat it for several.")],
    replace: Annotated[bool, typer.Option("--replace", help="Change somebody who is on the list already.")] = False,
    config: Config = CONFIG,
    data: Data = DATA,
) -> None:
    """Add somebody, and show the code that links her Telegram account."""
    settings, places = _places(config, None, data)
    asyncio.run(add_staff(settings, places, staff_id, name, role, replacing=replace, tell=_tell))


@staff.command("list")
@_told_plainly
def staff_list(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per person.")] = False,
    config: Config = CONFIG,
    knowledge: Knowledge = None,
    data: Data = DATA,
) -> None:
    """Everybody, with roles, and who works until or from when."""
    settings, places = _places(config, knowledge, data)
    with _rows(as_json, ("id", "name", "roles", "state", "duty", "telegram")) as show:
        asyncio.run(show_staff(settings, places, show, _say))


@staff.command("disable")
@_told_plainly
def staff_disable(staff_id: StaffId, config: Config = CONFIG, data: Data = DATA) -> None:
    """She may do nothing any more; her notes stay."""
    asyncio.run(change_staff(*_places(config, None, data), staff_id, "disable", _tell))


@staff.command("away")
@_told_plainly
def staff_away(staff_id: StaffId, config: Config = CONFIG, data: Data = DATA) -> None:
    """She keeps her chats and gets no new ones."""
    asyncio.run(change_staff(*_places(config, None, data), staff_id, "away", _tell))


@staff.command("back")
@_told_plainly
def staff_back(staff_id: StaffId, config: Config = CONFIG, data: Data = DATA) -> None:
    """She is away no more."""
    asyncio.run(change_staff(*_places(config, None, data), staff_id, "back", _tell))


@staff.command("code")
@_told_plainly
def staff_code(staff_id: StaffId, config: Config = CONFIG, data: Data = DATA) -> None:
    """A new one-time code to link her Telegram account, good for a day."""
    asyncio.run(link_code(*_places(config, None, data), staff_id, _tell))


@contextmanager
def _rows(as_json: bool, columns: tuple[str, ...]) -> Iterator[Callable[[Sequence[Mapping[str, Any]]], None]]:
    """JSON lines as they come, or one table at the end."""
    kept: list[Mapping[str, Any]] = []

    def write(rows: Sequence[Mapping[str, Any]]) -> None:
        sys.stdout.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        sys.stdout.flush()

    yield write if as_json else kept.extend
    if not as_json:
        print_table(kept, columns)


if __name__ == "__main__":
    app()
