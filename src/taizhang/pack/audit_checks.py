"""The checks that an audit rule can call by name: what each is told (``with``), which cases it knows, which values its sentence may show.

The checks themselves are in ``taizhang.audit.rules``, under the same names; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
WORDS: dict[str, Any] = {"type": "array", "items": _TEXT, "minItems": 1, "description": "词语；…代表同一句内至多十二个字"}
NUMBER: dict[str, Any] = {"type": "number"}
VALUE: dict[str, Any] = {"type": ["number", "string"], "parameter": True, "description": "数，或参数名"}
VALUES: dict[str, Any] = {"type": "array", "items": VALUE, "minItems": 1, "description": "各项之和；每项是数或参数名"}
_DATE: dict[str, Any] = {"type": "string", "format": "date"}
_YES: dict[str, Any] = {"type": "boolean"}


def closed(required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a mapping that has these keys and no others."""
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _list(required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": closed(required, properties)}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a check is told, the cases that it tells apart (none: it knows one), and what its sentence may show in braces."""

    title: str
    options: dict[str, Any]
    cases: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()


_PAIRS = _list(
    ["part", "whole"],
    {
        "part": WORDS,
        "whole": WORDS,
        "unless": WORDS,
        "units": WORDS,
        "asks": {**_YES, "description": "只请核实"},
        "sentences": {**NUMBER, "description": "相隔至多几句"},
    },
)
_AVERAGES = _list(["word", "units"], {"word": _TEXT, "units": WORDS})
_FROM_TO = {"from": WORDS, "to": WORDS}
_STEP = {**_FROM_TO, "change": {**WORDS, "description": "两数与增幅之间可有的词"}}
_CROPS = {"area": WORDS, "output": WORDS}
_ORDER = {"type": "array", "minItems": 2, "items": _TEXT}

CHECKS: Mapping[str, Shape] = {
    # parts and wholes
    "parts_sum": Shape("各部分之和与总体", closed(["closing", "share", "unless"], {"closing": WORDS, "share": NUMBER, "unless": WORDS}), ("all", "short"), ("sum", "whole")),
    "part_over_whole": Shape("部分不超过总体", closed(["unless"], {"unless": WORDS}), gives=("part", "whole")),
    "listed_parts_over_whole": Shape("列名各项之和不超过总体", closed(["unless"], {"unless": WORDS}), gives=("sum", "whole", "names")),
    "shares_sum": Shape("各占比之和为100%", closed(["sets", "structures"], {"sets": {"type": "array", "items": _ORDER, "minItems": 1}, "structures": WORDS}), ("ratio",), ("sum",)),
    "ordered": Shape("部分不超过总体（按定义）", closed(["pairs"], {"pairs": _PAIRS}), ("asks",), ("part", "whole")),
    "cumulative": Shape("累计数与当年数", closed(["total", "year"], {"total": WORDS, "year": WORDS}), ("within",), ("total", "year", "before")),
    "closing_balance": Shape(
        "期初加增减等于期末",
        closed(["opening", "added", "removed", "closing", "unless"], {"opening": WORDS, "added": WORDS, "removed": WORDS, "closing": WORDS, "unless": WORDS}),
        gives=("computed", "closing"),
    ),
    "places_sum": Shape("各村之和与全镇", closed(["least", "places"], {"least": NUMBER, "places": WORDS}), ("over",), ("sum", "whole")),
    "outcomes_sum": Shape(
        "处理结果之和与件数",
        closed(["sets"], {"sets": _list(["cases", "outcomes"], {"cases": WORDS, "outcomes": WORDS})}),
        ("units",),
        ("sum", "cases"),
    ),
    # rates, averages, growth
    "rate_bounds": Shape("比率在0至100%之间", closed(["rates"], {"rates": WORDS, "unless": WORDS}), gives=("rate",)),
    "rate_equals": Shape(
        "比率等于分子除以分母",
        closed(["rates"], {"rates": _list(["rate", "part", "whole"], {"rate": WORDS, "part": WORDS, "whole": WORDS, "bare": WORDS, "same": WORDS, "unless": WORDS}), "fulfilled": WORDS}),
        ("fulfilled",),
        ("rate", "computed"),
    ),
    "rate_attainable": Shape(
        "比率能由整数得出", closed(["rates", "among", "largest"], {"rates": WORDS, "among": WORDS, "largest": NUMBER}), gives=("rate", "count")
    ),
    "growth_equals": Shape(
        "增长率与前后两数", closed(["constant", *_STEP], {**_STEP, "constant": WORDS}), ("constant", "last_year"), ("growth", "computed")
    ),
    "direction_words": Shape("升降用词与数字", closed(["up", "down", *_FROM_TO], {"up": WORDS, "down": WORDS, **_FROM_TO}), ("sign",), ("word",)),
    "points_not_percent": Shape("百分点与百分比", closed([*_STEP], _STEP), gives=("change",)),
    "fall_in_times": Shape("减少不以倍数计", closed(["down"], {"down": WORDS}), gives=("times",)),
    "pace": Shape("完成进度与时间", closed(["shares", "claims", "behind"], {"shares": WORDS, "claims": WORDS, "behind": NUMBER}), gives=("months", "share", "due")),
    "average_times_count": Shape("平均数乘个数等于总数", closed(["averages", "nouns"], {"averages": _AVERAGES, "nouns": WORDS}), gives=("average", "computed", "total")),
    "average_between": Shape("平均数在最小最大之间", closed(["averages", "every"], {"averages": _AVERAGES, "every": WORDS}), gives=("average", "bound")),
    "claim_and_remainder": Shape(
        "全部完成与尚余", closed(["things", "claims", "left"], {"things": WORDS, "claims": WORDS, "left": WORDS}), gives=("thing", "left")
    ),
    "total_claim": Shape("少有的百分之百", closed(["measures"], {"measures": WORDS}), gives=("measure",)),
    "unlike_brothers": Shape("并列各数中的一个相差甚远", closed(["least", "times"], {"least": NUMBER, "times": NUMBER}), gives=("odd", "others")),
    # units, scale, digits
    "unit_slip": Shape(
        "单位或数量级",
        closed(["plausible"], {"plausible": _list(["measure", "unit"], {"measure": WORDS, "unit": _TEXT, "low": VALUE, "high": VALUE, "unless": WORDS})}),
        ("ledger", "neighbours"),
        ("figure", "ledger", "factor"),
    ),
    "digit_slip": Shape("数字抄写", closed([], {}), gives=("figure", "ledger")),
    "unit_unlike": Shape(
        "单位与通篇不同",
        closed(["usual"], {"usual": {"type": "object", "additionalProperties": WORDS}}),
        gives=("unit", "others", "restated"),
    ),
    "unit_missing": Shape("缺单位", closed(["after"], {"after": {"type": "object", "additionalProperties": _TEXT}}), gives=("figure", "unit")),
    "classifier_of_noun": Shape(
        "量词与名词",
        closed(["nouns"], {"nouns": _list(["nouns", "not"], {"nouns": WORDS, "not": WORDS, "say": _TEXT, "unless": WORDS, "gap": NUMBER})}),
        gives=("noun", "unit", "say"),
    ),
    "persons_per_household": Shape(
        "户均人口",
        closed(
            ["low", "high", "households", "persons"],
            {"low": VALUE, "high": VALUE, "households": WORDS, "persons": WORDS, "pairs": _PAIRS, "unlike": NUMBER},
        ),
        ("fewer", "unlike", "doubled"),
        ("households", "persons", "average"),
    ),
    "mixed_units": Shape("并列或合计中单位混用", closed(["mixed"], {"mixed": {"type": "array", "items": _ORDER, "minItems": 1}}), gives=("units",)),
    "precision_unlike": Shape("精度与通篇不同", closed(["digits", "usual"], {"digits": NUMBER, "usual": NUMBER}), gives=("figure", "digits")),
    "two_values": Shape(
        "同一指标前后两个数",
        closed(
            ["definite", "vague"],
            {"definite": WORDS, "vague": WORDS, "precision": {"type": "string", "enum": ["like", "unlike"]}, "annex": WORDS},
        ),
        ("slip",),
        ("measure", "first", "second"),
    ),
    "approximate_exact": Shape("约数词与精确数", closed(["digits"], {"digits": NUMBER, "shared": WORDS}), ("doubled",), ("figure",)),
    "same_number": Shape(
        "相邻两事数字相同", closed(["units", "least", "sentences"], {"units": WORDS, "least": NUMBER, "sentences": NUMBER}), gives=("number",)
    ),
    "numeral_style": Shape("汉字数字与阿拉伯数字混用", closed(["small", "least"], {"small": NUMBER, "least": NUMBER}), gives=("han", "arabic")),
    "range_backwards": Shape("数值范围", closed([], {"shared": _YES}), ("shared",), ("low", "high")),
    # unit values and bounds
    "yield_band": Shape(
        "亩产", closed(["bands", "stated", *_CROPS], {**_CROPS, "stated": WORDS, "bands": _list(["crop", "low", "high"], {"crop": WORDS, "low": VALUE, "high": VALUE})}), gives=("crop", "yield", "low", "high")
    ),
    "exact_ratios": Shape("亩产都是整数", closed([*_CROPS, "step", "least"], {**_CROPS, "step": NUMBER, "least": NUMBER}), gives=("count",)),
    "unit_value": Shape(
        "每单位金额",
        closed(
            ["values"],
            {
                "values": _list(
                    ["money", "of"],
                    {"money": WORDS, "of": WORDS, "units": WORDS, "rate": VALUES, "low": VALUE, "high": VALUE, "several": WORDS},
                )
            },
        ),
        ("rate", "mixed", "combined"),
        ("money", "of", "computed", "rate"),
    ),
    "per_case_limit": Shape(
        "每户限额", closed(["limits"], {"limits": _list(["money", "units", "limit"], {"money": WORDS, "units": WORDS, "limit": VALUE})}), gives=("computed", "limit")
    ),
    "land_limit": Shape("面积不超过辖区面积", closed(["total", "bare", "lands"], {"total": WORDS, "bare": WORDS, "lands": WORDS}), gives=("land", "total")),
    "combined_area": Shape(
        "多种作物合计面积", closed(["total", "crops", "area", "unless"], {"total": WORDS, "crops": {"type": "array", "items": WORDS, "minItems": 2}, "area": WORDS, "unless": WORDS}), gives=("total", "sum")
    ),
    "whole_ratio": Shape("份数除以次数为整", closed(["pairs"], {"pairs": _list(["events", "items"], {"events": WORDS, "items": WORDS})}), gives=("computed",)),
    "facility_count": Shape("设施数不超过应有数", closed(["facilities", "places", "every"], {"facilities": WORDS, "places": WORDS, "every": WORDS}), gives=("facilities", "places")),
    "round_share": Shape("整数过多", closed(["least", "units"], {"least": NUMBER, "units": WORDS}), gives=("count",)),
    "own_history": Shape("与历年相差甚远", closed(["years", "times", "share"], {"years": NUMBER, "times": NUMBER, "share": NUMBER}), gives=("figure", "median")),
    # the same thing said twice, and time
    "sets_differ": Shape(
        "同一批对象的个数",
        closed(["sets"], {"sets": _list(["name", "units", "every"], {"name": _TEXT, "units": WORDS, "every": WORDS, "one_each": WORDS, "named": WORDS})}),
        ("named",),
        ("first", "second", "name"),
    ),
    "previous_base": Shape("与上年报告的数", closed(["definite", "vague"], {"definite": WORDS, "vague": WORDS}), gives=("measure", "now", "then")),
    "previous_targets": Shape("上年目标的结果", closed(["vague", "most"], {"vague": WORDS, "most": NUMBER}), gives=("measure",)),
    "period_not_report": Shape("数字所属时期", closed(["until", "most"], {"until": WORDS, "most": NUMBER}), gives=("period", "year")),
    "dated_events": Shape(
        "事件与报告时间",
        closed(["events", "doing"], {"events": _list(["words", "from", "to"], {"words": WORDS, "from": _DATE, "to": _DATE}), "doing": WORDS, "held": WORDS}),
        ("future", "impossible"),
        ("event", "from", "to", "year"),
    ),
    "stock_and_gone": Shape("现有与已全部退出", closed(["things"], {"things": _list(["stock", "gone"], {"stock": WORDS, "gone": WORDS})}), gives=("stock", "gone")),
    "thresholds": Shape("两种门槛", closed(["none", "scale", "noun"], {"none": WORDS, "scale": _ORDER, "noun": WORDS}), gives=("first", "second")),
    "core_indicators": Shape(
        "应有的指标", closed(["indicators", "titles", "length", "halves"], {"indicators": {"type": "object", "additionalProperties": WORDS}, "titles": WORDS, "length": NUMBER, "halves": _list(["said", "told"], {"said": WORDS, "told": {"type": "string", "enum": ["count", "money"]}})}), ("half",), ("missing",)
    ),
    "plan_targets": Shape("计划没有可衡量的目标", closed(["headings"], {"headings": NUMBER}), gives=("headings",)),
    "no_ledger": Shape("没有台账依据的数字", closed(["none"], {"none": WORDS}), ("missing", "zero"), ("count", "figure", "ledger")),
    # counting words and numbering
    "listing_count": Shape("“以下几项”与列出的项数", closed(["nouns", "opens"], {"nouns": WORDS, "opens": WORDS}), gives=("said", "counted")),
    "names_count": Shape("列名与个数", closed(["nouns"], {"nouns": WORDS}), gives=("said", "counted")),
    "numbering": Shape("编号连续", closed([], {}), ("skipped",), ("number", "expected")),
    "lone_first": Shape("有“一是”无“二是”", closed(["first", "second"], {"first": WORDS, "second": WORDS}), gives=("first",)),
    "rank_in_field": Shape("名次在个数之内", closed(["field", "rank"], {"field": WORDS, "rank": WORDS}), gives=("rank", "field")),
    "leftover": Shape(
        "遗留标记与错漏字", closed(["marks"], {"marks": WORDS, "broken": _list(["has", "say"], {"has": _TEXT, "unless": WORDS, "say": _TEXT})}), ("broken",), ("mark", "say")
    ),
}  # fmt: skip
