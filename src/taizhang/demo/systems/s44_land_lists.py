"""Systems 9, 10, 12, 13, 15: lists on land, forest, machines, insurance claims and animals that others deliver."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.people import Plot
from taizhang.demo.systems.shared import Ledgers, Row, after, cents, whole, workday
from taizhang.demo.town import Town


def rows(town: Town) -> Ledgers:
    """Return nothing: the lists are drawn from other systems' rows."""
    return {}


def late_rows(town: Town, so_far: Ledgers, payments: list[Row]) -> Ledgers:
    """Return lists that agree with the town's plots, woods, machines, policies and animals."""
    plan = town.targets("44_land_lists")
    return {
        "farmland_baseline": _baseline(town, plan["baseline"]),
        "land_consolidation": _consolidated(town, plan["consolidation"]),
        **_forest(town, plan["forest"], so_far["forest_plot"]),
        "machinery_transfer": _machines(town, plan["machines"], so_far["machinery_subsidy"]),
        "insurance_claim": _claims(town, plan["claims"], so_far["crop_insurance"]),
        **_animals(town, plan["animals"], so_far["livestock_holding"]),
    }


def _end(town: Town) -> date:
    return date(town.year, 12, 31)


def _plots(town: Town) -> list[Plot]:
    return [plot for household in town.households for plot in household.plots]


def _baseline(town: Town, plan: dict[str, Any]) -> list[Row]:
    area: dict[str, Decimal] = {}
    for plot in _plots(town):
        area[plot.household.village.code] = area.get(plot.household.village.code, Decimal(0)) + plot.area
    return [
        {"village": code, "survey_year": str(plan["as_of"].year - 1), "survey": "国土调查", "area": whole(total * plan["share"] / 100, 2)}
        | {"as_of_on": plan["as_of"]}
        for code, total in area.items()
    ]


def _consolidated(town: Town, plan: dict[str, Any]) -> list[Row]:
    village = town.villages[plan["village"]]
    wet = [plot for plot in _plots(town) if plot.kind == "水田" and plot.household.village is village and not plot.abandoned]
    return [
        {"project": plan["project"], "project_name": f"{village.name}{plan['kind']}", "kind": plan["kind"], "plot": plot.number}
        | {"village": plot.group.code, "area": plot.area, "accepted_on": plan["accepted_on"], "as_of_on": plan["as_of_on"]}
        for plot in wet[: plan["plots"]]
    ]


def _forest(town: Town, plan: dict[str, Any], woods: list[Row]) -> Ledgers:
    """Return rights of households in woods for the public good, and what they got for all of it in the year."""
    rights: list[Row] = []
    paid: list[Row] = []
    for wood in [w for w in woods if w["kind"] == plan["kind"]][: plan["woods"]]:
        holders = [
            h for h in town.households if str(wood["village"]).startswith(h.village.code) and h not in town.reserved("cadre_households")
        ]
        household = holders[len(rights) % len(holders)]
        head, area = household.head, Decimal(str(wood["area"]))
        base = {"forest_plot": wood["number"], "village": wood["village"], "household": household.number}
        rights.append({**base, "certificate": f"演林证{len(rights) + 1:06d}", "holder": head.name, "holder_id": head.id_number})
        rights[-1] |= {"area": area, "registered_on": plan["registered_on"], "as_of_on": plan["as_of_on"]}
        paid.append({**base, "for_year": str(town.year), "programme": plan["programme"], "payee": head.name, "payee_id": head.id_number})
        paid[-1] |= {"area": area, "standard": plan["standard"], "amount": cents(area * Decimal(plan["standard"])), "card": household.card}
        paid[-1] |= {"paid_on": workday(date(town.year, plan["month"], 20)), "status": "成功"}
    return {"forest_right": rights, "forest_compensation": paid}


def _machines(town: Town, plan: dict[str, Any], bought: list[Row]) -> list[Row]:
    """Return machines that were scrapped: none was sold."""
    old = [m for m in bought if after(m["bought_on"], plan["days"]) < _end(town)][: plan["count"]]  # type: ignore[arg-type]
    return [
        {"serial": m["serial"], "engine_number": m["engine_number"], "village": m["village"], "kind": "报废", "seller": m["buyer"]}
        | {"seller_id": m["buyer_id"], "transferred_on": after(m["bought_on"], plan["days"]), "as_of_on": _end(town)}  # type: ignore[arg-type]
        for m in old
    ]


def _claims(town: Town, plan: dict[str, Any], policies: list[Row]) -> list[Row]:
    """Return claims after one flood: each household's loss was looked at by itself."""
    lost: date = plan["lost_on"]
    hit = [
        p for p in policies if p["crop"] == plan["crop"] and p.get("household") and str(p["cover_from"]) <= str(lost) <= str(p["cover_to"])
    ]
    rng = town.rng_for("44:claims")
    out: list[Row] = []
    for number, policy in enumerate(hit[:: plan["every"]], 1):
        rate = rng.randint(*plan["loss"])
        area = whole(Decimal(str(policy["area"])) * rate / 100, 2)
        if not area:
            continue
        row: Row = {"number": f"PA{town.year}-{number:04d}", "certificate": policy["certificate"], "village": policy["village"]}
        row |= {"household": policy["household"], "claimant": policy["insured"], "event": plan["event"], "cause": plan["cause"]}
        row |= {"lost_on": lost, "area": area, "loss_rate": rate, "amount": cents(area * plan["sum"] * rate / 100)}
        row |= {"surveyed_on": after(lost, rng.randint(2, 9)), "paid_on": workday(after(lost, plan["paid_after"]))}
        out.append(row | {"card": policy["paid_by_card"], "as_of_on": _end(town)})
    return out


def _animals(town: Town, plan: dict[str, Any], holdings: list[Row]) -> Ledgers:
    """Return what large keepers sent to slaughter, all of it with certificates, and their claims for vaccine."""
    spring = [h for h in holdings if (h["species"], str(h["for_year"]), h["season"]) == ("猪", str(town.year), "春防")]
    large = [h for h in spring if int(str(h["stock"])) >= plan["stock"]]
    certificates: list[Row] = []
    claims: list[Row] = []
    first, last = plan["period"]
    for number, holding in enumerate(large[: plan["farms"]], 1):
        heads = int(str(holding["stock"])) // plan["part"]
        base = {"village": holding["village"], "household": holding["household"], "species": "猪"}
        certificates.append({"number": f"JY{number:07d}", **base, "owner": holding["keeper"], "heads": heads, "purpose": "屠宰"})
        certificates[-1] |= {"issued_on": plan["issued_on"], "as_of_on": _end(town)}
        claims.append({"number": f"XDHB{town.year}-{number:02d}", **base, "applicant": holding["keeper"], "basis": "按检疫出栏"})
        claims[-1] |= {"period_from": first, "period_to": last, "heads": heads, "cap": heads * 2, "amount": heads * plan["each"]}
        claims[-1] |= {"paid_on": plan["paid_on"]}
    return {"quarantine_certificate": certificates, "immunization_claim": claims}
