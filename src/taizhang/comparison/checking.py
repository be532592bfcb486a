"""A run: rules over the ledgers, findings brought up to date, all of it recorded as one submission."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any

from taizhang.collector import without_collector
from taizhang.comparison.book import Book
from taizhang.comparison.changed import Differ, Work, last_runs
from taizhang.comparison.dating import Dates
from taizhang.comparison.findings import FINDING, PUBLIC_RUN, RUN, RUN_RULE, Finding, compact
from taizhang.comparison.model import Limits, RuleRun
from taizhang.comparison.planning import Plan, Table
from taizhang.comparison.premise_rows import Premises, give
from taizhang.comparison.reach import keys_of
from taizhang.comparison.reconciling import Reconciler, Setting, tidy
from taizhang.comparison.results import Change, CheckResult, RuleResult, Scope
from taizhang.comparison.running import not_delivered, run_rules
from taizhang.comparison.stamps import Stamp, stamps
from taizhang.comparison.standing import StandingFindings
from taizhang.comparison.versions import Versions
from taizhang.comparison.worked_out import WorkedOut
from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.journal.records import JournalConflict
from taizhang.pack.definitions import Pack, Rule
from taizhang.warehouse.columns import quoted
from taizhang.warehouse.store import Warehouse

if TYPE_CHECKING:
    import duckdb

    from taizhang.warehouse.snapshot import Snapshot
    from taizhang.warehouse.spark.engine import Spark
    from taizhang.workspace import Workspace

Progress = Callable[[str, int, int], None]
_PROCESSORS = os.cpu_count() or 1
_ATTEMPTS = 5
_MOST_SOURCES = 12  # titles that are listed in the run's public record
LIMITS = Limits(rows=1_000_000)
STATES = {"ran": "已比对", "not_delivered": "未比对", "stopped": "已停止"}


def check(
    workspace: Workspace,
    rules: Sequence[str] = (),
    *,
    day: date,
    person: str,
    full: bool = False,
    scope: Scope | None = None,
    explained: bool = False,
    limits: Limits = LIMITS,
    spark: Spark | None = None,
    progress: Progress | None = None,
) -> CheckResult:
    """Run rules (all when none is named) as of a day, bring the findings up to date and record the run.

    Without ``full`` only what changed since the last run is compared; the findings are those of a full run. ``spark`` compares everything
    there; what it finds is recorded as if it had been found here. ``progress`` is told the title of each rule before it runs, how many are done
    with, and of how many; what it raises stops the run, and nothing is recorded.
    Raises ``TaizhangError`` (``comparison.rule_unknown``) and what the journal raises.
    """
    wanted = list(dict.fromkeys(_rule_named(workspace.pack, name).name for name in rules)) or list(workspace.pack.rules)
    whole = full or explained or spark is not None
    for attempt in range(_ATTEMPTS):
        try:
            with nullcontext() if whole else without_collector():
                return _attempted(lambda: _Run(
                    workspace, [workspace.pack.rules[name] for name in wanted], day, person, whole, scope or Scope(), explained, limits,
                    narrowed=bool(rules), spark=spark, progress=progress,
                ))  # fmt: skip
        except JournalConflict:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError


def _attempted(begin: Callable[[], _Run]) -> CheckResult:
    """Make one attempt; all that it held is let go of before the collector looks for garbage again."""
    run = begin()
    try:
        return run.done()
    finally:
        run.close()


def _rule_named(pack: Pack, text: str) -> Rule:
    """Return a rule by its name, its title or its number in the catalogue."""
    found = pack.rules.get(text) or next((r for r in pack.rules.values() if text in (r.title, str(r.number))), None)
    if found is None:
        raise TaizhangError("comparison.rule_unknown", name=text)
    return found


class _Run:
    """One attempt at a run, against one state of the journal."""

    def __init__(
        self, workspace: Workspace, rules: list[Rule], day: date, person: str, full: bool, scope: Scope, explained: bool, limits: Limits,
        *, narrowed: bool, spark: Spark | None, progress: Progress | None,
    ) -> None:  # fmt: skip
        self.spark, self.progress = spark, progress
        self.workspace, self.pack, self.day, self.person = workspace, workspace.pack, day, person
        self.full, self.scope, self.explained, self.limits, self.narrowed = full, scope, explained, limits, narrowed
        self.warehouse = Warehouse(workspace)
        self.meanwhile = ThreadPoolExecutor(2)
        self.connection, self.stamps, self.partitions = self._opened(rules)
        self.position = self.warehouse.position
        self.book = Book(workspace, self.position)
        self.number = f"BJ{day:%Y%m%d}-{self.position}"
        self.dates = Dates(self.pack, self.warehouse, self.connection, self.partitions.days)
        self.versions = Versions(self.pack)
        self.premises = Premises(self.warehouse.folder, self.warehouse.seal)
        self.differ: Differ | None = None  # of what changed
        self.begun = 0  # rules
        self.compared: dict[str, int] = {}  # rows by ledger
        self._lock = Lock()  # rules run side by side

    def _opened(self, rules: list[Rule]) -> tuple[duckdb.DuckDBPyConnection, dict[str, Stamp], WorkedOut]:
        """Refresh the columns, and beside that open what does not come from them."""
        divisions = self.workspace.divisions
        preparing = self.meanwhile.submit(self.warehouse.prepare)
        try:
            known = self.meanwhile.submit(
                lambda: (stamps(self.pack, rules, self.day, divisions), WorkedOut(self.pack, self.warehouse.folder))
            )
            self.warehouse.refresh(beside=self.meanwhile)
            return self.warehouse.connect(preparing.result()), *known.result()
        except BaseException:
            self.meanwhile.shutdown()
            if not preparing.exception():
                preparing.result().close()
            raise

    def done(self) -> CheckResult:
        """Run, reconcile, record."""
        with (
            self.warehouse.snapshot(self.position, connection=self.connection) as snapshot,
            closing(StandingFindings(snapshot)) as standing,
        ):
            results = self._ran(self._works(snapshot, standing), standing)
            changes = self._reconciled(results, standing)
            rows = self._rows(results, [now for _before, now in changes])
            rows[PUBLIC_RUN] = [*self._public(results, standing), *self._verified(changes, standing)]
        self.partitions.save()
        self.premises.save(self.position, self.warehouse.last_change, all_run=self.full)
        sent = self.book.record(rows, self.person, _("比对 {number}").format(number=self.number))
        if self.differ and self.differ.lacking:
            self.warehouse.index(self.differ.lacking)
        mode = "full" if self.full else "changed"
        return CheckResult(
            self.workspace, self.number, self.day, self.position, mode, sent.number if sent else None, self.scope, tuple(results)
        )  # fmt: skip

    def close(self) -> None:
        """Give back the connections."""
        if self.differ:
            self.differ.close()
        self.connection.close()
        self.meanwhile.shutdown()

    def _works(self, snapshot: Snapshot, standing: StandingFindings) -> Iterable[list[Work]]:
        if self.full:
            return [[Work(stamp, "full") for stamp in self.stamps.values()]]
        last = {name: run for name, run in last_runs(snapshot).items() if name in self.stamps}
        self.differ = Differ(self.warehouse, last, standing.unkeyed(), self.partitions, self.premises, self.connection, self.day)
        return self.differ.works(self.stamps.values())

    def _ran(self, works: Iterable[list[Work]], standing: StandingFindings) -> list[RuleResult]:
        """Run what has to be run: whole rules together, and beside them those over what a change reached.

        Over few rows an engine spends most of its time in planning, on one processor.
        """
        done: dict[str, Work] = {}
        runs: dict[str, RuleRun] = {}
        waiting: list[Future[dict[str, RuleRun]]] = []
        late: list[Work] = []
        with ThreadPoolExecutor(_PROCESSORS) as pool:
            for turn, some in enumerate(works):
                done |= {work.stamp.rule.name: work for work in some}
                if turn == 0:
                    standing.prepare(self.stamps.keys() - done.keys(), self.meanwhile)
                runs |= self._not_delivered(some)
                ready = [work for work in some if work.stamp.rule.name not in runs]
                whole = [work for work in ready if work.how == "full"]
                if turn or self.full:
                    late += whole
                elif whole:  # until ties have been followed, the other processors have nothing to do
                    for work in whole:
                        self._tell(work.stamp.rule)
                    waiting.append(pool.submit(self._run, whole, {}))
                waiting += self._beside(pool, [work for work in ready if work.reached])
                self.begun = len(done)
            standing.reach(keys_of(work.reached for work in done.values() if work.reached))
            runs |= self._together(late)
            for part in waiting:
                runs |= part.result()
        # What cannot be said to be reached, or not, is asked of everything.
        unsaid = [replace(work, how="full", reached=None, premises=()) for name, work in done.items() if work.reached and name not in runs]
        runs |= self._together(unsaid)
        done |= {work.stamp.rule.name: work for work in unsaid}
        listed = [done[name] for name in self.stamps]
        return [
            RuleResult(w, runs.get(w.stamp.rule.name), self.dates.told(w.stamp.ledgers) if w.how != "unchanged" else {}) for w in listed
        ]

    def _not_delivered(self, works: Sequence[Work]) -> dict[str, RuleRun]:
        """Return the runs of rules that lack a ledger."""
        lacking = (
            (w.stamp.rule, [name for name in w.stamp.rule.needs if not self._delivered(name)]) for w in works if w.how != "unchanged"
        )
        return {rule.name: not_delivered(self.pack, rule, missing, self.day, self.position) for rule, missing in lacking if missing}

    def _beside(self, pool: ThreadPoolExecutor, works: Sequence[Work]) -> list[Future[dict[str, RuleRun]]]:
        """Begin to run rules over what a change reached, together those that read the same parts of ledgers."""
        groups: list[tuple[dict[str, str], list[Work]]] = []
        for work in works:
            self._tell(work.stamp.rule)
            if work.reached:
                _join(groups, work.reached.tables(pool), work)
        return [pool.submit(self._run, part, tables) for tables, mine in groups for part in _shared_out(mine)]

    def _together(self, works: list[Work]) -> dict[str, RuleRun]:
        """Run rules over everything."""
        self.begun -= len(works)
        return self._run(works, {}, self._begin) if works else {}

    def _run(self, mine: list[Work], tables: Mapping[str, str], begun: Callable[[Rule], None] | None = None) -> dict[str, RuleRun]:
        for work in mine:
            if work.reached:
                work.reached.rows.wait(tables.values())
        with self._snapshot(tables) as snapshot:
            asked = None if self.full else [(w.stamp.rule, w.stamp.query) for w in mine]
            plan = None if asked is None else self.partitions.plan(asked, snapshot.engine.writer, self.day)
            asking = give(plan, (given for w in mine for given in w.premises)) if plan else {}
            runs = run_rules(
                snapshot, [w.stamp.rule for w in mine], self.day, self.limits, explained=self.explained, delivered=self._delivered, plan=plan,
                begun=begun, empty={w.stamp.rule.name: w.reached.empty for w in mine if w.reached},
            )  # fmt: skip
            sizes = {ledger: size for w in mine if w.reached for ledger, size in w.reached.sizes.items()}
            for ledger in sorted({name for w in mine for name in w.stamp.ledgers} - sizes.keys()):
                snapshot.require(ledger, placed=False, columns={ledger: ()})
                sizes[ledger] = snapshot.engine.fetch(f"SELECT count(*) FROM {quoted(ledger)}")[0][0]
            doubted = self._doubted(mine, plan, asking, snapshot) if plan else set()
        with self._lock:
            self.compared |= {ledger: max(size, self.compared.get(ledger, 0)) for ledger, size in sizes.items()}
        found = {run.rule: w.reached.of(run) if w.reached else run for w, run in zip(mine, runs, strict=True)}
        return {name: run for name, run in found.items() if run and name not in doubted}

    def _doubted(self, works: Sequence[Work], plan: Plan, asking: Mapping[str, Table], snapshot: Snapshot) -> set[str]:
        """Return the rules that read a premise which gives other rows than they were given; ask the premises of rules over everything."""
        wrong = set[str]()
        for work in works:
            for asked in () if work.reached else plan.premises[work.stamp.rule.name]:
                self.premises.ask(work.stamp.rule.name, asked, Plan(dict(asking), given=snapshot.given), snapshot, self.limits.seconds)
            for given in work.premises:
                statement = Plan(plan.tables | {given.asked.table: asking[given.asked.table]})
                if (
                    given.touched
                    and work.reached
                    and not self.premises.confirm(given, statement, snapshot, work.reached, self.limits.seconds)
                ):
                    wrong.add(given.asked.table)
        return {path.rule for path in plan.paths.values() if not wrong.isdisjoint(plan.needed(path.answer))}

    def _begin(self, rule: Rule) -> None:
        self._tell(rule)
        self.begun += 1

    def _tell(self, rule: Rule) -> None:
        if self.progress:
            self.progress(rule.title, self.begun, len(self.stamps))

    def _snapshot(self, tables: Mapping[str, str]) -> Snapshot:
        if self.spark is None:
            return self.warehouse.snapshot(self.position, self.connection, tables)
        from taizhang.warehouse.spark.segments import snapshot_of

        return snapshot_of(self.warehouse, self.spark, self.position)

    def _delivered(self, ledger: str) -> bool:
        """Say whether a ledger ever had a row: one that was emptied again was delivered, and says that nothing is in it."""
        return self.warehouse.last_change(ledger) > 0

    def _reconciled(self, results: Sequence[RuleResult], standing: StandingFindings) -> list[Change]:
        """Bring the findings up to date; a rule that gave no whole answer closes nothing and finds nothing."""
        setting = Setting(
            self.number, self.day, self.pack, self.workspace.divisions, self.dates, self.versions, self.book.exclusions(), self.partitions,
            self.book.linked,
        )  # fmt: skip
        concerned: dict[str, list[Finding]] = {}
        for finding in self._concerned(results, standing):
            concerned.setdefault(finding.rule, []).append(finding)
        found: list[Change] = []
        for result in results:
            rule, run = result.stamp.rule, result.run
            reconciler = Reconciler(setting, rule, result.stamp.version, result.stamp.parameters, concerned.get(rule.name, []))
            if run and run.state == "ran" and run.total == len(run.rows):
                reconciler.found(run.records(), result.reached, None if self.scope.whole else self._wanted)
            changes = [(reconciler.before.get(now.number), now) for now in reconciler.finish()]
            result.counts.update({state: count for (name, state), count in standing.counts.items() if name == rule.name})
            result.take(changes)
            found += changes
        return found

    def _concerned(self, results: Sequence[RuleResult], standing: StandingFindings) -> list[Finding]:
        """Return the findings that the run may change."""
        if self.full:
            return self.book.findings(self.stamps)
        whole = [r.stamp.rule.name for r in results if r.how == "full" or r.work.aged]
        subjects = {r.stamp.rule.name: {tidy(record)["subject"] for record in r.run.records()} for r in results if r.reached and r.run}
        numbers = standing.concerned(whole, subjects, self.book.exclusions())
        return self.book.findings(self.stamps, numbers)

    def _wanted(self, found: Finding | Mapping[str, Any]) -> bool:
        if isinstance(found, Finding):
            return self.scope.holds_finding(found)
        return self.scope.holds(found.get("division"), [found.get("month") or ""])

    def _rows(self, results: Sequence[RuleResult], changed: Sequence[Finding]) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of the run: its head, each rule, the findings that changed."""
        told = [r for r in results if r.run]
        ran = sum(r.ran for r in results)
        head = {
            "number": self.number, "village": self.scope.division or self.workspace.town, "run_on": self.day,
            "mode": "全面" if self.full else "增量", "narrowed": self._narrowing(), "position": self.position, "pack": self.pack.fingerprint,
            "rules": len(results), "ran": ran, "unchanged": len(results) - len(told), "not_run": len(told) - ran,
            "compared": sum(self.compared.values()), "new": sum(len(r.new) for r in results), "changed": sum(len(r.changed) for r in results),
            "closed": sum(len(r.closed) for r in results), "standing": sum(r.open for r in results), "runner": self.person,
        }  # fmt: skip
        return {RUN: [head], RUN_RULE: [self._rule_row(r) for r in told], FINDING: [f.as_row() for f in changed]}

    def _narrowing(self) -> str | None:
        parts = [*(self.stamps if self.narrowed else ()), self.scope.division, self.scope.period.text if self.scope.period else None]
        text = "、".join(part for part in parts if part)
        return text[:200] or None

    def _rule_row(self, result: RuleResult) -> dict[str, Any]:
        stamp, run = result.stamp, result.run
        assert run is not None
        return {
            "run": self.number, "rule": stamp.rule.name, "village": self.scope.division or self.workspace.town, "run_on": self.day,
            "title": stamp.rule.title, "state": STATES[run.state], "whole": "是" if self.scope.whole else "否",
            "keys": result.reached.size if result.reached else None, "version": stamp.version, "query": stamp.query,
            "parameters": stamp.parameters, "sources": compact(result.sources), "position": self.position,
            "rows": run.total if run.state == "ran" else None, "findings": result.open, "told": run.told.message if run.told else None,
        }  # fmt: skip

    def _public(self, results: Sequence[RuleResult], standing: StandingFindings) -> list[dict[str, Any]]:
        """Return the run as the platform's record has it.

        A run that compared nothing is none; and one that found nothing new while findings wait must not look like one that found nothing.
        """
        ran, new = [r for r in results if r.ran], sum(len(r.new) for r in results)
        waiting = any(r.open for r in results) or any(state == "open" and rule not in self.stamps for rule, state in standing.counts)
        compared = sum(self.compared.values())
        if not ran or not compared or (waiting and not new):
            return []
        titles = [self.pack.ledgers[name].title for name in sorted({name for r in ran for name in r.stamp.ledgers})]
        sources = "、".join(titles[:_MOST_SOURCES])
        if len(titles) > _MOST_SOURCES:
            sources += _("等{count}本台账").format(count=len(titles))
        return [{
            "number": self.number, "village": self.scope.division or self.workspace.town, "rule_set": _("标准包比对规则"), "rules": len(ran),
            "sources": sources[:200], "compared": max(compared, new),  # what is missing is found in rows that are not there
            "found": new, "verified": 0, "runner": self.person, "run_on": self.day,
        }]  # fmt: skip

    def _verified(self, changes: Sequence[Change], standing: StandingFindings) -> list[dict[str, Any]]:
        settled = standing.settled({now.first_run for _before, now in changes} - {self.number})
        for before, now in changes:
            if now.first_run in settled:
                settled[now.first_run] += now.settled - (before is not None and before.settled)
        return self.book.verified(settled)


def _shared_out(works: list[Work]) -> list[list[Work]]:
    """Return works in as many parts as there are processors, neighbours together: they share most steps."""
    size = -(-len(works) // _PROCESSORS)
    return [works[start : start + size] for start in range(0, len(works), size)]


def _join(groups: list[tuple[dict[str, str], list[Work]]], tables: Mapping[str, str], work: Work) -> None:
    """Put a rule among others that read no other part of any ledger than it does."""
    for known, mine in groups:
        if all(known.get(ledger, table) == table for ledger, table in tables.items()):
            known.update(tables)
            mine.append(work)
            return
    groups.append((dict(tables), [work]))
