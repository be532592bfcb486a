"""For tests: run what waits, here and now."""

from __future__ import annotations

from django_tasks_db.models import DBTaskResult

from taizhang.jobs.models import WAITING, Job
from taizhang.jobs.running import run_job


def run_waiting() -> list[Job]:
    """Run all waiting jobs in this process, one after the other, and return them as they ended."""
    ran = []
    while (number := Job.objects.filter(state=WAITING).order_by("id").values_list("id", flat=True).first()) is not None:
        run_job.func(number)
        ran.append(Job.objects.get(id=number))
    DBTaskResult.objects.all().delete()
    return ran
