"""The people of the demonstration town: what a person, a household, a plot, a company is, and how families are made up."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from taizhang.demo.numbers import id_number, read_targets


@dataclass(eq=False)
class Group:
    """A village group; code of 14 digits."""

    code: str
    name: str


@dataclass(eq=False)
class Village:
    """A village or residents' committee; ``kind`` is 居 or 村; ``index`` 0–5 in the order of the pack."""

    code: str
    name: str
    kind: str
    groups: list[Group]
    index: int = 0


@dataclass(eq=False)
class Plot:
    """A contracted plot, area in 亩. ``kind``: 水田 · 旱地 (orchards are 旱地 with ``crop``).

    ``rice_subsidised_area`` is nil on anything but rice paddies that the household itself grows. ``transferred_to`` is the index of the
    village's cooperative (0–5), which then grows ``crop`` there; None: the household keeps the plot.
    """

    number: str
    area: Decimal
    kind: str
    group: Group
    household: Household
    rice_subsidised_area: Decimal = Decimal(0)
    crop: str | None = None
    transferred_to: int | None = None
    abandoned: bool = False  # found abandoned and reclaimed in the year of the report; never subsidised


@dataclass(eq=False)
class Person:
    """Somebody of the town. Died or moved out on ``died``/``moved_out``: from that day no longer on the roll."""

    index: int
    id_number: str
    name: str
    sex: str
    born: date
    household: Household
    relation: str
    died: date | None = None
    moved_out: date | None = None
    moved_in: date | None = None  # None: here since birth
    disability: tuple[str, str] | None = None  # category and grade: ('肢体', '二级')
    employee_insured: bool = False

    def __hash__(self) -> int:
        return self.index

    @property
    def phone(self) -> str:
        """The household's telephone: one for each household."""
        return self.household.phone

    @property
    def village(self) -> Village:
        """The village of the household."""
        return self.household.village

    @property
    def medical_liability(self) -> str:
        """居民医保 (liable in the residents' scheme) or 职工医保, as in the resident ledger."""
        return "职工医保" if self.employee_insured else "居民医保"

    def present(self, on: date) -> bool:
        """Say whether the person lives and is on the roll on ``on``."""
        since = self.moved_in or self.born
        return since <= on and (self.died is None or self.died > on) and (self.moved_out is None or self.moved_out > on)

    def age(self, on: date) -> int:
        """Full years of age on ``on``."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


@dataclass(eq=False)
class Household:
    """A household; ``head`` lives and is present through the whole time that the ledgers cover."""

    index: int
    number: str
    village: Village
    group: Group
    card: str = ""
    phone: str = ""
    members: list[Person] = field(default_factory=list)
    plots: list[Plot] = field(default_factory=list)

    def __hash__(self) -> int:
        return self.index

    @property
    def head(self) -> Person:
        """The head of the household: always the first member."""
        return self.members[0]

    @property
    def contracted_area(self) -> Decimal:
        """Contracted land in 亩: the sum of the plots."""
        return sum((plot.area for plot in self.plots), Decimal(0))

    @property
    def rice_subsidised_area(self) -> Decimal:
        """Verified rice land in 亩."""
        return sum((plot.rice_subsidised_area for plot in self.plots), Decimal(0))

    @property
    def crops(self) -> dict[str, Decimal]:
        """黄桃, 柑橘, 西瓜 that the household itself grows, crop → 亩; plots let to a cooperative are the cooperative's."""
        out: dict[str, Decimal] = {}
        for plot in self.plots:
            if plot.crop and plot.transferred_to is None:
                out[plot.crop] = out.get(plot.crop, Decimal(0)) + plot.area
        return out

    def living(self, on: date) -> list[Person]:
        """Members present on ``on``."""
        return [person for person in self.members if person.present(on)]


@dataclass(eq=False)
class Company:
    """An enterprise of the town; the telephone is its own."""

    index: int
    name: str
    credit_code: str
    village: Village
    legal_person: Person
    phone: str


