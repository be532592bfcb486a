"""Queries may read the divisions that the workspace knows, with the days on which they exist."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from taizhang.comparison import run_rule
from taizhang.errors import Refusal
from taizhang.pack import load_pack
from taizhang.pack.definitions import Field, Ledger, Pack, Rule, StepDefinition
from taizhang.pack.divisions import Division, DivisionTree
from taizhang.pack.queries import Queries
from taizhang.warehouse import Snapshot, Warehouse
from taizhang.workspace import Workspace

TREE = DivisionTree(
    [
        Division("990128", "县"),
        Division("990128105", "公坪镇"),
        Division("990128105201", "銮塘村"),
        Division("990128105202", "桐木村", valid_to=date(2020, 7, 1), successor="990128105201"),
        Division("990128106007", "外镇社区"),
    ],
    "990128105",
)
LEDGER = Ledger("visit", "走访", 1, "办", "event", {"village": Field("village", "村", "division")}, ("village",), "village")
SILENT = """
    select d.code as subject, d.name as name, d.kind as kind, d.level as level, d.parent as parent, d.successor as successor,
           d.valid_to as valid_to, 0 as left
    from division d
    anti join visit v on v._division = d.code
    where d.level = 'village' and d.valid_from <= :as_of
"""


def pack_of(step: str, text: str) -> Pack:
    steps = (StepDefinition(step, "没有走访的村", text),)
    rule = Rule(name="silent", number=1, title="漏", group="I", severity="low", basis="", about="", subject="village", steps=steps, says="")
    return Pack("test", {"visit": LEDGER}, {}, {}, {}, rules={"silent": rule})


def test_villages_without_a_row_are_found() -> None:
    pack = pack_of("silent_villages", SILENT)
    with Snapshot.from_rows(pack, {"visit": [{"village": "銮塘村"}]}, TREE) as snapshot:
        found = run_rule(snapshot, "silent", date(2020, 12, 31)).records()
    assert found == [
        {"subject": "990128105202", "name": "桐木村", "kind": "村", "level": "village", "parent": "990128105", "successor": "990128105201",
         "valid_to": date(2020, 7, 1), "left": 0},
        {"subject": "990128106007", "name": "外镇社区", "kind": "居", "level": "village", "parent": "990128", "successor": None,
         "valid_to": None, "left": 0},
    ]  # fmt: skip
    assert Queries(pack).ledgers_of(Queries(pack).rule(pack.rules["silent"])) == {"visit"}


def test_a_workspace_gives_its_divisions(workspace: Workspace) -> None:
    text = "select d.code as subject, d.name as name, 0 as left from division d where d.level = 'town'"
    workspace.__dict__["pack"] = pack_of("towns", text)
    warehouse = Warehouse(workspace)
    warehouse.refresh()
    with warehouse.snapshot() as snapshot:
        found = run_rule(snapshot, "silent", date(2020, 12, 31)).records()
    towns = [d for d in workspace.divisions if d.level == "town"]
    assert towns
    assert found == [{"subject": d.code, "name": d.name, "left": 0} for d in sorted(towns, key=lambda d: d.code)]


def test_a_step_cannot_take_their_name() -> None:
    pack = pack_of("division", "select v._division as subject, v._seq as left from visit v")
    with pytest.raises(Refusal) as refusal:
        Queries(pack).rule(pack.rules["silent"])
    assert [f.code for f in refusal.value.faults] == ["query.name_taken"]
    broken = replace(
        pack.rules["silent"], steps=(StepDefinition("s", "步", "select d.code as subject, d.nothing as left from division d"),)
    )
    with pytest.raises(Refusal) as refusal:
        Queries(pack).rule(broken)
    assert [f.code for f in refusal.value.faults] == ["query.column_unknown"]


@pytest.mark.parametrize(
    ("from_on", "to_on", "due_on", "inspected", "missing"),
    [
        # Both reported while there were two of them; that one is part of the other since changes nothing.
        ("2020-05-01", "2020-05-31", "2020-06-05", {"銮塘村": "2020-05-06", "桐木村": "2020-05-06"}, []),
        ("2020-05-01", "2020-05-31", "2020-06-05", {"銮塘村": "2020-05-06"}, ["990128105202"]),
        # On the day that the reports were due the one was part of the other, and what stood under its name counts there.
        ("2020-06-01", "2020-06-30", "2020-07-05", {"桐木村": "2020-06-06"}, []),
        ("2020-07-01", "2020-07-31", "2020-08-05", {}, ["990128105201"]),
    ],
)
def test_a_merged_village_reports_for_itself_until_it_is_merged(
    from_on: str, to_on: str, due_on: str, inspected: dict[str, str], missing: list[str]
) -> None:
    rows = {
        "reporting_task": [
            {
                "number": "RW1",
                "ledger": "安全生产检查",
                "village": "公坪镇",
                "level": "村",
                "from_on": from_on,
                "to_on": to_on,
                "due_on": due_on,
            }
        ],
        "safety_inspection": [{"village": village, "inspected_on": day} for village, day in inspected.items()],
    }
    with Snapshot.from_rows(load_pack(), rows, TREE) as snapshot:
        found = run_rule(snapshot, "village_missing", date(2020, 12, 31)).records()
    assert [row["subject"] for row in found] == missing
