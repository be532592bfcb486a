"""Rules compare persons by links beside equal numbers: what links find, what they clear, and that findings follow them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from findings_town import PEOPLE, FindingsTown

from taizhang import cli
from taizhang.comparison.examples import Examples
from taizhang.pack import load_pack
from taizhang.pack.definitions import Rule, RuleExample
from taizhang.pack.loader import demonstration_divisions
from taizhang.pack.queries import Queries, queries_of
from taizhang.pack.query import AS_WRITTEN, Query
from taizhang.warehouse.literal_rows import completed

RULE = "deceased_paid"
DAMAGED = "990128194001050062"  # the last two places of the first person's number changed places
ID_NUMBER = re.compile("[1-9][0-9]{16}[0-9X]")
KIN_OF_CADRES = {"cadre_relative_low_income", "household_moved_for_benefit"}  # declared of a cadre's own entry, whatever its number


def link(**more: Any) -> dict[str, Any]:
    return {
        "number": "RL1-2", "village": "公坪镇", "left_ledger": "death_record", "left_seq": "1", "left_id": DAMAGED, "left_name": "吴桂香",
        "right_ledger": "payment", "right_seq": "2", "right_id": PEOPLE[0], "right_name": "吴桂香", "weight": "20", "reasons": "姓名相同", "decision": "同一人",
        "evidence": "查验户口簿", "by": "舒华", "decided_on": "2020-12-30", **more,
    }  # fmt: skip


@pytest.fixture
def damaged(town: FindingsTown) -> FindingsTown:
    """A town that pays somebody whom the list of deaths knows by a damaged number."""
    town.pay(1, 0, "2020-06")
    town.die(0, id_number=DAMAGED)
    assert town.check(RULE).findings() == []
    return town


def test_a_finding_begins_and_ends_with_its_link(damaged: FindingsTown) -> None:
    damaged.record(person_link=[link()])
    (found,) = damaged.check(RULE).findings()
    assert (found.subject, found.severity) == (PEOPLE[0], "重要")
    assert found.says.endswith("（死亡信息名单里的号码不同，已认定是同一人）")
    damaged.record(person_link=[link(decision="不是同一人")])
    result = damaged.check(RULE)
    assert ([r.how for r in result.rules], result.findings()) == (["keyed"], [])
    assert damaged.only(RULE).state == "closed"


@pytest.mark.slow
@pytest.mark.parametrize(
    "more",
    [{"decision": "不是同一人"}, {"likeness": "仅供参考"}, {"left_name": "周桂香"}, {"left_id": None}, {"right_id": PEOPLE[1]}],
    ids=["denied", "name alone", "another name", "no number", "somebody else"],
)
def test_what_no_link_says_is_not_found(damaged: FindingsTown, more: dict[str, Any]) -> None:
    damaged.record(person_link=[link(**more)])
    assert damaged.check(RULE).findings() == []


@pytest.mark.slow
def test_a_change_at_either_number_reaches_the_finding(damaged: FindingsTown) -> None:
    damaged.record(person_link=[link()])
    damaged.check(RULE)
    damaged.pay(2, 0, "2020-07")
    result = damaged.check(RULE)
    assert ([r.how for r in result.rules], sum(f.count for f in result.standing)) == (["keyed"], 2)
    damaged.die(0, day="2020-06-30", id_number=DAMAGED)
    damaged.check(RULE)
    assert [row.month for row in damaged.only(RULE).rows] == ["2020-07"]
    damaged.check(RULE, full=True)
    assert [row.month for row in damaged.only(RULE).rows] == ["2020-07"]


Call = Callable[..., dict[str, Any]]


@pytest.fixture
def linked(damaged: FindingsTown, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a function that calls ``taizhang link`` on payments and deaths."""
    pytest.importorskip("pypinyin")
    from taizhang.workspace import Workspace

    monkeypatch.setattr(Workspace, "pack", damaged.workspace.pack)

    def run(*arguments: str) -> dict[str, Any]:
        capsys.readouterr()
        texts = ["-C", str(damaged.workspace.root), "link", "payment", "death_record", "--json", *arguments]
        cli.taizhang.main(args=texts, prog_name="taizhang", standalone_mode=False)
        told = capsys.readouterr().out
        return dict(json.loads(told)) if told else {}

    return run


@pytest.mark.slow
def test_what_is_certain_is_kept_and_found_and_goes_with_its_rows(linked: Call, damaged: FindingsTown) -> None:
    assert linked("--dry-run")["kept"] == 0
    assert damaged.stands("person_link") == []
    assert linked()["kept"] == linked()["kept"] == 1
    (row,) = damaged.stands("person_link")
    assert (row["automatic"], row["likeness"], {row["left_id"], row["right_id"]}) == ("true", "同一人", {DAMAGED, PEOPLE[0]})
    (found,) = damaged.check(RULE).findings()
    assert found.subject == PEOPLE[0]
    damaged.withdraw("death_record", f"{DAMAGED}|公安部门")
    damaged.die(0)
    assert linked()["kept"] == 0
    assert damaged.stands("person_link") == []
    assert [f.state for f in (damaged.check(RULE), damaged.findings(RULE))[1]] == ["open"]  # by its own number now


