"""Units that stand in a heading or above the table, put to the bare numbers below them so that the readers convert exactly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from taizhang.errors import Fault
from taizhang.intake.headers import Header
from taizhang.intake.sheets import is_blank, letters
from taizhang.intake.titles import is_quantity
from taizhang.pack.definitions import Field, Ledger
from taizhang.pack.fieldtypes import Context, Reading, reader, shown_text

_NUMBER = re.compile(r"^[\s,，．.\d+\-−－０-９Ee%]+$")
_UNIT = re.compile(
    r"^(?:人民币)?(?:十|百|千|万|十万|百万|千万|亿)?(?:元|圆|角|分|亩|公顷|平方米|平方公里|㎡|m2|hm2|公斤|斤|千克|克|kg|吨|t|立方米|方|m3|人|户|头|只|羽|株|个|台|辆|人次|%)$",
    re.I,
)


def with_units(raw: dict[str, Sequence[Any]], header: Header, ledger: Ledger, context: Context, place: dict[str, Any]) -> list[Fault]:
    """Append the unit that holds for a column to its bare numbers, in place, where it is not the unit that bare numbers have anyway.

    The unit is that in the heading's brackets, else that of a 单位： line which the field understands.
    Returns a fault (``column.unit``) for each heading whose unit its field does not understand.
    """
    faults = []
    for name, cells in raw.items():
        definition = ledger.fields[name]
        if not is_quantity(definition):
            continue
        told = header.units.get(name)
        unit = told if told and _UNIT.match(told) else None
        if unit and not _understood(definition, context, unit):
            params = {"title": definition.title, "unit": unit}
            title = header.titles.get(name)
            faults.append(
                Fault("column.unit", params, column=letters(header.columns[name]), title=title, field=name, value=title).at(**place)
            )
            continue
        if unit is None and header.unit_line:
            unit = next(
                (
                    part
                    for part in re.split(r"[、,，/;；和]", header.unit_line)
                    if _UNIT.match(part) and _understood(definition, context, part)
                ),
                None,
            )
        if unit and not _is_base(definition, context, unit):
            raw[name] = [_joined(cell, unit) for cell in cells]
    return faults


def _understood(definition: Field, context: Context, unit: str) -> bool:
    return _one(definition, context, unit) is not None


def _is_base(definition: Field, context: Context, unit: str) -> bool:
    return _one(definition, context, unit) == _one(definition, context, "")


def _one(definition: Field, context: Context, unit: str) -> str | None:
    """Return what one of a unit is in the field's own unit; bounds of the field do not matter here."""
    from dataclasses import replace

    read = reader(replace(definition, min=None, max=None, places=None), context)("1" + unit)
    return read.value if isinstance(read, Reading) else read


def _joined(cell: Any, unit: str) -> Any:
    if is_blank(cell) or isinstance(cell, bool):
        return cell
    if isinstance(cell, str):
        return cell.strip() + unit if _NUMBER.match(cell) and "%" not in cell else cell
    if isinstance(cell, int | float) or hasattr(cell, "as_tuple"):
        return shown_text(cell) + unit
    return cell
