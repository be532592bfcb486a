"""Running jobs: one at a time in a worker; how each one ends is written down, whatever happens to it."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.db import connection
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from taizhang.clock import now
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.i18n import Language, speaking
from taizhang.jobs import signs
from taizhang.jobs.actions import do_forget_files
from taizhang.jobs.models import RUNNING, WAITING, Job
from taizhang.jobs.registry import kind_of
from taizhang.jobs.work import Stopped, Work
from taizhang.workspace import Workspace

log = logging.getLogger("taizhang.jobs")
_TOLD = 2000  # faults kept with a job; a workbook's own faults are in its marked copy


@task()
def run_job(number: int) -> None:
    """Run a waiting job; one that was cancelled or is run already is left alone."""
    taken = Job.objects.filter(id=number, state=WAITING).update(state=RUNNING, begun_at=now(), seen_at=now(), worker=signs.Me.name)
    if taken:
        run(Job.objects.get(id=number))
        do_forget_files(settings.TAIZHANG_WORKSPACE)


def run(job: Job) -> None:
    """Run a job that is marked as running, and write down how it ended."""
    workspace: Workspace = settings.TAIZHANG_WORKSPACE
    language: Language = "en" if job.language == "en" else "zh"
    try:
        with speaking(language):
            work = Work(job, workspace.fresh())
            held = [[g.role, g.division, *g.offices] for g in work.sight.grants]
            result = kind_of(job.kind, job.module).run(work, job.arguments)
        _end(job, "done", result=result, permille=1000, held=held)
    except Stopped as stopped:
        _end(job, stopped.state, fault=Fault("jobs.interrupted") if stopped.state == "interrupted" else None)
    except TaizhangError as error:
        faults = error.faults if isinstance(error, Refusal) else []
        _end(job, "failed", fault=error.fault, faults=[plain(f) for f in faults[:_TOLD]])
    except Exception:
        log.exception("job %s (%s) failed", job.id, job.kind)
        _end(job, "failed", fault=Fault("jobs.broken"))
    except BaseException:
        _end(job, "interrupted", fault=Fault("jobs.interrupted"))
        raise


def _end(job: Job, state: str, *, fault: Fault | None = None, **more: Any) -> None:
    if not connection.is_usable():  # the database may have been away: the job still ends
        connection.close()
    Job.objects.filter(id=job.id, state=RUNNING).update(
        state=state, fault=plain(fault) if fault else None, ended_at=now(), seen_at=now(), **more
    )


def recover(workspace: Workspace) -> list[int]:
    """Mark what dead workers were running as interrupted, and return the numbers of these jobs."""
    lost = [
        number
        for number, worker in Job.objects.filter(state=RUNNING).values_list("id", "worker")
        if not signs.lives(workspace, worker)
    ]  # fmt: skip
    if lost:
        Job.objects.filter(id__in=lost, state=RUNNING).update(state="interrupted", fault=plain(Fault("jobs.interrupted")), ended_at=now())
        for row in DBTaskResult.objects.filter(status="RUNNING"):
            if row.args_kwargs.get("args", [None])[:1] in [[number] for number in lost]:
                row.delete()
    return lost


def plain(fault: Fault) -> dict[str, Any]:
    """Return a fault as data from which it can be made again, so that it is told in the language of whoever looks."""
    place = {name: getattr(fault, name) for name in ("severity", "file", "sheet", "row", "column", "title", "field", "value")}
    return {"code": fault.code, "params": {k: str(v) for k, v in fault.params.items()}, **{k: v for k, v in place.items() if v is not None}}


def fault_of(data: dict[str, Any]) -> Fault:
    """Return the fault that ``plain`` made into data."""
    return Fault(**data)
