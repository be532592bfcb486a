"""What a change reaches: from the rows that changed, along the ties of a rule, to every row that has to do with them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

from taizhang.comparison.model import RuleRun
from taizhang.comparison.partition import Partition
from taizhang.warehouse.keyed_rows import ROW, KeyedRows, TooManyRowsError

MOST_VALUES = 50_000  # of one tie; beyond, comparing everything is no slower
MOST_ROUNDS = 12
Row = tuple[Any, ...]


_MOVING = frozenset({"_seq", "_version", "_replaces", "_submission", "_op", "_sheet", "_line"})  # differ in every new version


@dataclass(frozen=True)
class Changes:
    """Rows by ledger that came since a position, and those that they replaced; ``last`` the newest version of each entry."""

    rows: Mapping[str, list[Row]] = field(default_factory=dict)
    last: Mapping[str, dict[str, Row]] = field(default_factory=dict)
    corrected: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by ledger without new or withdrawn entries, columns that differ

    @classmethod
    def between(cls, since: int, upto: int) -> Changes:
        """Read the changes between two positions of the journal."""
        from taizhang.journal import read

        rows: dict[str, list[Row]] = {}
        last: dict[str, dict[str, Row]] = {}
        replaced: set[int] = set()
        come_or_gone: set[str] = set()
        for row in read.versions_since(since, upto=upto):
            ledger = row[-1]
            last.setdefault(ledger, {})[row[1]] = row
            if row[3] == "record":
                rows.setdefault(ledger, []).append(row)
            if row[4] is not None and row[4] <= since:
                replaced.add(row[4])
            if row[3] != "record" or row[4] is None:
                come_or_gone.add(ledger)
        for seq, v in read.versions(replaced).items():
            if v.op == "record":
                old = (seq, v.entry, v.version, v.op, v.replaces, v.submission, v.division, v.sheet, v.line, v.data, v.ledger)
                rows.setdefault(v.ledger, []).append(old)
            else:
                come_or_gone.add(v.ledger)
        return cls(rows, last, {ledger: _differing(listed) for ledger, listed in rows.items() if ledger not in come_or_gone})

    def touch(self, ledger: str, columns: frozenset[str]) -> bool:
        """Say whether rows came or went, or any of some columns is another: what nobody reads may be corrected."""
        return ledger not in self.corrected or not columns.isdisjoint(self.corrected[ledger])


def _differing(rows: Collection[Row]) -> frozenset[str]:
    """Return the columns in which any two versions of an entry differ."""
    found = set(_MOVING)
    first: dict[str, tuple[str | None, dict[str, str]]] = {}
    read = json.loads(f"[{','.join(row[9] for row in rows)}]")  # a third quicker than one by one
    for row, data in zip(rows, read, strict=True):
        division = row[6]
        before = first.setdefault(row[1], (division, data))
        if before[0] != division:
            found.add("_division")
        found |= {name for name, _value in before[1].items() ^ data.items()}
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Reached:
    """What a rule reads after a change: rows that stand, by ledger, of which it can then tell everything, and entries that no longer stand."""

    seqs: Mapping[str, Collection[int]]
    gone: Mapping[str, frozenset[str]]
    whole: frozenset[str]
    rows: KeyedRows

    def tables(self, pool: Executor | None = None) -> dict[str, str]:
        """Return the tables that it reads, by ledger, with no name where there are no rows: rows that other rules reached are in them too.

        With a pool they may still be made; ``rows`` tell when they are.
        """
        return self.rows.tables(self.seqs, pool) | {ledger: self.rows.whole(ledger) for ledger in self.whole}

    @property
    def sizes(self) -> dict[str, int]:
        """How many rows the ledgers have that it does not read whole."""
        return {ledger: self.rows.size(ledger) for ledger in self.seqs.keys() - self.whole}

    @property
    def empty(self) -> set[str]:
        """The ledgers of which it needs no rows."""
        return {ledger for ledger in self.seqs.keys() - self.whole if not self.seqs[ledger]}

    def holds(self, ledger: str, entry: str) -> bool:
        """Say whether all that has to do with an entry is among the rows."""
        return entry in self.gone.get(ledger, ()) or self.rows.seq(ledger, entry) in self.seqs.get(ledger, ())

    def of(self, run: RuleRun) -> RuleRun | None:
        """Return a run with what it found in what the change reached; None when of a row found that cannot be said.

        Of what other rules reached, something may be missing that this rule needs: what it finds there is not true.
        """
        if run.state != "ran" or run.total > len(run.rows):
            return None if run.state == "ran" else run
        places = [run.columns.index(side) for side in ("left", "right") if side in run.columns]
        kept = []
        for row in run.rows:
            owned = next(((ledger, row[place]) for place in places if (ledger := self.rows.owner(row[place])) in self.seqs), None)
            if owned is None:
                return None
            if owned[1] in self.seqs[owned[0]]:
                kept.append(row)
        return replace(run, rows=tuple(kept), total=len(kept))

    @property
    def size(self) -> int:
        """Number of entries."""
        return sum(map(len, self.seqs.values())) + sum(map(len, self.gone.values()))


def keys_of(reached: Iterable[Reached]) -> set[str]:
    """Return ledger and entry, as a finding's rows name them, of all that rules together reach or that is gone."""
    seqs: dict[tuple[KeyedRows, str], set[int]] = {}
    keys = set[str]()
    for one in reached:
        keys.update(f"{ledger} {entry}" for ledger, gone in one.gone.items() for entry in gone)
        for ledger, some in one.seqs.items():
            seqs.setdefault((one.rows, ledger), set()).update(some)
    for (rows, ledger), some in seqs.items():
        keys.update(f"{ledger} {entry}" for entry in (rows.entries(ledger, some) if some else ()))
    return keys


