"""Serve a workspace: the web server, and a worker for long work beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taizhang.workspace import Workspace


def prepare(workspace: Workspace, bound: str = "") -> None:
    """Bring the tables of the office into the workspace's database; ``bound`` is the address that a server is going to listen on."""
    from taizhang.http.hosts import allow
    from taizhang.serving.configuration import configure_for

    if bound:
        allow(bound)
    configure_for(workspace)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _tidy(workspace: Workspace) -> None:
    """Take away what a server that was killed left: sessions that are over, uploads that nobody took; and what has been kept long enough."""
    from django.core.management import call_command

    from taizhang.http.uploads import incoming
    from taizhang.reviewing.actions import do_forget as do_forget_returned
    from taizhang.sending.actions import do_forget

    call_command("clearsessions", verbosity=0)
    do_forget(workspace, timedelta(days=30))
    do_forget_returned(timedelta(days=60))
    yesterday = time.time() - 24 * 3600
    for path in incoming(workspace).iterdir():
        if path.stat().st_mtime < yesterday:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def serve(workspace: Workspace, host: str, port: int, *, workers: int = 2, jobs: bool = True) -> None:
    """Serve until told to stop; ``jobs`` runs a worker for long work as a process of its own."""
    from granian import Granian
    from granian.constants import Interfaces

    prepare(workspace, host)
    _tidy(workspace)
    from django.db import connections

    connections.close_all()  # what is open must not go into the workers
    from taizhang.jobs.signs import SERVER

    os.environ["TAIZHANG_WORKSPACE"] = str(workspace.root)
    os.environ[SERVER] = str(os.getpid())
    keeper = _Keeper(workspace) if jobs else None
    try:
        Granian(
            "taizhang.serving.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=1,
            log_access=False,
            websockets=False,
        ).serve()
    finally:
        if keeper:
            keeper.stop()


class _Keeper:
    """Keeps one worker beside the server: started again when it dies, ended with the server however that ends."""

    def __init__(self, workspace: Workspace) -> None:
        self._command = [sys.executable, "-m", "taizhang", "-C", str(workspace.root), "worker"]
        self._stopping = threading.Event()
        self._worker = self._start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command)  # noqa: S603 - ourselves

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self._worker.wait()
            if not self._stopping.wait(1.0):
                self._worker = self._start()

    def stop(self) -> None:
        """Ask the worker to end: a running job stops at its next step; one that does not is ended, and nothing of it is half done."""
        self._stopping.set()
        self._worker.terminate()
        try:
            self._worker.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._worker.kill()
            self._worker.wait()


def work(workspace: Workspace) -> None:
    """Work through long jobs until told to stop."""
    prepare(workspace)
    import taizhang.serving.urls  # noqa: F401 - loads all kinds of jobs: one that waits may name a module of an earlier version
    from taizhang.jobs.worker import work_through

    work_through(workspace)
