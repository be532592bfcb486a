"""Long work: what it is doing, what came of it, its files."""

from __future__ import annotations

import mimetypes
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Router
from ninja.responses import Status
from pydantic import Field as Told

from taizhang.api.callers import ApiRequest
from taizhang.api.operations.ledgers import download
from taizhang.api.paging import mark, place_of
from taizhang.api.shapes import LIMIT, Cursor, FaultShape, Limit, Number, Shape, Text, answers, changes
from taizhang.i18n import _
from taizhang.jobs.actions import do_cancel, jobs_of, own
from taizhang.jobs.models import STATES, Job
from taizhang.jobs.running import fault_of
from taizhang.jobs.work import handed_out

router = Router()
State = Annotated[str | None, Told(pattern="^(" + "|".join(STATES) + ")$", description="、".join(STATES))]


class JobShape(Shape):
    """A piece of long work."""

    number: int
    kind: str
    title: str
    about: str
    state: str = Told(description="、".join(STATES))
    stage: str
    permille: int = Told(description="完成千分之几 / how much is done, in thousandths")
    created_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    result: dict[str, Any] = Told(description="做完后的结果 / what came of it")
    files: list[str] = Told(description="可下载的文件 / files that may be downloaded")
    fault: FaultShape | None = Told(description="没有做成的原因 / why it failed")
    faults: list[FaultShape]


class JobPage(Shape):
    """A page of jobs, the newest first."""

    items: list[JobShape]
    next: str | None


@router.get("/jobs", response=answers(JobPage), summary="我的任务")
def jobs(request: ApiRequest, state: State = None, limit: Limit = LIMIT, cursor: Cursor = None) -> Any:
    """List the caller's own jobs, the newest first."""
    asked = ["jobs", state]
    after = place_of(asked, cursor)
    found = jobs_of(request.sight).order_by("-id")
    found = found.filter(state=state) if state else found
    listed = list((found.filter(id__lt=after) if after else found)[: limit + 1])
    return {"items": [as_shape(job) for job in listed[:limit]], "next": mark(asked, listed[limit - 1].id) if len(listed) > limit else None}


@router.get("/jobs/{number}", response=answers(JobShape, 404), summary="一个任务")
def job(request: ApiRequest, number: Number) -> Any:
    """Tell how far a job is, or what came of it."""
    return as_shape(own(number, request.sight))


@router.post("/jobs/{number}/cancel", response=changes(JobShape, 404, 409), summary="取消任务")
def cancel_job(request: ApiRequest, number: Number) -> Any:
    """Cancel a job: at once while it waits, at its next step while it runs."""
    return as_shape(do_cancel(number, request.sight))


@router.get(
    "/jobs/{number}/files/{path:title}",
    response=answers(None, 404),
    summary="任务的文件",
    openapi_extra={"responses": {200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}},
)
def job_file(request: ApiRequest, number: Number, title: Annotated[Text, Told(max_length=200)]) -> HttpResponse:
    """Download a file that a job made, by the title that ``files`` tells."""
    path = handed_out(request.workspace, request.sight, own(number, request.sight), title)
    return download(path.read_bytes(), path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream")


def started(job: Job) -> Status[dict[str, Any]]:
    """Answer with a job that was put into the queue."""
    return Status(202, as_shape(job))


def as_shape(job: Job) -> dict[str, Any]:
    """Return a job as the interface tells it."""
    names = ("kind", "about", "state", "permille", "created_at", "begun_at", "ended_at")
    files = job.result.get("files", {})
    return {
        "number": job.id,
        **{name: getattr(job, name) for name in names},
        "title": _(job.title),
        "stage": _(job.stage) if job.stage else "",
        "result": {name: value for name, value in job.result.items() if name != "files"},
        "files": list(files),
        "fault": fault_of(job.fault).as_dict() if job.fault else None,
        "faults": [fault_of(one).as_dict() for one in job.faults],
    }
