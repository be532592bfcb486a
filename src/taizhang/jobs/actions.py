"""Starting, cancelling and restarting jobs. A job and its place in the queue appear together, when the transaction commits."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from taizhang.access.models import ApiToken
from taizhang.clock import now
from taizhang.errors import TaizhangError
from taizhang.i18n import language
from taizhang.jobs.models import RUNNING, WAITING, Job
from taizhang.jobs.registry import kind_of
from taizhang.jobs.work import folder

FILE_DAYS = 30

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from taizhang.access.sight import Sight
    from taizhang.workspace import Workspace


def do_start(kind: str, sight: Sight, /, *, about: str = "", **arguments: Any) -> Job:
    """Put a job into the queue and return it; it will see no more than who asks for it. The module that registers the kind must be imported.

    Raises ``TaizhangError`` (``jobs.kind_unknown``).
    """
    from taizhang.jobs.running import run_job

    known = kind_of(kind)
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind, module=known.module, title=known.title, about=about, person=sight.person, token=sight.token, language=language(),
            arguments=arguments, created_at=now(),
        )  # fmt: skip
        # The queue is a table of the same database: no worker sees the place before the commit, and none is lost after it.
        run_job.enqueue(job.id)
    return job


def do_cancel(number: int, sight: Sight) -> Job:
    """Cancel a job: at once while it waits, at its next step while it runs.

    Raises ``TaizhangError`` (``jobs.job_unknown``, ``jobs.already_ended``).
    """
    job = own(number, sight)
    waiting = Job.objects.filter(id=job.id, state=WAITING).update(state="cancelled", ended_at=now(), cancel_asked=True)
    if not waiting and not Job.objects.filter(id=job.id, state=RUNNING).update(cancel_asked=True):
        raise TaizhangError("jobs.already_ended")
    return own(number, sight)


def do_restart(number: int, sight: Sight) -> Job:
    """Begin a job again that ended without a result: with the same arguments, from the start.

    Raises ``TaizhangError`` (``jobs.job_unknown``, ``jobs.not_ended``).
    """
    from taizhang.jobs.running import run_job

    job = own(number, sight)
    workspace: Workspace = settings.TAIZHANG_WORKSPACE
    with transaction.atomic():
        begun = Job.objects.filter(id=job.id, state__in=("failed", "cancelled", "interrupted")).update(
            state=WAITING,
            stage="",
            permille=0,
            fault=None,
            faults=[],
            result={},
            cancel_asked=False,
            begun_at=None,
            ended_at=None,
            worker="",
        )
        if not begun:
            raise TaizhangError("jobs.not_ended")
        run_job.enqueue(job.id)
    shutil.rmtree(folder(workspace, job.id), ignore_errors=True)
    return own(number, sight)


def do_forget_files(workspace: Workspace) -> None:
    """Take away the files of jobs that ended long ago: what was taken out for a purpose does not lie about when that is served."""
    old = Job.objects.filter(ended_at__lt=now() - timedelta(days=FILE_DAYS))
    for path in workspace.path("jobs").glob("[0-9]*"):
        for job in old.filter(id=path.name) if path.name.isdecimal() else ():
            shutil.rmtree(path, ignore_errors=True)
            Job.objects.filter(id=job.id).update(result={name: value for name, value in job.result.items() if name != "files"})


def jobs_of(sight: Sight) -> QuerySet[Job]:
    """Return somebody's own jobs; to a token only those that were asked for with a token which allows nothing that it does not allow."""
    found = Job.objects.filter(person=sight.person)
    if sight.acts is None:
        return found
    tokens = ApiToken.objects.filter(account__username=sight.person).values_list("pk", "scopes")
    return found.filter(token__in=[number for number, scopes in tokens if sight.acts.issuperset(scopes.split())])


def own(number: int, sight: Sight) -> Job:
    """Return one of ``jobs_of``; others do not exist for who asks.

    Raises ``TaizhangError`` (``jobs.job_unknown``).
    """
    job = jobs_of(sight).filter(id=number).first()
    if job is None:
        raise TaizhangError("jobs.job_unknown")
    return job
