"""A file read as a person said, and only rows that she may send in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from taizhang.intake.importing import ImportRefused, ImportResult, import_file
from taizhang.intake.tables import AsTold
from taizhang.journal import read
from taizhang.workspace import Workspace

HEAD = "报道编号,村,标题,刊发媒体,媒体级别,作者,刊发日期"
VILLAGE, OTHER = "桐木村", "石板村"
WITHIN = {"news_item": ("990128105202",)}


def row(number: int, village: str = VILLAGE, title: str = "村里修了路") -> str:
    return f"XW{number:05d},{village},{title},县融媒体中心,县级,唐敏,2020-03-0{number}"


def written(path: Path, *rows: str, head: str = HEAD) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def take(workspace: Workspace, path: Path, **more: Any) -> ImportResult:
    return import_file(workspace, path, person="村官", confirm=True, **more)


def test_columns_are_read_as_told(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    head = "我的编号,哪个村,说了啥,刊发媒体,媒体级别,作者,刊发日期,备考"
    path = written(tmp_path / "新闻报道.csv", row(1) + ",x", head=head)
    with pytest.raises(ImportRefused) as refused:
        take(sqlite_workspace, path, ledger="news_item")
    assert {"column.missing", "column.unknown"} <= {f.code for f in refused.value.faults}
    said = {"我的编号": "number", "哪个村": "village", "说了啥": "headline", "备考": None}
    result = take(sqlite_workspace, path, told=AsTold({"新闻报道": "news_item"}, {"news_item": said}))
    assert (result.total("new"), result.faults) == (1, [])
    how = {c.heading: (c.field, c.how) for c in result.outlines[0].columns}
    assert how["说了啥"] == ("headline", "told")
    assert how["刊发媒体"] == ("medium", "field")
    assert how["备考"] == (None, "left_out")


def test_what_a_person_said_goes_before_the_title(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", row(1) + ",真的是标题", head=HEAD + ",题目")
    result = take(sqlite_workspace, path, told=AsTold({"a": "news_item"}, {"news_item": {"题目": "headline"}}))
    assert [f.code for f in result.faults] == ["column.unknown"]
    assert '"headline":"真的是标题"' in next(iter(read.standing("news_item").values())).data
    # Remembered for a heading that this file does not have, it takes nothing away from another one.
    path = written(tmp_path / "b.csv", row(2))
    assert take(sqlite_workspace, path, told=AsTold({"b": "news_item"}, {"news_item": {"题目": "headline"}})).total("new") == 1


def test_a_sheet_left_out(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for name in ("一", "二"):
        sheet = book.create_sheet(name)
        for line in (HEAD, row(1 if name == "一" else 2)):
            sheet.append(line.split(","))
    del book["Sheet"]
    book.save(tmp_path / "two.xlsx")
    result = take(sqlite_workspace, tmp_path / "two.xlsx", told=AsTold({"二": None}))
    assert result.total("new") == 1
    assert [(p.sheet, p.reason) for p in result.passed] == [("二", "told")]
    assert [o.left_out for o in result.outlines] == [False, True]


def test_a_sheet_without_a_known_heading_is_outlined(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "甲,1", "乙,2", head="某某,啥啥")
    with pytest.raises(ImportRefused) as refused:
        take(sqlite_workspace, path, told=AsTold())
    (sheet,) = refused.value.result.outlines
    assert (sheet.fault, sheet.row, [(c.heading, c.samples) for c in sheet.columns]) == (
        "sheet.no_header", 1, [("某某", ("甲", "乙")), ("啥啥", ("1", "2"))],
    )  # fmt: skip


def test_rows_of_other_villages_are_faults_with_their_places(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", row(1), row(2, OTHER))
    with pytest.raises(ImportRefused) as refused:
        take(sqlite_workspace, path, within=WITHIN)
    (fault,) = refused.value.faults
    assert (fault.code, fault.row, fault.column, fault.value) == ("row.division_outside", 3, "B", "990128105203")
    assert "石板村" in fault.message
    assert "桐木村" in fault.accepted
    result = take(sqlite_workspace, path, within=WITHIN, partial=True)
    assert (result.total("new"), result.total("refused")) == (1, 1)


def test_anothers_entry_cannot_be_taken_over(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    take(sqlite_workspace, written(tmp_path / "a.csv", row(1, OTHER), row(2, OTHER)))
    mine = written(tmp_path / "b.csv", row(1), row(3))
    result = import_file(sqlite_workspace, mine, person="村官", confirm=True, partial=True, within=WITHIN, withdraw_missing=True)
    assert [(f.code, f.row) for f in result.faults] == [("row.entry_elsewhere", 2)]
    assert (result.total("new"), result.total("changed"), result.total("missing"), result.total("withdrawn")) == (1, 0, 0, 0)
    # A wrong row of the other village must not make its rows look missing.
    wrong = written(tmp_path / "c.csv", row(1, OTHER, "改了一个标题"), row(4))
    result = import_file(sqlite_workspace, wrong, person="村官", confirm=True, partial=True, within=WITHIN, dry_run=True)
    assert {m.division for m in result.ledgers[0].missing_rows} == {"990128105202"}


def test_a_ledger_that_is_not_hers(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        take(sqlite_workspace, written(tmp_path / "a.csv", row(1)), within={}, partial=True)
    assert [f.code for f in refused.value.faults] == ["ledger.not_yours"]
