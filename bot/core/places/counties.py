"""Well-known counties, districts and county-level cities, as data: full name, then how it is written in English.

Not complete, and need not be: a county that is not here is simply taken for a part of the street address.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Short name of the province -> lines of ``city: counties``. Those that no city governs stand under the province.
COUNTIES: Mapping[str, str] = {
    "北京": """
        北京市: 东城区 Dongcheng, 西城区 Xicheng, 朝阳区 Chaoyang, 海淀区 Haidian, 丰台区 Fengtai,
            石景山区 Shijingshan, 门头沟区 Mentougou, 房山区 Fangshan, 通州区 Tongzhou, 顺义区 Shunyi,
            昌平区 Changping, 大兴区 Daxing, 怀柔区 Huairou, 平谷区 Pinggu, 密云区 Miyun, 延庆区 Yanqing
    """,
    "天津": """
        天津市: 和平区 Heping, 河西区 Hexi, 河东区 Hedong, 南开区 Nankai, 河北区 Hebei, 红桥区 Hongqiao,
            东丽区 Dongli, 滨海新区 Binhai, 津南区 Jinnan, 西青区 Xiqing, 北辰区 Beichen, 武清区 Wuqing, 宝坻区 Baodi,
            蓟州区 Jizhou, 静海区 Jinghai, 宁河区 Ninghe
    """,
    "河北": """
        石家庄市: 长安区 Chang'an, 裕华区 Yuhua, 桥西区 Qiaoxi, 新华区 Xinhua, 正定县 Zhengding, 辛集市 Xinji,
            藁城区 Gaocheng, 晋州市 Jinzhou
        唐山市: 迁安市 Qian'an, 遵化市 Zunhua, 曹妃甸区 Caofeidian, 丰润区 Fengrun
        秦皇岛市: 北戴河区 Beidaihe, 山海关区 Shanhaiguan, 昌黎县 Changli
        邯郸市: 武安市 Wu'an
        邢台市: 沙河市 Shahe, 清河县 Qinghe
        保定市: 涿州市 Zhuozhou, 定州市 Dingzhou, 白沟新城 Baigou, 雄安新区 Xiong'an, 高碑店市 Gaobeidian
        沧州市: 任丘市 Renqiu, 黄骅市 Huanghua, 泊头市 Botou, 肃宁县 Suning
        廊坊市: 三河市 Sanhe, 霸州市 Bazhou, 香河县 Xianghe, 固安县 Gu'an, 燕郊镇 Yanjiao
    """,
    "山西": """
        太原市: 小店区 Xiaodian, 迎泽区 Yingze, 万柏林区 Wanbai, 杏花岭区 Xinghualing
        晋中市: 榆次区 Yuci, 平遥县 Pingyao, 介休市 Jiexiu
        忻州市: 五台县 Wutai, 原平市 Yuanping
        吕梁市: 孝义市 Xiaoyi, 汾阳市 Fenyang
        临汾市: 洪洞县 Hongtong, 侯马市 Houma
        运城市: 永济市 Yongji, 河津市 Hejin
    """,
    "内蒙古": """
        呼伦贝尔市: 满洲里市 Manzhouli, 海拉尔区 Hailar, 扎兰屯市 Zalantun, 牙克石市 Yakeshi
        兴安盟: 乌兰浩特市 Ulanhot, 阿尔山市 Arxan
        锡林郭勒盟: 锡林浩特市 Xilinhot, 二连浩特市 Erenhot
        呼和浩特市: 新城区 Xincheng, 回民区 Huimin, 赛罕区 Saihan, 玉泉区 Yuquan
        包头市: 昆都仑区 Kundulun, 青山区 Qingshan
        乌海市: 海南区 Hainan, 海勃湾区 Haibowan
        鄂尔多斯市: 东胜区 Dongsheng, 准格尔旗 Jungar, 伊金霍洛旗 Ejin Horo
    """,
    "辽宁": """
        大连市: 中山区 Zhongshan, 西岗区 Xigang, 沙河口区 Shahekou, 甘井子区 Ganjingzi, 瓦房店市 Wafangdian,
            普兰店区 Pulandian, 庄河市 Zhuanghe, 旅顺口区 Lushunkou, 金州区 Jinzhou
        朝阳市: 朝阳县 Chaoyang County, 北票市 Beipiao, 凌源市 Lingyuan
        沈阳市: 和平区 Heping, 铁西区 Tiexi, 大东区 Dadong, 沈河区 Shenhe, 皇姑区 Huanggu, 浑南区 Hunnan,
            新民市 Xinmin
        鞍山市: 海城市 Haicheng
        丹东市: 东港市 Donggang, 凤城市 Fengcheng
        营口市: 大石桥市 Dashiqiao, 鲅鱼圈区 Bayuquan
        铁岭市: 调兵山市 Diaobingshan
    """,
    "吉林": """
        长春市: 朝阳区 Chaoyang, 南关区 Nanguan, 宽城区 Kuancheng, 绿园区 Lvyuan, 二道区 Erdao, 公主岭市 Gongzhuling,
            榆树市 Yushu, 德惠市 Dehui, 农安县 Nong'an
        吉林市: 蛟河市 Jiaohe, 舒兰市 Shulan, 桦甸市 Huadian
        通化市: 梅河口市 Meihekou, 集安市 Ji'an
        延边朝鲜族自治州: 延吉市 Yanji, 珲春市 Hunchun, 敦化市 Dunhua, 图们市 Tumen
    """,
    "黑龙江": """
        哈尔滨市: 道外区 Daowai, 香坊区 Xiangfang, 松北区 Songbei, 五常市 Wuchang, 尚志市 Shangzhi, 道里区 Daoli,
            南岗区 Nangang, 呼兰区 Hulan
        大庆市: 大同区 Datong, 萨尔图区 Sartu, 让胡路区 Ranghulu
        牡丹江市: 西安区 Xi'an, 绥芬河市 Suifenhe, 海林市 Hailin
        黑河市: 五大连池市 Wudalianchi, 北安市 Bei'an
        绥化市: 肇东市 Zhaodong, 安达市 Anda
        大兴安岭地区: 漠河市 Mohe, 加格达奇区 Jiagedaqi
        佳木斯市: 富锦市 Fujin, 抚远市 Fuyuan
    """,
    "上海": """
        上海市: 浦东新区 Pudong, 黄浦区 Huangpu, 徐汇区 Xuhui, 长宁区 Changning, 静安区 Jing'an, 普陀区 Putuo,
            虹口区 Hongkou, 杨浦区 Yangpu, 闵行区 Minhang, 宝山区 Baoshan, 嘉定区 Jiading, 松江区 Songjiang,
            青浦区 Qingpu, 奉贤区 Fengxian, 金山区 Jinshan, 崇明区 Chongming
    """,
    "江苏": """
        南京市: 玄武区 Xuanwu, 秦淮区 Qinhuai, 建邺区 Jianye, 栖霞区 Qixia, 雨花台区 Yuhuatai, 江宁区 Jiangning,
            浦口区 Pukou, 六合区 Luhe, 溧水区 Lishui, 高淳区 Gaochun, 鼓楼区 Gulou
        无锡市: 江阴市 Jiangyin, 宜兴市 Yixing, 锡山区 Xishan, 滨湖区 Binhu, 惠山区 Huishan
        徐州市: 鼓楼区 Gulou, 云龙区 Yunlong, 泉山区 Quanshan, 邳州市 Pizhou, 新沂市 Xinyi, 睢宁县 Suining,
            铜山区 Tongshan
        常州市: 溧阳市 Liyang, 武进区 Wujin, 金坛区 Jintan, 天宁区 Tianning
        苏州市: 昆山市 Kunshan, 常熟市 Changshu, 张家港市 Zhangjiagang, 太仓市 Taicang, 吴江区 Wujiang,
            吴中区 Wuzhong, 姑苏区 Gusu, 虎丘区 Huqiu, 相城区 Xiangcheng
        南通市: 海安市 Hai'an, 启东市 Qidong, 如皋市 Rugao, 如东县 Rudong, 海门区 Haimen, 通州区 Tongzhou
        连云港市: 东海县 Donghai, 赣榆区 Ganyu, 灌云县 Guanyun
        淮安市: 盱眙县 Xuyi, 涟水县 Lianshui, 金湖县 Jinhu
        盐城市: 东台市 Dongtai, 射阳县 Sheyang, 阜宁县 Funing, 大丰区 Dafeng
        扬州市: 仪征市 Yizheng, 高邮市 Gaoyou, 宝应县 Baoying, 邗江区 Hanjiang, 江都区 Jiangdu
        镇江市: 丹阳市 Danyang, 句容市 Jurong, 扬中市 Yangzhong, 丹徒区 Dantu
        泰州市: 靖江市 Jingjiang, 泰兴市 Taixing, 兴化市 Xinghua, 姜堰区 Jiangyan
        宿迁市: 沭阳县 Shuyang, 泗阳县 Siyang, 泗洪县 Sihong
    """,
    "浙江": """
        杭州市: 西湖区 Xihu, 余杭区 Yuhang, 萧山区 Xiaoshan, 滨江区 Binjiang, 拱墅区 Gongshu, 上城区 Shangcheng,
            临平区 Linping, 钱塘区 Qiantang, 富阳区 Fuyang, 临安区 Lin'an, 桐庐县 Tonglu, 淳安县 Chun'an,
            建德市 Jiande
        宁波市: 慈溪市 Cixi, 余姚市 Yuyao, 宁海县 Ninghai, 象山县 Xiangshan, 鄞州区 Yinzhou, 海曙区 Haishu,
            镇海区 Zhenhai, 北仑区 Beilun, 奉化区 Fenghua
        温州市: 龙湾区 Longwan, 乐清市 Yueqing, 瑞安市 Rui'an, 永嘉县 Yongjia, 苍南县 Cangnan, 龙港市 Longgang,
            平阳县 Pingyang, 鹿城区 Lucheng, 瓯海区 Ouhai
        嘉兴市: 海宁市 Haining, 桐乡市 Tongxiang, 平湖市 Pinghu, 嘉善县 Jiashan, 海盐县 Haiyan, 南湖区 Nanhu,
            秀洲区 Xiuzhou
        湖州市: 德清县 Deqing, 安吉县 Anji, 长兴县 Changxing, 吴兴区 Wuxing, 南浔区 Nanxun, 织里镇 Zhili
        绍兴市: 诸暨市 Zhuji, 嵊州市 Shengzhou, 新昌县 Xinchang, 柯桥区 Keqiao, 上虞区 Shangyu, 越城区 Yuecheng
        金华市: 义乌市 Yiwu, 东阳市 Dongyang, 永康市 Yongkang, 兰溪市 Lanxi, 浦江县 Pujiang, 武义县 Wuyi,
            婺城区 Wucheng
        衢州市: 江山市 Jiangshan, 龙游县 Longyou, 常山县 Changshan, 柯城区 Kecheng
        舟山市: 普陀区 Putuo, 定海区 Dinghai, 岱山县 Daishan
        台州市: 温岭市 Wenling, 临海市 Linhai, 玉环市 Yuhuan, 天台县 Tiantai, 仙居县 Xianju, 椒江区 Jiaojiang,
            黄岩区 Huangyan, 路桥区 Luqiao
        丽水市: 龙泉市 Longquan, 青田县 Qingtian, 缙云县 Jinyun, 莲都区 Liandou
    """,
    "安徽": """
        合肥市: 巢湖市 Chaohu, 肥西县 Feixi, 肥东县 Feidong, 长丰县 Changfeng, 庐江县 Lujiang, 蜀山区 Shushan,
            庐阳区 Luyang, 包河区 Baohe, 瑶海区 Yaohai
        芜湖市: 无为市 Wuwei, 繁昌区 Fanchang
        安庆市: 桐城市 Tongcheng, 潜山市 Qianshan
        滁州市: 天长市 Tianchang, 明光市 Mingguang, 凤阳县 Fengyang
        阜阳市: 界首市 Jieshou, 颍上县 Yingshang, 太和县 Taihe
        六安市: 霍山县 Huoshan, 金寨县 Jinzhai
        宣城市: 宁国市 Ningguo, 广德市 Guangde
        黄山市: 歙县 Shexian, 黟县 Yixian, 屯溪区 Tunxi
    """,
    "福建": """
        福州市: 福清市 Fuqing, 长乐区 Changle, 闽侯县 Minhou, 连江县 Lianjiang, 仓山区 Cangshan, 马尾区 Mawei,
            晋安区 Jin'an, 鼓楼区 Gulou
        厦门市: 思明区 Siming, 湖里区 Huli, 集美区 Jimei, 同安区 Tong'an, 翔安区 Xiang'an, 海沧区 Haicang
        泉州市: 晋江市 Jinjiang, 石狮市 Shishi, 南安市 Nan'an, 惠安县 Hui'an, 安溪县 Anxi, 德化县 Dehua,
            永春县 Yongchun, 丰泽区 Fengze, 洛江区 Luojiang, 泉港区 Quangang
        莆田市: 仙游县 Xianyou, 荔城区 Licheng, 涵江区 Hanjiang
        漳州市: 龙海区 Longhai, 漳浦县 Zhangpu, 平和县 Pinghe, 芗城区 Xiangcheng
        南平市: 武夷山市 Wuyishan, 邵武市 Shaowu, 建瓯市 Jian'ou, 建阳区 Jianyang
        龙岩市: 漳平市 Zhangping, 上杭县 Shanghang, 长汀县 Changting
        宁德市: 福安市 Fu'an, 福鼎市 Fuding, 霞浦县 Xiapu, 古田县 Gutian
    """,
    "江西": """
        南昌市: 进贤县 Jinxian, 红谷滩区 Honggutan, 青山湖区 Qingshanhu, 西湖区 Xihu
        九江市: 庐山市 Lushan, 瑞昌市 Ruichang, 共青城市 Gongqingcheng, 修水县 Xiushui
        赣州市: 瑞金市 Ruijin, 南康区 Nankang, 于都县 Yudu, 龙南市 Longnan
        宜春市: 丰城市 Fengcheng, 樟树市 Zhangshu, 高安市 Gao'an
        上饶市: 德兴市 Dexing, 婺源县 Wuyuan, 鄱阳县 Poyang, 玉山县 Yushan
        吉安市: 井冈山市 Jinggangshan, 泰和县 Taihe
        鹰潭市: 贵溪市 Guixi
        萍乡市: 芦溪县 Luxi
    """,
    "山东": """
        济南市: 市中区 Shizhong, 天桥区 Tianqiao, 章丘区 Zhangqiu, 历城区 Licheng, 历下区 Lixia, 槐荫区 Huaiyin,
            莱芜区 Laiwu, 平阴县 Pingyin
        青岛市: 李沧区 Licang, 胶州市 Jiaozhou, 平度市 Pingdu, 莱西市 Laixi, 即墨区 Jimo, 黄岛区 Huangdao,
            崂山区 Laoshan, 城阳区 Chengyang, 市南区 Shinan, 市北区 Shibei
        淄博市: 张店区 Zhangdian, 临淄区 Linzi, 桓台县 Huantai
        枣庄市: 滕州市 Tengzhou
        东营市: 广饶县 Guangrao, 垦利区 Kenli
        烟台市: 龙口市 Longkou, 莱州市 Laizhou, 蓬莱区 Penglai, 招远市 Zhaoyuan, 海阳市 Haiyang, 莱阳市 Laiyang,
            栖霞市 Qixia, 芝罘区 Zhifu
        潍坊市: 寿光市 Shouguang, 诸城市 Zhucheng, 青州市 Qingzhou, 高密市 Gaomi, 安丘市 Anqiu, 昌邑市 Changyi,
            奎文区 Kuiwen
        济宁市: 曲阜市 Qufu, 邹城市 Zoucheng, 兖州区 Yanzhou, 任城区 Rencheng, 梁山县 Liangshan
        泰安市: 新泰市 Xintai, 肥城市 Feicheng, 岱岳区 Daiyue
        威海市: 荣成市 Rongcheng, 乳山市 Rushan, 文登区 Wendeng, 环翠区 Huancui
        临沂市: 沂水县 Yishui, 兰陵县 Lanling, 莒南县 Junan, 罗庄区 Luozhuang
        德州市: 乐陵市 Laoling, 禹城市 Yucheng, 齐河县 Qihe
        聊城市: 临清市 Linqing, 东昌府区 Dongchangfu
        滨州市: 邹平市 Zouping, 博兴县 Boxing
        菏泽市: 曹县 Caoxian, 郓城县 Yuncheng, 单县 Shanxian, 巨野县 Juye
        日照市: 莒县 Juxian, 岚山区 Lanshan
    """,
    "河南": """
        河南省: 济源市 Jiyuan
        郑州市: 管城区 Guancheng, 新郑市 Xinzheng, 巩义市 Gongyi, 荥阳市 Xingyang, 新密市 Xinmi, 登封市 Dengfeng,
            中牟县 Zhongmu, 金水区 Jinshui, 二七区 Erqi, 中原区 Zhongyuan, 惠济区 Huiji
        洛阳市: 偃师区 Yanshi, 栾川县 Luanchuan, 洛龙区 Luolong, 涧西区 Jianxi
        开封市: 鼓楼区 Gulou, 龙亭区 Longting, 兰考县 Lankao
        平顶山市: 汝州市 Ruzhou, 舞钢市 Wugang
        安阳市: 林州市 Linzhou, 滑县 Huaxian
        新乡市: 长垣市 Changyuan, 辉县市 Huixian, 卫辉市 Weihui
        焦作市: 沁阳市 Qinyang, 孟州市 Mengzhou
        许昌市: 禹州市 Yuzhou, 长葛市 Changge
        三门峡市: 灵宝市 Lingbao, 义马市 Yima
        南阳市: 邓州市 Dengzhou
        商丘市: 永城市 Yongcheng
        信阳市: 固始县 Gushi, 罗山县 Luoshan
        周口市: 项城市 Xiangcheng, 鹿邑县 Luyi
        驻马店市: 遂平县 Suiping
    """,
    "湖北": """
        湖北省: 仙桃市 Xiantao, 潜江市 Qianjiang, 天门市 Tianmen, 神农架林区 Shennongjia
        武汉市: 武昌区 Wuchang, 汉口 Hankou, 汉阳区 Hanyang, 洪山区 Hongshan, 江岸区 Jiang'an, 江汉区 Jianghan,
            硚口区 Qiaokou, 黄陂区 Huangpi, 江夏区 Jiangxia, 蔡甸区 Caidian, 东西湖区 Dongxihu, 新洲区 Xinzhou,
            汉南区 Hannan
        黄石市: 大冶市 Daye
        十堰市: 丹江口市 Danjiangkou, 武当山 Wudangshan
        宜昌市: 宜都市 Yidu, 枝江市 Zhijiang, 当阳市 Dangyang, 夷陵区 Yiling, 秭归县 Zigui
        襄阳市: 枣阳市 Zaoyang, 老河口市 Laohekou, 宜城市 Yicheng, 樊城区 Fancheng
        荆州市: 洪湖市 Honghu, 石首市 Shishou, 松滋市 Songzi, 监利市 Jianli
        黄冈市: 麻城市 Macheng, 武穴市 Wuxue, 红安县 Hong'an, 黄梅县 Huangmei
        孝感市: 汉川市 Hanchuan, 应城市 Yingcheng, 安陆市 Anlu
        咸宁市: 赤壁市 Chibi
        恩施土家族苗族自治州: 恩施市 Enshi, 利川市 Lichuan
    """,
    "湖南": """
        长沙市: 长沙县 Changsha County, 浏阳市 Liuyang, 宁乡市 Ningxiang, 望城区 Wangcheng, 岳麓区 Yuelu,
            雨花区 Yuhua, 芙蓉区 Furong, 开福区 Kaifu, 天心区 Tianxin, 星沙 Xingsha
        株洲市: 醴陵市 Liling, 攸县 Youxian, 天元区 Tianyuan
        湘潭市: 湘乡市 Xiangxiang, 韶山市 Shaoshan
        衡阳市: 耒阳市 Leiyang, 常宁市 Changning, 祁东县 Qidong
        邵阳市: 武冈市 Wugang, 邵东市 Shaodong
        岳阳市: 汨罗市 Miluo, 临湘市 Linxiang
        常德市: 津市市 Jinshi
        郴州市: 资兴市 Zixing
        永州市: 祁阳市 Qiyang
        怀化市: 洪江市 Hongjiang
        娄底市: 冷水江市 Lengshuijiang, 涟源市 Lianyuan
        湘西土家族苗族自治州: 吉首市 Jishou, 凤凰县 Fenghuang
    """,
    "广东": """
        广州市: 天河区 Tianhe, 越秀区 Yuexiu, 海珠区 Haizhu, 荔湾区 Liwan, 白云区 Baiyun, 番禺区 Panyu,
            黄埔区 Huangpu, 花都区 Huadu, 增城区 Zengcheng, 从化区 Conghua, 南沙区 Nansha
        深圳市: 福田区 Futian, 罗湖区 Luohu, 南山区 Nanshan, 宝安区 Bao'an, 龙岗区 Longgang, 龙华区 Longhua,
            盐田区 Yantian, 坪山区 Pingshan, 光明区 Guangming
        佛山市: 顺德区 Shunde, 南海区 Nanhai, 禅城区 Chancheng, 三水区 Sanshui, 高明区 Gaoming
        珠海市: 香洲区 Xiangzhou, 斗门区 Doumen, 金湾区 Jinwan, 横琴 Hengqin
        汕头市: 龙湖区 Longhu, 金平区 Jinping, 澄海区 Chenghai, 潮阳区 Chaoyang, 潮南区 Chaonan
        江门市: 开平市 Kaiping, 台山市 Taishan, 鹤山市 Heshan, 恩平市 Enping, 新会区 Xinhui, 蓬江区 Pengjiang
        湛江市: 廉江市 Lianjiang, 雷州市 Leizhou, 吴川市 Wuchuan
        茂名市: 高州市 Gaozhou, 化州市 Huazhou, 信宜市 Xinyi, 电白区 Dianbai
        肇庆市: 四会市 Sihui, 端州区 Duanzhou, 高要区 Gaoyao
        惠州市: 惠城区 Huicheng, 惠阳区 Huiyang, 博罗县 Boluo, 惠东县 Huidong, 龙门县 Longmen
        梅州市: 兴宁市 Xingning, 梅县区 Meixian, 大埔县 Dapu
        汕尾市: 陆丰市 Lufeng, 海丰县 Haifeng
        阳江市: 阳春市 Yangchun
        清远市: 英德市 Yingde, 连州市 Lianzhou, 佛冈县 Fogang
        东莞市: 虎门镇 Humen, 长安镇 Chang'an, 厚街镇 Houjie, 常平镇 Changping
        韶关市: 乐昌市 Lechang, 南雄市 Nanxiong
        揭阳市: 普宁市 Puning, 惠来县 Huilai
        潮州市: 饶平县 Raoping
        云浮市: 罗定市 Luoding
    """,
    "广西": """
        南宁市: 西乡塘区 Xixiangtang, 江南区 Jiangnan, 兴宁区 Xingning, 武鸣区 Wuming, 横州市 Hengzhou,
            青秀区 Qingxiu
        桂林市: 阳朔县 Yangshuo, 荔浦市 Lipu, 象山区 Xiangshan, 七星区 Qixing
        防城港市: 东兴市 Dongxing
        贵港市: 桂平市 Guiping
        玉林市: 北流市 Beiliu
        百色市: 靖西市 Jingxi
        梧州市: 岑溪市 Cenxi
        崇左市: 凭祥市 Pingxiang
        北海市: 合浦县 Hepu
    """,
    "海南": """
        海南省: 琼海市 Qionghai, 文昌市 Wenchang, 万宁市 Wanning, 东方市 Dongfang, 五指山市 Wuzhishan,
            陵水县 Lingshui, 澄迈县 Chengmai, 临高县 Lingao, 定安县 Ding'an, 屯昌县 Tunchang, 乐东县 Ledong,
            保亭县 Baoting
        海口市: 美兰区 Meilan, 龙华区 Longhua, 琼山区 Qiongshan
    """,
    "重庆": """
        重庆市: 渝中区 Yuzhong, 江北区 Jiangbei, 渝北区 Yubei, 沙坪坝区 Shapingba, 九龙坡区 Jiulongpo, 南岸区 Nan'an,
            大渡口区 Dadukou, 北碚区 Beibei, 巴南区 Banan, 万州区 Wanzhou, 涪陵区 Fuling, 永川区 Yongchuan,
            合川区 Hechuan, 江津区 Jiangjin, 长寿区 Changshou, 璧山区 Bishan, 铜梁区 Tongliang, 大足区 Dazu,
            荣昌区 Rongchang, 綦江区 Qijiang, 黔江区 Qianjiang, 开州区 Kaizhou, 云阳县 Yunyang, 奉节县 Fengjie,
            忠县 Zhongxian, 丰都县 Fengdu, 垫江县 Dianjiang
    """,
    "四川": """
        成都市: 武侯区 Wuhou, 锦江区 Jinjiang, 青羊区 Qingyang, 金牛区 Jinniu, 成华区 Chenghua, 双流区 Shuangliu,
            郫都区 Pidu, 温江区 Wenjiang, 龙泉驿区 Longquanyi, 新都区 Xindu, 青白江区 Qingbaijiang,
            都江堰市 Dujiangyan, 彭州市 Pengzhou, 崇州市 Chongzhou, 邛崃市 Qionglai, 简阳市 Jianyang, 金堂县 Jintang
        德阳市: 广汉市 Guanghan, 什邡市 Shifang, 绵竹市 Mianzhu
        绵阳市: 江油市 Jiangyou
        乐山市: 峨眉山市 Emeishan, 峨边县 Ebian
        南充市: 阆中市 Langzhong
        广安市: 华蓥市 Huaying
        达州市: 万源市 Wanyuan
        阿坝藏族羌族自治州: 马尔康市 Barkam, 九寨沟县 Jiuzhaigou, 汶川县 Wenchuan
        甘孜藏族自治州: 康定市 Kangding, 稻城县 Daocheng, 理塘县 Litang, 色达县 Serthar
        凉山彝族自治州: 西昌市 Xichang, 会理市 Huili
    """,
    "贵州": """
        贵阳市: 清镇市 Qingzhen, 花溪区 Huaxi, 南明区 Nanming, 云岩区 Yunyan, 观山湖区 Guanshanhu
        遵义市: 仁怀市 Renhuai, 赤水市 Chishui
        六盘水市: 盘州市 Panzhou
        黔西南布依族苗族自治州: 兴义市 Xingyi, 兴仁市 Xingren
        黔东南苗族侗族自治州: 凯里市 Kaili
        黔南布依族苗族自治州: 都匀市 Duyun, 福泉市 Fuquan, 荔波县 Libo
    """,
    "云南": """
        昆明市: 安宁市 Anning, 五华区 Wuhua, 盘龙区 Panlong, 官渡区 Guandu, 西山区 Xishan, 呈贡区 Chenggong
        曲靖市: 宣威市 Xuanwei, 罗平县 Luoping
        保山市: 腾冲市 Tengchong
        昭通市: 水富市 Shuifu
        楚雄彝族自治州: 楚雄市 Chuxiong
        红河哈尼族彝族自治州: 个旧市 Gejiu, 蒙自市 Mengzi, 弥勒市 Mile, 开远市 Kaiyuan
        西双版纳傣族自治州: 景洪市 Jinghong, 勐腊县 Mengla
        大理白族自治州: 大理市 Dali, 祥云县 Xiangyun
        德宏傣族景颇族自治州: 瑞丽市 Ruili, 芒市 Mangshi
        怒江傈僳族自治州: 泸水市 Lushui
        迪庆藏族自治州: 香格里拉市 Shangri-La
    """,
    "西藏": """
        拉萨市: 城关区 Chengguan, 堆龙德庆区 Doilungdeqen
        日喀则市: 亚东县 Yadong, 江孜县 Gyantse
        林芝市: 墨脱县 Metok, 波密县 Bomi
        阿里地区: 噶尔县 Gar
    """,
    "陕西": """
        西安市: 新城区 Xincheng, 雁塔区 Yanta, 碑林区 Beilin, 未央区 Weiyang, 灞桥区 Baqiao, 莲湖区 Lianhu,
            长安区 Chang'an, 临潼区 Lintong, 高陵区 Gaoling, 鄠邑区 Huyi, 蓝田县 Lantian, 周至县 Zhouzhi
        咸阳市: 兴平市 Xingping, 杨凌区 Yangling
        渭南市: 华阴市 Huayin, 韩城市 Hancheng
        榆林市: 神木市 Shenmu, 靖边县 Jingbian, 府谷县 Fugu
        延安市: 子长市 Zichang
        宝鸡市: 凤翔区 Fengxiang
    """,
    "甘肃": """
        兰州市: 安宁区 Anning, 西固区 Xigu, 城关区 Chengguan, 七里河区 Qilihe, 榆中县 Yuzhong
        酒泉市: 敦煌市 Dunhuang, 玉门市 Yumen
        甘南藏族自治州: 玛曲县 Maqu
        平凉市: 华亭市 Huating
    """,
    "青海": """
        海西蒙古族藏族自治州: 格尔木市 Golmud, 德令哈市 Delingha, 茫崖市 Mangya
        玉树藏族自治州: 玉树市 Yushu
        西宁市: 城东区 Chengdong, 城西区 Chengxi, 城中区 Chengzhong, 城北区 Chengbei, 湟中区 Huangzhong,
            湟源县 Huangyuan
    """,
    "宁夏": """
        银川市: 兴庆区 Xingqing, 西夏区 Xixia, 灵武市 Lingwu, 金凤区 Jinfeng, 贺兰县 Helan
        吴忠市: 青铜峡市 Qingtongxia
        石嘴山市: 平罗县 Pingluo
    """,
    "新疆": """
        乌鲁木齐市: 天山区 Tianshan, 沙依巴克区 Saybag, 水磨沟区 Shuimogou, 米东区 Midong
        新疆维吾尔自治区: 石河子市 Shihezi, 阿拉尔市 Aral, 图木舒克市 Tumxuk, 五家渠市 Wujiaqu, 北屯市 Beitun,
            铁门关市 Tiemenguan, 双河市 Shuanghe, 可克达拉市 Kokdala, 昆玉市 Kunyu
        昌吉回族自治州: 昌吉市 Changji, 阜康市 Fukang
        博尔塔拉蒙古自治州: 博乐市 Bole, 阿拉山口市 Alashankou
        巴音郭楞蒙古自治州: 库尔勒市 Korla, 若羌县 Ruoqiang, 和静县 Hejing
        阿克苏地区: 库车市 Kuqa, 阿克苏市 Aksu
        喀什地区: 莎车县 Yarkant, 疏勒县 Shule, 喀什市 Kashgar City, 塔什库尔干县 Taxkorgan
        和田地区: 墨玉县 Karakax, 和田市 Hotan
        伊犁哈萨克自治州: 伊宁市 Yining, 奎屯市 Kuitun, 霍尔果斯市 Khorgos, 新源县 Xinyuan
        塔城地区: 乌苏市 Wusu, 塔城市 Tacheng
        克孜勒苏柯尔克孜自治州: 阿图什市 Artux
        阿勒泰地区: 布尔津县 Burqin, 富蕴县 Fuyun, 阿勒泰市 Altay
    """,
    "香港": """
        香港特别行政区: 九龙 Kowloon, 新界 New Territories, 铜锣湾 Causeway Bay, 旺角 Mong Kok, 尖沙咀 Tsim Sha Tsui,
            沙田区 Sha Tin, 荃湾区 Tsuen Wan, 元朗区 Yuen Long, 屯门区 Tuen Mun, 湾仔区 Wan Chai
    """,
    "澳门": """
        澳门特别行政区: 氹仔 Taipa, 路环 Coloane
    """,
    "台湾": """
        台湾省: 花莲县 Hualien, 台东县 Taitung, 屏东县 Pingtung, 宜兰县 Yilan, 苗栗县 Miaoli, 彰化县 Changhua,
            南投县 Nantou, 云林县 Yunlin, 澎湖县 Penghu, 金门县 Kinmen
    """,
}
