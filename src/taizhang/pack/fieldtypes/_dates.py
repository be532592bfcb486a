"""Dates, months, years and moments, as text in many forms, as cells, and as spreadsheet serial numbers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from taizhang.pack.definitions import Field
from taizhang.pack.fieldtypes import _han
from taizhang.pack.fieldtypes._clean import clean_code, means_empty
from taizhang.pack.fieldtypes._model import (
    EMPTY,
    Context,
    Fast,
    Raw,
    Reading,
    Slow,
    Unreadable,
    guarded,
    memoised,
    plain,
    settle,
    shown_text,
)

FIRST_YEAR, LAST_YEAR = 1900, 2100
# Day 60 of the spreadsheet calendar is a 29 February 1900 that never was; from day 61 on it counts from this day.
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - cells carry no time zone
_FIRST_SERIAL, _LAST_SERIAL = 18264, 73415  # 1950-01-01 … 2100-12-31
_MEMO_SIZE = 20_000
_SHANGHAI = timezone(timedelta(hours=8))

_D = r"[0-9]{1,2}"
_DATE = re.compile(
    rf"(?P<y>[0-9]{{4}})(?:-(?P<m1>{_D})-(?P<d1>{_D})|/(?P<m2>{_D})/(?P<d2>{_D})|\.(?P<m3>{_D})\.(?P<d3>{_D})\.?"
    rf"|年(?P<m4>{_D})月(?P<d4>{_D})[日号]?|、(?P<m5>{_D})、(?P<d5>{_D})|(?P<m6>[0-9]{{2}})(?P<d6>[0-9]{{2}}))"
)
_MONTH = re.compile(rf"(?P<y>[0-9]{{4}})(?:-(?P<m1>{_D})|/(?P<m2>{_D})|\.(?P<m3>{_D})|年(?P<m4>{_D})月份?|(?P<m5>0[1-9]|1[0-2]))")
_TIME = re.compile(
    r"(?:T| )?(?P<half>上午|下午|中午|晚上|凌晨)?(?:(?P<h1>[0-9]{1,2}):(?P<n1>[0-9]{2})(?::(?P<s1>[0-9]{2})(?:\.[0-9]{1,9})?)?"
    r"|(?P<h2>[0-9]{1,2})[时点](?:(?P<n2>[0-9]{1,2})分?(?:(?P<s2>[0-9]{1,2})秒)?|整)?)"
    r" ?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"([0-9]{4})(?:年度?|\.0)?")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]{1,15})?")
_TWO_DIGIT_YEAR = re.compile(rf"[’']?[0-9]{{2}}(?:[-/.年]{_D}(?:[-/.月]{_D}[日号]?|月份?)|年度?)")
_NO_YEAR = re.compile(rf"{_D}月(?:{_D}[日号]?|份)?")
_HAN_PART = re.compile(r"[零〇○oOＯ一二三四五六七八九十廿卅]+(?=[年月日号时点分])")
_AROUND_MARKS = re.compile(r" ?([年月日号时点分秒:/.-]) ?")


def _parts(match: re.Match[str], prefix: str) -> int:
    return next(int(value) for key, value in match.groupdict().items() if key[0] == prefix and key[1:].isdigit() and value is not None)


def _han_to_digits(text: str) -> str:
    """Write Chinese numerals before 年月日时分 as digits: `二〇二〇年十二月` → `2020年12月`; leave what is not one."""

    def digits(match: re.Match[str]) -> str:
        spelled = match[0].replace("o", "〇").replace("O", "〇")
        number = _han.digits(spelled) if len(spelled) == 4 else None
        whole = _han.whole(spelled.lstrip("零〇○") or spelled)
        return number or (str(whole) if whole is not None else match[0])

    return _HAN_PART.sub(digits, text)


def _readable(text: str) -> str:
    text = _han_to_digits(_AROUND_MARKS.sub(r"\1", text))
    # The blank between date and time is wanted again where the marks took it.
    return re.sub(r"([日号])(?=[0-9上下中晚凌])", r"\1 ", text)


def _day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Unreadable("date.impossible") from None
    return _in_range(found)


def _in_range(found: date) -> date:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable("date.out_of_range", first=FIRST_YEAR, last=LAST_YEAR)
    return found


def _from_serial(number: Decimal) -> datetime:
    if not _FIRST_SERIAL <= number < _LAST_SERIAL + 1:
        raise Unreadable("date.unreadable")
    seconds = int((number * 86400).to_integral_value())
    return _EPOCH + timedelta(seconds=seconds)


def _half_day(word: str, hour: int) -> int:
    """Return the hour of 24 that a word like 下午 and an hour mean; 晚上12点 and the like mean two things and are refused."""
    if hour > 12:
        fits = word in ("下午", "晚上") or (word == "中午" and hour < 15)
        later = 0
    elif word in ("上午", "凌晨"):
        fits, later = hour < 12 or word == "上午", 0
    elif word == "中午":
        fits, later = hour in (1, 2, 11, 12), 12 if hour < 3 else 0
    else:
        fits, later = (1 <= hour <= 12 if word == "下午" else 5 <= hour < 12), 12 if hour < 12 else 0
    if not fits:
        raise Unreadable("timestamp.impossible")
    return hour + later


def _clock(match: re.Match[str]) -> tuple[time, timedelta | None]:
    hour, minute, second = (int(match[a] or match[b] or 0) for a, b in (("h1", "h2"), ("n1", "n2"), ("s1", "s2")))
    if match["half"]:
        hour = _half_day(match["half"], hour)
    zone = match["zone"]
    offset = None
    if zone:
        digits = "0000" if zone in "Zz" else zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    try:
        return time(hour, minute, second), offset
    except ValueError:
        raise Unreadable("timestamp.impossible") from None


def _local(moment: datetime) -> datetime:
    """Return a moment in China's time, without a zone, to the second."""
    try:
        if moment.tzinfo is not None:
            moment = moment.astimezone(_SHANGHAI).replace(tzinfo=None)
        return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    except (OverflowError, ValueError):
        raise Unreadable("date.out_of_range", first=FIRST_YEAR, last=LAST_YEAR) from None


