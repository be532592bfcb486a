"""Animals, vaccines and immunisation: every group, every keeper, every animal that is due, one round in spring and one in autumn."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.demo.people import Household
from taizhang.demo.systems.shared import Ledgers, Row, after, drawn, officers, plain_household
from taizhang.demo.town import Town, split


@dataclass
class Keeper:
    """A household that keeps one species; ``offset`` is how many days into a round its turn comes, the same in every round."""

    household: Household
    species: str
    scale: str
    weight: float
    offset: int


@dataclass
class _Books:
    holdings: list[Row] = field(default_factory=list)
    shots: list[Row] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)
    seasons: dict[str, tuple[str, date]] = field(default_factory=dict)
    tagged: int = 10_000_000  # the last ear tag that was given out

    def tags(self, year: int, heads: int) -> str:
        """Return the ear tags of so many heads; no tag is given out twice."""
        first, self.tagged = self.tagged + 1, self.tagged + heads
        return f"{year % 100}{first:08d}起{heads}枚"


def rows(town: Town) -> Ledgers:
    """Return the rows of livestock_holding, vaccine_batch, immunization and animal_epidemic."""
    plan = town.targets("15")
    rng = town.rng_for("15")
    keepers = {species: _keepers(town, rng, plan, species) for species in plan["species"]}
    books = _Books()
    for year in sorted({year for entry in plan["species"].values() for year in entry["heads"]}):
        for season in plan["seasons"]:
            for species, kept in keepers.items():
                _round(town, rng, plan, books, (year, season, species), kept)
    return {
        "livestock_holding": books.holdings,
        "vaccine_batch": [_batch(town, rng, plan, number, books) for number in books.used],
        "immunization": books.shots,
        "animal_epidemic": _epidemics(rng, plan, keepers),
    }


def large_keepers(town: Town) -> set[Household]:
    """Return the households that keep animals for a living: none of them was ever on a roll of the poor."""
    plan, rng = town.targets("15"), town.rng_for("15")
    kept = [keeper for species in plan["species"] for keeper in _keepers(town, rng, plan, species)]
    return {keeper.household for keeper in kept if keeper.scale != plan["small_scale"]}


def _keepers(town: Town, rng: random.Random, plan: dict[str, Any], species: str) -> list[Keeper]:
    """Return the keepers of a species; the small ones are first taken from every group in turn."""
    scales = plan["species"][species]["keepers"]
    total = sum(count for count, _ in scales.values())
    chosen: list[Household] = []
    groups = [group for village in town.villages for group in village.groups]
    if total >= len(groups):
        chosen = [rng.choice([h for h in town.households if h.group is group and plain_household(town, h)]) for group in groups]
    rest = [h for h in town.households if h not in set(chosen) and plain_household(town, h)]
    chosen += rng.sample(rest, total - len(chosen))
    rng.shuffle(chosen)
    first, last = (date(town.year, *day) for day in next(iter(plan["seasons"].values())))
    out = []
    for scale, (count, weight) in scales.items():
        for household in chosen[:count]:
            out.append(Keeper(household, species, scale, weight * rng.uniform(0.6, 1.4), rng.randint(0, (last - first).days)))
        chosen = chosen[count:]
    return sorted(out, key=lambda keeper: keeper.household.index)


def _round(town: Town, rng: random.Random, plan: dict[str, Any], books: _Books, which: tuple[int, str, str], kept: list[Keeper]) -> None:
    year, season, species = which
    entry = plan["species"][species]
    first = date(year, *plan["seasons"][season][0])
    vaccinators = officers(town, 40, 46)
    for keeper, heads in zip(kept, _heads(rng, plan, kept, entry["heads"][year][season]), strict=True):
        day = after(first, keeper.offset)
        counted = after(day, -plan["count_days_before"])
        books.holdings.append(_holding(rng, entry, keeper, (year, season, counted), heads, vaccinators[keeper.household.village.index]))
        for disease in [entry["main"]] + (entry["also"] if year == plan["full_year"] else []):
            number = f"{plan['vaccines'][disease]['mark']}{year}{'01' if season == '春防' else '02'}"
            doses = heads + rng.randint(0, heads * plan["loss"] // 100)
            books.used[number] = books.used.get(number, 0) + doses
            books.seasons[number] = (disease, first)
            books.shots.append(
                {
                    "village": keeper.household.group.code,
                    "household": keeper.household.number,
                    "keeper": keeper.household.head.name,
                    "species": species,
                    "disease": disease,
                    "round": season,
                    "immunised_on": day,
                    "heads": heads,
                    "doses": doses,
                    "batch": number,
                    "ear_tags": None if species == "禽" else books.tags(year, heads),
                    "vaccinator": vaccinators[keeper.household.village.index],
                    "keeper_signed": "是",
                    "reaction": 0,
                }
            )


def _heads(rng: random.Random, plan: dict[str, Any], kept: list[Keeper], total: int) -> list[int]:
    """Return the animals of each keeper: the small ones near their weight, the large ones sharing the rest exactly."""
    small = [keeper for keeper in kept if keeper.scale == "散养"]
    large = [keeper for keeper in kept if keeper.scale != "散养"]
    most = plan["most_scattered"][kept[0].species]
    if not large:
        return [int(part) for part in split(rng, total, [keeper.weight for keeper in kept], high=most)]
    scattered = {id(k): max(1, min(most, round(k.weight * rng.uniform(0.9, 1.1)))) for k in small}
    rest = split(rng, total - sum(scattered.values()), [keeper.weight for keeper in large])
    shared = {id(k): int(part) for k, part in zip(large, rest, strict=True)}
    return [scattered.get(id(k)) or shared[id(k)] for k in kept]


def _holding(rng: random.Random, entry: dict[str, Any], keeper: Keeper, when: tuple[int, str, date], heads: int, counted_by: str) -> Row:
    year, season, counted = when
    young = rng.randint(0, heads * entry["young"] // 100)
    return {
        "for_year": year,
        "season": season,
        "village": keeper.household.group.code,
        "household": keeper.household.number,
        "keeper": keeper.household.head.name,
        "phone": keeper.household.phone,
        "species": keeper.species,
        "scale": keeper.scale,
        "stock": heads + young,
        "breeding": 0 if keeper.species == "禽" else heads // 10,
        "due": heads,
        "counted_on": counted,
        "counted_by": counted_by,
    }


def _batch(town: Town, rng: random.Random, plan: dict[str, Any], number: str, books: _Books) -> Row:
    """Return a batch whose doses are those used, those wasted and those left over."""
    disease, first = books.seasons[number]
    rule = plan["vaccine"]
    used = books.used[number]
    wasted = used * rng.randint(*rule["wasted"]) // 100
    left = int(drawn(rng, rule["left_over"]))
    produced = after(first, -rule["produced_before"])
    return {
        "number": number,
        "village": town.code,
        "disease": disease,
        "maker": plan["vaccines"][disease]["maker"],
        "produced_on": produced,
        "expires_on": after(produced, rule["valid_days"]),
        "received_on": after(first, -rule["received_before"]),
        "doses": used + wasted + left,
        "wasted": wasted,
        "left_over": left,
        "store_temperature": drawn(rng, rule["temperature"]),
        "keeper": officers(town, 46, 47)[0],
    }


def _epidemics(rng: random.Random, plan: dict[str, Any], keepers: dict[str, list[Keeper]]) -> list[Row]:
    out: list[Row] = []
    for village, disease, kind, grade, species, stock, sick, dead, culled, found, confirmed, closed, disposal in plan["epidemics"]:
        near = [k.household for k in keepers[species] if k.household.village.index == village]
        household = rng.choice(near or [k.household for k in keepers[species]])
        out.append(
            {
                "number": f"YQ{found.year}-01",
                "village": household.group.code,
                "household": household.number,
                "disease": disease,
                "class": kind,
                "grade": grade,
                "species": species,
                "stock": Decimal(stock),
                "sick": sick,
                "dead": dead,
                "culled": culled,
                "found_on": found,
                "reported_on": found,
                "confirmed_on": confirmed,
                "closed_on": closed,
                "disposal": disposal,
            }
        )
    return out
