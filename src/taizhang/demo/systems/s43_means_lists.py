"""System 40, lists on what people own and where they work: payroll, companies, vehicles, houses, insurance by employers, kin, pupils, loans."""

from __future__ import annotations

from datetime import date
from typing import Any

from taizhang.demo.people import Household, Person
from taizhang.demo.systems.shared import Ledgers, Row, after, months_of, workday
from taizhang.demo.town import Town


def rows(town: Town) -> Ledgers:
    """Return nothing: the lists are drawn from other systems' rows."""
    return {}


def late_rows(town: Town, so_far: Ledgers, payments: list[Row]) -> Ledgers:
    """Return lists that agree with the town: who owns or earns something is on no roll of the poor."""
    plan = town.targets("43_means")
    return {
        "payroll": _payroll(town, plan["payroll"], so_far),
        **_companies(town, plan["companies"], so_far),
        "vehicle": _vehicles(town, plan["vehicles"]),
        "house_property": _houses(town, plan["houses"]),
        "employee_insurance": _insurance(town, plan["insurance"]),
        "family_relation": _kin(town, plan["kin"]),
        "student_status": _pupils(town, plan["pupils"], so_far),
        "student_aid": _aid(town, plan["aid"], so_far),
        "relocation": _relocated(town, plan["relocation"], so_far),
        "loan_flow": _loans(plan["loans"], town, so_far),
    }


def _end(town: Town) -> date:
    return date(town.year, 12, 31)


def _who(person: Person) -> Row:
    return {"id_number": person.id_number, "name": person.name, "village": person.household.group.code}


def _owner(person: Person) -> Row:
    return {"owner_id": person.id_number, "owner": person.name, "village": person.household.group.code}


def _payroll(town: Town, plan: dict[str, Any], so_far: Ledgers) -> list[Row]:
    return [
        {"id_number": row["id_number"], "name": row["name"], "village": town.code, "employer": f"{town.name}{row['unit']}"}
        | {"kind": plan["kinds"].get(row["kind"], plan["other_kind"]), "wage": plan["wage"], "started_on": row["started_on"]}
        | {"as_of_on": _end(town)}
        for row in so_far["cadre"]
        if row["level"] == "镇"
    ]


def _companies(town: Town, plan: dict[str, Any], so_far: Ledgers) -> Ledgers:
    founded = {row["credit_code"]: row for row in so_far["enterprise"]}
    companies: list[Row] = []
    persons: list[Row] = []
    for company in town.companies:
        known = founded.get(company.credit_code, {})
        since = known.get("founded_on") or plan["founded_on"]
        companies.append(
            {"credit_code": company.credit_code, "name": company.name, "village": company.village.code, "kind": "公司", "status": "存续"}
            | {
                "capital": known.get("capital") or plan["capital"],
                "taxed_month": f"{town.year}-11",
                "founded_on": since,
                "as_of_on": _end(town),
            }
        )
        persons.append({"credit_code": company.credit_code, **_who(company.legal_person), "role": "法定代表人"})
        persons[-1] |= {"since_on": since, "as_of_on": _end(town)}
    return {"company": companies, "company_person": persons}


def _vehicles(town: Town, plan: dict[str, Any]) -> list[Row]:
    owners = [c.legal_person for c in town.companies if c.index % plan["every"] == 0]
    return [
        {"plate": f"演A{10000 + p.index}", **_owner(p), "kind": "轿车", "status": "正常", "value": plan["value"]}
        | {"registered_on": plan["registered_on"], "as_of_on": _end(town)}
        for p in owners
    ]


def _houses(town: Town, plan: dict[str, Any]) -> list[Row]:
    owners = [c.legal_person for c in town.companies if c.index % plan["every"] == 0]
    return [
        {"number": f"演（{plan['registered_on'].year}）不动产权第{p.index:05d}号", **_owner(p), "kind": "商品房", "holding": "单独所有"}
        | {"acquired": "购买", "condition": "可居住", "area": plan["area"], "registered_on": plan["registered_on"], "as_of_on": _end(town)}
        for p in owners
    ]


