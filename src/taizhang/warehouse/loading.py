"""The journal's rows on their way into Parquet segments, and small segments into larger ones."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from taizhang.clock import SHANGHAI
from taizhang.pack.definitions import Pack
from taizhang.warehouse.columns import SUBMISSION, columns
from taizhang.warehouse.manifest import Manifest, Segment
from taizhang.warehouse.snapshot import SUBMISSION_TABLE

if TYPE_CHECKING:
    from taizhang.warehouse.duckdb.segments import SegmentWriter

Progress = Callable[[int, int], None]

SEGMENT_ROWS = 500_000  # a longer run of rows is cut, so that a rebuild needs little room on the way
MERGE_COUNT = 8  # so many neighbours of one size become one
SMALLEST = 1_000
_FEW_SUBMISSIONS = 50
_PROGRESS_STEP = 10_000
_NEVER = 99  # the tier of what is large enough

_text = json.encoder.encode_basestring


class Load:
    """Sorts journal rows by ledger into lines of JSON and turns these into segments."""

    def __init__(
        self, folder: Path, pack: Pack, manifest: Manifest, writer: SegmentWriter, progress: Progress | None, expected: int
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.writer = writer
        self.progress = progress
        self.expected = expected
        self.rows = 0
        self._types = {name: columns(ledger) for name, ledger in pack.ledgers.items()} | {SUBMISSION_TABLE: SUBMISSION}
        self._room = folder / f"load-{uuid.uuid4().hex[:8]}"
        self._room.mkdir(parents=True)
        self._open: dict[str, tuple[IO[str], list[int]]] = {}  # first, last, rows, replacing

    def add(self, versions: Iterable[tuple[Any, ...]], *, submissions: bool = False) -> None:
        """Take rows as ``read.versions_since`` gives them; rows of ledgers that the pack does not know stay in the journal only."""
        numbers: set[int] = set()
        for seq, entry, version, op, replaces, submission, division, sheet, line, data, ledger in versions:
            self.rows += 1
            numbers.add(submission)
            if self.progress and self.rows % _PROGRESS_STEP == 0:
                self.progress(self.rows, self.expected)
            if ledger not in self._types:
                continue
            head = f'{{"_seq":{seq},"_entry":{_text(entry)},"_version":{version},"_op":"{op}","_submission":{submission}'
            if replaces is not None:
                head += f',"_replaces":{replaces}'
            if division is not None:
                head += f',"_division":{_text(division)}'
            if sheet is not None:
                head += f',"_sheet":{_text(sheet)}'
            if line is not None:
                head += f',"_line":{line}'
            self._write(ledger, seq, head + ("}\n" if data == "{}" else f",{data[1:]}\n"), replaces is not None)
        if submissions:
            self._submissions(numbers)
        if self.progress:
            self.progress(self.rows, max(self.expected, self.rows))

    def _submissions(self, numbers: set[int]) -> None:
        from taizhang.journal import read

        if len(numbers) <= _FEW_SUBMISSIONS:
            found = [read.submission(number) for number in numbers]
        else:
            found = [s for s in read.submissions(status="accepted") if s.number in numbers]
        for sent in sorted(found, key=lambda s: s.last_seq or 0):
            known = sent.decided_at.astimezone(SHANGHAI).isoformat(timespec="seconds") if sent.decided_at else None
            row = {"_seq": sent.last_seq, "number": sent.number, "person": sent.person, "accepted_at": known}
            row |= {"source_kind": sent.source.kind, "source_name": sent.source.name}
            self._write(SUBMISSION_TABLE, sent.last_seq or 0, json.dumps(row, ensure_ascii=False) + "\n")

    def _write(self, table: str, seq: int, line: str, replacing: bool = False) -> None:
        if table not in self._open:
            self._open[table] = ((self._room / f"{table}.ndjson").open("w", encoding="utf-8", newline="\n"), [seq, seq, 0, 0])
        stream, span = self._open[table]
        stream.write(line)
        span[1] = seq
        span[2] += 1
        span[3] += replacing
        if span[2] >= SEGMENT_ROWS:
            self._flush(table)

    def _flush(self, table: str) -> None:
        stream, (first, last, rows, replacing) = self._open.pop(table)
        stream.close()
        segment = Segment(_file_name(table, first, last), first, last, rows, replacing)
        source = Path(stream.name)
        self.writer.from_json_lines(source, self.folder / segment.file, self._types[table])
        source.unlink()
        self.manifest.tables[table].segments.append(segment)

    def finish(self) -> None:
        """Write what is left."""
        for table in list(self._open):
            self._flush(table)

    def discard(self) -> None:
        """Remove what the work left on the disk."""
        for stream, _ in self._open.values():
            stream.close()
        shutil.rmtree(self._room, ignore_errors=True)


def _file_name(table: str, first: int, last: int) -> str:
    return f"{table}/{first:012d}-{last:012d}-{uuid.uuid4().hex[:8]}.parquet"


def _tier(segment: Segment) -> int:
    tier, size = 0, SMALLEST
    while segment.rows > size:
        tier, size = tier + 1, size * MERGE_COUNT
    return tier


def merge(folder: Path, manifest: Manifest, writer: SegmentWriter) -> None:
    """Merge neighbours of one size. A row is copied once for each size it grows through, so that the cost follows what was appended."""
    for name, table in manifest.tables.items():
        while run := _run(table.segments):
            first, last = run[0].first, run[-1].last
            merged = Segment(_file_name(name, first, last), first, last, sum(s.rows for s in run), sum(s.replacing for s in run))
            writer.merge([folder / s.file for s in run], folder / merged.file)
            manifest.retire(run)
            table.segments[-len(run) :] = [merged]


def _run(segments: Sequence[Segment]) -> list[Segment]:
    """Return the youngest segments that are due to become one: as many of one size as are merged, with the smaller ones behind them."""
    tiers = [_tier(s) if s.rows < SEGMENT_ROWS else _NEVER for s in segments]
    for tier in sorted(set(tiers) - {_NEVER}):
        start = len(segments)
        while start and tiers[start - 1] <= tier:
            start -= 1
        if tiers[start:].count(tier) >= MERGE_COUNT:
            return list(segments[start:])
    return []
