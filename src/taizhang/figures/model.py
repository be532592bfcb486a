"""Figures: an indicator's value for one division and period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Any, NamedTuple

from taizhang.pack.periods import Period

EXACT = Context(prec=120)
ZERO = Decimal(0)


class Cell(NamedTuple):
    """What a query gives for one division and period; numerator and denominator only for a ratio."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator for one division and period, as known at a position of the journal.

    ``value`` is exact and in ``unit``; None when there is nothing to say. ``as_of`` is None when the whole period counts.
    """

    indicator: str
    title: str
    division: str
    period: Period
    unit: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    position: int
    as_of: date | None

    def as_dict(self) -> dict[str, Any]:
        """Return the figure as plain data for JSON; numbers are texts, so that none is rounded on the way."""
        data: dict[str, Any] = {
            "indicator": self.indicator,
            "title": self.title,
            "division": self.division,
            "period": self.period.text,
            "unit": self.unit,
            "value": text_of(self.value),
            "position": self.position,
            "as_of": self.as_of.isoformat() if self.as_of else None,
        }
        if self.numerator is not None or self.denominator is not None:
            data |= {"numerator": text_of(self.numerator), "denominator": text_of(self.denominator)}
        return data


def text_of(value: Decimal | None) -> str | None:
    """Return a number as decimal text without exponent."""
    return None if value is None else format(value, "f")


def plain(value: Decimal | int | None) -> Decimal | None:
    """Return a number without trailing zeros and without exponent."""
    if value is None or value == 0:
        return None if value is None else ZERO
    if isinstance(value, int):
        return Decimal(value)
    short = value.normalize(EXACT)
    return short.quantize(Decimal(1), context=EXACT) if short.as_tuple().exponent > 0 else short  # type: ignore[operator]


def quotient(numerator: Decimal | None, denominator: Decimal | None, unit: str, places: int) -> Decimal | None:
    """Return a ratio rounded half up to ``places``, in hundredths when the unit is %; None over nothing."""
    if numerator is None or denominator is None or denominator == 0:
        return None
    factor = 100 if unit == "%" else 1
    top, bottom = EXACT.multiply(abs(numerator), Decimal(2 * factor * 10**places)), abs(denominator)
    # Whole-number arithmetic: a quotient cut to some precision first could round the wrong way afterwards.
    whole = int(EXACT.divide_int(EXACT.add(top, bottom), EXACT.multiply(bottom, Decimal(2))))
    signed = -whole if (numerator < 0) != (denominator < 0) else whole
    return plain(Decimal(signed).scaleb(-places, EXACT))
