"""Tables of some rows of ledgers, side by side where a pool makes them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import count
from typing import TYPE_CHECKING, Any

from taizhang.pack.definitions import Ledger
from taizhang.warehouse.columns import SYSTEM, columns, literal, quoted
from taizhang.warehouse.snapshot import ALWAYS

if TYPE_CHECKING:
    import duckdb

    from taizhang.warehouse.duckdb.engine import DuckDB

Row = tuple[Any, ...]  # as ``journal.read.versions_since`` gives it; without data where only the columns have them
ORDER = ("_seq", "_entry", "_version", "_op", "_replaces", "_submission", "_division", "_sheet", "_line")
DATA, LEDGER = len(ORDER), len(ORDER) + 1


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns that a table has, and those of them that hold the rows' values; the others are empty."""

    named: frozenset[str]
    needed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Made:
    """A table of rows of a ledger; without ``columns`` it has all."""

    name: str
    rows: frozenset[int]
    columns: Columns | None


_NONE = Columns(frozenset(), frozenset())


class RowTables:
    """Tables of rows of the journal in a connection's main schema; the last of each ledger serves until it lacks a row or a column."""

    def __init__(self, ledgers: Mapping[str, Ledger], connection: duckdb.DuckDBPyConnection) -> None:
        self._ledgers, self._connection = ledgers, connection
        self._last: dict[str, Made] = {}
        self._making: dict[str, Future[None]] = {}
        self._columns: dict[str, Columns] = {}
        self._mark, self._count = uuid.uuid4().hex[:8], count()

    @cached_property
    def _engine(self) -> DuckDB:
        from taizhang.warehouse.duckdb.engine import DuckDB

        return DuckDB(self._connection)

    def name(self, ledger: str) -> str:
        """Return a name that no other table has."""
        return f"{ledger}__{self._mark}_{next(self._count)}"

    def need(self, named: Mapping[str, Collection[str]], needed: Mapping[str, Collection[str]]) -> None:
        """Take note of columns that statements name, and of those whose values they need; a ledger of which nothing is noted has all."""
        for ledger, names in named.items():
            known = self._columns.get(ledger, _NONE)
            self._columns[ledger] = Columns(known.named.union(ALWAYS, names), known.needed.union(ALWAYS, needed.get(ledger, ())))

    def needed(self, ledger: str) -> frozenset[str]:
        """Return the columns of a ledger whose values are needed; all where nothing is noted of it."""
        asked = self._columns.get(ledger)
        return asked.needed if asked else frozenset(columns(self._ledgers[ledger]))

    def of(
        self, ledger: str, rows: Mapping[int, Row], wanted: Collection[int], stored: Callable[[], str | None], pool: Executor | None
    ) -> str:
        """Return the table of a ledger that has the ``wanted`` of its rows by ``_seq``; what it lacks, it is made anew for, of all rows.

        ``stored`` returns what it is for ``_make``. With a pool it is made there meanwhile, and whoever reads it has to ``wait`` for it.
        """
        asked, made = self._columns.get(ledger), self._last.get(ledger)
        if made is None or made.columns != asked or not made.rows.issuperset(wanted):
            made = Made(self.name(ledger), frozenset(rows), asked)
            self._last[ledger] = made
            make = partial(self._make, made.name, ledger, list(rows.values()), made.columns, stored())
            if pool:
                self._making[made.name] = pool.submit(make)
            else:
                make()
        return made.name

    def wait(self, names: Iterable[str]) -> None:
        """Wait until tables are made."""
        for name in names:
            if name in self._making:
                self._making[name].result()

    def of_rows(self, ledger: str, rows: Iterable[Row], only: Collection[str] | None = None) -> str:
        """Return a table of rows of the journal, all with their data; of all columns, or ``only`` some."""
        name, asked = self.name(ledger), None if only is None else frozenset((*ALWAYS, *only))
        self._make(name, ledger, list(rows), Columns(asked, asked) if asked else None)
        return name

    def _make(self, name: str, ledger: str, rows: list[Row], asked: Columns | None = None, stored: str | None = None) -> None:
        """Make a table. ``stored`` says, as what follows FROM, where the rows without data are."""
        types = columns(self._ledgers[ledger])
        if asked:
            types = {c: t for c, t in types.items() if c in asked.named}
        if not rows:
            self._engine.write(name, types, [], "TABLE")
            return
        texts = [row for row in rows if row[DATA] is not None]
        wanted = asked.needed if asked else types.keys()
        source, given = _of_texts(types, texts, wanted)
        if stored:
            picked = (quoted(c) if c in wanted else f"NULL AS {quoted(c)}" for c in types)
            given.append([row[0] for row in texts])
            source += (
                f" UNION ALL SELECT {', '.join(picked)} FROM {stored} AND _seq NOT IN (SELECT unnest(CAST(${len(given)} AS BIGINT[])))"
            )
        self._connection.cursor().execute(f"CREATE TABLE {quoted(name)} AS {source}", given)  # a cursor, for tables are made side by side


def _of_texts(types: Mapping[str, str], rows: list[Row], wanted: Collection[str]) -> tuple[str, list[list[Any]]]:
    """Return the query for rows with their data, of which some columns are wanted, and its parameters.

    The engine reads the values out of the journal's texts by itself: to take them apart here takes three times as long.
    """
    system, fields = [c for c in ORDER if c in wanted], [c for c in types if c in wanted and c not in SYSTEM]
    read = [f"unnest(CAST(${i} AS {SYSTEM[c]}[])) AS {quoted(c)}" for i, c in enumerate(system, 1)]
    given: list[list[Any]] = [[row[ORDER.index(c)] for row in rows] for c in system]
    if fields:
        shape = json.dumps(dict.fromkeys(fields, "VARCHAR"))
        read.append(f"from_json(unnest(CAST(${len(system) + 1} AS VARCHAR[])), {literal(shape)}) AS data")
        given.append([row[DATA] for row in rows])
    found_in = dict.fromkeys(system, "{}") | dict.fromkeys(fields, "data.{}")
    picked = (f"CAST({found_in.get(c, 'NULL').format(quoted(c))} AS {t}) AS {quoted(c)}" for c, t in types.items())
    return f"SELECT {', '.join(picked)} FROM (SELECT {', '.join(read)})", given
