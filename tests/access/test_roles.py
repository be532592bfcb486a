"""Every role of the shipped pack answers its own worked examples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from taizhang.access.examples import run_examples
from taizhang.access.sight import Grant, Sight
from taizhang.pack import load_pack
from taizhang.pack.loader import demonstration_divisions
from taizhang.pack.roles import Role, RoleExample

PACK = load_pack()
CASES = [(role, example) for role in PACK.roles.values() for example in role.examples]


@pytest.mark.parametrize(("role", "example"), CASES, ids=lambda case: getattr(case, "name", None) or getattr(case, "act", None))
def test_a_role_answers_its_examples(role: Role, example: RoleExample) -> None:
    sight = Sight(PACK, demonstration_divisions(), "somebody", [Grant(role.name, example.posted, example.offices)])
    assert sight.may(example.act, example.ledger, example.division) is example.may


def test_an_example_that_is_wrong_is_told_with_its_line() -> None:
    role = PACK.roles["leader"]
    wrong = replace(role.examples[0], may=not role.examples[0].may)
    pack = replace(PACK, roles={"leader": replace(role, examples=(wrong, *role.examples[1:]))})
    failed = [result for result in run_examples(pack) if not result.passed]
    assert [(r.definition, r.expected, r.got, r.line) for r in failed] == [("leader", "figures: may not", "figures: may", wrong.place.line)]
    assert run_examples(PACK, ["station"]) == [r for r in run_examples(PACK) if r.definition == "station"]


def test_who_holds_nothing_may_nothing() -> None:
    sight = Sight(PACK, demonstration_divisions(), "somebody", [])
    assert not sight.ledgers("read")
    assert sight.condition("read", "household") == "1 = 0"
