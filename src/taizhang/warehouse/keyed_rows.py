"""Parts of ledgers by value, as tables that several snapshots of one connection read: the work follows their rows, not what is stored.

All who ask share one part of each ledger: it grows by what is asked for, every row is read once, and becomes a table once. Whoever reads
that table finds rows in it that others asked for, and must know which of them are his.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from functools import cached_property, partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from taizhang.pack.definitions import Pack
from taizhang.warehouse.columns import columns, literal, quoted
from taizhang.warehouse.keys import INDEXED_ROWS, VILLAGE, KeyIndex, key_kinds, own_key, own_kind
from taizhang.warehouse.row_tables import DATA, LEDGER, ORDER, Row, RowTables

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

MOST_ROWS = 200_000  # of all ledgers together; beyond, comparing everything is no slower
FEW_ROWS = 20_000  # of all ledgers together, that rules share
READ_ROWS = 30_000  # of some villages; to search the columns for more takes less time than to read them from the journal
ROW, _ENTRY = quoted("_seq"), quoted("_entry")
_DIVISION = re.compile(r'(?:TZ_PART\()*"_division"(?:, 1, (\d+)\)(?:, 1, (\d+)\))?)?')
_NAMED = re.compile(r'"(\w+)"')
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
        self.taken: dict[str, frozenset[str]] = {}  # tables of these rows, taken out of the columns, and what columns each has
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

    def stored(self, whole: str, wanted: Collection[str]) -> str:
        """Return what follows FROM and WHERE to read some columns of the rows whose data the columns have; ``whole`` is the ledger with all its own."""
        if all(names.issuperset(wanted) for names in self.taken.values()):
            return f"({' UNION ALL BY NAME '.join(f'SELECT * FROM {quoted(table)}' for table in self.taken)}) AS taken WHERE true"
        return f"{quoted(whole)} WHERE {_in_villages(self.villages)}"

    def take(self, expression: str, found: Iterable[tuple[int, str | None]]) -> None:
        """Take values of an expression; empty ones are left out."""
        values, having = self.values[expression], self.having[expression]
        for seq, value in found:
            if value is not None:
                values[seq] = value
                having.setdefault(value, []).append(seq)


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
        functions: str,
        most: int = MOST_ROWS,
    ) -> None:
        """``standing`` is the query for all that stands in a ledger, ``reach`` the number of its rows and the last; ``journal`` reads rows that stand.

        ``functions`` is the fingerprint of those that expressions may call.
        """
        self.ledgers, self.position = pack.ledgers, position
        self._connection, self._standing, self._reach, self._journal = connection, standing, reach, journal
        self._made = RowTables(pack.ledgers, connection)
        self._functions, self._most = functions, most
        self._index, self._kinds = KeyIndex(folder), key_kinds(pack)
        self._whole: dict[str, str] = {}
        self._parts: dict[str, Part] = {}
        self._asked: dict[str, set[str]] = {}  # values that were looked up, by kind of thing or place
        self._owners: dict[int, str] = {}
        self._replaced: set[int] = set()  # what was asked for and stands no more
        self._data: dict[int, dict[str, str]] = {}  # what was taken out of rows' texts
        self._rows = 0  # of the journal

    @cached_property
    def _reached(self) -> dict[tuple[str, str, str], int]:
        return self._index.reach()

    def close(self) -> None:
        """Give back what it holds open; what was read stays."""
        self._index.close()

    # --- asking ---------------------------------------------------------------------------------------------------------------------------

    def whole(self, ledger: str) -> str:
        """Return the table of all that stands in a ledger; a large one is read from the files each time."""
        if ledger not in self._whole:
            what = "TABLE" if self._reach(ledger)[0] <= INDEXED_ROWS else "VIEW"
            self._whole[ledger] = name = self._made.name(ledger)
            self._connection.execute(f"CREATE {what} {quoted(name)} AS {self._standing(ledger)}")
        return self._whole[ledger]

    def tables(self, seqs: Mapping[str, Collection[int]], pool: Executor | None = None) -> dict[str, str]:
        """Return by ledger the table that has these rows, with others that were read; no name where nothing was.

        With a pool they are made there meanwhile, and whoever reads them has to ``wait`` for them.
        """
        names: dict[str, str] = {}
        for ledger, wanted in seqs.items():
            part = self._parts.get(ledger) or Part()
            names[ledger] = self._made.of(ledger, part.rows, wanted, partial(self._stored, ledger), pool) if part.rows else part.table or ""
        return names

    def _stored(self, ledger: str) -> str | None:
        part = self._part(ledger)
        return part.stored(self.whole(ledger), self._made.needed(ledger)) if part.villages else None

    def need(self, named: Mapping[str, Collection[str]], needed: Mapping[str, Collection[str]]) -> None:
        """Take note of columns that will be read, as ``RowTables.need``."""
        self._made.need(named, needed)

    def wait(self, names: Iterable[str]) -> None:
        """Wait until tables are made."""
        self._made.wait(names)

    def lacking(self, places: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return the ledgers and expressions that the index does not know: the columns are searched for these."""
        return {
            (ledger, expression)
            for ledger, expression in places
            if expression not in (ROW, _ENTRY, *self._kinds[ledger]) and not _DIVISION.fullmatch(expression)
            and self._reach(ledger)[0] > INDEXED_ROWS and (ledger, expression, own_kind(ledger, expression, self._functions)) not in self._reached
        }  # fmt: skip

    def size(self, ledger: str) -> int:
        """Return how many rows of a ledger were read so far."""
        part = self._parts.get(ledger)
        return len(part.seqs) if part else 0

    def entries(self, ledger: str, seqs: Collection[int]) -> Iterator[str]:
        """Yield the entries of rows of a ledger that were read."""
        return (entry for entry, seq in self._parts[ledger].seqs.items() if seq in seqs)

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
                part.take(expression, self._select(quoted(part.table), expression))
        if fresh := part.fresh[expression]:
            part.take(expression, self._read(ledger, expression, [part.rows[seq] for seq in fresh]))
            part.fresh[expression] = []
        return part

    def _read(self, ledger: str, expression: str, rows: Collection[Row]) -> Iterable[tuple[int, str | None]]:
        """Return an expression's values in rows of the journal: out of their texts where these are the values, else by the engine."""
        if expression in (ROW, _ENTRY):
            place = ORDER.index(expression.strip('"'))
            return [(row[0], str(row[place])) for row in rows]
        if shape := _DIVISION.fullmatch(expression):
            digits = min((int(n) for n in shape.groups() if n), default=None)
            return [(row[0], row[6] if row[6] is None else row[6][:digits]) for row in rows]
        if stored := {row[0] for row in rows if row[DATA] is None}:
            found = self._select(self._part(ledger).stored(self.whole(ledger), _NAMED.findall(expression)), expression)
            rows = [row for row in rows if row[DATA] is not None]
            return [(seq, value) for seq, value in found if seq in stored] + list(self._read(ledger, expression, rows) if rows else ())
        field = expression.strip('"')
        if columns(self.ledgers[ledger]).get(field) in ("VARCHAR", "DATE", "BIGINT") and expression == quoted(field):
            texts = {row[0]: row[DATA] for row in rows if row[0] not in self._data}
            self._data |= zip(texts, json.loads(f"[{','.join(texts.values())}]"), strict=True)
            return [(row[0], self._data[row[0]].get(field)) for row in rows]
        return self._select(quoted(self._made.of_rows(ledger, rows, _NAMED.findall(expression))), expression)

    def _select(self, source: str, expression: str) -> list[tuple[int, str | None]]:
        return self._connection.execute(f"SELECT _seq, CAST({expression} AS VARCHAR) FROM {source}").fetchall()

    def _look_up(self, places: Collection[tuple[str, str]], values: Collection[str]) -> None:
        """Read every row that has one of the values in one of the places; of the large ledgers, by the index where it reaches far enough."""
        if any(expression == ROW for _ledger, expression in places):
            self._once(ROW, values, self._by_seq)
        kinds: dict[str, set[str]] = {}
        villages: list[tuple[str, str]] = []
        for ledger, expression in places:
            kind = self._kinds[ledger].get(expression, own_kind(ledger, expression, self._functions))
            if expression == ROW or self._part(ledger).table:
                continue
            elif expression == _ENTRY:
                self._once(f"{ledger} {expression}", values, partial(self._by_entry, ledger))
            elif _DIVISION.fullmatch(expression) and self._covers(ledger, VILLAGE, self._kinds[ledger][VILLAGE]):
                villages.append((ledger, expression))
            elif self._covers(ledger, expression, kind):
                kinds.setdefault(kind, set()).update(self._unread(ledger, expression, kind, values))
            else:
                self._once(f"{ledger} {expression}", values, partial(self._search, ledger, expression))
        for kind, some in kinds.items():
            self._once(kind, some, partial(self._by_kind, kind))
        self._by_villages({ledger: self._villages(ledger, expression, values) for ledger, expression in villages})

    def _unread(self, ledger: str, expression: str, kind: str, values: Collection[str]) -> Iterable[str]:
        """Return the values by which there may be rows that were not read: the key of a ledger names one entry, and its text is the entry's."""
        own = kind == own_key(ledger) and expression == quoted(self.ledgers[ledger].key[0])
        return set(values) - self._part(ledger).seqs.keys() if own else values

    def _covers(self, ledger: str, expression: str, kind: str) -> bool:
        return self._reached.get((ledger, expression, kind), 0) >= min(self.position, self._reach(ledger)[1])

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

    def _by_villages(self, wanted: Mapping[str, set[str]]) -> None:
        """Read all rows of villages, by ledger; those of ledgers that are asked for the same are looked up together."""
        together: dict[frozenset[str], list[str]] = {}
        for ledger, codes in wanted.items():
            if new := codes - self._asked.get(self._kinds[ledger][VILLAGE], set()):
                together.setdefault(frozenset(new), []).append(ledger)
        for some, ledgers in together.items():
            kinds = [self._kinds[ledger][VILLAGE] for ledger in ledgers]
            seqs = self._index.rows(kinds, some, self.position, READ_ROWS) if len(ledgers) > 1 else None
            if seqs is not None:
                self._by_seq(seqs)
            for kind, ledger in zip(kinds, ledgers, strict=True):
                if seqs is None:
                    self._by_village(ledger, some)
                self._asked.setdefault(kind, set()).update(some)

    def _by_village(self, ledger: str, codes: Collection[str]) -> None:
        seqs = self._index.rows([self._kinds[ledger][VILLAGE]], codes, self.position, self._most)
        if seqs is None:
            raise TooManyRowsError
        if len(seqs) <= READ_ROWS:
            self._by_seq(seqs)
            return
        if sum(seq not in self._owners and seq not in self._replaced for seq in seqs) + self._rows > self._most:
            raise TooManyRowsError
        table, names = self._made.name(ledger), frozenset((*self._made.needed(ledger), "_entry"))
        picked = ", ".join(map(quoted, sorted(names)))
        self._connection.execute(
            f"CREATE TABLE {quoted(table)} AS SELECT {picked} FROM {quoted(self.whole(ledger))} WHERE {_in_villages(codes)}"
        )
        taken = f"SELECT _seq, _entry, NULL, 'record', NULL, NULL, _division, NULL, NULL, NULL, {literal(ledger)} FROM {quoted(table)}"
        found = self._connection.execute(taken).fetchall()
        part = self._part(ledger)
        part.villages |= set(codes)
        part.taken[table] = names
        self.give(ledger, found)

    def _by_seq(self, seqs: Iterable[str | int]) -> None:
        wanted = [seq for seq in map(int, seqs) if seq not in self._owners and seq not in self._replaced]
        if len(wanted) + self._rows > self._most:
            raise TooManyRowsError
        found = sorted(self._journal(wanted, self.position), key=itemgetter(LEDGER)) if wanted else []
        for ledger, rows in groupby(found, key=itemgetter(LEDGER)):
            if ledger in self.ledgers:
                self.give(ledger, rows)
        self._replaced.update(seq for seq in wanted if seq not in self._owners)

    def _by_entry(self, ledger: str, entries: Collection[str]) -> None:
        from taizhang.journal import read

        self._by_seq(s.seq for s in read.standing(ledger, entries, at_position=self.position).values())

    def _search(self, ledger: str, expression: str, values: Collection[str]) -> None:
        """Search the columns."""
        wanted = (
            f"SELECT _seq FROM {quoted(self.whole(ledger))} WHERE CAST({expression} AS VARCHAR) IN (SELECT unnest(CAST($1 AS VARCHAR[])))"
        )
        self._by_seq(seq for (seq,) in self._connection.execute(wanted, [sorted(values)]).fetchall())
