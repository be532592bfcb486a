"""The worked examples of roles: a question each, answered by a sight as in use."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from taizhang.access.sight import Grant, Sight
from taizhang.pack.examples import ExampleResult
from taizhang.pack.loader import demonstration_divisions

if TYPE_CHECKING:
    from taizhang.pack.definitions import Pack
    from taizhang.pack.roles import Role, RoleExample


def run_examples(pack: Pack, names: Collection[str] = ()) -> list[ExampleResult]:
    """Run the examples of the named roles, or of all."""
    return [_run(pack, role, example) for role in pack.roles.values() if not names or role.name in names for example in role.examples]


def _run(pack: Pack, role: Role, example: RoleExample) -> ExampleResult:
    sight = Sight(pack, demonstration_divisions(), "", [Grant(role.name, example.posted, example.offices)])
    got = sight.may(example.act, example.ledger, example.division)
    asked = " ".join(part for part in (example.act, example.ledger, example.division) if part)
    return ExampleResult.of("role", role.name, example.place, _told(asked, example.may), _told(asked, got))


def _told(asked: str, may: bool) -> str:
    return f"{asked}: {'may' if may else 'may not'}"
