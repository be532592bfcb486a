"""Ledgers as tables in memory: a base, what the journal has gained since, and a view of what stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from taizhang.pack.definitions import Ledger, Pack
from taizhang.warehouse.columns import fingerprint, quoted

if TYPE_CHECKING:
    import duckdb

    from taizhang.workspace.folder import Workspace

MOST_GAINED = 50_000  # behind by more than this, ledgers are taken from the warehouse again
MOST_ROWS = 6_000_000  # of all ledgers together; those that were asked for longest ago make room
SMALLEST_GAIN = 2_000  # up to here a view over base and gain is no slower than a new base
_Gained = list[tuple[Any, ...]]


@dataclass(slots=True)
class Table:
    """One ledger: its columns' fingerprint, names of its tables, how many rows they have, and a number that changes with its content."""

    print_: str
    ledger: Ledger
    base: str
    gain: str
    rows: int
    gained: int = 0
    replacing: int = 0
    stamp: int = 0


@dataclass
class Tables:
    """The tables of one workspace, on a connection that can read nothing but its warehouse. Not for several threads at once."""

    workspace: Workspace
    _position: int = 0
    _tables: dict[str, Table] = field(default_factory=dict)
    _count: int = 0
    _known: Pack | None = None  # the pack whose columns the warehouse has

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection on which the tables are."""
        from taizhang.warehouse.duckdb.connection import connect

        return connect(folders=[self.workspace.path("warehouse")])

    def catch_up(self) -> int:
        """Add what the journal has gained to the tables that are there; return its position."""
        from taizhang.journal import read

        head = read.position()
        if head < self._position or head - self._position > MOST_GAINED:
            self._forget()
        elif head > self._position and self._tables:
            gained: dict[str, _Gained] = {}
            for row in read.versions_since(self._position, upto=head):
                if row[-1] in self._tables:
                    gained.setdefault(row[-1], []).append(row)
            for name, rows in gained.items():
                self._add(self._tables[name], rows)
        self._position = head
        return head

    def require(self, ledger: Ledger) -> str:
        """Return the name of the view of what stands in a ledger now."""
        self.catch_up()
        self._hold(ledger)
        return ledger.name

    def require_all(self, ledgers: Collection[Ledger]) -> bool:
        """Make the views of what stands in some ledgers now; say whether there was room for all of them at once."""
        self.catch_up()
        for ledger in ledgers:
            self._hold(ledger)
        return all(ledger.name in self._tables for ledger in ledgers)

    def _hold(self, ledger: Ledger) -> None:
        found = self._tables.pop(ledger.name, None)
        if found is None or found.print_ != fingerprint(ledger):
            if found is not None:
                self._drop(found)
            found = self._load(ledger)
        self._tables[ledger.name] = found  # the last one is the one asked for last
        self._make_room()

    def stamp(self, ledger: str) -> int:
        """Return a number that changes whenever what stands in a ledger does."""
        return self._tables[ledger].stamp

    def _load(self, ledger: Ledger) -> Table:
        from taizhang.journal import read
        from taizhang.warehouse.store import Warehouse

        warehouse = Warehouse(self.workspace)
        if (
            self._known is not self.workspace.pack
            or self._position - warehouse.position > SMALLEST_GAIN
            or warehouse.position > self._position
        ):
            warehouse.refresh()
            self._known = self.workspace.pack
        at = min(warehouse.position, self._position)
        name = self._name(ledger.name)
        rows = warehouse.keyed_rows(at, self.connection)
        source = rows.whole(ledger.name)
        self._make_base(ledger, name, source)
        self._drop_whatever(source)
        found = Table(fingerprint(ledger), ledger, name, self._name(ledger.name), self._size(name), stamp=self._count)
        self.connection.execute(f"CREATE TABLE {quoted(found.gain)} AS SELECT * FROM {quoted(name)} LIMIT 0")
        self._view(found)
        self._add(found, list(read.versions_since(at, ledger.name, upto=self._position)))
        return found

    def _make_base(self, ledger: Ledger, name: str, source: str) -> None:
        # In the order in which lists are shown: pages of one place then lie together.
        order = ", ".join(map(quoted, dict.fromkeys(["_division", *ledger.key, "_seq"])))
        self.connection.execute(f"CREATE TABLE {quoted(name)} AS SELECT * FROM {quoted(source)} ORDER BY {order}")

    def _add(self, table: Table, rows: _Gained) -> None:
        if not rows:
            return
        from taizhang.warehouse.row_tables import RowTables

        fresh = RowTables({table.ledger.name: table.ledger}, self.connection).of_rows(table.ledger.name, rows)
        self.connection.execute(f"INSERT INTO {quoted(table.gain)} SELECT * FROM {quoted(fresh)}")
        self._drop_whatever(fresh)
        before = bool(table.gained), bool(table.replacing)
        table.gained += len(rows)
        table.replacing += sum(row[4] is not None for row in rows)
        table.stamp = self._next()
        if table.gained > max(SMALLEST_GAIN, table.rows // 10):
            self._rebase(table)
        elif before != (bool(table.gained), bool(table.replacing)):
            self._view(table)

    def _view(self, table: Table) -> None:
        base, gain = quoted(table.base), quoted(table.gain)
        sql = f"SELECT * FROM {base}"
        if table.gained:
            replaced = f"_seq NOT IN (SELECT _replaces FROM {gain} WHERE _replaces IS NOT NULL)"
            sql += (f" WHERE {replaced}" if table.replacing else "") + f" UNION ALL SELECT * FROM {gain} WHERE _op = 'record'"
            sql += f" AND {replaced}" if table.replacing else ""
        self.connection.execute(f"CREATE OR REPLACE VIEW {quoted(table.ledger.name)} AS {sql}")

    def _rebase(self, table: Table) -> None:
        name, gain = self._name(table.ledger.name), self._name(table.ledger.name)
        self._view(table)
        self._make_base(table.ledger, name, table.ledger.name)
        self.connection.execute(f"CREATE TABLE {quoted(gain)} AS SELECT * FROM {quoted(name)} LIMIT 0")
        old = table.base, table.gain
        table.base, table.gain, table.rows, table.gained, table.replacing = name, gain, self._size(name), 0, 0
        self._view(table)
        for one in old:
            self._drop_whatever(one)

    def _forget(self) -> None:
        for table in self._tables.values():
            self._drop(table)
        self._tables.clear()
        self._position = 0

    def _make_room(self) -> None:
        while len(self._tables) > 1 and sum(table.rows for table in self._tables.values()) > MOST_ROWS:
            self._drop(self._tables.pop(next(iter(self._tables))))

    def _drop(self, table: Table) -> None:
        self.connection.execute(f"DROP VIEW IF EXISTS {quoted(table.ledger.name)}")
        for name in (table.base, table.gain):
            self._drop_whatever(name)

    def _drop_whatever(self, name: str) -> None:
        """Drop a table or a view."""
        from duckdb import CatalogException

        try:
            self.connection.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
        except CatalogException:
            self.connection.execute(f"DROP VIEW {quoted(name)}")

    def _size(self, name: str) -> int:
        found = self.connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()
        return int(found[0]) if found else 0

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _name(self, ledger: str) -> str:
        return f"{ledger}__shelf_{self._next()}"
