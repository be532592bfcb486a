"""Whatever is recorded, corrected and withdrawn: what changed gives the same findings as everything, and a naive count agrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from findings_town import PEOPLE, VILLAGES, FindingsTown, death, payment
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.comparison import actions, changed
from taizhang.comparison.findings import RESULTS
from taizhang.warehouse import keyed_rows, keys

CARDS = [None, "6217000000000000001", "6217000000000000002"]
MONTHS = ["2020-03", "2020-05", "2020-06", "2020-07"]
_pay = st.tuples(
    st.just("pay"), st.integers(1, 5), st.integers(0, 2), st.sampled_from(MONTHS), st.sampled_from([100, 150]), st.sampled_from(CARDS),
    st.integers(0, 1),
)  # fmt: skip
_die = st.tuples(
    st.just("die"), st.integers(0, 2), st.sampled_from(["2020-02-10", "2020-05-10"]), st.sampled_from(["2020-05-31", "2020-12-31"])
)
_other = st.one_of(
    st.tuples(st.just("unpay"), st.integers(1, 5)),
    st.tuples(st.just("revive"), st.integers(0, 2)),
    st.tuples(st.just("exclude"), st.integers(0, 2), st.sampled_from([date(2021, 1, 5), date(2021, 6, 30)])),
    st.tuples(st.just("decide"), st.integers(0, 9), st.sampled_from(RESULTS)),
    st.tuples(st.just("check"), st.sampled_from([date(2020, 12, 31), date(2021, 1, 10)])),
)
STEPS = st.lists(st.tuples(st.one_of(_pay, _pay, _die, _other), st.booleans()), min_size=2, max_size=10)
SLOW = settings(
    max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Play:
    """Does steps in a town, and keeps beside it what stands, in the plainest way."""

    def __init__(self, town: FindingsTown) -> None:
        self.town = town
        self.paid: dict[int, dict[str, Any]] = {}
        self.dead: dict[int, str] = {}
        self.day = date(2020, 12, 31)

    def do(self, kind: str, *values: Any) -> None:
        getattr(self, kind)(*values)

    def pay(self, number: int, who: int, month: str, amount: int, card: str | None, village: int) -> None:
        row = payment(number, who, month, amount, card=card, village=VILLAGES[village])
        self.town.record(payment=[row])
        self.paid[number] = row

    def die(self, who: int, day: str, as_of: str) -> None:
        self.town.record(death_record=[death(who, day, as_of)])
        self.dead[who] = day

    def unpay(self, number: int) -> None:
        if self.paid.pop(number, None):
            self.town.withdraw("payment", f"P{number}")

    def revive(self, who: int) -> None:
        if self.dead.pop(who, None):
            self.town.withdraw("death_record", f"{PEOPLE[who]}|公安部门")

    def exclude(self, who: int, until: date) -> None:
        actions.do_exclude(self.town.workspace, PEOPLE[who], until, "证明", by="舒华", day=date(2020, 12, 1))

    def decide(self, which: int, result: str) -> None:
        found = self.town.findings(None, "open", "excluded")
        if not found:
            return
        chosen = found[which % len(found)]
        case = actions.do_assign(self.town.workspace, chosen.number, "周平", by="舒华", day=date(2020, 12, 30))
        actions.do_verify(self.town.workspace, case, "已入户", by="周平", day=date(2020, 12, 30))
        actions.do_decide(self.town.workspace, case, result, "查明", by="舒华", day=date(2020, 12, 30))

    def check(self, day: date) -> None:
        self.day = day
        self.town.check(day=day)

    def expected(self) -> set[tuple[str, str]]:
        """Return which payments were made to the dead: number of the payment, month."""
        return {
            (f"payment P{number}", row["for_month"])
            for number, row in self.paid.items()
            for who, died in self.dead.items()
            if row["payee_id"] == PEOPLE[who] and row["for_month"] > died[:7]
        }

    def told(self) -> set[tuple[str, str]]:
        """Return the same as the findings have it."""
        rows = [row for f in self.town.findings("t_dead_paid", "open", "excluded", "decided") for row in f.rows]
        return {(f"payment {self.town.row(row.left).entry}", row.month) for row in rows}


@pytest.mark.slow
@SLOW
@given(steps=STEPS, indexed=st.booleans(), few=st.booleans(), far=st.booleans())
def test_what_changed_gives_what_everything_gives(
    new_town: Callable[[], FindingsTown],
    monkeypatch: pytest.MonkeyPatch,
    steps: list[tuple[tuple[Any, ...], bool]],
    indexed: bool,
    few: bool,
    far: bool,
) -> None:
    for module in (keys, keyed_rows):  # rows looked up by key, or searched for in the columns
        monkeypatch.setattr(module, "INDEXED_ROWS", -1 if indexed else 10**9)
    monkeypatch.setattr(keyed_rows, "READ_ROWS", 10**9 if few else -1)  # of villages, out of the journal or out of the columns
    monkeypatch.setattr(
        changed, "FEW_ROWS", -(10**9) if far else keyed_rows.FEW_ROWS
    )  # ties are followed beside, as of rules that reach very many rows
    play = Play(new_town())
    play.town.rules = (*play.town.rules, "t_lately_unpaid")
    play.check(play.day)
    for step, checked in steps:
        play.do(*step)
        if checked:
            play.check(play.day)
    play.check(play.day)
    if _ever(play.town, "payment") and _ever(play.town, "death_record"):
        assert play.told() == play.expected()
    whole = play.town.check(full=True, day=play.day)
    assert [(r.stamp.rule.name, r.new, r.changed, r.closed) for r in whole.rules if r.new or r.changed or r.closed] == []


def _ever(town: FindingsTown, ledger: str) -> bool:
    from taizhang.warehouse.store import Warehouse

    return Warehouse(town.workspace).last_change(ledger) > 0


@pytest.mark.slow
@SLOW
@given(steps=STEPS)
def test_every_state_agrees_with_its_reasons(new_town: Callable[[], FindingsTown], steps: list[tuple[tuple[Any, ...], bool]]) -> None:
    from taizhang.journal.verify import verify

    play = Play(new_town())
    for step, _checked in steps:
        play.do(*step)
    play.check(play.day)
    until = {row["number"]: row["until_on"] for row in play.town.stands("finding_exclusion")}
    decided = {row["finding"] for row in play.town.stands("finding_case") if row["state"] == "已认定"}
    for finding in play.town.findings():
        assert (finding.state == "closed") == (finding.closed_on is not None) == (finding.closed_why is not None)
        assert (finding.state == "decided") == (finding.result is not None)
        assert finding.state != "decided" or finding.number in decided
        assert finding.state != "excluded" or until[finding.excluded_by or ""] >= play.day.isoformat()
        assert finding.state in ("closed", "decided") or finding.count == len(finding.rows) > 0
        assert finding.number in {v.entry for v in play.town.history(finding.number)}
    places = [(f.rule, row.place) for f in play.town.findings() if f.state != "closed" for row in f.rows]
    assert len(places) == len(set(places))  # no row is in two findings of a rule
    assert verify() == []
