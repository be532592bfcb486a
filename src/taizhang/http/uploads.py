"""Uploaded files: how much may come, from whom, under what name, and where it lies while somebody works with it.

A body that is too large is refused by its declared length before any of it is read (``office.shared.middleware.body_limit``), for people who are not signed in far
earlier than for those who are. Django streams what may come into the workspace's own folder (``Streamed``), never into memory or a folder
that others read. Views take a file with ``received`` (gone afterwards) or ``kept`` (into a folder of their own, such as a job's). What is
in a file is judged by who reads it: ``intake`` and ``reader`` refuse archives that promise too much, XML entities, encrypted files.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest

from taizhang.errors import TaizhangError

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods", ".et", ".csv")
DOCUMENTS = (".docx", ".txt", ".md", ".html", ".htm", ".pdf")
TABLES = (".csv",)
SPARE = 1 << 20  # what a form holds beside its files
_NAME_BYTES = 180
# The first bytes by which a kind is known; kinds without any are text.
_STARTS = {
    **dict.fromkeys((".xlsx", ".xlsm", ".ods", ".docx"), (b"PK",)),
    ".pdf": (b"%PDF",),
}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came: where it lies, the name it came with (made safe), its bytes."""

    path: Path
    name: str
    size: int


def limit_bytes() -> int:
    """Return how large one upload may be (``TAIZHANG_UPLOAD_MB``, 64 by default)."""
    return int(settings.TAIZHANG_UPLOAD_MB) << 20


def incoming(workspace: Workspace) -> Path:
    """Return the folder of the workspace into which uploads stream; only the server's own user may look into it."""
    folder = workspace.path("jobs", ".incoming")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def safe_name(name: str) -> str:
    """Return a file name without folders, control characters and what a file system does not take; never empty, never hidden.

    >>> safe_name("C:\\\\公文\\\\..\\\\名册 2020.xlsx"), safe_name("../../etc/passwd"), safe_name(".htaccess")
    ('名册 2020.xlsx', 'passwd', 'htaccess')
    """
    last = PurePosixPath(PureWindowsPath(unicodedata.normalize("NFC", name)).name).name
    # Marks that turn the reading direction make "xslx.exe" look like "exe.xlsx".
    shown = "".join(c for c in last if unicodedata.category(c) not in ("Cf", "Cc", "Cs", "Co"))
    clean = _UNSAFE.sub("_", shown).strip(" .")
    stem, suffix = Path(clean).stem, Path(clean).suffix
    while len((stem + suffix).encode()) > _NAME_BYTES:
        stem = stem[:-1]
        if not stem:
            return "upload"
    return stem + suffix or "upload"


def file_of(request: HttpRequest, field: str, kinds: Collection[str]) -> tuple[UploadedFile[Any], str]:
    """Return the uploaded file of a form's field and its safe name.

    Raises ``TaizhangError``: ``office.upload_missing``, ``office.upload_empty``, ``office.upload_too_large``, ``office.upload_kind``.
    """
    found = request.FILES.get(field)
    if found is None or not found.name:
        raise TaizhangError("office.upload_missing", kinds="、".join(kinds))
    name = safe_name(found.name)
    if not found.size:
        raise TaizhangError("office.upload_empty", name=name)
    if found.size > limit_bytes():
        raise TaizhangError("office.upload_too_large", limit=f"{limit_bytes() >> 20} MB")
    suffix = Path(name).suffix.lower()
    starts = _STARTS.get(suffix, ())
    beginning = next(iter(found.chunks(64)), b"")[:64] if starts else b""
    if suffix not in kinds or (starts and not beginning.startswith(starts)):
        raise TaizhangError("office.upload_kind", name=name, kinds="、".join(kinds))
    found.seek(0)
    return found, name


def kept(request: HttpRequest, field: str, folder: Path, kinds: Collection[str] = WORKBOOKS) -> Upload:
    """Take the uploaded file of a form's field into a folder, under its own name made safe; raises as ``file_of``."""
    found, name = file_of(request, field, kinds)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    if isinstance(found, TemporaryUploadedFile):
        shutil.copyfile(found.temporary_file_path(), target)
    else:
        with target.open("wb") as stream:
            for block in found.chunks():
                stream.write(block)
    return Upload(target, name, target.stat().st_size)


@contextmanager
def received(request: HttpRequest, field: str, kinds: Collection[str] = WORKBOOKS) -> Iterator[Upload]:
    """Give the uploaded file of a form's field to work with; it is gone afterwards. Raises as ``file_of``."""
    workspace: Workspace = settings.TAIZHANG_WORKSPACE
    with closing(request), tempfile.TemporaryDirectory(dir=incoming(workspace)) as folder:
        yield kept(request, field, Path(folder), kinds)


class Streamed(TemporaryFileUploadHandler):
    """Streams each file of a form to the workspace's folder for uploads; a file that nobody takes goes with its request."""

    def new_file(self, *arguments: Any, **more: Any) -> None:
        """Begin a file there rather than in the machine's temporary folder."""
        settings.FILE_UPLOAD_TEMP_DIR = str(incoming(settings.TAIZHANG_WORKSPACE))
        super().new_file(*arguments, **more)
