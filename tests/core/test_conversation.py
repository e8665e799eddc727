from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.conversation import STEPS, AddressParts, Conversation, Draft, fold
from tests.core.event_kinds import KINDS, any_history, of_kind

FRESH = Conversation("terminal:1", "terminal")


def after(*happened: e.Event) -> Conversation:
    return fold(FRESH, happened)


def spoke(language: str = "zh", name: str = "") -> e.ShopperSpoke:
    return e.ShopperSpoke("1", "text", "你好", language, "2026-11-10T12:00:00+00:00", name=name)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(st.data())
@settings(max_examples=10)
def test_every_kind_of_event_can_be_folded(kind: type[e.Event], data: st.DataObject) -> None:
    folded = after(data.draw(of_kind(kind)))
    assert (folded.id, folded.channel) == (FRESH.id, FRESH.channel)


@given(any_history, any_history)
def test_folding_in_two_goes_is_folding_in_one(first: list[e.Event], second: list[e.Event]) -> None:
    assert fold(fold(FRESH, first), second) == fold(FRESH, [*first, *second])


@given(any_history)
def test_a_fold_is_the_same_every_time(history: list[e.Event]) -> None:
    assert fold(FRESH, history) == fold(FRESH, history)


def test_nothing_happened_changes_nothing() -> None:
    assert after() == FRESH


def test_an_unknown_event_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        after(e.Event())


# --- who speaks ---


def test_what_the_shopper_says_sets_language_time_and_name() -> None:
    said = after(spoke(language="en", name="Ann"), spoke(language="en", name=""))
    assert (said.turns, said.language, said.name) == (2, "en", "Ann")
    assert said.last_at == datetime(2026, 11, 10, 12, tzinfo=UTC)


def test_what_the_bot_says_and_what_was_not_understood_leave_the_goods_alone() -> None:
    assert after(e.BotSpoke("greet", "您好")) == FRESH
    assert after(e.NotUnderstood(), e.NotUnderstood()).misses == 2


@pytest.mark.parametrize(
    "event",
    [e.TopicAnswered("invoice"), e.LineDrafted(size="M"), e.AddressGiven(phone="1"), e.OrderPlaced("1", 1),
     e.HandedOver("c", "human", "agent")],
    ids=lambda event: type(event).__name__,
)  # fmt: skip
def test_being_understood_ends_a_row_of_misses(event: e.Event) -> None:
    assert after(e.NotUnderstood(), event).misses == 0


def test_a_conversation_passes_from_the_bot_to_a_person_and_back() -> None:
    waiting = after(e.HandedOver("case-1", "human", "agent"))
    taken = fold(waiting, [e.TakenOver("staff-1")])
    back = fold(taken, [e.HandedBack("staff-1")])
    assert [(c.owner, c.case_id) for c in (waiting, taken, back)] == [
        ("waiting", "case-1"),
        ("agent", "case-1"),
        ("bot", None),
    ]


def test_the_steps_stand_in_the_order_of_the_service_flow() -> None:
    assert STEPS == ("greet", "introduce", "promo", "confirm_order", "favourite")


# --- facts asked and given ---


def test_a_fact_asked_for_waits_until_its_topic_is_answered() -> None:
    asked = after(e.FactAsked("place", "logistics.fee"))
    assert (asked.awaiting, asked.awaiting_topic) == ("place", "logistics.fee")
    answered = fold(asked, [e.TopicAnswered("logistics.fee")])
    assert (answered.awaiting, answered.awaiting_topic, answered.topic) == (None, "", "logistics.fee")


def test_facts_stay_until_new_ones_are_given_and_tags_gather() -> None:
    known = after(
        e.ShopperFactsGiven(height_cm=175, tags=("sex.male",)),
        e.ShopperFactsGiven(weight_kg=70, tags=("purpose.gift", "sex.male")),
    )
    assert (known.height_cm, known.weight_kg, known.tags) == (175, 70, ("sex.male", "purpose.gift"))


