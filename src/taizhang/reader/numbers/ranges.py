"""Ranges of bare numbers: 大于 10 小于 20, 五百以上, 20~100, 十几万."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from taizhang.reader.model import Interval
from taizhang.reader.numbers.plain import Found, number_at
from taizhang.reader.numbers.tables import Bare, NumberRange
from taizhang.reader.numerals import scan


def range_at(text: str, at: int, bare: Bare) -> NumberRange | None:
    """Return the range that starts at a place."""
    first = _between(text, at, bare) or _one_sided(text, at, bare)
    if first is None or first.form not in ("compared", "beside"):
        return first
    join = bare.join.match(text, first.end)
    second = _one_sided(text, join.end(), bare) if join else None
    if second is not None and second.form in ("compared", "beside"):
        both = _joined(first, second)
        if both is not None:
            return both
    return first


def _joined(first: NumberRange, second: NumberRange) -> NumberRange | None:
    """Return both sides as one range when they face each other: 大于 12 小于 50, not 大于 50 小于 12."""
    for lower, upper in ((first.interval, second.interval), (second.interval, first.interval)):
        if lower.low is not None and lower.high is None and upper.high is not None and upper.low is None and lower.low <= upper.high:
            both = Interval(lower.low, upper.high, lower.low_open, upper.high_open)
            return NumberRange(first.start, second.end, "", both, "beside" if first.form == second.form == "beside" else "compared")
    return None


def _one_sided(text: str, at: int, bare: Bare) -> NumberRange | None:
    return _compared(text, at, bare) or _than(text, at, bare) or _beside(text, at, bare)


def _compared(text: str, at: int, bare: Bare) -> NumberRange | None:
    for pattern, side, is_open in bare.before:
        word = pattern.match(text, at)
        if word is not None:
            found = _number(text, word.end(), bare)
            return NumberRange(at, found[1], "", _side(found[2], side, is_open), "compared") if found else None
    return None


def _than(text: str, at: int, bare: Bare) -> NumberRange | None:
    """Read 比三十大."""
    word = bare.than.match(text, at)
    found = _number(text, word.end(), bare) if word else None
    after = text[found[1] : found[1] + 1] if found else ""
    if found is None or not after or after not in bare.than_low + bare.than_high:
        return None
    return NumberRange(at, found[1] + 1, "", _side(found[2], "low" if after in bare.than_low else "high", True), "compared")


def _beside(text: str, at: int, bare: Bare) -> NumberRange | None:
    """Read 五百以上, and 五百多 where no word stands behind."""
    found = _number(text, at, bare)
    if found is None:
        return None
    for pattern, side in bare.behind:
        word = pattern.match(text, found[1])
        if word is not None:
            return NumberRange(at, word.end(), "", _side(found[2], side, False), "beside")
    numeral = scan(text, at, bare.words.letters, spaced=True)
    if numeral is not None and numeral.vague and not numeral.some:
        return NumberRange(at, numeral.end, "", Interval(found[2], None, low_open=True), "vague")
    return None


def _between(text: str, at: int, bare: Bare) -> NumberRange | None:
    """Read 20~100, 一到五, 在第十和第十五之间, 10000与20000间."""
    start = at + 1 if text[at] == bare.range_in else at
    low = _number(text, start, bare)
    between = bare.between.match(text, low[1]) if low else None
    high = _number(text, between.end(), bare) if between else None
    if low is None or between is None or high is None or high[2] < low[2]:
        return None
    inside = bare.range_inside.match(text, high[1])
    if inside is None and (start != at or between.group().strip() in bare.needs_inside):
        return None
    return NumberRange(at, inside.end() if inside else high[1], "", Interval(low[2], high[2]), "between")


def _number(text: str, at: int, bare: Bare) -> Found | None:
    if text[at : at + 1] == bare.ordinal:
        at += 1
    return number_at(text, at, bare) if at < len(text) else None


def _side(value: Decimal, side: str, is_open: bool) -> Interval:
    return Interval(value, None, low_open=is_open) if side == "low" else Interval(None, value, high_open=is_open)


def with_text(found: NumberRange, text: str) -> NumberRange:
    """Return a range with its own text."""
    return replace(found, text=text[found.start : found.end])
