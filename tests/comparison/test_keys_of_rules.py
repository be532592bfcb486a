"""A rule that says by what it falls apart must do so: each key alone gives the rows of that key, all keys together give everything."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from taizhang.comparison import run_rules
from taizhang.comparison.changed import stamps
from taizhang.pack import load_pack
from taizhang.pack.definitions import Rule, RuleExample
from taizhang.pack.loader import demonstration_divisions
from taizhang.pack.queries import queries_of
from taizhang.warehouse import Snapshot

PACK = load_pack()
KEYED = [name for name, rule in PACK.rules.items() if rule.per]


def answer(rule: Rule, example: RuleExample, key: str | None = None) -> tuple[Counter[Any], set[str]]:
    """Return what a rule finds in the rows of an example, and the keys there are; with ``key`` the ledgers hold only its rows."""
    with Snapshot.from_rows(PACK, example.rows, demonstration_divisions(), str(example.as_of.year)) as snapshot:
        snapshot.require(*queries_of(PACK).ledgers_of(queries_of(PACK).rule(rule)))
        keys = set()
        for ledger, field in rule.per.items():
            if key is not None:
                snapshot.connection.execute(f"DELETE FROM {ledger} WHERE coalesce(CAST({field} AS VARCHAR), '') <> $1", [key])
            keys |= {str(value or "") for (value,) in snapshot.fetch(f"SELECT DISTINCT {field} FROM {ledger}")}
        (run,) = run_rules(snapshot, [rule], example.as_of, delivered=lambda ledger: True)
    assert run.state == "ran", run.told
    return Counter(run.rows), keys


@pytest.mark.slow
@pytest.mark.parametrize("name", KEYED)
def test_a_rule_falls_apart_by_its_key(name: str) -> None:
    rule = PACK.rules[name]
    for example in rule.examples:
        whole, keys = answer(rule, example)
        rest, _none = answer(rule, example, "no such key")  # what rows of other ledgers give, whatever the key
        apart = Counter(rest)
        for key in keys:
            apart += answer(rule, example, key)[0] - rest
        assert apart == whole, example.place


def test_the_ledgers_of_every_rule_are_seen_in_its_text() -> None:
    stamped = stamps(PACK, PACK.rules.values(), date(2020, 12, 31), demonstration_divisions())
    for name, rule in PACK.rules.items():
        assert stamped[name].ledgers == queries_of(PACK).ledgers_of(queries_of(PACK).rule(rule)), name


def test_a_stamp_changes_with_what_it_speaks_of() -> None:
    days = [date(2020, 12, 30), date(2020, 12, 31)]
    before, after = (stamps(PACK, PACK.rules.values(), day, demonstration_divisions()) for day in days)
    speaking = {name for name in PACK.rules if "as_of" in queries_of(PACK).rule(PACK.rules[name]).parameters}
    moved = {name for name in PACK.rules if before[name].query != after[name].query}
    assert speaking <= moved
    assert len(moved) < len(PACK.rules)
