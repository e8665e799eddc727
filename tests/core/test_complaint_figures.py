"""Complaints counted: by kind, cause, goods, courier, outcome and party, beside the span before (G1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.cases import Case
from bot.core.catalogue import Text
from bot.core.complaint_figures import DIMENSIONS, NO_GRIEVANCE, Counted, Dimension, Matter, complaint_figures
from bot.core.orders import Address, Order, OrderLine, Status

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
LINE = OrderLine("S-1", "tee", Text("T恤", "Tee"), Text("黑", "Black"), "L", 3, 9900)
HERS = Address("杭州", "浙江", "文三路1号", "王芳", "13800001111")
ORDER = Order("1", "web:1", Status.SIGNED, (LINE, LINE), 9900, 0, (), (), HERS, "中通快递", NOW)


def case(reason: str, days: float, *, step: str = "", hours: float = 0, late: bool = False, **facts: str) -> Case:
    """Opened so many days after NOW; with ``step`` it ended there, so many hours later."""
    opened = NOW + timedelta(days=days)
    made = Case(f"C{days}", "web:1", reason, "after_sales", opened, "衣服破了，电话13800001111", tuple(facts.items()))
    if late:
        made = made.noted(opened, "clock", "late")
    if not step:
        return made
    return replace(made, state="closed", step=step).noted(opened + timedelta(hours=hours), "S01", "closed")


def rows(dimension: Dimension, *matters: Matter) -> dict[str, tuple[int, int]]:
    found = complaint_figures(matters, NOW, NOW + WEEK).of(dimension)
    return {row.key: (row.count, row.before) for row in found}


def test_each_dimension_counts_a_case_once_and_the_week_before_stands_beside_it() -> None:
    choices = ("damage", "party")
    matters = (
        Matter(case("damaged", 1, step="refund", damage="torn", detail="王芳说破了", party="courier"), ORDER, choices),
        Matter(case("damaged", 2, damage="torn"), ORDER, choices),
        Matter(case("damaged", -1, damage="stain"), None, choices),
        Matter(case("complaint", 3, step="ruled")),
    )
    assert rows("kind", *matters) == {"damaged": (2, 1), "complaint": (1, 0)}
    assert rows("cause", *matters) == {"damaged.damage=torn": (2, 0), "damaged.damage=stain": (0, 1)}
    assert rows("product", *matters) == {"tee": (2, 0)}
    assert rows("courier", *matters) == {"中通快递": (2, 0)}
    assert rows("outcome", *matters) == {"complaint.ruled": (1, 0), "damaged.open": (1, 1), "damaged.refund": (1, 0)}
    assert rows("party", *matters) == {"courier": (1, 0)}


def test_what_is_asked_before_the_sale_is_no_complaint() -> None:
    assert rows("kind", *(Matter(case(reason, 1)) for reason in NO_GRIEVANCE)) == {}
    assert rows("kind", Matter(case("approval", 1))) == {}, "a colleague asked, no customer"


def test_time_to_close_and_late_share() -> None:
    matters = [
        Matter(case("missing", 1, step="done", hours=2)),
        Matter(case("missing", 2, step="done", hours=10, late=True)),
        Matter(replace(case("refund", 3), follows="C1")),
        Matter(case("missing", 4, step="done", hours=30)),
    ]
    total = complaint_figures(matters, NOW, NOW + WEEK).total
    assert (total.opened, total.led_on, total.closed, total.late) == (4, 1, 3, 1)
    assert (total.median_hours, total.longest_hours, total.late_share) == (10, 30, 0.25)
    empty = complaint_figures([], NOW, NOW + WEEK)
    assert (empty.total.late_share, empty.total.median_hours, empty.rows) == (None, None, ())


def test_a_month_is_set_beside_the_month_before_however_long_it_was() -> None:
    november, october = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
    matters = [Matter(case("missing", days)) for days in (-31, -30.5, 29.9, 30)]
    found = complaint_figures(matters, november, datetime(2026, 12, 1, tzinfo=UTC), october)
    assert found.rows[0] == Counted("kind", "missing", 1, 2) and found.rows[0].change == -1


def test_no_words_and_no_person_stand_in_the_figures() -> None:
    shown = repr(complaint_figures([Matter(case("damaged", 1, name="王芳", damage="torn"), ORDER)], NOW, NOW + WEEK))
    assert not [word for word in ("王芳", "13800001111", "文三路", "web:1") if word in shown]


@given(st.lists(st.tuples(st.sampled_from(["damaged", "missing", "gift"]), st.floats(-20, 20)), max_size=40))
def test_kinds_and_outcomes_add_up_to_the_total(drawn: list[tuple[str, float]]) -> None:
    found = complaint_figures([Matter(case(reason, days)) for reason, days in drawn], NOW, NOW + WEEK)
    for dimension in set(DIMENSIONS) & {"kind", "outcome"}:
        counted = found.of(dimension)
        assert sum(row.count for row in counted) == found.total.opened
        assert sum(row.before for row in counted) == found.before.opened
