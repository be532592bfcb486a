"""Sheets of a workbook through python-calamine, with what it does not tell about .ods: spans, hidden sheets, repeated cells."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from taizhang.intake.halves import Cutting
from taizhang.intake.limits import Limits, refuse
from taizhang.intake.sheets import Format, Merge, Sheet

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"


def open_sheets(path: Path, book: CalamineWorkbook, kind: Format, limits: Limits, halved: dict[str, Cutting]) -> list[Sheet]:
    """Return the worksheets of an open workbook, hidden ones too (marked, without cells).

    ``halved`` are large sheets whose upper half has been read already, by name.

    Raises ``Refusal`` (``sheet.too_large``).
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    extra = _ods_extra(path, limits) if kind == "ods" else {}
    sheets = []
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        merged, hidden = extra.get(meta.name, ([], False))
        if hidden or meta.visible != SheetVisibleEnum.Visible:
            sheets.append(Sheet(meta.name, [], hidden=True))
            continue
        if large := halved.get(meta.name):
            sheets.append(large.sheet())
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


def _ods_extra(path: Path, limits: Limits) -> dict[str, tuple[list[Merge], bool]]:
    """Return spans and whether it is hidden for each sheet of an .ods, and refuse repeats that would not fit.

    Raises ``Refusal`` (``file.encrypted``, ``file.broken``, ``sheet.too_large``).
    """
    with zipfile.ZipFile(path) as archive:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise refuse("file.encrypted", path)
        walk = _OdsWalk(path, limits)
        with archive.open("content.xml") as stream:
            try:
                # Documents with a DOCTYPE have been refused before.
                for event, node in ElementTree.iterparse(stream, events=("start", "end")):  # noqa: S314
                    (walk.begin if event == "start" else walk.end)(node)
            except ElementTree.ParseError:
                raise refuse("file.broken", path, reason="XML") from None
    return walk.found


class _OdsWalk:
    """One pass through the content of an .ods, counting rows and columns with their repeats."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.found: dict[str, tuple[list[Merge], bool]] = {}
        self._path, self._limits = path, limits
        self._hidden: set[str] = set()
        self._style = self._name = ""
        self._row = self._column = self._widest = self._last = 0

    def begin(self, node: ElementTree.Element) -> None:
        """Enter an element."""
        if node.tag == f"{_STYLE}style":
            self._style = node.get(f"{_STYLE}name", "")
        elif node.tag == f"{_STYLE}table-properties" and node.get(f"{_TABLE}display") == "false":
            self._hidden.add(self._style)
        elif node.tag == f"{_TABLE}table":
            self._name, self._row, self._widest, self._last = node.get(f"{_TABLE}name", ""), 0, 0, 0
            self.found[self._name] = ([], node.get(f"{_TABLE}style-name", "") in self._hidden)
        elif node.tag == f"{_TABLE}table-row":
            self._column = 0

    def end(self, node: ElementTree.Element) -> None:
        """Leave an element; its memory is given back."""
        if node.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            self._cell(node)
            node.clear()
        elif node.tag == f"{_TABLE}table-row":
            repeat = int(node.get(f"{_TABLE}number-rows-repeated", 1))
            filled = self._last == self._row + 1
            self._row += repeat
            self._last = self._row if filled else self._last
            if self._last > self._limits.rows or self._last * self._widest > self._limits.cells:
                raise refuse("sheet.too_large", self._path, rows=self._last, columns=self._widest, limit=self._limits.cells)
            node.clear()

    def _cell(self, node: ElementTree.Element) -> None:
        down, across = int(node.get(f"{_TABLE}number-rows-spanned", 1)), int(node.get(f"{_TABLE}number-columns-spanned", 1))
        if (down > 1 or across > 1) and self._name in self.found:
            self.found[self._name][0].append((self._row, self._column, self._row + down - 1, self._column + across - 1))
        self._column += int(node.get(f"{_TABLE}number-columns-repeated", 1))
        if node.get(f"{_OFFICE}value-type"):
            self._widest, self._last = max(self._widest, self._column), self._row + 1
