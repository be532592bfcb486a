"""The Python evaluator answers as DuckDB does, for random expressions over random rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taizhang.pack.definitions import Field, Ledger, Pack
from taizhang.pack.expression import parse_expression
from taizhang.pack.expression_python import compile_check, compile_expression, value_of
from taizhang.warehouse.columns import literal, quoted, sql_type
from taizhang.warehouse.duckdb.connection import connect
from taizhang.warehouse.duckdb.functions import ENGINE

TYPES = {
    "amount": "money",
    "area": "area",
    "heads": "count",
    "day": "date",
    "other_day": "date",
    "moment": "timestamp",
    "month": "month",
    "name": "text",
    "person": "id_number",
    "done": "yes_no",
}
LEDGER = Ledger("paid", "发放", 1, "办", "event", {n: Field(n, n, t) for n, t in TYPES.items()}, ("name",), "village", at="day")
PACK = Pack("test", {"paid": LEDGER}, {}, {}, {})
CONNECTION = connect(threads=1)

_days = st.dates(date(1950, 1, 1), date(2030, 12, 31))
_names = st.sampled_from(["张三", "李四", "", "a%b", "a_b", "Abc", "换\n行", "'"])
_persons = st.sampled_from(
    ["990128196002293215", "99012819990101002X", "990128600229321", "990128196013013215", "坏", "990128209902303215"]
)
rows = st.fixed_dictionaries(
    {},
    optional={
        "amount": st.decimals(-1000, 1000, places=2).map(lambda d: f"{d:f}"),
        "area": st.decimals(0, 99, places=4).map(lambda d: f"{d:f}"),
        "heads": st.integers(-5, 5).map(str),
        "day": _days.map(date.isoformat),
        "other_day": _days.map(date.isoformat),
        "moment": _days.map(lambda d: f"{d.isoformat()}T08:30"),
        "month": _days.map(lambda d: d.isoformat()[:7]),
        "name": _names,
        "person": _persons,
        "done": st.sampled_from(["true", "false"]),
    },
)

_text_literals = _names.map(lambda s: "'" + s.replace("'", "''") + "'")
_number_literals = st.sampled_from(["0", "1", "2.5", "100", "0.0001"])
_day_literals = _days.map(lambda d: f"date '{d.isoformat()}'")


def _numbers(deep: int) -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["amount", "area", "heads"]) | _number_literals
    if deep == 0:
        return leaves
    inner, days = _numbers(deep - 1), _day_terms(deep - 1)
    return st.one_of(
        leaves,
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda n: f"abs(-{n})"),
        st.tuples(inner, inner, st.integers(0, 4)).map(lambda t: f"divide({t[0]}, {t[1]}, {t[2]})"),
        st.tuples(inner, st.integers(0, 3)).map(lambda t: f"round({t[0]}, {t[1]})"),
        st.tuples(st.sampled_from(["coalesce", "least", "greatest"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        st.tuples(st.sampled_from(["months_between", "days_between", "age"]), days, days).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        _texts(deep - 1).map(lambda t: f"length({t})"),
        st.tuples(_conditions(deep - 1), inner, inner).map(lambda t: f"case when {t[0]} then {t[1]} else {t[2]} end"),
    )


def _day_terms(deep: int) -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["day", "other_day", "moment"]) | _day_literals
    if deep == 0:
        return leaves
    return leaves | st.just("birth_date(person)") | _day_terms(deep - 1).map(lambda d: f"add_days({d}, heads)")


def _texts(deep: int) -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["name", "month", "sex(person)"]) | _text_literals
    if deep == 0:
        return leaves
    days = _day_terms(deep - 1)
    return leaves | days.map(lambda d: f"month_of({d})") | days.map(lambda d: f"year_of({d})") | st.just("month_after(month, heads)")


def _conditions(deep: int) -> st.SearchStrategy[str]:
    compare = st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "is distinct from"])
    terms = st.one_of(
        *(st.tuples(f(deep), compare, f(deep)).map(lambda t: f"{t[0]} {t[1]} {t[2]}") for f in (_numbers, _texts, _day_terms))
    )
    leaves = st.one_of(
        terms,
        st.just("done"),
        st.just("done is not true"),
        st.tuples(_numbers(deep), _numbers(deep), _numbers(deep)).map(lambda t: f"{t[0]} between {t[1]} and {t[2]}"),
        st.tuples(_texts(deep), _texts(deep), _texts(deep)).map(lambda t: f"{t[0]} not in ({t[1]}, {t[2]})"),
        st.sampled_from(["name like 'a%b'", "name not like '_三'", "name like '%'", "starts_with(name, '张')", "heads in (1, null)"]),
        _day_terms(deep).map(lambda d: f"{d} is null"),
    )
    if deep == 0:
        return leaves
    inner = _conditions(deep - 1)
    return (
        leaves
        | inner.map(lambda c: f"not ({c})")
        | st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})")
    )


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
@given(_conditions(2), rows)
def test_conditions_give_what_duckdb_gives(text: str, row: dict[str, str]) -> None:
    _compare(text, row)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(st.one_of(_conditions(2), _numbers(2), _texts(2), _day_terms(2)), rows)
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
