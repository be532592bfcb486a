"""Workbooks that go out, are changed and come back: every row carries a mark that tells the entry and the version it was written from.

The mark stands in a first column that is hidden and, by the sheet's protection, stays so; everything else may be edited, rows added, sorted or deleted.
Reading tells only what stands in the file: comparing it with what stands in the ledger is done elsewhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from taizhang.errors import Fault, Refusal
from taizhang.intake.cells import plain_cell
from taizhang.intake.sheets import Sheet, is_blank, letters
from taizhang.pack.definitions import Ledger

MARK = "系统标记"
_FORMAT = 1
_MARK = re.compile(r"(\d{1,18})-([0-9a-f]{8})")
_TEXT_TYPES = {"id_number", "credit_code", "bank_card", "telephone", "division", "reference", "plate"}


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A row of a file that came back; ``seq`` is the version it was written from, None for a row that was added. Values are as they stand there."""

    line: int
    seq: int | None
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Returned:
    """What stands in a file that came back, and what is wrong with the file itself."""

    sheet: str
    rows: list[ReturnedRow]
    faults: list[Fault]


def mark_of(ledger: Ledger, seq: int) -> str:
    """Return the mark of a version: its ``seq`` with a check, so that a mistyped one is not taken for another entry."""
    return f"{seq}-{hashlib.sha256(f'{ledger.name} {seq}'.encode()).hexdigest()[:8]}"


def _heading(ledger: Ledger) -> str:
    return f"{MARK} {_FORMAT} {ledger.name}"


def write_round_trip(ledger: Ledger, rows: Iterable[tuple[int, Mapping[str, Any]]], path: Path) -> int:
    """Write (seq, cells by field) to an .xlsx that ``read_round_trip`` takes back; return the number of rows."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, Protection

    book = Workbook(write_only=True)
    page = book.create_sheet(ledger.title[:31])
    free = Protection(locked=False)
    fields = list(ledger.fields.values())
    page.column_dimensions["A"].hidden = True
    for index, field in enumerate(fields, 1):
        page.column_dimensions[letters(index)].width = max(10, min(30, 2 * len(field.title) + 2))
        page.column_dimensions[letters(index)].protection = free
    page.freeze_panes = "B2"
    guard = page.protection
    guard.sheet = True
    # With all cells free, rows may still be sorted, filtered, added and deleted; what stays forbidden is to show the hidden column.
    guard.formatCells = guard.insertRows = guard.deleteRows = guard.sort = guard.autoFilter = False

    def cell(value: Any, as_text: bool = False, bold: bool = False) -> Any:
        made = WriteOnlyCell(page, plain_cell(value))
        if isinstance(value, str):
            made.value, made.data_type, made.quotePrefix = (
                str(plain_cell(value)).removeprefix("'") if value[:1] != "'" else value,
                "s",
                True,
            )
        made.protection = free
        if as_text:
            made.number_format = "@"
        if bold:
            made.font = Font(bold=True)
        return made

    page.append([cell(_heading(ledger)), *(cell(field.title, bold=True) for field in fields)])
    count = 0
    for seq, values in rows:
        page.append([cell(mark_of(ledger, seq)), *(cell(values.get(f.name), f.type in _TEXT_TYPES) for f in fields)])
        count += 1
    book.save(path)
    return count


def read_round_trip(path: Path, ledger: Ledger) -> Returned:
    """Read a file that came back: rows with the version they were written from, and faults (a mark spoilt or twice, a column missing).

    Raises ``Refusal`` for a file that cannot be opened, or that was not exported to be changed (``round_trip.not_ours``, ``round_trip.other_ledger``).
    """
    from taizhang.intake.sources import read_file

    source = read_file(path)
    for sheet in source.sheets:
        top = sheet.rows[0] if sheet.rows else []
        at = next((i for i, value in enumerate(top) if isinstance(value, str) and value.startswith(f"{MARK} ")), None)
        if at is not None:
            return _read_sheet(sheet, ledger, at, list(source.faults))
    raise Refusal([Fault("round_trip.not_ours", {"name": path.name}, file=path.name)])


def _read_sheet(sheet: Sheet, ledger: Ledger, at: int, faults: list[Fault]) -> Returned:
    top = sheet.rows[0]
    if top[at] != _heading(ledger):
        raise Refusal([Fault("round_trip.other_ledger", {"title": ledger.title}, sheet=sheet.name, value=str(top[at]))])
    by_title = {field.title: name for name, field in ledger.fields.items()}
    columns: dict[int, str] = {}
    for index, heading in enumerate(top):
        name = by_title.get(str(heading or "").strip())
        if name is not None and name in columns.values():
            faults.append(Fault("column.repeated", {"title": heading, "first": "—"}, sheet=sheet.name, row=1, column=letters(index)))
        elif name is not None:
            columns[index] = name
        elif index != at and not is_blank(heading):
            faults.append(Fault("column.unknown", {"heading": heading}, "warning", sheet=sheet.name, row=1, column=letters(index)))
    rows, seen = [], dict[int, int]()
    for number, cells in enumerate(sheet.rows[1:], 1 + sheet.base):
        if all(is_blank(cell) for index, cell in enumerate(cells) if index in columns):
            continue
        seq = _seq(cells[at] if at < len(cells) else None, ledger)
        if seq == 0 or (seq and seq in seen):
            code, params = ("round_trip.mark_spoilt", {}) if seq == 0 else ("round_trip.mark_twice", {"row": seen[seq or 0]})
            faults.append(Fault(code, params, sheet=sheet.name, row=number))
            continue
        if seq:
            seen[seq] = number
        rows.append(ReturnedRow(number, seq, {name: _text(cells[i]) for i, name in columns.items() if i < len(cells)}))
    return Returned(sheet.name, rows, faults)


def _seq(cell: Any, ledger: Ledger) -> int | None:
    """Return the version that a mark tells; None where there is none, 0 where it is spoilt."""
    if is_blank(cell):
        return None
    match = _MARK.fullmatch(str(cell).strip())
    return int(match[1]) if match and mark_of(ledger, int(match[1])) == match[0] else 0


def _text(cell: Any) -> str | None:
    """Return a cell as a person would have written it: what is kept between two pages is text."""
    from taizhang.pack.fieldtypes import shown_text

    if is_blank(cell):
        return None
    if isinstance(cell, datetime) and (cell.hour or cell.minute):
        return cell.isoformat(sep=" ", timespec="minutes")
    return cell.date().isoformat() if isinstance(cell, datetime) else cell.isoformat() if isinstance(cell, date) else shown_text(cell)
