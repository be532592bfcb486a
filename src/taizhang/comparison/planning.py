"""Several rules as one set of tables: what two of them need is made once.

A table is known by the SELECT that makes it, in which other tables stand under their own such names; so two steps are the same table
exactly when they say the same over the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, cast

from taizhang.pack.definitions import Rule
from taizhang.pack.expression_functions import Kind
from taizhang.pack.queries import Queries
from taizhang.pack.query import AS_WRITTEN, DIVISION, Query, QueryEngine, Step, literals
from taizhang.pack.rule_definitions import SAME_PERSON
from taizhang.warehouse.columns import quoted

if TYPE_CHECKING:
    from sqlglot import exp

    from taizhang.comparison.premises import Premise

_UNION = " UNION ALL "
_MARK = "ledger:"  # before a ledger's name where a SELECT reads it, which no column can have before its own
_MARKED = re.compile(rf'"{_MARK}(\w+)"')
_MOST_CHOICES = 2
_CHEAP = frozenset(["part", "year_of", "month_of", "contains"])


@dataclass(frozen=True, slots=True)
class Branch:
    """One SELECT of a table: it gives no rows where any of its ``sources``, ledgers or tables, has none."""

    sql: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One step of a view or rule, written for an engine."""

    name: str
    title: str
    sql: str
    columns: Mapping[str, Kind]
    inputs: tuple[str, ...]  # tables that it reads, ledgers not among them
    ledgers: tuple[str, ...]
    chooses: bool = False  # only rows and columns of a ledger or two
    reads: Mapping[str, frozenset[str]] = field(default_factory=dict)  # columns of each ledger
    branches: tuple[Branch, ...] = ()  # that make up ``sql``


@dataclass(frozen=True, slots=True)
class Path:
    """The tables of one rule: its steps and those of the views that it reads, in order, with the names that people know."""

    rule: str
    answer: str
    steps: tuple[tuple[str, str, str], ...]  # name, title, table
    ledgers: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlannedPremise:
    """The table of a rule's premise, the table that has its witnesses besides, the number of their tie, and the ledgers below."""

    table: str
    asking: str
    tie: int
    ledgers: frozenset[str]


@dataclass
class Plan:
    """Tables by name in an order in which they can be made, and the rules that need them."""

    tables: dict[str, Table] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    premises: dict[str, tuple[PlannedPremise, ...]] = field(default_factory=dict)  # by rule
    given: Mapping[str, str] = field(default_factory=dict)  # tables that statements read in the place of ledgers

    def needed(self, name: str, made: Iterable[str] = ()) -> list[str]:
        """Return what must be there before a table, itself last, without what is already made."""
        found: dict[str, None] = {}

        def visit(table: str) -> None:
            if table in found or table in stop:
                return
            for other in self.tables[table].inputs:
                visit(other)
            found[table] = None

        stop = set(made)
        visit(name)
        return list(found)

    def empty(self, without_rows: Collection[str]) -> set[str]:
        """Return all that has no rows where some ledgers have none."""
        found = set(without_rows)
        for name, table in self.tables.items():
            if table.branches and not any(found.isdisjoint(branch.sources) for branch in table.branches):
                found.add(name)
        return found

    def statement(self, name: str, made: Iterable[str] = (), empty: Collection[str] = ()) -> str:
        """Return one SELECT for a table; what it reads and is not yet made stands in front of it.

        What stands in it over something ``empty`` is left out: an engine plans for longer than it reads few rows.
        """
        done = set(made)
        *before, last = [t for t in self.needed(name, done) if t == name or not self.tables[t].chooses]
        if not before:
            return self._text(last, done, empty)
        listed = ", ".join(f"{quoted(t)} AS ({self._text(t, done, empty)})" for t in before)
        return f"WITH {listed} SELECT * FROM ({self._text(last, done, empty)}) AS answer"

    def _text(self, name: str, made: set[str], empty: Collection[str]) -> str:
        """Return the SELECT of a table, in which choices that are not made stand themselves: an engine would make twice what is named and read twice."""
        table = self.tables[name]
        sql = table.sql
        if empty and table.branches:
            sql = _UNION.join([b.sql for b in table.branches if not any(s in empty for s in b.sources)] or [table.branches[0].sql])
        sql = _MARKED.sub(lambda ledger: quoted(self.given.get(ledger[1], ledger[1])), sql)
        for other in table.inputs:
            if self.tables[other].chooses and other not in made:
                sql = sql.replace(f"{quoted(other)} AS ", f"({self._text(other, made, empty)}) AS ")
        return sql

    def columns(self) -> dict[str, frozenset[str]]:
        """Return the columns of each ledger that some table reads."""
        found: dict[str, frozenset[str]] = {}
        for table in self.tables.values():
            for ledger, names in table.reads.items():
                found[ledger] = found.get(ledger, frozenset()) | names
        return found

    def shared(self) -> set[str]:
        """Return the tables that several rules need in more than one place.

        What only one rule reads twice is left to the engine, which holds of it only the columns that are needed.
        """
        readers: dict[str, set[str]] = {}
        rules = self.rules()
        for path in self.paths.values():
            readers.setdefault(path.answer, set()).add(f"rule {path.rule}")
        for name in rules:
            for other in self.tables[name].inputs:
                readers.setdefault(other, set()).add(name)
        return {name for name, by in readers.items() if len(by) > 1 and len(rules.get(name, ())) > 1}

    def rules(self) -> dict[str, set[str]]:
        """Return by table the rules that need it."""
        found: dict[str, set[str]] = {}
        for path in self.paths.values():
            for name in self.needed(path.answer):
                found.setdefault(name, set()).add(path.rule)
        return found

    def ledgers(self, name: str) -> set[str]:
        """Return the ledgers below a table, or the ledger of that name."""
        return {ledger for table in self.needed(name) for ledger in self.tables[table].ledgers} if name in self.tables else {name}

    def kept(self) -> set[str]:
        """Return the tables that are worth making: needed by several rules, and more than a choice of rows and columns.

        Such a choice is made anew wherever it is read: of a large ledger's file each reader then takes only the columns that it needs.
        """
        return {name for name in self.shared() if not self.tables[name].chooses}


