"""What an import would do, kept beside the uploaded file: rows and faults in a small database, so that long lists can be filtered and paged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.errors import Fault
from taizhang.files import replacement
from taizhang.intake.importing import kind_of
from taizhang.jobs.running import fault_of, plain

if TYPE_CHECKING:
    from taizhang.intake.importing import ImportResult

KINDS = ("new", "changed", "unchanged", "missing")
_NAME = "preview.sqlite"
_TABLES = """
CREATE TABLE row (n INTEGER PRIMARY KEY, ledger TEXT, kind TEXT, sheet TEXT, line INTEGER, entry TEXT, division TEXT, new TEXT, old TEXT);
CREATE INDEX row_kind ON row (ledger, kind);
CREATE TABLE fault (n INTEGER PRIMARY KEY, severity TEXT, kind TEXT, sheet TEXT, row INTEGER, col TEXT, data TEXT);
CREATE INDEX fault_kind ON fault (severity, kind);
"""
_SORTS = {"row": "sheet {way}, row {way}, n {way}", "column": "length(col) {way}, col {way}, n", "kind": "kind {way}, n"}


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row: ``old`` is what stands (None when nothing does), ``new`` what the file says (None when it is missing there)."""

    kind: str
    sheet: str | None
    line: int | None
    entry: str
    division: str
    new: dict[str, str] | None
    old: dict[str, str] | None


@contextmanager
def _opened(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / _NAME)) as connection:
        yield connection


def write(folder: Path, result: ImportResult) -> None:
    """Keep what was found out about a file, in the place of what was kept before."""
    with replacement(folder / _NAME) as part, closing(sqlite3.connect(part)) as connection:
        connection.executescript(_TABLES)
        connection.executemany("INSERT INTO row VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", _rows(result))
        connection.executemany(
            "INSERT INTO fault VALUES (NULL, ?, ?, ?, ?, ?, ?)",
            ((f.severity, kind_of(f), f.sheet, f.row, f.column, json.dumps(plain(f), ensure_ascii=False)) for f in result.faults),
        )
        connection.commit()


def _rows(result: ImportResult) -> Iterator[tuple[Any, ...]]:
    for ledger in result.ledgers:
        for found in ledger.differences:
            checked = found.checked
            place = [
                (checked.sheet, line, key, division)
                for line, key, division in zip(checked.lines, checked.keys, checked.divisions, strict=True)
            ]
            for i in found.new:
                yield (ledger.ledger, "new", *place[i], checked.data[i], None)
            for row in found.changed:
                old = {**json.loads(row.data), **{c.field: c.old for c in row.fields}}
                kept = {name: value for name, value in old.items() if value is not None}
                yield (ledger.ledger, "changed", *place[row.index], row.data, json.dumps(kept, ensure_ascii=False))
            for i in found.unchanged:
                yield (ledger.ledger, "unchanged", *place[i], checked.data[i], checked.data[i])
        for missing in ledger.missing_rows:
            yield (ledger.ledger, "missing", None, None, missing.entry, missing.division, None, missing.data)


def rows(folder: Path, ledger: str, kind: str, offset: int, limit: int) -> list[PreviewRow]:
    """Return one page of the rows of a kind, in the order of the file."""
    with _opened(folder) as connection:
        found = connection.execute(
            "SELECT kind, sheet, line, entry, division, new, old FROM row WHERE ledger = ? AND kind = ? ORDER BY n LIMIT ? OFFSET ?",
            (ledger, kind, limit, offset),
        ).fetchall()
    return [PreviewRow(*row[:5], *(json.loads(text) if text else None for text in row[5:])) for row in found]


def faults(
    folder: Path,
    *,
    severity: str = "",
    kind: str = "",
    sheet: str = "",
    sort: str = "",
    down: bool = False,
    offset: int = 0,
    limit: int = -1,
) -> tuple[list[Fault], int]:
    """Return a page of the faults that are asked for, and how many there are; by default all of them, as the file has them."""
    asked: Sequence[tuple[str, str]] = [
        (name, value) for name, value in (("severity", severity), ("kind", kind), ("sheet", sheet)) if value
    ]
    condition = " AND ".join([f"{name} = ?" for name, _ in asked]) or "1"
    order = _SORTS.get(sort, "n").format(way="DESC" if down else "ASC")
    values = [value for _, value in asked]
    with _opened(folder) as connection:
        total = connection.execute(f"SELECT count(*) FROM fault WHERE {condition}", values).fetchone()[0]
        found = connection.execute(
            f"SELECT data FROM fault WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?",
            [*values, limit, offset],
        ).fetchall()
    return [fault_of(json.loads(data)) for (data,) in found], int(total)


def kinds(folder: Path) -> list[tuple[str, str, int, Fault]]:
    """Return the kinds of faults: severity, kind, how many, and the first one; errors come first."""
    with _opened(folder) as connection:
        found = connection.execute(
            "SELECT severity, kind, count(*), data, min(n) FROM fault GROUP BY severity, kind ORDER BY severity, min(n)"
        ).fetchall()
    return [(severity, kind, count, fault_of(json.loads(data))) for severity, kind, count, data, _ in found]
