"""What a reader gives back: figures of a text, what was passed over, and how they belong together. Plain immutable data.

All offsets are 0-based code points into the text that was read, ends exclusive. All numbers are ``Decimal``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Approximation = Literal["over", "about", "under"]
QuantityKind = Literal["count", "area", "money", "mass", "length", "rate", "change", "other"]
Scope = Literal["this_year", "last_year", "cumulative", "plan", "five_year", "unknown"]
GroupKind = Literal["pair", "series", "parts", "growth", "comparison", "listing"]
PassedKind = Literal[
    "date", "period", "enumeration", "ordinal", "document", "slogan", "term", "nominal_scale", "identifier", "place", "idiom", "name", "page",
    "boilerplate", "bare_number",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers that a written figure can stand for, in the figure's own unit; an end that is None is unbounded."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False

    @classmethod
    def exact(cls, value: Decimal) -> Interval:
        """Return the interval that holds one number."""
        return cls(value, value)

    def scaled(self, factor: Decimal) -> Interval:
        """Return the interval in another unit; ``factor`` is positive."""
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        return Interval(low, high, self.low_open, self.high_open)

    def holds(self, value: Decimal) -> bool:
        """Tell whether a number lies inside."""
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high or (value == self.high and not self.high_open)
        return above and below

    def meets(self, other: Interval) -> bool:
        """Tell whether the two have a number in common."""
        return not (self.before(other) or other.before(self))

    def before(self, other: Interval) -> bool:
        """Tell whether every number of this one is less than every number of the other."""
        if self.high is None or other.low is None:
            return False
        return self.high < other.low or (self.high == other.low and (self.high_open or other.low_open))

    def __add__(self, other: Interval) -> Interval:
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Interval(low, high, self.low_open or other.low_open, self.high_open or other.high_open)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure or a classifier, as the lexicon has it."""

    name: str  # canonical: 名 is 人, 千米 is 公里, 万元 is 元; empty where none is written or implied
    dimension: str  # units of one dimension convert into each other; every classifier is a dimension of its own
    factor: Decimal = Decimal(1)  # of the canonical unit in the dimension's base unit: 公顷 15 (亩), 吨 1000 (公斤)
    kind: QuantityKind = "count"
    person: str = ""  # class of a count: person, household, visit, case, place ...
    whole: bool = False  # only whole numbers make sense


@dataclass(frozen=True)
class Quantity:
    """One figure of the text: number, approximator and unit together.

    Without slots, so that :meth:`made` and :meth:`fill` can set many fields at once.
    """

    number: int  # from 0, in text order
    start: int
    end: int
    text: str
    value: Decimal  # in ``unit``, with 万/亿/千 applied; for a fall the written magnitude; of a range the lower end
    unit: Unit
    written_unit: str = ""  # 万元, 名, 公顷; empty where none is written
    value_max: Decimal | None = None  # upper end of a range
    interval: Interval = field(default_factory=lambda: Interval(None, None))  # what the words allow
    precision: Decimal = Decimal(1)  # one unit of the last written digit, in ``unit``
    approx: Approximation | None = None
    approx_words: tuple[str, ...] = ()
    kind: QuantityKind = "count"
    measure: str = ""  # what it measures, short: 黄桃种植面积
    measure_span: tuple[int, int] | None = None  # where the words of the measure stand
    subject: str = ""  # the thing counted or the head noun alone: 黄桃
    scope: Scope = "unknown"
    period: str = ""  # 2020, 2020H1, 2020Q3, 2020-05; empty when nothing tells
    place: str = ""  # a village or other place named for this figure alone; empty for the whole town
    sentence: int = 0  # index into Reading.sentences
    notes: tuple[str, ...] = ()  # unit_omitted classifier_omitted threshold ratio range decrease typo ...

    @property
    def base(self) -> Decimal:
        """The value in the base unit of its dimension."""
        return self.value * self.unit.factor

    @classmethod
    def made(cls, **told: Any) -> Quantity:
        """Return a figure as the constructor does, in a seventh of its time; every field without a plain default must be told."""
        figure = object.__new__(cls)
        figure.__dict__.update(told)
        return figure

    def fill(self, **told: Any) -> None:
        """Put in what a later step of the reading tells; only for the reader, as long as nobody else holds the figure."""
        self.__dict__.update(told)


