"""Which conversation an update of the staff group is about, and who sent it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.cases import Case
from bot.core.group_words import Reader
from bot.core.people import Staff
from bot.core.staff_rights import Act, may


@dataclass(frozen=True, slots=True)
class Talk:
    """A topic that is a customer's conversation, one of the staff in it, and the inbox row that brought her here."""

    conversation_id: str
    thread_id: int
    person: Staff
    #: Her account.
    user_id: int
    #: Open ones, oldest first.
    cases: tuple[Case, ...]
    reader: Reader
    row_id: int

    @property
    def channel(self) -> str:
        return self.conversation_id.partition(":")[0]

    def may(self, act: Act) -> bool:
        return may(self.person, act, self.cases)

    def case(self, case_id: str) -> Case | None:
        """One of this conversation; of no other."""
        return next((case for case in self.cases if case.case_id == case_id), None)

    @property
    def own_case(self) -> Case | None:
        """The newest that she may act on by her role, else the newest."""
        mine = [case for case in self.cases if may(self.person, "see", (case,))] or list(self.cases)
        return mine[-1] if mine else None
