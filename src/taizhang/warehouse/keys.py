"""Which rows have a value: an index beside the columns, of what names persons, households, accounts and villages.

A ledger is not searched for the few people whom a change concerns; their rows are looked up here and read from the journal. Fields that name
the same kind of thing share their keys (an identity number stands for its owner in every ledger), so that one look-up finds a person's rows
in all ledgers. What else the columns were searched for, it takes in when it is asked to. The index is derived: what it lacks is read from
the columns instead, and what it has too much is left out by whoever compares the values.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.pack.definitions import Field, Pack
from taizhang.warehouse.columns import quoted, sql_type

if TYPE_CHECKING:
    from taizhang.warehouse.duckdb.segments import SegmentWriter
    from taizhang.warehouse.manifest import Manifest, Table

NAME = "keys.sqlite3"
INDEXED_ROWS = 100  # a smaller ledger is read whole as fast as it is looked up
VILLAGE = 'TZ_PART("_division", 1, 12)'  # the first twelve digits of a row's division
_FORMAT = 4
_WAIT = 60  # seconds, for another process that writes
_LOG_PAGES = 25_000  # of the index's write-ahead log, beyond which whoever writes moves them into the index
_RECENT = 50_000  # keys beside the others, beyond which they are moved among them: a second beside the rules, in an index of 5 GB
_PRIMARY = 0xFF  # of an error code of SQLite, what it is without its particulars
_CACHE = 65_536  # KiB of the index that whoever asks keeps in memory
_TYPES = frozenset({"id_number", "bank_card", "credit_code", "telephone"})
_AS_WRITTEN = frozenset({"VARCHAR", "DATE", "BIGINT"})  # columns whose text is the journal's own
# Keys are hashes: each goes to another page, of which a city's index has a million. What a submission brings stands in a small table of its own.
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS key_row (key INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS recent_key_row (key INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS village (ledger TEXT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (ledger, code)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reach (ledger TEXT NOT NULL, expression TEXT NOT NULL, kind TEXT NOT NULL, upto INTEGER NOT NULL,
    PRIMARY KEY (ledger, expression, kind)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS asked (ledger TEXT NOT NULL, expression TEXT NOT NULL, PRIMARY KEY (ledger, expression)) WITHOUT ROWID;
PRAGMA user_version = {_FORMAT};
"""
# As one text: from row to row the interpreter's lock is given away, and other threads want it.
_FIND = """
SELECT json_group_array(seq) FROM (
    SELECT k.seq FROM json_each(?1) AS wanted CROSS JOIN recent_key_row AS k WHERE k.key = wanted.value AND k.seq <= ?2
    UNION ALL SELECT k.seq FROM json_each(?1) AS wanted CROSS JOIN key_row AS k WHERE k.key = wanted.value AND k.seq <= ?2 LIMIT ?3)
"""
_MANY_RECENT = "SELECT count(*) FROM (SELECT 1 FROM recent_key_row LIMIT ?)"
_MOVED = "INSERT OR IGNORE INTO key_row SELECT key, seq FROM recent_key_row ORDER BY key, seq"
_REACHED = "SELECT ledger, expression, kind, upto FROM reach"
_VILLAGES = "SELECT code FROM village WHERE ledger = ? AND substr(code, 1, ?) = ?"
_REACH = "INSERT INTO reach VALUES (?, ?, ?, ?) ON CONFLICT (ledger, expression, kind) DO UPDATE SET upto = excluded.upto"

Kinds = Mapping[str, Mapping[str, str]]  # by ledger and expression, what kind of thing a value names


def key_kinds(pack: Pack) -> Kinds:
    """Return by ledger the expressions that are indexed, each with the kind of thing that it names: fields that name one of very many, and the village."""
    found: dict[str, dict[str, str]] = {}
    for name, ledger in pack.ledgers.items():
        kinds = {quoted(f.name): kind for f in ledger.fields.values() if (kind := _kind(pack, f))}
        if len(ledger.key) == 1 and not ledger.catalogue and sql_type(ledger.fields[ledger.key[0]]) in _AS_WRITTEN:
            kinds.setdefault(quoted(ledger.key[0]), own_key(name))
        found[name] = {**kinds, VILLAGE: f"village of {name}"}
    return found


