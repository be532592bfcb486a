"""Commands on the journal through the door: verify, backup and restore, submissions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
Book = Callable[..., Path]
Rows = list[list[Any]]
AREA = ("figures", "rice_subsidy_area")


def _cells(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


# --- verify ------------------------------------------------------------------------------------------------------------------------------


def _edit(town: Path, *statements: str) -> None:
    with closing(sqlite3.connect(town / "taizhang.db")) as database:
        triggers = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in triggers:  # who edits by hand finds ways round them
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert database.execute(statement).rowcount > 0
        database.commit()


def test_verify(at: Call) -> None:
    done = at("verify")
    assert done.code == 0
    assert done.out.startswith("流水完整：共4行，链尾 ")
    head = done.out.split()[-1]
    assert at("verify", "--expect", head).code == 0
    other = at("verify", "--expect", "0" * 62 + "ff")
    assert (other.code, "journal.expected_hash" in other.out) == (1, True)


def test_verify_names_a_row_edited_by_hand(at: Call, town: Path) -> None:
    _edit(town, "UPDATE entry_version SET data = replace(data, '\"10.05\"', '\"20.05\"') WHERE seq = 2")
    done = at("verify")
    assert done.code == 1
    assert "第 2 号流水" in done.out
    assert "H0002" in done.out
    assert done.out.splitlines()[-1] == f"流水有{len(done.out.splitlines()) - 2}处不符。"
    told = at("verify", "--json")
    assert told.code == 1
    assert {(f["code"], f["params"]["seq"]) for f in told.json["faults"]} == {("journal.row_changed", "2")}


def test_verify_prints_no_more_than_a_screen(at: Call, town: Path, book: Book, good_rows: Rows) -> None:
    many = [[*good_rows[0][:2], f"M{n:04d}", *good_rows[0][3:]] for n in range(60)]
    assert at("import", book("多.xlsx", many)).code == 0
    _edit(town, "UPDATE entry_version SET data = replace(data, '\"3.2\"', '\"3.3\"') WHERE seq > 4")
    done = at("verify")
    assert done.code == 1
    lines = done.out.splitlines()
    assert len(lines) == 43
    total = len(at("verify", "--json").json["faults"])
    assert total >= 60
    assert lines[-2:] == [f"其余{total - 40}处见 --json。", f"流水有{total}处不符。"]


# --- backup, restore ---------------------------------------------------------------------------------------------------------------------


def test_backup_and_restore(at: Call, call: Call, tmp_path: Path) -> None:
    archive, target = tmp_path / "备份.zip", tmp_path / "恢复"
    done = at("backup", archive)
    assert done.code == 0
    assert done.out.startswith(f"已备份：{archive}，流水位置4，链尾 ")
    before = at("figures", "rice_subsidy_area", "--period", "2020").out
    restored = call("restore", archive, target)
    assert (restored.code, restored.out) == (0, f"已恢复：{target.resolve()}，流水完整，共4行。\n")
    assert call("-C", target, "figures", "rice_subsidy_area", "--period", "2020").out == before
    assert "发放稻谷补贴13.25亩" in call("-C", target, "report", "subsidy_note", "--period", "2020").out
    again = at("backup", archive)
    assert (again.code, "已经存在" in again.err) == (1, True)
    occupied = call("restore", archive, target)
    assert (occupied.code, "不是空的" in occupied.err) == (1, True)


def test_restore_of_a_damaged_backup(at: Call, call: Call, tmp_path: Path) -> None:
    archive = tmp_path / "备份.zip"
    assert at("backup", archive, "--json").json["position"] == 4
    archive.write_bytes(archive.read_bytes()[:-200])
    done = call("restore", archive, tmp_path / "恢复")
    assert (done.code, "备份" in done.err) == (1, True)
    assert not (tmp_path / "恢复").exists()


# --- submissions -------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def pending(town: Path) -> int:
    """A pending submission of one row, made by 李四."""
    from taizhang.journal import Change
    from taizhang.workspace import Workspace

    Workspace.open(town).activate()
    from taizhang.journal.actions import do_submit
    from taizhang.journal.records import Source

    data = '{"for_year":"2020","village":"990128105202","household":"H0100","programme":"稻谷补贴","batch":"1","payee":"周七","area":"7","amount":"210","paid_on":"2020-05-01","status":"发放成功"}'
    change = Change("grain_subsidy", "2020|H0100|稻谷补贴|1", "record", "990128105202", data, None, None, None, None, None)
    return int(do_submit("李四", Source("form", "填报", None), [change]).number)


def test_submission_accepted(at: Call, pending: int) -> None:
    listed = _cells(at("submission", "list").out)
    assert [row[:3] for row in listed] == [["报送", "状态", "经办人"], ["1", "已接收", "王会计"], [str(pending), "待审", "李四"]]
    assert at(*AREA, "--period", "2020", "--json").json[0]["value"] == "13.25"
    done = at("submission", "accept", pending, "--person", "站长")
    assert (done.code, done.out) == (0, f"已接收报送第{pending}号。\n")
    assert at(*AREA, "--period", "2020", "--json").json[0]["value"] == "20.25"
    assert at("submission", "accept", pending, "--person", "站长").code == 1
    assert at("submission", "list", "--status", "pending", "--json").json == []


def test_submission_returned(at: Call, pending: int) -> None:
    assert at("submission", "accept", pending, "--person", "李四").code == 1  # not one's own
    done = at("submission", "return", pending, "--person", "站长", "--reason", "没有盖章")
    assert (done.code, done.out) == (0, f"已退回报送第{pending}号。\n")
    (returned,) = at("submission", "list", "--status", "returned", "--json").json
    assert returned["number"] == pending
    assert "没有盖章" in json.dumps(returned, ensure_ascii=False)
