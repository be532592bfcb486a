"""Epidemic prevention: groups, points, returnees (erased when due), supplies, publicity, disinfection."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.people import Person
from taizhang.demo.systems.shared import Ledgers, Row, after, days_of, grown, officers, plain_household
from taizhang.demo.town import Town, split, spread_dates


def rows(town: Town) -> Ledgers:
    """Return the rows of the five ledgers of epidemic prevention, and its rows of publicity_activity."""
    plan = town.targets("26")
    rng = town.rng_for("26")
    return {
        "epidemic_group": _groups(town, plan),
        "registration_point": _points(town, plan),
        "returnee": _returnees(town, rng, plan),
        "supply": _supplies(town, rng, plan["supplies"]),
        "publicity_activity": _publicity(town, rng, plan["publicity"]),
        "disinfection": _disinfection(town, rng, plan),
    }


def _groups(town: Town, plan: dict[str, Any]) -> list[Row]:
    return [
        {
            "name": name,
            "village": town.code,
            "leader": town.cadres[place].name,
            "phone": town.cadres[place].phone,
            "members": members,
            "duties": duties,
            "set_up_on": plan["set_up"],
        }
        for place, (name, (members, duties)) in enumerate(plan["groups"].items())
    ]


def _points(town: Town, plan: dict[str, Any]) -> list[Row]:
    return [
        {
            "name": name,
            "village": town.villages[village].code,
            "kind": kind,
            "place": place,
            "leader": town.cadres[-1 - number].name,
            "phone": town.cadres[-1 - number].phone,
            "staff": staff,
            "opened_on": opened,
            "closed_on": closed,
        }
        for number, (name, (village, kind, place, staff, opened, closed)) in enumerate(plan["points"].items())
    ]


def _returnees(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    first = date(town.year, 1, 1)
    found: list[tuple[date, str, Person]] = []
    for origin, (count, since, until, _, _) in plan["returnees"].items():
        persons = town.pick_persons(
            rng, count, purpose="returnee", where=lambda p: grown(p, first, *plan["ages"]) and plain_household(town, p.household)
        )
        rng.shuffle(persons)
        found += [
            (day, origin, person) for day, person in zip(spread_dates(rng, count, since, until, workdays=False), persons, strict=True)
        ]
    found.sort(key=lambda entry: entry[0])
    return [_returnee(rng, plan, number, *entry) for number, entry in enumerate(found, 1)]


def _returnee(rng: random.Random, plan: dict[str, Any], number: int, returned: date, origin: str, person: Person) -> Row:
    *_, places, measure = plan["returnees"][origin]
    registered = max(returned, plan["first_registered"])
    until = after(returned, plan["observed_days"])
    released = max(until, registered)
    erase_on = after(released, plan["kept_days"])
    row: Row = {
        "number": f"FX{returned.year}-{number:03d}",
        "village": person.household.group.code,
        "origin": origin,
        "origin_detail": rng.choice(places),
        "returned_on": returned,
        "registered_on": registered,
        "measure": measure,
        "observed_until": until,
        "followed_on": released,
        "health": "正常",
        "tested": "阴性" if measure == "集中隔离" else "未检测",
        "released_on": released,
        "erase_on": erase_on,
        "erased": "是" if erase_on <= plan["today"] else "否",
    }
    if erase_on > plan["today"]:
        address = f"{person.household.group.name}"
        row |= {"name": person.name, "id_number": person.id_number, "phone": person.phone, "address": address}
    return row


def _supplies(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    """Return receipts and issues; what was handed out never exceeds what had come in by then."""
    entries: list[Row] = []
    for item, (unit, purpose, receipts, times, left, first, last) in plan.items():
        for direction, quantity, amount, source, day in receipts:
            entries.append(
                _supply(item, unit, purpose, (town.code, direction, quantity, source, day)) | {"amount": Decimal(amount) or None}
            )
        given = split(rng, sum(receipt[1] for receipt in receipts) - left, times)
        for place, (quantity, day) in enumerate(zip(given, spread_dates(rng, times, first, last, workdays=False), strict=True)):
            village = town.villages[place % len(town.villages)]
            entries.append(_supply(item, unit, purpose, (village.code, "发放", quantity, village.name, day)))
    entries.sort(key=lambda row: str(row["happened_on"]))
    handlers = officers(town, 4, 8)
    return [
        {"number": f"WZ{town.year}-{number:03d}", **row, "handler": handlers[number % len(handlers)]}
        for number, row in enumerate(entries, 1)
    ]


def _supply(item: str, unit: str, purpose: str, fact: tuple[str, str, Any, str, date]) -> Row:
    village, direction, quantity, source, day = fact
    return {
        "village": village,
        "direction": direction,
        "item": item,
        "quantity": quantity,
        "unit": unit,
        "source": source,
        "purpose": purpose,
        "happened_on": day,
    }


def _publicity(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    out: list[Row] = []
    for kind, (total, unit, count, first, last, place) in plan.items():
        parts = split(rng, total, count)
        for turn, (quantity, day) in enumerate(zip(parts, spread_dates(rng, count, first, last, workdays=False), strict=True)):
            out.append(
                {
                    "number": f"YQXC{town.year}-{len(out) + 1:03d}",
                    "village": town.code if count == 1 else town.villages[turn % len(town.villages)].code,
                    "topic": "疫情防控",
                    "kind": kind,
                    "quantity": quantity,
                    "unit": unit,
                    "place": place,
                    "organiser": "宣传引导组",
                    "recorder": officers(town, 5, 6)[0],
                    "held_on": day,
                }
            )
    return out


def _disinfection(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    workers = officers(town, 60, 68)
    return [
        {
            "place": place,
            "village": town.villages[village].code,
            "kind": kind,
            "done_on": day,
            "times": rng.randint(1, most),
            "area": area,
            "agent": "含氯消毒液",
            "worker": workers[village],
        }
        for day in days_of(*plan["disinfected"])
        for place, (village, kind, area, most) in plan["places"].items()
    ]
