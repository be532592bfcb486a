"""The demonstration town's report against its own ledgers: all of it agrees; a planted slip is told at its place with the right figure."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.audit.slips import Town, build_town, examine, open_town, slips, unspoilt

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    opened = open_town(build_town(tmp_path_factory.mktemp("slips") / "town"))
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
