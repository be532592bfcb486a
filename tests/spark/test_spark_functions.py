"""Our functions on Spark: the same plain Python that holds DuckDB's, and the Python evaluator over random expressions."""

from __future__ import annotations

import warnings
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.query_function_cases import CASES, SHORT
from support.random_expressions import LEDGER, PACK, TYPES, conditions, day_terms, numbers, rows, texts
from support.spark_questions import answers, called, values_of
from taizhang.pack.expression import parse_expression
from taizhang.pack.expression_functions import OWN
from taizhang.pack.expression_python import compile_expression, value_of
from taizhang.pack.query_functions import QUERY
from taizhang.warehouse.spark.engine import Spark
from taizhang.warehouse.spark.functions import BODIES
from taizhang.warehouse.spark.query_functions import BODIES as QUERY_BODIES

FEW = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
KINDS = {n: parse_expression(n, LEDGER, PACK).kind for n in TYPES}


def test_every_function_is_written_out() -> None:
    assert BODIES.keys() == OWN.keys()
    assert QUERY_BODIES.keys() == QUERY.keys() | {"listed"}


@pytest.mark.parametrize("name", CASES)
def test_function_gives_what_plain_python_gives(spark: Spark, name: str) -> None:
    plain, strategies = CASES[name]

    @FEW
    @given(st.lists(st.tuples(*strategies), min_size=20, max_size=40))
    def holds(listed: list[tuple[Any, ...]]) -> None:
        got = answers(spark, [called(name, arguments) for arguments in listed])
        assert got == [plain(*arguments) for arguments in listed]

    holds()


@FEW
@given(st.lists(st.decimals(-(10**20), 10**20, allow_nan=False, places=4) | st.integers(-(10**15), 10**15), min_size=20, max_size=40))
def test_shown(spark: Spark, values: list[Any]) -> None:
    texts = [format(v, "f") for v in values]
    expected = [
        (t.rstrip("0").rstrip(".") if "." in t else t).replace("-0", "-0" if v else "0", 1) for t, v in zip(texts, values, strict=True)
    ]
    assert answers(spark, [called("shown", [v]) for v in values]) == expected


def test_plain_name_drops_blanks_and_dots(spark: Spark) -> None:
    names = ["阿依古丽·买买提", "阿依古丽• 买买提", "阿依 古丽．买买提", "阿依古丽\u3000买买提", "Ann Li"]
    assert answers(spark, [called("plain_name", [n]) for n in names]) == ["阿依古丽买买提"] * 4 + ["ANNLI"]


def test_nothing_gives_nothing(spark: Spark) -> None:
    one = [n for n in QUERY if [kind for _, kind in QUERY[n].takes] == ["text"]]
    assert spark.fetch(f"SELECT {', '.join(called(n, [None]) for n in one)}") == [(None,) * len(one)]
    asked = [called("joined", [None, "a"]), called("edit_distance", [None, "张"]), called("part", ["a", None, 1])]
    assert answers(spark, [f"CAST({a} AS STRING)" for a in asked]) == ["a", None, None]


@FEW
@given(st.lists(st.tuples(st.one_of(conditions(2), numbers(2), texts(2), day_terms(2)), rows), min_size=25, max_size=40))
def test_expressions_give_what_the_python_evaluator_gives(spark: Spark, asked: list[tuple[str, dict[str, str]]]) -> None:
    for (text, row), got in zip(asked, values_of(spark, asked), strict=True):
        expected = compile_expression(parse_expression(text, LEDGER, PACK))({n: value_of(row.get(n), k) for n, k in KINDS.items()})
        assert got == expected, (text, row)


@pytest.mark.parametrize("windowed", [False, True])
def test_median_is_one_of_the_values(spark: Spark, windowed: bool) -> None:
    from sqlglot import exp

    median = spark.writer.function("median", [exp.column("x")])
    made: Any = exp.Window(this=median, partition_by=[exp.column("g")]) if windowed else median
    groups = {1: ["1.50", "2.25"], 2: ["3.00"], 3: [None], 4: ["-1.00", None, "7.10", "2.00"]}
    spark.write("middle", {"g": "BIGINT", "x": "DECIMAL(18,2)"}, [(str(g), x) for g, xs in groups.items() for x in xs])
    sql = f"SELECT DISTINCT g, m FROM (SELECT g, {made.sql(dialect=spark.writer.dialect)} AS m FROM middle {'' if windowed else 'GROUP BY g'}) ORDER BY g"
    assert spark.fetch(sql) == [(1, Decimal("1.50")), (2, Decimal("3.00")), (3, None), (4, Decimal("2.00"))]


@FEW
@given(st.lists(st.lists(st.none() | SHORT, min_size=1, max_size=12), min_size=10, max_size=20))
def test_listed_is_distinct_and_in_order(spark: Spark, lists: list[list[str | None]]) -> None:
    from sqlglot import exp

    spark.write("texts", {"g": "BIGINT", "x": "VARCHAR"}, [(str(g), x) for g, xs in enumerate(lists) for x in xs])
    listed = spark.writer.function("listed", [exp.column("x")]).sql(dialect=spark.writer.dialect)
    got = [text for _, text in spark.fetch(f"SELECT g, {listed} FROM texts GROUP BY g ORDER BY g")]
    assert got == ["、".join(sorted({x for x in xs if x is not None})) or None for xs in lists]


def test_days_are_counted_without_a_zone(spark: Spark) -> None:
    """China had summer time from 1986 to 1991."""
    assert answers(spark, [called("days_between", [date(1988, 4, 1), date(1988, 10, 1)])]) == [183]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert spark.fetch("SELECT CAST('1988-04-17T02:30' AS TIMESTAMP_NTZ)")[0][0].isoformat() == "1988-04-17T02:30:00"
