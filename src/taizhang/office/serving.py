"""Serve a workspace: the web server, and a worker for long work beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taizhang.workspace import Workspace


def prepare(workspace: Workspace) -> None:
    """Bring the tables of the office into the workspace's database."""
    from taizhang.office.configuration import configure_for

    configure_for(workspace)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def serve(workspace: Workspace, host: str, port: int, *, workers: int = 2, jobs: bool = True) -> None:
    """Serve until told to stop; ``jobs`` runs a worker for long work as a process of its own."""
    from granian import Granian
    from granian.constants import Interfaces

    prepare(workspace)
    from django.db import connections

    connections.close_all()  # what is open must not go into the workers
    os.environ["TAIZHANG_WORKSPACE"] = str(workspace.root)
    worker = _start_worker(workspace) if jobs else None
    try:
        Granian(
            "taizhang.office.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=1,
            log_access=False,
            process_name="taizhang",
        ).serve()
    finally:
        if worker:
            worker.terminate()
            worker.wait(timeout=30)


def _start_worker(workspace: Workspace) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "taizhang", "-C", str(workspace.root), "worker"])  # noqa: S603 - ourselves


def work(workspace: Workspace) -> None:
    """Work through long jobs until told to stop."""
    prepare(workspace)
    from django.core.management import call_command

    call_command("db_worker", interval=0.5, reload=False, verbosity=0)
