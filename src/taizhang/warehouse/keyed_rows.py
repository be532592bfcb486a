"""Parts of ledgers by value, as tables that several snapshots of one connection read: the work follows their rows, not what is stored.

All who ask share one part of each ledger: it grows by what is asked for, every row is read once, and becomes a table once. Whoever reads
that table finds rows in it that others asked for, and must know which of them are his.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import count, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from taizhang.pack.definitions import Ledger, Pack
from taizhang.warehouse.columns import SYSTEM, columns, literal, quoted
from taizhang.warehouse.keys import INDEXED_ROWS, VILLAGE, KeyIndex, key_kinds
from taizhang.warehouse.snapshot import ALWAYS

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from taizhang.warehouse.duckdb.engine import DuckDB

MOST_ROWS = 200_000  # of all ledgers together; beyond, comparing everything is no slower
FEW_ROWS = 20_000  # of all ledgers together, that rules share
READ_ROWS = 30_000  # of some villages; to search the columns for more takes less time than to read them from the journal
Row = tuple[Any, ...]  # as ``journal.read.versions_since`` gives it; without data where only the columns have them
_ORDER = ("_seq", "_entry", "_version", "_op", "_replaces", "_submission", "_division", "_sheet", "_line")
_DATA, _LEDGER = len(_ORDER), len(_ORDER) + 1
ROW, _ENTRY = quoted("_seq"), quoted("_entry")
_DIVISION = re.compile(r'(?:TZ_PART\()*"_division"(?:, 1, (\d+)\)(?:, 1, (\d+)\))?)?')
_VILLAGE_DIGITS = 12


def _in_villages(codes: Collection[str]) -> str:
    """Return the condition for divisions in some villages: which the columns are searched for, and the range by which most of them are passed over."""
    listed = sorted(codes)
    return f"{VILLAGE} IN ({', '.join(map(literal, listed))}) AND _division BETWEEN {literal(listed[0])} AND {literal(listed[-1] + '~')}"


class TooManyRowsError(Exception):
    """More rows were asked for than are worth being looked up."""


class Part:
    """What was read of one ledger: its rows by ``_seq``, and their values of the expressions that were asked for."""

    def __init__(self, table: str | None = None) -> None:
        self.table = table  # of a part that is the whole ledger
        self.rows: dict[int, Row] = {}  # of any other
        self.villages: set[str] = set()  # of whose rows the columns have the data
        self.seqs: dict[str, int] = {}  # by entry
        self.values: dict[str, dict[int, str]] = {}
        self.having: dict[str, dict[str, list[int]]] = {}
        self.fresh: dict[str, list[int]] = {}  # by expression, rows whose value has not been read

    def add(self, rows: Mapping[int, Row]) -> None:
        """Take rows of the journal that stand."""
        self.rows |= rows
        self.seqs |= {row[1]: seq for seq, row in rows.items()}
        for waiting in self.fresh.values():
            waiting += rows

    def take(self, expression: str, found: Iterable[tuple[int, str | None]]) -> None:
        """Take values of an expression; empty ones are left out."""
        values, having = self.values[expression], self.having[expression]
        for seq, value in found:
            if value is not None:
                values[seq] = value
                having.setdefault(value, []).append(seq)


@dataclass(frozen=True, slots=True)
class Made:
    """A table of rows of a ledger; columns that are not among these are empty."""

    name: str
    rows: frozenset[int]
    columns: frozenset[str] | None


class KeyedRows:
    """What stands at a position, in parts. Names of tables stand in the connection's main schema."""

    def __init__(
        self,
        folder: Path,
        pack: Pack,
        position: int,
        connection: duckdb.DuckDBPyConnection,
        standing: Callable[[str], str],
        reach: Callable[[str], tuple[int, int]],
        journal: Callable[[Iterable[int], int], list[Row]],
        most: int = MOST_ROWS,
    ) -> None:
        """``standing`` is the query for all that stands in a ledger, ``reach`` the number of its rows and the last; ``journal`` reads rows that stand."""
        self.ledgers, self.position = pack.ledgers, position
        self._connection, self._standing, self._reach, self._journal = connection, standing, reach, journal
        self._most = most
        self._index, self._kinds = KeyIndex(folder), key_kinds(pack)
        self._whole: dict[str, str] = {}
        self._parts: dict[str, Part] = {}
        self._tables: dict[str, Made] = {}  # the last of each ledger
        self._making: dict[str, Future[None]] = {}
        self._asked: dict[str, set[str]] = {}  # values that were looked up, by kind of thing or place
        self._owners: dict[int, str] = {}
        self._data: dict[int, dict[str, str]] = {}  # what was taken out of rows' texts
        self._needed: dict[str, set[str]] = {}
        self._rows = 0  # of the journal
        self._mark, self._count = uuid.uuid4().hex[:8], count()

    @cached_property
    def _engine(self) -> DuckDB:
        from taizhang.warehouse.duckdb.engine import DuckDB

        return DuckDB(self._connection)

    @cached_property
    def _reached(self) -> dict[tuple[str, str, str], int]:
        return self._index.reach()

    # --- asking ---------------------------------------------------------------------------------------------------------------------------

    def whole(self, ledger: str) -> str:
        """Return the table of all that stands in a ledger; a large one is read from the files each time."""
        if ledger not in self._whole:
            what = "TABLE" if self._reach(ledger)[0] <= INDEXED_ROWS else "VIEW"
            self._whole[ledger] = name = self._name(ledger)
            self._connection.execute(f"CREATE {what} {quoted(name)} AS {self._standing(ledger)}")
        return self._whole[ledger]

    def tables(self, seqs: Mapping[str, Collection[int]], pool: Executor | None = None) -> dict[str, str]:
        """Return by ledger the table that has these rows, with others that were read; no name where nothing was.

        With a pool they are made there meanwhile, and whoever reads them has to ``wait`` for them.
        """
        names: dict[str, str] = {}
        for ledger, wanted in seqs.items():
            part, needed = self._parts.get(ledger) or Part(), self._needed.get(ledger)
            names[ledger] = part.table or ""
            if part.rows:
                made = self._tables.get(ledger)
                if made is None or made.columns != needed or not made.rows.issuperset(wanted):
                    made = self._tables[ledger] = Made(
                        self._name(ledger), frozenset(part.rows), None if needed is None else frozenset(needed)
                    )
                    make = partial(self._make, made.name, ledger, list(part.rows.values()), made.columns)
                    if pool:
                        self._making[made.name] = pool.submit(make)
                    else:
                        make()
                names[ledger] = made.name
        return names

    def wait(self, names: Iterable[str]) -> None:
        """Wait until tables are made."""
        for name in names:
            if name in self._making:
                self._making[name].result()

    def size(self, ledger: str) -> int:
        """Return how many rows of a ledger were read so far."""
        part = self._parts.get(ledger)
        return len(part.seqs) if part else 0

    def entries(self, ledger: str, seqs: Collection[int]) -> Iterator[str]:
        """Yield the entries of rows of a ledger that were read."""
        return (entry for entry, seq in self._parts[ledger].seqs.items() if seq in seqs)

    def need(self, columns_by_ledger: Mapping[str, Collection[str]]) -> None:
        """Take note of columns that are read; once anything is noted of a ledger, its other columns may be empty."""
        for ledger, names in columns_by_ledger.items():
            self._needed.setdefault(ledger, set()).update(names)

    def give(self, ledger: str, rows: Iterable[Row]) -> list[int]:
        """Take rows of the journal that stand, so that they need not be read; return their ``_seq``."""
        part, given = self._part(ledger), {row[0]: row for row in rows}
        if part.table is None:
            new = {seq: row for seq, row in given.items() if seq not in part.rows}
            part.add(new)
            self._owners |= dict.fromkeys(new, ledger)
            self._rows += len(new)
        return list(given)

    def having(self, places: Iterable[tuple[str, str]], values: Collection[str]) -> list[tuple[str, set[int]]]:
        """Return by ledger the ``_seq`` of what stands and has one of the values (as texts) in an expression.

        Raises ``TooManyRowsError``.
        """
        listed = list(places)
        self._look_up(listed, values)
        found = []
        for ledger, expression in listed:
            if expression == ROW:
                continue
            having = self._evaluated(ledger, expression).having[expression]
            found.append((ledger, {seq for value in having.keys() & values for seq in having[value]}))
        return found + self._rows_themselves({ledger for ledger, expression in listed if expression == ROW}, values)

    def _rows_themselves(self, ledgers: Collection[str], values: Iterable[str]) -> list[tuple[str, set[int]]]:
        found: dict[str, set[int]] = {}
        for seq in map(int, values) if ledgers else ():
            if (ledger := self._owners.get(seq)) in ledgers:
                found.setdefault(str(ledger), set()).add(seq)
        return list(found.items())

    def values(self, ledger: str, expression: str, seqs: Collection[int]) -> set[str]:
        """Return the values of an expression in rows that were read, as texts; empty ones are left out."""
        if expression == ROW:
            return set(map(str, seqs))
        values = self._evaluated(ledger, expression).values[expression]
        return {values[seq] for seq in seqs if seq in values}

    def values_of(self, ledger: str, expression: str, rows: Collection[Row]) -> set[str]:
        """Return the values of an expression in any rows of the journal."""
        return {value for _seq, value in self._read(ledger, expression, rows) if value is not None}

    def seq(self, ledger: str, entry: str) -> int | None:
        """Return the row of an entry; None when it was not read."""
        part = self._parts.get(ledger)
        return part.seqs.get(entry) if part else None

    def owner(self, seq: Any) -> str:
        """Return the ledger of a row by its ``_seq``; none when there is no such row, or it was not read."""
        return self._owners.get(seq, "")

    # --- reading --------------------------------------------------------------------------------------------------------------------------

    def _part(self, ledger: str) -> Part:
        if ledger not in self._parts:
            small = self._reach(ledger)[0] <= INDEXED_ROWS
            self._parts[ledger] = part = Part(self.whole(ledger) if small else None)
            if part.table:
                part.seqs = dict(self._connection.execute(f"SELECT _entry, _seq FROM {quoted(part.table)}").fetchall())
                self._owners |= dict.fromkeys(part.seqs.values(), ledger)
        return self._parts[ledger]

    def _evaluated(self, ledger: str, expression: str) -> Part:
        """Return a part with the values of an expression in all its rows."""
        part = self._part(ledger)
        if expression not in part.values:
            part.values[expression], part.having[expression], part.fresh[expression] = {}, {}, list(part.rows)
            if part.table:
                part.take(expression, self._select(part.table, expression))
        if fresh := part.fresh[expression]:
            part.take(expression, self._read(ledger, expression, [part.rows[seq] for seq in fresh]))
            part.fresh[expression] = []
        return part

    def _read(self, ledger: str, expression: str, rows: Collection[Row]) -> Iterable[tuple[int, str | None]]:
        """Return an expression's values in rows of the journal: out of their texts where these are the values, else by the engine."""
        if expression in (ROW, _ENTRY):
            place = _ORDER.index(expression.strip('"'))
            return [(row[0], str(row[place])) for row in rows]
        if shape := _DIVISION.fullmatch(expression):
            digits = min((int(n) for n in shape.groups() if n), default=None)
            return [(row[0], row[6] if row[6] is None else row[6][:digits]) for row in rows]
        if unread := {row[0] for row in rows if row[_DATA] is None}:
            found = self._select(self.whole(ledger), expression, f"WHERE {_in_villages(self._part(ledger).villages)}")
            rows = [row for row in rows if row[_DATA] is not None]
            return [(seq, value) for seq, value in found if seq in unread] + list(self._read(ledger, expression, rows) if rows else ())
        field = expression.strip('"')
        if columns(self.ledgers[ledger]).get(field) in ("VARCHAR", "DATE", "BIGINT") and expression == quoted(field):
            texts = {row[0]: row[_DATA] for row in rows if row[0] not in self._data}
            self._data |= zip(texts, json.loads(f"[{','.join(texts.values())}]"), strict=True)
            return [(row[0], self._data[row[0]].get(field)) for row in rows]
        return self._select(self.of_rows(ledger, rows), expression)

    def _select(self, table: str, expression: str, where: str = "") -> list[tuple[int, str | None]]:
        return self._connection.execute(f"SELECT _seq, CAST({expression} AS VARCHAR) FROM {quoted(table)} {where}").fetchall()

    def _look_up(self, places: Iterable[tuple[str, str]], values: Collection[str]) -> None:
        """Read every row that has one of the values in one of the places; of the large ledgers, by the index where it reaches far enough."""
        kinds: dict[str, None] = {}
        villages: list[tuple[str, str]] = []
        for ledger, expression in places:
            kind = self._kinds[ledger].get(expression)
            if expression == ROW:
                self._once(ROW, values, self._by_seq)
            elif self._part(ledger).table:
                continue
            elif expression == _ENTRY:
                self._once(f"{ledger} {expression}", values, partial(self._by_entry, ledger))
            elif _DIVISION.fullmatch(expression) and self._covers(ledger, VILLAGE):
                villages.append((ledger, expression))
            elif kind and self._covers(ledger, expression):
                kinds[kind] = None
            else:
                self._once(f"{ledger} {expression}", values, partial(self._search, ledger, expression))
        for kind in kinds:
            self._once(kind, values, partial(self._by_kind, kind))
        for ledger, expression in villages:
            kind = self._kinds[ledger][VILLAGE]
            self._once(kind, self._villages(ledger, expression, values), partial(self._by_village, ledger))

    def _covers(self, ledger: str, expression: str) -> bool:
        return self._reached.get((ledger, expression, self._kinds[ledger][expression]), 0) >= min(self.position, self._reach(ledger)[1])

    def _once(self, what: str, values: Iterable[str], read: Callable[[set[str]], None]) -> None:
        """Read by the values by which nothing was read yet; where it is too much, nothing was read."""
        asked = self._asked.setdefault(what, set())
        if new := set(values) - asked:
            read(new)
            asked |= new

    def _villages(self, ledger: str, expression: str, values: Iterable[str]) -> set[str]:
        if expression == VILLAGE:
            return set(values)
        found: set[str] = set()
        for value in values:
            found |= {value[:_VILLAGE_DIGITS]} if len(value) >= _VILLAGE_DIGITS else set(self._index.villages(ledger, value))
        return found

    def _by_kind(self, kind: str, values: Collection[str]) -> None:
        seqs = self._index.rows([kind], values, self.position, self._most)
        if seqs is None:
            raise TooManyRowsError
        self._by_seq(seqs)

    def _by_village(self, ledger: str, codes: Collection[str]) -> None:
        seqs = self._index.rows([self._kinds[ledger][VILLAGE]], codes, self.position, self._most)
        if seqs is None:
            raise TooManyRowsError
        if len(seqs) <= READ_ROWS:
            self._by_seq(seqs)
            return
        found = self._connection.execute(
            f"SELECT _seq, _entry, NULL, 'record', NULL, NULL, _division, NULL, NULL, NULL, '{ledger}'"
            f" FROM {quoted(self.whole(ledger))} WHERE {_in_villages(codes)}"
        ).fetchall()
        if len(found) + self._rows > self._most:
            raise TooManyRowsError
        self._part(ledger).villages |= set(codes)
        self.give(ledger, found)

    def _by_seq(self, seqs: Iterable[str | int]) -> None:
        wanted = [seq for seq in map(int, seqs) if seq not in self._owners]
        if len(wanted) + self._rows > self._most:
            raise TooManyRowsError
        found = sorted(self._journal(wanted, self.position), key=itemgetter(_LEDGER)) if wanted else []
        for ledger, rows in groupby(found, key=itemgetter(_LEDGER)):
            if ledger in self.ledgers:
                self.give(ledger, rows)

    def _by_entry(self, ledger: str, entries: Collection[str]) -> None:
        from taizhang.journal import read

        self._by_seq(s.seq for s in read.standing(ledger, entries, at_position=self.position).values())

    def _search(self, ledger: str, expression: str, values: Collection[str]) -> None:
        """Search the columns."""
        wanted = (
            f"SELECT _seq FROM {quoted(self.whole(ledger))} WHERE CAST({expression} AS VARCHAR) IN (SELECT unnest(CAST($1 AS VARCHAR[])))"
        )
        self._by_seq(seq for (seq,) in self._connection.execute(wanted, [sorted(values)]).fetchall())

    # --- tables ---------------------------------------------------------------------------------------------------------------------------

    def of_rows(self, ledger: str, rows: Iterable[Row]) -> str:
        """Return a table of rows of the journal."""
        name = self._name(ledger)
        self._make(name, ledger, list(rows))
        return name

    def _make(self, name: str, ledger: str, rows: list[Row], needed: Collection[str] | None = None) -> None:
        """Make a table of rows of the journal; columns that are not ``needed`` are empty."""
        definition: Ledger = self.ledgers[ledger]
        types = columns(definition)
        if not rows:
            self._engine.write(name, types, [], "TABLE")
            return
        told = [row for row in rows if row[_DATA] is not None]
        villages = set() if len(told) == len(rows) else set(self._part(ledger).villages)
        # The engine reads the values out of the journal's texts by itself: to take them apart here takes three times as long.
        wanted = types.keys() if needed is None else {*ALWAYS, *needed}
        system, fields = [c for c in _ORDER if c in wanted], [f for f in definition.fields if f in wanted]
        shape = json.dumps(dict.fromkeys(fields, "VARCHAR")) if fields else '{"":"VARCHAR"}'
        unnested = [f"unnest(CAST(${i} AS {SYSTEM[c]}[])) AS {quoted(c)}" for i, c in enumerate(system, 1)]
        source = f"SELECT {', '.join(unnested)}, from_json(unnest(CAST(${len(system) + 1} AS VARCHAR[])), {literal(shape)}) AS data"
        where = dict.fromkeys(system, "{}") | dict.fromkeys(fields, "data.{}")
        picked = (f"CAST({where.get(c, 'NULL').format(quoted(c))} AS {t}) AS {quoted(c)}" for c, t in types.items())
        given = [[row[i] for row in told] for i in (*map(_ORDER.index, system), _DATA)]
        made = f"SELECT {', '.join(picked)} FROM ({source})"
        if villages:
            picked = (quoted(c) if c in wanted else f"NULL AS {quoted(c)}" for c in types)
            given.append([row[0] for row in told])
            made += (
                f" UNION ALL SELECT {', '.join(picked)} FROM {quoted(self._whole[ledger])}"
                f" WHERE {_in_villages(villages)} AND _seq NOT IN (SELECT unnest(CAST(${len(given)} AS BIGINT[])))"
            )
        self._connection.cursor().execute(f"CREATE TABLE {quoted(name)} AS {made}", given)  # a cursor, for tables are made side by side

    def _name(self, ledger: str) -> str:
        return f"{ledger}__{self._mark}_{next(self._count)}"
