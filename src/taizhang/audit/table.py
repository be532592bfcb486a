"""Several reports side by side: one workbook in which towns can be compared by measure, with every finding in a sheet of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from taizhang.audit.auditing import Audit
from taizhang.audit.telling import ANSWER_WORDS, counts_line
from taizhang.i18n import _
from taizhang.intake.cells import plain_cell
from taizhang.reader import Quantity
from taizhang.reader.model import number_text

_WIDE, _NARROW = 36, 14


def write_table(audits: Sequence[Audit], path: Path) -> None:
    """Write the workbook: figures by measure and report, every figure in a row, findings, reports.

    Numbers are written as numbers where a spreadsheet keeps them whole. Raises ``OSError`` when the file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheets = [
        (_("各报告对照"), _side_by_side(audits)), (_("全部数字"), _figures(audits)), (_("问题"), _findings(audits)), (_("报告"), _reports(audits)),
    ]  # fmt: skip
    for number, (title, rows) in enumerate(sheets):
        sheet: Any = book.active if number == 0 else book.create_sheet()
        sheet.title = title
        for row in rows:
            sheet.append([plain_cell(value) for value in row])
        sheet.freeze_panes = "C2" if number == 0 else "A2"
        sheet.auto_filter.ref = sheet.dimensions
        for cell in sheet[1]:
            cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        for letter, width in _widths(rows):
            sheet.column_dimensions[letter].width = width
    book.save(path)


def _widths(rows: Sequence[Sequence[Any]]) -> list[tuple[str, int]]:
    from openpyxl.utils import get_column_letter

    columns = len(rows[0])
    longest = [max(len(str(row[i])) if i < len(row) and row[i] is not None else 0 for row in rows[:200]) for i in range(columns)]
    return [(get_column_letter(i + 1), min(_WIDE, max(_NARROW, 2 * n))) for i, n in enumerate(longest)]


def _number(q: Quantity) -> Any:
    text = number_text(q.value)
    return q.value if len(text.replace(".", "")) <= 15 else text


def _key(audit: Audit, q: Quantity) -> tuple[str, str]:
    """Figures of several reports are one row when they are the same indicator, or measure the same in the same unit."""
    verdict = audit.verdict_of(q.number)
    known = verdict.indicator if verdict and verdict.status in ("certain", "confirmed") else None
    return (audit.title_of(known) if known else q.measure), q.unit.name


def _side_by_side(audits: Sequence[Audit]) -> list[list[Any]]:
    found: dict[tuple[str, str], dict[int, list[Quantity]]] = defaultdict(lambda: defaultdict(list))
    for number, audit in enumerate(audits):
        for q in audit.reading.quantities:
            if q.measure and q.scope not in ("plan", "last_year"):
                found[_key(audit, q)][number].append(q)
    rows: list[list[Any]] = [[_("衡量什么"), _("单位"), _("报告数"), *(audit.document.name for audit in audits)]]
    for (measure, unit), cells in sorted(found.items(), key=lambda item: -len(item[1])):
        values = [_shown(cells.get(number, [])) for number in range(len(audits))]
        rows.append([measure, unit, len(cells), *values])
    return rows


def _shown(figures: Sequence[Quantity]) -> Any:
    if not figures:
        return None
    if len({q.value for q in figures}) == 1 and figures[0].approx is None and figures[0].value_max is None:
        return _number(figures[0])
    return "；".join(dict.fromkeys(q.text for q in figures))


def _figures(audits: Sequence[Audit]) -> list[list[Any]]:
    head = [
        _("报告"),
        _("位置"),
        _("原文"),
        _("数值"),
        _("单位"),
        _("衡量什么"),
        _("时期"),
        _("地方"),
        _("比对"),
        _("指标"),
        _("台账数"),
        _("建议改为"),
    ]
    rows: list[list[Any]] = [head]
    for audit in audits:
        for q in audit.reading.quantities:
            verdict = audit.verdict_of(q.number)
            told = ["", "", None, ""]
            if verdict is not None:
                value = None if verdict.value is None else number_text(verdict.value) + verdict.unit
                told = [_(ANSWER_WORDS[verdict.answer]), audit.title_of(verdict.indicator), value, verdict.proposal]
            rows.append([audit.document.name, q.start, q.text, _number(q), q.unit.name, q.measure, q.period, q.place, *told])
    return rows


def _findings(audits: Sequence[Audit]) -> list[list[Any]]:
    rows: list[list[Any]] = [[_("报告"), _("类别"), _("规则"), _("问题"), _("原文"), _("算式"), _("前提"), _("如何核定"), _("建议改为")]]
    for audit in audits:
        for f in audit.result.findings:
            quoted = "；".join(audit.document.text[a:b] for a, b in f.spans)
            line = [f.class_words, f.number, f.says or f.title, quoted, f.arithmetic, f.reading, f.settles, f.proposal or ""]
            rows.append([audit.document.name, *line])
    return rows


def _reports(audits: Sequence[Audit]) -> list[list[Any]]:
    head = [_("报告"), _("标题"), _("年度"), _("概况")]
    return [head, *([a.document.name, a.reading.title, a.reading.year, counts_line(a)] for a in audits)]
