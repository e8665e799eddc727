"""What shoppers also say, in any shop, by subject.

A shop answers some of these subjects; the others are what its bot must not mistake for a question it knows. One entry
is one subject, its utterances parted by ``|``, long ones running on in indented lines. Used only where a shop
declares few ``not_questions`` itself.
"""

from __future__ import annotations

_SUBJECTS = """
my name is john|i am a teacher|i live in the city|i am 30 years old|i work in an office|this is my number
where are you from|who made you|are you a robot|what is your name|tell me a joke|what is the weather today
  |how old are you|what language do you speak|can you speak hindi
i will let you know later|ok i will check|let me think about it|wait a minute|i am looking
  |i have sent it already|i already told you|it is not there|nothing is there|no it is not|that one
  |the other one|the second one|maybe tomorrow|not now|i don't know|ok|yes|no|fine|i see|alright|hmm
unable to place the order on your website|the site is not working|page does not load|can't add to cart
  |the app keeps crashing|error on checkout|i get an error message|the link is not opening|button does not work
  |it is not showing|it shows an error
i forgot my password|cannot log in to my account|how do i change my email|how to delete my account
  |otp not received|how to register|update my phone number|verify my account
payment failed but money deducted|i was charged twice|my card was declined|payment issue|transaction failed
  |which cards do you accept|can i pay by credit card|do you take paypal|can i pay online
talk to a human|connect me to customer care|i want to speak to a person|give me your phone number
  |what is your email address|how can i contact you|call me back|whatsapp number|customer support
worst service ever|you are cheating people|i will complain|nobody replies to me|i am very angry
  |you people are useless|fraud company|i want to file a complaint|stupid bot
can i get a job|are you hiring|franchise opportunity|i want to become a partner|affiliate program
  |do you sponsor events|refer a friend|referral program
do you ship abroad|do you deliver outside the country|international shipping|is it available in my country
  |can i order from another country
how many days for delivery|when will it come if i order today|same day delivery|delivery time
  |which courier do you use|shipping charges|is shipping free
what is it made of|which material is used|what are the ingredients|is it safe|does it have side effects
  |is it certified|is it original|country of origin|weight of the product|height and thickness
  |what are the dimensions
how to wash it|how do i clean it|how to store it|how to use it|how to assemble|instructions please
  |can it be used in summer|is it waterproof
which color do you have|do you have it in black|more pictures please|show me photos|video of the product
is it in stock|when will it be back in stock|out of stock|is this still available
gift wrap available|can you add a gift card|it is a present for my mother|can i get a free gift
i need a bill|send me the invoice|gst invoice|tax number on invoice
i bought it last month and the price dropped|refund the difference|price match
item missing from my box|i received the wrong item|it arrived broken|damaged product received
  |bad smell from the product|poor quality|it stopped working
marked delivered but not received|parcel lost|someone else took my parcel|courier was rude
change my delivery address|change the size in my order|can i add one more item to my order|deliver on sunday
  |deliver after holidays|hold my delivery
when are you open|are you open on sunday|working hours|is the office closed today
can i use two coupons together|the coupon code does not work|how do i get points|membership benefits
  |cashback not received|gift voucher balance
is it good for children|can my mother use it|good for old people|suitable for men|is it okay for pregnant women
  |for which age is it
which is the best seller|what do you recommend|what should i buy|help me choose|which is most comfortable
are you affected by the lockdown|is it safe to order now|government rules|covid precautions
good morning|hello there|thanks a lot|bye|have a nice day|happy new year
我叫小王|我在上班|我今年三十岁|这是我的号码|我是学生|我是老客户了
你几岁了|你是机器人吗|你叫什么名字|讲个笑话|今天天气怎么样|你会唱歌吗|你是男的女的|吃饭了没
我看一下|我想一想|等一下|稍等|我找找|我已经弄好了|我跟你说过了|没有找到|不是那个|另外一个|再说吧|明天再看|不知道
  |算了|哦|嗯|好的|知道了|行|可以|不用了
网页打不开|加不了购物车|页面报错|系统提示出错|一直转圈|链接点不开|登录不上|闪退了
密码忘了|怎么改手机号|怎么注册|账号被冻结|怎么注销账号|收不到验证码
付款失败|钱扣了没成功|重复扣款|能用信用卡吗|可以货到付款吗|能分期吗
转人工|我要找客服|客服电话多少|有没有微信联系方式|给我打电话|找你们经理
你们太差劲了|骗子|我要投诉|没人理我|垃圾店铺|再也不来了
你们招人吗|怎么加盟|想跟你们合作|可以代理吗
多久能到|几天到|用什么快递|运费多少|包邮吗|能送到新疆吗|从哪里发货|什么时候发货
我的快递到哪了|查一下物流|怎么还没到|催一下
什么材质|有什么成分|含不含酒精|有没有副作用|是正品吗|产地是哪里|重量多少|尺寸多大|保质期多久
怎么洗|怎么安装|怎么使用|能放多久|夏天能用吗|防水吗
有黑色吗|有几种颜色|有实物图吗|有视频吗
有货吗|什么时候补货|还有吗
多少钱|能便宜点吗|有优惠吗|有优惠券吗|怎么领券|送赠品吗
能退货吗|怎么换货|什么时候退款|运费谁出|保修多久|能保价吗
怎么开发票|可以开专票吗|发票什么时候给
少发了一件|发错了|收到是坏的|质量太差|有异味|显示签收没收到
改一下地址|改一下尺码|备注一下|取消订单|怎么下单
几点上班|有实体店吗|你们在哪里
适合孕妇吗|小孩能用吗|老人可以用吗|男生能用吗
推荐一下|哪款好|有什么区别|哪个卖得好
你好|在吗|谢谢|再见|新年快乐
"""


def subjects() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split("|")) for line in _SUBJECTS.replace("\n  |", "|").strip().splitlines())
