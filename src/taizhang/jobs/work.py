"""What a running job knows and tells: its workspace, person and folder, how far it is, whether it shall stop."""

from __future__ import annotations

import time
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection

from taizhang.access.current import sight_of, sight_of_token
from taizhang.access.models import Account, ApiToken
from taizhang.access.sight import Grant, Sight
from taizhang.clock import now
from taizhang.errors import TaizhangError
from taizhang.jobs.models import RUNNING, Job

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

_PAUSE = 0.4  # seconds between two signs of life; a new stage is told at once


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """The job was told to stop; the runner ends it."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(state)


class Stopping:
    """Whether this process was told to end; the worker sets it."""

    asked = False


class Work:
    """Handed to the function of a job."""

    def __init__(self, job: Job, workspace: Workspace) -> None:
        self.job = job
        self.workspace = workspace
        self.person = job.person
        self._told = 0.0

    @property
    def folder(self) -> Path:
        """Where the job's files lie; made when first asked for."""
        path = folder(self.workspace, self.job.id)
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)  # what lies there may be personal
        return path

    @cached_property
    def sight(self) -> Sight:
        """What the person may see now, which may be less than when the job was asked for; no more than the token that asked for it allows.

        Raises ``TaizhangError`` (``api.token_invalid``, ``api.no_interface``) for a token that does not hold any more.
        """
        if self.job.token is not None:
            token = ApiToken.objects.select_related("account").filter(pk=self.job.token, account__username=self.person).first()
            if token is None:
                raise TaizhangError("api.token_invalid")
            return sight_of_token(self.workspace, token)
        account = Account.objects.filter(username=self.person).first()
        return sight_of(self.workspace, account) if account else Sight(self.workspace.pack, self.workspace.divisions, self.person, [])

    def tell(self, stage: str, share: float | Decimal = 0) -> None:
        """Tell how far the job is, from 0 to 1; ``stage`` is Chinese and marked for the catalogue. Stops a job that was cancelled.

        Inside a transaction nothing is told: nobody could see it before the end, and the row would be locked until then.
        """
        moment = time.monotonic()
        if connection.in_atomic_block or (stage == self.job.stage and moment - self._told < _PAUSE):
            return
        self._told = moment
        self.check_cancelled()
        self.job.stage, self.job.permille = stage, max(0, min(1000, int(share * 1000)))
        Job.objects.filter(id=self.job.id, state=RUNNING).update(stage=stage, permille=self.job.permille, seen_at=now())

    def check_cancelled(self) -> None:
        """Stop the job here when its person cancelled it or the worker is told to end; the runner catches what is raised."""
        if Stopping.asked:
            raise Stopped("interrupted")
        found = Job.objects.filter(id=self.job.id).values_list("state", "cancel_asked").first()
        if found is None or found[1]:
            raise Stopped("cancelled")
        if found[0] != RUNNING:
            raise Stopped("interrupted")


def handed_out(workspace: Workspace, sight: Sight, job: Job, title: str) -> Path:
    """Return a file that a job left, for somebody who still holds the roles with which it was made.

    Raises ``TaizhangError`` (``jobs.file_not_found``, ``jobs.rights_changed``).
    """
    name = job.result.get("files", {}).get(title)
    base = folder(workspace, job.id).resolve()
    path = (base / name).resolve() if isinstance(name, str) else base
    if not path.is_relative_to(base) or not path.is_file():
        raise TaizhangError("jobs.file_not_found", name=title)
    if not sight.holds(Grant(role, division, tuple(offices)) for role, division, *offices in job.held):
        raise TaizhangError("jobs.rights_changed")
    return path


def folder(workspace: Workspace, number: int) -> Path:
    """Return the folder of a job's files."""
    return workspace.path("jobs", str(number))
