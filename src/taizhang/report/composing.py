"""From a report definition and a source of figures to a report: title, numbered blocks, sentences with their figures."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.pack.definitions import ReportDefinition
from taizhang.pack.periods import Period
from taizhang.report.model import Block, BlockKind, PrintedFigure, Report, ReportFigure, Sentence
from taizhang.report.numerals import han
from taizhang.report.source import Source
from taizhang.report.template import Rendered, Span, read_template

_LINE = re.compile(r"^(#{1,4})(\+?)[ \t]+")
_ENDS = "。！？；"
_OPENING, _CLOSING = "（“‘《「『【(", "）”’》」』】)"
_KIND_EXAMPLES = {"year": ("年", "2020"), "half": ("半年", "2020H1"), "quarter": ("季度", "2020Q1"), "month": ("月", "2020-01")}


def compose(
    definition: ReportDefinition,
    source: Source,
    period: Period,
    division: str,
    *,
    dated: date | None = None,
) -> Report:
    """Write a report: all its figures are computed in one batch, then its prose is filled.

    Raises ``Refusal`` with every fault at once: unknown indicators, wrong forms, figures without a value; ``TaizhangError``
    (``report.period_kind``) for a period of another kind.
    """
    _check_period(definition, period)
    template = read_template(definition.text, _file(definition))
    figures = source.figures(list(template.figure_lines), period, division)
    missing = [name for name in template.figure_lines if name not in figures]
    parameters = source.parameters(list(template.parameter_lines), period)
    unknown = [name for name in template.parameter_lines if name not in parameters]
    if missing or unknown:
        lines = template.figure_lines | template.parameter_lines
        raise Refusal([Fault("report.unknown_indicator", {"indicator": n}, file=template.file, row=lines[n]) for n in (*missing, *unknown)])
    town = source.division_name(division)
    words = _words(period, town)
    rendered = template.render(figures, parameters, source, words)
    title = definition.title.format_map(words)
    blocks = tuple(_blocks(rendered, {**figures, **{f"p.{name}": figure for name, figure in parameters.items()}}, len(title) + 1))
    _refuse_nulls(blocks, rendered.compared_nulls, template.file)
    return Report(
        definition.name, title, str(period), division, town, source.position, template_hash(definition), blocks,
        dated=dated.isoformat() if dated else None, as_of=source.as_of.isoformat() if source.as_of else None,
    )  # fmt: skip


def template_hash(definition: ReportDefinition) -> str:
    """Return the SHA-256 of a definition's title and text, by which a saved report knows its template."""
    return hashlib.sha256(f"{definition.title}\n{definition.text}".encode()).hexdigest()


def indicators_of(definition: ReportDefinition) -> tuple[str, ...]:
    """Return the indicators that a report's text calls, in their order."""
    return tuple(read_template(definition.text, _file(definition)).figure_lines)


def parameters_of(definition: ReportDefinition) -> tuple[str, ...]:
    """Return the parameters that a report's text calls, in their order."""
    return tuple(read_template(definition.text, _file(definition)).parameter_lines)


def _file(definition: ReportDefinition) -> str:
    return definition.place.file.rsplit(".", 1)[0] + ".txt" if definition.place else f"{definition.name}.txt"


def _check_period(definition: ReportDefinition, period: Period) -> None:
    if period.kind != definition.period:
        wanted, example = _KIND_EXAMPLES[definition.period]
        raise TaizhangError("report.period_kind", report=definition.name, wanted=wanted, period=str(period), example=example)


def _words(period: Period, town: str) -> dict[str, str]:
    year = period.start.year
    return {"town": town, "year": str(year), "next_year": str(year + 1), "last_year": str(year - 1), "period": str(period)}


@dataclass(frozen=True, slots=True)
class _Line:
    start: int  # of its text in the rendered text
    text: str
    level: int
    kind: BlockKind


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        stripped = line.strip()
        if not stripped:
            continue
        start += line.index(stripped)
        head = _LINE.match(stripped)
        if head is None:
            yield _Line(start, stripped, 0, "paragraph")
        else:
            yield _Line(start + head.end(), stripped[head.end() :], len(head[1]), "item" if head[2] else "heading")


class _Numbers:
    """The numbers of headings and items: one count for each level, begun anew under each higher heading."""

    def __init__(self) -> None:
        self._counts = [0, 0, 0, 0]

    def next(self, level: int) -> str:
        if level == 0:
            return ""
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (4 - level)
        count = self._counts[level - 1]
        return (f"{han(count)}、", f"（{han(count)}）", f"{count}.", f"（{count}）")[level - 1]


def _blocks(rendered: Rendered, figures: Mapping[str, ReportFigure], at: int) -> Iterator[Block]:
    numbers = _Numbers()
    count = 0
    for line in _lines(rendered.text):
        number = numbers.next(line.level)
        at += len(number)
        sentences = []
        for start, end in _sentence_bounds(line.text):
            count += 1
            bounds = (line.start + start, line.start + end)
            sentences.append(
                _sentence(count, line.text[start:end], at + start, bounds, rendered.spans, figures, is_last=end == len(line.text))
            )
        at += len(line.text) + 1
        yield Block(line.kind, line.level, number, tuple(sentences))


def _sentence_bounds(text: str) -> Iterator[tuple[int, int]]:
    """Cut at sentence ends that stand in no bracket or quotation, and at the end of the text."""
    start, depth = 0, 0
    for i, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        if character in _ENDS and depth == 0:
            yield start, i + 1
            start = i + 1
    if start < len(text):
        yield start, len(text)


def _sentence(
    number: int,
    text: str,
    at: int,
    bounds: tuple[int, int],
    spans: tuple[Span, ...],
    figures: Mapping[str, ReportFigure],
    *,
    is_last: bool,
) -> Sentence:
    start, end = bounds
    printed, deciders = [], []
    for span in spans:
        if span.printed is not None and start <= span.start and span.end <= end:
            local = (span.start - start, span.end - start)
            printed.append(PrintedFigure(span.printed, text[local[0] : local[1]], *local))
        elif span.decided_by and _touches(span, start, end, is_last=is_last):
            deciders += [figures[name] for name in span.decided_by]
    shown = {item.figure for item in printed}
    return Sentence(number, text, at, tuple(printed), tuple(figure for figure in dict.fromkeys(deciders) if figure not in shown))


def _touches(span: Span, start: int, end: int, *, is_last: bool) -> bool:
    if span.start == span.end:
        # Nothing was printed there: it belongs to the sentence in which or before which it would have stood.
        return start <= span.start < end or (is_last and span.start == end)
    return span.start < end and span.end > start


def _refuse_nulls(blocks: tuple[Block, ...], compared: frozenset[str], file: str) -> None:
    faults = []
    for sentence in (s for block in blocks for s in block.sentences):
        nulls = [p.figure for p in sentence.printed if p.figure.value is None]
        nulls += [figure for figure in sentence.decided_by if figure.indicator in compared]
        for figure in dict.fromkeys(nulls):
            params = {"indicator": figure.indicator, "title": figure.title, "sentence": sentence.text}
            faults.append(Fault("report.null_figure", params, file=file))
    told = {fault.params["indicator"] for fault in faults}
    faults += [Fault("report.null_figure", {"indicator": n, "title": n, "sentence": ""}, file=file) for n in sorted(compared - told)]
    if faults:
        raise Refusal(faults)
