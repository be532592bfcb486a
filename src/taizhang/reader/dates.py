"""Dates, periods and lengths of time in a normalised text: where they stand and what they say.

Patterns are put together once from ``lexicon/dates.yaml``. Every pattern begins with a class of characters and has bounded repeats, so the time
is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from taizhang.reader.calendar import Point, era_year, ordinal, small_number, span, year_digits
from taizhang.reader.lexicon import Lexicon, shipped

__all__ = ["Dated", "find_dates", "find_durations", "ordinal", "parse_period"]

NUMERAL = "零〇一二三四五六七八九十百千万亿两"
_GAP = r"[ \t]{0,2}"
_LINK = rf"{_GAP}(?:——?|[-–‐‑~至到]|—){_GAP}"
_NOT_NUMBER = rf"(?<![\d.{NUMERAL}])"
_H12 = r"(?:十[一二]?|[一二三四五六七八九])"
_H31 = r"(?:三十一?|[二廿]?十[一二三四五六七八九]?|廿[一二三四五六七八九]|[一二三四五六七八九])"
_D31 = r"(?:3[01]|[12]\d|0?[1-9])"
_D12 = r"(?:1[0-2]|0?[1-9])"
_YEAR = r"(?:(?:1[3-9]|20|21)\d\d|(?:19|20)[\dxX*×]{2}|200[xX*×]|[xX*×]{2,4}|[一二12][〇零0oO九八89][〇零一二三四五六七八九0-9oO]{2}|两千|二千)"
_MONTH = rf"(?:(?<!\d){_D12}|(?<![{NUMERAL}])(?:{_H12}|[正腊元]))"
_LUNAR = r"(?:初[一二三四五六七八九十]|廿[一二三四五六七八九]?|[二三]?十[一二三四五六七八九]?)"


@dataclass(frozen=True, slots=True)
class Dated:
    """A date, a period or a length of time, with its ISO value; empty when only the report's year could tell."""

    start: int
    end: int
    kind: Literal["date", "period", "duration", "time"]
    value: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Words:
    point: re.Pattern[str]
    dates: re.Pattern[str]
    periods: re.Pattern[str]
    durations: re.Pattern[str]
    plain_words: re.Pattern[str]
    years: dict[str, int]
    eras: dict[str, int]
    terms: tuple[str, ...]
    lengths: tuple[str, ...]
    leads: tuple[str, ...]


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, longest first."""
    return "(?:" + "|".join(re.escape(w) for w in sorted(set(words), key=lambda w: (-len(w), w))) + ")"


def _parts(data: Any) -> dict[str, str]:
    year_ends, month_ends = any_of(data["year_ends"]), any_of(data["month_ends"])
    relative = any_of(data["years"])
    era = rf"{any_of(data['eras'])}(?:{_H31}|\d{{1,2}}|元)年"
    month = rf"{_MONTH}{_GAP}月(?!一|[龄嫂饼亮])(?:{month_ends})?"
    day = rf"(?:{_D31}|{_H31}){_GAP}[日号](?![一-龥]?龄|游|[产均报]|内|三餐|间照料)"
    month_day = rf"{month}(?:{_GAP}(?:{day}|{_LUNAR}(?![个余多月年{NUMERAL}])))?"
    part = r"(?:(?:第?[一二三四1-4]季度?(?![节豆如分有])(?:末|初)?|[上下前后](?:个)?半年|前[一二三]季度))"
    numeric = rf"(?:(?:1[3-9]|20|21)\d\d)(?:-\d{{1,2}}-\d{{1,2}}|/\d{{1,2}}/\d{{1,2}}|\.\d{{1,2}}\.\d{{1,2}}|[ ]\d\d[ ]\d\d)(?![\d.]*\d)"
    year = rf"(?:公元)?{_YEAR}{_GAP}年(?:{year_ends}(?!步|级|中))?"
    head = rf"(?:{era}|{year}|\d\d年(?={_GAP}{_MONTH}{_GAP}月)|0\d{_GAP}年|{relative}(?:{year_ends})?)"
    tail = rf"(?:{_GAP}的?(?:(?:农历|阴历)?{month_day}|{part}))"
    point = rf"(?:{numeric}|{head}{tail}?|{month_day}|{part})"
    clock = rf"(?:\d{{1,2}}[:：]\d\d(?:[:：]\d\d)?(?![:：.\d])|(?:\d{{1,2}}|{_H31})[时点](?:整|半|一刻|(?:\d{{1,2}}|{_H31})分?)?(?![段期代间尚差政效]))"
    time = rf"(?:{any_of(data['day_parts'])}?{_GAP}{clock})"
    return {"point": point, "month": month, "day": day, "year": year, "part": part, "time": time, "numeric": numeric, "head": head}


def _make(lexicon: Lexicon) -> _Words:
    data = lexicon["dates"]
    p = _parts(data)
    left = rf"(?:(?:{_YEAR}|\d\d(?={_LINK}\d\d年)|{_D31}|{_H31}){_LINK})"
    listed = rf"(?:(?:(?:19|20)\d\d[、,]){{1,5}}{p['year']}|(?:(?:{_D31}|{_H31})、){{1,11}}(?:{p['month']}|{p['day']}|[一二三四1-4]季度))"
    right = rf"(?:{p['year']}|\d\d年|{p['month']}|{p['day']}|[一二三四1-4]季度|{p['point']})"
    ranged = rf"(?:(?:农历|阴历|公历)?{p['point']}(?:{_LINK}{right})?|{left}{right}|{listed})"
    loose = (
        rf"(?:{_D31}[-./]{_D12}[-./](?:19|20)\d\d|\d\d[-/]{_D12}[-/]{_D31}|(?:19|20)\d\d[-/.]{_D12}(?={_LINK}|\)|[^\d.\-/亿万元亩人户吨%])(?!\.\d)"
        rf"(?:{_LINK}(?:19|20)\d\d[-/.]{_D12})?|{_D31}[·•]{_D31}(?!\d))(?![\d.]*\d)"
    )
    dates = (
        rf"(?<![\d.{NUMERAL}第])(?:{ranged}(?:{_GAP}[T ]?{p['time']})?(?:{_LINK}{p['time']})?|{loose}"
        rf"|(?:{_D12}-{_D31}{_GAP})?{p['time']}(?:{_LINK}{p['time']})?|{p['day']})"
        rf"|(?<![\d.])第[一二三四1-4](?:季度|、[二三四]季度)|从{p['point']}{_LINK}{right}"
    )
    leads, tails = any_of(data["period_leads"]), any_of(data["period_tails"])
    count = rf"(?:\d{{1,3}}|[{NUMERAL}]{{1,4}}|半|几|数)"
    periods = (
        rf"(?:{leads}{_GAP})?(?<![\d.{NUMERAL}第]){count}(?:多|余|几)?{_GAP}年(?:多|半)?(?:{_GAP}{tails})?"
        rf"|{leads}{_GAP}{count}{_GAP}(?:个)?(?:月|周|天|星期)(?:{tails})?"
        rf"|(?<![\d.{NUMERAL}第]){count}(?:多|余)?(?:个)?(?:半)?(?:月|周|天|星期)(?:{tails})"
    )
    unit = r"(?:个)?(?:年|月|周|週|天|日|星期|礼拜|小时|钟头|分钟|秒钟|秒)"
    one = rf"(?:\d{{1,4}}(?:\.\d+)?|[{NUMERAL}]{{1,5}}|半){_GAP}{unit}(?:多|余|半)?"
    return _Words(
        re.compile(p["point"]),
        re.compile(dates),
        re.compile(periods),
        re.compile(rf"(?<![\d.{NUMERAL}第]){one}(?:又|零)?(?:{one}(?:又|零)?){{0,6}}(?<!又)"),
        re.compile("|".join((any_of([*data["days"], *data["weeks"], *data["months"]]), any_of(data["years"])))),
        {str(k): int(v) for k, v in data["years"].items()},
        {str(k): int(v) for k, v in data["eras"].items()},
        tuple(data["year_terms"]),
        tuple(data["year_lengths"]),
        tuple(data["length_leads"]),
    )


_NUMERIC = re.compile(r"(?<!\d)(\d{4})[-/. ](\d{1,2})(?:[-/. ](\d{1,2}))?(?!\d)")
_TURNED = re.compile(r"(?<!\d)(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?!\d)")
_SHORT = re.compile(r"(?<!\d)(\d\d)[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_DOT = re.compile(r"(?<!\d)(\d{1,2})[·•](\d{1,2})(?!\d)")
_Y = re.compile(rf"({_YEAR}|\d\d){_GAP}年")
_M = re.compile(rf"({_MONTH}){_GAP}月")
_D = re.compile(rf"({_D31}|{_H31}){_GAP}[日号]")
_L = re.compile(rf"月{_GAP}({_LUNAR})")
_Q = re.compile(r"(前)?第?([一二三四1-4])季")
_H = re.compile(r"([上下前后])(?:个)?半年")
_CLOCK = re.compile(r"(\d{1,2})[:：](\d\d)(?:[:：](\d\d))?|(\d{1,2}|" + _H31 + r")[时点](?:(\d{1,2}|" + _H31 + r")分?|(半))?")
_LIST_NUMBER = re.compile(rf"(?:\d{{1,2}}|[{NUMERAL}]{{1,2}})、")
_SPLIT = re.compile(_LINK + "|[、,]")
_FIRST_UNIT = re.compile(rf"(?:\d{{1,4}}|[{NUMERAL}]{{1,4}}){_GAP}(年|月|日|号|季度|季)")
_BARE_END = re.compile(rf"[\d{NUMERAL}xX*×]$")
_LENGTH = re.compile(rf"(\d{{1,4}}(?:\.\d+)?|[{NUMERAL}]{{1,5}}|半){_GAP}(?:个)?(半)?{_GAP}(年|月|周|週|天|日|星期|礼拜|小时|钟头|分钟|秒)(半)?")
_LETTER = {"年": "Y", "月": "M", "周": "W", "週": "W", "星期": "W", "礼拜": "W", "天": "D", "日": "D", "小时": "H", "钟头": "H", "分钟": "M", "秒": "S"}


def _point(text: str, words: _Words, year: int | None) -> Point:
    found_year, open_year = "", False
    rest = text
    era = next((e for e in words.eras if e in text), None)
    if era and (m := re.search(rf"{era}(元|\d{{1,2}}|{_H31})年", text)):
        found_year, rest = era_year(era, m[1], words.eras), text[m.end() :]
    elif m := _Y.search(text):
        found_year, rest = year_digits(m[1], short=True), text[m.end() :]
        found_year = {"两千": "2000", "二千": "2000"}.get(m[1], found_year)
    elif word := max((w for w in words.years if text.startswith(w)), key=len, default=""):
        found_year, open_year, rest = (f"{year + words.years[word]:04d}", False, text) if year else ("", True, text)
    month = _M.search(rest)
    day = _D.search(rest) or _L.search(rest)
    quarter, half = _Q.search(rest), _H.search(rest)
    part = f"Q{small_number(quarter[2])}" if quarter else f"H{1 if half[1] in '上前' else 2}" if half else ""
    number = (small_number(month[1]) or 0) if month else 0
    return Point(found_year, number, (small_number(day[1].removeprefix("初")) or 0) if day else 0, part, open_year)


def _numeric(text: str) -> list[Point]:
    if points := [Point(m[1], int(m[2]), int(m[3] or 0)) for m in _NUMERIC.finditer(text)]:
        return points
    if points := [Point(m[3], int(m[2]), int(m[1])) for m in _TURNED.finditer(text)]:
        return points
    if points := [Point(year_digits(m[1], short=True), int(m[2]), int(m[3])) for m in _SHORT.finditer(text)]:
        return points
    return [Point("", int(m[1]), int(m[2])) for m in _DOT.finditer(text)]


def _date_value(text: str, words: _Words, year: int | None) -> str:
    text = text.removeprefix("从")
    if points := _numeric(text):
        return span(points[0], points[-1]) if len(points) > 1 else points[0].iso()
    pieces = [p for p in _SPLIT.split(text) if p.strip()]
    if len(pieces) < 2:
        point = _point(text, words, year)
        whole_from_first = _Q.search(text)
        if whole_from_first and whole_from_first[1]:
            return span(Point(point.year, part="Q1", open_year=point.open_year), point)
        return point.iso()
    first, last = pieces[0].strip(), pieces[-1].strip()
    if _BARE_END.search(first) and (unit := _FIRST_UNIT.match(last)):
        first += unit[1]
    return span(_point(first, words, year), _point(last, words, year))


def _clock_value(text: str) -> str:
    m = _CLOCK.search(text)
    if not m:
        return ""
    hour = small_number(m[1] or m[4]) or 0
    minute = (small_number(m[2] or m[5] or "0") or 0) if not m[6] else 30
    if hour < 12 and re.match("下午|晚|夜|傍晚|当晚", text):
        hour += 12
    return f"T{hour:02d}:{minute:02d}" + (f":{int(m[3]):02d}" if m[3] else "")


def _length_value(text: str) -> str:
    date_part, time_part = "", ""
    for m in _LENGTH.finditer(text):
        number: str = "0" if m[1] == "半" else str(small_number(m[1]) if "." not in m[1] else m[1])
        half = m[1] == "半" or m[2] or m[4]
        piece = (number + ".5" if half else number) + _LETTER[m[3]]
        if m[3] in ("小时", "钟头", "分钟", "秒"):
            time_part += piece
        else:
            date_part += piece
    return f"P{date_part}{'T' + time_part if time_part else ''}" if date_part or time_part else ""


def _words(lexicon: Lexicon | None) -> _Words:
    return (lexicon or shipped()).made(_make)


def parse_period(text: str, year: int | None = None, lexicon: Lexicon | None = None) -> str:
    """Return the ISO value of a written date or period (model: ``Passed.value``), empty when it is none.

    ``year`` is the report's own year: it fills a year left out and reads 今年, 去年.

    >>> parse_period("2020年1-8月"), parse_period("去年第三季度", 2020), parse_period("上半年", 2020)
    ('2020-01/2020-08', '2019Q3', '2020H1')
    """
    from taizhang.reader.calendar import complete

    found = next(iter(find_dates(text, lexicon, year=year)), None)
    return complete(found.value, year) if found else ""


def find_dates(plain: str, lexicon: Lexicon | None = None, *, year: int | None = None) -> list[Dated]:
    """Return the dates of a normalised text in text order, also those told by a word alone (今年, 下周) and times of day."""
    words = _words(lexicon)
    found = list(_found_dates(plain, words, year))
    taken = [(d.start, d.end) for d in found]
    for m in words.plain_words.finditer(plain):
        if not any(a < m.end() and m.start() < b for a, b in taken):
            value = _point(m[0], words, year).iso() if m[0] in words.years else ""
            found.append(Dated(m.start(), m.end(), "date", value, "word"))
    return sorted(found, key=lambda d: d.start)


def _found_dates(plain: str, words: _Words, year: int | None) -> Iterator[Dated]:
    for m in words.dates.finditer(plain):
        start, end = m.span()
        # 1、2月 at a line's start is a list number and a month.
        if (number := _LIST_NUMBER.match(m[0])) and plain[:start].rstrip(" \t")[-1:] in ("", "\n"):
            start += number.end()
        text = plain[start:end]
        clock = _CLOCK.search(text)
        value = _date_value(text, words, year)
        if not value and clock:
            yield Dated(start, end, "time", _clock_value(text), "time")
        elif _sound(value) or not value:
            yield Dated(start, end, "date", value + (_clock_value(text[clock.start() :]) if clock and len(value) == 10 else ""), "date")


def _sound(value: str) -> bool:
    for end in value.split("/"):
        m = re.fullmatch(r"([\dX]{4})(?:-(\d\d|XX)(?:-(\d\d))?)?(?:[QH]\d)?", end)
        if not m or not Point(m[1], int(m[2] or 0) if m[2] != "XX" else 0, int(m[3] or 0)).possible():
            return False
    return True


def find_durations(plain: str, lexicon: Lexicon | None = None) -> list[Dated]:
    """Return the lengths of time of a normalised text (三年半, 8天20小时), whether they are told of or counted."""
    words = _words(lexicon)
    return [Dated(m.start(), m.end(), "duration", _length_value(m[0]), "duration") for m in words.durations.finditer(plain)]


def find_periods(plain: str, lexicon: Lexicon | None = None) -> Iterator[Dated]:
    """Yield the spans of years that are told of and not counted: 五年来, 近三年; 3年以上 and 工期3年 are lengths and stay out."""
    words = _words(lexicon)
    for m in words.periods.finditer(plain):
        start, end = m.span()
        after = plain[end : end + 6]
        if after.startswith(words.terms):
            term = next(t for t in words.terms if after.startswith(t))
            yield Dated(start, end + len(term), "period", "", "term")
        elif not after.startswith(words.lengths) and not any(w in plain[max(0, start - 6) : start] for w in words.leads):
            yield Dated(start, end, "period", _length_value(m[0]), "period")
