"""Which rows have a value: an index beside the columns, of what names persons, households, accounts and villages.

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
from taizhang.warehouse.columns import quoted

if TYPE_CHECKING:
    from taizhang.warehouse.duckdb.segments import SegmentWriter
    from taizhang.warehouse.manifest import Manifest

NAME = "keys.sqlite3"
INDEXED_ROWS = 200_000  # a smaller ledger is read whole as fast as it is looked up
VILLAGE = 'TZ_PART("_division", 1, 12)'  # the first twelve digits of a row's division
_TYPES = frozenset({"id_number", "bank_card", "credit_code", "telephone", "reference"})
_SCHEMA = """
CREATE TABLE IF NOT EXISTS key_row (key INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reach (ledger TEXT NOT NULL, expression TEXT NOT NULL, upto INTEGER NOT NULL, PRIMARY KEY (ledger, expression)) WITHOUT ROWID;
"""
_FIND = "SELECT k.seq FROM json_each(?) AS wanted CROSS JOIN key_row AS k WHERE k.key = wanted.value LIMIT ?"
_REACH = "INSERT INTO reach VALUES (?, ?, ?) ON CONFLICT (ledger, expression) DO UPDATE SET upto = excluded.upto"


def key_expressions(pack: Pack) -> dict[str, tuple[str, ...]]:
    """Return by ledger the expressions that are indexed: fields that name one of very many, and the village."""
    found: dict[str, tuple[str, ...]] = {}
    for name, ledger in pack.ledgers.items():
        fields = [
            f for f in ledger.fields.values() if f.type in _TYPES and not (f.to in pack.ledgers and pack.ledgers[f.to or ""].catalogue)
        ]
        found[name] = (*(quoted(f.name) for f in fields), VILLAGE)
    return found


def key_prefix(ledger: str, expression: str) -> str:
    """Return what stands before a value in the text whose hash is its key."""
    return f"{ledger}\x1f{expression}\x1f"


def key_of(ledger: str, expression: str, value: str | None) -> int:
    """Return the key of a value, 63 bits; an empty one has the prefix alone. DuckDB makes the same (``SegmentWriter.keys``)."""
    digest = hashlib.md5((key_prefix(ledger, expression) + (value or "")).encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little") >> 1


class KeyIndex:
    """The index of one warehouse; a damaged one counts as none."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def rows(self, ledger: str, expression: str, values: Collection[str | None], upto: int, most: int) -> list[int] | None:
        """Return ``seq`` of all rows that may have one of the values, old versions too; None when it does not reach ``upto`` or there are over ``most``."""
        if not self.path.exists():
            return None
        keys = json.dumps([key_of(ledger, expression, value) for value in values])
        with suppress(sqlite3.Error), self._open() as database:
            reach = database.execute("SELECT upto FROM reach WHERE ledger = ? AND expression = ?", (ledger, expression)).fetchone()
            if reach is None or reach[0] < upto:
                return None
            found = [seq for (seq,) in database.execute(_FIND, (keys, most + 1)) if seq <= upto]
            return sorted(set(found)) if len(found) <= most else None
        return None

    def extend(self, folder: Path, manifest: Manifest, expressions: Mapping[str, tuple[str, ...]], writer: SegmentWriter) -> None:
        """Take in what the large ledgers have gained; the refresh lock must be held."""
        large = {name: expressions[name] for name, table in manifest.tables.items() if name in expressions and table.rows > INDEXED_ROWS}
        if not large:
            return
        try:
            self._extend(folder, manifest, large, writer)
        except sqlite3.DatabaseError:
            self.forget()
            self._extend(folder, manifest, large, writer)

    def _extend(self, folder: Path, manifest: Manifest, expressions: Mapping[str, tuple[str, ...]], writer: SegmentWriter) -> None:
        with self._open() as database:
            database.executescript(_SCHEMA)
            reach = {(ledger, name): upto for ledger, name, upto in database.execute("SELECT ledger, expression, upto FROM reach")}
            for ledger, names in expressions.items():
                segments = manifest.tables[ledger].segments
                for name in names:
                    since = reach.get((ledger, name), 0)
                    files = [folder / s.file for s in segments if s.last > since]
                    if files:
                        rows = writer.keys(files, key_prefix(ledger, name), name, since)
                        with database:
                            database.executemany("INSERT OR IGNORE INTO key_row VALUES (?, ?)", rows)
                            database.execute(_REACH, (ledger, name, segments[-1].last))

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
