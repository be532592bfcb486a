"""Ten tasks a year with their targets: those of last year done, those of the next year just set."""

from __future__ import annotations

from datetime import date
from typing import Any

from taizhang.demo.systems.shared import Ledgers, Row, after, workday
from taizhang.demo.town import Town


def rows(town: Town) -> Ledgers:
    """Return the rows of ``plan_task`` and ``target``."""
    plan, rng = town.targets("28_annual_plan"), town.rng_for("28")
    leaders = [person.name for person in town.cadres]
    tasks: list[Row] = []
    targets: list[Row] = []
    for year, entry in plan["years"].items():
        for order, task in enumerate(entry["tasks"], 1):
            row: Row = {
                "number": _number(year, order),
                "village": town.code,
                "plan": "年度计划",
                "for_year": year,
                "order": order,
                "title": task["title"],
                "measures": task["measures"],
                "owner": task["owner"],
                "leader": leaders[order % len(leaders)],
                "adopted_on": entry["adopted"],
                "due_on": entry["due"],
                "progress": 0,
                "state": "未开始",
            }
            if entry["done"]:
                finished = workday(after(date(year, 11, 20), rng.randint(0, 35)))
                row |= {"progress": 100, "state": "已完成", "finished_on": finished, "result": task["result"]}
            tasks.append(row)
        for target in entry["targets"]:
            kept = {name: target[name] for name in ("indicator", "title", "value", "unit", "sense")}
            dates = {"set_on": entry["adopted"], "due_on": entry["due"]}
            targets.append(kept | dates | {"division": town.code, "period": str(year), "task": _number(year, target["task"])})
    tasks += [_other(town, leaders, order, entry) for order, entry in enumerate(plan["others"], 1)]
    return {"plan_task": tasks, "target": targets}


def _other(town: Town, leaders: list[str], order: int, entry: dict[str, Any]) -> Row:
    """Return a task of a five-year plan or of a single campaign."""
    finished = entry.get("finished")
    return {
        "number": entry["number"],
        "village": town.code,
        "plan": entry["plan"],
        "for_year": entry["year"],
        "order": order,
        "title": entry["title"],
        "measures": entry["measures"],
        "owner": entry["owner"],
        "leader": leaders[0],
        "adopted_on": entry["adopted"],
        "due_on": entry["due"],
        "progress": 100 if finished else entry["progress"],
        "state": "已完成" if finished else "进行中",
        "finished_on": finished,
        "result": entry.get("result"),
    }


def _number(year: int, order: int) -> str:
    return f"{year}-{order:02d}"
