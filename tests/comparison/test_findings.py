"""What becomes of a finding: it is added to, goes by itself, is decided, excluded, comes back only for a reason."""

from __future__ import annotations

from datetime import date

import pytest
from findings_town import DAY, NAMES, PEOPLE, VILLAGES, FindingsTown

from taizhang.clock import today
from taizhang.comparison import Limits, actions
from taizhang.comparison.book import Book
from taizhang.comparison.checking import check
from taizhang.comparison.findings import Finding
from taizhang.comparison.results import Scope
from taizhang.pack.periods import Period

RULE = "t_dead_paid"


def found_dead(town: FindingsTown, *months: str) -> None:
    town.die(0)
    for number, month in enumerate(months or ("2020-05",), 1):
        town.pay(number, 0, month)


def settle(town: FindingsTown, result: str, day: date = DAY) -> str:
    case = actions.do_assign(town.workspace, town.findings(RULE, "open")[0].number, "周平", by="舒华", day=day)
    actions.do_verify(town.workspace, case, "已入户", by="周平", day=day)
    actions.do_decide(town.workspace, case, result, "查明", by="舒华", day=day)
    return case


def test_a_later_month_is_added_to_the_same_finding(town: FindingsTown) -> None:
    found_dead(town, "2020-05")
    first = town.check()
    assert [len(r.new) for r in first.rules] == [1, 0, 0, 1, 0]
    before = town.only()
    assert (before.subject, before.first_month, before.last_month, before.count, before.severity) == (
        PEOPLE[0],
        "2020-05",
        "2020-05",
        1,
        "重要",
    )
    assert before.says == "吴*2020-04-02死亡，2020-05仍发高龄津贴100元"
    town.pay(2, 0, "2020-06", 150)
    second = town.check()
    after = town.only()
    assert (after.number, after.count, after.last_month, str(after.amount)) == (before.number, 2, "2020-06", "250")
    assert (len(second.rules[0].new), len(second.rules[0].changed)) == (0, 1)
    assert after.first_run == first.number
    assert after.run == second.number
    assert len(town.history(after.number)) == 2


def test_both_rows_and_both_days_are_kept(town: FindingsTown) -> None:
    found_dead(town)
    town.check()
    finding = town.only()
    left, right = town.row(finding.left_seq), town.row(finding.right_seq)
    assert (left.ledger, left.entry, right.ledger) == ("payment", "P1", "death_record")
    assert finding.right_on == date(2020, 12, 31)  # the day that the list says it holds for
    assert finding.left_on == today()  # the day on which the payments were accepted


def test_a_finding_that_no_longer_holds_goes_and_says_why(town: FindingsTown) -> None:
    found_dead(town)
    town.check()
    town.withdraw("payment", "P1")
    result = town.check()
    gone = town.only()
    assert (gone.state, gone.closed_on, gone.closed_why) == ("closed", DAY, "惠民补贴发放明细的记录已撤销")
    assert result.rules[0].closed == {gone.number}
    assert not [f for f in result.findings() if f.rule == RULE]
    town.pay(1, 0, "2020-05")
    town.check()
    assert (town.only().state, town.only().closed_why) == ("open", None)


def test_a_correction_is_told_as_the_reason(town: FindingsTown) -> None:
    found_dead(town)
    town.check()
    town.pay(1, 1, "2020-05")  # it had been paid to somebody else
    town.check()
    assert "惠民补贴发放明细的记录已更正" in str(town.only().closed_why)


def test_an_old_list_takes_the_severity_down_one_level(town: FindingsTown) -> None:
    town.die(0, as_of="2020-04-30")
    town.pay(1, 0, "2020-06")
    town.check()
    assert (town.only().severity, town.only().reference_on) == ("一般", date(2020, 4, 30))
    town.die(0, as_of="2020-06-30")
    town.check()
    assert town.only().severity == "重要"


def test_a_list_that_never_came_is_told_and_closes_nothing(town: FindingsTown) -> None:
    town.pay(1, 0, "2020-05")
    result = town.check()
    rule = result.rules[0]
    assert rule.run is not None
    assert (rule.run.state, rule.run.told and rule.run.told.code) == ("not_delivered", "comparison.not_delivered")
    row = next(r for r in town.stands("check_run_rule") if r["rule"] == RULE)
    assert (row["state"], row.get("rows")) == ("未比对", None)
    assert "t_same_card" in {r["rule"] for r in town.stands("check_run_rule") if r["state"] == "已比对"}
    town.die(0)
    town.check()
    assert town.only().state == "open"


def test_a_list_that_was_emptied_was_delivered(town: FindingsTown) -> None:
    found_dead(town)
    town.check()
    town.withdraw("death_record", f"{PEOPLE[0]}|公安部门")
    town.check()
    assert (town.only().state, town.only().closed_why) == ("closed", "死亡信息名单的记录已撤销")


