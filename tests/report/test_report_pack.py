"""The shipped report with the shipped pack: names, units, examples, documents, and panels over literal rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from taizhang.pack import Pack, Period, ReportDefinition, load_pack
from taizhang.pack.loader import demonstration_divisions
from taizhang.report import Report, SnapshotSource, compose, open_panels, run_examples, stale
from taizhang.report.composing import indicators_of, parameters_of
from taizhang.report.panels import Panel
from taizhang.report.saved import SavedReport
from taizhang.warehouse.snapshot import Snapshot

CASES = Path(__file__).parent / "cases"
DOCS = Path(__file__).parents[2] / "docs"
TOWN = "990128105"
ID = "990128195001010011"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


@pytest.fixture(scope="module")
def annual(pack: Pack) -> ReportDefinition:
    return pack.reports["township_annual"]


def test_the_pack_has_every_name_and_unit_that_the_report_uses(pack: Pack, annual: ReportDefinition) -> None:
    assert [name for name in indicators_of(annual) if name not in pack.indicators] == []
    assert [name for name in parameters_of(annual) if name not in pack.parameters] == []
    lines = (CASES / "seed_values.tsv").read_text(encoding="utf-8").splitlines()
    units = {name: unit for name, unit, *_ in (line.split("\t") for line in lines if not line.startswith("#"))}
    assert {name: pack.indicators[name].unit for name in units} == units
    assert set(indicators_of(annual)) <= set(units)


def test_worked_examples_hold(pack: Pack, annual: ReportDefinition) -> None:
    results = run_examples(annual, pack)
    assert len(results) >= 2
    assert [r.as_dict() for r in results if not r.passed] == []


def test_an_example_that_does_not_hold_says_what_the_report_says(pack: Pack, annual: ReportDefinition) -> None:
    wrong = replace(
        annual, examples=({"figures": {"reservoirs": 4}, "says": "共有五座小型水库"}, {"figures": {"nothing": 1}, "says": "好"})
    )
    first, second = run_examples(wrong, pack)
    assert not first.passed
    assert "共有四座小型水库" in first.got
    assert not second.passed
    assert "nothing" in second.got


def test_the_table_of_differences_is_true(report: Report) -> None:
    text = (DOCS / "reference" / "report-differences.md").read_text(encoding="utf-8")
    changed = text.split("## 有发现而照旧的")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in changed.splitlines() if re.match(r"\|(?! ?原文|-)", line)]
    assert len(rows) >= 20
    for old, new, *_ in rows:
        assert old not in report.text, old
        assert new == "（删去）" or new in report.text, new


ROWS = {
    "collective_income": [{"village": v, "amount": 51000} for v in ("銮塘村", "桐木村", "石板村", "枫香村", "白岩村")],
    "crop_planting": [{"crop": "黄桃", "area": 10, "output": 15}, {"crop": "黄桃", "area": "2.5", "output": 3, "village": "桐木村"}],
    "destitute_support": [{"id_number": ID, "name": "欧阳小燕", "support": "分散供养"}],
}


@pytest.fixture(scope="module")
def snapshot(pack: Pack) -> Iterator[Snapshot]:
    rows = {name: [{k: v for k, v in row.items() if k in pack.ledgers[name].fields} for row in listed] for name, listed in ROWS.items()}
    with Snapshot.from_rows(pack, rows, demonstration_divisions()) as made:
        yield made


@pytest.fixture(scope="module")
def short(annual: ReportDefinition) -> ReportDefinition:
    """A report of a few sentences."""
    text = (
        "{{ f.villages_reaching_income }}村。黄桃{{ f.peach_area }}。五保{{ f.destitute_persons }}。追回{{ f.money_recovered }}。"
        "{% if f.lowest_village_income >= p.collective_income_target %}达标。{% endif %}"
    )
    return replace(annual, text=text)


@pytest.fixture(scope="module")
def small(short: ReportDefinition, snapshot: Snapshot) -> Report:
    """The short report over the literal rows."""
    return compose(short, SnapshotSource(snapshot), Period.parse("2020"), TOWN)


@pytest.fixture(scope="module")
def panels(small: Report, snapshot: Snapshot) -> dict[str, Panel]:
    return open_panels(small, snapshot, rows=1)


def test_figures_come_from_the_ledgers(small: Report, snapshot: Snapshot) -> None:
    assert small.text.endswith("5个村。黄桃12.5亩。五保1人。追回0元。达标。")
    assert {f.position for f in small.figures if not f.indicator.startswith("p.")} == {snapshot.position}
    assert small.division_name == "公坪镇"


def test_a_panel_says_formula_and_rows_and_what_is_left_out(panels: dict[str, Panel]) -> None:
    peach = panels["peach_area"]
    assert peach.value == "12.5亩"
    assert "“种植面积”相加" in peach.formula
    assert "黄桃" in peach.formula
    assert peach.table is not None
    assert (peach.table.total, len(peach.table.rows)) == (2, 1)
    assert f"taizhang trace peach_area --period 2020 --division {TOWN}" in peach.table.note


def test_a_panel_over_divisions_lists_each(panels: dict[str, Panel]) -> None:
    villages = panels["villages_reaching_income"]
    assert villages.table is not None
    assert [(row[0], row[3]) for row in villages.table.rows] == [("公坪社区", "不计")] + [
        (v, "计入") for v in ("銮塘村", "桐木村", "石板村", "枫香村", "白岩村")
    ]
    assert len(villages.parts) == 5
    assert dict(panels["p.collective_income_target"].facts)["自 2020-01-01 起"] == "50000元"


def test_personal_values_are_masked_and_closed_ledgers_stay_closed(panels: dict[str, Panel]) -> None:
    everything = repr(panels)
    assert ID not in everything
    assert "小燕" not in everything
    closed = panels["money_recovered"].table
    assert closed is not None
    assert closed.rows == ()
    assert "授权" in closed.note


def test_a_corrected_row_makes_its_sentence_stale_and_no_other(
    small: Report, short: ReportDefinition, snapshot: Snapshot, pack: Pack
) -> None:
    same = stale(SavedReport(small), short, SnapshotSource(snapshot))
    assert (same.stale, same.still_true) == ((), ())
    corrected = {"crop_planting": [{"crop": "黄桃", "area": 9, "output": 15}], "collective_income": ROWS["collective_income"]}
    corrected["destitute_support"] = [{"id_number": ID, "name": "欧阳小燕"}]
    with Snapshot.from_rows(pack, corrected, demonstration_divisions()) as later:
        result = stale(SavedReport(small), short, SnapshotSource(later))
    assert [(s.old, s.new) for s in result.stale] == [("黄桃12.5亩。", "黄桃9亩。")]
    assert result.still_true == ()
