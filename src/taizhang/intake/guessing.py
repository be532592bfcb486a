"""What a column is: its type by what the pack knows of its title, by its unit, by its values; a guess that the values bear out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from taizhang.intake.titles import bare, cell_text, normal
from taizhang.pack.definitions import Field
from taizhang.pack.fieldtypes import FIELD_TYPES, Context, Reading, reader

if TYPE_CHECKING:
    from taizhang.pack.definitions import Pack

_ENOUGH = 95  # of 100 values must read as the type
_SAMPLE = 2000
_MOST_CHOICES = 12
_PERSON = re.compile(r"姓名|户主|负责人|联系人|经办人|法人|法定代表人|领款人|申请人|监护人|当事人|书记$|主任$|^人名|(?<!法)人$")
_HOME = re.compile(r"住址|家庭地址|家庭住址|户籍地")
_LONG = re.compile(r"备注|说明|情况|简介|原因|内容|意见|诉求")
# The commonest surnames: a column of few such values is one of people, whose names must not become choices in a definition.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵覃武钱戴舒向滕蒲吉米瞿全补粟"
)
_CODE = re.compile(r"编号|编码|代码|序号|号$")
_HAN_NAME = re.compile(r"[\u3400-\u9fff·\s]{2,12}")
_TITLES = (
    ("bank_card", re.compile(r"卡号|账号|帐号|银行账户|存折")),
    ("telephone", re.compile(r"电话|手机|联系方式")),
    ("id_number", re.compile(r"身份证|证件号|公民身份")),
    ("credit_code", re.compile(r"信用代码")),
    ("plate", re.compile(r"车牌|号牌")),
    ("percentage", re.compile(r"率$|比例|占比|百分比")),
    ("money", re.compile(r"金额|资金|款$|收入|支出|工资|补贴|补助|价$|单价|租金|费$|费用|投资|产值|救助金|养老金")),
    ("area", re.compile(r"面积|亩数")),
    ("mass", re.compile(r"产量|重量|公斤数")),
    ("volume", re.compile(r"体积|方量|蓄积")),
)
_UNITS = {
    "money": re.compile(r"[十百千万亿]*(?:元|块)"), "area": re.compile(r"[十百千万]*(?:亩|公顷|平方米|平方公里|㎡)"), "mass": re.compile(r"[十百千万]*(?:公斤|千克|斤|吨|kg)"),
    "percentage": re.compile(r"[%‰]"), "volume": re.compile(r"[十百千万]*(?:立方米|立方|方|m³)"),
}  # fmt: skip
_STRICT = ("id_number", "credit_code")  # by their check digits: other values never look like them
_NUMBERS = frozenset({"money", "area", "mass", "volume", "number", "percentage", "count"})


@dataclass(frozen=True, slots=True)
class Guess:
    """The type that is proposed for a column and why; ``unread`` counts values that it does not read."""

    type: str
    why: str  # pack, unit, title, values, choices, other
    name: str = ""  # that fields of the pack with this title have
    is_name: bool = False
    personal: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    unread: int = 0


class Known:
    """What the pack's own fields say about titles."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._fields: dict[str, list[Field]] = {}
        for ledger in pack.ledgers.values():
            for one in ledger.fields.values():
                for title in (one.title, *one.aliases):
                    self._fields.setdefault(bare(normal(title))[0], []).append(one)

    def of(self, title: str) -> list[Field]:
        """Return the fields that have a title, those of the commonest type first."""
        found = self._fields.get(bare(normal(title))[0], [])
        counts = Counter((one.type, one.to) for one in found)
        return sorted(found, key=lambda one: -counts[(one.type, one.to)])

    def name(self, title: str) -> str:
        """Return the name that fields with a title have most often; empty when there is none."""
        names = Counter(one.name for one in self.of(title) if one.name not in ("at", "from", "to"))
        return names.most_common(1)[0][0] if names else ""


def guess(title: str, values: Sequence[Any], context: Context, known: Known) -> Guess:
    """Return what a column seems to be; ``values`` are its cells that are not blank."""
    sample = list(values[:_SAMPLE])
    unit = bare(normal(title))[1]
    name = known.name(title)
    for found in (_by_pack(title, sample, context, known), _by_unit(unit, sample, context), _by_values(title, unit, sample, context)):
        if found is not None:
            if unit and found.type in ("count", "number") and len(unit) <= 6:
                found.options.setdefault("unit", unit)
            return Guess(
                found.type, found.why, name, found.is_name, found.personal or FIELD_TYPES[found.type].personal, found.options, found.unread
            )
    return _text(title, sample, name)


def unread(type_: str, values: Sequence[Any], context: Context, **more: Any) -> int:
    """Return how many values a type does not read without an error."""
    read = reader(Field("x", "x", type_, **more), context)
    return sum(isinstance(r, Reading) and any(f.severity == "error" for f in r.faults) for r in map(read, values))


def _fits(type_: str, values: Sequence[Any], context: Context, **more: Any) -> tuple[bool, int]:
    bad = unread(type_, values, context, **more) if values else 0
    return bad * 100 <= len(values) * (100 - _ENOUGH), bad


