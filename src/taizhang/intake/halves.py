"""A large .xlsx sheet read as two halves at the same time.

Parsing a sheet's XML is most of an import's time, and python-calamine does it without the interpreter's lock. A sheet is a flat list of rows
with their own numbers, so that it can be cut between two rows into two workbooks that differ in nothing else.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Container
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.intake.failures import sheet_names

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

    Half = tuple[CalamineSheet, list[list[Any]]]  # and its rows without the empty edges

SMALLEST = 16 << 20  # bytes of XML; below that the second copy of the other parts costs more than it saves
_UPPER = 0.46  # the upper half is the smaller one: its cells become Python objects while the lower is still being parsed
_ROW = re.compile(rb'<row r="(\d+)"')
_CELL_PLACE = re.compile(rb'<c r="[A-Z]+\d')


def can_halve(size: int) -> bool:
    """Tell whether a sheet of so many bytes of XML is worth cutting on this machine."""
    return size >= SMALLEST and (os.cpu_count() or 1) > 1


def cut(archive: zipfile.ZipFile, part: str, text: bytes, large: Container[str] = ()) -> tuple[bytes, bytes] | None:
    """Return two workbooks with the first and the second half of the rows of a sheet (``text`` is its XML), or None when it cannot be cut safely.

    The first holds all other sheets too, except the ``large`` ones.
    It can when rows and cells carry their numbers, as every office program writes them, and when the row at the cut is greater than all before it.
    """
    begin, end = text.find(b"<sheetData>"), text.rfind(b"</sheetData>")
    middle = text.find(b"<row ", begin + int((end - begin) * _UPPER))
    row = _ROW.match(text, middle) if 0 < begin < middle < end else None
    first = _ROW.search(text, begin, middle) if row else None
    last = text.rfind(b'<row r="', begin, middle)
    before = _ROW.match(text, last) if last > 0 else None
    if not (
        row and first and before and int(first[1]) <= int(before[1]) < int(row[1]) and _CELL_PLACE.match(text, text.find(b"<c ", middle))
    ):
        return None
    rest = {info.filename: archive.read(info) for info in archive.infolist() if _needed(info.filename, part)}
    others = {
        info.filename: archive.read(info)
        for info in archive.infolist()
        if info.filename.endswith(".xml") and info.filename != part and info.filename not in rest and info.filename not in large
    }
    return _workbook({**rest, **others}, part, text[:middle], text[end:]), _workbook(rest, part, text[: begin + 11], text[middle:])


def _needed(name: str, part: str) -> bool:
    return name != part and (
        name.endswith(".rels") or name in ("[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml")
    )


def _workbook(rest: dict[str, bytes], part: str, *text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in rest.items():
            archive.writestr(name, content)
        with archive.open(part, "w") as stream:
            for piece in text:
                stream.write(piece)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Halved:
    """A large sheet: its rows from row 1 and column A on, its merged ranges, and a workbook that holds the other sheets."""

    rows: list[list[Any]]
    merged: list[Any]
    book: CalamineWorkbook


def read_large(path: Path, kept: dict[str, bytes]) -> dict[str, Halved]:
    """Read the sheets whose XML was kept, by part, and return those that could be cut, by name; ``kept`` is emptied."""
    with zipfile.ZipFile(path) as archive:
        names = sheet_names(archive)
    large, found = frozenset(kept), {}
    for part in large:
        halved = read_in_halves(path, part, names[part], kept.pop(part), large) if part in names else None
        if halved:
            found[names[part]] = halved
    return found


def read_in_halves(path: Path, part: str, name: str, text: bytes, large: Container[str]) -> Halved | None:
    """Return a large sheet; None when it has to be read whole."""
    from python_calamine import CalamineError

    with zipfile.ZipFile(path) as archive:
        halves = cut(archive, part, text, large)
    if halves is None:
        return None
    try:
        with ThreadPoolExecutor(2) as pool:
            (upper, book), (lower, _) = pool.map(_read, halves, (name, name))
    except CalamineError:
        return None
    rows = _joined(upper, lower)
    return None if rows is None else Halved(rows, upper[0].merged_cell_ranges or [], book)


def _read(content: bytes, name: str) -> tuple[Half, CalamineWorkbook]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheet = book.get_sheet_by_name(name)
    return (sheet, sheet.to_python(skip_empty_area=True)), book


def _joined(*halves: Half) -> list[list[Any]] | None:
    (upper, _), (lower, _) = halves
    if upper.start is None or upper.end is None or lower.start is None or lower.end is None or lower.start[0] <= upper.end[0]:
        return None
    width = max(upper.end[1], lower.end[1]) + 1
    rows: list[list[Any]] = [[""] * width for _ in range(upper.start[0])]
    for sheet, found in halves:
        top, left = sheet.start or (0, 0)
        rows += [[""] * width for _ in range(top - len(rows))]
        before, after = [""] * left, [""] * (width - (sheet.end or (0, 0))[1] - 1)
        rows += [before + row + after for row in found] if before or after else found
    return rows
