"""The Python evaluator answers as DuckDB does, for random expressions over random rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.random_expressions import LEDGER, PACK, TYPES, conditions, day_terms, numbers, rows, texts
from taizhang.pack.expression import parse_expression
from taizhang.pack.expression_python import compile_check, compile_expression, value_of
from taizhang.warehouse.columns import literal, quoted, sql_type
from taizhang.warehouse.duckdb.connection import connect
from taizhang.warehouse.duckdb.functions import ENGINE

CONNECTION = connect(threads=1)


def _by_duckdb(sql: str, row: dict[str, str]) -> Any:
    columns = ", ".join(f"CAST({literal(row.get(n))} AS {sql_type(f)}) AS {quoted(n)}" for n, f in LEDGER.fields.items())
    return CONNECTION.execute(f"SELECT {sql} FROM (SELECT {columns}) r").fetchall()[0][0]


def _compare(text: str, row: dict[str, str]) -> None:
    expression = parse_expression(text, LEDGER, PACK)
    values = {n: value_of(row.get(n), k) for n, k in _KINDS.items()}
    got, expected = compile_expression(expression)(values), _by_duckdb(expression.sql(ENGINE), row)
    assert got == expected, text
    if expression.kind.name == "boolean":
        assert compile_check(expression, LEDGER)(row) is expected


_KINDS = {n: parse_expression(n, LEDGER, PACK).kind for n in TYPES}


@settings(max_examples=60, deadline=None)
@given(conditions(2), rows)
def test_conditions_give_what_duckdb_gives(text: str, row: dict[str, str]) -> None:
    _compare(text, row)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(st.one_of(conditions(2), numbers(2), texts(2), day_terms(2)), rows)
def test_expressions_give_what_duckdb_gives(text: str, row: dict[str, str]) -> None:
    _compare(text, row)


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("divide(amount, area, 2)", {"amount": "1", "area": "3"}, Decimal("0.33")),
        ("divide(amount, 8, 2)", {"amount": "1"}, Decimal("0.13")),
        ("divide(amount, 8, 2)", {"amount": "-1"}, Decimal("-0.13")),
        ("divide(amount, 0, 2)", {"amount": "1"}, None),
        ("months_between(day, other_day)", {"day": "2020-01-31", "other_day": "2020-02-29"}, Decimal(0)),
        ("months_between(day, other_day)", {"day": "2020-01-15", "other_day": "2021-01-15"}, Decimal(12)),
        ("months_between(day, other_day)", {"day": "2020-03-01", "other_day": "2020-02-01"}, Decimal(-1)),
        ("days_between(day, other_day)", {"day": "2020-02-28", "other_day": "2020-03-01"}, Decimal(2)),
        ("age(day, other_day)", {"day": "1960-02-29", "other_day": "2020-02-28"}, Decimal(59)),
        ("age(day, other_day)", {"day": "1960-02-29", "other_day": "2019-03-01"}, Decimal(59)),
        ("month_after(month, 2)", {"month": "2020-11"}, "2021-01"),
        ("month_after(day, -12)", {"day": "2020-02-29"}, "2019-02"),
        ("birth_date(person)", {"person": "990128196002293215"}, date(1960, 2, 29)),
        ("birth_date(person)", {"person": "990128600229321"}, date(1960, 2, 29)),
        ("birth_date(person)", {"person": "990128196013013215"}, None),
        ("sex(person)", {"person": "990128196002293215"}, "男"),
        ("sex(person)", {"person": "99012819990101002X"}, "女"),
        ("coalesce(2.5, round(amount, 0))", {}, Decimal("2.5")),
        ("case when done then round(amount, 0) else 0.25 end", {"amount": "1"}, Decimal("0.25")),
        ("round(amount, 0) + 0.25", {"amount": "1"}, Decimal("1.25")),
        ("round(amount, 0) < 1.25", {"amount": "1"}, True),
        ("1.25 in (round(amount, 0))", {"amount": "1"}, False),
        ("divide(amount, 1, 0) between 0.75 and 1.25", {"amount": "1"}, True),
        ("done and heads > 1", {"done": "false"}, False),
        ("done or heads > 1", {"done": "false"}, None),
        ("amount <= area * 500", {"amount": "416", "area": "3.2"}, True),
    ],
)
def test_answers_are_right(text: str, row: dict[str, str], expected: object) -> None:
    _compare(text, row)
    expression = parse_expression(text, LEDGER, PACK)
    assert compile_expression(expression)({n: value_of(row.get(n), k) for n, k in _KINDS.items()}) == expected
