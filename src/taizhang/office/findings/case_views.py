"""The work on findings: assign, verify, decide, money back, hand over, appeal, exclude; everything through ``comparison.actions``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST

from taizhang.access.actions import do_record_read
from taizhang.addresses import address
from taizhang.clock import today
from taizhang.comparison import actions
from taizhang.comparison.book import Book
from taizhang.comparison.cases import DECIDED, Case, received
from taizhang.comparison.findings import CASE, NOT_REAL, RESULTS, STATES, Finding
from taizhang.comparison.seen import attachments
from taizhang.comparison.seen.detail import Detail
from taizhang.comparison.seen.people import candidates, handler_named, names_of
from taizhang.comparison.visible import check_handles, visible_case, visible_finding
from taizhang.errors import TaizhangError
from taizhang.http.statuses import status_of
from taizhang.i18n import _
from taizhang.office.findings import forms, papers
from taizhang.office.findings.tags import CASE_KIND, SEVERITY_KIND, STATE_KIND, TRANSLATED
from taizhang.office.findings.views import failure, finding_page
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, View, needs


@needs("compare")
def case(request: OfficeRequest, number: str) -> HttpResponse:
    """Show one case: what was done, its papers, and the forms for what may be done next."""
    return case_page(request, number)


def case_page(request: OfficeRequest, number: str, error: TaizhangError | None = None) -> HttpResponse:
    """Answer with the page of a case; with what an action refused, and what was written into its form."""
    found, finding = visible_case(request.workspace, request.sight, number)
    detail = Detail(request.workspace, request.sight, finding)
    history = [event for event in detail.history([number]) if number in event.what or event.changes]
    paid = received(Book(request.workspace), number)
    files = [_file(request, number, digest, name) for digest, name in found.papers.items()]
    people = (found.data.get(n, "") for n in ("handler", "assigned_by", "decided_by"))
    values = {
        "case": found, "d": found.data, "f": finding, "detail": detail, "history": history, "paid": paid, "files": files, "today": today(),
        "paid_total": sum(amount for amount, _day in paid), "kinds": SEVERITY_KIND, "state_kinds": STATE_KIND, "case_kinds": CASE_KIND,
        "states": STATES, "results": RESULTS, "may_handle": _may_handle(request, finding), "mine": found.data["handler"] == request.user.username,
        "recoverable": found.state == DECIDED and found.data["result"] not in NOT_REAL, "overdue": found.overdue(today()),
        "candidates": candidates(request.workspace, finding) if _may_handle(request, finding) else [], "accepted": attachments.ACCEPTED,
        "names": names_of([*people, *(event.person for event in history)]), "not_real": NOT_REAL, "results_shown": [(r, _(r)) for r in RESULTS], "translated": TRANSLATED,
    }  # fmt: skip
    answer = page(request, "office/findings/case.html", values | failure(error), status=status_of(error) if error else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _may_handle(request: OfficeRequest, finding: Finding) -> bool:
    return request.sight.may("handle") and request.sight.covers(finding.village, "handle")


def _file(request: OfficeRequest, number: str, digest: str, name: str) -> dict[str, Any]:
    path = attachments.stored(request.workspace, digest)
    return {
        "address": address("case-file", number, digest) if path else None,
        "name": name,
        "kind": path.suffix.removeprefix(".").upper() if path else "",
        "shown": bool(path and path.suffix in attachments.SHOWN),
        "size": path.stat().st_size if path else 0,
    }


@needs("handle")
def attachment(request: OfficeRequest, number: str, name: str) -> HttpResponseBase:
    """Hand out a paper of a case to who may handle it, and record it."""
    found, finding = visible_case(request.workspace, request.sight, number)
    check_handles(request.sight, finding)
    if name not in found.papers:
        raise TaizhangError("office.not_found", what=name)
    do_record_read(request.user.username, "file", ledger=CASE, what=f"{number} {name[:12]}", address=request.address)
    return papers.answer(request.workspace, name, found.papers[name], f"{number}-{list(found.papers).index(name) + 1}")


Work = Callable[[OfficeRequest, Case, Finding], str]


def _acting(work: Work) -> View:
    """Make a view of something that is done with a case; what is told is the sentence that it returns."""

    @require_POST
    @needs("handle")
    def view(request: OfficeRequest, number: str) -> HttpResponse:
        found, finding = visible_case(request.workspace, request.sight, number)
        check_handles(request.sight, finding)
        try:
            told = work(request, found, finding)
        except TaizhangError as error:
            return case_page(request, number, error)
        messages.success(request, told)
        return HttpResponseRedirect(address("case", number))

    return view


def _on_finding(work: Callable[[OfficeRequest, Finding], HttpResponse]) -> View:
    """Make a view of something that is done with a finding."""

    @require_POST
    @needs("handle")
    def view(request: OfficeRequest, number: str) -> HttpResponse:
        finding = visible_finding(request.workspace, request.sight, number)
        check_handles(request.sight, finding)
        try:
            return work(request, finding)
        except TaizhangError as error:
            return finding_page(request, finding, error=error)

    return view


@_on_finding
def assign(request: OfficeRequest, finding: Finding) -> HttpResponse:
    """Give a finding to an account that may handle it."""
    chosen = handler_named(request.workspace, finding, forms.text(request, "handler"))
    case = actions.do_assign(
        request.workspace, finding.number, chosen.username, handler_id=chosen.id_number or None, due=forms.day(request, "due"),
        by=request.user.username, day=today(),
    )  # fmt: skip
    messages.success(request, _("已交办给{name}，核查编号{number}。").format(name=chosen.name, number=case))
    return HttpResponseRedirect(address("case", case))


def _verify(request: OfficeRequest, case: Case, finding: Finding) -> str:
    with attachments.received(request, "files") as files:
        note = forms.text(request, "note")
        actions.do_verify(request.workspace, case.number, note, by=request.user.username, day=today(), files=files)
    return _("已登记核实情况。")


def _decide(request: OfficeRequest, case: Case, finding: Finding) -> str:
    result, note = forms.text(request, "result"), forms.text(request, "note")
    actions.do_decide(request.workspace, case.number, result, note, by=request.user.username, day=today())
    return _("已认定。")


def _plan(request: OfficeRequest, case: Case, finding: Finding) -> str:
    amount, due = forms.amount(request, "amount"), forms.day(request, "due")
    actions.do_plan_recovery(request.workspace, case.number, amount, by=request.user.username, day=today(), due=due)
    return _("已登记应追缴金额。")


def _recover(request: OfficeRequest, case: Case, finding: Finding) -> str:
    amount, on = forms.amount(request, "received"), forms.day(request, "received_on") or today()
    receipt = forms.text(request, "receipt") or None
    actions.do_record_recovery(request.workspace, case.number, amount, by=request.user.username, received_on=on, receipt=receipt)
    return _("已登记退款。")


def _hand_over(request: OfficeRequest, case: Case, finding: Finding) -> str:
    to = forms.text(request, "to")
    if not to:
        raise TaizhangError("comparison.note_missing")
    lead = actions.do_hand_over(request.workspace, case.number, to, by=request.user.username, day=today())
    return _("已移送，线索编号{number}。").format(number=lead)


def _appeal(request: OfficeRequest, case: Case, finding: Finding) -> str:
    actions.do_appeal(request.workspace, case.number, forms.text(request, "appeal"), by=request.user.username, day=today())
    return _("已登记申诉。")


verify, decide, plan, recover, hand_over, appeal = map(_acting, (_verify, _decide, _plan, _recover, _hand_over, _appeal))


@_on_finding
def exclude(request: OfficeRequest, finding: Finding) -> HttpResponse:
    """Hold back what is found about a finding's subject until a day, on evidence; who it concerns does not get as far as here."""
    wide = forms.text(request, "wide")  # this rule and programme, this rule, or any rule
    until = forms.day(request, "until")
    if until is None:
        raise TaizhangError("office.day_unreadable", value="")
    with attachments.received(request, "file", most=1) as files:
        made = actions.do_exclude(
            request.workspace, finding.subject, until, forms.text(request, "evidence"), by=request.user.username, day=today(),
            rule=None if wide == "any" else finding.rule, programme=finding.programme if wide == "" else None, file=files[0] if files else None,
        )  # fmt: skip
    messages.success(request, _("已排除，编号{number}。").format(number=made))
    return HttpResponseRedirect(address("finding", finding.number))
