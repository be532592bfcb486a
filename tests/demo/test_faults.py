"""Faults on purpose: all that was planted in the town is found, and the list of it can be read."""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from taizhang.comparison import run_rules
from taizhang.demo.faults import COPIES, LIST, plant
from taizhang.demo.numbers import id_check
from taizhang.demo.renaming import Renaming
from taizhang.pack import load_pack
from taizhang.workspace import Workspace

AS_OF = date(2020, 12, 31)


def renaming(number: int = 7, kept: tuple[str, ...] = ()) -> Renaming:
    return Renaming(load_pack(), number, {"990128105001": "990128105201"}, kept)


def test_a_number_keeps_its_birth_date_sex_and_fault() -> None:
    right, wrong = "990128196803120013", "990128196803120011"
    rows = {"resident": [{"id_number": right}, {"id_number": wrong}]}
    new = [renaming().row("resident", row)["id_number"] for row in rows["resident"]]
    assert [n[6:17] for n in new] == [right[6:17], wrong[6:17]]
    assert id_check(new[0][:17]) == new[0][17]
    assert id_check(new[1][:17]) != new[1][17]


def test_equal_values_stay_equal_and_two_plantings_differ() -> None:
    card = "9901280000000000019"
    one, two = renaming(1), renaming(2)
    assert one.row("household", {"card": card})["card"] == one.row("payment", {"card": card})["card"]
    assert one.row("household", {"card": card}) != two.row("household", {"card": card})


def test_other_people_bear_other_names_wherever_they_are_written() -> None:
    one = renaming()
    one.note_names({"resident": [{"name": "杨昌文"}]})
    name = one.row("resident", {"name": "杨昌文"})["name"]
    assert name != "杨昌文"
    assert one.row("village_account", {"counterparty": "杨昌文工程队"})["counterparty"] == f"{name}工程队"


def test_what_the_town_knows_keeps_its_name() -> None:
    assert renaming(kept=("稻谷补贴",)).row("payment", {"programme": "稻谷补贴"}) == {"programme": "稻谷补贴"}
    assert renaming().row("payment", {"programme": "稻谷补贴"}) != {"programme": "稻谷补贴"}


def test_a_finding_is_told_by_the_new_names() -> None:
    one = renaming()
    row = one.row("village_account", {"village": "990128105001", "voucher": "2020-03-007"})
    assert one.told("990128105001/2020-03-007") == f"{row['village']}/{row['voucher']}"


@pytest.mark.slow
def test_what_is_planted_is_found_and_listed(built_town: Path, tmp_path: Path) -> None:
    from taizhang.cli.context import snapshot_of

    root = tmp_path / "town"
    shutil.copytree(built_town, root)
    workspace = Workspace.open(root)
    workspace.activate()
    planted, failed = plant(workspace)
    assert [(f.rule, f.why) for f in failed] == []
    counts = Counter(instance.rule for instance in planted)
    assert {name: counts[name] for name in load_pack().rules if counts[name] < COPIES} == {}

    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with snapshot_of(workspace, None) as snapshot:
        for run in run_rules(snapshot, None, AS_OF):
            found[run.rule] += run.records()
    missed = [
        (instance.rule, dict(want))
        for instance in planted
        for want in instance.finds
        if not any(all(str(row.get(k)) == str(v) for k, v in want.items()) for row in found[instance.rule])
    ]
    assert missed == []

    listed = json.loads((root / LIST).read_text(encoding="utf-8"))
    assert [entry["rule"] for entry in listed["planted"]] == [instance.rule for instance in planted]
    assert all(entry["finds"] and entry["entries"] for entry in listed["planted"])
