"""Lines of a sheet that are no entries: empty ones, totals, remarks and signatures, examples, headings printed again."""

from __future__ import annotations

import re
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
_LEADING = 4  # cells in which a line says what it is


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A line that was not taken as an entry, and why. ``row`` as the spreadsheet counts."""

    sheet: str
    row: int
    reason: Reason
    text: str


def sort_lines(sheet: Sheet, header: Header, titles: Titles) -> tuple[list[int], list[SkippedLine]]:
    """Part the rows below a heading into entries (0-based rows) and skipped lines; empty lines are skipped, at the end silently."""
    rows = sheet.rows
    first = header.bottom + 1
    mapped = list(header.columns.values())
    required = [column for name, column in header.columns.items() if needed(titles.ledger, name)] or mapped
    leading = sorted({*mapped[:_LEADING], *range(min(_LEADING, len(rows[header.bottom]) if rows else 0)), *([header.serial] if header.serial is not None else [])})
    suspects = _suspects(rows, first, leading, required)
    skipped: dict[int, tuple[Reason, str]] = {}
    spans = {top: right - left + 1 for top, left, bottom, right in sheet.merged if top >= first and right > left and top == bottom}
    heading = {name: normal(text) for name, text in header.titles.items()}
    for index in suspects:
        reason = _reason(rows[index], leading, mapped, required, spans.get(index, 1))
        if reason is None and _is_heading(rows[index], header, heading):
            reason = "heading"
        if reason:
            skipped[index] = reason, "　".join(text for text in map(cell_text, rows[index]) if text)[:80]
    kept = [index for index in range(first, len(rows)) if index not in skipped] if skipped else list(range(first, len(rows)))
    last = max([*kept[-1:], *(index for index, (reason, _) in skipped.items() if reason != "empty")], default=0)
    told = [SkippedLine(sheet.name, index + sheet.base, reason, text) for index, (reason, text) in sorted(skipped.items()) if index < last or reason != "empty"]
    return kept, told


def _suspects(rows: list[list[Any]], first: int, leading: list[int], required: list[int]) -> list[int]:
    """Return the rows worth a closer look: a leading text that could name a total, a remark or a heading, or a required cell that is blank."""
    found: set[int] = set()
    for column in leading:
        for index in range(first, len(rows)):
            cell = rows[index][column]
            if type(cell) is str and cell and ("计" in cell or ":" in cell or "：" in cell or "示例" in cell):
                found.add(index)
    for column in required:
        found.update(index for index in range(first, len(rows)) if is_blank(rows[index][column]))
    if required:
        # A heading printed again on each page repeats, in one column, the text that stands in the heading.
        title = rows[first - 1][required[0]] if first else None
        found.update(index for index in range(first, len(rows)) if title and rows[index][required[0]] == title)
    return sorted(found)


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
        return "empty" if not filled or len(filled) <= 1 and head and head[0].replace(".", "").isdigit() else ("footnote" if _FOOTNOTE.match(cell_text(filled[0])) else None)
    return None


def _is_heading(row: list[Any], header: Header, heading: dict[str, str]) -> bool:
    same = sum(normal(cell_text(row[column])) == heading[name] for name, column in header.columns.items())
    return same >= max(2, len(header.columns) // 2)
