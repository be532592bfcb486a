"""Insured rice and peach: never more than the household or the cooperative grows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from taizhang.demo.numbers import spread_dates
from taizhang.demo.systems.s02_cooperatives import number_of
from taizhang.demo.systems.s03_crops import RICE, fruit_since
from taizhang.demo.systems.shared import Ledgers, Row, cents
from taizhang.demo.town import Household, Town, Village

Grower = Household | Village


def rows(town: Town) -> Ledgers:
    """Return the rows of ``crop_insurance``."""
    plan, rng = town.targets("09_crop_insurance"), town.rng_for("09")
    out: list[Row] = []
    for year, areas in plan["years"].items():
        serial = 0
        for crop, total in areas.items():
            insured = _insured(rng, _grown(town, crop, year), Decimal(total))
            first, last = (date.fromisoformat(f"{year}-{day}") for day in plan["insured"][crop])
            days = spread_dates(rng, len(insured), first, last)
            for (grower, area), day in zip(insured, days, strict=True):
                serial += 1
                out.append(_row(town, plan, year, crop, grower, area, day, serial))
    return {"crop_insurance": out}


def _grown(town: Town, crop: str, year: int) -> list[tuple[Grower, Decimal]]:
    """Return who grows how much of the crop in the year: households in the order of the register, then cooperatives by their village."""
    since = fruit_since(town)
    own: dict[Grower, Decimal] = {}
    let: dict[Grower, Decimal] = {}
    for household in town.households:
        for plot in household.plots:
            if crop == RICE and plot.rice_subsidised_area > 0:
                own[household] = own.get(household, Decimal(0)) + plot.rice_subsidised_area
            elif plot.crop == crop and since[plot.number] <= year:
                to, grower = (own, household) if plot.transferred_to is None else (let, household.village)
                to[grower] = to.get(grower, Decimal(0)) + plot.area
    return [*own.items(), *let.items()]


def _insured(rng: Random, grown: list[tuple[Grower, Decimal]], total: Decimal) -> list[tuple[Grower, Decimal]]:
    """Return growers with whole areas until the total is reached; the last one insures a part.

    Raises ``ValueError`` when less is grown than is to be insured.
    """
    order, left, out = list(range(len(grown))), total, {}
    rng.shuffle(order)
    for place in order:
        if not left:
            break
        out[place] = min(left, grown[place][1])
        left -= out[place]
    if left:
        raise ValueError(f"{left} of {total} to insure is not grown")
    return [(grown[place][0], area) for place, area in sorted(out.items())]


def _row(town: Town, plan: dict[str, Any], year: int, crop: str, grower: Grower, area: Decimal, day: date, serial: int) -> Row:
    rate, own_rate = Decimal(plan["premium"][crop]), Decimal(plan["own_premium"][crop])
    first, last = plan["cover"][crop]
    village = grower if isinstance(grower, Village) else grower.village
    row: Row = {
        "certificate": f"NB{year}-{serial:05d}",
        "policy": f"ZB{year}-{village.index + 1:02d}-{'01' if crop == RICE else '02'}",
        "insurer": plan["insurer"],
        "for_year": year,
        "season": plan["season"][crop],
        "crop": crop,
        "area": area,
        "premium_rate": rate,
        "own_rate": own_rate,
        "premium": cents(area * rate),
        "own_premium": cents(area * own_rate),
        "insured_on": day,
        "cover_from": f"{year}-{first}",
        "cover_to": f"{year}-{last}",
        "signed": "是",
    }
    if isinstance(grower, Village):
        name = town.targets("02_cooperatives")["cooperatives"][grower.index]["name"]
        return row | {"village": grower.code, "insured_kind": "合作社", "cooperative": number_of(grower.index), "insured": name}
    head = grower.head
    return row | {
        "village": grower.group.code,
        "insured_kind": "农户",
        "household": grower.number,
        "insured": head.name,
        "insured_id": head.id_number,
        "paid_by_card": grower.card,
    }