def _kind(pack: Pack, field: Field) -> str | None:
    """Return the kind of thing that a field names; a reference to a ledger with one field as its key names what that field does."""
    seen: set[str] = set()
    while field.type == "reference" and (target := pack.ledgers.get(field.to or "")) and target.name not in seen:
        if target.catalogue:
            return None
        key = target.fields[target.key[0]]
        if len(target.key) != 1 or key.type not in (*_TYPES, "reference"):
            return own_key(target.name)
        seen.add(target.name)
        field = key
    return field.type if field.type in _TYPES else None


def own_key(ledger: str) -> str:
    """Return the kind of thing that the one key field of a ledger names, and every reference to it, where the field is of no kind of its own."""
    return f"of {ledger}"


def own_kind(ledger: str, expression: str, functions: str) -> str:
    """Return the kind of thing that an expression names which is not among those of the pack.

    Its values mean nothing elsewhere, nor once one of our functions gives another value: ``functions`` is a fingerprint of the engine's.
    """
    return f"{expression} of {ledger} {functions}"


def key_of(kind: str, value: str | None) -> int:
    """Return the key of a value, 63 bits; an empty one has the prefix alone. DuckDB makes the same (``SegmentWriter.keys``)."""
    digest = hashlib.md5((key_prefix(kind) + (value or "")).encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little") >> 1


def key_prefix(kind: str) -> str:
    """Return what stands before a value in the text whose hash is its key."""
    return f"{kind}\x1f"


class KeyIndex:
    """The index of one warehouse; a damaged one counts as none."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._written: sqlite3.Connection | None = None  # until it is settled

    @cached_property
    def _database(self) -> sqlite3.Connection:
        """What is asked; it stays open for the next question, for to open it takes ten times as long as to answer."""
        database = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, timeout=_WAIT)
        database.execute(f"PRAGMA cache_size = -{_CACHE}")
        return database

    def close(self) -> None:
        """Close what was asked."""
        if opened := self.__dict__.pop("_database", None):
            opened.close()

    def reach(self) -> dict[tuple[str, str, str], int]:
        """Return how far the index goes, by ledger, expression and kind."""
        with suppress(sqlite3.Error):
            return {(ledger, name, kind): upto for ledger, name, kind, upto in self._database.execute(_REACHED, ())}
        return {}

    def rows(self, kinds: Iterable[str], values: Collection[str | None], upto: int, most: int) -> list[int] | None:
        """Return ``seq`` of all rows that may have one of the values as a name of one of the kinds, old versions too; None when there are over ``most``."""
        keys = json.dumps(sorted(key_of(kind, value) for kind in kinds for value in values))  # as they lie in the file
        with suppress(sqlite3.Error):
            ((found,),) = self._database.execute(_FIND, (keys, upto, most + 1))
            seqs: list[int] = json.loads(found)
            return sorted(set(seqs)) if len(seqs) <= most else None
        return None

    def villages(self, ledger: str, start: str) -> list[str]:
        """Return the codes of villages that begin with something and that any row of a ledger has."""
        with suppress(sqlite3.Error):
            return [code for (code,) in self._database.execute(_VILLAGES, (ledger, len(start), start))]
        return []

    def ask(self, asked: Collection[tuple[str, str]]) -> None:
        """Take note of ledgers and expressions that are to be indexed too; a folder that cannot be written only costs time."""
        if asked and self.path.exists():
            with suppress(sqlite3.Error), closing(self._connect()) as database, database:
                database.executemany("INSERT OR IGNORE INTO asked VALUES (?, ?)", asked)

    def extend(self, folder: Path, manifest: Manifest, kinds: Kinds, writer: SegmentWriter) -> None:
        """Take in what the ledgers that are not small have gained, into its log until it is settled; the refresh lock must be held."""
        large = {name: kinds[name] for name, table in manifest.tables.items() if name in kinds and table.rows > INDEXED_ROWS}
        if not large:
            return
        try:
            self._extend(folder, manifest, large, writer)
        except sqlite3.DatabaseError as error:
            self.settle()
            if getattr(error, "sqlite_errorcode", 0) & _PRIMARY != sqlite3.SQLITE_BUSY:  # who writes it meanwhile has not damaged it
                self.forget()
                self._extend(folder, manifest, large, writer)

    def _extend(self, folder: Path, manifest: Manifest, large: Kinds, writer: SegmentWriter) -> None:
        self._written = database = self._made()
        reach = {(ledger, name, kind): upto for ledger, name, kind, upto in database.execute(_REACHED)}
        for ledger, kinds in large.items():
            _take(database, folder, manifest.tables[ledger], ledger, kinds, reach, writer)
        for ledger, name in database.execute("SELECT ledger, expression FROM asked").fetchall():
            try:
                if ledger in large and name not in large[ledger]:
                    kind = own_kind(ledger, name, writer.functions)
                    _take(database, folder, manifest.tables[ledger], ledger, {name: kind}, reach, writer)
            except writer.Error:  # of a field that is gone, or another now
                with database:
                    database.execute("DELETE FROM asked WHERE ledger = ? AND expression = ?", (ledger, name))

    def _made(self) -> sqlite3.Connection:
        """Open the index to be written, and make it where there is none of this format."""
        database = self._connect()
        if database.execute("PRAGMA user_version").fetchone()[0] != _FORMAT:
            database.close()
            self.forget()
            database = self._connect()
            database.executescript(_SCHEMA)
        return database

    def settle(self) -> None:
        """Move what ``extend`` took in to its place, and out of the log; any thread may, for nobody who asks has to wait for it."""
        database, self._written = self._written, None
        if database:
            with suppress(sqlite3.Error), closing(database):
                ((many,),) = database.execute(_MANY_RECENT, (_RECENT + 1,))
                if many > _RECENT:
                    with database:
                        database.execute(_MOVED)
                        database.execute("DELETE FROM recent_key_row")
                database.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def drop(self, ledgers: Iterable[str]) -> None:
        """Forget how far it reaches in ledgers that are read from the beginning."""
        if (names := [(name,) for name in ledgers]) and self.path.exists():
            try:
                with closing(self._connect()) as database, database:
                    database.executemany("DELETE FROM reach WHERE ledger = ?", names)
            except sqlite3.Error:
                self.forget()

    def forget(self) -> None:
        """Remove the index."""
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(NAME + suffix).unlink(missing_ok=True)

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=_WAIT, check_same_thread=False)
        try:
            for setting in ("journal_mode = WAL", "synchronous = NORMAL", f"wal_autocheckpoint = {_LOG_PAGES}"):
                database.execute(f"PRAGMA {setting}")
        except BaseException:
            database.close()
            raise
        return database


def _take(
    database: sqlite3.Connection, folder: Path, table: Table, ledger: str, kinds: Mapping[str, str], reach: Mapping[tuple[str, str, str], int],
    writer: SegmentWriter,
) -> None:  # fmt: skip
    """Take the keys of rows of a ledger that the index does not reach into it, for expressions with their kinds."""
    by_since: dict[int, dict[str, str]] = {}
    for name, kind in kinds.items():
        if (since := reach.get((ledger, name, kind), 0)) < table.last:
            by_since.setdefault(since, {})[name] = kind
    for since, names in by_since.items():
        files = [folder / s.file for s in table.segments if s.last > since]
        with database:
            made = writer.keys(files, {name: key_prefix(kind) for name, kind in names.items()}, since)
            database.executemany(f"INSERT OR IGNORE INTO {'recent_key_row' if since else 'key_row'} VALUES (?, ?)", made)
            if VILLAGE in names:
                villages = [(ledger, code) for code in writer.distinct(files, VILLAGE, since)]
                database.executemany("INSERT OR IGNORE INTO village VALUES (?, ?)", villages)
            database.executemany(_REACH, [(ledger, name, kind, table.last) for name, kind in names.items()])
