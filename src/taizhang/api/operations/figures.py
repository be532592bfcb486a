"""Indicators, figures and what they are made of."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Router
from ninja.params.functions import Query
from pydantic import Field as Told

from taizhang.access.query import Query as Question
from taizhang.api.answering import told
from taizhang.api.callers import ApiRequest
from taizhang.api.paging import mark, place_of
from taizhang.api.shapes import (
    AS_OF,
    FILTER,
    KNOWN_AT,
    LIMIT,
    SORT,
    Cursor,
    DivisionCode,
    FreeText,
    Limit,
    Name,
    PeriodText,
    Shape,
    Text,
    answers,
    conditions,
    text_of,
)
from taizhang.errors import TaizhangError
from taizhang.figures.desk import Desk
from taizhang.figures.masked import masked
from taizhang.figures.question import division_asked, indicator_named, known
from taizhang.figures.tracing import Trace, trace
from taizhang.figures.visible import check, ledgers_of, rows_for, wanted_by
from taizhang.pack.definitions import Aggregate, Indicator, Ratio
from taizhang.pack.periods import Period

router = Router()
MOST_FIGURES = 20_000
INDICATORS: Any = Query(..., max_length=500, description="指标，可重复 / indicators")
PERIODS: Any = Query(..., max_length=120, description="时期，可重复 / periods")
DIVISIONS: Any = Query([], max_length=500, description="行政单元代码，可重复；不写为本镇或本村 / divisions; one's own")
KnownAt = Annotated[Text | None, Told(max_length=40)]


class IndicatorShape(Shape):
    """An indicator: a named, united number over ledgers."""

    indicator: str = Told(examples=["household_count"])
    title: str
    unit: str
    system: int
    about: str
    synonyms: list[str]
    kind: str = Told(description="aggregate、ratio、over_divisions")
    ledgers: list[str] = Told(description="由哪些台账算出 / the ledgers under it")


class Indicators(Shape):
    """Indicators."""

    items: list[IndicatorShape]


class FigureShape(Shape):
    """An indicator for one division and period, as known at a position of the journal."""

    indicator: str
    title: str
    division: str
    period: str
    unit: str
    value: str | None = Told(description="十进制数 / decimal number", examples=["4.25"])
    numerator: str | None = None
    denominator: str | None = None
    position: int
    as_of: date | None


class Figures(Shape):
    """Figures, by indicator, period and division in the order asked for."""

    items: list[FigureShape]


class TraceSubmissionShape(Shape):
    """Where a row came from."""

    number: int
    person: str | None
    accepted_at: str | None
    source_kind: str | None
    source_name: str | None


class TraceFieldShape(Shape):
    """A value of a row."""

    title: str
    value: str | None


class TraceRowShape(Shape):
    """A row that a figure is made of."""

    entry: str
    seq: int
    version: int
    contribution: str | None = Told(description="计入多少；空为考虑过而不决定 / what it adds; null where it is not decisive")
    submission: TraceSubmissionShape
    sheet: str | None
    line: int | None
    fields: dict[str, TraceFieldShape]


class TraceShape(Shape):
    """A figure with what it is made of: rows of a ledger, or the parts of a ratio, or divisions, each to be traced by itself."""

    figure: FigureShape
    function: str
    ledger: str | None = None
    count: int | None = Told(None, description="共几行，看不到的也计数 / how many rows, those too that may not be seen")
    hidden: int = Told(0, description="其中看不到的 / those of them that may not be seen")
    total: str | None = None
    wanted: int | None = Told(None, description="看得到、符合条件的共几行 / how many of those that may be seen meet the conditions")
    given: str | None = Told(None, description="这些行合计计入多少 / what those give together")
    rows: list[TraceRowShape] = []
    parts: list[FigureShape] = Told([], description="比率的分子、分母 / numerator and denominator of a ratio")
    divisions: list[FigureShape] = Told([], description="计入的各单元 / the divisions that count")
    next: str | None = None


@router.get("/indicators", response=answers(Indicators), summary="指标列表")
def indicators(request: ApiRequest) -> Any:
    """List the indicators."""
    request.sight.check("figures")
    return {"items": [_indicator(request, one) for one in request.sight.pack.indicators.values()]}


@router.get("/indicators/{name}", response=answers(IndicatorShape, 404), summary="一个指标")
def indicator(request: ApiRequest, name: Name) -> Any:
    """Return one indicator."""
    request.sight.check("figures")
    return _indicator(request, indicator_named(request.sight.pack, name))


@router.get("/figures", response=answers(Figures, 404), summary="数字")
def figures(
    request: ApiRequest,
    indicator: list[Name] = INDICATORS,
    period: list[PeriodText] = PERIODS,
    division: list[DivisionCode] = DIVISIONS,
    as_of: date | None = AS_OF,
    known_at: KnownAt = KNOWN_AT,
) -> Any:
    """Compute figures: many indicators, periods and divisions at once."""
    sight = request.sight
    sight.check("figures")
    codes = [division_asked(sight, code).code for code in dict.fromkeys(division or [""])]
    wanted = [indicator_named(sight.pack, name) for name in dict.fromkeys(indicator)]
    periods = [Period.parse(text) for text in dict.fromkeys(period)]
    count = len(codes) * len(wanted) * len(periods)
    if count > MOST_FIGURES:
        raise TaizhangError("api.too_many_figures", count=count, limit=MOST_FIGURES)
    for code in codes:
        for one in wanted:
            check(sight, one, code)
    found = Desk.of(request.workspace).figures([one.name for one in wanted], periods, codes, as_of, known(known_at or ""))
    return {"items": [figure.as_dict() for figure in found]}


@router.get("/trace", response=answers(TraceShape, 404), summary="溯源")
def trace_of(
    request: ApiRequest,
    indicator: Name,
    period: PeriodText,
    division: DivisionCode | None = None,
    as_of: date | None = AS_OF,
    known_at: KnownAt = KNOWN_AT,
    filter: list[Text] = FILTER,
    text: FreeText = "",
    sort: list[Name] = SORT,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Any:
    """Open a figure to its rows: decisive ones first, unless sort says otherwise (it takes _contribution too).

    Rows that the caller may not see or does not ask for count all the same, and are not listed.
    """
    sight = request.sight
    sight.check("figures")
    code = division_asked(sight, division or "").code
    check(sight, indicator_named(sight.pack, indicator), code)
    wanted = wanted_by(sight, indicator_named(sight.pack, indicator), Question(conditions(filter), text, tuple(sort)))
    asked = ["trace", indicator, period, code, str(as_of), known_at, filter, text, sort]
    # Pages go on in the same state of the ledgers: what is recorded meanwhile moves no row.
    position, offset = place_of(asked, cursor) or (known(known_at or ""), 0)
    with Desk.of(request.workspace).snapshot(position) as opened:
        traced = trace(opened, indicator, period, code, as_of, limit=limit, offset=offset, visible=rows_for(sight), wanted=wanted)
        found = masked(traced, sight.pack)
    told(request, found.ledger or "", len(found.rows))
    return _traced(found, asked, offset)


def _traced(found: Trace, asked: list[Any], offset: int) -> dict[str, Any]:
    plain: dict[str, Any] = {"figure": found.figure.as_dict()}
    if isinstance(found.formula, Aggregate):
        behind = offset + len(found.rows)
        more = behind < found.wanted
        rows = found.as_dict()
        kept = {name: rows[name] for name in ("function", "ledger", "count", "total", "rows")}
        kept |= {"wanted": found.wanted, "given": text_of(found.given)}
        return plain | kept | {"hidden": found.hidden, "next": mark(asked, [found.figure.position, behind]) if more else None}
    if isinstance(found.formula, Ratio):
        parts = [part.figure.as_dict() for part in (found.numerator, found.denominator) if part]
        return plain | {"function": "ratio", "parts": parts}
    return plain | {"function": "over_divisions", "divisions": [d.trace.figure.as_dict() for d in found.divisions if d.counts]}


def _indicator(request: ApiRequest, one: Indicator) -> dict[str, Any]:
    kind = "aggregate" if isinstance(one.formula, Aggregate) else "ratio" if isinstance(one.formula, Ratio) else "over_divisions"
    names = ("title", "unit", "system", "about", "synonyms")
    ledgers = list(ledgers_of(request.sight.pack, one))
    return {"indicator": one.name, **{name: getattr(one, name) for name in names}, "kind": kind, "ledgers": ledgers}
