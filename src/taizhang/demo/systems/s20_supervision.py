"""System 20: cadres and their relatives, every benefit payment, the accounts of the villages, disclosure, comparison runs."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.accounts import disclosures, village_accounts
from taizhang.demo.numbers import bank_card, spread_dates
from taizhang.demo.offices import staff, town_posts, village_posts
from taizhang.demo.people import Household, Person
from taizhang.demo.town import Town

Row = dict[str, Any]


def rows(town: Town) -> dict[str, list[Row]]:
    """Return cadres; all the rest is drawn from other systems' rows."""
    rng, plan = town.rng_for("20"), town.targets("20_supervision")
    cadres = list(_cadres(town, rng, plan))
    if len(cadres) != plan["cadre_records"]:
        raise ValueError(f"{len(cadres)} cadres, {plan['cadre_records']} wanted")
    return {"cadre": cadres}


def late_rows(town: Town, so_far: dict[str, list[Row]], payments: list[Row]) -> dict[str, list[Row]]:
    """Return payments, accounts, disclosures, relatives and comparison runs; incomes get their voucher numbers."""
    rng, plan = town.rng_for("20-late"), town.targets("20_supervision")
    paid = _payments(town, plan, payments)
    accounts = village_accounts(town, plan, so_far.get("collective_income", []))
    return {
        "cadre_relative": _relatives(town, rng, plan, paid),
        "fund_catalogue": _catalogue(town, plan, paid),
        "payment": paid,
        "village_account": accounts,
        "account_disclosure": disclosures(town, plan, accounts),
        "comparison_result": _comparisons(town, rng, plan, {"payment": paid, "village_account": accounts}),
    }


def _cadres(town: Town, rng: random.Random, plan: dict[str, Any]) -> Iterator[Row]:
    holders = [(p, town.code, "镇", unit, post, kind) for p, unit, post, kind in town_posts(town)]
    for village in town.villages:
        unit = f"{village.name}{'居民' if village.kind == '居' else '村民'}委员会"
        holders += [(p, village.code, "村", unit, post, "村干部") for post, p in village_posts(town, village).items()]
    days = spread_dates(rng, len(holders), plan["updated"]["from"], plan["updated"]["to"])
    rng.shuffle(days)
    for index, ((person, place, level, unit, post, kind), updated) in enumerate(zip(holders, days, strict=True)):
        first, last = plan["started"]["town" if level == "镇" else "village"]
        grown = date(person.born.year + 23, 7, 1)
        yield {
            "id_number": person.id_number,
            "name": person.name,
            "sex": person.sex,
            "village": place,
            "level": level,
            "unit": unit,
            "post": post,
            "kind": kind,
            "party": "中共党员" if "书记" in post or rng.random() < 0.7 else "群众",
            "phone": person.phone,
            "card": bank_card("990128", plan["card_serial"] + index),
            "household": person.household.number,
            "started_on": spread_dates(rng, 1, min(max(first, grown), last), last)[0],
            "updated_on": updated,
        }


def _relatives(town: Town, rng: random.Random, plan: dict[str, Any], paid: list[Row]) -> list[Row]:
    """Return the family of every cadre (who is the head of the household), and what benefits each gets."""
    benefits: dict[str, list[str]] = {}
    for payment in paid:
        benefits.setdefault(payment["payee_id"], []).append(payment["programme"])
    villages = set(town.village_cadres)
    end, declared = date(town.year, 12, 31), plan["relatives_declared"]
    out: list[Row] = []
    for cadre in town.cadres:
        day = spread_dates(rng, 1, declared["from"], declared["to"])[0]
        for person in cadre.household.living(end):
            if person.relation not in plan["relations"] or not person.present(day):
                continue
            relation, degree = plan["relations"][person.relation]
            got = list(dict.fromkeys(benefits.get(person.id_number, [])))
            out.append(
                {
                    "cadre": cadre.id_number,
                    "cadre_name": cadre.name,
                    "village": cadre.village.code if cadre in villages else town.code,
                    "relative_id": person.id_number,
                    "relative": person.name,
                    "relation": relation,
                    "degree": degree,
                    "benefits": "、".join(got) or "无",
                    "filing": f"备{town.year}-{len(out) + 1:03d}" if got else None,
                    "declared_on": day,
                }
            )
    return out


