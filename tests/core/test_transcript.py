from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import ShopperSpoke
from bot.core.messages import Reply
from bot.core.transcript import Arrived, Before, Line, Page, Spoken, latest

START = datetime(2026, 11, 23, 10, tzinfo=UTC)


def spoken(seq: int, second: int) -> Spoken:
    return Spoken(
        seq, START + timedelta(seconds=second), ShopperSpoke(f"v:{seq}", "text", "在吗", "zh", START.isoformat())
    )


def arrived(row_id: int, second: int) -> Arrived:
    return Arrived(row_id, START + timedelta(seconds=second), Reply(f"reply {row_id}"))


def page_of(mine: list[Spoken], theirs: list[Arrived], end: Before, limit: int) -> Page:
    """As a store asks: one more than fits, of what is older than ``end``."""
    older = [line for line in mine if line.seq < end.seq][-limit - 1 :]
    told = [line for line in theirs if line.row_id < end.row_id][-limit - 1 :]
    return latest(older, told, end, limit)


def test_a_question_stands_before_the_answer_of_the_same_moment() -> None:
    page = latest([spoken(1, 5)], [arrived(7, 5)], Before(99, 99), 10)
    assert page == Page((spoken(1, 5), arrived(7, 5)), None)


def test_the_end_of_a_page_is_where_the_older_one_begins() -> None:
    mine, theirs = [spoken(1, 1), spoken(4, 4)], [arrived(10, 2), arrived(11, 5)]
    page = page_of(mine, theirs, Before(99, 99), 2)
    assert page == Page((spoken(4, 4), arrived(11, 5)), Before(4, 11))
    assert page.before is not None
    assert page_of(mine, theirs, page.before, 2) == Page((spoken(1, 1), arrived(10, 2)), None)


seconds = st.lists(st.integers(0, 50), max_size=12)


@given(seconds, seconds, st.integers(1, 5))
def test_paging_back_shows_every_line_once_and_each_side_in_its_order(
    hers: list[int], ours: list[int], limit: int
) -> None:
    """Even where the clock was set back in between: sequence numbers grow though the moments do not."""
    mine = [spoken(n, second) for n, second in enumerate(hers, 1)]
    theirs = [arrived(n, second) for n, second in enumerate(ours, 1)]
    found, before = list[Line](), Before(99, 99)
    while True:
        page = page_of(mine, theirs, before, limit)
        found = [*page.lines, *found]
        assert len(page.lines) <= limit
        if page.before is None:
            break
        before = page.before
    assert [line for line in found if isinstance(line, Spoken)] == mine
    assert [line for line in found if isinstance(line, Arrived)] == theirs
