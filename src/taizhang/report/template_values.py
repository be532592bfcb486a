"""What a report template sees: figures that are compared exactly and printed through marks, rows, and the filters on them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jinja2 import Undefined

from taizhang.errors import Fault, TaizhangError
from taizhang.report.forms import Form, plain, print_figure
from taizhang.report.model import ReportFigure
from taizhang.report.source import Row, Source

FIGURE, END, OPEN, CLOSE, ROW = (chr(0x10FFF0 + i) for i in range(5))
MARK = re.compile(f"[{FIGURE}{ROW}{OPEN}]([^{END}]*){END}|{CLOSE}")
MARKS = re.compile(f"[{FIGURE}-{ROW}]")
NULL_TEXT = "〔无值〕"


@dataclass
class Sheet:
    """What one rendering has printed, by the number inside the marks."""

    source: Source
    file: str
    printed: list[tuple[ReportFigure, str]] = field(default_factory=list)
    row_texts: list[tuple[str, str]] = field(default_factory=list)
    compared_nulls: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def mark_figure(self, figure: ReportFigure, text: str) -> str:
        self.printed.append((figure, text))
        return f"{FIGURE}{len(self.printed) - 1}{END}"

    def mark_row(self, indicator: str, text: str) -> str:
        # Text out of a ledger may hold line ends, even our marks; neither may change the shape of the report.
        self.row_texts.append((indicator, " ".join(MARKS.sub("", text).split())))
        return f"{ROW}{len(self.row_texts) - 1}{END}"


class FigureValue:
    """What ``f.NAME`` is inside a template: compared exactly, printed through its marks."""

    __slots__ = ("_figure", "_sheet")

    def __init__(self, figure: ReportFigure, sheet: Sheet) -> None:
        self._figure, self._sheet = figure, sheet

    def _compared(self, other: object) -> tuple[Fraction, Fraction] | None:
        pair = []
        for side in (self, other):
            if isinstance(side, FigureValue):
                exact = side._figure.exact
                if exact is None:
                    self._sheet.compared_nulls.add(side._figure.indicator)
                    return None
                pair.append(exact)
            elif isinstance(side, (int, float)):
                # Jinja reads 99.5 as a float; its shortest decimal text is what the author wrote.
                pair.append(Fraction(str(side)))
            else:
                raise TypeError(f"{self._figure.indicator} 只能与数字或另一个指标比较")
        return pair[0], pair[1]

    def __eq__(self, other: object) -> bool:
        pair = self._compared(other)
        return pair is not None and pair[0] == pair[1]

    def __ne__(self, other: object) -> bool:
        pair = self._compared(other)
        return pair is not None and pair[0] != pair[1]

    def __lt__(self, other: object) -> bool:
        pair = self._compared(other)
        return pair is not None and pair[0] < pair[1]

    def __le__(self, other: object) -> bool:
        pair = self._compared(other)
        return pair is not None and pair[0] <= pair[1]

    def __gt__(self, other: object) -> bool:
        pair = self._compared(other)
        return pair is not None and pair[0] > pair[1]

    def __ge__(self, other: object) -> bool:
        pair = self._compared(other)
        return pair is not None and pair[0] >= pair[1]

    def __hash__(self) -> int:
        return hash(self._figure)

    def __bool__(self) -> bool:
        return self != 0

    def __str__(self) -> str:
        return self.print(Form())

    def print(self, form: Form) -> str:
        """Return the marked printed form; a null or a wrong form is noted as a fault."""
        figure = self._figure
        if figure.value is None:
            return self._sheet.mark_figure(figure, NULL_TEXT)
        try:
            text = print_figure(figure.value, figure.unit, form, figure.exact)
        except TaizhangError as error:
            params = {"indicator": figure.indicator, **error.fault.params}
            self._sheet.faults.append(Fault("report.form", params, file=self._sheet.file))
            text = plain(figure.value)
        return self._sheet.mark_figure(figure, text)

    def rows(self) -> Sequence[Row]:
        """Return the ledger rows of the figure."""
        return self._sheet.source.entries(self._figure)

    @property
    def indicator(self) -> str:
        """Name of the indicator."""
        return self._figure.indicator

    @property
    def is_null(self) -> bool:
        """Whether the figure has no value."""
        return self._figure.value is None

    def entry(self, row: Row) -> Entry:
        """Wrap one of the figure's rows."""
        return Entry(row, self._figure.indicator, self._sheet)


class Figures:
    """What ``f`` is inside a template."""

    def __init__(self, figures: Mapping[str, ReportFigure], sheet: Sheet) -> None:
        self._values = {name: FigureValue(figure, sheet) for name, figure in figures.items()}

    def get(self, name: str) -> FigureValue:
        """Return the value of an indicator; all names have been looked up before rendering."""
        return self._values[name]


class Entry:
    """A ledger row inside a template: fields by name, empty text where the row has none."""

    def __init__(self, row: Row, indicator: str, sheet: Sheet) -> None:
        self._row, self._indicator, self._sheet = row, indicator, sheet

    def get(self, name: str) -> RowText:
        """Return the text of a field."""
        return RowText(self._row.get(name) or "", self._indicator, self._sheet)


class RowText(str):
    """Text out of a ledger; compared as text, printed through marks."""

    _indicator: str
    _sheet: Sheet

    def __new__(cls, text: str, indicator: str, sheet: Sheet) -> RowText:
        made = super().__new__(cls, text)
        made._indicator, made._sheet = indicator, sheet
        return made


def finalize(value: Any) -> str:
    if isinstance(value, RowText):
        return value._sheet.mark_row(value._indicator, str(value))
    if isinstance(value, (FigureValue, str, Undefined)):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError("报告正文只能输出指标、台账文字和年份")


def form_filter(value: object, unit: str | None = None, **options: Any) -> str:
    if not isinstance(value, FigureValue):
        raise TypeError("form 只能用于指标（f.名称）")
    return value.print(Form(unit=unit, **options))


def entries_filter(value: object, by: str | None = None) -> list[Entry]:
    if not isinstance(value, FigureValue):
        raise TypeError("entries 只能用于指标（f.名称）")
    rows = list(value.rows())
    if by is not None:
        rows.sort(key=lambda row: _sort_key(row.get(by) or ""))
    return [value.entry(row) for row in rows]


def sentence_filter(value: object) -> RowText:
    """End a text with one full stop, whether or not the ledger already wrote it."""
    if not isinstance(value, RowText):
        raise TypeError("sentence 只能用于台账文字")
    return RowText(value.rstrip(" 。；;.") + "。", value._indicator, value._sheet)


def _sort_key(text: str) -> tuple[int, Decimal, str]:
    return (0, Decimal(text), text) if re.fullmatch(r"-?\d{1,30}(\.\d{1,30})?", text) else (1, Decimal(0), text)


def is_none(value: object) -> bool:
    return value.is_null if isinstance(value, FigureValue) else value is None
