"""A large .xlsx sheet read in two parts at the same time.

Parsing a sheet's XML is most of an import's time, and python-calamine does it without the interpreter's lock. A sheet is a flat list of rows
with their own numbers, so that it can be cut between two rows into two workbooks that differ in nothing else. The upper part is parsed as
soon as it is unpacked and found harmless; its rows can be checked while the lower part is still being parsed.
"""

from __future__ import annotations

import os
import re
import sys
import zipfile
import zlib
from collections import deque
from collections.abc import Container, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.errors import Refusal
from taizhang.intake.failures import sheet_names
from taizhang.intake.limits import refuse
from taizhang.intake.sheets import Merge, Sheet

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

    Half = tuple[CalamineSheet, CalamineWorkbook, list[list[Any]]]  # and its rows without the empty edges

SMALLEST = 16 << 20  # bytes of XML; below that the second copy of the other parts costs more than it saves
_UPPER = 0.38  # of the XML; while the lower part is parsed, the upper one becomes Python objects and is checked
_NAMELESS = hasattr(os, "memfd_create")  # files that live in memory alone
_ROW = re.compile(rb'<row r="(\d+)"')
_CELL_PLACE = re.compile(rb'<c r="[A-Z]+\d')
_DATA = b"<sheetData>"


def can_halve(size: int) -> bool:
    """Tell whether a sheet of so many bytes of XML is worth cutting on this machine."""
    return size >= SMALLEST and (os.cpu_count() or 1) > 1


def cut(first: bytes, last: bytes, wanted: int) -> int | None:
    """Return where a row begins in the piece ``last`` of a sheet's XML, at ``wanted`` or later, before which the sheet can be cut safely.

    It can when rows and cells carry their numbers, as every office program writes them, and when the row at the cut is greater than those
    before it. ``first`` is the first piece, or the same.
    """
    begin = first.find(_DATA)
    start, end = last.find(b"<row ", begin if last is first else 0), last.rfind(b"</sheetData>")
    if begin < 0 or start < 0:
        return None
    middle = last.find(b"<row ", max(start + 1, min(wanted, start + int((end - start) * _UPPER)) if end > 0 else wanted))
    row = _ROW.match(last, middle) if 0 < middle < (end if end > 0 else len(last)) else None
    one = _ROW.search(first, begin) if row else None
    before = _ROW.match(last, last.rfind(b"<row ", start, middle)) if row else None
    if row and one and before and int(one[1]) <= int(before[1]) < int(row[1]) and _CELL_PLACE.match(last, last.find(b"<c ", middle)):
        return middle
    return None


def _needed(name: str, part: str) -> bool:
    return name != part and (
        name.endswith(".rels") or name in ("[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml")
    )


def _has_merges(pieces: list[bytes]) -> bool:
    """Tell whether there are merged ranges behind the rows."""
    for piece in reversed(pieces):
        end = piece.rfind(b"</sheetData>")
        if piece.find(b"mergeCell", max(0, end)) >= 0:
            return True
        if end >= 0:
            return False
    return True


class _Pieces:
    """A file that is written in pieces and then read once: the reader copies them, so that nothing needs to be joined before."""

    def __init__(self) -> None:
        self._pieces: deque[memoryview] = deque()

    def write(self, piece: bytes) -> int:
        if piece:
            self._pieces.append(memoryview(piece))
        return len(piece)

    def flush(self) -> None: ...

    def seek(self, place: int, origin: int = 0) -> int:
        raise OSError

    def read(self, count: int = -1) -> bytes:
        if not self._pieces:
            return b""
        piece = self._pieces.popleft()
        if 0 <= count < len(piece):
            self._pieces.appendleft(piece[count:])
        return bytes(piece[:count] if count >= 0 else piece)


def _workbook(rest: dict[str, bytes], part: str, text: list[bytes]) -> CalamineWorkbook:
    """Return a workbook with a sheet's XML and the other parts.

    The reader keeps three copies of what comes from an object and none of what lies in a file, so it gets a file where the system has
    such without a name that live in memory alone: personal data must not stay behind in a folder for temporary files.
    """
    from python_calamine import CalamineWorkbook

    if sys.platform == "linux" and _NAMELESS:
        with os.fdopen(os.memfd_create("sheet"), "wb") as stream:
            _write(stream, rest, part, text)
            stream.flush()
            return CalamineWorkbook.from_path(f"/proc/self/fd/{stream.fileno()}")
    pieces = _Pieces()
    _write(pieces, rest, part, text)
    return CalamineWorkbook.from_filelike(pieces)


def _write(out: Any, rest: dict[str, bytes], part: str, text: list[bytes]) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in rest.items():
            archive.writestr(name, content)
        with archive.open(part, "w") as stream:
            for piece in text:
                stream.write(piece)


