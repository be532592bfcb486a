"""Parts of ledgers by value, as tables that several snapshots of one connection read: the work follows their rows, not what is stored."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from taizhang.pack.definitions import Ledger
from taizhang.warehouse.columns import SYSTEM, columns, literal, quoted, sql_type
from taizhang.warehouse.keys import INDEXED_ROWS, VILLAGE, KeyIndex

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from taizhang.warehouse.duckdb.engine import DuckDB

MOST_ROWS = 200_000  # beyond, searching the columns is no slower
Values = frozenset[str]
Row = tuple[Any, ...]  # as ``journal.read.versions_since`` gives it, with or without the ledger at its end
_ORDER = ("_seq", "_entry", "_version", "_op", "_replaces", "_submission", "_division", "_sheet", "_line")
_DATA = len(_ORDER)
_AS_WRITTEN = frozenset({"VARCHAR", "DATE", "BIGINT"})  # columns whose text is the journal's own


class KeyedRows:
    """What stands at a position, in parts; every part is made once. Names of tables stand in the connection's main schema."""

    def __init__(
        self,
        folder: Path,
        ledgers: Mapping[str, Ledger],
        position: int,
        connection: duckdb.DuckDBPyConnection,
        standing: Callable[[str], str],
        reach: Callable[[str], tuple[int, int]],
    ) -> None:
        self.ledgers, self.position = ledgers, position
        self._connection, self._standing, self._reach = connection, standing, reach
        self._index = KeyIndex(folder)
        self._whole: dict[str, str] = {}
        self._having: dict[tuple[str, str, Values], str] = {}
        self._values: dict[tuple[str, str], Values] = {}
        self._entries: dict[str, frozenset[str]] = {}
        self._lists: dict[Values, str] = {}
        self._count = 0
        self._mark = uuid.uuid4().hex[:8]

    @cached_property
    def _engine(self) -> DuckDB:
        from taizhang.warehouse.duckdb.engine import DuckDB

        return DuckDB(self._connection)

    def whole(self, ledger: str) -> str:
        """Return the table of all that stands in a ledger; a large one is read from the files each time."""
        if ledger not in self._whole:
            what = "TABLE" if self._reach(ledger)[0] <= INDEXED_ROWS else "VIEW"
            self._whole[ledger] = name = self._name(ledger)
            self._connection.execute(f"CREATE {what} {quoted(name)} AS {self._standing(ledger)}")
        return self._whole[ledger]

    def having(self, ledger: str, expression: str, values: Values) -> str:
        """Return the table of what stands in a ledger and has one of the values (as texts) in an expression."""
        key = (ledger, expression, values)
        if key not in self._having:
            rows = self._looked_up(ledger, expression, values)
            self._having[key] = self._searched(ledger, expression, values) if rows is None else self.of_rows(ledger, rows)
        return self._having[key]

    def of_rows(self, ledger: str, rows: Iterable[Row]) -> str:
        """Return a table of rows of the journal."""
        name, listed = self._name(ledger), [row[: _DATA + 1] for row in rows]
        types = columns(self.ledgers[ledger])
        if not listed:
            self._engine.write(name, types, [], "TABLE")
            return name
        # The engine reads the values out of the journal's texts by itself: to take them apart here takes three times as long.
        shape = json.dumps(dict.fromkeys(self.ledgers[ledger].fields, "VARCHAR"))
        columns_of = list(zip(*listed, strict=True))
        unnested = [f"unnest(CAST(${i} AS {SYSTEM[c]}[])) AS {quoted(c)}" for i, c in enumerate(_ORDER, 1)]
        source = f"SELECT {', '.join(unnested)}, from_json(unnest(CAST(${_DATA + 1} AS VARCHAR[])), {literal(shape)}) AS data"
        picked = [quoted(c) for c in SYSTEM]
        picked += [f"CAST(data[{literal(f)}] AS {types[f]}) AS {quoted(f)}" for f in self.ledgers[ledger].fields]
        self._connection.execute(
            f"CREATE TABLE {quoted(name)} AS SELECT {', '.join(picked)} FROM ({source})", [list(c) for c in columns_of]
        )
        return name

    def together(self, ledger: str, tables: Iterable[str]) -> str:
        """Return the table of rows that are in any of some tables."""
        several = list(dict.fromkeys(tables))
        if len(several) == 1:
            return several[0]
        if not several:
            return self.of_rows(ledger, [])
        name = self._name(ledger)
        self._connection.execute(f"CREATE TABLE {quoted(name)} AS {' UNION '.join(f'SELECT * FROM {quoted(t)}' for t in several)}")
        return name

    def values(self, table: str, expression: str) -> Values:
        """Return the values of an expression in a table, as texts; empty ones are left out."""
        key = (table, expression)
        if key not in self._values:
            found = self._connection.execute(f"SELECT DISTINCT CAST({expression} AS VARCHAR) FROM {quoted(table)}").fetchall()
            self._values[key] = frozenset(value for (value,) in found if value is not None)
        return self._values[key]

    def entries(self, table: str) -> frozenset[str]:
        """Return the entries that have rows in a table."""
        if table not in self._entries:
            found = self._connection.execute(f"SELECT _entry FROM {quoted(table)}").fetchall()
            self._entries[table] = frozenset(entry for (entry,) in found)
        return self._entries[table]

    def _name(self, ledger: str) -> str:
        self._count += 1
        return f"{ledger}__{self._mark}_{self._count}"

    def _looked_up(self, ledger: str, expression: str, values: Values) -> list[Row] | None:
        """Return the rows of a large ledger out of the journal; None when searching is the better way, or the only one."""
        rows, last = self._reach(ledger)
        if rows <= INDEXED_ROWS or len(values) > MOST_ROWS:
            return None
        from taizhang.journal import read

        upto, key = min(self.position, last), self.ledgers[ledger].key
        if expression == quoted("_seq"):
            return read.standing_rows([int(value) for value in values], self.position)
        if len(key) == 1 and expression == quoted(key[0]) and sql_type(self.ledgers[ledger].fields[key[0]]) in _AS_WRITTEN:
            stands = read.standing(ledger, [value.replace("\\", "\\\\").replace("|", "\\|") for value in values], at_position=self.position)
            return read.standing_rows([s.seq for s in stands.values()], self.position)
        seqs = self._index.rows(ledger, expression, values, upto, MOST_ROWS)
        if seqs is None:
            return None
        found = read.standing_rows(seqs, self.position)
        if expression == VILLAGE:
            return [row for row in found if (row[_ORDER.index("_division")] or "")[:12] in values]
        field = expression.strip('"')
        return [row for row in found if json.loads(row[_DATA]).get(field) in values]

    def _searched(self, ledger: str, expression: str, values: Values) -> str:
        name = self._name(ledger)
        chosen = f"SELECT * FROM {quoted(self.whole(ledger))} WHERE CAST({expression} AS VARCHAR) IN (SELECT v FROM {quoted(self._listed(values))})"
        self._connection.execute(f"CREATE TABLE {quoted(name)} AS {chosen}")
        return name

    def _listed(self, values: Values) -> str:
        if values not in self._lists:
            self._lists[values] = name = self._name("values")
            self._connection.execute(f"CREATE TABLE {quoted(name)} AS SELECT unnest(CAST($1 AS VARCHAR[])) AS v", [sorted(values)])
        return self._lists[values]
