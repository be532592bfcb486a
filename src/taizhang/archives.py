"""What an archive may promise before anything in it is unpacked; shared by workbooks and documents."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

_SMALL = 16 << 20  # a part below this may be packed as tightly as it likes


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Bounds of one archive: bytes on disk, bytes unpacked, unpacked ÷ packed (of parts over 16 MiB)."""

    file_bytes: int = 256 << 20
    unpacked_bytes: int = 1 << 30
    ratio: int = 300


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an archive is not opened."""

    kind: Literal["encrypted", "too_large"]
    size: str = ""
    limit: str = ""


def trouble(archive: zipfile.ZipFile, limits: ArchiveLimits, counts: Callable[[str], bool] = lambda name: True) -> Trouble | None:
    """Return what the directory of an archive promises too much of, or None.

    ``counts`` tells by its name whether a part is going to be unpacked.
    """
    total = 0
    for part in archive.infolist():
        if part.flag_bits & 1:
            return Trouble("encrypted")
        if not counts(part.filename):
            continue
        total += part.file_size
        if part.file_size > _SMALL and part.file_size > limits.ratio * max(part.compress_size, 1):
            return Trouble("too_large", f"{part.file_size >> 20} MB", f"{limits.ratio}:1")
        if total > limits.unpacked_bytes:
            megabytes = f"{limits.unpacked_bytes >> 20} MB"
            return Trouble("too_large", f"> {megabytes}", megabytes)
    return None
