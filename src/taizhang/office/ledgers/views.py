"""The list of ledgers, and how the villages report one of them."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from taizhang.clock import now, today
from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.office.ledgers.page import known
from taizhang.office.ledgers.reporting import Reporting, Sent, period_of, reporting, returned_lately, sent_by_ledger
from taizhang.office.ledgers.telling import submission_address
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in
from taizhang.pack.definitions import Ledger
from taizhang.pack.periods import Period


@signed_in
@require_GET
def ledgers(request: OfficeRequest) -> HttpResponse:
    """Show the ledgers that the one who asks may read, by office, with what is due; ``q`` looks for a title."""
    sight, on, asked = request.sight, _day(request), Asked.of(request)
    text, chosen, office = asked.get("q"), asked.get("show"), asked.get("office")
    sent = sent_by_ledger(request.user.username, now())
    regular = _("定期报送")
    groups: dict[str, list[tuple[Ledger, Reporting | None, Sent]]] = {regular: []}
    readable = sight.ledgers("read")
    regularly = [ledger for ledger in readable if ledger.due]
    due = dict(zip((ledger.name for ledger in regularly), reporting(request.workspace, sight, regularly, on), strict=True))
    for ledger in readable:
        if (office and ledger.office != office) or (text and text not in f"{ledger.title} {ledger.office} {ledger.about}"):
            continue
        if chosen == "write" and not sight.may("write", ledger):
            continue
        told = due.get(ledger.name)
        if chosen == "late" and not (told and told.overdue):
            continue
        groups.setdefault(regular if told else ledger.office, []).append((ledger, told, sent.get(ledger.name, Sent())))
    values = {
        "groups": {title: listed for title, listed in groups.items() if listed},
        "count": sum(map(len, groups.values())),
        "offices": [(one, one) for one in dict.fromkeys(ledger.office for ledger in readable)],
        "on": on,
        "today": today(),
        "asked": asked,
    }
    return page(request, "office/ledgers/ledgers.html", values)


def _day(request: OfficeRequest) -> date:
    text = request.GET.get("on", "")
    try:
        return date.fromisoformat(text) if text else today()
    except ValueError:
        return today()


@signed_in
@require_GET
def villages(request: OfficeRequest, ledger: str) -> HttpResponse:
    """Show, village by village, what has been reported of a period."""
    definition = known(request, ledger)
    request.sight.check("read", definition)
    if definition.due is None:
        raise TaizhangError("office.no_page")
    on = _day(request)
    [told] = reporting(request.workspace, request.sight, [definition], on, _period(request), last=True)
    everybody = request.sight.may("accept", definition) or request.sight.may("read", definition, request.workspace.town)
    values = {
        "ledger": definition,
        "told": told,
        "before": told.period.before(),
        "after": period_of(definition.due.every, date.fromordinal(told.period.end.toordinal() + 1)),
        "on": on,
        "returned": returned_lately(definition, None if everybody else request.user.username, now()),
        "submission_address": submission_address,
    }
    return page(request, "office/ledgers/villages.html", values)


def _period(request: OfficeRequest) -> Period | None:
    text = request.GET.get("period", "")
    return Period.parse(text) if text else None
