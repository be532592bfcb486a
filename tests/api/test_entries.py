"""Entries through the interface: lists in pages, one, its history; recording and correcting with what others did meanwhile told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.calls import OTHER_VILLAGE, TOWN, VILLAGE, Caller
from support.rows import VILLAGES, fill, household, households
from taizhang.access.models import ReadRecord
from taizhang.journal import read
from taizhang.journal.actions import do_accept
from taizhang.workspace import Workspace

Callers = Callable[..., Caller]
PATH = "/ledgers/household"


@pytest.fixture
def town(sqlite_workspace: Workspace) -> Workspace:
    """Nine households, three in each of three villages."""
    households(sqlite_workspace, 9)
    return sqlite_workspace


def test_a_ledger_is_told_field_by_field(caller_of: Callers) -> None:
    told = caller_of("village_clerk", VILLAGE).get(PATH)
    fields = {one["field"]: one for one in told["fields"]}
    assert told["key"] == ["number"]
    assert told["acts"] == ["read", "write", "export", "unmask"]
    assert fields["head_id"]["personal"]
    assert fields["contracted_area"]["unit"] == "亩"
    assert fields["kind"]["choices"] == ["家庭户", "集体户"]
    assert fields["number"]["required"]


def test_the_blank_workbook(caller_of: Callers) -> None:
    assert caller_of("village_clerk", VILLAGE).get(PATH + "/template").startswith(b"PK")
    assert caller_of("inspector").get("/ledgers/finding/template", status=403)["code"] == "ledger.not_by_people"


def test_rows_are_those_of_the_village_and_masked(town: Workspace, caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    told = clerk.get(PATH + "/entries")
    assert told["total"] == 3
    assert {one["division"] for one in told["items"]} == {VILLAGE}
    assert all(one["masked"] and "*" in one["values"]["head"] and "*" in one["values"]["head_id"] for one in told["items"])
    assert told["items"][0]["values"]["contracted_area"] == "4.25"
    last = ReadRecord.objects.order_by("-id").first()
    assert last is not None
    assert (last.ledger, last.rows) == ("household", 3)
    elsewhere = read.standing("household")
    other = next(name for name in elsewhere if name not in {one["ref"] for one in told["items"]})
    assert clerk.get(f"{PATH}/entries/{other}", status=404)["code"] == "access.entry_unknown"
    assert clerk.get(f"{PATH}/entries/H9999", status=404)["code"] == "access.entry_unknown"
    assert clerk.get(f"{PATH}/history/{other}", status=404)["code"] == "access.entry_unknown"


def test_personal_values_ask_for_a_purpose_and_the_right(town: Workspace, caller_of: Callers) -> None:
    clerk, leader = caller_of("village_clerk", VILLAGE), caller_of("leader")
    one = clerk.get(PATH + "/entries", purpose="核对名册", limit=1)["items"][0]
    assert not one["masked"]
    assert len(one["values"]["head_id"]) == 18
    assert "*" not in one["values"]["head_id"]
    record = ReadRecord.objects.filter(act="unmask").get()
    assert (record.purpose, record.ledger, record.rows) == ("核对名册", "household", 1)
    assert leader.get(PATH + "/entries", purpose="看看", status=403)["code"] == "access.refused"
    assert leader.get(f"{PATH}/entries/{one['ref']}", purpose="看看", status=403)["code"] == "access.refused"


def test_pages_go_on_where_the_last_one_ended_though_rows_come_in(town: Workspace, caller_of: Callers) -> None:
    leader, seen, cursor = caller_of("leader"), list[str](), None
    for number in range(5):
        told = leader.get(PATH + "/entries", limit=2, sort="number", **({"cursor": cursor} if cursor else {}))
        seen += [one["entry"] for one in told["items"]]
        cursor = told["next"]
        fill(town, {"household": [{**household(100, VILLAGES[0]), "number": f"A{number}"}]})  # before the first
    assert seen == [f"H{n:04d}" for n in range(9)] + seen[9:]
    assert len(set(seen)) == len(seen)


def test_cursors_are_ours_and_of_one_question(town: Workspace, caller_of: Callers) -> None:
    leader = caller_of("leader")
    cursor = leader.get(PATH + "/entries", limit=2)["next"]
    assert leader.get(PATH + "/entries", limit=2, cursor=cursor + "x", status=422)["code"] == "api.cursor"
    assert leader.get(PATH + "/entries", limit=2, cursor=cursor, sort="number", status=422)["code"] == "api.cursor"
    assert leader.get("/jobs", cursor=cursor, status=422)["code"] == "api.cursor"
    leader.get(PATH + "/entries", limit=5, cursor=cursor)


def test_filters_and_order(town: Workspace, caller_of: Callers) -> None:
    leader = caller_of("leader")

    def found(*filters: str, **more: Any) -> list[str]:
        return [one["entry"] for one in leader.get(PATH + "/entries", filter=list(filters), **more)["items"]]

    assert found("number=H0003") == ["H0003"]
    assert found(f"village={OTHER_VILLAGE}") == ["H0002", "H0005", "H0008"]
    assert found("members.from=5", sort="-number") == ["H0004"]
    assert found("closed_on.filled=1") == []
    assert leader.get(PATH + "/entries", filter="nothing=1", status=422)["faults"][0]["field"] == "nothing"
    assert leader.get(PATH + "/entries", filter="head_id=990128196503120011", status=422)["faults"][0]["code"] == "query.personal"
    assert leader.get(PATH + "/entries", sort="head", status=422)["code"] == "query.unfit"


def test_recording_waits_for_review_and_then_stands(town: Workspace, caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    done = clerk.post(PATH + "/changes", {"changes": [{"values": household(50, VILLAGE)}]})
    assert done["pending"]
    assert done["count"] == 1
    assert clerk.get(PATH + "/entries")["total"] == 3
    sent = read.submission(done["submission"])
    assert (sent.person, sent.source.kind, sent.source.name) == ("village_clerk", "api", "a program")
    do_accept(done["submission"], "somebody else")
    told = clerk.get(f"{PATH}/entries/H0050")
    assert told["values"]["members"] == "1"
    history = clerk.get(f"{PATH}/history/H0050")["items"]
    assert [(step["version"], step["source_kind"], step["submission"]) for step in history] == [(1, "api", done["submission"])]


def test_corrections_name_their_base_and_tell_conflicts_cell_by_cell(town: Workspace, caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    one = clerk.get(f"{PATH}/entries/H0001")
    change = {"ref": "H0001", "base": one["seq"], "values": {"members": 7}}
    assert clerk.post(PATH + "/changes", {"changes": [change]}, status=422)["code"] == "edit.reason_missing"
    fill(town, {"household": [household(1, VILLAGE, members=6)]})
    told = clerk.post(PATH + "/changes", {"changes": [change], "reason": "核实"}, status=409)
    assert told["code"] == "edit.conflict"
    conflict = told["conflicts"][0]
    assert (conflict["field"], conflict["yours"], conflict["theirs"], conflict["base"]) == ("members", "7", "6", "2")
    done = clerk.post(PATH + "/changes", {"changes": [{**change, "base": conflict["now"]}], "reason": "核实"})
    do_accept(done["submission"], "somebody else")
    assert clerk.get(f"{PATH}/entries/H0001")["values"]["members"] == "7"


def test_withdrawing(town: Workspace, caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    seq = clerk.get(f"{PATH}/entries/H0001")["seq"]
    done = clerk.post(PATH + "/changes", {"changes": [{"ref": "H0001", "base": seq, "withdraw": True}], "reason": "重复登记"})
    do_accept(done["submission"], "somebody else")
    clerk.get(f"{PATH}/entries/H0001", status=404)


def test_all_faults_are_told_and_nothing_is_recorded(town: Workspace, caller_of: Callers) -> None:
    clerk, before = caller_of("village_clerk", VILLAGE), len(read.submissions())
    bad = [{"values": household(60, OTHER_VILLAGE)}, {"values": household(61, VILLAGE, members=-1)}, {"values": {"nothing": 1}}]
    told = clerk.post(PATH + "/changes", {"changes": bad}, status=422)
    assert {(one["row"], one["code"]) for one in told["faults"]} >= {
        (1, "edit.not_your_place"),
        (2, "number.too_small"),
        (3, "row.unknown_field"),
    }
    assert len(read.submissions()) == before


def test_who_may_not_write_is_refused(town: Workspace, caller_of: Callers) -> None:
    leader, reader = caller_of("leader"), caller_of("village_clerk", VILLAGE, scopes=["read"])
    for program in (leader, reader):
        assert program.post(PATH + "/changes", {"changes": [{"values": {}}]}, status=403)["code"] == "access.refused"
    inspector = caller_of("inspector", TOWN, "纪委")
    assert inspector.post("/ledgers/finding/changes", {"changes": [{"values": {}}]}, status=403)["code"] == "ledger.not_by_people"
    clerk = caller_of("village_clerk", VILLAGE, username="clerk2")
    assert clerk.post("/ledgers/finding/changes", {"changes": [{"values": {}}]}, status=404)["code"] == "definition.unknown_ledger"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "api.malformed"),
        (b"<a/>", "application/xml", 415, "api.media_type"),
        (b'{"changes": [], "more": 1}', "application/json", 422, "api.invalid"),
        (b'{"changes": [{"values": {"number": 1.5}}]}', "application/json", 422, "api.invalid"),
        (b'{"changes": [{"values": {"number": "a\\u0000"}}]}', "application/json", 422, "api.invalid"),
        (b'{"changes": "' + b"x" * (6 << 20) + b'"}', "application/json", 413, None),
    ],
)
def test_content_that_does_not_do(caller_of: Callers, body: bytes, content_type: str, status: int, code: str | None) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    answer = clerk.client.post(f"/api/v1{PATH}/changes", body, content_type=content_type, headers=clerk.headers)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert code is None or answer.json()["code"] == code


def test_the_town_is_nobodys_village(town: Workspace, caller_of: Callers) -> None:
    assert caller_of("leader", TOWN).get(PATH + "/entries")["total"] == 9


OWN = """ledger: tool_shed
title: 农具登记
system: 31
office: 农业综合服务中心
kind: event
about: 试
at: since
division: village
key: [number]
access: normal
fields:
  number:  {title: 编号, type: text}
  village: {title: 村, type: division, required: true}
  price:   {title: 价格, type: money, min: 0}
  since:   {title: 登记日期, type: date, required: true}
examples:
  - accepts: {number: N1, village: 銮塘村, price: 12.5元, since: 2020-01-02}
    stored: {price: "12.5"}
  - refuses: {number: N1, village: 銮塘村, price: -1, since: 2020-01-02}
    because: {price: number.too_small}
"""


@pytest.mark.slow
def test_a_new_ledger_is_there_at_once(town: Workspace, caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    clerk.get("/ledgers/tool_shed", status=404)
    (town.path("pack") / "ledgers").mkdir(exist_ok=True)
    (town.path("pack") / "ledgers" / "own.yaml").write_text(OWN, encoding="utf-8")
    assert [field["field"] for field in clerk.get("/ledgers/tool_shed")["fields"]] == ["number", "village", "price", "since"]
    sent = {"number": "N1", "village": "桐木村", "price": "1.2万元", "since": "2020年1月2日"}
    do_accept(clerk.post("/ledgers/tool_shed/changes", {"changes": [{"values": sent}]})["submission"], "somebody else")
    assert clerk.get("/ledgers/tool_shed/entries/N1")["values"] == {
        "number": "N1", "village": VILLAGE, "price": "12000", "since": "2020-01-02"
    }  # fmt: skip
