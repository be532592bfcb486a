"""System 22: posts in the villages, and publicity of law and order (that of the epidemic is system 26's)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from taizhang.demo.numbers import is_workday, spread_dates
from taizhang.demo.offices import staff
from taizhang.demo.people import Person
from taizhang.demo.town import Town, Village

Row = dict[str, Any]


def rows(town: Town) -> dict[str, list[Row]]:
    """Return posts and publicity."""
    rng, plan = town.rng_for("22"), town.targets("22")
    return {
        "village_post": _posts(town, rng, plan),
        "publicity_activity": [row for year in plan["publicity"] for row in _publicity(town, rng, plan, year)],
    }


def _candidates(town: Town, rng: random.Random, count: int, village: Village | None = None) -> list[Person]:
    end, taken = date(town.year, 12, 31), town.engaged() | town.reserved("employee_insured")
    closed = town.reserved("welfare_households") | town.reserved("cadre_households") | town.reserved("company_households")

    def fit(person: Person) -> bool:
        grown = 24 <= person.age(end) <= 50 and person.household not in closed and person not in taken
        return grown and (village is None or person.village is village)

    return town.pick_persons(rng, count, purpose="village_posts", where=fit)


def _posts(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    wanted = [("辅警", village) for village in town.villages][: plan["village_police"]]
    extra = [town.villages[i % len(town.villages)] for i in range(plan["road_wardens"] - len(town.villages))]
    wanted += [("道路协管员", village) for village in [*town.villages, *extra]]
    days = spread_dates(rng, len(wanted), plan["appointed"]["from"], plan["appointed"]["to"])
    rng.shuffle(days)
    out = [_post(plan, post, _candidates(town, rng, 1, village)[0], day) for (post, village), day in zip(wanted, days, strict=True)]
    for person, (post, _) in zip(_candidates(town, rng, plan["left_before"]), wanted[-plan["left_before"] :], strict=True):
        began = plan["appointed"]["from"] - timedelta(days=rng.randint(200, 500))
        out.append(_post(plan, post, person, began) | {"left_on": plan["appointed"]["from"], "trained_on": None})
    return out


def _post(plan: dict[str, Any], post: str, person: Person, appointed: date) -> Row:
    return {
        "village": person.village.code,
        "post": post,
        "name": person.name,
        "id_number": person.id_number,
        "phone": person.phone,
        "section": plan["sections"][post],
        "monthly_pay": plan["pay"][post],
        "paid_by": plan["paid_by"][post],
        "contract": f"聘〔{appointed.year}〕{person.index % 900 + 100}号",
        "trained_on": plan["trained_on"],
        "appointed_on": appointed,
    }


def _publicity(town: Town, rng: random.Random, plan: dict[str, Any], year: int) -> list[Row]:
    topics, kinds = plan["topics"], plan["kinds"]
    recorder = staff(town, "综治办")[0].name
    days = []
    for _ in range(plan["publicity"][year]):
        topic = rng.choices(list(topics), [t["weight"] for t in topics.values()])[0]
        day = date(year, rng.choice(topics[topic]["months"]), rng.randint(1, 28))
        while not is_workday(day):
            day += timedelta(days=1)
        days.append((day, topic))
    out: list[Row] = []
    for index, (day, topic) in enumerate(sorted(days)):
        kind = rng.choice(list(kinds))
        size = kinds[kind]
        out.append(
            {
                "number": f"ZZ{year}-{index + 1:03d}",
                "village": town.villages[index % len(town.villages)].code,
                "topic": topic,
                "kind": kind,
                "quantity": rng.randrange(size["low"], size["high"] + 1, size["step"]),
                "unit": size["unit"],
                "place": rng.choice(plan["places"]),
                "audience": rng.randrange(20, 260, 5),
                "organiser": "综治办",
                "recorder": recorder,
                "held_on": day,
            }
        )
    return out
