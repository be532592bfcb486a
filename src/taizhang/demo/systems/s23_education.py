"""System 23: schools, and every child of 3 to 17 in each school year; the six rates follow from dates of entering and finishing."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from taizhang.demo.numbers import is_workday, spread_dates
from taizhang.demo.people import Person
from taizhang.demo.town import Town

Row = dict[str, Any]


def rows(town: Town) -> dict[str, list[Row]]:
    """Return schools and the yearly check of all children."""
    rng, plan = town.rng_for("23"), town.targets("23")
    stayed_away: set[Person] = set()
    children: list[Row] = []
    for year in plan["years"]:
        children += _year(town, rng, plan, year, stayed_away)
    return {"school": _schools(town, rng, plan), "school_age_child": children}


def _schools(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    codes = {village.name: village.code for village in town.villages}
    end, cadres = date(town.year, 12, 31), town.reserved("cadres")
    heads = town.pick_persons(
        rng, len(plan["schools"]), purpose="principals", where=lambda p: p.employee_insured and p.age(end) >= 35 and p not in cadres
    )
    out: list[Row] = []
    for entry, head in zip(plan["schools"], heads, strict=True):
        row = {key: value for key, value in entry.items() if key != "serves"}
        out.append(row | {"village": codes[entry["village"]], "principal": head.name, "phone": head.phone})
    return out


def _year(town: Town, rng: random.Random, plan: dict[str, Any], year: int, stayed_away: set[Person]) -> list[Row]:
    """Return the rows of one school year; ``stayed_away`` keeps those who did not go on to senior school in earlier years."""
    first, day = date(year, 9, 1), date(year, 8, 31)
    span = plan["checked"]
    children = [p for p in town.persons if p.present(first) and 3 <= p.age(day) <= 17]
    youngest = [p for p in children if p.age(day) == 3]
    leavers = [p for p in children if p.age(day) == 15]
    at_home = set(rng.sample(youngest, plan["not_in_kindergarten"][year]))
    stayed_away.update(rng.sample(leavers, plan["not_promoted_to_senior"][year]))
    days = spread_dates(rng, len(children), date(year, span["month"], span["from"]), date(year, span["month"], span["to"]))
    return [
        _child(plan, child, year, checked, child in at_home, child in stayed_away) for child, checked in zip(children, days, strict=True)
    ]


def _child(plan: dict[str, Any], child: Person, year: int, checked: date, at_home: bool, left: bool) -> Row:
    age = child.age(date(year, 8, 31))
    stage = next(name for name, (low, high) in plan["stages"].items() if low <= age <= high)
    enrolled = not at_home and not left
    row: Row = {
        "for_year": str(year),
        "id_number": child.id_number,
        "name": child.name,
        "village": child.household.group.code,
        "household": child.household.number,
        "guardian": child.household.head.name,
        "stage": stage,
        "enrolled": enrolled,
        "absence_reason": None if enrolled else "其他",
        "checked_on": checked,
    }
    if enrolled:
        row |= _place(plan, child, stage, age)
    return row | _career(plan, child, year, left)


def _place(plan: dict[str, Any], child: Person, stage: str, age: int) -> Row:
    grade = plan["grades"][stage][age - plan["stages"][stage][0]]
    if stage == "高中":
        names = plan["senior_schools"]
        chosen = random.Random(child.id_number).choices(list(names), list(names.values()))[0]  # noqa: S311 - the same school every year
        return {"school_name": chosen, "place": plan["senior_place"], "grade": grade}
    schools = plan["schools"]
    kindergarten = next(s for s in schools if child.village.name in s["serves"])
    school = kindergarten if stage == "学前" else next(s for s in schools if s["kind"] == "九年一贯制学校")
    return {"school": school["number"], "school_name": school["name"], "place": "本镇", "grade": grade}


def _career(plan: dict[str, Any], child: Person, year: int, left: bool) -> Row:
    """Return the dates of entering and finishing each stage that lie before the check."""
    starts, born = plan["school_starts"], child.born
    entered = born.year + (6 if (born.month, born.day) <= (8, 31) else 7)

    def opening(of: int) -> date:
        day = date(of, starts["month"], starts["day"])
        while not is_workday(day):
            day = day.replace(day=day.day + 1)
        return day

    steps = [
        ("primary_entered_on", entered, opening(entered)),
        ("primary_finished_on", entered + 6, date(entered + 6, 6, 30)),
        ("junior_entered_on", entered + 6, opening(entered + 6)),
        ("junior_finished_on", entered + 9, date(entered + 9, 6, 20)),
        ("senior_entered_on", entered + 9, opening(entered + 9)),
    ]
    return {name: day for name, of, day in steps if of <= year and not (left and name == "senior_entered_on")}
