"""Importing through the door: what is recorded, what is told, what is refused, on a real workspace."""

from __future__ import annotations

import json
import random
from pathlib import Path

import openpyxl
import pytest

from taizhang.errors import Refusal
from taizhang.intake import fault_rows, import_file, import_rows, read_file, write_marked_copy, write_rows, write_template
from taizhang.intake.importing import ImportRefused
from taizhang.intake.tables import FAULT_LIST, read_tables

HEAD = ["村", "户编号", "领款人", "补贴项目", "所属年度", "核实面积", "补贴金额", "发放日期", "备注"]


def row(number: int, village="公坪社区", area=3.2, amount=416, day="2020-06-05", remark=None):
    return [village, f"H{number:03d}", "张三", "稻谷补贴", 2020, area, amount, day, remark]


def book(path: Path, rows, head=HEAD) -> Path:
    made = openpyxl.Workbook()
    for line in [head, *rows]:
        made.worksheets[0].append(line)
    made.save(path)
    return path


def stands(ledger="subsidy"):
    from taizhang.journal import read

    return {entry: json.loads(found.data) for entry, found in read.standing(ledger).items()}


def counts(result):
    return tuple(result.total(name) for name in ("new", "changed", "unchanged", "missing", "withdrawn", "refused"))


def test_the_life_of_a_file(workspace, tmp_path):
    path = book(tmp_path / "a.xlsx", [row(1), row(2, remark="甲"), row(3, "銮塘村")])
    told = import_file(workspace, path, person="王五", dry_run=True)
    assert (counts(told), told.submission) == ((3, 0, 0, 0, 0, 0), None)
    assert stands() == {}
    first = import_file(workspace, path, person="王五")
    assert (counts(first), first.submission) == ((3, 0, 0, 0, 0, 0), 1)
    assert next(workspace.path("files").rglob(f"{first.sha256}*")).read_bytes() == path.read_bytes()
    assert stands()["2020|H001|稻谷补贴"]["area"] == "3.2"
    again = import_file(workspace, path, person="王五")
    assert (counts(again), again.submission) == ((0, 0, 3, 0, 0, 0), None)

    book(path, [row(1), row(2, amount=400, remark="甲"), row(4)])
    changed = import_file(workspace, path, person="王五")
    assert counts(changed) == (1, 1, 1, 0, 0, 0)
    change = changed.as_dict()["ledgers"][0]["changed_rows"]
    assert change == [{"entry": "2020|H002|稻谷补贴", "row": 3, "fields": {"amount": {"old": "416", "new": "400"}}}]
    # 銮塘村 is not in the file, so that its household is not missing from it.
    book(path, [row(1), row(4)])
    missing = import_file(workspace, path, person="王五")
    assert (counts(missing), missing.submission) == ((0, 0, 2, 1, 0, 0), None)
    assert "2020|H002|稻谷补贴" in stands()
    withdrawn = import_file(workspace, path, person="王五", withdraw_missing=True)
    assert counts(withdrawn) == (0, 0, 2, 1, 1, 0)
    assert sorted(stands()) == ["2020|H001|稻谷补贴", "2020|H003|稻谷补贴", "2020|H004|稻谷补贴"]


def test_a_missing_column_does_not_erase_what_stands(workspace, tmp_path):
    import_file(workspace, book(tmp_path / "a.xlsx", [row(1, remark="低保户")]), person="王五")
    without = book(tmp_path / "b.xlsx", [row(1, amount=400)[:8]], HEAD[:8])
    assert counts(import_file(workspace, without, person="王五")) == (0, 1, 0, 0, 0, 0)
    assert stands()["2020|H001|稻谷补贴"] | {"amount": "400", "remark": "低保户"} == stands()["2020|H001|稻谷补贴"]


def test_a_faulty_file_is_refused_whole_or_taken_in_part(workspace, tmp_path):
    path = book(tmp_path / "a.xlsx", [row(1), row(2, area="三亩多"), row(3, village="无此村")])
    with pytest.raises(ImportRefused) as caught:
        import_file(workspace, path, person="王五", marked_copy=tmp_path / "a-问题.xlsx")
    assert caught.value.exit_code == 2
    assert [(f.code, f.row, f.column) for f in caught.value.faults] == [("number.unreadable", 3, "F"), ("division.unknown", 4, "A")]
    assert stands() == {}
    copy = openpyxl.load_workbook(caught.value.result.marked_copy)
    assert copy.sheetnames[0] == FAULT_LIST
    assert copy[FAULT_LIST]["D2"].value == "三亩多"
    assert "三亩多" in copy["Sheet"]["F3"].comment.text
    assert copy["Sheet"]["F3"].fill.fgColor.rgb == "FFFFC7CE"
    taken = import_file(workspace, path, person="王五", partial=True)
    assert counts(taken) == (1, 0, 0, 0, 0, 2)
    assert len(taken.faults) == 2


