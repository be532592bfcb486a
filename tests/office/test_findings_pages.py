"""Findings as pages: run, list, filter, export, look at one, work on a case to its end; who may and who may not."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from support.calls import caller
from support.findings_office import TOWN, FindingsTown, inspector, make_town
from support.staff import hire, signed_in
from taizhang.access.current import sight_of
from taizhang.access.models import Account, ReadRecord
from taizhang.access.shelf import Shelf
from taizhang.access.sight import Grant
from taizhang.comparison import actions
from taizhang.intake.importing import ImportRefused, import_file
from taizhang.jobs.testing import run_waiting
from taizhang.journal import read
from taizhang.journal.actions import do_accept
from taizhang.pack import Pack
from taizhang.workspace import Workspace

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def town(sqlite_workspace: Workspace, own_pack: Pack) -> FindingsTown:
    """A town in which two dead people were paid, one for two months."""
    made = make_town(sqlite_workspace, own_pack)
    made.die(0)
    made.die(1)
    for serial, (who, month) in enumerate([(0, "2020-05"), (0, "2020-06"), (1, "2020-07")]):
        made.pay(serial, who, month)
    return made


@pytest.fixture
def jj(town: FindingsTown) -> Client:
    return inspector(town.workspace, "jijian", name="姚正")[1]


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-600:]
    return answer.content.decode()


def post(client: Client, address: str, status: int = 302, **data: Any) -> str:
    answer = client.post(address, data)
    assert answer.status_code == status, answer.content.decode()[-900:]
    return answer.content.decode() if status != 302 else answer["Location"]


def test_a_run_is_a_job_and_is_listed_also_when_it_finds_nothing(town: FindingsTown, jj: Client) -> None:
    job = post(jj, "/findings/start/", rule="t_dead_paid", day="2020-12-31")
    (ended,) = run_waiting()
    assert ended.state == "done", ended.fault
    assert ended.result["url"] in text(jj, job)
    assert "死后仍发" in text(jj, ended.result["url"])
    post(jj, "/findings/start/", rule="t_dead_unpaid", day="2020-12-31", full="1")
    (second,) = run_waiting()
    nothing = text(jj, second.result["url"])
    assert 'data-title="现有疑点">0</td>' in nothing
    runs = text(jj, "/findings/runs/")
    assert "共2条" in runs
    assert "共1条" in text(jj, "/findings/runs/?nothing=1")
    assert "没有比对规则“none”" in post(jj, "/findings/start/", 404, rule="none")


def test_the_list_filters_counts_sorts_and_leaves_as_a_file(town: FindingsTown, jj: Client) -> None:
    town.check("t_dead_paid", "t_dead_in_village")
    everything = text(jj, "/findings/")
    assert "共3条" in everything
    assert "死后仍发（2）" in everything
    assert "重要（2）" in everything
    high = text(jj, "/findings/?severity=重要")
    assert "共2条" in high
    assert "一般（1）" in high  # the other choices of a chosen facet are counted as if it were not
    assert "死后仍发（2）" in high
    assert "村里有死亡人员领款" not in high.split("<tbody>")[1]
    assert "共0条" in text(jj, "/findings/?severity=重要&state=closed")
    by_amount = text(jj, "/findings/?rule=t_dead_paid&sort=amount&down=1").split("<tbody>")[1]
    assert by_amount.index("200") < by_amount.index('number">100<')
    file = b"".join(jj.get("/findings/export/?severity=重要&form=csv")).decode("utf-8-sig")  # type: ignore[arg-type]
    assert len(file.splitlines()) == 3
    assert "吴*" in file
    assert "吴桂香" not in file
    assert ReadRecord.objects.filter(person="jijian", act="export", rows=2).exists()


def test_a_full_number_finds_a_person_and_is_recorded(town: FindingsTown, jj: Client) -> None:
    from findings_town import PEOPLE

    town.check("t_dead_paid")
    assert "共1条" in text(jj, f"/findings/?q={PEOPLE[0]}")
    (record,) = ReadRecord.objects.filter(person="jijian", act="search")
    assert PEOPLE[0] not in record.what
    assert "共0条" in text(jj, f"/findings/?q={PEOPLE[0][:12]}")


def test_a_finding_shows_both_rows_masked_until_a_purpose_is_given(town: FindingsTown, jj: Client) -> None:
    from findings_town import NAMES, PEOPLE

    town.check("t_dead_paid")
    finding = next(f for f in town.findings() if f.subject == PEOPLE[0])
    page = text(jj, f"/findings/{finding.number}/")
    assert "惠民补贴发放明细" in page
    assert "死亡信息名单" in page
    assert "王会计" in page
    assert "截至 2020-12-31" in page
    assert "死亡名单" in page  # a step in a clerk's words
    for told in ("<dt>发放金额</dt><dd>100 元</dd>", "<dt>死亡日期</dt><dd>2020-04-02</dd>", "<dt>数额（元）</dt><dd>100</dd>"):
        assert told in page
    assert PEOPLE[0] not in page
    assert NAMES[0] not in page
    assert "查看个人信息原文须写明用途" in post(jj, f"/findings/{finding.number}/", 400, purpose=" ")
    clear = post(jj, f"/findings/{finding.number}/", 200, purpose="核对死亡证明")
    assert PEOPLE[0] in clear
    assert NAMES[0] in clear
    assert {r.ledger for r in ReadRecord.objects.filter(act="unmask", purpose="核对死亡证明")} == {"finding", "payment", "death_record"}
    counted = text(jj, f"/findings/{finding.number}/?steps=1")
    assert "死亡次月以后的发放：3行" in counted
    assert "死亡名单：2行" in counted


@pytest.mark.slow
def test_a_case_from_assigning_to_the_money_back(town: FindingsTown, jj: Client) -> None:
    town.check("t_dead_paid")
    _account, other = inspector(town.workspace, "zhou", name="周平")
    finding = town.findings()[0].number
    case = post(jj, f"/findings/{finding}/assign/", handler="zhou")
    assert case.endswith(f"/findings/cases/{finding}-1/")
    assert "<dd></dd>" not in text(jj, case), "what is not known yet is not listed"
    assert "交办给我的核查" in text(other, "/")
    assert "交办给我的核查" not in text(jj, "/")
    assert "不是核查" in post(jj, f"{case}verify/", 400, note="我替他登记")
    assert "还没有入户核实" in post(jj, f"{case}decide/", 400, result="属实", note="收回")
    photo = SimpleUploadedFile("照片.exe", PNG)
    post(other, f"{case}verify/", note="已入户，死亡证明属实", files=[photo])
    page = text(other, case)
    file = page.split('<img src="')[1].split('"')[0]
    answer = other.get(file)
    assert (b"".join(answer), answer["Content-Type"]) == (PNG, "image/png")  # type: ignore[arg-type]
    # It keeps the name that it came with, with the ending of what it is.
    assert "照片.png" in page
    assert quote("照片.png") in answer["Content-Disposition"]
    plain = SimpleUploadedFile("../../死亡证明 (2).PDF", b"%PDF-1.4 x")
    post(other, f"{case}verify/", note="补交材料", files=[plain, SimpleUploadedFile("同一张.png", PNG)])
    (row,) = town.stands("finding_case")
    assert (len(row["files"].split()), row["file_names"]) == (2, "照片.png/死亡证明 (2).pdf")
    saved = other.get(f"{case}files/{row['files'].split()[1]}/")
    assert saved["Content-Disposition"].startswith("attachment")
    assert quote("死亡证明 (2).pdf") in saved["Content-Disposition"]
    assert "死亡证明" not in text(jj, "/ledgers/finding_case/")
    assert ReadRecord.objects.filter(person="zhou", act="file").exists()
    assert "交办给我的核查" not in text(other, "/")
    assert "待认定的核查" in text(jj, "/")
    post(jj, f"{case}decide/", result="属实", note="应予收回")
    assert "没有“有罪”这种认定结果" in post(jj, f"{case}decide/", 400, result="有罪", note="x")
    assert "大于零的金额" in post(jj, f"{case}plan/", 400, amount="-5")
    post(jj, f"{case}plan/", amount="200")
    post(jj, f"{case}recover/", received="150.50", received_on="2020-12-31", receipt="A1")
    assert "150.5" in text(jj, case)
    lead = post(jj, f"{case}hand-over/", to="县纪委")
    assert "问题线索编号" in text(jj, lead)
    post(jj, f"{case}appeal/", appeal="并非本人领取")
    assert "申诉由另一个人认定" in post(jj, f"{case}decide/", 400, result="属实", note="维持")
    post(other, f"{case}decide/", result="不属实-数据错误", note="证件号录错")
    history = text(jj, case).split("经过")[1]
    assert history.index("证件号录错") < history.index("应予收回") < history.index("已入户")
    assert "zhou" not in history, "people are called by their names"
    assert "100.00%" not in text(jj, "/findings/rules/t_dead_paid/")


@pytest.mark.slow
def test_what_comparison_writes_is_changed_by_no_other_way(town: FindingsTown, jj: Client) -> None:
    town.check("t_dead_paid")
    before = town.stands("finding")
    row = Shelf.of(town.workspace).rows(sight_of(town.workspace, Account.objects.get(username="jijian")), "finding").rows[0]
    ledger, entry = "/ledgers/finding/", f"/ledgers/finding/entry/{quote(row.ref)}/"
    edit = {"ref": row.ref, "base": row.seq, "values": {"state": "已排除"}}
    for address, data in {
        f"{ledger}new/": {"f-number": "YD1"},
        f"{ledger}round-trip/": {},
        f"{entry}edit/": {"f-state": "已排除", "base": str(row.seq)},
        f"{entry}withdraw/": {"reason": "错了"},
    }.items():
        assert "“疑点”由比对和办理登记，不能填报、导入或改动。" in post(jj, address, 403, **data)
    saved = jj.post(f"{ledger}save/", json.dumps({"edits": [edit], "reason": "错了"}), content_type="application/json")
    assert (saved.status_code, saved.json()["code"]) == (403, "ledger.not_by_people")
    assert town.stands("finding") == before
    for page in (text(jj, ledger), text(jj, entry)):
        assert not re.search(r"/(new|edit|withdraw|round-trip)/|form=round", page)
    assert f'href="{ledger}"' not in text(jj, "/ledgers/?show=write")


@pytest.mark.slow
def test_of_a_lead_that_comparison_wrote_people_only_fill_in_how_it_is_handled(town: FindingsTown, jj: Client, tmp_path: Path) -> None:
    from findings_town import DAY, VILLAGES

    town.check("t_dead_paid")
    case = actions.do_assign(town.workspace, town.findings()[0].number, "杨丽", by="jijian", day=DAY)
    actions.do_verify(town.workspace, case, "已入户", by="杨丽", day=DAY)
    number = actions.do_hand_over(town.workspace, case, "县纪委", by="jijian", day=DAY)
    (lead,) = town.stands("discipline_case")
    row = Shelf.of(town.workspace).rows(sight_of(town.workspace, Account.objects.get(username="jijian")), "discipline_case").rows[0]
    entry = f"/ledgers/discipline_case/entry/{quote(row.ref)}/"
    assert "由比对登记" in text(jj, entry)
    assert "withdraw" not in text(jj, entry)
    form = text(jj, f"{entry}edit/")
    assert ('name="v-handler"' in form, 'name="v-matter"' in form) == (True, False)

    assert "“问题摘要”不能改动" in post(
        jj, f"{entry}edit/", 422, **{"v-matter": "查无实据", "v-handler": "杨丽", "base": str(row.seq), "reason": "改"}
    )
    assert "不能撤销" in post(jj, f"{entry}withdraw/", 422, base=str(row.seq), reason="错了")
    edit = {"ref": row.ref, "base": row.seq, "values": {"recovered": "1", "recovered_on": "2020-12-31"}}
    saved = jj.post("/ledgers/discipline_case/save/", json.dumps({"edits": [edit], "reason": "改"}), content_type="application/json")
    assert {fault["code"] for fault in saved.json()["faults"]} == {"row.of_comparison"}
    program = caller(town.workspace, "program", Grant("inspector", TOWN, ("纪委",)))
    for change in ({"values": {"found_on": "2020-12-30"}}, {"withdraw": True}):
        body = {"changes": [{"ref": row.ref, "base": row.seq, **change}], "reason": "改"}
        assert program.post("/ledgers/discipline_case/changes", body, status=422)["faults"][0]["code"].startswith("row.of_comparison")
    file = tmp_path / "线索.json"
    other = {
        "number": "XS1",
        "village": VILLAGES[0],
        "source": "信访举报",
        "subject": "杨帆",
        "matter": "值班脱岗",
        "found_on": lead["found_on"],
    }
    file.write_text(json.dumps({"discipline_case": [lead | {"matter": "查无实据"}, other]}, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(ImportRefused) as refused:
        import_file(town.workspace, file, person="jijian")
    assert [(fault.code, fault.field) for fault in refused.value.faults] == [("row.of_comparison", "matter")]
    assert town.stands("discipline_case") == [lead]

    file.write_text(json.dumps({"discipline_case": [other]}, ensure_ascii=False), encoding="utf-8")
    assert import_file(town.workspace, file, person="jijian", withdraw_missing=True).total("missing") == 0
    post(jj, f"{entry}edit/", **{"v-handler": "杨丽", "v-disposal": "初步核实", "base": str(row.seq), "reason": "受理"})
    (waiting,) = read.submissions(status="pending")
    do_accept(waiting.number, "舒华")
    stands = {found["number"]: found for found in town.stands("discipline_case")}
    assert stands[number] == lead | {"handler": "杨丽", "disposal": "初步核实"}
    assert "XS1" in stands


def test_who_is_concerned_is_told_before_and_refused_after(town: FindingsTown, jj: Client) -> None:
    from findings_town import PEOPLE

    town.check("t_dead_paid")
    finding = next(f for f in town.findings() if f.subject == PEOPLE[0]).number
    inspector(town.workspace, "kin", name="当事人", id_number=PEOPLE[0])
    page = text(jj, f"/findings/{finding}/")
    assert "当事人是疑点的当事人，应当回避" in page
    assert 'value="kin" required disabled' in page
    assert "应当回避" in post(jj, f"/findings/{finding}/assign/", 400, handler="kin")
    assert "请选一个能办理线索的账号" in post(jj, f"/findings/{finding}/assign/", 400, handler="nobody")
    assert town.stands("finding_case") == []


@pytest.mark.slow
def test_excluding_holds_back_and_is_listed_with_its_end(town: FindingsTown, jj: Client) -> None:
    town.check("t_dead_paid")
    finding = town.findings()[0].number
    assert "不是日期" in post(jj, f"/findings/{finding}/exclude/", 400, evidence="更正通知", until="明年")
    assert "已经过了" in post(jj, f"/findings/{finding}/exclude/", 400, evidence="更正通知", until="2020-01-01")
    paper = SimpleUploadedFile("通知.pdf", b"%PDF-1.7 x")
    post(jj, f"/findings/{finding}/exclude/", evidence="更正通知", until="2099-12-31", file=paper)
    page = text(jj, "/findings/exclusions/")
    assert "更正通知" in page
    assert "2099-12-31" in page
    assert "共0条" in text(jj, "/findings/exclusions/?state=over")
    (row,) = town.stands("finding_exclusion")
    answer = jj.get(f"/findings/exclusions/{row['number']}/file/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer) == b"%PDF-1.7 x"  # type: ignore[arg-type]
    assert "共1条" in text(jj, "/findings/?state=excluded")


def office_file(*members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member in members:
            archive.writestr(member, "<x/>")
    return stream.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("图.svg", b"<svg onload='alert(1)'/>"),
        ("图.jpg", b"<html><script>alert(1)</script>"),
        ("表.xlsm", office_file("xl/workbook.xml", "xl/vbaProject.bin")),
        ("包.zip", office_file("a.txt")),
        ("坏.docx", b"PK\x03\x04 broken"),
    ],
)
def test_evidence_is_judged_by_its_content(town: FindingsTown, name: str, content: bytes) -> None:
    _account, client = inspector(town.workspace, "zhou", name="周平")
    town.check("t_dead_paid")
    case = post(client, f"/findings/{town.findings()[0].number}/assign/", handler="zhou")
    told = post(client, f"{case}verify/", 400, note="已入户", files=[SimpleUploadedFile(name, content)])
    assert "不是可收的材料" in told
    assert [row["state"] for row in town.stands("finding_case")] == ["待核实"]
    assert list(Path(town.workspace.path("jobs", ".incoming")).glob("*")) == []


@pytest.mark.slow
def test_clerks_and_leaders_have_no_part_in_it(town: FindingsTown, jj: Client) -> None:
    town.check("t_dead_paid")
    finding = town.findings()[0].number
    post(jj, f"/findings/{finding}/assign/", handler="jijian")
    for role, division in (("village_clerk", "990128105201"), ("leader", TOWN), ("administrator", TOWN), ("reviewer", TOWN)):
        client = signed_in(hire(town.workspace, role, Grant(role, division, ("纪委",))))
        for address in (
            "/findings/",
            "/findings/export/",
            f"/findings/{finding}/",
            f"/findings/cases/{finding}-1/",
            "/findings/rules/",
            "/findings/runs/",
            "/findings/exclusions/",
        ):
            assert client.get(address).status_code == 403, (role, address)
        assert client.post(f"/findings/cases/{finding}-1/verify/", {"note": "x"}).status_code == 403
        assert finding not in client.get("/").content.decode()


def test_a_rule_page_tells_its_basis_examples_and_whether_it_needs_review(town: FindingsTown, jj: Client) -> None:
    town.check("t_dead_paid")
    page = text(jj, "/findings/rules/deceased_paid/")
    for part in ("依据", "看似疑点而不是", "这样的查得出来", "没有运行过"):
        assert part in page
    listed = text(jj, "/findings/rules/?q=死后仍发")
    assert "共1条" in listed
    assert ">2</a>" in listed
