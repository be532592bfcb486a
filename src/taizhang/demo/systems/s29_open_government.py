"""What was due for disclosure in each village and in the town, and when it was published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from taizhang.demo.systems.shared import Ledgers, Row, after
from taizhang.demo.town import Town
from taizhang.pack.periods import Period


def rows(town: Town) -> Ledgers:
    """Return the rows of ``disclosure_item``, numbered by the day on which they were due."""
    plan, rng = town.targets("29_open_government"), town.rng_for("29")
    publishers = [person.name for person in town.cadres]
    out = [*_quarterly(town, plan), *_of_villages(town, plan, rng), *_of_town(town, plan)]
    out.sort(key=lambda row: (row["due_on"], row["village"], row["item"]))
    serials: dict[str, int] = {}
    for row in out:
        due = row["due_on"]
        assert isinstance(due, date)
        year = f"{due:%Y}"
        serials[year] = serials.get(year, 0) + 1
        published = after(due, -rng.randint(0, 6))
        row |= {"number": f"GK{year}-{serials[year]:04d}", "published_on": published, "masked": "是", "publisher": rng.choice(publishers)}
        if row["kind"] in ("惠民补贴公示", "救助公示"):
            row["until"] = after(published, rng.randint(*plan["posted_days"]))
    return {"disclosure_item": out}


def _quarterly(town: Town, plan: dict[str, Any]) -> Iterator[Row]:
    for kind, entry, item, owner in (
        ("财务公开", plan["finance"], "村级财务收支公开", "财政所"),
        ("村务公开", plan["affairs"], "村务公开事项", "党政办"),
    ):
        first, last = Period.parse(entry["since"]), Period.parse(entry["until"])
        for year in range(first.start.year, last.start.year + 1):
            for quarter in range(1, 5):
                period = Period.parse(f"{year}Q{quarter}")
                if not first.start <= period.start <= last.start:
                    continue
                due = after(period.end, entry["due_day"])
                ledger = "village_account" if kind == "财务公开" else None
                for village in town.villages:
                    yield _item(village.code, kind, item, ledger, period.text, owner, due, "互联网+监督平台")


def _of_villages(town: Town, plan: dict[str, Any], rng: Random) -> Iterator[Row]:
    for year in plan["village_years"]:
        for entry in plan["village_items"]:
            for village in town.villages:
                due = date.fromisoformat(f"{year}-{entry['due']}")
                row = _item(
                    village.code, entry["kind"], f"{year}年{entry['item']}", entry["ledger"], str(year), entry["owner"], due, "公开栏"
                )
                yield row | {"rows_shown": rng.randint(*plan["rows_shown"])}


def _of_town(town: Town, plan: dict[str, Any]) -> Iterator[Row]:
    for year in plan["village_years"]:
        for entry in plan["town_items"]:
            due = date.fromisoformat(f"{year}-{entry['due']}")
            yield _item(
                town.code, "政府信息", f"{year}年{entry['item']}", entry.get("ledger"), str(year), entry["owner"], due, "镇政府网站"
            )


def _item(place: str, kind: str, item: str, ledger: str | None, period: str, owner: str, due: date, channel: str) -> Row:
    return {
        "village": place,
        "kind": kind,
        "item": item,
        "ledger": ledger,
        "period": period,
        "owner": owner,
        "due_on": due,
        "channel": channel,
    }
