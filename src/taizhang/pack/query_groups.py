"""What the condition on a group of rows says of the group."""

from __future__ import annotations

from sqlglot import exp


def several(condition: exp.Expression) -> int | None:
    """Return how many rows a group has at least wherever a condition on it holds; None when one may be enough."""
    if isinstance(condition, exp.Paren):
        return several(condition.this)
    if isinstance(condition, exp.And | exp.Or):
        left, right = several(condition.this), several(condition.expression)
        known = [n for n in (left, right) if n is not None]
        if isinstance(condition, exp.And):
            return max(known, default=None)
        return min(known) if len(known) > 1 else None
    if isinstance(condition, exp.GT | exp.GTE) and isinstance(condition.this.unnest(), exp.Count):
        least = _whole(condition.expression) + isinstance(condition, exp.GT)
        return least if least > 1 else None
    if isinstance(condition, exp.LT | exp.NEQ):
        least_value, most_value = condition.this.unnest(), condition.expression.unnest()
        if isinstance(least_value, exp.Min) and isinstance(most_value, exp.Max) and least_value.this == most_value.this:
            return 2
    return None


def _whole(node: exp.Expression) -> int:
    """Return the whole part of a literal, 0 for anything else; parameters stand as casts of literals."""
    inner = node.this if isinstance(node, exp.Cast) else node
    whole = inner.name.partition(".")[0] if isinstance(inner, exp.Literal) else ""
    return int(whole) if whole.isdigit() else 0