class Planner:
    """Writes queries as tables; the same text is written once."""

    def __init__(self, queries: Queries, engine: QueryEngine, as_of: date) -> None:
        self.queries, self.engine, self.as_of = queries, engine, as_of
        self.plan = Plan()
        self.written: dict[
            str, tuple[Step, Mapping[str, str]]
        ] = {}  # by table what it was written of: its step, and the tables of its sources
        self.choosing: set[str] = set()  # tables that only choose rows and columns, of whatever they read
        self.numbers: dict[str, str | None] = {}  # by such a table the column in which each row has its number in the journal
        self._views: dict[str, list[tuple[str, str, str]]] = {}
        self._steps: dict[str, str] = {}  # tables by ``owner:step``

    def add(self, rule: Rule) -> Path:
        """Take a rule into the plan."""
        return self.add_query(rule.name, self.queries.rule(rule))

    def add_query(self, name: str, query: Query) -> Path:
        """Take a query into the plan under a name."""
        steps = self._written(query, name)
        path = Path(name, steps[-1][2], tuple(dict.fromkeys(steps)), self.queries.ledgers_of(query))
        self.plan.paths[name] = path
        return path

    def add_premises(self, rule: str, premises: Iterable[Premise]) -> None:
        """Take what a rule in the plan takes from all rows of a ledger into the plan."""
        self.plan.premises[rule] = tuple(
            PlannedPremise(table := self._steps[p.step], self._asking(table, p), p.tie, p.ledgers) for p in premises
        )

    def _asking(self, table: str, premise: Premise) -> str:
        """Return the table of a premise with its witnesses."""
        from taizhang.comparison.premises import with_witnesses

        step, sources = self.written[table]
        tree = with_witnesses(cast("exp.Select", self._tree(step, sources)), premise.witness, self.engine)
        mark = hashlib.sha256(premise.witness.encode()).hexdigest()[:8]
        name, made = f"{table}_{mark}", self.plan.tables[table]
        self.plan.tables[name] = Table(
            name,
            made.title,
            tree.sql(dialect=self.engine.dialect, comments=False),
            made.columns,
            made.inputs,
            made.ledgers,
            reads=made.reads,
        )
        return name

    def _tree(self, step: Step, known: Mapping[str, str], number: str | None = None) -> exp.Expression:
        """Return the SELECT of a step as an engine reads it."""
        marked = {s: _MARK + s for s in step.sources if s in self.queries.ledgers}
        return step.written(
            self.engine, literals(step.parameters, self.queries.pack.parameters, self.as_of), {**marked, **known}, number=number
        )

    def _written(self, query: Query, owner: str) -> list[tuple[str, str, str]]:
        """Return name, title and table of every step, those of views before the first step that reads them."""
        known: dict[str, str] = {}
        listed: list[tuple[str, str, str]] = []
        for step in query.steps:
            for source in step.sources:
                if source not in known and source in self.queries.pack.views:
                    inner = self._view(source)
                    listed += inner[-1:] if source == SAME_PERSON else inner
                    known[source] = inner[-1][2]
            known[step.name] = self._steps[f"{owner}:{step.name}"] = self.write(step, known)
            if not step.name.endswith(AS_WRITTEN):  # told with what links add to it
                listed.append((step.name, step.title, known[step.name]))
        return listed

    def _view(self, name: str) -> list[tuple[str, str, str]]:
        if name not in self._views:
            written = self._written(self.queries.view(name), name)
            # The last step of a view is the view: it goes by the view's name.
            self._views[name] = [*written[:-1], (name, self.queries.pack.views[name].title, written[-1][2])]
        return self._views[name]

    def write(self, step: Step, known: Mapping[str, str]) -> str:
        """Return the table of a step whose sources, other than ledgers, are tables under other names."""
        inputs = tuple(known[s] for s in step.sources if s in known)
        cheap = all(self.plan.tables[known[s]].chooses for s in _joined(step) if s in known)
        number = self._number(_first(step.tree), known) if cheap else None
        branches = tuple(_branches(step, self._tree(step, known, number), self.engine.dialect))
        sql = _UNION.join(branch.sql for branch in branches)
        name = "t_" + hashlib.sha256(sql.encode()).hexdigest()[:20]
        if name not in self.plan.tables:
            ledgers = tuple(s for s in step.sources if s not in known and s != DIVISION)
            if chooses := _chooses(step):
                self.choosing.add(name)
                self.numbers[name] = self._numbers(step, known)
            reads = _columns(step, ledgers)
            self.plan.tables[name] = Table(name, step.title, sql, step.columns, inputs, ledgers, cheap and chooses, reads, branches)
            self.written[name] = step, dict(known)
        return name

    def _number(self, source: str, known: Mapping[str, str]) -> str | None:
        """Return the column of a source in which each row has its number in the journal; None when there is none."""
        if source in known and known[source] in self.written:
            return self.numbers.get(known[source])
        return "_seq" if source in self.queries.ledgers else None

    def _numbers(self, step: Step, known: Mapping[str, str]) -> str | None:
        """Return the column of a step that chooses rows in which each has its number in the journal."""
        from sqlglot import exp

        from taizhang.comparison.selects import selects

        found = set(step.columns)
        for select in selects(step.tree):
            number, items = self._number(_first(select), known), zip(step.columns, select.expressions, strict=True)
            found &= {name for name, item in items if isinstance(item.this, exp.Column) and item.this.name == number}
        return min(found, default=None)


