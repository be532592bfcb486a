"""Report templates: a small part of Jinja in which figures are called by indicator name and nothing else can be reached.

The printed text of a figure leaves the template between private-use characters, and so do the ends of every passage whose wording a figure
decided; :func:`render` resolves them into spans. Only the node types listed here may occur, so a template can neither call Python nor loop
without end; the sandbox stands behind that list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.environment import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.report.forms import Form, plain, print_figure
from taizhang.report.model import ReportFigure
from taizhang.report.source import Row, Source

_FIGURE, _END, _OPEN, _CLOSE, _ROW = (chr(0x10FFF0 + i) for i in range(5))
_MARK = re.compile(f"[{_FIGURE}{_ROW}{_OPEN}]([^{_END}]*){_END}|{_CLOSE}")
_MARKS = re.compile(f"[{_FIGURE}-{_ROW}]")
NULL_TEXT = "〔无值〕"

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.Name, nodes.Const, nodes.Getattr,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test, nodes.Filter, nodes.CondExpr, nodes.Keyword,
    nodes.List, nodes.Tuple, nodes.EvalContext,
)  # fmt: skip
_SPACES = ("f", "p")  # figures, parameters
_TESTS = frozenset({"none"})
_FILTERS = frozenset({"form", "entries", "sentence", "length"})


@dataclass(frozen=True, slots=True)
class Span:
    """A passage of the rendered text: a printed figure, text out of a row, or a passage whose wording figures decided."""

    start: int
    end: int
    printed: ReportFigure | None = None
    decided_by: tuple[str, ...] = ()


@dataclass
class _Sheet:
    """What one rendering has printed, by the number inside the marks."""

    source: Source
    file: str
    printed: list[tuple[ReportFigure, str]] = field(default_factory=list)
    row_texts: list[tuple[str, str]] = field(default_factory=list)
    compared_nulls: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def mark_figure(self, figure: ReportFigure, text: str) -> str:
        self.printed.append((figure, text))
        return f"{_FIGURE}{len(self.printed) - 1}{_END}"

    def mark_row(self, indicator: str, text: str) -> str:
        # Text out of a ledger may hold line ends, even our marks; neither may change the shape of the report.
        self.row_texts.append((indicator, " ".join(_MARKS.sub("", text).split())))
        return f"{_ROW}{len(self.row_texts) - 1}{_END}"


class FigureValue:
    """What ``f.NAME`` is inside a template: compared exactly, printed through its marks."""

    __slots__ = ("_figure", "_sheet")

    def __init__(self, figure: ReportFigure, sheet: _Sheet) -> None:
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

    def __init__(self, figures: Mapping[str, ReportFigure], sheet: _Sheet) -> None:
        self._values = {name: FigureValue(figure, sheet) for name, figure in figures.items()}

    def get(self, name: str) -> FigureValue:
        """Return the value of an indicator; all names have been looked up before rendering."""
        return self._values[name]


class Entry:
    """A ledger row inside a template: fields by name, empty text where the row has none."""

    def __init__(self, row: Row, indicator: str, sheet: _Sheet) -> None:
        self._row, self._indicator, self._sheet = row, indicator, sheet

    def get(self, name: str) -> RowText:
        """Return the text of a field."""
        return RowText(self._row.get(name) or "", self._indicator, self._sheet)


class RowText(str):
    """Text out of a ledger; compared as text, printed through marks."""

    _indicator: str
    _sheet: _Sheet

    def __new__(cls, text: str, indicator: str, sheet: _Sheet) -> RowText:
        made = super().__new__(cls, text)
        made._indicator, made._sheet = indicator, sheet
        return made


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox in which an attribute is a figure of ``f``, a field of a row, or one of the loop's counters."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, (Figures, Entry)):
            return obj.get(attribute)
        if type(obj).__name__ == "LoopContext" and attribute in ("index", "first", "last", "length"):
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def is_safe_callable(self, obj: Any) -> bool:
        return False


def _finalize(value: Any) -> str:
    if isinstance(value, RowText):
        return value._sheet.mark_row(value._indicator, str(value))
    if isinstance(value, (FigureValue, str, Undefined)):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError("报告正文只能输出指标、台账文字和年份")


def _form(value: object, unit: str | None = None, **options: Any) -> str:
    if not isinstance(value, FigureValue):
        raise TypeError("form 只能用于指标（f.名称）")
    return value.print(Form(unit=unit, **options))


def _entries(value: object, by: str | None = None) -> list[Entry]:
    if not isinstance(value, FigureValue):
        raise TypeError("entries 只能用于指标（f.名称）")
    rows = list(value.rows())
    if by is not None:
        rows.sort(key=lambda row: _sort_key(row.get(by) or ""))
    return [value.entry(row) for row in rows]


def _as_sentence(value: object) -> RowText:
    """End a text with one full stop, whether or not the ledger already wrote it."""
    if not isinstance(value, RowText):
        raise TypeError("sentence 只能用于台账文字")
    return RowText(value.rstrip(" 。；;.") + "。", value._indicator, value._sheet)


def _sort_key(text: str) -> tuple[int, Decimal, str]:
    return (0, Decimal(text), text) if re.fullmatch(r"-?\d{1,30}(\.\d{1,30})?", text) else (1, Decimal(0), text)


def _is_none(value: object) -> bool:
    return value.is_null if isinstance(value, FigureValue) else value is None


def _environment() -> _Environment:
    env = _Environment(undefined=StrictUndefined, autoescape=False, finalize=_finalize, keep_trailing_newline=True, optimized=False)
    env.globals.clear()
    env.filters = {"form": _form, "entries": _entries, "sentence": _as_sentence, "length": len}
    env.tests = {"none": _is_none}
    return env


class ReadTemplate:
    """A template that has been read and checked: the figures that it names, and the way to render it."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        env = _environment()
        try:
            tree = env.parse(text)
        except TemplateSyntaxError as error:
            raise Refusal([Fault("report.template_syntax", {"problem": error.message}, file=file, row=error.lineno)]) from error
        faults = _forbidden(tree, file)
        if _MARKS.search(text):
            faults.append(Fault("report.template_forbidden", {"what": "私用区字符 U+10FFF0–U+10FFF4"}, file=file))
        if faults:
            raise Refusal(faults)
        calls = list(_calls(tree))
        self.figure_lines = {call.attr: call.lineno for call in reversed(calls) if _space(call) == "f"}
        self.parameter_lines = {call.attr: call.lineno for call in reversed(calls) if _space(call) == "p"}
        _Deciders().mark(tree.body)
        code = env.compile(tree)
        self._template: Template = env.template_class.from_code(env, code, env.make_globals(None))

    def render(
        self, figures: Mapping[str, ReportFigure], parameters: Mapping[str, ReportFigure], source: Source, words: Mapping[str, str]
    ) -> Rendered:
        """Fill the template.

        Raises ``Refusal`` for an unknown word, a wrong form or a wrong comparison.
        """
        sheet = _Sheet(source, self.file)
        try:
            raw = self._template.render(f=Figures(figures, sheet), p=Figures(parameters, sheet), **words)
        except UndefinedError as error:
            raise Refusal([Fault("report.template_unknown", {"problem": error.message}, file=self.file)]) from error
        except TypeError as error:
            raise Refusal([Fault("report.template_syntax", {"problem": str(error)}, file=self.file)]) from error
        if sheet.faults:
            raise Refusal(sheet.faults)
        return _resolve(raw, sheet)


