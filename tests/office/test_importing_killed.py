"""The server or the worker is killed in the middle of an import, a review, a save: nothing accepted is lost, nothing is half there."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from support.households import sight_of
from taizhang.jobs.actions import do_restart, do_start
from taizhang.jobs.models import Job
from taizhang.jobs.running import recover
from taizhang.jobs.testing import run_waiting
from taizhang.journal import read
from taizhang.journal.verify import verify
from taizhang.sending.models import Draft
from taizhang.workspace import Workspace

ANSWERING = Path(__file__).parents[1] / "support" / "answering.py"
VILLAGE, ROWS, KILLS = "990128105202", 600, 4
HEAD = "报道编号,村,标题,刊发媒体,媒体级别,作者,刊发日期"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system has no fork and kill -9"),
]


class Answering:
    """The process of ``support/answering.py``."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self.process = subprocess.Popen(
            [sys.executable, str(ANSWERING), settings.SECRET_KEY],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def start(self, asked: dict[str, Any]) -> int:
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"root": self.root, **asked}) + "\n")
        self.process.stdin.flush()
        return int(self._line())

    def ended(self) -> tuple[int, Any]:
        code, said = json.loads(self._line())
        return code, said

    def whole(self, asked: dict[str, Any]) -> tuple[float, Any]:
        """Let it end, and return how long it took and what it said."""
        began = time.perf_counter()
        self.start(asked)
        code, said = self.ended()
        assert code == 0
        return time.perf_counter() - began, said

    def kill(self, asked: dict[str, Any], after: float) -> None:
        pid = self.start(asked)
        time.sleep(after)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self.ended()


@pytest.fixture
def answering(sqlite_workspace: Workspace) -> Iterator[Answering]:
    made = Answering(sqlite_workspace.root)
    yield made
    made.process.kill()
    made.process.wait()


def posts(client: Client, path: str, data: dict[str, Any], *, as_json: bool = False) -> dict[str, Any]:
    return {"session": client.cookies[settings.SESSION_COOKIE_NAME].value, "path": path, "data": data, "json": as_json}


def draft(client: Client, first: int) -> int:
    rows = [f"XW{n:05d},桐木村,村里第{n}号新闻稿,县融媒体中心,县级,唐敏,2020-03-{n % 28 + 1:02d}" for n in range(first, first + ROWS)]
    client.post("/import/", {"file": SimpleUploadedFile(f"新闻报道{first}.csv", "\n".join([HEAD, *rows]).encode())})
    return Draft.objects.latest("id").id


def moments(seconds: float) -> Iterator[float]:
    rng = random.Random(7)
    return (rng.uniform(0, seconds * 1.1) for _ in range(KILLS))


def submissions() -> list[tuple[str, int]]:
    assert verify() == []
    return [(s.status, s.rows) for s in read.submissions()]


def test_import_review_and_save(answering: Answering, client_of: Callable[..., Client]) -> None:
    clerk, reviewer = (
        client_of("village_clerk", VILLAGE, username="cunguan"),
        client_of("reviewer", "990128105", "文化站", username="shenhe"),
    )
    # An import: there is no submission, or all of it.
    seconds, status = answering.whole(posts(clerk, f"/import/{draft(clerk, 0)}/send/", {}))
    assert status == 302
    count = 1
    for n, after in enumerate(moments(seconds), 1):
        number = draft(clerk, n * ROWS)
        answering.kill(posts(clerk, f"/import/{number}/send/", {}), after)
        assert submissions() in ([("pending", ROWS)] * count, [("pending", ROWS)] * (count + 1))
        page = clerk.get(f"/import/{number}/", follow=True).content.decode()
        if "报送审核" in page:
            clerk.post(f"/import/{number}/send/", {})
        count += 1
        assert submissions() == [("pending", ROWS)] * count
    # A review: it waits still, whole, or all its rows stand.
    seconds, status = answering.whole(posts(reviewer, "/submissions/1/accept/", {}))
    assert status == 302
    for number, after in zip(range(2, count + 1), moments(seconds), strict=False):
        before = read.position()
        answering.kill(posts(reviewer, f"/submissions/{number}/accept/", {}), after)
        assert submissions()[number - 1] in (("pending", ROWS), ("accepted", ROWS))
        assert read.position() in (before, before + ROWS)
        reviewer.post(f"/submissions/{number}/accept/")
        assert (submissions()[number - 1], read.position()) == (("accepted", ROWS), before + ROWS)
    save(answering, clerk)


def save(answering: Answering, clerk: Client) -> None:
    """A save of the grid: an answered one is there, a killed one is there whole or not at all."""

    def edits(first: int) -> dict[str, Any]:
        values = {
            "village": "桐木村",
            "headline": "网格里填的新闻",
            "medium": "县融媒体中心",
            "level": "县级",
            "author": "唐敏",
            "published_on": "2020-05-06",
        }
        return {"edits": [{"values": {"number": f"G{n:05d}", **values}} for n in range(first, first + 50)]}

    before = len(submissions())
    seconds, status = answering.whole(posts(clerk, "/ledgers/news_item/save/", edits(0), as_json=True))
    assert status == 200
    assert submissions()[before:] == [("pending", 50)]
    for n, after in enumerate(moments(seconds), 1):
        before = len(submissions())
        answering.kill(posts(clerk, "/ledgers/news_item/save/", edits(n * 50), as_json=True), after)
        assert submissions()[before:] in ([], [("pending", 50)])


def test_a_worker_killed_in_the_middle_of_a_job(
    answering: Answering, client_of: Callable[..., Client], sqlite_workspace: Workspace
) -> None:
    clerk = client_of("village_clerk", VILLAGE, username="cunguan")
    asked: dict[str, Any] = {"partial": False, "confirmed": [], "withdraw": False, "note": ""}
    job = do_start("import-send", sight_of(sqlite_workspace, "cunguan"), draft=draft(clerk, 0), **asked)
    seconds, state = answering.whole({"job": job.id})
    assert state == "done"
    for n, after in enumerate(moments(seconds), 1):
        number = draft(clerk, n * ROWS)
        job = do_start("import-send", sight_of(sqlite_workspace, "cunguan"), draft=number, **asked)
        Draft.objects.filter(id=number).update(state="sending", job=job.id)
        answering.kill({"job": job.id}, after)
        before = submissions()
        assert before in ([("pending", ROWS)] * n, [("pending", ROWS)] * (n + 1))
        recover(sqlite_workspace)
        state = Job.objects.get(id=job.id).state
        assert state in ("waiting", "interrupted", "done")
        if state == "interrupted":
            do_restart(job.id, sight_of(sqlite_workspace, "cunguan"))
        run_waiting()
        assert Job.objects.get(id=job.id).state == "done"  # what had been sent is not sent twice
        clerk.get(f"/import/{number}/")
        assert Draft.objects.get(id=number).state == "sent"
        assert submissions() == [("pending", ROWS)] * (n + 1)
