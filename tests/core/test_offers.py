"""What a person is about to promise in her own words, found or rightly passed over."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Authority, Compensation, GiftStandard, Logistics, Period, Promises, Promotion, Text
from bot.core.offers import Offer, beyond, offers_in

#: Kind and figure: percent of a discount or coupon, yuan as text, a gift by name, empty where nothing is said.
FOUND = [
    # Money off the price.
    ("亲，给您打9折", "discount 10%"),
    ("这单给您九折", "discount 10%"),
    ("打九五折给您可以的", "discount 5%"),
    ("那就八五折", "discount 15%"),
    ("帮您申请到了8.5折", "discount 15%"),
    ("給您打八八折", "discount 12%"),
    ("老顾客了，给您对折", "discount 50%"),
    ("这件半价给您", "discount 50%"),
    ("給你 ９ 折", "discount 10%"),
    ("给您打9折好吗？", "discount 10%"),
    ("没问题给您95折", "discount 5%"),
    ("不好意思让您久等了，给您9折", "discount 10%"),
    ("给您便宜10块", "discount ¥10"),
    ("便宜您十块钱", "discount ¥10"),
    ("我少收您20", "discount ¥20"),
    ("给您少20元", "discount ¥20"),
    ("再给您优惠15元吧", "discount ¥15"),
    ("下单后我给您减30", "discount ¥30"),
    ("给您优惠10%", "discount 10%"),
    ("让您5个点", "discount 5%"),
    ("我帮您打个折", "discount"),
    ("给您便宜点", "discount"),
    ("给您抹个零", "discount"),
    ("零头给您抹了", "discount"),
    ("老客户了，给您打个友情价", "discount"),
    ("拍下不要付款，我改价少10元", "discount ¥10"),
    ("店长说了，可以给您再便宜5块钱", "discount ¥5"),
    ("两件一起拍给您95折", "discount 5%"),
    ("We'll give you a 15 percent discount", "discount 15%"),
    ("I can give you 10% off", "discount 10%"),
    ("Ten percent off for you!", "discount 10%"),
    ("I'll take 20 yuan off", "discount ¥20"),
    ("20 yuan off if you order today", "discount ¥20"),
    ("How about a 5% discount?", "discount 5%"),
    ("I will knock 30 off for you", "discount ¥30"),
    ("We can reduce the price by ¥15", "discount ¥15"),
    ("Let me give you a small discount", "discount"),
    ("You get it half price", "discount 50%"),
    # Gifts.
    ("送您一双袜子", "gift 一双袜子"),
    ("赠送您一条皮带", "gift 一条皮带"),
    ("我给您送双袜子", "gift 双袜子"),
    ("再送您一份小礼物", "gift 一份小礼物"),
    ("送亲小礼品哦", "gift 小礼品哦"),
    ("给您多放一双袜子", "gift 一双袜子"),
    ("给您加个赠品", "gift 个赠品"),
    ("附上小礼物一份", "gift 小礼物一份"),
    ("多给您一双袜子", "gift 一双袜子"),
    ("我放一双袜子进去当赠品", "gift 一双袜子"),
    ("额外送您价值20元的帽子", "gift ¥20 帽子"),
    ("I'll throw in a pair of socks", "gift a pair of socks"),
    ("We will add a belt for free", "gift a belt"),
    ("I'll include a free tote bag", "gift tote bag"),
    ("There is a free gift in your parcel", "gift free gift"),
    ("I'll add a small gift to your parcel", "gift a small gift"),
    ("我给您塞双袜子", "gift 双袜子"),
    ("今天下单有小礼物赠送", "gift 小礼物"),
    # Free shipping.
    ("给您包邮", "free_shipping"),
    ("您要两件的话我给您包邮哈", "free_shipping"),
    ("这单免邮", "free_shipping"),
    ("運費我們出", "free_shipping"),
    ("您放心，运费我们店里出", "free_shipping"),
    ("不收您运费", "free_shipping"),
    ("帮您免掉运费", "free_shipping"),
    ("I'll give you free shipping", "free_shipping"),
    ("We will cover the shipping", "free_shipping"),
    ("We'll send it free of charge", "free_shipping"),
    # Money to make up for something.
    ("赔您50", "cash ¥50"),
    ("补偿20元", "cash ¥20"),
    ("给您返现十块", "cash ¥10"),
    ("退差价15元给您", "cash ¥15"),
    ("没能及时发货，补偿您20元红包", "cash ¥20"),
    ("给您退30元", "cash ¥30"),
    ("有点小瑕疵，退您15元可以吗？", "cash ¥15"),
    ("给您部分退款20元您看行不行", "cash ¥20"),
    ("差多少我补给您", "cash"),
    ("As an apology we give you 20 yuan back", "cash ¥20"),
    ("差价20元退给您", "cash ¥20"),
    ("按实付的10%补偿您", "cash 10%"),
    ("給您退差價", "cash"),
    ("We refund you 30", "cash ¥30"),
    ("I'll compensate you with 20 yuan", "cash ¥20"),
    ("You will get 15 yuan cashback", "cash ¥15"),
    # Coupons.
    ("送您10元券", "coupon ¥10"),
    ("给您发一张20元无门槛优惠券", "coupon ¥20"),
    ("补您一张10%优惠券", "coupon 10%"),
    ("给您一张9折券", "coupon 10%"),
    ("给您补张优惠券", "coupon"),
    ("I'll send you a 10 yuan coupon", "coupon ¥10"),
    ("Let me give you a 10% voucher", "coupon 10%"),
    ("Here is a 20 yuan voucher for you", "coupon ¥20"),
    ("补偿您一张10元无门槛券", "coupon ¥10"),
    # Two at once.
    ("给您9折，再送您一双袜子", "discount 10%; gift 一双袜子"),
    ("10% off and free shipping for you", "discount 10%; free_shipping"),
]

NOT_FOUND = [
    "",
    "亲，在的，有什么可以帮您？",
    # Prices, sizes, figures.
    "这件129元，XL码有货",
    "身高175体重70公斤建议穿XL",
    "100%纯棉，280克",
    "It costs 129 yuan in size XL",
    "100% cotton, wash at 30 degrees",
    "I have two days off next week",
    "The off-white one is 129",
    # Words that look alike.
    "这把是三折伞，折叠很方便",
    "裤子有折痕正常的",
    "质量绝不打折扣",
    "快递今天派送到您家",
    "包裹会送您手上",
    "支持送货上门",
    "送朋友送长辈都合适",
    "您送一双给朋友吧",
    "48小时内发送",
    "这款比那款便宜10块",
    "This one is 10 yuan cheaper than that one",
    "昨天刚降温10度",
    "不少于3件",
    "Feel free to ask",
    "It is a wrinkle-free shirt in free size",
    "These make a nice gift for your father",
    "Free returns within 7 days",
    # Refusals.
    "亲，不能打折的哦",
    "实在不能再给您9折了",
    "9折给不了您",
    "没有优惠券可以发您",
    "这款不包邮",
    "西藏没办法包邮",
    "暂时不送袜子的",
    "不会给您返现10元的",
    "Sorry, we can't give you 10% off",
    "There is no free shipping to Tibet",
    "I'm afraid we are not able to throw in a gift",
    "We don't offer a discount",
    # Questions.
    "您要的是9折券吗？",
    "您是想要包邮吗",
    "之前是哪位同事说送您袜子的呢？",
    "Did a colleague offer you 10% off?",
    "Are you asking about free shipping?",
    # Not decided yet.
    "我帮您申请一下9折",
    "我去问下主管能不能给您包邮",
    "看看能不能送您一双袜子",
    "Let me ask my supervisor about 10% off",
    "I'll see if we can throw in a pair of socks",
    # The shop's machine, other people's money, the way back.
    "还差20元就包邮了",
    "再买51元就送袜子",
    "满减系统自动减20元",
    "退货运费我们承担",
    "质量问题换货包邮",
    "We pay the return shipping",
    "破损由快递公司赔付50元",
    "退货后运费险会赔付您10元",
    "您可以在首页领10元优惠券",
    "You can claim a 10 yuan coupon on our page",
    "假一赔十",
    "您需要补10元运费",
    "退款一般3天到账",
    "Your refund arrives within 3 days",
    "买三送一活动还在进行",
    "这是赠品，不单卖",
    "亲的赠品在包裹里，您再找找",
    "优惠券满100可用",
    "一个ID只能享受一次优惠价",
    "大码加10元，比旁边那款贵20元",
    "这个折扣要主管批，我问问",
    "好评不返现哦",
    "You have a 10 yuan coupon in your account",
    "The price is already the lowest",
    "I will put a note on your order",
    "还没发的货可以换，来回的运费我们出",
    "发票可以补开，邮费我们承担",
    "Please add one more item to get free shipping",
    "我把现价和能享受的优惠一起给您算出来",
    "麻烦您补20元差价就可以发了",
    "给您发两个链接看看",
    "我给您拿一件L码",
    "已为您退款129元，请查收",
    "您的包裹已送到驿站",
    "袜子是5双一包的",
]


def told(offer: Offer) -> str:
    figure = [f"{offer.percent}%"] if offer.percent else []
    figure += [f"¥{offer.amount_fen // 100}"] if offer.amount_fen else []
    return " ".join([offer.kind, *figure, *([offer.what] if offer.what else [])])


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_a_promise_is_found_in_the_words(text: str, expected: str) -> None:
    assert "; ".join(told(offer) for offer in offers_in(text)) == expected


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_promises_nothing_is_passed_over(text: str) -> None:
    assert offers_in(text) == ()


@pytest.mark.parametrize(
    ("text", "over_yuan"),
    [
        ("满99包邮", 99),
        ("满99元，给您包邮哦", 99),
        ("一单满199元以上送您一双袜子", 199),
        ("Free shipping over ¥99", 99),
        ("Spend 300 and you get 20 yuan off", 300),
        ("给您包邮", None),
        ("超过48小时没发货，补偿您20元", None),
        ("补偿您20元，最高不超过500元", None),
    ],
)
def test_a_promise_from_a_sum_on_carries_the_sum(text: str, over_yuan: int | None) -> None:
    (offer,) = offers_in(text)
    assert offer.over_fen == (over_yuan and over_yuan * 100)


def test_the_sum_of_one_promise_is_not_that_of_the_next() -> None:
    socks, off = offers_in("满199元送您一双袜子，另外给您9折。")
    assert (socks.over_fen, off.over_fen) == (19900, None)


@pytest.mark.parametrize(
    ("text", "percent"),
    [("9折", 10), ("9.5折", 5), ("95折", 5), ("九五折", 5), ("八八折", 12), ("8.8折", 12), ("98.5折", 2), ("一折", 90)],
)
def test_a_fold_takes_off_what_it_leaves_to_a_hundred(text: str, percent: int) -> None:
    assert [offer.percent for offer in offers_in(f"给您{text}")] == [percent]


@pytest.mark.parametrize("text", ["给您10折", "给您便宜0元", "We take 0% off", "给您优惠120%"])
def test_figures_that_make_no_sense_promise_nothing(text: str) -> None:
    assert offers_in(text) == ()


# --- may she? ---

HOUSE = Promises(
    gifts=(GiftStandard(19900, Text("棉袜一双", "socks"), ("袜子",)),),
    authority=(
        Authority("bot", 0, 7900),
        Authority("agent", 3, 5900, 1000, compensation=(Compensation("late_dispatch", 10),)),
        Authority("supervisor", 8, 3900, 3000, compensation=(Compensation("late_dispatch", 10, 20),)),
        Authority("manager", 15, 0, 10000),
    ),
)
TRANSPORT = Logistics("zto", free_from_fen=9900)
MONTHLY = Period(monthly=(1, 31))
RUNNING = (
    Promotion("off", "threshold", Text("满减"), MONTHLY, over_fen=20000, off_fen=2000),
    Promotion("tote", "gift", Text("赠包"), MONTHLY, over_fen=29900, gift=Text("印花帆布包一个", "a canvas tote bag")),
)


@pytest.mark.parametrize(
    ("text", "roles", "goods_yuan", "role"),
    [
        ("给您97折", "agent", 100, ""),
        ("给您9折", "agent", 100, "manager"),
        ("给您9折", "manager", 100, ""),
        ("给您92折", "agent", 100, "supervisor"),
        ("给您92折", "warehouse supervisor", 100, ""),
        ("给您便宜3块", "agent", 100, ""),
        ("给您便宜4块", "agent", 100, "supervisor"),
        ("送您一双袜子", "agent", 199, ""),
        ("送您一双袜子", "agent", 198, "supervisor"),
        ("送您价值10元的帽子", "agent", 50, ""),
        ("给您包邮", "agent", 59, ""),
        ("给您包邮", "agent", 58, "supervisor"),
        ("补偿您10元", "agent", 100, "supervisor"),
        ("送您10元券", "agent", 100, ""),
        ("送您11元券", "agent", 100, "nobody"),
        ("这件129元，有货", "warehouse", 0, ""),
        # What is promised from a sum on is a rule: the shop's own may be told by everybody.
        ("满99包邮", "warehouse", 0, ""),
        ("满50包邮", "agent", 0, "supervisor"),
        ("满199元送一双袜子", "warehouse", 0, ""),
        ("满99元送一双袜子", "agent", 0, "supervisor"),
        ("满200减20", "warehouse", 0, ""),
        ("满200减30", "agent", 0, "manager"),
        ("满299送您一个帆布包", "warehouse", 0, ""),
        ("Spend 299 and I add a tote bag for free", "warehouse", 0, ""),
        ("满299送您一条皮带", "agent", 0, "supervisor"),
        ("满299送您一个帽子", "agent", 0, "supervisor"),
        ("We give 20 yuan off every 200", "warehouse", 0, ""),
    ],
)
def test_who_may_not_promise_it_is_told_who_may(text: str, roles: str, goods_yuan: int, role: str) -> None:
    found = beyond(HOUSE, roles.split(), offers_in(text), goods_yuan * 100, logistics=TRANSPORT, promotions=RUNNING)
    assert (found[1] if found else "") == role


def test_the_first_promise_beyond_is_named() -> None:
    found = beyond(HOUSE, ("agent",), offers_in("给您包邮，再送您10元券，另外打9折"), 10000)
    assert found is not None
    assert (found[0].words, found[1]) == ("打9折", "manager")


def test_where_the_promotions_are_not_known_a_rule_is_taken_for_one() -> None:
    assert beyond(HOUSE, ("agent",), offers_in("满200减30"), 0) is None
    assert beyond(HOUSE, ("agent",), offers_in("满200减30"), 0, promotions=()) is not None


# --- whatever is written ---

WORDS = """
给您 打 9折 8 折 送 一双 袜子 满 99 包邮 元 券 不 ， 。 ? 赔 补偿 10% off free shipping throw_in you
¥ 一 十 千 万 退 差价 便宜
"""
PIECES = st.sampled_from([*(word.replace("_", " ") for word in WORDS.split()), " ", "\n"])


@given(st.text(max_size=300) | st.lists(PIECES, max_size=60).map("".join))
def test_nothing_written_makes_it_stumble(text: str) -> None:
    for offer in offers_in(text):
        assert offer.words
        assert 0 <= offer.percent <= 100
        assert offer.amount_fen >= 0
        beyond(HOUSE, ("agent",), (offer,), 10000)


@given(st.lists(PIECES, min_size=1, max_size=4).map("".join))
def test_five_thousand_characters_take_no_time_to_speak_of(piece: str) -> None:
    text = (piece * (5000 // len(piece) + 1))[:5000]
    began = perf_counter()
    offers_in(text)
    assert perf_counter() - began < 2
