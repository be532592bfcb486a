"""Report templates: a small part of Jinja in which figures are called by indicator name and nothing else can be reached.

The printed text of a figure leaves the template between private-use characters, and so do the ends of every passage whose wording a figure
decided; :class:`ReadTemplate` resolves them into spans. Only the node types listed here may occur, so a template can neither call Python nor loop
without end; the sandbox stands behind that list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.environment import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from taizhang.errors import Fault, Refusal
from taizhang.report.model import ReportFigure
from taizhang.report.source import Source
from taizhang.report.template_values import (
    CLOSE,
    END,
    FIGURE,
    MARK,
    MARKS,
    OPEN,
    ROW,
    Entry,
    Figures,
    Sheet,
    entries_filter,
    finalize,
    form_filter,
    is_none,
    sentence_filter,
)

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


def _environment() -> _Environment:
    env = _Environment(undefined=StrictUndefined, autoescape=False, finalize=finalize, keep_trailing_newline=True, optimized=False)
    env.globals.clear()
    env.filters = {"form": form_filter, "entries": entries_filter, "sentence": sentence_filter, "length": len}
    env.tests = {"none": is_none}
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
        if MARKS.search(text):
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
        sheet = Sheet(source, self.file)
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


def _resolve(raw: str, sheet: Sheet) -> Rendered:
    text, at = "", 0
    spans: list[Span] = []
    opened: list[tuple[int, tuple[str, ...]]] = []
    for mark in MARK.finditer(raw):
        text += raw[at : mark.start()]
        at = mark.end()
        kind = mark[0][0]
        if kind == FIGURE:
            figure, printed = sheet.printed[int(mark[1])]
            spans.append(Span(len(text), len(text) + len(printed), printed=figure))
            text += printed
        elif kind == ROW:
            indicator, words = sheet.row_texts[int(mark[1])]
            spans.append(Span(len(text), len(text) + len(words), decided_by=(indicator,)))
            text += words
        elif kind == OPEN:
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
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and MARKS.search(node.value):
        return "U+10FFF0–U+10FFF4"
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
                parts += [nodes.TemplateData(_open(names)), part, nodes.TemplateData(CLOSE)]
            else:
                parts.append(part)
        node.nodes = parts

    @staticmethod
    def _between(names: tuple[str, ...], node: nodes.Node) -> list[nodes.Node]:
        if not names:
            return [node]
        before, after = (nodes.Output([nodes.TemplateData(text)], lineno=node.lineno) for text in (_open(names), CLOSE))
        return [before, node, after]


def _open(names: tuple[str, ...]) -> str:
    return f"{OPEN}{','.join(names)}{END}"
