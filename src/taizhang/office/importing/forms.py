"""What the form of sheets and columns says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taizhang.pack.definitions import Pack

Sheets = dict[str, str | None]
Headings = dict[str, dict[str, str | None]]
LEFT_OUT = "-"


def corrections(sheets: Sequence[Mapping[str, Any]], form: Mapping[str, str], pack: Pack) -> tuple[Sheets, Headings]:
    """Return what differs from how the sheets were read: ledgers by sheet, fields by ledger and heading.

    Columns of a sheet whose ledger changes are not looked at: their choices were fields of the other ledger.
    """
    told: Sheets = {}
    headings: Headings = {}
    for s, sheet in enumerate(sheets):
        wanted = form.get(f"sheet-{s}")
        if wanted is None:
            continue
        if wanted == LEFT_OUT:
            told[sheet["sheet"]] = None
            continue
        if wanted not in pack.ledgers:
            continue
        told[sheet["sheet"]] = wanted
        if wanted != sheet["ledger"]:
            continue
        for c, column in enumerate(sheet["columns"]):
            name = form.get(f"column-{s}-{c}")
            if name is None or name == (column["field"] or "") or (name and name not in pack.ledgers[wanted].fields):
                continue
            headings.setdefault(wanted, {})[column["key"]] = name or None
    return told, headings
