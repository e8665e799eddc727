"""One sentence for every result, with nothing left to fill in."""

from __future__ import annotations

import pytest

from bot.core.case_run import Denied
from bot.core.messages import Language
from bot.core.ownership import Done, HeldBy, Refused
from bot.service.hand_over import Warned
from handlers.telegram.staff_answers import Result, told
from tests.core.group_reader import reader

RESULTS: tuple[Result, ...] = (
    Done(), HeldBy("07"), Warned("forbidden", "words"), Warned("beyond", "95%", "supervisor"), None,
    *(Refused(reason) for reason in ("disabled", "away", "not_held", "unknown", "something new")),
    *(Denied(reason, "07") for reason in ("not_yours", "moved", "closed", "unknown", "enter:why", "beyond:manager")),
)  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("result", RESULTS, ids=repr)
def test_every_result_is_told_in_a_whole_sentence(result: Result, language: Language) -> None:
    words = told(result, reader(language), role="finance")
    assert words.strip() and not {"{", "}"} & set(words) and "“”" not in words


def test_who_decides_and_who_was_first_are_named() -> None:
    assert "Li" in told(HeldBy("07"), reader())
    assert "(Li)" in told(Denied("moved", "07"), reader())
    assert "manager" in told(Denied("beyond:manager"), reader())
    assert "finance" in told(Denied("not_yours"), reader(), role="finance")
