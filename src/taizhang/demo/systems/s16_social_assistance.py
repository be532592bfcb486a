"""Subsistence allowance, destitute support and relief: nobody on two rolls, nobody paid after death, notice kept."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.people import Household, Person
from taizhang.demo.systems.s15_animal_health import large_keepers
from taizhang.demo.systems.shared import (
    Ledgers,
    Row,
    after,
    between,
    drawn,
    month_start,
    months_of,
    officers,
    plain_household,
    workday,
)
from taizhang.demo.town import Town, spread_dates

# A head's other kin stand on the roll under the words that the ledger knows.
_RELATIONS = ("户主", "配偶", "子", "女", "父", "母", "儿媳", "女婿", "孙子", "孙女")


def rows(town: Town) -> Ledgers:
    """Return the rows of subsistence_allowance, destitute_support and relief_payment."""
    plan = town.targets("16")
    return {
        "subsistence_allowance": _allowance(town, plan["allowance"]),
        "destitute_support": _destitute(town, plan["destitute"]),
        "relief_payment": _relief(town, plan),
    }


def payments(town: Town) -> list[Row]:
    """Return the payments of the year of the report: the allowance to the head for the whole household, month by month."""
    plan = town.targets("16")
    by_number = {household.number: household for household in town.households}
    out = _allowance_payments(town, plan["allowance"], by_number) + _destitute_payments(town, plan["destitute"], by_number)
    for row in _relief(town, plan):
        paid = row["paid_on"]
        if isinstance(paid, date) and paid.year == town.year:
            household = by_number[str(row["household"])]
            out.append(_payment(str(row["programme"]), household.head, Decimal(str(row["amount"])), paid, paid))
    return out


def enrolled_from(town: Town) -> dict[Person, date]:
    """Return the first day on the allowance roll of everybody who is on it at the end of the year."""
    plan = town.targets("16")["allowance"]
    rng = town.rng_for("16:enrolled")
    new = set(town.low_income_new_2020)
    first_days: dict[Household, date] = {}
    out = {}
    for person in town.low_income:
        household = person.household
        if household not in first_days:
            first_days[household] = month_start(between(rng, *plan["enrolled_new" if person in new else "enrolled"]))
        born_or_came = max(person.born, person.moved_in or person.born)
        out[person] = max(first_days[household], month_start(born_or_came, 2) if born_or_came >= first_days[household] else date.min)
    return out


def _payment(programme: str, payee: Person, amount: Decimal, month: date, paid_on: date) -> Row:
    return {
        "programme": programme,
        "id_number": payee.id_number,
        "payee": payee.name,
        "household": payee.household.number,
        "village": payee.household.group.code,
        "amount": amount,
        "for_month": f"{month:%Y-%m}",
        "paid_on": paid_on,
        "card": payee.household.card,
    }


def _allowance_payments(town: Town, plan: dict[str, Any], by_number: dict[str, Household]) -> list[Row]:
    sums: dict[tuple[date, str], Decimal] = {}
    for row in _allowance(town, plan):
        first, left = row["enrolled_on"], row.get("left_on")
        for month in months_of(date(town.year, 1, 1), date(town.year, 12, 31)):
            if isinstance(first, date) and first <= month and not (isinstance(left, date) and left <= month):
                key = (month, str(row["household"]))
                sums[key] = sums.get(key, Decimal(0)) + Decimal(str(row["monthly"]))
    return [
        _payment("低保金", by_number[number].head, amount, month, workday(month.replace(day=plan["pay_day"])))
        for (month, number), amount in sums.items()
    ]


def _destitute_payments(town: Town, plan: dict[str, Any], by_number: dict[str, Household]) -> list[Row]:
    persons = {person.id_number: person for person in town.destitute}
    return [
        _payment(
            "特困供养金",
            persons[str(row["id_number"])],
            Decimal(str(row["basic"])) + Decimal(str(row["care"])),
            month,
            workday(month.replace(day=plan["pay_day"])),
        )
        for row in _destitute(town, plan)
        for month in months_of(date(town.year, 1, 1), date(town.year, 12, 31))
    ]


def _allowance(town: Town, plan: dict[str, Any]) -> list[Row]:
    rng = town.rng_for("16:allowance")
    tiers: dict[Household, tuple[str, str]] = {}
    out = []
    for person, enrolled in enrolled_from(town).items():
        out.append(_on_roll(town, rng, plan, person, enrolled, tiers))
    for person, enrolled, left, reason in _leavers(town, rng, plan):
        row = _on_roll(town, rng, plan, person, enrolled, tiers)
        row |= {"left_on": left, "leave_reason": reason, "reviewed_on": month_start(left, -1), "next_review": None}
        out.append(row)
    return out


def _leavers(town: Town, rng: random.Random, plan: dict[str, Any]) -> list[tuple[Person, date, date, str]]:
    """Return former beneficiaries with their first day, the first day off the roll, and the reason."""
    out = []
    owners = town.reserved("company_households") | town.reserved("cooperative_households") | large_keepers(town)
    plain = {household for household in town.households if plain_household(town, household) and household not in owners}
    # Whoever goes in December leaves the roll on 1 January, so is on it still at the end of the year.
    december = date(town.year, 12, 1)
    died = [person for person in town.persons if person.died and person.died < december and person.household in plain]
    for person in rng.sample(died, plan["died"]):
        if person.died:
            enrolled = max(plan["enrolled"][0], month_start(person.died, -rng.randint(30, 60)))
            out.append((person, enrolled, month_start(person.died, 1), "死亡"))
    taken = {person.household for person, *_ in out}
    others = plain - taken
    moved = [person for person in town.persons if person.moved_out and person.moved_out < december and person.household in others]
    alive = [household.head for household in town.households if household in others]
    for reason, count in plan["left_counts"].items():
        for person in rng.sample(moved if reason == "户籍迁出" else alive, count):
            left = month_start(person.moved_out, 1) if person.moved_out else month_start(between(rng, *plan["left"][reason]))
            out.append((person, month_start(left, -rng.randint(24, 48)), left, reason))
    return out


def _on_roll(
    town: Town, rng: random.Random, plan: dict[str, Any], person: Person, enrolled: date, tiers: dict[Household, tuple[str, str]]
) -> Row:
    household = person.household
    if household not in tiers:
        tier = rng.choices(list(plan["tiers"]), [weight for weight, _ in plan["tiers"].values()])[0]
        tiers[household] = (tier, rng.choices(list(plan["reasons"]), list(plan["reasons"].values()))[0])
    tier, reason = tiers[household]
    posted = workday(after(enrolled, -plan["post_days"]))
    months, reviewed = plan["review"][tier]
    reviewed = max(reviewed, enrolled)
    return {
        "village": household.group.code,
        "household": household.number,
        "name": person.name,
        "id_number": person.id_number,
        "relation": person.relation if person.relation in _RELATIONS else "其他",
        "scheme": "农村低保",
        "tier": tier,
        "reason": reason,
        "monthly": plan["tiers"][tier][1],
        "income": drawn(rng, plan["income"]),
        "applied_on": after(enrolled, -plan["apply_days"]),
        "surveyed_on": after(enrolled, -plan["survey_days"]),
        "surveyor": officers(town, 0, 6)[household.village.index],
        "posted_from": posted,
        "posted_to": after(posted, plan["posting"]),
        "approved_on": after(enrolled, -plan["approve_days"]),
        "enrolled_on": enrolled,
        "reviewed_on": reviewed,
        "next_review": month_start(reviewed, months + 1),
        "cadre_relative": "否",
        "card": household.card,
        "card_holder": household.head.name,
    }


def _destitute(town: Town, plan: dict[str, Any]) -> list[Row]:
    rng = town.rng_for("16:destitute")
    neighbours = {v: [h.head for h in town.households if h.village is v and plain_household(town, h)] for v in town.villages}
    days = spread_dates(rng, len(town.destitute), *plan["reviewed"])
    out: list[Row] = []
    for number, (person, reviewed) in enumerate(zip(town.destitute, days, strict=True), 1):
        ability = rng.choices(list(plan["care"]), [weight for weight, _ in plan["care"].values()])[0]
        enrolled = month_start(between(rng, *plan["enrolled"]))
        caregiver = rng.choice(neighbours[person.village])
        posted = workday(after(enrolled, -30))
        out.append(
            {
                "village": person.household.group.code,
                "household": person.household.number,
                "name": person.name,
                "id_number": person.id_number,
                "mode": "分散供养",
                "ability": ability,
                "basic": plan["basic"],
                "care": plan["care"][ability][1],
                "caregiver": caregiver.name,
                "caregiver_phone": caregiver.phone,
                "agreement": f"ZL-{number:03d}",
                "posted_from": posted,
                "posted_to": after(posted, 7),
                "approved_on": after(enrolled, -12),
                "enrolled_on": enrolled,
                "reviewed_on": reviewed,
                "card": person.household.card,
                "card_holder": person.household.head.name,
            }
        )
    return out


def _relief(town: Town, plan: dict[str, Any]) -> list[Row]:
    rng = town.rng_for("16:relief")
    destitute = list(dict.fromkeys(person.household for person in town.destitute))
    pool = [h for h in town.households if h not in town.reserved("cadre_households") and h not in set(destitute)]
    out: list[Row] = []
    for year in sorted(next(iter(plan["relief"].values()))["counts"]):
        number = 0
        for programme, entry in plan["relief"].items():
            count = entry["counts"][year]
            chosen = destitute[:count] if programme == "特困慰问" else rng.sample(pool, count)
            taken = set(chosen)
            pool = [household for household in pool if household not in taken]
            first, last = (date(year, *day) for day in entry["span"])
            for household, applied in zip(chosen, spread_dates(rng, count, first, last), strict=True):
                number += 1
                out.append({"number": f"JZ{year}-{number:03d}", **_one_relief(town, rng, plan, programme, household, applied)})
    return out


def _one_relief(town: Town, rng: random.Random, plan: dict[str, Any], programme: str, household: Household, applied: date) -> Row:
    entry, days = plan["relief"][programme], plan["relief_days"]
    approved = workday(after(applied, int(drawn(rng, days["approve"]))))
    posted = workday(after(approved, 1))
    return {
        "village": household.group.code,
        "household": household.number,
        "payee": household.head.name,
        "payee_id": household.head.id_number,
        "programme": programme,
        "cause": rng.choices(list(entry["causes"]), list(entry["causes"].values()))[0],
        "amount": drawn(rng, [bound // 10 for bound in entry["amount"]]) * 10,
        "applied_on": applied,
        "approved_on": approved,
        "approver": officers(town, 2, 3)[0],
        "posted_from": posted,
        "posted_to": after(posted, days["posting"]),
        "paid_on": workday(after(posted, int(drawn(rng, days["pay"])))),
        "card": household.card,
    }
