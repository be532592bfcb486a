"""Cooperatives, one a village, and the plots that households let to them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from taizhang.demo.numbers import credit_code, spread_dates
from taizhang.demo.systems.shared import Row
from taizhang.demo.town import Plot, Town


def number_of(village_index: int) -> str:
    """Return the number of a village's cooperative."""
    return f"HZS{village_index + 1:02d}"


def start_years(town: Town) -> dict[str, int]:
    """Return the year in which each transferred plot was handed over, by plot number; a household lets all its plots at once."""
    plan, rng = town.targets("02_cooperatives"), town.rng_for("02/starts")
    years, weights = list(plan["start_years"]), list(plan["start_years"].values())
    out: dict[str, int] = {}
    for household in town.households:
        year = rng.choices(years, weights)[0]
        out.update({plot.number: year for plot in household.plots if plot.transferred_to is not None})
    return out


def rows(town: Town) -> dict[str, list[Row]]:
    """Return the rows of ``cooperative`` and ``land_transfer``."""
    plan, rng = town.targets("02_cooperatives"), town.rng_for("02")
    return {"cooperative": _cooperatives(town, plan, rng), "land_transfer": _transfers(town, plan, rng)}


def _cooperatives(town: Town, plan: dict[str, Any], rng: Random) -> list[Row]:
    closed = town.reserved("welfare_households") | town.reserved("cadre_households") | town.reserved("company_households")
    youngest, oldest = plan["head_ages"]
    end = date(town.year, 12, 31)
    out: list[Row] = []
    for village, entry in zip(town.villages, plan["cooperatives"], strict=True):
        here = [h for h in town.households if h.village is village and h not in closed]
        household = rng.choice([h for h in here if youngest <= h.head.age(end) <= oldest])
        town.reserve("cooperative_households", [household])
        out.append(
            {
                "number": number_of(village.index),
                "name": entry["name"],
                "credit_code": credit_code(town.region, plan["first_serial"] + village.index * 131 + rng.randrange(100), "93"),
                "village": village.code,
                "legal_person": household.head.name,
                "legal_person_id": household.head.id_number,
                "phone": household.phone,
                "business": entry["business"],
                "members": entry["members"],
                "member_capital": entry["capital"],
                "founded_on": entry["founded"],
                "grade": entry["grade"],
            }
        )
    return out


def _transfers(town: Town, plan: dict[str, Any], rng: Random) -> list[Row]:
    starts, out, serial = start_years(town), [], dict.fromkeys(plan["start_years"], 0)
    for household in town.households:
        plots = [plot for plot in household.plots if plot.transferred_to is not None]
        if not plots:
            continue
        year = starts[plots[0].number]
        serial[year] += 1
        begins = date(year, plan["start_month"], 1)
        signed = spread_dates(rng, 1, begins - timedelta(days=50), begins - timedelta(days=5))[0]
        ends = date(year + rng.choice(plan["term_years"]), plan["start_month"], 1) - timedelta(days=1)
        # No longer than the term of the land contract itself.
        ends = min(ends, town.targets("10")["contract"][1])
        contract = f"LZ{year}-{serial[year]:04d}"
        out += [_transfer(plot, contract, plan, signed, begins, ends) for plot in plots]
    return out


def _transfer(plot: Plot, contract: str, plan: dict[str, Any], signed: date, begins: date, ends: date) -> Row:
    rent = Decimal(plan["cooperatives"][plot.transferred_to]["rent"])
    head = plot.household.head
    return {
        "contract_number": contract,
        "plot": plot.number,
        "household": plot.household.number,
        "lessor": head.name,
        "lessor_id": head.id_number,
        "cooperative": number_of(plot.transferred_to or 0),
        "village": plot.group.code,
        "contracted_area": plot.area,
        "area": plot.area,
        "manner": "出租",
        "purpose": "水果",
        "rent_per_mu": rent,
        "rent_per_year": (plot.area * rent).quantize(Decimal("0.01"), ROUND_HALF_UP),
        "signed_on": signed,
        "starts_on": begins,
        "term_ends_on": ends,
    }
