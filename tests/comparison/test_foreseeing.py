"""What a submission would cause is what it causes, and nothing is recorded by looking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from findings_town import DAY, NAMES_OF_RULES, FindingsTown

from taizhang.comparison.foreseeing import Forecast, foresee
from taizhang.journal import read
from taizhang.journal.records import Change
from taizhang.pack.definitions import Rule

Towns = Callable[[], FindingsTown]


def changes_of(make: Towns, ledger: str, do: Callable[[FindingsTown], object]) -> list[Change]:
    """Return what a town's doings put into a ledger, as changes of another one."""
    town = make()
    do(town)
    found = [read.history(ledger, one)[-1] for one in read.standing(ledger)]
    return [Change(ledger, v.entry, "record", v.division, v.data, sheet="Sheet1", line=n) for n, v in enumerate(found, 2)]


def ours(rule: Rule, ledgers: frozenset[str]) -> bool:
    return rule.name in NAMES_OF_RULES


def foreseen(town: FindingsTown, changes: list[Change], day: date = DAY) -> Forecast:
    before = read.position()
    found = foresee(town.workspace, changes, day, ours)
    assert read.position() == before
    return found


def test_a_payment_to_the_dead_is_foreseen(new_town: Towns) -> None:
    paying = changes_of(new_town, "payment", lambda town: (town.pay(1, 0, "2020-05"), town.pay(2, 0, "2020-06", 150)))
    town = new_town()
    town.die(0)
    found = foreseen(town, paying)
    dead = [one for one in found.found if one.rule == "t_dead_paid"]
    assert [(one.month, [(p.ledger, p.entry, p.mine) for p in one.places]) for one in dead] == [
        ("2020-05", [("payment", "P1", True), ("death_record", dead[0].places[1].entry, False)]),
        ("2020-06", [("payment", "P2", True), ("death_record", dead[0].places[1].entry, False)]),
    ]
    assert "吴*" in dead[0].says
    assert "吴桂香" not in dead[0].says
    assert found.gone == 1  # in the list of the dead and never paid: that would hold no longer


def test_what_stands_already_is_not_foreseen_again(new_town: Towns) -> None:
    paying = changes_of(new_town, "payment", lambda town: town.pay(1, 0, "2020-05"))
    town = new_town()
    town.die(0)
    town.pay(1, 0, "2020-05")
    seq = read.standing("payment")["P1"].seq
    assert foreseen(town, [paying[0]._replace(base=seq)]).found == ()
    gone = foreseen(town, [Change("payment", "P1", "withdraw", "990128105001", "{}", base=seq)])
    assert gone.gone >= 1
    assert {one.rule for one in gone.found} == {"t_dead_unpaid"}


def test_rules_that_may_not_be_told_are_not_run(new_town: Towns) -> None:
    paying = changes_of(new_town, "payment", lambda town: town.pay(1, 0, "2020-05"))
    town = new_town()
    town.die(0)
    found = foresee(town.workspace, paying, DAY, lambda rule, ledgers: ours(rule, ledgers) and "death_record" not in ledgers)
    assert found.rules == 2
    assert "t_dead_paid" not in {one.rule for one in found.found}
