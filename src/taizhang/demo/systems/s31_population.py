"""System 31: village groups, households and residents, as the town holds them."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.numbers import spread_dates
from taizhang.demo.people import Household, Person
from taizhang.demo.town import Town

Row = dict[str, object]


def rows(town: Town) -> dict[str, list[Row]]:
    """Return the registers of groups, households and residents."""
    rng, plan = town.rng_for("31"), town.targets("31")
    checked = spread_dates(rng, len(town.households), plan["checked_from"], plan["checked_to"])
    away, studying = _absent(town, rng, plan)
    residents: list[Row] = []
    for household, day in zip(town.households, checked, strict=True):
        nation = rng.choices(list(plan["nations"]), list(plan["nations"].values()))[0]
        residents += [_resident(rng, plan, person, nation, away, studying, day) for person in household.members]
    return {
        "village_group": _groups(town, rng, plan),
        "household": [_household(town, rng, plan, household, day) for household, day in zip(town.households, checked, strict=True)],
        "resident": residents,
    }


def _groups(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    end = date(town.year, 12, 31)
    land: dict[str, Decimal] = {}
    heads: dict[str, list[Person]] = {}
    kept = town.reserved("cadres") | town.reserved("destitute")
    for household in town.households:
        heads.setdefault(household.group.code, []).append(household.head)
        for plot in household.plots:
            land[plot.group.code] = land.get(plot.group.code, Decimal(0)) + plot.area
    out: list[Row] = []
    for village in town.villages:
        for group in village.groups:
            all_heads = heads[group.code]
            leader = rng.choice([p for p in all_heads if 35 <= p.age(end) <= 68 and p not in kept] or all_heads)
            out.append(
                {
                    "village": group.code,
                    "leader": leader.name,
                    "leader_id": leader.id_number,
                    "phone": leader.phone,
                    "farmland": land.get(group.code),
                    "formed_on": plan["groups_formed_on"],
                }
            )
    return out


def _household(town: Town, rng: random.Random, plan: dict[str, Any], household: Household, checked: date) -> Row:
    grown = household.head.born.year + 22
    first = min(max(grown, plan["household_first_year"]), plan["household_last_year"])
    index = household.index
    return {
        "number": household.number,
        "village": household.group.code,
        "head": household.head.name,
        "head_id": household.head.id_number,
        "kind": "家庭户",
        "members": len(household.living(date(town.year, 12, 31))),
        "card": household.card,
        "phone": household.phone,
        "contracted_area": household.contracted_area,
        "houses": 2 if household in town.reserved("company_households") and index % 2 else 1,
        "address": f"{household.group.name}{rng.choice(plan['place_names'])}{index % 60 + 1}号",
        "established_on": date(rng.randint(first, plan["household_last_year"]), rng.randint(1, 12), rng.randint(1, 28)),
        "checked_on": checked,
    }


def _absent(town: Town, rng: random.Random, plan: dict[str, Any]) -> tuple[set[Person], set[Person]]:
    """Return who works and who studies away from home; nobody who holds a post or is drawn by another system as being here."""
    end = date(town.year, 12, 31)
    here = town.always_here(date(town.year - 2, 1, 1), end)
    away: set[Person] = set(here) & town.reserved("migrant_workers")
    fixed = away | town.engaged()
    free = [p for p in here if 19 <= p.age(end) <= 54 and p.relation != "户主" and p not in fixed and not p.employee_insured]
    heads = [p for p in here if 24 <= p.age(end) <= 50 and p.relation == "户主" and p not in fixed and len(p.household.members) > 2]
    heads = [p for p in heads if not p.household.plots and not p.employee_insured] + rng.sample(heads, len(heads) // 3)
    pool = list(dict.fromkeys(free + heads))
    away |= set(rng.sample(pool, plan["working_elsewhere"] - len(away)))
    students = [p for p in here if 15 <= p.age(end) <= 22 and p not in away and p not in fixed and p.relation in ("子", "女")]
    return away, set(rng.sample(students, min(len(students), plan["studying_elsewhere"])))


def _resident(
    rng: random.Random, plan: dict[str, Any], person: Person, nation: str, away: set[Person], studying: set[Person], checked: date
) -> Row:
    left = person.died or person.moved_out
    return {
        "id_number": person.id_number,
        "name": person.name,
        "sex": person.sex,
        "born_on": person.born,
        "nation": nation,
        "village": person.household.group.code,
        "household": person.household.number,
        "relation": person.relation,
        "phone": person.phone,
        "presence": "外出务工" if person in away else "外出就学" if person in studying else "常住",
        "medical_liability": person.medical_liability,
        "registered_on": person.moved_in or person.born,
        "left_on": left,
        "died_on": person.died,
        "death_source": rng.choices(list(plan["death_sources"]), list(plan["death_sources"].values()))[0] if person.died else None,
        "moved_in_on": person.moved_in,
        "moved_out_on": person.moved_out,
        "moved_to": rng.choice(plan["moved_to"]) if person.moved_out else None,
        "checked_on": None if left else checked,
    }
