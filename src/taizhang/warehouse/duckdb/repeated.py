"""Groups of several rows, looked for among a few columns first.

``GROUP BY person, programme, month HAVING count(*) > 1`` makes DuckDB read all columns of all rows, and keep keys and aggregates of every group, nearly
all of which are thrown away. To group one whole number a row, the hash of its keys, costs a third of that. Then only rows of groups that may be found
are read in full: by their numbers, in the order of which they lie in the files.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from taizhang.pack.query_groups import several

_PAIR = 2


def narrowed(select: exp.Expression, number: str) -> exp.Expression:
    """Return a SELECT whose groups must have several rows with only such rows in them; another as it is, and one that gives only their keys.

    What it reads is read twice, which must be cheap, other than what a semi or anti join tests; ``number`` is the column in which each row of what
    it reads first has a number.
    """
    group, having = select.args.get("group"), select.args.get("having")
    if not isinstance(select, exp.Select) or group is None or having is None:
        return select
    wanted, given = several(having.this), {c for item in select.expressions for c in item.find_all(exp.Column)}
    if wanted is None or given <= set(group.find_all(exp.Column)):
        return select
    own = exp.column(number, table=select.args["from_"].this.alias, quoted=True)
    key = exp.Anonymous(this="hash", expressions=[k.copy() for k in group.expressions])
    marked = exp.select(exp.alias_(key, "h"), exp.alias_(own.copy(), "number"))
    for part in ("from_", "where"):
        if found := select.args.get(part):
            marked.set(part, found.copy())
    # What rows are only tested against can wait: without it groups are not smaller.
    marked.set("joins", [join.copy() for join in select.args.get("joins") or [] if join.args.get("kind") not in ("SEMI", "ANTI")])
    held = _groups(exp.GTE(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(wanted)))
    # Few groups have two rows where two are too many: to tell their values apart would cost more than to read them.
    for i, condition in enumerate(_of_different(having.this) if wanted > _PAIR else ()):
        [value] = condition.this.unnest().this.expressions
        marked.select(exp.alias_(value.copy(), f"x{i}"), copy=False)
        value.replace(exp.column(f"x{i}"))
        held = _groups(condition).where(exp.column("h").isin(query=held))
    needed = exp.select("number").from_("marked").where(exp.column("h").isin(query=held))
    return select.with_("marked", as_=marked).where(own.isin(query=needed))


def _groups(condition: exp.Expression) -> exp.Select:
    return exp.select("h").from_("marked").group_by("h").having(condition)


def _of_different(condition: exp.Expression) -> Iterator[exp.GT | exp.GTE]:
    """Yield copies of the conditions that more than so many values must differ: where groups fall together by their hashes, no fewer do."""
    for part in condition.flatten() if isinstance(condition, exp.And) else (condition,):
        if isinstance(part, exp.GT | exp.GTE) and several(part):
            counted = part.this.unnest().this
            if isinstance(counted, exp.Distinct) and len(counted.expressions) == 1:
                yield part.copy()
