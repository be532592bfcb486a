"""The accounts of the villages: vouchers without gaps, incomes as the collective-income ledger has them, and their disclosure by quarter."""

from __future__ import annotations

import random
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from taizhang.demo.numbers import is_workday, spread_dates
from taizhang.demo.offices import village_posts
from taizhang.demo.people import Village
from taizhang.demo.town import Town

Row = dict[str, Any]

_OWN = ("经营收入", "其他收入")
_METHODS = {"银行转账": "转账", "现金缴存": "现金", "扫码支付": "转账"}


def village_accounts(town: Town, plan: dict[str, Any], incomes: list[Row]) -> list[Row]:
    """Return every voucher line from ``accounts_from`` to the year's end; writes ``voucher_number`` into the income rows."""
    rng = town.rng_for("20-accounts")
    out: list[Row] = []
    for village in town.villages:
        lines = _incomes(plan, village, incomes)
        for year in range(plan["accounts_from"], town.year + 1):
            lines += _subsidies(rng, plan, year)
            lines += [line for entry in plan["expenses"] for line in _expenses(rng, entry, year)]
        out += _numbered(town, rng, plan, village, lines)
    return out


def disclosures(town: Town, plan: dict[str, Any], accounts: list[Row]) -> list[Row]:
    """Return one posting for each village and quarter, up to the last quarter that was disclosed, with the sums of that quarter."""
    rng, last = town.rng_for("20-disclosure"), plan["disclosed_to"]
    low, high = plan["disclosed_days"]
    out: list[Row] = []
    for village in town.villages:
        for year in range(plan["accounts_from"], last["year"] + 1):
            for quarter in range(1, (last["quarter"] if year == last["year"] else 4) + 1):
                lines = [a for a in accounts if a["village"] == village.code and _quarter(a["dated_on"]) == (year, quarter)]
                month, of = (quarter * 3 + 1, year) if quarter < 4 else (1, year + 1)
                posted = spread_dates(rng, 1, date(of, month, low), date(of, month, high))[0]
                out.append(
                    {
                        "village": village.code,
                        "for_year": str(year),
                        "quarter": quarter,
                        "posted_on": posted,
                        "due_on": date(of, month, monthrange(of, month)[1]),
                        "taken_down_on": posted + timedelta(days=60) if posted + timedelta(days=60) <= date(town.year, 12, 31) else None,
                        "place": "公开栏和平台",
                        "vouchers": len({a["voucher"] for a in lines}),
                        "income": sum((a["amount"] for a in lines if a["direction"] == "收入"), Decimal(0)),
                        "expense": sum((a["amount"] for a in lines if a["direction"] == "支出"), Decimal(0)),
                        "reviewer": village_posts(town, village)["村监督委员会主任"].name,
                    }
                )
    return out


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3


def _incomes(plan: dict[str, Any], village: Village, incomes: list[Row]) -> list[Row]:
    return [
        {
            "dated_on": row["received_on"],
            "posted_on": row.get("booked_on"),
            "direction": "收入",
            "subject": "发包及上交收入" if row.get("contract") else _OWN[row.get("source") == "其他"],
            "summary": f"收{row.get('source')}收入" if not row.get("contract") else f"收合同{row['contract']}租金",
            "amount": Decimal(str(row["amount"])),
            "pay_method": _METHODS.get(row.get("method", ""), "转账"),
            "counterparty": row["payer"],
            "contract": row.get("contract"),
            "_income": row,
        }
        for row in incomes
        if row["village"] == village.code and row["received_on"].year >= plan["accounts_from"]
    ]


def _subsidies(rng: random.Random, plan: dict[str, Any], year: int) -> list[Row]:
    entry = plan["subsidy"]
    return [
        {
            "dated_on": spread_dates(rng, 1, date(year, month, 6), date(year, month, 20))[0],
            "direction": "收入",
            "subject": "补助收入",
            "summary": entry["summary"],
            "amount": Decimal(rng.randrange(entry["low"], entry["high"] + 1, entry["step"])),
            "pay_method": "转账",
            "counterparty": entry["payer"],
        }
        for month in entry["months"]
    ]


def _expenses(rng: random.Random, entry: dict[str, Any], year: int) -> list[Row]:
    months = range(1, 13) if entry["months"] == "all" else entry["months"]
    return [
        {
            "dated_on": spread_dates(rng, 1, date(year, month, 3), date(year, month, 26))[0],
            "direction": "支出",
            "subject": entry["subject"],
            "summary": entry["summary"],
            "amount": Decimal(rng.randrange(entry["low"], entry["high"] + 1, entry["step"])),
            "pay_method": entry["pay"],
            "counterparty": entry["party"],
            "_invoice": entry["invoice"],
        }
        for month in months
    ]


def _numbered(town: Town, rng: random.Random, plan: dict[str, Any], village: Village, lines: list[Row]) -> list[Row]:
    """Number the vouchers month by month without gaps and sign them; nobody approves what he handled."""
    posts = village_posts(town, village)
    low, high = plan["posted_within"]
    counts: dict[tuple[int, int], int] = {}
    out: list[Row] = []
    for line in sorted(lines, key=lambda row: (row["dated_on"], row["subject"], row["summary"])):
        day = line["dated_on"]
        counts[day.year, day.month] = number = counts.get((day.year, day.month), 0) + 1
        income, invoiced = line.pop("_income", None), line.pop("_invoice", False)
        spent = line["direction"] == "支出"
        row = {"village": village.code, "voucher": f"{day:%Y-%m}-{number:03d}", "line": 1, **line}
        row |= {"handler": posts["村文书"].name, "witness": posts["妇女主任"].name if spent else None}
        row |= {"approver": posts["村委会主任"].name if spent else None, "supervisor": posts["村监督委员会主任"].name}
        row |= {
            "attachments": rng.randint(1, 4),
            "posted_on": line.get("posted_on") or _posted(day + timedelta(days=rng.randint(low, high)), day + timedelta(days=high)),
        }
        if invoiced:
            row |= {
                "invoice_code": f"0440{day:%y%m}{village.index + 1:02d}",
                "invoice_number": f"{day:%m%d}{number:02d}{village.index:02d}",
            }
        if income is not None:
            income["voucher_number"] = row["voucher"]
        out.append(row)
    return out


def _posted(day: date, latest: date) -> date:
    """Return the next day of work, or the last one before the time is up when a long holiday lies between."""
    while not is_workday(day):
        day += timedelta(days=1)
    while day > latest or not is_workday(day):
        day -= timedelta(days=1)
    return day