@lru_cache(maxsize=16)
def read_template(text: str, file: str) -> ReadTemplate:
    """Read and check a template once; see :class:`ReadTemplate`."""
    return ReadTemplate(text, file)


@dataclass(frozen=True, slots=True)
class Rendered:
    """Text without marks, its spans by start, and the null figures that were compared."""

    text: str
    spans: tuple[Span, ...]
    compared_nulls: frozenset[str]


def _resolve(raw: str, sheet: _Sheet) -> Rendered:
    text, at = "", 0
    spans: list[Span] = []
    opened: list[tuple[int, tuple[str, ...]]] = []
    for mark in _MARK.finditer(raw):
        text += raw[at : mark.start()]
        at = mark.end()
        kind = mark[0][0]
        if kind == _FIGURE:
            figure, printed = sheet.printed[int(mark[1])]
            spans.append(Span(len(text), len(text) + len(printed), printed=figure))
            text += printed
        elif kind == _ROW:
            indicator, words = sheet.row_texts[int(mark[1])]
            spans.append(Span(len(text), len(text) + len(words), decided_by=(indicator,)))
            text += words
        elif kind == _OPEN:
            opened.append((len(text), tuple(mark[1].split(","))))
        else:
            start, names = opened.pop()
            spans.append(Span(start, len(text), decided_by=names))
    text += raw[at:]
    return Rendered(text, tuple(sorted(spans, key=lambda span: (span.start, span.end))), frozenset(sheet.compared_nulls))


