"""A run: rules over the ledgers, findings brought up to date, all of it recorded as one submission."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from taizhang.comparison.book import Book
from taizhang.comparison.changed import Differ, Stamp, Work, last_runs, stamps
from taizhang.comparison.dating import Dates
from taizhang.comparison.findings import FINDING, PUBLIC_RUN, RUN, RUN_RULE, Finding, compact
from taizhang.comparison.model import Limits, RuleRun
from taizhang.comparison.reach import Reached
from taizhang.comparison.reconciling import Reconciler, Setting
from taizhang.comparison.running import not_delivered, run_rules
from taizhang.comparison.versions import Versions
from taizhang.comparison.worked_out import WorkedOut
from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.journal.records import JournalConflict
from taizhang.pack.definitions import Pack, Rule
from taizhang.pack.periods import Period
from taizhang.pack.rule_schema import SEVERITIES
from taizhang.warehouse.columns import quoted
from taizhang.warehouse.store import Warehouse

if TYPE_CHECKING:
    from taizhang.warehouse.snapshot import Snapshot
    from taizhang.warehouse.spark.engine import Spark
    from taizhang.workspace import Workspace

Progress = Callable[[str, int, int], None]
_ATTEMPTS = 5
_MOST_SOURCES = 12  # titles that are listed in the run's public record
LIMITS = Limits(rows=1_000_000)
STATES = {"ran": "已比对", "not_delivered": "未比对", "stopped": "已停止"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the findings is asked for: a division with all below it, months of a period."""

    division: str | None = None
    below: frozenset[str] = frozenset()
    period: Period | None = None

    @classmethod
    def of(cls, workspace: Workspace, division: str | None, period: Period | None) -> Scope:
        """Return the scope of a division (the whole town is no limit) and a period."""
        if division in (None, workspace.town):
            return cls(period=period)
        return cls(division, frozenset(code for above, code in workspace.divisions.closure() if above == division), period)

    @property
    def whole(self) -> bool:
        """Whether everything is asked for."""
        return self.division is None and self.period is None

    def holds(self, division: str | None, months: Iterable[str]) -> bool:
        """Say whether a finding is asked for; one without a month belongs to every period."""
        if self.division and division not in self.below:
            return False
        listed = [month for month in months if month]
        if self.period is None or not listed:
            return True
        first, last = f"{self.period.start:%Y-%m}", f"{self.period.end:%Y-%m}"
        return any(first[: len(month)] <= month <= last for month in listed)  # a rule by the year gives the year

    def holds_finding(self, finding: Finding) -> bool:
        """Say whether a finding is asked for."""
        return self.holds(finding.village, [row.month for row in finding.rows])


