"""Dates, periods and lengths of time in a normalised text: where they stand and what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from taizhang.reader.calendar import NUMERAL, Point, complete, era_year, ordinal, small_number, span, year_digits
from taizhang.reader.date_words import D31, GAP, H31, LINK, LUNAR, MONTH, YEAR, DateWords, date_words
from taizhang.reader.lexicon import Lexicon, shipped
from taizhang.reader.spots import Spots

__all__ = ["Dated", "find_dates", "find_durations", "find_periods", "ordinal", "parse_period"]


@dataclass(frozen=True, slots=True)
class Dated:
    """A date, a period or a length of time, with its ISO value; empty when only the report's year could tell."""

    start: int
    end: int
    kind: Literal["date", "period", "duration", "time"]
    value: str
    rule: str


_NUMERIC = re.compile(r"(?<!\d)(\d{4})[-/. ](\d{1,2})(?:[-/. ](\d{1,2}))?(?!\d)")
_TURNED = re.compile(r"(?<!\d)(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?!\d)")
_SHORT_TURNED = re.compile(r"(?<!\d)(\d{1,2})[-/](\d{1,2})[-/](\d\d)(?!\d)")
_SHORT = re.compile(r"(?<!\d)(\d\d)[-/](\d{1,2})[-/](3[01]|[12]?\d)(?!\d)")
_DOT = re.compile(r"(?<!\d)(\d{1,2})[·•.](\d{1,2})(?!\d)")
_Y = re.compile(rf"({YEAR}|\d\d){GAP}年")
_M = re.compile(rf"({MONTH}){GAP}月")
_D = re.compile(rf"({D31}|{H31}){GAP}[日号]")
_L = re.compile(rf"月{GAP}({LUNAR})")
_Q = re.compile(r"(前)?第?([一二三四1-4])季")
_H = re.compile(r"([上下前后])(?:个)?半年")
_CLOCK = re.compile(r"(\d{1,2})[:：](\d\d)(?:[:：](\d\d))?|(\d{1,2}|" + H31 + r")[时点](?:(\d{1,2}|" + H31 + r")分?|(半))?")
_LIST_NUMBER = re.compile(rf"(?:\d{{1,2}}|[{NUMERAL}]{{1,2}})、")
_DECADE = re.compile(r"(?:(\d{1,2}|[一二]?十[一二三四五六七八九]?)世纪|上世纪)?(?:(\d0|[一二三四五六七八九]十)年代)?")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)[一二三四五六日天]")
_SCHOOL_YEAR = re.compile(r"((?:19|20)\d\d)/((?:19|20)\d\d)")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d$")
_SPLIT = re.compile(LINK + "|[、,与和]|[之以]后")
_FIRST_UNIT = re.compile(rf"(?:\d{{1,4}}|[{NUMERAL}]{{1,4}}){GAP}(年|月|日|号|季度|季)")
_BARE_END = re.compile(rf"[\d{NUMERAL}xX*×元]$")
_LENGTH = re.compile(
    rf"(\d{{1,4}}(?:\.\d+)?|[{NUMERAL}]{{1,5}}|半){GAP}(?:个)?(半)?{GAP}(周年|年头|年|月|周|週|天|日|星期|礼拜|小时|钟头|分钟|秒)(半)?"
)
_LETTER = {
    "周年": "Y",
    "年头": "Y",
    "年": "Y",
    "月": "M",
    "周": "W",
    "週": "W",
    "星期": "W",
    "礼拜": "W",
    "天": "D",
    "日": "D",
    "小时": "H",
    "钟头": "H",
    "分钟": "M",
    "秒": "S",
}


def _point(text: str, words: DateWords, year: int | None) -> Point:
    found_year, open_year = "", False
    rest = text
    era = next((e for e in words.eras if e in text), None)
    if era and (m := re.search(rf"{era}(元|\d{{1,2}}|{H31})年", text)):
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
    if points := [Point(year_digits(m[3], short=True), int(m[2]), int(m[1])) for m in _SHORT_TURNED.finditer(text)]:
        return points
    return [Point("", int(m[1]), int(m[2])) for m in _DOT.finditer(text)]


def _date_value(text: str, words: DateWords, year: int | None) -> str:
    text = text.removeprefix("从")
    if m := _SCHOOL_YEAR.fullmatch(text):
        return f"{m[1]}/{m[2]}"
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
    if _WEEKDAY.search(text):
        return ""
    if _BARE_YEAR.match(first) and _BARE_YEAR.match(last):
        first, last = f"{first}年", f"{last}年"
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


def _words(lexicon: Lexicon | None) -> DateWords:
    return (lexicon or shipped()).made(date_words)


