"""Views and comparison rules as plain immutable objects; how their queries are read stands in ``query``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from taizhang.pack.definitions import Place

RuleSeverity = Literal["high", "medium", "low", "info"]
SAME_PERSON = "same_person"  # the view that says which two numbers are one person's


@dataclass(frozen=True, slots=True)
class PersonColumns:
    """The columns of a step that say whom a row is about."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class StepDefinition:
    """One step of a query as it is written: its name, what a clerk calls it, and one SELECT.

    With ``person``, each row also stands under the numbers that are the same person's by link.
    """

    name: str
    title: str
    select: str
    place: Place | None = None
    person: PersonColumns | None = None

    @property
    def text(self) -> str:
        """All that the step reads and gives, as one text of which no two different steps share one."""
        return f"{self.select}\nunion all from {SAME_PERSON} on {self.person.number}, {self.person.name}" if self.person else self.select


@dataclass(frozen=True, slots=True)
class RuleExample:
    """Rows by ledger, and the rows that the query gives for them; each named column must have the named value."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    finds: tuple[Mapping[str, Any], ...]
    as_of: date = date(2020, 12, 31)
    false_alarm: bool = False  # the catalogue's known false alarm, which a rougher rule would find
    why: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class RulePlant:
    """A fault for the demonstration town: rows as they stand, or those of a worked example under other names."""

    example: RuleExample
    renamed: bool


@dataclass(frozen=True, slots=True)
class View:
    """A query with a name, which several rules share."""

    name: str
    title: str
    steps: tuple[StepDefinition, ...]
    about: str = ""
    examples: tuple[RuleExample, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A query over ledgers that should return nothing, and how what it returns is told."""

    name: str
    number: int  # of the catalogue
    title: str
    group: str  # letter of the catalogue
    severity: RuleSeverity
    basis: str
    about: str
    subject: str  # what ``subject`` names: person, household, village …
    steps: tuple[StepDefinition, ...]
    says: str
    reference: tuple[str, ...] = ()  # ledgers delivered by others, whose as-of date matters
    needs: tuple[str, ...] = ()  # ledgers without which the rule cannot say anything
    columns: Mapping[str, str] = field(default_factory=dict)  # titles of columns of its answer that no field of a ledger names
    examples: tuple[RuleExample, ...] = ()
    plant: tuple[RulePlant, ...] = ()  # faults for the demonstration town, where an example with other names would not be one there
    place: Place | None = None
