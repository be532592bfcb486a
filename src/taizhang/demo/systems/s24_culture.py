"""System 24: culture, news, broadcasting, satellite receivers."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from taizhang.demo.numbers import is_workday, spread_dates
from taizhang.demo.offices import staff, village_posts
from taizhang.demo.town import Household, Town

Row = dict[str, Any]


def rows(town: Town) -> dict[str, list[Row]]:
    """Return events, news, broadcast points and receivers."""
    rng, plan = town.rng_for("24"), town.targets("24")
    return {
        "culture_event": _events(town, rng, plan),
        "news_item": [row for year in plan["news_items"] for row in _news(town, rng, plan, year)],
        "broadcast_point": _points(town, rng, plan),
        "household_device": [row for year in plan["household_devices"] for row in _devices(town, rng, plan, year)],
    }


def _events(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    out: list[Row] = []
    for entry in plan["culture"]:
        villages = town.villages if entry["all"] else [rng.choice(town.villages)]
        days = [d for d in range(entry["day"], 32) if _workday(entry, d)][: len(villages)]
        for day, village in zip(days, villages, strict=False):
            out.append(
                {
                    "number": f"WH{entry['year']}-{sum(1 for r in out if r['held_on'].year == entry['year']) + 1:02d}",
                    "village": village.code,
                    "name": entry["name"],
                    "kind": entry["kind"],
                    "held_on": date(entry["year"], entry["month"], day),
                    "place": rng.choice(plan["places"]),
                    "attendance": rng.randrange(60, 420, 10),
                    "pieces": rng.randrange(entry["pieces"][0], entry["pieces"][1], 2) if "pieces" in entry else None,
                    "organiser": "文化站",
                    "cost": rng.randrange(300, 2400, 50),
                }
            )
    return out


def _workday(entry: dict[str, Any], day: int) -> bool:
    try:
        return is_workday(date(entry["year"], entry["month"], day))
    except ValueError:
        return False


def _news(town: Town, rng: random.Random, plan: dict[str, Any], year: int) -> list[Row]:
    count = plan["news_items"][year]
    authors = [*staff(town, "文化站"), *staff(town, "党政办")]
    headlines = rng.sample(plan["headlines"], count)
    out: list[Row] = []
    for index, (day, headline) in enumerate(zip(spread_dates(rng, count, date(year, 1, 6), date(year, 12, 28)), headlines, strict=True)):
        village = rng.choice([None, *town.villages])
        medium = rng.choices(list(plan["media"]), plan["media_weights"])[0]
        out.append(
            {
                "number": f"XW{year}-{index + 1:02d}",
                "village": village.code if village else town.code,
                "headline": f"{village.name if village else town.name}：{headline}",
                "medium": medium,
                "level": plan["media"][medium],
                "author": rng.choice(authors).name,
                "published_on": day,
            }
        )
    return out


def _points(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[Row]:
    when = plan["broadcast"]
    wanted = [(village, group.code, "高音喇叭", "组内电杆") for village in town.villages for group in village.groups]
    wanted = [(v, v.code, "村级平台", "村部广播室") for v in town.villages] + wanted
    days = spread_dates(rng, len(wanted), when["installed_from"], when["installed_to"])
    out: list[Row] = [_point(town, town.villages[0].code, "镇广播站", "镇政府院内", when["station_on"], staff(town, "文化站")[0], plan)]
    for (village, place, kind, spot), day in zip(wanted, days, strict=True):
        out.append(_point(town, place, kind, spot, day, village_posts(town, village)["村文书"], plan))
    for number, row in enumerate(out, 1):
        row["number"] = f"GB-{number:03d}"
    return out


def _point(town: Town, place: str, kind: str, spot: str, day: date, keeper: Any, plan: dict[str, Any]) -> Row:
    return {
        "village": place,
        "place": spot,
        "kind": kind,
        "installed_on": day,
        "working": True,
        "checked_on": plan["broadcast"]["checked_on"],
        "keeper": keeper.name,
        "phone": keeper.phone,
    }


def _devices(town: Town, rng: random.Random, plan: dict[str, Any], year: int) -> list[Row]:
    destitute = {p.household for p in town.destitute}
    low_income = {p.household for p in town.low_income}

    def reason(household: Household) -> str:
        if household in destitute:
            return "五保户"
        return "低保户" if household in low_income else "建档立卡户" if household in town.reserved("assisted") else "一般农户"

    poor = town.reserved("welfare_households")
    not_plain = poor | town.reserved("cadre_households")
    count = plan["household_devices"][year]
    some = town.pick_households(rng, count // 3, purpose="household_device", where=lambda h: h in poor and not _newly(town, h))
    some += town.pick_households(rng, count - len(some), purpose="household_device", where=lambda h: h not in not_plain)
    installer = staff(town, "文化站")[0].name
    out: list[Row] = []
    for index, (day, household) in enumerate(zip(spread_dates(rng, count, date(year, 3, 2), date(year, 11, 27)), some, strict=True)):
        out.append(
            {
                "device": f"HHT{year}-{index + 1:04d}",
                "village": household.group.code,
                "household": household.number,
                "receiver": household.head.name,
                "receiver_id": household.head.id_number,
                "delivered_on": day,
                "tested": True,
                "reason": reason(household),
                "installer": installer,
            }
        )
    return out


def _newly(town: Town, household: Household) -> bool:
    """Say whether the household came on a roll in the year only."""
    return household.head in set(town.low_income_new_2020)
