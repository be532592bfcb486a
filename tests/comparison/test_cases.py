"""The work on findings: who may do it, what it leaves in the journal, what figures come from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from findings_town import DAY, NAMES, PEOPLE, VILLAGES, FindingsTown

from taizhang.comparison import actions
from taizhang.errors import TaizhangError

RULE = "t_dead_paid"


@pytest.fixture
def found(town: FindingsTown) -> FindingsTown:
    """A town with one finding: a dead person was paid."""
    town.die(0)
    town.pay(1, 0, "2020-05")
    town.check(RULE)
    return town


def code(act: Callable[[], Any]) -> str:
    with pytest.raises(TaizhangError) as told:
        act()
    return told.value.fault.code


def verified(town: FindingsTown) -> str:
    case = actions.do_assign(town.workspace, town.only().number, "周平", by="舒华", day=DAY)
    actions.do_verify(town.workspace, case, "死亡证明属实，款仍在卡上", by="周平", day=DAY)
    return case


def decided(town: FindingsTown, result: str = "属实") -> str:
    case = verified(town)
    actions.do_decide(town.workspace, case, result, "应予收回", by="舒华", day=DAY)
    return case


def relative(**more: Any) -> dict[str, Any]:
    return {
        "cadre": PEOPLE[2], "cadre_name": "周平", "village": VILLAGES[0], "relative_id": PEOPLE[0], "relative": NAMES[0], "relation": "子女",
        "degree": 1, "declared_on": "2020-03-05", **more,
    }  # fmt: skip


def test_from_assigning_to_the_money_back(found: FindingsTown, tmp_path: Path) -> None:
    photo = tmp_path / "照片.jpg"
    photo.write_bytes(b"jpg")
    case = actions.do_assign(found.workspace, found.only().number, "周平", by="舒华", day=DAY)
    (row,) = found.stands("finding_case")
    assert (row["state"], row["handler"], row["assigned_by"], row["due_on"]) == ("待核实", "周平", "舒华", "2021-01-15")
    actions.do_verify(found.workspace, case, "已入户", by="周平", day=date(2021, 1, 5), files=[photo])
    (row,) = found.stands("finding_case")
    assert found.workspace.path("files", row["files"][:2], row["files"] + ".jpg").read_bytes() == b"jpg"
    assert row["file_names"] == "照片.jpg"
    actions.do_decide(found.workspace, case, "属实", "收回", by="舒华", day=date(2021, 1, 6))
    assert (found.only().state, found.only().result) == ("decided", "属实")
    actions.do_plan_recovery(found.workspace, case, Decimal(100), by="舒华", day=date(2021, 1, 6))
    actions.do_record_recovery(found.workspace, case, Decimal("60"), by="舒华", received_on=date(2021, 1, 20))
    actions.do_record_recovery(found.workspace, case, Decimal("40"), by="舒华", received_on=date(2021, 2, 1), receipt="A1")
    assert [(r["line"], r["amount"]) for r in found.stands("case_recovery")] == [("1", "60"), ("2", "40")]
    (row,) = found.stands("finding_case")
    assert (row["recover_amount"], row["recover_due_on"]) == ("100", "2021-02-05")
    assert found.stands("comparison_result")[0]["verified"] == "1"
    assert figures(found, "2021") == {
        "finding_cases": 0, "finding_cases_decided": 1, "finding_cases_true": 1, "case_money_due": 100, "case_money_recovered": 100,
        "anomalies_found": 0,
    }  # fmt: skip
    assert figures(found, "2020")["anomalies_found"] == 1


def figures(town: FindingsTown, period: str) -> dict[str, Any]:
    from taizhang.figures import compute
    from taizhang.warehouse.store import Warehouse

    warehouse = Warehouse(town.workspace)
    warehouse.refresh()
    names = ("finding_cases", "finding_cases_decided", "finding_cases_true", "case_money_due", "case_money_recovered", "anomalies_found")
    with warehouse.snapshot() as snapshot:
        return {name: compute(snapshot, name, period, town.workspace.town).value for name in names}


def test_every_step_is_in_the_journal_with_who_did_it(found: FindingsTown) -> None:
    from taizhang.journal import read
    from taizhang.journal.verify import verify

    case = decided(found)
    versions = read.history("finding_case", case)
    assert [(read.submission(v.submission).person, json.loads(v.data)["state"]) for v in versions] == [
        ("舒华", "待核实"), ("周平", "已核实"), ("舒华", "已认定"),
    ]  # fmt: skip
    assert verify() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("handler", "handler_id", "why"),
    [
        ("王会计", None, "comparison.handler_keyed"),
        (NAMES[0], None, "comparison.handler_concerned"),
        ("某人", PEOPLE[0], "comparison.handler_concerned"),
        ("周平", None, "comparison.handler_related"),
        ("某人", PEOPLE[2], "comparison.handler_related"),
    ],
)
def test_who_is_near_may_not_handle(found: FindingsTown, handler: str, handler_id: str | None, why: str) -> None:
    found.record("龙主任", cadre_relative=[relative()])
    act = lambda: actions.do_assign(found.workspace, found.only().number, handler, handler_id=handler_id, by="舒华", day=DAY)  # noqa: E731
    assert code(act) == why
    assert found.stands("finding_case") == []


def test_family_by_any_list_or_by_household_is_near(found: FindingsTown) -> None:
    found.record(
        "龙主任",
        family_relation=[{
            "person_id": PEOPLE[0], "person": NAMES[0], "village": VILLAGES[0], "relative_id": PEOPLE[1], "relative": "杨昌文", "relation": "子女",
            "degree": 1, "as_of_on": "2020-06-30",
        }],
    )  # fmt: skip
    assert (
        code(lambda: actions.do_assign(found.workspace, found.only().number, "杨昌文", by="舒华", day=DAY)) == "comparison.handler_related"
    )


def test_a_relation_that_ended_does_not_keep_anybody(found: FindingsTown) -> None:
    found.record("龙主任", cadre_relative=[relative(relation="配偶", ended_on="2020-06-01")])
    assert actions.do_assign(found.workspace, found.only().number, "周平", by="舒华", day=DAY)


def test_who_keyed_the_row_may_not_decide(found: FindingsTown) -> None:
    case = verified(found)
    assert code(lambda: actions.do_decide(found.workspace, case, "属实", "收回", by="王会计", day=DAY)) == "comparison.handler_keyed"
    assert found.only().state == "open"


def test_steps_have_an_order(found: FindingsTown) -> None:
    ws, number = found.workspace, found.only().number
    assert code(lambda: actions.do_assign(ws, "YD0", "周平", by="舒华", day=DAY)) == "comparison.finding_unknown"
    assert code(lambda: actions.do_verify(ws, number, "已入户", by="周平", day=DAY)) == "comparison.case_unknown"
    case = actions.do_assign(ws, number, "周平", by="舒华", day=DAY)
    assert actions.do_assign(ws, number, "李四", by="舒华", day=DAY) == case  # to somebody else, before anybody went
    assert code(lambda: actions.do_verify(ws, case, "已入户", by="周平", day=DAY)) == "comparison.not_the_handler"
    assert code(lambda: actions.do_decide(ws, case, "属实", "收回", by="舒华", day=DAY)) == "comparison.case_unverified"
    actions.do_verify(ws, case, "已入户", by="李四", day=DAY)
    assert code(lambda: actions.do_decide(ws, case, "有罪", "收回", by="舒华", day=DAY)) == "comparison.result_unknown"
    assert code(lambda: actions.do_decide(ws, case, "属实", " ", by="舒华", day=DAY)) == "comparison.note_missing"
    assert code(lambda: actions.do_plan_recovery(ws, case, Decimal(1), by="舒华", day=DAY)) == "comparison.case_undecided"
    actions.do_decide(ws, case, "不属实-数据错误", "号码录错", by="舒华", day=DAY)
    assert code(lambda: actions.do_plan_recovery(ws, case, Decimal(1), by="舒华", day=DAY)) == "comparison.nothing_to_recover"
    assert code(lambda: actions.do_assign(ws, number, "周平", by="舒华", day=DAY)) == "comparison.finding_settled"
    assert code(lambda: actions.do_decide(ws, case, "属实", "收回", by="舒华", day=DAY)) == "comparison.case_decided"


def test_handed_over_it_is_a_lead_with_the_money_that_comes_back(found: FindingsTown) -> None:
    case = decided(found)
    lead = actions.do_hand_over(found.workspace, case, "县纪委", by="舒华", day=DAY)
    actions.do_record_recovery(found.workspace, case, Decimal("22000"), by="舒华", received_on=date(2021, 1, 20))
    (row,) = found.stands("discipline_case")
    assert (row["number"], row["source"], row["finding"]) == (lead, "互联网+监督比对", found.only().number)
    assert (row["recovered"], row["recovered_on"], row["subject_id"]) == ("22000", "2021-01-20", PEOPLE[0])
    assert found.stands("finding_case")[0]["result"] == "属实"
    assert code(lambda: actions.do_hand_over(found.workspace, case, "县纪委", by="舒华", day=DAY)) == "comparison.case_handed_over"


def test_handing_over_what_was_only_verified_decides_it(found: FindingsTown) -> None:
    case = verified(found)
    actions.do_hand_over(found.workspace, case, "县纪委", by="舒华", day=DAY)
    (row,) = found.stands("finding_case")
    assert (row["state"], row["result"], found.only().result) == ("已认定", "移送", "移送")


@pytest.mark.slow
def test_an_appeal_is_decided_by_somebody_else(found: FindingsTown) -> None:
    case = decided(found, "不属实-同名同号")
    actions.do_appeal(found.workspace, case, "村民举报并非同名", by="龙主任", day=DAY)
    assert code(lambda: actions.do_decide(found.workspace, case, "属实", "收回", by="舒华", day=DAY)) == "comparison.appeal_same_person"
    actions.do_decide(found.workspace, case, "属实", "原认定有误", by="龙主任", day=date(2021, 1, 10))
    assert (found.only().state, found.only().result) == ("decided", "属实")
    found.pay(2, 0, "2020-07")
    found.check(RULE, day=date(2021, 1, 11))
    assert [f.state for f in found.findings(RULE)] == ["decided", "open"]  # the exclusion went with the decision that it came from


def test_a_case_goes_on_when_its_finding_went_by_itself(found: FindingsTown) -> None:
    case = verified(found)
    found.withdraw("payment", "P1")
    found.check(RULE)
    actions.do_decide(found.workspace, case, "已整改", "款已退回", by="舒华", day=DAY)
    assert found.only().state == "closed"
    assert found.stands("finding_case")[0]["result"] == "已整改"


def test_a_finding_that_comes_back_gets_a_case_of_its_own(found: FindingsTown) -> None:
    case = decided(found, "不属实-数据错误")
    found.pay(1, 0, "2020-05", 130)
    found.check(RULE)
    again = actions.do_assign(found.workspace, found.only().number, "周平", by="舒华", day=DAY)
    assert (case[-2:], again[-2:]) == ("-1", "-2")


def test_a_rule_under_its_floor_asks_for_review(town: FindingsTown) -> None:
    from taizhang.comparison.book import Book
    from taizhang.comparison.cases import hit_rates

    def case(number: int, result: str) -> dict[str, Any]:
        return {
            "number": f"YD{number}-1", "village": VILLAGES[0], "finding": f"YD{number}", "rule": RULE, "state": "已认定", "handler": "周平",
            "assigned_by": "舒华", "assigned_on": "2020-06-01", "due_on": "2020-06-15", "result": result, "decision": "查明", "decided_by": "舒华",
            "decided_on": "2020-06-10",
        }  # fmt: skip

    town.record(finding_case=[case(n, "不属实-同名同号") for n in range(49)])
    (rate,) = hit_rates(Book(town.workspace), town.workspace.pack, DAY).values()
    assert (rate.decided, rate.review) == (49, False)
    town.record(finding_case=[case(49, "不属实-同名同号")])
    (rate,) = hit_rates(Book(town.workspace), town.workspace.pack, DAY).values()
    assert (rate.decided, rate.percent, rate.review) == (50, Decimal(0), True)
    town.record(finding_case=[case(49, "属实")])
    (rate,) = hit_rates(Book(town.workspace), town.workspace.pack, DAY).values()
    assert (rate.percent, rate.review) == (Decimal(2), False)
    assert not hit_rates(Book(town.workspace), town.workspace.pack, date(2015, 1, 1))[RULE].review


def test_somebody_else_was_faster(found: FindingsTown) -> None:
    from taizhang.comparison.book import Book
    from taizhang.journal.records import JournalConflict

    late = Book(found.workspace)
    late.finding(found.only().number)
    actions.do_exclude(found.workspace, PEOPLE[0], date(2021, 1, 31), "证明", by="舒华", day=DAY)
    row = found.findings(RULE)[0].as_row() | {"state": "待核实", "excluded_by": None, "severity": "轻微"}
    with pytest.raises(JournalConflict):
        late.record({"finding": [row]}, "舒华", "试")
    assert found.only().state == "excluded"
