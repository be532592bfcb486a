"""The functions of queries in DuckDB against plain Python: any text, any number."""

from __future__ import annotations

import calendar
import re
import string
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.pack.fieldtypes._idents import credit_check_character, id_check_character, luhn_holds
from taizhang.pack.query_functions import OWN_AGGREGATES, QUERY
from taizhang.warehouse.duckdb.connection import connect
from taizhang.warehouse.duckdb.query_functions import BODIES
from taizhang.warehouse.text_classes import LONGEST_COMPARED

ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
SHORT = st.text(st.sampled_from("张章长吕呂王ab1 ·A\u3000𠮷e\u0301"), max_size=8)
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1)) | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - the ledgers' times have no zone
DIGITS = st.text("0123456789", max_size=20)
CREDIT = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17)
MONTHS = (
    st.dates(date(1, 1, 1), date(9999, 12, 31)).map(lambda d: d.isoformat()[:7])
    | st.sampled_from(["2020-13", "2020-00", "2020", "2020-5", ""])
    | ANY
)


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


def minutes_between(a: date, b: date) -> int:
    first, last = (d if isinstance(d, datetime) else datetime(d.year, d.month, d.day) for d in (a, b))  # noqa: DTZ001
    return (last - first) // timedelta(minutes=1) if last >= first else -((first - last) // timedelta(minutes=1))


def month_start(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[5:]), 1) if re.fullmatch("[0-9]{4}-[0-9]{2}", text) else None
    except ValueError:
        return None


def month_end(text: str) -> date | None:
    first = month_start(text)
    return first and first.replace(day=calendar.monthrange(first.year, first.month)[1])


def distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row, before = [i], row
        for j, y in enumerate(b, 1):
            row.append(min(row[-1] + 1, before[j] + 1, before[j - 1] + (x != y)))
    return row[-1]


def id_valid(text: str) -> bool:
    return bool(re.fullmatch("[0-9]{17}[0-9X]", text)) and id_check_character(text[:17]) == text[17]


def id_18(text: str) -> str | None:
    if re.fullmatch("[0-9]{17}[0-9X]", text):
        return text
    if not re.fullmatch("[0-9]{15}", text):
        return None
    longer = text[:6] + "19" + text[6:]
    return longer + id_check_character(longer)


def card_valid(text: str) -> bool:
    return bool(re.fullmatch("[0-9]{12,19}", text)) and (len(text) < 16 or luhn_holds(text))


def credit_code_valid(text: str) -> bool:
    shape = "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"
    return bool(re.fullmatch(shape, text)) and credit_check_character(text[:17]) == text[17]


BLANKS = {*string.whitespace, *"\x85\xa0\u1680\u2028\u2029\u202f\u205f\u2060\u3000\ufeff", *map(chr, range(0x2000, 0x200E))}


def without_blanks(text: str) -> str:
    return "".join(c for c in text if c not in BLANKS)


def like_ids(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts of digits, each with a right and a wrong check character."""
    return text.flatmap(lambda t: st.sampled_from([t, t + "0", *([t + id_check_character(t)] if len(t) == 17 else [])]))


CASES: dict[str, tuple[Callable[..., Any], tuple[st.SearchStrategy[Any], ...]]] = {
    "month_start": (month_start, (MONTHS,)),
    "month_end": (month_end, (MONTHS,)),
    "day_of": (lambda d: d.isoformat()[:10], (DAYS,)),
    "minutes_between": (minutes_between, (DAYS, DAYS)),
    "id_valid": (id_valid, (like_ids(st.text("0123456789", min_size=17, max_size=17)) | DIGITS | ANY,)),
    "id_18": (id_18, (st.text("0123456789", min_size=15, max_size=15) | like_ids(st.text("0123456789", min_size=17, max_size=17)) | ANY,)),
    "card_valid": (card_valid, (st.text("0123456789", min_size=10, max_size=20) | ANY,)),
    "credit_code_valid": (credit_code_valid, (CREDIT.flatmap(lambda t: st.sampled_from([t + credit_check_character(t), t + "0"])) | ANY,)),
    "edit_distance": (distance, (SHORT | ANY, SHORT | ANY)),
    "part": (lambda t, f, n: t[f - 1 : f - 1 + n] if f >= 1 and n >= 0 else None, (ANY, st.integers(-3, 40), st.integers(-3, 40))),
    "joined": (lambda a, b: a + b, (ANY, ANY)),
    "without_blanks": (without_blanks, (SHORT | ANY,)),
    "contains": (lambda t, w: w in t, (SHORT, SHORT)),
    "whole_number": (lambda t: int(t) if re.fullmatch("[0-9]{1,18}", t) else None, (DIGITS | ANY,)),
    "remainder": (
        lambda a, b: None if b == 0 else (abs(a) % abs(b)) * (-1 if a < 0 else 1),
        (st.integers(-(2**62), 2**62), st.integers(-50, 50)),
    ),
}


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
