"""Run the worked examples of views and rules: rows in, found rows out."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from taizhang.comparison.planning import Planner, in_order
from taizhang.comparison.running import values
from taizhang.errors import Refusal, TaizhangError
from taizhang.i18n import _
from taizhang.pack.definitions import Pack, Rule, RuleExample, View
from taizhang.pack.divisions import DivisionTree
from taizhang.pack.examples import ExampleResult
from taizhang.pack.expression_functions import Kind
from taizhang.pack.loader import demonstration_divisions
from taizhang.pack.queries import queries_of
from taizhang.warehouse.engine import Engine, own_writer
from taizhang.warehouse.snapshot import Snapshot

THREADS = min(4, os.cpu_count() or 1)


def run_examples(pack: Pack, names: Collection[str] = (), engine: Callable[[], Engine] | None = None) -> list[ExampleResult]:
    """Run the examples of the named views and rules, or of all, in the order of the pack.

    ``engine`` gives an engine for one example; by default it is the workspace's own.
    """
    examples = Examples(pack, demonstration_divisions(), engine)
    waiting: list[Future[ExampleResult]] = []
    # Reading a query is Python's work and running it the engine's, so that the one goes on beside the other.
    with ThreadPoolExecutor(THREADS) as pool:
        for definition in _definitions(pack):
            if not names or definition.name in names:
                for example in definition.examples:
                    written = examples.written(definition, example.as_of)
                    waiting.append(pool.submit(examples.result, definition, example, written))
    return [future.result() for future in waiting]


def _definitions(pack: Pack) -> Iterator[View | Rule]:
    yield from pack.views.values()
    yield from pack.rules.values()


class _Written(NamedTuple):
    """A query as it is run, the ledgers that it reads, the columns of its answer."""

    sql: str
    ledgers: tuple[str, ...]
    columns: Mapping[str, Kind]


class Examples:
    """Examples of a pack; what is written for one example of a definition serves the others of the same day."""

    def __init__(self, pack: Pack, divisions: DivisionTree, engine: Callable[[], Engine] | None = None) -> None:
        self.pack, self.divisions, self.queries = pack, divisions, queries_of(pack)
        self.engine = engine
        self.writer = engine().writer if engine else own_writer()
        self._written: dict[tuple[str, str, date], _Written] = {}

    def written(self, definition: View | Rule, as_of: date) -> _Written:
        """Return the query of a definition for a day; what is written for one example serves the others of that day."""
        kind = type(definition).__name__
        key = (kind, definition.name, as_of)
        if key not in self._written:
            query = self.queries.rule(definition) if isinstance(definition, Rule) else self.queries.view(definition.name)
            planner = Planner(self.queries, self.writer, as_of)
            path = planner.add_query(definition.name, query)
            columns = query.answer.columns
            sql = f"SELECT * FROM ({planner.plan.statement(path.answer)}) AS found ORDER BY {in_order(list(columns))}"
            self._written[key] = _Written(sql, tuple(sorted(path.ledgers)), columns)
        return self._written[key]

    def result(self, definition: View | Rule, example: RuleExample, written: _Written) -> ExampleResult:
        """Run one example; what it finds is shown by the columns that the example names."""
        kind = "rule" if isinstance(definition, Rule) else "view"
        named = list(dict.fromkeys(key for row in example.finds for key in row))
        try:
            found = self.found(example, written)
        except TaizhangError as error:
            faults = error.faults if isinstance(error, Refusal) else [error.fault]
            got = "；".join(" ".join(part for part in (f.sheet, f.title or f.field, f.message) if part) for f in faults)
        else:
            got = _shown(found, named or (["subject"] if kind == "rule" else list(written.columns)))
        return ExampleResult.of(kind, definition.name, example.place or definition.place, _shown(example.finds, named), got)

    def found(self, example: RuleExample, written: _Written) -> list[dict[str, Any]]:
        with self.snapshot(example, written) as snapshot:
            rows = snapshot.engine.fetch(written.sql)
        kinds = list(written.columns.values())
        return [dict(zip(written.columns, values(row, kinds), strict=True)) for row in rows]

    def snapshot(self, example: RuleExample, written: _Written) -> Snapshot:
        engine = self.engine() if self.engine else None
        made = Snapshot.from_rows(self.pack, example.rows, self.divisions, str(example.as_of.year), engine)
        return made.require(*written.ledgers, placed=False)


def _shown(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as one text, in an order that does not depend on how they were written down."""
    told = sorted("，".join(f"{c} {_text(row[c])}" for c in columns if c in row) for row in rows)
    return "；".join(told) if told else _("没有发现")


def _text(value: Any) -> str:
    """Return a value as it would stand in the pack's file."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        text = format(Decimal(value), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, date) else str(value)
