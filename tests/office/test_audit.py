"""Audits as pages: a draft is read at once or refused, judged within its owner's sight, its figures marked, choices kept and used."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from support.recorded import income, petition, record
from taizhang.access.models import ReadRecord
from taizhang.audit.drafts import drafts_of, links_of
from taizhang.jobs.testing import run_waiting
from taizhang.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parents[1]))
from reader.documents.make_documents import document_xml, docx, p, r

TOWN, TONGMU, SHIBAN = "990128105", "990128105202", "990128105203"
LINES = (
    "公坪镇2020年政府工作报告",
    "一、村集体经济",
    "2020年村集体经济收入188元。",
    "全年受理信访3件。",
    "2020年投入资金共10万元，其中修路6万元、修渠5万元。",
)


def draft(*lines: str) -> bytes:
    """Return a Word draft."""
    return docx("".join(p(r(line)) for line in lines or LINES))


@pytest.fixture
def town(sqlite_workspace: Workspace) -> Workspace:
    """Incomes of two villages and a petition."""
    record("collective_income", [income(1, TONGMU, "100"), income(2, SHIBAN, "50.5")])
    record("petition", [petition(1, TONGMU)], person="zongzhi")
    return sqlite_workspace


def text_of(answer: object) -> str:
    """Return a page's text without its tags, blanks brought together."""
    return " ".join(re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", "", answer.content.decode()).split())  # type: ignore[attr-defined]


def drop(client: Client, content: bytes, name: str = "初稿.docx", **more: object) -> str:
    """Upload a draft, let it be audited, return the address of its page."""
    answer = client.post("/audit/", {"draft": SimpleUploadedFile(name, content), **more})
    assert answer.status_code == 302, text_of(answer)
    job = run_waiting()[-1]
    assert job.state == "done", (job.fault, job.faults)
    return str(job.result["url"])


def figure_of(client: Client, address: str, text: str) -> int:
    """Return the number of a figure by its text."""
    found = re.search(rf'<a href="#f(\d+)">{text}</a>', client.get(address).content.decode())
    assert found
    return int(found[1])


def test_a_draft_is_marked_and_its_findings_stand_beside_it(town: Workspace, client_of: Callable[..., Client]) -> None:
    client = client_of("report_writer")
    address = drop(client, draft())
    page = client.get(address)
    told = text_of(page)
    assert "与台账不符" in told
    assert re.search(r'class="figure differs"[^>]*>188元', page.content.decode())
    assert re.search(r'class="finding" data-class="[PLSF]"', page.content.decode())  # 6 and 5 are not 10
    assert not re.search(r'\sstyle="|\son\w+="|<style', page.content.decode())
    assert "150.5" in told
    listed = text_of(client.get("/audit/?q=初稿"))
    assert "初稿.docx" in listed
    only = text_of(client.get(address + "?answer=differs"))
    assert "188元" in only.split("全部数字")[-1]
    assert "10万元" not in only.split("全部数字")[-1]


def test_the_commented_copy_leaves_and_is_recorded(town: Workspace, client_of: Callable[..., Client]) -> None:
    client = client_of("report_writer")
    address = drop(client, draft())
    answer = client.get(address + "commented/")
    content = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "150.5" in archive.read("word/comments.xml").decode()
    assert ReadRecord.objects.filter(act="export", person="report_writer", what="初稿.docx").count() == 1
    plain = drop(client, "\n".join(LINES).encode(), "初稿.txt")
    assert "带批注" not in text_of(client.get(plain))
    assert client.get(plain + "commented/").status_code == 404


def test_a_choice_is_kept_for_the_town_and_used_the_next_time(town: Workspace, client_of: Callable[..., Client]) -> None:
    client = client_of("report_writer")
    address = drop(client, draft(LINES[0], "全镇本年集体进账188元。"))
    number = figure_of(client, address, "188元")
    form = client.get(f"{address}figure/{number}/")
    assert "这个数字是哪个指标" in text_of(form)
    assert client.post(f"{address}figure/{number}/", {"other": "没有这个"}).status_code == 404
    chosen = client.post(f"{address}figure/{number}/", {"other": "村集体经济收入（元）"})
    assert chosen.status_code == 302
    assert chosen["Location"].endswith(f"#f{number}")
    assert [(c.indicator, c.by) for c in links_of(town).choices] == [("collective_income_total", "report_writer")]
    assert json.loads(town.path("audits", "links.json").read_text(encoding="utf-8"))["format"] == "taizhang-links/1"
    client.post(address + "again/")
    assert run_waiting()[-1].state == "done"
    page = client.get(address).content.decode()
    assert re.search(r'class="figure differs"[^>]*>188元', page)
    client.post(f"{address}figure/{number}/", {"indicator": "-"})
    client.post(address + "again/")
    run_waiting()
    assert re.search(r'class="figure not_in_ledgers"[^>]*>188元', client.get(address).content.decode())


def test_an_audit_tells_no_figure_that_its_owner_may_not_see(town: Workspace, client_of: Callable[..., Client]) -> None:
    text = draft(LINES[0], "2020年全镇受理信访件3件。")
    writer, station = client_of("report_writer"), client_of("station", TOWN, "民政办")
    assert "不符" in _facts(writer, drop(writer, text))
    told = _facts(station, drop(station, text))
    assert "您无权查看" in told
    assert "台账数" not in told


def _facts(client: Client, address: str) -> str:
    return text_of(client.get(f"{address}figure/{figure_of(client, address, '3件')}/"))


def test_a_draft_is_its_owners(town: Workspace, client_of: Callable[..., Client]) -> None:
    address = drop(client_of("report_writer"), draft())
    other = client_of("leader")
    for path in ("", "figure/0/", "commented/"):
        assert other.get(address + path).status_code == 404
    for path in ("again/", "forget/", "figure/0/"):
        assert other.post(address + path).status_code == 404
    assert "初稿" not in text_of(other.get("/audit/"))
    assert client_of("village_clerk", TONGMU).get("/audit/").status_code == 403
    mine = client_of("report_writer")
    assert mine.get("/audit/0123456789abcdef/").status_code == 404
    assert mine.post(address + "forget/").status_code == 302
    assert drafts_of(town, "report_writer") == []


BOMB = docx("", document=document_xml(p("甲" + " " * (40 << 20))))
ENTITIES = docx("", document='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><d>&a;</d>')


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("炸弹.docx", BOMB, 422, "太大"),
        ("实体.docx", ENTITIES, 422, "不允许的XML声明"),
        ("程序.exe", b"MZ" + bytes(100), 415, "不收"),
        ("假的.docx", b"no archive at all", 415, "不收"),
        ("空的.docx", b"", 400, "空"),
        ("断了.docx", draft()[:-200], 422, "已损坏或不完整"),
    ],
    ids=["bomb", "entities", "program", "false", "empty", "cut"],
)
def test_what_is_no_draft_is_refused_in_words(
    sqlite_workspace: Workspace, client_of: Callable[..., Client], name: str, content: bytes, status: int, words: str
) -> None:
    client = client_of("report_writer")
    answer = client.post("/audit/", {"draft": SimpleUploadedFile(name, content)})
    told = text_of(answer)
    assert (answer.status_code, words in told) == (status, True), told
    assert drafts_of(sqlite_workspace, "report_writer") == []
    assert "passwd" not in told
