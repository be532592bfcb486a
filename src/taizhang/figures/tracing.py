"""The trace of a figure: the rows that it is made of; they always give it exactly.

``recombine`` puts a trace together again by plain arithmetic, apart from the query that computed the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from taizhang.figures.computing import Batch, Judge, empty_cell, over
from taizhang.figures.model import EXACT, ZERO, Figure, plain, quotient, text_of
from taizhang.figures.rows import considered
from taizhang.pack.definitions import Aggregate, Indicator, OverDivisions, Ratio
from taizhang.pack.divisions import Division
from taizhang.pack.periods import Period
from taizhang.warehouse.columns import literal, quoted
from taizhang.warehouse.snapshot import SUBMISSION_TABLE, Snapshot

_LATEST = "SELECT *, row_number() OVER (PARTITION BY i, g ORDER BY day DESC NULLS LAST, seq DESC) = 1 AS chosen FROM rows"
_CONTRIBUTIONS = {
    "sum": "x",
    "count": "1",
    "count_distinct": "CASE WHEN x IS NOT NULL AND row_number() OVER (PARTITION BY x ORDER BY seq) = 1 THEN 1 ELSE 0 END",
    "min": "CASE WHEN x = min(x) OVER () THEN x END",
    "max": "CASE WHEN x = max(x) OVER () THEN x END",
    "latest": "CASE WHEN chosen THEN x END",
}
_TOGETHER = {"min": "min(y)", "max": "max(y)"}
PLACE = "coalesce(l._division, '')"
CONTRIBUTION = "_contribution"  # in an order: what a row gives to the figure
Visible = Callable[[str], str]  # a ledger's name → the SQL condition on ``PLACE`` of the rows that may be listed


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the rows that may be listed are wanted, and in which order (columns of the ledger or ``CONTRIBUTION``, with whether it descends).

    ``condition`` is over the ledger's own columns, with ``?`` for each of ``parameters``; the figure itself does not change.
    """

    condition: str = "true"
    parameters: tuple[Any, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()

    @property
    def by(self) -> str:
        """The order as SQL: decisive rows first and as the journal has them, unless told."""
        columns = (("t.y" if name == CONTRIBUTION else f"l.{quoted(name)}", descends) for name, descends in self.order)
        return ", ".join([*(f"{column} {'DESC' if descends else 'ASC'} NULLS LAST" for column, descends in columns), "t.y IS NULL, t.seq"])


@dataclass(frozen=True, slots=True)
class TraceSubmission:
    """Who sent a row, when it was accepted (ISO 8601), and out of what."""

    number: int
    person: str | None
    accepted_at: str | None
    source_kind: str | None
    source_name: str | None


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One ledger row; ``contribution`` is None when the row was considered but is not decisive. Values are canonical texts."""

    entry: str
    seq: int
    version: int
    submission: TraceSubmission
    sheet: str | None
    line: int | None
    values: Mapping[str, str | None]
    contribution: Decimal | None


@dataclass(frozen=True, slots=True)
class TracedDivision:
    """One division of an indicator over divisions: its inner trace, and whether it counts."""

    division: Division
    counts: bool
    trace: Trace


@dataclass(frozen=True, slots=True)
class Trace:
    """A figure with what it is made of.

    Over a ledger: ``rows`` (a page of the ``wanted`` ones among ``count`` rows, of which ``hidden`` are never listed) and ``total``, what all
    rows together give; ``given`` is what the wanted ones give.
    A ratio: ``numerator`` and ``denominator``. Over divisions: ``divisions``.
    """

    figure: Figure
    formula: Aggregate | Ratio | OverDivisions
    ledger: str | None = None
    titles: Mapping[str, str] | None = None
    rows: tuple[TraceRow, ...] = ()
    offset: int = 0
    count: int = 0
    total: Decimal | None = None
    numerator: Trace | None = None
    denominator: Trace | None = None
    divisions: tuple[TracedDivision, ...] = ()
    hidden: int = 0
    wanted: int = 0
    given: Decimal | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the trace as plain data for JSON."""
        data: dict[str, Any] = {"figure": self.figure.as_dict()}
        if isinstance(self.formula, Aggregate):
            rows = [_row_dict(row, self.titles or {}) for row in self.rows]
            data |= {"function": self.formula.function, "ledger": self.ledger, "count": self.count, "offset": self.offset}
            return data | ({"hidden": self.hidden} if self.hidden else {}) | {"total": text_of(self.total), "rows": rows}
        if self.numerator and self.denominator:
            return data | {"function": "ratio", "numerator": self.numerator.as_dict(), "denominator": self.denominator.as_dict()}
        listed = [
            {"division": d.division.code, "name": d.division.name, "counts": d.counts, "trace": d.trace.as_dict()} for d in self.divisions
        ]
        return data | {"function": "over_divisions", "divisions": listed}


def trace(
    snapshot: Snapshot,
    indicator: str,
    period: Period | str,
    division: str | None = None,
    as_of: date | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
    visible: Visible | None = None,
    only: Collection[int] | None = None,
    wanted: Wanted | None = None,
) -> Trace:
    """Open a figure to its rows, decisive ones first, then in the order of the journal; ``limit`` and ``offset`` page what is listed.

    ``visible`` says which rows may be listed, ``only`` (by ``seq``) and ``wanted`` (for an indicator over a ledger) which of them are; the others
    count all the same. Raises ``TaizhangError`` as ``compute`` does.
    """
    read = period if isinstance(period, Period) else Period.parse(period)
    return _Tracer(snapshot, read, as_of, limit, offset, visible, only, wanted).open(indicator, division or snapshot.divisions.town or "")


class Contribution(NamedTuple):
    """What one row gives to a figure; ``value`` is None when it is considered but not decisive."""

    seq: int
    entry: str
    division: str
    value: Decimal | None


def contributions(snapshot: Snapshot, indicator: str, period: Period, division: str, as_of: date | None = None) -> list[Contribution]:
    """Return what every row that an indicator over a ledger considers gives to a figure."""
    return _Tracer(snapshot, period, as_of).contributions(indicator, division)


def recombine(traced: Trace) -> Decimal | None:
    """Return what the rows of a trace give together; it equals the figure's value.

    A trace that lists only a page stands for its rows by ``total``.
    """
    formula, figure = traced.formula, traced.figure
    if isinstance(formula, Ratio):
        top = recombine(traced.numerator) if traced.numerator else None
        bottom = recombine(traced.denominator) if traced.denominator else None
        return quotient(top, bottom, figure.unit, formula.places)
    if isinstance(formula, OverDivisions):
        return over(formula, [recombine(d.trace) for d in traced.divisions if d.counts])
    if len(traced.rows) < traced.count:
        return traced.total
    return _combine(formula, [row.contribution for row in traced.rows])


def _combine(formula: Aggregate, contributions: Sequence[Decimal | None]) -> Decimal | None:
    known = [c for c in contributions if c is not None]
    if formula.function in ("min", "max"):
        return (min if formula.function == "min" else max)(known) if known else None
    if not known:
        return None if formula.function == "latest" else ZERO
    total = ZERO
    for contribution in known:
        total = EXACT.add(total, contribution)
    return plain(total)


class _Tracer:
    """Opens indicators for one period."""

    def __init__(
        self,
        snapshot: Snapshot,
        period: Period,
        as_of: date | None,
        limit: int | None = None,
        offset: int = 0,
        visible: Visible | None = None,
        only: Collection[int] | None = None,
        wanted: Wanted | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.as_of = as_of
        self.batch = Batch(snapshot, [period], as_of)
        self.limit = limit
        self.offset = offset
        self.visible = visible
        self.only = only
        self.wanted = wanted or Wanted()

    def open(self, name: str, code: str) -> Trace:
        indicator = self.batch.indicator(name)
        formula = indicator.formula
        figure = self._figure(indicator, code)
        if isinstance(formula, Ratio):
            return Trace(figure, formula, numerator=self.open(formula.of, code), denominator=self.open(formula.to, code))
        if isinstance(formula, OverDivisions):
            judge = Judge(self.batch, indicator, formula)
            members = [(d, self.open(formula.of, d.code)) for d in self.batch.at_level(formula.level, code, 0)]
            return Trace(figure, formula, divisions=tuple(TracedDivision(d, judge.counts(0, d, t.figure.value), t) for d, t in members))
        return self._rows(indicator, formula, figure)

    def _figure(self, indicator: Indicator, code: str) -> Figure:
        cell = self.batch.cells(indicator.name, [code]).get((0, code), empty_cell(indicator))
        span, position = self.batch.spans[0], self.snapshot.position
        return Figure(indicator.name, indicator.title, code, span.period, indicator.unit, *cell, position=position, as_of=self.as_of)

    def contributions(self, name: str, code: str) -> list[Contribution]:
        """Return what each row of an indicator over a ledger gives."""
        indicator = self.batch.indicator(name)
        assert isinstance(indicator.formula, Aggregate)
        self._make(indicator, indicator.formula, code)
        ledger = quoted(indicator.formula.ledger)
        found = self.snapshot.engine.fetch(f"SELECT t.seq, l._entry, {PLACE}, t.y FROM _traced t JOIN {ledger} l ON l._seq = t.seq")
        return [Contribution(seq, entry, place, plain(y)) for seq, entry, place, y in found]

    def _make(self, indicator: Indicator, formula: Aggregate, code: str) -> None:
        """Make the table ``_traced`` (seq, y) of what each considered row gives."""
        rows = considered(self.snapshot.pack, formula, indicator.place, self.batch.spans, self.snapshot.engine.writer)
        self.snapshot.require(*rows.ledgers, SUBMISSION_TABLE)
        judged = _LATEST if formula.function == "latest" else "SELECT * FROM rows"
        self.snapshot.engine.make(
            "_traced",
            f"WITH rows AS ({rows.sql}), judged AS ({judged}),"
            f" here AS (SELECT j.* FROM judged j JOIN _closure c ON c.descendant = j.d WHERE c.ancestor = {literal(code)})"
            f" SELECT seq, {_CONTRIBUTIONS[formula.function]} AS y FROM here",
        )

    def _rows(self, indicator: Indicator, formula: Aggregate, figure: Figure) -> Trace:
        self._make(indicator, formula, figure.division)
        ledger = self.snapshot.pack.ledgers[formula.ledger]
        together = _TOGETHER.get(formula.function, "sum(y)")
        shown = f"({self.visible(ledger.name)})" if self.visible else "true"
        count, total, listed, wanted, given = self.snapshot.engine.fetch(
            f"SELECT count(*), {together}, count(*) FILTER (WHERE s), count(*) FILTER (WHERE w), {together} FILTER (WHERE w)"
            f" FROM (SELECT t.y, {shown} AS s, {shown} AND {self._matches(ledger.name)} AS w"
            f" FROM _traced t JOIN {quoted(ledger.name)} l ON l._seq = t.seq)",
            list(self.wanted.parameters),
        )[0]
        none = ZERO if formula.function in ("sum", "count", "count_distinct") else None
        return Trace(
            figure,
            formula,
            ledger=ledger.name,
            titles={name: field.title for name, field in ledger.fields.items()},
            rows=tuple(self._page(ledger.name, list(ledger.fields), shown)),
            offset=self.offset,
            count=count,
            hidden=count - listed,
            total=plain(none if total is None else total),
            wanted=wanted,
            given=plain(none if given is None else given),
        )

    def _matches(self, ledger: str) -> str:
        """Return the condition on ``l`` of the rows that are wanted; its columns are looked up in the ledger alone, whatever they are called."""
        if self.wanted.condition == "true":
            return "true"
        return f"l._seq IN (SELECT _seq FROM {quoted(ledger)} WHERE {self.wanted.condition})"

    def _page(self, ledger: str, fields: list[str], shown: str) -> list[TraceRow]:
        limit = "" if self.limit is None else f" LIMIT {int(self.limit)}"
        columns = "".join(f", l.{quoted(name)}" for name in fields)
        only = ""
        if self.only is not None:
            self.snapshot.engine.write("_only", {"seq": "BIGINT"}, [(str(seq),) for seq in sorted(self.only)])
            only = " JOIN _only o ON o.seq = t.seq"
        page = (
            f"SELECT t.* FROM _traced t JOIN {quoted(ledger)} l ON l._seq = t.seq{only} WHERE {shown} AND {self._matches(ledger)}"
            f" ORDER BY {self.wanted.by}{limit} OFFSET {int(self.offset)}"
        )
        found = self.snapshot.engine.fetch(
            "SELECT l._entry, l._seq, l._version, l._sheet, l._line, l._submission, s.person, s.accepted_at, s.source_kind, s.source_name, t.y"
            f"{columns} FROM ({page}) t"
            f" JOIN {quoted(ledger)} l ON l._seq = t.seq LEFT JOIN {quoted(SUBMISSION_TABLE)} s ON s.number = l._submission"
            f" ORDER BY {self.wanted.by}",
            list(self.wanted.parameters),
        )
        return [_trace_row(row, fields) for row in found]


def _trace_row(row: tuple[Any, ...], fields: list[str]) -> TraceRow:
    entry, seq, version, sheet, line, number, person, accepted_at, kind, name, contribution = row[:11]
    values = {field: _canonical(value) for field, value in zip(fields, row[11:], strict=True)}
    submission = TraceSubmission(number, person, accepted_at, kind, name)
    return TraceRow(entry, seq, version, submission, sheet, line, values, plain(contribution))


def _canonical(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else text_of(plain(value))


def _row_dict(row: TraceRow, titles: Mapping[str, str]) -> dict[str, Any]:
    sent = row.submission
    return {
        "entry": row.entry,
        "seq": row.seq,
        "version": row.version,
        "contribution": text_of(row.contribution),
        "submission": {
            "number": sent.number,
            "person": sent.person,
            "accepted_at": sent.accepted_at,
            "source_kind": sent.source_kind,
            "source_name": sent.source_name,
        },
        "sheet": row.sheet,
        "line": row.line,
        "fields": {name: {"title": titles.get(name, name), "value": value} for name, value in row.values.items()},
    }
