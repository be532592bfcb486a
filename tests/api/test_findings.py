"""Findings and cases through the interface: a finding is worked to its end, and does not exist for whom it concerns."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from support.calls import ROOT, TOWN, Caller, caller
from support.findings_office import FindingsTown, make_town
from taizhang.access.models import ReadRecord
from taizhang.access.sight import Grant
from taizhang.clock import today
from taizhang.comparison.findings import FINDING
from taizhang.pack import Pack
from taizhang.workspace import Workspace

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def town(sqlite_workspace: Workspace, own_pack: Pack) -> FindingsTown:
    """A town in which somebody was paid after her death."""
    made = make_town(sqlite_workspace, own_pack)
    made.pay(1, 0, "2020-06", 350)
    made.die(0)
    made.check("t_dead_paid")
    return made


def _inspector(town: FindingsTown, username: str, **more: Any) -> Caller:
    return caller(town.workspace, username, Grant("inspector", TOWN, ("纪委",)), **more)


def test_a_finding_is_worked_to_its_end(town: FindingsTown) -> None:
    first, second = _inspector(town, "first", id_number="990128197001010010"), _inspector(town, "second", id_number="990128197101010018")
    one = first.get("/findings", rule="t_dead_paid")["items"][0]
    assert (one["severity"], one["state"], one["amount"], one["work"]) == ("high", "open", "350", ["none"])
    assert "*" in one["subject"]
    assert first.get("/findings", state="closed")["total"] == 0
    whole = first.get(f"/findings/{one['number']}")
    assert whole["left"]["ledger"] == "payment"
    assert "*" in whole["left"]["values"]["payee_id"]
    clear = first.get(f"/findings/{one['number']}", purpose="核查线索")
    assert clear["left"]["values"]["payee_id"] == clear["subject"]
    assert ReadRecord.objects.filter(act="unmask", purpose="核查线索", ledger=FINDING).exists()
    case = first.post(f"/findings/{one['number']}/assign", {"handler": "second"}, key="assign")
    assert first.post(f"/findings/{one['number']}/assign", {"handler": "second"}, key="assign") == case
    number = case["number"]
    assert [c["number"] for c in first.get("/cases", handler="second")["items"]] == [number]
    assert first.post(f"/cases/{number}/decide", {"result": "属实", "note": "x"}, status=409)["code"] == "comparison.case_unverified"
    _verify(first, number, status=403)
    verified = _verify(second, number)
    assert (verified["state"], len(verified["files"])) == ("已核实", 1)
    assert second.get(f"/cases/{number}/files/{verified['files'][0]}") == PNG
    assert second.get(f"/cases/{number}/files/{'0' * 64}", status=404)["code"] == "api.file_not_found"
    assert first.post(f"/cases/{number}/decide", {"result": "也许", "note": "x"}, status=422)["code"] == "api.invalid"
    assert first.post(f"/cases/{number}/decide", {"result": "属实", "note": "应予收回"})["state"] == "已认定"
    due = (today() + timedelta(days=30)).isoformat()
    assert first.post(f"/cases/{number}/plan-recovery", {"amount": "350", "due": due})["recover_amount"] == "350"
    assert first.post(f"/cases/{number}/plan-recovery", {"amount": "-1"}, status=422)["code"] == "api.invalid"
    paid = first.post(f"/cases/{number}/recoveries", {"amount": "100.50", "receipt": "0001"}, key="paid")
    assert first.post(f"/cases/{number}/recoveries", {"amount": "100.50", "receipt": "0001"}, key="paid") == paid
    assert [p["amount"] for p in paid["paid"]] == ["100.5"]
    assert first.post(f"/cases/{number}/hand-over", {"to": "县纪委"})["lead"]
    assert first.post(f"/cases/{number}/appeal", {"text": "并非同名"})["state"] == "申诉中"
    assert first.post(f"/cases/{number}/decide", {"result": "已整改", "note": "x"}, status=403)["code"] == "comparison.appeal_same_person"
    assert first.get("/rules")["items"]
    run = first.get("/runs")["items"][0]
    assert first.get(f"/runs/{run['number']}")["of_rules"][0]["rule"] == "t_dead_paid"


def _verify(program: Caller, number: str, *, status: int = 200) -> Any:
    files = [SimpleUploadedFile("照片.png", PNG)]
    answer = program.client.post(f"{ROOT}/cases/{number}/verify", {"note": "已入户", "files": files}, headers=program.headers)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


@pytest.mark.slow
def test_what_is_known_is_held_back_until_a_day(town: FindingsTown) -> None:
    program = _inspector(town, "first", id_number="990128197001010010")
    number = program.get("/findings")["items"][0]["number"]
    sent = {"until": (date.today() + timedelta(days=90)).isoformat(), "evidence": "更正通知", "wide": "rule"}  # noqa: DTZ011
    assert program.post(f"/findings/{number}/exclude", sent)["exclusion"].startswith("PC")
    assert program.get("/findings")["items"][0]["state"] == "excluded"
    listed = program.get("/exclusions")
    assert (listed["total"], listed["items"][0]["values"]["evidence"]) == (1, "更正通知")
    assert "990128194001050026" not in str(listed)
    assert _inspector(town, "herself", id_number="990128194001050026").get("/exclusions")["items"] == []
    told = program.post(f"/findings/{number}/exclude", {**sent, "until": "2020-01-01"}, status=422)
    assert told["code"] == "comparison.exclusion_over"


def test_a_finding_does_not_exist_for_whom_it_concerns(town: FindingsTown) -> None:
    other, concerned = (
        _inspector(town, "other", id_number="990128197001010010"),
        _inspector(town, "herself", id_number="990128194001050026"),
    )
    number = other.get("/findings")["items"][0]["number"]
    assert concerned.get("/findings")["items"] == []
    assert concerned.get("/ledgers/finding/entries")["total"] == 0
    for path in (f"/findings/{number}", f"/ledgers/finding/entries/{number}", f"/ledgers/finding/history/{number}"):
        told = concerned.get(path, status=404)
        assert told["code"] in ("comparison.finding_unknown", "access.entry_unknown")
    assert concerned.post(f"/findings/{number}/assign", {"handler": "other"}, status=404)["code"] == "comparison.finding_unknown"
    assert concerned.get("/runs")["items"][0]["standing"] == 0
    assert other.post(f"/findings/{number}/assign", {"handler": "herself"}, status=403)["code"] == "comparison.handler_concerned"
    case = other.post(f"/findings/{number}/assign", {"handler": "other"})["number"]
    assert concerned.get(f"/cases/{case}", status=404)["code"] == "comparison.case_unknown"
    assert concerned.get("/cases")["items"] == []
