"""Reports: what may be written, what was written, whether it still holds; and drafts that are audited."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from ninja.files import UploadedFile
from ninja.params.functions import File, Form
from pydantic import ConfigDict
from pydantic import Field as Told

from taizhang.access.actions import do_record_read
from taizhang.access.sight import refusal
from taizhang.api.callers import ApiRequest
from taizhang.api.operations.jobs import JobShape, started
from taizhang.api.operations.ledgers import download
from taizhang.api.paging import page
from taizhang.api.shapes import LIMIT, Cursor, DivisionCode, Given, Limit, Name, Number, PeriodText, Shape, Text, answers, changes
from taizhang.audit import jobs as audit_jobs
from taizhang.audit.drafts import Draft, do_keep_draft, draft_of, drafts_of
from taizhang.clock import now
from taizhang.errors import TaizhangError
from taizhang.figures.desk import Desk
from taizhang.figures.question import division_asked
from taizhang.http.uploads import DOCUMENTS, received
from taizhang.jobs.actions import do_start, jobs_of
from taizhang.jobs.models import Job
from taizhang.pack.periods import Period
from taizhang.report import jobs as report_jobs
from taizhang.report.archive import Written, forms_for
from taizhang.report.visible import definition_named, readable, refuse_unseen, staleness_of, visible_versions

router = Router()
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}
DRAFT: Any = File(..., description="文稿 / a draft: .docx .txt .md .html .pdf")
YEAR: Any = Form(None, ge=1950, le=2100, description="报告年度，正文看不出时才需要 / the report's year, where its text does not tell")
_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


class ReportShape(Shape):
    """A report that may be written."""

    report: str
    title: str
    period: str = Told(description="year、half、quarter、month")
    about: str


class Reports(Shape):
    """Reports."""

    items: list[ReportShape]


class WrittenShape(Shape):
    """A version of a written report."""

    report: str
    title: str
    division: str
    period: str
    number: int
    position: int
    by: str
    at: datetime
    forms: list[str]


class WrittenPage(Shape):
    """A page of written reports, the latest first."""

    items: list[WrittenShape]
    next: str | None


class WriteGiven(Given):
    """What is to be written."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"report": "township_annual", "period": "2020", "dated": "2020-12-31"}]}
    )

    report: Name
    period: PeriodText
    division: DivisionCode | None = Told(None, description="默认本镇 / the town")
    dated: date | None = Told(None, description="成文日期 / the day that it bears")


class MoveShape(Shape):
    """A figure that has moved."""

    indicator: str
    title: str
    unit: str
    old: str | None
    new: str | None


class SentenceShape(Shape):
    """A sentence as it was written and as it would be written today."""

    number: int | None
    old: str
    new: str
    moved: list[MoveShape]


class StaleShape(Shape):
    """What became of a written report."""

    stale: list[SentenceShape] = Told(description="已不成立 / sentences that no longer hold")
    still_true: list[SentenceShape] = Told(description="数字有变而仍成立 / sentences that hold although a figure has moved")
    edited: list[int]
    template_changed: bool
    old_position: int
    new_position: int


class DraftShape(Shape):
    """A draft of the caller's, and what the audit found."""

    draft: str
    name: str
    at: datetime
    year: int | None
    done: bool
    commented: bool = Told(description="有带批注的文件可下载 / there is a file with comments")
    position: int | None
    counts: dict[str, int]


class DraftFigure(Shape):
    """A figure of a draft, and what the ledgers say to it."""

    text: str
    measure: str
    unit: str
    section: str
    answer: str
    indicator: str | None
    title: str
    status: str


class DraftInFull(DraftShape):
    """A draft with its figures."""

    figures: list[DraftFigure]


class DraftPage(Shape):
    """A page of drafts, the latest first."""

    items: list[DraftShape]
    next: str | None


@router.get("/reports", response=answers(Reports), summary="可写的报告")
def reports(request: ApiRequest) -> Any:
    """List the reports of the pack."""
    request.sight.check("report")
    names = ("title", "period", "about")
    return {"items": [{"report": one.name, **{n: getattr(one, n) for n in names}} for one in request.sight.pack.reports.values()]}


@router.post("/reports", response=changes(JobShape, 404, status=202), summary="写报告")
def write_report(request: ApiRequest, given: WriteGiven) -> Any:
    """Write a report in the background; the answer is the job."""
    sight = request.sight
    sight.check("report")
    definition, period = definition_named(sight.pack, given.report), Period.parse(given.period)
    if period.kind != definition.period:
        raise TaizhangError("report.period_kind", report=given.report, wanted=definition.period, period=given.period, example="2020")
    division = division_asked(sight, given.division or "").code
    if not sight.covers(division, "report"):
        raise TaizhangError("figure.division_unknown", code=division)
    refuse_unseen(sight, definition, division)
    arguments = {
        "name": given.report,
        "period": period.text,
        "division": division,
        "dated": given.dated.isoformat() if given.dated else None,
    }
    return started(do_start(report_jobs.KIND, sight, about=f"{division} {period.text}", **arguments))


@router.get("/reports/written", response=answers(WrittenPage), summary="写好的报告")
def written_reports(request: ApiRequest, limit: Limit = LIMIT, cursor: Cursor = None) -> Any:
    """List the written reports that the caller may read."""
    request.sight.check("report")
    found = visible_versions(request.workspace, request.sight)
    listed, more = page(found, lambda w: (w.at.isoformat(), *_path(w)), "written", cursor, limit, backwards=True)
    return {"items": [_written(request, one) for one in listed], "next": more}


