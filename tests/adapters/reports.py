"""Order reports written by hand in the platform's formats; every name, number and address is invented."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SHOP = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 5, 24, 9, 0, tzinfo=SHOP)

#: Heads of the report of orders as written for years; some end in a blank, as the platform has it.
ORDER_HEADS = (
    "订单编号", "买家会员名", "买家支付宝账号", "买家应付货款", "买家应付邮费", "买家支付积分", "总金额",
    "返点积分", "买家实际支付金额", "买家实际支付积分", "订单状态", "买家留言", "收货人姓名", "收货地址 ",
    "运送方式", "联系电话 ", "联系手机", "订单创建时间", "订单付款时间 ", "宝贝标题 ", "宝贝种类 ", "物流单号 ",
    "物流公司", "订单备注", "宝贝总数量", "店铺Id", "店铺名称", "订单关闭原因", "卖家服务费", "买家服务费",
    "发票抬头", "是否手机订单", "修改后的收货地址", "异常信息",
)  # fmt: skip

ITEM_HEADS = (
    "订单编号",
    "标题",
    "价格",
    "购买数量",
    "外部系统编号",
    "商品属性",
    "套餐信息",
    "备注",
    "订单状态",
    "商家编码",
)

#: The report of goods as the newer seller pages write it.
NEW_ITEM_HEADS = (
    "子订单编号", "主订单编号", "商品标题", "商品价格", "购买数量", "外部系统编号", "商品属性", "套餐信息",
    "联系方式备注", "订单状态", "商家编码", "支付单号", "买家应付货款", "买家实付金额", "退款状态", "退款金额",
    "订单创建时间", "订单付款时间", "发货时间", "备注标签", "商家备注", "主订单买家留言", "物流单号",
    "物流公司",
)  # fmt: skip

UNPAID = {
    "订单编号": '="2605230000000000017"',
    "买家会员名": "晴天小麦",
    "买家应付货款": "258.00",
    "买家应付邮费": "0.00",
    "总金额": "258.00",
    "买家实际支付金额": "0.00",
    "订单状态": "等待买家付款",
    "买家留言": "请发中通",
    "收货人姓名": "林晓",
    "收货地址 ": "浙江省 杭州市 西湖区 文新街道 湖畔路9号3幢201室(310012)",
    "联系电话 ": "'",
    "联系手机": "'13900001234",
    "订单创建时间": "2026-05-23 10:02:11",
    "宝贝标题 ": "朔源重磅纯棉T恤",
    "宝贝种类 ": "1",
    "订单备注": "'",
    "宝贝总数量": "2",
    "订单关闭原因": "订单未关闭",
    "卖家服务费": "0元",
}

PAID = {
    **UNPAID,
    "订单编号": '="2605220000000000028"',
    "买家实际支付金额": "258.00",
    "订单状态": "买家已付款，等待卖家发货",
    "订单付款时间 ": "2026-05-23 10:05:40",
}

SHIPPED = {
    **PAID,
    "订单编号": '="2605210000000000039"',
    "订单状态": "卖家已发货，等待买家确认",
    "物流单号 ": "No:780000111122",
    "物流公司": "中通快递",
    "订单备注": "改寄公司 _ 惠兰",
}


def csv_text(heads: Sequence[str], rows: Sequence[Mapping[str, str]], *, quoted: bool = True) -> str:
    """As the platform writes it: CRLF, every cell in quotes but for the numbers that are ``="…"``."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([row.get(head, "") for head in heads] for row in rows)
    return out.getvalue()


def write_csv(path: Path, heads: Sequence[str], *rows: Mapping[str, str], encoding: str = "gbk") -> Path:
    path.write_bytes(csv_text(heads, rows).encode(encoding))
    return path


def write_xlsx(path: Path, heads: Sequence[str], *rows: Mapping[str, Any]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(heads))
    for row in rows:
        sheet.append([row.get(head) for head in heads])
    book.save(path)
    return path
