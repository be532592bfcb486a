"""Importing through HTTP: a faulty workbook is seen, corrected, sent in; nothing is written before."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from taizhang.jobs.testing import run_waiting
from taizhang.journal import read
from taizhang.sending.models import Draft, Heading
from taizhang.workspace import Workspace

VILLAGE = "990128105202"
HEAD = "报道编号,村,标题,刊发媒体,媒体级别,作者,刊发日期"


def row(number: int, village: str = "桐木村", title: str = "村里修好了路", level: str = "县级") -> str:
    return f"XW{number:05d},{village},{title},县融媒体中心,{level},唐敏,2020-03-{number % 28 + 1:02d}"


def upload(client: Client, *rows: str, head: str = HEAD, name: str = "新闻报道.csv") -> Any:
    file = SimpleUploadedFile(name, ("\n".join([head, *rows]) + "\n").encode())
    return client.post("/import/", {"file": file}, follow=True)


@pytest.fixture
def clerk(client_of: Callable[..., Client]) -> Client:
    return client_of("village_clerk", VILLAGE, username="cunguan")


def text_of(answer: Any) -> str:
    """Return a page without the random token of its forms, in which the name of any cell may stand."""
    return re.sub(r'(X-CSRFToken": "|csrfmiddlewaretoken" value=")\w+', r"\1", answer.content.decode())


def draft_of() -> Draft:
    return Draft.objects.latest("id")


def test_a_faulty_file_is_told_whole_and_its_good_rows_go_to_review(clerk: Client) -> None:
    page = text_of(upload(clerk, row(1), row(2, "石板村"), row(3, level="乡级"), row(4, title="标题" * 31)))
    for told in ("石板村", "不在您填报的范围", "乡级", "县级、市级、省级、国家级", "标题一般不超过60字", "B3", "E4"):
        assert told in page, told
    assert read.position() == 0
    number = draft_of().id
    # Without the choice of good rows the file is refused; the warning must be confirmed by itself.
    refused = clerk.post(f"/import/{number}/send/", {})
    assert refused.status_code == 422
    assert "石板村" in text_of(refused)
    kind = "row.check:标题一般不超过60字"
    answer = clerk.post(f"/import/{number}/send/", {"partial": "1", "confirmed": kind, "note": "三月的"}, follow=True)
    assert "待审核" in text_of(answer)
    (sent,) = read.submissions()
    assert (sent.status, sent.person, sent.rows, sent.note) == ("pending", "cunguan", 2, "三月的")
    assert read.position() == 0
    marked = clerk.get(f"/import/{number}/marked/")  # of the rows that were not sent
    assert "下载标出问题的工作簿" in text_of(answer)
    assert marked.status_code == 200
    # Without the confirmation the row with the warning stays out.
    upload(clerk, row(5), row(6, title="标题" * 31))
    clerk.post(f"/import/{draft_of().id}/send/", {"partial": "1"})
    assert [s.rows for s in read.submissions()] == [2, 1]


def test_faults_filter_sort_and_mark(clerk: Client) -> None:
    upload(clerk, *(row(n, "石板村", level="乡级") for n in range(1, 71)))
    number = draft_of().id
    everything = text_of(clerk.get(f"/import/{number}/"))
    assert "第1页，共3页" in everything
    some = text_of(clerk.get(f"/import/{number}/?kind=choice.unknown&sort=row&down=1"))
    assert "E71" in some
    assert "B71" not in some
    marked = clerk.get(f"/import/{number}/marked/")
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(b"".join(marked.streaming_content)))  # type: ignore[attr-defined]
    assert book.worksheets[0].max_row > 70
    assert "标注" in marked["Content-Disposition"] or "utf-8" in marked["Content-Disposition"]


def test_columns_are_corrected_and_remembered(clerk: Client, client_of: Callable[..., Client]) -> None:
    head = "我的编号,哪个村,说了啥,刊发媒体,媒体级别,作者,刊发日期"
    page = text_of(upload(clerk, row(1), head=head))
    assert "缺列" in page
    sheet = draft_of().summary["sheets"][0]
    fields = {"我的编号": "number", "哪个村": "village", "说了啥": "headline"}
    form = {"sheet-0": "news_item"} | {f"column-0-{n}": fields.get(c["heading"], c["field"] or "") for n, c in enumerate(sheet["columns"])}
    page = text_of(clerk.post(f"/import/{draft_of().id}/columns/", form, follow=True))
    assert "没有问题" in page
    assert draft_of().summary["ledgers"][0]["new"] == 1
    assert Heading.objects.count() == 3
    assert "没有问题" in text_of(upload(clerk, row(2), head=head, name="四月.csv"))
    # What somebody has said about a title that the ledger knows by itself concerns nobody else.
    Heading.objects.create(
        person="kaiwanxiao", ledger="news_item", heading="标题", field="medium", said_at=Heading.objects.latest("said_at").said_at
    )
    assert "没有问题" in text_of(upload(clerk, row(4), name="五月.csv"))
    # Another person sees the same guess, and may say otherwise.
    other = client_of("village_clerk", VILLAGE, username="erren")
    assert "按以前的选择" in text_of(upload(other, row(3), head=head))


def test_the_ledger_of_a_sheet_is_chosen(clerk: Client) -> None:
    page = text_of(upload(clerk, "甲,2020", "乙,2021", head="某某,啥啥", name="杂表.csv"))
    assert "没有读出任何台账的表" in page
    number = draft_of().id
    page = text_of(clerk.post(f"/import/{number}/columns/", {"sheet-0": "news_item"}, follow=True))
    assert "新闻报道" in page
    page = text_of(clerk.post(f"/import/{number}/columns/", {"sheet-0": "-"}, follow=True))
    assert "按您的选择" in page


def test_the_same_file_again_changes_nothing(clerk: Client, client_of: Callable[..., Client]) -> None:
    upload(clerk, row(1))
    clerk.post(f"/import/{draft_of().id}/send/", {})
    upload(clerk, row(1))
    again = clerk.post(f"/import/{draft_of().id}/send/", {})
    assert "已经报送" in text_of(again)
    reviewer = client_of("reviewer", "990128105", "文化站", username="shenhe")
    assert "已接收第1号报送" in text_of(reviewer.post("/submissions/1/accept/", follow=True))
    assert "与现有数据完全相同" in text_of(upload(clerk, row(1)))
    clerk.post(f"/import/{draft_of().id}/send/", {})
    assert len(read.submissions()) == 1
    assert "1" in text_of(clerk.get(f"/import/{draft_of().id}/rows/?ledger=news_item&kind=unchanged"))


def test_changed_and_missing_rows_are_shown(clerk: Client, client_of: Callable[..., Client]) -> None:
    upload(clerk, row(1), row(2))
    clerk.post(f"/import/{draft_of().id}/send/", {})
    client_of("reviewer", "990128105", "文化站", username="shenhe").post("/submissions/1/accept/")
    upload(clerk, row(1, title="路修好了又坏了"))
    number = draft_of().id
    changed = text_of(clerk.get(f"/import/{number}/rows/?ledger=news_item&kind=changed"))
    assert "村里修好了路" in changed
    assert "路修好了又坏了" in changed
    missing = text_of(clerk.get(f"/import/{number}/rows/?ledger=news_item&kind=missing"))
    assert "XW00002" in missing
    clerk.post(f"/import/{number}/send/", {"withdraw": "1"})
    assert read.submissions()[-1].rows == 2
    assert "撤销" in text_of(clerk.get("/submissions/2/"))


def test_drafts_are_their_owners(clerk: Client, client_of: Callable[..., Client]) -> None:
    upload(clerk, row(1))
    number = draft_of().id
    other = client_of("village_clerk", VILLAGE, username="erren")
    for address in ("", "rows/?ledger=news_item&kind=new", "marked/"):
        assert other.get(f"/import/{number}/{address}").status_code == 404
    for address in ("send/", "columns/", "drop/"):
        assert other.post(f"/import/{number}/{address}").status_code == 404
    assert client_of("leader").get("/import/").status_code == 403
    clerk.post(f"/import/{number}/drop/")
    assert clerk.get(f"/import/{number}/").status_code == 404


def test_a_long_file_is_read_in_the_background(clerk: Client, monkeypatch: pytest.MonkeyPatch, sqlite_workspace: Workspace) -> None:
    from taizhang.sending import drafts

    monkeypatch.setattr(drafts, "SMALL", 0)
    page = text_of(upload(clerk, row(1), row(2, "石板村")))
    assert "读取导入文件" in page
    assert [j.state for j in run_waiting()] == ["done"]
    number = draft_of().id
    assert "石板村" in text_of(clerk.get(f"/import/{number}/"))
    clerk.post(f"/import/{number}/marked/")
    assert "标注问题" in text_of(clerk.get(f"/import/{number}/marked/", follow=True))
    clerk.post(f"/import/{number}/send/", {"partial": "1"})
    assert {j.state for j in run_waiting()} == {"done"}
    assert [s.rows for s in read.submissions()] == [1]
    assert draft_of().state == "sent"


def test_an_import_whose_worker_died_is_settled(clerk: Client, sqlite_workspace: Workspace) -> None:
    from taizhang.intake.importing import import_file
    from taizhang.sending.drafts import file_of

    upload(clerk, row(1))
    Draft.objects.update(state="sending")
    assert "报送审核" in text_of(clerk.get(f"/import/{draft_of().id}/"))  # nothing had been sent
    import_file(sqlite_workspace, file_of(sqlite_workspace, draft_of()), person="cunguan", review=True)
    Draft.objects.update(state="sending")
    assert "第1号" in text_of(clerk.get(f"/import/{draft_of().id}/", follow=True))


def test_files_that_nobody_goes_on_with_are_taken_away(clerk: Client, sqlite_workspace: Workspace) -> None:
    from datetime import timedelta

    from taizhang.sending.actions import do_forget
    from taizhang.sending.drafts import folder_of

    upload(clerk, row(1))
    folder = folder_of(sqlite_workspace, draft_of())
    do_forget(sqlite_workspace, timedelta(days=30))
    assert folder.stat().st_mode & 0o077 == 0
    do_forget(sqlite_workspace, timedelta(0))
    assert not folder.exists()
    assert clerk.get(f"/import/{draft_of().id}/").status_code == 404
