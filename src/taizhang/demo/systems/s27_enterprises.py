"""The enterprises of the town, their teams, how they went back to work, and their output month by month."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from taizhang.demo.numbers import spread_dates
from taizhang.demo.systems.shared import Ledgers, Row, after, cents, drawn, whole
from taizhang.demo.town import Company, Town, split


def listed(town: Town) -> list[Company]:
    """Return the companies that are in the register of enterprises; the town's others have their seat elsewhere."""
    chosen = town.rng_for("27/listed").sample(town.companies, town.targets("27_enterprises")["enterprises"])
    return sorted(chosen, key=lambda company: company.index)


def rows(town: Town) -> Ledgers:
    """Return the rows of ``enterprise``, ``enterprise_team``, ``resumption`` and ``enterprise_output``."""
    plan, rng = town.targets("27_enterprises"), town.rng_for("27")
    companies = listed(town)
    staff = {company: int(drawn(rng, plan["staff"])) for company in companies}
    makers = [company for company in companies if _industry(plan, company) not in plan["not_industry"]]
    sizes = {company: rng.uniform(*map(float, plan["sizes"])) * staff[company] for company in makers}
    output = [row for year in plan["output"] for row in _output(plan, rng, year, sizes, staff)]
    large = _large(plan, output, town.year)
    enterprises = [_enterprise(plan, rng, company, staff[company], company.credit_code in large) for company in companies]
    teams = [_team(town, plan, rng, company) for company in companies]
    first, last = (date.fromisoformat(f"{town.year}-{day}") for day in plan["resumed"])
    days = spread_dates(rng, len(companies), first, last)
    rng.shuffle(days)
    resumed = [_resumption(plan, rng, company, staff[company], day) for company, day in zip(companies, days, strict=True)]
    return {"enterprise": enterprises, "enterprise_team": teams, "resumption": resumed, "enterprise_output": output}


def _industry(plan: dict[str, Any], company: Company) -> str:
    fits = [(len(trade), industry) for trade, industry in plan["trades"].items() if trade in company.name]
    return str(max(fits)[1]) if fits else "其他"


def _large(plan: dict[str, Any], output: list[Row], year: int) -> set[str]:
    """Return the credit codes of the enterprises whose output of the year reaches the scale."""
    totals: dict[str, Decimal] = {}
    for row in output:
        if str(row["for_month"]).startswith(str(year)):
            totals[str(row["enterprise"])] = totals.get(str(row["enterprise"]), Decimal(0)) + Decimal(str(row["output"]))
    return {code for code, total in totals.items() if total >= plan["above_scale_output"]}


def _enterprise(plan: dict[str, Any], rng: Random, company: Company, staff: int, large: bool) -> Row:
    owner = company.legal_person
    first = max(plan["founded_years"][0], owner.born.year + 22)
    year = rng.randint(min(first, plan["founded_years"][1]), plan["founded_years"][1])
    return {
        "credit_code": company.credit_code,
        "name": company.name,
        "village": company.village.code,
        "legal_person": owner.name,
        "legal_person_id": owner.id_number,
        "phone": company.phone,
        "industry": _industry(plan, company),
        "above_scale": large,
        "staff": staff,
        "local_staff": int(staff * drawn(rng, plan["local_share"], 2)),
        "capital": whole(drawn(rng, plan["capital"]), -5),
        "founded_on": spread_dates(rng, 1, date(year, 1, 5), date(year, 12, 25))[0],
    }


def _team(town: Town, plan: dict[str, Any], rng: Random, company: Company) -> Row:
    leader, liaison = rng.sample(town.cadres, 2)
    first, last = (date.fromisoformat(f"{town.year}-{day}") for day in plan["teams"]["formed"])
    return {
        "enterprise": company.credit_code,
        "village": company.village.code,
        "leader": leader.name,
        "liaison": liaison.name,
        "members": rng.randint(*plan["teams"]["members"]),
        "phone": liaison.phone,
        "formed_on": spread_dates(rng, 1, first, last)[0],
    }


def _resumption(plan: dict[str, Any], rng: Random, company: Company, staff: int, day: date) -> Row:
    row: Row = {
        "enterprise": company.credit_code,
        "village": company.village.code,
        "stopped_on": plan["stopped"],
        "applied_on": after(day, -rng.randint(4, 8)),
        "inspected_on": after(day, -rng.randint(1, 3)),
        "resumed_on": day,
        "staff_back": int(staff * drawn(rng, plan["back_share"], 2)),
        "staff": staff,
    }
    loans = plan["loans"]
    if rng.random() < loans["share"]:
        need = loans["step"] * (drawn(rng, loans["need"]) // loans["step"])
        row |= {"loan_needed": need, "loan_granted": cents(need * drawn(rng, loans["granted"], 1))}
    return row


def _output(plan: dict[str, Any], rng: Random, year: int, sizes: dict[Company, float], staff: dict[Company, int]) -> list[Row]:
    """Return one row an enterprise and month; all together are the year's total exactly."""
    months = plan["months"][year]
    slots = [(company, month) for company in sizes for month in range(1, 13)]
    weights = [sizes[company] * months[month - 1] * rng.uniform(0.85, 1.15) for company, month in slots]
    parts = split(rng, plan["output"][year], weights, 2)
    out: list[Row] = []
    for (company, month), output in zip(slots, parts, strict=True):
        last = date(year, month, calendar.monthrange(year, month)[1])
        out.append(
            {
                "enterprise": company.credit_code,
                "village": company.village.code,
                "for_month": f"{year}-{month:02d}",
                "month_end": last,
                "output": output,
                "sales": cents(output * drawn(rng, plan["sales_share"], 3)),
                "staff": staff[company],
                "power": cents(output * drawn(rng, plan["power_per_yuan"], 3)),
            }
        )
    return out
