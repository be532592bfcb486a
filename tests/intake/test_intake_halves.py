"""A sheet read in two halves is the sheet read whole: every cell, row number and merge."""

from __future__ import annotations

import random
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from taizhang.errors import Refusal
from taizhang.intake import halves, limits
from taizhang.intake.sources import read_file
from taizhang.intake.tables import read_tables

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


def _line(rng: random.Random, number: int) -> list:
    """Return a row of the subsidy ledger: mostly good, some of it wrong, repeated, warned about, blank or no entry at all."""
    kind = rng.random()
    if kind < 0.08:
        return [None] * 9
    if kind < 0.16:
        return [rng.choice(["合计", "小　计", "备注：以上属实"]), *[None] * 5, 1234.5, None, None]
    return [
        rng.choice(["公坪社区", "銮塘村", "无此村", " 銮塘村 ", None]),
        f"H{rng.randrange(number + 1):03d}",
        rng.choice(["张三", "李 四", "王|五", None]),
        rng.choice(["稻谷补贴", "稻谷 补贴", "别的"]),
        rng.choice([2020, "２０２０年", 2020]),
        rng.choice([3.2, "3.20", "三亩", 0.123456, None]),
        rng.choice([416, "416元", "1,000", None]),
        rng.choice(["2020-06-05", "2020.6.5", datetime(2020, 6, 5), "昨天"]),  # noqa: DTZ001
        rng.choice([None, None, '引"号', "反\\斜"]),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_checked_in_parts_as_checked_whole(tmp_path, monkeypatch, town, seed):
    rng = random.Random(seed)
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "补贴发放"
    heading = ["村", "户编号", "领款人", "补贴项目", "所属年度", "核实面积", "补贴金额", "发放日期", "备注"]
    unknown = seed % 3 == 0
    for line in [heading + ["别的列"] * unknown, *(_line(rng, number) for number in range(80))]:
        page.append(line)
    if unknown:
        page.cell(70, 10, "只在下半部")
    if seed % 4 == 1:
        page.cell(75, 14, "远处")
    if seed % 4 == 2:
        page.merge_cells("A60:A64")
    book.save(tmp_path / "a.xlsx")

    def checked() -> dict:
        source = read_file(tmp_path / "a.xlsx", whole=False)
        later = [sheet.later is not None for sheet in source.sheets]
        reading = read_tables(source, town.LEDGERS, town.CONTEXT)
        faults = [fault.as_dict() for fault in reading.all_faults()]
        return {"later": later, "faults": faults, "texts": [t.original_texts() for t in reading.tables], "tables": reading.tables}

    whole = checked()
    monkeypatch.setattr(halves, "SMALLEST", 0)
    monkeypatch.setattr(halves.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(halves, "_NAMELESS", seed < 6)
    monkeypatch.setattr(limits, "_CHUNK", 3000 if seed % 2 else 1 << 20)
    parts = checked()
    assert whole["later"] == [False]
    assert parts["later"] == [seed % 4 != 2]
    assert parts["faults"] == whole["faults"]
    assert parts["texts"] == whole["texts"]
    for one, other in zip(parts["tables"], whole["tables"], strict=True):
        one.faults = other.faults  # in another order, before they are sorted
        assert one == other
    assert whole["tables"]


@pytest.mark.parametrize("nameless", [True, False])
def test_a_lower_part_that_is_broken_refuses_the_file(tmp_path, monkeypatch, nameless):
    book = openpyxl.Workbook()
    for number in range(60):
        book.worksheets[0].append([number, "甲"])
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as good, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as bad:
        for info in good.infolist():
            content = good.read(info)
            bad.writestr(info, content.replace(b'<c r="B59"', b'</row><c r="B59"') if "sheet1" in info.filename else content)
    monkeypatch.setattr(halves, "SMALLEST", 0)
    monkeypatch.setattr(halves.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(halves, "_NAMELESS", nameless)
    sheet = read_file(tmp_path / "b.xlsx", whole=False).sheets[0]
    assert sheet.later
    with pytest.raises(Refusal) as caught:
        sheet.complete()
    assert [fault.code for fault in caught.value.faults] == ["file.broken"]
