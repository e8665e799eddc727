"""All names, numbers and houses are invented."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.places import AddressParts, all_places, looks_like_address, split_address
from bot.core.places.names import is_name


def parts(words: str) -> tuple[str | None, ...]:
    a = split_address(words)
    return a.province, a.region, a.detail, a.name, a.phone


WENSAN = ("浙江", "西湖", "杭州市西湖区文三路1号2单元301", "张三", "13800138000")


@pytest.mark.parametrize(
    "words",
    [
        "张三 13800138000 浙江省杭州市西湖区文三路1号2单元301",
        "浙江省杭州市西湖区文三路1号2单元301 张三 13800138000",
        "13800138000 张三 浙江省杭州市西湖区文三路1号2单元301",
        "张三，13800138000，浙江省杭州市西湖区文三路1号2单元301",
        "张三13800138000浙江省杭州市西湖区文三路1号2单元301",
        "浙江省杭州市西湖区文三路1号2单元301张三13800138000",
        "张三浙江省杭州市西湖区文三路1号2单元301 13800138000",
        "浙江省杭州市西湖区文三路1号2单元301，张三收，138 0013 8000",
        "收货人:张三\n电话:138-0013-8000\n地址:浙江省杭州市西湖区文三路1号2单元301",
        "地址：浙江省杭州市西湖区文三路1号2单元301，收件人：张三，手机号码：+86 13800138000",
        "姓名 张三 联系电话 13800138000 收货地址 浙江省杭州市西湖区文三路1号2单元301",
        "收件人：张三\n手机：13800138000\n所在地区：浙江省 杭州市 西湖区\n详细地址：文三路1号2单元301",
        "浙江省 杭州市 西湖区 文三路 1 号 2 单元 301 张三 13800138000",
        "麻烦寄到浙江省杭州市西湖区文三路1号2单元301，张三，１３８００１３８０００，谢谢",
        "要两件黑色XL，张三，13800138000，浙江省杭州市西湖区文三路1号2单元301，尽快发",
        "我叫张三，住在浙江省杭州市西湖区文三路1号2单元301，电话13800138000",
        "中国浙江省杭州市西湖区文三路1号2单元301 邮编310012 张三 13800138000",
        "浙江省杭州市 张三 西湖区文三路1号2单元301 13800138000 13900139000",
    ],
)
def test_one_address_is_read_whatever_the_order_labels_and_separators(words: str) -> None:
    assert parts(words) == WENSAN


@pytest.mark.parametrize(
    ("words", "province", "region", "detail", "name", "phone"),
    [
        (
            "王小明 13711112222 北京市朝阳区建国路88号5号楼1203",
            "北京",
            "朝阳区",
            "朝阳区建国路88号5号楼1203",
            "王小明",
            "13711112222",
        ),
        ("北京市北京市海淀区中关村南大街5号院9号楼", "北京", "海淀", "海淀区中关村南大街5号院9号楼", None, None),
        (
            "上海市浦东新区张江路500弄6号402室，陈静收，15900001111",
            "上海",
            "浦东",
            "浦东新区张江路500弄6号402室",
            "陈静",
            "15900001111",
        ),
        (
            "四川省 成都市 武侯区 天府大道中段 1366号 天府软件园 E5-1 刘洋 18888888888",
            "四川",
            "武侯",
            "成都市武侯区天府大道中段1366号天府软件园E5-1",
            "刘洋",
            "18888888888",
        ),
        (
            "乌鲁木齐市天山区人民路12号 阿依古丽·买买提 13999998888",
            "新疆",
            "天山",
            "乌鲁木齐市天山区人民路12号",
            "阿依古丽·买买提",
            "13999998888",
        ),
        (
            "西藏拉萨城关区北京中路30号，扎西先生，13889001234",
            "西藏",
            "拉萨城关区",
            "拉萨城关区北京中路30号",
            "扎西先生",
            "13889001234",
        ),
        (
            "王先生 0571-88886666 杭州市余杭区文一西路969号",
            "浙江",
            "余杭",
            "杭州市余杭区文一西路969号",
            "王先生",
            "0571-88886666",
        ),
        (
            "内蒙古呼和浩特赛罕区大学西街235号 欧阳小娜 15012340000",
            "内蒙古",
            "赛罕",
            "呼和浩特赛罕区大学西街235号",
            "欧阳小娜",
            "15012340000",
        ),
        (
            "义乌市稠城街道城中北路168号三单元502 何平 13588880000",
            "浙江",
            "义乌",
            "义乌市稠城街道城中北路168号三单元502",
            "何平",
            "13588880000",
        ),
        (
            "河南省周口市鹿邑县王皮溜镇李庄村3组 马六 13703940000",
            "河南",
            "鹿邑",
            "周口市鹿邑县王皮溜镇李庄村3组",
            "马六",
            "13703940000",
        ),
        ("顺德大良凤山中路28号 梁姐 13800757000", "广东", "顺德", "顺德大良凤山中路28号", "梁姐", "13800757000"),
        (
            "辽宁省大连市中山区人民路15号 13904110000 黑色XL两件 姜文丽",
            "辽宁",
            "中山区",
            "大连市中山区人民路15号",
            "姜文丽",
            "13904110000",
        ),
        ("青岛市南区香港中路10号 13700001234 于洋", "山东", "市南", "青岛市南区香港中路10号", "于洋", "13700001234"),
        (
            "福建晋江陈埭镇溪边村小学旁 丁丁 13505950000",
            "福建",
            "晋江",
            "晋江陈埭镇溪边村小学旁",
            "丁丁",
            "13505950000",
        ),
        (
            "邮寄地址为：吉林省吉林市船营区解放大路1号，刘老师，0432-66668888",
            "吉林",
            "吉林市",
            "吉林市船营区解放大路1号",
            "刘老师",
            "0432-66668888",
        ),
        (
            "上海市长宁区香港花园小区5号楼302 赵敏 18612345678",
            "上海",
            "长宁",
            "长宁区香港花园小区5号楼302",
            "赵敏",
            "18612345678",
        ),
        (
            "浙江省杭州市西湖区文三路1号 175/92A 张三 13800138000",
            "浙江",
            "西湖",
            "杭州市西湖区文三路1号",
            "张三",
            "13800138000",
        ),
        ("地址改成安徽合肥蜀山区黄山路602号", "安徽", "蜀山", "合肥蜀山区黄山路602号", None, None),
        (
            "帮我改一下地址 江苏省南京市鼓楼区中山北路200号3栋",
            "江苏",
            "南京鼓楼区",
            "南京市鼓楼区中山北路200号3栋",
            None,
            None,
        ),
        ("能寄到公司吗 公司在深圳市福田区深南大道6008号", "广东", "福田", "深圳市福田区深南大道6008号", None, None),
        ("浙江省杭州市西湖区文三路1号能发吗", "浙江", "西湖", "杭州市西湖区文三路1号", None, None),
        ("文三路1号2单元301", None, None, "文三路1号2单元301", None, None),
        ("地址：文三路12号", None, None, "文三路12号", None, None),
        (
            "Anna Lee 13800138000 杭州市西湖区文三路1号",
            "浙江",
            "西湖",
            "杭州市西湖区文三路1号",
            "Anna Lee",
            "13800138000",
        ),
        ("香港九龙旺角弥敦道610号 陈大文 13900000000", "香港", "九龙", "九龙旺角弥敦道610号", "陈大文", "13900000000"),
        # English, narrow before wide.
        (
            "Li Wei, 13800138000, 88 Wensan Road, Xihu District, Hangzhou, Zhejiang",
            "浙江",
            "西湖",
            "88 Wensan Road, Xihu District, Hangzhou",
            "Li Wei",
            "13800138000",
        ),
        (
            "88 Wensan Road, Xihu District, Hangzhou, Li Wei, 13800138000",
            "浙江",
            "西湖",
            "88 Wensan Road, Xihu District, Hangzhou",
            "Li Wei",
            "13800138000",
        ),
        (
            "Name: Anna Schmidt\nPhone: 138 0013 8000\nAddress: Room 501, Building 3, 1000 Century Avenue, "
            "Pudong, Shanghai, China",
            "上海",
            "浦东",
            "Room 501, Building 3, 1000 Century Avenue, Pudong",
            "Anna Schmidt",
            "13800138000",
        ),
        (
            "Please send it to Zhang Wei, No. 5 Zhongshan 3rd Road, Yuexiu District, Guangzhou, Guangdong, 13712345678",
            "广东",
            "越秀",
            "No. 5 Zhongshan 3rd Road, Yuexiu District, Guangzhou",
            "Zhang Wei",
            "13712345678",
        ),
        (
            "Ship to 12 Nanjing West Road, Huangpu District, Shanghai 200003",
            "上海",
            "黄浦",
            "12 Nanjing West Road, Huangpu District",
            None,
            None,
        ),
        (
            "Room 5, Sunny Garden, 66 Keji Road, Nanshan District, Shenzhen, Guangdong Province, P.R. China",
            "广东",
            "南山",
            "Room 5, Sunny Garden, 66 Keji Road, Nanshan District, Shenzhen",
            None,
            None,
        ),
        (
            "John Smith 13800138000 22 Baker Street Hangzhou",
            "浙江",
            "杭州",
            "22 Baker Street Hangzhou",
            "John Smith",
            "13800138000",
        ),
        ("88 Wensan Road, Hangzhou, thanks", "浙江", "杭州", "88 Wensan Road, Hangzhou", None, None),
        ("收货人：张三 88 Wensan Road, Hangzhou", "浙江", "杭州", "88 Wensan Road, Hangzhou", "张三", None),
    ],
)
def test_addresses_of_every_kind_are_read(
    words: str, province: str | None, region: str | None, detail: str | None, name: str | None, phone: str | None
) -> None:
    assert parts(words) == (province, region, detail, name, phone)
    assert looks_like_address(words)


@pytest.mark.parametrize(
    ("words", "province", "region"),
    [
        ("你好", None, None),
        ("要两件黑色XL 寄到杭州", "浙江", "杭州"),
        ("我想买两件送人 在杭州西湖区", "浙江", "西湖"),
        ("能发到西藏吗", "西藏", "西藏"),
        ("地址在杭州", "浙江", "杭州"),
        ("地址:浙江省杭州市", "浙江", "杭州"),
        ("1号能到吗", None, None),
        ("2号楼", None, None),
        ("知道12号能发货吗", None, None),
        ("这里5号发货吗", None, None),
        ("你们店在哪条路", None, None),
        ("在路上3天了还没到杭州", "浙江", "杭州"),
        ("乡村达人的T恤广州能买到吗", "广东", "广州"),
        ("地址 不用改了", None, None),
        ("地址改成昨天那个", None, None),
        ("can you ship to Beijing", "北京", "北京"),
        ("I live on the main street of Hangzhou", "浙江", "杭州"),
        ("I want 2 shirts, size L", None, None),
        ("do you ship to 5 countries", None, None),
        ("what's the name of this shirt", None, None),
    ],
)
def test_a_message_that_only_names_a_place_or_a_number_is_no_address(
    words: str, province: str | None, region: str | None
) -> None:
    assert split_address(words) == AddressParts(region=region, province=province)
    assert not looks_like_address(words)


@pytest.mark.parametrize(
    ("words", "name", "phone"),
    [
        ("张三 13800138000", "张三", "13800138000"),
        ("我要3件 13800138000", None, "13800138000"),
        ("收货人张小姐", "张小姐", None),
        ("姓名：阿依", "阿依", None),
        ("my name is Anna Lee", "Anna Lee", None),
        ("张三", "张三", None),
        ("收货人是谁", None, None),
        ("谢谢", None, None),
        ("订单号 123456789012", None, None),
        ("138001380001", None, None),
        # Two names: none is surely the receiver's.
        ("李雷 张伟 13800138000", None, "13800138000"),
    ],
)
def test_name_and_phone_are_read_without_an_address_too(words: str, name: str | None, phone: str | None) -> None:
    assert split_address(words) == AddressParts(name=name, phone=phone)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("张三", "张三"),
        ("欧阳锋", "欧阳锋"),
        ("诸葛小明", "诸葛小明"),
        ("李明收", "李明"),
        ("我叫李明", "李明"),
        ("王女士", "王女士"),
        ("扎西女士", "扎西女士"),
        ("Anna Lee", "Anna Lee"),
        ("Mary-Jane O'Neil", "Mary-Jane O'Neil"),
        ("阿迪力·买买提", "阿迪力·买买提"),
        ("白色", None),
        ("包邮", None),
        ("谢谢", None),
        ("高领的", None),
        ("牛仔裤", None),
        ("马上", None),
        ("顺丰", None),
        ("一二三", None),
        ("张", None),
        ("张三李四王五", None),
        ("anna lee", None),
        ("Thanks Dear", None),
        ("Black Shirt", None),
        ("XL", None),
        ("", None),
        ("和平小区", None),
        ("成人款", None),
        ("谢谢先生", None),
    ],
)
def test_a_name_is_told_from_other_words(word: str, name: str | None) -> None:
    assert is_name(word) == name


pieces = st.lists(
    st.sampled_from(
        [
            "张三",
            "13800138000",
            "浙江省",
            "杭州市",
            "西湖区",
            "文三路1号",
            "给我",
            "寄到",
            " ",
            ",",
            "\n",
            "地址:",
            "收货人",
            "电话",
            "2单元",
            "301",
            "Li Wei",
            "88 Wensan Road",
            "Hangzhou",
            "吗",
            "两件",
            "中国",
            "310012",
        ]
    ),
    max_size=25,
).map("".join)


@given(st.text(max_size=120) | pieces)
def test_nothing_is_made_up_that_was_not_said(words: str) -> None:
    address = split_address(words)
    assert address.region is None or address.region in {place.name for place in all_places()}
    assert (address.region is None) == (address.province is None)
    for said in (address.detail, address.name):
        assert said is None or said.strip()
    if address.phone:
        digits = "".join(c for c in address.phone if c.isdigit())
        assert digits.isascii()
        assert 10 <= len(digits) <= 12
    assert looks_like_address(words) is (address.detail is not None)


@pytest.mark.parametrize(
    "words",
    [
        "给我" * 500,
        " " * 5000,
        "1" * 5000,
        "地址 " * 2000,
        "路1" * 2000,
        "张三 " * 2000,
        "88 a " * 2000,
        "ﷺ" * 2000,
        "浙江" * 2000,
    ],
)
def test_hostile_words_are_read_in_bounded_time(words: str) -> None:
    begun = time.perf_counter()
    split_address(words)
    assert time.perf_counter() - begun < 1
