"""The record of reads as a page: who sees it, what it tells and what it hides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from taizhang.access.actions import do_record_read, do_unmask
from taizhang.access.models import ReadRecord
from taizhang.workspace import Workspace

TOWN = "990128105"


@pytest.fixture
def records(sqlite_workspace: Workspace) -> None:
    """What three people did."""
    do_unmask("zhou", "核对举报", "household", ["H1", "990128199001010014"], address="10.0.0.9")
    do_record_read("yang", "export", ledger="grain_subsidy", what="2020", rows=1200)
    do_record_read("yang", "sign_in", address="10.0.0.8")


@pytest.mark.usefixtures("records")
def test_the_inspector_and_the_administrator_see_it_and_nobody_else(client_of: Callable[..., Client]) -> None:
    allowed = {"inspector": 200, "administrator": 200, "leader": 403, "station": 403, "report_writer": 403, "reviewer": 403}
    assert {role: client_of(role, TOWN, "纪委").get("/records/").status_code for role in allowed} == allowed
    assert client_of("village_clerk", "990128105202").get("/records/export/").status_code == 403


@pytest.mark.usefixtures("records")
def test_it_tells_who_what_and_why_without_the_numbers_of_people(client_of: Callable[..., Client]) -> None:
    page = client_of("administrator").get("/records/?act=unmask").content.decode()
    assert "核对举报" in page
    assert "10.0.0.9" in page
    assert "H1、990************014" in page
    assert "990128199001010014" not in page


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("person=yang", 2),
        ("act=export", 1),
        ("ledger=household", 1),
        ("person=yang&act=unmask", 0),
        ("until=2000-01-01", 0),
        ("since=2000-01-01&person=zhou", 1),
        ("since=x&person=zhou", 1),
    ],
)
def test_it_is_filtered(client_of: Callable[..., Client], query: str, count: int) -> None:
    page = client_of("administrator").get(f"/records/?{query}").content.decode()
    assert f"共{count}条" in page


@pytest.mark.usefixtures("records")
def test_it_is_taken_out_and_that_is_recorded(client_of: Callable[..., Client]) -> None:
    client = client_of("administrator")
    answer = client.get("/records/export/?form=csv&person=zhou")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "核对举报" in text
    assert "990128199001010014" not in text
    last = ReadRecord.objects.latest("id")
    assert (last.person, last.act, last.what, last.rows) == ("administrator", "export", "records", 1)


def test_changes_of_accounts_are_told_in_words(sqlite_workspace: Workspace, client_of: Callable[..., Client]) -> None:
    for what in ("+ yang", "yang + station 990128105 民政办 扶贫办", "yang - village_clerk 990128105202", "yang: closed", "yang: 杨丽"):
        do_record_read("admin", "account", what=what)
    do_record_read("admin", "password", what="yang: reset")
    page = client_of("administrator").get("/records/?person=admin").content.decode()
    for told in (
        "新建账号yang",
        "给yang加角色：站所工作人员（公坪镇）民政办、扶贫办",
        "取消yang的角色：村（社区）台账员（桐木村）",
        "停用账号yang",
        "yang: 杨丽",
        "重置yang的密码",
    ):
        assert told in page
