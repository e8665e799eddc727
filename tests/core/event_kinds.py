"""Every kind of event, and any event of any kind, for property tests."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.core import events

#: Not ``__subclasses__``: a class with slots stands there twice until the first one is collected.
KINDS: tuple[type[events.Event], ...] = tuple(
    kind
    for kind in vars(events).values()
    if isinstance(kind, type) and issubclass(kind, events.Event) and kind is not events.Event
)

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001

#: Strings of an event that are read as something else.
_spoke = st.builds(
    events.ShopperSpoke,
    at=moments.map(datetime.isoformat),
    language=st.sampled_from(["zh", "en"]),
)


def of_kind(kind: type[events.Event]) -> st.SearchStrategy[events.Event]:
    if kind is events.ShopperSpoke:
        return _spoke
    named = {name: moments.map(datetime.isoformat) for name in ("at", "until") if name in kind.__annotations__}
    return st.builds(kind, **named)


any_event = st.sampled_from(KINDS).flatmap(of_kind)
any_history = st.lists(any_event, max_size=12)
