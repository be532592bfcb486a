"""Cases: the work on findings, and what is held back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from ninja.files import UploadedFile
from ninja.params.functions import File, Form
from pydantic import ConfigDict
from pydantic import Field as Told

from taizhang.access.actions import do_record_read
from taizhang.access.query import Query
from taizhang.access.shelf import Shelf
from taizhang.api.answering import told
from taizhang.api.callers import ApiRequest
from taizhang.api.operations.comparison import Number
from taizhang.api.operations.entries import EntryPage
from taizhang.api.operations.entries import as_shape as as_entry
from taizhang.api.operations.ledgers import download
from taizhang.api.paging import mark, page, place_of
from taizhang.api.shapes import LIMIT, AmountText, Cursor, Given, Limit, Long, Name, Shape, Short, answers, changes
from taizhang.clock import today
from taizhang.comparison import actions
from taizhang.comparison.book import Book
from taizhang.comparison.cases import Case, received
from taizhang.comparison.desk import Desk
from taizhang.comparison.findings import CASE, EXCLUSION, RESULTS
from taizhang.comparison.seen import attachments
from taizhang.comparison.seen.people import handler_named, person_of
from taizhang.comparison.visible import check_handles, visible_case, visible_finding, visible_findings
from taizhang.errors import TaizhangError

router = Router()
NOTE: Any = Form(..., description="核实情况 / what was seen")
FILES: Any = File([], description="照片和材料 / photographs and papers: JPG PNG WebP HEIC PDF Word Excel")
Result = Literal["属实", "不属实-同名同号", "不属实-数据错误", "不属实-政策允许", "已整改", "移送"]
State = Literal["待核实", "已核实", "已认定", "申诉中"]


class PaidShape(Shape):
    """Money that was paid back."""

    amount: str
    received_on: date


class CaseShape(Shape):
    """A case: who verifies, by when, what came of it."""

    number: str
    finding: str
    rule: str
    division: str
    state: State
    overdue: bool
    handler: str
    assigned_by: str
    assigned_on: date
    due_on: date
    verified_on: date | None
    verification: str | None
    result: Result | None
    decision: str | None
    decided_by: str | None
    decided_on: date | None
    recover_amount: str | None
    recover_due_on: date | None
    paid: list[PaidShape]
    handed_to: str | None
    lead: str | None
    appeal: str | None
    appealed_on: date | None
    files: list[str] = Told(description="核实材料，以SHA-256为名 / papers, by their SHA-256")


class CasePage(Shape):
    """A page of cases, by number."""

    items: list[CaseShape]
    next: str | None


class AssignGiven(Given):
    """Who is to look into a finding."""

    handler: Name = Told(description="经办人账号 / account of the handler")
    due: date | None = None


class DecideGiven(Given):
    """A decision."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"result": "属实", "note": "已核对原始凭证，应予收回"}]})

    result: Result
    note: Long


class PlanGiven(Given):
    """How much has to be paid back."""

    amount: AmountText
    due: date | None = None


class RecoveryGiven(Given):
    """Money that was paid back."""

    amount: AmountText
    received_on: date | None = Told(None, description="默认今天 / today")
    receipt: Short | None = None


class HandOverGiven(Given):
    """To whom a case goes."""

    to: Short


class AppealGiven(Given):
    """What somebody says against a decision."""

    text: Long


class ExcludeGiven(Given):
    """Until when, on what evidence, and how widely findings about the same subject are held back."""

    until: date
    evidence: Long
    wide: Literal["programme", "rule", "any"] = Told("programme", description="本规则本项目、本规则、任何规则 / how widely")


class Excluded(Shape):
    """An exclusion that was made."""

    exclusion: str


