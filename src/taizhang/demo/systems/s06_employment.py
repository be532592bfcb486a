"""Where the workers of the poverty register work, month by month, and the workshops and the base that take them in."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from taizhang.demo.numbers import spread_dates
from taizhang.demo.systems.s27_enterprises import listed
from taizhang.demo.systems.shared import Ledgers, Row, drawn
from taizhang.demo.town import Company, Person, Town


def rows(town: Town) -> Ledgers:
    """Return the rows of ``migrant_worker``, ``poverty_workshop`` and ``employment_base``; who is away is reserved as ``migrant_workers``."""
    plan, rng = town.targets("06_employment"), town.rng_for("06")
    checks: list[Row] = []
    youngest, oldest = plan["ages"]
    start, end = date(town.year - 1, 1, 1), date(town.year, 12, 31)
    fit = [
        person
        for household in town.assisted
        for person in household.members
        if person.disability is None and youngest <= person.age(start) and person.age(end) <= oldest and person.present(start)
    ]
    companies = listed(town)
    kinds, weights = list(plan["places"]), [place["weight"] for place in plan["places"].values()]
    checkers = [person.name for person in town.cadres]
    for person in sorted(rng.sample(fit, plan["workers"]), key=lambda person: person.index):
        kind = rng.choices(kinds, weights)[0]
        if kind in plan["away"]:
            town.reserve("migrant_workers", [person])
        checks += _checks(town, plan, rng, companies, person, kind, checkers[person.household.index % len(checkers)])
    workshops = [_place(town, rng, entry) | {"opened_on": entry["opened"], "product": entry["product"]} for entry in plan["workshops"]]
    bases = [
        _place(town, rng, entry) | {"certified_on": entry["certified"], "trained": entry["trained"], "level": entry["level"]}
        for entry in plan["bases"]
    ]
    for workshop in workshops:
        workshop["certified_on"] = workshop["opened_on"]
    return {"migrant_worker": checks, "poverty_workshop": workshops, "employment_base": bases}


def _checks(town: Town, plan: dict[str, Any], rng: Random, companies: list[Company], person: Person, kind: str, checker: str) -> list[Row]:
    """Return one row a month of the year, and the quarters of the years before; nobody loses work after coming back to it."""
    place = plan["places"][kind]
    where, wage = rng.choice(place["places"]), 50 * int(drawn(rng, place["wages"]) // 50)
    employer = _near(companies, rng, person).name if kind == "镇内" else rng.choice(plan["employers"][kind])
    luck = rng.random()
    months = [(year, month) for year, quarter in plan["earlier"].items() for month in quarter]
    months += [(town.year, month) for month in range(1, 13)]
    out: list[Row] = []
    for year, month in months:
        day = spread_dates(rng, 1, date(year, month, plan["check_days"][0]), date(year, month, plan["check_days"][1]))[0]
        works = year < town.year or luck < plan["back_by_month"].get(month, 1)
        row: Row = {
            "for_month": f"{year}-{month:02d}",
            "id_number": person.id_number,
            "name": person.name,
            "household": person.household.number,
            "village": person.household.group.code,
            "state": "务工" if works else "返乡待业",
            "phone": person.phone,
            "checked_on": day,
            "checker": checker,
        }
        if works:
            row |= {"place_kind": kind, "place": where, "employer": employer, "monthly_wage": wage}
        out.append(row)
    return out


def _near(companies: list[Company], rng: Random, person: Person) -> Company:
    return rng.choice([company for company in companies if company.village is person.village] or companies)


def _place(town: Town, rng: Random, entry: dict[str, Any]) -> Row:
    village = next(village for village in town.villages if village.name == entry["village"])
    head = rng.choice([company for company in listed(town) if company.village is village])
    row: Row = {
        "number": entry["number"],
        "name": entry["name"],
        "village": village.code,
        "workers": entry["workers"],
        "assisted_workers": entry["assisted"],
        "enterprise": head.credit_code,
    }
    if "opened" in entry:
        row |= {"manager": head.legal_person.name, "phone": head.phone}
    return row
