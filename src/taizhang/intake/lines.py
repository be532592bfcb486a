"""Lines of a sheet that are no entries: empty ones, totals, remarks and signatures, examples, headings printed again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from taizhang.intake.headers import Header, needed
from taizhang.intake.sheets import Sheet, is_blank
from taizhang.intake.titles import Titles, cell_text, normal

Reason = Literal["empty", "total", "footnote", "example", "heading", "section"]

EXAMPLE_MARK = "示例（导入时跳过）"
_TOTAL = re.compile(r"^[^\d,。;]{0,12}?(?:合\s*计|小\s*计|总\s*计|共\s*计|累\s*计)[:：]?$")
_FOOTNOTE = re.compile(
    r"^\s*[（(※*]?\s*(?:填表|填报|制表|制单|审核|审批|复核|核对|负责人|单位负责|统计负责|经办|经手|分管|主管|报出|报送|联系|电话|盖章|签字|签章|公章|注|备注|说明|填表说明)"
    r"[^:：]{0,10}[:：]"
)
_SIGNS = ("计", ":", "：", "示例")
_LEADING = 4  # cells in which a line says what it is


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A line that was not taken as an entry, and why. ``row`` as the spreadsheet counts."""

    sheet: str
    row: int
    reason: Reason
    text: str


def leading_columns(sheet: Sheet, header: Header) -> list[int]:
    """Return the columns in which a line says that it is no entry: the first few, of the sheet and of the fields, and the serial number."""
    width = len(sheet.rows[header.bottom]) if sheet.rows else 0
    serial = [header.serial] if header.serial is not None else []
    return sorted({*sorted(header.columns.values())[:_LEADING], *range(min(_LEADING, width)), *serial})


def sort_lines(sheet: Sheet, header: Header, titles: Titles, columns: Mapping[int, Sequence[Any]], first: int) -> dict[int, SkippedLine]:
    """Find the rows from ``first`` on that are no entries; ``columns`` holds their cells. Returns them by index, counted from ``first``."""
    mapped = list(header.columns.values())
    required = [column for name, column in header.columns.items() if needed(titles.ledger, name)] or mapped
    leading = leading_columns(sheet, header)
    spans = {top - first: right - left + 1 for top, left, bottom, right in sheet.merged if top >= first and right > left and top == bottom}
    heading = {name: normal(text) for name, text in header.titles.items()}
    skipped: dict[int, SkippedLine] = {}
    for index in _suspects(sheet.rows[header.bottom], columns, leading, required):
        row = sheet.rows[first + index]
        reason = _reason(row, leading, mapped, required, spans.get(index, 1))
        if reason is None and _is_heading(row, header, heading):
            reason = "heading"
        if reason:
            text = "　".join(text for text in map(cell_text, row) if text)[:80]
            skipped[index] = SkippedLine(sheet.name, first + index + sheet.base, reason, text)
    return skipped


def without_end(skipped: list[SkippedLine], last: int) -> list[SkippedLine]:
    """Return the skipped lines without the empty ones that a sheet, whose last row is ``last``, ends with."""
    kept = list(skipped)
    while kept and kept[-1].row == last and kept[-1].reason == "empty":
        kept.pop()
        last -= 1
    return kept


def _suspects(heading: list[Any], columns: Mapping[int, Sequence[Any]], leading: list[int], required: list[int]) -> list[int]:
    """Return the rows worth a closer look: a leading text that could name a total, a remark or a heading, or a required cell that is blank.

    A column is looked at as one text, which is many times quicker than cell by cell.
    """
    found: set[int] = set()
    joined = {column: _joined(columns[column]) for column in {*leading, *required}}
    for column in leading:
        text, _ = joined[column]
        if any(sign in text for sign in _SIGNS):
            found.update(index for index, cell in enumerate(columns[column]) if type(cell) is str and any(sign in cell for sign in _SIGNS))
    for column in required:
        text, nothing = joined[column]
        # Of all white space only the blank itself is printable.
        if "||" in text or " " in text or not text.isprintable() or nothing:
            found.update(index for index, cell in enumerate(columns[column]) if is_blank(cell))
    title = heading[required[0]] if required and required[0] < len(heading) else None
    # A heading printed again on each page repeats what stands in the heading.
    if title and (type(title) is not str or title in joined[required[0]][0]):
        found.update(index for index, cell in enumerate(columns[required[0]]) if cell == title)
    return sorted(found)


def _joined(cells: Sequence[Any]) -> tuple[str, bool]:
    """Return the texts among cells with a bar before, between and after them, and whether a cell is None."""
    try:
        return f"|{'|'.join(cells)}|", False
    except TypeError:
        kinds = set(map(type, cells))
    text = f"|{'|'.join([cell for cell in cells if type(cell) is str])}|" if str in kinds else ""
    return text, type(None) in kinds


def _reason(row: list[Any], leading: list[int], mapped: list[int], required: list[int], span: int) -> Reason | None:
    head = [text for text in (cell_text(row[column]) for column in leading) if text]
    if any(text.startswith(EXAMPLE_MARK) for text in head[:1]):
        return "example"
    if any(_TOTAL.match(text) for text in head[:3]):
        return "total"
    lacking = any(is_blank(row[column]) for column in required)
    filled = [cell for cell in row if not is_blank(cell)]
    if lacking and head and _FOOTNOTE.match(head[0]):
        return "footnote"
    if lacking and len(filled) == 1 and span >= 3:
        return "section"
    if all(is_blank(row[column]) for column in mapped):
        return (
            "empty"
            if not filled or (len(filled) <= 1 and head and head[0].replace(".", "").isdigit())
            else ("footnote" if _FOOTNOTE.match(cell_text(filled[0])) else None)
        )
    return None


def is_remark(filled: list[str], width: int) -> bool:
    """Tell whether a line of a table without a known heading is no entry: a total, a footnote, one cell across a wide table."""
    if any(_TOTAL.match(text) for text in filled[:3]):
        return True
    return (len(filled) * 2 < width and bool(_FOOTNOTE.match(filled[0]))) or (len(filled) == 1 and width >= 3)


def _is_heading(row: list[Any], header: Header, heading: dict[str, str]) -> bool:
    same = sum(normal(cell_text(row[column])) == heading[name] for name, column in header.columns.items())
    return same >= max(2, len(header.columns) // 2)
