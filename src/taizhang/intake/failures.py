"""Cells whose formula failed (#DIV/0!, #N/A): the workbook reader gives them out as empty, and a failed cell must not pass for one."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable
from xml.etree import ElementTree

from taizhang.intake.sheets import Sheet, column_index

FailedCell = tuple[int, int, str]  # 0-based row and column, what stands in it
_CELL = re.compile(
    rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>(?:<(?:\w+:)?f\b.*?</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)?<(?:\w+:)?v>([^<]*)<', re.DOTALL
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MOST = 100_000


def failed_cells(archive: zipfile.ZipFile, parts: Iterable[str]) -> dict[str, list[FailedCell]]:
    """Return the failed cells of an .xlsx by the name of their sheet; ``parts`` are the parts of the archive that hold some."""
    names = sheet_names(archive)
    found: dict[str, list[FailedCell]] = {}
    for part in parts:
        cells: list[FailedCell] = []
        for match in _CELL.finditer(archive.read(part)):
            place = _PLACE.search(match[1])
            if place and len(cells) < _MOST:
                cells.append((int(place[2]) - 1, column_index(place[1].decode()), match[2].decode("utf-8", "replace")))
        if part in names:
            found[names[part]] = cells
    return found


def sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the sheet's name for each part; documents with a DOCTYPE have been refused before."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {node.get("Id"): node.get("Target", "") for node in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    names = {}
    for node in book.iter():
        if node.tag.endswith("}sheet") and _RELATION in node.attrib:
            target = targets.get(node.attrib[_RELATION], "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            names[part] = node.get("name", "")
    return names


def with_failures(sheets: list[Sheet], failed: dict[str, list[FailedCell]]) -> list[Sheet]:
    """Write what a failed cell shows into it, so that its reader refuses it."""
    for sheet in sheets:
        if sheet.name in failed:
            sheet.complete()
        for row, column, text in failed.get(sheet.name, ()):
            while row >= len(sheet.rows) and not sheet.hidden:
                sheet.rows.append([None] * max(map(len, sheet.rows[:1]), default=column + 1))
            if row < len(sheet.rows) and column < len(sheet.rows[row]):
                sheet.rows[row][column] = text or "#ERROR!"
    return sheets
