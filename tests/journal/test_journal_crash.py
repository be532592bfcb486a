"""Killed, raced and out of disk: a submission is in the journal whole or not at all, and sending it again completes it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

RECORDER = Path(__file__).parent.parent / "support" / "recorder.py"
ROWS = 2000


def start(workspace: Any, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, str(RECORDER), str(workspace.root), *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", **options)


def ready(child: subprocess.Popen[str]) -> None:
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"


def go(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("go\n")
    child.stdin.flush()


def said(child: subprocess.Popen[str]) -> list[str]:
    out, _ = child.communicate(timeout=120)
    assert child.returncode == 0
    return out.split("\n")[:-1]


def whole(amount: str, versions: int) -> None:
    """Every entry stands once with this amount, nothing is doubled, the journal verifies."""
    from taizhang.journal import read
    from taizhang.journal.verify import verify

    assert verify() == []
    stands = read.standing("payment")
    assert len(stands) == ROWS
    assert all(f'"amount":"{amount}"' in s.data for s in stands.values())
    assert read.position() == versions * ROWS
    assert [s.rows for s in read.submissions()] == [ROWS] * versions


def closed() -> None:
    from django.db import connection

    connection.close()


def kill_repeatedly(workspace: Any, kills: int, seed: int) -> tuple[int, int]:
    """Kill the recorder at random moments of its work; return how often nothing and how often everything had been recorded.

    Each child records the next amount over the same entries, so a survivor's rows are what the next one must build on.
    """
    from taizhang.journal import read
    from taizhang.journal.verify import verify

    chance = random.Random(seed)
    done, absent, present = 1, 0, 0
    measured = start(workspace, 0, ROWS, "0")
    ready(measured)
    began = time.perf_counter()
    go(measured)
    assert said(measured) == [f"recorded {ROWS}"]
    usual = time.perf_counter() - began
    following = start(workspace, 0, ROWS, "a1")
    for number in range(1, kills + 1):
        child, amount = following, f"a{number}"
        following = start(workspace, 0, ROWS, f"a{number + 1}")  # starting Python is most of the time: let it overlap
        ready(child)
        before = read.position()
        go(child)
        time.sleep(chance.uniform(0, usual * 1.1))
        child.kill()
        child.communicate()
        after = read.position()
        assert after in (before, before + ROWS)
        assert verify() == []
        if after == before:
            absent += 1
        else:
            present += 1
        done += after != before
        if not number % 10 or number == kills:
            again = start(workspace, 0, ROWS, amount)
            ready(again)
            go(again)
            done += (answer := said(again)) == [f"recorded {ROWS}"]
            assert answer == (["nothing"] if after != before else [f"recorded {ROWS}"])
            whole(amount, done)
    following.kill()
    following.communicate()
    closed()
    return absent, present


def test_killed_a_few_times(sqlite_workspace):
    absent, present = kill_repeatedly(sqlite_workspace, 6, seed=5)
    assert absent + present == 6


@pytest.mark.slow
def test_killed_two_hundred_times(sqlite_workspace):
    absent, present = kill_repeatedly(sqlite_workspace, 200, seed=11)
    assert absent >= 40
    assert present >= 5


@pytest.mark.slow
def test_killed_on_both_databases(workspace):
    absent, _ = kill_repeatedly(workspace, 25, seed=3)
    assert absent


def test_two_imports_of_overlapping_rows_at_once(workspace):
    from taizhang.journal import read
    from taizhang.journal.verify import verify

    one, other = start(workspace, 0, 600, "7", 4), start(workspace, 300, 600, "7", 4)
    for child in (one, other):
        ready(child)
    for child in (one, other):
        go(child)
    answers = said(one) + said(other)
    assert len(answers) == 8
    assert all(a.startswith("recorded") or a == "nothing" for a in answers)
    assert verify() == []
    stands = read.standing("payment")
    assert len(stands) == 900
    for entry in ("H000000", "H000400", "H000899"):
        history = read.history("payment", entry)
        assert [v.version for v in history] == list(range(1, len(history) + 1))
        assert len({v.data for v in history[-2:]}) == len(history[-2:])  # the same content is never recorded twice running


def small_disk(folder: Path, megabytes: int) -> str | None:
    """Mount a small disk there; return why not when it cannot be done."""
    if not sys.platform.startswith("linux"):
        return "a small tmpfs can be mounted on Linux only"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    return None if done.returncode == 0 else f"mounting a small tmpfs is not permitted here: {done.stderr.strip()}"


def test_full_disk(sqlite_workspace, tmp_path):
    from taizhang.journal import read
    from taizhang.journal.verify import verify
    from taizhang.workspace import Workspace

    disk = tmp_path / "disk"
    disk.mkdir()
    refused = small_disk(disk, 8)
    if refused:
        pytest.skip("full disk left out: " + refused)
    try:
        closed()
        shutil.copytree(sqlite_workspace.root, disk / "town")
        town = Workspace.open(disk / "town")
        town.activate()
        ballast = disk / "ballast"
        for kept in (0, 90, 300):
            free = shutil.disk_usage(disk).free
            ballast.write_bytes(bytes(max(free - kept * 4096, 0)))
            child = start(town, 0, ROWS, "5")
            ready(child)
            go(child)
            assert said(child) == ["refused journal.disk_full"], kept
            ballast.unlink()
            assert read.position() == 0
            assert read.submissions() == []
            closed()
        assert verify() == []
        child = start(town, 0, ROWS, "5")
        ready(child)
        go(child)
        assert said(child) == [f"recorded {ROWS}"]
        whole("5", 1)
        closed()
    finally:
        closed()
        subprocess.run(["umount", "-l", str(disk)], check=False)


@pytest.mark.skipif(os.name != "posix", reason="file size limit left out: the system has none")
def test_file_size_limit(sqlite_workspace):
    """The second way to run out of room, where no disk can be mounted: the system refuses to let the files grow."""
    from taizhang.journal import read

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    child = start(sqlite_workspace, 0, ROWS, "5", preexec_fn=limit)
    ready(child)
    go(child)
    assert said(child) == ["refused journal.disk_full"]
    assert read.position() == 0
    child = start(sqlite_workspace, 0, ROWS, "5")
    ready(child)
    go(child)
    assert said(child) == [f"recorded {ROWS}"]
    whole("5", 1)
