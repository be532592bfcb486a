"""Run the worked examples of views and rules: rows in, found rows out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.comparison.planning import Planner, in_order
from taizhang.comparison.running import values
from taizhang.errors import Refusal, TaizhangError
from taizhang.i18n import _
from taizhang.pack.definitions import Pack, Rule, RuleExample, View
from taizhang.pack.divisions import DivisionTree
from taizhang.pack.examples import ExampleResult
from taizhang.pack.loader import demonstration_divisions
from taizhang.pack.queries import queries_of
from taizhang.warehouse.duckdb.functions import ENGINE
from taizhang.warehouse.snapshot import Snapshot


def run_examples(pack: Pack, names: Collection[str] = ()) -> list[ExampleResult]:
    """Run the examples of the named views and rules, or of all, in the order of the pack."""
    runner = _Examples(pack, demonstration_divisions())
    results: list[ExampleResult] = []
    for kind, definitions in (("view", pack.views), ("rule", pack.rules)):
        for definition in definitions.values():
            if not names or definition.name in names:
                results += [runner.result(kind, definition, example) for example in definition.examples]
    return results


class _Examples:
    """Examples of a pack; what is written for one example of a definition serves the others of the same day."""

    def __init__(self, pack: Pack, divisions: DivisionTree) -> None:
        self.pack, self.divisions, self.queries = pack, divisions, queries_of(pack)
        self._written: dict[tuple[str, str, date], tuple[str, tuple[str, ...], Any]] = {}

    def result(self, kind: str, definition: View | Rule, example: RuleExample) -> ExampleResult:
        """Run one example; what it finds is shown by the columns that the example names."""
        named = list(dict.fromkeys(key for row in example.finds for key in row))
        expected = _shown([{k: row[k] for k in row} for row in example.finds], named)
        try:
            got = _shown(self._found(kind, definition, example), named or self._subject(definition))
        except Refusal as refusal:
            got = "；".join(f"{f.sheet or f.title or f.field or ''} {f.message}" for f in refusal.faults)
        except TaizhangError as error:
            got = str(error)
        return ExampleResult.of(kind, definition.name, example.place or definition.place, expected, got)

    def _subject(self, definition: View | Rule) -> list[str]:
        return ["subject"] if isinstance(definition, Rule) else list(self.queries.view(definition.name).answer.columns)

    def _found(self, kind: str, definition: View | Rule, example: RuleExample) -> list[dict[str, Any]]:
        sql, ledgers, columns = self._statement(kind, definition, example.as_of)
        with Snapshot.from_rows(self.pack, example.rows, self.divisions, str(example.as_of.year)) as snapshot:
            rows = snapshot.fetch(sql, *ledgers)
        kinds = list(columns.values())
        return [dict(zip(columns, values(row, kinds), strict=True)) for row in rows]

    def _statement(self, kind: str, definition: View | Rule, as_of: date) -> tuple[str, tuple[str, ...], Any]:
        key = (kind, definition.name, as_of)
        if key not in self._written:
            query = self.queries.rule(definition) if isinstance(definition, Rule) else self.queries.view(definition.name)
            planner = Planner(self.queries, ENGINE, as_of)
            path = planner.add_query(definition.name, query)
            columns = query.answer.columns
            sql = f"SELECT * FROM ({planner.plan.statement(path.answer)}) AS found ORDER BY {in_order(list(columns))}"
            self._written[key] = (sql, tuple(sorted(path.ledgers)), columns)
        return self._written[key]


def _shown(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as one text, in an order that does not depend on how they were written down."""
    told = sorted("，".join(f"{c} {_text(row[c])}" for c in columns if c in row) for row in rows)
    return "；".join(told) if told else _("没有发现")


def _text(value: Any) -> str:
    if value is None:
        return _("空")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int | Decimal):
        text = format(Decimal(value), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, date) else str(value)