@dataclass(frozen=True, slots=True)
class Passed:
    """A span with a number in it that is no figure, and why."""

    start: int
    end: int
    text: str
    kind: PassedKind
    value: str = ""  # of a date or period in ISO form: 2020, 2020-11-01, 2020Q3, 2016/2020
    rule: str = ""  # name of the lexicon entry or rule that took it


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that belong together.

    pair: two counts of one thing (12户22人), members in text order. series: the same kind of measure in parallel clauses. parts: ``whole`` and
    the members that are its parts; ``complete`` when they are said to be all. growth: ``whole`` is the antecedent, the member its growth, share
    or fulfilment. comparison: the same measure at two times (members: now, then). listing: ``whole`` announces how many items follow, members empty.
    """

    kind: GroupKind
    members: tuple[int, ...]  # Quantity.number
    whole: int | None = None
    complete: bool = False
    word: str = ""  # the word that tells: 其中, 分别, 共, 增长, 占, 以下
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it up to the next heading of the same or a higher level; level 0 is the title."""

    level: int
    number: str  # 一、 （一） 1、 （1） 一是; empty for a title
    title: str
    start: int
    end: int
    parent: int | None = None  # index into Reading.sections
    plan: bool = False  # tells of what is meant to be done


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: ended by 。！？； or a line's end; ``clauses`` are spans between its clause marks."""

    start: int
    end: int
    section: int  # index into Reading.sections
    clauses: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read out of one text."""

    text: str
    quantities: tuple[Quantity, ...]
    passed: tuple[Passed, ...]
    groups: tuple[Group, ...]
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    year: int | None = None  # the report's own year
    title: str = ""

    def groups_of(self, quantity: int) -> Iterable[Group]:
        """Return the groups in which a figure is a member or the whole."""
        return (g for g in self.groups if quantity in g.members or g.whole == quantity)


def as_dict(reading: Reading) -> dict[str, Any]:
    """Return a reading as plain data for JSON; numbers are decimal text, ``items`` have the keys of the evaluation files and more."""
    groups: dict[int, list[int]] = {}
    for index, group in enumerate(reading.groups):
        for number in (*group.members, *((group.whole,) if group.whole is not None else ())):
            groups.setdefault(number, []).append(index)
    return {
        "title": reading.title,
        "year": reading.year,
        "items": [_item(q, groups.get(q.number, [])) for q in reading.quantities],
        "passed": [_without_empty({k: getattr(p, k) for k in ("start", "end", "text", "kind", "value", "rule")}) for p in reading.passed],
        "groups": [{k: getattr(g, k) for k in ("kind", "members", "whole", "complete", "word", "start", "end")} for g in reading.groups],
        "sections": [{k: getattr(s, k) for k in ("level", "number", "title", "start", "end", "parent", "plan")} for s in reading.sections],
    }


def _item(q: Quantity, groups: list[int]) -> dict[str, Any]:
    interval = q.interval
    return {
        "start": q.start,
        "end": q.end,
        "text": q.text,
        "value": number_text(q.value),
        **({"value_max": number_text(q.value_max)} if q.value_max is not None else {}),
        "unit": q.unit.name,
        "written_unit": q.written_unit,
        "dimension": q.unit.dimension,
        "approx": q.approx,
        "low": None if interval.low is None else number_text(interval.low),
        "high": None if interval.high is None else number_text(interval.high),
        "low_open": interval.low_open,
        "high_open": interval.high_open,
        "kind": q.kind,
        "measure": q.measure,
        "measure_span": list(q.measure_span) if q.measure_span else None,
        "subject": q.subject,
        "scope": q.scope,
        "period": q.period or None,
        "place": q.place or None,
        "groups": groups,
        **({"note": " ".join(q.notes)} if q.notes else {}),
    }


def _without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if v != ""}


def number_text(value: Decimal) -> str:
    """Return a number in plain digits, without an exponent or trailing zeros.

    >>> number_text(Decimal("8.93E+5"))
    '893000'
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
