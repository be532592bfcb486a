"""Words of a rule as patterns, and numbers as an arithmetic line shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from taizhang.i18n import _
from taizhang.reader.model import Interval, Quantity, number_text

NEVER = re.compile("(?!)")
_GAP = "[^。；;！？!?\\n]{0,12}?"
_HAN = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}


def pattern_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern for any of the words, longest first; ``…`` stands for at most twelve characters of one sentence.

    >>> pattern_of(["无…事故"]).search("全年无重大安全事故发生").group()
    '无重大安全事故'
    """
    return _pattern(tuple(words))


@lru_cache(maxsize=1024)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    if not words:
        return NEVER
    return re.compile("|".join(re.escape(w).replace("…", _GAP) for w in sorted(words, key=len, reverse=True)))


def whole_number(text: str) -> int | None:
    """Return a small whole number written in Han or Arabic digits; None when it is none.

    >>> [whole_number(t) for t in ("十", "二十三", "12", "千")]
    [10, 23, 12, None]
    """
    if text.isascii() and text.isdigit():
        return int(text)
    if not re.fullmatch("[一二三四五六七八九两]?(?:十[一二三四五六七八九]?)?|[〇零]", text) or not text:
        return None
    tens, ten, ones = text.partition("十")
    if not ten:
        return _HAN[tens]
    return (_HAN[tens] if tens else 1) * 10 + (_HAN[ones] if ones else 0)


def value_of(number: str) -> int | None:
    """Return the value of a heading's number.

    >>> [value_of(n) for n in ("（三）", "12、", "④", "一是")]
    [3, 12, 4, 1]
    """
    if "①" <= number[:1] <= "⑳":
        return ord(number[0]) - ord("①") + 1
    found = re.search("[\\d一二三四五六七八九十]+", number)
    return whole_number(found.group()) if found else None


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """Return a number rounded half up to at most ``places``, and to three significant digits where it is small."""
    if value and abs(value) < Decimal("0.1"):
        places = max(places, 2 - value.adjusted())
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def shown(value: Decimal, places: int = 2) -> str:
    """Return a number for an arithmetic line.

    >>> shown(Decimal("44166.6667"))
    '44166.67'
    """
    return number_text(rounded(value, places))


def interval_text(interval: Interval) -> str:
    """Return an interval with its brackets; an unbounded end is told in words."""
    if interval.low is None:
        return _("不超过{v}").format(v=number_text(interval.high)) if interval.high is not None else _("任意")
    if interval.high is None:
        return _("不低于{v}").format(v=number_text(interval.low))
    if interval.low == interval.high:
        return number_text(interval.low)
    left, right = "(" if interval.low_open else "[", ")" if interval.high_open else "]"
    return f"{left}{number_text(interval.low)}, {number_text(interval.high)}{right}"


def figure(q: Quantity) -> str:
    """Return a figure's number in plain digits, with its interval where it is not exact and the words say so."""
    plain = number_text(q.value)
    return f"{plain}{interval_text(q.interval)}" if q.approx_words else plain


def span_of(*quantities: Quantity) -> tuple[tuple[int, int], ...]:
    """Return the places of figures, in order of the text."""
    return tuple(sorted((q.start, q.end) for q in quantities))
