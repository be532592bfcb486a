"""How an entry differs from what stands, as people read it: masked as the sight says, a hidden difference told as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taizhang.access.query import personal
from taizhang.access.written import written
from taizhang.pack.field_titles import titled
from taizhang.pack.fieldtypes import NUMBERS

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.pack.definitions import Ledger

Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Cell:
    """One field: what stands (``old``), what comes (``new``); ``hidden`` where masks make both look alike although they differ."""

    field: str
    title: str
    old: str
    new: str
    changed: bool
    hidden: bool = False
    number: bool = False


def shown(sight: Sight, ledger: Ledger, values: Values, *, clear: bool = False) -> dict[str, str]:
    """Return values as they are written, by field; personal ones are masked unless ``clear``."""
    seen: Mapping[str, str | None] = values if clear else sight.shown(ledger, values)
    return {
        name: written(ledger.fields[name], value, sight.divisions, masked=not clear and personal(sight, ledger, name))
        for name, value in seen.items()
        if name in ledger.fields
    }


def compared(sight: Sight, ledger: Ledger, old: Values | None, new: Values | None, *, clear: bool = False) -> list[Cell]:
    """Return all fields that either side has, in the order of the ledger."""
    before, after = shown(sight, ledger, old or {}, clear=clear), shown(sight, ledger, new or {}, clear=clear)
    cells = []
    for name, field in ledger.fields.items():
        left, right = (old or {}).get(name), (new or {}).get(name)
        if left is None and right is None:
            continue
        told, tells, differs = before.get(name, ""), after.get(name, ""), left != right
        cells.append(Cell(name, titled(field), told, tells, differs, differs and told == tells, field.type in NUMBERS))
    return cells


def named(sight: Sight, ledger: Ledger, values: Values) -> str:
    """Return what tells an entry from others, for people: its key as written, personal parts masked."""
    key = shown(sight, ledger, {name: values.get(name) for name in ledger.key})
    return " / ".join(text for name in ledger.key if (text := key.get(name)))
