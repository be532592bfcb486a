"""Reservoirs, flood materials, rescue team, duty, rain and water levels: nothing damaged, every hour kept, no level over its limit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.systems.shared import Ledgers, Row, after, between, days_of, grown, moment, officers, plain_household, whole, workday
from taizhang.demo.town import Town


def rows(town: Town) -> Ledgers:
    """Return the rows of the seven ledgers of flood control."""
    plan = town.targets("14")
    rng = town.rng_for("14")
    rain = _rain(town.rng_for("14:rain"), plan)
    levels = {entry[0]: _levels(town.rng_for(f"14:{entry[0]}"), plan, entry, rain) for entry in plan["reservoirs"]}
    return {
        "reservoir": [_reservoir(town, plan, entry) for entry in plan["reservoirs"]],
        "reservoir_inspection": _inspections(town, rng, plan, levels),
        "flood_material": _materials(town, rng, plan),
        "rescue_team_member": _rescuers(town, rng, plan["rescue"]),
        "flood_season": [_season(town, plan, year) for year in plan["bases"]],
        "duty_shift": [row for year in plan["years"] for row in _duty(town, rng, plan, year)],
        "water_report": _reports(town, rng, plan, rain, levels),
    }


def _span(plan: dict[str, Any], year: int) -> tuple[date, date]:
    """Return the first and the last day of the flood season."""
    first, after_last = (date(year, *day) for day in plan["season"])
    return first, after(after_last, -1)


def _in_season(plan: dict[str, Any], day: date) -> bool:
    first, last = _span(plan, day.year)
    return first <= day <= last


def _reservoir(town: Town, plan: dict[str, Any], entry: list[Any]) -> Row:
    number, name, kind, village, dam, height, capacity, irrigates, dead, normal, limit, crest, built, mended = entry
    return {
        "number": number,
        "village": town.villages[village].code,
        "name": name,
        "kind": kind,
        "dam": dam,
        "dam_height": Decimal(height),
        "capacity": capacity,
        "irrigates": irrigates,
        "dead_level": Decimal(dead),
        "normal_level": Decimal(normal),
        "flood_limit": Decimal(limit),
        "crest_level": Decimal(crest),
        "built_in": built,
        "reinforced_in": mended,
        "leader": officers(town, 0, 6)[village],
        "technician": officers(town, 20, 21)[0],
        "watchman": officers(town, 22, 28)[village],
        "watchman_phone": town.cadres[22 + village].phone,
        "registered_on": plan["registered"],
    }


def _rain(rng: random.Random, plan: dict[str, Any]) -> dict[date, Decimal]:
    """Return the rain of every day in 毫米."""
    out = {}
    for year in plan["years"]:
        for day in days_of(date(year, 1, 1), date(year, 12, 31)):
            chance, least, most = plan["rain"]["months"][day.month]
            wet = rng.randrange(100) < chance
            out[day] = Decimal(int(rng.triangular(least, most, least))) / 10 if wet else Decimal(0)
    return out


def _levels(rng: random.Random, plan: dict[str, Any], entry: list[Any], rain: dict[date, Decimal]) -> dict[date, Decimal]:
    """Return the level of every day: rises with rain, falls by and by, and is let off before the flood limit."""
    rule = plan["level"]
    dead, limit = Decimal(entry[8]), Decimal(entry[10])
    share, out = Decimal(rule["start"]), {}
    for day, fallen in rain.items():
        share += fallen * rule["per_rain"] / 10 - Decimal(rng.randint(1, 3)) * rule["fall"] / 2
        share = min(Decimal(rule["most"]), max(Decimal(rule["least"]), share))
        out[day] = whole(dead + (limit - dead) * share / 100, 2)
    return out


def _inspection_days(plan: dict[str, Any]) -> Iterator[date]:
    for year in plan["years"]:
        first, last = _span(plan, year)
        yield from days_of(date(year, 1, 6), after(first, -1), plan["inspection"]["dry_step"])
        yield from days_of(first, last, plan["inspection"]["flood_step"])
        yield from days_of(after(last, 1), date(year, 12, 31), plan["inspection"]["dry_step"])


def _inspections(town: Town, rng: random.Random, plan: dict[str, Any], levels: dict[str, dict[date, Decimal]]) -> list[Row]:
    leak = plan["inspection"]["leak"]
    out: list[Row] = []
    for entry in plan["reservoirs"]:
        number, village = entry[0], entry[3]
        days = set(_inspection_days(plan))
        if number == leak["reservoir"]:
            days |= {leak["found"], leak["mended"]}
        for day in sorted(days):
            leaking = number == leak["reservoir"] and leak["found"] <= day < leak["mended"]
            first, last = _span(plan, day.year)
            kind = "汛前检查" if day == first else "汛后检查" if day == after(last, 1) else "日常巡查"
            row: Row = {
                "reservoir": number,
                "village": town.villages[village].code,
                "inspected_on": day,
                "kind": "特别检查" if day in (leak["found"], leak["mended"]) and number == leak["reservoir"] else kind,
                "dam": "渗漏" if leaking else "完好",
                "spillway": "畅通",
                "outlet": "完好",
                "level": levels[number][day],
                "inspector": rng.choice((officers(town, 22, 28)[village], officers(town, 20, 21)[0])),
                "photo": f"巡查-{number}-{day:%Y%m%d}.jpg",
            }
            if leaking:
                row |= {"problem": leak["problem"], "due_on": leak["due"], "mended_on": leak["mended"]}
            out.append(row)
    return out


def _materials(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    out: list[Row] = []
    for index, (store, (village, items)) in enumerate(plan["stores"].items(), 1):
        for place, (item, unit, norm, surplus) in enumerate(items, 1):
            for year in plan["years"]:
                for month, day in plan["counted"]:
                    spare = norm * rng.randint(0, surplus) // 100 if surplus else 0
                    out.append(
                        {
                            "number": f"FX-{index:02d}-{place:02d}",
                            "village": town.villages[village].code,
                            "store": store,
                            "item": item,
                            "unit": unit,
                            "norm": norm,
                            "stock": norm + spare,
                            "counted_on": workday(date(year, month, day)),
                            "keeper": officers(town, 28, 34)[village],
                            "phone": town.cadres[28 + village].phone,
                        }
                    )
    return out


def _rescuers(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    first = date(town.year, 1, 1)
    teams = [("镇抢险应急队", None, plan["town"])] + [(f"{v.name}抢险队", v, plan["village"]) for v in town.villages]
    out: list[Row] = []
    for team, village, count in teams:
        chosen = town.pick_persons(
            rng,
            count,
            purpose="rescue",
            where=lambda p, v=village: (  # type: ignore[misc]
                p.sex == "男" and grown(p, first, *plan["ages"]) and plain_household(town, p.household) and (v is None or p.village is v)
            ),
        )
        for place, person in enumerate(chosen):
            duty = ("队长", "副队长")[place] if place < 2 else plan["duties"][place % len(plan["duties"])]
            out.append(
                {
                    "id_number": person.id_number,
                    "name": person.name,
                    "village": person.village.code,
                    "team": team,
                    "duty": duty,
                    "phone": person.phone,
                    "trained_on": plan["trained"],
                    "joined_on": workday(between(rng, *plan["joined"])),
                }
            )
    return out


def _season(town: Town, plan: dict[str, Any], year: int) -> Row:
    first, last = _span(plan, year)
    return {
        "for_year": year,
        "village": town.code,
        "starts_on": first,
        "ends_on": after(last, 1),
        "shifts_per_day": plan["shifts_per_day"],
        "basis": plan["bases"][year],
    }


def _duty(town: Town, rng: random.Random, plan: dict[str, Any], year: int) -> list[Row]:
    """Return two shifts for each day; the night before the first day is kept too, so that its first hours are covered."""
    first, last = _span(plan, year)
    leaders, watch = officers(town, 0, 10), officers(town, 10, 40)
    out = []
    for turn, day in enumerate(days_of(after(first, -1), last)):
        for shift, (begins, ends) in plan["shifts"].items():
            if day < first and shift != "夜班":
                continue
            until = after(day, 1) if ends <= begins else day
            row: Row = {
                "shift_on": day,
                "shift": shift,
                "village": town.code,
                "season": str(year) if day >= first else None,
                "starts_at": moment(day, begins),
                "ends_at": moment(until, ends),
                "leader": leaders[turn % len(leaders)],
                "officer": watch[(turn * 2 + (shift == "夜班")) % len(watch)],
                "phone": plan["duty_telephone"],
                "signed_in_at": moment(day, begins - 1, rng.randint(40, 59)),
                "weather": rng.choice(plan["weather"]),
                "log": rng.choice(plan["logs"]),
                "reported_to": "县防汛抗旱指挥部",
            }
            out.append(row)
    return out


def _reports(
    town: Town, rng: random.Random, plan: dict[str, Any], rain: dict[date, Decimal], levels: dict[str, dict[date, Decimal]]
) -> list[Row]:
    hour = plan["shifts"]["白班"][0]
    soon, late = plan["rain"]["report_minutes"]
    out: list[Row] = []

    def report(station: str, village: int, day: date, reservoir: str | None) -> None:
        out.append(
            {
                "station": station,
                "village": town.villages[village].code,
                "reservoir": reservoir,
                "observed_at": moment(day, hour),
                "rain": rain[day],
                "level": levels[reservoir][day] if reservoir else None,
                "reported_at": moment(day, hour, rng.randint(soon, late)),
                "reporter": officers(town, 22, 28)[village],
            }
        )

    for count, day in enumerate(rain):
        report(plan["rain"]["station"], 0, day, None)
        if _in_season(plan, day) or count % plan["rain"]["dry_step"] == 0:
            for number, name, kind, village, *_ in plan["reservoirs"]:
                if kind != "骨干山塘":
                    report(name, village, day, number)
    return out
