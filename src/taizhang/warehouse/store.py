"""The warehouse of a workspace: the journal as typed Parquet columns, refreshed by what was appended since."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang import __version__
from taizhang.errors import TaizhangError
from taizhang.pack.definitions import Pack
from taizhang.warehouse import manifest as listing
from taizhang.warehouse.columns import SUBMISSION, columns, fingerprint, quoted
from taizhang.warehouse.keyed_rows import MOST_ROWS, KeyedRows
from taizhang.warehouse.keys import KeyIndex, key_kinds
from taizhang.warehouse.loading import Load, Progress, merge
from taizhang.warehouse.lock import locked
from taizhang.warehouse.manifest import Manifest, Table
from taizhang.warehouse.snapshot import DIVISION, DIVISION_TYPES, SUBMISSION_TABLE, Snapshot, division_rows

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import duckdb

    from taizhang.warehouse.duckdb.engine import DuckDB
    from taizhang.workspace.folder import Workspace

IN_MEMORY_ROWS = 100_000  # up to here what stands is copied into memory at first use, beyond it is read from the files
SUBMISSION_FINGERPRINT = hashlib.sha256(json.dumps(list(SUBMISSION.items())).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """From where to where the warehouse went, and how many rows were read; ``rebuilt`` names ledgers that were read from the beginning."""

    from_position: int
    to_position: int
    rows: int
    rebuilt: tuple[str, ...] = ()


class Warehouse:
    """The columns of a workspace's journal. The workspace must be active (``Workspace.activate``) for whatever asks the journal."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.folder = workspace.path("warehouse")
        self._last_read: tuple[Any, Manifest] = (None, Manifest())

    @property
    def position(self) -> int:
        """Position of the journal up to which the warehouse goes."""
        return self._listed().position

    def _listed(self) -> Manifest:
        """Return the manifest to be read only; it is not read again while its file is the same."""
        state = listing.state(self.folder)
        if state is None or state != self._last_read[0]:
            self._last_read = (state, listing.load(self.folder))
        return self._last_read[1]

    def refresh(self, progress: Progress | None = None, beside: Executor | None = None) -> RefreshResult:
        """Append what the journal has gained; a ledger whose columns have changed is read from the beginning.

        A warehouse that does not belong to this journal (after a restore, say) is rebuilt. A refresh that is killed leaves the state before it.
        What nobody has to wait for is done ``beside``, where that is given.
        Raises ``TaizhangError`` (``warehouse.busy``).
        """
        with locked(self.folder / "refresh.lock"):
            manifest = listing.load(self.folder)
            if not self._belongs(manifest):
                manifest = self._emptied(manifest)
            return self._refresh(manifest, progress, beside)

    def rebuild(self, progress: Progress | None = None) -> RefreshResult:
        """Make the warehouse from the whole journal; the content is that of a refreshed one. Raises ``TaizhangError`` (``warehouse.busy``)."""
        with locked(self.folder / "refresh.lock"):
            return self._refresh(self._emptied(listing.load(self.folder)), progress)

    def index(self, asked: Collection[tuple[str, str]]) -> None:
        """Take ledgers and expressions that the columns were searched for into the index of keys, now and at every refresh.

        Where that cannot be done now (another refresh goes on, the disk is full), they are searched for again.
        """
        from taizhang.warehouse.duckdb.segments import SegmentWriter

        with (
            suppress(TaizhangError, sqlite3.Error, SegmentWriter.Error, OSError),
            locked(self.folder / "refresh.lock"),
            SegmentWriter() as writer,
        ):
            keys = KeyIndex(self.folder)
            keys.ask(asked)
            try:
                keys.extend(self.folder, listing.load(self.folder), key_kinds(self.workspace.pack), writer)
            finally:
                keys.settle()

    def last_change(self, ledger: str) -> int:
        """Return the ``seq`` of a ledger's last row, a withdrawal too; 0 when it never had one."""
        table = self._listed().tables.get(ledger)
        return table.last if table else 0

    def seal(self, position: int) -> str:
        """Return what tells the journal up to a position from any other."""
        return _seal(position)

    def state(self, ledger: str) -> str:
        """Return what is another after every change of a ledger; empty when it never had a row."""
        table = self._listed().tables.get(ledger)
        return table.segments[-1].file if table and table.segments else ""

    def prepare(self) -> duckdb.DuckDBPyConnection:
        """Return what ``connect`` makes a connection of: all in it that does not come from the columns, so that these can be refreshed meanwhile."""
        from taizhang.warehouse.duckdb.connection import prepared
        from taizhang.warehouse.duckdb.engine import DuckDB
        from taizhang.warehouse.duckdb.segments import keep, take_kept

        connection, divisions = prepared(), self.workspace.divisions
        seal = f"{divisions.source}-{__version__}" if divisions.source else ""
        if not (seal and take_kept(connection, self.folder, DIVISION, seal)):
            DuckDB(connection).write(DIVISION, DIVISION_TYPES, division_rows(divisions), "TABLE")
            if seal:
                keep(connection, self.folder, DIVISION, seal)
        return connection

    def connect(self, prepared: duckdb.DuckDBPyConnection | None = None) -> duckdb.DuckDBPyConnection:
        """Return a connection that may read all that the warehouse has now, and nothing else; several snapshots on it cost little more than one."""
        from taizhang.warehouse.duckdb.connection import confine

        tables = self._listed().tables.values()
        return confine(prepared or self.prepare(), [self.folder / s.file for table in tables for s in table.segments])

    def highest(self, ledger: str, field: str, connection: duckdb.DuckDBPyConnection) -> Any:
        """Return the greatest value of a field among what stands in a ledger; None when there is none."""
        manifest = self._listed()
        table = manifest.tables.get(ledger)
        sql = _standing(self.folder, table or Table(""), manifest.position, columns(self.workspace.pack.ledgers[ledger]))
        found = connection.execute(f"SELECT max({quoted(field)}) FROM ({sql}) AS standing").fetchone()
        return found[0] if found else None

    def snapshot(
        self,
        position: int | datetime | None = None,
        connection: duckdb.DuckDBPyConnection | None = None,
        tables: Mapping[str, str] | None = None,
    ) -> Snapshot:
        """Return what stood at a position, or at what was known at a time; by default all that the warehouse has.

        ``connection`` is one of ``connect``, which stays open when the snapshot is closed; ``tables`` names, by ledger, tables of its ``keyed_rows``
        that are read instead, or no name where no rows are.
        Raises ``TaizhangError`` (``warehouse.position_unknown``) for a position that it does not reach.
        """
        from taizhang.warehouse.duckdb.engine import DuckDB

        manifest = self._listed()
        at = self._position(position, manifest)
        own = connection.cursor() if connection else self.connect()
        make = partial(_make, self.folder, manifest, self.workspace.pack, at, tables or {})
        snapshot = Snapshot(self.workspace.pack, self.workspace.divisions, DuckDB(own), at, make, divided=True)
        snapshot.sizes = {
            name: t.rows for name, t in manifest.tables.items() if name in self.workspace.pack.ledgers and name not in (tables or {})
        }
        snapshot.given = {ledger: table for ledger, table in (tables or {}).items() if table}
        return snapshot

    def keyed_rows(self, position: int, connection: duckdb.DuckDBPyConnection, most: int = MOST_ROWS) -> KeyedRows:
        """Return what stands at a position in parts of at most so many rows, as tables of a connection of ``connect``."""
        from taizhang.journal import read
        from taizhang.warehouse.duckdb.functions import fingerprint as functions

        manifest, pack = self._listed(), self.workspace.pack

        def standing(ledger: str) -> str:
            return _standing(self.folder, manifest.tables.get(ledger) or Table(""), position, columns(pack.ledgers[ledger]))

        def reach(ledger: str) -> tuple[int, int]:
            table = manifest.tables.get(ledger) or Table("")
            return table.rows, table.last

        return KeyedRows(self.folder, pack, position, connection, standing, reach, read.standing_rows, functions(), most)

    def _position(self, position: int | datetime | None, manifest: Manifest) -> int:
        from taizhang.journal import read

        if isinstance(position, datetime):
            position = read.position_at(position)
        at = manifest.position if position is None else position
        if not 0 <= at <= manifest.position:
            raise TaizhangError("warehouse.position_unknown", position=at, head=manifest.position)
        return at

    def _belongs(self, manifest: Manifest) -> bool:
        return manifest.position == 0 or manifest.seal == _seal(manifest.position)

    def _emptied(self, manifest: Manifest) -> Manifest:
        KeyIndex(self.folder).forget()
        empty = Manifest(retired=manifest.retired)
        for table in manifest.tables.values():
            empty.retire(table.segments)
        return empty

    def _refresh(self, manifest: Manifest, progress: Progress | None, beside: Executor | None = None) -> RefreshResult:
        from taizhang.journal import read

        listing.clean(self.folder, manifest)
        start, head = manifest.position, read.position()
        stale = self._stale(manifest)
        if start and SUBMISSION_TABLE in stale:
            return self._refresh(self._emptied(manifest), progress, beside)
        if start == head and not stale:
            return RefreshResult(start, head, 0)
        from taizhang.warehouse.duckdb.segments import SegmentWriter

        with SegmentWriter() as writer:
            load = Load(self.folder, self.workspace.pack, manifest, writer, progress, head - start)
            try:
                for name in stale if start else ():
                    load.add(read.versions_since(0, name, upto=start))
                load.add(read.versions_since(start, upto=head), submissions=True)
                load.finish()
            finally:
                load.discard()
            merge(self.folder, manifest, writer)
            keys = KeyIndex(self.folder)
            try:
                keys.extend(self.folder, manifest, key_kinds(self.workspace.pack), writer)
            finally:
                if beside:
                    beside.submit(keys.settle)
                else:
                    keys.settle()
        manifest.position, manifest.seal = head, _seal(head)
        listing.save(self.folder, manifest)
        return RefreshResult(start, head, load.rows, tuple(stale) if start else ())

    def _stale(self, manifest: Manifest) -> list[str]:
        """Bring the manifest's tables in line with the pack and return those that have to be read from the beginning."""
        wanted = {name: fingerprint(ledger) for name, ledger in self.workspace.pack.ledgers.items()} | {
            SUBMISSION_TABLE: SUBMISSION_FINGERPRINT
        }
        for name in manifest.tables.keys() - wanted.keys():
            manifest.retire(manifest.tables.pop(name).segments)
        stale = [name for name, print_ in wanted.items() if name not in manifest.tables or manifest.tables[name].fingerprint != print_]
        KeyIndex(self.folder).drop(stale)
        for name in stale:
            if name in manifest.tables:
                manifest.retire(manifest.tables[name].segments)
            manifest.tables[name] = Table(wanted[name])
        return stale


