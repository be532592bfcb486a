"""Money, area, mass, volume, numbers, percentages and counts: exact, with units and multipliers as offices write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from taizhang.errors import Fault
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
    make_fault,
    memoised,
    plain_number,
    settle,
    shown_text,
)
from taizhang.pack.fieldtypes._units import Measure, measure_of, multiplier

_LONGEST = 60
_MEMO_SIZE = 20_000
_FIRST_INEXACT = 10**15  # a spreadsheet keeps 15 significant digits
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+")
_MONEY_FRAME = re.compile(r"^(?:人民币|RMB|CNY)? ?¥? ?(.*?)[整正]?$", re.IGNORECASE)
_ABOUT = re.compile(r"[多余来几约近半]|左右|上下|以上|以下|不到|超过")
_SHARE = re.compile(r"^(百分之|千分之)(.+)$")
# How many digits may follow 万 and the like: `1万2` is 12 000 to one reader and 10 002 to another.
_FOLLOWING = {100_000_000: 5, 10_000: 3, 1000: 2, 100: 2, 10: 1}


class _Part:
    __slots__ = ("digits", "han", "mult", "number", "unit")

    def __init__(self, match: re.Match[str]) -> None:
        arabic, han = match["arabic"], match["han"]
        value = _han.number(han) if arabic is None else Fraction(arabic.replace(",", "").replace(" ", ""))
        if value is None:
            raise Unreadable("number.unreadable")
        self.number = value
        self.digits = len((arabic or "").split(".")[0].replace(",", ""))
        self.han = han is not None
        self.mult = multiplier(match["mult"])
        self.unit: str | None = match["unit"]


def _parts(text: str, measure: Measure) -> list[_Part]:
    single = measure.pattern.fullmatch(text)
    if single:
        return [_Part(single)]
    if not text:
        raise Unreadable("number.unreadable")
    parts: list[_Part] = []
    at = 0
    while at < len(text):
        match = measure.pattern.match(text, at)
        if not match or match.end() == at or len(parts) > 6:
            raise Unreadable("number.unreadable")
        parts.append(_Part(match))
        at = match.end()
    return parts


def _why_not(text: str) -> str:
    if _SCIENTIFIC.fullmatch(text):
        return "number_truncated"
    if re.fullmatch(r"[0-9,]+(?:\.[0-9,]+)?", text) and "," in text:
        return "number.misplaced_comma"
    if not _ABOUT.search(text) and re.fullmatch(r"[0-9,.]+ ?[^0-9,.\s~～至到约+/*%（）()-]{1,6}", text):
        return "number.unknown_unit"
    return "number.unreadable"


def _joined(group: list[_Part]) -> Fraction:
    total, room, last = Fraction(0), None, 0
    for part in group:
        if len(group) > 1 and (part.han or part.number.denominator != 1):
            raise Unreadable("number.unreadable")
        value = part.number * part.mult
        if room is not None and (value >= room or (part.mult == 1 and part.digits < _FOLLOWING.get(last, 99))):
            raise Unreadable("number.unreadable")
        total, room, last = total + value, part.mult, int(part.mult)
    return total


def _summed(parts: list[_Part], measure: Measure) -> tuple[Fraction, bool]:
    """Return the value in canonical units, and whether a unit other than the canonical one was converted."""
    groups: list[list[_Part]] = [[]]
    for part in parts:
        groups[-1].append(part)
        if part.unit:
            groups.append([])
    if not groups[-1]:
        groups.pop()
    if len(groups) == 1:
        unit = groups[0][-1].unit
        factor = measure.units[unit] if unit else measure.bare
        return _joined(groups[0]) * factor, factor != 1
    total, room = Fraction(0), None
    for group in groups:
        unit = group[-1].unit
        if unit is None:
            raise Unreadable("number.unreadable")
        value = _joined(group) * measure.units[unit]
        if room is not None and value >= room:
            raise Unreadable("number.unreadable")
        total, room = total + value, measure.units[unit]
    return total, True


def _signed(text: str) -> tuple[int, str]:
    if len(text) > 2 and text[0] == "(" and text[-1] == ")":
        return -1, text[1:-1].strip()
    if text[:1] in ("-", "负"):
        return -1, text[1:].strip()
    return 1, text[1:].strip() if text[:1] == "+" else text


def _exact(field: Field, text: str, measure: Measure) -> tuple[Fraction, bool]:
    if len(text) > _LONGEST:
        raise Unreadable("number.unreadable")
    if field.type == "money":
        frame = _MONEY_FRAME.match(text)
        text = frame[1].strip() if frame else text
    sign, text = _signed(text)
    if field.type == "money":
        text = text.removeprefix("¥").strip()
    share = _SHARE.match(text) if field.type == "percentage" else None
    if share:
        text = share[2] + ("%" if share[1] == "百分之" else "‰")
    if text == "百%":
        text = "100%"
    try:
        value, converted = _summed(_parts(text, measure), measure)
    except Unreadable:
        raise Unreadable(_why_not(text), units="、".join(list(measure.units)[:8]) or "无") from None
    return sign * value, converted


def _of_cell(raw: int | float | Decimal, measure: Measure) -> tuple[Fraction, bool]:
    text = plain_number(raw)
    if text in ("nan", "inf"):
        raise Unreadable("number.unreadable")
    if isinstance(raw, float) and abs(raw) >= _FIRST_INEXACT:
        raise Unreadable("number_truncated")
    return Fraction(text) * measure.bare, measure.bare != 1


def canonical(value: Fraction, places: int) -> str | None:
    """Return the canonical decimal text of a value, or None when it needs more places than allowed."""
    scaled = value * 10**places
    if scaled.denominator != 1:
        return None
    whole, part = divmod(abs(scaled.numerator), 10**places)
    tail = f".{part:0{places}d}".rstrip("0").rstrip(".") if part else ""
    return f"{'-' if value < 0 else ''}{whole}{tail}"


def half_up(value: Fraction, places: int) -> Fraction:
    """Return a value rounded half away from zero."""
    scaled = abs(value) * 10**places
    rounded = Fraction((scaled + Fraction(1, 2)).__floor__(), 10**places)
    return -rounded if value < 0 else rounded


def _bounded(field: Field, value: Fraction, measure: Measure) -> None:
    if field.min is not None and value < Fraction(field.min):
        raise Unreadable("number.too_small", min=_bound(field.min), unit=measure.base)
    if field.max is not None and value > Fraction(field.max):
        raise Unreadable("number.too_large", max=_bound(field.max), unit=measure.base)
    if abs(value) >= measure.limit:
        raise Unreadable("number.too_large", max=str(measure.limit - 1), unit=measure.base)


def _bound(bound: Decimal) -> str:
    return plain_number(bound)


def slow(field: Field, context: Context) -> Slow:
    """Return the full reader of a numeric field."""
    measure = measure_of(field)

    def read(raw: Raw) -> Reading:
        if raw is None:
            return EMPTY
        if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
            value, converted = _of_cell(raw, measure)
        elif isinstance(raw, str):
            text = clean_code(raw)
            if means_empty(text):
                return EMPTY
            value, converted = _exact(field, text, measure)
        else:
            raise Unreadable("number.unreadable")
        return _placed(field, raw, value, converted, measure)

    return guarded(field, read)


def _placed(field: Field, raw: Raw, value: Fraction, converted: bool, measure: Measure) -> Reading:
    faults: tuple[Fault, ...] = ()
    text = canonical(value, measure.places)
    if text is None:
        if field.type == "count":
            raise Unreadable("count.not_whole")
        if not converted or field.type == "money":
            raise Unreadable("number.too_many_places", places=measure.places, unit=measure.base)
        value = half_up(value, measure.places)
        text = canonical(value, measure.places) or "0"
        faults = (make_fault(field, raw, "number.rounded", "warning", result=text, places=measure.places, unit=measure.base),)
    _bounded(field, value, measure)
    if field.type == "percentage" and isinstance(raw, float) and 0 < raw <= 1:
        faults += (make_fault(field, raw, "percentage.fraction", "warning", result=text, hundred=plain_number(raw * 100)),)
    return settle(text, shown_text(raw), faults)


def _canonical_pattern(field: Field, measure: Measure) -> Callable[[str], re.Match[str] | None]:
    whole = max(0, min(14 - measure.places, 12))
    part = rf"(?:\.[0-9]{{0,{measure.places - 1}}}[1-9])?" if measure.places else ""
    sign = "" if field.min is not None else r"(?:-(?!0\Z))?"
    return re.compile(rf"{sign}(?:0|[1-9][0-9]{{0,{whole}}}){part}").fullmatch


def _loose_pattern(measure: Measure) -> Callable[[str], re.Match[str] | None]:
    """Match plain numbers with thousands commas, zeros at the end, or a unit that needs no conversion."""
    same = [re.escape(unit) for unit, factor in measure.units.items() if factor == 1]
    unit = f"(?:{'|'.join(sorted(same, key=len, reverse=True))})?" if same else ""
    return re.compile(rf"(0|[1-9][0-9]{{0,9}}|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}}){{1,2}})(?:\.([0-9]{{1,9}}))?{unit}").fullmatch


def _float_bounds(field: Field) -> tuple[float, float]:
    """Return bounds for quick comparison: strictly between them as floats means between them exactly.

    Conversion to a float never changes an order, it only makes ties; a tie takes the full path.
    """
    low = float("-inf") if field.min is None else float(field.min) if field.min > 0 else -1.0
    return low, float("inf") if field.max is None else float(field.max)


def _float_reader(places: int, low: float, high: float, other: Fast) -> Callable[[float], str | Reading | None]:
    # Between these the shortest text of a float has no exponent, and with all its places at most 15 digits.
    low, high = max(low, 0.001), min(high, float(10 ** min(11, 15 - places)))

    def read(raw: float) -> str | Reading | None:
        if low < raw < high:
            text = repr(raw)
            if text[-2:] == ".0":
                return text[:-2]
            if len(text) - text.index(".") <= places + 1:
                return text
        return other(raw)

    return read


def fast(field: Field, context: Context, slow_read: Slow) -> Fast:
    """Return the quick reader: a number already in canonical form is recognised by its shape alone."""
    other = memoised(slow_read)
    measure = measure_of(field)
    if measure.bare != 1 or field.type == "percentage" or measure.places > 8:
        return other
    match, loose, places = _canonical_pattern(field, measure), _loose_pattern(measure), measure.places
    low, high = _float_bounds(field)
    bounded = low > 0 or high != float("inf")
    quick_float = _float_reader(places, low, high, other)
    known: dict[str | float, str | Reading] = {}
    seen = known.get

    def read(raw: Raw) -> str | Reading | None:
        kind = type(raw)
        if kind is str and match(raw) and (not bounded or low < float(raw) < high):  # type: ignore[arg-type]
            return raw  # type: ignore[return-value]
        if kind is str or kind is float:
            return seen(raw) or remember(raw)  # type: ignore[arg-type]
        return other(raw)

    def remember(raw: str | float) -> str | Reading | None:
        if raw == "":
            return None
        result = quick_float(raw) if type(raw) is float else quick_text(str(raw))
        if result is not None and len(known) < _MEMO_SIZE:
            known[raw] = result
        return result

    def quick_text(raw: str) -> str | Reading | None:
        found = loose(raw)
        reading = _trimmed(found, places) if found else None
        return reading if reading and low < float(reading.value or 0) < high else other(raw)

    return read


def _trimmed(found: re.Match[str], places: int) -> Reading | None:
    """Return the reading of a plain number without its commas and last zeros; None when it has too many places."""
    whole, part = found.groups()
    part = part.rstrip("0") if part else ""
    if len(part) > places:
        return None
    whole = whole.replace(",", "")
    return Reading(f"{whole}.{part}" if part else whole, found.string)
