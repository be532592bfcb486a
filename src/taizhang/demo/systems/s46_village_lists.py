"""System 20, what belongs to the villages' accounts: bank flows, balances, invoices, cash, transfers from above, lists of labour, assets."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.people import Person, Village
from taizhang.demo.systems.shared import Ledgers, Row, after, plain_household
from taizhang.demo.town import Town


def rows(town: Town) -> Ledgers:
    """Return nothing: all is drawn from the accounts."""
    return {}


def late_rows(town: Town, so_far: Ledgers, payments: list[Row]) -> Ledgers:
    """Return lists that match the vouchers of ``village_account`` one by one."""
    plan = town.targets("46_village_lists")
    accounts = so_far["village_account"]
    out: Ledgers = {name: [] for name in ("bank_flow", "month_end_balance", "cash_day", "superior_transfer", "labour_day")}
    for village in town.villages:
        lines = sorted((a for a in accounts if a["village"] == village.code), key=lambda a: (a["dated_on"], a["voucher"]))
        flows, balances = _bank(town, plan, village, lines)
        out["bank_flow"] += flows
        out["month_end_balance"] += balances
        out["cash_day"] += _cash(town, plan["cash"], village)
        out["superior_transfer"] += _transfers(town, plan["transfers"], lines)
        out["labour_day"] += _labour(town, plan["labour"], village, lines, so_far)
    return out | {"invoice": _invoices(accounts), "collective_asset": _assets(plan["assets"], so_far["collective_asset_contract"])}


def _end(town: Town) -> date:
    return date(town.year, 12, 31)


def _bank(town: Town, plan: dict[str, Any], village: Village, lines: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return a flow for every voucher that went through the bank, and the balance at the end of each month of the year."""
    account, owner = f"{plan['account']}{village.index + 1:04d}", f"{village.name}股份经济合作社"
    balance = Decimal(plan["opening"])
    flows: list[Row] = []
    ends: dict[str, Decimal] = {}
    for line in lines:
        amount, income = Decimal(str(line["amount"])), line["direction"] == "收入"
        balance += amount if income else -amount
        kind = plan["kinds"].get(line["subject"], "经营收入") if income else "付款"
        flows.append(
            {"account": account, "number": f"L{line['voucher']}", "village": village.code, "owner": owner, "owner_kind": "集体"}
            | {"flow_on": line["dated_on"], "direction": line["direction"], "kind": kind, "amount": amount, "balance": balance}
            | {"counterparty": line["counterparty"], "summary": line["summary"], "voucher": line["voucher"], "as_of_on": _end(town)}
        )
        ends[f"{line['dated_on']:%Y-%m}"] = balance
    balances: list[Row] = []
    for month in range(1, 13):
        name = f"{town.year}-{month:02d}"
        known = ends.get(name) or max(((m, b) for m, b in ends.items() if m <= name), default=("", Decimal(plan["opening"])))[1]
        row: Row = {"village": village.code, "account": "基本户", "kind": "银行存款", "for_month": name, "checker": plan["checker"]}
        balances.append(
            row | {"month_end": date(town.year, month, monthrange(town.year, month)[1]), "book_balance": known, "bank_balance": known}
        )
    return flows, balances


def _cash(town: Town, plan: dict[str, Any], village: Village) -> list[Row]:
    days = (date(town.year, month, plan["day"]) for month in range(1, 13))
    return [{"village": village.code, "day": day, "balance": plan["balance"], "cashier": plan["cashier"]} for day in days]


def _transfers(town: Town, plan: dict[str, Any], lines: list[Row]) -> list[Row]:
    sent = [line for line in lines if line["subject"] == plan["subject"]]
    return [
        {
            "number": f"BK-{line['village']}-{number:03d}",
            "village": line["village"],
            "purpose": line["summary"],
            "payer": line["counterparty"],
        }
        | {"amount": line["amount"], "transferred_on": line["dated_on"], "as_of_on": _end(town)}
        for number, line in enumerate(sent, 1)
    ]


def _labour(town: Town, plan: dict[str, Any], village: Village, lines: list[Row], so_far: Ledgers) -> Iterator[Row]:
    """Yield who worked for each voucher of labour: people who live here, a day each."""
    home = {row["id_number"] for row in so_far["resident"] if row["presence"] == "常住"}
    able = [p for p in _able(town, village) if p.id_number in home]
    for number, line in enumerate(line for line in lines if line["subject"] == plan["subject"]):
        left = Decimal(str(line["amount"]))
        worker = number * plan["step"]
        while left > 0:
            person, paid = able[worker % len(able)], min(left, Decimal(plan["wage"]))
            worker, left = worker + 1, left - paid
            row: Row = {"village": village.code, "list": f"{line['voucher']}-QC", "worker_id": person.id_number, "worker": person.name}
            row |= {"worked_on": after(line["dated_on"], -plan["before"]), "kind": "务工", "project": line["summary"], "amount": paid}  # type: ignore[arg-type]
            yield row | {"signature": f"{line['voucher']}-{worker}.png", "voucher": line["voucher"]}


def _able(town: Town, village: Village) -> list[Person]:
    here = town.always_here(date(town.year - 2, 1, 1), _end(town))
    grown = [p for p in here if p.village is village and 25 <= p.age(_end(town)) <= 58 and p.disability is None]
    return [p for p in grown if not p.employee_insured and plain_household(town, p.household) and p not in town.reserved("migrant_workers")]


def _invoices(accounts: list[Row]) -> list[Row]:
    return [
        {"code": row["invoice_code"], "number": row["invoice_number"], "village": row["village"], "issued_on": row["dated_on"]}
        | {"amount": row["amount"], "seller": row["counterparty"], "checked_on": row["posted_on"]}
        for row in accounts
        if row.get("invoice_number")
    ]


def _assets(plan: dict[str, Any], contracts: list[Row]) -> list[Row]:
    return [
        {"number": row["asset_number"], "village": row["village"], "name": row["asset"], "class": plan["classes"][row["asset_kind"]]}
        | {"quantity": row["quantity"], "quantity_unit": row["quantity_unit"], "state": "出租"}
        | {"checked_on": plan["checked_on"], "registered_on": plan["registered_on"]}
        for row in contracts
    ]
