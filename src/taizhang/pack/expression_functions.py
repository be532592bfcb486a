"""What functions an expression may call: the kinds that they take and give.

How an engine writes our own functions out stands in that engine's folder of the warehouse; how Python does, in ``expression_python``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

KindName = Literal["number", "text", "boolean", "date", "null"]

KIND_WORDS: dict[str, str] = {
    "number": "数",
    "text": "文字",
    "boolean": "是否",
    "date": "日期",
    "null": "空",
    "day or month": "日期或月份",
    "whole": "整数",
    "places": "0 到 8 的整数",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What an expression gives; ``scale`` is the number of decimal places that a number can have, ``timed`` a date with a time of day."""

    name: KindName
    scale: int = 0
    timed: bool = False


TEXT, BOOLEAN, DATE, NULL, WHOLE = Kind("text"), Kind("boolean"), Kind("date"), Kind("null"), Kind("number")

_NUMBER_SCALES = {"money": 2, "area": 4, "mass": 4, "count": 0}
_SCALED_BY_FIELD = {"volume", "number", "percentage"}


def kind_of_field(type_name: str, places: int | None) -> Kind:
    """Return the kind of a field by its type; years and months are text."""
    if type_name in _NUMBER_SCALES:
        return Kind("number", _NUMBER_SCALES[type_name])
    if type_name in _SCALED_BY_FIELD:
        return Kind("number", 4 if places is None else places)
    if type_name == "yes_no":
        return BOOLEAN
    if type_name in ("date", "timestamp"):
        return Kind("date", timed=type_name == "timestamp")
    return TEXT


@dataclass(frozen=True, slots=True)
class Function:
    """One of our own functions: kinds of its arguments by name, and what it gives."""

    name: str
    takes: tuple[tuple[str, str], ...]
    gives: Kind


OWN: dict[str, Function] = {
    f.name: f
    for f in (
        Function("divide", (("a", "number"), ("b", "number"), ("places", "places")), WHOLE),
        Function("months_between", (("a", "date"), ("b", "date")), WHOLE),
        Function("days_between", (("a", "date"), ("b", "date")), WHOLE),
        Function("month_of", (("date", "day or month"),), TEXT),
        Function("year_of", (("date", "day or month"),), TEXT),
        Function("month_after", (("date", "day or month"), ("n", "whole")), TEXT),
        Function("add_days", (("date", "date"), ("n", "whole")), DATE),
        Function("age", (("birth_date", "date"), ("on_date", "date")), WHOLE),
        Function("birth_date", (("id_number", "text"),), DATE),
        Function("sex", (("id_number", "text"),), TEXT),
    )
}
SHARED = ("coalesce", "abs", "least", "greatest", "round", "length", "starts_with")


def known_functions() -> str:
    """Return all names, for a fault's sentence."""
    return "、".join([*OWN, *SHARED])
