"""From a number to its rows, from a row to its source, and what changed a number since a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST

from taizhang.access.actions import do_record_read, do_unmask
from taizhang.access.models import Account
from taizhang.access.query import personal_key
from taizhang.access.sight import Sight
from taizhang.addresses import address
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.figures.changes import since
from taizhang.figures.desk import Desk
from taizhang.figures.masked import masked
from taizhang.figures.question import Question, day
from taizhang.figures.sources import file_of, holds_personal, in_words, may_have_file, origin_of
from taizhang.figures.tracing import CONTRIBUTION, PLACE, Trace, TraceRow, Visible, Wanted, trace
from taizhang.figures.visible import rows_for, wanted_by
from taizhang.i18n import _
from taizhang.office.figures import asking
from taizhang.office.ledgers.telling import columns_of, own_places
from taizhang.office.shared import filtering
from taizhang.office.shared.exporting import table_file
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page, period_words
from taizhang.office.shared.requests import OfficeRequest, needs
from taizhang.pack.definitions import Aggregate, OverDivisions
from taizhang.pack.fieldtypes import NUMBERS
from taizhang.report.panels import formula_in_words

_SIZE = 50
_OF_A_PART = 20  # rows of numerator and denominator below each other


@needs("figures")
def traced(request: OfficeRequest, indicator: str) -> HttpResponse:
    """Show what a figure is made of: rows, or numerator and denominator, or divisions; rows that may not be seen are counted."""
    filtered = filtering.added(request)
    if filtered is not None:
        return HttpResponseRedirect(filtered)
    desk, asked = Desk.of(request.workspace), Asked.of(request, _SIZE)
    question = asking.question(request, desk, indicator)
    formula = question.indicator.formula
    single = isinstance(formula, Aggregate)
    limit = _SIZE if single else 0 if isinstance(formula, OverDivisions) else _OF_A_PART
    faults: list[Fault] = []
    try:
        wanted = _wanted(request, question)
    except Refusal as refused:
        faults, wanted = refused.faults, Wanted("false")
    found = _opened(request.sight, desk, question, limit, asked.offset if single else 0, wanted=wanted)
    filters = _filters(request, question)
    told = {
        "asked": asked,
        "faults": faults,
        "filters": filters,
        "sorts": {column.name: column.sortable for column in filters["columns"]} if filters else None,
        "contribution": CONTRIBUTION,
        "export_query": asked.address(**question.address(), page=None).partition("?")[2],
        "q": question,
        "here": question.address(),
        "trace": found,
        "parts": list(_over_ledgers(found)),
        "words": period_words,
        "formula": formula_in_words(question.indicator, request.sight.pack),
        "pack": request.sight.pack,
        "named": _namer(request.sight),
        "numbers": NUMBERS,
        "people": _people(row.submission.person for part in _over_ledgers(found) for row in part.rows),
        "may_export": all(request.sight.may("export", part.ledger) for part in _over_ledgers(found) if part.ledger),
    }
    return page(request, "office/figures/rows.html", told, status=422 if faults else 200)


def _wanted(request: OfficeRequest, question: Question, act: str = "read") -> Wanted | None:
    """Return which rows the address asks for, as ``wanted_by`` does; raises ``Refusal``."""
    return wanted_by(request.sight, question.indicator, replace(filtering.question(request.GET), act=act))


def _filters(request: OfficeRequest, question: Question) -> Mapping[str, Any] | None:
    """Return what the filters of the rows offer; None where no rows are listed."""
    formula, sight = question.indicator.formula, request.sight
    if not isinstance(formula, Aggregate) or not sight.may("read", formula.ledger):
        return None
    ledger, here = sight.pack.ledgers[formula.ledger], question.address()
    return {
        "columns": columns_of(sight, ledger),
        "conditions": filtering.conditions(request.GET, ledger),
        "kept": [*filtering.kept(request.GET), *((name, value) for name, value in here.items() if value)],
        "places": own_places(sight, "read", ledger, question.division.code),
        "clear": address("figure-rows", question.indicator.name, **here),
    }


def _opened(
    sight: Sight,
    desk: Desk,
    question: Question,
    limit: int | None,
    offset: int = 0,
    visible: Visible | None = None,
    wanted: Wanted | None = None,
) -> Trace:
    with desk.snapshot(question.position) as snapshot:
        found = trace(
            snapshot,
            question.indicator.name,
            question.period,
            question.division.code,
            question.as_of,
            limit=limit,
            offset=offset,
            visible=visible or rows_for(sight),
            wanted=wanted,
        )
    return masked(found, sight.pack)


def _over_ledgers(found: Trace) -> Iterator[Trace]:
    """Yield the traces over ledgers that a trace of an indicator or a ratio shows."""
    if found.ledger:
        yield found
    for part in (found.numerator, found.denominator):
        if part:
            yield from _over_ledgers(part)


def _namer(sight: Sight) -> Callable[[str, str | None, str], str]:
    """Return a function (ledger, value, field) → what a page shows for a value."""

    def named(ledger: str, value: str | None, field: str) -> str:
        return in_words(sight, sight.pack.ledgers[ledger].fields[field], value)

    return named


def _people(usernames: Any) -> Mapping[str, str]:
    wanted = {name for name in usernames if name}
    return dict(Account.objects.filter(username__in=wanted).values_list("username", "name"))


@needs("figures")
def export(request: OfficeRequest, indicator: str) -> HttpResponse:
    """Hand out the rows of a figure over a ledger that the one who asks may take out, as they are filtered and sorted."""
    desk, sight = Desk.of(request.workspace), request.sight
    question = asking.question(request, desk, indicator)
    formula = question.indicator.formula
    if not isinstance(formula, Aggregate):
        raise TaizhangError("office.not_found", what=_("明细"))
    sight.check("export", formula.ledger)
    ledger = sight.pack.ledgers[formula.ledger]

    def leaving(name: str) -> str:
        return " AND ".join(f"({sight.condition(act, name, PLACE, 'l._entry')})" for act in ("read", "export"))

    found = _opened(sight, desk, question, None, visible=leaving, wanted=_wanted(request, question, "export"))
    header = (
        _("计入"),
        *(field.title for field in ledger.fields.values()),
        _("报送号"),
        _("报送人"),
        _("入账时间"),
        _("来源文件"),
        _("工作表"),
        _("行号"),
    )
    named = _namer(sight)
    rows = (_row(row, [named(ledger.name, value, name) for name, value in row.values.items()]) for row in found.rows)
    title = f"{question.indicator.title} {question.division.name} {question.period.text} " + _("明细")
    return table_file(request, title, header, rows, ledger=ledger.name, what=f"{indicator} {question.division.code} {question.period.text}")


def _row(row: TraceRow, values: list[str]) -> tuple[Any, ...]:
    sent = row.submission
    return (row.contribution, *values, sent.number, sent.person, sent.accepted_at, sent.source_name, row.sheet, row.line)


@needs("figures")
def row(request: OfficeRequest, ledger: str, seq: int) -> HttpResponse:
    """Show one row with its source: who sent it and accepted it, when, out of which file, sheet and line."""
    origin = origin_of(request.sight, ledger, seq)
    sent = origin.submission
    told = {
        "origin": origin,
        "people": _people((sent.person, sent.decided_by)),
        "may_have": may_have_file(request.sight, sent),
        "personal": holds_personal(request.sight, sent),
        "place": request.sight.divisions.get(origin.version.division),
    }
    return page(request, "office/figures/row.html", told)


@needs("figures")
@require_POST
def original(request: OfficeRequest, ledger: str, seq: int) -> HttpResponseBase:
    """Hand out the file that a row came from, to who may see all of it; with personal data only for a purpose, which is recorded."""
    sent = origin_of(request.sight, ledger, seq).submission
    if not may_have_file(request.sight, sent):
        raise TaizhangError("access.refused", act=_("下载原始文件"), ledger="")
    path = file_of(request.workspace, sent)
    person = request.user.username
    if holds_personal(request.sight, sent):
        do_unmask(person, request.POST.get("purpose", ""), ledger, [f"{sent.source.name} #{sent.number}"], address=request.address)
    do_record_read(person, "export", ledger=ledger, what=sent.source.name, rows=sent.rows, address=request.address)
    return FileResponse(path.open("rb"), as_attachment=True, filename=sent.source.name or path.name)


@needs("figures")
def changes(request: OfficeRequest, indicator: str) -> HttpResponse:
    """Show a figure as it was known at the end of a day and as it is known, with the entries that made the difference."""
    desk, asked = Desk.of(request.workspace), Asked.of(request, _SIZE)
    question = asking.question(request, desk, indicator)
    chosen = day(asked.get("since"))
    found = since(request.sight, desk, question, chosen, limit=_SIZE, offset=asked.offset) if chosen else None
    entries = [entry for part in found.parts for entry in part.entries] if found else []
    told = {
        "asked": asked,
        "q": question,
        "here": question.address(),
        "since": found,
        "words": period_words,
        "pack": request.sight.pack,
        "refs": {e.row.seq: _ref(request.sight, part.ledger, e.row) for part in (found.parts if found else ()) for e in part.entries},
        "people": _people(e.row.submission.person for e in entries),
        "longest": max((part.count - part.hidden for part in found.parts), default=0) if found else 0,
    }
    return page(request, "office/figures/since.html", told)


def _ref(sight: Sight, ledger: str, row: TraceRow) -> str:
    return f"@{row.seq}" if personal_key(sight, sight.pack.ledgers[ledger]) else row.entry
