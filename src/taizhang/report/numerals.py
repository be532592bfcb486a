"""Chinese numerals for whole numbers and percentages."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = "零一二三四五六七八九"
_SMALL = ("", "十", "百", "千")
_LARGE = ("", "万", "亿", "万亿")
LIMIT = 10**16


def han(number: int, *, counting: bool = False) -> str:
    """Write a whole number in Chinese numerals; ``counting`` writes a lone 2 as 两, as before a classifier.

    >>> han(4), han(12), han(10203), han(2, counting=True), han(20)
    ('四', '十二', '一万零二百零三', '两', '二十')

    Raises ``ValueError`` for a number of more than 16 digits.
    """
    if abs(number) >= LIMIT:
        raise ValueError(number)
    if number < 0:
        return "负" + han(-number)
    if counting and number == 2:
        return "两"
    text = _whole(number)
    return text[1:] if text.startswith("一十") else text


def _whole(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    text, gap = "", False
    for place in range(len(_LARGE) - 1, -1, -1):
        group = number // 10 ** (4 * place) % 10**4
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group(group) + _LARGE[place]
        gap = False
    return text


def _group(number: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _SMALL[place]
            gap = False
        else:
            gap = True
    return text


def han_percent(value: Decimal) -> str:
    """Write a percentage in Chinese numerals.

    >>> han_percent(Decimal(100)), han_percent(Decimal("98.5"))
    ('百分之百', '百分之九十八点五')
    """
    if value == 100:
        return "百分之百"
    whole, _, rest = format(abs(value), "f").partition(".")
    rest = rest.rstrip("0")
    sign = "负" if value < 0 else ""
    return sign + "百分之" + han(int(whole)) + ("点" + "".join(_DIGITS[int(digit)] for digit in rest) if rest else "")