def test_the_marked_copy_is_imported_again_after_mending(workspace, tmp_path, town):
    path = book(tmp_path / "a.xlsx", [row(1, area="三亩多")])
    faults = read_tables(read_file(path), town.LEDGERS, town.CONTEXT).all_faults()
    marked = write_marked_copy(path, faults, tmp_path / "b.xlsx")
    copy = openpyxl.load_workbook(marked)
    copy["Sheet"]["F2"] = 3.2
    copy.save(marked)
    assert counts(import_file(workspace, marked, person="王五")) == (1, 0, 0, 0, 0, 0)


def test_a_marked_copy_of_any_format_shows_the_cells(tmp_path, town):
    path = tmp_path / "a.csv"
    path.write_bytes("\n".join([",".join(HEAD), "公坪社区,H001,=cmd(),稻谷补贴,2020,x,416,2020-06-05,"]).encode("gb18030"))
    faults = read_tables(read_file(path), town.LEDGERS, town.CONTEXT).all_faults()
    marked = openpyxl.load_workbook(write_marked_copy(path, faults, tmp_path / "b.xlsx"))
    assert marked["a"]["F2"].comment
    assert marked["a"]["C2"].data_type == "s"


def test_warnings_wait_for_confirmation(workspace, tmp_path):
    from taizhang.journal import read

    path = book(tmp_path / "a.xlsx", [row(1, amount=99999), row(2)])
    with pytest.raises(ImportRefused) as caught:
        import_file(workspace, path, person="王五")
    assert caught.value.fault.code == "import.unconfirmed"
    with pytest.raises(ImportRefused):
        import_file(workspace, path, person="王五", confirm={"id_number.check_digit"})
    assert counts(import_file(workspace, path, person="王五", partial=True)) == (1, 0, 0, 0, 0, 1)
    import_file(workspace, path, person="王五", confirm={"row.check"})
    assert [read.history("subsidy", f"2020|H00{n}|稻谷补贴")[0].confirmed for n in (1, 2)] == ["row.check:金额与面积相称", None]


def test_originals_and_places_are_kept(workspace, tmp_path):
    from taizhang.journal import read

    import_file(workspace, book(tmp_path / "a.xlsx", [row(1, amount="0.04万元"), row(2, village="公坪 社区"), row(3)]), person="王五")
    version = read.history("subsidy", "2020|H001|稻谷补贴")[0]
    assert json.loads(version.original) == {"amount": "0.04万元"}
    assert json.loads(read.history("subsidy", "2020|H002|稻谷补贴")[0].original) == {"village": "公坪 社区"}
    assert read.history("subsidy", "2020|H003|稻谷补贴")[0].original is None
    assert (version.sheet, version.line, version.division) == ("Sheet", 2, "990128105001")


def test_a_conflict_is_worked_out_again(workspace, tmp_path, monkeypatch):
    from taizhang.intake import importing
    from taizhang.journal.records import Source

    path = book(tmp_path / "a.xlsx", [row(1), row(2)])
    compare, calls = importing._compare, []

    def late(*args, **kwargs):
        found = compare(*args, **kwargs)
        if not calls:
            calls.append(1)
            one = {
                "village": "公坪社区",
                "household": "H001",
                "payee": "张三",
                "programme": "稻谷补贴",
                "for_year": 2020,
                "area": 9,
                "amount": 9,
                "paid_on": "2020-06-05",
            }
            import_rows(workspace, {"subsidy": [one]}, "别人", Source("form", "登记"))
        return found

    monkeypatch.setattr(importing, "_compare", late)
    result = import_file(workspace, path, person="王五")
    assert counts(result) == (1, 1, 0, 0, 0, 0)
    assert stands()["2020|H001|稻谷补贴"]["area"] == "3.2"


