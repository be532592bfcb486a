"""A few households in two villages, for tests of ledgers."""

from __future__ import annotations

from typing import Any

from taizhang.access.sight import Grant, Sight
from taizhang.intake import import_rows
from taizhang.journal import Source
from taizhang.workspace import Workspace

TOWN, VILLAGE, OTHER = "990128105", "990128105202", "990128105203"
FORM = Source("form", "test")
HEADS = ("张三", "李四", "王五", "赵六")


def id_number(number: int, birth: str = "19680312") -> str:
    """Return an identity number of the invented region."""
    from taizhang.pack.fieldtypes._idents import id_check_character

    head = f"990128{birth}{number % 1000:03d}"
    return head + id_check_character(head)


def household(number: int, village: str = VILLAGE, **more: Any) -> dict[str, Any]:
    """Return a row of the ledger ``household`` as somebody would write it."""
    return {
        "number": f"H{number}",
        "village": village,
        "head": HEADS[(number - 1) % len(HEADS)],
        "head_id": id_number(number),
        "members": str(number % 5 + 1),
        "contracted_area": f"{number % 7}.5亩",
        "established_on": "2001-03-02",
        "address": "公坪镇桐木村1组",
        **more,
    }


def fill(workspace: Workspace, count: int = 4) -> None:
    """Put households into a workspace: the first half in one village, the others in another."""
    rows = [household(i, VILLAGE if i <= count // 2 else OTHER) for i in range(1, count + 1)]
    import_rows(workspace, {"household": rows}, "test", FORM)


def sight_of(workspace: Workspace, person: str = "clerk", role: str = "village_clerk", division: str = VILLAGE, *offices: str) -> Sight:
    """Return what somebody who holds one role sees."""
    return Sight(workspace.pack, workspace.divisions, person, [Grant(role, division, offices)])
