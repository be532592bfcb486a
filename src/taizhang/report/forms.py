"""The printed form of a figure: units, places, Chinese numerals, and approximation words that are true of the exact value.

The intervals of the words are those by which a reader of the report will judge it: 2700余 is more than 2700 and less than the next step of
its last non-zero digit, 以上 includes the value itself, 近 lies in the last tenth below it, 约 within a tenth on either side.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Literal

from taizhang.errors import TaizhangError
from taizhang.report.numerals import LIMIT, han, han_percent

_PREFIXES = {"万亿": 12, "千万": 7, "百万": 6, "亿": 8, "万": 4, "千": 3, "百": 2}
# A ten-thousandth of the printed digits: beyond that a floored figure has as many digits as the figure itself.
_MOST_DIGITS = 28


@dataclass(frozen=True, slots=True)
class Word:
    """An approximation word: how the number is cut, where the word stands, and whether it is true of an exact number as well."""

    cut: Literal["down", "up", "near"]
    stands: Literal["before", "inside", "after"]
    includes_equal: bool = False
    nearness: Fraction | None = None  # greatest distance from the printed number, as a part of it


_TENTH = Fraction(1, 10)
WORDS: dict[str, Word] = {
    "余": Word("down", "inside"),
    "多": Word("down", "inside"),
    "超过": Word("down", "before"),
    "超": Word("down", "before"),
    "突破": Word("down", "before"),
    "逾": Word("down", "before"),
    "以上": Word("down", "after", includes_equal=True),
    "至少": Word("down", "before", includes_equal=True),
    "不低于": Word("down", "before", includes_equal=True),
    "近": Word("up", "before", nearness=_TENTH),
    "不足": Word("up", "before"),
    "不到": Word("up", "before"),
    "不超过": Word("up", "before", includes_equal=True),
    "以内": Word("up", "after", includes_equal=True),
    "约": Word("near", "before", nearness=_TENTH),
    "左右": Word("near", "after", nearness=_TENTH),
    "上下": Word("near", "after", nearness=_TENTH),
}
_ROUNDING = {"down": ROUND_FLOOR, "up": ROUND_CEILING, "near": ROUND_HALF_UP}


@dataclass(frozen=True, slots=True)
class Form:
    """How a figure is to be printed; the arguments of the template's ``form`` filter.

    ``unit`` is the indicator's unit with 百, 千, 万, 亿 before it, or empty for the bare number; ``classifier`` stands in place of the unit;
    ``places`` rounds half up and drops ending zeros; ``digits`` cuts to that many significant digits as ``word`` demands;
    ``han`` writes Chinese numerals; ``percent='han'`` writes 百分之…; ``ordinal`` writes 第三 before the unit.
    """

    unit: str | None = None
    places: int | None = None
    digits: int | None = None
    word: str | None = None
    han: bool = False
    percent: str | None = None
    classifier: str | None = None
    ordinal: bool = False


def print_figure(value: Decimal, unit: str, form: Form, exact: Fraction | None = None) -> str:
    """Return the printed form of a value in ``unit``; ``exact`` is the unrounded value of a ratio.

    >>> print_figure(Decimal("2734.6"), "亩", Form(digits=2, word="余"))
    '2700余亩'

    Raises ``TaizhangError`` (``report.form``) for a unit that is not made from the indicator's, an unknown word, or arguments that exclude each other.
    """
    _check(form, unit)
    if form.percent == "han" or (unit == "%" and form.classifier is None and not form.word):
        return _percentage(value, form, exact)
    power, prefix, base = _scale(unit, form)
    if form.ordinal:
        return f"第{han(int(value))}{base}" if value == value.to_integral_value() else f"第{plain(value)}{base}"
    if form.word and exact is not None and exact != value:
        # 余 and 以上 are judged by the ratio itself, not by its rounded value.
        value = _decimal(exact)
    scaled = _shift(value, -power)
    if form.word:
        return _approximate(scaled, prefix, base, form)
    if form.digits is not None:
        scaled = _cut(scaled, form.digits, ROUND_HALF_UP)
    if form.places is not None:
        rounded = _round(scaled, form.places)
        # A small sum must not read as nothing: it is printed whole, in the base unit.
        if not rounded and value:
            return plain(value) + base
        scaled = rounded
    return _number(scaled, form, counting=bool(prefix + base)) + prefix + base


def plain(value: Decimal) -> str:
    """Write a number without exponent, thousands marks or ending zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _check(form: Form, unit: str) -> None:
    if form.word is not None and form.word not in WORDS:
        raise TaizhangError("report.form", problem=f"不认识的概数词“{form.word}”（可用：{'、'.join(WORDS)}）")
    if form.word and form.digits is None:
        raise TaizhangError("report.form", problem=f"概数词“{form.word}”要同时写明 digits（保留几位有效数字）")
    if form.digits is not None and not 1 <= form.digits <= _MOST_DIGITS:
        raise TaizhangError("report.form", problem="digits 应为 1 至 28")
    if form.places is not None and not 0 <= form.places <= _MOST_DIGITS:
        raise TaizhangError("report.form", problem="places 应为 0 至 28")
    if form.digits is not None and form.places is not None:
        raise TaizhangError("report.form", problem="places 与 digits 只能写一个")
    if form.percent not in (None, "han"):
        raise TaizhangError("report.form", problem="percent 只能是 'han'")
    if form.percent and unit != "%":
        raise TaizhangError("report.form", problem=f"percent 只用于单位为 % 的指标，这里是“{unit}”")


