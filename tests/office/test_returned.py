"""A returned submission keeps its rows for its sender: shown with the reasons, mended in a form, sent again, or let go."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from taizhang.access.current import sight_of
from taizhang.access.models import Account
from taizhang.journal import models, read
from taizhang.journal.actions import do_record, do_submit
from taizhang.journal.records import Change, Source
from taizhang.journal.verify import verify
from taizhang.reviewing.actions import do_forget
from taizhang.reviewing.correcting import edits
from taizhang.reviewing.models import RowCorrection
from taizhang.sending.models import Draft
from taizhang.workspace import Workspace

TOWN, VILLAGE, OTHER = "990128105", "990128105202", "990128105203"
HEAD = "报道编号,村,标题,刊发媒体,媒体级别,作者,刊发日期"
FORM = Source("form", "x")


def row(number: int, title: str = "村里修好了路") -> str:
    return f"XW{number:05d},桐木村,{title},县融媒体中心,县级,唐敏,2020-03-{number % 28 + 1:02d}"


def send(client: Client, *rows: str) -> int:
    client.post("/import/", {"file": SimpleUploadedFile("新闻报道.csv", ("\n".join([HEAD, *rows]) + "\n").encode())})
    client.post(f"/import/{Draft.objects.latest('id').id}/send/", {})
    return read.submissions()[-1].number


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def standing(entry: str) -> dict[str, str]:
    return dict(json.loads(read.standing("news_item")[entry].data))


@pytest.fixture
def clerk(client_of: Callable[..., Client]) -> Client:
    return client_of("village_clerk", VILLAGE, username="cunguan")


@pytest.fixture
def reviewer(client_of: Callable[..., Client]) -> Client:
    return client_of("reviewer", TOWN, "文化站", username="shenhe")


@pytest.fixture
def returned(clerk: Client, reviewer: Client) -> int:
    """Three rows, of which the second was returned with a reason."""
    number = send(clerk, row(1), row(2), row(3))
    reviewer.post(f"/submissions/{number}/notes/", {"reason-1": "标题与剪报不一致", "act": "return", "reason": "请核对"})
    assert read.submission(number).status == "returned"
    return number


def test_returned_rows_are_shown_with_their_reasons(
    returned: int, clerk: Client, reviewer: Client, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = text_of(clerk.get(f"/submissions/{returned}/"))
    for told in ("XW00001", "XW00002", "标题与剪报不一致", "改正后再报送", "下载标出意见的工作簿"):
        assert told in page
    noted = text_of(clerk.get(f"/submissions/{returned}/?noted=1"))
    assert "XW00002" in noted
    assert "XW00001" not in noted
    assert "改正后再报送" not in text_of(reviewer.get(f"/submissions/{returned}/"))
    for other in (reviewer, client_of("village_clerk", VILLAGE, username="erren")):
        assert other.get(f"/submissions/{returned}/correct/").status_code == 404
        assert other.post(f"/submissions/{returned}/correct/", {"act": "drop"}).status_code == 404
    assert verify() == []
    monkeypatch.setattr("taizhang.reviewing.correcting.MOST", 2)
    page = text_of(clerk.get(f"/submissions/{returned}/"))
    assert "超过2行的，不能在这里逐行改正" in page
    assert "改正后再报送" not in page
    assert "超过2行" in text_of(clerk.get(f"/submissions/{returned}/correct/"))


def test_a_row_is_mended_and_all_are_sent_again(returned: int, clerk: Client, reviewer: Client) -> None:
    page = text_of(clerk.get(f"/submissions/{returned}/correct/"))
    assert "标题与剪报不一致" in page
    assert 'value="XW00002"' in page
    assert 'value="XW00001"' not in page  # nothing was said of it
    assert 'value="XW00001"' in text_of(clerk.get(f"/submissions/{returned}/correct/?rows=all"))
    clerk.post(f"/submissions/{returned}/correct/", {"row": "1", "v-1-headline": "标题已按剪报改正", "act": "keep"})
    assert RowCorrection.objects.get().values == {"headline": "标题已按剪报改正"}
    assert "标题已按剪报改正" in text_of(clerk.get(f"/submissions/{returned}/correct/"))
    answer = clerk.post(f"/submissions/{returned}/correct/", {"act": "send", "reason": "已核对"}, follow=True)
    assert "等待审核" in text_of(answer)
    again = read.submissions()[-1]
    assert (again.number, again.status, again.rows, again.note) == (returned + 1, "pending", 3, "已核对")
    reviewer.post(f"/submissions/{again.number}/accept/")
    assert standing("XW00002")["headline"] == "标题已按剪报改正"
    assert standing("XW00001")["headline"] == "村里修好了路"
    # What was sent again is kept no longer; the reasons are.
    assert not models.SubmissionPayload.objects.exists()
    assert not RowCorrection.objects.exists()
    page = text_of(clerk.get(f"/submissions/{returned}/"))
    assert "标题与剪报不一致" in page
    assert "改正后再报送" not in page
    assert clerk.get(f"/submissions/{returned}/correct/").status_code == 400
    assert verify() == []


def test_what_is_wrong_is_told_beside_its_row_and_nothing_is_sent(returned: int, clerk: Client) -> None:
    sent = {"row": ["0", "1"], "v-0-published_on": "三月九日", "act": "send", "reason": "已核对"}
    answer = clerk.post(f"/submissions/{returned}/correct/?rows=all", sent)
    assert answer.status_code == 422
    page = text_of(answer)
    assert 'href="#row-0"' in page
    assert 'value="三月九日"' in page
    assert len(read.submissions()) == 1
    left_out = {"row": "0", "out-0": "1", "act": "send", "reason": "已核对"}
    assert clerk.post(f"/submissions/{returned}/correct/", left_out).status_code == 302
    assert read.submissions()[-1].rows == 2


def test_what_others_changed_meanwhile_is_never_overwritten_unseen(clerk: Client, reviewer: Client) -> None:
    reviewer.post(f"/submissions/{send(clerk, row(1))}/accept/")
    number = send(clerk, row(1, "我的标题"))
    reviewer.post(f"/submissions/{number}/notes/", {"act": "return", "reason": "再想想"})
    there = read.standing("news_item")["XW00001"]
    theirs = json.dumps({**json.loads(there.data), "headline": "别人的标题"}, ensure_ascii=False)
    do_record("erren", FORM, [Change("news_item", "XW00001", "record", VILLAGE, theirs, base=there.seq)])
    answer = clerk.post(f"/submissions/{number}/correct/", {"row": "0", "act": "send", "reason": "已核对"})
    assert answer.status_code == 409
    page = text_of(answer)
    assert "别人的标题" in page
    assert 'name="seen-0" value="2"' in page
    assert len(read.submissions()) == 3
    clerk.post(f"/submissions/{number}/correct/", {"row": "0", "seen-0": "2", "act": "send", "reason": "已核对"})
    reviewer.post(f"/submissions/{read.submissions()[-1].number}/accept/")
    assert standing("XW00001")["headline"] == "我的标题"


def test_masked_values_go_again_as_they_were(sqlite_workspace: Workspace, clerk: Client, client_of: Callable[..., Client]) -> None:
    ledger = sqlite_workspace.pack.ledgers["household"]
    data = {
        "number": "H0001",
        "village": VILLAGE,
        "group": "99012810520201",
        "head": "张大山",
        "head_id": "990128196503120011",
        "registered_on": "2020-01-01",
    }
    kept = {name: value for name, value in data.items() if name in ledger.fields}
    do_submit("cunguan", FORM, [Change("household", "H0001", "record", VILLAGE, json.dumps(kept, ensure_ascii=False))])
    client_of("reviewer", TOWN, ledger.office, username="minzheng").post("/submissions/1/notes/", {"act": "return", "reason": "请核对"})
    page = text_of(clerk.get("/submissions/1/correct/"))
    assert "张*" in page
    assert "张大山" not in page
    sight = sight_of(sqlite_workspace, Account.objects.get(username="cunguan"))
    masked = {f"v-0-{name}": value for name, value in sight.shown(ledger, kept).items() if value}
    assert masked["v-0-head"] != "张大山"
    clerk.post("/submissions/1/correct/", masked | {"row": "0", "act": "keep"})
    assert not RowCorrection.objects.filter(values__has_key="head").exists()
    assert edits(sight, read.submission(1), {})[0][1].values["head"] == "张大山"


def test_a_sender_lets_it_go_and_time_does(returned: int, clerk: Client) -> None:
    do_forget(timedelta(days=60))
    assert models.SubmissionPayload.objects.exists()
    do_forget(timedelta(0))
    assert not models.SubmissionPayload.objects.exists()
    second = send(clerk, row(9))
    clerk.post(f"/ledgers/news_item/retract/{second}/")
    assert "改正后再报送" in text_of(clerk.get(f"/submissions/{second}/"))
    clerk.post(f"/submissions/{second}/correct/", {"act": "drop"})
    assert not models.SubmissionPayload.objects.exists()
    assert verify() == []


def test_what_waits_is_not_forgotten(clerk: Client) -> None:
    send(clerk, row(1))
    do_forget(timedelta(0))
    assert models.SubmissionPayload.objects.count() == 1
