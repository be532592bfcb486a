"""What a token narrows stays narrow in the background: when the job runs, and when what came of it is fetched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from support.calls import OTHER_VILLAGE, ROOT, VILLAGE, Caller, new_token
from support.rows import household, households
from support.staff import signed_in
from taizhang.access.models import ApiToken
from taizhang.access.tokens import do_end_token
from taizhang.intake import write_rows
from taizhang.jobs.models import Job
from taizhang.jobs.testing import run_waiting
from taizhang.journal import read
from taizhang.workspace import Workspace

Callers = Callable[..., Caller]
DRAFT = "2020年工作报告\n全镇总户数9户。\n"


@pytest.fixture
def town(sqlite_workspace: Workspace) -> Workspace:
    """Nine households, three in each of three villages."""
    households(sqlite_workspace, 9)
    return sqlite_workspace


@pytest.fixture
def programs(town: Workspace, caller_of: Callers) -> Callable[..., Caller]:
    """Return a function (scopes) → caller; all are programs of one account, which may do far more than any of them."""
    wide = caller_of("leader")

    def make(*scopes: str) -> Caller:
        return replace(wide, token=new_token(town, wide.account, list(scopes))) if scopes else wide

    return make


@pytest.fixture
def workbook(town: Workspace, tmp_path: Any) -> bytes:
    """A workbook with a row of a clerk's own village and one of another, which is a fault."""
    path = tmp_path / "households.xlsx"
    rows = [household(70, VILLAGE), household(71, OTHER_VILLAGE)]
    write_rows(town.pack.ledgers["household"], [{k: None if v is None else str(v) for k, v in row.items()} for row in rows], path)
    return path.read_bytes()


def post(program: Caller, path: str, *, status: int = 202, key: str = "", **form: Any) -> Any:
    headers = {**program.headers, **({"Idempotency-Key": key} if key else {})}
    answer = program.client.post(ROOT + path, form, headers=headers)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def audited(program: Caller) -> Any:
    """Audit the draft with a token and return what is told of its figures."""
    post(program, "/audits", draft=SimpleUploadedFile("报告.txt", DRAFT.encode()))
    assert [job.state for job in run_waiting()] == ["done"]
    drafts = program.get("/audits")["items"]
    return program.get(f"/audits/{drafts[0]['draft']}")["figures"]


def test_a_job_sees_no_more_than_its_token(programs: Callable[..., Caller]) -> None:
    answers = [[figure["answer"] for figure in audited(programs(*scopes))] for scopes in (("audit", "figures", "read"), ("audit",))]
    assert answers == [["agrees"], ["cannot_tell"]]


def test_what_a_wider_caller_was_told_is_not_there_for_a_narrower_one(programs: Callable[..., Caller]) -> None:
    wide, same, narrow = programs("audit", "figures", "read"), programs("read", "audit", "figures"), programs("audit", "figures")
    audited(wide)
    number, draft = Job.objects.get().id, wide.get("/audits")["items"][0]["draft"]
    for program, status, count in ((same, 200, 1), (narrow, 404, 0)):
        assert len(program.get("/jobs")["items"]) == len(program.get("/audits")["items"]) == count
        program.get(f"/jobs/{number}", status=status)
        program.get(f"/audits/{draft}", status=status)
    narrow.post(f"/jobs/{number}/cancel", status=404)
    assert signed_in(wide.account).get(f"/jobs/{number}/").status_code == 200  # her own page shows whatever her programs asked for


def test_what_was_asked_for_in_the_pages_is_not_there_for_a_token(programs: Callable[..., Caller]) -> None:
    program = programs("audit", "figures", "read")
    client: Client = signed_in(program.account)
    client.post("/audit/", {"draft": SimpleUploadedFile("报告.txt", DRAFT.encode())})
    (job,) = run_waiting()
    assert client.get(f"/jobs/{job.id}/").status_code == 200
    program.get(f"/jobs/{job.id}", status=404)
    assert program.get("/audits")["items"] == []


def test_a_job_whose_token_was_ended_meanwhile_does_nothing(town: Workspace, caller_of: Callers, workbook: bytes) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    ended = replace(clerk, token=new_token(town, clerk.account, ["read", "write"]))
    for program in (clerk, ended):
        post(program, "/imports", file=SimpleUploadedFile("户籍户.xlsx", workbook), partial="true")
    do_end_token(clerk.account, ApiToken.objects.latest("id").pk)
    assert [(job.state, (job.fault or {}).get("code")) for job in run_waiting()] == [("done", None), ("failed", "api.token_invalid")]
    assert len(read.submissions(status="pending")) == 1


def test_a_file_is_for_who_still_holds_the_roles_with_which_it_was_made(caller_of: Callers, workbook: bytes) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    number = post(clerk, "/imports", file=SimpleUploadedFile("户籍户.xlsx", workbook))["number"]
    run_waiting()
    title, page = clerk.get(f"/jobs/{number}")["files"][0], signed_in(clerk.account)
    assert clerk.get(f"/jobs/{number}/files/{title}").startswith(b"PK")
    assert page.get(f"/jobs/{number}/files/0/").status_code == 200
    clerk.account.grants.filter(role="village_clerk").update(division=OTHER_VILLAGE)  # type: ignore[attr-defined]
    assert clerk.get(f"/jobs/{number}/files/{title}", status=403)["code"] == "jobs.rights_changed"
    assert page.get(f"/jobs/{number}/files/0/").status_code == 403


def test_a_kept_answer_is_not_told_to_a_narrower_token(town: Workspace, caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    same, narrow = (replace(clerk, token=new_token(town, clerk.account, s)) for s in (["write", "read"], ["write"]))
    wide = replace(clerk, token=new_token(town, clerk.account, ["read", "write"]))
    changes = {"changes": [{"values": household(80, VILLAGE)}]}
    first = wide.post("/ledgers/household/changes", changes, key="k")
    assert same.post("/ledgers/household/changes", changes, key="k") == first
    assert narrow.post("/ledgers/household/changes", changes, key="k", status=422)["code"] == "api.key_reused"
