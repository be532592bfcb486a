"""Awkward workbooks that Excel could have written: headings, rows, sheets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from awkward_case import BOTH, C1, C2, HEAD, NAMES, ONE, TWO, case, sheet, simple, table

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
