"""How a sheet was read, for a person to look at and correct: its ledger, its heading, which column was taken for which field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from taizhang.errors import Fault
from taizhang.intake.headers import Grid, Header, likely_header
from taizhang.intake.sheets import Sheet, is_blank, letters
from taizhang.intake.titles import Titles, cell_text, heading_key

_SAMPLES = 3
_LOOKED = 60  # rows in which samples are looked for
How = Literal["field", "told", "unknown", "serial", "left_out", "repeated"]


@dataclass(frozen=True, slots=True)
class ColumnOutline:
    """One column: where it stands, what its heading says, the field that it was taken for."""

    letters: str
    heading: str  # as written, lines joined by “/”
    key: str  # by which it is remembered
    field: str | None
    how: How
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetOutline:
    """One sheet: its ledger (None when none was found) and its columns."""

    sheet: str
    ledger: str | None = None
    row: int | None = None  # of the heading's last line, as a spreadsheet counts
    columns: tuple[ColumnOutline, ...] = ()
    left_out: bool = False
    fault: str | None = None  # code of what kept the sheet from being read

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        columns = [{n: getattr(c, n) for n in ("letters", "heading", "key", "field", "how", "samples")} for c in self.columns]
        return {n: getattr(self, n) for n in ("sheet", "ledger", "row", "left_out", "fault")} | {"columns": columns}


def outline(sheet: Sheet, found: tuple[Titles, Header] | Fault) -> SheetOutline:
    """Return how a sheet was read, or could be: under its heading, or under what looks like one."""
    grid = Grid(sheet)
    if isinstance(found, Fault):
        rows = likely_header(grid)
        columns = _columns(sheet, grid, rows, None, None) if rows else ()
        return SheetOutline(sheet.name, None, rows[1] + sheet.base if rows else None, columns, fault=found.code)
    titles, header = found
    columns = _columns(sheet, grid, (header.top, header.bottom), titles, header)
    return SheetOutline(sheet.name, titles.ledger.name, header.bottom + sheet.base, columns)


def _columns(
    sheet: Sheet, grid: Grid, rows: tuple[int, int], titles: Titles | None, header: Header | None
) -> tuple[ColumnOutline, ...]:  # fmt: skip
    fields = {column: name for name, column in header.columns.items()} if header else {}
    repeated = {second for _, _, second in header.repeated} if header else set()
    found = []
    for column, path in enumerate(grid.paths(*rows)):
        if not path:
            continue
        key = heading_key(path)
        how: How = "unknown"
        if column in fields:
            how = "told" if titles and key in titles.said else "field"
        elif header and column in header.left_out:
            how = "left_out"
        elif header and column == header.serial:
            how = "serial"
        elif column in repeated:
            how = "repeated"
        found.append(ColumnOutline(letters(column), "/".join(path), key, fields.get(column), how, _samples(sheet, column, rows[1] + 1)))
    return tuple(found)


def _samples(sheet: Sheet, column: int, first: int) -> tuple[str, ...]:
    cells = (row[column] for row in sheet.rows[first : first + _LOOKED] if column < len(row) and not is_blank(row[column]))
    return tuple(list(dict.fromkeys(cell_text(cell)[:40] for cell in cells))[:_SAMPLES])