@router.get("/cases", response=answers(CasePage), summary="核查列表")
def cases(request: ApiRequest, state: State | None = None, handler: Name | None = None, limit: Limit = LIMIT, cursor: Cursor = None) -> Any:
    """List the cases whose findings the caller may see."""
    request.sight.check("compare")
    seen, hidden = {f.number for f in visible_findings(request.workspace, request.sight)}, request.sight.withheld(CASE)
    wanted = [
        case
        for case in Desk.of(request.workspace).cases()
        if case.finding in seen and case.number not in hidden and state in (None, case.state) and handler in (None, case.data["handler"])
    ]
    listed, more = page(wanted, lambda case: case.number, ["cases", state, handler], cursor, limit)
    told(request, CASE, len(listed))
    return {"items": [_case(request, case) for case in listed], "next": more}


@router.get("/cases/{number}", response=answers(CaseShape, 404), summary="一件核查")
def case(request: ApiRequest, number: Number) -> Any:
    """Return a case."""
    request.sight.check("compare")
    found, _finding = visible_case(request.workspace, request.sight, number)
    told(request, CASE, 1)
    return _case(request, found)


@router.post("/findings/{number}/assign", response=changes(CaseShape, 404, 409), summary="交办疑点")
def assign_finding(request: ApiRequest, number: Number, given: AssignGiven) -> Any:
    """Give a finding to somebody who may handle it and whom it does not concern."""
    finding = visible_finding(request.workspace, request.sight, number)
    check_handles(request.sight, finding)
    chosen = handler_named(request.workspace, finding, given.handler)
    made = actions.do_assign(
        request.workspace, number, chosen.username, handler_id=chosen.id_number or None, due=given.due, by=_me(request), day=today()
    )  # fmt: skip
    return _again(request, made)


@router.post("/findings/{number}/exclude", response=changes(Excluded, 404, 409), summary="排除疑点")
def exclude_finding(request: ApiRequest, number: Number, given: ExcludeGiven) -> Any:
    """Hold back what is found about a finding's subject until a day, on evidence."""
    finding = visible_finding(request.workspace, request.sight, number)
    check_handles(request.sight, finding)
    against = Desk.of(request.workspace).concerns.against(number, person_of(request.caller.account))
    if against:
        raise TaizhangError(against.code, **against.params)
    rule = None if given.wide == "any" else finding.rule
    programme = finding.programme if given.wide == "programme" else None
    made = actions.do_exclude(
        request.workspace, finding.subject, given.until, given.evidence, by=_me(request), day=today(), rule=rule, programme=programme
    )  # fmt: skip
    return {"exclusion": made}


@router.get("/exclusions", response=answers(EntryPage), summary="排除列表")
def exclusions(request: ApiRequest, limit: Limit = LIMIT, cursor: Cursor = None) -> Any:
    """List what is held back, on what evidence and until when; what would tell of a finding about the caller is not there."""
    request.sight.check("compare")
    question = Query(limit=limit, after=place_of("exclusions", cursor))
    found = Shelf.of(request.workspace).rows(request.sight, EXCLUSION, question)
    told(request, EXCLUSION, len(found.rows))
    more = mark("exclusions", found.cursor) if found.cursor else None
    return {"items": [as_entry(row) for row in found.rows], "total": found.total, "next": more}


@router.post("/cases/{number}/verify", response=changes(CaseShape, 404, 409), summary="登记核实")
def verify_case(request: ApiRequest, number: Number, note: Long = NOTE, files: list[UploadedFile] = FILES) -> Any:
    """Tell what was seen in the village, with photographs and papers; only the handler does."""
    found = _open(request, number)
    with attachments.received(request, "files") as papers:
        actions.do_verify(request.workspace, found.number, note, by=_me(request), day=today(), files=papers)
    return _again(request, number)


@router.get(
    "/cases/{number}/files/{name}",
    response=answers(None, 404),
    summary="核实材料",
    openapi_extra={"responses": {200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}},
)
def case_file(request: ApiRequest, number: Number, name: Annotated[str, Told(pattern="^[0-9a-f]{64}$")]) -> HttpResponse:
    """Download a paper of a case; that it was opened is recorded."""
    found = _open(request, number)
    path = attachments.stored(request.workspace, name) if name in found.papers else None
    if path is None:
        raise TaizhangError("api.file_not_found")
    do_record_read(_me(request), "file", ledger=CASE, what=f"{number} {name[:12]}", address=request.address)
    return download(path.read_bytes(), found.papers[name] or f"{number}{path.suffix}", attachments.KINDS[path.suffix])


