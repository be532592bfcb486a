"""A few households and payments in two villages, taken in through the door that all rows take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from taizhang.intake.importing import import_rows
from taizhang.journal import Source
from taizhang.workspace import Workspace

VILLAGES = ("990128105201", "990128105202", "990128105203")
SURNAMES = "张杨吴龙李田黄姚"
IDS = ("990128196503120011", "99012819680312003X", "990128194001050026", "990128196803120013", "990128195006150039", "990128197502020048")


def household(number: int, village: str, **more: Any) -> dict[str, Any]:
    """Return a household of a village."""
    head_id = IDS[number % len(IDS)]
    name = SURNAMES[number % len(SURNAMES)] + "大山"
    return {
        "number": f"H{number:04d}", "village": village, "head": name, "head_id": head_id, "members": number % 5 + 1, "contracted_area": "4.25",
        "established_on": "2001-03-02", **more,
    }  # fmt: skip


def fill(workspace: Workspace, rows: dict[str, Sequence[dict[str, Any]]], person: str = "registrar") -> int:
    """Record rows by ledger and return the number of the submission."""
    done = import_rows(workspace, rows, person, Source("demo", "rows"))
    assert done.submission is not None
    return done.submission


def households(workspace: Workspace, count: int = 6) -> None:
    """Record households, spread over the villages."""
    fill(workspace, {"household": [household(n, VILLAGES[n % len(VILLAGES)]) for n in range(count)]})
