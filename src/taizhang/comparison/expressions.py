"""What can be said of a condition or a value without running it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from taizhang.pack.query import QueryEngine
from taizhang.pack.query_expressions import is_aggregate

# Functions whose value is null only where an argument is, and those that are null wherever one is.
_TOTAL = frozenset({"part", "without_blanks", "plain_name", "month_of", "year_of", "joined", "shown", "day_of"})
_LENIENT = frozenset({"joined", "listed", "median", "value_on"})
_STRICT = (exp.Binary, exp.Paren, exp.Neg, exp.Abs, exp.Length, exp.Cast, exp.Upper, exp.Lower, exp.Trim, exp.Not, exp.Between, exp.Like)


def carries_one(node: exp.Expression) -> exp.Expression:
    """Return the expression whose value this one hands on: that of one row of a group or window."""
    while isinstance(node, exp.Paren | exp.Min | exp.Max | exp.Window) or (
        isinstance(node, exp.Lag | exp.Lead) and node.args.get("default") is None
    ):
        node = node.this
    return node


def has_aggregate(item: exp.Expression) -> bool:
    """Say whether a column sums up rows, other than in a window."""
    return any(is_aggregate(found) and not isinstance(found.parent, exp.Window) for found in item.walk())


def conjuncts(node: exp.Expression) -> Iterator[exp.Expression]:
    """Yield the conditions that hold together."""
    if isinstance(node, exp.Paren):
        yield from conjuncts(node.this)
    elif isinstance(node, exp.And):
        yield from conjuncts(node.this)
        yield from conjuncts(node.expression)
    else:
        yield node


def ways(node: exp.Expression) -> list[list[exp.Expression]]:
    """Return the ways in which a condition can hold, each as what must hold together."""
    if isinstance(node, exp.Paren):
        return ways(node.this)
    if isinstance(node, exp.Or):
        return ways(node.this) + ways(node.expression)
    if isinstance(node, exp.And):
        return [one + other for one in ways(node.this) for other in ways(node.expression)]
    return [[node]]


def compared(node: exp.Expression, alias: str, before: Sequence[str]) -> tuple[exp.Expression, exp.Expression] | None:
    """Return the two sides of an equation between a table and those before it; None for any other condition."""
    if not isinstance(node, exp.EQ):
        return None
    left, right = ({c.table for c in side.find_all(exp.Column)} for side in (node.this, node.expression))
    crossing = (left == {alias} and right and right <= set(before)) or (right == {alias} and left and left <= set(before))
    return (node.this, node.expression) if crossing else None


def is_total(node: exp.Expression) -> bool:
    """Say whether an expression is null only where one of its parts is."""
    return isinstance(node, exp.Length | exp.Upper | exp.Lower | exp.Trim) or (isinstance(node, exp.Anonymous) and node.name in _TOTAL)


def never_null(node: exp.Expression) -> set[exp.Column]:
    """Return the columns that cannot be null where an expression is not null: so for a condition, where it holds."""
    if isinstance(node, exp.Column):
        return {node}
    if isinstance(node, exp.Not) and isinstance(node.this, exp.Is):
        return never_null(node.this.this)
    if isinstance(node, exp.Or | exp.Coalesce):
        parts = [node.this, *([node.expression] if isinstance(node, exp.Or) else node.expressions)]
        return set.intersection(*(never_null(part) for part in parts))
    if isinstance(node, exp.In):
        return never_null(node.this)
    strict = (isinstance(node, _STRICT) and not isinstance(node, exp.Is)) or (isinstance(node, exp.Anonymous) and node.name not in _LENIENT)
    return set().union(*(never_null(part) for part in node.iter_expressions())) if strict else set()


def written(tree: exp.Expression, engine: QueryEngine) -> str:
    """Return an expression of ledgers' columns as an engine reads it."""
    tree = tree.copy()
    for node in reversed(list(tree.walk(bfs=True))):
        if isinstance(node, exp.Anonymous):
            made = engine.function(str(node.this), list(node.expressions))
            tree = made if node is tree else tree
            node.replace(made) if node is not tree else None
    return tree.sql(dialect=engine.dialect)
