"""What holds for every rule of the pack, whatever it looks for: nothing out of nothing, whole answers, old lists weigh less."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from taizhang.comparison import run_rules
from taizhang.comparison.column_titles import column_titles
from taizhang.comparison.dating import severity_of
from taizhang.comparison.examples import Examples
from taizhang.comparison.telling import shown
from taizhang.pack import load_pack
from taizhang.pack.definitions import Rule
from taizhang.pack.divisions import DivisionTree
from taizhang.pack.loader import demonstration_divisions
from taizhang.pack.rule_schema import SEVERITIES
from taizhang.warehouse import Snapshot

pytestmark = pytest.mark.slow

STUMBLES = re.compile("None|[0-9]T[0-9]|:[0-9]{4}")  # what a clerk would stumble over
MONTH = re.compile("[12][0-9]{3}(-(0[1-9]|1[0-2]))?")
LEVELS = list(SEVERITIES)


@cache
def _found() -> list[tuple[Rule, Mapping[str, Any]]]:
    """Return every row that the examples of every rule find."""
    return list(_each())


def _each() -> Iterator[tuple[Rule, Mapping[str, Any]]]:
    pack = load_pack()
    examples = Examples(pack, demonstration_divisions())
    for rule in pack.rules.values():
        for example in (e for e in rule.examples if e.finds):
            for row in examples.found(example, examples.written(rule, example.as_of)):
                yield rule, row


def test_nothing_is_found_in_empty_ledgers() -> None:
    with Snapshot.from_rows(load_pack(), {}, demonstration_divisions()) as snapshot:
        runs = run_rules(snapshot, None, date(2020, 12, 31), delivered=lambda ledger: True)
    assert {run.rule: run.state for run in runs} == dict.fromkeys(load_pack().rules, "ran")
    assert {run.rule: run.records()[:2] for run in runs if run.total} == {}


def _faults(rule: Rule, row: Mapping[str, Any], divisions: DivisionTree) -> Iterator[str]:
    if not row["subject"] or row["left"] is None:
        yield "whom or which row it is about"
    if (month := row.get("month")) is not None and not MONTH.fullmatch(month):
        yield f"month {month}"
    if (division := row.get("division")) is not None and division not in divisions:
        yield f"division {division}"
    if (severity := row.get("severity")) is not None and severity not in LEVELS:
        yield f"severity {severity}"
    told = rule.says.format(**{name: shown(value) for name, value in row.items()})
    if STUMBLES.search(told):
        yield told


def test_every_row_found_is_told_whole() -> None:
    divisions = demonstration_divisions()
    assert {rule.name for rule, _ in _found()} == set(load_pack().rules)
    assert [(rule.name, fault) for rule, row in _found() for fault in _faults(rule, row, divisions)] == []


def test_every_column_is_called_by_a_title() -> None:
    pack = load_pack()
    titles = [(rule.name, column, title) for rule in pack.rules.values() for column, title in column_titles(pack, rule).items()]
    assert [one for one in titles if re.match("[a-z_]", one[2])] == []
    of = {(rule, column): title for rule, column, title in titles}
    assert of["deceased_paid", "died_on"] == "死亡日期"
    assert of["car_low_income", "cars"] == "车辆（辆）"
    assert of["subsidy_area_gt_contract", "amount"] == "数额（元）"
    assert of["farmland_on_forest_return", "forest_area"] == "退耕还林面积（亩）"


def test_a_list_older_than_the_month_takes_one_level_off_every_rule_that_refers_to_one() -> None:
    for rule, row in _found():
        if not rule.reference or row.get("month") is None:
            continue
        first = date.fromisoformat(f"{row['month']:-<7}-01".replace("---", "-01"))
        told = row.get("severity")
        fresh, stale = (
            LEVELS.index(next(w for w, t in SEVERITIES.items() if t == severity_of(rule, told, f"{first:%Y-%m}", day)))
            for day in (first, first - timedelta(days=1))
        )
        assert stale == min(fresh + 1, len(LEVELS) - 1), rule.name
        assert LEVELS[fresh] == (told or rule.severity), rule.name
