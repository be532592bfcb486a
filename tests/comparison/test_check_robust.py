"""Runs beside other work: nothing is overwritten, nothing is half told."""

from __future__ import annotations

from datetime import date

import pytest
from findings_town import DAY, PEOPLE, FindingsTown

from taizhang.comparison import actions
from taizhang.comparison.checking import _Run, check

RULE = "t_dead_paid"


def test_a_run_that_was_overtaken_is_made_again(town: FindingsTown, monkeypatch: pytest.MonkeyPatch) -> None:
    town.die(0)
    town.pay(1, 0, "2020-05")
    town.check(RULE)
    town.withdraw("payment", "P1")
    done, attempts = _Run.done, []

    def overtaken(run: _Run) -> object:
        if not attempts:
            attempts.append(1)
            actions.do_exclude(town.workspace, PEOPLE[0], date(2021, 6, 30), "证明", by="舒华", day=DAY, rule=RULE)
        else:
            attempts.append(1)
        return done(run)

    monkeypatch.setattr(_Run, "done", overtaken)
    check(town.workspace, [RULE], day=DAY, person="舒华")
    assert len(attempts) == 2
    assert [row["subject"] for row in town.stands("finding_exclusion")] == [PEOPLE[0]]
    assert (town.only().state, town.only().excluded_by) == ("closed", None)


def test_runs_of_all_rules_and_of_one_go_together(town: FindingsTown) -> None:
    town.die(0)
    town.pay(1, 0, "2020-05")
    town.check()
    town.pay(2, 0, "2020-06")
    town.check(RULE)
    after = town.check()
    assert town.only().count == 2
    assert [r.how for r in after.rules if r.stamp.rule.name == RULE] == ["unchanged"]
    assert {f.count for f in town.findings("t_dead_in_village")} == {2}


def test_a_change_elsewhere_runs_nothing(town: FindingsTown) -> None:
    town.die(0)
    town.pay(1, 0, "2020-05")
    town.check()
    town.record(
        village_account=[{
            "village": "枫香村", "voucher": "2020-03-007", "line": 1, "dated_on": "2020-03-12", "direction": "支出", "subject": "办公费",
            "summary": "购打印纸", "amount": "286.5", "pay_method": "转账", "counterparty": "公坪文具店", "handler": "周平", "approver": "龙文昌",
            "attachments": 2, "posted_on": "2020-03-20",
        }]
    )  # fmt: skip
    assert {r.how for r in town.check().rules} == {"unchanged"}


def test_only_what_a_change_reaches_is_read(town: FindingsTown) -> None:
    town.die(0)
    town.die(1)
    for number, who in enumerate([0, 1, 2, 3], 1):
        town.pay(number, who, "2020-05", card="6217000000000000001" if who < 2 else None)
    town.check()
    town.pay(2, 1, "2020-05", 120, card="6217000000000000002")
    reached = {r.stamp.rule.name: r.reached for r in town.check().rules}
    entries = [("payment", f"P{number}") for number in (1, 2, 3, 4)] + [("death_record", f"{PEOPLE[who]}|公安部门") for who in (0, 1)]
    held = {rule: [entry for ledger, entry in entries if of.holds(ledger, entry)] for rule, of in reached.items() if of}
    assert held["t_dead_paid"] == ["P2", f"{PEOPLE[1]}|公安部门"]
    assert held["t_same_card"] == ["P1", "P2"]  # the card as it was and as it is
    assert held["t_village_heavy"] == ["P1", "P2", "P3", "P4"]  # the whole village
    assert [f.state for f in town.findings("t_same_card")] == ["closed"]
