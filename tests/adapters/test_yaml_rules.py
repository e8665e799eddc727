from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from bot.core.catalogue import Authority, Compensation, GiftStandard, Hours, Logistics, Period, Text, Zone
from tests.adapters.yaml_shops import load, problem, problems

FULL = """\
shop:
  name: {zh: 示例店, en: Example shop}
  brands: [甲, {zh: 乙, en: B}]
  hours: [{days: all, from: "08:00", until: "23:00"}, {days: [sat, sun], from: 20:30, until: "01:00"}]
  favourite_link: https://shop.example/fav
  payment: 付款链接
couriers:
  - id: zto
    name: 中通
    aliases: [zhongtong]
    site: www.zto.example
    phone: "95311"
    not_served: [三沙]
    zones:
      - {provinces: [广东, 福建], fee: 8, days: [1, 2]}
      - {provinces: [西藏], fee: 18.50, days: [5, 9]}
logistics:
  default_courier: zto
  ships_from: 佛山
  free_from: 99.00
  free_except: [西藏]
  same_day_before: "17:00"
  dispatch_hours: 24
categories: [{id: tee, name: T恤}]
products: [{id: p1, name: 甲, variants: [{sku: A, stock: 1, price: 10}]}]
promotions:
  - {id: a, kind: threshold, name: 减, period: {from: 2026-11-01, until: 2026-11-30}, over: 200, off: 20, repeat: yes}
  - {id: b, kind: buy_n_get_m, name: 买二送一, period: {every: month, from_day: 20, until_day: last}, buy: 2, free: 1}
  - {id: c, kind: gift, name: 赠品, period: {every: month, from_day: 1, until_day: 31}, over: 0, gift: 袜子}
  - id: d
    kind: limit
    name: 限购
    period: {every: month, from_day: 5, until_day: 5}
    goods: {products: [p1], categories: [tee]}
    price: 59.90
    per_buyer: 2
promises:
  bulk_from: 30
  gifts: [{over: 199, gift: 袜子, aliases: [socks]}]
  authority: [{role: bot}, {role: supervisor, discount_percent: 5, free_shipping_from: 0, gift_up_to: 30}]
"""


def test_every_key_of_the_rules_reaches_the_catalogue(tmp_path: Path) -> None:
    shop = load(tmp_path, FULL)
    assert shop.about.brands == (Text("甲", "甲"), Text("乙", "B"))
    assert shop.about.hours == (
        Hours(frozenset(range(7)), time(8), time(23)),
        Hours(frozenset({5, 6}), time(20, 30), time(1)),
    )
    assert (shop.about.favourite_link, shop.about.source) == ("https://shop.example/fav", "knowledge/shop.yaml:2")
    (zto,) = shop.couriers
    assert (zto.phone, zto.aliases, zto.not_served) == ("95311", ("zhongtong",), ("三沙",))
    assert zto.zone("西藏") == Zone(("西藏",), 1850, (5, 9), "knowledge/shop.yaml:16")
    assert shop.logistics == Logistics(
        "zto", Text("佛山", "佛山"), 9900, ("西藏",), time(17), 24, source="knowledge/shop.yaml:18"
    )
    assert shop.promises.bulk_from_pieces == 30
    assert shop.promises.gifts == (GiftStandard(19900, Text("袜子", "袜子"), ("socks",), "knowledge/shop.yaml:39"),)
    assert shop.promises.of("supervisor") == Authority("supervisor", 5, 0, 3000, "knowledge/shop.yaml:40")


COMPENSATION = """\
promises:
  authority:
    - role: agent
      bulk_discount_percent: 5
      compensation:
        not_shipped_72h: {coupon_percent: 30, up_to: 500}
        late_dispatch: {coupon_percent: 10, cash_percent: 0}
    - {role: manager}
"""


def test_compensation_is_read_by_cause_and_what_is_left_out_may_not_be_given(tmp_path: Path) -> None:
    agent, manager = load(tmp_path, COMPENSATION).promises.authority
    assert agent.bulk_discount_percent == 5
    assert agent.compensation == (
        Compensation("late_dispatch", 10, 0, 20_000),
        Compensation("not_shipped_72h", 30, None, 50_000),
    )
    assert (manager.bulk_discount_percent, manager.compensation) == (None, ())


