"""System 21: talks and discipline cases. All persons are invented; the handlers are never the subjects."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from taizhang.demo.numbers import split, spread_dates
from taizhang.demo.offices import staff
from taizhang.demo.people import Person
from taizhang.demo.town import Town

Row = dict[str, Any]


def rows(town: Town) -> dict[str, list[Row]]:
    """Return talks and leads of three years."""
    rng, plan = town.rng_for("21"), town.targets("21")
    talks = [row for year in plan["town_cadre_talks"] for row in _talks(town, rng, plan, year)]
    cases = [row for year in plan["leads"] for row in _leads(town, rng, plan, year)]
    return {"integrity_talk": talks, "discipline_case": cases}


def _talks(town: Town, rng: random.Random, plan: dict[str, Any], year: int) -> list[Row]:
    talkers = staff(town, "纪委")
    # The secretaries' own colleagues are talked to; nobody talks to himself.
    colleagues = [p for p in town.town_cadres if p not in talkers]
    wanted = [("镇干部职工", p) for p in rng.sample(colleagues, plan["town_cadre_talks"][year])]
    wanted += [("村干部", p) for p in rng.sample(town.village_cadres, plan["village_cadre_talks"][year])]
    rng.shuffle(wanted)
    out: list[Row] = []
    for index, (day, (level, person)) in enumerate(
        zip(spread_dates(rng, len(wanted), date(year, 1, 8), date(year, 12, 18)), wanted, strict=True)
    ):
        out.append(
            {
                "number": f"TH{year}-{index + 1:02d}",
                "village": town.code if level == "镇干部职工" else person.village.code,
                "level": level,
                "name": person.name,
                "id_number": person.id_number,
                "kind": rng.choice(plan["talk_kinds"]),
                "topic": rng.choice(plan["talk_topics"]),
                "talker": next(t.name for t in rng.sample(talkers, len(talkers)) if t.name != person.name),
                "talked_on": day,
            }
        )
    return out


def _leads(town: Town, rng: random.Random, plan: dict[str, Any], year: int) -> list[Row]:
    count, handlers = plan["leads"][year], staff(town, "纪委")
    people = rng.sample(town.village_cadres, count // 2 + 2) + rng.sample([p for p in town.town_cadres if p not in handlers], count)
    subjects = people[:count]
    parts = plan["recovered_parts"][year]
    amounts = [part * 100 for part in split(rng, plan["recovered"][year] // 100, parts)]
    places = rng.sample(range(count), parts + plan["second_form"][year])
    recovered = dict(zip(places, sorted(amounts, reverse=True), strict=False))
    filed = places[: plan["filed"][year]]
    out: list[Row] = []
    for index, day in enumerate(spread_dates(rng, count, date(year, 1, 9), date(year, 10, 20))):
        second = index in places[parts:]
        row = _lead(town, rng, plan, day, subjects[index], handlers, index)
        if index in recovered:
            handled = row["handled_on"]
            row |= {"matter": rng.choice(plan["money_matters"]), "recovered": recovered[index], "recovered_on": handled + timedelta(days=4)}
            row["closed_on"] = handled + timedelta(days=6)
        if second:
            row |= {"form": "第二种形态", "measure": "党内警告"}
        if index in filed:
            opened = day + timedelta(days=12)
            row |= {
                "matter": plan["filed_matter"],
                "filed_on": opened,
                "form": "第二种形态",
                "measure": "党内严重警告",
                "disposal": "初步核实",
            }
            row |= {
                "handled_on": opened + timedelta(days=30),
                "recovered_on": opened + timedelta(days=33),
                "closed_on": opened + timedelta(days=35),
            }
        out.append(row)
    return out


def _lead(town: Town, rng: random.Random, plan: dict[str, Any], day: date, subject: Person, handlers: list[Person], index: int) -> Row:
    village_cadre = subject in set(town.village_cadres)
    handled = day + timedelta(days=rng.randint(10, 30))
    return {
        "number": f"XS{day.year}-{index + 1:02d}",
        "village": subject.village.code if village_cadre else town.code,
        "source": rng.choice(plan["sources"]),
        "subject": subject.name,
        "subject_id": subject.id_number,
        "post": "村干部" if village_cadre else "镇干部",
        "matter": rng.choice(plan["matters"]),
        "found_on": day,
        "handler": next(h.name for h in handlers if h.name != subject.name),
        "disposal": rng.choice(("谈话函询", "初步核实")),
        "form": "第一种形态",
        "handled_on": handled,
        "persons": 1,
        "measure": rng.choice(plan["first_measures"]),
        "closed_on": handled + timedelta(days=rng.randint(1, 10)),
    }
