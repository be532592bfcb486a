"""Photographs and papers of cases: known by their content, kept by their hash, handed out only to who may handle the case."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from taizhang.errors import TaizhangError
from taizhang.http.requests import TownRequest
from taizhang.http.uploads import incoming, safe_name

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

MOST_FILES, MOST_BYTES = 10, 20 << 20
ACCEPTED = ".jpg,.jpeg,.png,.webp,.heic,.pdf,.docx,.xlsx"
KINDS = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN = frozenset({".jpg", ".png", ".webp"})  # what a browser shows by itself, and nothing in it can run
_HEIC = (b"heic", b"heix", b"mif1", b"msf1", b"hevc")
_OFFICE = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx"}


def kind_of(path: Path) -> str | None:
    """Return the ending that a file's content asks for; None for what is not kept."""
    with path.open("rb") as stream:
        start = stream.read(16)
    if start.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return ".webp"
    if start[4:8] == b"ftyp" and start[8:12] in _HEIC:
        return ".heic"
    if start.startswith(b"%PDF-"):
        return ".pdf"
    return _office(path) if start.startswith(b"PK") else None


def _office(path: Path) -> str | None:
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
    except (BadZipFile, ValueError, OSError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None  # macros are no evidence
    return next((ending for member, ending in _OFFICE.items() if member in names), None)


@contextmanager
def received(request: TownRequest, field: str, most: int = MOST_FILES) -> Iterator[list[Path]]:
    """Give the files of a form's field to work with, each under its own name made safe, with the ending of its content; they are gone
    afterwards.

    Raises ``TaizhangError``: ``office.attachments_too_many``, ``office.attachment_too_large``, ``office.attachment_kind``, ``office.upload_empty``.
    """
    sent = [file for file in request.FILES.getlist(field) if file.name]
    if len(sent) > most:
        raise TaizhangError("office.attachments_too_many", most=most)
    with tempfile.TemporaryDirectory(dir=incoming(request.workspace)) as folder:
        yield [_taken(file, Path(folder), index) for index, file in enumerate(sent)]


def _taken(file: Any, folder: Path, index: int) -> Path:
    name = safe_name(file.name)
    if not file.size:
        raise TaizhangError("office.upload_empty", name=name)
    if file.size > MOST_BYTES:
        raise TaizhangError("office.attachment_too_large", name=name, limit=f"{MOST_BYTES >> 20} MB")
    path = folder / str(index) / "content"
    path.parent.mkdir()
    with path.open("wb") as stream:
        for block in file.chunks():
            stream.write(block)
    ending = kind_of(path)
    if ending is None:
        raise TaizhangError("office.attachment_kind", name=name)
    return path.rename(path.with_name(f"{Path(name).stem}{ending}"))


def stored(workspace: Workspace, digest: str) -> Path | None:
    """Return the file that is kept under a hash; None when there is none that may be handed out."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        return None
    found = sorted(path for path in workspace.path("files", digest[:2]).glob(f"{digest}.*") if path.suffix in KINDS)
    return found[0] if found else None
