"""Exact splitting of totals, invented numbers with right check characters, and working days."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

TARGETS = Path(__file__).parent / "targets"

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _DecimalLoader(_Loader):  # type: ignore[misc]
    """Reads fractions as Decimal, from their text."""


def _decimal(loader: Any, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)).replace("_", ""))


_DecimalLoader.add_constructor("tag:yaml.org,2002:float", _decimal)


@cache
def read_targets(name: str) -> dict[str, Any]:
    """Return ``targets/<name>.yaml``; ``name`` may be the leading number alone. Fractions are Decimal.

    Raises ``FileNotFoundError`` when there is none.
    """
    exact = TARGETS / f"{name}.yaml"
    path = exact if exact.exists() else next(iter(sorted(TARGETS.glob(f"{name}_*.yaml"))), exact)
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=_DecimalLoader)  # noqa: S506 - a SafeLoader
    return dict(data)


def split(
    rng: random.Random,
    total: Decimal | int,
    weights: Sequence[float | Decimal] | int,
    places: int = 0,
    low: Decimal | int | None = None,
    high: Decimal | int | None = None,
) -> list[Decimal]:
    """Return random parts that sum exactly to ``total``, each above zero (at least ``low``, at most ``high``).

    ``weights`` gives one part each in about that proportion; a whole number asks for that many parts of like size.
    Raises ``ValueError`` when the bounds leave no way.
    """
    unit = 10**places
    units = int(Decimal(total) * unit)
    if Decimal(units) != Decimal(total) * unit:
        raise ValueError("the total has more places than the parts may have")
    shares = [rng.uniform(0.4, 1.6) for _ in range(weights)] if isinstance(weights, int) else [float(w) for w in weights]
    floor = max(1, int(Decimal(low) * unit)) if low is not None else 1
    ceiling = int(Decimal(high) * unit) if high is not None else units
    count = len(shares)
    if not count or not floor * count <= units <= ceiling * count:
        raise ValueError(f"{total} cannot be parted into {count} parts between {low} and {high}")
    whole = sum(shares)
    parts = [min(ceiling, max(floor, int(units * share / whole))) for share in shares]
    rest = units - sum(parts)
    while rest:
        step = 1 if rest > 0 else -1
        movable = [i for i in range(count) if (parts[i] < ceiling if step > 0 else parts[i] > floor)]
        each = max(1, abs(rest) // len(movable))
        for i in rng.sample(movable, min(len(movable), abs(rest))):
            room = ceiling - parts[i] if step > 0 else parts[i] - floor
            moved = min(room, each, abs(rest))
            parts[i] += step * moved
            rest -= step * moved
    return [(Decimal(part) / unit).quantize(Decimal(1).scaleb(-places)) for part in parts]


@cache
def holidays() -> frozenset[date]:
    """Return the days on which no office works, weekends apart."""
    days: set[date] = set()
    for text in read_targets("00_town")["holidays"]:
        first, _, last = str(text).partition("/")
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        while day <= end:
            days.add(day)
            day += timedelta(days=1)
    return frozenset(days)


def is_workday(day: date) -> bool:
    """Say whether offices work on ``day`` (shifted working weekends are left out)."""
    return day.weekday() < 5 and day not in holidays()


@lru_cache(maxsize=4096)
def _days(start: date, end: date, workdays: bool) -> tuple[date, ...]:
    days = tuple(start + timedelta(days=i) for i in range((end - start).days + 1))
    return (tuple(day for day in days if is_workday(day)) or days) if workdays else days


def spread_dates(rng: random.Random, n: int, start: date, end: date, workdays: bool = True) -> list[date]:
    """Return ``n`` dates from ``start`` to ``end``, both included, evenly spread with jitter, ascending; repeats may occur."""
    days = _days(start, end, workdays)
    slot = len(days) / n if n else 0
    return [days[min(len(days) - 1, int((i + rng.random()) * slot))] for i in range(n)]


def id_check(body: str) -> str:
    """Return the check character of the first 17 digits of an identity number (GB 11643: weights mod 11)."""
    return "10X98765432"[sum(int(c) * w for c, w in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def id_number(region: str, born: date, sequence: int) -> str:
    """Return an identity number of 18 characters."""
    body = f"{region}{born:%Y%m%d}{sequence:03d}"
    return body + id_check(body)


def credit_check(body: str) -> str:
    """Return the check character of the first 17 characters of a unified social credit code (GB 32100)."""
    total = sum(_CREDIT_ALPHABET.index(c) * w for c, w in zip(body, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def credit_code(region: str, serial: int, kind: str = "91") -> str:
    """Return a unified social credit code of 18 characters (the organisation part has its own check, GB 11714)."""
    body = f"{serial:08d}"
    rest = (11 - sum(int(c) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11) % 11
    code = f"{kind}{region}{body}{'X' if rest == 10 else rest}"
    return code + credit_check(code)


def luhn_check(body: str) -> str:
    """Return the Luhn digit that follows the digits of a card number."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def bank_card(prefix: str, serial: int) -> str:
    """Return a card number of 19 digits that ends in its Luhn digit."""
    body = f"{prefix}{serial:0{18 - len(prefix)}d}"
    return body + luhn_check(body)
