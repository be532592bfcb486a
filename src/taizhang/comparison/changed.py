"""What has to be compared again: the rules whose ledgers changed since their last run, and the rows that it can concern."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from taizhang import __version__
from taizhang.comparison.findings import RUN, RUN_RULE, compact, plain
from taizhang.comparison.partition import Partition
from taizhang.comparison.reach import Changes, Reached, Tracker
from taizhang.comparison.worked_out import WorkedOut
from taizhang.pack.definitions import Pack, Rule
from taizhang.pack.divisions import DivisionTree
from taizhang.warehouse.keyed_rows import FEW_ROWS, MOST_ROWS
from taizhang.warehouse.snapshot import Snapshot
from taizhang.warehouse.store import Warehouse

if TYPE_CHECKING:
    import duckdb

MOST_CHANGES = 200_000  # rows of the journal; beyond, comparing everything is no slower
AT_A_TIME = 16  # rules
_VALUE_ON = re.compile(r"value_on\s*\(\s*'(\w+)'")
_NAMED = re.compile(r"(?<!:):(\w+)")
_SOURCE = re.compile(r"\b(?:from|join)\s+(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a rule is at one run: ``version`` its text, ``query`` what is asked of the ledgers, parameters and day filled in."""

    rule: Rule
    version: str
    query: str
    parameters: str
    ledgers: frozenset[str]


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of a rule over everything."""

    version: str
    query: str
    position: int


@dataclass(frozen=True, slots=True)
class Work:
    """What a run does for one rule; ``reached`` only with ``keyed``. ``aged``: a list that its findings are held against may be of another day."""

    stamp: Stamp
    how: Literal["full", "keyed", "unchanged"]
    reached: Reached | None = None
    aged: bool = False


def stamps(pack: Pack, rules: Iterable[Rule], as_of: date, divisions: DivisionTree) -> dict[str, Stamp]:
    """Return the stamps of rules for a day, from their texts alone: to parse every rule takes longer than to run the few that changed."""
    return {rule.name: _stamp(pack, rule, as_of, divisions.fingerprint) for rule in rules}


def _stamp(pack: Pack, rule: Rule, as_of: date, tree: str) -> Stamp:
    texts = [step.text for step in rule.steps]
    views = dict[str, None]()
    waiting = [name for text in texts for name in _SOURCE.findall(text)]
    ledgers = {name for name in waiting if name in pack.ledgers}
    while waiting:
        name = waiting.pop()
        if name in pack.views and name not in views:
            views[name] = None
            read = [source for step in pack.views[name].steps for source in _SOURCE.findall(step.text)]
            ledgers |= {source for source in read if source in pack.ledgers}
            waiting += read
    texts += [f"{name}: {step.name}: {step.text}" for name in sorted(views) for step in pack.views[name].steps]
    told = (rule.name, rule.title, rule.severity, rule.subject, rule.says, rule.reference, rule.needs, texts)
    dated = {name for text in texts for name in _VALUE_ON.findall(text) if name in pack.parameters}
    named = {name for text in texts for name in _NAMED.findall(text)}
    values = {name: pack.parameters[name].on(as_of) for name in sorted((named & pack.parameters.keys()) | dated)}
    series = [(name, pack.parameters[name].values) for name in sorted(dated)]
    version = hashlib.sha256(repr(told).encode()).hexdigest()[:16]
    # The day itself only matters to a rule that speaks of it; a change among the divisions, or another release, makes every query another.
    asked = (__version__, tree, version, sorted(values.items()), series, as_of if "as_of" in named else None)
    shown = compact({name: plain(value) for name, value in values.items()})
    return Stamp(rule, version, hashlib.sha256(repr(asked).encode()).hexdigest()[:16], shown, frozenset(ledgers))


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
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        """``unkeyed`` are rules of whose findings it cannot be said what a change reaches."""
        self.warehouse, self.last, self.partitions, self.position = warehouse, last, partitions, warehouse.position
        self._unkeyed = unkeyed
        near = [run.position for run in last.values() if self.position - run.position <= MOST_CHANGES]
        self._since = min(near, default=self.position)
        self._connection = connection
        self._changed: dict[str, int] = {}  # last position by ledger

    def works(self, stamps: Iterable[Stamp]) -> Iterator[list[Work]]:
        """Yield what to do for each rule, some rules at a time, so that these can run while what concerns the next is looked up.

        Those come first that are looked up soonest, in the fewest ledgers.
        """
        settled, waiting = list[Work](), list[tuple[Stamp, Partition, set[str]]]()
        for stamp in stamps:
            touched = self._touched(stamp)
            if touched and (falls := self.partitions.of(stamp.rule)):
                waiting.append((stamp, falls, touched))
            else:
                settled.append(self._work(stamp, "unchanged" if touched == set() else "full"))
        yield settled
        for stamp, _falls, _touched in waiting:  # all before the first: for one column more a table has to be made anew
            for tracker in (self._near, self._far):
                tracker.rows.made.need(self.partitions.reads(stamp.rule))
        waiting.sort(key=lambda one: len(one[1].ties))
        for start in range(0, len(waiting), AT_A_TIME):
            yield [self._followed(*one) for one in waiting[start : start + AT_A_TIME]]

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

    def _followed(self, stamp: Stamp, falls: Partition, touched: set[str]) -> Work:
        reached = self._near.reached(falls, touched) or self._far.reached(falls, touched)
        return self._work(stamp, "keyed" if reached else "full", reached)

    def _work(self, stamp: Stamp, how: Literal["full", "keyed", "unchanged"], reached: Reached | None = None) -> Work:
        last = self.last.get(stamp.rule.name)
        return Work(stamp, how, reached, last is not None and any(self._last_change(name) > last.position for name in stamp.rule.reference))

    @cached_property
    def _changes(self) -> Changes:
        return Changes.between(self._since, self.position)

    @cached_property
    def _near(self) -> Tracker:
        """What follows the ties in rows that most rules share."""
        return self._tracker(FEW_ROWS + 2 * sum(map(len, self._changes.rows.values())))

    @cached_property
    def _far(self) -> Tracker:
        """What follows them for the few rules that reach very many rows, in rows of their own."""
        return self._tracker(MOST_ROWS)

    def _tracker(self, most: int) -> Tracker:
        return Tracker(self.warehouse.keyed_rows(self.position, self._connection, most), self._changes)

    def _last_change(self, ledger: str) -> int:
        if ledger not in self._changed:
            self._changed[ledger] = self.warehouse.last_change(ledger)
        return self._changed[ledger]
