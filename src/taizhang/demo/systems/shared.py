"""Small things that several systems of the demonstration town need: days, months, moments, office workers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from taizhang.demo.numbers import is_workday
from taizhang.demo.people import Household, Person
from taizhang.demo.town import Town

Row = dict[str, object]
Ledgers = dict[str, list[Row]]


def after(day: date, days: int) -> date:
    """Return the day that many days later (earlier when negative)."""
    return day + timedelta(days=days)


def workday(day: date) -> date:
    """Return ``day``, or the first day after it on which offices work."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def month_start(day: date, months: int = 0) -> date:
    """Return the first day of the month that lies ``months`` after that of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def months_of(first: date, last: date) -> Iterator[date]:
    """Yield the first day of every month from that of ``first`` to that of ``last``."""
    month = month_start(first)
    while month <= last:
        yield month
        month = month_start(month, 1)


def days_of(first: date, last: date, step: int = 1) -> Iterator[date]:
    """Yield every ``step``-th day from ``first`` to ``last``, both included."""
    day = first
    while day <= last:
        yield day
        day += timedelta(days=step)


def between(rng: random.Random, first: date, last: date) -> date:
    """Return a day from ``first`` to ``last``."""
    return first + timedelta(days=rng.randint(0, max(0, (last - first).days)))


def moment(day: date, hour: int, minute: int = 0) -> str:
    """Return a canonical timestamp."""
    return f"{day.isoformat()}T{hour:02d}:{minute:02d}"


def cents(value: Decimal) -> Decimal:
    """Return an amount in 元 with two places, half up."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def whole(value: Decimal, places: int = 0) -> Decimal:
    """Return a number with so many places, half up."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def drawn(rng: random.Random, bounds: Sequence[Any], places: int = 0) -> Decimal:
    """Return a number between the two bounds with so many places."""
    unit = Decimal(10) ** places
    return Decimal(rng.randint(int(Decimal(bounds[0]) * unit), int(Decimal(bounds[1]) * unit))) / unit


def officers(town: Town, first: int, last: int) -> list[str]:
    """Return the names of some of the town's cadres: they inspect, approve, stand guard."""
    return [person.name for person in town.cadres[first:last]]


def plain_household(town: Town, household: Household) -> bool:
    """Say whether the household is on no welfare roll and has no cadre: whoever handles its matter is no relative."""
    return household not in town.reserved("welfare_households") and household not in town.reserved("cadre_households")


def grown(person: Person, on: date, youngest: int, oldest: int) -> bool:
    """Say whether the person is of the age asked for and has no disability."""
    return person.disability is None and youngest <= person.age(on) <= oldest
