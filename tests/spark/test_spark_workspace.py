"""Rules and figures over a workspace's own Parquet: the same rows on both engines, the same findings in the book."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "comparison"))

from findings_town import DAY, FindingsTown, add_rules

from taizhang.comparison.checking import check
from taizhang.comparison.running import run_rules
from taizhang.figures import compute_many
from taizhang.pack import load_pack
from taizhang.warehouse import Warehouse
from taizhang.warehouse.spark.engine import Spark
from taizhang.warehouse.spark.segments import snapshot_of
from taizhang.workspace import Workspace


@pytest.fixture
def town(sqlite_workspace: Workspace) -> FindingsTown:
    add_rules(sqlite_workspace.root)
    sqlite_workspace.__dict__["pack"] = load_pack(sqlite_workspace.root / "pack")
    made = FindingsTown(sqlite_workspace)
    made.die(0)
    for number, month in enumerate(("2020-05", "2020-06", "2020-06"), 1):
        made.pay(number, number % 2, month, 100 * number)
    Warehouse(made.workspace).refresh()  # what is replaced lies in another segment than what replaces it
    made.pay(1, 1, "2020-05", 120)  # the first row is replaced: it must not be found any more
    Warehouse(made.workspace).refresh()
    return made


def test_what_stands_is_the_same(town: FindingsTown, spark: Spark) -> None:
    warehouse = Warehouse(town.workspace)
    own = [name for name in town.workspace.pack.rules if name.startswith("t_")]
    for position in (None, warehouse.position - 1, 1, 0):
        with warehouse.snapshot(position) as here:
            expected = [(r.rule, r.state, r.rows, r.total) for r in run_rules(here, own, DAY)]
            figures = compute_many(
                here, ["payment_amount"] if "payment_amount" in here.pack.indicators else list(here.pack.indicators)[:2], ["2020"]
            )
        with snapshot_of(warehouse, spark, position) as there:
            assert [(r.rule, r.state, r.rows, r.total) for r in run_rules(there, own, DAY)] == expected
            assert compute_many(there, [f.indicator for f in figures][:1], ["2020"]) == [
                f for f in figures if f.indicator == figures[0].indicator
            ]


def test_check_records_what_was_found_there_as_if_it_was_found_here(town: FindingsTown, spark: Spark) -> None:
    own = [name for name in town.workspace.pack.rules if name.startswith("t_")]
    there = check(town.workspace, own, day=DAY, person="舒华", spark=spark)
    assert there.mode == "full"
    assert {f.rule for f in there.findings()} >= {"t_dead_paid"}
    here = check(town.workspace, own, day=DAY, person="舒华", full=True)
    assert [(len(r.new), len(r.changed), len(r.closed)) for r in here.rules] == [(0, 0, 0)] * len(own)
    assert [f.number for f in here.findings()] == [f.number for f in there.findings()]


def test_a_rule_that_takes_too_long_says_so(town: FindingsTown, spark: Spark, monkeypatch: pytest.MonkeyPatch) -> None:
    from taizhang.comparison.model import Limits

    with snapshot_of(Warehouse(town.workspace), spark) as there:
        monkeypatch.setattr(
            there.engine,
            "fetch",
            lambda sql, parameters=None: Spark.fetch(
                spark, "SELECT count(*) FROM range(100000000) a JOIN range(1000000) b ON a.id % 7 = b.id % 7"
            ),
        )
        (run,) = run_rules(there, ["t_dead_paid"], date(2020, 12, 31), Limits(seconds=1), delivered=lambda name: True)
    assert run.state == "stopped"
    assert run.told is not None
    assert run.told.code == "comparison.too_slow"
