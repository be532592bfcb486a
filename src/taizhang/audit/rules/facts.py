"""What every check looks at: the reading with its figures indexed once, the rule's limits at the report's day, what ledgers and last year say."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from taizhang.audit.links_model import Verdict
from taizhang.audit.rules.words import pattern_of
from taizhang.pack.definitions import Parameter
from taizhang.pack.divisions import DivisionTree
from taizhang.reader.model import Group, Interval, Quantity, Reading
from taizhang.reader.normal import normalise

_STOP = re.compile(r"[，,；;。！？!?：:\n()\[\]]")
_NAMING = re.compile(r"[^\u4e00-\u9fff]|[了达到为约共计的其中有是已近]|总计|合计|累计")
_ENOUGH = 4
_WINDOW = 30
_AFTER_STOP = re.compile(r"[，,；;。！？!?：:\n)\]]")


@dataclass(frozen=True)
class Facts:
    """One report under audit."""

    reading: Reading
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    earlier: Sequence[Reading] = ()  # earlier reports, the last one first
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    divisions: DivisionTree | None = None

    @cached_property
    def plain(self) -> str:
        """The text with full-width forms made half-width, each character in its place."""
        return normalise(self.reading.text)

    @property
    def figures(self) -> tuple[Quantity, ...]:
        """Every figure in text order."""
        return self.reading.quantities

    @property
    def previous(self) -> Reading | None:
        """Last year's report."""
        return self.earlier[0] if self.earlier else None

    @cached_property
    def day(self) -> date:
        """The day for which limits are taken: the end of the report's year."""
        return date(self.reading.year or date.max.year, 12, 31)

    def number(self, value: Any) -> Decimal | None:
        """Return a limit: a number, or the value of a parameter at the report's day; None before it was in force."""
        if isinstance(value, str):
            parameter = self.parameters.get(value)
            return parameter.on(self.day) if parameter else None
        return Decimal(str(value))

    @cached_property
    def by_sentence(self) -> Mapping[int, Sequence[Quantity]]:
        """Figures by sentence."""
        found: dict[int, list[Quantity]] = defaultdict(list)
        for q in self.figures:
            found[q.sentence].append(q)
        return found

    @cached_property
    def by_dimension(self) -> Mapping[str, Sequence[Quantity]]:
        """Figures by the dimension of their unit."""
        found: dict[str, list[Quantity]] = defaultdict(list)
        for q in self.figures:
            found[q.unit.dimension].append(q)
        return found

    @cached_property
    def groups(self) -> Mapping[str, Sequence[Group]]:
        """Groups by kind."""
        found: dict[str, list[Group]] = defaultdict(list)
        for g in self.reading.groups:
            found[g.kind].append(g)
        return found

    def of(self, group: Group) -> list[Quantity]:
        """Return the members of a group."""
        return [self.figures[n] for n in group.members]

    @cached_property
    def _words(self) -> tuple[list[str], list[str]]:
        """For each figure the words before it in its clause (after the figure ahead of it) and those behind it."""
        before: list[str] = []
        after: list[str] = []
        for n, q in enumerate(self.figures):
            floor = self.figures[n - 1].end if n else 0
            ceiling = self.figures[n + 1].start if n + 1 < len(self.figures) else len(self.plain)
            low = max(floor, q.start - 60)
            stops = [m.end() for m in _STOP.finditer(self.plain, low, q.start)]
            words = self.plain[stops[-1] if stops else low : q.start]
            if not stops and low == floor and n and not words.strip("共计约近达为、 "):
                words = before[n - 1] + words
            before.append(words)
            stop = _AFTER_STOP.search(self.plain, q.end, min(ceiling, q.end + 40))
            after.append(self.plain[q.end : stop.start() if stop else min(ceiling, q.end + 40)])
        return before, after

    def before(self, q: Quantity) -> str:
        """Return the words before a figure in its clause, those of the figure that it directly follows included."""
        return self._words[0][q.number]

    def after(self, q: Quantity) -> str:
        """Return the words behind a figure in its clause, up to the next figure."""
        return self._words[1][q.number]

    def label(self, q: Quantity) -> str:
        """Return the words that tell what a figure is: before it, what it measures, behind it."""
        return f"{self.before(q)}|{q.measure}|{self.after(q)}"

    def named(self, words: Iterable[str], units: Iterable[str] = (), among: Iterable[Quantity] | None = None) -> Iterator[Quantity]:
        """Yield the figures whose words or measure hold one of ``words``, of one of the units where units are given."""
        pattern, wanted = pattern_of(words), set(units)
        for q in self.figures if among is None else among:
            if (not wanted or q.unit.name in wanted) and pattern.search(self.said(q)):
                yield q

    def said(self, q: Quantity) -> str:
        """Return the words that name a figure: those before it in its clause, with the measure where they alone say too little."""
        return self._said[q.number]

    @cached_property
    def _said(self) -> list[str]:
        return [
            before if len(_NAMING.sub("", before)) >= _ENOUGH else f"{before}|{q.measure}"
            for q, before in zip(self.figures, self._words[0], strict=True)
        ]

    @cached_property
    def _starts(self) -> list[int]:
        return [q.start for q in self.figures]

    def between(self, low: int, high: int) -> Sequence[Quantity]:
        """Return the figures that start between two places."""
        return self.figures[bisect_left(self._starts, low) : bisect_left(self._starts, high)]

    def ahead(self, q: Quantity, most: int) -> list[Quantity]:
        """Return the figures before a figure in its sentence, ``most`` at the most."""
        return [o for o in self.figures[max(q.number - most, 0) : q.number] if o.sentence == q.sentence]

    def around(self, q: Quantity) -> list[Quantity]:
        """Return the figures of a sentence around a figure; of a sentence of endless figures those that stand near."""
        return [o for o in self.figures[max(q.number - _WINDOW, 0) : q.number + _WINDOW + 1] if o.sentence == q.sentence]

    def sentence(self, q: Quantity) -> str:
        """Return the normalised sentence of a figure."""
        s = self.reading.sentences[q.sentence]
        return self.plain[s.start : s.end]

    def section_of(self, q: Quantity) -> int:
        """Return the section in which a figure stands."""
        return self.reading.sentences[q.sentence].section

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer("\n", self.plain))]

    def line_of(self, place: int) -> int:
        """Return the line (paragraph) of a place."""
        return bisect_right(self._line_starts, place) - 1

    def planned(self, place: int) -> bool:
        """Tell whether a place lies in the part of the report that tells of plans."""
        n = bisect_right(self._plans, (place, len(self.plain) + 1)) - 1
        return n >= 0 and place < self._plans[n][1]

    @cached_property
    def _plans(self) -> list[tuple[int, int]]:
        """Stretches that tell of plans, joined so that none overlaps another."""
        joined: list[tuple[int, int]] = []
        for start, end in sorted((s.start, s.end) for s in self.reading.sections if s.plan):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined

    @cached_property
    def results(self) -> tuple[Quantity, ...]:
        """Figures that tell of what was done, not of what is planned."""
        return tuple(q for q in self.figures if q.scope != "plan" and not self.planned(q.start))


def in_base(q: Quantity) -> Interval:
    """Return what a figure can stand for, in the base unit of its dimension."""
    return q.interval.scaled(q.unit.factor)


def plain_number(q: Quantity) -> bool:
    """Tell whether a figure is written without an approximate word and is no range."""
    return not q.approx_words and q.value_max is None


def exact(q: Quantity) -> bool:
    """Tell whether a figure stands for one number."""
    return q.interval.low is not None and q.interval.low == q.interval.high


def alike(a: Quantity, b: Quantity) -> bool:
    """Tell whether two figures can be compared: units of one dimension, or the same classifier."""
    return a.unit.dimension == b.unit.dimension and a.unit.name != "" and b.unit.name != ""


def over(a: Quantity, b: Quantity) -> bool:
    """Tell whether every number of ``a`` exceeds every number of ``b``."""
    return in_base(b).before(in_base(a))


def within(a: Quantity, b: Quantity) -> bool:
    """Tell whether no number of ``a`` exceeds any number of ``b``."""
    x, y = in_base(a), in_base(b)
    return (x.high is not None and y.low is not None and x.high <= y.low) or (exact(a) and exact(b) and a.base <= b.base)
