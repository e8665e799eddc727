from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.core.pace import Bucket, Window

PAUSES = st.lists(st.floats(0, 3, allow_nan=False), min_size=1, max_size=200)


def _sent(pauses: list[float], per_second: float, size: float) -> list[float]:
    """Moments of sends by somebody who asks after every pause and sends whenever it is allowed."""
    now, bucket, sent = 0.0, Bucket.full(per_second, size, 0.0), []
    for pause in pauses:
        now += pause
        if bucket.wait_seconds(now) == 0:
            bucket = bucket.taken(now)
            sent.append(now)
    return sent


@given(PAUSES, st.floats(0.5, 30), st.integers(1, 5))
def test_no_stretch_of_time_holds_more_than_the_burst_and_the_rate_allow(
    pauses: list[float], per_second: float, size: int
) -> None:
    sent = _sent(pauses, per_second, size)
    for first, start in enumerate(sent):
        for last in range(first, len(sent)):
            assert last - first + 1 <= size + per_second * (sent[last] - start) + 1e-6


@given(st.floats(0.5, 30), st.integers(1, 5), st.floats(0, 10))
def test_after_waiting_as_long_as_told_one_more_may_be_sent(per_second: float, size: int, start: float) -> None:
    bucket = Bucket.full(per_second, size, start)
    for _ in range(size):
        bucket = bucket.taken(start)
    wait = bucket.wait_seconds(start)
    assert wait > 0
    assert bucket.wait_seconds(start + wait) == 0


def test_a_clock_set_back_neither_refills_nor_blocks_for_longer() -> None:
    bucket = Bucket.full(1.0, 1.0, 1000.0).taken(1000.0)
    assert bucket.wait_seconds(10.0) == 1.0
    assert bucket.refilled(10.0).wait_seconds(11.0) == 0.0


def test_a_window_never_lets_more_pass_than_it_says_however_the_asking_is_spread() -> None:
    window, now, sent = Window(20, 60.0, 1.0), 0.0, list[float]()
    for _ in range(200):
        now += window.wait_seconds(now)
        window = window.taken(now)
        sent.append(now)
    assert max(sum(start <= at < start + 60.0 for at in sent) for start in sent) == 20
    assert min(b - a for a, b in pairwise(sent)) >= 1.0


def test_a_window_keeps_room_for_what_is_urgent_and_fits_albums() -> None:
    window = Window(20, 60.0).taken(0.0, 17)
    assert window.wait_seconds(1.0, keep=3) == 59.0
    assert window.wait_seconds(1.0) == 0.0
    assert window.wait_seconds(1.0, count=4) == 59.0
    assert Window(5, 60.0).wait_seconds(0.0, count=9) == 0.0  # more than ever fits goes out into an empty window
