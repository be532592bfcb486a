"""Make the awkward files in `files/` and what is expected of each: `python tests/intake/make_files.py`.

Everything is written by hand below, the expectation too: nothing in an `.expected.yaml` comes from the code under test. LibreOffice is used
where it is installed; the files that it made are kept otherwise. Identity numbers have region 990128, which is not assigned.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import odf.opendocument
import odf.style
import odf.table
import odf.text
import openpyxl
import xlsxwriter
import xlwt
import yaml

FILES = Path(__file__).parent / "files"

HEAD = ["村", "户编号", "领款人", "补贴项目", "所属年度", "核实面积", "补贴金额", "发放日期"]
ONE = ["公坪社区", "H001", "张三", "稻谷补贴", 2020, 3.2, 416, date(2020, 6, 5)]
TWO = ["銮塘村", "H002", "李四", "稻谷补贴", 2020, 1.05, 136.5, date(2020, 6, 5)]
TEXT_ONE = ["公坪社区", "H001", "张三", "稻谷补贴", "2020", "3.2", "416", "2020-06-05"]
TEXT_TWO = ["銮塘村", "H002", "李四", "稻谷补贴", "2020", "1.05", "136.5", "2020-06-05"]
NAMES = ["village", "household", "payee", "programme", "for_year", "area", "amount", "paid_on"]
C1 = dict(zip(NAMES, ["990128105001", "H001", "张三", "稻谷补贴", "2020", "3.2", "416", "2020-06-05"], strict=True))
C2 = dict(zip(NAMES, ["990128105201", "H002", "李四", "稻谷补贴", "2020", "1.05", "136.5", "2020-06-05"], strict=True))
BOTH = [C1, C2]

Maker = Callable[[Path], None]
CASES: dict[str, tuple[Maker, dict[str, Any]]] = {}


def case(name: str, expected: dict[str, Any]) -> Callable[[Maker], Maker]:
    """Enter a file under its name, with what is expected of it."""

    def enter(maker: Maker) -> Maker:
        CASES[name] = (maker, expected)
        return maker

    return enter


def table(rows: list[dict[str, str]], *, ledger: str = "subsidy", **more: Any) -> dict[str, Any]:
    """Expect one table: faults as [code, row, column], skipped lines as [row, reason]."""
    return {"tables": [{"ledger": ledger, "rows": rows, "faults": more.pop("faults", []), "skipped": more.pop("skipped", [])}], **more}


def sheet(
    path: Path, rows: list[list[Any]], merges: Sequence[str] = (), *, title: str = "Sheet1", more: Callable[[Any, Any], None] | None = None
) -> None:
    """Write one sheet with openpyxl."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = title
    for row in rows:
        page.append(row)
    for merge in merges:
        page.merge_cells(merge)
    if more:
        more(book, page)
    book.save(path)


def simple(name: str, expected: dict[str, Any], rows: list[list[Any]], merges: list[str] = [], **more: Any) -> None:  # noqa: B006
    """Enter a file that is one sheet written with openpyxl."""
    CASES[name] = (lambda path: sheet(path, rows, merges, **more), expected)


# --- headings ---------------------------------------------------------------------------------------------------------------

