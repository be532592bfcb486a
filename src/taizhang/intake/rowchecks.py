"""The checks of a ledger that look at a whole row; a check that cannot be said to hold or not (a null) passes."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, cast

from taizhang.errors import Fault
from taizhang.intake.checking import Checked
from taizhang.intake.sheets import letters
from taizhang.pack.definitions import Ledger, RowCheck
from taizhang.pack.expression import Definitions, parse_expression
from taizhang.pack.expression_functions import kind_of_field
from taizhang.pack.expression_python import compile_expression, value_of


def check_row_rules(checked: Checked, values: dict[str, list[str | None]]) -> None:
    """Add a fault for every row on which a check of the ledger does not hold; rows whose cells are already faulty are passed over."""
    ledger = checked.ledger
    for rule in ledger.checks:
        names, results = _evaluate(rule, ledger, values, len(checked.lines))
        for index, holds in enumerate(results):
            if holds is False and not _faulty(checked, index, names):
                _tell(checked, rule, index, names)


def _evaluate(rule: RowCheck, ledger: Ledger, values: dict[str, list[str | None]], count: int) -> tuple[list[str], list[Any]]:
    known = cast(Definitions, SimpleNamespace(ledgers={ledger.name: ledger}, parameters={}))
    expression = parse_expression(rule.expect, ledger, known, rule.place, boolean=True)
    evaluate = compile_expression(expression)
    names = [name for name in ledger.fields if name in expression.fields]
    kinds = [kind_of_field(ledger.fields[name].type, ledger.fields[name].places) for name in names]
    columns = []
    for name, kind in zip(names, kinds, strict=True):
        column = values.get(name) or [None] * count
        known_values = {text: value_of(text, kind) for text in set(column)}
        columns.append([known_values[text] for text in column])
    memo: dict[tuple[Any, ...], Any] = {}
    results = []
    for row in zip(*columns, strict=True):
        if row not in memo:
            memo[row] = evaluate(dict(zip(names, row, strict=True)))
        results.append(memo[row])
    return names, results


def _faulty(checked: Checked, index: int, names: list[str]) -> bool:
    if index not in checked.refused:
        return False
    line = checked.lines[index]
    return any(f.row == line and f.field in names and f.severity == "error" and f.code != "row.check" for f in checked.faults)


def _tell(checked: Checked, rule: RowCheck, index: int, names: list[str]) -> None:
    name = next((n for n in names if n in checked.columns), names[0])
    column = checked.columns.get(name)
    fields = checked.ledger.fields
    words = rule.expect
    for field in names:
        words = re.sub(rf"\b{field}\b", fields[field].title, words)
    params = {"title": rule.title, "expect": words}
    fault = Fault("row.check", params, rule.severity, checked.file, checked.sheet, checked.lines[index])
    place = None if column is None else letters(column)
    checked.faults.append(fault.at(column=place, title=checked.titles.get(name) or fields[name].title, field=name))
    if rule.severity == "error":
        checked.refused.add(index)
    else:
        checked.warned.setdefault(index, set()).add(f"row.check:{rule.title}")
