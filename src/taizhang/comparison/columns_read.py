"""Which columns of its ledgers a rule reads: a correction in any other cannot concern it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp

from taizhang.pack.definitions import Rule
from taizhang.pack.queries import Queries
from taizhang.pack.query import DIVISION, Query, Step

_ROW_CLAUSES = ("where", "group", "having")  # what decides which rows there are, whatever is asked of them


def columns_read(queries: Queries, rule: Rule) -> dict[str, frozenset[str]]:
    """Return by ledger the columns that a rule's answer depends on; a ledger of which only the number of rows counts has none."""
    found: dict[str, set[str]] = {}
    query = queries.rule(rule)
    _ask(queries, query, query.answer.columns, found)
    return {ledger: frozenset(columns) for ledger, columns in found.items()}


def _ask(queries: Queries, query: Query, columns: Iterable[str], found: dict[str, set[str]]) -> None:
    """Follow some columns of a query's answer down to the ledgers, from the last step to the first."""
    wanted: dict[str, set[str]] = {query.answer.name: set(columns)}
    own = {step.name for step in query.steps}
    for step in reversed(query.steps):
        for source, name in _used(step, wanted.get(step.name, set())):
            wanted.setdefault(source, set()).update([name] if name else [])
    for source in query.sources - {DIVISION}:
        if source in queries.ledgers:
            found.setdefault(source, set()).update(wanted.get(source, set()))
        elif source not in own:
            view = queries.view(source)
            _ask(queries, view, wanted.get(source, set()), found)


def _used(step: Step, wanted: set[str]) -> Iterator[tuple[str, str]]:
    """Yield source and column of all that a step needs for some of its columns."""
    for select in _selects(step.tree):
        joins: list[exp.Join] = select.args.get("joins") or []
        names: Mapping[str, str] = {read.alias: read.name for read in (select.args["from_"].this, *(j.this for j in joins))}
        distinct = bool(select.args.get("distinct"))
        needed = [item for name, item in zip(step.columns, select.expressions, strict=True) if distinct or name in wanted]
        needed += [part for clause in _ROW_CLAUSES if (part := select.args.get(clause))]
        needed += [j.args["on"] for j in joins if j.args.get("on") is not None]
        for column in (c for part in needed for c in part.find_all(exp.Column)):
            yield names[column.table], column.name


def _selects(tree: exp.Expression) -> Iterator[exp.Select]:
    if isinstance(tree, exp.Union):
        yield from _selects(tree.this)
        yield from _selects(tree.expression)
    elif isinstance(tree, exp.Select):
        yield tree