class Tracker:
    """Follows the ties of rules from one set of changes."""

    def __init__(self, rows: KeyedRows, changes: Changes) -> None:
        self.rows, self.changes = rows, changes
        self._values: dict[tuple[str, str], set[str]] = {}

    def reached(
        self, partition: Partition, touched: Iterable[str], witnesses: Iterable[tuple[int, Collection[str]]] = ()
    ) -> Reached | None:
        """Return what a change in the ``touched`` ledgers reaches under a rule; None when that is too much, or everything.

        ``witnesses`` are values of ties, whose rows are reached besides.
        """
        touched = set(touched)
        if touched & partition.whole:
            return None
        try:
            seqs = self._followed(partition, touched, witnesses)
        except TooManyRowsError:
            return None
        if seqs is None:
            return None
        last = {ledger: self.changes.last.get(ledger, {}) for ledger in touched}
        gone = {ledger: frozenset(entry for entry, row in rows.items() if row[3] != "record") for ledger, rows in last.items()}
        return Reached(seqs, gone, partition.whole, self.rows)

    def _followed(
        self, partition: Partition, touched: set[str], witnesses: Iterable[tuple[int, Collection[str]]]
    ) -> dict[str, set[int]] | None:
        """Return ``_seq`` of what stands and is reached, by ledger; None when it is too much."""
        found: dict[str, set[int]] = {ledger: set() for ledger in partition.ties}
        places: dict[int, list[tuple[str, str]]] = {}
        for ledger, expression, number in ((name, *tie) for name, ties in partition.ties.items() for tie in ties):
            places.setdefault(number, []).append((ledger, expression))
        # By what only the rows of one ledger have, each its own, nothing is reached.
        ties = {ledger: [tie for tie in listed if places[tie[1]] != [(ledger, ROW)]] for ledger, listed in partition.ties.items()}
        new: dict[int, set[str]] = {number: set(values) for number, values in witnesses}
        for ledger in touched:
            for expression, number in ties[ledger]:
                new.setdefault(number, set()).update(self._changed(ledger, expression))
            found[ledger].update(self._standing(ledger))
        known: dict[int, set[str]] = {number: set() for number in places}
        for _ in range(MOST_ROUNDS):
            new = {number: more for number, values in new.items() if (more := values - known[number])}
            if not new:
                return found
            grown: dict[str, set[int]] = {}
            for number, values in new.items():
                known[number] |= values
                for ledger, seqs in self.rows.having(places[number], values):
                    grown.setdefault(ledger, set()).update(seqs - found[ledger])
            if any(len(values) > MOST_VALUES for values in known.values()):
                return None
            new = self._further(ties, grown)
            for ledger, seqs in grown.items():
                found[ledger] |= seqs
        return None

    def _further(self, ties: Mapping[str, Iterable[tuple[str, int]]], grown: Mapping[str, Collection[int]]) -> dict[int, set[str]]:
        """Return the values by which rows that were reached reach others."""
        values: dict[int, set[str]] = {}
        for ledger, seqs in grown.items():
            for expression, number in ties[ledger] if seqs else ():
                values.setdefault(number, set()).update(self.rows.values(ledger, expression, seqs))
        return values

    def _changed(self, ledger: str, expression: str) -> set[str]:
        key = ledger, expression
        if key not in self._values:
            self._values[key] = self.rows.values_of(ledger, expression, self.changes.rows.get(ledger, []))
        return self._values[key]

    def _standing(self, ledger: str) -> list[int]:
        """Return what changed in a ledger and stands now."""
        return self.rows.give(ledger, [row for row in self.changes.last.get(ledger, {}).values() if row[3] == "record"])
