"""Groups of several rows, looked for by a hash of their keys first.

``GROUP BY person, programme, month HAVING count(*) > 1`` makes DuckDB keep keys and aggregates of every group, nearly all of which are thrown away.
To group one whole number a row costs a third of that; then only rows of groups that may be found are grouped in full.
"""

from __future__ import annotations

from sqlglot import exp

from taizhang.pack.query_groups import several


def narrowed(select: exp.Expression) -> exp.Expression:
    """Return a SELECT whose groups must have several rows with only such rows in them; another as it is.

    What it reads is read twice, which must be cheap, other than what a semi or anti join tests.
    """
    group, having = select.args.get("group"), select.args.get("having")
    if not isinstance(select, exp.Select) or group is None or having is None:
        return select
    wanted = several(having.this)
    if wanted is None:
        return select
    key = exp.Anonymous(this="hash", expressions=[k.copy() for k in group.expressions])
    inner = exp.Select()
    for part in ("from_", "where"):
        if found := select.args.get(part):
            inner.set(part, found.copy())
    # What rows are only tested against can wait: without it groups are not smaller.
    inner.set("joins", [join.copy() for join in select.args.get("joins") or [] if join.args.get("kind") not in ("SEMI", "ANTI")])
    inner.set("expressions", [exp.alias_(key.copy(), "h")])
    inner.set("group", exp.Group(expressions=[key.copy()]))
    inner.set("having", exp.Having(this=exp.GTE(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(wanted))))
    held = exp.In(this=key, query=exp.Subquery(this=inner))
    where, narrow = select.args.get("where"), select.copy()
    narrow.set("where", exp.Where(this=exp.and_(where.this.copy(), held) if where else held))
    return narrow
