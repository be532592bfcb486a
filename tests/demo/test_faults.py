"""Faults on purpose: all that was planted in the town is found, and the list of it can be read."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from taizhang.comparison import run_rules
from taizhang.demo.build import build
from taizhang.demo.faults import COPIES, LIST, NotPlanted, Planted, plant
from taizhang.demo.numbers import id_check
from taizhang.demo.renaming import Renaming
from taizhang.pack import load_pack
from taizhang.pack.loader import DEMONSTRATION_TOWN, SHIPPED
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


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Planted], list[NotPlanted], dict[str, list[dict[str, Any]]]]:
    from taizhang.cli.context import snapshot_of

    root = tmp_path_factory.mktemp("faulty") / "town"
    divisions = SHIPPED / "township" / "divisions.csv"
    workspace = Workspace.create(root, town=DEMONSTRATION_TOWN, title="公坪镇", divisions=divisions, database="sqlite")
    build(workspace, 2020)
    done, failed = plant(workspace)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with snapshot_of(workspace, None) as snapshot:
        for run in run_rules(snapshot, None, AS_OF):
            found[run.rule] += run.records()
    return root, done, failed, found


@pytest.mark.slow
def test_nothing_is_refused(planted: Any) -> None:
    assert [(f.rule, f.why) for f in planted[2]] == []


@pytest.mark.slow
def test_every_rule_is_planted_at_least_three_times(planted: Any) -> None:
    counts = Counter(instance.rule for instance in planted[1])
    assert {name: counts[name] for name in load_pack().rules if counts[name] < COPIES} == {}


@pytest.mark.slow
def test_all_that_was_planted_is_found(planted: Any) -> None:
    _, done, _, found = planted
    missed = [
        (instance.rule, dict(want))
        for instance in done
        for want in instance.finds
        if not any(all(str(row.get(k)) == str(v) for k, v in want.items()) for row in found[instance.rule])
    ]
    assert missed == []


@pytest.mark.slow
def test_the_list_beside_the_town_says_what_was_planted(planted: Any) -> None:
    root, done, _, _ = planted
    listed = json.loads((root / LIST).read_text(encoding="utf-8"))
    assert [entry["rule"] for entry in listed["planted"]] == [instance.rule for instance in done]
    assert all(entry["finds"] and entry["entries"] for entry in listed["planted"])
