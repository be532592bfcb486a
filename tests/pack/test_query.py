"""Queries: ``cases/queries/accepted.tsv`` and ``refused.tsv``. A line there is a case; nothing has to be changed here."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from support.work import OURS, work
from taizhang.errors import Refusal
from taizhang.pack.definitions import Place, StepDefinition
from taizhang.pack.loader import load_pack
from taizhang.pack.queries import Queries
from taizhang.pack.query import LONGEST, MOST_STEPS, Query, literals, parse_query
from taizhang.warehouse.columns import columns
from taizhang.warehouse.duckdb.connection import connect
from taizhang.warehouse.duckdb.engine import DuckDB
from taizhang.warehouse.duckdb.functions import ENGINE

FOLDER = Path(__file__).parent / "cases" / "queries"
QUERIES = Queries(load_pack())


def lines(name: str) -> list[list[str]]:
    written = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in written if line and not line.startswith("#")]


def steps(text: str) -> list[StepDefinition]:
    parts = text.split(" ## ")
    named = [
        part.partition(" = ") if part.split(" ", 1)[0] not in ("select", "") and " = " in part[:20] else ("answer", "", part)
        for part in parts
    ]
    return [StepDefinition(name, name, select, Place("rules/a.yaml", 7, {"select": 9})) for name, _, select in named]


def refusal(text: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        parse_query(steps(text), QUERIES)
    return refused.value


def test_there_are_cases() -> None:
    assert len(lines("refused.tsv")) > 100
    assert len(lines("accepted.tsv")) > 30


@pytest.mark.parametrize("case", lines("refused.tsv"), ids=lambda c: c[2][:60])
def test_refused(case: list[str]) -> None:
    codes, place, text = case
    faults = refusal(text).faults
    assert {f.code for f in faults} == set(codes.split())
    for fault in faults:
        assert (fault.file, fault.row) == ("rules/a.yaml", 9)
        assert "{" not in fault.message
        assert fault.message != fault.code
    if place != "-":
        assert any((f.value or "").lstrip("…").startswith(place) for f in faults)


@pytest.mark.parametrize("case", lines("accepted.tsv"), ids=lambda c: c[1][:60])
def test_accepted(case: list[str]) -> None:
    kinds, text = case
    query = parse_query(steps(text), QUERIES)
    got = ", ".join(f"{n} {k.name}" + (f":{k.scale}" if k.name == "number" else "") for n, k in query.answer.columns.items())
    assert got == kinds
    run(query)


TYPES = {"text": "VARCHAR", "date": "DATE", "boolean": "BOOLEAN"}


def run(query: Query) -> None:
    """Run a query in DuckDB over empty ledgers: what it gives has the kinds that the check says."""
    connection = connect(threads=1)
    for name in sorted(query.sources):
        DuckDB(connection).write(name, columns(QUERIES.ledgers[name]), [])
    values = literals(query.parameters, QUERIES.parameters, date(2020, 12, 31))
    for step in query.steps:
        connection.execute(f'CREATE TEMP TABLE "{step.name}" AS {step.sql(ENGINE, values)}')
    for (name, got, *_), kind in zip(
        connection.execute(f'DESCRIBE "{query.answer.name}"').fetchall(), query.answer.columns.values(), strict=True
    ):
        if kind.name == "number":
            assert (
                got in ("BIGINT", "HUGEINT", "INTEGER") if kind.scale == 0 and "DECIMAL" not in got else got.endswith(f",{kind.scale})")
            ), name
        else:
            assert got == TYPES[kind.name], name


def test_place_in_a_block_is_a_line_of_its_own() -> None:
    fault = refusal("select p.payee as name,\n  p.nme as other\nfrom payment p").faults[0]
    assert (fault.row, fault.value, fault.column) == (9 + 2, "…p.nme as other from payment p", "answer.select")


def test_several_faults_are_told_at_once() -> None:
    faults = refusal("select p.nme as name, q.x as y from payment p join dead d on d.id = p.payee_id").faults
    assert sorted(f.code for f in faults) == ["query.alias_unknown", "query.column_unknown", "query.unknown_source"]


def test_a_fault_of_one_step_is_not_repeated_by_those_that_read_it() -> None:
    text = (
        "one = select p.nme as name from payment p ## two = select o.name as name from one o ## select t.name as name, t.x as x from two t"
    )
    assert [f.code for f in refusal(text).faults] == ["query.column_unknown"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("select " + "x" * LONGEST + " as x from payment p", "query.too_long"),
        ("select " + "(" * 1000 + "1" + ")" * 1000 + " as x from payment p", "query.too_deep"),
        ("select " + "not " * 1000 + "true as x from payment p", "query.too_deep"),
        ("select " + "- " * 2000 + "1 as x from payment p", "query.too_deep"),
        ("select " + "1 + " * 1000 + "1 as x from payment p", "query.too_deep"),
        ("select " + "case when " * 500 + "1 as x from payment p", "query.too_deep"),
        ("select 1 as x from payment p where " + " or ".join(["p.amount = 1"] * 300), "query.too_deep"),
    ],
)
def test_what_would_exhaust_the_reader(text: str, code: str) -> None:
    assert code in {f.code for f in refusal(text).faults}
    assert work(lambda: refusal(text), (OURS, str(Path(sqlglot.__file__).parent))) < 200 * len(text)


def test_too_many_steps() -> None:
    many = [StepDefinition(f"s{i}", "x", "select p.payee as name from payment p") for i in range(MOST_STEPS + 1)]
    with pytest.raises(Refusal) as refused:
        parse_query(many, QUERIES)
    assert [f.code for f in refused.value.faults] == ["query.too_many_steps"]


WORDS = st.sampled_from(
    [
        "select",
        "from",
        "where",
        "join",
        "left",
        "on",
        "group",
        "by",
        "having",
        "union",
        "all",
        "payment",
        "p",
        "death_record",
        "d",
        "p.amount",
        "d.died_on",
        "p.payee",
        "as",
        "x",
        "y",
        "count",
        "(",
        ")",
        ",",
        "*",
        "+",
        "-",
        "=",
        "<>",
        "and",
        "or",
        "not",
        "in",
        "is",
        "null",
        "case",
        "when",
        "then",
        "end",
        "sum",
        "over",
        "partition",
        "order",
        "row_number",
        "distinct",
        ":as_of",
        "1",
        "'a'",
        ";",
        "with",
        "exists",
        "limit",
        "read_csv",
    ]
)


@given(st.lists(WORDS, min_size=1, max_size=25).map(" ".join) | st.text(max_size=60))
def test_no_text_breaks_the_check(text: str) -> None:
    query = None
    with suppress(Refusal):
        query = parse_query([StepDefinition("answer", "x", text)], QUERIES)
    if query is not None:
        run(query)
