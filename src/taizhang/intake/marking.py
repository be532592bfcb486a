"""The marked copy: the user's own workbook with the bad cells filled and explained, and a first sheet that lists every fault."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.errors import Fault, Refusal
from taizhang.files import replacement
from taizhang.intake.cells import plain_cell
from taizhang.intake.sources import read_file
from taizhang.intake.tables import FAULT_LIST
from taizhang.intake.telling import fault_heading, fault_rows

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_ERROR, _WARNING, _HEAD = "FFFFC7CE", "FFFFEB9C", "FFD9E1F2"
_WIDTHS = (6, 22, 16, 26, 46, 40, 8, 24)
_MOST_MARKED = 20_000  # comments; beyond that Excel itself becomes unusable, and the list still holds every fault
_LONGEST_COMMENT = 2000


def write_marked_copy(source: Path, faults: Sequence[Fault], target: Path) -> Path | None:
    """Write a copy of a faulty file as .xlsx with its faults marked, and return its path.

    An .xlsx keeps its formatting; any other file becomes a plain workbook of the cells that were read. A file that cannot be opened
    at all has no copy: None is returned.
    """
    target = target.with_suffix(".xlsx")
    book = _open(source)
    if book is None:
        return None
    _list(book, faults)
    _mark(book, faults)
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacement(target) as part:
        book.save(part)
    return target


def _open(source: Path) -> Workbook | None:
    from openpyxl import load_workbook

    try:
        found = read_file(source)
    except Refusal:
        return None
    if found.format == "xlsx":
        try:
            with source.open("rb") as stream:
                return load_workbook(stream, keep_links=False)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, zipfile.BadZipFile):
            # Some programs write workbooks that openpyxl cannot take; the cells are still known.
            found = read_file(source)
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in found.sheets:
        page = book.create_sheet(_sheet_name(sheet.name))
        for row in sheet.rows:
            page.append([plain_cell(cell) for cell in row])
        for top, left, bottom, right in sheet.merged:
            page.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    return book


def _sheet_name(name: str) -> str:
    return "".join("_" if char in "[]:*?/\\" else char for char in name)[:31] or "Sheet"


def _list(book: Workbook, faults: Sequence[Fault]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    if FAULT_LIST in book.sheetnames:
        book.remove(book[FAULT_LIST])
    page: Worksheet = book.create_sheet(FAULT_LIST, 0)
    page.append(list(fault_heading()))
    for row in fault_rows(faults):
        page.append([plain_cell(text) for text in row])
    for index, width in enumerate(_WIDTHS):
        page.column_dimensions["ABCDEFGH"[index]].width = width
    for cell in page[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=_HEAD)
    for cells in page.iter_rows(min_row=2, max_row=min(len(faults) + 1, 2000)):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number, fault in enumerate(faults, start=2):
        name = _sheet_name(fault.sheet or "")
        if fault.row and fault.column and name in book.sheetnames and number < 5000:
            cell = page.cell(number, 2)
            cell.hyperlink = f"#'{name}'!{fault.column}{fault.row}"
            cell.font = Font(color="FF0563C1", underline="single")
    page.freeze_panes = "A2"
    book.active = 0
    for sheet in book.worksheets[1:]:
        sheet.sheet_view.tabSelected = False


def _mark(book: Workbook, faults: Sequence[Fault]) -> None:
    from openpyxl.cell.cell import Cell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    told: dict[Any, list[Fault]] = {}
    for fault in faults:
        name = _sheet_name(fault.sheet or "")
        if name in book.sheetnames and fault.row:
            column = fault.column or "A"
            told.setdefault((name, f"{column}{fault.row}"), []).append(fault)
    fills = {"error": PatternFill("solid", fgColor=_ERROR), "warning": PatternFill("solid", fgColor=_WARNING)}
    for (name, place), here in list(told.items())[:_MOST_MARKED]:
        cell = _top_left(book[name], place)
        if not isinstance(cell, Cell):
            continue
        cell.fill = fills["error" if any(f.severity == "error" for f in here) else "warning"]
        sentences = [f"{f.message}\n→ {f.accepted}" if f.accepted else f.message for f in here]
        comment = Comment("\n".join(sentences)[:_LONGEST_COMMENT], "台账", height=120, width=320)
        cell.comment = comment


def _top_left(page: Worksheet, place: str) -> Any:
    for merged in page.merged_cells.ranges:
        if place in merged:
            return page.cell(merged.min_row, merged.min_col)
    return page[place]
