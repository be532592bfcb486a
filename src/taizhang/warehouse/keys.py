"""Which rows have a value: an index beside the columns, of the fields by which comparison rules fall apart.

A large ledger is not searched for the few people whom a change concerns; their rows are looked up here and read from the journal. The index
is derived: what it lacks is read from the columns instead, and what it has too much is left out by whoever compares the values.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.pack.definitions import Pack
from taizhang.warehouse.columns import sql_type

if TYPE_CHECKING:
    from taizhang.warehouse.duckdb.segments import SegmentWriter
    from taizhang.warehouse.manifest import Manifest

NAME = "keys.sqlite3"
INDEXED_ROWS = 200_000  # a smaller ledger is read whole as fast as it is looked up
_SCHEMA = """
CREATE TABLE IF NOT EXISTS key_row (key INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reach (ledger TEXT NOT NULL, field TEXT NOT NULL, upto INTEGER NOT NULL, PRIMARY KEY (ledger, field)) WITHOUT ROWID;
"""
_FIND = "SELECT k.seq FROM json_each(?) AS wanted CROSS JOIN key_row AS k WHERE k.key = wanted.value LIMIT ?"
_REACH = "INSERT INTO reach VALUES (?, ?, ?) ON CONFLICT (ledger, field) DO UPDATE SET upto = excluded.upto"


def key_fields(pack: Pack) -> dict[str, tuple[str, ...]]:
    """Return by ledger the fields whose values name the rows that a change can concern, and that have one way of being written."""
    found: dict[str, set[str]] = {}
    for rule in pack.rules.values():
        for ledger, field in rule.per.items():
            if has_one_writing(pack, ledger, field):
                found.setdefault(ledger, set()).add(field)
    return {ledger: tuple(sorted(fields)) for ledger, fields in sorted(found.items())}


def has_one_writing(pack: Pack, ledger: str, field: str) -> bool:
    """Say whether a field's values are written alike in the journal and in the columns; 1.5 and 1.50 would not be."""
    return not sql_type(pack.ledgers[ledger].fields[field]).startswith(("DECIMAL", "TIMESTAMP"))


def key_prefix(ledger: str, field: str) -> str:
    """Return what stands before a value in the text whose hash is its key."""
    return f"{ledger}\x1f{field}\x1f"


def key_of(ledger: str, field: str, value: str | None) -> int:
    """Return the key of a value, 63 bits; an empty one has the prefix alone. DuckDB makes the same (``SegmentWriter.keys``)."""
    digest = hashlib.md5((key_prefix(ledger, field) + (value or "")).encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little") >> 1


class KeyIndex:
    """The index of one warehouse; a damaged one counts as none."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def rows(self, ledger: str, field: str, values: Collection[str | None], upto: int, most: int) -> list[int] | None:
        """Return ``seq`` of all rows that may have one of the values, old versions too; None when it does not reach ``upto`` or there are over ``most``."""
        if not self.path.exists():
            return None
        keys = json.dumps([key_of(ledger, field, value) for value in values])
        with suppress(sqlite3.Error), self._open() as database:
            reach = database.execute("SELECT upto FROM reach WHERE ledger = ? AND field = ?", (ledger, field)).fetchone()
            if reach is None or reach[0] < upto:
                return None
            found = [seq for (seq,) in database.execute(_FIND, (keys, most + 1)) if seq <= upto]
            return sorted(set(found)) if len(found) <= most else None
        return None

    def extend(self, folder: Path, manifest: Manifest, fields: Mapping[str, tuple[str, ...]], writer: SegmentWriter) -> None:
        """Take in what the large ledgers have gained; the refresh lock must be held."""
        large = {name: fields[name] for name, table in manifest.tables.items() if name in fields and table.rows > INDEXED_ROWS}
        if not large:
            return
        try:
            self._extend(folder, manifest, large, writer)
        except sqlite3.DatabaseError:
            self.forget()
            self._extend(folder, manifest, large, writer)

    def _extend(self, folder: Path, manifest: Manifest, fields: Mapping[str, tuple[str, ...]], writer: SegmentWriter) -> None:
        with self._open() as database:
            database.executescript(_SCHEMA)
            reach = {(ledger, field): upto for ledger, field, upto in database.execute("SELECT ledger, field, upto FROM reach")}
            for ledger, names in fields.items():
                segments = manifest.tables[ledger].segments
                for field in names:
                    since = reach.get((ledger, field), 0)
                    files = [folder / s.file for s in segments if s.last > since]
                    if files:
                        rows = writer.keys(files, key_prefix(ledger, field), field, since)
                        with database:
                            database.executemany("INSERT OR IGNORE INTO key_row VALUES (?, ?)", rows)
                            database.execute(_REACH, (ledger, field, segments[-1].last))

    def drop(self, ledgers: Iterable[str]) -> None:
        """Forget how far it reaches in ledgers that are read from the beginning."""
        if self.path.exists():
            try:
                with self._open() as database, database:
                    database.executemany("DELETE FROM reach WHERE ledger = ?", [(name,) for name in ledgers])
            except sqlite3.Error:
                self.forget()

    def forget(self) -> None:
        """Remove the index."""
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(NAME + suffix).unlink(missing_ok=True)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=60)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            yield database
