"""System 40, lists that others deliver on persons: deaths, custody, settling abroad, pensions, insurance elsewhere, enrolments."""

from __future__ import annotations

from datetime import date
from typing import Any

from taizhang.demo.people import Person
from taizhang.demo.systems.shared import Ledgers, Row, after, drawn, month_start, months_of, workday
from taizhang.demo.town import Town


def rows(town: Town) -> Ledgers:
    """Return nothing: the lists are drawn from other systems' rows."""
    return {}


def late_rows(town: Town, so_far: Ledgers, payments: list[Row]) -> Ledgers:
    """Return lists that agree with the town's registers: whoever is on a list that stops a benefit is not paid after it."""
    plan = town.targets("40_lists")
    quiet = _quiet(town, so_far)
    moved = [person for person in town.persons if person.moved_out]
    return {
        "death_record": _deaths(town, so_far),
        "custody_record": _custody(town, plan["custody"], quiet),
        "settled_abroad": _abroad(town, plan["abroad"], moved),
        "insured_elsewhere": _insured(town, plan["insured"], moved),
        "payment_elsewhere": _paid_elsewhere(town, plan["paid_elsewhere"], moved),
        **_pensions(town, plan["pensions"], quiet),
        **_benefits(town, plan["benefits"]),
        "life_sign": _signs(town, plan["life_signs"]),
        "public_post_roll": _posts(town, plan["posts"], quiet),
    }


def _end(town: Town) -> date:
    return date(town.year, 12, 31)


def _quiet(town: Town, so_far: Ledgers) -> list[Person]:
    """Return who is here all the time, is on no roll, keeps no office and gets no payment."""
    paid = {row["payee_id"] for row in so_far.get("payment", [])}
    shut = town.reserved("welfare_households") | town.reserved("cadre_households") | town.reserved("company_households")
    engaged = town.engaged()
    here = town.always_here(date(town.year - 2, 1, 1), _end(town))
    return [p for p in here if p.id_number not in paid and p.household not in shut and p not in engaged and p.relation != "户主"]


def _who(person: Person) -> Row:
    return {"id_number": person.id_number, "name": person.name, "village": person.household.group.code}


def _deaths(town: Town, so_far: Ledgers) -> list[Row]:
    return [
        {
            "id_number": row["id_number"],
            "name": row["name"],
            "village": row["village"],
            "died_on": row["died_on"],
            "source": row["death_source"],
            "reported_on": min(after(row["died_on"], 3), _end(town)),  # type: ignore[arg-type]
            "as_of_on": _end(town),
        }
        for row in so_far["resident"]
        if row["died_on"]
    ]


def _custody(town: Town, plan: dict[str, Any], quiet: list[Person]) -> list[Row]:
    """Return terms that were served before the first payment that any ledger holds."""
    rng = town.rng_for("40:custody")
    grown = [p for p in quiet if 22 <= p.age(_end(town)) <= 50]
    out: list[Row] = []
    for person in rng.sample(grown, plan["persons"]):
        begun = date(plan["year"], rng.randint(1, 12), rng.randint(1, 28))
        out.append(
            {**_who(person), "kind": "服刑", "organ": plan["organ"], "from_on": begun, "to_on": begun.replace(year=begun.year + 1)}
            | {"outcome": "期满", "as_of_on": _end(town)}
        )
    return out


def _abroad(town: Town, plan: dict[str, Any], moved: list[Person]) -> list[Row]:
    chosen = sorted(town.rng_for("40:abroad").sample(moved, plan["persons"]), key=lambda p: p.index)
    return [{**_who(p), "kind": "定居", "country": plan["country"], "settled_on": p.moved_out, "as_of_on": _end(town)} for p in chosen]


def _insured(town: Town, plan: dict[str, Any], moved: list[Person]) -> list[Row]:
    return [
        {**_who(p), "scheme": "职工医保", "place": plan["place"], "covered_from": month_start(p.moved_out, 1), "as_of_on": _end(town)}
        for p in moved
        if p.moved_out and p.moved_out.month < 12 and p.index % plan["every"] == 0
    ]


def _paid_elsewhere(town: Town, plan: dict[str, Any], moved: list[Person]) -> list[Row]:
    out: list[Row] = []
    for person in moved:
        if person.moved_out and person.moved_out.year < town.year and person.index % plan["every"] == 0:
            paid_on = workday(date(town.year, plan["month"], 18))
            row: Row = {"town_code": plan["town_code"], "town": plan["town"], "number": f"L{town.year}{len(out) + 1:06d}"}
            row |= {"village": town.code, "programme": plan["programme"], "payee": person.name, "payee_id": person.id_number}
            row |= {"amount": plan["amount"], "for_month": f"{paid_on:%Y-%m}", "paid_on": paid_on, "as_of_on": _end(town)}
            out.append(row)
    return out


