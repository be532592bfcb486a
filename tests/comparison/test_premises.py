"""What a rule takes from all rows, in a few values, is given to it as long as it is the same: with the findings of a run over everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from findings_town import NAMES, PEOPLE, VILLAGES, FindingsTown, payment

from taizhang.comparison import premise_rows
from taizhang.comparison.partition import Partitions
from taizhang.comparison.premise_rows import NAME
from taizhang.pack import load_pack
from taizhang.warehouse import keyed_rows, keys

RULE, OTHER = "t_lately_unpaid", "t_lately_unpaid_too"  # both rest on the same months
KEPT = ("disability_eligible_unpaid", "paid_after_exit", "paid_without_enrolment", "medical_uncovered", "student_aid_dup")


@pytest.fixture
def paid(town: FindingsTown) -> FindingsTown:
    """Two persons paid in May and June, a third in May alone; from the second check on the months are known."""
    town.rules = (RULE,)
    town.record(payment=[payment(1, 0, "2020-05"), payment(2, 0, "2020-06"), payment(3, 1, "2020-05"), payment(4, 1, "2020-06")])
    assert how(town) == "full"
    town.pay(5, 2, "2020-05")
    assert how(town) == "keyed"
    assert missing(town) == {"龙大山"}
    return town


def how(town: FindingsTown, rule: str = RULE) -> str:
    """Check what changed; the findings have to be those of everything."""
    (result,) = town.check(rule).rules
    (whole,) = town.check(rule, full=True).rules
    assert (whole.new, whole.changed, whole.closed) == (set(), set(), set())
    return result.how


def missing(town: FindingsTown) -> set[str | None]:
    return {f.name for f in town.findings(RULE, "open")}


def kept(town: FindingsTown) -> Path:
    return town.workspace.path("warehouse") / NAME


def test_rows_within_the_months_are_compared_by_person(paid: FindingsTown) -> None:
    paid.pay(6, 2, "2020-06")
    assert (how(paid), missing(paid)) == ("keyed", set())


def test_what_is_of_no_matter_to_a_rule_leaves_its_premises_known(town: FindingsTown) -> None:
    rule, programme = "disability_eligible_unpaid", "重度残疾人护理补贴"
    town.rules = (rule,)
    town.record(
        disability_certificate=[
            {"number": f"{PEOPLE[who]}42", "name": NAMES[who], "id_number": PEOPLE[who], "village": VILLAGES[0], "category": "肢体", "grade": "二级",
             "issued_on": "2015-05-08", "expires_on": "2025-05-07"}
            for who in (0, 1)
        ],
        payment=[payment(1, 0, "2020-12", 65, programme=programme)],
    )  # fmt: skip
    assert how(town, rule) == "full"
    town.pay(2, 0, "2020-11", 65, programme=programme)
    assert how(town, rule) == "full"
    town.pay(2, 0, "2020-11", 66, programme=programme)
    assert [result.how for result in town.check().rules] == ["unchanged"]  # the amount is of no matter
    town.pay(3, 0, "2020-12", 65, programme=programme)
    assert how(town, rule) == "keyed"
    assert {f.name for f in town.findings(rule, "open")} == {NAMES[1]}


def test_a_month_more_concerns_everybody(paid: FindingsTown) -> None:
    paid.pay(6, 3, "2020-07")
    assert (how(paid), missing(paid)) == ("full", {"吴桂香", "杨昌文", "龙大山"})
    paid.pay(7, 0, "2020-07")
    assert (how(paid), missing(paid)) == ("keyed", {"杨昌文", "龙大山"})


@pytest.mark.slow
def test_a_programme_more_concerns_everybody(paid: FindingsTown) -> None:
    paid.pay(6, 3, "2020-06", programme="临时救助")
    assert how(paid) == "full"


@pytest.mark.slow
def test_one_of_several_that_say_the_same_may_go(paid: FindingsTown) -> None:
    """Whichever of the two the month rests on: the other says the same."""
    paid.withdraw("payment", "P2")
    how(paid)
    assert missing(paid) == {"吴桂香", "龙大山"}


@pytest.mark.slow
def test_the_last_that_says_so_goes(paid: FindingsTown) -> None:
    paid.withdraw("payment", "P2")
    how(paid)
    paid.withdraw("payment", "P4")
    assert (how(paid), missing(paid)) == ("full", set())  # nobody was paid in June any more


def _cut(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8")[:-9], encoding="utf-8")


def _of_another_journal(file: Path) -> None:
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | {"seal": "another"}), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("damage", [Path.unlink, _cut, _of_another_journal, lambda file: file.write_text("[]", encoding="utf-8")])
def test_what_is_damaged_or_gone_is_asked_again(paid: FindingsTown, damage: Callable[[Path], None]) -> None:
    damage(kept(paid))
    paid.pay(6, 2, "2020-06")
    assert (how(paid), missing(paid)) == ("full", set())
    paid.withdraw("payment", "P6")
    assert (how(paid), missing(paid)) == ("keyed", {"龙大山"})


@pytest.mark.slow
def test_what_was_kept_before_the_last_run_says_nothing_of_it(paid: FindingsTown) -> None:
    before = kept(paid).read_bytes()
    paid.pay(6, 3, "2020-07")
    assert how(paid) == "full"
    paid.withdraw("payment", "P6")
    kept(paid).write_bytes(before)
    assert (how(paid), missing(paid)) == ("full", {"龙大山"})


@pytest.mark.slow
def test_what_changed_since_a_run_over_everything_is_asked_again(paid: FindingsTown) -> None:
    paid.pay(6, 3, "2020-07")
    paid.check(full=True)
    paid.withdraw("payment", "P6")
    assert (how(paid), missing(paid)) == ("full", {"龙大山"})


@pytest.mark.slow
def test_what_only_another_rule_reaches_says_nothing_of_it(paid: FindingsTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule on villages reads the dead person's payment too; that she is dead, it does not read."""
    for module in (keys, keyed_rows):
        monkeypatch.setattr(module, "INDEXED_ROWS", -1)  # small ledgers are not read whole either
    paid.die(3)
    paid.pay(6, 3, "2020-07")
    assert how(paid) == "keyed"
    paid.check("t_village_heavy")
    paid.pay(7, 2, "2020-06")
    results = {result.stamp.rule.name: result.how for result in paid.check(RULE, "t_village_heavy").rules}
    assert results == {RULE: "keyed", "t_village_heavy": "keyed"}
    assert (how(paid), missing(paid)) == ("unchanged", set())


