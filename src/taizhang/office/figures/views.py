"""The tree of indicators and a figure's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse

from taizhang.clock import today
from taizhang.figures.card import Card, Place, Point, card
from taizhang.figures.desk import Desk
from taizhang.figures.tree import branches, office_of, values
from taizhang.figures.visible import ledgers_of, seen
from taizhang.i18n import _
from taizhang.office.figures import asking
from taizhang.office.shared.exporting import table_file
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page, period_words
from taizhang.office.shared.requests import OfficeRequest, needs
from taizhang.report.panels import formula_in_words

_YEARS = 6  # offered before the one in which it is now


@needs("figures")
def figures(request: OfficeRequest) -> HttpResponse:
    """Show the tree; an office's figures are computed when it is opened, or when something is looked for."""
    desk, asked = Desk.of(request.workspace), Asked.of(request)
    division, period = asking.place_and_period(request, desk)
    tree = branches(request.sight, division.code, text=asked.get("q"), office=asked.get("office"), unit=asked.get("unit"))
    opened = [b for b in tree if asked.get("office") or asked.get("q") or asked.get("unit")]
    listed = [i for branch in opened for i in branch.indicators]
    told = {
        "asked": asked,
        "tree": tree,
        "opened": {b.office for b in opened},
        "values": values(desk, listed, period, division) if listed else {},
        "place": division,
        "period": period,
        "words": period_words(period),
        "here": {"division": division.code, "period": period.text},
        "total": sum(len(b.indicators) for b in tree),
    }
    if request.headers.get("HX-Request"):
        return page(request, "office/figures/branch.html", told | {"indicators": listed})
    every = seen(request.sight, division.code)
    offices = list(dict.fromkeys(office_of(request.sight.pack, i) for i in every))
    return page(
        request,
        "office/figures/figures.html",
        told
        | {
            "offices": [(name, name) for name in offices],
            "units": [(unit, unit) for unit in dict.fromkeys(i.unit for i in every)],
            "divisions": asking.divisions_offered(request),
            "periods": asking.periods_offered(period, _years()),
        },
    )


def _years() -> tuple[int, int]:
    return today().year - _YEARS, today().year


@needs("figures")
def export_all(request: OfficeRequest) -> HttpResponse:
    """Hand out all figures that the list shows as a table."""
    desk, asked = Desk.of(request.workspace), Asked.of(request)
    division, period = asking.place_and_period(request, desk)
    tree = branches(request.sight, division.code, text=asked.get("q"), office=asked.get("office"), unit=asked.get("unit"))
    found = values(desk, [i for branch in tree for i in branch.indicators], period, division)
    rows = ((b.office, i.title, i.name, division.name, period.text, found[i.name].value, i.unit) for b in tree for i in b.indicators)
    header = (_("办公室"), _("指标"), _("代码"), _("行政单元"), _("时期"), _("数值"), _("单位"))
    return table_file(request, _("指标数字") + f" {division.name} {period.text}", header, rows)


@needs("figures")
def figure(request: OfficeRequest, indicator: str) -> HttpResponse:
    """Show one figure: its value beside target, last period and last year, its course, the places side by side."""
    desk = Desk.of(request.workspace)
    question = asking.question(request, desk, indicator)
    shown = card(request.sight, desk, question)
    asked = Asked.of(request)
    told = {
        "asked": asked,
        "card": shown,
        "q": question,
        "here": question.address(),
        "formula": formula_in_words(question.indicator, request.sight.pack),
        "ledgers": [request.sight.pack.ledgers[name] for name in ledgers_of(request.sight.pack, question.indicator)],
        "places": _sorted(asked, shown.places),
        "places_with_text": _named(shown.places),
        "words": period_words,
        "divisions": asking.divisions_offered(request, question.indicator),
        "periods": asking.periods_offered(question.period, _years()),
        "today": today(),
    }
    return page(request, "office/figures/figure.html", told)


def _sorted(asked: Asked, places: Sequence[Place]) -> list[Place]:
    return asked.in_order(places, {"value": lambda place: place.point.value, "place": lambda place: place.division.code})


def _named(places: Sequence[Place]) -> bool:
    return any(place.point.value is not None for place in places)


@needs("figures")
def export(request: OfficeRequest, indicator: str) -> HttpResponse:
    """Hand out a figure's course or its places as a table (``what=course`` or ``places``)."""
    desk = Desk.of(request.workspace)
    question = asking.question(request, desk, indicator)
    shown = card(request.sight, desk, question)
    course = request.GET.get("what") == "course"
    header = (_("时期") if course else _("行政单元"), _("指标"), _("数值"), _("单位"), _("流水位置"))
    rows = _course_rows(shown) if course else _place_rows(shown, Asked.of(request))
    title = f"{question.indicator.title} {question.division.name} {question.period.text} " + (_("逐期") if course else _("分单元"))
    return table_file(request, title, header, rows)


def _course_rows(shown: Card) -> Iterator[tuple[Any, ...]]:
    for point in shown.course:
        yield (point.figure.period.text, *_told(point))


def _place_rows(shown: Card, asked: Asked) -> Iterator[tuple[Any, ...]]:
    yield (shown.question.division.name, *_told(shown.point))
    for place in _sorted(asked, shown.places):
        yield (place.division.name, *_told(place.point))


def _told(point: Point) -> tuple[Any, ...]:
    return (point.figure.title, point.value, point.figure.unit, point.figure.position)
