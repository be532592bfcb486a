"""Workbooks that go out and come back: marks, what spoils them, what may be done to the rows; large exports are made by a job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import load_workbook

from support.households import VILLAGE, fill, household
from taizhang.access.models import ReadRecord
from taizhang.errors import Refusal
from taizhang.intake.round_trip import mark_of, read_round_trip, write_round_trip
from taizhang.office.ledgers import exporting
from taizhang.pack import load_pack
from taizhang.workspace import Workspace

LEDGER = load_pack().ledgers["household"]


def written(path: Path, count: int = 4) -> Path:
    write_round_trip(LEDGER, ((seq, household(seq, head=f"=张{seq}")) for seq in range(1, count + 1)), path)
    return path


def test_rows_come_back_with_the_version_they_were_written_from(tmp_path: Path) -> None:
    path = written(tmp_path / "out.xlsx")
    returned = read_round_trip(path, LEDGER)
    assert [(row.line, row.seq, row.values["number"], row.values["head"]) for row in returned.rows] == [
        (n + 1, n, f"H{n}", f"=张{n}") for n in range(1, 5)
    ]
    assert returned.faults == []
    sheet = load_workbook(path).active
    assert sheet is not None
    assert sheet["D2"].data_type == "s", "no text runs as a formula"
    assert sheet.protection.sheet
    assert not sheet.protection.sort
    assert not sheet["B3"].protection.locked


def test_rows_may_be_sorted_deleted_and_added_and_spoilt_marks_are_told(tmp_path: Path) -> None:
    path = written(tmp_path / "out.xlsx", 6)
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    sheet.delete_rows(3)
    sheet.insert_rows(2)
    for column, value in enumerate([None, "H99", "桐木村", "新户"], 1):
        sheet.cell(2, column).value = value
    sheet.cell(4, 1).value = mark_of(LEDGER, 3)[:-1] + "x"
    sheet.cell(6, 1).value = mark_of(LEDGER, 4)
    book.save(path)
    returned = read_round_trip(path, LEDGER)
    assert [(row.line, row.seq) for row in returned.rows] == [(2, None), (3, 1), (5, 4), (7, 6)]
    assert [(fault.row, fault.code) for fault in returned.faults] == [(4, "round_trip.mark_spoilt"), (6, "round_trip.mark_twice")]


def test_files_of_others_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "out.xlsx")
    with pytest.raises(Refusal) as refused:
        read_round_trip(path, load_pack().ledgers["resident"])
    assert refused.value.faults[0].code == "round_trip.other_ledger"
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    sheet.delete_cols(1)
    book.save(path)
    with pytest.raises(Refusal) as refused:
        read_round_trip(path, LEDGER)
    assert refused.value.faults[0].code == "round_trip.not_ours"


def test_a_large_export_is_made_by_a_job(
    sqlite_workspace: Workspace, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from taizhang.jobs.models import Job
    from taizhang.jobs.testing import run_waiting

    fill(sqlite_workspace, 40)
    clerk = client_of("village_clerk", VILLAGE, username="clerk")
    monkeypatch.setattr(exporting, "AT_ONCE", 5)
    answer = clerk.get("/ledgers/household/export/", {"form": "xlsx", "f.members.from": "2"})
    assert answer.status_code == 302
    run_waiting()
    job = Job.objects.latest("id")
    assert job.state == "done", job.fault
    sheet = load_workbook(sqlite_workspace.path("jobs", str(job.id), "户籍户.xlsx")).active
    assert sheet is not None
    rows = list(sheet.values)
    assert len(rows) == 1 + 16
    assert rows[1][2] == "张*"
    assert ReadRecord.objects.filter(act="export", person="clerk", rows=16).exists()
