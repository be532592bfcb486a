"""Which fields of ledgers the columns of a query's answer repeat, by following it back to the ledgers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlglot import exp

from taizhang.pack.definitions import Field, Ledger, Pack
from taizhang.pack.expression_functions import Kind
from taizhang.pack.queries import queries_of
from taizhang.pack.query import Query, Step

Columns = Mapping[str, tuple[Field, ...]]


class Lineage:
    """Follows queries of a pack; ``fields`` are a ledger's columns that are looked for, ``repeated`` the columns that an expression of a kind gives back."""

    def __init__(
        self, pack: Pack, fields: Callable[[Ledger], Columns], repeated: Callable[[exp.Expression, Kind], Iterable[exp.Column]]
    ) -> None:
        self.pack, self.fields, self.repeated = pack, fields, repeated

    def rule(self, name: str) -> Columns:
        """Return the fields that each column of a rule's answer may repeat; columns without are left out."""
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
        return self.fields(ledger) if ledger else {}
