"""Jobs: queue, progress, cancel, failure told, interruption found out and begun again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from taizhang.access.sight import Sight
from taizhang.clock import now
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.jobs import signs
from taizhang.jobs.actions import do_cancel, do_restart, do_start, own
from taizhang.jobs.models import Job
from taizhang.jobs.registry import job
from taizhang.jobs.running import fault_of, recover
from taizhang.jobs.testing import run_waiting
from taizhang.jobs.work import Work, folder
from taizhang.workspace import Workspace

seen: list[Any] = []


@job("test-count", title="数数")
def _count(work: Work, *, upto: int) -> dict[str, Any]:
    for number in range(upto):
        work.tell(f"第{number}步", number / upto)
    (work.folder / "out.txt").write_text(str(upto), encoding="utf-8")
    return {"files": {"结果": "out.txt"}, "facts": [["数到", upto]]}


@job("test-refuse", title="拒绝")
def _refuse(work: Work) -> dict[str, Any]:
    raise Refusal([Fault("file.empty", {"name": "a.xlsx"}, sheet="Sheet1", row=3)])


@job("test-break", title="坏掉")
def _break(work: Work) -> dict[str, Any]:
    raise ZeroDivisionError


@job("test-cancel-me", title="等人取消")
def _cancel_me(work: Work) -> dict[str, Any]:
    Job.objects.filter(id=work.job.id).update(cancel_asked=True)
    seen.append("before")
    work.tell("下一步", 0.5)
    seen.append("after")
    return {}


def me(workspace: Workspace, person: str = "cunguan") -> Sight:
    return Sight(workspace.pack, workspace.divisions, person, [])


def test_a_job_runs_and_keeps_its_result(workspace: Workspace) -> None:
    started = do_start("test-count", me(workspace), about="到三", upto=3)
    assert (started.state, started.title, started.about) == ("waiting", "数数", "到三")
    assert DBTaskResult.objects.count() == 1
    (ended,) = run_waiting()
    assert (ended.state, ended.permille, ended.result["facts"]) == ("done", 1000, [["数到", 3]])
    assert ended.stage == "第2步"
    assert (folder(workspace, ended.id) / "out.txt").read_text(encoding="utf-8") == "3"
    assert ended.begun_at
    assert ended.ended_at
    assert ended.ended_at >= ended.begun_at


def test_a_refusal_is_told_with_its_faults(workspace: Workspace) -> None:
    do_start("test-refuse", me(workspace))
    (ended,) = run_waiting()
    assert ended.state == "failed"
    assert ended.fault
    assert ended.fault["code"] == "input.refused"
    (fault,) = [fault_of(data) for data in ended.faults]
    assert (fault.code, fault.sheet, fault.row) == ("file.empty", "Sheet1", 3)
    assert "a.xlsx" in fault.message


def test_a_defect_is_told_without_a_traceback(workspace: Workspace) -> None:
    do_start("test-break", me(workspace))
    (ended,) = run_waiting()
    assert (ended.state, ended.fault and ended.fault["code"]) == ("failed", "jobs.broken")


def test_cancelling(workspace: Workspace) -> None:
    seen.clear()
    waiting = do_start("test-count", me(workspace), upto=1)
    assert do_cancel(waiting.id, me(workspace)).state == "cancelled"
    running = do_start("test-cancel-me", me(workspace))
    assert [j.state for j in run_waiting()] == ["cancelled"]
    assert seen == ["before"]
    with pytest.raises(TaizhangError, match="已经结束"):
        do_cancel(running.id, me(workspace))


def test_others_jobs_do_not_exist(workspace: Workspace) -> None:
    mine = do_start("test-count", me(workspace), upto=1)
    for act in (own, do_cancel, do_restart):
        with pytest.raises(TaizhangError, match="不是您交办的"):
            act(mine.id, me(workspace, "nongye"))


def test_what_a_dead_worker_left_is_interrupted_and_begins_again(workspace: Workspace) -> None:
    lost = do_start("test-count", me(workspace), upto=2)
    Job.objects.filter(id=lost.id).update(state="running", worker="gone")
    DBTaskResult.objects.update(status="RUNNING")
    with signs.living(workspace) as worker:
        alive = do_start("test-count", me(workspace), upto=2)
        Job.objects.filter(id=alive.id).update(state="running", worker=worker)
        assert recover(workspace) == [lost.id]
    assert own(lost.id, me(workspace)).state == "interrupted"
    with pytest.raises(TaizhangError, match="还没有结束"):
        do_restart(alive.id, me(workspace))
    do_restart(lost.id, me(workspace))
    assert [(j.id, j.state) for j in run_waiting()] == [(lost.id, "done")]


def test_files_go_after_a_month_and_what_was_done_stays_told(workspace: Workspace) -> None:
    old, young = (do_start("test-count", me(workspace), upto=1) for _n in range(2))
    run_waiting()
    Job.objects.filter(id=old.id).update(ended_at=now() - timedelta(days=31))
    Job.objects.filter(id=young.id).update(ended_at=now() - timedelta(days=29))
    do_start("test-break", me(workspace))
    run_waiting()  # whichever job runs next
    assert [folder(workspace, job.id).exists() for job in (old, young)] == [False, True]
    results = [own(job.id, me(workspace)).result for job in (old, young)]
    assert [result.get("files") for result in results] == [None, {"结果": "out.txt"}]
    assert [result["facts"] for result in results] == [[["数到", 1]]] * 2


def test_an_unknown_kind_is_told(workspace: Workspace) -> None:
    with pytest.raises(TaizhangError, match="不认识"):
        do_start("no-such-kind", me(workspace))
    started = do_start("test-count", me(workspace), upto=1)
    Job.objects.filter(id=started.id).update(kind="gone", module="taizhang.gone")
    assert [j.fault and j.fault["code"] for j in run_waiting()] == ["jobs.kind_unknown"]
