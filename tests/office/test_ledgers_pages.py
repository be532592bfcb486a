"""The pages of ledgers without script: list, table, filters, form, history, withdrawal, export, and a workbook that comes back."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from support.households import OTHER, TOWN, VILLAGE, fill, household, id_number
from taizhang.access.models import ReadRecord
from taizhang.journal import read
from taizhang.journal.actions import do_accept
from taizhang.workspace import Workspace


@pytest.fixture
def town(sqlite_workspace: Workspace) -> Workspace:
    fill(sqlite_workspace, 120)
    return sqlite_workspace


@pytest.fixture
def clerk(town: Workspace, client_of: Callable[..., Client]) -> Client:
    return client_of("village_clerk", VILLAGE, username="clerk")


def stands(entry: str) -> tuple[int, dict[str, str]]:
    found = read.standing("household", [entry])[entry]
    return found.seq, json.loads(found.data)


def get(client: Client, address: str, status: int = 200, **query: Any) -> str:
    answer = client.get(address, query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_table_shows_filters_sorts_and_pages(clerk: Client) -> None:
    page = get(clerk, "/ledgers/household/")
    assert "共60条" in page
    assert page.count(">详情</a>") == 50
    assert "张*" in page
    assert "张三" not in page
    assert id_number(1) not in page
    assert get(clerk, "/ledgers/household/", page=2).count(">详情</a>") == 10
    found = clerk.get("/ledgers/household/", {"c": "members", "o": ">=", "v": "五", "q": ""})
    assert found.headers["Location"] == "/ledgers/household/?f.members.from=%E4%BA%94"
    page = get(clerk, found.headers["Location"])
    assert "户籍人数 不小于 五" in page
    assert "共12条" in page
    page = get(clerk, "/ledgers/household/", 422, **{"f.members.from": "很多", "f.head.contains": "张"})
    assert page.count("<li>“") == 2, "every filter that does not fit is told"


def config(page: str) -> dict[str, Any]:
    return dict(json.loads(html.unescape(page.split('data-config="')[1].split('"')[0])))


def test_rows_for_the_grid(clerk: Client) -> None:
    answer = clerk.get("/ledgers/household/rows/", {"size": 100, "sort": "members", "down": "1"}).json()
    assert (answer["total"], answer["last_page"], len(answer["data"])) == (60, 1, 60)
    first = answer["data"][0]
    assert (first["members"], first["village"], first["head"], first["_pending"]) == ("5", "桐木村", "赵*", 0)
    told = clerk.get("/ledgers/household/rows/?f.members.from=2&f.number.contains=H1&page=2").json()["conditions"]
    assert told == [
        {"text": "户籍人数 不小于 2", "without": "f.number.contains=H1"},
        {"text": "户编号 包含 H1", "without": "f.members.from=2"},
    ]
    heads = {column["name"]: column["filter"] for column in config(get(clerk, "/ledgers/household/"))["columns"]}
    assert (heads["members"], heads["number"], heads["kind"], heads["village"], heads["head"]) == (
        "span",
        "text",
        "choice",
        "whole",
        "whole",
    )
    refused = clerk.get("/ledgers/household/rows/", {"f.members.from": "x"}, headers={"Accept": "application/json"})
    assert refused.status_code == 422
    assert refused.json()["faults"][0]["field"] == "members"


def save(client: Client, *edits: dict[str, Any], reason: str = "核对", **more: Any) -> Any:
    return client.post("/ledgers/household/save/", json.dumps({"edits": edits, "reason": reason, **more}), content_type="application/json")


def test_a_batch_from_the_grid_is_one_submission(clerk: Client) -> None:
    edits = [{"ref": f"H{i}", "base": stands(f"H{i}")[0], "values": {"members": "6", "houses": "1"}} for i in range(1, 31)]
    fresh = household(900)
    answer = save(clerk, *edits, {"values": fresh})
    assert answer.status_code == 200, answer.content
    assert answer.json() == {"submission": 2, "pending": True, "count": 31, "first_seq": None}
    assert clerk.get("/ledgers/household/rows/").json()["data"][0]["_pending"] == 2
    page = get(clerk, "/ledgers/household/")
    assert "待审" in page
    assert save(clerk, edits[0]).json()["faults"][0]["code"] == "edit.waiting"
    assert clerk.post("/ledgers/household/retract/2/").status_code == 302
    assert clerk.get("/ledgers/household/rows/").json()["data"][0]["_pending"] == 0
    assert clerk.post("/ledgers/household/retract/1/").status_code == 400, "decided already, and somebody else's"


def test_bad_cells_conflicts_and_nonsense_are_told(clerk: Client) -> None:
    seq, _ = stands("H1")
    answer = save(
        clerk, {"ref": "H2", "base": stands("H2")[0], "values": {"members": "2"}}, {"ref": "H1", "base": seq, "values": {"members": "很多"}}
    )
    assert answer.status_code == 422
    [fault] = answer.json()["faults"]
    assert (fault["index"], fault["field"], fault["value"], fault["severity"]) == (1, "members", "很多", "error")
    do_accept(save(clerk, {"ref": "H1", "base": seq, "values": {"members": "6"}}).json()["submission"], "reviewer")
    answer = save(clerk, {"ref": "H1", "base": seq, "values": {"members": "7"}})
    assert answer.status_code == 409
    [conflict] = answer.json()["conflicts"]
    assert (conflict["yours"], conflict["theirs"], conflict["now"]) == ("7", "6", stands("H1")[0])
    assert save(clerk, {"ref": "H1", "base": conflict["now"], "values": {"members": "7"}}).status_code == 200
    for body in ("[]", "{}", '{"edits": 3}', '{"edits": [{"ref": "H1", "values": {}}]}', '{"edits": [7]}'):
        answer = clerk.post("/ledgers/household/save/", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "edit.unreadable"), body
    assert save(clerk, {"ref": "H100", "base": 100, "values": {"members": "7"}}).json()["faults"][0]["code"] == "access.entry_unknown"


def test_the_form_tells_each_fault_beside_its_field(clerk: Client) -> None:
    page = get(clerk, "/ledgers/household/new/")
    assert 'type="date"' in page
    assert f'<option value="{VILLAGE}" selected>桐木村' in page
    assert OTHER not in page, "only her own places"
    sent = {
        f"v-{name}": value
        for name, value in household(500, contracted_area="0.3公顷", members="一百", head_id="99", established_on="2001年3月2日").items()
    }
    answer = clerk.post("/ledgers/household/new/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('aria-invalid="true"') == 1
    assert 'value="0.3公顷"' in page, "what was written stays"
    assert 'type="text" value="2001年3月2日"' in page, "also what a chooser of days would not show"
    sent |= {"v-members": "20", "v-head_id": id_number(500)}
    page = clerk.post("/ledgers/household/new/", sent).content.decode()
    assert 'name="confirm" value="row.check"' in page
    assert clerk.post("/ledgers/household/new/", {**sent, "confirm": "row.check"}).status_code == 302
    do_accept(2, "reviewer")
    assert stands("H500")[1]["contracted_area"] == "4.5"
    page = get(clerk, "/ledgers/household/entry/H500/")
    assert "原写作" in page
    assert "0.3公顷" in page
    assert id_number(500) not in page


def test_an_entry_is_corrected_with_a_reason_and_its_history_tells(clerk: Client) -> None:
    page = get(clerk, "/ledgers/household/entry/H1/edit/")
    seq, before = stands("H1")
    sent = {"base": str(seq), "v-head": "张*", "v-head_id": "990************" + id_number(1)[-3:], "v-village": VILLAGE, "v-members": "6"}
    sent |= {"v-established_on": "2001-03-02", "v-contracted_area": before["contracted_area"], "v-kind": "家庭户", "v-address": "***"}
    assert "reason" in page
    assert "必" in clerk.post("/ledgers/household/entry/H1/edit/", sent).content.decode()
    assert clerk.post("/ledgers/household/entry/H1/edit/", {**sent, "reason": "入户核实"}).status_code == 302
    assert clerk.get("/ledgers/household/entry/H1/edit/")["Location"] == "/ledgers/household/entry/H1/"
    do_accept(2, "reviewer")
    assert stands("H1")[1] == {**before, "members": "6"}
    again = clerk.post("/ledgers/household/entry/H1/edit/", {**sent, "reason": "入户核实"}, follow=True)
    assert "没有改动。" in again.content.decode()
    page = get(clerk, "/ledgers/household/entry/H1/")
    assert "户籍人数：2 → 6" in page
    assert "原因：入户核实" in page
    # Somebody else changes another field meanwhile: both stand; the same field: chosen anew.
    other = {**sent, "v-members": "9", "reason": "又核实"}
    answer = clerk.post("/ledgers/household/entry/H1/edit/", other)
    assert answer.status_code == 409
    assert "已被" in answer.content.decode()
    assert f'name="base" value="{stands("H1")[0]}"' in answer.content.decode()
    answer = clerk.post("/ledgers/household/entry/H1/edit/", {**sent, "v-houses": "2", "reason": "又核实"})
    assert answer.status_code == 302
    do_accept(3, "reviewer")
    assert stands("H1")[1] == {**before, "members": "6", "houses": "2"}
    assert clerk.post("/ledgers/household/entry/H1/withdraw/", {"base": stands("H1")[0], "reason": ""}).status_code == 400
    assert clerk.post("/ledgers/household/entry/H1/withdraw/", {"base": stands("H1")[0], "reason": "重复"}).status_code == 302
    do_accept(4, "reviewer")
    get(clerk, "/ledgers/household/entry/H1/", 404)
    get(clerk, "/ledgers/household/entry/H100/", 404)


def test_unmasking_asks_a_purpose_and_records_what_is_shown(clerk: Client, client_of: Callable[..., Client]) -> None:
    assert clerk.post("/ledgers/household/unmask/", {"purpose": " "}).status_code == 400
    assert clerk.post("/ledgers/household/unmask/", {"purpose": "核对户主"}).status_code == 302
    page = get(clerk, "/ledgers/household/", page=2)
    assert "张三" in page
    record = ReadRecord.objects.filter(act="unmask").latest("id")
    assert (record.person, record.purpose, record.rows) == ("clerk", "核对户主", 10)
    assert get(clerk, "/ledgers/household/", **{"f.head.contains": "张"}).count(">详情</a>") == 15
    clerk.post("/ledgers/household/unmask/", {"end": "1"})
    assert "张三" not in get(clerk, "/ledgers/household/", page=2)
    assert client_of("leader", TOWN).post("/ledgers/household/unmask/", {"purpose": "看看"}).status_code == 403


def workbook(client: Client, form: str, **query: Any) -> Any:
    answer = client.get("/ledgers/household/export/", {"form": form, **query})
    assert answer.status_code == 200, answer.content[:500]
    return load_workbook(BytesIO(b"".join(answer.streaming_content)))


def test_exports_are_what_is_filtered_masked_and_recorded(clerk: Client, client_of: Callable[..., Client]) -> None:
    page = workbook(clerk, "xlsx", **{"f.members.is": "2"}).active
    rows = list(page.values)
    assert rows[0][:3] == ("户编号", "村组", "户主姓名")
    assert len(rows) == 1 + 12
    assert rows[1][:3] == ("H1", "桐木村", "张*")
    record = ReadRecord.objects.filter(act="export").latest("id")
    assert (record.person, record.ledger, record.rows) == ("clerk", "household", 12)
    answer = clerk.get("/ledgers/household/export/", {"form": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.count("\r\n") == 61
    assert client_of("leader", TOWN).get("/ledgers/household/export/").status_code == 403


def test_a_workbook_goes_out_is_changed_and_comes_back(clerk: Client, town: Workspace) -> None:
    book = workbook(clerk, "round", **{"f.number.contains": "H1"})
    page = book.active
    titles = {cell.value: cell.column for cell in page[1]}
    rows = {page.cell(row, titles["户编号"]).value: row for row in range(2, page.max_row + 1)}
    assert page.column_dimensions["A"].hidden
    assert page.protection.sheet
    page.cell(rows["H1"], titles["户籍人数"]).value = 9
    page.cell(rows["H10"], titles["户籍人数"]).value = 8
    page.cell(rows["H10"], titles["住房处数"]).value = 2
    page.cell(rows["H11"], titles["住房处数"]).value = 1
    page.append([None, *(household(700).get(n) for n in town.pack.ledgers["household"].fields)])
    # Meanwhile the reviewer's office changes what two of the rows hold.
    for entry, members in (("H10", "3"), ("H11", "4")):
        number = save(clerk, {"ref": entry, "base": stands(entry)[0], "values": {"members": members}}).json()["submission"]
        do_accept(number, "reviewer")
    real = stands("H10")[1]
    out = BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "交回.xlsx"
    answer = clerk.post("/ledgers/household/round-trip/", {"file": out})
    assert answer.status_code == 302, answer.content.decode()
    address = answer.headers["Location"]
    shown = get(clerk, address)
    assert 'name="c-' in shown
    assert shown.count('value="mine"') == 1, "one cell was changed on both sides"
    field = shown.split('name="c-')[1].split('"')[0]
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    assert clerk.post(address, {"seen": seen, "reason": "核对"}).status_code == 422, "every conflict is chosen"
    answer = clerk.post(address, {"seen": seen, "reason": "核对", f"c-{field}": "theirs"})
    assert answer.status_code == 302, answer.content.decode()
    do_accept(read.submissions()[-1].number, "reviewer")
    assert stands("H1")[1]["members"] == "9"
    assert stands("H10")[1] == {**real, "houses": "2"}, "theirs was chosen; masked cells came back unchanged"
    assert (stands("H11")[1]["members"], stands("H11")[1]["houses"]) == ("4", "1")
    assert stands("H700")[1]["head"] == household(700)["head"]
    version = read.history("household", "H1")[-1]
    assert (version.sheet, version.line) == ("户籍户", rows["H1"])
    get(clerk, address, 400)
    source = f"/figures/row/household/{version.seq}/"
    assert source in clerk.get("/ledgers/household/entry/H1/").content.decode()
    assert clerk.get(source).status_code == 200


def test_files_that_did_not_go_out_from_here_are_refused(clerk: Client) -> None:
    from openpyxl import Workbook

    for cells in (["户编号"], ["系统标记 1 resident", "户编号"]):
        book = Workbook()
        book.active.append(cells)
        book.active.append(["1-00000000", "H1"])
        out = BytesIO()
        book.save(out)
        out.seek(0)
        out.name = "x.xlsx"
        answer = clerk.post("/ledgers/household/round-trip/", {"file": out})
        assert answer.status_code == 422
        assert "faults" in answer.content.decode()


def test_the_list_tells_what_is_due_by_village(town: Workspace, client_of: Callable[..., Client]) -> None:
    clerk = client_of("village_clerk", VILLAGE)
    page = get(clerk, "/ledgers/", q="户籍")
    assert "户籍户" in page
    assert "疑点" not in get(clerk, "/ledgers/")
    assert get(client_of("administrator", TOWN), "/ledgers/").count("<table") == 0
