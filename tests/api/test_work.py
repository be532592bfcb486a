"""Figures, traces, imports, submissions, comparison, reports and searches through the interface."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from support.calls import OTHER_VILLAGE, ROOT, TOWN, VILLAGE, Caller, new_token
from support.rows import IDS, VILLAGES, fill, household, households
from taizhang.intake import write_rows
from taizhang.jobs.testing import run_waiting
from taizhang.journal import actions, read
from taizhang.journal.records import Change, Source
from taizhang.reviewing.models import RowCorrection
from taizhang.workspace import Workspace

Callers = Callable[..., Caller]
OFFICE = "综治办"


@pytest.fixture
def town(sqlite_workspace: Workspace) -> Workspace:
    """Nine households, three in each of three villages."""
    households(sqlite_workspace, 9)
    return sqlite_workspace


def _workbook(workspace: Workspace, tmp_path: Any, rows: list[dict[str, Any]]) -> bytes:
    path = tmp_path / "households.xlsx"
    ledger = workspace.pack.ledgers["household"]
    write_rows(ledger, [{name: None if value is None else str(value) for name, value in row.items()} for row in rows], path)
    return bytes(path.read_bytes())


def _send(program: Caller, content: bytes, *, status: int = 202, key: str = "", **more: Any) -> Any:
    file = SimpleUploadedFile("户籍户.xlsx", content)
    headers = {**program.headers, **({"Idempotency-Key": key} if key else {})}
    answer = program.client.post(f"{ROOT}/imports", {"file": file, **more}, headers=headers)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_figures_many_at_once_and_their_trace_page_by_page(town: Workspace, caller_of: Callers) -> None:
    leader, clerk = caller_of("leader"), caller_of("village_clerk", VILLAGE)
    found = leader.get("/figures", indicator="households", period=["2020", "2019"], division=[TOWN, VILLAGE])["items"]
    assert [(f["period"], f["division"], f["value"]) for f in found] == [
        ("2020", TOWN, "9"), ("2020", VILLAGE, "3"), ("2019", TOWN, "9"), ("2019", VILLAGE, "3")
    ]  # fmt: skip
    assert clerk.get("/figures", indicator="households", period="2020")["items"][0]["value"] == "3"  # her own village
    assert clerk.get("/figures", indicator="households", period="2020", division=OTHER_VILLAGE, status=403)["code"] == "access.refused"
    rows, cursor = list[str](), None
    while True:
        told = leader.get("/trace", indicator="households", period="2020", limit=4, **({"cursor": cursor} if cursor else {}))
        rows += [row["entry"] for row in told["rows"]]
        cursor = told["next"]
        fill(town, {"household": [household(90 + len(rows), VILLAGES[0])]})  # what comes in meanwhile moves nothing
        if not cursor:
            break
    assert (told["count"], told["total"], sorted(rows)) == (9, "9", [f"H{n:04d}" for n in range(9)])
    assert "*" in told["rows"][0]["fields"]["head"]["value"]
    some = leader.get("/trace", indicator="households", period="2020", filter=["number.contains=H000"], sort=["-number"], limit=2)
    assert ([row["entry"] for row in some["rows"]], some["count"], some["wanted"], some["given"]) == (["H0008", "H0007"], 12, 9, "9")
    more = leader.get(
        "/trace", indicator="households", period="2020", filter=["number.contains=H000"], sort=["-number"], cursor=some["next"]
    )
    assert (len(more["rows"]), more["rows"][0]["entry"], more["next"]) == (7, "H0006", None)
    assert leader.get("/trace", indicator="households", period="2020", cursor=some["next"], status=422)["code"] == "api.cursor"
    for sort in (["head"], ["_contribution", "-head"], ["nothing"]):  # by what is personal nobody learns an order
        assert leader.get("/trace", indicator="households", period="2020", sort=sort, status=422)["code"] == "query.unfit"
    assert leader.get("/figures", indicator="nothing", period="2020", status=404)["code"] == "figure.indicator_unknown"
    assert leader.get("/figures", indicator="households", period="2020", known_at="x", status=422)["code"] == "figure.day_unreadable"
    assert leader.get("/figures", indicator="households", period="2020", known_at="0")["items"][0]["value"] == "0"


def test_a_workbook_is_taken_in_as_a_job(town: Workspace, caller_of: Callers, tmp_path: Any) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    content = _workbook(town, tmp_path, [household(70, VILLAGE), household(71, VILLAGE)])
    first = _send(clerk, content, key="k")
    assert _send(clerk, content, key="k") == first
    run_waiting()
    done = clerk.get(f"/jobs/{first['number']}")
    assert (done["state"], done["result"]["accepted"], done["result"]["pending"]) == ("done", True, True)
    assert done["result"]["ledgers"][0]["new"] == 2
    assert len(read.submissions(status="pending")) == 1
    assert [one["number"] for one in clerk.get("/jobs")["items"]] == [first["number"]]
    assert caller_of("leader").get(f"/jobs/{first['number']}", status=404)["code"] == "jobs.job_unknown"


def test_warnings_ask_to_be_confirmed_by_their_code(town: Workspace, caller_of: Callers, tmp_path: Any) -> None:
    clerk, content = caller_of("village_clerk", VILLAGE), _workbook(town, tmp_path, [household(70, VILLAGE, head_id="990128197502020041")])
    first, second = _send(clerk, content), _send(clerk, content, confirm=["id_number.check_digit"], note="已核对证件")
    run_waiting()
    assert [clerk.get(f"/jobs/{job['number']}")["result"]["accepted"] for job in (first, second)] == [False, True]
    assert read.submissions(status="pending")[0].note == "已核对证件"


def test_a_trial_changes_nothing(town: Workspace, caller_of: Callers, tmp_path: Any) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    job = _send(clerk, _workbook(town, tmp_path, [household(70, VILLAGE)]), dry_run="true", ledger="household")
    run_waiting()
    done = clerk.get(f"/jobs/{job['number']}")["result"]
    assert (done["accepted"], done["dry_run"], done["ledgers"][0]["new"], done["submission"]) == (True, True, 1, None)
    assert len(read.submissions()) == 1
    assert _send(clerk, b"PK", ledger="finding", status=404)["code"] == "definition.unknown_ledger"


def test_a_faulty_workbook_is_told_fault_by_fault_with_a_marked_copy(town: Workspace, caller_of: Callers, tmp_path: Any) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    job = _send(clerk, _workbook(town, tmp_path, [household(70, OTHER_VILLAGE), household(71, VILLAGE)]))
    run_waiting()
    done = clerk.get(f"/jobs/{job['number']}")
    assert not done["result"]["accepted"]
    assert {fault["row"] for fault in done["result"]["faults"]} == {2}
    assert clerk.get(f"/jobs/{job['number']}/files/{done['files'][0]}").startswith(b"PK")
    assert clerk.get(f"/jobs/{job['number']}/files/nothing", status=404)["code"] == "jobs.file_not_found"
    assert not read.submissions(status="pending")


@pytest.mark.parametrize(("name", "content", "status"), [("a.exe", b"MZ", 415), ("a.xlsx", b"", 422), ("a.xlsx", b"no zip", 415)])
def test_files_that_are_none(caller_of: Callers, name: str, content: bytes, status: int) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    answer = clerk.client.post(f"{ROOT}/imports", {"file": SimpleUploadedFile(name, content)}, headers=clerk.headers)
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"


def test_a_submission_is_seen_compared_accepted_and_returned(town: Workspace, caller_of: Callers) -> None:
    clerk, reviewer = caller_of("village_clerk", VILLAGE), caller_of("reviewer", TOWN, OFFICE)
    other = caller_of("reviewer", TOWN, "民政办", username="other")
    one = clerk.get("/ledgers/household/entries/H0001")
    changes = [{"ref": "H0001", "base": one["seq"], "values": {"members": 7, "head": "杨老大"}}, {"values": household(50, VILLAGE)}]
    number = clerk.post("/ledgers/household/changes", {"changes": changes, "reason": "核实"})["submission"]
    assert [s["number"] for s in clerk.get("/submissions")["items"]] == [number]
    assert [s["number"] for s in reviewer.get("/submissions", whose="queue")["items"]] == [number]
    assert other.get("/submissions", whose="queue")["items"] == []
    assert other.get(f"/submissions/{number}", status=404)["code"] == "journal.no_submission"
    assert other.post(f"/submissions/{number}/accept", status=404)["code"] == "journal.no_submission"
    rows = reviewer.get(f"/submissions/{number}/rows")
    assert [(row["kind"], row["entry"]) for row in rows["items"]] == [("changed", "H0001"), ("new", "H0050")]
    assert (rows["items"][0]["old"]["members"], rows["items"][0]["new"]["members"], rows["items"][0]["new"]["head"]) == ("2", "7", "杨*")
    assert len(reviewer.get(f"/submissions/{number}/rows", limit=1)["items"]) == 1
    assert clerk.post(f"/submissions/{number}/accept", status=403)["code"] in ("access.refused", "journal.own_submission")
    assert reviewer.post(f"/submissions/{number}/return", {}, status=422)["code"] == "journal.reason_missing"
    told = reviewer.post(f"/submissions/{number}/return", {"reason": "请再核对", "rows": [{"index": 1, "reason": "户主不对"}]})
    assert told["status"] == "returned"
    mine = clerk.get(f"/submissions/{number}")
    assert (mine["reason"], mine["reasons"][0]["reason"]) == ("请再核对", "户主不对")
    again = clerk.post("/ledgers/household/changes", {"changes": changes, "reason": "核实"})["submission"]
    assert reviewer.post(f"/submissions/{again}/accept", key="a")["status"] == "accepted"
    assert reviewer.post(f"/submissions/{again}/accept", key="a")["status"] == "accepted"
    assert reviewer.post(f"/submissions/{again}/accept", status=409)["code"] == "journal.already_decided"
    assert clerk.get("/ledgers/household/entries/H0001")["values"]["members"] == "7"


def test_returned_rows_are_mended_and_sent_again(town: Workspace, caller_of: Callers) -> None:
    clerk, reviewer = caller_of("village_clerk", VILLAGE), caller_of("reviewer", TOWN, OFFICE)
    one = clerk.get("/ledgers/household/entries/H0001")
    sent = [{"ref": "H0001", "base": one["seq"], "values": {"members": 7}}, *({"values": household(n, VILLAGE)} for n in (50, 51))]
    number = clerk.post("/ledgers/household/changes", {"changes": sent, "reason": "核实"})["submission"]
    path = f"/submissions/{number}/correct"
    assert clerk.post(path, {}, status=422)["code"] == "review.not_correctable"
    reviewer.post(f"/submissions/{number}/return", {"reason": "请再核对", "rows": [{"index": 1, "reason": "人数不对"}]})
    assert [row["reason"] for row in clerk.get(f"/submissions/{number}/rows")["items"]] == ["", "人数不对", ""]
    mended = {"rows": [{"index": 1, "values": {"members": "4"}}, {"index": 2, "left_out": True}], "reason": "按意见改正"}
    assert reviewer.post(path, mended, status=404)["code"] == "journal.no_submission"
    reading = replace(clerk, token=new_token(town, clerk.account, ["read"]))
    assert reading.post(path, mended, status=403)["code"] == "access.refused"
    assert clerk.post(path, {"rows": [{"index": 3}]}, status=404)["code"] == "review.row_unknown"
    faulty = clerk.post(path, {"rows": [{"index": 1, "values": {"members": "许多"}}], "reason": "x"}, status=422)
    assert [(fault["row"], fault["field"]) for fault in faulty["faults"]] == [(2, "members")]
    assert not RowCorrection.objects.exists()  # nothing is kept of what was refused
    actions.do_record(
        "somebody", Source("form", "x"), [Change("household", "H0001", "record", VILLAGE, _with(members="9"), base=one["seq"])]
    )
    told = clerk.post(path, mended, status=409)["conflicts"]
    assert [(c["index"], c["field"], c["theirs"]) for c in told] == [(0, "members", "9")]
    mended["rows"].append({"index": 0, "base": told[0]["now"]})
    done = clerk.post(path, mended)
    assert (done["pending"], done["count"]) == (True, 2)
    rows = clerk.get(f"/submissions/{done['submission']}/rows")["items"]
    assert [(row["entry"], row["new"]["members"]) for row in rows] == [("H0001", "7"), ("H0050", "4")]
    assert clerk.post(path, mended, status=422)["code"] == "review.not_correctable"  # it was let go


def _with(**values: str) -> str:
    return json.dumps({**json.loads(read.standing("household", ["H0001"])["H0001"].data), **values}, ensure_ascii=False)


def test_one_takes_back_what_nobody_has_decided_on(town: Workspace, caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    number = clerk.post("/ledgers/household/changes", {"changes": [{"values": household(50, VILLAGE)}]})["submission"]
    assert caller_of("reviewer", TOWN, OFFICE).post(f"/submissions/{number}/retract", status=403)["code"] == "edit.not_yours"
    reading = replace(clerk, token=new_token(town, clerk.account, ["read"]))
    assert reading.post(f"/submissions/{number}/retract", status=403)["code"] == "access.refused"
    assert clerk.post(f"/submissions/{number}/retract")["status"] == "returned"


def _searched(program: Caller, text: str) -> dict[str, int]:
    found, since = dict[str, int](), 0
    while True:
        told = program.get("/search", q=text, since=since)
        found |= {group["title"]: group["total"] for group in told["groups"]}
        since = told["onwards"]
        if not told["left"]:
            return found


@pytest.mark.slow
def test_search_finds_what_may_be_seen(town: Workspace, caller_of: Callers) -> None:
    leader, clerk = caller_of("leader"), caller_of("village_clerk", VILLAGE)
    assert _searched(leader, "H0002")["户籍户"] == 1
    assert "户籍户" not in _searched(clerk, "H0002")
    assert _searched(leader, IDS[0]) == {}
    assert leader.get("/search", q="x", status=422)["code"] == "api.invalid"


def test_a_report_is_written_read_and_becomes_stale(town: Workspace, caller_of: Callers) -> None:
    writer, clerk = caller_of("report_writer"), caller_of("village_clerk", VILLAGE)
    assert clerk.get("/reports", status=403)["code"] == "access.refused"
    assert [one["report"] for one in writer.get("/reports")["items"]]
    assert writer.post("/reports", {"report": "nothing", "period": "2020"}, status=404)["code"] == "report.report_unknown"
    assert writer.post("/reports", {"report": "township_annual", "period": "2020-05"}, status=422)["code"] == "report.period_kind"
    assert writer.get("/reports/written")["items"] == []
    assert writer.get(f"/reports/written/township_annual/{TOWN}/2020/1", status=404)["code"] == "report.version_unknown"
    assert writer.post("/reports", {"report": "township_annual", "period": "2020"}, status=202)["state"] == "waiting"


def test_a_draft_is_audited(town: Workspace, caller_of: Callers) -> None:
    leader = caller_of("leader")
    draft = SimpleUploadedFile("报告.txt", "2020年工作报告\n全镇共有户籍户12户。\n".encode())
    answer = leader.client.post(f"{ROOT}/audits", {"draft": draft, "year": "2020"}, headers=leader.headers)
    assert answer.status_code == 202, answer.content.decode()
    ran = run_waiting()
    assert [job.state for job in ran] == ["done"], ran[0].fault
    one = leader.get("/audits")["items"][0]
    told = leader.get(f"/audits/{one['draft']}")
    assert told["counts"]["figures"] == 1
    assert told["figures"][0]["text"] == "12户"
    assert caller_of("leader", username="other").get(f"/audits/{one['draft']}", status=404)["code"] == "audit.draft_unknown"


def test_comparison_is_for_who_may_compare(town: Workspace, caller_of: Callers) -> None:
    clerk, inspector = caller_of("village_clerk", VILLAGE), caller_of("inspector", TOWN, "纪委")
    for path in ("/rules", "/runs", "/findings", "/cases"):
        assert clerk.get(path, status=403)["code"] == "access.refused"
        assert inspector.get(path)["items"] is not None
    assert inspector.get("/findings/YD1", status=404)["code"] == "comparison.finding_unknown"
    assert inspector.get("/cases/YD1-1", status=404)["code"] == "comparison.case_unknown"
    assert inspector.post("/runs", {"rules": ["nothing"]}, status=404)["code"] == "comparison.rule_unknown"


def test_empty_workbook_is_told(town: Workspace, caller_of: Callers) -> None:
    stream = io.BytesIO()
    Workbook().save(stream)
    clerk = caller_of("village_clerk", VILLAGE)
    job = _send(clerk, stream.getvalue())
    run_waiting()
    assert clerk.get(f"/jobs/{job['number']}")["state"] in ("done", "failed")
