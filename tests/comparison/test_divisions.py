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


def test_a_village_founded_after_the_period_owes_nothing_unless_another_became_part_of_it() -> None:
    merged, founded = date(2020, 6, 2), date(2020, 6, 2)
    tree = DivisionTree(
        [
            Division("990128", "县"),
            Division("990128105", "公坪镇"),
            Division("990128105201", "銮塘村", valid_to=merged, successor="990128105208"),
            Division("990128105208", "合并村", valid_from=merged),
            Division("990128105209", "移民村", valid_from=founded),
        ],
        "990128105",
    )
    task = {"number": "RW1", "ledger": "安全生产检查", "village": "公坪镇", "level": "村"}
    days = {"from_on": "2020-05-01", "to_on": "2020-05-31", "due_on": "2020-06-05"}
    with Snapshot.from_rows(load_pack(), {"reporting_task": [task | days]}, tree) as snapshot:
        found = run_rule(snapshot, "village_missing", date(2020, 12, 31)).records()
    assert [row["subject"] for row in found] == ["990128105208"]


TWO_TOWNS = DivisionTree(
    [
        Division("990128", "县"),
        Division("990128105", "公坪镇"),
        *(Division(f"99012810520{n}", f"甲{n}村") for n in range(1, 4)),
        Division("990128106", "邻镇"),
        *(Division(f"99012810620{n}", f"乙{n}村") for n in range(1, 4)),
    ],
    "990128",
)
HERE, THERE = "甲1村", ("乙1村", "乙2村", "乙3村")


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        (
            "zero_without_report",
            {
                "crop_planting": [{"village": HERE, "surveyed_on": "2020-06-15", "for_year": "2020", "output": "3"}],
                "form_figure": [
                    {"form": "季报", "item": "羊存栏", "period": "2020Q3", "village": HERE, "scope": "本村"},
                    {"form": "季报", "item": "羊存栏", "period": "2020Q3", "village": "邻镇", "scope": "全镇合计", "value": "320"},
                ],
            },
        ),
        (
            "unit_mixed",
            {
                "form_item": [{"form": "季报", "item": "收入", "kind": "金额"}],
                "form_figure": [
                    {"form": "季报", "item": "收入", "period": "2020Q3", "village": HERE, "value": "3", "unit": "万元"},
                    {"form": "季报", "item": "收入", "period": "2020Q3", "village": "乙1村", "value": "30000", "unit": "元"},
                ],
            },
        ),
        (
            "rate_outlier_in_series",
            {
                "form_item": [{"form": "季报", "item": "免疫密度", "kind": "比率"}],
                "form_figure": [
                    {"form": "季报", "item": "免疫密度", "period": "2020Q3", "village": village, "value": value}
                    for village, value in [(HERE, "10"), ("甲2村", "90"), *((there, "100") for there in THERE)]
                ],
            },
        ),
        (
            "waste_gap",
            {
                "waste_movement": [
                    {"stage": "村收集", "village": village, "from_place": f"{village}村口", "weight": "1000", "moved_at": moved_at}
                    for village, moved_at in [
                        (HERE, "2020-06-01 08:00"),
                        *(("乙1村", f"2020-06-{day:02} 08:00") for day in range(1, 30, 3)),
                    ]
                ]
            },
        ),
        (
            "rain_no_record",
            {
                "water_report": [
                    {
                        "station": f"{village}雨量站",
                        "village": village,
                        "observed_at": "2020-06-03 20:00",
                        "rain": rain,
                        "reported_at": reported_at,
                    }
                    for village, rain, reported_at in [
                        (HERE, "80", ""),
                        ("甲2村", "0", "2020-06-03 20:10"),
                        ("甲3村", "0", "2020-06-03 20:10"),
                        ("乙1村", "90", "2020-06-03 20:10"),
                    ]
                ]
            },
        ),
        (
            "zero_claim_without_run",
            {
                "comparison_result": [
                    {"number": "BD1", "village": "公坪镇", "compared": "100", "found": "0", "verified": "0", "run_on": "2020-06-01"}
                ],
                "finding": [{"number": "YD1", "village": "邻镇", "state": "待核实", "found_on": "2020-05-20"}],
            },
        ),
        (
            "rent_below_market",
            {
                "collective_asset_contract": [
                    {
                        "number": f"LT-{village}",
                        "village": village,
                        "asset_kind": "门面",
                        "quantity": "1",
                        "quantity_unit": "间",
                        "rent_per_year": rent,
                    }
                    for village, rent in [(HERE, "100"), ("甲2村", "100"), *((there, "900") for there in THERE)]
                ]
            },
        ),
    ],
)
def test_a_town_is_compared_with_itself_alone(rule: str, rows: dict[str, list[dict[str, str]]]) -> None:
    with Snapshot.from_rows(load_pack(), rows, TWO_TOWNS) as snapshot:
        run = run_rule(snapshot, rule, date(2020, 12, 31))
        assert (run.state, run.records()) == ("ran", [])