def test_a_rule_that_was_stopped_closes_nothing(town: FindingsTown) -> None:
    found_dead(town)
    town.check()
    town.withdraw("payment", "P1")
    result = check(town.workspace, [RULE], day=DAY, person="舒华", limits=Limits(seconds=0))
    assert result.rules[0].run is not None
    assert result.rules[0].run.state == "stopped"
    assert town.only().state == "open"
    town.check()
    assert town.only().state == "closed"


def test_a_run_that_finds_nothing_is_on_record(town: FindingsTown) -> None:
    town.die(0)
    town.pay(1, 1, "2020-05")
    result = town.check(RULE)
    (run,) = town.stands("check_run")
    assert (run["number"], run["rules"], run["ran"], run["new"], run["standing"]) == (result.number, "1", "1", "0", "0")
    (rule,) = town.stands("check_run_rule")
    assert (rule["state"], rule["rows"], rule["sources"]) == (
        "已比对", "0", f'{{"death_record":"2020-12-31","payment":"{today().isoformat()}"}}',
    )  # fmt: skip
    assert len(rule["version"]) == 16
    (public,) = town.stands("comparison_result")
    assert (public["found"], public["compared"], public["runner"]) == ("0", "2", "舒华")
    from taizhang.journal.verify import verify

    assert verify() == []


def test_twice_changes_nothing_but_is_recorded_twice(town: FindingsTown) -> None:
    found_dead(town, "2020-05", "2020-06")
    town.check()
    before = {f.number: len(town.history(f.number)) for f in town.findings()}
    for full in (False, True, False):
        result = town.check(full=full)
        assert not any(r.new or r.changed or r.closed for r in result.rules)
        assert sorted(f.number for f in result.findings()) == sorted(before)
    assert {f.number: len(town.history(f.number)) for f in town.findings()} == before
    assert len(town.stands("check_run")) == 4


def test_no_run_says_zero_while_findings_wait(town: FindingsTown) -> None:
    found_dead(town)
    town.check(RULE)
    town.check(RULE, full=True)
    assert [(r["found"], r["verified"]) for r in town.stands("comparison_result")] == [("1", "0")]
    settle(town, "属实")
    town.check(RULE, full=True)
    assert sorted((r["found"], r["verified"]) for r in town.stands("comparison_result")) == [("0", "0"), ("1", "1")]


@pytest.mark.slow
@pytest.mark.parametrize("result", ["不属实-数据错误", "不属实-同名同号", "不属实-政策允许"])
def test_what_was_not_real_does_not_come_back_until_its_rows_change(town: FindingsTown, result: str) -> None:
    found_dead(town)
    town.check()
    settle(town, result)
    town.check(full=True)
    assert (town.only().state, town.only().result) == ("decided", result)
    town.pay(1, 0, "2020-05", 120)
    town.check()
    assert (town.only().state, town.only().result) == ("open", None)


@pytest.mark.slow
def test_a_story_that_was_judged_is_held_back_for_later_months_until_a_day(town: FindingsTown) -> None:
    found_dead(town)
    town.check()
    settle(town, "不属实-同名同号")
    town.pay(2, 0, "2020-06")
    town.check()
    assert (town.only().state, town.only().count) == ("excluded", 2)
    town.check(day=date(2021, 12, 27))
    assert town.only().state == "excluded"
    town.check(day=date(2021, 12, 29))
    assert town.only().state == "open"


def test_another_proof_against_the_same_person_is_not_held_back(town: FindingsTown) -> None:
    found_dead(town)
    town.check()
    settle(town, "不属实-同名同号")
    town.withdraw("death_record", f"{PEOPLE[0]}|公安部门")
    town.die(0, source="殡葬部门")
    town.check()
    assert town.only().state == "open"


@pytest.mark.slow
def test_what_was_true_stays_decided_and_a_new_month_is_a_new_finding(town: FindingsTown) -> None:
    found_dead(town)
    town.check()
    settle(town, "属实")
    town.pay(1, 0, "2020-05", 90)  # the same payment, corrected
    town.check()
    assert town.only().state == "decided"
    town.pay(2, 0, "2020-08")
    town.check()
    old, new = town.findings(RULE)
    assert (old.state, old.count, new.state, new.first_month) == ("decided", 1, "open", "2020-08")
    assert old.number != new.number


def test_an_exclusion_holds_back_in_sight_and_ends(town: FindingsTown) -> None:
    found_dead(town)
    town.check()
    number = actions.do_exclude(town.workspace, PEOPLE[0], date(2021, 1, 31), "更正通知", by="舒华", day=DAY, rule=RULE)
    assert (town.only().state, town.only().excluded_by) == ("excluded", number)
    result = town.check()
    assert [f.state for f in result.findings() if f.rule == RULE] == ["excluded"]
    assert result.rules[0].open == 0
    town.check(day=date(2021, 2, 1))
    assert (town.only().state, town.only().excluded_by) == ("open", None)


def test_an_exclusion_of_another_rule_or_programme_holds_nothing(town: FindingsTown) -> None:
    found_dead(town)
    town.check()
    for rule, programme in ((None, "低保金"), ("t_same_card", None)):
        actions.do_exclude(town.workspace, PEOPLE[0], date(2021, 1, 31), "无关", by="舒华", day=DAY, rule=rule, programme=programme)
    town.check()
    assert town.only().state == "open"


