"""The poverty register: households, persons, how they left, who visited them, what they earned."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from taizhang.demo.numbers import spread_dates
from taizhang.demo.systems.shared import Row
from taizhang.demo.town import Household, Person, Town

CENT = Decimal("0.01")


def registered_on(town: Town) -> dict[Household, date]:
    """Return the day on which each assisted household came into the register."""
    plan, rng = town.targets("04_poverty"), town.rng_for("04/registered")
    days = [day if isinstance(day, date) else date.fromisoformat(day) for day in plan["registered"]]
    return {household: rng.choices(days, list(plan["registered"].values()))[0] for household in town.assisted}


def exited_on(town: Town) -> dict[Household, date]:
    """Return the day on which each assisted household left poverty."""
    plan, rng = town.targets("04_poverty"), town.rng_for("04/exits")
    registered, late = registered_on(town), set(town.assisted_exit_2020)
    out: dict[Household, date] = {}
    for household in town.assisted:
        years = {y: w for y, w in plan["exit_years"].items() if y > registered[household].year}
        year = town.year if household in late else rng.choices(list(years), list(years.values()))[0]
        first, last = (date.fromisoformat(f"{year}-{day}") for day in plan["exit_span"])
        out[household] = spread_dates(rng, 1, max(first, registered[household] + timedelta(days=60)), last)[0]
    return out


def rows(town: Town) -> dict[str, list[Row]]:
    """Return the rows of the five ledgers of the register."""
    plan, rng = town.targets("04_poverty"), town.rng_for("04")
    registered, exits = registered_on(town), exited_on(town)
    helpers = {household: (rng.choice(town.cadres).name, rng.choice(plan["helper_units"])) for household in town.assisted}
    return {
        "assisted_household": [_household(town, plan, rng, h, registered[h], exits[h], helpers[h]) for h in town.assisted],
        "assisted_person": [_person(town, rng, p, registered[h], exits[h]) for h in town.assisted for p in h.members],
        "household_exit": [_exit(town, plan, rng, h, exits[h]) for h in town.assisted],
        "household_visit": [
            *(row for h in town.assisted for row in _visits(plan, rng, h, helpers[h][0], "防返贫监测")),
            *(row for h in _destitute(town) for row in _visits(plan, rng, h, rng.choice(town.cadres).name, "五保走访")),
        ],
        "income_record": [row for h in town.assisted for row in _incomes(town, plan, rng, h, exits[h], helpers[h][0])],
    }


def _household(
    town: Town, plan: dict[str, Any], rng: Random, household: Household, registered: date, exited: date, helper: tuple[str, str]
) -> Row:
    low = town.reserved("low_income")
    head = household.head
    causes = plan["causes"]
    cause = rng.choices(list(causes), list(causes.values()))[0]
    return {
        "household": household.number,
        "village": household.group.code,
        "head": head.name,
        "head_id": head.id_number,
        "card": household.card,
        "phone": household.phone,
        "persons": len(household.living(date(town.year, 12, 31))),
        "category": "低保户" if any(person in low for person in household.members) else "一般户",
        "cause": "因残" if any(person.disability for person in household.members) else cause,
        "registered_on": registered,
        "exited_on": exited,
        "helper": helper[0],
        "helper_unit": helper[1],
    }


def _schooling(age: int) -> str:
    stages = ((3, "非在校"), (6, "学前"), (12, "小学"), (15, "初中"), (18, "高中"))
    return next((stage for limit, stage in stages if age < limit), "非在校")


def _person(town: Town, rng: Random, person: Person, registered: date, exited: date) -> Row:
    since = max(registered, person.born, person.moved_in or registered)
    age = person.age(date(town.year, 9, 1))
    health = "残疾" if person.disability else rng.choices(("健康", "长期慢性病", "患有大病"), (86, 12, 2) if age < 60 else (62, 34, 4))[0]
    working = 16 <= age < 60 and _schooling(age) == "非在校"
    labour = "无劳动力" if age < 16 or age >= 70 else "普通劳动力" if working and health == "健康" else "弱劳动力"
    return {
        "id_number": person.id_number,
        "name": person.name,
        "household": person.household.number,
        "village": person.household.group.code,
        "relation": person.relation,
        "health": health,
        "labour": labour,
        "schooling": _schooling(age),
        "registered_on": since,
        "exited_on": max(exited, since),
        "removed_on": person.died or person.moved_out,
        "removed_why": "死亡" if person.died else "迁出" if person.moved_out else None,
    }


def _exit(town: Town, plan: dict[str, Any], rng: Random, household: Household, exited: date) -> Row:
    year = exited.year
    bounds = plan["incomes"][year]["in" if year == town.year else "out"] if year in plan["incomes"] else plan["exit_incomes"][year]
    posted = exited - timedelta(days=rng.randint(20, 30))
    return {
        "household": household.number,
        "village": household.group.code,
        "head": household.head.name,
        "head_id": household.head.id_number,
        "persons": len(household.living(date(year, 12, 31))),
        "per_capita": rng.randrange(bounds[0], bounds[1]),
        **dict.fromkeys(("food_clothing", "schooling_ok", "medical_ok", "housing_ok", "water_ok"), "是"),
        "reviewed_on": posted - timedelta(days=rng.randint(2, 8)),
        "posted_from": posted,
        "posted_to": posted + timedelta(days=rng.randint(7, 10)),
        "exited_on": exited,
        "approval": f"公脱贫〔{year}〕{household.village.index + 1}号",
    }


def _destitute(town: Town) -> list[Household]:
    return sorted({person.household for person in town.destitute}, key=lambda household: household.index)


def _visits(plan: dict[str, Any], rng: Random, household: Household, visitor: str, purpose: str) -> list[Row]:
    """Return one visit a quarter."""
    out: list[Row] = []
    for year in plan["visits"]["years"]:
        for month in (1, 4, 7, 10):
            day = spread_dates(rng, 1, date(year, month, 3), date(year, month + 2, 27))[0]
            helped = rng.random() < plan["visits"]["helped_share"]
            out.append(
                {
                    "household": household.number,
                    "village": household.group.code,
                    "head": household.head.name,
                    "purpose": purpose,
                    "visited_on": day,
                    "visitor": visitor,
                    "result": "有困难已解决" if helped else "正常",
                    "needs": rng.choice(plan["needs"]) if helped else None,
                }
            )
    return out


def _incomes(town: Town, plan: dict[str, Any], rng: Random, household: Household, exited: date, recorder: str) -> list[Row]:
    out: list[Row] = []
    rent = sum((plot.area for plot in household.plots if plot.transferred_to is not None), Decimal(0))
    for year, bounds in plan["incomes"].items():
        persons = len(household.living(date(year, 9, 30)))
        left = exited.year < year or exited.year == town.year == year
        net = Decimal(rng.randrange(*bounds["out" if left and exited.year != year else "in"]) * persons)
        shares = {name: Decimal(rng.randrange(*span)) / 100 for name, span in plan["parts"].items()}
        property_income = (rent * 400).quantize(CENT)
        costs = (net * shares["business"] * Decimal("0.3")).quantize(CENT)
        transfers, business = ((net * shares[name]).quantize(CENT) for name in ("transfers", "business"))
        wages = net + costs - property_income - transfers - business
        if wages < 0:
            wages, net = Decimal(0), property_income + transfers + business - costs
        out.append(
            {
                "for_year": year,
                "household": household.number,
                "village": household.group.code,
                "head": household.head.name,
                "persons": persons,
                "wages": wages,
                "business": business,
                "property": property_income,
                "transfers": transfers,
                "costs": costs,
                "net": net,
                "per_capita": (net / persons).quantize(CENT, ROUND_HALF_UP),
                "recorded_on": spread_dates(rng, 1, date(year, 10, 9), date(year, 11, 15))[0],
                "recorder": recorder,
            }
        )
    return out
