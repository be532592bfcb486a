"""Sheets of a workbook through python-calamine, with what it does not tell about .ods: spans, hidden sheets, repeated cells."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from taizhang.intake.failures import sheet_names
from taizhang.intake.halves import can_halve, read_in_halves
from taizhang.intake.limits import Limits, refuse
from taizhang.intake.sheets import Format, Merge, Sheet

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"


def open_sheets(path: Path, book: CalamineWorkbook, kind: Format, limits: Limits) -> list[Sheet]:
    """Return the worksheets of an open workbook, hidden ones too (marked, without cells).

    Raises ``Refusal`` (``sheet.too_large``).
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    extra = _ods_extra(path, limits) if kind == "ods" else {}
    parts = _parts(path) if kind == "xlsx" else {}
    sheets = []
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        merged, hidden = extra.get(meta.name, ([], False))
        if hidden or meta.visible != SheetVisibleEnum.Visible:
            sheets.append(Sheet(meta.name, [], hidden=True))
            continue
        halves = read_in_halves(path, parts[meta.name], meta.name) if meta.name in parts else None
        if halves:
            ranges = [(top, left, bottom, right) for (top, left), (bottom, right) in halves[1]]
            sheets.append(Sheet(meta.name, halves[0], ranges))
            continue
        sheet = book.get_sheet_by_index(index)
        end = sheet.end or (0, 0)
        if end[0] + 1 > limits.rows or (end[0] + 1) * (end[1] + 1) > limits.cells:
            raise refuse("sheet.too_large", path, rows=end[0] + 1, columns=end[1] + 1, limit=limits.cells)
        rows: list[list[Any]] = sheet.to_python(skip_empty_area=False) if sheet.end else []
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
            merged.append((top, left, bottom, right))
        sheets.append(Sheet(meta.name, rows, merged))
    return sheets


def _parts(path: Path) -> dict[str, str]:
    """Return the part of the archive for each sheet that is large enough to be read in halves."""
    with zipfile.ZipFile(path) as archive:
        large = {info.filename for info in archive.infolist() if can_halve(info.file_size)}
        return {name: part for part, name in sheet_names(archive).items() if part in large} if large else {}


def _ods_extra(path: Path, limits: Limits) -> dict[str, tuple[list[Merge], bool]]:
    """Return spans and whether it is hidden for each sheet of an .ods, and refuse repeats that would not fit.

    Raises ``Refusal`` (``file.encrypted``, ``sheet.too_large``).
    """
    with zipfile.ZipFile(path) as archive:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise refuse("file.encrypted", path)
        found: dict[str, tuple[list[Merge], bool]] = {}
        hidden_styles: set[str] = set()
        style = name = ""
        row = column = depth = 0
        widest = last = 0
        with archive.open("content.xml") as stream:
            try:
                for event, node in ElementTree.iterparse(stream, events=("start", "end")):  # noqa: S314 - documents with a DOCTYPE are refused before
                    tag = node.tag
                    if event == "start":
                        if tag == f"{_STYLE}style":
                            style = node.get(f"{_STYLE}name", "")
                        elif tag == f"{_STYLE}table-properties" and node.get(f"{_TABLE}display") == "false":
                            hidden_styles.add(style)
                        elif tag == f"{_TABLE}table":
                            depth += 1
                            name, row, widest, last = node.get(f"{_TABLE}name", ""), 0, 0, 0
                            found[name] = ([], node.get(f"{_TABLE}style-name", "") in hidden_styles)
                        elif tag == f"{_TABLE}table-row":
                            column = 0
                        continue
                    if tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                        repeat = int(node.get(f"{_TABLE}number-columns-repeated", 1))
                        down, across = int(node.get(f"{_TABLE}number-rows-spanned", 1)), int(node.get(f"{_TABLE}number-columns-spanned", 1))
                        if (down > 1 or across > 1) and name in found:
                            found[name][0].append((row, column, row + down - 1, column + across - 1))
                        column += repeat
                        if node.get(f"{_OFFICE}value-type"):
                            widest, last = max(widest, column), row + 1
                        node.clear()
                    elif tag == f"{_TABLE}table-row":
                        repeat = int(node.get(f"{_TABLE}number-rows-repeated", 1))
                        row += repeat
                        last = row if last == row - repeat + 1 else last
                        if last > limits.rows or last * widest > limits.cells:
                            raise refuse("sheet.too_large", path, rows=last, columns=widest, limit=limits.cells)
                        node.clear()
            except ElementTree.ParseError:
                raise refuse("file.broken", path, reason="XML") from None
    return found
