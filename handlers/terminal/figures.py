"""What `xiaoer eval` shows: the shares, which topics are confused, and the worst lines."""

from __future__ import annotations

from collections.abc import Iterator

from rich.markup import escape
from rich.table import Table

from bot.service.evaluate import Figures

#: Rows of the confusion table.
_MOST = 25


def tables(figures: Figures) -> Iterator[Table]:
    """Ready to be printed, most important first."""
    yield _shares(figures)
    if figures.confusions:
        yield _confusions(figures)
    if figures.worst:
        yield _worst(figures)


def _shares(figures: Figures) -> Table:
    table = Table("share", "of", "value", title="understanding")
    scope, other = f"{figures.in_scope} lines in scope", f"{figures.lines - figures.in_scope} other lines"
    for name, of, value in (
        ("topic right", scope, figures.topic_right),
        ("told and right", scope, figures.told_right),
        ("told and wrong", scope, figures.told_wrong),
        ("refused", scope, figures.refused),
        ("neither answered nor asked", other, figures.other_refused),
    ):
        table.add_row(name, of, f"{value:.3f}")
    return table


def _confusions(figures: Figures) -> Table:
    table = Table("right", "taken for", "lines", title="confused topics")
    for right, taken, count in figures.confusions[:_MOST]:
        table.add_row(escape(right), escape(taken), str(count))
    return table


def _worst(figures: Figures) -> Table:
    table = Table("score", "line", "right", "taken for", "action", title="worst lines")
    for line in figures.worst:
        asked = line.asked
        row = (line.row.text, "|".join(line.row.labels), asked.topic or "-", asked.action)
        table.add_row(f"{asked.score:.2f}", *map(escape, row))
    return table
