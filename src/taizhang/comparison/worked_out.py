"""What was worked out about the rules of a pack, kept beside the columns: how each falls apart, and its tables as an engine reads them.

To parse and analyse forty rules takes longer than to run them on what one village changed. The files belong to one pack and one state of the
code; any other is not read, and one that is missing or damaged costs the time again, nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path as File
from threading import RLock
from typing import Any

from taizhang import __version__
from taizhang.comparison import kept_files
from taizhang.comparison.columns_read import columns_read
from taizhang.comparison.partition import Partition, Partitions
from taizhang.comparison.planning import Branch, Path, Plan, PlannedPremise, Planner, Table
from taizhang.comparison.premises import Premise
from taizhang.pack.definitions import Pack, Rule
from taizhang.pack.expression_functions import Kind
from taizhang.pack.queries import queries_of
from taizhang.pack.query import QueryEngine

NAME, DAYS = "rules.json", "days.json"


class WorkedOut(Partitions):
    """How the rules of a pack fall apart and what they read, out of a file as far as it has it."""

    def __init__(self, pack: Pack, folder: File) -> None:
        super().__init__(pack)
        self.pack, self.path, self._days_path = pack, folder / NAME, folder / DAYS
        self._seal = f"{__version__} {pack.fingerprint} {_code()}"
        self._changed = False
        self._one_at_a_time = RLock()  # what reads queries keeps what it has read in them
        self.days: dict[str, tuple[str, str | None]] = {}  # by ledger, as ``Dates`` keeps them
        self._days_read: dict[str, tuple[str, str | None]] = {}
        self._reads: dict[str, dict[str, frozenset[str]]] = {}  # by rule and ledger
        self._plans: dict[str, dict[str, Any]] = {}  # by rule
        self._tables: dict[str, dict[str, Any]] = {}
        self._tables_read: dict[str, Table] = {}
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            self._read(json.loads(self.path.read_text(encoding="utf-8")))
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            data = json.loads(self._days_path.read_text(encoding="utf-8"))
            self.days = {name: (state, day) for name, (state, day) in data["days"].items()} if data["seal"] == self._seal else {}
            self._days_read = dict(self.days)

    def _read(self, data: Mapping[str, Any]) -> None:
        if data["seal"] != self._seal:
            return
        found = {name: _partition(one) for name, one in data["partitions"].items()}
        reads = {rule: {name: frozenset(columns) for name, columns in one.items()} for rule, one in data["reads"].items()}
        plans, tables = dict(data["plans"]), dict(data["tables"])
        for name, partition in found.items():
            self._found.setdefault(name, partition)
        self._reads, self._plans, self._tables = reads, plans, tables

    def of(self, rule: Rule) -> Partition | None:
        """Return how a rule falls apart; None when it does not."""
        with self._one_at_a_time:
            self._changed |= rule.name not in self._found
            return super().of(rule)

    def reads(self, rule: Rule) -> Mapping[str, frozenset[str]]:
        """Return by ledger the columns that a rule reads."""
        with self._one_at_a_time:
            if rule.name not in self._reads:
                self._reads[rule.name] = columns_read(queries_of(self.pack), rule)
                self._changed = True
            return self._reads[rule.name]

    def plan(self, asked: Iterable[tuple[Rule, str]], engine: QueryEngine, as_of: date) -> Plan:
        """Return the tables of rules, each with what tells its query of that day from any other (``Stamp.query``)."""
        planner = Planner(queries_of(self.pack), engine, as_of)
        with self._one_at_a_time:
            for rule, query in asked:
                self._add(planner, rule, query, engine)
        return planner.plan

    def _add(self, planner: Planner, rule: Rule, query: str, engine: QueryEngine) -> None:
        known, plan = self._plans.get(rule.name), planner.plan
        if known and known["query"] == query and known["dialect"] == engine.dialect and self._tables.keys() >= set(known["tables"]):
            plan.tables |= {name: self._table(name) for name in known["tables"] if name not in plan.tables}
            steps = tuple((name, title, table) for name, title, table in known["steps"])
            plan.paths[rule.name] = Path(rule.name, known["answer"], steps, frozenset(known["ledgers"]))
            plan.premises[rule.name] = tuple(
                PlannedPremise(table, asking, tie, frozenset(below)) for table, asking, tie, below in known["premises"]
            )
        else:
            path, falls = planner.add(rule), self.of(rule)
            planner.add_premises(rule.name, falls.premises if falls else ())
            self._keep(query, path, plan, engine)

    def _table(self, name: str) -> Table:
        if name not in self._tables_read:
            self._tables_read[name] = _table(self._tables[name])
        return self._tables_read[name]

    def _keep(self, query: str, path: Path, plan: Plan, engine: QueryEngine) -> None:
        premises = plan.premises[path.rule]
        tables = [*plan.needed(path.answer), *(p.asking for p in premises)]
        self._tables |= {name: _table_data(plan.tables[name]) for name in tables}
        self._plans[path.rule] = {
            "query": query, "dialect": engine.dialect, "answer": path.answer, "steps": path.steps, "ledgers": sorted(path.ledgers), "tables": tables,
            "premises": [[p.table, p.asking, p.tie, sorted(p.ledgers)] for p in premises],
        }  # fmt: skip
        self._changed = True

    def save(self) -> None:
        """Write what is new; a folder that cannot be written only costs time."""
        if self._changed:
            used = {name for plan in self._plans.values() for name in plan["tables"]}
            data = {
                "seal": self._seal,
                "partitions": {name: _partition_data(one) for name, one in self._found.items()},
                "reads": {rule: {name: sorted(columns) for name, columns in one.items()} for rule, one in self._reads.items()},
                "plans": self._plans,
                "tables": {name: table for name, table in self._tables.items() if name in used},
            }
            self._changed = not kept_files.write(self.path, data)
        if self.days != self._days_read:
            kept_files.write(self._days_path, {"seal": self._seal, "days": self.days})


@cache
def _code() -> str:
    """Return a fingerprint of the code that works the queries out, so that nobody who changes it reads what the old code made."""
    package = File(__file__).parents[1]
    made = hashlib.sha256()
    for pattern in ("comparison/[cepsw]*.py", "pack/*.py", "warehouse/duckdb/*functions.py"):
        for path in sorted(package.glob(pattern)):
            made.update(path.read_bytes())
    return made.hexdigest()[:16]


def _partition_data(partition: Partition | None) -> Any:
    return partition and {
        "ties": partition.ties,
        "whole": sorted(partition.whole),
        "premises": [[p.step, sorted(p.ledgers), p.witness, p.tie] for p in partition.premises],
    }


def _partition(data: Any) -> Partition | None:
    if data is None:
        return None
    ties = {ledger: tuple((expression, number) for expression, number in listed) for ledger, listed in data["ties"].items()}
    premises = tuple(Premise(step, frozenset(ledgers), witness, tie) for step, ledgers, witness, tie in data["premises"])
    return Partition(ties, frozenset(data["whole"]), premises)


def _table_data(table: Table) -> dict[str, Any]:
    columns = {name: [kind.name, kind.scale, kind.timed] for name, kind in table.columns.items()}
    branches = [[branch.sql, branch.sources] for branch in table.branches]
    plain = {field.name: _plain(getattr(table, field.name)) for field in fields(table) if field.name not in ("columns", "branches")}
    return plain | {"columns": columns, "branches": branches}


def _plain(value: Any) -> Any:
    return {name: sorted(listed) for name, listed in value.items()} if isinstance(value, Mapping) else value


def _table(data: Mapping[str, Any]) -> Table:
    told = {name: _told(value) for name, value in data.items() if name not in ("columns", "branches")}
    branches = tuple(Branch(sql, tuple(sources)) for sql, sources in data["branches"])
    return Table(**told, columns={name: Kind(*kind) for name, kind in data["columns"].items()}, branches=branches)


def _told(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: frozenset(listed) for name, listed in value.items()}
    return tuple(value) if isinstance(value, list) else value
