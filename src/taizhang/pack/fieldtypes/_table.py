"""The table of field types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from taizhang.i18n import N_
from taizhang.pack.definitions import Field
from taizhang.pack.fieldtypes import _dates, _idents, _numbers, _texts, _writing
from taizhang.pack.fieldtypes._describe import describe
from taizhang.pack.fieldtypes._model import Context, Fast, FieldType, Slow
from taizhang.pack.fieldtypes._units import NUMBERS, places_of

_SQL = {"count": "BIGINT", "yes_no": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP"}
_DECIMAL = NUMBERS - {"count"}


def _sql_type(field: Field) -> str:
    if field.type in _DECIMAL:
        return f"DECIMAL(18,{places_of(field)})"
    return _SQL.get(field.type, "VARCHAR")


_Slow = Callable[[Field, Context], Slow]
_Fast = Callable[[Field, Context, Slow], Fast]
_BOUNDS = "min max"


_Write = Callable[[Field, str], Any]


def _type(name: str, title: str, slow: _Slow, fast: _Fast, keys: str = "", write: _Write = _writing.write_text) -> FieldType:
    personal = name in ("id_number", "bank_card", "telephone")
    return FieldType(name, title, personal, frozenset(keys.split()), _sql_type, describe, slow, fast, write)


def _number(name: str, title: str, keys: str) -> FieldType:
    return _type(name, title, _numbers.slow, _numbers.fast, f"{_BOUNDS} {keys}", _writing.write_number)


_ALL = (
    _type("text", N_("文本"), _texts.slow_text, _texts.fast_text, "name"),
    _type("long_text", N_("长文本"), _texts.slow_text, _texts.fast_text),
    _type("choice", N_("选项"), _texts.slow_choice, _texts.memoised_fast, "choices"),
    _type("reference", N_("引用"), _texts.slow_text, _texts.fast_text, "to"),
    _type("attachment", N_("附件"), _texts.slow_text, _texts.fast_text),
    _type("id_number", N_("身份证号"), _idents.slow_id_number, _idents.fast_id_number),
    _type("credit_code", N_("统一社会信用代码"), _idents.slow_credit_code, _idents.fast_credit_code),
    _type("bank_card", N_("银行卡号"), _idents.slow_bank_card, _idents.fast_bank_card),
    _type("telephone", N_("电话号码"), _idents.slow_telephone, _idents.fast_telephone),
    _type("plate", N_("车牌号"), _idents.slow_plate, _texts.memoised_fast),
    _type("division", N_("行政单元"), _texts.slow_division, _texts.memoised_fast),
    _number("money", N_("金额"), "unit"),
    _number("area", N_("面积"), "unit"),
    _number("mass", N_("重量"), "unit places"),
    _number("volume", N_("体积"), "unit places"),
    _number("number", N_("数值"), "unit places"),
    _number("percentage", N_("百分比"), "places"),
    _number("count", N_("数量"), "unit"),
    _type("yes_no", N_("是否"), _texts.slow_yes_no, _texts.memoised_fast, write=_writing.write_yes_no),
    _type("date", N_("日期"), _dates.slow_date, _dates.fast_moment, write=_writing.write_date),
    _type("month", N_("月份"), _dates.slow_month, _dates.fast_remembered),
    _type("year", N_("年度"), _dates.slow_year, _dates.fast_remembered, write=_writing.write_year),
    _type("timestamp", N_("时间"), _dates.slow_timestamp, _dates.fast_moment, write=_writing.write_timestamp),
)

FIELD_TYPES: Mapping[str, FieldType] = MappingProxyType({kind.name: kind for kind in _ALL})
