"""The blank workbook of a ledger: titles, drop-downs, notes, one example line that is skipped on import, and instructions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.errors import TaizhangError
from taizhang.files import replacement
from taizhang.intake.headers import needed
from taizhang.intake.lines import EXAMPLE_MARK
from taizhang.intake.sheets import letters
from taizhang.intake.tables import INSTRUCTIONS, LISTS
from taizhang.intake.titles import normal
from taizhang.pack.definitions import Field, Ledger, Pack
from taizhang.pack.divisions import DivisionTree
from taizhang.pack.fieldtypes import FIELD_TYPES

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_TEXT_TYPES = {"id_number", "credit_code", "bank_card", "telephone", "plate", "reference"}
_LAST_ROW = 5000  # validated rows; a longer list is pasted in anyway
_LONGEST_INLINE = 250  # Excel allows 255 characters in a list that is written into the rule
_HEADER_ROW, _EXAMPLE_ROW = 2, 3


def write_template(ledger: Ledger, pack: Pack, divisions: DivisionTree, path: Path) -> Path:
    """Write the blank workbook of a ledger to ``path`` (.xlsx) and return it.

    ``pack`` gives the title of the ledger that a reference points to; ``divisions`` the names offered for the division.
    Raises ``TaizhangError`` (``ledger.not_by_people``).
    """
    if not ledger.takes("write"):
        raise TaizhangError("ledger.not_by_people", ledger=ledger.title)
    from openpyxl import Workbook
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    page = book.worksheets[0]
    page.title = _sheet_title(ledger.title)
    _write_head(page, ledger)
    lists = _Lists(book)
    for column, field in enumerate(ledger.fields.values(), start=2):
        _write_column(page, ledger, field, column, pack, divisions, lists)
    page.freeze_panes = f"B{_EXAMPLE_ROW}"
    page.print_title_rows = f"1:{_HEADER_ROW}"
    page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToHeight = "landscape", 9, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    _write_instructions(book, ledger, pack)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacement(path) as part:
        book.save(part)
    return path


def _sheet_title(title: str) -> str:
    return "".join("_" if char in "[]:*?/\\" else char for char in title)[:31]


def _write_head(page: Worksheet, ledger: Ledger) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    width = len(ledger.fields) + 1
    page.cell(1, 1, ledger.title).font = Font(size=16, bold=True)
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    page.cell(1, 1).alignment = Alignment(horizontal="center", vertical="center")
    page.row_dimensions[1].height = 30
    side = Side("thin", "FF999999")
    line = Border(left=side, right=side, top=side, bottom=side)
    page.cell(_HEADER_ROW, 1, "序号")
    page.cell(_EXAMPLE_ROW, 1, EXAMPLE_MARK)
    page.column_dimensions["A"].width = 10
    for column, (name, field) in enumerate(ledger.fields.items(), start=2):
        page.cell(_HEADER_ROW, column, field.title + ("*" if needed(ledger, name) else ""))
        cell = page.cell(_EXAMPLE_ROW, column)
        cell.value = example_of(ledger, field)
        if isinstance(cell.value, date):
            cell.number_format = "yyyy-mm-dd"
        elif field.type in _TEXT_TYPES:
            cell.number_format = "@"
    for column in range(1, width + 1):
        head, example = page.cell(_HEADER_ROW, column), page.cell(_EXAMPLE_ROW, column)
        head.font, head.fill, head.border = Font(bold=True), PatternFill("solid", fgColor="FFD9E1F2"), line
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        example.font, example.fill = Font(italic=True, color="FF808080"), PatternFill("solid", fgColor="FFF2F2F2")


def example_of(ledger: Ledger, field: Field) -> Any:
    """Return an example of a field as a cell: its own, else that of the ledger's first accepted row; None when there is none."""
    if field.example:
        return field.example
    for example in ledger.examples:
        if example.accepted and example.row.get(field.name) is not None:
            value = example.row[field.name]
            if isinstance(value, bool):
                return "是" if value else "否"
            return value if isinstance(value, str | int | float | Decimal | date | datetime) else str(value)
    if field.choices:
        return field.choices[0]
    return "是" if field.type == "yes_no" else None


