"""Disability certificates, the yearly survey, and the two subsidies: each certificate valid while anything is paid on it."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.people import Person
from taizhang.demo.systems.s16_social_assistance import enrolled_from
from taizhang.demo.systems.shared import Ledgers, Row, after, between, month_start, months_of, officers, workday
from taizhang.demo.town import Town, spread_dates

Certificates = dict[Person, Row]


def rows(town: Town) -> Ledgers:
    """Return the rows of disability_certificate, disability_survey and disability_subsidy."""
    plan = town.targets("17")
    certificates = _certificates(town, plan)
    return {
        "disability_certificate": list(certificates.values()),
        "disability_survey": _surveys(town, plan, certificates),
        "disability_subsidy": _subsidies(town, plan, certificates),
    }


def payments(town: Town) -> list[Row]:
    """Return the payments of the year of the report, month by month."""
    plan = town.targets("17")
    persons = {person.id_number: person for person in town.disabled}
    out: list[Row] = []
    for row in _subsidies(town, plan, _certificates(town, plan)):
        person, granted = persons[str(row["id_number"])], row["granted_on"]
        for month in months_of(date(town.year, 1, 1), date(town.year, 12, 31)):
            if isinstance(granted, date) and granted <= month:
                out.append(
                    {
                        "programme": row["programme"],
                        "id_number": person.id_number,
                        "payee": person.name,
                        "household": person.household.number,
                        "village": person.household.group.code,
                        "quantity": 1,
                        "unit_standard": row["monthly"],
                        "amount": Decimal(str(row["monthly"])),
                        "for_month": f"{month:%Y-%m}",
                        "paid_on": workday(month.replace(day=plan["pay_day"])),
                        "card": person.household.card,
                    }
                )
    return out


def _certificates(town: Town, plan: dict[str, Any]) -> Certificates:
    rng = town.rng_for("17:certificates")
    out: Certificates = {}
    for person in town.disabled:
        category, grade = person.disability or ("", "")
        span = plan["issued"] if person.born < plan["issued"][0] else plan["late_issued"]
        issued = workday(between(rng, *span))
        guardian = _guardian(person) if category in plan["minded"] or person.age(date(town.year, 1, 1)) < plan["adult"] else None
        out[person] = {
            "number": f"{person.id_number}{plan['categories'][category]}{plan['grades'][grade]}",
            "village": person.household.group.code,
            "household": person.household.number,
            "name": person.name,
            "id_number": person.id_number,
            "category": category,
            "grade": grade,
            "guardian": guardian.name if guardian else None,
            "guardian_phone": guardian.phone if guardian else None,
            "issued_on": issued,
            "expires_on": after(issued.replace(year=issued.year + plan["valid_years"], day=min(issued.day, 28)), -1),
        }
    return out


def _guardian(person: Person) -> Person:
    others = [member for member in person.household.members if member is not person and member.died is None and member.moved_out is None]
    return others[0] if others else person.household.head


def _entitled(town: Town, plan: dict[str, Any], person: Person) -> list[str]:
    """Return the programmes that the person draws: care for all subsidised, living for those on the allowance roll too."""
    if person not in town.reserved("disabled_subsidised"):
        return []
    names = plan["programmes"]
    return [names["care"]] + ([names["living"]] if person in town.reserved("low_income") else [])


def _surveys(town: Town, plan: dict[str, Any], certificates: Certificates) -> list[Row]:
    rng = town.rng_for("17:surveys")
    allowance = {person.household for person in town.low_income}
    out: list[Row] = []
    for year, (first, last) in plan["surveys"].items():
        known = [person for person, row in certificates.items() if isinstance(row["issued_on"], date) and row["issued_on"] < first]
        for person, day in zip(known, spread_dates(rng, len(known), first, last), strict=True):
            programmes = _entitled(town, plan, person)
            poor = person.household in allowance
            refusal = "本人声明放弃" if poor else "等级或家庭条件不符合"
            out.append(
                {
                    "for_year": year,
                    "village": person.household.group.code,
                    "household": person.household.number,
                    "name": person.name,
                    "id_number": person.id_number,
                    "certificate": certificates[person]["number"],
                    "phone": person.phone,
                    "employed": _employment(rng, plan, person, day),
                    "needs": rng.choices(list(plan["needs"]), list(plan["needs"].values()))[0],
                    "low_income": "是" if poor else "否",
                    "receives": "两项都享受" if len(programmes) > 1 else programmes[0] if programmes else "未享受",
                    "why_not": None if programmes else refusal,
                    "surveyed_on": day,
                    "surveyor": officers(town, 0, 6)[person.village.index],
                }
            )
    return out


def _employment(rng: random.Random, plan: dict[str, Any], person: Person, day: date) -> str:
    if person.age(day) < plan["adult"]:
        return "在学"
    return str(rng.choices(list(plan["employment"]), list(plan["employment"].values()))[0])


def _subsidies(town: Town, plan: dict[str, Any], certificates: Certificates) -> list[Row]:
    rng = town.rng_for("17:subsidies")
    allowance = enrolled_from(town)
    reviewed = spread_dates(rng, len(town.disabled_subsidised), *plan["reviewed"])
    new = set(rng.sample([p for p in town.disabled_subsidised if p not in allowance], plan["new_this_year"]))
    out: list[Row] = []
    for person, review in zip(town.disabled_subsidised, reviewed, strict=True):
        issued = certificates[person]["issued_on"]
        for programme in _entitled(town, plan, person):
            granted = month_start(between(rng, *plan["granted_new" if person in new else "granted"]))
            earliest = [issued] if isinstance(issued, date) else []
            if programme == plan["programmes"]["living"]:
                earliest.append(allowance[person])
            granted = max([granted, *(month_start(day, 3) for day in earliest if day > after(granted, -plan["apply_days"]))])
            out.append(_subsidy(plan, person, str(certificates[person]["number"]), programme, granted, review))
    return out


def _subsidy(plan: dict[str, Any], person: Person, certificate: str, programme: str, granted: date, review: date) -> Row:
    posted = workday(after(granted, -plan["post_days"]))
    return {
        "village": person.household.group.code,
        "household": person.household.number,
        "name": person.name,
        "id_number": person.id_number,
        "certificate": certificate,
        "programme": programme,
        "monthly": plan["monthly"][programme],
        "applied_on": after(granted, -plan["apply_days"]),
        "approved_on": after(granted, -plan["approve_days"]),
        "posted_from": posted,
        "posted_to": after(posted, plan["posting"]),
        "granted_on": granted,
        "reviewed_on": max(review, granted),
        "card": person.household.card,
        "card_holder": person.household.head.name,
    }
