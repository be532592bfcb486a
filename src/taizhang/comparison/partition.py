"""How a rule falls apart: into sets of rows that have nothing to do with each other, read off its query.

Rows belong together when they share a value of a *tie*: a set of columns that the query compares with each other (an identity number, a
household, a village). A query falls apart along its ties when every step keeps to one such set: joins equate columns of one tie, and
groups and windows are cut by one. What changed then concerns only the sets that it touches, and the rule on these alone gives the same rows.

A table that is joined in without a tie (a list of standards, the divisions) is read whole: a change there concerns everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from weakref import WeakKeyDictionary

from sqlglot import exp

from taizhang.comparison.expressions import carries_one, compared, conjuncts, has_aggregate, is_total, never_null, ways
from taizhang.pack.definitions import Ledger, Pack, Rule
from taizhang.pack.queries import Queries, queries_of
from taizhang.pack.query import DIVISION, Query, QueryEngine, Step
from taizhang.warehouse.duckdb.functions import ENGINE

_Way = tuple[tuple["_Select", str], ...]  # from a SELECT to a ledger's: each with the name by which it reads the next one
Node = tuple[str, str]  # a table (ledger or step) and a column, or an expression of one column
COSTS = {"id_number": 2, "bank_card": 2, "credit_code": 2, "telephone": 2, "reference": 2, "text": 50, "attachment": 50, "division": 200}
ROW_COST, OWN_COST, NAME_COST, TOWN_COST = 0, 1, 300, 600
TOO_DEAR = 1_000  # a month, a programme, a county: nearly every row shares it with very many others
VILLAGE_DIGITS, TOWN_DIGITS = 12, 9
_ALWAYS = ("_seq", "_entry", "_division")  # columns that every row of a ledger has


@dataclass(frozen=True, slots=True)
class Partition:
    """``ties`` names by ledger the expressions (for an engine) that its rows share with others, each with the number of its tie; none: a row stands alone.

    ``whole`` are the ledgers that every run reads whole.
    """

    ties: Mapping[str, tuple[tuple[str, int], ...]]
    whole: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Table:
    """A step of a query or view under a name of its own, with what its sources are called."""

    name: str
    step: Step
    sources: Mapping[str, str]


@dataclass(slots=True)
class _Need:
    """A place that must keep to one tie: those that would do, and the tables that could be read whole instead."""

    options: list[Node] = field(default_factory=list)
    instead: tuple[str, ...] = ()


def partition(queries: Queries, rule: Rule, engine: QueryEngine) -> Partition | None:
    """Return how a rule falls apart, its ties written for an engine; None when every row may concern every other."""
    tables = list(_tables(queries, queries.rule(rule), rule.name, {}))
    whole: frozenset[str] = frozenset()
    while True:
        found = _Analysis(queries.ledgers, tables, whole).solved(engine)
        if not isinstance(found, frozenset):
            return found
        if found <= whole:
            return None
        whole |= found  # tables: a ledger may be read whole in one place and by its ties in another


class Partitions:
    """How the rules of a pack fall apart on the workspace's own engine, each worked out when it is first asked for."""

    _known: WeakKeyDictionary[Queries, dict[str, Partition | None]] = WeakKeyDictionary()

    def __init__(self, pack: Pack) -> None:
        self._queries = queries_of(pack)
        self._found = self._known.setdefault(self._queries, {})

    def of(self, rule: Rule) -> Partition | None:
        """Return how a rule falls apart; None when it does not."""
        if rule.name not in self._found:
            self._found[rule.name] = partition(self._queries, rule, ENGINE)
        return self._found[rule.name]


def _tables(queries: Queries, query: Query, owner: str, seen: dict[str, str]) -> Iterator[_Table]:
    names: dict[str, str] = {}
    for step in query.steps:
        for source in step.sources:
            if source not in names and source in queries.pack.views:
                if source not in seen:
                    inner = list(_tables(queries, queries.view(source), source, seen))
                    yield from inner
                    seen[source] = inner[-1].name
                names[source] = seen[source]
        yield _Table(f"{owner}:{step.name}", step, {s: names.get(s, s) for s in step.sources})
        names[step.name] = f"{owner}:{step.name}"


