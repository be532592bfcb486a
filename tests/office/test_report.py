"""Written reports as pages: written in the background, kept by version, figures opened within the reader's sight, stale sentences marked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from support.recorded import income, petition, record
from taizhang.access.models import ReadRecord
from taizhang.access.sight import Grant, Sight
from taizhang.jobs.testing import run_waiting
from taizhang.pack.definitions import Ratio, ReportDefinition
from taizhang.report import read_saved
from taizhang.report.archive import do_keep, forms_for, written
from taizhang.workspace import Workspace

TOWN, TONGMU, SHIBAN = "990128105", "990128105202", "990128105203"
VILLAGES = "{% if f.collective_income_total > 200 %}村集体经济不断壮大。{% else %}村集体经济有待壮大。{% endif %}"
TEXT = "# 村集体经济\n\n全年收入{{ f.collective_income_total }}。" + VILLAGES + "受理信访{{ f.petitions_received }}。再创佳绩。"


def give_report(workspace: Workspace, text: str) -> None:
    """Give a workspace's pack a short report of its own, without the check of the whole pack that a file in it would cost."""
    workspace.fresh()
    small = ReportDefinition("small", "{town}{year}年小报告", "year", text)
    workspace.__dict__["pack"] = replace(workspace.pack, reports={"small": small})


@pytest.fixture
def town(sqlite_workspace: Workspace) -> Workspace:
    """A town with a short report of its own, incomes of two villages and a petition."""
    give_report(sqlite_workspace, TEXT)
    record("collective_income", [income(1, TONGMU, "100"), income(2, SHIBAN, "50.5")])
    record("petition", [petition(1, TONGMU)], person="zongzhi")
    return sqlite_workspace


