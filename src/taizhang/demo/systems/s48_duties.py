"""Systems 14, 18, 28, 29: reporting tasks, forms, postings of benefits, receptions, requests for information, calls and patrols."""

from __future__ import annotations

from datetime import date
from typing import Any

from taizhang.demo.systems.shared import Ledgers, Row, after, moment, officers, workday
from taizhang.demo.town import Town


def rows(town: Town) -> Ledgers:
    """Return nothing: all is drawn from other systems' rows."""
    return {}


def late_rows(town: Town, so_far: Ledgers, payments: list[Row]) -> Ledgers:
    """Return duties that were all done in time."""
    plan = town.targets("48_duties")
    return {
        "reporting_task": _tasks(town, plan["tasks"]),
        **_forms(town, plan["form"], so_far),
        **_postings(town, plan["postings"], so_far["payment"]),
        "reception_log": _receptions(so_far["petition"]),
        "foi_request": _requests(town, plan["requests"]),
        "warning_call": _calls(town, plan["warnings"]),
        "patrol": _patrols(town, plan["patrols"], so_far["reservoir"]),
        "holiday": _holidays(town, plan["holidays"]),
    }


def _tasks(town: Town, tasks: list[dict[str, Any]]) -> list[Row]:
    return [
        {"number": f"RW{town.year}-{number:02d}", "village": town.code, "person": officers(town, number, number + 1)[0], **task}
        for number, task in enumerate(tasks, 1)
    ]


def _forms(town: Town, plan: dict[str, Any], so_far: Ledgers) -> Ledgers:
    """Return one form over the registers themselves: households, persons, and the share of households with a card."""
    end = date(town.year, 12, 31)
    base = {"form": plan["form"], "village": town.code, "starts_on": date(town.year, 1, 1)}
    items: list[Row] = [
        {**base, "item": "户籍户数", "kind": "户数", "unit": "户", "persons": "户籍人数"},
        {**base, "item": "户籍人数", "kind": "人数", "unit": "人"},
        {**base, "item": "已办卡户数", "kind": "户数", "unit": "户", "part_of": "户籍户数"},
        {**base, "item": "办卡率", "kind": "比率", "unit": "%", "rounding": "0.01", "numerator": "已办卡户数", "denominator": "户籍户数"},
    ]
    figures: list[Row] = []
    for village in [*town.villages, None]:
        here = [h for h in town.households if village in (None, h.village)]
        persons = sum(len(h.living(end)) for h in here)
        values = {"户籍户数": len(here), "户籍人数": persons, "已办卡户数": len(here), "办卡率": 100}
        scope = {"village": village.code, "scope": "本村"} if village else {"village": town.code, "scope": "全镇合计"}
        figures += [
            {"form": plan["form"], "item": item["item"], "period": str(town.year), **scope, "value": values[str(item["item"])]}
            | {"unit": item["unit"], "state": "已报", "as_of_on": end, "reported_on": end}
            for item in items
        ]
    return {"form_item": items, "form_figure": figures}


def _postings(town: Town, plan: dict[str, Any], paid: list[Row]) -> Ledgers:
    """Return what hung out before one month's payment of one programme, names and numbers covered."""
    postings: list[Row] = []
    lines: list[Row] = []
    for village in town.villages:
        due = [
            p
            for p in paid
            if p["programme"] == plan["programme"] and p["for_month"] == plan["month"] and str(p["village"]).startswith(village.code)
        ]
        if not due:
            continue
        posted = workday(after(min(p["paid_on"] for p in due), -plan["before"]))  # type: ignore[type-var, arg-type]
        number = f"GS{town.year}-{len(postings) + 1:03d}"
        postings.append({"number": number, "programme": plan["programme"], "village": village.code, "for_month": plan["month"]})
        postings[-1] |= {"posted_from": posted, "posted_to": after(posted, plan["days"]), "place": "公开栏", "complaint_line": plan["line"]}
        lines += [
            {"posting": number, "line": line, "village": p["village"], "shown_name": f"{str(p['payee'])[0]}*", "amount": p["amount"]}
            | {"shown_id": f"{str(p['payee_id'])[:3]}{'*' * 12}{str(p['payee_id'])[-3:]}", "posted_on": posted}
            for line, p in enumerate(due, 1)
        ]
    return {"benefit_posting": postings, "posting_line": lines}


def _receptions(petitions: list[Row]) -> list[Row]:
    return [
        {"number": f"JD-{row['number']}", "village": row["village"], "visited_at": moment(row["received_on"], 9, 30)}  # type: ignore[arg-type]
        | {"visitor": row["petitioner"], "kind": "信访事项", "petition": row["number"]}
        for row in petitions
        if row.get("petitioner")
    ]


def _requests(town: Town, plan: dict[str, Any]) -> list[Row]:
    out: list[Row] = []
    for number, received in enumerate(plan["received"], 1):
        person = town.households[plan["from"] + number].head
        out.append({"number": f"SQ{town.year}-{number:02d}", "village": town.code, "applicant": person.name, "matter": plan["matter"]})
        out[-1] |= {"received_on": received, "replied_on": workday(after(received, plan["days"])), "reply": "予以公开"}
        out[-1] |= {"handler": officers(town, 1, 2)[0]}
    return out


def _calls(town: Town, plan: dict[str, Any]) -> list[Row]:
    return [
        {"warning": plan["number"], "person": person.name, "village": person.village.code, "kind": plan["kind"], "level": plan["level"]}
        | {"issued_at": moment(plan["day"], 21, 10), "answered_at": moment(plan["day"], 21, 12 + index % 5), "caller": plan["caller"]}
        for index, person in enumerate(town.village_cadres)
    ]


def _patrols(town: Town, plan: dict[str, Any], reservoirs: list[Row]) -> list[Row]:
    return [
        {"number": f"XC-{row['number']}-{day:%m%d}", "village": row["village"], "kind": "水库山塘", "reservoir": row["number"]}
        | {"patroller": row["watchman"], "started_at": moment(day, 8, number % 30), "ended_at": moment(day, 9, number % 30)}
        | {"distance": plan["distance"], "mode": "步行", "photo_hash": f"{number:02d}{day:%Y%m%d}"}
        for number, row in enumerate(reservoirs)
        for day in plan["days"]
    ]


def _holidays(town: Town, days: dict[str, list[date]]) -> list[Row]:
    return [{"day": day, "village": town.code, "kind": kind} for kind, listed in days.items() for day in listed]
