"""What a customer wants and a person must grant, from her first word to the note on the order: both sides over HTTP.

Gift (A6), bulk (A7), invoice (A8); granted, refused, and with the deciding person absent.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.cases import Case
from bot.core.orders import Flag, Order
from bot.core.people import Staff
from bot.service.keep_orders import KeepOrders
from bot.service.mark_paid import MarkPaid
from tests.demo import ROOT
from tests.handlers.two_sides import FIN, SPEC, TwoSides, two_sides
from tests.service.people import ANN, MAX, SUE
from tests.waiting import until


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[TwoSides]:
    async with two_sides(tmp_path) as opened:
        yield opened


async def _order(shop: TwoSides) -> Order:
    """One T-shirt, well below every gift standard."""
    await shop.phone.say("要一件重磅T恤 黑色XL")
    await shop.phone.say("王小美 13800138000 浙江省杭州市西湖区文三路100号")
    await shop.phone.press("ok")
    await until(lambda: _has_order(shop))
    return (await shop.store.orders(shop.chat))[-1]


async def _has_order(shop: TwoSides) -> bool:
    return bool(await shop.store.orders(shop.chat))


async def _case(shop: TwoSides, reason: str) -> Case:
    await until(lambda: _has_case(shop, reason))
    return next(case for case in await shop.cases() if case.reason == reason)


async def _has_case(shop: TwoSides, reason: str) -> bool:
    return any(case.reason == reason for case in await shop.cases())


async def _newest(shop: TwoSides) -> Order:
    return (await shop.store.orders(shop.chat))[-1]


async def _choose(shop: TwoSides, who: Staff, outcome: str, entered: str = "") -> str:
    """Press an outcome's button on the card; what it asks to be entered is written as the answer."""
    said = await shop.press(who, f"k:do:{outcome}")
    if entered:
        question = await shop.question()
        await shop.write(who, entered, reply_to=question.message_id)
    return said


async def _insist_on_a_gift(shop: TwoSides) -> Case:
    assert "还差" in await shop.phone.say("能送我一条皮带吗"), "the standard is told first"
    await shop.phone.say("就送我一条皮带嘛")
    return await _case(shop, "gift")


async def test_a_gift_beyond_the_standard_is_approved_in_the_group(shop: TwoSides) -> None:
    order = await _order(shop)
    case = await _insist_on_a_gift(shop)
    assert (case.role, case.state) == ("supervisor", "open")
    assert (await shop.owner())[0] == "bot", "the bot goes on meanwhile"
    await _choose(shop, SUE, f"{case.case_id}:decide:gift", "一条细皮带")
    await shop.phone.hears("送您一条细皮带")
    noted = await _newest(shop)
    assert [(note.content, note.staff_id) for note in noted.notes][-1] == ("加送：一条细皮带", "S01")
    assert noted.flag is None, "red waits for the payment"
    await _paid(shop, order)
    assert (await _newest(shop)).flag is Flag.RED
    (line,) = await shop.store.promises(order_no=order.order_no)
    assert (line.kind, line.staff_id, line.state) == ("gift", "S01", "open")


