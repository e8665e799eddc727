"""Words that mean the same in any shop: language, not shop knowledge. ``phrases.synonyms`` of a shop adds to it.

One entry is one concept, its words parted by ``|``, long ones running on in indented lines; the first word names it.
English words are written as said and stemmed on loading. A word stands for one concept only; shop synonyms win.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from bot.core.understanding.features import stem

_GROUPS = """
运费|邮费|快递费|运输费|物流费|配送费|邮资|寄费|路费|postage|shipping fee|shipping cost|shipping charge
  |delivery charge|delivery fee|delivery cost
包邮|免邮|免运费|免邮费|不要邮费|不收运费|邮费免|运费免|free shipping|free delivery|ship free
快递|物流|配送|快运|courier|carrier
顺丰|圆通|中通|申通|韵达|极兔|邮政|ems|京东快递|天天快递|百世|菜鸟|fedex|dhl|ups
发货|出货|寄出|发出|出库|寄件|揽件|发走|发吗|dispatch|ship out|send out
送到|到货|送达|收到货|到达|arrive|reach
多久|几天|多长时间|多少天|几日|什么时候|啥时候|何时|什么时间|几时|啥时间|多会儿|how long|when|how many days
  |what time|how soon
多少钱|价格|价钱|售价|什么价|啥价|怎么卖|几块钱|多少米|多钱|price|cost|rate|how much|rates|pricing|prise
便宜|优惠点|少点|打折|让利|降价|砍价|还价|议价|划算|抹零|cheap|cheaper|bargain|discount|concession|lower price
  |best price
优惠|活动|促销|满减|大促|特价|秒杀|offer|promotion|promo|deal|sale|on sale
券|优惠券|红包|代金券|抵用券|优惠卷|折扣券|优惠码|coupon|voucher|promo code|coupon code|red packet
赠品|礼品|礼物|小礼物|送什么|送东西|赠送|赠|gift|freebie|free gift
退货|退掉|退回去|寄回去|退回|不合适退|return|send back|give back
退款|退钱|返钱|返款|退我钱|退费|钱退|refund|money back|reimburse
换货|调换|换一个|换一件|换码|换大|换小|换个|更换|exchange|replace|replacement|swap
取消|撤销|不要了|不想要了|不买了|cancel|cancellation|call off
发票|开票|专票|普票|电子票|增值税|增票|抬头|税号|invoice|vat|tax invoice|bill|receipt
保修|质保|包修|三包|延保|维修|修理|warranty|guarantee|guaranty|repair
价保|保价|价格保护|补差价|退差价|差价|买贵了|price protection|price match|price adjustment
尺码|尺寸|码数|号码|大小|几码|多大码|什么码|哪个码|size|sizing|measurement|dimension
偏大|偏小|正码|标准码|run small|run large|true to size
颜色|配色|色号|什么色|哪个色|几种颜色|color|colour|shade
有货|现货|库存|还有吗|有没有货|存货|in stock|stock|available|availability
缺货|没货|无货|断货|断码|卖完|售罄|补货|到货通知|sold out|out of stock|restock
材质|面料|布料|料子|成分|质地|什么料|材料|fabric|material|cloth|made of|composition|ingredient
洗|水洗|机洗|手洗|清洗|洗涤|褪色|缩水|掉色|起球|wash|washing|clean|shrink|fade|laundry
正品|真货|假货|真的假的|真假|是真的吗|高仿|假的|genuine|authentic|fake|original|counterfeit
授权|质检|检测报告|合格证|authorization|certificate|authorized
区别|不同|差别|有什么不一样|哪个好|比较|对比|difference|differ|different|compare|comparison|versus|vs|better
推荐|建议|介绍一款|搭配|挑|recommend|suggest|suggestion|advise|advice
人工|真人|客服|转人工|人工服务|agent|human|representative|real person|customer care|executive|operator
  |customer service|customer support
