"""Contracted plots, abandoned plots and illegal occupation of farmland."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.people import Plot
from taizhang.demo.systems.shared import Ledgers, Row, after, between, drawn, officers, plain_household, whole, workday
from taizhang.demo.town import Town, spread_dates

_ORCHARDS = ("黄桃", "柑橘")


def rows(town: Town) -> Ledgers:
    """Return the rows of plot, abandoned_plot and land_occupation."""
    plan = town.targets("10")
    rng = town.rng_for("10")
    reasons = _reasons(town, plan["abandoned"])
    return {
        "plot": [_plot(rng, plan, plot, reasons.get(plot.number)) for household in town.households for plot in household.plots],
        "abandoned_plot": _abandoned(town, rng, plan["abandoned"], reasons) + _formerly_abandoned(town, rng, plan["abandoned"]),
        "land_occupation": _occupations(town, rng, plan["occupations"]),
    }


def _all_plots(town: Town) -> list[Plot]:
    return [plot for household in town.households for plot in household.plots]


def formerly_abandoned(town: Town) -> dict[int, list[Plot]]:
    """Return the paddies that lay abandoned in each former year: they had no subsidy in that year."""
    rng = town.rng_for("10:former")
    pool = [plot for plot in _all_plots(town) if plot.rice_subsidised_area and plain_household(town, plot.household)]
    counts = town.targets("10")["abandoned"]["earlier"]
    chosen = rng.sample(pool, sum(counts.values()))
    out = {}
    for year, count in counts.items():
        out[year], chosen = chosen[:count], chosen[count:]
    return out


def _reasons(town: Town, plan: dict[str, Any]) -> dict[str, str]:
    rng = town.rng_for("10:reasons")
    plots = [plot for plot in _all_plots(town) if plot.abandoned]
    words, weights = list(plan["reasons"]), list(plan["reasons"].values())
    return {plot.number: rng.choices(words, weights)[0] for plot in plots}


def _plot(rng: random.Random, plan: dict[str, Any], plot: Plot, reason: str | None) -> Row:
    head = plot.household.head
    wet = plot.kind == "水田"
    water = "无水源" if reason == "缺水" else rng.choices(list(plan["water"]), list(plan["water"].values()))[0]
    orchard = plot.crop in _ORCHARDS
    return {
        "number": plot.number,
        "village": plot.group.code,
        "household": plot.household.number,
        "holder": head.name,
        "holder_id": head.id_number,
        "contract": f"CB-{plot.household.number}",
        "place_name": rng.choice(plan["place_names"]),
        "kind": plot.kind if wet else "园地" if orchard else "旱地",
        "area": plot.area,
        "customary_area": whole(plot.area * drawn(rng, plan["customary_share"]) / 100, 2),
        "water": water if wet else None,
        "basic_farmland": "是" if wet else "否",
        "use": "流转" if plot.transferred_to is not None else "果园" if orchard else "种植",
        "contract_from": plan["contract"][0],
        "contract_to": plan["contract"][1],
        "registered_on": workday(between(rng, *plan["registered"])),
    }


def _abandoned(town: Town, rng: random.Random, plan: dict[str, Any], reasons: dict[str, str]) -> list[Row]:
    plots = [plot for plot in _all_plots(town) if plot.abandoned]
    found = spread_dates(rng, len(plots), *plan["found"])
    reclaimed = spread_dates(rng, len(plots), *plan["reclaimed"])
    return [
        _case(town, rng, plan, plot, (on, until), reasons[plot.number]) for plot, on, until in zip(plots, found, reclaimed, strict=True)
    ]


def _formerly_abandoned(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    out = []
    for year, plots in formerly_abandoned(town).items():
        first = date(year, *plan["earlier_found"])
        for plot in plots:
            found = workday(after(first, rng.randint(0, len(plots) * 2)))
            reclaimed = workday(after(found, int(drawn(rng, plan["earlier_days"]))))
            out.append(_case(town, rng, plan, plot, (found, reclaimed), rng.choice([r for r in plan["reasons"] if r != "缺水"])))
    return out


def _case(town: Town, rng: random.Random, plan: dict[str, Any], plot: Plot, days: tuple[date, date], reason: str) -> Row:
    measure = plan["measures"][reason]
    checkers = officers(town, 0, len(town.villages))
    return {
        "plot": plot.number,
        "village": plot.group.code,
        "household": plot.household.number,
        "area": plot.area,
        "seasons": rng.choice((1, 1, 1, 2)),
        "reason": reason,
        "found_on": days[0],
        "found_by": checkers[plot.household.village.index],
        "photo_before": f"抛荒-{plot.number}-{days[0]:%Y%m%d}.jpg",
        "measure": measure,
        "crop_after": plan["crops"].get(measure, plan["crops"]["other"]),
        "due_on": after(days[0], plan["due_after"]),
        "reclaimed_on": days[1],
        "reclaimed_area": plot.area,
        "accepted_by": checkers[plot.household.village.index - 1],
        "photo_after": f"复垦-{plot.number}-{days[1]:%Y%m%d}.jpg",
    }


def _occupations(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    out: list[Row] = []
    for year, count in plan["counts"].items():
        households = town.pick_households(rng, count, purpose="land_occupation", where=lambda h: plain_household(town, h))
        days = spread_dates(rng, count, date(year, 1, 2), date(year, 10, 20))
        for number, (household, found) in enumerate(zip(households, days, strict=True), 1):
            area: Decimal = drawn(rng, plan["area"], 2)
            settled = workday(after(found, int(drawn(rng, plan["days"]))))
            out.append(
                {
                    "number": f"ZD{year}-{number:02d}",
                    "village": household.group.code,
                    "occupier": household.head.name,
                    "occupier_id": household.head.id_number,
                    "use": rng.choice(plan["uses"]),
                    "area": area,
                    "basic_farmland": "否",
                    "found_on": found,
                    "source": rng.choice(plan["sources"]),
                    "outcome": rng.choice(plan["outcomes"]),
                    "due_on": after(settled, rng.randint(1, 10)),
                    "settled_on": settled,
                    "restored_area": area,
                    "handler": rng.choice(officers(town, 6, 10)),
                }
            )
    return out