@dataclass(slots=True)
class RuleResult:
    """What a run did for one rule."""

    stamp: Stamp
    how: str  # full, keyed, unchanged
    reached: Reached | None
    run: RuleRun | None  # None when nothing had changed
    sources: Mapping[str, str | None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)  # as they stand after the run
    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)

    @property
    def open(self) -> int:
        """Number of findings that nobody has decided on, nothing excludes and that still hold."""
        return sum(f.state == "open" for f in self.findings)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A run: its number, the position that it read, what it did for each rule."""

    number: str
    day: date
    position: int
    mode: str
    submission: int | None
    scope: Scope
    rules: tuple[RuleResult, ...]

    def findings(self) -> list[Finding]:
        """Return what holds and is not decided, excluded findings among them, the grave ones first."""
        listed = [f for r in self.rules for f in r.findings if f.state in ("open", "excluded") and self.scope.holds_finding(f)]
        levels = list(SEVERITIES.values())
        return sorted(listed, key=lambda f: (levels.index(f.severity), f.rule, f.subject, f.programme or "", f.first_month or ""))


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
    there; what it finds is recorded as if it had been found here. ``progress`` is told the title of each rule before it runs, how many ran before
    it, and of how many; what it raises stops the run, and nothing is recorded.
    Raises ``TaizhangError`` (``comparison.rule_unknown``) and what the journal raises.
    """
    wanted = list(dict.fromkeys(_rule_named(workspace.pack, name).name for name in rules)) or list(workspace.pack.rules)
    for attempt in range(_ATTEMPTS):
        run = _Run(
            workspace,
            [workspace.pack.rules[name] for name in wanted],
            day,
            person,
            full or explained or spark is not None,
            scope or Scope(),
            explained,
            limits,
            narrowed=bool(rules),
            spark=spark,
            progress=progress,
        )
        try:
            return run.done()
        except JournalConflict:
            if attempt == _ATTEMPTS - 1:
                raise
        finally:
            run.connection.close()
    raise AssertionError


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
        self.book = Book(workspace)
        self.warehouse.refresh()
        self.position = self.warehouse.position
        self.number = f"BJ{day:%Y%m%d}-{self.position}"
        self.stamps = stamps(self.pack, rules, day, workspace.divisions)
        self.connection = self.warehouse.connect()
        self.partitions = WorkedOut(self.pack, self.warehouse.folder)
        self.dates = Dates(self.pack, self.warehouse, self.connection, self.partitions.days)
        self.versions = Versions(self.pack)
        self.compared = self.begun = self.waiting = 0

    def done(self) -> CheckResult:
        """Run, reconcile, record."""
        standing: dict[str, list[Finding]] = {}
        for finding in self.book.findings():
            standing.setdefault(finding.rule, []).append(finding)
        listed = [f for name in self.stamps for f in standing.get(name, [])]
        works = self._works(listed)
        results = self._ran(works)
        setting = Setting(
            self.number, self.day, self.pack, self.workspace.divisions, self.dates, self.versions, self.book.exclusions(), self.partitions,
            self.book.linked,
        )  # fmt: skip
        changed = [f for result in results for f in self._reconciled(result, setting, standing.get(result.stamp.rule.name, []))]
        everything = [f for fs in standing.values() for f in fs if f.rule not in self.stamps] + [f for r in results for f in r.findings]
        rows = self._rows(results, changed, everything)
        self.partitions.save()
        sent = self.book.record(rows, self.person, _("比对 {number}").format(number=self.number))
        return CheckResult(
            self.number,
            self.day,
            self.position,
            "full" if self.full else "changed",
            sent.number if sent else None,
            self.scope,
            tuple(results),
        )

    def _works(self, findings: Sequence[Finding]) -> list[Work]:
        if self.full:
            return [Work(stamp, "full") for stamp in self.stamps.values()]
        with self.warehouse.snapshot(self.position, connection=self.connection) as snapshot:
            last = {name: run for name, run in last_runs(snapshot).items() if name in self.stamps}
        differ = Differ(self.warehouse, last, findings, self.partitions, self.connection)
        return [differ.work(stamp) for stamp in self.stamps.values()]

    def _ran(self, works: Sequence[Work]) -> list[RuleResult]:
        """Run what has to be run: whole rules together, and together those whose ledgers a change reached alike."""
        groups: list[tuple[dict[str, str], list[Work]]] = []
        whole: list[Work] = []
        runs: dict[str, RuleRun] = {}
        for work in works:
            if work.how == "unchanged":
                continue
            if missing := [name for name in work.stamp.rule.needs if not self._delivered(name)]:
                runs[work.stamp.rule.name] = not_delivered(self.pack, work.stamp.rule, missing, self.day, self.position)
            elif work.reached is None:
                whole.append(work)
            else:
                _join(groups, work.reached.tables, work)
        self.waiting = len(works) - len(runs) - sum(work.how == "unchanged" for work in works)
        for tables, mine in groups:
            told = self._run(mine, tables)
            # What cannot be said to be reached, or not, is asked of everything.
            whole += [replace(work, how="full", reached=None) for work in mine if work.stamp.rule.name not in told]
            runs |= told
        runs |= self._run(whole, {}) if whole else {}
        done = {work.stamp.rule.name: work for work in (*works, *whole)}.values()
        return [
            RuleResult(
                w.stamp, w.how, w.reached, runs.get(w.stamp.rule.name), self.dates.told(w.stamp.ledgers) if w.how != "unchanged" else {}
            )
            for w in done
        ]

    def _run(self, mine: list[Work], tables: Mapping[str, str]) -> dict[str, RuleRun]:
        with self._snapshot(tables) as snapshot:
            asked = [(w.stamp.rule, w.stamp.query) for w in mine]
            plan = None if self.full else self.partitions.plan(asked, snapshot.engine.writer, self.day)
            runs = run_rules(
                snapshot, [w.stamp.rule for w in mine], self.day, self.limits, explained=self.explained, delivered=self._delivered, plan=plan,
                begun=self._begin, empty={w.stamp.rule.name: w.reached.empty for w in mine if w.reached},
            )  # fmt: skip
            sizes = {ledger: size for w in mine if w.reached for ledger, size in w.reached.sizes.items()}
            for ledger in sorted({name for w in mine for name in w.stamp.ledgers} - sizes.keys()):
                snapshot.require(ledger, placed=False, columns={ledger: ()})
                sizes[ledger] = snapshot.engine.fetch(f"SELECT count(*) FROM {quoted(ledger)}")[0][0]
            self.compared += sum(sizes.values())
        found = {run.rule: w.reached.of(run) if w.reached else run for w, run in zip(mine, runs, strict=True)}
        return {name: run for name, run in found.items() if run}

    def _begin(self, rule: Rule) -> None:
        if self.progress:
            self.progress(rule.title, self.begun, self.waiting)
        self.begun += 1

    def _snapshot(self, tables: Mapping[str, str]) -> Snapshot:
        if self.spark is None:
            return self.warehouse.snapshot(self.position, self.connection, tables)
        from taizhang.warehouse.spark.segments import snapshot_of

        return snapshot_of(self.warehouse, self.spark, self.position)

    def _delivered(self, ledger: str) -> bool:
        """Say whether a ledger ever had a row: one that was emptied again was delivered, and says that nothing is in it."""
        return self.warehouse.last_change(ledger) > 0

    def _reconciled(self, result: RuleResult, setting: Setting, standing: Iterable[Finding]) -> list[Finding]:
        """Bring one rule's findings up to date; a rule that gave no whole answer closes nothing and finds nothing."""
        stamp, run = result.stamp, result.run
        reconciler = Reconciler(setting, stamp.rule, stamp.version, stamp.parameters, standing)
        if run and run.state == "ran" and run.total == len(run.rows):
            wanted = None if self.scope.whole else self._wanted
            reconciler.found(run.records(), result.reached, wanted)
        changed = reconciler.finish()
        result.findings = sorted(reconciler.now.values(), key=lambda f: (f.subject, f.programme or "", f.first_month or ""))
        result.new = {f.number for f in changed if f.number not in reconciler.before}
        result.closed = {f.number for f in changed if f.state == "closed"}
        result.changed = {f.number for f in changed} - result.new - result.closed
        return changed

    def _wanted(self, found: Finding | Mapping[str, Any]) -> bool:
        if isinstance(found, Finding):
            return self.scope.holds_finding(found)
        return self.scope.holds(found.get("division"), [found.get("month") or ""])

    def _rows(
        self, results: Sequence[RuleResult], changed: Sequence[Finding], everything: Sequence[Finding]
    ) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of the run: its head, each rule, the findings that changed, its public record."""
        ran = [r for r in results if r.run and r.run.state == "ran"]
        told = [r for r in results if r.run]
        unchanged = len(results) - len(told)
        new = sum(len(r.new) for r in results)
        head = {
            "number": self.number, "village": self.scope.division or self.workspace.town, "run_on": self.day,
            "mode": "全面" if self.full else "增量", "narrowed": self._narrowing(), "position": self.position, "pack": self.pack.fingerprint,
            "rules": len(results), "ran": len(ran), "unchanged": unchanged, "not_run": len(told) - len(ran), "compared": self.compared, "new": new,
            "changed": sum(len(r.changed) for r in results), "closed": sum(len(r.closed) for r in results), "standing": sum(r.open for r in results),
            "runner": self.person,
        }  # fmt: skip
        rows = {RUN: [head], RUN_RULE: [self._rule_row(r) for r in told], FINDING: [f.as_row() for f in changed]}
        standing = any(f.state == "open" for f in everything)
        rows[PUBLIC_RUN] = [*self._public(ran, new, standing), *self._verified(changed, everything)]
        return rows

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

    def _public(self, ran: Sequence[RuleResult], new: int, standing: bool) -> list[dict[str, Any]]:
        """Return the run as the platform's record has it.

        A run that compared nothing is none; and one that found nothing new while findings wait must not look like one that found nothing.
        """
        if not ran or not self.compared or (standing and not new):
            return []
        titles = [self.pack.ledgers[name].title for name in sorted({name for r in ran for name in r.stamp.ledgers})]
        sources = "、".join(titles[:_MOST_SOURCES])
        if len(titles) > _MOST_SOURCES:
            sources += _("等{count}本台账").format(count=len(titles))
        return [{
            "number": self.number, "village": self.scope.division or self.workspace.town, "rule_set": _("标准包比对规则"), "rules": len(ran),
            "sources": sources[:200], "compared": max(self.compared, new),  # what is missing is found in rows that are not there
            "found": new, "verified": 0, "runner": self.person, "run_on": self.day,
        }]  # fmt: skip

    def _verified(self, changed: Sequence[Finding], everything: Sequence[Finding]) -> list[dict[str, Any]]:
        return verified_rows(self.book, {f.first_run for f in changed} - {self.number}, everything)


def _join(groups: list[tuple[dict[str, str], list[Work]]], tables: Mapping[str, str], work: Work) -> None:
    """Put a rule among others that read no other part of any ledger than it does."""
    for known, mine in groups:
        if all(known.get(ledger, table) == table for ledger, table in tables.items()):
            known.update(tables)
            mine.append(work)
            return
    groups.append((dict(tables), [work]))


def verified_rows(book: Book, runs: Iterable[str], findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return the public records of runs with the number of their findings that have been settled since."""
    import json

    wanted = dict.fromkeys(runs, 0)
    for finding in findings:
        if finding.first_run in wanted and finding.state in ("decided", "closed"):
            wanted[finding.first_run] += 1
    stands = book.standing(PUBLIC_RUN) if wanted else {}
    return [json.loads(stands[run].data) | {"verified": count} for run, count in sorted(wanted.items()) if run in stands]
