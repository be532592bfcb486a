"""The worker: django-tasks' loop, which tells a running job when the process shall end, and ends with the server that started it."""

from __future__ import annotations

from types import FrameType
from typing import TYPE_CHECKING

from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from taizhang.clock import now
from taizhang.jobs import signs
from taizhang.jobs.actions import do_forget_files
from taizhang.jobs.running import recover
from taizhang.jobs.work import Stopping

if TYPE_CHECKING:
    from datetime import timedelta

    from taizhang.workspace import Workspace

_LOOK = 0.3  # seconds between two looks into the queue


class JobWorker(Worker):
    """Asks a running job to stop at its next step when the process is told to end; a second time ends it at once."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Take a signal."""
        Stopping.asked = True
        super().shutdown(signum, frame)


def work_through(workspace: Workspace) -> None:
    """Work through jobs until told to stop; first see to what dead workers left behind."""
    from datetime import timedelta

    with signs.living(workspace) as name:
        signs.tidy(workspace)
        recover(workspace)
        _forget(timedelta(days=7))
        do_forget_files(workspace)
        signs.end_with_server()
        worker = JobWorker(
            queue_names=["default"], excluded_queue_names=[], interval=_LOOK, batch=False, backend_name="default", startup_delay=False,
            max_tasks=None, worker_id=name,
        )  # fmt: skip
        worker.configure_signals()
        worker.run()


def _forget(age: timedelta) -> None:
    """Clear the queue's own records of tasks that are over: what came of them stands in the jobs."""
    DBTaskResult.objects.filter(finished_at__lt=now() - age).delete()
