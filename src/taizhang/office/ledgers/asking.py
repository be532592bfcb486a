"""What an address asks of a ledger: filters, free text, order, page, and whether personal values are shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.http import QueryDict

from taizhang.access.actions import do_unmask
from taizhang.access.query import PLACE, WORDS, Filter, Query, filters_of
from taizhang.clock import now
from taizhang.i18n import _
from taizhang.office.ledgers.telling import OPERATOR_WORDS
from taizhang.office.shared.lists import DOWN, PAGE, SORT, Asked

if TYPE_CHECKING:
    from taizhang.access.shelf import Row
    from taizhang.office.shared.requests import OfficeRequest
    from taizhang.pack.definitions import Ledger

PREFIX = "f."
TEXT, WHERE = "q", "place"
SIZES = (50, 100, 500, 2000)
_UNMASKED = "unmasked"
_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter that is set, in words, and the address without it."""

    text: str
    without: str
    name: str
    value: str


def query_of(request: OfficeRequest, ledger: Ledger) -> tuple[Query, Asked]:
    """Return what a request asks of a ledger, and its address as lists see it."""
    size = request.GET.get("size", "")
    asked = Asked.of(request, int(size) if size.isdecimal() and int(size) in SIZES else SIZES[0])
    found = question(request.GET, unmasked=purpose_of(request, ledger) is not None)
    return replace(found, limit=asked.size, offset=asked.offset), asked


def question(parameters: QueryDict, *, unmasked: bool = False) -> Query:
    """Return what the parameters of an address ask, without a page."""
    filters = list(filters_of([(key.removeprefix(PREFIX), value) for key, value in _pairs(parameters) if key.startswith(PREFIX)]))
    place, text, by = (parameters.get(name, "").strip() for name in (WHERE, TEXT, SORT))
    if place:
        filters.append(Filter(PLACE, "=", (place,)))
    sort = (f"-{by}" if parameters.get(DOWN) == "1" else by,) if by else ()
    return Query(tuple(filters), text, sort, unmasked=unmasked)


def _pairs(query: QueryDict) -> list[tuple[str, str]]:
    return [(key, str(value)) for key, values in query.lists() for value in values]


def added(request: OfficeRequest) -> str | None:
    """Return the address with the condition that a filter form adds (``c`` column, ``o`` operator, ``v`` value); None when it adds none."""
    column, operator, value = (request.GET.get(name, "").strip() for name in ("c", "o", "v"))
    if not any(name in request.GET for name in ("c", "o", "v")):
        return None
    query = request.GET.copy()
    for name in ("c", "o", "v", PAGE):
        query.pop(name, None)
    for name in [name for name, kept in query.items() if not kept]:
        query.pop(name)
    if column and operator in WORDS and (value or operator in ("empty", "filled")):
        query.appendlist(f"{PREFIX}{column}.{WORDS[operator]}", value or "1")
    return f"{request.path}?{query.urlencode()}" if query else request.path


def conditions(request: OfficeRequest, ledger: Ledger) -> list[Condition]:
    """Return the filters on fields that an address sets."""
    found = []
    words = {word: operator for operator, word in WORDS.items()}
    for key, value in _pairs(request.GET):
        if not key.startswith(PREFIX):
            continue
        name, _point, word = key.removeprefix(PREFIX).partition(".")
        operator = words.get(word, "=")
        title = ledger.fields[name].title if name in ledger.fields else name
        rest = request.GET.copy()
        rest.setlist(key, [kept for kept in rest.getlist(key) if kept != value])
        rest.pop(PAGE, None)
        told = f"{title} {_(OPERATOR_WORDS[operator])}" + ("" if operator in ("empty", "filled") else f" {value}")
        found.append(Condition(told, f"{request.path}?{rest.urlencode()}", key, value))
    return found


def kept(request: OfficeRequest) -> list[tuple[str, str]]:
    """Return what a filter form carries along unseen."""
    return [(key, value) for key, value in _pairs(request.GET) if key.startswith(PREFIX) or key in (SORT, DOWN, "size")]


def purpose_of(request: OfficeRequest, ledger: Ledger) -> str | None:
    """Return the purpose for which somebody sees a ledger's personal values now; None when they are masked."""
    told = request.session.get(_UNMASKED, {}).get(ledger.name)
    if not told or datetime.fromisoformat(told[1]) < now() or not request.sight.may("unmask", ledger):
        return None
    return str(told[0])


def begin_unmasking(request: OfficeRequest, ledger: Ledger, purpose: str) -> None:
    """Show personal values for a while; raises ``TaizhangError`` (``access.refused``, ``access.purpose_missing``)."""
    request.sight.check("unmask", ledger)
    do_unmask(request.user.username, purpose, ledger.name, [], address=request.address)
    told = request.session.get(_UNMASKED, {})
    told[ledger.name] = [purpose.strip(), (now() + timedelta(minutes=_MINUTES)).isoformat()]
    request.session[_UNMASKED] = told


def end_unmasking(request: OfficeRequest, ledger: Ledger) -> None:
    """Mask personal values again."""
    told = request.session.get(_UNMASKED, {})
    told.pop(ledger.name, None)
    request.session[_UNMASKED] = told


def record_unmasked(request: OfficeRequest, ledger: Ledger, rows: list[Row]) -> None:
    """Record which entries' personal values are about to be shown."""
    purpose = purpose_of(request, ledger)
    shown = [row.ref for row in rows if row.unmasked]
    if purpose and shown:
        do_unmask(request.user.username, purpose, ledger.name, shown, address=request.address)
