"""The demonstration town's report against its own ledgers: all of it agrees; a planted slip is told at its place with the right figure."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.audit.slips import Town, examine, open_town, slips, unspoilt

from taizhang.audit.ledger_values import ledger_values
from taizhang.audit.links_model import Pair
from taizhang.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def town(built_town: Path) -> Iterator[Town]:
    workspace = Workspace.open(built_town)
    workspace.activate()
    opened = open_town(workspace)
    yield opened
    opened.snapshot.close()
    from django.db import connection

    connection.close()


def test_the_report_agrees_with_its_ledgers(town: Town) -> None:
    right, wrong, differs = unspoilt(town)
    assert differs == []
    assert right >= 0.97 * len(town.printed), wrong


def test_planted_slips_are_told(town: Town) -> None:
    results = [examine(town, planted) for planted in slips(town, 40, seed=2020)]
    missed = [(r.planted.printed.text, r.planted.wrong, r.verdict and r.verdict.answer) for r in results if not (r.found and r.proposed)]
    assert len(results) == 40
    assert len(missed) <= 1, missed
    assert {r.planted.kind for r in results} >= {"swapped", "tenfold", "dropped", "count"}


def test_a_draft_in_other_words_agrees_with_the_ledgers(town: Town) -> None:
    source = (Path(__file__).parent / "cases" / "links" / "draft.txt").read_text(encoding="utf-8")
    _, verdicts = town.judged(re.sub(r"\{([^|{}]*)\|[^{}]*\}", r"\1", source))
    assert [(v.written, v.indicator, v.arithmetic) for v in verdicts if v.answer == "differs"] == []
    assert sum(v.answer == "agrees" for v in verdicts) > 100


@pytest.mark.parametrize(
    ("pair", "today", "value", "reason"),
    [
        (Pair("peach_area", "2020", ""), None, "1700", ""),
        (Pair("peach_area", "2020", "990128105201"), None, "293.97", ""),
        (Pair("peach_area", "2020", ""), date(2020, 12, 30), None, "period_open"),
        (Pair("peach_area", "2020", ""), date(2020, 12, 31), "1700", ""),
        (Pair("peach_area", "1999", ""), None, None, "not_recorded"),
        (Pair("peach_area", "2031", ""), None, None, "not_recorded"),
        (Pair("peach_yield", "1999", ""), None, None, "not_recorded"),
        (Pair("villages_reaching_income", "1999", ""), None, None, "not_recorded"),
        (Pair("peach_area", "2020", "990199"), None, None, "no_place"),
        (Pair("accident_deaths", "2020", ""), None, "0", ""),
    ],
)
def test_what_the_ledgers_hold(town: Town, pair: Pair, today: date | None, value: str | None, reason: str) -> None:
    found = ledger_values(town.snapshot, [pair], today=today)[pair]
    assert (found.value, found.reason) == (None if value is None else Decimal(value), reason)


def test_a_ratio_keeps_its_fraction(town: Town) -> None:
    pair = Pair("food_pass_rate", "2020", "")
    found = ledger_values(town.snapshot, [pair])[pair]
    assert (found.value, found.exact) == (Decimal("97.73"), Fraction(4300, 44))
