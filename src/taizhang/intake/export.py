"""Writing rows to a workbook or CSV in the words of the ledger, so that no text in them can run as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from taizhang.intake.cells import guarded, plain_cell
from taizhang.pack.definitions import Ledger
from taizhang.pack.fieldtypes import write_value

_FORBIDDEN_IN_TITLE = re.compile(r"[\\/*?:\[\]]")
_TEXT_TYPES = {"id_number", "credit_code", "bank_card", "telephone", "division", "reference", "plate"}


def write_rows(ledger: Ledger, rows: Iterable[Mapping[str, str | None]], path: Path) -> None:
    """Write canonical rows under the ledger's titles: .csv (UTF-8 with byte order mark, for Excel) or .xlsx, by the path's suffix.

    What is written reads back to the same rows.
    """
    header = [field.title for field in ledger.fields.values()]
    table = ([write_value(field, row.get(name)) for name, field in ledger.fields.items()] for row in rows)
    if path.suffix.lower() == ".csv":
        _write_csv(header, table, path)
    else:
        _write_xlsx(ledger, header, table, path)


def write_table(title: str, header: Iterable[str], rows: Iterable[Iterable[Any]], path: Path) -> None:
    """Write any table to .xlsx or .csv, by the path's suffix; numbers stay numbers, and no text can run as a formula."""
    if path.suffix.lower() == ".csv":
        _write_csv(list(header), (list(row) for row in rows), path)
        return
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet(_FORBIDDEN_IN_TITLE.sub(" ", title)[:31])
    page.append([plain_cell(text) for text in header])
    for row in rows:
        page.append([plain_cell(value) for value in row])
    book.save(path)


def _csv_text(value: Any) -> str:
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)


def _write_csv(header: list[str], table: Iterable[list[Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([guarded(title) for title in header])
        writer.writerows([_csv_text(value) for value in row] for row in table)


def _write_xlsx(ledger: Ledger, header: list[str], table: Iterable[list[Any]], path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = Workbook(write_only=True)
    page = book.create_sheet(ledger.title[:31])
    page.append([plain_cell(title) for title in header])
    as_text = [field.type in _TEXT_TYPES for field in ledger.fields.values()]
    for row in table:
        cells: list[Any] = []
        for value, text in zip(row, as_text, strict=True):
            if value is None or not isinstance(value, str):
                cells.append(value)
                continue
            try:
                cell = WriteOnlyCell(page, value)
            except IllegalCharacterError:
                cell = WriteOnlyCell(page, plain_cell(value))
            # Written as a string, whatever it begins with: in .xlsx the type of a cell says that it is no formula.
            cell.data_type = "s"
            cell.quotePrefix = True
            if text:
                cell.number_format = "@"
            cells.append(cell)
        page.append(cells)
    book.save(path)
