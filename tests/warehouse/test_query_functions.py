"""The functions of queries in DuckDB against plain Python: any text, any number."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.query_function_cases import CASES, SHORT
from taizhang.pack.query_functions import OWN_AGGREGATES, QUERY
from taizhang.warehouse.duckdb.connection import connect
from taizhang.warehouse.duckdb.query_functions import BODIES
from taizhang.warehouse.text_classes import LONGEST_COMPARED


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return connect(threads=1)


def run(connection: duckdb.DuckDBPyConnection, name: str, *arguments: Any) -> Any:
    marks = ", ".join(f"CAST(${i} AS {_type(a)})" for i, a in enumerate(arguments, 1))
    return connection.execute(f"SELECT tz_{name}({marks})", list(arguments)).fetchall()[0][0]


def _type(value: Any) -> str:
    if isinstance(value, date):
        return "TIMESTAMP" if isinstance(value, datetime) else "DATE"
    return "BIGINT" if isinstance(value, int) else f"DECIMAL(38,{-value.as_tuple().exponent})" if isinstance(value, Decimal) else "VARCHAR"


def test_every_function_is_tried() -> None:
    assert {*CASES, "shown", "plain_name", "listed"} == BODIES.keys()
    assert QUERY.keys() | OWN_AGGREGATES.keys() == BODIES.keys() | {"median"}


@pytest.mark.parametrize("name", CASES)
def test_function_gives_what_plain_python_gives(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    plain, strategies = CASES[name]

    @given(st.tuples(*strategies))
    def holds(arguments: tuple[Any, ...]) -> None:
        assert run(connection, name, *arguments) == plain(*arguments)

    holds()


@given(st.decimals(-(10**20), 10**20, allow_nan=False, places=4) | st.integers(-(10**15), 10**15))
def test_shown(value: Any) -> None:
    text = format(value, "f")
    assert run(SHARED, "shown", value) == (text.rstrip("0").rstrip(".") if "." in text else text).replace("-0", "-0" if value else "0", 1)


def test_plain_name_drops_blanks_and_dots(connection: duckdb.DuckDBPyConnection) -> None:
    for name in ("阿依古丽·买买提", "阿依古丽• 买买提", "阿依 古丽．买买提", "阿依古丽\u3000买买提"):
        assert run(connection, "plain_name", name) == "阿依古丽买买提"
    assert run(connection, "plain_name", "Ann Li") == "ANNLI"
    assert (
        run(connection, "plain_name", "公坪五金店（个体户）")
        == run(connection, "plain_name", "公坪五金店 (个体户)")
        == "公坪五金店(个体户)"
    )


def test_nothing_gives_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    one = [n for n in QUERY if [kind for _, kind in QUERY[n].takes] == ["text"]]
    assert {n: connection.execute(f"SELECT tz_{n}(CAST(NULL AS VARCHAR))").fetchall() for n in one} == {n: [(None,)] for n in one}
    assert connection.execute("SELECT tz_joined(NULL, 'a'), tz_edit_distance(NULL, '张'), tz_part('a', NULL, 1)").fetchall() == [
        ("a", None, None)
    ]


def test_long_texts_are_not_compared(connection: duckdb.DuckDBPyConnection) -> None:
    longest = "".join(chr(0x4E00 + i) for i in range(LONGEST_COMPARED))
    other = "".join(chr(0x5E00 + i) for i in range(LONGEST_COMPARED))
    assert run(connection, "edit_distance", longest, other) == LONGEST_COMPARED
    assert run(connection, "edit_distance", longest + "一", other) is None


SHARED = connect(threads=1)
NUMBERS = st.lists(st.none() | st.decimals(-1000, 1000, allow_nan=False, places=2), min_size=1, max_size=12)


@given(NUMBERS)
def test_median_is_the_lower_middle(values: list[Decimal | None]) -> None:
    known = sorted(v for v in values if v is not None)
    (got,) = (
        SHARED.execute("SELECT quantile_disc(x, 0.5) FROM (SELECT unnest(CAST($1 AS DECIMAL(18,2)[])) AS x)", [values]).fetchone() or ()
    )
    assert got == (known[(len(known) - 1) // 2] if known else None)


@given(st.lists(st.none() | SHORT, max_size=12))
def test_listed_is_distinct_and_in_order(values: list[str | None]) -> None:
    (got,) = SHARED.execute("SELECT tz_listed(x) FROM (SELECT unnest(CAST($1 AS VARCHAR[])) AS x)", [values]).fetchone() or ()
    assert got == ("、".join(sorted({v for v in values if v is not None})) or None)
