"""``taizhang import``: what a clerk sees of a good, a faulty, a repeated file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
Book = Callable[..., Path]
Rows = list[list[Any]]


def _row(good: Rows, **changes: Any) -> list[Any]:
    places = {"village": 1, "household": 2, "programme": 3, "identity": 5, "area": 7, "amount": 9, "day": 11}
    row = [*good[0][:2], "H0009", *good[0][3:]]
    for name, value in changes.items():
        row[places[name]] = value
    return row


@pytest.fixture
def bad_rows(good_rows: Rows) -> Rows:
    """A good row, one with an unknown programme and an unreadable date, one with a wrong amount."""
    return [
        _row(good_rows),
        _row(good_rows, household="H0010", programme="种粮补贴", day="去年"),
        _row(good_rows, household="H0011", amount="-5"),
    ]


def test_good_file(at: Call, book: Book, good_rows: Rows) -> None:
    done = at("import", book("新.xlsx", [_row(good_rows)]), "--person", "赵六")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0].split("\t") == ["台账", "新增", "变更", "未变", "缺失", "撤销", "拒收"]
    assert lines[1].split("\t") == ["稻谷与耕地地力补贴", "1", "0", "0", "1", "0", "0"]  # missing: within the divisions that the file names
    assert lines[2] == "已记入流水，报送第2号。"
    assert at("submission", "list", "--json").json[1]["person"] == "赵六"


def test_same_file_twice_changes_nothing(at: Call, book: Book, good_rows: Rows) -> None:
    path = book("同.xlsx", good_rows)
    done = at("import", path)
    assert (done.code, done.out.splitlines()[-1]) == (0, "与现有记录相同，没有改动。")
    assert at("import", path, "--json").json["submission"] is None
    assert len(at("submission", "list", "--json").json) == 1


def test_changed_row_is_told(at: Call, book: Book, good_rows: Rows) -> None:
    good_rows[0][7:10] = ["3.5", "30", "105"]
    told = at("import", book("改.xlsx", good_rows), "--json").json
    assert [told["ledgers"][0][k] for k in ("new", "changed", "unchanged", "missing")] == [0, 1, 3, 0]
    changed = told["ledgers"][0]["changed_rows"]
    assert len(changed) == 1
    assert {"3.2", "3.5", "96", "105"} <= set(json.dumps(changed, ensure_ascii=False).replace('"', " ").split())


def test_faulty_file_is_refused_whole(at: Call, book: Book, bad_rows: Rows, tmp_path: Path) -> None:
    path = book("错.xlsx", bad_rows)
    done = at("import", path)
    assert done.code == 2
    assert done.out == ""
    table = done.err.splitlines()
    assert any(line.startswith("错.xlsx：") and "3处" in line for line in table)
    cells = [line.split("\t")[0].split()[-1] for line in table if "\t" in line][1:]
    assert cells == ["D3", "L3", "J4"]
    assert "种粮补贴" in done.err
    assert "稻谷补贴、耕地地力保护补贴" in done.err
    assert len(at("submission", "list", "--json").json) == 1
    assert (tmp_path / "错-问题.xlsx").is_file()


def test_marked_copy_marks_the_cells(at: Call, book: Book, bad_rows: Rows, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    target = tmp_path / "标注.xlsx"
    done = at("import", book("错.xlsx", bad_rows), "--marked", target)
    assert str(target) in done.err
    marked = load_workbook(target)["稻谷与耕地地力补贴"]
    assert {cell.coordinate for row in marked.iter_rows(max_row=4) for cell in row if cell.comment} == {"D3", "L3", "J4"}
    assert marked["D3"].value == "种粮补贴"


def test_faulty_file_as_json(at: Call, book: Book, bad_rows: Rows) -> None:
    done = at("import", book("错.xlsx", bad_rows), "--json")
    assert done.code == 2
    told = done.json
    assert told["accepted"] is False
    assert [(f["code"], f["row"], f["column"], f["title"], f["value"]) for f in told["faults"]] == [
        ("choice.unknown", 3, "D", "补贴项目", "种粮补贴"),
        ("date.unreadable", 3, "L", "发放日期", "去年"),
        ("number.too_small", 4, "J", "补贴金额", "-5"),
    ]


def test_partial_takes_the_good_rows(at: Call, book: Book, bad_rows: Rows) -> None:
    told = at("import", book("错.xlsx", bad_rows), "--partial", "--json")
    assert told.code == 0
    assert (told.json["ledgers"][0]["new"], told.json["ledgers"][0]["refused"]) == (1, 2)
    assert told.json["submission"] == 2


def test_warning_has_to_be_confirmed(at: Call, book: Book, good_rows: Rows) -> None:
    path = book("提醒.xlsx", [_row(good_rows, identity="990128196503120012")])  # the check digit is 1
    done = at("import", path)
    assert done.code == 2
    code = at("import", path, "--json").json["faults"][0]["code"]
    assert at("import", path, "--confirm-code", "name.other").code == 2
    assert at("import", path, "--confirm-code", code).code == 0
    assert at("import", book("又.xlsx", [_row(good_rows, household="H0077", identity="990128196503120012")]), "--confirm").code == 0


def test_dry_run_records_nothing(at: Call, book: Book, good_rows: Rows) -> None:
    done = at("import", book("试.xlsx", [_row(good_rows)]), "--dry-run")
    assert (done.code, done.out.splitlines()[-1]) == (0, "只作比较，没有记账。")
    assert len(at("submission", "list", "--json").json) == 1


def test_withdraw_missing(at: Call, book: Book, good_rows: Rows) -> None:
    path = book("少.xlsx", [good_rows[0], good_rows[2], good_rows[3]])
    assert at("import", path, "--json").json["ledgers"][0]["missing"] == 1
    assert at("import", path, "--withdraw-missing", "--json").json["ledgers"][0]["withdrawn"] == 1
    assert at("figures", "rice_subsidy_area", "--period", "2020", "--json").json[0]["value"] == "3.2"


def test_several_files_of_which_one_is_faulty(at: Call, book: Book, good_rows: Rows, bad_rows: Rows) -> None:
    done = at("import", book("好.xlsx", [_row(good_rows)]), book("错.xlsx", bad_rows[1:]), "--json")
    assert done.code == 2
    assert [(x["file"], x["accepted"], x["submission"]) for x in done.json] == [("好.xlsx", True, 2), ("错.xlsx", False, None)]


@pytest.mark.parametrize(
    ("content", "name"), [(b"PK\x03\x04 broken", "坏.xlsx"), (b"", "空.xlsx"), (b"%PDF-1.4", "文.pdf"), (b"\x00\xff" * 40, "乱.csv")]
)
def test_what_is_no_table_is_refused(at: Call, tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = at("import", path)
    assert done.code in (1, 2)
    assert name in done.err
    assert at("import", path, "--json").json["faults"]


def test_file_that_is_not_there(at: Call, tmp_path: Path) -> None:
    done = at("import", tmp_path / "没有.xlsx")
    assert done.code == 2
    assert "没有.xlsx" in done.err


def test_ledger_that_is_not_there(at: Call, book: Book, good_rows: Rows) -> None:
    done = at("import", book("新.xlsx", good_rows), "--ledger", "稻谷补贴台账")
    assert done.code == 2
    assert "稻谷补贴台账" in done.err


def test_template_can_be_filled_and_imported(at: Call, tmp_path: Path, good_rows: Rows) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "模板.xlsx"
    assert at("template", "稻谷与耕地地力补贴", "-o", path).out.strip() == str(path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    heading = next(row for row in sheet.iter_rows() if any(str(c.value or "").startswith("所属年度") for c in row))
    line = heading[0].row + 1
    values = dict(
        zip(
            [
                "所属年度",
                "村组",
                "户编号",
                "补贴项目",
                "领款人",
                "领款人身份证号",
                "联系电话",
                "核实面积",
                "补贴标准",
                "补贴金额",
                "一卡通账号",
                "发放日期",
            ],
            _row(good_rows),
            strict=True,
        )
    )
    sheet.delete_rows(line, 1)
    for cell in heading:
        title = str(cell.value or "").strip("* ").split("（")[0].split("(")[0]
        sheet.cell(line, cell.column).value = values.get(title)
    book.save(path)
    told = at("import", path, "--json")
    assert told.code == 0, told.out + told.err
    assert told.json["ledgers"][0]["new"] == 1


def test_import_for_review_waits_for_somebody_else(at: Call, book: Book, good_rows: Rows) -> None:
    done = at("import", book("审.xlsx", [_row(good_rows)]), "--review", "--person", "赵六")
    assert (done.code, done.out.splitlines()[-1]) == (0, "已送审，报送第2号；他人接收后记入流水。")
    assert at("figures", "rice_subsidy_area", "--period", "2020", "--json").json[0]["position"] == 4
    assert at("submission", "accept", "2", "--person", "赵六").code == 1
    assert at("submission", "accept", "2", "--person", "站长").code == 0
    assert at("figures", "rice_subsidy_area", "--period", "2020", "--json").json[0]["position"] == 5


def test_what_was_recorded_before_an_unreadable_file_is_told(at: Call, book: Book, good_rows: Rows, tmp_path: Path) -> None:
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 broken")
    done = at("import", book("好.xlsx", [_row(good_rows)]), broken, "--json")
    assert done.code == 2
    assert [(x["file"], x["submission"]) for x in done.json] == [("好.xlsx", 2), ("坏.xlsx", None)]