simple("01_plain.xlsx", table(BOTH), [HEAD, ONE, TWO])
simple(
    "02_title_and_unit_line.xlsx",
    table([{**C1, "amount": "4160000"}], faults=[["row.check", 4, "F"]], skipped=[[5, "empty"], [6, "total"], [7, "footnote"]]),
    [["公坪镇2020年稻谷补贴发放表"], ["填报单位：公坪镇人民政府", None, None, None, None, None, None, "单位：亩、万元"], HEAD,
     [*ONE[:6], 416, ONE[7]], [], ["合计", None, None, None, None, 3.2, 416], ["填表人：王五", None, "审核人：赵六"]],
    ["A1:H1"],
)  # fmt: skip
simple(
    "03_two_line_heading.xlsx",
    table([{**C1, "declared": "3.5"}]),
    [["村", "户编号", "领款人", "补贴项目", "所属年度", "面积（亩）", None, "补贴金额", "发放日期"],
     [None, None, None, None, None, "申报", "核实", None, None],
     [*ONE[:5], 3.5, 3.2, *ONE[6:]]],
    ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2", "F1:G1", "H1:H2", "I1:I2"],
)  # fmt: skip
simple(
    "04_two_line_heading_unmerged.xlsx",
    table([{**C1, "declared": "3.5"}]),
    [["村", "户编号", "领款人", "补贴项目", "所属年度", "面积", None, "补贴金额", "发放日期"],
     [None, None, None, None, None, "申报", "核实", None, None],
     [*ONE[:5], 3.5, 3.2, *ONE[6:]]],
)  # fmt: skip
simple("05_codes_any_order.xlsx", table(BOTH), [NAMES[::-1], ONE[::-1], TWO[::-1]])
simple(
    "06_aliases_stars_blanks.xlsx",
    table(BOTH),
    [["序号", " 所 在 村 ＊", "户号*", "姓 名", "补贴项目\n(必填)", "年度", "面积（亩）", "金额(元)", "发放日期※"], [1, *ONE], [2, *TWO]],
)
simple(
    "07_units_in_heading.xlsx",
    table([{**C1, "area": "48", "amount": "893000"}], faults=[["row.check", 2, "F"]]),
    [[*HEAD[:5], "核实面积（公顷）", "补贴金额(万元)", HEAD[7]], [*ONE[:5], 3.2, 89.3, ONE[7]]],
)
simple(
    "08_wrong_unit_in_heading.xlsx",
    table([], faults=[["column.unit", 1, "F"]], blocked=True),
    [[*HEAD[:5], "核实面积（公斤）", *HEAD[6:]], ONE],
)
simple("09_unknown_column.xlsx", table([C1], faults=[["column.unknown", 1, "I"]]), [[*HEAD, "经办意见", "空列"], [*ONE, "同意"]])
simple("10_missing_column.xlsx", table([], faults=[["column.missing", 1, None], ["row.required", None, None]], blocked=True),
       [[*HEAD[:6], HEAD[7]], [*ONE[:6], ONE[7]]])  # fmt: skip
simple("11_repeated_heading.xlsx", table([C1], faults=[["column.repeated", 1, "I"]], blocked=True), [[*HEAD, "核实面积"], [*ONE, 9]])
simple("12_near_heading_not_guessed.xlsx", table([], faults=[["column.unknown", 1, "G"], ["column.missing", 1, None]], blocked=True),
       [[*HEAD[:6], "补贴金頟", HEAD[7]], ONE])  # fmt: skip
simple("13_deep_below_notes.xlsx", table([C1]), [["关于发放补贴的说明"], ["一、按户登记"], ["二、金额以元为单位"], [], [], HEAD, ONE])
simple("14_heading_on_each_page.xlsx", table(BOTH, skipped=[[3, "heading"]]), [HEAD, ONE, HEAD, TWO])
simple(
    "15_no_heading.xlsx", {"tables": [], "faults": [["sheet.no_header", None, None]], "ledger": "subsidy"}, [["甲", "乙"], [1, 2], [3, 4]]
)
simple("16_columns_begin_late.xlsx", table([C1]), [[], [None, None, None, *HEAD], [None, None, None, *ONE]])

# --- rows -------------------------------------------------------------------------------------------------------------------

