"""Which slip of the pen explains that a figure differs from the ledgers: a unit, a power of ten, a digit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from taizhang.audit.links_model import SlipKind
from taizhang.audit.wordings import POWERS, Style, style_of, written_as
from taizhang.i18n import _
from taizhang.reader.model import Interval, Quantity, Unit

_MONEY_POWERS = ("千",)  # 千元 is written; 千亩 and 千人 are not
_FEW_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Slip:
    """An explanation, and the figure as it would be without the slip."""

    kind: SlipKind
    proposal: str
    words: str
    strong: bool = True  # would hardly be so by chance


def holds(interval: Interval, value: Fraction, factor: Fraction = Fraction(1)) -> bool:
    """Tell whether an interval, taken times a factor, holds an exact value."""
    low = None if interval.low is None else Fraction(interval.low) * factor
    high = None if interval.high is None else Fraction(interval.high) * factor
    above = low is None or value > low or (value == low and not interval.low_open)
    below = high is None or value < high or (value == high and not interval.high_open)
    return above and below


def interval_of(q: Quantity) -> Interval:
    """Return what a figure allows; one without any bound stands for half a unit of its last digit on either side."""
    if q.interval.low is not None or q.interval.high is not None:
        return q.interval
    half = Decimal(0) if q.unit.whole and q.precision <= 1 else q.precision / 2
    return Interval(q.value - half, (q.value_max or q.value) + half, high_open=bool(half))


def explain(q: Quantity, value: Fraction, units: tuple[Unit, ...]) -> Slip:
    """Return the likeliest slip that turns the ledgers' ``value`` (in the figure's unit) into what was written.

    ``units`` are others that people take for the figure's. A slip of kind "" is a plain difference.
    """
    style = style_of(q)
    for find in (_power_word, _other_unit, _power):
        slip = find(q, value, style, units)
        if slip:
            return slip
    return _digits(q, value, style)


def _bounded(q: Quantity) -> Interval | None:
    """Return the interval if it is bounded on both sides: an open one is held by anything, times enough."""
    interval = interval_of(q)
    if interval.low is not None and interval.high is not None:
        return interval
    edge = interval.low if interval.low is not None else interval.high
    return None if edge is None else Interval(edge, edge + q.precision, high_open=True)


def _power_word(q: Quantity, value: Fraction, style: Style, _units: tuple[Unit, ...]) -> Slip | None:
    interval = _bounded(q)
    if interval is None or not style.number or not value:
        return None
    # Between 万 and 千 a digit has moved, unless there are so many that they were copied as they are.
    thousands = _MONEY_POWERS if q.unit.kind == "money" and (not style.power or style.digits > _FEW_DIGITS) else ()
    others = [p for p in ("", "万", "亿", *thousands) if p != style.power]
    for power in others:
        if holds(interval, value, Fraction(10) ** (POWERS[power] - POWERS[style.power])):
            words = _("单位应为“{right}”，写成了“{wrong}”").format(right=power + style.unit, wrong=style.power + style.unit)
            return Slip("unit", written_as(value, style, power=power, digits=style.digits), words)
    return None


def _other_unit(q: Quantity, value: Fraction, style: Style, units: tuple[Unit, ...]) -> Slip | None:
    interval = _bounded(q)
    if interval is None or not value:
        return None
    for unit in units:
        factor = Fraction(unit.factor) / Fraction(q.unit.factor)
        if unit.dimension != q.unit.dimension or factor == 1 or not holds(interval, value, factor):
            continue
        words = _("单位应为“{right}”，写成了“{wrong}”").format(right=style.power + unit.name, wrong=style.power + style.unit)
        return Slip("unit", written_as(value / factor, style, unit=unit.name, digits=style.digits), words)
    return None


def _power(q: Quantity, value: Fraction, style: Style, _units: tuple[Unit, ...]) -> Slip | None:
    interval = _bounded(q)
    if interval is None or not value:
        return None
    for n in (1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6):
        if holds(interval, value, Fraction(10) ** n):
            words = _("只有台账的1/{times}（少写了零，或小数点错位）") if n > 0 else _("是台账的{times}倍（多写了零，或小数点错位）")
            proposal = written_as(value, style, digits=style.digits)
            return Slip("power", proposal, words.format(times=_times(abs(n))), strong=style.digits > 2)
    return None


def _times(n: int) -> str:
    return str(10**n)


def _digits(q: Quantity, value: Fraction, style: Style) -> Slip:
    proposal = written_as(value, style, digits=2)
    if not (style.readable and style.number):
        return Slip("", proposal, "", strong=False)
    kind, words = _edit(style.number, _number_in(proposal))
    if kind not in ("transposed", "digit_lost") and "." in style.number:
        # 6.9亿 may be 6.09亿 without its nought, which one place less would round to 6.1亿.
        longer = written_as(value, replace(style, number=style.number + "0"), digits=2)
        again, told = _edit(style.number, _number_in(longer))
        if again == "digit_lost":
            kind, words, proposal = again, told, longer
    enough = 2 if kind == "transposed" else 3
    return Slip(kind, proposal, words, strong=bool(kind) and len(style.number.replace(".", "")) >= enough)


def _number_in(text: str) -> str:
    return "".join(c for c in text if c.isdigit() or c == ".")


def _edit(wrong: str, right: str) -> tuple[SlipKind, str]:
    """Return which single slip turns one row of digits into another."""
    if len(wrong) == len(right):
        apart = [i for i, (a, b) in enumerate(zip(wrong, right, strict=True)) if a != b]
        if len(apart) == 2 and wrong[apart[0]] == right[apart[1]] and wrong[apart[1]] == right[apart[0]]:
            return "transposed", _("数字“{a}”与“{b}”颠倒").format(a=right[apart[0]], b=right[apart[1]])
        if len(apart) == 1:
            return "digit_wrong", _("数字“{right}”写成了“{wrong}”").format(right=right[apart[0]], wrong=wrong[apart[0]])
    for digit in _left_out(wrong, right):
        return "digit_lost", _("漏写数字“{digit}”").format(digit=digit)
    for digit in _left_out(right, wrong):
        return "digit_added", _("多写数字“{digit}”").format(digit=digit)
    return "", ""


def _left_out(shorter: str, longer: str) -> Iterator[str]:
    if len(longer) == len(shorter) + 1:
        at = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
        if shorter == longer[:at] + longer[at + 1 :]:
            yield longer[at]
