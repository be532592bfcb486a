"""Figures of a text are linked to the indicator that they are, in whatever words; what the ledgers do not have is linked to none."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.tables import table
from taizhang.audit.linking import link
from taizhang.pack import Pack, load_pack
from taizhang.reader import read_text
from taizhang.reader.lexicon import shipped

CASES = Path(__file__).parent / "cases" / "links"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


@pytest.mark.parametrize(("heading", "sentence", "figure", "indicator"), table(CASES / "wording.tsv"))
def test_a_figure_is_linked_in_other_words(pack: Pack, heading: str, sentence: str, figure: str, indicator: str) -> None:
    reading = read_text(f"公坪镇2020年政府工作报告\n一、{heading}\n{sentence}\n", year=2020)
    links = link(reading, pack, shipped())
    found = [links[q.number].indicator for q in reading.quantities if q.text == figure]
    assert indicator in found


@pytest.mark.parametrize(("heading", "sentence", "figure", "indicator"), table(CASES / "foreign.tsv"))
def test_a_figure_of_no_ledger_is_not_pressed_into_one(pack: Pack, heading: str, sentence: str, figure: str, indicator: str) -> None:
    reading = read_text(f"公坪镇2020年政府工作报告\n一、{heading}\n{sentence}\n", year=2020)
    links = link(reading, pack, shipped())
    statuses = {links[q.number].status for q in reading.quantities if q.text == figure}
    assert statuses
    assert statuses <= {"none", "uncertain"}
