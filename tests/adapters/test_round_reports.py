"""What is imported for rounds: good rows kept, bad ones named by their place."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.adapters.round_reports import read_cashback, read_members, read_reviews
from bot.adapters.store_sqlite import SqliteStore
from bot.core.members import Cashback, Member
from bot.core.order_import import BadRow
from bot.core.reviews import Review
from bot.service.round_contacts import import_records

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, tzinfo=ZONE)


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "in.csv"
    file.write_text(text, encoding="utf-8")
    return file


REVIEWS = """评价编号,评价时间,买家,手机,评价内容,严重程度,类型,订单编号
R1,2026-11-22 19:00:00,王芳,13800001111,掉色严重,严重,质量,A-1001
,2026-11-22 20:00:00,李四,,太慢了,2,物流,
R3,2026-11-22 20:00:00,李四,,x,很严重,物流,
R4,,李四,,x,1,物流,
"""


async def test_reviews_are_read_and_one_that_went_on_is_not_set_back(tmp_path: Path) -> None:
    file, bad = written(tmp_path, REVIEWS), list[BadRow]()
    read = [entry for entry in read_reviews(file, ZONE, NOW) if isinstance(entry, Review)]
    assert [(r.review_id[:2], r.severity, r.fault, r.order_no) for r in read[:1]] == [("R1", 1, "quality", "A-1001")]
    assert (read[1].severity, read[1].fault, len(read[1].review_id)) == (2, "courier", 12)
    store = SqliteStore(tmp_path / "x.db")
    await store.open()
    try:
        done = await import_records(read_reviews(file, ZONE, NOW), store, bad.append)
        assert str(done) == "4 rows read; 2 stored; 2 bad rows"
        assert [(row.row, row.column) for row in bad] == [(4, "严重程度"), (5, "评价时间")]
        await store.put_records("review", [("R1", "changed", Review("R1", NOW, "王芳", "x", progress="changed"))])
        assert (await import_records(read_reviews(file, ZONE, NOW), store, bad.append)).stored == 0
        kept = await store.record("review", Review, "R1")
        assert kept is not None
        assert kept.progress == "changed"
    finally:
        await store.close()


def test_members_have_a_last_day(tmp_path: Path) -> None:
    text = (
        "会员编号,姓名,手机,到期日,专属客服\n"
        "M1,王芳,13800001111,2026-12-31,A01\nM2,李四,,2026-02-30,\nM3,李四,,soon,\n,a,,2026-12-31,\n"
    )
    found = list(read_members(written(tmp_path, text), ZONE, NOW))
    assert found[0] == Member("M1", "王芳", date(2026, 12, 31), "13800001111", "A01")
    assert [(b.row, b.column) for b in found[1:] if isinstance(b, BadRow)] == [
        (3, "到期日"),
        (4, "到期日"),
        (5, "会员编号"),
    ]


def test_cashback_is_of_this_month_where_none_is_said(tmp_path: Path) -> None:
    text = (
        "卡号,姓名,返现金额,月份,挂失,在名单\n"
        "88001234,王芳,120.50,,是,\n1,李四,1,2026-10,,否\n2,李四,x,,,\n3,李四,1,2026-13,,\n4,李四,1,,maybe,\n"
    )
    found = list(read_cashback(written(tmp_path, text), ZONE, NOW))
    assert found[:2] == [
        Cashback("88001234", "王芳", 12_050, "2026-11", lost=True),
        Cashback("1", "李四", 100, "2026-10", listed=False),
    ]
    bad = [(row.row, row.column) for row in found[2:] if isinstance(row, BadRow)]
    assert bad == [(4, "返现金额"), (5, "月份"), (6, "挂失")]
