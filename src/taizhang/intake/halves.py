"""A large .xlsx sheet read as two halves at the same time.

Parsing a sheet's XML is most of an import's time, and python-calamine does it without the interpreter's lock. A sheet is a flat list of rows
with their own numbers, so that it can be cut between two rows into two workbooks that differ in nothing else.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

SMALLEST = 16 << 20  # bytes of XML; below that the second copy of the other parts costs more than it saves
_ROW = re.compile(rb'<row r="(\d+)"')
_CELL_PLACE = re.compile(rb'<c r="[A-Z]+\d')


def can_halve(size: int) -> bool:
    """Tell whether a sheet of so many bytes of XML is worth cutting on this machine."""
    return size >= SMALLEST and (os.cpu_count() or 1) > 1


def cut(archive: zipfile.ZipFile, part: str) -> tuple[bytes, bytes] | None:
    """Return two workbooks with the first and the second half of a sheet's rows, or None when it cannot be cut safely.

    It can when rows and cells carry their numbers, as every office program writes them, and when the row at the cut is greater than all before it.
    """
    text = archive.read(part)
    begin, end = text.find(b"<sheetData>"), text.rfind(b"</sheetData>")
    middle = text.find(b"<row ", (begin + end) // 2)
    row = _ROW.match(text, middle) if 0 < begin < middle < end else None
    first = _ROW.search(text, begin, middle) if row else None
    last = text.rfind(b'<row r="', begin, middle)
    before = _ROW.match(text, last) if last > 0 else None
    if not (row and first and before and int(first[1]) <= int(before[1]) < int(row[1]) and _CELL_PLACE.match(text, text.find(b"<c ", middle))):
        return None
    rest = [(info.filename, archive.read(info)) for info in archive.infolist() if _needed(info.filename, part)]
    return _workbook(rest, part, text[:middle], text[end:]), _workbook(rest, part, text[: begin + 11], text[middle:])


def _needed(name: str, part: str) -> bool:
    return name != part and (name.endswith(".rels") or name in ("[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"))


def _workbook(rest: list[tuple[str, bytes]], part: str, *text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in rest:
            archive.writestr(name, content)
        with archive.open(part, "w") as stream:
            for piece in text:
                stream.write(piece)
    return out.getvalue()


def read_in_halves(path: Path, part: str, name: str) -> tuple[list[list[Any]], list[Any]] | None:
    """Return the rows of a large sheet from row 1 and column A on, and its merged ranges; None when it has to be read whole."""
    from python_calamine import CalamineError

    with zipfile.ZipFile(path) as archive:
        if not can_halve(archive.getinfo(part).file_size):
            return None
        halves = cut(archive, part)
    if halves is None:
        return None
    try:
        with ThreadPoolExecutor(2) as pool:
            upper, lower = pool.map(_sheet, halves, (name, name))
    except CalamineError:
        return None
    rows = _joined(upper, lower)
    return None if rows is None else (rows, upper.merged_cell_ranges or [])


def _sheet(book: bytes, name: str) -> CalamineSheet:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name(name)


def _joined(upper: CalamineSheet, lower: CalamineSheet) -> list[list[Any]] | None:
    if upper.start is None or upper.end is None or lower.start is None or lower.end is None or lower.start[0] <= upper.end[0]:
        return None
    width = max(upper.end[1], lower.end[1]) + 1
    rows: list[list[Any]] = [[""] * width for _ in range(upper.start[0])]
    for sheet in (upper, lower):
        top, left = sheet.start or (0, 0)
        rows += [[""] * width for _ in range(top - len(rows))]
        before, after = [""] * left, [""] * (width - (sheet.end or (0, 0))[1] - 1)
        found = sheet.to_python(skip_empty_area=True)
        rows += [before + row + after for row in found] if before or after else found
    return rows
