"""How fast a platform lets us write, as values: a rate, and a bucket of what may be sent at once."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Pace:
    """What a channel may send; the defaults stay below Telegram's 1 message a second a chat and 30 a second overall."""

    per_second: float = 25.0
    #: Sent at once after a quiet moment, over all chats.
    burst: int = 5
    chat_per_second: float = 1.0
    #: A reply of several messages goes out without gaps.
    chat_burst: int = 3


@dataclass(frozen=True, slots=True)
class Bucket:
    """Permissions to send: never more than ``size``, growing by ``per_second``. Moments are seconds of one clock."""

    per_second: float
    size: float
    left: float
    at: float

    @classmethod
    def full(cls, per_second: float, size: float, at: float) -> Bucket:
        return cls(per_second, size, size, at)

    def refilled(self, now: float) -> Bucket:
        """As it stands at ``now``; a clock set back refills nothing and takes nothing away."""
        grown = self.left + max(0.0, now - self.at) * self.per_second
        return replace(self, left=min(self.size, grown), at=now)

    def wait_seconds(self, now: float) -> float:
        """How long until one message may be sent; 0 when it may be sent now."""
        missing = 1.0 - self.refilled(now).left
        return missing / self.per_second if missing > 1e-9 else 0.0

    def taken(self, now: float) -> Bucket:
        """After one message was sent at ``now``."""
        filled = self.refilled(now)
        return replace(filled, left=filled.left - 1.0)


@dataclass(frozen=True, slots=True)
class Window:
    """At most ``limit`` messages within any ``seconds``, with a gap between two; stricter than a bucket of that size.

    A bucket that refills while it is emptied lets up to twice its size pass in one window.
    """

    limit: int
    seconds: float
    #: Least time between two.
    gap_seconds: float = 0.0
    #: Moments of those sent within the window, oldest first.
    sent: tuple[float, ...] = ()

    def wait_seconds(self, now: float, count: int = 1, keep: int = 0) -> float:
        """How long until ``count`` more may be sent at once, leaving room for ``keep``; more than fit wait for all."""
        sent = self._within(now)
        wait = max(0.0, sent[-1] + self.gap_seconds - now) if sent else 0.0
        over = len(sent) + count - max(1, self.limit - keep)
        if over <= 0 or not sent:
            return wait
        return max(wait, sent[min(over, len(sent)) - 1] + self.seconds - now)

    def taken(self, now: float, count: int = 1) -> Window:
        """After ``count`` messages were sent at ``now``."""
        return replace(self, sent=(*self._within(now), *(now,) * count))

    def _within(self, now: float) -> tuple[float, ...]:
        return tuple(at for at in self.sent if now - at < self.seconds)
