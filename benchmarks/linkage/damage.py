"""What happens to a person's row on its way into a list."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from benchmarks.linkage.words import COMMON, LOOKALIKES, VARIANTS, Sounds

if TYPE_CHECKING:
    from benchmarks.linkage.persons import Person

NUMBER, NAME, BORN, SEX, HOME = "number", "name", "born", "sex", "home"
DERIVED = "born_of_number"  # the day of birth was damaged together with the number that it was taken from
CLUMSY = 0.03
# How often a field is damaged: in a row of a clumsy hand, in any other.
RATES = {NUMBER: (0.7, 0.030), NAME: (0.7, 0.030), BORN: (0.20, 0.010), SEX: (0.05, 0.003), HOME: (0.15, 0.030)}
NUMBERS = dict(digit=42, swap=12, missing=24, two=8, cut=5, lost=4, extra=2, spreadsheet=1, old_wrong=1.5, family=0.5)  # noqa: C408 - one line
NAMES = dict(homophone=55, variant=10, misheard=12, lookalike=5, wrong=8, shortened=4, turned=1, surname=1, renamed=0.5)  # noqa: C408
BORNS = {"missing": 40, "digit": 20, "turned": 10, "lunar": 20, "year": 10}
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_TURNED_VARIANTS = {other: one for one, other in VARIANTS.items()}


class Damage:
    """Damages rows by the rates above."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.sounds = Sounds()
        self.alike = {c: pair.replace(c, "") for pair in LOOKALIKES for c in pair}
        self.kinds = {field: (list(kinds), list(kinds.values())) for field, kinds in ((NUMBER, NUMBERS), (NAME, NAMES), (BORN, BORNS))}

    def register(self, person: Person) -> Person:
        """Return the row of the left list: its number may be of the old form or missing, a name a variant."""
        chance = self.rng.random()
        if chance < 0.004:
            return replace(person, number="")
        if chance < 0.007:
            return replace(person, name=self.name(person, "variant"))
        return person

    def row(self, person: Person) -> tuple[Person, tuple[str, ...]]:
        """Return the row of the right list and the fields that were damaged; ways of writing that lose nothing are not damage."""
        rng = self.rng
        column = 0 if rng.random() < CLUMSY else 1
        wanted = [field for field, rates in RATES.items() if rng.random() < rates[column]]
        made = replace(person)
        self._numbered(person, made, wanted)
        if NAME in wanted:
            made.name = self.name(person, self._kind(NAME))
        elif rng.random() < 0.02:
            made.name = made.name[0] + rng.choice((" ", "　", "  ")) + made.name[1:]
        if SEX in wanted:
            made.sex = rng.choice(("", "女" if person.sex == "男" else "男"))
        if HOME in wanted:
            self.home(made)
        damaged = [field for field in (NUMBER, NAME, SEX, HOME) if field in wanted]
        if BORN in wanted:
            damaged.append(BORN)
        elif made.born != person.born:
            damaged.append(DERIVED)
        return made, tuple(damaged)

    def _numbered(self, person: Person, made: Person, wanted: list[str]) -> None:
        """Damage the number and the day of birth: in half of the lists the day is no column of its own but taken from the number as it is."""
        if NUMBER in wanted:
            made.number = self.number(person, self._kind(NUMBER))
            if self.rng.random() < 0.5:
                made.born = born_in(made.number)
        elif self.rng.random() < 0.04:
            made.number = self.rewritten(person.number)
        if BORN in wanted:
            made.born = self.born(date.fromisoformat(person.born), self._kind(BORN))

    def _kind(self, field: str) -> str:
        kinds, weights = self.kinds[field]
        return self.rng.choices(kinds, weights)[0]

    def rewritten(self, number: str) -> str:
        """Return the number in another form that says the same."""
        kind = self.rng.randrange(5)
        if kind == 0 and number[6:8] == "19":
            return number[:6] + number[8:17]
        if kind == 1:
            return number.translate(FULL_WIDTH)
        if kind == 2:
            return "'" + number.lower()
        return f"{number[:6]} {number[6:14]} {number[14:]}" if kind == 3 else number.lower() + " "

    def number(self, person: Person, kind: str) -> str:
        """Return a damaged number."""
        rng, number = self.rng, person.number
        if kind == "old_wrong":
            if number[6:8] != "19":
                return ""
            return self._other_digit(number[:6] + number[8:17])
        if kind == "missing" or (kind == "family" and not person.family):
            return ""
        if kind == "family":
            return rng.choice(person.family)
        if kind in ("digit", "two"):
            once = self._other_digit(number)
            return once if kind == "digit" else self._other_digit(once)
        if kind == "spreadsheet":
            return f"{float(number[:17] + '0'):.5E}"
        if kind == "cut":
            return number[:15] + "000"
        place = rng.randrange(17)
        if kind == "lost":
            return number[:place] + number[place + 1 :]
        if kind == "extra":
            return number[:place] + number[place] + number[place:]
        places = [i for i in range(16) if number[i] != number[i + 1]]
        place = rng.choice(places)
        return number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    def _other_digit(self, number: str) -> str:
        # Half of the slips are in the last eight: they are what a hand types, the rest it copies.
        first = len(number) - 8 if self.rng.random() < 0.5 else 0
        place = self.rng.randrange(first, min(17, len(number)))
        return number[:place] + self.rng.choice([d for d in "0123456789" if d != number[place]]) + number[place + 1 :]

    def name(self, person: Person, kind: str) -> str:
        """Return a damaged name; a kind that the name does not allow becomes a homophone."""
        rng, name = self.rng, person.name
        place = rng.randrange(len(name)) if rng.random() < 0.25 else rng.randrange(1, len(name))
        character = name[place]
        if kind == "variant":
            places = [i for i, c in enumerate(name) if c in VARIANTS]
            if places:
                place = rng.choice(places)
                return name[:place] + VARIANTS[name[place]] + name[place + 1 :]
        if kind == "shortened" and len(name) > 2:
            place = rng.randrange(1, len(name))
            return name[:place] + name[place + 1 :]
        if kind == "turned" and len(name) > 2:
            return name[0] + name[:0:-1]
        if kind == "surname":
            return rng.choice("王李张刘陈杨黄赵吴周") + name[1:]
        if kind == "renamed":
            return name[0] + rng.choice(COMMON) + rng.choice(COMMON)
        if kind == "lookalike" and character in self.alike:
            return name[:place] + self.alike[character] + name[place + 1 :]
        if kind == "wrong":
            return name[:place] + rng.choice(COMMON) + name[place + 1 :]
        other = self.sounds.misheard(character, rng) if kind == "misheard" else self.sounds.homophone(character, rng)
        return name[:place] + other + name[place + 1 :]

    def born(self, born: date, kind: str) -> str:
        """Return a damaged day of birth."""
        rng = self.rng
        if kind == "missing":
            return ""
        if kind == "lunar":
            return (born - timedelta(days=rng.randint(19, 50))).isoformat()
        if kind == "turned" and born.day <= 12 and born.day != born.month:
            return date(born.year, born.day, born.month).isoformat()
        if kind == "year":
            return born.replace(year=born.year + rng.choice((-10, -2, -1, 1, 2, 10)), day=min(born.day, 28)).isoformat()
        month, day = rng.choice(((rng.randint(1, 12), min(born.day, 28)), (born.month, rng.randint(1, 28))))
        return date(born.year, month, day).isoformat()

    def home(self, person: Person) -> None:
        """Damage village or household in place."""
        kind = self.rng.random()
        if kind < 0.4:
            person.household = ""
        elif kind < 0.8:
            person.household = f"H{self.rng.randrange(1, 9_999_999):07d}"
        elif kind < 0.9:
            person.village, person.household = "", ""
        else:
            person.village = person.village[:9] + f"{200 + self.rng.randrange(20):03d}"
            person.household = ""


def born_in(number: str) -> str:
    """Return the day that stands in a number, or nothing."""
    text = number[6:14] if len(number) >= 17 else "19" + number[6:12]
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}").isoformat()
    except ValueError:
        return ""
