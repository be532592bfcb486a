"""Forest plots and their checks, felling, removed installations, village projects."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.people import Household
from taizhang.demo.systems.shared import Ledgers, Row, after, between, drawn, officers, plain_household, workday
from taizhang.demo.town import Town, split, spread_dates


def rows(town: Town) -> Ledgers:
    """Return the rows of forest_plot, forest_check, logging_plan, logging_permit, violation_removal and village_project."""
    plan = town.targets("13")
    rng = town.rng_for("13")
    plots, checks = _forest(town, rng, plan)
    plans, permits = _logging(town, rng, plan["logging"], plots)
    return {
        "forest_plot": plots,
        "forest_check": checks,
        "logging_plan": plans,
        "logging_permit": permits,
        "violation_removal": _removals(town, rng, plan),
        "village_project": _projects(town, plan),
    }


def _forest(town: Town, rng: random.Random, plan: dict[str, Any]) -> tuple[list[Row], list[Row]]:
    plots: list[Row] = []
    checks: list[Row] = []
    for kind, entry in plan["kinds"].items():
        count = entry["plots"]
        areas = split(rng, entry["area"], count, 2, low=Decimal("0.4"), high=entry.get("most"))
        holders = _holders(town, rng, kind, areas)
        made = [_plot(town, rng, plan, kind, n, area, holder) for n, (area, holder) in enumerate(zip(areas, holders, strict=True), 1)]
        plots += made
        for year in entry["years"]:
            first, last = (day.replace(year=year) for day in entry["checked"])
            days = spread_dates(rng, count, first, last)
            checks += [_check(town, rng, entry["task"], plot, day) for plot, day in zip(made, days, strict=True)]
    return plots, checks


def _holders(town: Town, rng: random.Random, kind: str, areas: list[Decimal]) -> list[Household | None]:
    """Return households whose land holds the forest beside what is subsidised; none for the other kinds."""
    if kind != "退耕还林":
        return [None] * len(areas)
    most = max(areas)
    roomy = [h for h in town.households if h.contracted_area - h.rice_subsidised_area >= most]
    chosen = sorted(rng.sample(range(len(roomy)), len(areas)))
    return [roomy[place] for place in chosen]


def _plot(town: Town, rng: random.Random, plan: dict[str, Any], kind: str, number: int, area: Decimal, holder: Household | None) -> Row:
    entry = plan["kinds"][kind]
    village = holder.village if holder else town.villages[number % len(town.villages)]
    group = holder.group if holder else rng.choice(village.groups)
    return {
        "number": f"LT-{entry['mark']}-{number:04d}",
        "village": group.code,
        "kind": kind,
        "place_name": rng.choice(plan["place_names"]),
        "area": area,
        "species": rng.choice(entry["species"]),
        "planted_in": int(drawn(rng, entry["planted"])),
        "ownership": rng.choice(entry["ownership"]),
        "household": holder.number if holder else None,
        "certificate": f"林证字{rng.randrange(10**7):07d}",
        "ranger": officers(town, 14, 20)[village.index],
        "registered_on": workday(between(rng, *plan["registered"])),
    }


def _check(town: Town, rng: random.Random, task: str, plot: Row, day: date) -> Row:
    return {
        "forest_plot": plot["number"],
        "village": plot["village"],
        "task": task,
        "checked_on": day,
        "area": plot["area"],
        "change": "无变化",
        "checker": rng.choice(officers(town, 14, 20)),
        "evidence": f"核查-{plot['number']}-{day:%Y%m%d}.jpg",
    }


def _logging(town: Town, rng: random.Random, plan: dict[str, Any], plots: list[Row]) -> tuple[list[Row], list[Row]]:
    plans: list[Row] = []
    permits: list[Row] = []
    timber = [plot for plot in plots if plot["kind"] == "工业原料林"]
    for year, villages in plan["plans"].items():
        number = 0
        for index, volume in villages.items():
            village = town.villages[index]
            issued = workday(date(year, *plan["issued"]))
            plans.append(
                {"for_year": year, "village": village.code, "volume": volume, "document": plan["documents"][year], "issued_on": issued}
            )
            for part in split(rng, volume, plan["permits_per_village"], 1):
                number += 1
                permits.append(_permit(town, rng, plan, (year, number, index), part, str(rng.choice(timber)["number"])))
        for _ in range(plan["own_use"][year]):
            number += 1
            index = rng.randrange(len(town.villages))
            permits.append(_permit(town, rng, plan, (year, number, index), drawn(rng, plan["own_volume"], 1), None))
    return plans, permits


def _permit(
    town: Town, rng: random.Random, plan: dict[str, Any], which: tuple[int, int, int], volume: Decimal, forest_plot: str | None
) -> Row:
    year, number, village = which
    holder = rng.choice([h for h in town.households if h.village.index == village and plain_household(town, h)])
    issued = workday(between(rng, *(date(year, *day) for day in plan["permitted"])))
    felled = workday(after(issued, int(drawn(rng, plan["felled_days"]))))
    return {
        "number": f"CF{year}-{number:03d}",
        "village": holder.group.code,
        "forest_plot": forest_plot,
        "holder": holder.head.name,
        "holder_id": holder.head.id_number,
        "purpose": "商品材主伐" if forest_plot else "农民自用材",
        "species": "杉木",
        "volume": volume,
        "issued_on": issued,
        "valid_to": after(issued, plan["valid_days"]),
        "felled_on": felled,
        "felled": volume,
        "inspected_on": workday(after(felled, rng.randint(2, 10))),
    }


def _removals(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    seen: Counter[int] = Counter()
    out: list[Row] = []
    for kind, village, place, found, notice, removed, area, source in plan["removals"]:
        seen[removed.year] += 1
        number = f"CC{removed.year}-{seen[removed.year]:02d}"
        owner = rng.choice([h for h in town.households if h.village.index == village and plain_household(town, h)])
        out.append(
            {
                "number": number,
                "village": owner.group.code,
                "kind": kind,
                "place": place,
                "owner": owner.head.name,
                "owner_id": owner.head.id_number,
                "found_on": found,
                "source": source,
                "notice_on": notice,
                "removed_on": removed,
                "restored_area": Decimal(area),
                "photo_before": f"{number}-前.jpg",
                "photo_after": f"{number}-后.jpg",
            }
        )
    return out


def _projects(town: Town, plan: dict[str, Any]) -> list[Row]:
    seen: Counter[int] = Counter()
    out: list[Row] = []
    for kind, village, name, place, funding, budget, spent, contractor, started, completed in plan["projects"]:
        seen[completed.year] += 1
        out.append(
            {
                "number": f"XM{completed.year}-{seen[completed.year]:02d}",
                "village": town.villages[village].code,
                "kind": kind,
                "name": name,
                "place": place,
                "funding": funding,
                "budget": budget,
                "spent": spent,
                "contractor": contractor,
                "started_on": started,
                "completed_on": completed,
                "inspector": officers(town, 4, 10)[village],
                "posted_on": workday(after(completed, 3)),
            }
        )
    return out