投诉|举报|差评|骗子|骗人|欺骗|垃圾|态度差|complain|complaint|report you|scam|cheat|fraud|bad review
批发|团购|大量|量大|批量|大宗|公司采购|企业采购|wholesale|bulk|large quantity|bulk order|group purchase
送人|送礼|送给|礼盒|贺卡|生日礼物|包装成礼品|gift wrap|greeting card|as a gift
下单|拍下|怎么买|怎么拍|购买|订购|下订单|我要买|想买|买单|order|buy|purchase|place an order
改地址|地址错|换地址|地址填错|改收货|地址写错|change address|change the address|wrong address
备注|留言|note|remark
查件|查物流|物流信息|到哪了|到哪里了|在哪了|走到哪|没动|没更新|单号|进度|track|tracking|status|where is
  |track order
催|快点|加急|着急|尽快|急用|赶紧|赶快|太慢|怎么还没|还没到|还不到|hurry|urgent|asap|late|delay|delayed|faster
  |speed up
付款|支付|付钱|怎么付|pay|payment
货到付款|到付|cash on delivery|cod|pay on delivery
分期|花呗|白条|免息|instalment|installment|emi|monthly payment
支付失败|付不了|付款失败|支付不了|扣款|重复付款|多付|不能支付|payment failed|cannot pay|charged twice
  |double charged|payment issue
少发|漏发|少了|缺少|没收全|少件|漏了|只收到|missing|incomplete|left out
破损|坏了|碎了|破了|压坏|裂|漏液|变形|压扁|摔坏|damaged|broken|cracked|crushed|leaking|torn
发错|寄错|送错|不对版|货不对|不是我买的|描述不符|不一样|wrong item|not what i ordered|wrong|not as described
质量|质量问题|瑕疵|开胶|掉线|开线|有味道|异味|起毛|脱线|quality|defect|defective|faulty|smell|flaw
没收到|未收到|显示签收|被签收|拒收|丢件|丢了|弄丢|签收|not received|not receive|marked delivered|lost parcel
  |did not receive
你好|您好|在吗|在不|有人吗|哈喽|嗨|hello|hi|hey|good morning|good evening|anyone there
谢谢|多谢|感谢|谢啦|辛苦了|thank|thanks|thank you|thx
再见|拜拜|拜|回见|bye|goodbye|see you
营业|上班|下班|几点|工作时间|营业时间|working hours|open hours|opening hours|business hours
实体店|门店|线下|店铺地址|专柜|体验店|physical store|showroom|offline store|shop location|retail|store|retailer
  |dealer|branch|distributor
地址|哪里|在哪|address|location|where
能到|能送|送吗|配送范围|发到|寄到|送货上门|deliver|delivery|deliverable|ship to|shipping
运费险|退货险|退换无忧|return insurance|shipping insurance
谁出|谁承担|自己出|承担|谁付|who pays|who bears
会员|积分|member|membership|points
生产日期|保质期|日期|过期|新鲜|expiry|expire|shelf life|production date|best before
真实|效果|好用|好不好|怎么样|好吗|good|effective|review|reviews|worth
用法|怎么用|使用|怎么吃|安装|说明书|usage|how to use|how to take|install|manual|dosage
合适|适合|能穿|穿得|suitable|suit|fit
可以吗|能不能|可不可以|能吗|行吗|可否
unable|not able|can't|cannot|couldn't|not working|not showing|doesn't work|failed|fail|error|problem|issue|stuck
call me|call back|contact me|phone number|call|contact number|helpline|telephone
withdraw|withdrawal|cash out|transfer
account|login|log in|sign in|password|otp|verify|verification
custom|customise|customize|customization|customisation|personalise|bespoke
pincode|pin code|zip|zipcode|postcode|postal code
trial|try|test|sample
policy|terms|rule|rules|procedure|process
"""


def _stemmed(word: str) -> str:
    return word if not word.isascii() else " ".join(stem(w) for w in word.split())


@cache
def _built_in() -> tuple[tuple[str, str], ...]:
    return tuple(
        (_stemmed(word), line.split("|", 1)[0])
        for line in _GROUPS.replace("\n  |", "|").strip().splitlines()
        for word in line.split("|")
    )


def concepts(own: Iterable[Iterable[str]] = ()) -> dict[str, str]:
    """Term -> concept; the groups of a shop (already cleaned) win over the built-in ones."""
    terms = dict(_built_in())
    for group in own:
        words = [_stemmed(w) for w in group if w]
        for word in words:
            terms[word] = words[0]
    return terms
