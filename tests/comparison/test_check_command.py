"""``taizhang check`` and ``taizhang case`` as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from findings_town import NAMES, PEOPLE, FindingsTown

from support.calling import Outcome, caller
from taizhang.access.models import ReadRecord

RULE = "t_dead_paid"
Call = Callable[..., Outcome]


@pytest.fixture
def at(town: FindingsTown, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """Return a function that calls ``taizhang -C town`` with arguments; a dead person was paid in two months."""
    from taizhang.workspace import Workspace

    town.die(0)
    town.pay(1, 0, "2020-05")
    town.pay(2, 0, "2020-06", 150)
    pack = town.workspace.pack
    monkeypatch.setattr(Workspace, "pack", pack)

    call = caller(capsys, monkeypatch)
    return lambda *arguments: call("-C", town.workspace.root, *arguments)


def test_check_tells_findings_and_runs_as_one_object(at: Call) -> None:
    data = at("check", RULE, "--as-of", "2020-12-31", "--person", "舒华", "--json").json
    (finding,), (run,) = data["findings"], data["runs"]
    assert (finding["rule"], finding["state"], finding["severity"], finding["new"]) == (RULE, "open", "high", True)
    assert (finding["first_month"], finding["months"], finding["amount"]) == ("2020-05", ["2020-05", "2020-06"], "250")
    assert (finding["subject"], finding["name"]) == ("990************026", "吴*")
    assert (finding["left"]["ledger"], finding["left"]["entry"]) == ("payment", "P2")
    assert (finding["right"]["ledger"], finding["right"]["as_of"]) == ("death_record", "2020-12-31")
    assert (run["state"], run["found"], run["findings"], run["new"]) == ("ran", 2, 1, 1)
    again = at("check", RULE, "--as-of", "2020-12-31", "--json").json
    assert (again["runs"][0]["state"], len(again["findings"]), again["findings"][0]["new"]) == ("unchanged", 1, False)


def test_nothing_personal_is_told_unless_there_is_a_reason_on_record(at: Call, town: FindingsTown) -> None:
    for arguments in (("--json",), (), ("--explain",)):
        told = at("check", "--as-of", "2020-12-31", RULE, *arguments)
        assert not [text for text in (PEOPLE[0], NAMES[0]) if text in told.out + told.err]
    opened = at("check", RULE, "--as-of", "2020-12-31", "--unmask", "入户核实", "--json").json
    assert (opened["findings"][0]["subject"], opened["findings"][0]["name"]) == (PEOPLE[0], NAMES[0])
    town.workspace.activate()
    assert [record.purpose for record in ReadRecord.objects.filter(act="unmask")] == ["入户核实"]


def test_explain_counts_every_step_by_its_title(at: Call) -> None:
    told = at("check", RULE, "--as-of", "2020-12-31", "--explain")
    assert "1\t死亡名单\t1\n2\t死亡次月以后的发放\t2\n" in told.out
    steps = at("check", RULE, "--as-of", "2020-12-31", "--explain", "--json").json["runs"][0]["steps"]
    assert steps == [{"step": "t_dead", "title": "死亡名单", "rows": 1}, {"step": "t_paid_after", "title": "死亡次月以后的发放", "rows": 2}]


def test_the_table_names_both_sources_with_their_days(at: Call) -> None:
    told = at("check", RULE, "--as-of", "2020-12-31")
    assert "死亡信息名单（截至2020-12-31）" in told.out
    assert "2020-05至2020-06" in told.out
    assert "新增疑点1个" in told.err


def test_a_rule_goes_by_name_title_or_number(at: Call) -> None:
    told = [at("check", text, "--as-of", "2020-12-31", "--json").json["runs"] for text in (RULE, "死后仍发", "901")]
    assert [[run["rule"] for run in runs] for runs in told] == [[RULE]] * 3


@pytest.mark.slow
def test_a_rule_without_its_list_is_told_as_not_run(at: Call) -> None:
    data = at("check", "deceased_alive_nowhere", "--json")
    assert data.code == 1
    run = at("check", "--as-of", "2020-12-31", "--json").json["runs"]
    idle = [r for r in run if r["state"] == "not_delivered"]
    assert idle
    assert all(r["found"] is None and r["findings"] is None and r["told"]["code"] == "comparison.not_delivered" for r in idle)


def test_a_case_from_the_command_line(at: Call) -> None:
    number = at("check", RULE, "--as-of", "2020-12-31", "--json").json["findings"][0]["number"]
    day = ("--day", "2020-12-31")
    case = at("case", "assign", number, "--to", "周平", "--by", "舒华", *day, "--json").json["case"]
    assert at("case", "assign", number, "--to", "王会计", "--by", "舒华", *day).code == 1
    assert at("case", "list", "--day", "2021-03-01", "--overdue", "--json").json[0]["overdue"] is True
    assert at("case", "verify", case, "--note", "已入户", "--by", "周平", *day).code == 0
    assert at("case", "decide", case, "--result", "true", "--note", "收回", "--by", "舒华", *day).code == 0
    assert at("case", "plan-recovery", case, "250", "--by", "舒华", *day).code == 0
    assert at("case", "recover", case, "250", "--by", "舒华", *day).code == 0
    assert at("case", "recover", case, "-5", "--by", "舒华", *day).code == 2
    shown = at("case", "show", case, "--json").json
    assert (shown["case"]["result"], shown["received"], shown["finding"]["state"]) == (
        "属实",
        [{"amount": "250", "received_on": "2020-12-31"}],
        "decided",
    )
    assert [event["person"] for event in shown["history"]] == ["舒华", "周平", "舒华", "舒华"]
    assert at("case", "rates", "--json").json == [{"rule": RULE, "decided": 1, "true": 1, "percent": "100.00", "review": False}]
    assert at("check", RULE, "--as-of", "2020-12-31", "--json").json["findings"] == []


def test_a_file_of_findings_is_not_imported(at: Call, town: FindingsTown, tmp_path: Path) -> None:
    at("check", RULE, "--as-of", "2020-12-31")
    (finding,) = town.stands("finding")
    file = tmp_path / "疑点.json"
    file.write_text(json.dumps({"finding": [finding | {"severity": "提示"}]}, ensure_ascii=False), encoding="utf-8")
    for options in ((), ("--partial", "--confirm"), ("--review",)):
        told = at("import", file, *options, "--json")
        assert (told.code, [fault["code"] for fault in told.json["faults"]]) == (2, ["ledger.not_by_people"])
    assert town.stands("finding") == [finding]


def test_excluding_by_the_number_of_a_finding(at: Call) -> None:
    number = at("check", RULE, "--as-of", "2020-12-31", "--json").json["findings"][0]["number"]
    at("case", "exclude", number, "--until", "2021-06-30", "--evidence", "更正通知", "--by", "舒华", "--day", "2020-12-31")
    (finding,) = at("check", RULE, "--as-of", "2020-12-31", "--json").json["findings"]
    assert finding["state"] == "excluded"
    assert finding["excluded_by"].startswith("PC2020-")
