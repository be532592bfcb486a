"""What holds for every rule of the pack, whatever it looks for: nothing out of nothing, whole answers, old lists weigh less."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from taizhang.comparison import run_rules
from taizhang.comparison.column_titles import column_titles
from taizhang.comparison.columns_read import columns_read
from taizhang.comparison.dating import severity_of
from taizhang.comparison.examples import Examples
from taizhang.comparison.telling import shown
from taizhang.pack import Pack, load_pack
from taizhang.pack.definitions import Rule, RuleExample
from taizhang.pack.divisions import DivisionTree
from taizhang.pack.examples import ExampleResult
from taizhang.pack.loader import demonstration_divisions
from taizhang.pack.rule_schema import SEVERITIES
from taizhang.warehouse import Snapshot
from taizhang.warehouse.columns import columns
from taizhang.warehouse.snapshot import ALWAYS

pytestmark = pytest.mark.slow

STUMBLES = re.compile("None|[0-9]T[0-9]|:[0-9]{4}")  # what a clerk would stumble over
MONTH = re.compile("[12][0-9]{3}(-(0[1-9]|1[0-2]))?")
LEVELS = list(SEVERITIES)


class OverWhatIsRead(Examples):
    """Examples in whose ledgers all columns are empty that the rule is said not to read; what the last one found is kept."""

    def __init__(self, pack: Pack) -> None:
        super().__init__(pack, demonstration_divisions())
        self.reads: Mapping[str, Collection[str]] = {}
        self.rows: list[dict[str, Any]] = []

    def snapshot(self, example: RuleExample, written: Any) -> Snapshot:
        made = super().snapshot(example, written)
        for ledger in self.reads.keys() & example.rows.keys():
            kept = {*ALWAYS, *self.reads[ledger]}
            types = columns(self.pack.ledgers[ledger])
            picked = (f'"{name}"' if name in kept else f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in types.items())
            made.connection.execute(f'CREATE TEMP TABLE less AS SELECT {", ".join(picked)} FROM "{ledger}"')
            made.connection.execute(f'DROP TABLE "{ledger}"')
            made.connection.execute(f'ALTER TABLE less RENAME TO "{ledger}"')
        return made

    def found(self, example: RuleExample, written: Any) -> list[dict[str, Any]]:
        self.rows = super().found(example, written)
        return self.rows


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


def test_every_example_passes_and_what_it_finds_is_told_whole() -> None:
    examples, results, faults, levels = OverWhatIsRead(load_pack()), list[ExampleResult](), [], Counter[tuple[str, bool]]()
    for rule in examples.pack.rules.values():
        examples.reads = columns_read(examples.queries, rule)
        for example in rule.examples:
            results.append(examples.result(rule, example, examples.written(rule, example.as_of)))
            faults += [(rule.name, fault) for row in examples.rows for fault in _faults(rule, row, examples.divisions)]
            levels.update((rule.name, a_level_off(rule, row)) for row in examples.rows if rule.reference and row.get("month"))
    assert len(results) > 700
    assert [r.as_dict() for r in results if not r.passed] == []
    assert faults == []
    assert levels
    assert [name for name, off in levels if not off] == []


def a_level_off(rule: Rule, row: Mapping[str, Any]) -> bool:
    """Say whether a list older than the month takes one level off what a rule finds that refers to it."""
    first = date.fromisoformat(f"{row['month']:-<7}-01".replace("---", "-01"))
    told = row.get("severity")
    fresh, stale = (
        LEVELS.index(next(w for w, t in SEVERITIES.items() if t == severity_of(rule, told, f"{first:%Y-%m}", day)))
        for day in (first, first - timedelta(days=1))
    )
    return stale == min(fresh + 1, len(LEVELS) - 1) and LEVELS[fresh] == (told or rule.severity)


def test_every_column_is_called_by_a_title() -> None:
    pack = load_pack()
    titles = [(rule.name, column, title) for rule in pack.rules.values() for column, title in column_titles(pack, rule).items()]
    assert [one for one in titles if re.match("[a-z_]", one[2])] == []
    of = {(rule, column): title for rule, column, title in titles}
    assert of["deceased_paid", "died_on"] == "死亡日期"
    assert of["car_low_income", "cars"] == "车辆（辆）"
    assert of["subsidy_area_gt_contract", "amount"] == "数额（元）"
    assert of["farmland_on_forest_return", "forest_area"] == "退耕还林面积（亩）"
