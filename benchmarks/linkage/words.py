"""Invented names: surnames about as frequent as they are, characters of given names by sex, and the ways in which a name is miswritten."""

from __future__ import annotations

import random
from itertools import accumulate

# Thousandths of the population, roughly; the rest of the surnames shares what is left.
SURNAMES = {
    "王": 72, "李": 71, "张": 68, "刘": 54, "陈": 46, "杨": 31, "黄": 23, "赵": 22, "吴": 21, "周": 20, "徐": 15, "孙": 14, "马": 13, "朱": 13, "胡": 13,
    "郭": 12, "何": 12, "林": 12, "罗": 11, "高": 10, "郑": 9, "梁": 9, "谢": 8, "宋": 8, "唐": 8, "许": 7, "邓": 7, "韩": 7, "冯": 7, "曹": 6, "彭": 6, "曾": 6,
    "肖": 6, "田": 5, "董": 5, "潘": 5, "袁": 5, "蔡": 5, "蒋": 5, "余": 5, "于": 5, "杜": 5, "叶": 4, "程": 4, "魏": 4, "苏": 4, "吕": 4, "丁": 4, "任": 4,
    "卢": 4, "姚": 4, "沈": 4, "钟": 4, "姜": 4, "崔": 4, "谭": 4, "陆": 4, "范": 4, "汪": 4, "廖": 4, "石": 3, "金": 3, "韦": 3, "贾": 3, "夏": 3, "付": 3, "傅": 3,
    "方": 3, "邹": 3, "熊": 3, "白": 3, "孟": 3, "秦": 3, "邱": 3, "侯": 3, "江": 3, "尹": 3, "薛": 3, "闫": 2, "段": 3, "雷": 3, "龙": 3, "黎": 3, "史": 2, "陶": 2,
    "贺": 2, "毛": 2, "郝": 2, "顾": 2, "龚": 2, "邵": 2, "万": 2, "覃": 2, "武": 2, "钱": 2, "戴": 2, "严": 2, "莫": 2, "孔": 2, "向": 2, "常": 2, "章": 2, "赖": 1,
    "樊": 1, "兰": 1, "殷": 1, "施": 1, "洪": 1, "翟": 1, "安": 1, "倪": 1, "颜": 1, "牛": 1, "温": 1, "芦": 1, "季": 1, "俞": 1, "鲁": 1, "葛": 1, "伍": 1, "申": 1, "尤": 1,
    "毕": 1, "聂": 1, "焦": 1, "柳": 1, "邢": 1, "岳": 1, "齐": 1, "梅": 1, "庄": 1, "辛": 1, "管": 1, "祝": 1, "左": 1, "涂": 1, "谷": 1, "舒": 1, "耿": 1, "卜": 1, "詹": 1,
    "滕": 1, "蒲": 1, "单": 1, "解": 1, "仇": 1, "查": 1, "区": 1, "欧阳": 1, "上官": 1,
}  # fmt: skip

# In falling frequency; a Zipf-like weight is laid over them.
MALE = "伟强军平勇杰涛明超建华国文志辉刚磊林海波斌鹏飞龙宇浩俊峰亮凯生德云福贵成武良松柏荣祥清根春富才金兵东永忠义仁光新友全兴旺水木土火发财宝庆元康乐和顺安宁长远高山江河川岩石方正直信诚厚道学思敏达理智慧聪健壮康泽润泉源溪洋瀚博涵轩昊宸睿子梓一天佑航翔腾跃进先锋守业承继祖耀绍启运昌盛世家铭鑫森"
FEMALE = "芳秀英娟敏静丽艳燕玲红霞梅兰桂香菊凤珍玉花珠翠莲萍琴云秋月春桃素芬娥巧姣连银金美菲雪琳晶莹洁倩婷娜佳欣怡悦雨萱涵诗梦琪瑶瑾璐妍思彤语嫣若馨蕾薇莎慧芝淑贞贤惠小晓文清青竹荷叶冬夏满爱华平君会友冰芸莉蓉姗娇媛婉宁安"
SHARED = "文德永志国光荣世昌明家兴正大廷朝学金玉景绍承继泽启祖宗万长春元子仕忠贤良才显达登高云龙祥福运开新"
COMMON = "的地不在人大中上国家小天年生会学时自多心好方成日事后于公本前都产定分要里同法动力民道进现所加样头高长明行开面使等部门路级少图山统接知较将组见计她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严龙飞"

