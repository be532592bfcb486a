"""What the villages own and let, and what they were paid for it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from taizhang.demo.numbers import is_workday, spread_dates
from taizhang.demo.systems.s27_enterprises import listed
from taizhang.demo.systems.shared import Row
from taizhang.demo.town import Town, Village, split

INITIALS = ("GP", "LT", "TM", "SB", "FX", "BY")


def rows(town: Town) -> dict[str, list[Row]]:
    """Return the rows of ``collective_asset_contract`` and ``collective_income``."""
    plan, rng = town.targets("01_collective_economy"), town.rng_for("01")
    contracts: list[Row] = []
    income: list[Row] = []
    taken: set[object] = set()
    for village in town.villages:
        for serial, entry in enumerate(plan["villages"][village.name], 1):
            contract = _contract(town, plan, rng, village, serial, entry, taken)
            contracts.append(contract)
            income += _receipts(plan, rng, contract)
        income += _others(plan, rng, village)
    income.sort(key=lambda row: str(row["received_on"]))
    serials: dict[str, int] = {}
    for row in income:
        year, month = str(row["received_on"])[:4], str(row["booked_on"])[:7]
        serials[year] = serials.get(year, 0) + 1
        serials[month] = serials.get(month, 0) + 1
        row["receipt_number"] = f"SJ{year}{serials[year]:04d}"
        row["voucher_number"] = f"{month}-{serials[month]:03d}"
    return {"collective_asset_contract": contracts, "collective_income": income}


def _tenant(town: Town, rng: Random, village: Village, kind: str, taken: set[object]) -> Row:
    """Return a tenant of the village who has no other contract and no tie to a cadre."""
    closed = town.reserved("welfare_households") | town.reserved("cadre_households")
    if kind == "company":
        company = rng.choice([company for company in listed(town) if company.village is village and company not in taken])
        taken.add(company)
        return {"tenant": company.name, "tenant_code": company.credit_code, "tenant_phone": company.phone}
    free = [h for h in town.households if h.village is village and h not in closed and h not in taken]
    household = rng.choice(free)
    taken.add(household)
    return {"tenant": household.head.name, "tenant_id": household.head.id_number, "tenant_phone": household.phone}


def _contract(
    town: Town, plan: dict[str, Any], rng: Random, village: Village, serial: int, entry: dict[str, Any], taken: set[object]
) -> Row:
    starts: date = entry["since"]
    resolved = starts - timedelta(days=rng.randint(*plan["resolved_before_days"]))
    signed = _workday(starts - timedelta(days=rng.randint(*plan["signed_before_days"])), -1)
    month = rng.choice([m for m in plan["first_due_months"] if m >= starts.month])
    code = INITIALS[village.index]
    return {
        "number": f"{code}-{starts.year}-{serial:02d}",
        "village": village.code,
        "asset_number": f"ZC-{code}-{serial:02d}",
        "asset": entry["asset"],
        "asset_kind": entry["kind"],
        "quantity": entry["quantity"],
        "quantity_unit": entry["unit"],
        **_tenant(town, rng, village, entry["tenant"], taken),
        "award": rng.choice(("公开招租", "公开招租", "公开协商")),
        "resolution": f"{village.name}村民代表会议〔{resolved.year}〕{rng.randint(2, 18)}号",
        "resolved_on": resolved,
        "signed_on": signed,
        "starts_on": starts,
        "term_ends_on": date(starts.year + entry["years"], starts.month, 1) - timedelta(days=1),
        "rent_per_year": entry["rent"],
        "payments_a_year": 1,
        "first_due_on": date(starts.year, month, rng.choice((10, 15, 20))),
        "deposit": int(entry["rent"] * Decimal("0.1")),
    }


def _receipts(plan: dict[str, Any], rng: Random, contract: Row) -> list[Row]:
    """Return one receipt a year: every rent was paid near the day on which it was due."""
    first = contract["first_due_on"]
    assert isinstance(first, date)
    out: list[Row] = []
    for year in range(first.year, plan["last_year"] + 1):
        due = first.replace(year=year)
        received = _workday(due + timedelta(days=rng.randint(*plan["received_within_days"])), 1)
        out.append(
            _receipt(plan, rng, contract["village"], contract["asset_kind"], contract["tenant"], contract["rent_per_year"], received)
        )
        out[-1] |= {"contract": contract["number"], "for_year": year}
    return out


def _others(plan: dict[str, Any], rng: Random, village: Village) -> list[Row]:
    other, step = plan["other_income"], plan["other_income"]["step"]
    low, high = (bound // step for bound in other["between"])
    out: list[Row] = []
    for year, totals in other["totals"].items():
        total = totals[village.index]
        days = spread_dates(rng, other["each_year"], date(year, 3, 1), date(year, 11, 30))
        for day, part in zip(days, split(rng, total // step, len(days), low=low, high=high), strict=True):
            out.append(_receipt(plan, rng, village.code, "其他", rng.choice(other["payers"]), part * step, day))
            out[-1]["for_year"] = year
    return out


def _receipt(plan: dict[str, Any], rng: Random, village: object, source: object, payer: object, amount: object, received: date) -> Row:
    booked = _workday(received + timedelta(days=rng.randint(*plan["booked_within_days"])), 1)
    return {
        "village": village,
        "source": source,
        "payer": payer,
        "amount": amount,
        "received_on": received,
        "method": rng.choice(("银行转账", "银行转账", "扫码支付")),
        "account": "村集体基本户",
        "booked_on": booked,
    }


def _workday(day: date, step: int) -> date:
    while not is_workday(day):
        day += timedelta(days=step)
    return day
