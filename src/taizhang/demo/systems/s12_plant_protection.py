"""Pest bulletins, training and subsidised machines."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.people import Household
from taizhang.demo.systems.shared import Ledgers, Row, after, between, drawn, officers, plain_household, workday
from taizhang.demo.town import Town, spread_dates


def rows(town: Town) -> Ledgers:
    """Return the rows of pest_bulletin, training and machinery_subsidy."""
    plan = town.targets("12")
    return {
        "pest_bulletin": _bulletins(town, plan),
        "training": _trainings(town, plan),
        "machinery_subsidy": _machines(town, plan["machinery"]),
    }


def payments(town: Town) -> list[Row]:
    """Return the payments of the year of the report."""
    return [
        {
            "programme": "农机购置补贴",
            "id_number": row["buyer_id"],
            "payee": row["buyer"],
            "household": row["household"],
            "village": row["village"],
            "quantity": 1,
            "unit_standard": row["subsidy"],
            "amount": row["subsidy"],
            "for_month": f"{row['paid_on']:%Y-%m}",
            "paid_on": row["paid_on"],
            "card": row["card"],
        }
        for row in _machines(town, town.targets("12")["machinery"])
        if isinstance(row["paid_on"], date) and row["paid_on"].year == town.year
    ]


def _bulletins(town: Town, plan: dict[str, Any]) -> list[Row]:
    seen: Counter[int] = Counter()
    out: list[Row] = []
    for crop, pests, grade, issued, first, last, copies in plan["bulletins"]:
        seen[issued.year] += 1
        out.append(
            {
                "issue": f"{issued.year}年第{seen[issued.year]}期",
                "village": town.code,
                "crop": crop,
                "pests": pests,
                "grade": grade,
                "control_from": first,
                "control_to": last,
                "advice": plan["advice"],
                "copies": copies,
                "issued_on": issued,
                "issued_by": officers(town, 10, 11)[0],
            }
        )
    return out


def _trainings(town: Town, plan: dict[str, Any]) -> list[Row]:
    seen: Counter[int] = Counter()
    out: list[Row] = []
    for kind, topic, village, day, hours, trainees, office in plan["trainings"]:
        seen[day.year] += 1
        number = f"PX{day.year}-{seen[day.year]:02d}"
        out.append(
            {
                "number": number,
                "village": town.villages[village].code,
                "kind": kind,
                "topic": topic,
                "place": f"{town.villages[village].name}会议室",
                "held_on": day,
                "hours": hours,
                "lecturer": officers(town, 10, 14)[village % 4],
                "trainees": trainees,
                "sign_in": f"签到-{number}.pdf",
                "organiser": office,
            }
        )
    return out


def _buyers(town: Town, counts: dict[int, int]) -> list[list[Household]]:
    """Return the buyers of each year, from a pool of their own so that a second call finds the same."""
    rng = town.rng_for("12:buyers")
    pool = [h for h in town.households if plain_household(town, h) and h.rice_subsidised_area]
    chosen = rng.sample(pool, sum(counts.values()))
    out = []
    for count in counts.values():
        out.append(chosen[:count])
        chosen = chosen[count:]
    return out


def _machines(town: Town, plan: dict[str, Any]) -> list[Row]:
    rng = town.rng_for("12:machines")
    classes = plan["classes"]
    out: list[Row] = []
    for (year, count), buyers in zip(plan["counts"].items(), _buyers(town, plan["counts"]), strict=True):
        first, last = (date(year, *day) for day in plan["bought"])
        kinds = rng.choices(list(classes), [c[0] for c in classes.values()], k=count)
        for number, (household, kind, bought) in enumerate(zip(buyers, kinds, spread_dates(rng, count, first, last), strict=True), 1):
            out.append({"application": f"NJ{year}-{number:04d}", **_machine(town, rng, plan, household, kind, bought)})
    return out


def _machine(town: Town, rng: random.Random, plan: dict[str, Any], household: Household, kind: str, bought: date) -> Row:
    _, model, maker, lowest, highest, subsidy = plan["classes"][kind]
    applied = workday(after(bought, int(drawn(rng, plan["apply_days"]))))
    inspected = workday(after(applied, int(drawn(rng, plan["inspect_days"]))))
    posted = workday(after(inspected, 1))
    until = after(posted, plan["posting_days"])
    serial = f"{rng.choice('ABCDEFGH')}{bought:%y%m}{rng.randrange(10**6):06d}{household.index % 1000:03d}"
    return {
        "village": household.group.code,
        "household": household.number,
        "buyer": household.head.name,
        "buyer_id": household.head.id_number,
        "phone": household.phone,
        "class": kind,
        "model": model,
        "maker": maker,
        "serial": serial,
        "engine_number": f"F{serial[1:]}",
        "dealer": rng.choice(plan["dealers"]),
        "price": drawn(rng, (Decimal(lowest) / 10, Decimal(highest) / 10)) * 10,
        "subsidy": Decimal(subsidy),
        "bought_on": bought,
        "applied_on": applied,
        "inspected_on": inspected,
        "inspector": rng.choice(officers(town, 10, 14)),
        "posted_from": posted,
        "posted_to": until,
        "paid_on": workday(between(rng, after(until, 2), after(until, plan["pay_days"][1]))),
        "card": household.card,
        "photo": f"机具-{serial}.jpg",
    }