def test_each_kind_of_promotion_carries_its_figures(tmp_path: Path) -> None:
    threshold, free, gift, limit = load(tmp_path, FULL).promotions
    assert threshold.period == Period(date(2026, 11, 1), date(2026, 11, 30))
    assert (threshold.over_fen, threshold.off_fen, threshold.repeat) == (20000, 2000, True)
    assert (free.buy, free.free, free.period) == (2, 1, Period(monthly=(20, 31)))
    assert (gift.over_fen, gift.gift, gift.products) == (0, Text("袜子", "袜子"), frozenset())
    assert (limit.price_fen, limit.per_buyer) == (5990, 2)
    assert (limit.products, limit.categories) == (frozenset({"p1"}), frozenset({"tee"}))
    assert limit.source == "knowledge/shop.yaml:30"


def test_a_shop_may_leave_everything_out(tmp_path: Path) -> None:
    shop = load(tmp_path, "shop: {name: 小店}\n")
    assert (shop.about.name, shop.logistics, shop.promises.bulk_from_pieces) == (Text("小店", "小店"), None, 20)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shop:\n  nmae: x", "2: shop.nmae: unknown key 'nmae'; did you mean 'name'?"),
        ("shop: [x]", "1: shop: should be keys with values: name, brands"),
        (
            'shop:\n  hours: [{days: [mo], from: "08:00", until: "09:00"}]',
            "2: shop.hours[0].days[0]: unknown day 'mo'; did you mean 'mon'?",
        ),
        (
            "shop:\n  hours: [{days: weekdays, from: '08:00', until: '09:00'}]",
            "2: shop.hours[0].days: should be all, or a list",
        ),
        ("shop:\n  hours: [{days: all, from: '25:00', until: '09:00'}]", "2: shop.hours[0].from: '25:00' is no time"),
        ("shop:\n  facts: {founded in: 2005}", "2: shop.facts.founded in: the name of a fact holds only letters"),
        ("shop:\n  facts: {a: {b: c}}", "2: shop.facts.a.b: 'b' is no language"),
        ("service:\n  return_days: [7]", "2: service.return_days: should be text or {zh: …, en: …}, not a list"),
        ("service:\n  - return_days", "2: service: should be keys with values"),
        ("logistics: {default_courier: zto}", "1: logistics.default_courier: unknown courier 'zto'; none is declared"),
        ("logistics: {free_from: 99}", "1: logistics.default_courier: is missing"),
        (
            "couriers: [{id: a, name: x, zones: [{provinces: [广东省], fee: 1, days: [1, 2]}]}]",
            "1: couriers[0].zones[0].provinces[0]: unknown province '广东省'; did you mean '广东'?",
        ),
        (
            "couriers: [{id: a, name: x, zones: [{provinces: [火星], fee: 1, days: [1, 2]}]}]",
            "1: couriers[0].zones[0].provinces[0]: unknown province '火星'; allowed: 北京, 天津",
        ),
        (
            "couriers: [{id: a, name: x, zones: [{provinces: [广东], fee: 1, days: [3, 2]}]}]",
            "1: couriers[0].zones[0].days: the first number 3 is above the second 2",
        ),
        (
            "couriers:\n- id: a\n  name: x\n  zones:\n  - {provinces: [广东], fee: 1, days: [1, 2]}\n"
            "  - {provinces: [广西, 广东], fee: 2, days: [1, 2]}",
            "6: couriers[0].zones[1].provinces: 广东 stands in the zone of line 5 already",
        ),
        ("promises: {bulk_from: 0}", "1: promises.bulk_from: 0 is too small; at least 1"),
        (
            "promises:\n  authority: [{role: boss}]",
            "2: promises.authority[0].role: unknown role 'boss'; allowed: bot, agent, after_sales, supervisor",
        ),
        ("promises:\n  authority: [{role: bot}, {role: bot}]", "2: promises.authority[1].role: the authority of role"),
        (
            "promises:\n  authority: [{role: bot, discount_percent: 101}]",
            "2: promises.authority[0].discount_percent: 101 is too large; at most 100",
        ),
        (
            "promises:\n  authority:\n  - role: agent\n    compensation: {late_dispach: {coupon_percent: 10}}",
            "4: promises.authority[0].compensation.late_dispach: unknown cause 'late_dispach'; did you mean 'late_disp",
        ),
        (
            "promises:\n  authority:\n  - role: agent\n    compensation: {no_stock: {up_to: 100}}",
            "4: promises.authority[0].compensation.no_stock: gives nothing; write coupon_percent, cash_percent or both",
        ),
        (
            "promises:\n  authority:\n  - role: agent\n    compensation: {no_stock: {coupon_percent: ten}}",
            "4: promises.authority[0].compensation.no_stock.coupon_percent: 'ten' is no whole number",
        ),
        (
            "promises:\n  authority:\n  - role: agent\n    compensation: {no_stock: {coupon: 1, cash_percent: 5}}",
            "4: promises.authority[0].compensation.no_stock.coupon: unknown key of a compensation: 'coupon'",
        ),
        (
            "promises:\n  authority:\n  - role: agent\n    compensation: {no_stock: {cash_percent: 10, up_to: 0}}",
            "4: promises.authority[0].compensation.no_stock.up_to: must be above 0",
        ),
        (
            "promises: {authority: [{role: agent, bulk_discount_percent: 120}]}",
            "1: promises.authority[0].bulk_discount_percent: 120 is too large; at most 100",
        ),
    ],
)
def test_a_wrong_rule_names_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    assert problem(tmp_path, text).startswith(f"knowledge/shop.yaml:{said}")