def _insurance(town: Town, plan: dict[str, Any]) -> list[Row]:
    shut = town.reserved("welfare_households")
    workers = [
        p for p in sorted(town.reserved("employee_insured"), key=lambda p: p.index) if p.household not in shut and p.present(_end(town))
    ]
    chosen = town.rng_for("43:insurance").sample(workers, plan["persons"])
    return [
        {"for_month": f"{month:%Y-%m}", **_who(p), "kind": "单位职工", "employer": plan["employer"], "wage": plan["wage"], "status": "已缴"}
        | {"paid_on": workday(month.replace(day=plan["pay_day"])), "as_of_on": _end(town)}
        for p in sorted(chosen, key=lambda p: p.index)
        for month in months_of(date(town.year, 1, 1), _end(town))
    ]


def _kin(town: Town, plan: dict[str, Any]) -> list[Row]:
    """Return parents and children of some households that have no cadre and are on no roll."""
    shut = town.reserved("welfare_households") | town.reserved("cadre_households") | town.reserved("company_households")
    out: list[Row] = []
    for household in town.households:
        if household in shut or household.index % plan["every"]:
            continue
        children = [p for p in household.living(_end(town)) if p.relation in ("子", "女")]
        out += [
            {"person_id": household.head.id_number, "person": household.head.name, "village": household.group.code, "relative": p.name}
            | {"relative_id": p.id_number, "relation": "子女", "degree": 1, "as_of_on": _end(town)}
            for p in children
        ]
    return out


def _pupils(town: Town, plan: dict[str, Any], so_far: Ledgers) -> list[Row]:
    return [
        {"id_number": row["id_number"], "name": row["name"], "village": row["village"], "school": row["school_name"], "status": "在籍"}
        | {"stage": _stage(plan, row), "entered_on": row.get(plan["entered"].get(row["stage"], "")) or plan["kindergarten_from"]}
        | {"as_of_on": _end(town)}
        for row in so_far["school_age_child"]
        if row["for_year"] == str(town.year) and row["enrolled"]
    ]


def _stage(plan: dict[str, Any], row: Row) -> str:
    name = str(row["school_name"])
    return "中职" if plan["vocational"] in name else str(plan["stages"].get(row["stage"], row["stage"]))


def _aid(town: Town, plan: dict[str, Any], so_far: Ledgers) -> list[Row]:
    poor = {household.number for household in town.assisted}
    pupils = [
        row
        for row in so_far["school_age_child"]
        if row["for_year"] == str(town.year) and row["enrolled"] and row["stage"] in plan["amounts"] and row["household"] in poor
    ]
    return [
        {
            "number": f"ZZ{town.year}Q-{number:04d}",
            "for_year": str(town.year),
            "term": "秋季",
            "id_number": row["id_number"],
            "name": row["name"],
        }
        | {"village": row["village"], "kind": plan["kind"], "school": row["school_name"], "town": town.name, "as_of_on": _end(town)}
        | {"amount": plan["amounts"][row["stage"]], "paid_on": workday(date(town.year, plan["month"], 20))}
        for number, row in enumerate(pupils, 1)
    ]


def _relocated(town: Town, plan: dict[str, Any], so_far: Ledgers) -> list[Row]:
    rebuilt = {row["household"] for row in so_far["housing_renovation"]}
    free: list[Household] = [h for h in town.assisted if h.number not in rebuilt and not h.plots]
    chosen = free[: plan["households"]]
    return [
        {
            "household": h.number,
            "village": h.group.code,
            "head": h.head.name,
            "head_id": h.head.id_number,
            "persons": len(h.living(_end(town))),
        }
        | {"place": plan["place"], "area": plan["area"] * len(h.living(_end(town))), "approved_on": plan["approved_on"]}
        | {"moved_on": plan["moved_on"], "old_house_on": plan["old_house_on"], "as_of_on": _end(town)}
        | {"subsidy": plan["subsidy"] * len(h.living(_end(town)))}
        for h in chosen
    ]


def _loans(plan: dict[str, Any], town: Town, so_far: Ledgers) -> list[Row]:
    return [
        {"number": f"LS-{row['number']}", "loan": row["number"], "borrower_id": row["borrower_id"], "borrower": row["borrower"]}
        | {
            "village": row["village"],
            "payee": f"{plan['payee']}{number}号店",
            "amount": row["amount"],
            "paid_on": after(row["lent_on"], plan["days"]),  # type: ignore[arg-type]
        }
        | {"as_of_on": _end(town)}
        for number, row in enumerate(so_far["micro_loan"], 1)
        if after(row["lent_on"], plan["days"]) <= _end(town)  # type: ignore[arg-type]
    ]
