"""Medical insurance of the year: everybody on the roll on any day of it, from birth or arrival to death or departure."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from taizhang.demo.numbers import spread_dates
from taizhang.demo.systems.shared import Ledgers, Row
from taizhang.demo.town import Person, Town

Aid = tuple[set[Any], str, str]
AIDED = {  # the first that fits counts
    "destitute": ("财政全额资助", "特困供养"),
    "low_income": ("财政部分资助", "低保对象"),
    "assisted": ("财政部分资助", "建档立卡"),
    "disabled_subsidised": ("财政部分资助", "重度残疾"),
}


def rows(town: Town) -> Ledgers:
    """Return the rows of ``medical_insurance``."""
    plan, rng = town.targets("07_medical_insurance"), town.rng_for("07")
    first, after = date(town.year, 1, 1), date(town.year + 1, 1, 1)
    aided = [(set(town.reserved(roll)), *how) for roll, how in AIDED.items()]
    spans = [(person, *_span(person, first, after)) for person in town.persons]
    return {"medical_insurance": [_row(town, plan, rng, aided, *span) for span in spans if span[1] < span[2]]}


def _span(person: Person, first: date, after: date) -> tuple[date, date]:
    ends = [day for day in (person.died, person.moved_out, after) if day]
    return max(first, person.born, person.moved_in or person.born), min(ends)


def _aid(aided: list[Aid], person: Person) -> tuple[str, str | None]:
    """Return how the premium is paid and for which class of aid."""
    for roll, paid_by, kind in aided:
        if person in roll or person.household in roll:
            return paid_by, kind
    return "个人缴费", None


def _row(town: Town, plan: dict[str, Any], rng: Random, aided: list[Aid], person: Person, since: date, until: date) -> Row:
    paid_by, aid_kind = _aid(aided, person)
    own = {"财政全额资助": 0, "财政部分资助": plan["aided"], "个人缴费": plan["premium"]}[paid_by]
    early = since == date(town.year, 1, 1)
    first, last = (date.fromisoformat(f"{town.year - 1}-{day}") for day in plan["paid_span"])
    paid_on = spread_dates(rng, 1, first, last)[0] if early else min(since + timedelta(days=rng.randint(0, 20)), until)
    row: Row = {
        "for_year": town.year,
        "scheme": "城乡居民医保",
        "id_number": person.id_number,
        "name": person.name,
        "household": person.household.number,
        "village": person.household.group.code,
        "paid_by": paid_by,
        "aid_kind": aid_kind,
        "own_paid": own,
        "aid_paid": plan["premium"] - own,
        "paid_on": paid_on,
        "covered_from": since,
        "covered_to": until,
    }
    if person.medical_liability == "职工医保":
        row |= {
            "scheme": "职工医保",
            "paid_by": "单位代扣",
            "aid_kind": None,
            "aid_paid": 0,
            "own_paid": rng.randint(*plan["employee_premium"]),
        }
    return row
