"""Titles of the fields of ledgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taizhang.pack.fieldtypes import unit_of

if TYPE_CHECKING:
    from taizhang.pack.definitions import Field


def titled(field: Field) -> str:
    """Return the title of a field with the unit of its numbers."""
    unit = unit_of(field)
    return f"{field.title}（{unit}）" if unit else field.title
