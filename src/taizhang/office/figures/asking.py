"""What the pages about figures have in common: the question in the address, and what its choosers offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taizhang.figures.desk import Desk
from taizhang.figures.question import Question, asked, division_asked, periods_of, usual_period
from taizhang.figures.sources import place_name
from taizhang.figures.visible import sees
from taizhang.office.shared.pages import period_words
from taizhang.office.shared.requests import OfficeRequest
from taizhang.pack.definitions import Indicator
from taizhang.pack.divisions import Division
from taizhang.pack.periods import Period

_REMEMBERED = "figures"
_MOST = 400  # divisions in a chooser; beyond it the groups are left to the pages of their villages


def question(request: OfficeRequest, desk: Desk, indicator: str) -> Question:
    """Return the question of a request; what its address leaves out is as it was asked last."""
    found = asked(request.sight, desk, indicator, _with_memory(request))
    _remember(request, found.division, found.period)
    return found


def place_and_period(request: OfficeRequest, desk: Desk) -> tuple[Division, Period]:
    """Return division and period of a page that shows many indicators."""
    query = _with_memory(request)
    division = division_asked(request.sight, str(query.get("division") or ""))
    text = str(query.get("period") or "").strip()
    period = Period.parse(text) if text else usual_period(desk, tuple(x.name for x in request.sight.ledgers("read")))
    _remember(request, division, period)
    return division, period


def _with_memory(request: OfficeRequest) -> Mapping[str, Any]:
    query = request.GET.dict()
    last: dict[str, str] = request.session.get(_REMEMBERED, {})
    place = last.get("division", "")
    if request.sight.covers(place) and place in request.sight.divisions:
        query.setdefault("division", place)
    if "period" in last:
        query.setdefault("period", last["period"])
    return query


def _remember(request: OfficeRequest, division: Division, period: Period) -> None:
    told = {"division": division.code, "period": period.text}
    if request.session.get(_REMEMBERED) != told:
        request.session[_REMEMBERED] = told


def divisions_offered(request: OfficeRequest, indicator: Indicator | None = None) -> list[tuple[str, str]]:
    """Return (code, name) of the divisions that a person may choose, parents first, groups behind their village's name."""
    sight = request.sight
    posts = sorted({post for post in sight.home() if post in sight.divisions}, key=lambda code: (len(code), code))
    listed = [node for post in posts for node in sight.divisions.subtree(post)]
    if len(listed) > _MOST:
        listed = [node for node in listed if node.level != "group"]
    return [
        (node.code, "　" * _depth(node, posts) + place_name(sight, node.code))
        for node in listed
        if indicator is None or sees(sight, indicator, node.code)
    ]


def _depth(node: Division, posts: list[str]) -> int:
    above = min((len(post) for post in posts if node.code.startswith(post)), default=len(node.code))
    return [2, 4, 6, 9, 12, 14].index(len(node.code)) - [2, 4, 6, 9, 12, 14].index(above)


def periods_offered(period: Period, years: tuple[int, int]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the chooser of periods: by year, the latest first; a year's parts only for the one that is shown."""
    first, last = min(years[0], period.start.year), max(years[1], period.start.year)
    groups = []
    for year in range(last, first - 1, -1):
        near = abs(year - period.start.year) <= 1
        groups.append((f"{year}", [(p.text, period_words(p)) for p in (periods_of(year) if near else periods_of(year)[:1])]))
    return groups
