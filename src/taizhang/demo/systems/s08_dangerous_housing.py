"""Dangerous houses of households in the poverty register: found in spring, made safe by autumn, paid after that."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from taizhang.demo.numbers import spread_dates
from taizhang.demo.systems.s04_poverty import exited_on
from taizhang.demo.systems.shared import Ledgers, Row, after, workday
from taizhang.demo.town import Household, Town

PROGRAMME = "农村危房改造补助"


def rows(town: Town) -> Ledgers:
    """Return the rows of ``housing_renovation``."""
    plan, rng = town.targets("08_dangerous_housing"), town.rng_for("08")
    exits = exited_on(town)
    free = list(town.assisted)
    out: list[Row] = []
    for year, grades in plan["years"].items():
        fit = [household for household in free if exits[household].year >= year]
        chosen = rng.sample(fit, sum(grades.values()))
        free = [household for household in free if household not in chosen]
        kinds = [grade for grade, count in grades.items() for _ in range(count)]
        out += [_house(town, plan, rng, year, n, *entry) for n, entry in enumerate(zip(chosen, kinds, strict=True), 1)]
    return {"housing_renovation": out}


def payments(town: Town) -> list[Row]:
    """Return every benefit that these ledgers paid."""
    villages = {household.number: household.village.code for household in town.assisted}
    return [
        {
            "programme": PROGRAMME,
            "id_number": row["owner_id"],
            "payee": row["owner"],
            "household": row["household"],
            "village": villages[str(row["household"])],
            "amount": row["subsidy"],
            "for_month": f"{row['paid_on']:%Y-%m}",
            "paid_on": row["paid_on"],
            "card": row["card"],
        }
        for row in rows(town)["housing_renovation"]
    ]


def _house(town: Town, plan: dict[str, Any], rng: Random, year: int, serial: int, household: Household, grade: str) -> Row:
    first, last = (date.fromisoformat(f"{year}-{day}") for day in plan["listed"])
    listed = spread_dates(rng, 1, first, last)[0]
    posted = after(listed, rng.randint(5, 12))
    approved = workday(after(posted, rng.randint(10, 16)))
    started = after(approved, rng.randint(6, 25))
    inspected = workday(after(started, rng.randint(60, 110)))
    resolved = workday(after(inspected, rng.randint(2, 9)))
    return {
        "number": f"WF{year}-{serial:02d}",
        "household": household.number,
        "village": household.group.code,
        "owner": household.head.name,
        "owner_id": household.head.id_number,
        "card": household.card,
        "family_class": "建档立卡户",
        "grade": grade,
        "only_house": "是",
        "way": "修缮加固" if grade == "C级" else "拆除重建",
        "listed_on": listed,
        "posted_from": posted,
        "posted_to": after(posted, rng.randint(7, 9)),
        "approved_on": approved,
        "started_on": started,
        "inspected_on": inspected,
        "inspector": rng.choice(town.cadres).name,
        "resolved_on": resolved,
        "outcome": "验收合格",
        "area": rng.randrange(*plan["area"][grade]),
        "subsidy": plan["subsidy"][year][grade],
        "paid_on": workday(after(resolved, rng.randint(10, 30))),
    }
