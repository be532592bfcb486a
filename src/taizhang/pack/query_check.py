"""The check of one step of a query: shape of the SELECT, its tables, joins that cannot explode, what is grouped."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlglot import exp

from taizhang.errors import Fault, Refusal
from taizhang.pack.definitions import Ledger, StepDefinition
from taizhang.pack.expression import DEEPEST
from taizhang.pack.expression_check import decimal
from taizhang.pack.expression_functions import DATE, TEXT, WHOLE, Kind, kind_of_field
from taizhang.pack.query import DIVISION, Readable, Step, placed
from taizhang.pack.query_expressions import QueryChecker, is_aggregate, more
from taizhang.pack.query_parse import UnreadableError, parse_selects, start_of
from taizhang.pack.schema import NAME

SYSTEM = {"_seq": WHOLE, "_entry": TEXT, "_division": TEXT, "_submission": WHOLE}
DIVISION_COLUMNS = {
    "code": TEXT,
    "name": TEXT,
    "level": TEXT,
    "kind": TEXT,
    "parent": TEXT,
    "successor": TEXT,
    "valid_from": DATE,
    "valid_to": DATE,
}
_SELECT_PARTS = {"expressions", "from_", "joins", "where", "group", "having", "distinct"}
_JOINS = {"": "", "INNER": "", "LEFT": "LEFT", "LEFT OUTER": "LEFT", "SEMI": "SEMI", "ANTI": "ANTI", "LEFT SEMI": "SEMI", "LEFT ANTI": "ANTI", "CROSS": ""}  # fmt: skip
_SQL_TYPES = {"text": "TEXT", "boolean": "BOOLEAN"}


def ledger_columns(ledger: Ledger) -> dict[str, Kind]:
    """Return the columns of a ledger as queries see them: the system's own and the fields."""
    return SYSTEM | {name: kind_of_field(f.type, f.places) for name, f in ledger.fields.items()}


def check_step(step: StepDefinition, pack: Readable, known: Mapping[str, Step], broken: Collection[str] = ()) -> Step:
    """Parse and check one step; ``known`` are the steps before it, ``broken`` those before it that have faults.

    Raises ``Refusal`` with every fault, each with the step's place.
    """
    checker = _StepChecker(step, pack, known, broken)
    try:
        checked = checker.run()
    except RecursionError:
        raise Refusal([placed(Fault("query.too_deep", {"step": step.title, "limit": DEEPEST}), step)]) from None
    except UnreadableError as error:
        raise Refusal([placed(error.fault, step, error.start)]) from None
    if checked is None or checker.told:
        raise Refusal([placed(fault, step, start) for fault, start in checker.told])
    return checked


@dataclass
class _Select:
    """One SELECT, checked."""

    tree: exp.Select
    columns: dict[str, Kind]
    single: bool