VARIANTS = {
    "吕": "呂", "黄": "黃", "郑": "鄭", "赵": "趙", "刘": "劉", "陈": "陳", "杨": "楊", "吴": "吳", "谢": "謝", "冯": "馮", "邓": "鄧", "肖": "萧", "傅": "付", "闫": "阎",
    "邱": "丘", "叶": "葉", "苏": "蘇", "卢": "盧", "钟": "鍾", "龙": "龍", "马": "馬", "孙": "孫", "罗": "羅", "张": "張", "国": "國", "华": "華", "兰": "蘭", "凤": "鳳",
    "云": "雲", "丽": "麗", "伟": "偉", "强": "強", "军": "軍", "红": "紅", "艳": "艷", "兴": "興", "东": "東", "义": "義", "发": "發", "宝": "寶", "庆": "慶", "岩": "巖",
}  # fmt: skip

LOOKALIKES = ("末未", "己已", "晴睛", "凤风", "芬芳", "娟姻", "波坡", "杨扬", "林材", "玉王", "大太", "天夭", "土士", "良艮", "贞贝", "萍苹", "菊掬", "桃挑", "清请",
              "辉挥", "涛祷", "洪供", "渊湖", "侯候", "戴载", "茶荼", "治冶", "析折", "祥详", "栋拣")  # fmt: skip

# Heard as the same in the south and the west: the sounds that are mixed up.
CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("h", "f"))
CONFUSED_ENDS = (("ing", "in"), ("eng", "en"), ("ang", "an"))


class Cumulated:
    """Choices by weight, drawn fast."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.choices = list(weights)
        self.sums = list(accumulate(weights.values()))

    def draw(self, rng: random.Random) -> str:
        """Return one of the choices."""
        return rng.choices(self.choices, cum_weights=self.sums)[0]


def zipf(characters: str) -> Cumulated:
    """Return characters weighted by their place."""
    weights: dict[str, float] = {}
    for place, character in enumerate(characters):
        weights.setdefault(character, 1 / (place + 6))
    return Cumulated(weights)


class Sounds:
    """Characters that sound alike, or nearly; other readings of a character are used at times, as people do."""

    def __init__(self) -> None:
        from pypinyin import Style, lazy_pinyin, pinyin

        # The first level of the old national set: 3 755 characters, the ones that keyboards offer first.
        level = "".join(bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
        self.by_sound: dict[str, list[str]] = {}
        self.readings: dict[str, list[str]] = {}
        for character in level:
            readings = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
            self.readings[character] = readings
            self.by_sound.setdefault(lazy_pinyin(character)[0], []).append(character)

    def reading(self, character: str, rng: random.Random) -> str:
        """Return how a character sounds: nearly always its first reading."""
        readings = self.readings.get(character) or [""]
        return rng.choice(readings) if rng.random() < 0.05 else readings[0]

    def homophone(self, character: str, rng: random.Random) -> str:
        """Return another character that sounds the same, or the same one when there is none."""
        others = [c for c in self.by_sound.get(self.reading(character, rng), ()) if c != character]
        return rng.choice(others) if others else character

    def misheard(self, character: str, rng: random.Random) -> str:
        """Return a character that a southerner might hear, or a homophone when there is none."""
        sound = self.reading(character, rng)
        near = [b + sound[len(a) :] for x, y in CONFUSED for a, b in ((x, y), (y, x)) if sound.startswith(a)]
        near += [sound[: -len(a)] + b for x, y in CONFUSED_ENDS for a, b in ((x, y), (y, x)) if sound.endswith(a)]
        near = [other for other in near if other in self.by_sound and other != sound]
        return rng.choice(self.by_sound[rng.choice(near)]) if near else self.homophone(character, rng)