@pytest.mark.slow
def test_a_person_goes_before_the_program(linked: Call, damaged: FindingsTown) -> None:
    linked()
    (row,) = damaged.stands("person_link")
    linked("--status", "same", "--reject", row["number"], "--evidence", "户口簿上是两人")
    assert linked()["kept"] == 0
    (row,) = damaged.stands("person_link")
    assert (row["decision"], "automatic" in row) == ("不是同一人", False)
    assert damaged.check(RULE).findings() == []


def _ledgers_under_links(queries: Queries, query: Query) -> Iterator[str]:
    """Yield the ledgers whose persons a query knows by links too."""
    steps = {step.name: step for step in query.steps}
    for step in query.steps:
        for source in step.sources:
            if source in queries.pack.views:
                yield from _ledgers_under_links(queries, queries.view(source))
        waiting = list(step.sources) if step.name.endswith(AS_WRITTEN) else []
        while waiting:
            source = waiting.pop()
            if source in steps:
                waiting += steps[source].sources
            elif source in queries.pack.views:
                yield from queries.ledgers_of(queries.view(source))
            elif source in queries.ledgers:
                yield source


def _names(rows: Sequence[Mapping[str, Any]], full: Sequence[Mapping[str, Any]], number: str) -> set[str]:
    """Return the names that stand beside a number."""
    found = set()
    for row, whole in zip(rows, full, strict=True):
        for field in (name for name, value in row.items() if value == number):
            stem = "name" if field == "id_number" else field.removesuffix("_id")
            found |= {str(whole[name]) for name in (stem, f"{stem}_name") if whole.get(name)}
    return found


def _with_another_number(example: RuleExample, ledger: str, number: str, other: str) -> RuleExample | None:
    """Return an example in which one ledger writes another number for a person, and a link says so; None where it names nobody."""
    full = completed(load_pack(), example.rows, demonstration_divisions(), str(example.as_of.year))
    there = _names(example.rows[ledger], full[ledger], number)
    elsewhere = set[str]().union(*(_names(rows, full[name], number) for name, rows in example.rows.items() if name != ledger))
    if not there or not elsewhere:
        return None
    told = {"right_id": other, "left_id": number, "decision": "同一人"}
    links = [{"left_name": a, "right_name": b, **told} for a in sorted(elsewhere) for b in sorted(there)]
    rows = [{field: other if value == number else value for field, value in row.items()} for row in example.rows[ledger]]
    return replace(
        example, rows={**example.rows, ledger: rows, "person_link": [{**one, "number": f"RL{i}"} for i, one in enumerate(links)]}
    )


def keys(row: Mapping[str, Any], other: str = "", number: str = "") -> tuple[str, ...]:
    """Return what a row found is known by; a subject known by the other number is the same."""
    return tuple(str(row.get(column)) if row.get(column) != other else number for column in ("subject", "programme", "month"))


def _rules() -> list[Rule]:
    pack = load_pack()
    queries = queries_of(pack)
    rules = [r for r in pack.rules.values() if r.subject in ("person", "household")]
    return [r for r in rules if "person_link" in queries.ledgers_of(queries.rule(r)) and r.name not in KIN_OF_CADRES]


@pytest.mark.slow
def test_another_number_in_one_list_changes_nothing_once_it_is_linked() -> None:
    """Whatever a rule's example finds or does not, it does so too when one of its lists writes a damaged number for the person."""
    pack, queries = load_pack(), queries_of(load_pack())
    examples = Examples(pack, demonstration_divisions())
    tried, unlike = 0, []
    for rule in _rules():
        ledgers = set(_ledgers_under_links(queries, queries.rule(rule))) - {"person_link"}
        for example in (e for e in rule.examples if "person_link" not in e.rows):
            written = examples.written(rule, example.as_of)
            found = [keys(r) for r in examples.found(example, written)]
            numbers = {
                v for rows in example.rows.values() for row in rows for v in row.values() if isinstance(v, str) and ID_NUMBER.fullmatch(v)
            }
            for number in sorted(numbers):
                other = number[:17] + ("1" if number[17] == "0" else "0")
                for ledger in sorted(
                    ledgers & {name for name, rows in example.rows.items() if any(number in row.values() for row in rows)}
                ):
                    changed = _with_another_number(example, ledger, number, other)
                    if changed is None or other in numbers:
                        continue
                    tried += 1
                    if sorted(found) != sorted(keys(r, other, number) for r in examples.found(changed, written)):
                        unlike.append((rule.name, ledger, number))
    assert (unlike, tried > 100) == ([], True)