def test_rows_go_through_the_same_checks(workspace):
    from taizhang.journal.records import Source

    good = {"number": "H|1", "village": "公坪社区3组", "head": "张 三", "people": 4, "income": "1.2万元"}
    result = import_rows(workspace, {"household": [good], "pig_immunisation": [{"code": "A", "place": "銮塘村", "heads": 3, "done_on": "2020-05-01"}]},
                         "王五", Source("demo", "示例"))  # fmt: skip
    assert counts(result) == (2, 0, 0, 0, 0, 0)
    assert stands("household") == {
        "H\\|1": {"village": "99012810500103", "number": "H|1", "head": "张三", "people": "4", "income": "12000"}
    }
    assert stands("pig_immunisation")["A"]["vaccine"] == "口蹄疫"
    with pytest.raises(ImportRefused) as caught:
        import_rows(workspace, {"household": [{"number": "H2", "village": "x", "nothing": 1}]}, "王五", Source("api", "调用"))
    assert {(f.code, f.row) for f in caught.value.faults} == {("division.unknown", 1), ("row.unknown_field", 1), ("row.required", 1)}


def test_every_template_comes_back_clean_and_takes_rows(workspace, town, tmp_path):
    for ledger in town.LEDGERS.values():
        path = write_template(ledger, town.PACK, town.DIVISIONS, tmp_path / f"{ledger.name}.xlsx")
        result = import_file(workspace, path, person="王五")
        assert counts(result) == (0, 0, 0, 0, 0, 0)
        assert result.faults == []
    path = tmp_path / "subsidy.xlsx"
    filled = openpyxl.load_workbook(path)
    page = filled["稻谷补贴"]
    heads = [cell.value.rstrip("*") for cell in page[2]]
    for title, value in zip(HEAD, row(7), strict=True):
        page.cell(4, heads.index(title) + 1, value)
    filled.save(path)
    assert counts(import_file(workspace, path, person="王五")) == (1, 0, 0, 0, 0, 0)
    rules = {str(rule.sqref).split(":")[0]: rule for rule in page.data_validations.dataValidation}
    assert rules["F4"].formula1 == '"稻谷补贴,耕地地力补贴"'
    assert page["E4"].number_format == "@" or page.column_dimensions["E"].number_format == "@"
    assert "必填" in page["B2"].comment.text


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_exports_read_back_and_hold_no_formula(town, tmp_path, suffix):
    rng = random.Random(5)
    nasty = ["=1+1", "+1", "-减半", "@SUM(A1)", '=HYPERLINK("x")', "-12.5", "乙,丙"]
    rows = [
        {"village": "990128105001", "household": f"H{n}", "payee": "张三", "payee_id": "99012819900307653X", "programme": "稻谷补贴", "for_year": "2020",
         "area": str(rng.randrange(1, 99)), "amount": "12.5", "paid_on": "2020-06-05", "poor": "true", "remark": text}
        for n, text in enumerate(nasty)
    ]  # fmt: skip
    path = tmp_path / f"out{suffix}"
    write_rows(town.SUBSIDY, rows, path)
    table = read_tables(read_file(path), town.LEDGERS, town.CONTEXT, "subsidy").tables[0]
    assert table.rows() == rows
    if suffix == ".xlsx":
        assert all(cell.data_type != "f" for line in openpyxl.load_workbook(path).worksheets[0] for cell in line)
    else:
        assert not any(cell.startswith(("=", "@")) for cell in path.read_text(encoding="utf-8-sig").replace("\n", ",").split(","))


def test_faults_are_told_as_rows_and_json(town, tmp_path):
    path = book(tmp_path / "a.xlsx", [row(1, area="x")])
    faults = read_tables(read_file(path), town.LEDGERS, town.CONTEXT).all_faults()
    assert fault_rows(faults)[0][1:4] == ("Sheet!F2", "核实面积", "x")
    assert json.loads(json.dumps([f.as_dict() for f in faults]))[0]["row"] == 2


def test_an_unknown_ledger_names_the_nearest(workspace, tmp_path):
    path = book(tmp_path / "a.xlsx", [row(1)])
    assert counts(import_file(workspace, path, ledger="稻谷补贴", person="王五", dry_run=True))[0] == 1
    with pytest.raises(Refusal) as caught:
        import_file(workspace, path, ledger="subsidies", person="王五")
    assert caught.value.faults[0].params["nearest"] == "subsidy"