async def test_the_readme_shows_what_is_really_said(shop: TwoSides) -> None:
    """Every line of the transcript between bot and shopper, up to where it is cut."""
    shown = re.search(r"<!-- handover -->(.*)<!-- /handover -->", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert shown is not None
    await _order(shop)
    case = await _insist_on_a_gift(shop)
    on_card = (await shop.card(f"k:do:{case.case_id}")).text  # now: it changes with the case
    await _choose(shop, SUE, f"{case.case_id}:decide:gift", "一条细皮带")
    await shop.phone.hears("送您一条细皮带")
    told = "\n".join(shop.phone.texts)
    bot = re.findall(r"^小二 +(.*?)(?:……)?$", shown[1], re.MULTILINE)
    assert len(bot) == 3 and all(line in told for line in bot)
    staff = re.search(r"客服群 +(.*?)\[接待\]", shown[1], re.DOTALL)
    assert staff is not None
    pieces = [piece.strip() for piece in re.split(r"\n| {4}", staff[1]) if piece.strip()]
    assert len(pieces) >= 7
    for piece in pieces:
        assert re.sub(r"XE\d+", "XE", piece) in re.sub(r"XE\d+", "XE", on_card), piece


async def test_a_gift_is_refused_kindly_with_the_reason(shop: TwoSides) -> None:
    await _order(shop)
    case = await _insist_on_a_gift(shop)
    before = await _newest(shop)
    await _choose(shop, SUE, f"{case.case_id}:decide:refuse", "库存不够了")
    told = await shop.phone.hears("库存不够了")
    assert "很抱歉" in told
    assert (await _newest(shop)).notes == before.notes
    assert await shop.store.promises(conversation_id=shop.chat) == []


async def test_an_agent_cannot_approve_a_gift_in_the_supervisors_place(shop: TwoSides) -> None:
    await _order(shop)
    case = await _insist_on_a_gift(shop)
    assert "主管" in await shop.press(ANN, f"k:do:{case.case_id}:decide:gift")
    assert [c.state for c in await shop.cases()] == ["open"]


async def test_a_gift_nobody_decides_goes_to_the_manager_and_she_hears_of_it(shop: TwoSides) -> None:
    await _order(shop)
    case = await _insist_on_a_gift(shop)
    for _ in range(3):
        shop.clock.advance(16 * 60)
        await shop.alarms()
    await shop.phone.hears("又请店长来看了")
    assert (await _case(shop, "gift")).role == "manager"
    await _choose(shop, MAX, f"{case.case_id}:decide:gift", "一条细皮带")
    await shop.phone.hears("送您一条细皮带")


async def test_twenty_pairs_go_through_specialist_check_and_discount_to_the_note(shop: TwoSides) -> None:
    """A7's example: 20 pairs, free shipping, an invoice wanted."""
    case = await _ask_for_bulk(shop)
    await shop.press(SPEC, f"k:do:{case.case_id}:quote:check")
    assert (await _case(shop, "bulk")).role == "manager"
    await shop.press(MAX, f"k:do:{case.case_id}:check:clean")
    assert (await _case(shop, "bulk")).role == "supervisor"
    await _choose(shop, SUE, f"{case.case_id}:discount:grant", "5%")
    await shop.phone.hears("优惠5%")
    await until(lambda: _at(shop, "note"))
    (line,) = await shop.store.promises(conversation_id=shop.chat)
    assert (line.kind, line.percent, line.role) == ("discount", 5, "supervisor")
    await shop.press(SPEC, f"k:do:{case.case_id}:note:noted")
    assert (await _case(shop, "bulk")).role == "auditor"
    talk = (await shop.store.load(shop.chat, "telegram")).conversation
    notes = [note.content for order in await shop.store.orders(shop.chat) for note in order.notes]
    assert any("大宗20件" in words for words in (*notes, *(granted for granted, _ in talk.granted)))


async def test_malice_stops_a_bulk_order_at_once(shop: TwoSides) -> None:
    case = await _ask_for_bulk(shop)
    await shop.press(SPEC, f"k:do:{case.case_id}:quote:check")
    await shop.press(MAX, f"k:do:{case.case_id}:check:malice")
    await shop.phone.hears("安排不了")
    assert (await _case(shop, "bulk")).state == "closed"


async def test_a_bulk_order_nobody_looks_after_is_escalated_and_she_is_not_left_alone(shop: TwoSides) -> None:
    await _ask_for_bulk(shop)
    for _ in range(6):
        shop.clock.advance(60 * 60)
        await shop.alarms()
    await shop.phone.hears("久等")
    assert (await _case(shop, "bulk")).role in ("supervisor", "manager")


async def test_a_vat_invoice_collects_its_five_facts_and_goes_to_finance(shop: TwoSides) -> None:
    order = await _paid_order(shop)
    await _ask_for_vat(shop)
    case = await _case(shop, "invoice")
    known = case.known
    assert known["order_no"] == order.order_no
    assert known["company"] == "佛山朔源服饰有限公司"
    assert known["vat_no"] == "91440600MA4UABCD1X"
    assert known["certificate"], "the photo of the certificate"
    assert "工商银行" in known["bank"] and "汾江" in known["address"]
    assert (case.role, case.state) == ("finance", "open")
    card = await shop.card(f"k:do:{case.case_id}")
    assert "佛山朔源服饰有限公司" in card.text
    assert "6222020200112233445" not in card.text, "the account is masked on the card"


async def test_an_invoice_nobody_issues_is_escalated(shop: TwoSides) -> None:
    await _paid_order(shop)
    await _ask_for_vat(shop)
    first = await _case(shop, "invoice")
    for _ in range(40):
        shop.clock.advance(24 * 3600)
        await shop.alarms()
    assert (await _case(shop, "invoice")).role != first.role


async def _ask_for_bulk(shop: TwoSides) -> Case:
    await shop.phone.say("我要20双中筒棉袜")
    await shop.phone.say("中筒棉袜")
    for _ in range(5):
        case = await _case(shop, "bulk")
        if case.state != "collecting":
            return case
        missing = [fact for fact in ("goods", "invoice", "discount", "by_when") if fact not in case.known]
        await shop.phone.say({"invoice": "要发票", "discount": "不用", "by_when": "没有"}.get(missing[0], "中筒棉袜"))
    raise AssertionError("the facts were never complete")


async def _ask_for_vat(shop: TwoSides) -> None:
    await shop.phone.say("帮我开增值税专票")
    answers = {
        "certificate": "",
        "company": "佛山朔源服饰有限公司",
        "vat_no": "91440600MA4UABCD1X",
        "bank": "工商银行佛山分行 6222020200112233445",
        "address": "佛山市禅城区汾江中路1号 0757-88880000",
        "invoice_kind": "增值税专用发票",
    }
    for _ in range(10):
        case = await _case(shop, "invoice")
        if case.state != "collecting":
            return
        missing = next(fact for fact in ("invoice_kind", *answers) if fact not in case.known)
        if missing == "certificate":
            shop.phone.send(photo=[{"file_id": "CERT", "file_unique_id": "C", "width": 9, "height": 9}])
            await shop.phone.hears("公司全称")
        else:
            await shop.phone.say(answers[missing])
    raise AssertionError("the facts were never complete")


async def _at(shop: TwoSides, step: str) -> bool:
    return (await _case(shop, "bulk")).step == step


async def _paid(shop: TwoSides, order: Order) -> None:
    await MarkPaid(shop.store, KeepOrders(shop.store, shop.clock, "XE01"))(order.order_no, FIN.staff_id)


async def _paid_order(shop: TwoSides) -> Order:
    order = await _order(shop)
    await _paid(shop, order)
    return order