@router.get("/reports/written/{report}/{division}/{period}/{number}", response=answers(WrittenShape, 404), summary="一份写好的报告")
def written_report(request: ApiRequest, report: Name, division: DivisionCode, period: PeriodText, number: Number) -> Any:
    """Return a written report."""
    return _written(request, _readable(request, report, division, period, number))


@router.get("/reports/written/{report}/{division}/{period}/{number}/stale", response=answers(StaleShape, 404), summary="哪些句子已不成立")
def stale_report(request: ApiRequest, report: Name, division: DivisionCode, period: PeriodText, number: Number) -> Any:
    """Tell which sentences of a written report no longer hold."""
    return staleness_of(Desk.of(request.workspace), _readable(request, report, division, period, number)).as_dict()


@router.get(
    "/reports/written/{report}/{division}/{period}/{number}/file/{form}",
    response=answers(None, 404),
    summary="下载报告",
    openapi_extra={"responses": {200: {"content": _BINARY}}},
)
def report_file(
    request: ApiRequest, report: Name, division: DivisionCode, period: PeriodText, number: Number, form: Literal["docx", "html", "json"]
) -> HttpResponse:
    """Download a written report; that it left is recorded."""
    one = _readable(request, report, division, period, number)
    path = one.file(form)
    if form not in _forms(request, one):
        raise refusal("read", one.title)
    do_record_read(_me(request), "export", what=f"{one.title} #{one.number} {form}", address=request.address)
    return download(path.read_bytes(), f"{one.title}.{form}", TYPES[form])


@router.get("/audits", response=answers(DraftPage), summary="我送审的文稿")
def audits(request: ApiRequest, limit: Limit = LIMIT, cursor: Cursor = None) -> Any:
    """List the caller's own drafts."""
    request.sight.check("audit")
    drafts = [one for one in drafts_of(request.workspace, _me(request)) if _audited_for(request, one)]
    listed, more = page(drafts, lambda d: (d.at.isoformat(), d.id), "audits", cursor, limit, backwards=True)
    return {"items": [_draft(one) for one in listed], "next": more}


@router.post("/audits", response=changes(JobShape, status=202), summary="送审文稿")
def audit_document(request: ApiRequest, draft: UploadedFile = DRAFT, year: int | None = YEAR) -> Any:
    """Audit a draft (.docx, .txt, .md, .html, .pdf) against the ledgers in the background; the answer is the job."""
    request.sight.check("audit")
    with received(request, "draft", DOCUMENTS) as upload:
        kept = do_keep_draft(request.workspace, upload.path, _me(request), now(), year=year)
    return started(do_start(audit_jobs.KIND, request.sight, about=kept.name, draft=kept.id))


Id = Annotated[Text, Told(min_length=1, max_length=64)]


@router.get("/audits/{draft}", response=answers(DraftInFull, 404), summary="审稿结果")
def audited_draft(request: ApiRequest, draft: Id) -> Any:
    """Return a draft with what the ledgers say to each of its figures."""
    kept = _own_draft(request, draft)
    return {**_draft(kept), "figures": (kept.found or {}).get("figures", [])}


@router.get(
    "/audits/{draft}/file", response=answers(None, 404), summary="带批注的文稿", openapi_extra={"responses": {200: {"content": _BINARY}}}
)
def commented_draft(request: ApiRequest, draft: Id) -> HttpResponse:
    """Download a draft with the findings as comments."""
    kept = _own_draft(request, draft)
    path = kept.commented
    if path is None:
        raise TaizhangError("api.file_not_found")
    do_record_read(_me(request), "export", what=kept.name, address=request.address)
    return download(path.read_bytes(), f"{kept.source.stem}（批注）{kept.source.suffix}", TYPES["docx"])


def _me(request: ApiRequest) -> str:
    return request.caller.account.username


def _own_draft(request: ApiRequest, draft: str) -> Draft:
    request.sight.check("audit")
    kept = draft_of(request.workspace, _me(request), draft)
    if not _audited_for(request, kept):
        raise TaizhangError("audit.draft_unknown")
    return kept


def _audited_for(request: ApiRequest, draft: Draft) -> bool:
    """Say whether the caller may have what the last audit found: it answers with what whoever asked for it could see."""
    audits = Job.objects.filter(kind=audit_jobs.KIND, person=draft.by, arguments__draft=draft.id).order_by("-id")
    last = audits.values_list("id", flat=True).first()
    return last is None or jobs_of(request.sight).filter(id=last).exists()


def _path(one: Written) -> tuple[str, str, str, int]:
    return one.name, one.division, one.period, one.number


def _readable(request: ApiRequest, report: str, division: str, period: str, number: int) -> Written:
    request.sight.check("report")
    return readable(request.workspace, request.sight, report, division, period, number)


def _forms(request: ApiRequest, one: Written) -> list[str]:
    """Return the forms that the caller may have: the page holds rows, which she must be able to read."""
    return forms_for(request.sight, one)


def _written(request: ApiRequest, one: Written) -> dict[str, Any]:
    names = ("title", "division", "period", "number", "position", "by", "at")
    return {"report": one.name, **{name: getattr(one, name) for name in names}, "forms": _forms(request, one)}


def _draft(kept: Draft) -> dict[str, Any]:
    found = kept.found or {}
    names = ("name", "at", "year")
    more = {
        "done": bool(found),
        "commented": kept.commented is not None,
        "position": found.get("position"),
        "counts": found.get("counts", {}),
    }
    return {"draft": kept.id, **{name: getattr(kept, name) for name in names}, **more}