def test_promotions_and_wishes_are_remembered_once() -> None:
    told = after(e.PromotionsTold(("a", "b")), e.PromotionsTold(("b", "c")), e.StockWished("s"), e.StockWished("s"))
    assert (told.promotions_told, told.stock_wishes) == (("a", "b", "c"), ("s",))


# --- the line being put together ---


def test_a_draft_gathers_its_parts_one_by_one() -> None:
    draft = after(e.LineDrafted(product_id="tee"), e.LineDrafted(color="black"), e.LineDrafted(size="M", quantity=2))
    assert draft.draft == Draft("tee", "black", "M", 2)
    assert draft.product_id == "tee"


def test_another_product_starts_the_draft_anew() -> None:
    changed = after(
        e.LineDrafted(product_id="tee", color="black", size="M", quantity=2), e.LineDrafted(product_id="polo")
    )
    assert changed.draft == Draft("polo")


def test_a_quantity_said_before_the_product_is_kept() -> None:
    assert after(e.LineDrafted(quantity=2), e.LineDrafted(product_id="tee")).draft == Draft("tee", quantity=2)


@pytest.mark.parametrize(
    ("parts", "draft"),
    [
        (("color",), Draft("tee", None, "M", 2)),
        (("size", "quantity"), Draft("tee", "black")),
        (("product",), Draft()),
        (("address",), Draft("tee", "black", "M", 2)),
    ],
)
def test_parts_of_a_draft_can_be_taken_back(parts: tuple[str, ...], draft: Draft) -> None:
    full = after(e.LineDrafted("tee", "black", "M", 2), e.AddressGiven("杭州", "浙江", "文三路1号", "张三", "1"))
    left = fold(full, [e.DraftForgotten(parts)])
    assert left.draft == draft
    assert (left.address == AddressParts()) is ("address" in parts)


def test_a_line_added_joins_the_basket_and_empties_the_draft() -> None:
    basket = after(
        e.LineDrafted("tee", "black", "M", 2),
        e.LineAdded("TEE-M", 2),
        e.LineAdded("POLO-L", 1),
        e.LineAdded("TEE-M", 1),
    )
    assert (basket.basket, basket.draft) == ((("TEE-M", 3), ("POLO-L", 1)), Draft())
    assert fold(basket, [e.LineRemoved("TEE-M")]).basket == (("POLO-L", 1),)


def test_an_emptied_basket_forgets_wishes_and_gifts_too() -> None:
    full = after(e.LineAdded("TEE-M", 2), e.WishNoted("写卡片"), e.GiftGranted("袜子"), e.OrderReadBack(20000))
    assert full.read_back_fen == 20000
    empty = fold(full, [e.BasketEmptied()])
    assert (empty.basket, empty.wishes, empty.gifts, empty.read_back_fen, empty.awaiting) == ((), (), (), None, None)


@pytest.mark.parametrize(
    "event",
    [e.LineDrafted(quantity=3), e.LineAdded("X", 1), e.LineRemoved("TEE-M"), e.AddressGiven(phone="2"),
     e.CourierChosen("sf"), e.DraftForgotten(("size",)), e.BasketEmptied(), e.OrderPlaced("1", 1)],
    ids=lambda event: type(event).__name__,
)  # fmt: skip
def test_any_change_of_the_order_makes_what_was_read_back_void(event: e.Event) -> None:
    assert after(e.LineAdded("TEE-M", 1), e.OrderReadBack(10000), event).read_back_fen is None


def test_an_order_placed_empties_the_basket_keeps_the_address_and_leads_to_the_favourite_step() -> None:
    home = e.AddressGiven("杭州", "浙江", "文三路1号", "张三", "13800138000")
    placed = after(home, e.CourierChosen("sf"), e.LineAdded("TEE-M", 1), e.OrderPlaced("XE1", 10000))
    assert (placed.basket, placed.order_nos, placed.step, placed.courier_id) == ((), ("XE1",), "favourite", None)
    assert placed.address.complete


# --- the address ---

WENSAN = AddressParts("西湖", "浙江", "杭州市西湖区文三路1号", "张三", "13800138000")


