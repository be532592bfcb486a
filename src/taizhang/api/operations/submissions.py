"""Submissions: one's own, those that wait for one's decision, what they change, accepting and returning them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Router
from pydantic import ConfigDict
from pydantic import Field as Told

from taizhang.api.answering import told
from taizhang.api.callers import ApiRequest
from taizhang.api.operations.entries import Changed, became
from taizhang.api.paging import mark, place_of
from taizhang.api.shapes import LIMIT, Cursor, Given, Limit, Long, Name, Number, Shape, Text, answers, changes
from taizhang.journal import models, read, reasons
from taizhang.journal.read import plain
from taizhang.journal.records import Submission
from taizhang.reviewing import actions, content, correcting

router = Router()
Status = Literal["pending", "accepted", "returned"]


class ReasonShape(Shape):
    """Why one row was returned."""

    ledger: str
    sheet: str | None
    line: int | None
    reason: str


class SubmissionShape(Shape):
    """Entries recorded together by one person from one source."""

    number: int
    ledgers: list[str]
    status: Status
    person: str
    source_kind: str
    source_name: str
    note: str
    created_at: datetime
    rows: int = Told(description="共几行，看不到的也计数 / how many rows, those too that may not be seen")
    decided_at: datetime | None
    decided_by: str | None
    reason: str = Told(description="退回的总理由 / why all of it was returned")
    reasons: list[ReasonShape] = Told(description="各行退回的理由，只告诉报送人 / why rows were returned, told to their sender")
    own: bool
    may_decide: bool


class SubmissionPage(Shape):
    """A page of submissions."""

    items: list[SubmissionShape]
    next: str | None


class RowShape(Shape):
    """One row of a submission beside what stood before it; personal values are masked."""

    index: int
    ledger: str
    entry: str
    division: str
    kind: Literal["new", "changed", "withdrawn"]
    new: dict[str, str | None] | None
    old: dict[str, str | None] | None
    sheet: str | None
    line: int | None
    seq: int | None
    stale: bool = Told(description="所依据的版本已变，不能接收 / what it was made on does not stand any more")
    reason: str = Told(description="这一行退回的理由，只告诉报送人 / why the row was returned, told to its sender")


class RowPage(Shape):
    """A page of rows."""

    items: list[RowShape]
    total: int
    next: str | None


class RowReasonGiven(Given):
    """Why one row is returned."""

    index: Annotated[int, Told(ge=0, le=10_000_000)]
    reason: Long


class ReturnGiven(Given):
    """Why a submission is returned, as a whole and by row."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "请再核对", "rows": [{"index": 3, "reason": "户主姓名与户口簿不符"}]}]}
    )

    reason: Annotated[Text, Told(max_length=2000)] = ""
    rows: list[RowReasonGiven] = Told([], max_length=5000)


class MendedRowGiven(Given):
    """How one row is mended; takes the place of what was mended of it before."""

    index: Annotated[int, Told(ge=0, le=10_000_000)]
    values: dict[Name, Annotated[Text, Told(max_length=100_000)] | None] = Told(
        {}, max_length=500, description="要改的字段的值 / values by field, those only that change"
    )
    left_out: bool = Told(False, description="这一行不再报送 / the row is not sent again")
    base: Number | None = Told(None, description="他人改过以后：看过的版本，即conflicts的now / the version seen after a conflict, its now")


class CorrectionGiven(Given):
    """How a returned submission is mended before all of it is sent again."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"rows": [{"index": 3, "values": {"head": "张大山"}}], "reason": "按退回意见改正"}]}
    )

    rows: list[MendedRowGiven] = Told([], max_length=5000)
    reason: Annotated[Text, Told(max_length=500)] = Told(
        "", description="更正、撤销须写明原因 / why, where something that stands is changed"
    )
    confirm: list[Name] = Told([], max_length=100, description="已确认的提醒的代码 / codes of the warnings that somebody has confirmed")


@router.get("/submissions", response=answers(SubmissionPage), summary="报送列表")
def submissions(
    request: ApiRequest,
    whose: Annotated[Literal["mine", "queue"], Told(description="我报的，或等我审核的 / one's own, or those that wait for one")] = "mine",
    status: Status | None = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List one's own submissions, the latest first; or those that wait for one to decide, the oldest first."""
    asked = ["submissions", whose, status]
    after = place_of(asked, cursor)
    if whose == "queue":
        listed = [] if status not in (None, "pending") else list(content.waiting(request.sight, after or 0))
    else:
        found = models.Submission.objects.filter(person=_me(request)).order_by("-number")
        found = found.filter(status=status) if status else found
        listed = [plain(row) for row in (found.filter(number__lt=after) if after else found)[: limit + 1]]
    more = mark(asked, listed[limit - 1].number) if len(listed) > limit else None
    return {"items": [_submission(request, one) for one in listed[:limit]], "next": more}


