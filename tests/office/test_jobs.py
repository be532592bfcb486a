"""Pages of jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from support.households import sight_of
from taizhang.jobs.actions import do_start
from taizhang.jobs.registry import job
from taizhang.jobs.testing import run_waiting
from taizhang.jobs.work import Work
from taizhang.workspace import Workspace


@job("page-count", title="数数")
def _count(work: Work) -> dict[str, Any]:
    (work.folder / "清单.txt").write_text("一二三", encoding="utf-8")
    return {"files": {"下载清单": "清单.txt", "别人的": "../2/x"}, "facts": [["数到", 3]], "url": "/ledgers/"}


def test_a_job_from_the_list_to_its_file(sqlite_workspace: Workspace, client_of: Callable[..., Client]) -> None:
    client, other = client_of("leader", username="lingdao"), client_of("leader", username="erren")
    started = do_start("page-count", sight_of(sqlite_workspace, "lingdao"), about="到三")
    listed = client.get("/jobs/").content.decode()
    assert "数数 · 到三" in listed
    assert "等待" in listed
    waiting = client.get(f"/jobs/{started.id}/progress/").content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert "取消任务" in waiting
    assert "<html" not in waiting
    run_waiting()
    done = client.get(f"/jobs/{started.id}/").content.decode()
    assert "every 1s" not in done
    assert "数到" in done
    assert 'href="/ledgers/"' in done
    answer = client.get(f"/jobs/{started.id}/files/0/")
    assert b"".join(answer.streaming_content).decode() == "一二三"  # type: ignore[attr-defined]
    assert "attachment" in answer["Content-Disposition"]
    assert client.get(f"/jobs/{started.id}/files/1/").status_code == 404
    for address in ("", "progress/", "files/0/"):
        assert other.get(f"/jobs/{started.id}/{address}").status_code == 404
    assert "数数" not in other.get("/jobs/").content.decode()


def test_cancel_and_begin_again(sqlite_workspace: Workspace, client_of: Callable[..., Client]) -> None:
    client = client_of("leader", username="lingdao")
    started = do_start("page-count", sight_of(sqlite_workspace, "lingdao"))
    page = client.post(f"/jobs/{started.id}/cancel/", follow=True).content.decode()
    assert "已取消" in page
    assert "重做" in page
    assert client.get(f"/jobs/{started.id}/cancel/").status_code == 405
    page = client.post(f"/jobs/{started.id}/restart/", follow=True).content.decode()
    assert "等待" in page
    assert client.get("/jobs/?state=done").content.decode().count("page-count") <= 1
    assert "没有后台任务" in client.get("/jobs/?state=done").content.decode()
