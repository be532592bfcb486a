"""Rows of a large ledger that several rules look for, gathered in one pass: these rules then read the few instead of all.

A rule that joins payments with the dead needs only the payments whose payee is on that list, and one that asks for groups of several rows only
those that are not alone with their key. Which these are is read off the query. More rows than a rule needs do no harm: its own join or condition
is asked again of what was gathered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlglot import exp

from taizhang.comparison.expressions import conjuncts
from taizhang.comparison.planning import Planner, Table
from taizhang.comparison.selects import selects
from taizhang.pack.expression_functions import DATE, TEXT, Kind
from taizhang.pack.query_check import ledger_columns
from taizhang.pack.query_groups import several
from taizhang.warehouse.columns import quoted

LARGE = 100_000  # rows from which a pass over a ledger is worth saving
FEWEST = 2  # rules that must have a use for what is gathered
MOST = 8  # at most so small a part of a ledger is gathered, and lists that it is looked up in are made of at most a half as many rows
_NAMING = ("id_number", "bank_card", "credit_code", "telephone", "reference")  # types of which one value stands in few rows


class Listed(NamedTuple):
    """Rows whose column has a value that stands in a column of a table."""

    column: str
    table: str
    key: str


class Grouped(NamedTuple):
    """Rows that are not alone with the values of some columns, among those of their ledger and of others."""

    columns: tuple[str, ...]
    others: tuple[tuple[str, tuple[str, ...]], ...]


Part = Listed | Grouped


class Read(NamedTuple):
    """What a source is, looked at through tables that only choose rows and columns: a ledger, or a table that does more.

    ``columns`` are the source's by their names there, as far as they are columns there; None when they are the same.
    """

    name: str
    columns: Mapping[str, str] | None = None

    def column(self, node: exp.Expression) -> str | None:
        """Return what a column of the source is called there."""
        if not isinstance(node, exp.Column):
            return None
        return node.name if self.columns is None else self.columns.get(node.name)


@dataclass(frozen=True, slots=True)
class Gathering:
    """A table of gathered rows, how many rows it may have, and the tables of the plan as they read it instead of the ledger."""

    table: Table
    most: int
    readers: Mapping[str, Table]


def gatherings(planner: Planner, sizes: Mapping[str, int]) -> Iterator[Gathering]:
    """Yield what is worth gathering for the rules of a plan, given the rows of each ledger."""
    rules = planner.plan.rules()
    for ledger, rows in sizes.items():
        if rows > LARGE and (found := _Gatherer(planner, rules, ledger, sizes).found()):
            yield found


class _Gatherer:
    """Looks for the tables of a plan that need few rows of one ledger."""

    def __init__(self, planner: Planner, rules: Mapping[str, set[str]], ledger: str, sizes: Mapping[str, int]) -> None:
        self.planner, self.plan, self.rules, self.ledger, self.sizes = planner, planner.plan, rules, ledger, sizes
        self.fields = planner.queries.ledgers[ledger].fields

    def found(self) -> Gathering | None:
        """Return the gathering of this ledger; None when too few rules have a use for one."""
        readers = {table: parts for table in self.rules if (parts := self._parts(table))}
        grouping: dict[tuple[str, ...], set[str]] = {}
        for table, parts in readers.items():
            for part in parts:
                grouping.setdefault(part.columns if isinstance(part, Grouped) else (), set()).update(self.rules[table])
        # One rule's groups are found in as many passes without.
        readers = {
            t: parts for t, parts in readers.items() if all(isinstance(p, Listed) or len(grouping[p.columns]) >= FEWEST for p in parts)
        }
        if len(set[str]().union(*(self.rules[table] for table in readers))) < FEWEST:
            return None
        return self._made(list(readers), list(dict.fromkeys(part for parts in readers.values() for part in parts)))

    def _made(self, readers: Sequence[str], parts: Sequence[Part]) -> Gathering:
        name = f"gathered_{self.ledger}"
        sources = dict.fromkeys(
            source for p in parts for source in ([p.table] if isinstance(p, Listed) else [other for other, _ in p.others])
        )
        inputs = tuple(source for source in sources if source in self.plan.tables)
        ledgers = (self.ledger, *(source for source in sources if source not in self.plan.tables))
        read = set[str]().union(*(self._columns(table) for table in readers))
        made = Table(name, "", self._sql(sorted(read), parts), {}, inputs, ledgers, chooses=True)
        self.plan.tables[name] = made
        return Gathering(made, self.sizes[self.ledger] // MOST, {table: self._over(table, name) for table in readers})

    # --- which rows a table needs ---------------------------------------------------------------------------------------------------------

    def _parts(self, table: str) -> list[Part]:
        """Return the rows of the ledger that a table needs, one part for each place where it reads it; none when it needs all, or reads it nowhere."""
        if self.ledger not in self._passed(table):
            return []
        step, known = self.planner.written[table]
        found: list[Part] = []
        for select in selects(step.tree):
            for alias, source in _sources(select).items():
                for read in self._reads(source, known):
                    if read.name == self.ledger:
                        part = (
                            self._listed(select, alias, read, known)
                            or self._grouped(select, known)
                            or self._in_groups(select, alias, read, known)
                        )
                        if part is None:
                            return []
                        found.append(part)
        return found

    def _listed(self, select: exp.Select, alias: str, read: Read, known: Mapping[str, str]) -> Listed | None:
        """Return the part of rows that a join with a short list leaves."""
        sources = _sources(select)
        for mine, other in _equations(select, alias):
            column, table = read.column(mine), known.get(sources[other.table], sources[other.table])
            if column and self._names(column) and self._is_short(table):
                return Listed(column, table, other.name)
        return None

    def _grouped(self, select: exp.Select, known: Mapping[str, str]) -> Grouped | None:
        """Return the part of rows that a condition on groups of several rows leaves."""
        group, having = select.args.get("group"), select.args.get("having")
        if not group or not having or select.args.get("joins") or several(having.this) is None:
            return None
        reads = list(self._reads(select.args["from_"].this.name, known))
        keyed = [(read.name, tuple(str(read.column(key)) for key in group.expressions)) for read in reads]
        mine = {names for name, names in keyed if name == self.ledger}
        if len(mine) != 1 or not all(name == self.ledger or self._is_short(name) for name, _ in keyed):
            return None
        if any(kind not in (TEXT, DATE) for name, names in keyed for kind in self._kinds(name, names)):
            return None  # the same number of another type has another hash
        [names] = mine
        order = sorted(range(len(names)), key=names.__getitem__)  # the same for all rules that group by the same columns
        others = sorted({(name, tuple(columns[i] for i in order)) for name, columns in keyed if name != self.ledger})
        return Grouped(tuple(names[i] for i in order), tuple(others))

    def _in_groups(self, select: exp.Select, alias: str, read: Read, known: Mapping[str, str]) -> Grouped | None:
        """Return the part of rows that a join with such groups, by all their keys, leaves."""
        equations: dict[str, set[tuple[str | None, str]]] = {}
        for mine, other in _equations(select, alias):
            equations.setdefault(other.table, set()).add((read.column(mine), other.name))
        for joined, pairs in equations.items():
            step, inner = self.planner.written.get(known.get(_sources(select)[joined], ""), (None, {}))
            if step is None or not isinstance(step.tree, exp.Select) or (part := self._grouped(step.tree, inner)) is None:
                continue
            below = next(r for r in self._reads(step.tree.args["from_"].this.name, inner) if r.name == self.ledger)
            keys = {(below.column(item.this), name) for name, item in zip(step.columns, step.tree.expressions, strict=True)}
            if set(part.columns) <= {column for column, _ in pairs & keys}:
                return part
        return None

    def _names(self, column: str) -> bool:
        """Say whether few rows share a value of a column."""
        field = self.fields.get(column)
        target = self.planner.queries.ledgers.get(field.to or "") if field else None
        return field is not None and field.type in _NAMING and not (target and target.catalogue)

    def _is_short(self, table: str) -> bool:
        """Say whether a list costs little beside the ledger; a large ledger that stands there itself is no list."""
        if table not in self.plan.tables and self.sizes.get(table, 0) > LARGE:
            return False
        return 2 * sum(self.sizes.get(ledger, 0) for ledger in self.plan.ledgers(table)) <= self.sizes[self.ledger]

    def _kinds(self, name: str, names: Sequence[str]) -> list[Kind | None]:
        table = self.plan.tables.get(name)
        known = table.columns if table else ledger_columns(self.planner.queries.ledgers[name])
        return [known.get(column) for column in names]

    # --- how tables read -------------------------------------------------------------------------------------------------------------------

    def _reads(self, source: str, known: Mapping[str, str]) -> Iterator[Read]:
        """Yield what a source is: itself, or what is below where it only chooses; a union is several."""
        table = known.get(source, source)
        if table not in self.planner.choosing:
            yield Read(table)
            return
        step, inner = self.planner.written[table]
        for select in selects(step.tree):
            items = dict(zip(step.columns, select.expressions, strict=True))
            for read in self._reads(select.args["from_"].this.name, inner):
                yield Read(read.name, {name: column for name, item in items.items() if (column := read.column(item.this))})

    def _passed(self, table: str) -> set[str]:
        """Return the ledgers that a table reads itself or through choices."""
        below = (self._passed(other) for other in self.plan.tables[table].inputs if other in self.planner.choosing)
        return set(self.plan.tables[table].ledgers).union(*below)

    def _columns(self, table: str) -> set[str]:
        """Return the columns of the ledger that a table reads itself or through choices."""
        below = (self._columns(other) for other in self.plan.tables[table].inputs if other in self.planner.choosing)
        return set(self.plan.tables[table].reads.get(self.ledger, ())).union(*below)

    # --- what is written ------------------------------------------------------------------------------------------------------------------

    def _over(self, table: str, gathered: str) -> Table:
        """Return a table as it reads the gathered rows instead of the ledger."""
        step, known = self.planner.written[table]
        chosen = {
            s: self._over(t, gathered).name for s, t in known.items() if t in self.planner.choosing and self.ledger in self._passed(t)
        }
        return self.plan.tables[self.planner.write(step, {**known, **chosen, self.ledger: gathered})]

    def _sql(self, read: Sequence[str], parts: Sequence[Part]) -> str:
        lists: dict[str, list[str]] = {}
        groups: dict[tuple[str, ...], set[tuple[str, tuple[str, ...]]]] = {}
        for part in parts:
            if isinstance(part, Listed):
                lists.setdefault(part.column, []).append(f"SELECT k.{quoted(part.key)} FROM {quoted(part.table)} AS k")
            else:
                groups.setdefault(part.columns, set()).update(part.others)
        listed = " OR ".join(f"r.{quoted(column)} IN ({' UNION ALL '.join(selected)})" for column, selected in lists.items())
        ledger = f"{quoted(self.ledger)} AS r"
        rows = f"SELECT {', '.join(f'r.{quoted(c)} AS {quoted(c)}' for c in read)} FROM {ledger}"
        if not groups:
            return f"{rows} WHERE {listed}"
        # Groups take two passes: one over the few columns that say which rows are needed, and one that fetches these rows.
        marks, kept = [f"{listed or 'false'} AS listed"], ["m.listed"]
        for i, (names, others) in enumerate(groups.items()):
            marks.append(f"{self._hash(names)} AS h{i}")
            beside = "".join(f" UNION ALL SELECT {self._hash(keys)} FROM {quoted(name)} AS r" for name, keys in sorted(others))
            # Nearly all hashes stand alone: to sort them costs less than to count each.
            sorted_ = f"SELECT h, lag(h) OVER (ORDER BY h) AS before FROM (SELECT h{i} AS h FROM marked{beside}) AS a"
            kept.append(f"m.h{i} IN (SELECT h FROM ({sorted_}) AS b WHERE h = before)")
        needed = f"SELECT m._seq FROM marked AS m WHERE {' OR '.join(kept)}"
        return f"WITH marked AS (SELECT r._seq, {', '.join(marks)} FROM {ledger}) {rows} WHERE r._seq IN ({needed})"

    def _hash(self, names: Sequence[str]) -> str:
        return f"{self.planner.engine.hash_function}({', '.join(f'r.{quoted(name)}' for name in names)})"


def _sources(select: exp.Select) -> dict[str, str]:
    """Return what a SELECT reads by its aliases."""
    return {t.alias: t.name for t in (select.args["from_"].this, *(join.this for join in select.args.get("joins") or []))}


def _equations(select: exp.Select, alias: str) -> Iterator[tuple[exp.Column, exp.Column]]:
    """Yield the columns of one source with the columns of others that they must equal, or the source's row has no part in the answer."""
    joins: list[exp.Join] = select.args.get("joins") or []
    own = next((join for join in joins if join.this.alias == alias), None)
    binding = (
        [own]
        if own and (own.args.get("side") or own.args.get("kind") in ("SEMI", "ANTI"))
        else [join for join in joins if join is own or (not join.args.get("side") and join.args.get("kind") != "ANTI")]
    )
    for join in binding:
        for part in conjuncts(join.args["on"]) if join.args.get("on") is not None else ():
            if isinstance(part, exp.EQ) and isinstance(part.this, exp.Column) and isinstance(part.expression, exp.Column):
                for mine, other in ((part.this, part.expression), (part.expression, part.this)):
                    if mine.table == alias and other.table != alias:
                        yield mine, other