def parse_period(text: str, year: int | None = None, lexicon: Lexicon | None = None) -> str:
    """Return the ISO value of a written date or period (as in ``Passed.value``), empty when it is none.

    ``year`` is the report's own year: it fills a year left out and reads 今年, 去年.

    >>> parse_period("2020年1-8月"), parse_period("去年第三季度", 2020), parse_period("上半年", 2020)
    ('2020-01/2020-08', '2019Q3', '2020H1')
    """
    found = next(iter(find_dates(text, lexicon, year=year)), None)
    return complete(found.value, year) if found else ""


def find_dates(plain: str, lexicon: Lexicon | None = None, *, year: int | None = None, spots: Spots | None = None) -> list[Dated]:
    """Return the dates of a normalised text in text order, also those told by a word alone (今年, 下周) and times of day."""
    words = _words(lexicon)
    numbered = words.numbered
    spots = spots or Spots(plain)
    places = (m.span() for at in (*spots.digit, *spots.han) if (m := numbered.match(plain, at)))
    headed = (m.span() for m in words.headed.find(plain))
    alone = (m.span() for m in words.words.find(plain))
    found: list[Dated] = []
    last = 0
    for start, end in sorted({*places, *headed, *alone}, key=lambda s: (s[0], -s[1])):
        if start >= last and (dated := _dated(plain, start, end, words, year)):
            found.append(dated)
            last = dated.end
    return found


def _dated(plain: str, start: int, end: int, words: DateWords, year: int | None) -> Dated | None:
    # 1、2月 at a line's start is a list number and a month.
    if (
        (number := _LIST_NUMBER.match(plain, start, end))
        and plain[end - 1] != "度"
        and plain[max(0, start - 3) : start].rstrip(" \t")[-1:] in ("", "\n")
    ):
        start = number.end()
    text = plain[start:end]
    clock = _CLOCK.search(text)
    value = _date_value(text, words, year)
    if not value and clock:
        return None if _ratio(plain, start) else Dated(start, end, "time", _clock_value(text), "time")
    if value and not _sound(value):
        return Dated(start, end, "date", "", "impossible date")
    time = _clock_value(text[clock.start() :]) if clock and len(value) == 10 else ""
    return Dated(start, end, "date", value + time, "date")


def _ratio(plain: str, start: int) -> bool:
    return any(word in plain[max(0, start - 10) : start] for word in ("比", "结构", "调整"))


def _sound(value: str) -> bool:
    for end in value.split("/"):
        m = re.fullmatch(r"([\dX]{4})(?:-(\d\d|XX)(?:-(\d\d))?)?(?:[QH]\d)?", end)
        if not m or not Point(m[1], int(m[2] or 0) if m[2] != "XX" else 0, int(m[3] or 0)).possible():
            return False
    return True


def find_durations(plain: str, lexicon: Lexicon | None = None) -> list[Dated]:
    """Return the lengths of time of a normalised text (三年半, 8天20小时), whether they are told of or counted."""
    lengths = _words(lexicon).lengths
    spots = Spots(plain)
    found: list[Dated] = []
    halves = (m.start() for m in re.finditer("半", plain))
    for at in sorted({*spots.digit, *spots.han, *halves}):
        if (not found or at >= found[-1].end) and (m := lengths.match(plain, at)):
            found.append(Dated(m.start(), m.end(), "duration", _length_value(m[0]), "duration"))
    return found


def find_periods(plain: str, lexicon: Lexicon | None = None, spots: Spots | None = None) -> Iterator[Dated]:
    """Yield the spans of years that are told of and not counted: 五年来, 近三年; 3年以上 and 工期3年 are lengths and stay out."""
    words = _words(lexicon)
    spots = spots or Spots(plain)
    places = (m.span() for at in (*spots.digit, *spots.han) if (m := words.periods.match(plain, at)))
    last = 0
    for start, end in sorted({*places, *(m.span() for m in words.led.find(plain))}, key=lambda s: (s[0], -s[1])):
        if start < last or plain[start - 1 : start] == "第":
            continue
        after = plain[end : end + 6]
        if after.startswith(words.terms):
            term = next(t for t in words.terms if after.startswith(t))
            yield Dated(start, end + len(term), "period", "", "term")
        elif plain[end - 1] == "年" and _counted(plain, start, after, words):
            continue
        else:
            yield Dated(start, end, "period", _decade(plain[start:end]) or _length_value(plain[start:end]), "period")
        last = end


def _decade(text: str) -> str:
    m = _DECADE.search(text)
    if not m or ("世纪" not in text and "年代" not in text):
        return ""
    # A decade without a century is one of the last century.
    hundred = ((small_number(m[1]) or 1) - 1 if m[1] else 19) * 100
    first = hundred + (small_number(m[2]) or 0 if m[2] else 0)
    return f"{first:04d}/{first + (9 if m[2] else 99):04d}" if 0 < first < 9900 else ""


def _counted(plain: str, start: int, after: str, words: DateWords) -> bool:
    before = plain[max(0, start - 6) : start]
    return after.startswith(words.counted) or any(word in before for word in words.counted_leads)
