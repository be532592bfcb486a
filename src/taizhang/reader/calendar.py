"""Points and spans of the calendar in ISO form, out of their Chinese words.

A value is written ``2020``, ``2020-11``, ``2020-11-25``, ``2020Q3``, ``2020H1``, a span as ``2016/2020``; digits that the words leave open are
``X`` (``XXXX-11``, ``XXXX-XX-25``, ``XXXXQ3``); a length of time is ``P5Y``; a time of day ``T08:30``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace

NUMERAL = "零〇一二三四五六七八九十百千万亿两"
HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "○": 0,
    "正": 1,
    "元": 1,
    "o": 0,
    "O": 0,
    "廿": 20,
    "腊": 12,
}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_PLAN_START = {1: 1953, 2: 1958}


def small_number(text: str) -> int | None:
    """Return a whole number below ten thousand, written in Arabic or Chinese digits or read out digit by digit; None for anything else.

    >>> small_number("二十一"), small_number("二〇二〇"), small_number("19")
    (21, 2020, 19)
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text) if len(text) < 5 else None
    if not text or any(c not in HAN_DIGITS and c not in _STEPS and not (c.isascii() and c.isdigit()) for c in text):
        return None
    if not any(c in _STEPS for c in text):
        return _read_out(text)
    total, digit = 0, None
    for char in text:
        if char in _STEPS:
            total += (1 if digit is None else digit) * _STEPS[char]
            digit = None
        else:
            digit = HAN_DIGITS.get(char, int(char) if char.isdigit() and char.isascii() else 0)
    return total + (digit or 0)


def _read_out(text: str) -> int | None:
    digits = "".join(str(HAN_DIGITS[c]) if c in HAN_DIGITS else c for c in text)
    return int(digits) if len(digits) < 5 else None


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the calendar as far as it is told; ``part`` is Q1 to Q4, H1 or H2."""

    year: str = ""  # four digits, an X for every one left open
    month: int = 0
    day: int = 0
    part: str = ""
    open_year: bool = False  # told by a word that needs the report's year, which is not known

    def iso(self) -> str:
        """Return the value, empty where a word needs a year that nobody gave."""
        if self.open_year or not (self.year or self.month or self.day or self.part):
            return ""
        year = self.year or "XXXX"
        if self.part:
            return year + self.part
        if self.day:
            return f"{year}-{f'{self.month:02d}' if self.month else 'XX'}-{self.day:02d}"
        return f"{year}-{self.month:02d}" if self.month else year

    def possible(self) -> bool:
        """Tell whether the calendar can have it, as far as it is told."""
        if not self.month <= 12 or not self.day <= 31:
            return False
        if not self.day or not self.month:
            return True
        year = int(self.year) if self.year.isdigit() and 0 < int(self.year) < 9999 else 2000
        return self.day <= monthrange(year, self.month)[1]


def span(first: Point, last: Point) -> str:
    """Return the value of a span; what one end leaves out is taken from the other.

    >>> span(Point(month=1), Point(year="2020", month=8))
    '2020-01/2020-08'
    """
    if not first.year and last.year:
        first = replace(first, year=last.year, open_year=last.open_year)
    elif not last.year and first.year:
        last = replace(last, year=first.year, open_year=first.open_year)
    if last.day and not last.month:
        last = replace(last, month=first.month)
    if first.day and not first.month:
        first = replace(first, month=last.month)
    left, right = first.iso(), last.iso()
    return f"{left}/{right}" if left and right else ""


def complete(value: str, year: int | None) -> str:
    """Return a value with the year filled in where it was left open; a value that stays open is returned as it is.

    >>> complete("XXXX-01/XXXX-08", 2020)
    '2020-01/2020-08'
    """
    return value if year is None else value.replace("XXXX", f"{year:04d}")


def plan_years(number: int, *, law: bool = False) -> str:
    """Return the years of a five-year plan, or of a five-year programme of spreading the law.

    >>> plan_years(13), plan_years(7, law=True)
    ('2016/2020', '2016/2020')
    """
    if not 1 <= number <= 40:
        return ""
    start = 1986 + (number - 1) * 5 if law else _PLAN_START.get(number, 1966 + (number - 3) * 5)
    return f"{start}/{start + 4}"


def year_digits(text: str, *, short: bool = False) -> str:
    """Return four characters for a written year: ``08`` is 2008 where short years are meant, ``20**`` is 20XX; empty when it is no year."""
    text = text.strip()
    if re.fullmatch(r"[Xx*×＊]{2,4}", text):
        return "XXXX"
    if re.fullmatch(r"\d{1,3}[Xx*×＊_]{1,2}", text) and len(text) == 4:
        return re.sub(r"[^\d]", "X", text)
    number = small_number(text)
    if number is None:
        return ""
    if number >= 1000:
        return f"{number:04d}"
    if short and len(text) == 2:
        return str(number + (2000 if number < 50 else 1900))
    return ""


def era_year(name: str, number: str, eras: Mapping[str, int]) -> str:
    """Return the year of a reign or era, 民国三年 is 1914."""
    count = 1 if number == "元" else small_number(number)
    return f"{eras[name] + count:04d}" if name in eras and count else ""


def ordinal(text: str) -> int | None:
    """Return the number of an ordinal: 第十五届 is 15, 第七次全国人口普查 is 7, 十九届五中全会 is 19; None when there is none.

    >>> ordinal("第十五届"), ordinal("第19位"), ordinal("十三五")
    (15, 19, 13)
    """
    plan = re.match(r"[“\"]?([一二三四五六七八九十]{1,2})五(?![一-十\d])", text)
    match = (
        re.search(r"第\s?(\d{1,4}|[零〇一二三四五六七八九十百]{1,6})", text)
        or plan
        or re.match(r"(?:党的)?(\d{1,4}|[零〇一二三四五六七八九十百]{1,6})", text)
    )
    return small_number(match[1]) if match else None
