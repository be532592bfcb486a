"""What a change reaches: from the rows that changed, along the ties of a rule, to every row that has to do with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from taizhang.comparison.partition import Partition
from taizhang.warehouse.keyed_rows import KeyedRows, Values

MOST_VALUES = 50_000  # of one tie; beyond, comparing everything is no slower
MOST_ROUNDS = 12
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows by ledger that came since a position, and those that they replaced; ``last`` the newest version of each entry."""

    rows: Mapping[str, list[Row]] = field(default_factory=dict)
    last: Mapping[str, dict[str, Row]] = field(default_factory=dict)

    @classmethod
    def between(cls, since: int, upto: int) -> Changes:
        """Read the changes between two positions of the journal."""
        from taizhang.journal import read

        rows: dict[str, list[Row]] = {}
        last: dict[str, dict[str, Row]] = {}
        replaced: set[int] = set()
        for row in read.versions_since(since, upto=upto):
            ledger = row[-1]
            last.setdefault(ledger, {})[row[1]] = row
            if row[3] == "record":
                rows.setdefault(ledger, []).append(row)
            if row[4] is not None and row[4] <= since:
                replaced.add(row[4])
        for seq, v in read.versions(replaced).items():
            if v.op == "record":
                old = (seq, v.entry, v.version, v.op, v.replaces, v.submission, v.division, v.sheet, v.line, v.data, v.ledger)
                rows.setdefault(v.ledger, []).append(old)
        return cls(rows, last)


@dataclass(frozen=True, slots=True)
class Reached:
    """The tables that a rule reads after a change, by ledger, and the entries of which it can then tell everything."""

    tables: Mapping[str, str]
    entries: Mapping[str, frozenset[str]]

    def holds(self, ledger: str, entry: str) -> bool:
        """Say whether all that has to do with an entry is among the rows."""
        return entry in self.entries.get(ledger, ())

    @property
    def size(self) -> int:
        """Number of entries."""
        return sum(len(entries) for entries in self.entries.values())


class Tracker:
    """Follows the ties of rules from one set of changes."""

    def __init__(self, rows: KeyedRows, changes: Changes) -> None:
        self.rows, self.changes = rows, changes
        self._changed: dict[str, str] = {}
        self._standing: dict[str, str] = {}

    def reached(self, partition: Partition, touched: Iterable[str]) -> Reached | None:
        """Return what a change in the ``touched`` ledgers reaches under a rule; None when that is too much, or everything."""
        touched = set(touched)
        if touched & partition.whole:
            return None
        values = self._beginning(partition, touched)
        tables: dict[str, list[str]] = {}
        for _ in range(MOST_ROUNDS):
            if any(len(found) > MOST_VALUES for found in values.values()):
                return None
            frozen = {tie: frozenset(found) for tie, found in values.items()}
            tables = {ledger: self._tables(ledger, ties, frozen) for ledger, ties in partition.ties.items()}
            if not self._grown(partition, tables, values):
                return self._found(partition, tables, touched)
        return None

    def _beginning(self, partition: Partition, touched: Iterable[str]) -> dict[int, set[str]]:
        values: dict[int, set[str]] = {number: set() for ties in partition.ties.values() for _, number in ties}
        for ledger in touched:
            for expression, number in partition.ties[ledger]:
                values[number] |= self.rows.values(self._changed_table(ledger), expression)
        return values

    def _tables(self, ledger: str, ties: Iterable[tuple[str, int]], values: Mapping[int, Values]) -> list[str]:
        return [self.rows.having(ledger, expression, values[number]) for expression, number in ties if values[number]]

    def _grown(self, partition: Partition, tables: Mapping[str, list[str]], values: Mapping[int, set[str]]) -> bool:
        before = sum(map(len, values.values()))
        for ledger, ties in partition.ties.items():
            for table in tables[ledger]:
                for expression, number in ties:
                    values[number].update(self.rows.values(table, expression))
        return sum(map(len, values.values())) > before

    def _found(self, partition: Partition, tables: Mapping[str, list[str]], touched: set[str]) -> Reached:
        made: dict[str, str] = {ledger: self.rows.whole(ledger) for ledger in partition.whole}
        entries: dict[str, frozenset[str]] = {}
        for ledger in partition.ties:
            alone = not partition.ties[ledger]
            made[ledger] = self._standing_table(ledger) if alone else self.rows.together(ledger, tables[ledger])
            changed = frozenset(self.changes.last.get(ledger, ())) if ledger in touched else frozenset()
            entries[ledger] = changed | self.rows.entries(made[ledger])
        return Reached(made, entries)

    def _changed_table(self, ledger: str) -> str:
        if ledger not in self._changed:
            self._changed[ledger] = self.rows.of_rows(ledger, self.changes.rows.get(ledger, []))
        return self._changed[ledger]

    def _standing_table(self, ledger: str) -> str:
        """Return the table of what changed in a ledger and stands now: all that is needed where every row stands alone."""
        if ledger not in self._standing:
            stands = [row for row in self.changes.last.get(ledger, {}).values() if row[3] == "record"]
            self._standing[ledger] = self.rows.of_rows(ledger, stands)
        return self._standing[ledger]
