"""Whatever the seed: the figures of the report are those of the first town, intake finds nothing, nobody is paid twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from taizhang.demo.build import generate
from taizhang.demo.systems import s01_collective_economy, s16_social_assistance
from taizhang.demo.town import Town
from taizhang.pack import load_pack
from taizhang.pack.loader import demonstration_divisions

PRINTED = Path(__file__).parent.parent / "acceptance" / "printed_forms.tsv"
Rows = dict[str, list[dict[str, Any]]]
# 1, 9, 18 and 22 each once told another figure, or were warned of; TAIZHANG_SEEDS="1 9 22 987654321" asks for others than this one.
SEEDS = [int(seed) for seed in os.environ.get("TAIZHANG_SEEDS", "18").split()]


def printed() -> list[str]:
    lines = PRINTED.read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(line.split("\t")[1] for line in lines if line and not line.startswith("#")))


def figures(rows: Rows) -> dict[str, Decimal | None]:
    from taizhang.figures.computing import compute_many
    from taizhang.warehouse import Snapshot

    divisions = demonstration_divisions()
    with Snapshot.from_rows(load_pack(), rows, divisions) as snapshot:
        return {f.indicator: f.value for f in compute_many(snapshot, printed(), ["2020"], [divisions.town or ""])}


@pytest.fixture(scope="module")
def first() -> dict[str, Decimal | None]:
    return figures(generate())


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_gives_every_figure_of_the_report(seed: int, first: dict[str, Decimal | None]) -> None:
    from taizhang.intake import check_rows
    from taizhang.pack.fieldtypes import Context

    rows = generate(seed)
    ledgers, context = load_pack().ledgers, Context(divisions=demonstration_divisions(), today=date(2021, 1, 31))
    assert [(name, f.field, f.code, f.row) for name, some in rows.items() for f in check_rows(ledgers[name], some, context).faults] == []
    twice = Counter((p["programme"], p["payee_id"], p["for_month"]) for p in rows["payment"])
    assert [key for key, count in twice.items() if count > 1] == []
    assert figures(rows) == first
    assert None not in first.values()


@pytest.mark.slow
def test_the_order_of_sets_does_not_reach_the_rows() -> None:
    script = (
        "import hashlib; from taizhang.demo.build import generate;"
        " print(hashlib.sha256(repr(sorted(generate(5).items())).encode()).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": value}, check=True, capture_output=True, text=True
        ).stdout
        for value in ("0", "777")
    }
    assert len(made) == 1


@pytest.mark.parametrize("seed", [18, pytest.param(1, marks=pytest.mark.slow)])
def test_rolls_and_incomes_that_once_depended_on_the_seed(seed: int) -> None:
    town = Town(seed)
    plan = town.targets("00_town")["low_income"]
    allowance = s16_social_assistance.rows(town)["subsistence_allowance"]
    started = [row for row in allowance if isinstance(row["enrolled_on"], date) and row["enrolled_on"].year == town.year]
    assert (len({row["household"] for row in started}), len(started)) == (plan["new_households"], plan["new_persons"])
    held = [row for row in allowance if not (left := row.get("left_on")) or (isinstance(left, date) and left.year > town.year)]
    assert len(held) == plan["persons"]
    incomes: Counter[str] = Counter()
    for row in s01_collective_economy.rows(town)["collective_income"]:
        if isinstance(row["received_on"], date) and row["received_on"].year == town.year:
            incomes[str(row["village"])] += int(str(row["amount"]))
    assert min(incomes.values()) == 54320
