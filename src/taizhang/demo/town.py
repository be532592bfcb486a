"""The demonstration town: its villages, households, persons, plots, companies, and who is set apart for which roll.

One seed gives one town. Systems draw persons and households from here, so that ledgers agree with each other.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from taizhang.demo.numbers import bank_card, credit_code, read_targets, split, spread_dates
from taizhang.demo.people import Company, Group, Household, Person, Plot, Registrar, Village

__all__ = ["Company", "Group", "Household", "Person", "Plot", "Town", "Village", "split", "spread_dates"]

Member = TypeVar("Member", Household, Person)

_DISABILITIES = ("肢体", "肢体", "肢体", "视力", "听力", "言语", "智力", "精神", "多重")
_GRADES = {True: ("一级", "二级", "二级"), False: ("三级", "四级", "四级")}


class Town:
    """The town of one seed and year.

    Rolls that the town itself sets apart (all agree with each other: nobody on 低保 is also 特困, a cadre or an owner of a company):
    ``assisted`` and ``assisted_exit_2020`` (households), ``low_income`` and ``low_income_new_2020`` (persons; whole households),
    ``destitute`` (persons; whole households), ``disabled`` and ``disabled_subsidised`` (persons with ``disability``; the subsidised
    have grade 一级 or 二级; at most one in a household), ``cadres`` (persons; ``town_cadres`` and ``village_cadres`` together),
    ``employee_insured`` (persons whose medical insurance is not the residents' scheme). ``reserved(name)`` gives the same as a set.
    """

    def __init__(self, seed: int = 2020, year: int = 2020) -> None:
        plan = read_targets("00_town")
        self.seed, self.year = seed, year
        self.code: str = plan["code"]
        self.name: str = plan["name"]
        self.region: str = plan["region"]
        self.villages: list[Village] = [_village(i, entry) for i, entry in enumerate(plan["villages"])]
        self.households: list[Household] = []
        self.companies: list[Company] = []
        self._weights = [int(entry["weight"]) for entry in plan["villages"]]
        self._picked: dict[str, set[Any]] = {}
        self._reserved: dict[str, frozenset[Any]] = {}
        self._registrar = Registrar(self.rng_for("people"), self.region, year)
        self.persons: list[Person] = self._registrar.persons
        self._settle(plan)
        self._leave_and_join(plan)
        self._set_apart(plan)
        self._found_companies(plan)
        self._lay_out_land(plan["land"])
        self._employ(plan)

    # -- what the systems call -------------------------------------------------------------------------------------------------

    def rng_for(self, name: str) -> random.Random:
        """Return a fresh random source that depends on the seed and ``name`` alone."""
        return random.Random(f"{self.seed}:{self.year}:{name}")  # noqa: S311 - repeatable on purpose

    def targets(self, name: str) -> dict[str, Any]:
        """Return the totals in ``demo/targets/<name>.yaml`` (``name`` may be the number alone); fractions are Decimal."""
        return dict(read_targets(name))

    def living(self, on: date) -> list[Person]:
        """Return everybody on the roll on ``on``, in the order of the registers."""
        return [person for person in self.persons if person.present(on)]

    def always_here(self, first: date, last: date) -> list[Person]:
        """Return everybody who is on the roll on both days."""
        return [person for person in self.persons if person.present(first) and person.present(last)]

    def pick_households(
        self,
        rng: random.Random,
        n: int,
        *,
        purpose: str,
        where: Callable[[Household], bool] | None = None,
        spread: bool = True,
    ) -> list[Household]:
        """Return ``n`` households, spread over the villages by size; one purpose never gets a household twice.

        Raises ``ValueError`` when there are not enough.
        """
        return self._pick(rng, n, self.households, purpose, where, spread)

    def pick_persons(
        self,
        rng: random.Random,
        n: int,
        *,
        purpose: str,
        where: Callable[[Person], bool] | None = None,
        spread: bool = True,
    ) -> list[Person]:
        """Return ``n`` persons present on 1 January two years back and on the year's last day; otherwise as ``pick_households``."""
        here = self.always_here(date(self.year - 2, 1, 1), date(self.year, 12, 31))
        return self._pick(rng, n, here, purpose, where, spread)

    def reserve(self, what: str, members: Iterable[Household] | Iterable[Person]) -> None:
        """Add households or persons to the set ``what``."""
        self._reserved[what] = self.reserved(what) | frozenset(members)

    def reserved(self, what: str) -> frozenset[Any]:
        """Return the set ``what``; empty when nobody made it."""
        return self._reserved.get(what, frozenset())

    def engaged(self) -> set[Person]:
        """Return every person whom some purpose or roll has taken so far."""
        taken = [*self._picked.values(), *self._reserved.values()]
        return {member for members in taken for member in members if isinstance(member, Person)}

    # -- how the town is made --------------------------------------------------------------------------------------------------

    def _pick(
        self, rng: random.Random, n: int, pool: Sequence[Member], purpose: str, where: Callable[[Member], bool] | None, spread: bool
    ) -> list[Member]:
        taken = self._picked.setdefault(purpose, set())
        free = [member for member in pool if member not in taken and (where is None or where(member))]
        if len(free) < n:
            raise ValueError(f"{purpose}: {n} wanted, {len(free)} free")
        if spread:
            rows = {v: [m for m in free if m.village is v] for v in self.villages}
            for row in rows.values():
                rng.shuffle(row)
            # The k-th of a village of m stands at (k + ½)/m of the whole, so any first n are spread in proportion.
            order = sorted((((k + 0.5) / len(row), v.index, m.index, m) for v, row in rows.items() for k, m in enumerate(row)))
            chosen = [entry[3] for entry in order[:n]]
        else:
            chosen = rng.sample(free, n)
        taken.update(chosen)
        return sorted(chosen, key=lambda member: member.index)

    def _settle(self, plan: dict[str, Any]) -> None:
        """Make the households with their present members; those that will be on a roll have the sizes that the roll needs."""
        rng = self.rng_for("households")
        groups, sizes = self._sizes(rng, plan)
        per_village = split(rng, plan["households"], self._weights)
        places = [g for village, count in zip(self.villages, per_village, strict=True) for g in _places(rng, village, int(count))]
        order = list(range(len(places)))
        rng.shuffle(order)
        assigned: dict[int, tuple[str, int]] = {}
        for place, entry in zip(order, zip(groups, sizes, strict=True), strict=True):
            assigned[place] = entry
        rolls: dict[str, list[Household]] = {}
        for index, (village, group) in enumerate(places):
            roll, size = assigned[index]
            number = index + 1
            made = Household(index, f"H{number:04d}", village, group, bank_card("990128", number), f"1990128{number:04d}")
            self.households.append(made)
            low = roll.startswith("low")
            # A child born to a household on the allowance roll would be a new person on it: the plan names every new person.
            self._registrar.family(made, size, elderly=roll == "destitute", working_head=low, no_child_under=3 if low else 0)
            rolls.setdefault(roll, []).append(made)
        self._rolls = rolls

    def _sizes(self, rng: random.Random, plan: dict[str, Any]) -> tuple[list[str], list[int]]:
        """Return a roll name and a number of members for each household."""
        poor, low, destitute = plan["assisted"], plan["low_income"], plan["destitute"]
        old = low["households"] - low["new_households"]
        old_sizes = _whole(split(rng, low["persons"] - low["new_persons"], old, high=4))
        new_sizes = _whole(split(rng, low["new_persons"], low["new_households"], high=3))
        both = low["assisted_households"]
        exit_sizes = _whole(split(rng, poor["exit_persons"], poor["exit_households"], high=3))
        rest_households = poor["households"] - both - poor["exit_households"]
        rest_persons = poor["persons"] - sum(old_sizes[:both]) - poor["exit_persons"]
        rest_sizes = _whole(split(rng, rest_persons, rest_households, high=6))
        couples = destitute["persons"] - destitute["households"]
        destitute_sizes = [1] * (destitute["households"] - couples) + [2] * couples
        parts = {
            "low_assisted": old_sizes[:both],
            "low": old_sizes[both:],
            "low_new": new_sizes,
            "assisted_exit": exit_sizes,
            "assisted": rest_sizes,
            "destitute": destitute_sizes,
        }
        left = plan["households"] - sum(len(part) for part in parts.values())
        persons = plan["residents"] - sum(sum(part) for part in parts.values())
        weights = [rng.choices((1, 2, 3, 4, 5, 6), (9, 20, 27, 24, 14, 6))[0] for _ in range(left)]
        parts[""] = _whole(split(rng, persons, weights, high=7))
        return [name for name, part in parts.items() for _ in part], [size for part in parts.values() for size in part]

    def _leave_and_join(self, plan: dict[str, Any]) -> None:
        """Add those who died or moved away in three years, and mark who married in."""
        rng = self.rng_for("moves")
        start, this = date(self.year - 2, 1, 1), date(self.year, 1, 1)
        plain = [h for h in self._rolls[""] if len(h.members) > 1]
        died = spread_dates(rng, plan["died_earlier"], start, date(self.year - 1, 12, 31), workdays=False)
        died += spread_dates(rng, plan["died_this_year"], this, date(self.year, 12, 28), workdays=False)
        for household, day in zip(rng.sample(plain, len(died)), died, strict=True):
            sex = rng.choice("男女")
            age = min(96, household.head.age(date(self.year, 12, 31)) + rng.randint(20, 32))
            relation = "父" if sex == "男" else "母"
            surname = household.head.name[0] if sex == "男" else self._registrar.surname()
            self._registrar.person(household, sex, age, relation, surname).died = day
        left = spread_dates(rng, plan["moved_out"], start, date(self.year, 12, 20))
        elders = [h for h in plain if h.head.age(this) >= 44]
        for household, day in zip(rng.sample(elders, len(left)), left, strict=True):
            sex = rng.choice("女女男")
            person = self._registrar.person(household, sex, rng.randint(22, 27), "女" if sex == "女" else "子", household.head.name[0])
            person.moved_out = day
        wives = [p for h in plain for p in h.members if p.relation == "配偶" and 23 <= p.age(this) <= 40]
        joined = spread_dates(rng, plan["moved_in"], start, date(self.year, 12, 20))
        for person, day in zip(rng.sample(wives, len(joined)), joined, strict=True):
            person.moved_in = day

    def _set_apart(self, plan: dict[str, Any]) -> None:
        rng, end = self.rng_for("rolls"), date(self.year, 12, 31)
        rolls = self._rolls

        def people(*names: str) -> list[Person]:
            return [p for h in sorted((h for n in names for h in rolls[n]), key=lambda h: h.index) for p in h.members]

        self.assisted: list[Household] = sorted(rolls["low_assisted"] + rolls["assisted_exit"] + rolls["assisted"], key=lambda h: h.index)
        self.assisted_exit_2020: list[Household] = rolls["assisted_exit"]
        self.low_income: list[Person] = people("low_assisted", "low", "low_new")
        self.low_income_new_2020: list[Person] = people("low_new")
        self.destitute: list[Person] = people("destitute")
        self.reserve("assisted", self.assisted)
        self.reserve("low_income", self.low_income)
        self.reserve("destitute", self.destitute)
        welfare = {p.household for p in self.low_income + self.destitute} | set(self.assisted)
        self.reserve("welfare_households", welfare)
        # Whoever signs for the town bears a name that nobody else has, so that no one seems to handle his own affair.
        names = Counter(person.name for person in self.persons)
        heads = self._pick(
            rng,
            plan["cadres"],
            self.households,
            "cadres",
            lambda h: h not in welfare and 26 <= h.head.age(end) <= 57 and names[h.head.name] == 1,
            spread=True,
        )
        self.cadres: list[Person] = [h.head for h in heads]
        self.reserve("cadres", self.cadres)
        self.reserve("cadre_households", heads)
        destitute, officials = {p.household for p in self.destitute}, set(heads)
        hurt = self._pick(
            rng, plan["disabled"]["persons"], self.households, "disabled", lambda h: h not in destitute and h not in officials, spread=True
        )
        paid = set(rng.sample(hurt, plan["disabled"]["subsidised"]))
        self.disabled: list[Person] = []
        self.disabled_subsidised: list[Person] = []
        for household in hurt:
            person = rng.choice([p for p in household.living(end) if p.moved_in is None and p.age(end) >= 6] or [household.head])
            person.disability = (rng.choice(_DISABILITIES), rng.choice(_GRADES[household in paid]))
            self.disabled.append(person)
            if household in paid:
                self.disabled_subsidised.append(person)
        self.reserve("disabled", self.disabled)
        self.reserve("disabled_subsidised", self.disabled_subsidised)

    def _employ(self, plan: dict[str, Any]) -> None:
        """Part the cadres into those of the town and of the villages; say who is insured through an employer."""
        rng, end = self.rng_for("employment"), date(self.year, 12, 31)
        per_village = split(rng, plan["village_cadres"], len(self.villages), low=5, high=7)
        self.village_cadres: list[Person] = []
        for village, count in zip(self.villages, per_village, strict=True):
            self.village_cadres += [p for p in self.cadres if p.village is village][: int(count)]
        self.town_cadres: list[Person] = [p for p in self.cadres if p not in set(self.village_cadres)]
        welfare = self.reserved("welfare_households")
        able = [p for p in self.always_here(date(self.year - 2, 1, 1), end) if 24 <= p.age(end) <= 57 and p.household not in welfare]
        able = [p for p in able if p.disability is None and p not in self.reserved("cadres")]
        workers = rng.sample(able, plan["employee_insured"] - len(self.town_cadres))
        for person in [*self.town_cadres, *workers]:
            person.employee_insured = True
        self.reserve("employee_insured", [*self.town_cadres, *workers])

    def _found_companies(self, plan: dict[str, Any]) -> None:
        rng, end = self.rng_for("companies"), date(self.year, 12, 31)
        names = self._registrar.names
        closed = self.reserved("welfare_households") | self.reserved("cadre_households")
        owners = self._pick(
            rng, plan["companies"], self.households, "companies", lambda h: h not in closed and 28 <= h.head.age(end) <= 62, spread=True
        )
        titles = [f"{word}{trade}" for word in names["company_words"] for trade in names["company_trades"]]
        for index, (owner, title) in enumerate(zip(owners, rng.sample(titles, len(owners)), strict=True)):
            code = credit_code(self.region, 10_000_000 + index * 97 + rng.randrange(90))
            name = f"{self.name}{title}有限公司"
            self.companies.append(Company(index, name, code, owner.village, owner.head, f"1990128{9000 + index}"))
        self.reserve("company_households", owners)

    def _lay_out_land(self, land: dict[str, Any]) -> None:
        rng = self.rng_for("land")
        destitute = {p.household for p in self.destitute}

        def tillers(n: int, purpose: str) -> list[Household]:
            return self._pick(rng, n, self.households, purpose, lambda h: h not in destitute, spread=True)

        def second(households: list[Household], share: float) -> list[Household]:
            return sorted(households + rng.sample(households, int(len(households) * share)), key=lambda h: h.index)

        paddies = self._plots(rng, second(tillers(land["households_with_paddy"], "paddy"), 0.35), land["paddy"], "水田")
        self._plots(rng, second(tillers(land["households_with_dry"], "dry"), 0.1), land["dry"], "旱地")
        self._abandon_and_verify(rng, paddies, land)
        growers = second(tillers(land["households_with_orchard"], "orchard"), 0.4)
        rng.shuffle(growers)
        own = {crop: area - land["crops_transferred"][crop] for crop, area in land["crops"].items()}
        let = int(land["transferred_plots"])
        bare = int(len(growers) * 0.03)
        parts = [growers[:let], growers[let:-bare], growers[-bare:]]
        for areas, part, transferred in ((land["crops_transferred"], parts[0], True), (own, parts[1], False)):
            counts = _whole(split(rng, len(part), [float(a) for a in areas.values()], low=2))
            at = 0
            for (crop, area), count in zip(areas.items(), counts, strict=True):
                for plot in self._plots(rng, part[at : at + count], area, "旱地"):
                    plot.crop, plot.transferred_to = crop, plot.household.village.index if transferred else None
                at += count
        self._plots(rng, parts[2], land["orchard"] - sum(land["crops"].values()), "旱地")
        number = 0
        for household in self.households:
            for plot in household.plots:
                number += 1
                plot.number = f"D{number:05d}"

    def _plots(self, rng: random.Random, households: list[Household], total: Decimal | int, kind: str) -> list[Plot]:
        made = []
        for household, area in zip(households, split(rng, total, len(households), 2, low=Decimal("0.2")), strict=True):
            made.append(Plot("", area, kind, household.group, household))
            household.plots.append(made[-1])
        return made

    def _abandon_and_verify(self, rng: random.Random, paddies: list[Plot], land: dict[str, Any]) -> None:
        """Mark abandoned paddies that sum to the total exactly, and the verified rice land on the others."""
        goal, picked, pool = Decimal(land["abandoned"]), Decimal(0), paddies[:]
        rng.shuffle(pool)
        chosen = pool[: int(land["abandoned_plots"])]
        for plot, area in zip(chosen, split(rng, goal, len(chosen), 2, low=Decimal("0.3")), strict=True):
            # The paddy keeps its sum: what one abandoned plot gains, another plot of the pool gives.
            picked += plot.area - area
            plot.area, plot.abandoned = area, True
        others = pool[len(chosen) :]
        while picked:
            plot = rng.choice(others)
            moved = min(picked, Decimal(1)) if picked > 0 else -min(-picked, max(Decimal(0), plot.area - Decimal("0.5")))
            plot.area += moved
            picked -= moved
        spare = sum((plot.area for plot in others), Decimal(0)) - Decimal(land["rice_subsidised"])
        for plot in others:
            plot.rice_subsidised_area = plot.area
        for plot, cut in zip(others, split(rng, spare, [float(p.area) for p in others], 2), strict=True):
            plot.rice_subsidised_area = plot.area - cut


def _village(index: int, entry: dict[str, Any]) -> Village:
    groups = [Group(f"{entry['code']}{n:02d}", f"{entry['name']}{n}组") for n in range(1, entry["groups"] + 1)]
    return Village(entry["code"], entry["name"], entry["kind"], groups, index)


def _places(rng: random.Random, village: Village, count: int) -> list[tuple[Village, Group]]:
    """Return a place for each household of the village, group by group."""
    counts = split(rng, count, len(village.groups), low=5)
    return [(village, group) for group, n in zip(village.groups, counts, strict=True) for _ in range(int(n))]


def _whole(parts: Sequence[Decimal]) -> list[int]:
    return [int(part) for part in parts]