@pytest.mark.slow
def test_what_another_rule_asked_since_says_nothing_of_the_run_before(paid: FindingsTown) -> None:
    paid.check(OTHER)
    paid.pay(6, 3, "2020-07")
    paid.check(RULE)
    assert how(paid, OTHER) == "full"


@pytest.mark.slow
def test_what_was_otherwise_in_between_is_asked_again(paid: FindingsTown) -> None:
    paid.check(OTHER)
    paid.pay(6, 3, "2020-07")
    paid.check(RULE, full=True)
    paid.withdraw("payment", "P6")
    paid.check(OTHER)  # to which July never was
    assert (how(paid), missing(paid)) == ("full", {"龙大山"})


@pytest.mark.slow
def test_what_has_many_rows_is_not_kept(paid: FindingsTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(premise_rows, "MOST_ROWS", 1)
    paid.pay(6, 3, "2020-06", programme="临时救助")
    assert how(paid) == "full"
    paid.pay(7, 2, "2020-06")
    assert (how(paid), missing(paid)) == ("full", set())


@pytest.mark.slow
def test_rules_that_take_a_few_values_from_everything_need_not_ask_it_again() -> None:
    pack = load_pack()
    partitions = Partitions(pack)
    found = {name: falls for name in KEPT if (falls := partitions.of(pack.rules[name])) and falls.premises}
    assert found.keys() == set(KEPT)
    assert "payment" not in found["disability_eligible_unpaid"].whole