def _payments(town: Town, plan: dict[str, Any], payments: list[Row]) -> list[Row]:
    """Return every benefit that any system pays, by day, with running numbers; the standard is the catalogue's where it has one."""
    standards = {entry["programme"]: Decimal(entry["standard"]) for entry in plan["catalogue"] if "standard" in entry}
    households = {household.number: household for household in town.households}
    persons = {person.id_number: person for person in town.persons}
    out: list[Row] = []
    for entry in _transfers(payments):
        payee: Person = persons[entry["id_number"]]
        household: Household = households.get(entry["household"], payee.household)
        standard = standards.get(entry["programme"])
        own = household.card == (entry.get("card") or household.card)
        out.append(
            {
                "number": f"P{entry['paid_on'].year}{len(out) + 1:06d}",
                "programme": entry["programme"],
                "village": household.group.code,
                "household": household.number,
                "payee": entry["payee"],
                "payee_id": entry["id_number"],
                "quantity": Decimal(str(entry["amount"])) / standard if standard else None,
                "unit_standard": standard,
                "amount": entry["amount"],
                "card": entry.get("card") or household.card,
                "account_name": household.head.name if own else entry["payee"],
                "for_month": entry["for_month"],
                "paid_on": entry["paid_on"],
                "batch": f"{entry['programme']}-{entry['paid_on']:%Y-%m}",
                "kind": "正常",
                "status": "成功",
            }
        )
    return out


def _transfers(payments: list[Row]) -> list[Row]:
    """Return one transfer for what a person gets of one programme for one month on one day, in the order of payment."""
    merged: dict[tuple[Any, ...], Row] = {}
    for entry in sorted(payments, key=lambda p: (p["paid_on"], p["programme"], p["id_number"], p["for_month"])):
        key = entry["paid_on"], entry["programme"], entry["id_number"], entry["for_month"]
        before = merged.get(key)
        merged[key] = {**entry, "amount": Decimal(str(entry["amount"])) + (before["amount"] if before else 0)}
    return list(merged.values())


def _catalogue(town: Town, plan: dict[str, Any], paid: list[Row]) -> list[Row]:
    listed = {entry["programme"]: entry for entry in plan["catalogue"]}
    names = list(dict.fromkeys([*listed, *sorted({row["programme"] for row in paid})]))
    return [plan["catalogue_defaults"] | {"programme": name, "village": town.code} | listed.get(name, {}) for name in names]


def _comparisons(town: Town, rng: random.Random, plan: dict[str, Any], ledgers: dict[str, list[Row]]) -> list[Row]:
    """Return one row for each run of each rule set over the rows of the months before it; a run over nothing is not made."""
    settings = plan["comparisons"]
    runner = staff(town, "纪委")[-1].name
    days = {name: sorted(row.get("paid_on") or row["dated_on"] for row in rows) for name, rows in ledgers.items()}
    out: list[Row] = []
    for year, found in settings["found"].items():
        made: list[Row] = []
        span = 1 if year in settings["each_month"] else 3
        for month in range(span, 13, span):
            day = spread_dates(rng, 1, date(year, month, 22), date(year, month, 28))[0]
            for rules in settings["sets"]:
                of = days[rules["rows"]]
                compared = bisect_right(of, day) - bisect_left(of, date(year, month - span + 1, 1))
                if compared:
                    made.append(
                        {
                            "number": f"BD{year}-{len(made) + 1:03d}",
                            "village": town.code,
                            "rule_set": rules["name"],
                            "rules": rules["rules"],
                            "sources": rules["sources"],
                            "compared": compared,
                            "found": 0,
                            "verified": 0,
                            "runner": runner,
                            "run_on": day,
                        }
                    )
        for row in rng.choices(made, k=found):
            row["found"] += 1
            row |= {"verified": row["found"], "outcome": settings["outcome"]}
        out += made
    return out
