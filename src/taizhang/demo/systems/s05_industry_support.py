"""Industry money, micro-loans and the households' ties to cooperatives."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from taizhang.demo.numbers import spread_dates
from taizhang.demo.systems.s02_cooperatives import number_of, start_years
from taizhang.demo.systems.s03_crops import fruit_since
from taizhang.demo.systems.s04_poverty import registered_on
from taizhang.demo.systems.shared import Row, workday
from taizhang.demo.town import Household, Town, split

PROGRAMME = "产业扶贫奖补"


def rows(town: Town) -> dict[str, list[Row]]:
    """Return the rows of ``industry_fund_payment``, ``micro_loan`` and ``cooperative_link``."""
    plan, rng = town.targets("05_industry_support"), town.rng_for("05")
    starts = start_years(town)
    return {
        "industry_fund_payment": _fund(town, plan),
        "micro_loan": _loans(town, plan, rng),
        "cooperative_link": [_link(town, plan, rng, household, starts) for household in town.assisted],
    }


def payments(town: Town) -> list[Row]:
    """Return every benefit that these ledgers paid."""
    by_number = {household.number: household for household in town.assisted}
    return [
        {
            "programme": PROGRAMME,
            "id_number": row["payee_id"],
            "payee": row["payee"],
            "household": row["household"],
            "village": by_number[str(row["household"])].village.code,
            "amount": row["amount"],
            "for_month": f"{row['paid_on']:%Y-%m}",
            "paid_on": row["paid_on"],
            "card": row["card"],
        }
        for row in _fund(town, town.targets("05_industry_support"))
    ]


def _claims(town: Town, plan: dict[str, Any], year: int, since: dict[str, int]) -> list[tuple[Household, str, Decimal]]:
    """Return what each assisted household itself grew in the year and can be verified for: rice last."""
    fruit, rice = [], []
    for household in town.assisted:
        for project, crop in plan["fund_crops"].items():
            own = [p.area for p in household.plots if p.crop == crop and p.transferred_to is None and since[p.number] <= year]
            if own:
                fruit.append((household, project, sum(own, Decimal(0))))
        if household.rice_subsidised_area > 0:
            rice.append((household, plan["fund_rice"], household.rice_subsidised_area))
    return fruit + rice


def _fund(town: Town, plan: dict[str, Any]) -> list[Row]:
    rng, since = town.rng_for("05/fund"), fruit_since(town)
    return [row for year in plan["fund"] for row in _fund_of(town, plan, rng, year, since)]


def _fund_of(town: Town, plan: dict[str, Any], rng: Random, year: int, since: dict[str, int]) -> list[Row]:
    entry = plan["fund"][year]
    claims = _claims(town, plan, year, since)
    fruit = [claim for claim in claims if claim[1] != plan["fund_rice"]]
    rice = [claim for claim in claims if claim[1] == plan["fund_rice"]]
    rng.shuffle(rice)
    total, left, granted = Decimal(entry["total"]), Decimal(entry["total"]), []
    paid: dict[Household, Decimal] = {}
    for household, project, area in fruit + rice:
        if not left:
            break
        standard = Decimal(entry["standards"][project])
        room = min(area * standard, entry.get("cap", plan["fund_cap"]) - paid.get(household, Decimal(0)), left)
        quantity = (room / standard).quantize(Decimal("0.01"), "ROUND_DOWN")
        if quantity * standard < min(Decimal(plan["fund_least"]), left):
            continue
        granted.append((household, project, quantity, standard))
        paid[household] = paid.get(household, Decimal(0)) + quantity * standard
        left -= quantity * standard
    if left:
        raise ValueError(f"industry fund {year}: {total - left} of {total} could be granted")
    granted.sort(key=lambda grant: grant[0].index)
    return [_payment(town, plan, rng, year, *grant) for grant in granted]


def _payment(
    town: Town, plan: dict[str, Any], rng: Random, year: int, household: Household, project: str, quantity: Decimal, standard: Decimal
) -> Row:
    batch = household.village.index % len(plan["fund_batches"])
    paid = workday(date.fromisoformat(f"{year}-{plan['fund_batches'][batch]}"))
    posted = paid - timedelta(days=20)
    return {
        "for_year": year,
        "household": household.number,
        "village": household.group.code,
        "payee": household.head.name,
        "payee_id": household.head.id_number,
        "card": household.card,
        "project": project,
        "quantity": quantity,
        "standard": standard,
        "amount": quantity * standard,
        "verified_on": spread_dates(rng, 1, posted - timedelta(days=25), posted - timedelta(days=4))[0],
        "posted_from": posted,
        "posted_to": posted + timedelta(days=10),
        "paid_on": paid,
        "payment_batch": f"CY{year}-{batch + 1}",
    }


def _loans(town: Town, plan: dict[str, Any], rng: Random) -> list[Row]:
    """Return the loans of every year; no household has two."""
    low = {person.household for person in town.low_income}
    free = [household for household in town.assisted if household not in low]
    registered = registered_on(town)
    out: list[Row] = []
    for year, entry in plan["loans"].items():
        youngest, oldest = plan["loan_ages"]
        new_year = date(year, 1, 1)
        fit = [h for h in free if youngest <= h.head.age(new_year) <= oldest and registered[h] <= new_year]
        chosen = sorted(rng.sample(fit, entry["number"]), key=lambda household: household.index)
        free = [household for household in free if household not in chosen]
        out += _loans_of(plan, rng, year, chosen)
    return out


def _loans_of(plan: dict[str, Any], rng: Random, year: int, heads: list[Household]) -> list[Row]:
    entry, unit = plan["loans"][year], plan["loan_unit"]
    sizes = split(rng, Decimal(entry["total"]) / unit, len(heads), 0, low=plan["loan_least"] // unit, high=plan["loan_cap"] // unit)
    days = spread_dates(rng, len(heads), date(year, 3, 10), date(year, 11, 20))
    rng.shuffle(days)
    out: list[Row] = []
    for serial, (household, size, lent) in enumerate(zip(heads, sizes, sorted(days), strict=True), 1):
        due = lent.replace(year=year + 3) - timedelta(days=1)
        repaid = entry.get("repaid", False)
        out.append(
            {
                "number": f"XD{year}-{serial:03d}",
                "household": household.number,
                "village": household.group.code,
                "borrower": household.head.name,
                "borrower_id": household.head.id_number,
                "bank": rng.choice(plan["loan_banks"]),
                "amount": size * unit,
                "rate": plan["loan_rates"][year],
                "purpose": rng.choice(plan["loan_purposes"]),
                "lent_on": lent,
                "due_on": due,
                "repaid": size * unit if repaid else 0,
                "repaid_on": due - timedelta(days=rng.randint(1, 40)) if repaid else None,
                "paid_to": f"{household.head.name}本人账户",
            }
        )
    return out


def _link(town: Town, plan: dict[str, Any], rng: Random, household: Household, starts: dict[str, int]) -> Row:
    founded = town.targets("02_cooperatives")["cooperatives"][household.village.index]["founded"]
    let = [plot.number for plot in household.plots if plot.transferred_to is not None]
    if let:
        begins, manner = date(starts[let[0]], 3, 1), "土地流转"
    else:
        year = rng.choice(plan["link"]["years"])
        begins, manner = spread_dates(rng, 1, max(founded + timedelta(days=10), date(year, 2, 1)), date(year, 12, 20))[0], "入股分红"
    return {
        "household": household.number,
        "cooperative": number_of(household.village.index),
        "village": household.group.code,
        "head": household.head.name,
        "manner": manner,
        "share": None if let else plan["link"]["share"],
        "linked_on": begins,
    }
