"""How a rule falls apart: into sets of rows that have nothing to do with each other, read off its query.

Rows belong together when they share a value of a *tie*: a set of columns that the query compares with each other (an identity number, a
household, a village). A query falls apart along its ties when every step keeps to one such set: joins equate columns of one tie, and
groups and windows are cut by one. What changed then concerns only the sets that it touches, and the rule on these alone gives the same rows.

A table that is joined in without a tie (a list of standards, the divisions) is read whole: a change there concerns everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from sqlglot import exp

from taizhang.comparison.expressions import written
from taizhang.comparison.premises import Premise, premise
from taizhang.comparison.selects import Need, Node, Select, Table, selects
from taizhang.pack.definitions import Ledger, Pack, Rule
from taizhang.pack.queries import Queries, queries_of
from taizhang.pack.query import DIVISION, Query, QueryEngine
from taizhang.warehouse.engine import own_writer

COSTS = {"id_number": 2, "bank_card": 2, "credit_code": 2, "telephone": 2, "reference": 2, "text": 50, "attachment": 50, "division": 200}
ROW_COST, OWN_COST, NAME_COST, TOWN_COST = 0, 1, 300, 600
TOO_DEAR = 1_000  # a month, a programme, a county: nearly every row shares it with very many others
VILLAGE_DIGITS, TOWN_DIGITS = 12, 9


@dataclass(frozen=True, slots=True)
class Partition:
    """``ties`` names by ledger the expressions (for an engine) that its rows share with others, each with the number of its tie; none: a row stands alone.

    ``whole`` are the ledgers that every run reads whole, ``premises`` the steps that are made of all rows of others.
    """

    ties: Mapping[str, tuple[tuple[str, int], ...]]
    whole: frozenset[str] = frozenset()
    premises: tuple[Premise, ...] = ()


def partition(queries: Queries, rule: Rule, engine: QueryEngine) -> Partition | None:
    """Return how a rule falls apart, its ties written for an engine; None when every row may concern every other."""
    tables = list(_tables(queries, queries.rule(rule), rule.name, {}))
    whole: frozenset[str] = frozenset()
    while True:
        found = Analysis(queries.ledgers, tables, whole).solved(engine)
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
            self._found[rule.name] = partition(self._queries, rule, own_writer())
        return self._found[rule.name]


def _tables(queries: Queries, query: Query, owner: str, seen: dict[str, str]) -> Iterator[Table]:
    names: dict[str, str] = {}
    for step in query.steps:
        for source in step.sources:
            if source not in names and source in queries.pack.views:
                if source not in seen:
                    inner = list(_tables(queries, queries.view(source), source, seen))
                    yield from inner
                    seen[source] = inner[-1].name
                names[source] = seen[source]
        yield Table(f"{owner}:{step.name}", step, {s: names.get(s, s) for s in step.sources})
        names[step.name] = f"{owner}:{step.name}"


@dataclass(slots=True)
class _Roles:
    """What ledgers below a table are to it."""

    apart: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    premises: dict[str, Premise] = field(default_factory=dict)


class Analysis:
    """One look at a query with some ledgers read whole."""

    def __init__(self, ledgers: Mapping[str, Ledger], tables: Sequence[Table], whole: frozenset[str]) -> None:
        self.ledgers, self.tables = ledgers, tables
        self.whole: set[str] = {*whole, DIVISION}  # tables that do not fall apart
        self.steps = {table.name: table for table in tables}
        self.reads: dict[str, frozenset[str]] = {}  # ledgers below each table
        self.looked: dict[str, list[Select]] = {}
        self.certain: dict[str, set[str]] = {}  # columns of steps that are never null
        self.ids: dict[str, set[str]] = {}  # columns of steps that hold identity numbers of 18 places, or nothing
        self.trees: dict[Node, exp.Expression] = {}  # what the nodes of ledgers stand for
        self.asked: dict[Node, Node | None] = {}  # expressions of steps' columns, as far as they carry something
        self.parent: dict[Node, Node] = {}
        self.needs: list[Need] = []

    def solved(self, engine: QueryEngine) -> Partition | frozenset[str] | None:
        """Return the partition, ledgers that have to be read whole first, or None."""
        for table in self.tables:
            self.reads[table.name] = frozenset[str]().union(*(self.ledgers_below(source) for source in table.sources.values()))
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
        return bool(tables) and all(self.ledgers[ledger].catalogue for table in tables for ledger in self.ledgers_below(table))

    def _made(self, chosen: Mapping[Node, int], engine: QueryEngine) -> Partition | None:
        answer = self.tables[-1].name
        if not any(self.node(answer, side, exp.column(side)) for side in ("left", "right") if side in self.tables[-1].step.columns):
            return None  # of what is found it could not be said which change reaches it
        roles = self._roles(answer, {source: premise(self, source, chosen, engine) for source in self.steps})
        ties: dict[str, list[tuple[str, int]]] = {ledger: [] for ledger in sorted(roles.apart)}
        for node, tree in sorted(self.trees.items()):
            number = chosen.get(self.find(node))
            if node[0] in ties and number is not None:
                ties[node[0]].append((written(tree, engine), number))
        fields = {ledger: tuple(listed) for ledger, listed in ties.items()}
        return Partition(fields, frozenset(roles.whole), tuple(roles.premises.values())) if ties else None

    def _roles(self, table: str, premises: Mapping[str, Premise | None]) -> _Roles:
        """Return what is below a table: the ledgers that are read by their ties, those that are read whole (some may be both), and premises."""
        found, waiting = _Roles(), [(table, False)]
        while waiting:
            name, whole = waiting.pop()
            whole = whole or name in self.whole
            known = premises.get(name) if whole else None
            if known:
                found.premises[name] = known
            if name in self.steps:
                waiting += [(source, whole and not known) for source in self.steps[name].sources.values()]
            elif name in self.ledgers:
                (found.whole if whole else found.apart).add(name)
        return found

    def ledgers_below(self, table: str) -> frozenset[str]:
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

    def _step(self, table: Table) -> None:
        looked = [Select(self, part, table) for part in selects(table.step.tree)]
        self.looked[table.name] = looked
        self.certain[table.name] = {c for c in table.step.columns if all(s.is_certain(s.items[c]) for s in looked)}
        self.ids[table.name] = {c for c in table.step.columns if all(s.is_id(s.items[c]) for s in looked)}
        for select in looked if table.name not in self.whole else ():
            select.unite_equals()
            self.needs += select.needs()
