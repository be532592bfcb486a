"""Figures where plain cases have something to teach: divisions, dates, rounding, pages, faults."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from taizhang.errors import Refusal, TaizhangError
from taizhang.figures import compute, compute_many, recombine, run_examples, trace
from taizhang.figures.model import quotient
from taizhang.pack.definitions import Aggregate, Field, Indicator, IndicatorExample, Ledger, OverDivisions, Pack, Parameter, Place
from taizhang.pack.divisions import Division, DivisionTree
from taizhang.warehouse import Snapshot
from taizhang.warehouse.duckdb.connection import connect
from taizhang.warehouse.duckdb.engine import DuckDB

TOWN, COMMUNITY, GROUP, VILLAGE = "990128105", "990128105001", "99012810500103", "990128105201"
MERGED = "990128105202"  # ended in mid-2020 and went into VILLAGE
TREE = DivisionTree(
    [
        Division("990128", "县"),
        Division(TOWN, "公坪镇"),
        Division(COMMUNITY, "公坪社区"),
        Division(GROUP, "3组"),
        Division(VILLAGE, "銮塘村"),
        Division(MERGED, "桐木村", valid_to=date(2020, 7, 1), successor=VILLAGE),
    ],
    TOWN,
)
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def snapshot_of(figure_pack: Pack) -> Callable[..., Snapshot]:
    return lambda rows, pack=figure_pack: Snapshot.from_rows(pack, rows, TREE)


def value(snapshot: Snapshot, name: str, period: str = "2020", division: str | None = None, as_of: date | None = None) -> Decimal | None:
    figure = compute(snapshot, name, period, division, as_of)
    assert recombine(trace(snapshot, name, period, division, as_of)) == figure.value
    return figure.value


def test_a_division_counts_what_lies_below_it(snapshot_of: Callable[..., Snapshot]) -> None:
    rows = {"payment": [{"village": v, "amount": a} for v, a in ((TOWN, 1), (COMMUNITY, 10), (GROUP, 100), (VILLAGE, 1000))]}
    found = compute_many(snapshot_of(rows), ["paid"], ["2020"], "all")
    assert {f.division: f.value for f in found} == {TOWN: 1111, COMMUNITY: 110, GROUP: 100, VILLAGE: 1000, MERGED: 0}


def test_a_merged_division_counts_into_its_successor(snapshot_of: Callable[..., Snapshot]) -> None:
    snapshot = snapshot_of({"payment": [{"village": MERGED, "amount": 5, "paid_on": "2020-02-01"}, {"village": VILLAGE, "amount": 7}]})
    assert [value(snapshot, "paid", division=d) for d in (MERGED, VILLAGE, TOWN)] == [5, 12, 12]
    assert [value(snapshot, "villages_over", p) for p in ("2020H1", "2020Q1")] == [2, 2]
    assert value(snapshot, "villages_over", "2020H1", as_of=date(2020, 7, 15)) == 2


def test_only_divisions_alive_at_the_end_are_counted(figure_pack: Pack, snapshot_of: Callable[..., Snapshot]) -> None:
    every = Indicator("villages", "村数", 1, "个", OverDivisions("village", "paid", "count"))
    pack = Pack("test", figure_pack.ledgers, {**figure_pack.indicators, "villages": every}, figure_pack.parameters, {})
    snapshot = snapshot_of({}, pack)
    assert [value(snapshot, "villages", p) for p in ("2020-06", "2020-07")] == [3, 2]
    assert value(snapshot, "villages", "2020", as_of=date(2020, 6, 30)) == 3


def test_rows_of_an_unknown_division_are_not_lost(figure_pack: Pack) -> None:
    rows = "(1, '99012810520105', 3), (2, '990999', 4), (3, NULL, 5)"
    missing = "NULL::VARCHAR AS _entry, NULL AS holder, NULL::VARCHAR AS kind, DATE '2020-05-01' AS paid_on"

    def make(engine: Any, name: str, _columns: object) -> None:
        engine.connection.execute(f"CREATE TABLE {name} AS SELECT *, {missing} FROM (VALUES {rows}) v(_seq, _division, amount)")

    with Snapshot(figure_pack, TREE, DuckDB(connect()), 3, make) as snapshot:
        assert [compute(snapshot, "paid", "2020", d).value for d in (VILLAGE, COMMUNITY, TOWN)] == [3, 0, 12]


def test_nothing_gives_zero_or_null(snapshot_of: Callable[..., Snapshot]) -> None:
    snapshot = snapshot_of({})
    assert [value(snapshot, n) for n in ("paid", "large", "holders", "on_roll", "villages_over")] == [0, 0, 0, 0, 0]
    assert [value(snapshot, n) for n in ("least", "most", "last_area", "price", "weakest")] == [None] * 5


def test_a_period_that_had_not_begun_holds_no_events_but_has_a_roll(snapshot_of: Callable[..., Snapshot]) -> None:
    rows: Rows = {"payment": [{"amount": 5, "paid_on": "2020-03-01"}], "holding": [{"since": "2019-01-01"}]}
    snapshot, before = snapshot_of(rows), date(2020, 2, 1)
    assert [value(snapshot, "paid", p, as_of=before) for p in ("2020", "2020-03")] == [0, 0]
    assert [value(snapshot, n, "2020-03", as_of=before) for n in ("on_roll", "on_roll_once", "began")] == [1, 0, 0]


def test_the_first_day_off_the_roll_is_not_on_it(snapshot_of: Callable[..., Snapshot]) -> None:
    snapshot = snapshot_of({"holding": [{"since": "2020-01-01", "until": "2020-06-30", "kind": "甲"}]})
    assert [value(snapshot, "on_roll", p) for p in ("2020-05", "2020-06")] == [1, 0]
    assert [value(snapshot, "on_roll_once", p) for p in ("2020-06", "2020-07", "2019")] == [1, 0, 0]
    assert [value(snapshot, "ended", p) for p in ("2020-06", "2020-07")] == [1, 0]


def test_a_row_that_ends_before_it_begins_was_never_on_the_roll(snapshot_of: Callable[..., Snapshot]) -> None:
    snapshot = snapshot_of({"holding": [{"since": "2020-05-20", "until": "2020-05-10"}, {"since": "2020-05-20", "until": "2020-05-20"}]})
    assert [value(snapshot, n, "2020-05") for n in ("on_roll_once", "on_roll")] == [0, 0]


def test_parameters_hold_from_their_day(snapshot_of: Callable[..., Snapshot]) -> None:
    rows = {"payment": [{"amount": 30, "paid_on": "2020-01-10"}]}
    assert [value(snapshot_of(rows), "large", p) for p in ("2020H1", "2020")] == [1, 0]
    assert value(snapshot_of({"payment": [{"amount": 30, "paid_on": "2018-01-10"}]}), "large", "2018") == 0


def test_a_parameter_is_compared_exactly(snapshot_of: Callable[..., Snapshot]) -> None:
    rows = {"payment": [{"amount": a, "paid_on": "2020-12-01"} for a in ("39.99", "40", "40.01", "40.49")]}
    assert value(snapshot_of(rows), "large") == 2


def test_the_last_row_by_date_decides_and_the_later_row_on_one_day(snapshot_of: Callable[..., Snapshot]) -> None:
    rows = [
        {"holder": "1", "area": 1, "paid_on": "2020-05-01"},
        {"holder": "1", "area": 2, "paid_on": "2020-05-01"},
        {"holder": "1", "area": 4, "paid_on": "2020-01-01"},
        {"holder": "2", "area": 8, "paid_on": "2019-01-01"},
    ]
    traced = trace(snapshot_of({"payment": rows}), "last_area", "2020")
    assert traced.figure.value == 10
    assert [(row.seq, row.contribution) for row in traced.rows] == [(2, 2), (4, 8), (1, None), (3, None)]


def test_one_row_stands_for_each_distinct_value(snapshot_of: Callable[..., Snapshot]) -> None:
    traced = trace(snapshot_of({"payment": [{"holder": h} for h in ("1", "2", "1", None)]}), "holders", "2020")
    assert [row.contribution for row in traced.rows] == [1, 1, 0, 0]


def test_least_and_greatest_show_their_witnesses_first(snapshot_of: Callable[..., Snapshot]) -> None:
    traced = trace(snapshot_of({"payment": [{"amount": a} for a in (5, 2, 9, 2)]}), "least", "2020")
    assert [(row.seq, row.contribution) for row in traced.rows] == [(2, 2), (4, 2), (1, None), (3, None)]


@pytest.mark.parametrize(
    ("top", "bottom", "unit", "places", "expected"),
    [
        ("1", "3", "%", 2, "33.33"),
        ("1", "8", "", 2, "0.13"),
        ("-1", "8", "", 2, "-0.13"),
        ("2", "3", "%", 0, "67"),
        ("5", "5", "%", 2, "100"),
    ],
)
def test_ratios_are_rounded_half_up(top: str, bottom: str, unit: str, places: int, expected: str) -> None:
    assert str(quotient(Decimal(top), Decimal(bottom), unit, places)) == expected


def test_a_ratio_keeps_numerator_and_denominator(snapshot_of: Callable[..., Snapshot]) -> None:
    snapshot = snapshot_of({"payment": [{"amount": 10, "area": 4}, {"amount": 0, "area": 2}]})
    figure = compute(snapshot, "price", "2020")
    assert (figure.value, figure.numerator, figure.denominator) == (Decimal("1.667"), 10, 6)
    data = trace(snapshot, "price", "2020").as_dict()
    assert (data["numerator"]["total"], data["denominator"]["total"], data["figure"]["value"]) == ("10", "6", "1.667")


def test_a_page_of_a_trace_keeps_the_exact_total(snapshot_of: Callable[..., Snapshot]) -> None:
    snapshot = snapshot_of({"payment": [{"amount": n} for n in range(1, 11)]})
    traced = trace(snapshot, "paid", "2020", limit=3, offset=4)
    assert [row.contribution for row in traced.rows] == [5, 6, 7]
    assert (traced.count, traced.total, recombine(traced)) == (10, 55, 55)


def test_a_trace_tells_where_a_row_came_from(snapshot_of: Callable[..., Snapshot]) -> None:
    row = trace(snapshot_of({"payment": [{"amount": "3.50", "village": "銮塘村"}]}), "paid", "2020").as_dict()["rows"][0]
    assert (row["line"], row["version"], row["contribution"], row["submission"]["number"]) == (1, 1, "3.5", 1)
    assert row["fields"]["amount"] == {"title": "标题amount", "value": "3.5"}
    assert row["fields"]["paid_on"]["value"] == "2020-01-01"


def test_a_month_lies_on_its_last_day() -> None:
    fields = {
        "village": Field("village", "村", "division"),
        "month": Field("month", "月", "month"),
        "income": Field("income", "收入", "money"),
    }
    ledger = Ledger("income", "收入", 1, "办", "event", fields, ("village", "month"), "village", at="month")
    total = Indicator("total", "收入", 1, "元", Aggregate("income", "sum", "income", None, "at"))
    pack = Pack("test", {"income": ledger}, {"total": total}, {}, {})
    with Snapshot.from_rows(pack, {"income": [{"month": "2020-02", "income": 5}, {"month": "2020-07", "income": 7}]}, TREE) as snapshot:
        assert [value(snapshot, "total", p) for p in ("2020-02", "2020Q1", "2020H1", "2020", "2020-03")] == [5, 5, 5, 12, 0]
        assert [value(snapshot, "total", as_of=day) for day in (date(2020, 2, 28), date(2020, 2, 29))] == [0, 5]


def test_large_sums_stay_exact(snapshot_of: Callable[..., Snapshot]) -> None:
    snapshot = snapshot_of({"payment": [{"amount": f"9999999999999.{n:02d}"} for n in range(1, 100)]})
    assert value(snapshot, "paid") == sum(Decimal(f"9999999999999.{n:02d}") for n in range(1, 100))


def test_one_batch_equals_single_figures(snapshot_of: Callable[..., Snapshot], figure_pack: Pack) -> None:
    rows: Rows = {
        "holding": [{"id": "1", "kind": "甲", "since": "2020-02-01", "until": "2020-09-01"}, {"id": "2", "village": VILLAGE}],
        "payment": [{"holder": "1", "amount": n, "area": n, "kind": "甲", "paid_on": f"2020-{n:02d}-15"} for n in range(1, 13)],
    }
    snapshot = snapshot_of(rows)
    periods = ["2020", "2020H2", "2020Q2", "2020-05"]
    figures = compute_many(snapshot, None, periods)
    assert len(figures) == len(figure_pack.indicators) * len(periods) * 5
    for figure in figures[::31]:
        assert compute(snapshot, figure.indicator, figure.period, figure.division) == figure


@pytest.mark.parametrize(
    ("name", "period", "division", "code"),
    [
        ("nothing", "2020", None, "figure.indicator_unknown"),
        ("paid", "2020", "123456", "figure.division_unknown"),
        ("paid", "2020-13", None, "period.unreadable"),
    ],
)
def test_unknown_names_are_told(snapshot_of: Callable[..., Snapshot], name: str, period: str, division: str | None, code: str) -> None:
    for ask in (compute, trace):
        with pytest.raises(TaizhangError) as error:
            ask(snapshot_of({}), name, period, division)
        assert error.value.fault.code == code
        assert not isinstance(error.value, Refusal)


def test_worked_examples_tell_what_was_expected_and_what_came(figure_pack: Pack) -> None:
    place = Place("indicators/x.yaml", 9)
    good = IndicatorExample({"payment": [{"amount": 2}, {"amount": "1.50"}]}, Decimal("3.5"), place=place)
    bad = IndicatorExample({"payment": [{"amount": 2}]}, Decimal(3), place=place)
    broken = IndicatorExample({"payment": [{"amount": "很多"}]}, Decimal(3), place=place)
    elsewhere = IndicatorExample({"payment": [{"amount": 2}]}, Decimal(0), division="銮塘村", place=place)
    paid = Indicator("paid", "发放", 1, "元", figure_pack.indicators["paid"].formula, examples=(good, bad, broken, elsewhere))
    limit = Parameter(
        "limit", "限额", "元", ((date(2020, 1, 1), Decimal(5)),), examples=((date(2019, 1, 1), None), (date(2020, 1, 1), Decimal(6)))
    )
    results = run_examples(Pack("test", figure_pack.ledgers, {"paid": paid}, {"limit": limit}, {}))
    assert [(r.definition, r.passed) for r in results] == [
        ("limit", True),
        ("limit", False),
        ("paid", True),
        ("paid", False),
        ("paid", False),
        ("paid", True),
    ]
    assert (results[3].file, results[3].line, results[3].expected, results[3].got) == ("indicators/x.yaml", 9, "3", "2")
    assert "很多" in results[4].got
    assert [r.definition for r in run_examples(Pack("test", figure_pack.ledgers, {"paid": paid}, {"limit": limit}, {}), ["limit"])] == [
        "limit"
    ] * 2