def _from_text(text: str) -> tuple[date, time | None] | None:
    """Return day and time of a text, None when no day stands at its beginning."""
    match = _DATE.match(text)
    if not match:
        return None
    rest = text[match.end() :].rstrip()
    if rest == "":
        return _day(int(match["y"]), _parts(match, "m"), _parts(match, "d")), None
    clock = _TIME.fullmatch(rest)
    if not clock or rest[0] not in " Tt":
        return None
    day = _day(int(match["y"]), _parts(match, "m"), _parts(match, "d"))
    at, offset = _clock(clock)
    if offset is None:
        return day, at
    moment = _local(datetime.combine(day, at, UTC) - offset)
    return _in_range(moment.date()), moment.time()


def _refuse(kind: str, text: str) -> Unreadable:
    """Return the reason why a text is no day, month or moment."""
    if _TWO_DIGIT_YEAR.fullmatch(text):
        return Unreadable("date.two_digit_year")
    if _NO_YEAR.fullmatch(text):
        return Unreadable("date.no_year")
    if kind != "month" and (_MONTH.fullmatch(text) or _YEAR.fullmatch(text)):
        return Unreadable("date.no_day")
    return Unreadable(f"{kind}.unreadable")


def _moment(raw: Raw, kind: str) -> tuple[date, time | None] | None:
    """Return day and time of any cell; None for an empty one."""
    if isinstance(raw, datetime):
        found = _local(raw)
        return _in_range(found.date()), found.time()
    if isinstance(raw, date):
        return _in_range(raw), None
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise Unreadable(f"{kind}.unreadable")
    text = clean_code(raw)
    if means_empty(text):
        return None
    if _SERIAL.fullmatch(text):
        found = _from_serial(Decimal(text))
        return found.date(), found.time() if "." in text else None
    text = _readable(text)
    if not isinstance(raw, str) and not (len(text) == 8 and text.isdigit()):
        raise _refuse(kind, text)
    parsed = _from_text(text)
    if parsed is None:
        raise _refuse(kind, text)
    return parsed