def _first(tree: exp.Expression) -> str:
    """Return what a SELECT reads first; nothing for a union of several."""
    return str(tree.args["from_"].this.name) if "from_" in tree.args else ""


def _joined(step: Step) -> set[str]:
    """Return the sources of a step but for those that rows are only tested against."""
    from sqlglot import exp

    return {
        t.name
        for t in step.tree.find_all(exp.Table)
        if not (isinstance(t.parent, exp.Join) and t.parent.args.get("kind") in ("SEMI", "ANTI"))
    }


def _branches(step: Step, tree: exp.Expression, dialect: str) -> Iterator[Branch]:
    """Yield the SELECTs of a step, of which ``tree`` is what an engine reads."""
    from taizhang.comparison.expressions import has_aggregate
    from taizhang.comparison.selects import selects

    for asked, written in zip(selects(step.tree), selects(tree), strict=True):
        sums_up = any(map(has_aggregate, asked.expressions)) or asked.args.get("having")
        if sums_up and not asked.args.get("group"):
            sources = []  # one row, of none too
        else:
            joins = [j for j in written.args.get("joins") or [] if not j.args.get("side") and j.args.get("kind") != "ANTI"]
            sources = [table.this.name.removeprefix(_MARK) for table in (written.args["from_"], *joins)]
        yield Branch(written.sql(dialect=dialect, comments=False), tuple(dict.fromkeys(sources)))


def _chooses(step: Step) -> bool:
    """Say whether a step only chooses rows and columns, of one table or of two one below the other, and calls nothing that takes time."""
    from sqlglot import exp

    work = (exp.Join, exp.Group, exp.Distinct, exp.Window, exp.AggFunc)
    called = {str(node.this) for node in step.tree.find_all(exp.Anonymous)}
    return step.tree.find(*work) is None and len(list(step.tree.find_all(exp.Select))) <= _MOST_CHOICES and called <= _CHEAP


def _columns(step: Step, ledgers: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return the columns that a step takes of ledgers."""
    from sqlglot import exp

    found: dict[str, set[str]] = {ledger: set() for ledger in ledgers}
    for select in step.tree.find_all(exp.Select):
        named = {table.alias: table.name for table in select.find_all(exp.Table)}
        for column in select.find_all(exp.Column):
            if named.get(column.table) in found:
                found[named[column.table]].add(column.name)
    return {ledger: frozenset(names) for ledger, names in found.items()}


def in_order(columns: Sequence[str]) -> str:
    """Return the order in which an answer is listed: all columns, so that it is the same whatever the engine."""
    first = [c for c in ("subject", "programme", "month", "left", "right") if c in columns]
    return ", ".join(f"{quoted(c)} NULLS LAST" for c in dict.fromkeys([*first, *columns]))


def last_uses(plan: Plan, order: Sequence[str], kept: set[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each rule with the kept tables that no rule after it needs."""
    uses = {rule: set(plan.needed(plan.paths[rule].answer)) & kept for rule in order}
    for i, rule in enumerate(order):
        later: set[str] = set().union(*(uses[r] for r in order[i + 1 :]))
        yield rule, sorted(uses[rule] - later)