class _Analysis:
    """One look at a query with some ledgers read whole."""

    def __init__(self, ledgers: Mapping[str, Ledger], tables: Sequence[_Table], whole: frozenset[str]) -> None:
        self.ledgers, self.tables = ledgers, tables
        self.whole: set[str] = {*whole, DIVISION}  # tables that do not fall apart
        self.steps = {table.name: table for table in tables}
        self.reads: dict[str, frozenset[str]] = {}  # ledgers below each table
        self.looked: dict[str, list[_Select]] = {}
        self.certain: dict[str, set[str]] = {}  # columns of steps that are never null
        self.ids: dict[str, set[str]] = {}  # columns of steps that hold identity numbers of 18 places, or nothing
        self.trees: dict[Node, exp.Expression] = {}  # what the nodes of ledgers stand for
        self.asked: dict[Node, Node | None] = {}  # expressions of steps' columns, as far as they carry something
        self.parent: dict[Node, Node] = {}
        self.needs: list[_Need] = []

    def solved(self, engine: QueryEngine) -> Partition | frozenset[str] | None:
        """Return the partition, ledgers that have to be read whole first, or None."""
        for table in self.tables:
            self.reads[table.name] = frozenset[str]().union(*(self._ledgers_below(source) for source in table.sources.values()))
            if all(source in self.whole for source in table.sources.values()):
                self.whole.add(table.name)
            self._step(table)
        chosen: dict[Node, int] = {}
        failed: set[str] = set()
        if single := self._single():
            chosen[single] = 0
        for need in sorted(self.needs, key=lambda n: len(n.options)):
            roots = {self.find(node) for node in need.options}
            if roots & chosen.keys():
                continue
            cost, best = min(((self._cost(root), root) for root in roots), default=(TOO_DEAR, None))
            if single and self._are_lists(need.instead):
                failed |= set(need.instead)
            elif best is not None and cost < TOO_DEAR and not (cost >= COSTS["division"] and self._are_lists(need.instead)):
                chosen[best] = len(chosen)
            elif not need.instead:
                return None
            else:
                failed |= set(need.instead)
        return frozenset(failed) if failed else self._made(chosen, engine)

    def _single(self) -> Node | None:
        """Return the one tie that meets every need but those of lists, where the cheapest for each would bring in a dearer one.

        To follow two ties takes more than either: a village's persons, all their rows in other villages, the persons there.
        """
        asked = [{self.find(node) for node in need.options} for need in self.needs if not self._are_lists(need.instead)]
        common = set[Node].intersection(*asked) if asked else set()
        cost, best = min(((self._cost(root), root) for root in common), default=(TOO_DEAR, None))
        dearest = max((min(map(self._cost, roots), default=0) for roots in asked), default=0)
        return best if cost < TOO_DEAR and cost <= dearest else None

    def _are_lists(self, tables: Sequence[str]) -> bool:
        """Say whether tables are made of lists of names alone, which are sooner read whole than the rows of a village are."""
        return bool(tables) and all(self.ledgers[ledger].catalogue for table in tables for ledger in self._ledgers_below(table))

    def _made(self, chosen: Mapping[Node, int], engine: QueryEngine) -> Partition | None:
        answer = self.tables[-1].name
        if not any(self.node(answer, side, exp.column(side)) for side in ("left", "right") if side in self.tables[-1].step.columns):
            return None  # of what is found it could not be said which change reaches it
        apart, whole = self._roles(answer)
        ties: dict[str, list[tuple[str, int]]] = {ledger: [] for ledger in sorted(apart)}
        for node, tree in sorted(self.trees.items()):
            number = chosen.get(self.find(node))
            if node[0] in ties and number is not None:
                ties[node[0]].append((_written(tree, engine), number))
        return Partition({ledger: tuple(fields) for ledger, fields in ties.items()}, whole) if ties else None

    def _roles(self, table: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the ledgers below a table that are read by their ties, and those that are read whole; some may be both."""
        if table in self.whole:
            return frozenset(), self._ledgers_below(table)
        if table not in self.reads:
            return frozenset({table}), frozenset()
        found = [self._roles(source) for source in self.steps[table].sources.values()]
        return frozenset[str]().union(*(apart for apart, _ in found)), frozenset[str]().union(*(whole for _, whole in found))

    def _ledgers_below(self, table: str) -> frozenset[str]:
        if table in self.reads:
            return self.reads[table]
        return frozenset() if table == DIVISION else frozenset({table})

    # --- ties ---------------------------------------------------------------------------------------------------------------------------

    def find(self, node: Node) -> Node:
        """Return what stands for a node's tie."""
        self.parent.setdefault(node, node)
        while self.parent[node] != node:
            node = self.parent[node]
        return node

    def unite(self, one: Node, other: Node) -> Node:
        """Make two columns one tie."""
        self.parent[self.find(one)] = self.find(other)
        return other

    def node(self, table: str, column: str, tree: exp.Expression) -> Node | None:
        """Return the node of an expression of one column; None when it carries no value that a ledger's row has."""
        if table in self.whole:
            return None
        if table in self.ledgers:
            found = (table, tree.sql())
            self.trees[found] = tree
            return found
        asked = (table, tree.sql())
        if asked not in self.asked:
            inner = [select.carried_by(column, tree) for select in self.looked[table]]
            self.asked[asked] = None if any(found is None for found in inner) else asked
            for node in inner if self.asked[asked] else ():
                self.unite(asked, node or asked)
        return self.asked[asked]

    def _cost(self, root: Node) -> int:
        """Return how dear a tie is: as dear as its commonest column."""
        return max((self._cost_of(node) for node in self.trees if self.find(node) == root), default=TOO_DEAR)

    def _cost_of(self, node: Node) -> int:
        ledger, tree = self.ledgers[node[0]], self.trees[node]
        names = {column.name for column in tree.find_all(exp.Column)}
        name = next(iter(names))
        if name == "_seq":
            cost = ROW_COST
        elif name == "_entry" or ledger.key == (name,):
            cost = OWN_COST
        elif name == "_division":
            cost = COSTS["division"]
        else:
            found = ledger.fields[name]
            target = self.ledgers.get(found.to or "")
            catalogue = target is not None and target.catalogue
            cost = NAME_COST if found.is_name else TOO_DEAR if catalogue else COSTS.get(found.type, TOO_DEAR)
        if cost == COSTS["division"] and isinstance(tree, exp.Anonymous) and tree.name == "part":
            digits = int(tree.expressions[2].name)
            return cost if digits >= VILLAGE_DIGITS else TOWN_COST if digits >= TOWN_DIGITS else TOO_DEAR
        return cost

    # --- steps ---------------------------------------------------------------------------------------------------------------------------

    def _step(self, table: _Table) -> None:
        selects = [_Select(self, part, table) for part in _selects(table.step.tree)]
        self.looked[table.name] = selects
        self.certain[table.name] = {c for c in table.step.columns if all(s.is_certain(s.items[c]) for s in selects)}
        self.ids[table.name] = {c for c in table.step.columns if all(s.is_id(s.items[c]) for s in selects)}
        for select in selects if table.name not in self.whole else ():
            select.unite_equals()
            self.needs += select.needs()


def _written(tree: exp.Expression, engine: QueryEngine) -> str:
    tree = tree.copy()
    for node in reversed(list(tree.walk(bfs=True))):
        if isinstance(node, exp.Anonymous):
            made = engine.function(str(node.this), list(node.expressions))
            tree = made if node is tree else tree
            node.replace(made) if node is not tree else None
    return tree.sql(dialect=engine.dialect)


def _selects(tree: exp.Expression) -> Iterator[exp.Select]:
    if isinstance(tree, exp.Union):
        yield from _selects(tree.this)
        yield from _selects(tree.expression)
    elif isinstance(tree, exp.Select):
        yield tree


class _Select:
    """One SELECT: what its columns carry, and what it needs in order to fall apart."""

    def __init__(self, analysis: _Analysis, tree: exp.Select, table: _Table) -> None:
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
        if isinstance(node, exp.Coalesce) and (self.is_id(node) or len({c.sql() for c in node.find_all(exp.Column)}) > 1):
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

    def needs(self) -> Iterator[_Need]:
        """Yield each place that must keep to one tie."""
        whole, before = self.analysis.whole, [self.tree.args["from_"].this.alias]
        apart = self.tables[before[0]] not in whole
        for join in self.joins:
            alias = join.this.alias
            mine = self.tables[alias] not in whole
            if mine and apart:
                for way in ways(join.args["on"]) if join.args.get("on") is not None else [[]]:
                    yield _Need([node for part in way if (node := self._equates(part, alias, before))], (self.tables[alias],))
            elif mine and (join.args.get("side") == "LEFT" or join.args.get("kind") in ("SEMI", "ANTI")):
                yield _Need([], (self.tables[alias],))
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

    def _cuts(self) -> Iterator[_Need]:
        tree, instead = self.tree, (self.name,)
        if group := tree.args.get("group"):
            yield from self._group_cuts(group.expressions, instead)
        elif any(has_aggregate(item) for item in tree.expressions) or tree.args.get("having"):
            yield _Need([], instead)
        for window in (w for item in tree.expressions for w in item.find_all(exp.Window)):
            yield self._cut(window.args.get("partition_by") or [], instead)
        if tree.args.get("distinct"):
            yield self._cut([item.this for item in tree.expressions], instead)

    def _group_cuts(self, keys: Sequence[exp.Expression], instead: tuple[str, ...]) -> Iterator[_Need]:
        """Yield what a group needs: one tie, or where its keys tell the branches of a union apart, one for each branch."""
        for key in keys:
            if isinstance(key, exp.Column) and (branches := self._told_apart(key)):
                for branch in branches:
                    nodes = [self._in_branch(branch, other) for other in keys if other is not key and self.is_certain(other)]
                    yield _Need([node for node in nodes if node], instead)
                return
        yield self._cut(keys, instead)

    def _told_apart(self, key: exp.Column) -> list[_Way]:
        """Return the branches of a union that a column tells apart, by a text that stands in each; none when it does not."""
        found: dict[str, _Way] = {}
        waiting: list[tuple[_Select, exp.Expression, _Way]] = [(self, key, ())]
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

    def _in_branch(self, way: _Way, key: exp.Expression) -> Node | None:
        """Return what a column is in one branch."""
        for select, alias in way:
            if not alias:
                return select.carried(key)
            if not isinstance(key, exp.Column) or key.table != alias:
                return None
            inner = next(after for (before, _), (after, _) in pairwise(way) if before is select)
            key = inner.items[key.name]
        return None

    def _cut(self, keys: Sequence[exp.Expression], instead: tuple[str, ...]) -> _Need:
        return _Need([node for key in keys if self.is_certain(key) and (node := self.carried(key))], instead)


def _only_column(node: exp.Expression) -> exp.Column | None:
    """Return the one column that an expression is made of, when nothing else but constants is in it."""
    if any(
        isinstance(n, exp.Placeholder | exp.Window | exp.AggFunc | exp.Case)
        or (isinstance(n, exp.Anonymous) and n.name in ("value_on", "median", "listed"))
        for n in node.walk()
    ):
        return None
    columns = list(node.find_all(exp.Column))
    return columns[0] if len({column.sql() for column in columns}) == 1 else None


def _bare(node: exp.Expression) -> exp.Expression:
    """Return an expression without the names of tables."""
    return node.copy().transform(lambda n: exp.column(n.this.copy()) if isinstance(n, exp.Column) else n)