class _StepChecker(QueryChecker):
    """Checks the parts of each SELECT of a step."""

    def __init__(self, step: StepDefinition, pack: Readable, known: Mapping[str, Step], broken: Collection[str]) -> None:
        super().__init__(step, pack)
        self.readable, self.known, self.broken = pack, known, broken
        self.singles: set[str] = set()  # aliases of tables of at most one row
        self.aliases: set[str] = set()
        self.read: dict[str, None] = {}
        self.blind = False  # a table is not known, so that nothing can be built

    def run(self) -> Step | None:
        """Check the step; None when there are faults."""
        selects = [self._select(part) for part in parse_selects(self.step.select)]
        found = [s for s in selects if s is not None]
        if self.told or self.blind or len(found) < len(selects):
            return None
        columns = self._united(found)
        if columns is None:
            return None
        tree: exp.Expression = found[0].tree
        for other in found[1:]:
            tree = exp.Union(this=tree, expression=other.tree, distinct=False)
        single = len(found) == 1 and found[0].single
        return Step(self.step.name, self.step.title, tree, columns, tuple(self.read), frozenset(self.parameters), single, self.step.place)

    def _united(self, selects: list[_Select]) -> dict[str, Kind] | None:
        """Bring the columns of several SELECTs to the same kinds."""
        first = selects[0].columns
        columns: dict[str, Kind] = {}
        for name in first:
            kinds = [s.columns[name] for s in selects if name in s.columns and s.columns[name].name != "null"]
            if not kinds:
                self.tell("query.column_without_kind", name=name)
                return None
            columns[name] = Kind(kinds[0].name, max(k.scale for k in kinds), any(k.timed for k in kinds))
        for select in selects[1:]:
            unlike = [n for n, k in select.columns.items() if n in columns and k.name not in (columns[n].name, "null")]
            if list(select.columns) != list(first) or unlike:
                left, right = (unlike, unlike) if unlike else (list(first), list(select.columns))
                self.tell("query.union_differs", start_of(select.tree), left="、".join(left), right="、".join(right))
                return None
        for select in selects:
            for item, name in zip(select.tree.expressions, columns, strict=True):
                if select.columns[name] != columns[name]:
                    item.set("this", _typed(item.this, columns[name]))
        return columns

    def _select(self, node: exp.Expression) -> _Select | None:
        if not self._has_shape(node):
            return None
        self.sources, self.silent, self.singles, self.aliases = {}, set(), set(), set()
        built = exp.Select()
        built.set("from_", exp.From(this=self._source(node.args["from_"].this)))
        built.set("joins", [self._join(join) for join in node.args.get("joins") or []])
        if where := node.args.get("where"):
            built.set("where", exp.Where(this=self.condition(where.this)))
        group, having = node.args.get("group"), node.args.get("having")
        keys = self._keys(group) if group else []
        summed = bool(group or having) or any(_aggregated(item) for item in node.expressions)
        columns = self._columns(node, built, windowing=not summed)
        parts = [item.this for item in built.expressions]
        if having:
            self.aggregating = True
            parts.append(self.condition(having.this))
            self.aggregating = False
            built.set("having", exp.Having(this=parts[-1]))
        if keys:
            built.set("group", exp.Group(expressions=keys))
        if summed:
            self._need_grouped(parts, [*node.expressions, having], {key.sql() for key in keys})
        if node.args.get("distinct"):
            built.set("distinct", exp.Distinct())
        single = (summed and not group) or self.singles >= self.aliases
        return _Select(built, columns, single)

    def _has_shape(self, node: exp.Expression) -> bool:
        if nested := next(node.find_all(exp.Subquery, exp.Exists, exp.With), None):
            self.tell("query.subquery", start_of(nested), part=self.shown(nested))
        elif not isinstance(node, exp.Select):
            self.tell("query.not_select", start_of(node), part=self.shown(node))
        elif extra := {k for k, v in node.args.items() if v not in (None, False, [])} - _SELECT_PARTS:
            self.tell("query.part_not_allowed", start_of(node), part="、".join(sorted(k.strip("_") for k in extra)))
        elif (distinct := node.args.get("distinct")) and more(distinct):
            self.tell("query.part_not_allowed", start_of(distinct), part="distinct on")
        elif node.args.get("from_") is None:
            self.tell("query.no_source")
        else:
            return True
        return False

    # --- tables ------------------------------------------------------------------------------------------------------------------------

    def _source(self, table: exp.Expression) -> exp.Expression:
        plain = isinstance(table, exp.Table) and isinstance(table.this, exp.Identifier) and not more(table, "this", "alias")
        named = table.args.get("alias")
        if not plain or (named is not None and more(named, "this")):
            self.tell("query.table_function", start_of(table), part=self.shown(table))
            self._hide(table.alias)
            return table
        name, alias = table.name, table.alias or table.name
        if alias in self.aliases:
            self.tell("query.alias_repeated", start_of(table), name=alias)
        if not re.fullmatch(NAME, alias):
            self.tell("query.name_malformed", start_of(table), name=alias)
        self.aliases.add(alias)
        columns = self._columns_of(name, table)
        if columns is None:
            self._hide(alias)
        else:
            self.read[name] = None
        self.sources[alias] = columns or {}
        if self._is_single(name):
            self.singles.add(alias)
        return exp.Table(this=exp.to_identifier(name, quoted=True), alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))

    def _hide(self, alias: str) -> None:
        self.silent.add(alias)
        self.blind = True

    def _is_single(self, name: str) -> bool:
        if name in self.known:
            return self.known[name].single
        return name in self.readable.view_names and self.readable.view_answer(name).single

    def _columns_of(self, name: str, table: exp.Expression) -> Mapping[str, Kind] | None:
        if name in self.known:
            return self.known[name].columns
        if name in self.broken:
            return None
        if name in self.readable.view_names:
            return self.readable.view_answer(name).columns
        if name in self.readable.ledgers:
            return ledger_columns(self.readable.ledgers[name])
        if name == DIVISION:
            return DIVISION_COLUMNS
        self.tell("query.unknown_source", start_of(table), name=name, known=self._near(name))
        return None

    def _near(self, name: str) -> str:
        from difflib import get_close_matches

        names = [*self.known, *self.readable.view_names, *self.readable.ledgers]
        return "、".join(get_close_matches(name, names, 5, 0.5) or [*self.known, *self.readable.view_names] or names)

    def _join(self, node: exp.Join) -> exp.Join:
        way = f"{node.args.get('side') or ''} {node.args.get('kind') or ''}".strip().upper()
        on = node.args.get("on")
        fits = way in _JOINS and not more(node, "this", "side", "kind", "on")
        if not fits:
            self.tell("query.part_not_allowed", start_of(node), part=self.shown(node).strip(" ,"))
        before, alone = set(self.aliases), self.singles >= self.aliases
        table = self._source(node.this)
        alias = node.this.alias_or_name
        condition = self.condition(on) if on is not None else None
        bound = condition is not None and self._equates(condition, alias, before)
        if fits and not (bound or alone or alias in self.singles or self.silent):
            self.tell("query.join_without_equality", start_of(node.this), name=alias)
        made = _JOINS.get(way, "")
        if made in ("SEMI", "ANTI"):
            self.sources.pop(alias, None)
        if condition is None:
            return exp.Join(this=table, kind="CROSS") if not made else exp.Join(this=table, **_way(made), on=exp.true())
        return exp.Join(this=table, **_way(made), on=condition)

    def _equates(self, node: exp.Expression, alias: str, before: set[str]) -> bool:
        if isinstance(node, exp.Paren):
            return self._equates(node.this, alias, before)
        if isinstance(node, exp.And):
            return self._equates(node.this, alias, before) or self._equates(node.expression, alias, before)
        if isinstance(node, exp.Or):  # each way must be bound, or one of them pairs all with all
            return self._equates(node.this, alias, before) and self._equates(node.expression, alias, before)
        if not isinstance(node, exp.EQ):
            return False
        left, right = ({c.table for c in side.find_all(exp.Column)} for side in (node.this, node.expression))
        return (left == {alias} and bool(right) and right <= before) or (right == {alias} and bool(left) and left <= before)

    # --- columns -----------------------------------------------------------------------------------------------------------------------

    def _keys(self, group: exp.Group) -> list[exp.Expression]:
        if more(group, "expressions") or not group.expressions or any(isinstance(k, exp.Literal) for k in group.expressions):
            self.tell("query.group_unfit", start_of(group), part=self.shown(group))
            return []
        return [self.check(key)[0] for key in group.expressions]

    def _columns(self, node: exp.Expression, built: exp.Select, *, windowing: bool) -> dict[str, Kind]:
        columns: dict[str, Kind] = {}
        expressions: list[exp.Expression] = []
        self.aggregating, self.windowing = True, windowing
        for item in node.expressions:
            name = item.alias or (item.name if isinstance(item, exp.Column) else "")
            if isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star)):
                self.tell("query.star", start_of(item))
            elif not name:
                self.tell("query.column_unnamed", start_of(item), part=self.shown(item))
            elif name in columns:
                self.tell("query.column_repeated", start_of(item), name=name)
            elif not re.fullmatch(NAME, name):
                self.tell("query.name_malformed", start_of(item), name=name)
            else:
                checked, columns[name] = self.check(item.this if isinstance(item, exp.Alias) else item)
                expressions.append(exp.Alias(this=checked, alias=exp.to_identifier(name, quoted=True)))
        self.aggregating = self.windowing = False
        built.set("expressions", expressions)
        return columns

    def _need_grouped(self, parts: list[exp.Expression], written: list[exp.Expression | None], keys: set[str]) -> None:
        if self.told:
            return
        for part, node in zip(parts, written, strict=False):
            if not _grouped(part, keys):
                start = start_of(node) if node is not None else None
                self.tell("query.not_grouped", start, part=part.sql(dialect="duckdb").replace('"', "")[:60])


def _way(made: str) -> dict[str, str]:
    return {"side": "LEFT"} if made == "LEFT" else {"kind": made} if made else {}


def _typed(node: exp.Expression, kind: Kind) -> exp.Expression:
    """Return a value as a kind: a null, or a number with fewer decimal places."""
    if kind.name == "number":
        return decimal(node, kind.scale)
    return exp.cast(node, _SQL_TYPES.get(kind.name, "TIMESTAMP" if kind.timed else "DATE"), dialect="duckdb")


def _aggregated(node: exp.Expression) -> bool:
    """Tell whether an expression has an aggregate that is not a window's own."""
    return any(is_aggregate(found) and not isinstance(found.parent, exp.Window) for found in node.walk())


def _grouped(node: exp.Expression, keys: set[str]) -> bool:
    """Tell whether an expression of a grouped SELECT is made of keys, aggregates and constants only."""
    if is_aggregate(node) or (keys and node.sql() in keys):
        return True
    return not isinstance(node, exp.Column) and all(_grouped(child, keys) for child in node.iter_expressions())