simple(
    "17_totals_everywhere.xlsx",
    table(BOTH, skipped=[[3, "total"], [5, "total"], [6, "total"], [7, "total"]]),
    [["序号", *HEAD], [1, *ONE], [None, "公坪社区小计", None, None, None, None, 3.2, 416], [2, *TWO], ["小 计", None, None, None, None, None, 1.05],
     [None, "合计：", None, None, None, None, 4.25], ["总计", None, None, None, None, None, 4.25, 552.5]],
)  # fmt: skip
simple(
    "18_empty_and_numbered_lines.xlsx",
    table(BOTH, skipped=[[3, "empty"], [4, "empty"]]),
    [["序号", *HEAD], [1, *ONE], [], [2, "  ", "　"], [3, *TWO], [4], [5]],
)
simple(
    "19_footnotes.xlsx",
    table([C1], skipped=[[3, "footnote"], [4, "footnote"], [5, "section"]]),
    [
        HEAD,
        ONE,
        ["注：面积以核实为准"],
        ["填表人：王五", None, "审核人：赵六", None, "填表日期：2020年6月30日"],
        ["本表一式三份，村、镇、县各存一份"],
    ],
    ["A5:H5"],
)
simple(
    "20_merged_villages.xlsx",
    table([C1, {**C2, "village": "990128105001"}, {**C2, "household": "H003", "payee": "王五"}]),
    [HEAD, ONE, [None, *TWO[1:]], [TWO[0], "H003", "王五", *TWO[3:]]],
    ["A2:A3"],
)
simple(
    "21_repeated_entry.xlsx", table([], faults=[["row.repeated", 2, "D"], ["row.repeated", 3, "D"]]), [HEAD, ONE, [*ONE[:5], 9, 9, ONE[7]]]
)
simple(
    "22_many_faults.xlsx",
    table([C2], faults=[["division.unknown", 2, "A"], ["row.required", 2, "B"], ["choice.unknown", 2, "D"], ["number.too_small", 2, "F"],
                        ["number.unreadable", 2, "G"], ["date.impossible", 2, "H"]]),
    [HEAD, ["无此村", None, "张三", "种粮补贴", 2020, -1, "四百多", "2020-02-30"], TWO],
)  # fmt: skip
simple(
    "23_numbers_as_text.xlsx",
    table([C1, {**C2, "amount": "1234.5"}], faults=[["row.check", 3, "F"]]),
    [HEAD, [*ONE[:4], "２０２０", " 3.20 ", "416.00", "2020年6月5日"], [*TWO[:4], "2020年", "1.05亩", "1,234.50元", "2020/6/5"]],
)
simple(
    "24_dates_as_numbers.xlsx",
    table([C1, C2]),
    [HEAD, [*ONE[:7], 43987], [*TWO[:7], datetime(2020, 6, 5, 0, 0)]],  # noqa: DTZ001
)
simple(
    "25_identity_numbers.xlsx",
    table(
        [{**C1, "payee_id": "99012819900307653X"}, {**C2, "household": "H004", "payee_id": "990128199003076530"}],
        faults=[["number_truncated", 3, "I"], ["id_number.length", 4, "I"], ["id_number.check_digit", 5, "I"]],
    ),
    [[*HEAD, "身份证号"], [*ONE, "990128 19900307 653X"], [*TWO, 990128199003076500], [*TWO[:1], "H003", *TWO[2:], "12345"],
     [*TWO[:1], "H004", *TWO[2:], "990128199003076530"]],
)  # fmt: skip
simple("26_row_check.xlsx", table([C2], faults=[["row.check", 2, "I"]]), [[*HEAD, "申报面积"], [*ONE, 3], [*TWO, None]])
simple("27_formula_error.xlsx", table([], faults=[["cell.formula_error", 2, "G"], ["cell.formula_error", 3, "I"]]),
       [[*HEAD, "备注"], [*ONE[:6], "#DIV/0!", ONE[7]], [*TWO, "#N/A"]])  # fmt: skip
simple("28_leading_equals_text.csv.xlsx", table([{**C1, "remark": "-减半"}]), [[*HEAD, "备注"], [*ONE, "-减半"]])

# --- sheets -----------------------------------------------------------------------------------------------------------------


@case("29_several_sheets.xlsx", {
    "tables": [
        {"ledger": "subsidy", "rows": [C1], "faults": [], "skipped": []},
        {"ledger": "household", "rows": [{"village": "990128105001", "number": "H001", "head": "张三", "people": "3"}], "faults": [], "skipped": []},
    ],
    "passed": [["填表说明", "aside"], ["Sheet3", "empty"], ["旧表", "hidden"]],
})  # fmt: skip
def several(path: Path) -> None:
    def more(book: Any, page: Any) -> None:
        notes = book.create_sheet("填表说明")
        notes.append(["按户填写"])
        people = book.create_sheet("农户名册")
        people.append(["村组", "户号", "户主", "家庭人口"])
        people.append(["公坪社区", "H001", "张三", 3])
        book.create_sheet("Sheet3")
        old = book.create_sheet("旧表")
        old.append(HEAD)
        old.append(TWO)
        old.sheet_state = "hidden"

    sheet(path, [HEAD, ONE], title="发放", more=more)


@case("30_sheet_for_each_village.xlsx", {
    "tables": [
        {"ledger": "subsidy", "rows": [C1], "faults": [], "skipped": []},
        {"ledger": "subsidy", "rows": [C2], "faults": [], "skipped": []},
    ],
})  # fmt: skip
def villages(path: Path) -> None:
    def more(book: Any, page: Any) -> None:
        other = book.create_sheet("銮塘村")
        other.append(["銮塘村发放表"])
        other.append(HEAD)
        other.append(TWO)

    sheet(path, [HEAD, ONE], title="公坪社区", more=more)


