"""Compute indicators over divisions and periods: one query for each indicator, whatever the number of divisions and periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from taizhang.errors import TaizhangError
from taizhang.figures.model import ZERO, Cell, Figure, plain, quotient
from taizhang.figures.rows import Span, considered
from taizhang.pack.definitions import Aggregate, Indicator, OverDivisions, Ratio
from taizhang.pack.divisions import Division
from taizhang.pack.expression_functions import TEXT, Kind
from taizhang.pack.periods import Period
from taizhang.warehouse.columns import literal
from taizhang.warehouse.snapshot import Snapshot

Key = tuple[int, str]
DIVISION_NAMES = {"value": Kind("number", 8), "code": TEXT, "name": TEXT, "kind": TEXT}

# What is kept of a division's own rows, and how divisions are put together.
_PARTS = {
    "sum": ("SELECT i, d, sum(x) AS x FROM rows GROUP BY ALL", "sum(x)"),
    "count": ("SELECT i, d, count(*) AS x FROM rows GROUP BY ALL", "sum(x)"),
    "count_distinct": ("SELECT DISTINCT i, d, x FROM rows WHERE x IS NOT NULL", "count(DISTINCT x)"),
    "min": ("SELECT i, d, min(x) AS x FROM rows GROUP BY ALL", "min(x)"),
    "max": ("SELECT i, d, max(x) AS x FROM rows GROUP BY ALL", "max(x)"),
    "latest": (
        "SELECT i, d, sum(x) AS x FROM (SELECT *, row_number() OVER (PARTITION BY i, g ORDER BY day DESC NULLS LAST, seq DESC) AS place FROM rows)"
        " AS placed WHERE place = 1 GROUP BY ALL",
        "sum(x)",
    ),
}
_FEW = 20
_ZERO_OVER_NOTHING = ("sum", "count", "count_distinct")


def compute(snapshot: Snapshot, indicator: str, period: Period | str, division: str | None = None, as_of: date | None = None) -> Figure:
    """Compute one figure; the division is the town unless told.

    Raises ``TaizhangError``: ``figure.indicator_unknown``, ``figure.division_unknown``, ``period.unreadable``.
    """
    where = division or snapshot.divisions.town or ""
    return next(iter(compute_many(snapshot, [indicator], [period], [where], as_of)))


def compute_many(
    snapshot: Snapshot,
    names: Iterable[str] | None,
    periods: Iterable[Period | str],
    divisions: Sequence[str] | Literal["all"] = "all",
    as_of: date | None = None,
) -> list[Figure]:
    """Compute indicators (all when None) for every period and division, in that order.

    ``divisions`` "all" is the town and everything below it. ``as_of`` cuts every period off at that day.
    Raises ``TaizhangError``: ``figure.indicator_unknown``, ``figure.division_unknown``, ``period.unreadable``.
    """
    wanted = list(snapshot.pack.indicators) if names is None else list(names)
    read = [p if isinstance(p, Period) else Period.parse(p) for p in periods]
    batch = Batch(snapshot, read, as_of)
    codes = all_divisions(snapshot) if divisions == "all" else list(divisions)
    figures: list[Figure] = []
    for name in wanted:
        indicator = batch.indicator(name)
        cells = batch.cells(name, codes)
        figures += _figures(indicator, read, codes, cells, snapshot.position, as_of)
    return figures


def all_divisions(snapshot: Snapshot) -> list[str]:
    """Return the town and everything below it, parents first."""
    return [d.code for d in snapshot.divisions.subtree(snapshot.divisions.town or "")]


def _figures(
    indicator: Indicator, periods: list[Period], codes: Sequence[str], cells: dict[Key, Cell], position: int, as_of: date | None
) -> Iterator[Figure]:
    name, title, unit, empty = indicator.name, indicator.title, indicator.unit, empty_cell(indicator)
    for i, period in enumerate(periods):
        for code in codes:
            value, numerator, denominator = cells.get((i, code), empty)
            yield Figure(name, title, code, period, unit, value, numerator, denominator, position, as_of)


def empty_cell(indicator: Indicator) -> Cell:
    """Return what an indicator gives over no rows."""
    formula = indicator.formula
    if isinstance(formula, Aggregate):
        return Cell(ZERO if formula.function in _ZERO_OVER_NOTHING else None)
    return Cell(ZERO if isinstance(formula, OverDivisions) and formula.value == "count" else None)


class Batch:
    """The spans of one computation, and what has been computed for them."""

    def __init__(self, snapshot: Snapshot, periods: Sequence[Period], as_of: date | None) -> None:
        self.snapshot = snapshot
        self.spans = [Span.of(p, as_of) for p in periods]
        self._known: dict[tuple[str, frozenset[str]], dict[Key, Cell]] = {}
        self._levels: dict[tuple[str, str, date], list[Division]] = {}
        self._listed: frozenset[str] | None = None

    def indicator(self, name: str) -> Indicator:
        """Return an indicator by name; raises ``TaizhangError`` (``figure.indicator_unknown``)."""
        found = self.snapshot.pack.indicators.get(name)
        if found is None:
            raise TaizhangError("figure.indicator_unknown", name=name)
        return found

    def cells(self, name: str, codes: Sequence[str]) -> dict[Key, Cell]:
        """Return an indicator for every span and division; what is not in the answer is empty."""
        asked = frozenset(codes)
        key = (name, asked)
        if key not in self._known:
            indicator = self.indicator(name)
            formula = indicator.formula
            if isinstance(formula, Aggregate):
                self._known[key] = self._aggregate(indicator, formula, asked)
            elif isinstance(formula, Ratio):
                self._known[key] = self._ratio(indicator, formula, codes)
            else:
                self._known[key] = self._over_divisions(indicator, formula, codes)
        return self._known[key]

    def at_level(self, level: Any, within: str, i: int) -> list[Division]:
        """Return the divisions of a level inside ``within`` that exist at the end of a span."""
        key = (level, within, self.spans[i].end)
        if key not in self._levels:
            self._levels[key] = self.snapshot.divisions.at_level(level, within, self.spans[i].end)
        return self._levels[key]

    def _wanted(self, asked: frozenset[str]) -> str:
        """Return a condition on ``c.ancestor``; many codes go through a table."""
        unknown = sorted(code for code in asked if code not in self.snapshot.divisions)
        if unknown:
            raise TaizhangError("figure.division_unknown", code="、".join(unknown))
        if len(asked) <= _FEW:
            return f"c.ancestor IN ({', '.join(map(literal, sorted(asked)))})"
        if asked != self._listed:
            self.snapshot.engine.write("_wanted", {"code": "VARCHAR"}, [(code,) for code in sorted(asked)])
            self._listed = asked
        return "c.ancestor IN (SELECT code FROM _wanted)"

    def _aggregate(self, indicator: Indicator, formula: Aggregate, asked: frozenset[str]) -> dict[Key, Cell]:
        rows = considered(self.snapshot.pack, formula, indicator.place, self.spans, self.snapshot.engine.writer)
        wanted = self._wanted(asked)
        part, together = _PARTS[formula.function]
        sql = (
            f"WITH rows AS ({rows.sql}), part AS ({part})"
            f" SELECT i, c.ancestor, {together} FROM part JOIN _closure c ON c.descendant = part.d"
            f" WHERE {wanted} GROUP BY ALL"
        )
        zero = ZERO if formula.function in _ZERO_OVER_NOTHING else None
        found = self.snapshot.fetch(sql, *rows.ledgers)
        return {(i, code): Cell(zero if value is None else plain(value)) for i, code, value in found}

    def _ratio(self, indicator: Indicator, formula: Ratio, codes: Sequence[str]) -> dict[Key, Cell]:
        tops, bottoms = self.cells(formula.of, codes), self.cells(formula.to, codes)
        no_top, no_bottom = empty_cell(self.indicator(formula.of)), empty_cell(self.indicator(formula.to))
        cells: dict[Key, Cell] = {}
        for i in range(len(self.spans)):
            for code in codes:
                top, bottom = tops.get((i, code), no_top).value, bottoms.get((i, code), no_bottom).value
                cells[i, code] = Cell(quotient(top, bottom, indicator.unit, formula.places), top, bottom)
        return cells

    def _over_divisions(self, indicator: Indicator, formula: OverDivisions, codes: Sequence[str]) -> dict[Key, Cell]:
        members = {(i, code): self.at_level(formula.level, code, i) for i in range(len(self.spans)) for code in codes}
        inner_codes = sorted({d.code for listed in members.values() for d in listed})
        inner = self.cells(formula.of, inner_codes) if inner_codes else {}
        empty = empty_cell(self.indicator(formula.of))
        judge = Judge(self, indicator, formula)
        cells = {}
        for (i, code), listed in members.items():
            values = [(d, inner.get((i, d.code), empty).value) for d in listed]
            counted = [value for d, value in values if judge.counts(i, d, value)]
            cells[i, code] = Cell(over(formula, counted))
        return cells


class Judge:
    """Says which divisions count in an indicator over divisions."""

    def __init__(self, batch: Batch, indicator: Indicator, formula: OverDivisions) -> None:
        from taizhang.pack.expression import parse_expression
        from taizhang.pack.expression_python import compile_expression

        self._test = None
        self._bound: list[dict[str, Any]] = []
        if formula.where:
            pack = batch.snapshot.pack
            where = parse_expression(formula.where, None, pack, indicator.place, boolean=True, names=DIVISION_NAMES)
            self._test = compile_expression(where)
            for span in batch.spans:
                bound: dict[str, Any] = {f":{n}": pack.parameters[n].on(span.end) for n in where.parameters if n in pack.parameters}
                self._bound.append(bound | {":period_start": span.start, ":period_end": span.end})

    def counts(self, i: int, division: Division, value: Decimal | None) -> bool:
        """Return whether a division with the inner figure ``value`` counts in span ``i``."""
        if self._test is None:
            return True
        row = {"value": value, "code": division.code, "name": division.name, "kind": division.kind}
        return self._test(self._bound[i] | row) is True


def over(formula: OverDivisions, counted: Sequence[Decimal | None]) -> Decimal | None:
    """Return the figure over the inner figures of the divisions that count."""
    if formula.value == "count":
        return Decimal(len(counted))
    known = [value for value in counted if value is not None]
    if not known:
        return None
    return min(known) if formula.value == "min" else max(known)