def _pensions(town: Town, plan: dict[str, Any], quiet: list[Person]) -> Ledgers:
    """Return what pensioners got each month of the year, and the yearly adjustment of those who worked for wages."""
    rng = town.rng_for("40:pensions")
    old = [p for p in quiet if 62 <= p.age(_end(town)) <= 78 and p.disability is None]
    chosen = sorted(rng.sample(old, min(len(old), plan["persons"])), key=lambda p: p.index)
    waged = set(chosen[: plan["waged"]])
    paid: list[Row] = []
    adjusted: list[Row] = []
    for person in chosen:
        amount = drawn(rng, plan["wage_pension"]) if person in waged else plan["basic"]
        scheme = "企业职工养老保险" if person in waged else "城乡居民养老保险"
        if person in waged:
            row: Row = {**_who(person), "scheme": scheme, "before": amount - plan["raise"], "after": amount}
            adjusted.append(row | {"adjusted_on": date(town.year, 1, 1), "as_of_on": _end(town)})
        for month in months_of(date(town.year, 1, 1), _end(town)):
            row = {**_who(person), "for_month": f"{month:%Y-%m}", "scheme": scheme, "kind": "正常", "amount": amount}
            paid.append(row | {"paid_on": workday(month.replace(day=plan["pay_day"])), "as_of_on": _end(town)})
    return {"pension_payment": paid, "pension_adjustment": adjusted}


def _benefits(town: Town, plan: dict[str, Any]) -> Ledgers:
    """Return the roll of an allowance that ended before any payment in the ledgers, its standard, who refused it and what excludes it."""
    rng = town.rng_for("40:benefits")
    old = [p for p in town.always_here(plan["enrolled_on"], _end(town)) if p.age(plan["enrolled_on"]) >= plan["age"]]
    chosen = sorted(rng.sample(old, min(len(old), plan["persons"] + plan["refused"])), key=lambda p: p.index)
    on, off = chosen[plan["refused"] :], chosen[: plan["refused"]]
    base = {"programme": plan["programme"]}
    spans = {"enrolled_on": plan["enrolled_on"], "left_on": plan["left_on"], "leave_reason": "其他"}
    refusal = {"reason": "本人放弃", "declared_on": plan["enrolled_on"], "withdrawn_on": plan["left_on"]}
    listed = {"village": town.code, "target": "按人", "unit": "人", "cycle": "按月", "standard": plan["monthly"], "basis": plan["basis"]}
    return {
        "fund_catalogue": [
            {**base, **listed, "office": plan["office"], "post_days": 7, "starts_on": plan["enrolled_on"], "ends_on": plan["left_on"]}
        ],
        "benefit_enrolment": [{**base, **_who(p), "household": p.household.number, "monthly": plan["monthly"], **spans} for p in on],
        "benefit_refusal": [{**base, **_who(p), **refusal} for p in off],
        "benefit_standard": [
            {**base, "village": town.code, "tier": "不分档", "amount": plan["monthly"], "basis": plan["basis"]}
            | {"starts_on": plan["enrolled_on"], "ends_on": plan["left_on"]}
        ],
    }


def _signs(town: Town, plan: dict[str, Any]) -> list[Row]:
    """Return one visit in the year to everybody who is supported as destitute."""
    rng = town.rng_for("40:signs")
    checked = [workday(date(town.year, plan["month"], rng.randint(1, 25))) for _ in town.destitute]
    return [
        {**_who(p), "checked_on": day, "way": "入户核验", "result": "通过", "checker": plan["checker"]}
        for p, day in zip(town.destitute, checked, strict=True)
    ]


def _posts(town: Town, plan: dict[str, Any], quiet: list[Person]) -> list[Row]:
    rng = town.rng_for("40:posts")
    able = [p for p in quiet if 30 <= p.age(_end(town)) <= 55 and p.disability is None and not p.employee_insured]
    chosen = sorted(rng.sample(able, plan["persons"]), key=lambda p: p.index)
    return [
        {"post": plan["post"], **_who(p), "village": p.village.code, "monthly_pay": plan["pay"], "paid_by": plan["paid_by"]}
        | {"started_on": date(town.year - 1, 1, 1), "as_of_on": _end(town)}
        for p in chosen
    ]
