"""Units of measure by field type: exact factors, and what a bare number in a column means.

Source of the factors: definitions of the legal units; 1 亩 = 2000/3 m², so 1 m² = 3/2000 亩 exactly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from taizhang.pack.definitions import Field

NUMBERS = frozenset({"money", "area", "mass", "volume", "number", "percentage", "count"})
MULTIPLIERS: Mapping[str, int] = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}

_Factors = dict[str, Fraction | int]

_MONEY: _Factors = {"元": 1, "块": 1, "块钱": 1, "圆": 1, "角": Fraction(1, 10), "毛": Fraction(1, 10), "分": Fraction(1, 100)}
_SQUARE_METRE = Fraction(3, 2000)
_AREA: _Factors = {
    **dict.fromkeys(["亩", "市亩"], 1),
    **dict.fromkeys(["公顷", "hm²", "hm2", "ha"], 15),
    **dict.fromkeys(["平方米", "平米", "㎡", "m²", "m2", "M2"], _SQUARE_METRE),
    **dict.fromkeys(["平方公里", "平方千米", "km²", "km2", "㎢"], 1500),
    "分": Fraction(1, 10),
    "厘": Fraction(1, 100),
}
_MASS: _Factors = {
    **dict.fromkeys(["公斤", "千克", "kg", "KG", "Kg", "㎏"], 1),
    **dict.fromkeys(["斤", "市斤"], Fraction(1, 2)),
    **dict.fromkeys(["吨", "t", "T"], 1000),
    **dict.fromkeys(["克", "g"], Fraction(1, 1000)),
    "担": 50,
    "公担": 100,
}
_VOLUME: _Factors = {
    **dict.fromkeys(["立方米", "立方", "立米", "方", "m³", "m3", "M3", "㎥"], 1),
    **dict.fromkeys(["升", "L"], Fraction(1, 1000)),
}
_PERCENT: _Factors = {"%": 1, "‰": Fraction(1, 10), "个百分点": 1}

# Words that count the same things; a column whose unit is one of them takes the others of its group.
_CLASSIFIERS = (
    "头 只 羽 匹 口 条 尾",
    "人 名 位 口",
    "户 家",
    "处 座 个 所",
    "次 起 件 宗 场 例 批 桩",
    "棵 株 蔸",
    "辆 台 套 部 艘",
    "人次",
    "份 张 册 本 份",
    "间 栋 幢 套",
    "块 宗",
    "盏 眼 口",
    "天 日",
    "组 支 队",
    "年 岁",
    "项 个",
    "村 个",
)
_BASE: Mapping[str, Mapping[str, Fraction | int]] = {
    "money": _MONEY,
    "area": _AREA,
    "mass": _MASS,
    "volume": _VOLUME,
    "percentage": _PERCENT,
}
_PLACES: Mapping[str, int] = {"money": 2, "count": 0}


@dataclass(frozen=True, slots=True)
class Measure:
    """How numbers of one field are read: accepted units in canonical units, the factor of a bare number, places."""

    units: Mapping[str, Fraction]
    bare: Fraction
    places: int
    base: str  # the canonical unit, for sentences
    pattern: re.Pattern[str]

    @property
    def limit(self) -> int:
        """The first whole number that no longer fits the stored column of 18 digits."""
        return int(10 ** (18 - self.places))


def places_of(field: Field) -> int:
    """Return the greatest number of decimal places of a numeric field."""
    return field.places if field.places is not None and field.type != "count" else _PLACES.get(field.type, 4)


def _table(field: Field) -> tuple[dict[str, Fraction], str]:
    base = {"money": "元", "area": "亩", "volume": "立方米", "percentage": "%"}.get(field.type, field.unit or "")
    if field.type == "mass":
        base = "吨" if field.unit == "吨" else "公斤"
        scale = Fraction(_MASS[base])
        return {unit: Fraction(factor) / scale for unit, factor in _MASS.items()}, base
    if field.type == "count":
        word = (field.unit or "").lstrip("".join(MULTIPLIERS))
        groups = [set(group.split()) for group in _CLASSIFIERS]
        words = set().union(*(group for group in groups if not word or word in group))
        return dict.fromkeys(words | ({word, "个"} if word else set()), Fraction(1)), word
    if field.type == "number":
        return ({field.unit: Fraction(1)} if field.unit else {}), base
    return {unit: Fraction(factor) for unit, factor in _BASE[field.type].items()}, base


def factor_of(text: str, units: Mapping[str, Fraction]) -> Fraction | None:
    """Return the factor of a written unit, multipliers before it included (`万元`); None when it is unknown."""
    for cut in range(len(text) + 1):
        head, unit = text[:cut], text[cut:]
        if any(char not in MULTIPLIERS for char in head):
            return None
        if unit in units:
            return multiplier(head) * units[unit]
    return None


def multiplier(text: str) -> Fraction:
    """Return the product of multipliers: `百万` → 1 000 000."""
    product = 1
    for char in text:
        product *= MULTIPLIERS[char]
    return Fraction(product)


@cache
def _measure(kind: str, unit: str | None, places: int) -> Measure:
    field = Field("", "", kind, unit=unit)
    units, base = _table(field)
    words = "|".join(re.escape(word) for word in sorted(units, key=lambda w: (-len(w), w)))
    number = r"(?P<arabic>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    han = r"(?P<han>[零〇○一二两三四五六七八九十百千万亿点壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億廿卅]+)"
    # Another part may follow only with a figure of its own (`3万5千元`, `五元三角`).
    follows = r"(?=[0-9.零〇○一二两三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖]|\Z)"
    pattern = re.compile(rf"(?:{number}|{han}) ?(?P<mult>[十百千万亿]*?) ?(?P<unit>{words or '(?!)'})?{follows}")
    bare = Fraction(1) if kind == "number" or not unit else factor_of(unit, units)
    return Measure(units, Fraction(1) if bare is None else bare, places, base, pattern)


def measure_of(field: Field) -> Measure:
    """Return how the numbers of a field are read."""
    return _measure(field.type, field.unit, places_of(field))


def unit_of(field: Field) -> str:
    """Return the unit of a bare number in a field; empty where it has none, or where the field holds no numbers."""
    if field.type not in NUMBERS:
        return ""
    return field.unit or measure_of(field).base
