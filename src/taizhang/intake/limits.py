"""What a file may be before it is opened: size, compression, extent, no entities, no password."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from taizhang.errors import Fault, Refusal
from taizhang.intake.sheets import column_index

_CHUNK = 4 << 20
_OVERLAP = 32  # longer than any cell address
_SUSPECT = re.compile(rb'"[A-Z](?:[A-Z]{1,2}\d|\d{7})')
_SUSPECT_ROW = re.compile(rb'r="\d{7}')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"[^>]*?(/)?>')
_CELL = re.compile(rb'"([A-Z]{2,3}(?=\d)|[A-Z](?=\d{6})|(?=\d{6}))(\d+)"')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"[^>]*?(/)?>')
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*?(/)?>')
_FAILED = b't="e"'
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file: bytes on disk, bytes unpacked, unpacked ÷ packed (of parts over 16 MiB), rows of a sheet, cells of a sheet's extent."""

    file_bytes: int = 256 << 20
    unpacked_bytes: int = 1 << 30
    ratio: int = 300
    rows: int = 1_048_576
    cells: int = 40_000_000


def refuse(code: str, path: Path, **params: object) -> Refusal:
    """Return the refusal of a whole file."""
    return Refusal([Fault(code, {"name": path.name, **params}, file=path.name)])


def check_zip(path: Path, archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse an archive whose directory promises too much.

    Raises ``Refusal`` (``file.too_large``, ``file.encrypted``).
    """
    total = 0
    for part in archive.infolist():
        total += part.file_size
        if part.flag_bits & 1:
            raise refuse("file.encrypted", path)
        if part.file_size > 16 << 20 and part.file_size > limits.ratio * max(part.compress_size, 1):
            raise refuse("file.too_large", path, size=f"{part.file_size >> 20} MB", limit=f"{limits.ratio}:1")
        if total > limits.unpacked_bytes:
            raise refuse("file.too_large", path, size=f"> {limits.unpacked_bytes >> 20} MB", limit=f"{limits.unpacked_bytes >> 20} MB")


def check_parts(path: Path, archive: zipfile.ZipFile, limits: Limits) -> set[str]:
    """Refuse a workbook whose cells lie so far apart that reading it would fill the memory, and one that brings entities.

    The declared dimension is not trusted. Every part is unpacked once, which also proves its checksum. A sheet whose addresses all lie in
    columns A–Z and below row 1 000 000 always fits; any other has its cells looked at one by one.

    Returns the sheets (part names) in which formulas have failed. Raises ``Refusal`` (``sheet.too_large``, ``file.entities``); ``zipfile.BadZipFile`` and ``zlib.error`` for a broken part.
    """
    failed: set[str] = set()
    for part in archive.infolist():
        name = part.filename.lower()
        if not name.endswith((".xml", ".rels")):
            continue
        sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
        suspect, tail = False, b""
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                if not tail and _ENTITY.search(chunk):
                    raise refuse("file.entities", path)
                if sheet and not suspect:
                    suspect = any(_SUSPECT.search(text) or _SUSPECT_ROW.search(text) for text in (chunk, tail + chunk[:_OVERLAP]))
                if sheet and (_FAILED in chunk or _FAILED in tail + chunk[:_OVERLAP]):
                    failed.add(part.filename)
                tail = chunk[-_OVERLAP:]
        if suspect:
            rows, columns = _extent(archive, part)
            if rows * columns > limits.cells or rows > limits.rows:
                raise refuse("sheet.too_large", path, rows=rows, columns=columns, limit=limits.cells)
    return failed


def _extent(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, int]:
    rows = columns = 1
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            text = tail + chunk
            for found in _CELL.finditer(text):
                column, row, blank = found.groups()
                if not blank:
                    rows = max(rows, int(row[:9]))
                    columns = max(columns, column_index(column.decode()) + 1)
            for found in _ROW.finditer(text):
                if not found[2]:
                    rows = max(rows, int(found[1][:9]))
            tail = chunk[-256:]
    return rows, columns
