"""Filters of a ledger's rows in an address: read into a question, added by a form, told in words, each with the address without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, QueryDict

from taizhang.access.query import PLACE, WORDS, Filter, Query, filters_of
from taizhang.i18n import N_, _
from taizhang.office.shared.lists import DOWN, PAGE, SORT

if TYPE_CHECKING:
    from taizhang.pack.definitions import Ledger

PREFIX = "f."
TEXT, WHERE = "q", "place"
OPERATOR_WORDS = {
    "=": N_("等于"), "in": N_("是其中之一"), "contains": N_("包含"), ">=": N_("不小于"), "<=": N_("不大于"), "empty": N_("没有填"), "filled": N_("填了"),
}  # fmt: skip
_FORM = ("c", "o", "v")  # column, operator, value of a condition that a form adds
_OPERATORS = {word: operator for operator, word in WORDS.items()}


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter that is set, in words, and the query of the address without it."""

    text: str
    without: str


def question(parameters: QueryDict, *, unmasked: bool = False) -> Query:
    """Return what the parameters of an address ask, without a page."""
    filters = list(filters_of([(key.removeprefix(PREFIX), value) for key, value in _filters(parameters)]))
    place, text, by = (parameters.get(name, "").strip() for name in (WHERE, TEXT, SORT))
    if place:
        filters.append(Filter(PLACE, "=", (place,)))
    sort = (f"-{by}" if parameters.get(DOWN) == "1" else by,) if by else ()
    return Query(tuple(filters), text, sort, unmasked=unmasked)


def _pairs(query: QueryDict) -> Iterator[tuple[str, str]]:
    return ((key, str(value)) for key, values in query.lists() for value in values)


def _filters(query: QueryDict) -> Iterator[tuple[str, str]]:
    return ((key, value) for key, value in _pairs(query) if key.startswith(PREFIX))


def added(request: HttpRequest) -> str | None:
    """Return the address with the condition that a filter form adds (``c`` column, ``o`` operator, ``v`` value); None where no form was sent."""
    column, operator, value = (request.GET.get(name, "").strip() for name in _FORM)
    if not any(name in request.GET for name in _FORM):
        return None
    query = request.GET.copy()
    for name in (*_FORM, PAGE):
        query.pop(name, None)
    for name in [name for name, kept in query.items() if not kept]:
        query.pop(name)
    if column and operator in WORDS and (value or operator in ("empty", "filled")):
        query.appendlist(f"{PREFIX}{column}.{WORDS[operator]}", value or "1")
    return f"{request.path}?{query.urlencode()}" if query else request.path


def conditions(parameters: QueryDict, ledger: Ledger) -> list[Condition]:
    """Return the filters on fields that an address sets."""
    found = []
    for key, value in _filters(parameters):
        name, _point, word = key.removeprefix(PREFIX).partition(".")
        operator = _OPERATORS.get(word, "=")
        title = ledger.fields[name].title if name in ledger.fields else name
        rest = parameters.copy()
        rest.setlist(key, [kept for kept in rest.getlist(key) if kept != value])
        rest.pop(PAGE, None)
        told = f"{title} {_(OPERATOR_WORDS[operator])}" + ("" if operator in ("empty", "filled") else f" {value}")
        found.append(Condition(told, rest.urlencode()))
    return found


def kept(parameters: QueryDict, *names: str) -> list[tuple[str, str]]:
    """Return what a filter form carries along unseen: the conditions that are set, the sort, and ``names``."""
    return [(key, value) for key, value in _pairs(parameters) if key.startswith(PREFIX) or key in (SORT, DOWN, *names)]