def _forbidden(tree: nodes.Template, file: str) -> list[Fault]:
    faults = []
    for node in [tree, *tree.find_all(nodes.Node)]:
        what = _why_forbidden(node)
        if what:
            faults.append(Fault("report.template_forbidden", {"what": what}, file=file, row=getattr(node, "lineno", None)))
    return faults


def _why_forbidden(node: nodes.Node) -> str:
    if not isinstance(node, _ALLOWED):
        return type(node).__name__
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        return f"| {node.name}"
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        return f"is {node.name}"
    if isinstance(node, nodes.Getattr) and (not isinstance(node.node, nodes.Name) or node.attr.startswith("_")):
        return f".{node.attr}"
    if isinstance(node, nodes.For) and (node.recursive or node.test):
        return "for … if / recursive"
    if isinstance(node, nodes.Name) and node.ctx == "store" and node.name in _SPACES:
        return f"{node.name} = …"
    return ""


def _calls(node: nodes.Node) -> Iterator[nodes.Getattr]:
    """All ``f.NAME`` and ``p.NAME`` at and under a node."""
    own = [node] if isinstance(node, nodes.Getattr) else []
    return (call for call in [*own, *node.find_all(nodes.Getattr)] if _space(call) in _SPACES)


def _space(call: nodes.Getattr) -> str:
    return call.node.name if isinstance(call.node, nodes.Name) else ""


class _Deciders:
    """Puts marks round every passage whose wording figures decide, with the names of those figures.

    The names are found in the template, not while it runs: ``a == 0 and b == 0`` rests on both figures, whichever was looked at.
    """

    def __init__(self) -> None:
        self._aliases: dict[str, tuple[str, ...]] = {}

    def mark(self, body: list[nodes.Node], around: tuple[str, ...] = ()) -> None:
        """Mark the statements of one body in place; ``around`` are the deciders of the passage that it stands in."""
        marked: list[nodes.Node] = []
        for node in body:
            marked += self._statement(node, around)
        body[:] = marked

    def _statement(self, node: nodes.Node, around: tuple[str, ...]) -> list[nodes.Node]:
        if isinstance(node, nodes.Assign):
            self._alias(node.target, (*around, *self._names(node.node)))
            return [node]
        if isinstance(node, nodes.Output):
            self._output(node)
            return [node]
        if isinstance(node, nodes.If):
            names = self._names(node.test, *(other.test for other in node.elif_))
            inner = (*around, *names)
            for part in (node.body, *(other.body for other in node.elif_), node.else_):
                self.mark(part, inner)
            return self._between(names, node)
        assert isinstance(node, nodes.For)
        names = self._names(node.iter)
        self._alias(node.target, (*around, *names))
        self.mark(node.body, (*around, *names))
        self.mark(node.else_, (*around, *names))
        return self._between(names, node)

    def _alias(self, target: nodes.Node, names: tuple[str, ...]) -> None:
        targets = [target] if isinstance(target, nodes.Name) else list(target.find_all(nodes.Name))
        for name in targets:
            self._aliases[name.name] = tuple(dict.fromkeys((*self._aliases.get(name.name, ()), *names)))

    def _names(self, *expressions: nodes.Node) -> tuple[str, ...]:
        found: list[str] = []
        for expression in expressions:
            found += [call.attr if _space(call) == "f" else f"p.{call.attr}" for call in _calls(expression)]
            own = [expression] if isinstance(expression, nodes.Name) else []
            for name in [*own, *expression.find_all(nodes.Name)]:
                found += self._aliases.get(name.name, ())
        return tuple(dict.fromkeys(found))

    def _output(self, node: nodes.Output) -> None:
        parts: list[nodes.Expr] = []
        for part in node.nodes:
            choices = [part] if isinstance(part, nodes.CondExpr) else list(part.find_all(nodes.CondExpr))
            names = self._names(*(choice.test for choice in choices))
            if names:
                parts += [nodes.TemplateData(_open(names)), part, nodes.TemplateData(_CLOSE)]
            else:
                parts.append(part)
        node.nodes = parts

    @staticmethod
    def _between(names: tuple[str, ...], node: nodes.Node) -> list[nodes.Node]:
        if not names:
            return [node]
        before, after = (nodes.Output([nodes.TemplateData(text)], lineno=node.lineno) for text in (_open(names), _CLOSE))
        return [before, node, after]


def _open(names: tuple[str, ...]) -> str:
    return f"{_OPEN}{','.join(names)}{_END}"
