from __future__ import annotations

from handlers.loops.backoff import Backoff


def test_waits_double_up_to_the_longest() -> None:
    backoff = Backoff(1, 60, spread=lambda: 1.0)
    assert [backoff.next_seconds() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_success_starts_over() -> None:
    backoff = Backoff(1, 60, spread=lambda: 1.0)
    backoff.next_seconds()
    backoff.next_seconds()
    backoff.reset()
    assert backoff.next_seconds() == 1


def test_each_wait_is_spread_by_at_most_a_quarter() -> None:
    assert Backoff(8, 60, spread=lambda: 0.0).next_seconds() == 6


def test_a_day_of_failures_does_not_overflow() -> None:
    backoff = Backoff(1, 60)
    assert all(45 <= backoff.next_seconds() <= 60 for _ in range(5000) if backoff.next_seconds() > 32)
