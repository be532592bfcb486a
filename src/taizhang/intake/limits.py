"""What a file may be before it is opened: size, compression, extent, no entities, no password."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from taizhang.archives import ArchiveLimits, trouble
from taizhang.errors import Fault, Refusal
from taizhang.intake.sheets import column_index

_CHUNK = 1 << 20
_OVERLAP = 64 << 10  # longer than the beginning of any cell
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"'](\d+)[\"'][^>]*?(/)?>")
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,3})(\d+)[\"'][^>]*?(/)?>")
# With all letters, digits and quotes made alike, an address beyond column Z or row 999 999 is one of a few texts, and finding those is quick.
_ALIKE = bytes(0x41 if chr(n).isalpha() else 0x30 if chr(n).isdigit() else 0x22 if n == 0x27 else n for n in range(128)) + bytes(
    range(128, 256)
)
_MAYBE_FAR = (b"AA0", b'0000000"')
_FAR = (b'"AA0', b'"AAA0', b'0000000"')
_SEAM = 64  # longer than any address
_FAILED = b't="e"'
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


@dataclass(frozen=True, slots=True)
class Limits(ArchiveLimits):
    """Bounds of one workbook: those of its archive, rows of a sheet, cells of a sheet's extent."""

    rows: int = 1_048_576
    cells: int = 40_000_000


def refuse(code: str, path: Path, **params: object) -> Refusal:
    """Return the refusal of a whole file."""
    return Refusal([Fault(code, {"name": path.name, **params}, file=path.name)])


def check_zip(path: Path, archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse an archive whose directory promises too much.

    Raises ``Refusal`` (``file.too_large``, ``file.encrypted``).
    """
    found = trouble(archive, limits)
    if found is not None:
        raise refuse(f"file.{found.kind}", path, size=found.size, limit=found.limit)


class Taker(Protocol):
    """Takes the content of a sheet as it is unpacked."""

    def add(self, chunk: bytes, *, safe: bool) -> None: ...
    def end(self) -> None: ...


def check_parts(
    path: Path, archive: zipfile.ZipFile, limits: Limits, taker: Callable[[zipfile.ZipInfo], Taker | None] = lambda part: None
) -> set[str]:
    """Refuse a workbook whose cells lie so far apart that reading it would fill the memory, and one that brings entities.

    The declared dimension is not trusted. Every part is unpacked once, which also proves its checksum; sheets come last, since they are
    parsed with the other parts. A sheet whose addresses all lie in columns A–Z and below row 1 000 000 always fits; any other has its cells
    looked at one by one.

    ``taker`` gives what takes the content of a part, or None. Returns the sheets (part names) in which formulas have failed.
    Raises ``Refusal`` (``sheet.too_large``, ``file.entities``); ``zipfile.BadZipFile`` and ``zlib.error`` for a broken part.
    """
    failed: set[str] = set()
    parts = [part for part in archive.infolist() if part.filename.lower().endswith((".xml", ".rels"))]
    for part in sorted(parts, key=_is_sheet):
        taking = taker(part) if _is_sheet(part) else None
        if _scan(path, archive, part, failed, taking):
            rows, columns = _extent(archive, part)
            if rows * columns > limits.cells or rows > limits.rows:
                raise refuse("sheet.too_large", path, rows=rows, columns=columns, limit=limits.cells)
        if taking:
            taking.end()
    return failed


def _is_sheet(part: zipfile.ZipInfo) -> bool:
    name = part.filename.lower()
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _scan(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo, failed: set[str], taker: Taker | None) -> bool:
    """Unpack a part, note failed formulas, hand out its content if wanted, and tell whether its addresses may lie far apart."""
    suspect, tail, sheet = False, b"", _is_sheet(part)
    with archive.open(part) as stream, ThreadPoolExecutor(1) as ahead:
        # Unpacking needs no interpreter's lock: the next chunk is made while this one is looked at.
        coming = ahead.submit(stream.read, _CHUNK)
        while chunk := coming.result():
            coming = ahead.submit(stream.read, _CHUNK)
            if not tail and _ENTITY.search(chunk):
                raise refuse("file.entities", path)
            if sheet:
                seam = tail + chunk[:_SEAM]
                suspect = suspect or _reaches_far(chunk) or _reaches_far(seam)
                if _FAILED in chunk or _FAILED in seam:
                    failed.add(part.filename)
            if taker:
                taker.add(chunk, safe=not suspect)
            tail = chunk[-_SEAM:]
    return suspect


def _reaches_far(text: bytes) -> bool:
    alike = text.translate(_ALIKE)
    if not any(far in alike for far in _MAYBE_FAR) or not any(far in alike for far in _FAR):
        return False
    # Links and drawings are numbered rId1, which looks like an address.
    alike = text.replace(b':id="rId', b":id=").translate(_ALIKE)
    return any(far in alike for far in _FAR)


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
                    columns = max(columns, column_index(column.decode().upper()) + 1)
            for found in _ROW.finditer(text):
                if not found[2]:
                    rows = max(rows, int(found[1][:9]))
            tail = chunk[-_OVERLAP:]
    return rows, columns
