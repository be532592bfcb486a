"""One SELECT of a query: what its columns carry, and what it needs in order to fall apart (``partition``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlglot import exp

from taizhang.comparison.expressions import carries_one, compared, conjuncts, has_aggregate, is_total, never_null, ways
from taizhang.pack.query import Step

if TYPE_CHECKING:
    from taizhang.comparison.partition import Analysis

Way = tuple[tuple["Select", str], ...]  # from a SELECT to a ledger's: each with the name by which it reads the next one
Node = tuple[str, str]  # a table (ledger or step) and a column, or an expression of one column
_ALWAYS = ("_seq", "_entry", "_division")  # columns that every row of a ledger has


@dataclass(slots=True)
class Table:
    """A step of a query or view under a name of its own, with what its sources are called."""

    name: str
    step: Step
    sources: Mapping[str, str]


@dataclass(slots=True)
class Need:
    """A place that must keep to one tie: those that would do, and the tables that could be read whole instead."""

    options: list[Node] = field(default_factory=list)
    instead: tuple[str, ...] = ()


def selects(tree: exp.Expression) -> Iterator[exp.Select]:
    if isinstance(tree, exp.Union):
        yield from selects(tree.this)
        yield from selects(tree.expression)
    elif isinstance(tree, exp.Select):
        yield tree


class Select:
    """One SELECT: what its columns carry, and what it needs in order to fall apart."""

    def __init__(self, analysis: Analysis, tree: exp.Select, table: Table) -> None:
        self.analysis, self.tree, self.name = analysis, tree, table.name
        self.joins: list[exp.Join] = tree.args.get("joins") or []
        read = [tree.args["from_"].this, *(join.this for join in self.joins)]
        self.tables = {source.alias: table.sources[source.name] for source in read}
        self.maybe = {join.this.alias for join in self.joins if join.args.get("side") == "LEFT"}  # null where nothing was joined
        self.items = {name: item.this for name, item in zip(table.step.columns, tree.expressions, strict=True)}
        where = tree.args.get("where")
        inner = [
            j.args["on"] for j in self.joins if j.args.get("on") is not None and not j.args.get("side") and j.args.get("kind") != "ANTI"
        ]
        self.always = [*([where.this] if where else []), *inner]  # conditions that hold for every row of the answer
        self.bound = {(c.table, c.name) for condition in self.always for part in conjuncts(condition) for c in never_null(part)}

    def carried(self, node: exp.Expression) -> Node | None:
        """Return what the value of an expression is, one row's or one of a group's; None when it is made of other things."""
        node = carries_one(node)
        if isinstance(node, exp.Coalesce) and (self.is_id(node) or len({(c.table, c.name) for c in node.find_all(exp.Column)}) > 1):
            return self._first_of([node.this, *node.expressions])
        if isinstance(node, exp.Anonymous) and node.name == "id_18" and self.is_id(node.expressions[0]):
            return self.carried(node.expressions[0])
        column = _only_column(node)
        if column is None or column.table not in self.tables:
            return None
        return self.analysis.node(self.tables[column.table], column.name, _bare(node))

    def carried_by(self, column: str, tree: exp.Expression) -> Node | None:
        """Return what an expression of one of this SELECT's columns is, said by what that column is made of."""
        item = carries_one(self.items[column])
        if isinstance(tree, exp.Column):
            return self.carried(item)
        if isinstance(item, exp.Anonymous) and item.name == "id_18" and self.is_id(item.expressions[0]):
            item = carries_one(item.expressions[0])
        if _only_column(item) is None:
            return None
        return self.carried(tree.copy().transform(lambda n: item.copy() if isinstance(n, exp.Column) else n))

    def _first_of(self, parts: Sequence[exp.Expression]) -> Node | None:
        nodes = [self.carried(part) for part in parts]
        if any(node is None for node in nodes):
            return None
        for node in nodes[1:]:
            self.analysis.unite(node, nodes[0])  # type: ignore[arg-type]
        return nodes[0]

    def is_certain(self, node: exp.Expression) -> bool:
        """Say whether an expression is never null."""
        if isinstance(node, exp.Column):
            return self._is_bound(node)
        if isinstance(node, exp.Paren | exp.Min | exp.Max):
            return self.is_certain(node.this)
        if isinstance(node, exp.Coalesce):
            return any(self.is_certain(part) for part in (node.this, *node.expressions))
        if isinstance(node, exp.Anonymous) and node.name == "id_18":
            return self.is_certain(node.expressions[0]) and self.is_id(node.expressions[0])
        return isinstance(node, exp.Literal) or (is_total(node) and all(self.is_certain(part) for part in node.iter_expressions()))

    def _is_bound(self, column: exp.Column) -> bool:
        if (column.table, column.name) in self.bound:
            return True
        table = self.tables.get(column.table, "")
        if column.table in self.maybe:
            return False
        if table in self.analysis.certain:
            return column.name in self.analysis.certain[table]
        ledger = self.analysis.ledgers.get(table)
        return ledger is not None and (column.name in (*_ALWAYS, *ledger.key) or ledger.fields[column.name].required)

    def is_id(self, node: exp.Expression) -> bool:
        """Say whether an expression is an identity number of 18 places or nothing: the field's type brings 15 places to 18."""
        node = carries_one(node)
        if isinstance(node, exp.Anonymous):
            return node.name == "id_18"
        if isinstance(node, exp.Coalesce):
            return all(self.is_id(part) for part in (node.this, *node.expressions))
        if not isinstance(node, exp.Column):
            return False
        table = self.tables.get(node.table, "")
        ledger = self.analysis.ledgers.get(table)
        if ledger is not None:
            found = ledger.fields.get(node.name)
            return found is not None and found.type == "id_number"
        return node.name in self.analysis.ids.get(table, ())

    def unite_equals(self) -> None:
        """Make one tie of what conditions equate."""
        where = self.tree.args.get("where")
        conditions = [*([where.this] if where else []), *(j.args["on"] for j in self.joins if j.args.get("on") is not None)]
        for part in (found for condition in conditions for found in condition.find_all(exp.EQ)):
            left, right = self.carried(part.this), self.carried(part.expression)
            if left and right:
                self.analysis.unite(left, right)

    def needs(self) -> Iterator[Need]:
        """Yield each place that must keep to one tie."""
        whole, before = self.analysis.whole, [self.tree.args["from_"].this.alias]
        apart = self.tables[before[0]] not in whole
        for join in self.joins:
            alias = join.this.alias
            mine = self.tables[alias] not in whole
            if mine and apart:
                for way in ways(join.args["on"]) if join.args.get("on") is not None else [[]]:
                    yield Need([node for part in way if (node := self._equates(part, alias, before))], (self.tables[alias],))
            elif mine and (join.args.get("side") == "LEFT" or join.args.get("kind") in ("SEMI", "ANTI")):
                yield Need([], (self.tables[alias],))
            apart = apart or mine
            before.append(alias)
        if apart:
            yield from self._cuts()

    def _equates(self, node: exp.Expression, alias: str, before: Sequence[str]) -> Node | None:
        found = compared(node, alias, before)
        if found is None:
            return None
        left, right = self.carried(found[0]), self.carried(found[1])
        return left if left and right else None

    def _cuts(self) -> Iterator[Need]:
        tree, instead = self.tree, (self.name,)
        if group := tree.args.get("group"):
            yield from self._group_cuts(group.expressions, instead)
        elif any(has_aggregate(item) for item in tree.expressions) or tree.args.get("having"):
            yield Need([], instead)
        for window in (w for item in tree.expressions for w in item.find_all(exp.Window)):
            yield self._cut(window.args.get("partition_by") or [], instead)
        if tree.args.get("distinct"):
            yield self._cut([item.this for item in tree.expressions], instead)

    def _group_cuts(self, keys: Sequence[exp.Expression], instead: tuple[str, ...]) -> Iterator[Need]:
        """Yield what a group needs: one tie, or where its keys tell the branches of a union apart, one for each branch."""
        for key in keys:
            if isinstance(key, exp.Column) and (branches := self._told_apart(key)):
                for branch in branches:
                    nodes = [self._in_branch(branch, other) for other in keys if other is not key and self.is_certain(other)]
                    yield Need([node for node in nodes if node], instead)
                return
        yield self._cut(keys, instead)

    def _told_apart(self, key: exp.Column) -> list[Way]:
        """Return the branches of a union that a column tells apart, by a text that stands in each; none when it does not."""
        found: dict[str, Way] = {}
        waiting: list[tuple[Select, exp.Expression, Way]] = [(self, key, ())]
        while waiting:
            select, item, way = waiting.pop()
            if isinstance(item, exp.Literal) and item.sql() not in found:
                found[item.sql()] = (*way, (select, ""))
                continue
            if not isinstance(item, exp.Column) or item.table in select.maybe:
                return []
            table = select.tables.get(item.table, "")
            if table in self.analysis.whole or table not in self.analysis.looked:
                return []
            waiting += [(inner, inner.items[item.name], (*way, (select, item.table))) for inner in self.analysis.looked[table]]
        return list(found.values()) if len(found) > 1 else []

    def _in_branch(self, way: Way, key: exp.Expression) -> Node | None:
        """Return what a column is in one branch."""
        for select, alias in way:
            if not alias:
                return select.carried(key)
            if not isinstance(key, exp.Column) or key.table != alias:
                return None
            inner = next(after for (before, _), (after, _) in pairwise(way) if before is select)
            key = inner.items[key.name]
        return None

    def _cut(self, keys: Sequence[exp.Expression], instead: tuple[str, ...]) -> Need:
        return Need([node for key in keys if self.is_certain(key) and (node := self.carried(key))], instead)


def _only_column(node: exp.Expression) -> exp.Column | None:
    """Return the one column that an expression is made of, when nothing else but constants is in it."""
    if any(
        isinstance(n, exp.Placeholder | exp.Window | exp.AggFunc | exp.Case)
        or (isinstance(n, exp.Anonymous) and n.name in ("value_on", "median", "listed"))
        for n in node.walk()
    ):
        return None
    columns = list(node.find_all(exp.Column))
    return columns[0] if len({(column.table, column.name) for column in columns}) == 1 else None


def _bare(node: exp.Expression) -> exp.Expression:
    """Return an expression without the names of tables."""
    return node.copy().transform(lambda n: exp.column(n.this.copy()) if isinstance(n, exp.Column) else n)
