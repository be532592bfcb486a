"""Canonical text back to a spreadsheet cell."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from taizhang.pack.definitions import Field
from taizhang.pack.fieldtypes._units import measure_of

Cell = str | int | Decimal | date | datetime | None

_SIGNIFICANT = 15


def write_text(field: Field, value: str) -> Cell:
    """Return the text itself."""
    return value


def write_yes_no(field: Field, value: str) -> Cell:
    """Return 是 or 否."""
    return "是" if value == "true" else "否"


def write_date(field: Field, value: str) -> Cell:
    """Return a date."""
    return date.fromisoformat(value)


def write_timestamp(field: Field, value: str) -> Cell:
    """Return a date with time."""
    return datetime.fromisoformat(value)


def write_year(field: Field, value: str) -> Cell:
    """Return the year as a number."""
    return int(value)


def write_number(field: Field, value: str) -> Cell:
    """Return a number in the unit that a bare number of the column has.

    What a spreadsheet cannot keep in 15 digits is returned as text; a small percentage too, because a number cell of 0.5 may mean 50 %.
    """
    measure = measure_of(field)
    exact = Fraction(value) / measure.bare
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    if Fraction(number) != exact:
        return value + measure.base
    digits = len(number.normalize().as_tuple().digits)
    if digits > _SIGNIFICANT or abs(number) >= 10**_SIGNIFICANT:
        return value + measure.base if measure.bare != 1 else value
    if field.type == "percentage" and 0 < number <= 1:
        return value + "%"
    return int(number) if exact.denominator == 1 else number
