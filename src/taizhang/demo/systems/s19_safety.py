"""System 19: safety inspections and hazards, accidents, food inspections, environment."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from taizhang.demo.numbers import is_workday, spread_dates
from taizhang.demo.offices import staff
from taizhang.demo.town import Town

Row = dict[str, Any]


def rows(town: Town) -> dict[str, list[Row]]:
    """Return accidents, food inspections and rectifications."""
    rng, plan = town.rng_for("19"), town.targets("19")
    return {
        "accident": _accidents(town, rng, plan),
        "food_inspection": [row for year in plan["food_inspections"] for row in _food(town, rng, plan, year)],
        "environment_rectification": _environment(town, rng, plan),
    }


def late_rows(town: Town, so_far: dict[str, list[Row]], payments: list[Row]) -> dict[str, list[Row]]:
    """Return safety inspections and their hazards; enterprises are inspected by the numbers of the enterprise ledger."""
    rng, plan = town.rng_for("19-inspections"), town.targets("19")
    inspections: list[Row] = []
    hazards: list[Row] = []
    for year, count in plan["safety_inspections"].items():
        made = _inspections(town, rng, plan, year, count, so_far.get("enterprise", []))
        for row in made:
            if row["result"] == "有隐患":
                hazards += _hazards(town, rng, plan, row, len(hazards))
        inspections += made
    return {"safety_inspection": inspections, "hazard": hazards}


def _inspections(town: Town, rng: random.Random, plan: dict[str, Any], year: int, count: int, enterprises: list[Row]) -> list[Row]:
    head, second = staff(town, "应急管理办")
    faulty = set(rng.sample(range(count), plan["with_hazards"][year]))
    weights = plan["sector_weights"]
    out: list[Row] = []
    for index, day in enumerate(spread_dates(rng, count, date(year, 1, 6), date(year, 12, 11))):
        sector = rng.choices(list(weights), list(weights.values()))[0]
        here = [e for e in enterprises if _open(e, day)] if sector == "工矿企业" else []
        sector = sector if here or sector != "工矿企业" else "消防"
        company = rng.choice(here) if here else None
        # Every village in turn, so that none is left out.
        village = company["village"] if company else town.villages[index % len(town.villages)].code
        out.append(
            {
                "number": f"AJ{year}-{index + 1:03d}",
                "village": village,
                "sector": sector,
                "place": company["name"] if company else rng.choice(plan["sectors"][sector]),
                "enterprise": company["credit_code"] if company else None,
                "inspected_on": day,
                "inspector": head.name,
                "second": second.name,
                "result": "有隐患" if index in faulty else "合格",
                "hazards_found": rng.choice((1, 1, 2)) if index in faulty else 0,
                "document": f"公安监检〔{year}〕{index + 1}号",
            }
        )
    return out


def _open(enterprise: Row, day: date) -> bool:
    founded = next((enterprise[k] for k in ("founded_on", "registered_on", "opened_on") if isinstance(enterprise.get(k), date)), None)
    return founded is None or bool(founded < day)


def _hazards(town: Town, rng: random.Random, plan: dict[str, Any], inspection: Row, before: int) -> list[Row]:
    end, found = date(town.year, 12, 31), inspection["inspected_on"]
    low, high = plan["mend_days"]
    out: list[Row] = []
    for number, description in enumerate(rng.sample(plan["hazards"][inspection["sector"]], inspection["hazards_found"])):
        due = found + timedelta(days=high + 4)
        mended = found + timedelta(days=rng.randint(low, high))
        while not is_workday(mended):
            mended += timedelta(days=1)
        head = rng.choice([h.head for h in town.households if h.village.code == inspection["village"] and h.head not in town.cadres])
        out.append(
            {
                "number": f"YH{found.year}-{before + number + 1:03d}",
                "inspection": inspection["number"],
                "village": inspection["village"],
                "place": inspection["place"],
                "description": description,
                "grade": "一般",
                "found_on": found,
                "due_on": max(due, mended),
                "responsible": head.name,
                "measure": "限期整改",
                "mended_on": mended if mended <= end else None,
                "accepted_by": inspection["inspector"] if mended <= end else None,
            }
        )
    return out


def _accidents(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    out: list[Row] = []
    for entry in plan["accidents"]:
        day = date(entry["year"], entry["month"], rng.randint(3, 27))
        out.append(
            {
                "number": f"SG{entry['year']}-01",
                "village": rng.choice(town.villages).code,
                "grade": "一般",
                "happened_on": day,
                "reported_on": day,
                "concluded_on": day + timedelta(days=rng.randint(18, 40)),
                **{key: entry[key] for key in ("kind", "place", "deaths", "injured", "loss", "cause")},
            }
        )
    return out


def _food(town: Town, rng: random.Random, plan: dict[str, Any], year: int) -> list[Row]:
    count, inspector = plan["food_inspections"][year], staff(town, "市场监管所")[0]
    failed = set(rng.sample(range(count), plan["food_failed"][year]))
    weights = plan["premises_weights"]
    out: list[Row] = []
    for index, day in enumerate(spread_dates(rng, count, date(year, 1, 8), date(year, 12, 18))):
        kind = rng.choices(list(weights), list(weights.values()))[0]
        village = town.villages[index % len(town.villages)]
        central = kind in ("学校食堂", "农贸市场")
        out.append(
            {
                "number": f"SP{year}-{index + 1:03d}",
                "village": (town.villages[0] if central else village).code,
                "premises": rng.choice(plan["premises"][kind]) if central else f"{village.name}{rng.choice(plan['premises'][kind])}",
                "kind": kind,
                "guests": rng.randrange(80, 420, 10) if kind == "集体聚餐" else None,
                "inspected_on": day,
                "inspector": inspector.name,
                "result": "不符合" if index in failed else rng.choice(("符合", "符合", "符合", "基本符合")),
                "problem": rng.choice(plan["food_problems"]) if index in failed else None,
                "mended_on": day + timedelta(days=rng.randint(3, 9)) if index in failed else None,
            }
        )
    return out


def _environment(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    out: list[Row] = []
    accepted_by, villages = staff(town, "环保站")[0].name, rng.sample(town.villages, len(town.villages))
    for index, entry in enumerate(plan["environment"]):
        began = date(entry["year"], entry["month"], rng.randint(2, 6))
        ordered = entry["source"] == "环保督察交办"
        out.append(
            {
                "number": f"HZ{entry['year']}-{index + 1:02d}",
                "village": villages[index % len(villages)].code,
                "assigned": f"督交〔{entry['year']}〕{rng.randint(10, 90)}号" if ordered else None,
                "began_on": began,
                "due_on": began + timedelta(days=entry["days"] + 10),
                "finished_on": began + timedelta(days=entry["days"]),
                "accepted_by": accepted_by,
                **{key: entry[key] for key in ("kind", "problem", "source", "measure", "cost")},
            }
        )
    return out