def _write_column(page: Worksheet, ledger: Ledger, field: Field, column: int, pack: Pack, divisions: DivisionTree, lists: _Lists) -> None:
    from openpyxl.comments import Comment
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = letters(column - 1)
    place = f"{letter}{_EXAMPLE_ROW + 1}:{letter}{_LAST_ROW}"
    page.column_dimensions[letter].width = max(
        10.0, min(30.0, 2.2 * len(field.title) + 4), 21.0 if field.type in ("id_number", "bank_card") else 0.0
    )
    if field.type in _TEXT_TYPES:
        page.column_dimensions[letter].number_format = "@"
    elif field.type == "date":
        page.column_dimensions[letter].number_format = "yyyy-mm-dd"
    note = Comment(_note(ledger, field, pack), "台账", height=130, width=300)
    page.cell(_HEADER_ROW, column).comment = note
    rule: DataValidation | None = None
    options = _options(field, divisions)
    if options:
        rule = DataValidation(type="list", formula1=lists.formula(field.title, options), allow_blank=True)
        # A division may also be written as its code, so that another text is questioned and not refused.
        rule.errorStyle = "warning" if field.type == "division" else "stop"
        rule.error, rule.errorTitle = "请从下拉清单中选择", field.title
    elif field.type == "date":
        rule = DataValidation(type="date", operator="between", formula1="DATE(1900,1,1)", formula2="DATE(2100,12,31)", allow_blank=True)
        rule.errorStyle, rule.error, rule.errorTitle = "warning", FIELD_TYPES["date"].describe(field), field.title
    if rule is not None:
        rule.showErrorMessage = True
        rule.add(place)
        page.add_data_validation(rule)


def _options(field: Field, divisions: DivisionTree) -> list[str]:
    if field.type == "choice":
        return list(field.choices)
    if field.type == "yes_no":
        return ["是", "否"]
    if field.type != "division":
        return []
    names = []
    for node in divisions.subtree(divisions.town) if divisions.town else divisions:
        if node.valid_to is None and node.level in ("town", "village", "group"):
            above = divisions.get(node.parent or "")
            names.append(above.name + node.name if node.level == "group" and above else node.name)
    return names


class _Lists:
    """The hidden sheet that holds drop-down lists too long to stand in a rule; equal lists are kept once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._page: Worksheet | None = None
        self._known: dict[tuple[str, ...], str] = {}

    def formula(self, title: str, options: list[str]) -> str:
        """Return what stands in the rule: the options themselves, or a range on the hidden sheet."""
        inline = ",".join(options)
        if len(inline) <= _LONGEST_INLINE and not any(char in option for option in options for char in ',"'):
            return f'"{inline}"'
        key = tuple(options)
        if key not in self._known:
            if self._page is None:
                self._page = self._book.create_sheet(LISTS)
                self._page.sheet_state = "hidden"
            column = len(self._known) + 1
            self._page.cell(1, column, title)
            for row, option in enumerate(options, start=2):
                self._page.cell(row, column, option)
            letter = letters(column - 1)
            self._known[key] = f"'{LISTS}'!${letter}$2:${letter}${len(options) + 1}"
        return self._known[key]


def explain(ledger: Ledger, field: Field, pack: Pack) -> str:
    """Return what the field may hold, in words."""
    parts = ["必填。" if needed(ledger, field.name) else "可以不填。", FIELD_TYPES[field.type].describe(field)]
    if field.to and field.to in pack.ledgers:
        parts.append(f"与“{pack.ledgers[field.to].title}”中的编号一致。")
    if field.help:
        parts.append(field.help)
    others = [alias for alias in field.aliases if normal(alias) != normal(field.title)]
    if others:
        parts.append(f"列名也可以写作：{'、'.join(others)}。")
    return "".join(parts)


def _note(ledger: Ledger, field: Field, pack: Pack) -> str:
    return explain(ledger, field, pack) + ("单元格须设为文本格式。" if field.type in _TEXT_TYPES else "")


def _write_instructions(book: Workbook, ledger: Ledger, pack: Pack) -> None:
    from openpyxl.styles import Alignment, Font

    page = book.create_sheet(INSTRUCTIONS)
    page.append([f"{ledger.title} 填表说明"])
    page["A1"].font = Font(size=14, bold=True)
    keys = "、".join(ledger.fields[name].title for name in ledger.key)
    remarks = [
        ledger.about,
        "带*的列必须填写。列的次序可以调整，可以删去不用的非必填列，不要改动列名。",
        f"每条记录占一行，{keys}相同的是同一条记录；再次导入时，已有的记录按新内容更正。",
        "灰色的示例行导入时自动跳过，可以保留，也可以删除。空行和合计行也会跳过。",
    ]
    for remark in filter(None, remarks):
        page.append([remark])
    page.append([])
    page.append(["列名", "是否必填", "填写要求", "示例"])
    for cell in page[page.max_row]:
        cell.font = Font(bold=True)
    for name, field in ledger.fields.items():
        example = example_of(ledger, field)
        page.append(
            [field.title, "是" if needed(ledger, name) else "否", _note(ledger, field, pack), "" if example is None else str(example)]
        )
    for letter, width in zip("ABCD", (24, 10, 80, 24), strict=True):
        page.column_dimensions[letter].width = width
    for cells in page.iter_rows(min_row=page.max_row - len(ledger.fields) + 1, min_col=3, max_col=3):
        cells[0].alignment = Alignment(wrap_text=True, vertical="top")
