"""A pack with one indicator of every kind, for the tests of figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from taizhang.pack.definitions import Aggregate, Field, Indicator, Ledger, OverDivisions, Pack, Parameter, Ratio


def _ledger(name: str, kind: str, fields: dict[str, tuple[str, dict[str, str]]], key: str, **dates: str) -> Ledger:
    made = {n: Field(n, f"标题{n}", t, **extra) for n, (t, extra) in fields.items()}  # type: ignore[arg-type]
    return Ledger(name, name, 1, "办", kind, made, (key,), "village", **dates)  # type: ignore[arg-type]


LEDGERS = [
    _ledger(
        "holding",
        "register",
        {"id": ("text", {}), "village": ("division", {}), "kind": ("text", {}), "since": ("date", {}), "until": ("date", {})},
        "id",
        begins="since",
        ends="until",
    ),
    _ledger(
        "payment",
        "event",
        {
            "no": ("text", {}),
            "village": ("division", {}),
            "holder": ("reference", {"to": "holding"}),
            "kind": ("text", {}),
            "amount": ("money", {}),
            "area": ("area", {}),
            "paid_on": ("date", {}),
        },
        "no",
        at="paid_on",
    ),
]


def _over(
    function: str, argument: str | None, when: str = "at", where: str | None = None, ledger: str = "payment", per: str | None = None
) -> Aggregate:
    return Aggregate(ledger, function, argument, where, when, per)  # type: ignore[arg-type]


FORMULAS: dict[str, tuple[str, Aggregate | Ratio | OverDivisions]] = {
    "paid": ("元", _over("sum", "amount")),
    "area_paid": ("亩", _over("sum", "area")),
    "weighed": ("元", _over("sum", "area * amount - 1", "upto", "kind = '甲'")),
    "large": ("笔", _over("count", None, "at", "amount > :limit")),
    "holders": ("户", _over("count_distinct", "holder")),
    "least": ("元", _over("min", "amount")),
    "most": ("元", _over("max", "amount", "upto")),
    "last_area": ("亩", _over("latest", "area", "upto", per="holder")),
    "last_amount": ("元", _over("latest", "amount")),
    "paid_to_first": ("元", _over("sum", "amount", "at", "holder.kind = '甲'")),
    "on_roll": ("户", _over("count", None, "held_at_end", ledger="holding")),
    "began": ("户", _over("count", None, "began", ledger="holding")),
    "ended": ("户", _over("count", None, "ended", "kind = '甲'", ledger="holding")),
    "on_roll_once": ("户", _over("count", None, "held", ledger="holding")),
    "price": ("元/亩", Ratio("paid", "area_paid", 3)),
    "share": ("%", Ratio("large", "holders", 2)),
    "villages_over": ("个", OverDivisions("village", "paid", "count", "value >= :limit and kind = '村'")),
    "weakest": ("元", OverDivisions("village", "least", "min")),
    "strongest_share": ("%", OverDivisions("village", "share", "max")),
}


@pytest.fixture(scope="session")
def figure_pack() -> Pack:
    """Ledgers ``holding`` (register) and ``payment`` (event), a parameter ``limit`` that rises in July 2020, every kind of indicator."""
    indicators = {name: Indicator(name, name, 1, unit, formula) for name, (unit, formula) in FORMULAS.items()}
    limit = Parameter("limit", "限额", "元", ((date(2019, 1, 1), Decimal("2.5")), (date(2020, 7, 1), Decimal(40))))
    return Pack("test", {x.name: x for x in LEDGERS}, indicators, {"limit": limit}, {})