@router.post("/cases/{number}/decide", response=changes(CaseShape, 404, 409), summary="认定")
def decide_case(request: ApiRequest, number: Number, given: DecideGiven) -> Any:
    """Decide on a verified case, or anew after an appeal."""
    found = _open(request, number)
    actions.do_decide(request.workspace, found.number, given.result, given.note, by=_me(request), day=today())
    return _again(request, number)


@router.post("/cases/{number}/plan-recovery", response=changes(CaseShape, 404, 409), summary="追缴计划")
def plan_recovery(request: ApiRequest, number: Number, given: PlanGiven) -> Any:
    """Set how much has to be paid back, and by when."""
    found = _open(request, number)
    actions.do_plan_recovery(request.workspace, found.number, Decimal(given.amount), by=_me(request), day=today(), due=given.due)
    return _again(request, number)


@router.post("/cases/{number}/recoveries", response=changes(CaseShape, 404, 409), summary="登记退款")
def record_recovery(request: ApiRequest, number: Number, given: RecoveryGiven) -> Any:
    """Record money that was paid back."""
    found = _open(request, number)
    actions.do_record_recovery(
        request.workspace, found.number, Decimal(given.amount), by=_me(request), received_on=given.received_on or today(), receipt=given.receipt
    )  # fmt: skip
    return _again(request, number)


@router.post("/cases/{number}/hand-over", response=changes(CaseShape, 404, 409), summary="移送")
def hand_over_case(request: ApiRequest, number: Number, given: HandOverGiven) -> Any:
    """Hand a case over: it becomes a lead."""
    found = _open(request, number)
    actions.do_hand_over(request.workspace, found.number, given.to, by=_me(request), day=today())
    return _again(request, number)


@router.post("/cases/{number}/appeal", response=changes(CaseShape, 404, 409), summary="登记申诉")
def appeal_case(request: ApiRequest, number: Number, given: AppealGiven) -> Any:
    """Record that somebody does not accept a decision; another person decides anew."""
    found = _open(request, number)
    actions.do_appeal(request.workspace, found.number, given.text, by=_me(request), day=today())
    return _again(request, number)


def _me(request: ApiRequest) -> str:
    return request.caller.account.username


def _open(request: ApiRequest, number: str) -> Case:
    """Return a case that the caller may handle."""
    request.sight.check("handle")
    found, finding = visible_case(request.workspace, request.sight, number)
    check_handles(request.sight, finding)
    return found


def _again(request: ApiRequest, number: str) -> dict[str, Any]:
    """Return a case as the journal has it now, which may be in a transaction that is still open: nothing in memory may learn of it yet."""
    import json

    book = Book(request.workspace)
    return _case(request, Case(json.loads(book.standing(CASE)[number].data)), book)


def _case(request: ApiRequest, case: Case, book: Book | None = None) -> dict[str, Any]:
    names = (
        "number", "finding", "rule", "state", "handler", "assigned_by", "assigned_on", "due_on", "verified_on", "verification", "result", "decision",
        "decided_by", "decided_on", "recover_amount", "recover_due_on", "handed_to", "lead", "appeal", "appealed_on",
    )  # fmt: skip
    paid = received(book or Book(request.workspace), case.number)
    return {
        **{name: case.data.get(name) for name in names},
        "division": case.data["village"],
        "overdue": case.overdue(today()),
        "files": list(case.papers),
        "paid": [{"amount": format(amount, "f"), "received_on": day} for amount, day in paid],
    }


assert set(RESULTS) == set(Result.__args__)  # type: ignore[attr-defined]
