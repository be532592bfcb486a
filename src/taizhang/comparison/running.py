"""Run rules against a snapshot of the ledgers."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.comparison.gathering import Gathering, gatherings
from taizhang.comparison.model import Limits, RuleRun, StepCount, Value
from taizhang.comparison.planning import Path, Plan, Planner, in_order, last_uses
from taizhang.errors import Fault, TaizhangError
from taizhang.pack.definitions import Pack, Rule
from taizhang.pack.expression_functions import Kind
from taizhang.pack.queries import queries_of
from taizhang.warehouse.columns import quoted
from taizhang.warehouse.engine import TooSlowError
from taizhang.warehouse.snapshot import Snapshot


def run_rule(snapshot: Snapshot, rule: Rule | str, as_of: date, limits: Limits | None = None) -> RuleRun:
    """Run one rule as of a day.

    Raises ``TaizhangError`` (``comparison.rule_unknown``), and ``Refusal`` for a rule whose query has faults.
    """
    return next(iter(run_rules(snapshot, [rule], as_of, limits)))


def explain(snapshot: Snapshot, rule: Rule | str, as_of: date, limits: Limits | None = None) -> RuleRun:
    """Run one rule step by step, so that the rows after every step are counted."""
    return next(iter(run_rules(snapshot, [rule], as_of, limits, explained=True)))


def run_rules(
    snapshot: Snapshot,
    rules: Iterable[Rule | str] | None,
    as_of: date,
    limits: Limits | None = None,
    *,
    explained: bool = False,
    delivered: Callable[[str], bool] | None = None,
    begun: Callable[[Rule], None] | None = None,
    plan: Plan | None = None,
    empty: Mapping[str, Collection[str]] | None = None,
) -> list[RuleRun]:
    """Run rules (all when None) as of a day, in that order; a table that two of them need is made once, and few rows of a large ledger read once.

    ``explained`` makes every step a table, and counts it. ``begun`` is told each rule before it runs. ``delivered`` says whether a ledger was ever
    delivered; by default, whether it has rows. ``plan`` are these rules' tables when they have been written before, and each then reads for itself;
    ``empty`` are by rule the ledgers of which it needs no rows. A rule that is stopped by a limit says so in its run; the others go on.
    Raises ``TaizhangError`` (``comparison.rule_unknown``), and ``Refusal`` for a rule whose query has faults.
    """
    wanted = [_rule(snapshot, r) for r in (snapshot.pack.rules.values() if rules is None else rules)]
    gathered: list[Gathering] = []
    if plan is None:
        planner = Planner(queries_of(snapshot.pack), snapshot.engine.writer, as_of)
        for rule in wanted:
            planner.add(rule)
        plan, gathered = planner.plan, [] if explained else list(gatherings(planner, snapshot.sizes))
    runner = _Runner(snapshot, plan, as_of, limits or Limits(), explained, delivered, empty or {})
    for gathering in gathered:
        runner.gather(gathering)
    return list(runner.run({rule.name: rule for rule in wanted}, begun))


def _rule(snapshot: Snapshot, rule: Rule | str) -> Rule:
    if isinstance(rule, Rule):
        return rule
    found = snapshot.pack.rules.get(rule)
    if found is None:
        raise TaizhangError("comparison.rule_unknown", name=rule)
    return found


class _Runner:
    """Runs the rules of a plan one after the other on one engine."""

    def __init__(
        self, snapshot: Snapshot, plan: Plan, as_of: date, limits: Limits, explained: bool, delivered: Callable[[str], bool] | None,
        empty: Mapping[str, Collection[str]],
    ) -> None:  # fmt: skip
        self._delivered = delivered or self._has_rows
        self.snapshot, self.plan, self.as_of, self.limits = snapshot, plan, as_of, limits
        plan.given = snapshot.given
        self.empty = {rule: plan.empty(ledgers) for rule, ledgers in empty.items()}
        needed = set[str]().union(*(plan.paths[rule].ledgers.difference(ledgers) for rule, ledgers in empty.items()))
        self.empty_for_all = plan.empty(set[str]().union(*empty.values()) - needed) if empty else set[str]()
        self.kept = set(plan.tables) if explained else plan.kept()
        self.counts: dict[str, int] = {}  # of tables that are made
        self.columns = plan.columns()

    def gather(self, gathering: Gathering) -> None:
        """Make a table of gathered rows and let the plan read it; where that takes too long, fails, or gives very many rows, each reads for itself."""
        engine, name = self.snapshot.engine, gathering.table.name
        once = [t for t in self.plan.needed(name) if t in self.kept or (t in gathering.table.inputs and not self.plan.tables[t].chooses)]
        self.snapshot.require(*sorted(self.plan.ledgers(name)), placed=False, columns=self.columns)
        try:
            with engine.time_limit(self.limits.seconds):
                for table in once:
                    if table not in self.counts:
                        self._make(table)
                self._make(name, gathering.most + 1)
        except TooSlowError:
            return
        except Exception as error:
            if engine.stopped(error) is None:
                raise
            return
        finally:
            self.kept |= self.counts.keys()
        if self.counts[name] <= gathering.most:
            self.plan.tables |= gathering.readers
            self.kept |= self.plan.kept()
        else:
            engine.drop(name)
            del self.counts[name]

    def run(self, rules: Mapping[str, Rule], begun: Callable[[Rule], None] | None = None) -> Iterator[RuleRun]:
        """Run the rules; tables are dropped after the last rule that needs them."""
        for name, over in last_uses(self.plan, list(rules), self.kept):
            if begun:
                begun(rules[name])
            yield self._run(rules[name], self.plan.paths[name])
            for table in over:
                self.counts.pop(table, None)
                self.snapshot.engine.drop(table)

    def _run(self, rule: Rule, path: Path) -> RuleRun:
        began = time.perf_counter()
        missing = [name for name in rule.needs if not self._delivered(name)]
        if missing:
            return not_delivered(self.snapshot.pack, rule, missing, self.as_of, self.snapshot.position)
        engine = self.snapshot.engine
        try:
            with engine.time_limit(self.limits.seconds):
                rows, total = self._answer(path)
        except TooSlowError:
            told = Fault("comparison.too_slow", {"rule": rule.title, "seconds": f"{self.limits.seconds:g}"})
        except Exception as error:
            stopped = engine.stopped(error)
            if stopped is None:
                raise
            told = Fault(stopped[0], {"rule": rule.title, "reason": stopped[1]})
        else:
            more = total > len(rows)
            cut = Fault("comparison.more_found", {"rule": rule.title, "total": total, "limit": len(rows)}, "warning") if more else None
            columns = tuple(self.plan.tables[path.answer].columns)
            return RuleRun(
                rule.name, self.as_of, "ran", columns, rows, total, self._steps(path, total), time.perf_counter() - began, self.snapshot.position, cut
            )  # fmt: skip
        return self._without(rule, path, "stopped", told, began)

    def _without(self, rule: Rule, path: Path, state: Any, told: Fault, began: float) -> RuleRun:
        columns = tuple(self.plan.tables[path.answer].columns)
        seconds = time.perf_counter() - began
        return RuleRun(rule.name, self.as_of, state, columns, (), 0, self._steps(path, None), seconds, self.snapshot.position, told)

    def _has_rows(self, ledger: str) -> bool:
        self.snapshot.require(ledger, placed=False, columns=self.columns)
        return bool(self.snapshot.engine.fetch(f"SELECT 1 FROM {quoted(ledger)} LIMIT 1"))

    def _steps(self, path: Path, total: int | None) -> tuple[StepCount, ...]:
        return tuple(StepCount(name, title, total if table == path.answer else self.counts.get(table)) for name, title, table in path.steps)

    def _answer(self, path: Path) -> tuple[tuple[tuple[Value, ...], ...], int]:
        empty = self.empty.get(path.rule, set())
        if path.answer in empty:
            return (), 0
        for table in self.plan.needed(path.answer):
            if table in self.kept and table not in self.counts and table not in empty:
                self._make(table)
        engine, answer = self.snapshot.engine, self.plan.tables[path.answer]
        sql = f"SELECT * FROM {quoted(path.answer)}" if path.answer in self.counts else self._statement(path.answer, empty)
        listed = f"SELECT * FROM ({sql}) AS found ORDER BY {in_order(list(answer.columns))}"
        found = engine.fetch(f"{listed} LIMIT {self.limits.rows + 1}")
        total = len(found)
        if total > self.limits.rows:
            total = int(engine.fetch(f"SELECT count(*) FROM ({sql}) AS found")[0][0])
        kinds = list(answer.columns.values())
        return tuple(values(row, kinds) for row in found[: self.limits.rows]), total

    def _statement(self, table: str, empty: Collection[str]) -> str:
        """Return the SELECT of a table, and see to it that the ledgers are there which it reads."""
        sql = self.plan.statement(table, self.counts, empty)
        ledgers = (ledger for ledger in sorted(self.plan.ledgers(table) - self.plan.given.keys()) if ledger in sql)
        self.snapshot.require(*ledgers, placed=False, columns=self.columns)
        return sql

    def _make(self, table: str, most: int | None = None) -> None:
        engine, sql = self.snapshot.engine, self._statement(table, self.empty_for_all)
        engine.make(table, sql if most is None else f"SELECT * FROM ({sql}) AS made LIMIT {most}")
        self.counts[table] = int(engine.fetch(f"SELECT count(*) FROM {quoted(table)}")[0][0])


def not_delivered(pack: Pack, rule: Rule, missing: Sequence[str], as_of: date, position: int) -> RuleRun:
    """Return the run of a rule that lacks ledgers: it compared nothing, which is not the same as finding nothing."""
    told = Fault("comparison.not_delivered", {"ledgers": "、".join(pack.ledgers[name].title for name in missing)})
    return RuleRun(rule.name, as_of, "not_delivered", (), (), 0, (), 0.0, position, told)


def values(row: Sequence[Any], kinds: Sequence[Kind]) -> tuple[Value, ...]:
    """Return a row of an answer in the same types whatever the engine: whole numbers as int, others with all their decimal places."""
    return tuple(_value(v, k) for v, k in zip(row, kinds, strict=True))


def _value(value: Any, kind: Kind) -> Value:
    if value is None or kind.name != "number":
        return value  # type: ignore[no-any-return]
    return int(value) if kind.scale == 0 else Decimal(value).quantize(Decimal(1).scaleb(-kind.scale))