def text_of(answer: object) -> str:
    """Return a page's text without its tags, blanks brought together."""
    return " ".join(re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", "", answer.content.decode()).split())  # type: ignore[attr-defined]


def write(client: Client, period: str = "2020", **more: str) -> str:
    """Write the small report and return its address."""
    answer = client.post("/report/write/", {"report": "small", "period": period, **more})
    assert answer.status_code == 302
    job = run_waiting()[-1]
    assert job.state == "done", (job.fault, job.faults)
    return str(job.result["url"])


def test_a_report_is_written_in_the_background_and_read(town: Workspace, client_of: Callable[..., Client]) -> None:
    client = client_of("report_writer")
    assert "公坪镇小报告" in text_of(client.get("/report/"))
    address = write(client, dated="2021-01-05")
    assert address == f"/report/small/{TOWN}/2020/1/"
    page = client.get(address)
    assert "全年收入150.5元。" in text_of(page)
    assert 'hx-trigger="load"' in page.content.decode()
    assert not re.search(r'\sstyle="|\son\w+="|<style', page.content.decode())
    listed = text_of(client.get("/report/?in=2020"))
    assert "公坪镇2020年小报告" in listed
    assert "report_writer" in listed
    assert "各句仍成立" in text_of(client.get(address + "text/"))


def test_a_figure_opens_to_the_rows_that_its_reader_may_see(town: Workspace, client_of: Callable[..., Client]) -> None:
    address = write(client_of("report_writer"))
    told = text_of(client_of("leader").get(address + "figure/?figures=collective_income_total"))
    assert "150.5元" in told
    assert "SJ20200001" in told
    assert "张大山" not in told
    hidden = text_of(client_of("leader").get(address + "figure/?figures=petitions_received"))
    assert "1件" in hidden
    assert "XF2020" not in hidden
    whole = client_of("leader").get(address + "?figures=collective_income_total")
    assert "SJ20200001" in text_of(whole)
    assert "/figures/collective_income_total/rows/" in whole.content.decode()


@pytest.mark.slow
def test_stale_sentences_are_marked_and_written_anew(town: Workspace, client_of: Callable[..., Client]) -> None:
    client = client_of("report_writer")
    address = write(client)
    record("collective_income", [income(1, TONGMU, "160")])
    told = client.get(address + "text/")
    text = text_of(told)
    assert "2句已不成立" in text
    assert "应改为：全年收入210.5元。" in text
    assert "村集体经济收入：150.5 → 210.5 元" in text
    assert told.content.decode().count('class="stale"') == 2
    assert "已不成立再创佳绩" not in text
    assert f'hx-get="{address}stale/"' in client.get("/").content.decode()
    named = client.get(address + "stale/")
    assert "2句已不成立 全年收入150.5元。 村集体经济收入：150.5 → 210.5 元" in text_of(named)
    place = re.search(r'href="([^"#]*)#(sentence-\d+)"', named.content.decode())
    assert place is not None
    assert f'id="{place[2]}"' in client.get(place[1]).content.decode()
    assert client.post(address + "rewrite/").status_code == 302
    assert run_waiting()[-1].state == "done"
    again = address.replace("/1/", "/2/")
    assert "全年收入210.5元。" in text_of(client.get(again))
    assert "各句仍成立" in text_of(client.get(again + "text/"))
    assert "各句仍成立" in text_of(client.get(again + "stale/"))
    assert "全年收入150.5元。" in text_of(client.get(address))
    assert [one.number for one in written(town)] == [2, 1]


def test_a_moved_figure_may_leave_its_sentence_true(town: Workspace, client_of: Callable[..., Client]) -> None:
    client = client_of("report_writer")
    give_report(town, VILLAGES)
    address = write(client)
    record("collective_income", [income(1, TONGMU, "101")])
    assert "各句仍成立（1句数字有变但仍成立）" in text_of(client.get(address + "text/"))


def test_files_leave_for_who_may_have_them_and_are_recorded(town: Workspace, client_of: Callable[..., Client], tmp_path: Path) -> None:
    client = client_of("report_writer")
    address = write(client)
    for form in ("docx", "html", "json"):
        path = tmp_path / f"file.{form}"
        path.write_bytes(b"".join(client.get(f"{address}report.{form}").streaming_content))
        assert read_saved(path).report.title == "公坪镇2020年小报告"
    assert "XF2020" not in (tmp_path / "file.html").read_text(encoding="utf-8")
    assert ReadRecord.objects.filter(act="export", person="report_writer").count() == 3
    assert client.get(f"{address}report.exe").status_code == 404
    assert client.get(f"/report/..%2F..%2Fetc/{TOWN}/2020/1/").status_code == 404


def test_who_may_not_write_reports_sees_none(town: Workspace, client_of: Callable[..., Client]) -> None:
    address = write(client_of("report_writer"))
    for client in (client_of("village_clerk", TONGMU), client_of("administrator"), client_of("inspector", TOWN, "纪委")):
        assert client.get("/report/").status_code == 403
        assert client.get(address).status_code == 403
        assert client.post("/report/write/", {"report": "small", "period": "2020"}).status_code == 403
    leader = client_of("leader")
    assert leader.post("/report/write/", {"report": "nothing", "period": "2020"}).status_code == 404
    assert leader.post("/report/write/", {"report": "small", "period": "2020-05"}).status_code == 400
    assert leader.post("/report/write/", {"report": "small", "period": "2020", "division": "990199"}).status_code == 404
    assert "没有这一份写好的报告" in text_of(leader.get(f"/report/small/{TOWN}/2020/9/"))


def test_a_report_that_cannot_be_written_says_why(town: Workspace, client_of: Callable[..., Client]) -> None:
    average = next(i.name for i in town.pack.indicators.values() if isinstance(i.formula, Ratio))
    give_report(town, "比率{{ f." + average + " }}。")
    client = client_of("report_writer")
    client.post("/report/write/", {"report": "small", "period": "2018"})
    job = run_waiting()[-1]
    assert job.state == "failed"
    assert job.faults[0]["code"] == "report.null_figure"
    assert written(town) == []


def test_a_version_is_there_whole_or_not_at_all(town: Workspace, client_of: Callable[..., Client]) -> None:
    write(client_of("report_writer"))
    report = written(town)[0].saved.report

    def break_off(folder: Path) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        do_keep(town, report, "somebody", written(town)[0].at, break_off)
    assert [one.number for one in written(town)] == [1]
    assert sorted(p.name for p in town.path("reports", "small", TOWN, "2020").iterdir()) == ["1"]


def test_the_page_goes_only_to_who_reads_all_its_ledgers(town: Workspace, client_of: Callable[..., Client]) -> None:
    address = write(client_of("report_writer"))
    one = written(town)[0]
    assert one.opened == ("collective_income",)
    writer = Sight(town.pack, town.divisions, "somebody", [Grant("report_writer", TOWN)])
    assert forms_for(writer, one) == ["docx", "html", "json"]
    assert forms_for(writer, replace(one, opened=("collective_income", "petition"))) == ["docx", "json"]
    assert ".html" in text_of(client_of("leader").get(address))