@pytest.mark.parametrize("part", ["province", "detail", "name", "phone"])
def test_an_address_is_complete_once_it_could_be_delivered_to(part: str) -> None:
    assert WENSAN.complete
    assert not replace(WENSAN, **{part: None}).complete


def test_parts_of_an_address_gather_over_messages() -> None:
    given = after(
        e.AddressGiven(region="西湖", province="浙江"),
        e.AddressGiven(detail="杭州市西湖区文三路1号"),
        e.AddressGiven(name="张三", phone="13800138000"),
    )
    assert given.address == WENSAN


@pytest.mark.parametrize(
    ("given", "address"),
    [
        # Another place: the street of the old one is not there.
        (e.AddressGiven(region="北京", province="北京"), replace(WENSAN, region="北京", province="北京", detail=None)),
        (e.AddressGiven(province="北京"), replace(WENSAN, region=None, province="北京", detail=None)),
        (e.AddressGiven(region="宁波", province="浙江"), replace(WENSAN, region="宁波", detail=None)),
        (
            e.AddressGiven(region="海淀", province="北京", detail="海淀区中关村大街1号"),
            replace(WENSAN, region="海淀", province="北京", detail="海淀区中关村大街1号"),
        ),
        # The same place in other words: the street stays.
        (e.AddressGiven(region="杭州", province="浙江"), replace(WENSAN, region="杭州")),
        (e.AddressGiven(province="浙江"), WENSAN),
        (e.AddressGiven(name="李四"), replace(WENSAN, name="李四")),
    ],
)
def test_a_street_does_not_outlive_its_place(given: e.AddressGiven, address: AddressParts) -> None:
    whole = e.AddressGiven(WENSAN.region, WENSAN.province, WENSAN.detail, WENSAN.name, WENSAN.phone)
    assert after(whole, given).address == address


def test_a_district_named_after_the_street_does_not_take_the_street_away() -> None:
    given = after(e.AddressGiven("杭州", "浙江", "文三路1号"), e.AddressGiven("西湖", "浙江"))
    assert given.address == AddressParts("西湖", "浙江", "文三路1号")


# --- what people grant before there is an order ---


def test_what_a_person_granted_stays_until_an_order_takes_it_over() -> None:
    granted = (e.WishNoted("包装好一点"), e.WishNoted("gift: socks", "ZG01"), e.BasketEmptied())
    assert (after(*granted).wishes, after(*granted).granted) == ((), (("gift: socks", "ZG01"),))
    assert after(*granted, e.OrderPlaced("XE1", 100)).granted == ()


# --- cases ---


def test_a_step_reached_ends_the_asking_of_its_own_case_only() -> None:
    opened = after(e.CaseOpened("C1", "bulk"), e.CaseMoved("C1", "fact:goods", "shopper"))
    assert opened.collecting == "C1"
    assert fold(opened, [e.CaseMoved("C2", "step:answer", "bot")]).collecting == "C1"
    assert fold(opened, [e.CaseMoved("C1", "step:offer", "bot")]).collecting == ""


def test_a_mark_is_waited_for_until_it_is_given_or_a_newer_matter_begins() -> None:
    asked = e.SatisfactionAsked("C1")
    assert after(asked).rating == "C1"
    assert (after(asked, e.SatisfactionGiven("C1", 5)).rating, after(asked, e.SatisfactionGiven("C1", 5)).rated) == (
        "",
        "C1",
    )
    assert after(asked, e.HandedOver("C2", "human", "agent")).rating == ""
    assert after(asked, e.CaseMoved("C2", "opened", "bot")).rating == ""
    assert after(asked, e.CaseMoved("C2", "late", "clock")).rating == "C1"


def test_talk_about_material_and_about_price_is_counted_apart() -> None:
    topics = ("product.material", "product.authentic", "product.price", "promo.info", "logistics.fee")
    talked = after(*(e.TopicAnswered(topic) for topic in topics))
    assert (talked.material_turns, talked.price_turns) == (2, 2)