def test_a_rule_that_was_changed_is_run_whole(town: FindingsTown) -> None:
    from dataclasses import replace

    found_dead(town)
    town.check()
    pack = town.workspace.pack
    later = replace(
        pack.rules[RULE].steps[1],
        select=pack.rules[RULE].steps[1].select.replace("> month_of", "> month_after").replace("d.died_on)\n", "d.died_on, 3)\n"),
    )
    changed = replace(pack.rules[RULE], steps=(pack.rules[RULE].steps[0], later))
    town.workspace.__dict__["pack"] = replace(pack, rules={**pack.rules, RULE: changed}, fingerprint="other")
    town.check()
    assert (town.only().state, town.only().closed_why) == ("closed", "规则已修改，按新规则不再成立")


def test_a_narrowed_run_looks_at_what_it_was_asked(town: FindingsTown) -> None:
    town.die(0)
    town.die(2)
    town.pay(1, 0, "2020-05")
    town.pay(2, 2, "2020-07", village=VILLAGES[1])
    scope = Scope.of(town.workspace, VILLAGES[1], None)
    assert [f.subject for f in town.check(RULE, scope=scope).findings()] == [PEOPLE[2]]
    assert [f.subject for f in town.findings(RULE)] == [PEOPLE[2]]
    assert [f.subject for f in town.check(RULE, scope=Scope.of(town.workspace, None, Period.parse("2020-05"))).findings()] == [PEOPLE[0]]
    assert len(town.check(RULE).findings()) == 2  # nothing was lost by the narrow runs


def test_sentences_tell_no_name_and_no_number(town: FindingsTown) -> None:
    found_dead(town)
    town.pay(8, 1, "2020-05", card="6217000000000000001")
    town.pay(9, 2, "2020-05", card="6217000000000000001")
    town.check()
    told = " ".join(f.says for f in town.findings())
    assert not [text for text in (*NAMES, *PEOPLE, "6217000000000000001") if text in told]


def test_whatever_a_rule_gives_is_kept_and_found_again_as_it_was(town: FindingsTown) -> None:
    from dataclasses import replace

    pack = town.workspace.pack
    odd = (
        "select p.payee_id || ' \u3000 ' || p.batch as subject, p.payee || ' · ' || p.batch || '  ' as name, part(p.for_month, 1, 4) as month,"
        " divide(p.amount, 7, 6) as amount, p._seq as left, p.programme || '  津贴' as programme from payment p"
    )
    step = replace(pack.rules["t_village_heavy"].steps[0], select=odd)
    changed = replace(pack.rules["t_village_heavy"], steps=(step,), says="{name}{month}{amount} ")
    town.workspace.__dict__["pack"] = replace(pack, rules={**pack.rules, "t_village_heavy": changed}, fingerprint="odd")
    town.pay(1, 0, "2020-05", batch="长" * 190)
    town.check("t_village_heavy")
    (before,) = town.findings("t_village_heavy")
    assert (before.first_month, len(before.subject), str(before.amount)) == ("2020", 200, "14.2857")
    for full in (True, False, True):
        result = town.check("t_village_heavy", full=full)
        assert not any(r.new or r.changed or r.closed for r in result.rules)
    scope = Scope.of(town.workspace, None, Period.parse("2020Q2"))
    assert len(town.check("t_village_heavy", scope=scope).findings()) == 1


def test_a_finding_whose_row_says_no_village_is_asked_for_by_that_of_its_entry(town: FindingsTown) -> None:
    town.die(0)
    town.die(1, village=VILLAGES[1])
    scope = Scope.of(town.workspace, VILLAGES[1], None)
    assert [f.subject for f in town.check("t_dead_unpaid", scope=scope).findings()] == [PEOPLE[1]]
    assert [f.subject for f in town.findings("t_dead_unpaid")] == [PEOPLE[1]]


def test_a_run_reads_only_the_findings_that_it_may_change(town: FindingsTown, monkeypatch: pytest.MonkeyPatch) -> None:
    for who in (0, 1, 2):
        town.die(who)
        town.pay(who + 1, who, "2020-05")
    town.check(RULE)
    actions.do_exclude(town.workspace, PEOPLE[2], DAY.replace(year=2021), "户口本", by="舒华", day=DAY, rule=RULE)
    town.check(RULE)
    read: list[str] = []
    whole = Book.findings

    def noted(book: Book, rules: object = None, numbers: object = None) -> list[Finding]:
        found = whole(book, rules, numbers)  # type: ignore[arg-type]
        read.extend(f.subject for f in found)
        return found

    monkeypatch.setattr(Book, "findings", noted)
    town.pay(4, 0, "2020-06")
    result = town.check(RULE)
    assert sorted(read) == sorted([PEOPLE[0], PEOPLE[2]])
    assert (result.rules[0].how, result.rules[0].open, len(result.findings())) == ("keyed", 2, 3)
