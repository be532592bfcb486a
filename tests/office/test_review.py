"""Review through HTTP: queue, difference, accept, return with a reason for each row; never one's own."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from taizhang.access.sight import Grant
from taizhang.jobs.testing import run_waiting
from taizhang.journal import read, reasons
from taizhang.reviewing.models import RowNote
from taizhang.sending.models import Draft
from taizhang.workspace import Workspace

TOWN, VILLAGE, OTHER = "990128105", "990128105202", "990128105203"
HEAD = "报道编号,村,标题,刊发媒体,媒体级别,作者,刊发日期"


def row(number: int, village: str = "桐木村", title: str = "村里修好了路") -> str:
    return f"XW{number:05d},{village},{title},县融媒体中心,县级,唐敏,2020-03-{number % 28 + 1:02d}"


def send(client: Client, *rows: str, name: str = "新闻报道.csv") -> int:
    file = SimpleUploadedFile(name, ("\n".join([HEAD, *rows]) + "\n").encode())
    client.post("/import/", {"file": file})
    client.post(f"/import/{Draft.objects.latest('id').id}/send/", {})
    return read.submissions()[-1].number


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def clerk(client_of: Callable[..., Client]) -> Client:
    return client_of("village_clerk", VILLAGE, username="cunguan")


@pytest.fixture
def reviewer(client_of: Callable[..., Client]) -> Client:
    return client_of("reviewer", TOWN, "文化站", username="shenhe")


def test_the_queue_shows_what_is_hers(clerk: Client, reviewer: Client, client_of: Callable[..., Client]) -> None:
    number = send(clerk, row(1))
    send(client_of("village_clerk", OTHER, username="erren"), row(2, "石板村"))
    page = text_of(reviewer.get("/review/"))
    assert f"第{number}号" in page
    assert "桐木村" in page
    assert "石板村" in page
    some = text_of(reviewer.get("/review/?village=990128105203"))
    assert f"第{number}号" not in some
    assert "第2号" in some
    assert "第1号" in text_of(reviewer.get("/review/?person=cunguan&sort=age&down=1"))
    assert "没有等待审核的报送" in text_of(reviewer.get("/review/?age=3"))
    exported = reviewer.get("/review/?form=csv")
    assert b"cunguan" in b"".join(exported.streaming_content)  # type: ignore[attr-defined]
    # Another office's reviewer does not see it; a clerk has no queue.
    other = client_of("reviewer", TOWN, "民政办", username="minzheng")
    assert "没有等待审核的报送" in text_of(other.get("/review/"))
    assert other.get(f"/submissions/{number}/").status_code == 404
    assert other.post(f"/submissions/{number}/accept/").status_code == 403
    assert clerk.get("/review/").status_code == 403


def test_a_difference_is_told_field_by_field_and_accepted(clerk: Client, reviewer: Client) -> None:
    number = send(clerk, row(1), row(2))
    page = text_of(reviewer.get(f"/submissions/{number}/"))
    assert "新增 <strong>2</strong>" in page
    assert "村里修好了路" in page
    assert "已接收第1号报送" in text_of(reviewer.post(f"/submissions/{number}/accept/", follow=True))
    assert read.position() == 2
    second = send(clerk, row(1, title="路又坏了一回"))
    page = text_of(reviewer.get(f"/submissions/{second}/?kind=changed"))
    assert "<del>村里修好了路</del> → <ins>路又坏了一回</ins>" in page
    reviewer.post(f"/submissions/{second}/accept/")
    assert json.loads(read.standing("news_item")["XW00001"].data)["headline"] == "路又坏了一回"
    # The accepted one is still to be looked at, by who may read its rows.
    assert "<del>村里修好了路</del>" in text_of(reviewer.get(f"/submissions/{second}/"))
    assert reviewer.post(f"/submissions/{second}/accept/").status_code in (400, 409)


def test_returned_with_reasons_by_row_and_mended(clerk: Client, reviewer: Client, client_of: Callable[..., Client]) -> None:
    number = send(clerk, row(1), row(2), row(3))
    assert reviewer.post(f"/submissions/{number}/notes/", {"act": "return"}).status_code == 400
    reviewer.post(f"/submissions/{number}/notes/", {"reason-1": "标题与剪报不一致", "reason-2": "x", "act": "note"})
    reviewer.post(f"/submissions/{number}/notes/", {"reason-2": "", "act": "note"})
    assert list(RowNote.objects.values_list("row", "reason")) == [(1, "标题与剪报不一致")]
    assert "标题与剪报不一致" in text_of(reviewer.get(f"/submissions/{number}/"))
    answer = reviewer.post(f"/submissions/{number}/notes/", {"act": "return", "reason": "请核对"}, follow=True)
    assert "已退回第1号报送" in text_of(answer)
    general, rows = reasons.read(read.submission(number).reason)
    assert (general, [(r.entry, r.reason, r.line) for r in rows]) == ("请核对", [("XW00002", "标题与剪报不一致", 3)])
    assert not RowNote.objects.exists()
    page = text_of(clerk.get(f"/submissions/{number}/"))
    for told in ("请核对", "标题与剪报不一致", "XW00002", "下载标出意见的工作簿", "重新导入"):
        assert told in page
    assert "已退回" in text_of(clerk.get("/import/?status=returned"))
    from openpyxl import load_workbook

    marked = clerk.get(f"/submissions/{number}/marked/")
    book = load_workbook(io.BytesIO(b"".join(marked.streaming_content)))  # type: ignore[attr-defined]
    assert any("标题与剪报不一致" in str(cell) for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line)
    own = clerk.get(f"/submissions/{number}/file/")
    assert row(1).encode() in b"".join(own.streaming_content)  # type: ignore[attr-defined]
    other = client_of("village_clerk", OTHER, username="erren")
    for address in ("", "file/", "marked/"):
        assert other.get(f"/submissions/{number}/{address}").status_code == 404
    # Mended and sent again it goes its way; nothing is there twice.
    again = send(clerk, row(1), row(2, title="标题已经按剪报改正"), row(3))
    reviewer.post(f"/submissions/{again}/accept/")
    assert read.position() == 3


def test_nobody_accepts_her_own(sqlite_workspace: Workspace, client_of: Callable[..., Client]) -> None:
    from support.staff import hire

    both = client_of("reviewer", TOWN, "文化站", username="liangyong")
    hire(sqlite_workspace, "liangyong", Grant("village_clerk", VILLAGE))
    number = send(both, row(1))
    assert "由他人审核" in text_of(both.get("/review/"))
    page = text_of(both.get(f"/submissions/{number}/"))
    assert "须由他人审核" in page
    assert "接收全部" not in page
    assert both.post(f"/submissions/{number}/accept/").status_code in (400, 403)
    assert both.post(f"/submissions/{number}/notes/", {"act": "return", "reason": "x"}).status_code in (400, 403)
    assert read.submission(number).status == "pending"


def test_a_sender_takes_her_own_back(clerk: Client, reviewer: Client) -> None:
    number = send(clerk, row(1))
    assert f"/ledgers/news_item/retract/{number}/" in text_of(clerk.get(f"/submissions/{number}/"))
    clerk.post(f"/ledgers/news_item/retract/{number}/")
    assert read.submission(number).status == "returned"
    page = text_of(clerk.get(f"/submissions/{number}/"))
    assert "已退回" in page
    assert "没有等待审核的报送" in text_of(reviewer.get("/review/"))


def test_what_others_changed_meanwhile_is_told(clerk: Client, reviewer: Client, client_of: Callable[..., Client]) -> None:
    first, second = (
        send(clerk, row(1), name="甲.csv"),
        send(client_of("village_clerk", VILLAGE, username="erren"), row(1, title="另外一个标题")),
    )
    reviewer.post(f"/submissions/{first}/accept/")
    page = text_of(reviewer.get(f"/submissions/{second}/"))
    assert "不能接收" in page
    assert reviewer.post(f"/submissions/{second}/accept/").status_code == 409
    assert read.submission(second).status == "pending"


def test_personal_values_are_masked_for_the_reviewer(sqlite_workspace: Workspace, client_of: Callable[..., Client]) -> None:
    from taizhang.journal.actions import do_submit
    from taizhang.journal.records import Change, Source

    data = {"number": "H0001", "village": VILLAGE, "head": "张大山", "head_id": "990128196503120011"}
    ledger = sqlite_workspace.pack.ledgers["household"]
    kept = {name: value for name, value in data.items() if name in ledger.fields}
    key = data[ledger.key[0]]
    do_submit("cunguan", Source("form", "x"), [Change("household", key, "record", VILLAGE, json.dumps(kept, ensure_ascii=False))])
    page = text_of(client_of("reviewer", TOWN, ledger.office, username="shenhe").get("/submissions/1/"))
    assert "张*" in page
    assert "张大山" not in page
    assert "990128196503120011" not in page


def test_findings_that_a_submission_would_cause(clerk: Client, reviewer: Client, sqlite_workspace: Workspace) -> None:
    number = send(clerk, row(1))
    first = text_of(reviewer.get(f"/submissions/{number}/"))
    assert 'hx-trigger="load"' in first
    started = text_of(reviewer.post(f"/submissions/{number}/foreseen/", headers={"HX-Request": "true"}))
    assert "正在比对" in started
    (job,) = run_waiting()
    assert job.state == "done", job.fault
    assert "会新出现" in text_of(reviewer.get(f"/submissions/{number}/foreseen/"))
    assert clerk.get(f"/submissions/{number}/foreseen/").status_code in (400, 403)
