"""What has to be compared again: the rules whose ledgers changed since their last run, and the rows that it can concern."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from taizhang.comparison.findings import RUN, RUN_RULE
from taizhang.comparison.partition import Partition
from taizhang.comparison.premise_rows import Given, Premises
from taizhang.comparison.reach import Changes, Reached, Tracker
from taizhang.comparison.stamps import Stamp
from taizhang.comparison.worked_out import WorkedOut
from taizhang.warehouse.engine import own_writer
from taizhang.warehouse.keyed_rows import FEW_ROWS, MOST_ROWS
from taizhang.warehouse.snapshot import Snapshot
from taizhang.warehouse.store import Warehouse

if TYPE_CHECKING:
    import duckdb

MOST_CHANGES = 200_000  # rows of the journal; beyond, comparing everything is no slower
AT_A_TIME = 16  # rules


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of a rule over everything."""

    version: str
    query: str
    position: int


@dataclass(frozen=True, slots=True)
class Work:
    """What a run does for one rule; ``reached`` and the rows of ``premises`` only with ``keyed``. ``aged``: a list that its findings are held against may be of another day."""

    stamp: Stamp
    how: Literal["full", "keyed", "unchanged"]
    reached: Reached | None = None
    aged: bool = False
    premises: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A rule of which it has to be found out what a change reaches."""

    stamp: Stamp
    falls: Partition
    touched: set[str]
    premises: tuple[Given, ...]

    def reached(self, tracker: Tracker) -> Reached | None:
        """Return what a change reaches, and the witnesses of premises that it touches."""
        witnesses = [(given.asked.tie, given.held.witnesses) for given in self.premises if given.touched]
        return tracker.reached(self.falls, self.touched, witnesses)


def last_runs(snapshot: Snapshot) -> dict[str, LastRun]:
    """Return the last run over everything of each rule, as the ledgers of runs tell.

    A run over everything that has no row of a rule found its ledgers unchanged, so that the rule's conclusion holds up to there;
    but only when the rule was in the pack then, which the same pack proves.
    """
    fetch = snapshot.require(RUN, RUN_RULE, placed=False).engine.fetch
    head = fetch(f"SELECT max(position) FROM {RUN} WHERE narrowed IS NULL AND pack = $1", [snapshot.pack.fingerprint])
    rows = fetch(
        f"SELECT rule, version, query, position, latest FROM (SELECT *, row_number() OVER (PARTITION BY rule, state ORDER BY _seq DESC) AS place,"
        f" first_value(state) OVER (PARTITION BY rule ORDER BY _seq DESC) AS latest FROM {RUN_RULE} WHERE whole) AS runs"
        " WHERE place = 1 AND state = '已比对'"
    )
    upto = head[0][0] or 0
    return {
        rule: LastRun(version, query, max(position, upto) if latest == "已比对" else position)
        for rule, version, query, position, latest in rows
    }


class Differ:
    """Tells what a run has to do for each rule."""

    def __init__(
        self,
        warehouse: Warehouse,
        last: Mapping[str, LastRun],
        unkeyed: Collection[str],
        partitions: WorkedOut,
        premises: Premises,
        connection: duckdb.DuckDBPyConnection,
        day: date,
    ) -> None:
        """``unkeyed`` are rules of whose findings it cannot be said what a change reaches."""
        self.warehouse, self.last, self.partitions, self.position = warehouse, last, partitions, warehouse.position
        self.premises = premises
        self._unkeyed = unkeyed
        near = [run.position for run in last.values() if self.position - run.position <= MOST_CHANGES]
        self._since = min(near, default=self.position)
        self._connection, self._second, self._day = connection, connection.cursor(), day
        self._changed: dict[str, int] = {}  # last position by ledger
        self.lacking: set[tuple[str, str]] = set()  # ledgers and expressions that the index of keys does not know

    def close(self) -> None:
        """Give back the second connection, when nothing is read of it any more."""
        self._second.close()

    def works(self, stamps: Iterable[Stamp]) -> Iterator[list[Work]]:
        """Yield what to do for each rule, some rules at a time, so that these can run while what concerns the next is looked up.

        Those come first that are looked up soonest, in the fewest ledgers.
        """
        settled, waiting = list[Work](), list[_Waiting]()
        for stamp in stamps:
            touched = self._touched(stamp)
            if touched == set():
                self.premises.unchanged(stamp.rule.name, self.last[stamp.rule.name].position)
                settled.append(self._work(stamp, "unchanged"))
            elif touched and (one := self._waiting(stamp, touched)):
                waiting.append(one)
            else:
                settled.append(self._work(stamp, "full"))
        yield settled
        self._need([one.stamp for one in waiting])
        waiting.sort(key=lambda one: len(one.falls.ties))
        with ThreadPoolExecutor(1) as beside:
            try:
                yield from self._followed(waiting, beside)
            finally:
                self._near.rows.close()
                beside.submit(self._end_far)

    def _waiting(self, stamp: Stamp, touched: set[str]) -> _Waiting | None:
        """Return a rule that falls apart with what it takes from all rows, which is read whole where it is not known; None where that was changed itself."""
        falls = self.partitions.of(stamp.rule)
        if falls is None or touched & falls.whole:
            return None
        given: list[Given] = []
        if falls.premises:
            plan, before = self.partitions.plan([(stamp.rule, stamp.query)], own_writer(), self._day), self.last[stamp.rule.name].position
            for asked in plan.premises[stamp.rule.name]:
                if held := self.premises.at(asked, before):
                    given.append(Given(asked, held, bool(touched & asked.ledgers)))
                elif touched & asked.ledgers:
                    return None
                else:
                    falls = replace(falls, whole=falls.whole | asked.ledgers)
        return _Waiting(stamp, falls, touched, tuple(given))

    def _need(self, stamps: Collection[Stamp]) -> None:
        """Say which columns of any ledger rules read, before the first of them does: for one more a table would have to be made anew."""
        named = self.partitions.plan([(s.rule, s.query) for s in stamps], own_writer(), self._day).columns()
        needed: dict[str, set[str]] = {}
        for ledger, names in (read for s in stamps for read in self.partitions.reads(s.rule).items()):
            needed.setdefault(ledger, set()).update(names)
        for tracker in (self._near, self._far):
            tracker.rows.need(named, needed)

    def _touched(self, stamp: Stamp) -> set[str] | None:
        """Return the ledgers in which anything changed that a rule reads; None where everything has to be compared."""
        last = self.last.get(stamp.rule.name)
        if last is None or (last.version, last.query) != (stamp.version, stamp.query):
            return None
        touched = {name for name in stamp.ledgers if self._last_change(name) > last.position}
        if touched and (stamp.rule.name in self._unkeyed or last.position < self._since):
            return None
        reads = self.partitions.reads(stamp.rule) if touched else {}
        # How old the lists are that it names counts beside what it reads of them.
        return {name for name in touched if name in stamp.rule.reference or self._changes.touch(name, reads[name])}

    def _followed(self, waiting: Sequence[_Waiting], beside: Executor) -> Iterator[list[Work]]:
        """Yield the work of rules, some at a time; for those that reach very many rows, ties are followed beside the others."""
        far: list[tuple[_Waiting, Future[Reached | None]]] = []
        for start in range(0, len(waiting), AT_A_TIME):
            near: list[tuple[_Waiting, Reached | None]] = []
            for one in waiting[start : start + AT_A_TIME]:
                self.lacking |= self._near.rows.lacking((ledger, tie[0]) for ledger, ties in one.falls.ties.items() for tie in ties)
                if reached := one.reached(self._near):
                    near.append((one, reached))
                else:
                    far.append((one, beside.submit(one.reached, self._far)))
            # All at once: nothing may follow ties in their rows while tables are made of these.
            if all(found.done() for _one, found in far) or start + AT_A_TIME >= len(waiting):
                near += [(one, found.result()) for one, found in far]
                far.clear()
            yield [
                self._work(one.stamp, "keyed", reached, one.premises) if reached else self._work(one.stamp, "full") for one, reached in near
            ]

    def _end_far(self) -> None:
        """Give back what following held open in the thread in which it did."""
        from taizhang.journal.engine import leave

        self._far.rows.close()
        leave()

    def _work(
        self, stamp: Stamp, how: Literal["full", "keyed", "unchanged"], reached: Reached | None = None, premises: tuple[Given, ...] = ()
    ) -> Work:
        last = self.last.get(stamp.rule.name)
        aged = last is not None and any(self._last_change(name) > last.position for name in stamp.rule.reference)
        return Work(stamp, how, reached, aged, premises)

    @cached_property
    def _changes(self) -> Changes:
        return Changes.between(self._since, self.position)

    @cached_property
    def _near(self) -> Tracker:
        """What follows the ties in rows that most rules share."""
        return self._tracker(FEW_ROWS + 2 * sum(map(len, self._changes.rows.values())), self._connection)

    @cached_property
    def _far(self) -> Tracker:
        """What follows them for the few rules that reach very many rows, in rows of their own."""
        return self._tracker(MOST_ROWS, self._second)

    def _tracker(self, most: int, connection: duckdb.DuckDBPyConnection) -> Tracker:
        return Tracker(self.warehouse.keyed_rows(self.position, connection, most), self._changes)

    def _last_change(self, ledger: str) -> int:
        if ledger not in self._changed:
            self._changed[ledger] = self.warehouse.last_change(ledger)
        return self._changed[ledger]