class LargeSheets:
    """The large sheets of an .xlsx: their upper halves are parsed while the rest is still being unpacked. A context."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path, self._archive = path, archive
        self.parts = {i.filename for i in archive.infolist() if i.filename.startswith("xl/worksheets/") and can_halve(i.file_size)}
        self._pool = ThreadPoolExecutor(2)
        self._cuttings: list[Cutting] = []

    def __enter__(self) -> LargeSheets:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=kind is not None)

    def cutting(self, part: zipfile.ZipInfo) -> Cutting | None:
        """Return what takes the XML of a large sheet as it is unpacked; None for any other part."""
        name = sheet_names(self._archive).get(part.filename) if part.filename in self.parts else None
        if name is None:
            return None
        self._cuttings.append(Cutting(self._pool, self._path, part.filename, name, int(part.file_size * _UPPER)))
        self._cuttings[-1].around = self._pool.submit(_around, self._archive, part.filename, self.parts)
        return self._cuttings[-1]

    def halved(self) -> dict[str, Cutting]:
        """Return the sheets whose upper half could be read, by name; the others have to be read whole."""
        return {cutting.name: cutting for cutting in self._cuttings if cutting.begun()}


def _around(archive: zipfile.ZipFile, part: str, large: Container[str]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return what every sheet needs, and the other sheets, except the ``large`` ones."""
    needed = {i.filename: archive.read(i) for i in archive.infolist() if _needed(i.filename, part)}
    others = [i for i in archive.infolist() if i.filename.endswith(".xml") and i.filename not in needed and i.filename not in large]
    return needed, {i.filename: archive.read(i) for i in others}


@dataclass(slots=True)
class Cutting:
    """One large sheet on its way through unpacking and parsing; ``wanted`` is where in its XML it should be cut."""

    pool: ThreadPoolExecutor
    path: Path
    part: str
    name: str
    wanted: int
    around: Future[tuple[dict[str, bytes], dict[str, bytes]]] = field(init=False)
    merged: bool = False
    upper: Half = field(init=False)
    _pieces: list[bytes] = field(default_factory=list)
    _halves: list[Future[Half]] = field(default_factory=list)

    def add(self, chunk: bytes, *, safe: bool) -> None:
        """Take the next piece; ``safe`` says that all pieces so far may be parsed."""
        self._pieces.append(chunk)
        if safe and not self._halves and sum(map(len, self._pieces)) > self.wanted:
            self._begin()

    def end(self) -> None:
        """All has been unpacked and is safe: parse what is left."""
        if not self._halves:
            self._begin()
        if self._halves:
            self.merged = _has_merges(self._pieces)
            self._submit(False, self._pieces)
        self._pieces = []

    def _begin(self) -> None:
        passed, first = 0, self._pieces[0]
        for number, piece in enumerate(self._pieces):
            passed += len(piece)
            place = cut(first, piece, max(0, len(piece) - passed + self.wanted)) if passed > self.wanted else None
            if place is not None:
                self._submit(True, [*self._pieces[:number], piece[:place], b"</sheetData></worksheet>"])
                self._pieces = [first[: first.find(_DATA) + len(_DATA)], piece[place:], *self._pieces[number + 1 :]]
                return

    def _submit(self, upper: bool, text: list[bytes]) -> None:
        self._halves.append(self.pool.submit(_read, self.around, upper, self.part, text, self.name))

    def begun(self) -> bool:
        """Wait for the upper half and tell whether it could be read."""
        from python_calamine import CalamineError

        with suppress(CalamineError, OSError):
            if self._halves:
                self.upper = self._halves[0].result()
                return self.upper[0].start is not None
        return False

    def sheet(self) -> Sheet:
        """Return the sheet; with its upper rows alone when it has no merged ranges, which may lie anywhere."""
        found, _, rows = self.upper
        top, left = found.start or (0, 0)
        before, width = [""] * left, (found.end or (0, 0))[1] + 1
        rows = [[""] * width for _ in range(top)] + ([before + row for row in rows] if left else rows)
        sheet = Sheet(self.name, rows, later=self._finish)
        if self.merged:
            sheet.complete()
        return sheet

    def _finish(self, sheet: Sheet) -> bool:
        with reader_refusing(self.path):
            return self._append(sheet) or self._read_whole(sheet)

    def _append(self, sheet: Sheet) -> bool:
        """Put the lower rows below the upper ones; False when that cannot be done as if the sheet had been read whole."""
        from python_calamine import CalamineError

        try:
            lower, _, rows = self._halves[1].result()
        except (CalamineError, OSError):
            return False
        width = len(sheet.rows[-1])
        top, left = lower.start or (0, 0)
        if lower.end is None or top < len(sheet.rows) or lower.end[1] >= width:
            return False
        before, after = [""] * left, [""] * (width - lower.end[1] - 1)
        sheet.rows += [[""] * width for _ in range(top - len(sheet.rows))]
        sheet.rows += [before + row + after for row in rows] if before or after else rows
        sheet.merged = _ranges(lower)
        return True

    def _read_whole(self, sheet: Sheet) -> bool:
        from python_calamine import CalamineWorkbook

        with self.path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
            found = book.get_sheet_by_name(self.name)
            sheet.rows, sheet.merged = found.to_python(skip_empty_area=False), _ranges(found)
        return False


def _ranges(sheet: CalamineSheet) -> list[Merge]:
    return [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]


def _read(around: Future[tuple[dict[str, bytes], dict[str, bytes]]], upper: bool, part: str, text: list[bytes], name: str) -> Half:
    needed, others = around.result()
    book = _workbook({**needed, **others} if upper else needed, part, text)
    sheet = book.get_sheet_by_name(name)
    return sheet, book, sheet.to_python(skip_empty_area=True)


@contextmanager
def reader_refusing(path: Path) -> Iterator[None]:
    """Turn whatever the workbook reader raises into the refusal of the file."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except Refusal:
        raise
    except PasswordError:
        raise refuse("file.encrypted", path) from None
    except (
        CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        KeyError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        OverflowError,
        SyntaxError,
    ) as error:
        raise refuse("file.broken", path, reason=type(error).__name__) from None
    except BaseException as error:
        # The Rust reader's panics are not Exceptions: a broken file must not bring the program down.
        if type(error).__name__ == "PanicException":
            raise refuse("file.broken", path, reason="reader") from None
        raise
