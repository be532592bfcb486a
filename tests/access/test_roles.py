"""Every role of the shipped pack answers its own worked examples."""

from __future__ import annotations

import pytest

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


def test_who_holds_nothing_may_nothing() -> None:
    sight = Sight(PACK, demonstration_divisions(), "somebody", [])
    assert not sight.ledgers("read")
    assert sight.condition("read", "household") == "1 = 0"