def _seal(position: int) -> str:
    from taizhang.journal import read

    version = read.version(position) if position else None
    return hashlib.sha256(repr(version).encode()).hexdigest() if version else ""


def _make(
    folder: Path,
    manifest: Manifest,
    pack: Pack,
    position: int,
    tables: Mapping[str, str],
    engine: DuckDB,
    name: str,
    wanted: Collection[str] | None,
) -> None:
    from taizhang.warehouse.duckdb.segments import read

    connection = engine.connection
    if tables.get(name):
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS SELECT * FROM {quoted(tables[name])}")
        return
    table = Table("") if name in tables else manifest.tables.get(name) or Table("")
    if name == SUBMISSION_TABLE:
        files = [folder / s.file for s in table.segments if s.first <= position]
        empty = ", ".join(f"CAST(NULL AS {t}) AS {quoted(n)}" for n, t in SUBMISSION.items())
        sql = f"SELECT * FROM {read(files)} WHERE _seq <= {position}" if files else f"SELECT {empty} WHERE false"
    else:
        sql = _standing(folder, table, position, columns(pack.ledgers[name]))
    if table.rows > IN_MEMORY_ROWS:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {sql}")
        return
    picked = "*" if wanted is None else ", ".join(quoted(c) for c in sorted(wanted))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS SELECT {picked} FROM ({sql}) AS standing")


def _standing(folder: Path, table: Table, position: int, types: Mapping[str, str]) -> str:
    from taizhang.warehouse.duckdb.segments import standing_sql

    segments = [s for s in table.segments if s.first <= position]
    replacing = [folder / s.file for s in segments if s.replacing]
    whole = all(s.last <= position for s in segments)
    return standing_sql([folder / s.file for s in segments], replacing, None if whole else position, types)
