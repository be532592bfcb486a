"""A sheet read in two halves is the sheet read whole: every cell, row number and merge."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from taizhang.intake import halves
from taizhang.intake.sources import read_file

FILES = Path(__file__).parent / "files"


def both_ways(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list, list, int]:
    """Return the sheets read whole, the sheets read with halves allowed, and how many were halved."""
    taken: list[bool] = []
    append = halves.Cutting._append

    def counted(cutting, sheet):
        taken.append(append(cutting, sheet))
        return taken[-1]

    whole = read_file(path).sheets
    monkeypatch.setattr(halves, "SMALLEST", 0)
    monkeypatch.setattr(halves.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(halves.Cutting, "_append", counted)
    return whole, read_file(path).sheets, sum(taken)


@pytest.mark.parametrize("first", [(1, 1), (4, 3)])
def test_random_sheets(tmp_path, monkeypatch, first):
    rng = random.Random(7)
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    top, left = first
    for row in range(top, top + 60):
        if rng.random() < 0.8:
            for column in range(left, left + 9):
                page.cell(row, column, rng.choice([None, "甲", '<row r="5"', 3.25, datetime(2020, 6, 5), True]))  # noqa: DTZ001
    page.cell(top, left, "始")
    page.cell(top + 59, left + 8, "终")
    page.merge_cells(start_row=top + 5, start_column=left, end_row=top + 8, end_column=left)
    page.merge_cells(start_row=top + 40, start_column=left, end_row=top + 50, end_column=left)
    other = book.create_sheet("乙")
    other.append(["只有一行"])
    book.save(tmp_path / "a.xlsx")
    whole, halved, count = both_ways(tmp_path / "a.xlsx", monkeypatch)
    assert count == 1
    assert [s.rows for s in halved] == [s.rows for s in whole]
    assert [sorted(s.merged) for s in halved] == [sorted(s.merged) for s in whole]


def test_all_awkward_workbooks(monkeypatch):
    names = [n for n in sorted(FILES.glob("*.xlsx")) if int(n.name[:2]) < 33]
    taken = 0
    for name in names:
        with monkeypatch.context() as patch:
            whole, halved, count = both_ways(name, patch)
        assert [s.rows for s in halved] == [s.rows for s in whole], name
        assert [sorted(s.merged) for s in halved] == [sorted(s.merged) for s in whole], name
        taken += count
    assert taken > 10
