"""Verification of rice land and the two subsidies that rest on it; paid to the head, on the household's card."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.people import Household
from taizhang.demo.systems.s10_farmland import formerly_abandoned
from taizhang.demo.systems.shared import Ledgers, Row, cents, officers
from taizhang.demo.town import Town, spread_dates


def rows(town: Town) -> Ledgers:
    """Return the rows of subsidy_declaration and grain_subsidy."""
    plan = town.targets("11")
    return {"subsidy_declaration": _declarations(town, town.rng_for("11:declared"), plan), "grain_subsidy": _paid(town, plan)}


def payments(town: Town) -> list[Row]:
    """Return the payments of the year of the report."""
    heads = {household.number: household for household in town.households}
    return [
        {
            "programme": row["programme"],
            "id_number": row["payee_id"],
            "payee": row["payee"],
            "household": row["household"],
            "village": row["village"],
            "quantity": row["area"],
            "unit_standard": row["standard"],
            "amount": row["amount"],
            "for_month": f"{row['paid_on']:%Y-%m}",
            "paid_on": row["paid_on"],
            "card": heads[str(row["household"])].card,
        }
        for row in _paid(town, town.targets("11"))
        if row["for_year"] == town.year
    ]


def _declarations(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    surveyors = officers(town, 0, len(town.villages))
    plots = [plot for household in town.households for plot in household.plots if plot.rice_subsidised_area]
    crops, weights = list(plan["crops"]), list(plan["crops"].values())
    return [
        {
            "for_year": plan["declared_year"],
            "village": plot.group.code,
            "household": plot.household.number,
            "plot": plot.number,
            "crop": rng.choices(crops, weights)[0],
            "declared_area": rng.choice((plot.area, plot.rice_subsidised_area)),
            "verified_area": plot.rice_subsidised_area,
            "surveyor": surveyors[plot.household.village.index],
            "verified_on": day,
            "posted_from": plan["posted"][0],
            "posted_to": plan["posted"][1],
            "objection": "无异议",
        }
        for plot, day in zip(plots, spread_dates(rng, len(plots), *plan["verified"]), strict=True)
    ]


def _paid(town: Town, plan: dict[str, Any]) -> list[Row]:
    out: list[Row] = []
    resting = formerly_abandoned(town)
    for year, programmes in plan["rates"].items():
        idle: dict[Household, Decimal] = {}
        for plot in resting.get(year, ()):
            idle[plot.household] = idle.get(plot.household, Decimal(0)) + plot.rice_subsidised_area
        areas = [(h, h.rice_subsidised_area - idle.get(h, Decimal(0))) for h in town.households]
        entitled = [(household, area) for household, area in areas if area]
        for programme, rate in programmes.items():
            days = spread_dates(town.rng_for(f"11:{year}:{programme}"), len(town.villages), *plan["paid"][year][programme])
            out += [_payment(h, area, year, programme, Decimal(rate), days[h.village.index]) for h, area in entitled]
    return out


def _payment(household: Household, area: Decimal, year: int, programme: str, rate: Decimal, paid_on: date) -> Row:
    head = household.head
    return {
        "for_year": year,
        "village": household.group.code,
        "household": household.number,
        "programme": programme,
        "batch": "1",
        "payee": head.name,
        "payee_id": head.id_number,
        "relation": "户主",
        "phone": head.phone,
        "area": area,
        "standard": rate,
        "amount": cents(area * rate),
        "card": household.card,
        "card_holder": head.name,
        "paid_on": paid_on,
        "status": "发放成功",
    }
