"""Where is my parcel: from the courier, with the age of the news, and never by a guess (B3, B7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.round_reports import read_parcels
from bot.adapters.store_sqlite import SqliteStore
from bot.adapters.tables import UnreadableTable
from bot.core.messages import Incoming
from bot.core.order_import import BadRow
from bot.core.orders import Order, Status
from bot.core.ports_rounds import TrackingRefused
from bot.core.tracking import Parcel, TrackingEvent
from bot.service.converse import Converse
from bot.service.track_parcels import TrackParcels, import_parcels
from tests.adapters.store_samples import order as sample
from tests.demo import demo_composer
from tests.fakes import FakeClock
from tests.round_house import furnish, house, with_stock

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, tzinfo=ZONE)
HERS = {
    "orders": [
        {
            "id": "A1001",
            "chat": "telegram:1",
            "paid": "2026-11-21T09:00",
            "shipped": "2026-11-21T18:00",
            "tracking": "77",
        }
    ]
}


class Service:
    """A tracking service with what it knows; ``away``: it cannot be reached."""

    def __init__(self, *parcels: Parcel, away: bool = False) -> None:
        self.parcels = {parcel.tracking_no: parcel for parcel in parcels}
        self.away = away
        self.asked: list[tuple[str, str]] = []

    async def look_up(self, tracking_no: str, courier: str) -> Parcel | None:
        self.asked.append((tracking_no, courier))
        if self.away:
            raise TrackingRefused("cannot be reached")
        return self.parcels.get(tracking_no)


def news(hours: float, words: str = "到达杭州分拨中心", state: str = "moving", number: str = "77") -> Parcel:
    return Parcel(number, state, (TrackingEvent(NOW - timedelta(hours=hours), words, "杭州"),))  # type: ignore[arg-type]


async def asked(
    folder: Path, service: Service | None, text: str = "我的快递到哪了", before: Parcel | None = None
) -> str:
    async with house(folder, with_stock({}), NOW) as home:
        await furnish(home, HERS)
        if before is not None:
            await home.store.put_parcels([before], NOW - timedelta(hours=5))
        track = TrackParcels(home.store, home.clock, service)
        converse = Converse(home.store, demo_composer(), home.clock, None, track)
        composed = await converse(Incoming("telegram", "telegram:1", "9", NOW, text=text), None)
        return "\n".join(reply.text for reply in composed.replies) if composed else ""


async def test_she_hears_what_the_courier_says_and_how_old_it_is(tmp_path: Path) -> None:
    service = Service(news(3))
    told = await asked(tmp_path, service)
    assert "77" in told
    assert "3小时前" in told
    assert "到达杭州分拨中心" in told
    assert service.asked == [("77", "中通快递")]


async def test_old_news_is_told_as_old_and_a_person_is_offered(tmp_path: Path) -> None:
    told = await asked(tmp_path, Service(news(75)))
    assert "3天前" in told
    assert "人工" in told


async def test_without_news_she_hears_courier_and_number_and_no_guess(tmp_path: Path) -> None:
    told = await asked(tmp_path, Service())
    assert "中通快递" in told
    assert "77" in told
    assert "查不到" in told
    assert "小时前" not in told


async def test_what_was_told_before_holds_while_the_service_is_away(tmp_path: Path) -> None:
    told = await asked(tmp_path, Service(away=True), before=news(20, "已从佛山发出"))
    assert "20小时前" in told
    assert "已从佛山发出" in told


async def test_delivered_says_so_by_the_couriers_word_and_english_is_english(tmp_path: Path) -> None:
    told = await asked(tmp_path, Service(news(2, "Signed by the front desk", "delivered")), "where is my parcel")
    assert "2 h ago" in told
    assert "delivered" in told
    assert "who signed" in told


async def test_what_is_no_question_about_it_asks_no_courier(tmp_path: Path) -> None:
    service = Service(news(3))
    await asked(tmp_path, service, "有白色的吗")
    assert service.asked == []


def on_its_way(number: str) -> Order:
    return replace(sample(f"X{number}"), status=Status.SHIPPED, tracking_no=number, courier="中通快递")


async def test_a_service_is_asked_again_only_after_a_while_even_about_what_it_does_not_know(tmp_path: Path) -> None:
    store, clock, service = SqliteStore(tmp_path / "x.db"), FakeClock(NOW), Service(news(3))
    await store.open()
    try:
        track = TrackParcels(store, clock, service, fresh_minutes=30)
        orders = [on_its_way("77"), on_its_way("88"), replace(on_its_way("99"), status=Status.SIGNED)]
        assert list(await track(orders)) == ["77"]
        assert list(await track(orders)) == ["77"]
        assert len(service.asked) == 2
        clock.advance(1801)
        await track(orders)
        assert len(service.asked) == 4
    finally:
        await store.close()


# --- a file ---

FILE = """运单号,时间,状态,地点,物流信息,物流公司
77,2026-11-22 09:00:00,运输中,杭州,到达杭州,中通快递
77,2026-11-23 08:00:00,已签收,杭州,已签收,中通快递
88,2026-11-23 08:00:00,飞走了,,看不懂,
99,later,,,x,
,2026-11-23 08:00:00,,,x,
"""


async def test_a_file_is_taken_in_row_by_row_and_again_without_a_change(tmp_path: Path) -> None:
    file = tmp_path / "tracking.csv"
    file.write_text(FILE, encoding="gb18030")
    store, bad = SqliteStore(tmp_path / "x.db"), list[BadRow]()
    await store.open()
    try:
        for _ in range(2):
            done = await import_parcels(read_parcels(file, ZONE, NOW), store, FakeClock(NOW), bad.append)
            assert str(done) == "5 rows read; 2 stored; 3 bad rows"
        assert [(row.row, row.column) for row in bad[:3]] == [(4, "状态"), (5, "时间"), (6, "运单号")]
        parcel, _ = (await store.parcels(["77", "88"]))["77"]
        assert (parcel.state, len(parcel.events), parcel.delivered_at) == ("delivered", 2, NOW.replace(hour=8))
    finally:
        await store.close()


def test_a_file_without_numbers_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UnreadableTable, match=r"no column is named 运单号$"):
        list(read_parcels(file, ZONE, NOW))
