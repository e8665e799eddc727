"""A report being imported, as the terminal shows it: a bar, and every bad row by its place."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.core.errors import Problem
from bot.core.order_import import BadRow
from bot.service.import_orders import Entry, Imported, ImportOrders


async def import_with_bar(
    take: ImportOrders, file: str, entries: Iterable[Entry], about: int | None, console: Console
) -> Imported:
    """``about``: rows to come; None when unknown. The bar is gone when all is done; the bad rows stay."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("importing", total=about)

        def name(row: BadRow) -> None:
            # Not by way of markup: a head of the file may hold brackets.
            problem = Problem(file, row.row, row.column, row.what)
            console.print(str(problem), markup=False, highlight=False, soft_wrap=True)

        return await take(entries, name, lambda rows: bar.update(task, advance=rows))
