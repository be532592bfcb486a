"""Values of entries as people read and write them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from taizhang.access.query import personal
from taizhang.pack.fieldtypes import write_value

if TYPE_CHECKING:
    from taizhang.access.shelf import Row
    from taizhang.access.sight import Sight
    from taizhang.pack.definitions import Field, Ledger
    from taizhang.pack.divisions import DivisionTree


@lru_cache(maxsize=8192)
def place_name(divisions: DivisionTree, code: str) -> str:
    """Return a division as it is written in a cell: its name, with the village in front of a group's; the code where that is not sure."""
    node = divisions.get(code)
    if node is None:
        return code
    above = divisions.get(node.parent or "") if node.level == "group" else None
    name = above.name + node.name if above else node.name
    found = divisions.resolve(name)
    return name if found is not None and found.code == code else code


def written(field: Field, value: str | None, divisions: DivisionTree, *, masked: bool = False) -> str:
    """Return a canonical value as a person writes it; it reads back as the same value. A masked one is left as it is."""
    if value is None or masked:
        return value or ""
    if field.type == "division":
        return place_name(divisions, value)
    cell = write_value(field, value)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return cell.isoformat(sep=" ", timespec="minutes") if isinstance(cell, datetime) else str(cell)


def cells(sight: Sight, ledger: Ledger, row: Row, hidden: frozenset[str] | None = None) -> dict[str, str]:
    """Return a row's values by field, as they are written; ``hidden`` are the fields that are masked where the row is, if they are known."""
    masked = frozenset[str]() if row.unmasked else masked_fields(sight, ledger) if hidden is None else hidden
    fields, divisions = ledger.fields, sight.divisions
    return {name: written(fields[name], value, divisions, masked=name in masked) if value else "" for name, value in row.values.items()}


def masked_fields(sight: Sight, ledger: Ledger) -> frozenset[str]:
    """Return the fields whose values are masked."""
    return frozenset(name for name in ledger.fields if personal(sight, ledger, name))
