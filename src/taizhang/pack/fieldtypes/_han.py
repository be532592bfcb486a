"""Chinese numerals, small and large: 一百二十, 两万, 二〇二〇, 壹仟贰佰, 九十八点五."""

from __future__ import annotations

import re
from fractions import Fraction

DIGITS = "零一二三四五六七八九"
NUMERAL_CHARS = "零〇○一二两三四五六七八九十百千万亿点壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億廿卅"
_FOLD = str.maketrans("〇○两壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億", "零零二一二二三三四五六六七八九十百千万亿")
_OPTIONAL_ZERO = re.compile(r"零(?=[一二三四五六七八九][十百千])")
_UNITS = ((1000, "千"), (100, "百"), (10, "十"))


def _section(number: int) -> str:
    out, gap = "", False
    for size, name in _UNITS:
        digit, number = divmod(number, size)
        if digit:
            out += ("零" if gap and out else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    if number:
        out += ("零" if gap and out else "") + DIGITS[number]
    return out


def to_han(number: int) -> str:
    """Return the full spelling of a whole number from 0 to 99 999 999 999 999 999.

    >>> to_han(10500)
    '一万零五百'
    """
    if number == 0:
        return "零"
    out = ""
    high, low = divmod(number, 100_000_000)
    if high:
        out = to_han(high) + "亿"
    wan, rest = divmod(low, 10_000)
    if wan:
        out += ("零" if out and wan < 1000 else "") + _section(wan) + "万"
    if rest:
        out += ("零" if out and (rest < 1000 or not wan) else "") + _section(rest)
    return out


def _value(text: str) -> int | None:
    total = section = digit = 0
    for char in text:
        place = DIGITS.find(char)
        if place >= 0:
            digit = place
        elif char in "十百千":
            section += (digit or (1 if char == "十" else 0)) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        elif char == "万":
            total += (section + digit) * 10_000
            section = digit = 0
        elif char == "亿":
            total = (total + section + digit) * 100_000_000
            section = digit = 0
        else:
            return None
    return total + section + digit


def _normal(text: str) -> str:
    text = re.sub(r"(?<![一二三四五六七八九])十", "一十", text)
    return _OPTIONAL_ZERO.sub("", text)


def whole(text: str) -> int | None:
    """Return a whole number that is spelled in full; None for anything else, `三百二` and `一二三` with it.

    >>> whole("一万零五百"), whole("三百二")
    (10500, None)

    What was read is spelled again and compared, so nothing is guessed.
    """
    text = text.translate(_FOLD).replace("廿", "二十").replace("卅", "三十")
    if not text or len(text) > 40:
        return None
    number = _value(text)
    if number is None or number >= 10**17 or _normal(to_han(number)) != _normal(text):
        return None
    return number


def number(text: str) -> Fraction | None:
    """Return a spelled number, with decimals after 点; None for anything else."""
    head, point, tail = text.partition("点")
    base = whole(head)
    if base is None or (point and (not tail or digits(tail) is None)):
        return None
    return Fraction(base) if not point else base + Fraction(int(digits(tail) or 0), 10 ** len(tail))


def digits(text: str) -> str | None:
    """Return Chinese digits read one by one (`二〇二〇` → `2020`); None when another character is there."""
    folded = text.translate(_FOLD)
    if not folded or any(char not in DIGITS for char in folded):
        return None
    return "".join(str(DIGITS.index(char)) for char in folded)
