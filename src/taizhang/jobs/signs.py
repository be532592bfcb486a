"""Which workers live: each holds a lock on a file of its own, which the operating system lets go when the worker dies."""

from __future__ import annotations

import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.errors import TaizhangError
from taizhang.warehouse.lock import locked

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

SERVER = "TAIZHANG_SERVER"  # in the environment of what a server started: its process
_LOOK = 1.0  # seconds


def end_with_server() -> None:
    """End this process soon after the server that started it, however that went: nobody would stop it, and it holds the port."""
    server = int(os.environ.get(SERVER, "0"))
    if server and os.getppid() == server:
        threading.Thread(target=_watch, args=(server,), daemon=True).start()


def _watch(server: int) -> None:
    while os.getppid() == server:
        time.sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(20)
    os._exit(1)


class Me:
    """The name under which this process works."""

    name = ""


@contextmanager
def living(workspace: Workspace) -> Iterator[str]:
    """Be a living worker for as long as the block lasts."""
    name = uuid.uuid4().hex
    path = _path(workspace, name)
    with locked(path, patience=5):
        Me.name = name
        try:
            yield name
        finally:
            Me.name = ""
            with suppress(OSError):  # Windows does not remove what is open; the next worker does
                path.unlink(missing_ok=True)


def lives(workspace: Workspace, name: str) -> bool:
    """Say whether a worker is still there."""
    if name and name == Me.name:
        return True
    path = _path(workspace, name)
    if not name or not path.exists():
        return False
    try:
        with locked(path, patience=0):
            return False
    except TaizhangError:
        return True


def tidy(workspace: Workspace) -> None:
    """Remove the files of workers that have died."""
    for path in workspace.path("jobs").glob(".worker-*"):
        if not lives(workspace, path.name.removeprefix(".worker-")):
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _path(workspace: Workspace, name: str) -> Path:
    return workspace.path("jobs", f".worker-{name}")
