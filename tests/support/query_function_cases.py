"""What the functions of queries give, in plain Python, and arguments to try them with: engines are held to it."""

from __future__ import annotations

import calendar
import re
import string
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from taizhang.pack.fieldtypes._idents import credit_check_character, id_check_character, luhn_holds

ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
SHORT = st.text(st.sampled_from("张章长吕呂王ab1 ·A\u3000𠮷e\u0301"), max_size=8)
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1)) | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - the ledgers' times have no zone
DIGITS = st.text("0123456789", max_size=20)
CREDIT = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17)
MONTHS = (
    st.dates(date(1, 1, 1), date(9999, 12, 31)).map(lambda d: d.isoformat()[:7])
    | st.sampled_from(["2020-13", "2020-00", "2020", "2020-5", ""])
    | ANY
)


def minutes_between(a: date, b: date) -> int:
    first, last = (d if isinstance(d, datetime) else datetime(d.year, d.month, d.day) for d in (a, b))  # noqa: DTZ001
    return (last - first) // timedelta(minutes=1) if last >= first else -((first - last) // timedelta(minutes=1))


def month_start(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[5:]), 1) if re.fullmatch("[0-9]{4}-[0-9]{2}", text) else None
    except ValueError:
        return None


def month_end(text: str) -> date | None:
    first = month_start(text)
    return first and first.replace(day=calendar.monthrange(first.year, first.month)[1])


def distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row, before = [i], row
        for j, y in enumerate(b, 1):
            row.append(min(row[-1] + 1, before[j] + 1, before[j - 1] + (x != y)))
    return row[-1]


def id_valid(text: str) -> bool:
    return bool(re.fullmatch("[0-9]{17}[0-9X]", text)) and id_check_character(text[:17]) == text[17]


def id_18(text: str) -> str | None:
    if re.fullmatch("[0-9]{17}[0-9X]", text):
        return text
    if not re.fullmatch("[0-9]{15}", text):
        return None
    longer = text[:6] + "19" + text[6:]
    return longer + id_check_character(longer)


def card_valid(text: str) -> bool:
    return bool(re.fullmatch("[0-9]{12,19}", text)) and (len(text) < 16 or luhn_holds(text))


def credit_code_valid(text: str) -> bool:
    shape = "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"
    return bool(re.fullmatch(shape, text)) and credit_check_character(text[:17]) == text[17]


BLANKS = {*string.whitespace, *"\x85\xa0\u1680\u2028\u2029\u202f\u205f\u2060\u3000\ufeff", *map(chr, range(0x2000, 0x200E))}


def without_blanks(text: str) -> str:
    return "".join(c for c in text if c not in BLANKS)


def like_ids(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts of digits, each with a right and a wrong check character."""
    return text.flatmap(lambda t: st.sampled_from([t, t + "0", *([t + id_check_character(t)] if len(t) == 17 else [])]))


CASES: dict[str, tuple[Callable[..., Any], tuple[st.SearchStrategy[Any], ...]]] = {
    "month_start": (month_start, (MONTHS,)),
    "month_end": (month_end, (MONTHS,)),
    "day_of": (lambda d: d.isoformat()[:10], (DAYS,)),
    "minutes_between": (minutes_between, (DAYS, DAYS)),
    "id_valid": (id_valid, (like_ids(st.text("0123456789", min_size=17, max_size=17)) | DIGITS | ANY,)),
    "id_18": (id_18, (st.text("0123456789", min_size=15, max_size=15) | like_ids(st.text("0123456789", min_size=17, max_size=17)) | ANY,)),
    "card_valid": (card_valid, (st.text("0123456789", min_size=10, max_size=20) | ANY,)),
    "credit_code_valid": (credit_code_valid, (CREDIT.flatmap(lambda t: st.sampled_from([t + credit_check_character(t), t + "0"])) | ANY,)),
    "edit_distance": (distance, (SHORT | ANY, SHORT | ANY)),
    "part": (lambda t, f, n: t[f - 1 : f - 1 + n] if f >= 1 and n >= 0 else None, (ANY, st.integers(-3, 40), st.integers(-3, 40))),
    "joined": (lambda a, b: a + b, (ANY, ANY)),
    "without_blanks": (without_blanks, (SHORT | ANY,)),
    "contains": (lambda t, w: w in t, (SHORT, SHORT)),
    "whole_number": (lambda t: int(t) if re.fullmatch("[0-9]{1,18}", t) else None, (DIGITS | ANY,)),
    "remainder": (
        lambda a, b: None if b == 0 else (abs(a) % abs(b)) * (-1 if a < 0 else 1),
        (st.integers(-(2**62), 2**62), st.integers(-50, 50)),
    ),
}