def _scale(unit: str, form: Form) -> tuple[int, str, str]:
    """Return the power of ten, the prefix (万) and the unit that are printed."""
    wanted = unit if form.unit is None else form.unit
    if wanted == "":
        return 0, "", form.classifier or ""
    power, prefix = 0, ""
    if wanted != unit:
        found = next((p for p in _PREFIXES if wanted in (p, p + unit)), None)
        if found is None:
            raise TaizhangError("report.form", problem=f"单位“{wanted}”不能由指标的单位“{unit}”得到")
        power, prefix = _PREFIXES[found], found
    return power, prefix, unit if form.classifier is None else form.classifier


def _percentage(value: Decimal, form: Form, exact: Fraction | None) -> str:
    shown = value if form.places is None else _round(value, form.places)
    if exact is not None and exact < 100 <= shown:
        # 百分之百 claims that nobody is missing; a rate that only rounds to it is cut instead.
        shown = _floor_below_hundred(exact, 2 if form.places is None else form.places)
    text = Decimal(plain(shown))
    if form.percent == "han":
        return han_percent(text)
    return plain(text) + ("" if form.unit == "" else "%")


def _floor_below_hundred(exact: Fraction, places: int) -> Decimal:
    for more in range(places, _MOST_DIGITS):
        step = 10**more
        cut = Decimal(exact.numerator * step // exact.denominator).scaleb(-more)
        if cut < 100:
            return cut
    return Decimal("99.99")


def _approximate(scaled: Decimal, prefix: str, base: str, form: Form) -> str:
    assert form.word is not None
    assert form.digits is not None
    word = WORDS[form.word]
    exactly = _number(scaled, form, counting=True) + prefix + base
    if scaled <= 0:
        return exactly
    cut = _cut(scaled, form.digits, _ROUNDING[word.cut])
    digits = form.digits
    while word.nearness is not None and abs(Fraction(cut) - Fraction(scaled)) > word.nearness * Fraction(cut):
        digits += 1
        cut = _cut(scaled, digits, _ROUNDING[word.cut])
    if cut == scaled and not word.includes_equal:
        return exactly
    # 7余亩 is no Chinese: after the ones 余 needs a number that ends in a nought, or 万 behind it.
    if word.stands == "inside" and not prefix and (cut < 10 or cut % 10):
        return exactly
    number = _number(cut, form, counting=True)
    if word.stands == "before":
        return form.word + number + prefix + base
    if word.stands == "inside":
        return number + prefix + form.word + base
    return number + prefix + base + form.word


def _number(value: Decimal, form: Form, *, counting: bool) -> str:
    if form.han and value == value.to_integral_value() and abs(value) < LIMIT:
        return han(int(value), counting=counting)
    return plain(value)


def _cut(value: Decimal, digits: int, rounding: str) -> Decimal:
    with localcontext() as context:
        context.prec, context.rounding = digits, rounding
        return context.plus(value)


def _round(value: Decimal, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _decimal(value: Fraction) -> Decimal:
    with localcontext() as context:
        context.prec = _MOST_DIGITS
        return Decimal(value.numerator) / Decimal(value.denominator)


def _shift(value: Decimal, power: int) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return value.scaleb(power)