def slow_date(field: Field, context: Context) -> Slow:
    """Return the full reader of days; a time of day is left out of the value and stays in the original."""

    def read(raw: Raw) -> Reading:
        found = None if raw is None else _moment(raw, "date")
        return EMPTY if found is None else settle(found[0].isoformat(), shown_text(raw))

    return guarded(field, read)


def slow_timestamp(field: Field, context: Context) -> Slow:
    """Return the full reader of moments, to the minute, in China's time; a day alone means its beginning."""

    def read(raw: Raw) -> Reading:
        found = None if raw is None else _moment(raw, "timestamp")
        if found is None:
            return EMPTY
        day, at = found
        value = datetime.combine(day, at or time()).isoformat(timespec="minutes")
        exact = isinstance(raw, datetime) and raw.tzinfo is None and not (raw.second or raw.microsecond)
        return Reading(value) if exact else settle(value, shown_text(raw))

    return guarded(field, read)


def slow_month(field: Field, context: Context) -> Slow:
    """Return the full reader of months; a whole date gives its month."""

    def read(raw: Raw) -> Reading:
        if raw is None:
            return EMPTY
        shown = shown_text(raw)
        if isinstance(raw, str | int | float | Decimal) and not isinstance(raw, bool):
            text = _readable(clean_code(raw))
            match = _MONTH.fullmatch(text)
            if match:
                # A number cell shows October of `2020.10` as 2020.1, and so does text made from it.
                if match["m3"] == "1":
                    raise Unreadable("month.ambiguous", year=match["y"])
                day = _day(int(match["y"]), _parts(match, "m"), 1)
                return settle(day.isoformat()[:7], shown)
        found = _moment(raw, "month")
        return EMPTY if found is None else settle(found[0].isoformat()[:7], shown)

    return guarded(field, read)


def slow_year(field: Field, context: Context) -> Slow:
    """Return the full reader of years; a whole date or month gives its year."""

    def read(raw: Raw) -> Reading:
        if raw is None:
            return EMPTY
        shown = shown_text(raw)
        if isinstance(raw, date):
            return settle(str(_in_range(raw).year), shown)
        if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
            raise Unreadable("year.unreadable")
        text = clean_code(raw)
        if means_empty(text):
            return EMPTY
        text = _han.digits(text) or _readable(text)
        match = _YEAR.fullmatch(text)
        if match:
            return settle(str(_day(int(match[1]), 1, 1).year), shown)
        match = _MONTH.fullmatch(text) if "年" in text or "-" in text else None
        if match:
            return settle(str(_day(int(match["y"]), _parts(match, "m"), 1).year), shown)
        parsed = _from_text(text) if isinstance(raw, str) else None
        if parsed is None:
            raise Unreadable("date.two_digit_year" if _TWO_DIGIT_YEAR.fullmatch(text) else "year.unreadable")
        return settle(str(parsed[0].year), shown)

    return guarded(field, read)


def fast_moment(field: Field, context: Context, slow: Slow) -> Fast:
    """Return the quick reader of dates and moments: real date cells at once, the rest remembered."""
    other = memoised(slow)
    moments: dict[datetime, str | Reading | None] = {}

    def read(raw: Raw) -> str | Reading | None:
        if type(raw) is not datetime or raw.tzinfo is not None:
            return other(raw)
        try:
            return moments[raw]
        except KeyError:
            result = plain(slow(raw))
        if len(moments) < _MEMO_SIZE:
            moments[raw] = result
        return result

    return read


def fast_remembered(field: Field, context: Context, slow: Slow) -> Fast:
    """Return the quick reader of months and years."""
    return memoised(slow)
