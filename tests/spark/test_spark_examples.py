"""Worked examples on Spark: a fixed part of them here, all of them by ``taizhang pack test --engine spark``."""

from __future__ import annotations

import dataclasses

import pytest

from taizhang.comparison import examples as comparison
from taizhang.figures import examples as figures
from taizhang.pack import Pack, load_pack
from taizhang.warehouse.spark.engine import PerThread, Spark

EVERY_INDICATOR, EVERY_RULE = 60, 12


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


@pytest.mark.parametrize("part", range(2))
def test_what_a_rule_finds_is_found(spark: Spark, pack: Pack, part: int) -> None:
    """The first example that finds something, of every twelfth rule: its steps, and every view on its way, are run."""
    listed = list(pack.rules.items())[part * EVERY_RULE :: 2 * EVERY_RULE]
    rules = {n: dataclasses.replace(r, examples=[e for e in r.examples if e.finds][:1]) for n, r in listed}
    some = dataclasses.replace(pack, rules=rules)
    results = comparison.run_examples(some, list(rules), PerThread(spark.session))
    assert len(results) == len(rules)
    assert [r.as_dict() for r in results if not r.passed] == []


def test_indicators_give_what_they_should(spark: Spark, pack: Pack) -> None:
    """Every sixtieth indicator, and every way to put rows together."""
    listed = list(pack.indicators.values())
    kinds = {getattr(i.formula, "function", type(i.formula).__name__): i.name for i in listed}
    names = {i.name for i in listed[::EVERY_INDICATOR]} | set(kinds.values())
    some = dataclasses.replace(pack, indicators={n: dataclasses.replace(i, examples=i.examples[:1]) for n, i in pack.indicators.items()})
    results = figures.run_examples(some, names, PerThread(spark.session))
    assert len(results) == len(names)
    assert [r.as_dict() for r in results if not r.passed] == []
