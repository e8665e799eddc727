"""What shoppers may call the people they talk to: names by staff id, looked up again now and then."""

from __future__ import annotations

from bot.core.ports_people import PeopleStore
from handlers.loops.loop import Loop


class StaffNames(Loop):
    """Called with a staff id it gives a name; empty when nobody has that id."""

    def __init__(self, store: PeopleStore, poll_seconds: float = 10.0) -> None:
        super().__init__(1, poll_seconds, 1.0)
        self._store = store
        self._names: dict[str, str] = {}

    def __call__(self, staff_id: str) -> str:
        return self._names.get(staff_id, "")

    async def _round(self) -> float:
        self._names = {person.staff_id: person.name for person in await self._store.staff()}
        return self._poll_seconds
