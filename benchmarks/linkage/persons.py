"""Invented persons in two lists, damaged as such lists are, with the truth of who is who.

    python -m benchmarks.linkage.persons FOLDER [--persons N] [--seed N]

The *left* list is a register of residents, the *right* one a list of another office. Nothing in them is of anybody: the identity numbers have
region codes that are not assigned. A share of the right rows was written by a clumsy hand: there every field is damaged often, so that two and
three damaged fields meet in one row; elsewhere each field is damaged rarely and by itself.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from benchmarks.linkage.damage import HOME, Damage
from benchmarks.linkage.words import FEMALE, MALE, SHARED, SURNAMES, Cumulated, zipf

from taizhang.demo.numbers import id_number

PERSONS_PER_VILLAGE = 1_500
COUNTIES = 16
ONLY_LEFT, STRANGERS = 0.05, 0.10
TWINS, TWINS_NAMED_ALIKE = 0.012, 0.05
NAMESAKES = 0.005
COPIED = 0.001  # a wrong number that one list has taken over from the other
MARRIED_OUT, MAIDEN_TOLD = 0.06, 0.6
COLUMNS = ("key", "name", "number", "born", "sex", "village", "household", "maiden_household")


@dataclass(slots=True)
class Person:
    """A row of a list."""

    name: str
    number: str
    born: str
    sex: str
    village: str
    household: str
    maiden_household: str = ""
    family: tuple[str, ...] = ()  # the numbers of the others in the household: a hand may slip into the next row


class Town:
    """Makes households village by village; a village has clans, whose surname many bear and whose generations share a character."""

    def __init__(self, rng: random.Random, damage: Damage) -> None:
        self.rng, self.damage = rng, damage
        self.surnames = Cumulated({name: float(weight) for name, weight in SURNAMES.items()})
        self.given = {"男": zipf(MALE), "女": zipf(FEMALE)}
        self.shared = zipf(SHARED)
        self.used: set[str] = set()
        self.households = 0

    def number(self, region: str, born: date, sex: str) -> str:
        """Return a number that nobody has."""
        while True:
            found = id_number(region, born, self.rng.randrange(0, 499) * 2 + (1 if sex == "男" else 2))
            if found not in self.used:
                self.used.add(found)
                return found

    def name(self, surname: str, sex: str, generation: str) -> str:
        """Return a name: one character in seven, the generation's character in a third, else two of the sex's."""
        rng, given = self.rng, self.given[sex]
        kind = rng.random()
        if kind < 0.14:
            return surname + given.draw(rng)
        if kind < (0.45 if sex == "男" else 0.25):
            return surname + generation + given.draw(rng)
        return surname + given.draw(rng) + given.draw(rng)

    def person(self, region: str, name: str, sex: str, age: int, village: str, household: str) -> Person:
        """Return a person who is about ``age``."""
        born = date(2020 - age, 1, 1) + timedelta(days=self.rng.randrange(365))
        return Person(name, self.number(region, born, sex), born.isoformat(), sex, village, household)

    def household(self, region: str, village: str, clans: list[str], generations: list[str]) -> list[Person]:
        """Return the members of a household."""
        rng = self.rng
        self.households += 1
        number = f"H{self.households:07d}"
        surname = rng.choice(clans) if rng.random() < 0.5 else self.surnames.draw(rng)
        age, size = rng.randint(25, 80), rng.choice((1, 2, 2, 3, 3, 4, 4, 4, 5, 6))
        members = [self.person(region, self.name(surname, "男", generations[age // 25]), "男", age, village, number)]
        if size > 1:
            own = self.surnames.draw(rng)
            members.append(
                self.person(region, self.name(own, "女", generations[age // 25]), "女", max(20, age - rng.randint(-2, 5)), village, number)
            )
        while len(members) < size:
            sex = rng.choice("男女")
            child = self.person(
                region,
                self.name(surname, sex, generations[max(0, age - 25) // 25]),
                sex,
                max(0, age - rng.randint(21, 36)),
                village,
                number,
            )
            members.append(child)
            if rng.random() < TWINS * 2:
                members.append(self.twin(child, region, generations[max(0, age - 25) // 25]))
        numbers = tuple(m.number for m in members)
        for member in members:
            member.family = tuple(n for n in numbers if n != member.number)
        return members

    def twin(self, of: Person, region: str, generation: str) -> Person:
        """Return a twin: the same day, the same household, mostly the same sex, often a name alike, and the number after."""
        rng = self.rng
        sex = of.sex if rng.random() < 0.7 else "女" if of.sex == "男" else "男"
        surname, given = of.name[: -2 if len(of.name) > 2 else -1], of.name[-2 if len(of.name) > 2 else -1 :]
        kind = rng.random()
        last = self.given[sex].draw(rng)
        if kind < TWINS_NAMED_ALIKE:
            name = surname + given[:-1] + self.damage.sounds.homophone(given[-1], rng)
        elif kind < 0.6 and len(given) == 2:
            name = surname + given[0] + last if rng.random() < 0.7 else surname + last + given[1]
        else:
            name = self.name(surname, sex, generation)
        if name == of.name:
            name = surname + last + (given[-1] if given[-1] != last else "双")
        born = date.fromisoformat(of.born)
        sequence = int(of.number[14:17])
        after = sequence + (2 if sex == of.sex else 1)
        number = id_number(region, born, after) if after < 999 else ""
        if not number or number in self.used or rng.random() < 0.3:
            number = self.number(region, born, sex)
        self.used.add(number)
        return Person(name, number, of.born, sex, of.village, of.household)

    def village(self, index: int, persons: int) -> list[Person]:
        """Return the residents of a village, a few of them namesakes of others there."""
        rng = self.rng
        region = f"9901{index % COUNTIES:02d}"
        code = f"{region}{100 + index // COUNTIES // 20:03d}{200 + index // COUNTIES % 20:03d}"
        clans = [self.surnames.draw(rng) for _ in range(3)]
        generations = [self.shared.draw(rng) for _ in range(5)]
        people: list[Person] = []
        while len(people) < persons:
            people += self.household(region, code, clans, generations)
        for _ in range(int(len(people) * NAMESAKES)):
            one, other = rng.choice(people), rng.choice(people)
            if one.sex == other.sex and one.household != other.household:
                other.name = one.name
        return people

    def stranger(self, residents: list[Person]) -> Person:
        """Return somebody who is not in the left list: a third live in a household there, a few are namesakes of a neighbour."""
        rng = self.rng
        model = rng.choice(residents)
        sex, region = rng.choice("男女"), model.number[:6]
        kind = rng.random()
        surname = model.name[:1] if kind < 0.4 else self.surnames.draw(rng)
        self.households += 1
        household = model.household if kind < 0.3 else f"H{self.households:07d}"
        name = self.name(surname, sex, self.shared.draw(rng))
        if 0.4 <= kind < 0.45:
            name, sex = model.name, model.sex
        return self.person(region, name, sex, rng.randint(0, 85), model.village, household)


def write(folder: Path, persons: int, seed: int, only_left: float = ONLY_LEFT, strangers: float = STRANGERS) -> None:
    """Write ``left.csv``, ``right.csv`` and ``truth.csv`` (left key, right key, the fields that were damaged) into the folder.

    ``only_left`` is the share of the left list that is not in the right one, ``strangers`` how many of the right list are not in the left one,
    as a share of the left.
    """
    rng = random.Random(seed)
    damage = Damage(rng)
    town = Town(rng, damage)
    residents: list[Person] = []
    index = 0
    while len(residents) < persons:
        residents += town.village(index, min(PERSONS_PER_VILLAGE, persons - len(residents)))
        index += 1
    left_keys, right_keys = _keys(rng, len(residents)), _keys(rng, int(len(residents) * (1 + strangers)) + 1)
    left, right, truth = [], [], []
    for key, (person, other, damaged) in zip(left_keys, pairs(rng, town, damage, residents, only_left), strict=False):
        other_key = right_keys[len(right)]
        if person:
            left.append((f"L{key}", *cells(person)))
        if other:
            right.append((f"R{other_key}", *cells(other)))
        if person and other:
            truth.append((f"L{key}", f"R{other_key}", "+".join(damaged)))
    for _ in range(int(len(residents) * strangers)):
        somebody, _damaged = damage.row(town.stranger(residents))
        right.append((f"R{right_keys[len(right)]}", *cells(somebody)))
    rng.shuffle(left)
    rng.shuffle(right)
    folder.mkdir(parents=True, exist_ok=True)
    for name, head, rows in (("left", COLUMNS, left), ("right", COLUMNS, right), ("truth", ("left", "right", "damaged"), truth)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(head)
            writer.writerows(rows)


def pairs(
    rng: random.Random, town: Town, damage: Damage, residents: list[Person], only_left: float
) -> Iterator[tuple[Person | None, Person | None, tuple[str, ...]]]:
    """Yield every resident as the left list has him and as the right one has; a few are in the left one only."""
    for person in residents:
        if rng.random() < only_left:
            yield person, None, ()
            continue
        if rng.random() < COPIED:
            person.number = damage.number(person, "digit")
        copy, moved = replace(person), False
        if person.sex == "女" and "1975" < person.born < "1999" and rng.random() < MARRIED_OUT:
            husband = rng.choice(residents)
            copy.village, copy.household, moved = husband.village, husband.household, True
            copy.maiden_household = person.household if rng.random() < MAIDEN_TOLD else ""
        copy, damaged = damage.row(copy)
        if moved and HOME not in damaged:
            damaged = (*damaged, HOME)
        yield damage.register(person), copy, damaged


def cells(person: Person) -> tuple[str, ...]:
    """Return a person's cells without the key."""
    return (person.name, person.number, person.born, person.sex, person.village, person.household, person.maiden_household)


def _keys(rng: random.Random, count: int) -> list[int]:
    keys = list(range(1_000_000, 1_000_000 + count))
    rng.shuffle(keys)
    return keys


def main() -> None:
    """Write the two lists and their truth."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--persons", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write(given.folder, given.persons, given.seed)


if __name__ == "__main__":
    main()