@router.get("/submissions/{number}", response=answers(SubmissionShape, 404), summary="一份报送")
def submission(request: ApiRequest, number: Number) -> Any:
    """Return a submission: one's own, one that waits for one's decision, or one with rows that one may read."""
    return _submission(request, content.seen(request.sight, number)[0])


@router.get("/submissions/{number}/rows", response=answers(RowPage, 404), summary="报送改了什么")
def submission_rows(
    request: ApiRequest,
    number: Number,
    kind: Literal["new", "changed", "withdrawn"] | None = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List the rows of a submission beside what stood before them."""
    found, rows = content.seen(request.sight, number)
    asked = ["rows", number, kind, found.status]
    after = place_of(asked, cursor)
    wanted = [row for row in rows if kind in (None, row.kind) and row.ledger in request.sight.pack.ledgers]
    listed = [row for row in wanted if after is None or row.index > after]
    told(request, found.ledgers[0] if len(found.ledgers) == 1 else "", len(listed[:limit]))
    more = mark(asked, listed[limit - 1].index) if len(listed) > limit else None
    reasons_told = correcting.reasons_by_row(found) if found.person == _me(request) else {}
    items = [_row(request, row, reasons_told.get(row.index, "")) for row in listed[:limit]]
    return {"items": items, "total": len(wanted), "next": more}


@router.post("/submissions/{number}/accept", response=changes(SubmissionShape, 404, 409), summary="接收报送")
def accept_submission(request: ApiRequest, number: Number) -> Any:
    """Accept a submission; nobody accepts her own."""
    content.seen(request.sight, number)
    return _submission(request, actions.do_accept(request.sight, read.submission(number)))


@router.post("/submissions/{number}/return", response=changes(SubmissionShape, 404, 409), summary="退回报送")
def return_submission(request: ApiRequest, number: Number, given: ReturnGiven) -> Any:
    """Return a submission with a reason, for all of it or by row."""
    found, _rows = content.seen(request.sight, number)
    actions.check(request.sight, found)
    if found.status == "pending":
        actions.do_note(request.sight, found, {one.index: one.reason for one in given.rows})
    return _submission(request, actions.do_return(request.sight, found, given.reason))


@router.post("/submissions/{number}/correct", response=changes(Changed, 404, 409), summary="改正退回的报送，再报送")
def correct_submission(request: ApiRequest, number: Number, given: CorrectionGiven) -> Any:
    """Mend rows of one's own returned submission and send all of it again; other rows go as they were sent, or as they were mended on the page."""
    found = correcting.taken_up(request.sight, number)
    mended = {
        one.index: correcting.Correction({name: value or "" for name, value in one.values.items()}, one.left_out) for one in given.rows
    }
    seen = {one.index: one.base for one in given.rows if one.base is not None}
    asked: dict[str, Any] = {"reason": given.reason, "confirm": given.confirm, "seen": seen, "mended": mended}
    return became(actions.do_send_again(request.workspace, request.sight, found, **asked))


@router.post("/submissions/{number}/retract", response=changes(SubmissionShape, 404, 409), summary="撤回本人的报送")
def retract_submission(request: ApiRequest, number: Number) -> Any:
    """Take back what one has sent oneself and nobody has decided on."""
    found, _rows = content.seen(request.sight, number)
    return _submission(request, actions.do_retract(request.sight, found))


def _me(request: ApiRequest) -> str:
    return request.caller.account.username


def _submission(request: ApiRequest, one: Submission) -> dict[str, Any]:
    names = ("number", "ledgers", "status", "person", "note", "created_at", "rows", "decided_at", "decided_by")
    own = one.person == _me(request)
    general, of_rows = reasons.read(one.reason)
    return {
        **{name: getattr(one, name) for name in names},
        "source_kind": one.source.kind,
        "source_name": one.source.name,
        "reason": general,
        "reasons": [{name: getattr(r, name) for name in ("ledger", "sheet", "line", "reason")} for r in of_rows] if own else [],
        "own": own,
        "may_decide": one.status == "pending" and not own and content.may_accept(request.sight, one),
    }


def _row(request: ApiRequest, row: content.Row, reason: str) -> dict[str, Any]:
    ledger = request.sight.pack.ledgers[row.ledger]
    old, new = (None if values is None else request.sight.shown(ledger, values) for values in (row.old, row.new))
    shown = new or old or {}
    names = ("index", "ledger", "division", "kind", "sheet", "line", "seq", "stale")
    entry = "|".join(shown.get(name) or "" for name in ledger.key)
    return {**{name: getattr(row, name) for name in names}, "entry": entry, "old": old, "new": new, "reason": reason}
