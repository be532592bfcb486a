"""Awkward files of other programs and formats: old Excel, OpenDocument, delimited text, JSON; and files that must not be opened."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
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
from awkward_case import BOTH, C1, C2, CASES, HEAD, NAMES, ONE, TEXT_ONE, TEXT_TWO, TWO, case, sheet, table


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
