"""Heads of the platform's reports, newest first; the first one that is filled counts.

Blanks are taken out of heads before they are looked up: the platform writes some with a trailing one.
"""

from __future__ import annotations

ORDER_NO = ("主订单编号", "订单编号", "主订单号", "订单号")
BUYER = ("买家会员名", "买家昵称", "买家ID", "买家")
STATUS = ("订单状态", "交易状态")
CREATED = ("订单创建时间", "买家下单时间", "下单时间", "创建时间")
PAID_AT = ("订单付款时间", "买家付款时间", "付款时间")
SHIPPED_AT = ("发货时间", "卖家发货时间")
FINISHED_AT = ("确认收货时间", "交易成功时间", "交易完成时间")
MESSAGE = ("买家留言", "主订单买家留言")
MEMO = ("商家备注", "卖家备注", "订单备注", "商家备忘")
FLAG = ("旗子", "备注旗帜", "旗帜", "备注旗子", "插旗")
TRACKING = ("物流单号", "运单号", "快递单号")
COURIER = ("物流公司", "快递公司")

# --- the report of orders ---

GOODS = ("买家应付货款",)
POSTAGE = ("买家应付邮费", "邮费", "运费")
TOTAL = ("总金额", "订单总金额")
PAID = ("买家实际支付金额", "买家实付金额", "实付金额")
NAME = ("收货人姓名", "收货人", "收件人姓名", "收件人")
ADDRESS = ("修改后的收货地址", "收货地址", "详细地址")
PHONE = ("联系手机", "收货人手机", "手机", "联系电话")
TITLE = ("宝贝标题", "商品标题")
COUNT = ("宝贝总数量", "商品总数量")

# --- the report of goods ---

ITEM_TITLE = ("商品标题", "标题", "宝贝标题")
PRICE = ("商品价格", "价格")
QUANTITY = ("购买数量", "商品数量", "数量")
#: The seller's own number of the variant; of the whole article where it has none.
SKU = ("外部系统编号", "商家编码")
ATTRIBUTES = ("商品属性", "规格名称", "销售属性")
DUE = ("买家应付货款",)

#: A report with one of these has a row for every article of an order.
ITEM_SIGNS = frozenset({"购买数量", "子订单编号", "外部系统编号"})
