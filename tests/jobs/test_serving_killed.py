"""A server that is killed takes its web workers and its worker for jobs with it: the port is free, and nobody works on unseen."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from taizhang.jobs import signs
from taizhang.workspace import Workspace


def _until(what: object, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():  # type: ignore[operator]
            return True
        time.sleep(0.2)
    return False


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_nothing_is_left_of_a_killed_server(sqlite_workspace: Workspace) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    command = [sys.executable, "-m", "taizhang", "-C", str(sqlite_workspace.root), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def workers() -> list[str]:
        names = [path.name.removeprefix(".worker-") for path in sqlite_workspace.path("jobs").glob(".worker-*")]
        return [name for name in names if signs.lives(sqlite_workspace, name)]

    try:
        assert _until(answers, 90)
        assert _until(workers, 60)
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
    assert _until(lambda: not workers(), 30)
    assert _until(lambda: not answers(), 30)
