"""Pages of jobs; everybody sees their own only."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from taizhang.errors import TaizhangError
from taizhang.i18n import N_
from taizhang.jobs.actions import do_cancel, do_restart, jobs_of, own
from taizhang.jobs.models import Job
from taizhang.jobs.running import fault_of, recover
from taizhang.jobs.work import handed_out
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in, uncounted

# State: its word and the colour of its tag.
STATES = {
    "waiting": (N_("等待"), ""),
    "running": (N_("进行中"), "warn"),
    "done": (N_("完成"), "good"),
    "failed": (N_("未完成"), "bad"),
    "cancelled": (N_("已取消"), ""),
    "interrupted": (N_("中断"), "bad"),
}
_SORTS = {"kind": "title", "state": "state", "created": "id", "ended": "ended_at"}


@signed_in
def jobs(request: OfficeRequest) -> HttpResponse:
    """List the jobs of the one who asks, the latest first."""
    recover(request.workspace)
    asked = Asked.of(request)
    found: QuerySet[Job] = jobs_of(request.sight)
    kinds = sorted(set(found.values_list("kind", "title")))
    if asked.get("state"):
        found = found.filter(state=asked.get("state"))
    if asked.get("kind"):
        found = found.filter(kind=asked.get("kind"))
    column = _SORTS.get(asked.sort, "id")
    found = found.order_by(f"{'-' if asked.down or not asked.sort else ''}{column}", "-id")
    values = {"asked": asked, "jobs": asked.cut(found), "total": found.count(), "states": STATES, "kinds": kinds}  # type: ignore[arg-type]
    return page(request, "office/jobs/jobs.html", values)


@signed_in
def job(request: OfficeRequest, number: int) -> HttpResponse:
    """Show one job: how far it is, or what came of it."""
    return page(request, "office/jobs/job.html", _shown(request, number))


@uncounted
@signed_in
def progress(request: OfficeRequest, number: int) -> HttpResponse:
    """Answer the page that asks again and again: only the part that changes; this call does not keep a session alive."""
    return page(request, "office/jobs/progress.html", _shown(request, number))


def _shown(request: OfficeRequest, number: int) -> dict[str, Any]:
    found = own(number, request.sight)
    if found.state == "running" and found.id in recover(request.workspace):
        found.refresh_from_db()
    fault = fault_of(found.fault) if found.fault else None
    return {"job": found, "states": STATES, "fault": fault, "faults": [fault_of(f) for f in found.faults[:200]], "count": len(found.faults)}


@signed_in
@require_POST
def cancel(request: OfficeRequest, number: int) -> HttpResponse:
    """Cancel a job."""
    do_cancel(number, request.sight)
    return HttpResponseRedirect(reverse("job", args=[number]))


@signed_in
@require_POST
def restart(request: OfficeRequest, number: int) -> HttpResponse:
    """Begin a job again."""
    do_restart(number, request.sight)
    return HttpResponseRedirect(reverse("job", args=[number]))


@signed_in
def file(request: OfficeRequest, number: int, index: int) -> HttpResponseBase:
    """Hand out a file that a job left, to its owner."""
    found = own(number, request.sight)
    titles = list(found.result.get("files", {}))
    if index >= len(titles):
        raise TaizhangError("jobs.file_not_found", name=index)
    path = handed_out(request.workspace, request.sight, found, titles[index])
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
