"""Which fields of ledgers the columns of a query's answer repeat, by following it back to the ledgers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from weakref import WeakKeyDictionary

from sqlglot import exp

from taizhang.pack.definitions import Field, Ledger, Pack
from taizhang.pack.expression_functions import Kind
from taizhang.pack.queries import Queries, queries_of
from taizhang.pack.query import Query, Step

Columns = Mapping[str, tuple[Field, ...]]
Fields = Callable[[Pack, Ledger], Columns]
Repeated = Callable[[exp.Expression, Kind], Iterable[exp.Column]]

_KNOWN: WeakKeyDictionary[Queries, dict[tuple[str, Fields, Repeated], Columns]] = WeakKeyDictionary()


def rule_columns(pack: Pack, rule: str, fields: Fields, repeated: Repeated) -> Columns:
    """Return the fields that each column of a rule's answer may repeat, followed once for a pack; columns without are left out.

    ``fields`` are a ledger's columns that are looked for, ``repeated`` the columns that an expression of a kind gives back.
    """
    known = _KNOWN.setdefault(queries_of(pack), {})
    if (rule, fields, repeated) not in known:
        known[rule, fields, repeated] = Lineage(pack, fields, repeated).rule(rule)
    return known[rule, fields, repeated]


class Lineage:
    """Follows queries of a pack."""

    def __init__(self, pack: Pack, fields: Fields, repeated: Repeated) -> None:
        self.pack, self.fields, self.repeated = pack, fields, repeated

    def rule(self, name: str) -> Columns:
        """Return, by column of a rule's answer, the fields whose values it repeats."""
        return self._answer(queries_of(self.pack).rule(self.pack.rules[name]))

    def _answer(self, query: Query) -> Columns:
        known: dict[str, Columns] = {}
        for step in query.steps:
            known[step.name] = self._step(step, known)
        return known[query.answer.name]

    def _step(self, step: Step, known: Mapping[str, Columns]) -> Columns:
        found: dict[str, dict[Field, None]] = {}
        for select in step.tree.find_all(exp.Select):
            tables = {table.alias_or_name: self._table(table.name, known) for table in select.find_all(exp.Table)}
            for name, item in zip(step.columns, select.expressions, strict=True):
                for column in self.repeated(item, step.columns[name]):
                    fields = tables.get(column.table, {}).get(column.name, ())
                    found.setdefault(name, {}).update(dict.fromkeys(fields))
        return {name: tuple(fields) for name, fields in found.items() if fields}

    def _table(self, name: str, known: Mapping[str, Columns]) -> Columns:
        if name in known:
            return known[name]
        if name in self.pack.views:
            return self._answer(queries_of(self.pack).view(name))
        ledger = self.pack.ledgers.get(name)
        return self.fields(self.pack, ledger) if ledger else {}