PERIOD = "period: {from: 2026-11-01, until: 2026-11-30}"


@pytest.mark.parametrize(
    ("promotion", "said"),
    [
        (
            "kind: threshold, over: 9, off: 1, period: {from: 2026-11-30, until: 2026-11-01}",
            "period.until: ends on 2026-11-01, before it starts on 2026-11-30",
        ),
        (
            "kind: threshold, over: 9, off: 1, period: {every: month, from_day: 20, until_day: 10}",
            "period.until_day: ends on day 10, before it starts on day 20",
        ),
        (
            "kind: threshold, over: 9, off: 1, period: {every: week, from_day: 1, until_day: 2}",
            "period.every: unknown rhythm 'week'; allowed: month",
        ),
        (
            "kind: threshold, over: 9, off: 1, period: {from: 2026-02-30, until: 2026-11-01}",
            "period.from: '2026-02-30' is no date; write YYYY-MM-DD",
        ),
        (f"kind: threshold, over: 9, off: 1, gift: x, {PERIOD}", "gift: unknown key of a promotion of kind threshold:"),
        (f"kind: threshold, over: 9, {PERIOD}", "off: is missing"),
        (f"kind: threshold, over: 9, off: 10, {PERIOD}", "off: takes off more than the sum it needs"),
        (f"kind: threshold, over: 9, off: 0, {PERIOD}", "off: must be above 0"),
        (f"kind: limit, price: 9, per_buyer: 0, {PERIOD}", "per_buyer: 0 is too small; at least 1"),
        (f"kind: buy_n_get_m, buy: two, free: 1, {PERIOD}", "buy: 'two' is no whole number"),
        (f"kind: buy_n_get_one, {PERIOD}", "kind: unknown kind 'buy_n_get_one'; did you mean 'buy_n_get_m'?"),
        (PERIOD, "kind: is missing"),
        (
            f"kind: gift, over: 9, gift: x, goods: {{products: [p9]}}, {PERIOD}",
            "goods.products[0]: unknown product 'p9'",
        ),
        (f"kind: gift, over: 9, gift: x, goods: {{products: []}}, {PERIOD}", "goods.products: needs at least 1 entry"),
        (f"kind: gift, over: 9, gift: x, goods: {{skus: [A]}}, {PERIOD}", "goods.skus: unknown key 'skus'"),
    ],
)
def test_a_wrong_promotion_names_line_and_key(tmp_path: Path, promotion: str, said: str) -> None:
    text = f"promotions:\n  - {{id: a, name: x, {promotion}}}\n"
    assert problem(tmp_path, text).startswith(f"knowledge/shop.yaml:2: promotions[0].{said}")


def test_a_section_that_may_stand_once_names_both_places(tmp_path: Path) -> None:
    said = problem(tmp_path, a="service: {x: 1}\n", b="\nservice: {y: 1}\n")
    assert said == "knowledge/b.yaml:2: service: the key 'service' stands twice; the first is at knowledge/a.yaml:1"


def test_a_promotion_without_a_kind_does_not_hide_the_next_one(tmp_path: Path) -> None:
    found = problems(tmp_path, "promotions:\n  - {id: a, name: x}\n  - plain words\n  - {id: c, kind: gift, name: x}\n")
    assert [line.removeprefix("knowledge/shop.yaml:") for line in found] == [
        "2: promotions[0].kind: is missing",
        "3: promotions[1]: should be keys with values",
        "4: promotions[2].gift: is missing",
        "4: promotions[2].over: is missing",
        "4: promotions[2].period: is missing",
    ]
