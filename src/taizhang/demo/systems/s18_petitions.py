"""Petitions: told in time, settled in time, sooner each year; no handler is the petitioner or of his household."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from taizhang.demo.numbers import is_workday
from taizhang.demo.people import Household
from taizhang.demo.systems.shared import Ledgers, Row, after, drawn, officers, plain_household, workday
from taizhang.demo.town import Town, spread_dates


def rows(town: Town) -> Ledgers:
    """Return the rows of petition."""
    plan = town.targets("18")
    rng = town.rng_for("18")
    pool = [household for household in town.households if plain_household(town, household)]
    petitioners = rng.sample(pool, sum(plan["counts"].values()))
    out: list[Row] = []
    for year, count in plan["counts"].items():
        out += _year(town, rng, plan, year, petitioners[:count], out)
        petitioners = petitioners[count:]
    return {"petition": out}


def _year(town: Town, rng: random.Random, plan: dict[str, Any], year: int, petitioners: list[Household], earlier: list[Row]) -> list[Row]:
    count = len(petitioners)
    handed_down = set(rng.sample(range(count), plan["assigned"][year]))
    first, last = (date(year, *day) for day in plan["span"])
    days = spread_dates(rng, count, first, last)
    made = [
        _petition(town, rng, plan, f"XF{year}-{place + 1:03d}", household, (received, place in handed_down))
        for place, (household, received) in enumerate(zip(petitioners, days, strict=True))
    ]
    own = [row for row in made if row["assigned_by"] == "本镇受理"]
    returned = rng.sample(own, plan["repeats"].get(year, 0))
    refused = [row for row in earlier if row["outcome"] == "不予支持"]
    former = rng.sample(refused, min(len(refused), len(returned)))
    former += rng.sample([row for row in earlier if row not in former], len(returned) - len(former))
    for row, before in zip(returned, former, strict=True):
        kept = ("village", "petitioner", "petitioner_id", "phone", "matter", "summary", "office", "handler")
        row |= {name: before[name] for name in kept} | {"earlier": before["number"]}
    return made


def _petition(town: Town, rng: random.Random, plan: dict[str, Any], number: str, household: Household, when: tuple[date, bool]) -> Row:
    received, handed_down = when
    matters = plan["matters"]
    matter = rng.choices(list(matters), [weight for weight, *_ in matters.values()])[0]
    _, office, summary = matters[matter]
    closed = workday(after(received, int(drawn(rng, plan["days"][received.year]))))
    accepted = after(received, int(drawn(rng, plan["notice"])))
    while not is_workday(accepted):  # a holiday never makes the notice late
        accepted = after(accepted, -1)
    channels = plan["channels"]
    return {
        "number": number,
        "village": household.group.code,
        "channel": "上级交办" if handed_down else rng.choices(list(channels), list(channels.values()))[0],
        "assigned_by": rng.choices(list(plan["levels"]), list(plan["levels"].values()))[0] if handed_down else "本镇受理",
        "petitioner": household.head.name,
        "petitioner_id": household.head.id_number,
        "phone": household.phone,
        "persons": rng.choice((1, 1, 1, 2, 3)),
        "matter": matter,
        "summary": summary,
        "received_on": received,
        "accepted_on": min(accepted, closed),
        "extended": "否",
        "due_on": after(min(accepted, closed), plan["settle_days"]),
        "office": office,
        "handler": rng.choice(officers(town, 48, 60)),
        "replied_on": closed,
        "closed_on": closed,
        "outcome": rng.choices(list(plan["outcomes"]), list(plan["outcomes"].values()))[0],
        "satisfied": rng.choices(list(plan["satisfied"]), list(plan["satisfied"].values()))[0],
    }
