"""All that a page about one figure tells: the value beside target, last period and last year, its course, and the places side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from taizhang.clock import today
from taizhang.figures.model import EXACT, Figure, plain, quotient
from taizhang.figures.question import Question, trend, year_before
from taizhang.figures.targets import Target, target_of
from taizhang.figures.visible import sees
from taizhang.pack.definitions import Aggregate
from taizhang.pack.divisions import Division
from taizhang.pack.periods import Period

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.figures.desk import Desk

_ADDED_UP = ("sum", "count")


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of a period or a place; ``kept`` False: no ledger was kept then, so that its value says nothing."""

    figure: Figure
    kept: bool = True

    @property
    def value(self) -> Decimal | None:
        """The value, None when it says nothing."""
        return self.figure.value if self.kept else None


@dataclass(frozen=True, slots=True)
class Change:
    """How far a figure moved from another one; ``share`` in per cent of the other one, None where that makes no sense."""

    point: Point
    by: Decimal | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Place:
    """A division beside others, with its figure."""

    division: Division
    point: Point


@dataclass(frozen=True, slots=True)
class Card:
    """What a page about one figure shows. ``rest`` is what lies in the division but in none of its places, where figures add up."""

    question: Question
    point: Point
    running: bool  # the period has not ended
    target: Target | None
    before: Change | None
    last_year: Change | None
    course: tuple[Point, ...]
    places: tuple[Place, ...]
    rest: Decimal | None
    position: int


def card(sight: Sight, desk: Desk, question: Question) -> Card:
    """Compute all figures of a page at once, at one position of the journal."""
    if question.position is None:
        question = replace(question, position=desk.position())
    indicator, division, period = question.indicator, question.division, question.period
    course, year_ago = trend(period), year_before(period)
    periods = list(dict.fromkeys([*course, *([year_ago] if year_ago else [])]))
    below = [d for d in places_below(sight, division, period) if sees(sight, indicator, d.code)]
    codes = [division.code, *(d.code for d in below)]
    figures = desk.figures([indicator.name], periods, codes, question.as_of, question.position)
    kept = {p: desk.covers(indicator, p, question.position) for p in periods}
    found = {(f.period, f.division): Point(f, kept[f.period]) for f in figures}
    point = found[period, division.code]
    places = tuple(Place(d, found[period, d.code]) for d in below)
    before = found.get((course[-2], division.code)) if len(course) > 1 else None
    return Card(
        question,
        point,
        period.end > (question.as_of or today()),
        target_of(sight, desk, question),
        _change(point, before),
        _change(point, found.get((year_ago, division.code)) if year_ago else None),
        tuple(_begun([found[p, division.code] for p in course])),
        places,
        _rest(question, point, places),
        point.figure.position,
    )


def places_below(sight: Sight, division: Division, period: Period) -> list[Division]:
    """Return the divisions directly under one that exist at the end of a period and that a person may ask about, in their order."""
    return [d for d in sight.divisions.children(division.code) if d.exists_on(period.end) and sight.covers(d.code)]


def _begun(course: list[Point]) -> list[Point]:
    """Leave out what lies before the ledgers were kept."""
    first = next((i for i, point in enumerate(course) if point.kept), len(course) - 1)
    return course[first:]


def _change(now: Point, then: Point | None) -> Change | None:
    if then is None:
        return None
    if now.value is None or then.value is None:
        return Change(then, None, None)
    by = EXACT.subtract(now.value, then.value)
    share = None if now.figure.unit == "%" or then.value == 0 else quotient(by, abs(then.value), "%", 2)
    return Change(then, plain(by), share)


def _rest(question: Question, point: Point, places: tuple[Place, ...]) -> Decimal | None:
    formula = question.indicator.formula
    if not places or not isinstance(formula, Aggregate) or formula.function not in _ADDED_UP or point.value is None:
        return None
    total = Decimal(0)
    for place in places:
        total = EXACT.add(total, place.point.value or Decimal(0))
    rest = EXACT.subtract(point.value, total)
    return plain(rest) if rest else None