class Registrar:
    """Gives out names and identity numbers, each number once."""

    def __init__(self, rng: random.Random, region: str, year: int) -> None:
        self.rng, self.region, self.year = rng, region, year
        self.names = read_targets("00_names")
        self.persons: list[Person] = []
        self._used: set[str] = set()

    def surname(self) -> str:
        """Return a surname, the common ones more often."""
        return str(self.rng.choice(self.names["surnames"]))

    def given(self, sex: str, born: date) -> str:
        """Return a given name in the fashion of the year of birth."""
        age = self.year - born.year
        kind = ("male" if sex == "男" else "female") + ("_old" if age > 58 else "_young" if age < 26 else "")
        count = 1 if self.rng.random() < 0.16 else 2
        return "".join(self.rng.sample(self.names[kind], count))

    def birthday(self, age: int) -> date:
        """Return a day of birth so that the person is ``age`` on the last day of the year."""
        return date(self.year - age, 1, 1) + timedelta(days=self.rng.randrange(360))

    def person(self, household: Household, sex: str, age: int, relation: str, surname: str) -> Person:
        """Add a person of ``age`` to the household."""
        born = self.birthday(age)
        while True:
            number = id_number(self.region, born, self.rng.randrange(0, 499) * 2 + (1 if sex == "男" else 0))
            if number not in self._used and not number.startswith(self.region + "00"):
                break
        self._used.add(number)
        made = Person(len(self.persons), number, surname + self.given(sex, born), sex, born, household, relation)
        self.persons.append(made)
        household.members.append(made)
        return made

    def family(self, household: Household, size: int, elderly: bool = False, working_head: bool = False, no_child_under: int = 0) -> None:
        """Fill the household with ``size`` members; the head first."""
        rng, surname = self.rng, self.surname()
        if elderly:
            self._couple(household, rng.randint(64, 86), surname, alone=size == 1)
            return
        if size <= 2:
            age = rng.randint(30, 56) if working_head else rng.choices((rng.randint(28, 55), rng.randint(56, 79)), (1, 2))[0]
            if size == 2 and age < 46 and rng.random() < 0.5:
                head = self.person(household, "男", age, "户主", surname)
                self.person(household, "女", age + rng.randint(21, 31), "母", self.surname())
                del head
            else:
                self._couple(household, age, surname, alone=size == 1)
            return
        age = rng.randint(29, 52)
        wife_age = self._couple(household, age, surname, alone=False)
        parents = 0 if size == 3 else rng.choice((0, 1)) if size == 4 else 1 if size == 5 else 2
        self._children(household, size - 2 - parents, wife_age, surname, no_child_under)
        first = rng.choice((0, 1, 1))
        for relation, sex in (("父", "男"), ("母", "女")) if parents == 2 else (("父", "男"), ("母", "女"))[first : first + parents]:
            self.person(household, sex, min(94, age + rng.randint(21, 33)), relation, surname if sex == "男" else self.surname())

    def _couple(self, household: Household, age: int, surname: str, alone: bool) -> int:
        sex = "男" if self.rng.random() < (0.7 if alone else 0.9) else "女"
        self.person(household, sex, age, "户主", surname)
        if alone:
            return age
        other = "女" if sex == "男" else "男"
        spouse_age = max(22, age + self.rng.randint(-5, 1) * (1 if other == "女" else -1))
        self.person(household, other, spouse_age, "配偶", self.surname())
        return spouse_age if other == "女" else age

    def _children(self, household: Household, count: int, mother_age: int, surname: str, floor: int) -> None:
        oldest = max(0, mother_age - 20)
        youngest = max(0, mother_age - 38)
        for age in sorted((max(floor, self.rng.randint(youngest, oldest)) for _ in range(count)), reverse=True):
            sex = self.rng.choice("男女")
            self.person(household, sex, age, "子" if sex == "男" else "女", surname)
