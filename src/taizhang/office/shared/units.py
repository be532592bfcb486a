"""The units of numbers in the fields of ledgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taizhang.pack.definitions import Field

NUMBERS = frozenset({"money", "area", "mass", "volume", "number", "percentage", "count"})


def unit_of(field: Field) -> str:
    """Return the unit of a bare number in a field."""
    from taizhang.pack.fieldtypes._units import measure_of

    if field.type not in NUMBERS:
        return ""
    return field.unit or measure_of(field).base


def titled(field: Field) -> str:
    """Return the title of a field with the unit of its numbers."""
    unit = unit_of(field)
    return f"{field.title}（{unit}）" if unit else field.title
