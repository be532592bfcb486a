"""The plain town: every rule can run on it, and none finds anything, whatever the seed."""

from __future__ import annotations

import os
from datetime import date

import pytest

from taizhang.comparison import RuleRun, run_rules
from taizhang.demo.build import generate
from taizhang.pack import load_pack
from taizhang.pack.loader import demonstration_divisions
from taizhang.warehouse import Snapshot

pytestmark = pytest.mark.slow

AS_OF = date(2020, 12, 31)
SEEDS = [int(seed) for seed in os.environ.get("TAIZHANG_SEEDS", "2020").split()]


def runs(seed: int) -> list[RuleRun]:
    with Snapshot.from_rows(load_pack(), generate(seed), demonstration_divisions()) as snapshot:
        return run_rules(snapshot, None, AS_OF)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_rule_runs_and_none_finds_anything(seed: int) -> None:
    made = runs(seed)
    assert {run.rule: run.state for run in made} == dict.fromkeys(load_pack().rules, "ran")
    assert {run.rule: run.records()[:3] for run in made if run.total} == {}


def test_every_list_that_a_rule_needs_or_refers_to_is_delivered() -> None:
    wanted = {name for rule in load_pack().rules.values() for name in (*rule.needs, *rule.reference)}
    rows = generate(7)
    assert sorted(name for name in wanted if not rows.get(name)) == []
