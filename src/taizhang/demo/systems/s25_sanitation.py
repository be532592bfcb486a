"""Toilets rebuilt, and waste on its way from the households to the county's plant, village by village, nothing lost."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.people import Household, Village
from taizhang.demo.systems.shared import Ledgers, Row, after, days_of, drawn, moment, months_of, officers, plain_household, whole, workday
from taizhang.demo.town import Town, spread_dates


def rows(town: Town) -> Ledgers:
    """Return the rows of toilet_renovation and waste_movement."""
    plan = town.targets("25")
    return {"toilet_renovation": _toilets(town, plan["toilets"]), "waste_movement": _waste(town, plan["waste"])}


def payments(town: Town) -> list[Row]:
    """Return the payments of the year of the report."""
    return [
        {
            "programme": "农村改厕奖补",
            "id_number": row["owner_id"],
            "payee": row["owner"],
            "household": row["household"],
            "village": row["village"],
            "quantity": 1,
            "unit_standard": row["subsidy"],
            "amount": Decimal(str(row["subsidy"])),
            "for_month": f"{row['paid_on']:%Y-%m}",
            "paid_on": row["paid_on"],
            "card": row["card"],
        }
        for row in _toilets(town, town.targets("25")["toilets"])
        if isinstance(row["paid_on"], date) and row["paid_on"].year == town.year
    ]


def _toilets(town: Town, plan: dict[str, Any]) -> list[Row]:
    rng = town.rng_for("25:toilets")
    households = rng.sample([h for h in town.households if plain_household(town, h)], sum(plan["counts"].values()))
    out: list[Row] = []
    for year, count in plan["counts"].items():
        first, last = (date(year, *day) for day in plan["started"])
        for household, started in zip(households[:count], spread_dates(rng, count, first, last), strict=True):
            out.append(_toilet(town, rng, plan, household, started))
        households = households[count:]
    return out


def _toilet(town: Town, rng: random.Random, plan: dict[str, Any], household: Household, started: date) -> Row:
    accepted = workday(after(started, int(drawn(rng, plan["build_days"]))))
    return {
        "household": household.number,
        "village": household.group.code,
        "owner": household.head.name,
        "owner_id": household.head.id_number,
        "kind": rng.choices(list(plan["kinds"]), list(plan["kinds"].values()))[0],
        "before": rng.choices(list(plan["before"]), list(plan["before"].values()))[0],
        "contractor": rng.choice(plan["contractors"]),
        "started_on": started,
        "accepted_on": accepted,
        "inspector": officers(town, 0, 6)[household.village.index],
        "qualified": "是",
        "subsidy": plan["subsidy"][started.year],
        "paid_on": workday(after(accepted, int(drawn(rng, plan["pay_days"])))),
        "card": household.card,
        "maintainer": household.head.name,
        "photo": f"改厕-{household.number}.jpg",
    }


def _waste(town: Town, plan: dict[str, Any]) -> list[Row]:
    rng = town.rng_for("25:waste")
    sizes = {village: sum(h.village is village for h in town.households) for village in town.villages}
    out: list[Row] = []
    for day in days_of(plan["first"], plan["last"], plan["every"]):
        for village, size in sizes.items():
            out += _chain(town, rng, plan, village, day, size)
    for month in months_of(plan["first"], plan["last"]):
        for village, size in sizes.items():
            out += _sorted(town, rng, plan, village, month, size)
    return out


def _ticket(stage: str, day: date, village: Village, more: str = "") -> str:
    return f"LJ-{stage}{more}-{day:%y%m%d}-{village.index + 1:02d}"


def _chain(town: Town, rng: random.Random, plan: dict[str, Any], village: Village, day: date, size: int) -> list[Row]:
    """Return the four stages of one collection of residual waste; a little moisture is lost on the way."""
    stations, vehicles = plan["stations"], plan["vehicles"]
    weight = whole(drawn(rng, plan["household_day"], 2) * size * plan["every"])
    moved = whole(weight * drawn(rng, plan["transfer_share"]) / 1000)
    burnt = whole(moved * drawn(rng, plan["treatment_share"]) / 1000)
    shed = f"{village.name}{stations['collect']}"
    drivers = officers(town, 60, 68)
    common: Row = {"village": village.code, "kind": "其他垃圾"}
    stages = (
        ("H", "户分类", weight, (6, 30), f"{village.name}各户", shed, None, None),
        ("C", "村收集", weight, (8, 0), shed, stations["transfer"], vehicles["collect"], None),
        ("Z", "乡转运", moved, (10, 30), stations["transfer"], stations["plant"], vehicles["transfer"], None),
        ("X", "县处理", burnt, (13, 0), stations["transfer"], stations["plant"], vehicles["plant"], "焚烧"),
    )
    return [
        common
        | {
            "ticket": _ticket(mark, day, village),
            "stage": stage,
            "weight": heavy,
            "moved_at": moment(day, hour, minute + rng.randint(0, 25)),
            "from_place": start,
            "to_place": end,
            "vehicle": vehicle,
            "carrier": drivers[village.index] if vehicle else None,
            "treatment": treatment,
        }
        for mark, stage, heavy, (hour, minute), start, end, vehicle, treatment in stages
    ]


def _sorted(town: Town, rng: random.Random, plan: dict[str, Any], village: Village, month: date, size: int) -> list[Row]:
    """Return what households sorted out in a month and where the village took it."""
    out: list[Row] = []
    day = after(month, 27)
    for place, (kind, bounds) in enumerate(plan["sorted_month"].items()):
        weight = whole(drawn(rng, bounds, 2) * size, 1)
        target, treatment = plan["sorted_to"][kind]
        common: Row = {"village": village.code, "kind": kind, "weight": weight}
        out.append(
            common
            | {
                "ticket": _ticket("H", day, village, str(place + 1)),
                "stage": "户分类",
                "moved_at": moment(day, 9, place),
                "from_place": f"{village.name}各户",
                "to_place": f"{village.name}{plan['stations']['collect']}",
            }
        )
        out.append(
            common
            | {
                "ticket": _ticket("C", day, village, str(place + 1)),
                "stage": "村收集",
                "moved_at": moment(day, 15, place),
                "from_place": f"{village.name}{plan['stations']['collect']}",
                "to_place": target,
                "carrier": officers(town, 60, 68)[village.index],
                "treatment": treatment,
            }
        )
    return out
