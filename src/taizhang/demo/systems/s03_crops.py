"""What stands on each plot: fruit of households and cooperatives over three years, rice and dry grain of the year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from taizhang.demo.numbers import spread_dates
from taizhang.demo.systems.s02_cooperatives import number_of, start_years
from taizhang.demo.systems.shared import Row
from taizhang.demo.town import Plot, Town, split

RICE = "水稻"


def fruit_since(town: Town) -> dict[str, int]:
    """Return the first year in which each fruit plot is grown by who grows it now, by plot number."""
    plan, rng = town.targets("03_crops"), town.rng_for("03/since")
    let = start_years(town)
    out = {}
    by_place: dict[tuple[int, str], list[Plot]] = {}
    for household in town.households:
        for plot in household.plots:
            if plot.crop and plot.number in let:
                out[plot.number] = let[plot.number]
            elif plot.crop:
                by_place.setdefault((household.village.index, plot.crop), []).append(plot)
    for plots in by_place.values():
        # Each village begins in the same proportions of its land, so that no village's change is odd.
        rng.shuffle(plots)
        whole, passed = float(sum(plot.area for plot in plots)), 0.0
        for plot in plots:
            out[plot.number] = _year_at((passed + float(plot.area) / 2) / whole, plan["since"])
            passed += float(plot.area)
    return out


def _year_at(share: float, weights: dict[int, int]) -> int:
    """Return the year in whose part of the whole the share lies."""
    whole, passed = sum(weights.values()), 0.0
    for year, weight in weights.items():
        passed += float(weight) / float(whole)
        if share < passed:
            return year
    return max(weights)


def rows(town: Town) -> dict[str, list[Row]]:
    """Return the rows of ``crop_planting``."""
    plan, rng = town.targets("03_crops"), town.rng_for("03")
    surveyors = [person.name for person in town.cadres]
    plots = [plot for household in town.households for plot in household.plots]
    since, out = fruit_since(town), []
    for year in sorted(plan["since"]):
        for crop, total in plan["output"].items():
            grown = [plot for plot in plots if plot.crop == crop and since[plot.number] <= year]
            weights = [float(plot.area) * rng.uniform(*map(float, plan["yields"][crop])) for plot in grown]
            if year < town.year:
                area = sum((plot.area for plot in grown), Decimal(0))
                total = (area * plan["norm"][crop] * plan["earlier_yield"][year]).quantize(Decimal("0.001"))
            outputs = split(rng, total, weights, 3)
            out += _year(town, plan, rng, year, crop, [(p, p.area, o) for p, o in zip(grown, outputs, strict=True)], surveyors)
    rice = [plot for plot in plots if plot.rice_subsidised_area > 0]
    parts = [(p, p.rice_subsidised_area, _harvest(rng, p.rice_subsidised_area, plan["rice_yield"])) for p in rice]
    out += _year(town, plan, rng, town.year, RICE, parts, surveyors)
    dry = [plot for plot in plots if plot.kind == "旱地" and plot.crop is None]
    chosen = {plot.number: rng.choice(list(plan["dry_yield"])) for plot in dry}
    for crop, bounds in plan["dry_yield"].items():
        parts = [(p, p.area, _harvest(rng, p.area, bounds)) for p in dry if chosen[p.number] == crop]
        out += _year(town, plan, rng, town.year, crop, parts, surveyors)
    crop, bounds = next(iter(plan["dry_yield"].items()))
    waterless = [plot for plot in rice if plot.household.village.name in plan["waterless"]["villages"]]
    spare = [(p, p.area - p.rice_subsidised_area) for p in waterless if p.area - p.rice_subsidised_area >= plan["waterless"]["least"]]
    changed = _year(town, plan, rng, town.year, crop, [(p, area, _harvest(rng, area, bounds)) for p, area in spare], surveyors)
    return {"crop_planting": out + [row | {"waterless": True} for row in changed]}


def _harvest(rng: Random, area: Decimal, bounds: list[Decimal]) -> Decimal:
    return (area * Decimal(str(rng.uniform(*map(float, bounds))))).quantize(Decimal("0.001"))


def _year(
    town: Town, plan: dict[str, Any], rng: Random, year: int, crop: str, parts: list[tuple[Plot, Decimal, Decimal]], surveyors: list[str]
) -> list[Row]:
    first, last = (date.fromisoformat(f"{year}-{day}") for day in plan["surveyed"][crop])
    days = spread_dates(rng, len(parts), first, last)
    cooperatives = [entry["name"] for entry in town.targets("02_cooperatives")["cooperatives"]]
    out = []
    for (plot, area, output), day in zip(parts, days, strict=True):
        row = _planting(plot, year, crop, plan["seasons"][crop], area, output, day, surveyors[plot.household.index % len(surveyors)])
        if plot.transferred_to is not None:
            row["planter"] = cooperatives[plot.transferred_to]
        out.append(row)
    return out


def _planting(plot: Plot, year: int, crop: str, season: str, area: Decimal, output: Decimal, day: date, surveyor: str) -> Row:
    row: Row = {
        "for_year": year,
        "season": season,
        "crop": crop,
        "plot": plot.number,
        "village": plot.group.code,
        "planter_kind": "农户",
        "household": plot.household.number,
        "planter": plot.household.head.name,
        "plot_area": plot.area,
        "area": area,
        "output": output,
        "surveyed_on": day,
        "surveyor": surveyor,
    }
    if plot.transferred_to is not None:
        row |= {"planter_kind": "合作社", "household": None, "cooperative": number_of(plot.transferred_to)}
    return row
