"""Measure understanding on lines with known topics. Pure counting; who reads the file and who asks is elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

#: The label of a line that the shop cannot answer from its words alone.
OTHER = "other"
#: Actions by which nothing is told.
_NOT_TOLD = frozenset({"clarify"})
#: Actions that answer or ask for a fact: wrong for a line labelled ``other``.
_ANSWERING = frozenset({"answer", "ask", "flow"})


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    #: Every topic that is right; ``(OTHER,)`` for lines out of scope.
    labels: tuple[str, ...]

    @property
    def in_scope(self) -> bool:
        return self.labels != (OTHER,)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the bot made of one line."""

    topic: str | None
    topics: tuple[str, ...] = ()
    action: str = ""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    row: Row
    asked: Asked

    @property
    def right(self) -> bool:
        """The best topic is among the labels."""
        return self.asked.topic in self.row.labels

    @property
    def told(self) -> bool:
        return self.asked.action not in _NOT_TOLD


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares, 0 to 1; of in-scope lines unless said otherwise. A share of no lines is 0."""

    lines: int
    in_scope: int
    topic_right: float
    told_right: float
    told_wrong: float
    refused: float
    #: Of lines labelled ``other``: neither answered nor asked for a fact.
    other_refused: float
    #: (first label, topic given or "-", how often), the commonest first; only wrong lines in scope.
    confusions: tuple[tuple[str, str, int], ...]
    #: Wrong lines with the highest score first.
    worst: tuple[Line, ...]


def read_rows(lines: Iterable[str]) -> tuple[Row, ...]:
    """Rows of a table ``text<TAB>topics`` (``a|b``: both are right), a heading line allowed.

    Raises ValueError naming the line that has no topics.
    """
    rows: list[Row] = []
    for number, line in enumerate(lines, 1):
        text, tab, topics = line.rstrip("\r\n").partition("\t")
        if (number == 1 and (text, topics) == ("text", "topics")) or not line.strip():
            continue
        labels = tuple(t.strip() for t in topics.split("|") if t.strip())
        if not tab or not labels:
            raise ValueError(f"line {number}: expected text, a tab and at least one topic")
        rows.append(Row(text, labels))
    return tuple(rows)


def evaluate(rows: Sequence[Row], ask: Callable[[str], Asked], worst: int = 20) -> Figures:
    """Ask every row and count."""
    lines = [Line(row, ask(row.text)) for row in rows]
    scope = [line for line in lines if line.row.in_scope]
    others = [line for line in lines if not line.row.in_scope]
    return Figures(
        lines=len(lines),
        in_scope=len(scope),
        topic_right=_share(line.right for line in scope),
        told_right=_share(line.told and line.right for line in scope),
        told_wrong=_share(line.told and not line.right for line in scope),
        refused=_share(not line.told for line in scope),
        other_refused=_share(line.asked.action not in _ANSWERING for line in others),
        confusions=_confusions(scope),
        worst=_worst(lines, worst),
    )


def _share(marks: Iterable[bool]) -> float:
    counted = list(marks)
    return sum(counted) / len(counted) if counted else 0.0


def _confusions(scope: Sequence[Line]) -> tuple[tuple[str, str, int], ...]:
    wrong = Counter((line.row.labels[0], line.asked.topic or "-") for line in scope if not line.right)
    return tuple((label, given, n) for (label, given), n in sorted(wrong.items(), key=lambda c: (-c[1], c[0])))


def _worst(lines: Sequence[Line], at_most: int) -> tuple[Line, ...]:
    """Told and wrong, in scope or not."""
    bad = [x for x in lines if (x.told and not x.right if x.row.in_scope else x.asked.action in _ANSWERING)]
    return tuple(sorted(bad, key=lambda x: -x.asked.score)[:at_most])
