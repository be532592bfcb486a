"""What a rule takes from all rows of a ledger and is yet only a few values: the months in which anybody was paid, the programmes that have a list.

Such a *premise* is a step that groups by what nearly every row shares, and takes of each group no more than least and greatest values. Rows that come
alter it only where they go beyond these; rows that go, only where they were such a value. So it need not be read from everything after each change:
its rows as they stood are given to the rule, when those that the change reaches, together with the *witnesses*, on whose rows the values rest, still
give the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from taizhang.comparison.expressions import written
from taizhang.comparison.selects import Node
from taizhang.pack.query import QueryEngine
from taizhang.pack.query_expressions import is_aggregate

if TYPE_CHECKING:
    from taizhang.comparison.partition import Analysis

WITNESSES = "_witnesses"


@dataclass(frozen=True, slots=True)
class Premise:
    """A step by the name ``owner:step``: the ledgers below it, and the expression (for an engine) of what it reads by which witnesses are followed, a tie."""

    step: str
    ledgers: frozenset[str]
    witness: str
    tie: int


def premise(analysis: Analysis, name: str, chosen: Mapping[Node, int], engine: QueryEngine) -> Premise | None:
    """Return the premise that a step is, under the ties that were chosen; None when it is none."""
    table = analysis.steps.get(name)
    if table is None or len(table.sources) != 1 or not isinstance(table.step.tree, exp.Select) or not _gives_few_values(table.step.tree):
        return None
    (source,) = table.sources.values()
    if source in analysis.whole:
        return None
    alias = table.step.tree.args["from_"].this.alias
    for tie, number in _ties(analysis, source, chosen):
        told = tie.transform(lambda n: exp.column(n.this.copy(), alias) if isinstance(n, exp.Column) else n)
        return Premise(name, analysis.ledgers_below(name), written(told, engine), number)
    return None


def _gives_few_values(tree: exp.Select) -> bool:
    """Say whether a SELECT of one table tells groups by their keys, with nothing of their rows but least and greatest values, each also as it is."""
    if tree.args.get("joins") or tree.args.get("having") or tree.find(exp.Window) or tree.find(exp.Subquery):
        return False
    items = [item.this for item in tree.expressions]
    shown = {item.sql() for item in items}
    aggregates = [found for item in items for found in item.walk() if is_aggregate(found)]
    if tree.args.get("distinct"):
        return not aggregates and not tree.args.get("group")
    keys = tree.args["group"].expressions if tree.args.get("group") else []
    plain = all(isinstance(found, exp.Min | exp.Max) and found.sql() in shown for found in aggregates)
    return bool(keys) and plain and shown.issuperset(key.sql() for key in keys)


def _ties(analysis: Analysis, source: str, chosen: Mapping[Node, int]) -> Iterator[tuple[exp.Expression, int]]:
    """Yield expressions of what a step reads that are ties, with their numbers."""
    if source in analysis.ledgers:
        nodes = [(node, tree) for node, tree in sorted(analysis.trees.items()) if node[0] == source]
    else:
        columns = (
            (exp.column(column), analysis.node(source, column, exp.column(column))) for column in analysis.steps[source].step.columns
        )
        nodes = [(node, tree) for tree, node in columns if node]
    for node, tree in nodes:
        if (number := chosen.get(analysis.find(node))) is not None:
            yield tree, number


def with_witnesses(tree: exp.Select, witness: str, engine: QueryEngine) -> exp.Select:
    """Return a premise's SELECT, as an engine reads it, with one column more: for each row the values by which those rows are found that it rests on."""
    from sqlglot import parse_one

    by = exp.cast(parse_one(witness, dialect=engine.dialect), "VARCHAR")
    items = [item.this for item in tree.expressions]
    extremes = {found.sql(): found for item in items for found in item.find_all(exp.Min, exp.Max)}
    resting = [(exp.ArgMin if isinstance(e, exp.Min) else exp.ArgMax)(this=by.copy(), expression=e.this.copy()) for e in extremes.values()]
    if tree.args.get("distinct"):
        tree.set("distinct", None)
        tree.set("group", exp.Group(expressions=[item.copy() for item in items if not isinstance(item, exp.Literal)]))
    return tree.select(exp.alias_(exp.array(exp.Min(this=by), *resting, dialect=engine.dialect), WITNESSES, quoted=True), copy=False)
