"""Opening a file by what it is, never by its suffix, and handing out its sheets."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from taizhang.intake.limits import Limits, check_parts, check_zip, refuse
from taizhang.intake.sheets import Format, Sheet, SourceFile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")


def read_file(path: Path | str, limits: Limits | None = None, *, whole: bool = True) -> SourceFile:
    """Read .xlsx, .xls, .ods, .csv, .tsv or JSON into sheets of typed cells.

    Cells keep the type that the file gives them; nothing is guessed from neighbours. Unless the ``whole`` is asked for, the lower rows of a
    large sheet may still be missing: ``Sheet.complete`` waits for them.

    Raises ``Refusal`` with one fault (codes ``file.*``, ``sheet.too_large``) for a file that cannot or must not be opened.
    """
    path = Path(path)
    limits = limits or Limits()
    try:
        size = path.stat().st_size
        if size == 0:
            raise refuse("file.empty", path)
        if size > limits.file_bytes:
            raise refuse("file.too_large", path, size=f"{size >> 20} MB", limit=f"{limits.file_bytes >> 20} MB")
        with path.open("rb") as stream:
            head = stream.read(4096)
        kind = _sniff(path, head)
        if kind in ("csv", "json"):
            from taizhang.intake.texts import read_json, read_table

            return read_json(path, limits) if kind == "json" else read_table(path, limits)
        sheets = _read_workbook(path, kind, limits)
    except FileNotFoundError:
        raise refuse("file.not_found", path) from None
    except OSError as error:
        raise refuse("file.unreadable", path, reason=error.strerror or type(error).__name__) from None
    for sheet in sheets if whole else ():
        sheet.complete()
    return SourceFile(path, kind, sheets)


def _sniff(path: Path, head: bytes) -> Format:
    if head.startswith(_ZIP):
        return _sniff_zip(path)
    if head.startswith(b"PK\x05\x06"):
        raise refuse("file.empty", path)
    if head.startswith(_OLE):
        return _sniff_ole(path)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    lower = text[:1024].lower()
    if lower.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")) or b"<table" in lower or b"<html" in lower:
        raise refuse("file.html", path)
    if lower.startswith(b"<?xml"):
        raise refuse("file.xml", path)
    if lower.startswith(b"%pdf") or head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise refuse("file.not_a_workbook", path)
    if head.startswith(_BIFF) and head[2:4] in (b"\x08\x00", b"\x04\x00", b"\x06\x00", b"\x10\x00"):
        return "xls"
    return "json" if text[:1] in (b"{", b"[") else "csv"


def _sniff_zip(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
            if "mimetype" in names:
                kind = archive.read("mimetype")[:80]
                if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                    return "ods"
                raise refuse("file.not_a_workbook", path)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, NotImplementedError, EOFError, RuntimeError, OSError):
        raise refuse("file.broken", path) from None
    if "xl/workbook.bin" in names:
        raise refuse("file.unsupported", path, kind=".xlsb")
    if any(name.startswith("word/") or name.startswith("ppt/") for name in names):
        raise refuse("file.not_a_workbook", path)
    if "[content_types].xml" in names or any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise refuse("file.not_a_workbook", path)


def _sniff_ole(path: Path) -> Format:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise refuse("file.encrypted", path)
    if path.suffix.lower() in (".et", ".ett", ".wps", ".wpt", ".dps"):
        raise refuse("file.wps", path, suffix=path.suffix.lower())
    if "WordDocument".encode("utf-16-le") in content or "PowerPoint Document".encode("utf-16-le") in content:
        raise refuse("file.not_a_workbook", path)
    return "xls"


def _read_workbook(path: Path, kind: Format, limits: Limits) -> list[Sheet]:
    from python_calamine import CalamineWorkbook

    from taizhang.intake.failures import FailedCell, failed_cells, with_failures
    from taizhang.intake.grids import open_sheets
    from taizhang.intake.halves import Cutting, LargeSheets, reader_refusing

    failed: dict[str, list[FailedCell]] = {}
    halved: dict[str, Cutting] = {}
    large = 0
    with reader_refusing(path):
        if kind != "xls":
            with zipfile.ZipFile(path) as archive, LargeSheets(path, archive) as sheets:
                check_zip(path, archive, limits)
                if parts := check_parts(path, archive, limits, sheets.cutting if kind == "xlsx" else lambda part: None):
                    failed = failed_cells(archive, parts)
                halved, large = sheets.halved(), len(sheets.parts)
        # By content: `from_path` would believe the suffix.
        with (
            path.open("rb") as stream,
            next(iter(halved.values())).upper[1] if halved and len(halved) == large else CalamineWorkbook.from_filelike(stream) as book,
        ):
            return with_failures(open_sheets(path, book, kind, limits, halved), failed)