def _by_pack(title: str, values: Sequence[Any], context: Context, known: Known) -> Guess | None:
    tried: set[str] = set()
    for one in known.of(title):
        if one.type in tried or one.type == "attachment":
            continue
        tried.add(one.type)
        if one.type == "choice":
            texts = {cell_text(v) for v in values}
            if texts and texts <= set(one.choices):
                return Guess("choice", "pack", options={"choices": list(one.choices)})
            continue
        same = known.of(title)
        is_name, personal = (sum(getattr(f, name) for f in same) * 2 > len(same) for name in ("is_name", "personal"))
        if one.type in ("text", "long_text") and not (is_name or personal):
            continue  # says nothing: the values may say more
        fits, bad = _fits(one.type, values, context, unit=one.unit, places=one.places)
        if fits:
            return Guess(one.type, "pack", "", is_name and one.type == "text", personal, _options(one, values), bad)
    return None


def _options(one: Field, values: Sequence[Any]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if one.type == "reference":
        options["to"] = one.to
    if one.type in _NUMBERS:
        options |= {"unit": one.unit} if one.unit and "unit" in FIELD_TYPES[one.type].keys else {}
        options |= {"places": one.places} if one.places is not None and "places" in FIELD_TYPES[one.type].keys else {}
        options |= _bounds(values)
    return options


def _bounds(values: Sequence[Any]) -> dict[str, Any]:
    numbers = [n for v in values if (n := _decimal(v)) is not None]
    return {"min": 0} if numbers and min(numbers) >= 0 else {}


def _decimal(value: Any) -> Decimal | None:
    try:
        found = Decimal(cell_text(value).replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _by_unit(unit: str | None, values: Sequence[Any], context: Context) -> Guess | None:
    for type_, pattern in _UNITS.items():
        if unit and pattern.fullmatch(unit):
            fits, bad = _fits(type_, values, context)
            return Guess(type_, "unit", options=_bounds(values), unread=bad) if fits else None
    return None


def _by_values(title: str, unit: str | None, values: Sequence[Any], context: Context) -> Guess | None:
    if not values:
        return None
    plain = bare(normal(title))[0]
    for type_ in _STRICT:
        fits, bad = _fits(type_, values, context)
        if fits:
            return Guess(type_, "values", unread=bad)
    for type_, pattern in _TITLES:
        if pattern.search(plain):
            fits, bad = _fits(type_, values, context)
            if fits:
                return Guess(type_, "title", options=_bounds(values) if type_ in _NUMBERS else {}, unread=bad)
    found = None if _HOME.search(plain) else _division(values, context)
    return (
        found
        or _moment(plain, values, context)
        or (None if _CODE.search(plain) else _number(unit, values, context))
        or _words(plain, values, context)
    )


def _division(values: Sequence[Any], context: Context) -> Guess | None:
    fits, bad = _fits("division", values, context)
    return Guess("division", "values", unread=bad) if fits else None


def _moment(title: str, values: Sequence[Any], context: Context) -> Guess | None:
    numeric = all(_decimal(v) is not None for v in values)
    if "年" in title and "月" not in title and numeric and all(1900 <= (_decimal(v) or 0) <= 2100 for v in values):
        return Guess("year", "values")
    timed = any(":" in cell_text(v) and not cell_text(v).endswith("00:00:00") for v in values)
    for type_ in ("timestamp",) if timed else ("date", "month"):
        if numeric and not re.search(r"日期|时间|年月|月份|日$", title):
            return None
        fits, bad = _fits(type_, values, context)
        if fits:
            return Guess(type_, "values", unread=bad)
    return None


def _number(unit: str | None, values: Sequence[Any], context: Context) -> Guess | None:
    numbers = [_decimal(v) for v in values]
    known = [n for n in numbers if n is not None]
    if len(known) * 100 < len(values) * _ENOUGH or any(len(cell_text(v)) > 12 for v in values):
        return None
    if any(cell_text(v).startswith("0") and cell_text(v).isdigit() and len(cell_text(v)) > 1 for v in values):
        return None  # a code with leading zeros is a text
    places = max((-int(n.as_tuple().exponent) for n in known), default=0)
    if places <= 0:
        fits, bad = _fits("count", values, context, unit=unit)
        if fits and not any(n < 0 for n in known):
            return Guess("count", "values", options={"min": 0}, unread=bad)
    fits, bad = _fits("number", values, context, places=min(max(places, 0), 4))
    return Guess("number", "values", options={"places": min(max(places, 0), 4)} | _bounds(values), unread=bad) if fits else None


def _words(title: str, values: Sequence[Any], context: Context) -> Guess | None:
    texts = [cell_text(v) for v in values]
    different = list(dict.fromkeys(texts))
    if set(different) <= {"是", "否", "有", "无", "√", "×"} and _fits("yes_no", values, context)[0]:
        return Guess("yes_no", "values")
    person = _PERSON.search(title) or _HOME.search(title) or _LONG.search(title)
    if sum(1 < len(t) <= 4 and t[0] in _SURNAMES for t in different) * 10 >= len(different) * 7:
        return None  # names of people
    few = len(different) <= _MOST_CHOICES and len(texts) >= 3 * len(different)
    if few and not person and max(map(len, different)) <= 20 and len(different) > 1:
        return Guess("choice", "choices", options={"choices": different})
    return None


def _text(title: str, values: Sequence[Any], name: str) -> Guess:
    texts = [cell_text(v) for v in values]
    different = list(dict.fromkeys(texts))
    named = bool(different) and sum(1 < len(t) <= 4 and t[0] in _SURNAMES for t in different) * 10 >= len(different) * 7
    person = (named or bool(_PERSON.search(title))) and all(_HAN_NAME.fullmatch(t) for t in texts[:200])
    long = bool(_LONG.search(title)) or any(len(t) > 100 or "\n" in t for t in texts)
    home = bool(_HOME.search(title))
    kind = "long_text" if long and not person else "text"
    return Guess(kind, "title" if person or home else "other", name, person, person or home)
