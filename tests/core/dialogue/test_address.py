from __future__ import annotations

import pytest

from bot.core.conversation import AddressParts
from tests.demo import demo_composer
from tests.test_dialogues import Talk

FULL = "重磅T恤 黑色 XL 一件 张三 13800138000 浙江省杭州市西湖区文三路100号"


def talk_to(*words: str) -> Talk:
    talk = Talk(demo_composer())
    for one in words:
        talk.turn({"say": one})
    return talk


def test_an_address_comes_in_any_number_of_pieces() -> None:
    at_once = talk_to(FULL).conversation.address
    piecewise = talk_to(
        "重磅T恤 黑色 XL 一件", "浙江省杭州市西湖区文三路100号", "13800138000", "张三"
    ).conversation.address
    assert at_once == piecewise
    assert at_once.complete


def test_another_city_leaves_the_old_street_behind_but_not_the_person() -> None:
    moved = talk_to(FULL, "改寄到成都").conversation.address
    assert moved == AddressParts(region="成都", province="四川", name="张三", phone="13800138000")


def test_a_district_of_the_same_city_is_no_other_place() -> None:
    known = talk_to("重磅T恤 黑色 XL 一件 寄到杭州", "张三 13800138000 西湖区文三路100号").conversation.address
    assert (known.region, known.detail) == ("杭州", "西湖区文三路100号")


def test_a_street_alone_goes_to_the_place_talked_about() -> None:
    known = talk_to("寄到成都运费多少", "重磅T恤 黑色 XL 一件", "张三 13800138000 天府大道1号").conversation.address
    assert (known.province, known.detail) == ("四川", "天府大道1号")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (FULL, "张三 13800138000 浙江杭州市西湖区文三路100号"),
        ("重磅T恤 黑色 XL 一件 李四 13700001111 西湖区文三路1号", "李四 13700001111 浙江杭州西湖区文三路1号"),
        (
            "one black XL heavyweight tee, Tom Li, 13800138000, 100 Tianfu Road, Chengdu, Sichuan",
            "Tom Li, 13800138000, 100 Tianfu Road, Chengdu, Sichuan",
        ),
    ],
)
def test_the_whole_address_is_read_back_without_saying_a_place_twice(words: str, told: str) -> None:
    talk = Talk(demo_composer())
    assert told in "\n".join(r.text for r in talk.turn({"say": words}).replies)
