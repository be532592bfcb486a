"""The list of a warehouse's segments; it is replaced whole, so that a reader sees one state or the next, never something between."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from taizhang.files import replacement

FORMAT = 2
NAME = "manifest.json"
GRACE = 3600.0  # seconds that a retired file stays for readers who still hold an older list


@dataclass(frozen=True, slots=True)
class Segment:
    """A Parquet file with the rows ``first`` ≤ ``_seq`` ≤ ``last`` of one ledger, in that order; ``replacing`` of them replace others."""

    file: str
    first: int
    last: int
    rows: int
    replacing: int


@dataclass(slots=True)
class Table:
    """The segments of one ledger, by ``_seq``, and the fingerprint of the columns that they have."""

    fingerprint: str
    segments: list[Segment] = field(default_factory=list)

    @property
    def last(self) -> int:
        """``_seq`` of the last row; 0 when there is none."""
        return self.segments[-1].last if self.segments else 0

    @property
    def rows(self) -> int:
        """Number of rows in all segments."""
        return sum(s.rows for s in self.segments)


@dataclass(slots=True)
class Manifest:
    """All tables up to a position; ``seal`` tells the journal's row at that position, ``retired`` files by the time of their end."""

    position: int = 0
    seal: str = ""
    tables: dict[str, Table] = field(default_factory=dict)
    retired: dict[str, float] = field(default_factory=dict)

    def retire(self, segments: Iterable[Segment]) -> None:
        """Note that files are no longer part of the warehouse."""
        self.retired |= {s.file: time.time() for s in segments}


def load(folder: Path) -> Manifest:
    """Return the manifest of a folder; an empty one when there is none, or none that this version understands."""
    try:
        data = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            return Manifest()
        tables = {n: Table(t["fingerprint"], [Segment(**s) for s in t["segments"]]) for n, t in data["tables"].items()}
        return Manifest(data["position"], data["seal"], tables, data["retired"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return Manifest()


def state(folder: Path) -> tuple[int, int, int] | None:
    """Return what changes with the manifest; None when there is none."""
    try:
        found = (folder / NAME).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def save(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest; the segments that it names have to be on the disk before."""
    data = {"format": FORMAT, **asdict(manifest)}
    with replacement(folder / NAME) as part, part.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(json.dumps(data, ensure_ascii=False))  # with indents it takes three times as long
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make a folder's list of files durable, where the system has a way to ask for it."""
    with suppress(OSError, PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def clean(folder: Path, manifest: Manifest) -> None:
    """Delete what no manifest names: leftovers of a killed refresh, and files that were retired a while ago. The lock must be held."""
    now = time.time()
    manifest.retired = {file: since for file, since in manifest.retired.items() if now - since < GRACE and (folder / file).exists()}
    kept = {s.file for table in manifest.tables.values() for s in table.segments} | manifest.retired.keys()
    for path in folder.rglob("*"):
        if path.suffix in (".parquet", ".part", ".ndjson") and path.relative_to(folder).as_posix() not in kept:
            with suppress(OSError):
                path.unlink()