@case("31_same_entry_on_two_sheets.xlsx", {
    "tables": [
        {"ledger": "subsidy", "rows": [], "faults": [["row.repeated_sheet", 2, None]], "skipped": []},
        {"ledger": "subsidy", "rows": [C2], "faults": [["row.repeated_sheet", 2, None]], "skipped": []},
    ],
})  # fmt: skip
def twice(path: Path) -> None:
    def more(book: Any, page: Any) -> None:
        other = book.create_sheet("乙")
        for row in (HEAD, ONE, TWO):
            other.append(row)

    sheet(path, [HEAD, ONE], title="甲", more=more)


# --- other writers ----------------------------------------------------------------------------------------------------------


@case("32_xlsxwriter_wide_dates.xlsx", table([{**C1, "phone": "13800000001"}]))
def by_xlsxwriter(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page = book.add_worksheet("补贴")
    day = book.add_format({"num_format": "yyyy\\年m\\月d\\日"})
    page.write_row(0, 0, [*HEAD, "联系电话"])
    page.write_row(1, 0, [*ONE[:7]])
    page.write_datetime(1, 7, datetime(2020, 6, 5), day)  # noqa: DTZ001
    page.write_number(1, 8, 13800000001)
    book.close()


def xls(path: Path, rows: list[list[Any]], merges: list[tuple[int, int, int, int]] = []) -> None:  # noqa: B006
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("稻谷补贴")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    held = {(top, left) for top, _, left, _ in merges}
    covered = {(r, c) for top, bottom, left, right in merges for r in range(top, bottom + 1) for c in range(left, right + 1)} - held
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is None or (r, c) in covered or (r, c) in held:
                continue
            page.write(r, c, value, day) if isinstance(value, date) else page.write(r, c, value)
    for top, bottom, left, right in merges:
        page.write_merge(top, bottom, left, right, rows[top][left])
    book.save(str(path))


@case("33_old_excel.xls", table([C1, {**C2, "village": "990128105001"}], skipped=[[5, "total"]]))
def by_xlwt(path: Path) -> None:
    xls(
        path, [["2020年稻谷补贴"], HEAD, ONE, [None, *TWO[1:]], ["合计", None, None, None, None, 4.25, 552.5]], [(0, 0, 0, 7), (2, 3, 0, 0)]
    )


@case("34_xls_that_is_xlsx.xls", table(BOTH))
def disguised(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "a.xlsx"
        sheet(made, [HEAD, ONE, TWO])
        path.write_bytes(made.read_bytes())


@case("35_xls_that_is_html.xls", {"refused": "file.html"})
def html(path: Path) -> None:
    path.write_text("<html><body><table><tr><td>村</td></tr></table></body></html>", encoding="utf-8")


def csv_text(rows: list[list[Any]], delimiter: str = ",", end: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


TEXTS = [HEAD, TEXT_ONE, TEXT_TWO]


@case("36_xls_that_is_csv.xls", table(BOTH))
def csv_as_xls(path: Path) -> None:
    path.write_bytes(csv_text(TEXTS, "\t").encode("gb18030"))


def ods(path: Path, tables: list[tuple[str, list[list[Any]], bool]], spans: dict[tuple[int, int], tuple[int, int]] = {}) -> None:  # noqa: B006
    document = odf.opendocument.OpenDocumentSpreadsheet()
    hidden = odf.style.Style(name="hidden", family="table")
    hidden.addElement(odf.style.TableProperties(display="false"))
    document.automaticstyles.addElement(hidden)
    for title, rows, is_hidden in tables:
        grid = odf.table.Table(name=title, **({"stylename": hidden} if is_hidden else {}))
        for r, row in enumerate(rows):
            line = odf.table.TableRow()
            for c, value in enumerate(row):
                down, across = spans.get((r, c), (1, 1))
                more = {"numberrowsspanned": down, "numbercolumnsspanned": across} if (down, across) != (1, 1) else {}
                if isinstance(value, date):
                    cell = odf.table.TableCell(valuetype="date", datevalue=value.isoformat(), **more)
                elif isinstance(value, int | float):
                    cell = odf.table.TableCell(valuetype="float", value=value, **more)
                elif value is None:
                    cell = odf.table.TableCell()
                else:
                    cell = odf.table.TableCell(valuetype="string", **more)
                if value is not None:
                    cell.addElement(odf.text.P(text=str(value)))
                line.addElement(cell)
            grid.addElement(line)
        document.spreadsheet.addElement(grid)
    document.save(str(path))


@case("37_opendocument_merged.ods", table([C1, {**C2, "village": "990128105001"}], passed=[["旧表", "hidden"]]))
def by_odfpy(path: Path) -> None:
    rows = [["2020年稻谷补贴", *[None] * 7], HEAD, ONE, [None, *TWO[1:]]]
    ods(path, [("补贴", rows, False), ("旧表", [HEAD, TWO], True)], {(0, 0): (1, 8), (2, 0): (2, 1)})


# --- delimited text ---------------------------------------------------------------------------------------------------------


def text_case(name: str, content: bytes, expected: dict[str, Any]) -> None:
    CASES[name] = (lambda path: path.write_bytes(content) and None, expected)


text_case("38_utf8.csv", csv_text(TEXTS).encode(), table(BOTH))
text_case("39_utf8_mark_quoted_newline.csv", b"\xef\xbb\xbf" + csv_text([[*HEAD, "备注"], [*TEXT_ONE, "第一行\n第二行，含\"引号\""]]).encode(),
          table([{**C1, "remark": "第一行 第二行，含\"引号\""}]))  # fmt: skip
text_case("40_gb18030.csv", csv_text([*TEXTS, ["合计", "", "", "", "", "4.25"]]).encode("gb18030"), table(BOTH, skipped=[[4, "total"]]))
text_case(
    "41_gb18030_rare_name.csv",
    csv_text([HEAD, [*TEXT_ONE[:2], "张𠮷㙍", *TEXT_ONE[3:]]]).encode("gb18030"),
    table([{**C1, "payee": "张𠮷㙍"}]),
)
text_case("42_utf16.csv", csv_text(TEXTS, "\t").encode("utf-16"), table(BOTH))
text_case("43_utf16_no_mark.csv", csv_text(TEXTS, ";").encode("utf-16-le"), table(BOTH))
text_case("44_semicolons.csv", csv_text([*TEXTS[:2], [*TEXT_TWO[:6], "1,234.5", "2020-6-5"]], ";").encode(),
          table([C1, {**C2, "amount": "1234.5"}], faults=[["row.check", 3, "F"]]))  # fmt: skip
text_case("45_full_width_commas.csv", "\n".join("，".join(row) for row in TEXTS).encode(), table(BOTH))
text_case("46_tabs_title_above.tsv", ("稻谷补贴发放表\n\n" + csv_text(TEXTS, "\t", "\n")).encode(), table(BOTH))
text_case("47_excel_text_cells.csv", ("sep=,\r\n" + csv_text([[*HEAD, "银行卡号", "备注"], [*TEXT_ONE, '="6222020000000000000"', "'=1+1"]])).encode(),
          table([{**C1, "card": "6222020000000000000", "remark": "=1+1"}]))  # fmt: skip
text_case("48_ragged.csv", "\n".join([",".join(HEAD), ",".join(TEXT_ONE) + ",,", ",".join(TEXT_TWO), "", ","]).encode(), table(BOTH))

# --- JSON -------------------------------------------------------------------------------------------------------------------

OBJECTS = [dict(zip(NAMES, row, strict=True)) for row in (TEXT_ONE, TEXT_TWO)]
CODED = [{**OBJECTS[0], "area": 3.2, "amount": 416, "for_year": 2020}, OBJECTS[1]]
text_case("49_list.json", json.dumps(CODED, ensure_ascii=False).encode(), table(BOTH))
text_case("50_ledger_rows.json", json.dumps({"ledger": "subsidy", "rows": CODED}, ensure_ascii=False).encode("utf-8-sig"), table(BOTH))
text_case("51_by_ledger.json", json.dumps({"subsidy": OBJECTS[:1], "household": [{"village": "公坪社区", "number": "H001", "head": "张三"}]}).encode(), {
    "tables": [
        {"ledger": "subsidy", "rows": [C1], "faults": [], "skipped": []},
        {"ledger": "household", "rows": [{"village": "990128105001", "number": "H001", "head": "张三"}], "faults": [], "skipped": []},
    ],
})  # fmt: skip
text_case("52_lines.ndjson", "\n".join(json.dumps(row, ensure_ascii=False) for row in CODED).encode(), table(BOTH))
text_case("53_titles_as_keys.json", json.dumps([dict(zip(HEAD, TEXT_ONE, strict=True))], ensure_ascii=False).encode(), table([C1]))
text_case(
    "54_nested.json",
    json.dumps([{**OBJECTS[0], "remark": ["甲", "乙"]}, OBJECTS[1]]).encode(),
    table(BOTH, file_faults=[["json.nested", 1, "I"]]),
)
text_case(
    "55_big_digits.json", b'[{"household": "H001", ' + json.dumps(OBJECTS[0])[1:-1].encode() + b"}]", {"refused": "json.repeated_key"}
)
text_case("56_malformed.json", b'[{"village": ', {"refused": "json.malformed"})
text_case("57_not_a_table.json", b'{"a": {"b": 1}}', {"refused": "json.shape"})
text_case(
    "58_ledger_unknown.json",
    json.dumps({"ledger": "nothing", "rows": OBJECTS}).encode(),
    {"tables": [], "faults": [["ledger.unknown", None, None]]},
)

# --- files that must not be opened ------------------------------------------------------------------------------------------

text_case("59_empty.xlsx", b"", {"refused": "file.empty"})
text_case("60_not_a_table.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(64), {"refused": "file.not_a_workbook"})
text_case(
    "61_encrypted.xlsx",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + "EncryptedPackage".encode("utf-16-le") + bytes(480),
    {"refused": "file.encrypted"},
)
text_case("62_wps.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1528), {"refused": "file.wps"})
text_case("63_binary.csv", bytes(range(256)) * 4, {"refused": "file.encoding"})


def workbook_bytes() -> dict[str, bytes]:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEAD)
    book.worksheets[0].append(ONE)
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezip(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    parts = workbook_bytes()
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@case("64_cut_off.xlsx", {"refused": "file.broken"})
def cut(path: Path) -> None:
    rezip(path, lambda parts: None)
    path.write_bytes(path.read_bytes()[:2500])


@case("65_far_cell.xlsx", {"refused": "sheet.too_large"})
def far(path: Path) -> None:
    part = "xl/worksheets/sheet1.xml"
    rezip(path, lambda parts: parts.update({part: parts[part].replace(b'r="H2"', b'r="XFD1048576"')}))


@case("66_entities.xlsx", {"refused": "file.entities"})
def entities(path: Path) -> None:
    part = "xl/worksheets/sheet1.xml"
    declared = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    rezip(path, lambda parts: parts.update({part: declared + parts[part]}))


@case("67_bomb.xlsx", {"refused": "file.too_large"})
def bomb(path: Path) -> None:
    rezip(path, lambda parts: parts.update({"xl/media/a.xml": b" " * (40 << 20)}))


@case("68_word_document.xlsx", {"refused": "file.not_a_workbook"})
def word(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")


@case("69_broken_sheet.xlsx", {"refused": "file.broken"})
def broken(path: Path) -> None:
    part = "xl/worksheets/sheet1.xml"
    rezip(path, lambda parts: parts.update({part: parts[part][: len(parts[part]) // 2]}))


# --- LibreOffice ------------------------------------------------------------------------------------------------------------

LIBRE = {
    "70_libreoffice.ods": ("20_merged_villages.xlsx", "ods"),
    "71_libreoffice.xls": ("20_merged_villages.xlsx", "xls"),
    "72_libreoffice.xlsx": ("03_two_line_heading.xlsx", "xlsx"),
    "73_libreoffice_two_line.ods": ("03_two_line_heading.xlsx", "ods"),
    "74_libreoffice_gb18030.csv": ("01_plain.xlsx", "csv"),
}


def convert(name: str, source: str, kind: str) -> None:
    """Let LibreOffice write one of our files in another format."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return
    filters = {"csv": "csv:Text - txt - csv (StarCalc):44,34,GB18030", "xls": "xls:MS Excel 97"}
    with tempfile.TemporaryDirectory() as folder:
        command = [
            office,
            "--headless",
            f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",
            "--convert-to",
            filters.get(kind, kind),
        ]
        out = Path(folder) / "out"
        subprocess.run([*command, "--outdir", str(out), str(FILES / source)], check=True, capture_output=True)
        shutil.copyfile(out / (Path(source).stem + "." + kind), FILES / name)


def main() -> None:
    """Write every file and its expectation."""
    FILES.mkdir(exist_ok=True)
    for name, (maker, expected) in CASES.items():
        maker(FILES / name)
        write_expected(name, expected)
    for name, (source, kind) in LIBRE.items():
        convert(name, source, kind)
        write_expected(name, CASES[source][1])


def write_expected(name: str, expected: dict[str, Any]) -> None:
    text = yaml.safe_dump(expected, allow_unicode=True, sort_keys=False, width=160, default_flow_style=None)
    (FILES / f"{name}.expected.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
