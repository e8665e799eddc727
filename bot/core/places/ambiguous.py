"""Place names that are also ordinary words, and ordinary words that hold a place name; as data."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words that are skipped as a whole before a place is looked for in them.
NOT_PLACES = _words(
    """
    东西 大理石 三明治 北海道 中山装 中山陵 普洱茶 和田玉 上海鲜 海南鸡 德州扒鸡 金华火腿 西湖龙井 云南白药 五常大米
    新疆棉 新疆长绒棉 新疆的棉 新疆绒棉 新疆产的棉 新疆优质棉 新疆细绒棉 吐鲁番葡萄 洛阳牡丹 长白山 北京烤鸭
    重庆小面 大同小异 大同款 大同样 大同一 大连衣裙 大连衣 大连帽 大连体 大连裤 大庆典 大庆祝 包头鞋 包头凉 包头拖
    包头的 包头款 包头巾 包头设 南通常 长沙发套 长沙发垫 完成都 做成都 改成都 换成都 变成都 分成都 弄成都 组成都
    合成都 写成都 拍成都 制成都 集成都 赞成都 祝安康 您安康 平安康 家安康 健康安康 新会员 高密度 海盐蓝 白银色
    阿里巴巴 阿里旺旺 阿里云 阿里妈妈 宁德时代 黄石头 黄山毛峰 金山寺 新北欧 南京路 上海滩 上海话 广东话 四川话
    东北话 河南话 北京时间 天津饭 澳门豆捞 香港脚 台湾烤肠 武汉热干面 兰州拉面 兰州牛肉面 柳州螺蛳粉 沙县小吃
    山西老陈醋 重庆火锅
    """
)

#: Short names that count only beside their province or city, after a word of going (到, 寄, 发 …), with their
#: 市/区/县, or alone: each is a word of its own (开封 of a parcel, 白银 a color, 来宾 guests, 日照 sunshine).
NEED_HELP = _words(
    """
    开封 日照 白银 来宾 阿里 玉树 中卫 海东 海西 海北 黄南 山南 安康 凉山 兴安 四平 文山 红河 定西 固原 新北 白山
    白城 大同 长治 内江 安顺 通化 百色 金昌
    """
)

#: Short names of counties and districts known well enough to count anywhere; every other one needs help as above.
WELL_KNOWN = _words(
    """
    朝阳区 普陀区 龙华区 宝山区 南山区 白云区 东城区 西城区 长安镇 常平镇 海淀 丰台 石景山 门头沟 房山 通州
    顺义 昌平 怀柔 平谷 密云 延庆 滨海新区 武清 宝坻 藁城 曹妃甸 北戴河 山海关 涿州 定州 白沟 雄安 高碑店 任丘 黄骅
    霸州 固安 香河 燕郊 平遥 介休 满洲里 海拉尔 锡林浩特 二连浩特 乌兰浩特 瓦房店 普兰店 庄河 旅顺口 大石桥 鲅鱼圈
    公主岭 梅河口 延吉 珲春 敦化 五常 绥芬河 五大连池 漠河 加格达奇 呼兰 浦东 黄浦 徐汇 静安 虹口 杨浦 闵行 嘉定
    松江 青浦 奉贤 崇明 秦淮 建邺 栖霞 雨花台 江宁 浦口 溧水 高淳 江阴 宜兴 邳州 睢宁 溧阳 武进 金坛 昆山 常熟
    张家港 太仓 吴江 吴中 姑苏 相城 启东 如皋 赣榆 盱眙 射阳 仪征 高邮 邗江 江都 丹阳 句容 靖江 泰兴 姜堰 沭阳 泗阳
    泗洪 西湖 余杭 萧山 拱墅 富阳 临安 桐庐 淳安 建德 慈溪 余姚 象山 鄞州 海曙 北仑 奉化 乐清 瑞安 永嘉 苍南 龙港
    瓯海 海宁 桐乡 嘉善 安吉 南浔 织里 诸暨 嵊州 柯桥 上虞 义乌 东阳 兰溪 龙游 椒江 黄岩 温岭 临海 玉环 仙居 青田
    缙云 巢湖 肥西 肥东 庐江 桐城 颍上 歙县 黟县 屯溪 福清 长乐 闽侯 连江 思明 集美 海沧 晋江 石狮 南安 惠安 安溪
    德化 龙海 武夷山 邵武 建瓯 福鼎 霞浦 庐山 瑞昌 瑞金 丰城 樟树 婺源 鄱阳 井冈山 章丘 莱芜 胶州 平度 莱西 即墨
    黄岛 崂山 城阳 临淄 滕州 广饶 龙口 莱州 蓬莱 招远 莱阳 寿光 诸城 青州 安丘 昌邑 曲阜 邹城 兖州 新泰 肥城 荣成
    乳山 文登 乐陵 禹城 临清 邹平 曹县 郓城 巨野 莒县 单县 济源 新郑 巩义 荥阳 新密 登封 中牟 偃师 兰考 汝州 林州
    长垣 沁阳 禹州 长葛 邓州 固始 项城 仙桃 潜江 神农架 武昌 汉口 汉阳 硚口 黄陂 江夏 蔡甸 东西湖 大冶 丹江口 武当山
    枝江 秭归 枣阳 老河口 樊城 洪湖 松滋 监利 麻城 汉川 赤壁 浏阳 宁乡 岳麓 雨花 星沙 醴陵 攸县 湘乡 韶山 耒阳 汨罗
    津市 吉首 天河 越秀 海珠 荔湾 番禺 黄埔 增城 从化 南沙 福田 罗湖 宝安 龙岗 坪山 顺德 禅城 香洲 斗门 横琴 澄海
    潮阳 台山 鹤山 恩平 廉江 雷州 吴川 化州 端州 惠阳 博罗 惠东 陆丰 海丰 英德 虎门 厚街 南雄 普宁 饶平 罗定 武鸣
    阳朔 荔浦 桂平 靖西 凭祥 合浦 琼海 文昌 万宁 五指山 陵水 澄迈 渝中 江北 渝北 沙坪坝 九龙坡 北碚 万州 涪陵 永川
    江津 璧山 铜梁 荣昌 綦江 黔江 云阳 奉节 忠县 垫江 武侯 青羊 双流 郫都 温江 龙泉驿 青白江 都江堰 彭州 崇州 邛崃
    简阳 广汉 什邡 绵竹 江油 峨眉山 阆中 九寨沟 汶川 康定 稻城 西昌 仁怀 赤水 盘州 兴义 凯里 荔波 官渡 呈贡 宣威
    腾冲 个旧 蒙自 景洪 瑞丽 芒市 香格里拉 墨脱 雁塔 碑林 灞桥 临潼 鄠邑 杨凌 韩城 神木 靖边 府谷 敦煌 格尔木 德令哈
    青铜峡 石河子 阿拉尔 图木舒克 五家渠 铁门关 可克达拉 库尔勒 库车 莎车 伊宁 奎屯 霍尔果斯 阿图什 若羌 九龙 铜锣湾
    旺角 尖沙咀 沙田 荃湾 元朗 屯门 湾仔 氹仔 路环 花莲 屏东 宜兰 苗栗 彰化 澎湖 金门
    """
)

#: Districts that many cities have, of which we list one: even in full they count only beside their city.
COMMON = _words(
    """
    和平区 新华区 长安区 桥西区 桥东区 铁西区 铁东区 河东区 河西区 河北区 城东区 城西区 城中区 城北区 城区 市中区
    新城区 青山区 江南区 安宁区 兴宁区 西安区 海南区 大同区 郊区 城关区 向阳区 南关区 二道区 宝山区 南山区
    象山区 白云区 长安镇 常平镇 朝阳县 二七区 解放区 高新区 鼓楼区 永定区 云龙区 龙湾区 城厢区 西湖区
    海州区 东山区 新兴区 新市区
    """
)

#: Other ways to write a place -> its short name.
ALIASES = {
    "内蒙": "内蒙古",
    "广西省": "广西",
    "新疆省": "新疆",
    "西藏省": "西藏",
    "宁夏省": "宁夏",
    "呼市": "呼和浩特",
    "乌市": "乌鲁木齐",
    "版纳": "西双版纳",
    "襄樊": "襄阳",
    "臺灣": "台湾",
    "neimenggu": "内蒙古",
    "nei mongol": "内蒙古",
    "xizang": "西藏",
    "hongkong": "香港",
    "hk": "香港",
    "xianggang": "香港",
    "macao": "澳门",
    "aomen": "澳门",
    "peking": "北京",
    "canton": "广州",
    "wulumuqi": "乌鲁木齐",
    "urumchi": "乌鲁木齐",
    "huhehaote": "呼和浩特",
    "haerbin": "哈尔滨",
    "lasa": "拉萨",
    "eerduosi": "鄂尔多斯",
    "kashi": "喀什",
    "hetian": "和田",
    "yili": "伊犁",
    "xilin gol": "锡林郭勒",
    "xian": "西安",
    "lvliang": "吕梁",
}

#: English spellings that read as other words (pinyin of 件, 一样, 开封 …; miles): they need help just so.
NEED_HELP_EN = _words(
    """
    jian xian yiyang changde yichang kaifeng rizhao baiyin laibin datong shiyan tonghua zhongwei luan puer ili aba
    taian yaan yanan huaian guangan hk anshun yili kashi hetian lasa baise dali
    """
)
