"""Groups of several rows are looked for among a few columns first: the same groups as without, whatever the rows and the condition."""

from __future__ import annotations

import duckdb
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.warehouse.duckdb.connection import connect
from taizhang.warehouse.duckdb.repeated import narrowed

NARROWED = (
    "count(*) > 1",
    "COUNT(*) >= 3",
    "count(distinct x) > 1",
    "count(distinct x) > 1 AND count(distinct n) > 2 AND min(n) = 0",
    "count(x) > CAST('2' AS DECIMAL(38,0))",
    "min(x) < max(x)",
    "min(x) <> max(x)",
    "count(*) > 1 AND sum(n) > 3",
    "count(*) > 2 OR (count(distinct x) > 1 AND min(n) = 0)",
)
LEFT_ALONE = (
    "count(*) > 0",
    "count(*) = 1",
    "sum(n) > 3",
    "count(*) > 1 OR sum(n) > 3",
    "min(x) < max(y)",
    "count(*) > n",
    "NOT count(*) > 1",
)
ROWS = st.lists(
    st.tuples(st.sampled_from(("a", "b", None)), st.integers(0, 2), st.sampled_from(("u", "v", None)), st.integers(0, 3)), max_size=12
)


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return connect(threads=1)


def statement(having: str, where: str = "") -> str:
    return f"SELECT p.k AS k, p.g AS g, count(*) AS times, sum(p.n) AS n, min(p.x) AS x FROM rows_given p {where} GROUP BY p.k, p.g HAVING {having}"


def rewritten(sql: str) -> str:
    return narrowed(sqlglot.parse_one(sql, dialect="duckdb"), "row").sql(dialect="duckdb")


@pytest.mark.parametrize("having", NARROWED)
@pytest.mark.parametrize(
    "where",
    [
        "",
        "WHERE p.n > 0 OR p.x IS NULL",
        "JOIN (VALUES ('a'), ('a'), (NULL)) o(other) ON o.other = p.k WHERE p.n < 3",
        "ANTI JOIN (VALUES ('a', 1), ('b', 2)) o(other, m) ON o.other = p.k AND o.m = p.n",
    ],
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_the_same_groups_are_found(connection: duckdb.DuckDBPyConnection, having: str, where: str, rows: list[tuple[object, ...]]) -> None:
    connection.execute('CREATE OR REPLACE TEMP TABLE rows_given (k VARCHAR, g INTEGER, x VARCHAR, n INTEGER, "row" INTEGER)')
    if rows:
        connection.executemany("INSERT INTO rows_given VALUES (?, ?, ?, ?, ?)", [(*row, i) for i, row in enumerate(rows)])
    sql = statement(having, where)
    narrow = rewritten(sql)
    assert "HASH(" in narrow.upper()
    assert sorted(connection.execute(narrow).fetchall(), key=repr) == sorted(connection.execute(sql).fetchall(), key=repr)


@pytest.mark.parametrize("having", LEFT_ALONE)
def test_what_a_single_row_may_meet_is_left_alone(having: str) -> None:
    assert "HASH(" not in rewritten(statement(having)).upper()


def test_what_has_no_groups_is_left_alone() -> None:
    for sql in ("SELECT k FROM rows_given", "SELECT k FROM rows_given GROUP BY k", "SELECT k FROM a UNION ALL SELECT k FROM b"):
        assert "HASH(" not in rewritten(sql).upper()


def test_where_nothing_is_to_be_fetched_rows_are_read_once() -> None:
    assert "HASH(" not in rewritten("SELECT p.k AS k FROM rows_given p GROUP BY p.k, p.g HAVING count(*) > 1").upper()
