"""The part of a submission's page that tells what comparison would find: begun by the page itself, asked for until it is there."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from taizhang.i18n import _
from taizhang.jobs.actions import do_start
from taizhang.jobs.models import Job
from taizhang.jobs.running import fault_of
from taizhang.journal import read
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in, uncounted
from taizhang.reviewing.actions import check
from taizhang.reviewing.jobs import KIND


@uncounted
@signed_in
def foreseen(request: OfficeRequest, number: int) -> HttpResponse:
    """Show what is known so far; with POST, begin."""
    submission = read.submission(number)
    check(request.sight, submission)
    jobs = Job.objects.filter(kind=KIND, person=request.user.username, arguments__number=number)
    job = jobs.order_by("-id").first()
    if request.method == "POST" and submission.status == "pending" and (job is None or job.ended):
        job = do_start(KIND, request.sight, about=_("第{number}号报送").format(number=number), number=number)
        if not request.headers.get("HX-Request"):
            return HttpResponseRedirect(reverse("submission", args=[number]))
    fault = fault_of(job.fault) if job and job.fault else None
    return page(request, "office/review/foreseen.html", {"submission": submission, "job": job, "fault": fault, "faults": []})
