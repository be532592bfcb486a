"""What a pack holds, as plain immutable objects. Nothing here reads files or knows a ledger by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from taizhang.pack.rule_definitions import PersonColumns, Rule, RuleExample, RulePlant, RuleSeverity, StepDefinition, View

if TYPE_CHECKING:
    from taizhang.pack.roles import Role

__all__ = [
    "Access", "Aggregate", "AuditCase", "AuditClass", "AuditExample", "AuditRule", "Due", "Field", "Indicator", "IndicatorExample", "Ledger",
    "LedgerExample", "LedgerKind", "OverDivisions", "Pack", "Parameter", "PersonColumns", "Place", "Ratio", "ReportDefinition", "RowCheck",
    "Rule", "RuleExample", "RulePlant", "RuleSeverity", "SaysNothing", "StepDefinition", "View", "When", "Writer",
]  # fmt: skip

LedgerKind = Literal["register", "event"]
Access = Literal["normal", "personal", "need_to_know"]
Writer = Literal["people", "comparison"]
When = Literal["at", "upto", "held_at_end", "began", "ended", "held"]
AuditClass = Literal["P", "L", "S", "F"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a pack something is written: file and 1-based line, and the lines of its keys."""

    file: str
    line: int
    keys: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a ledger."""

    name: str
    title: str
    type: str
    required: bool = False
    is_name: bool = False  # a person's name: blanks inside are dropped
    personal: bool = False
    aliases: tuple[str, ...] = ()
    help: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    to: str | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    unit: str | None = None
    places: int | None = None
    default: str | None = None
    continued: bool = False  # on an entry that comparison wrote, people go on filling it in; the other fields stay what comparison says
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class RowCheck:
    """An expression over one row that must be true; a null result passes."""

    expect: str
    title: str
    severity: Literal["error", "warning"] = "error"
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class LedgerExample:
    """A row that is accepted (and how it is stored) or refused (and why, as field → code)."""

    row: Mapping[str, Any]
    accepted: bool
    stored: Mapping[str, Any] = field(default_factory=dict)
    because: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Every village reports every period; ``after`` days behind its end at the latest (before it where negative).

    With ``among``, only villages that have a row of that ledger do (those with a reservoir inspect it). What reports a period is dated ``within`` it, or in the one ``after`` it (a quarter's accounts are posted in the next quarter).
    """

    every: Literal["month", "quarter", "half", "year"]
    after: int
    basis: str
    dated: Literal["within", "after"] = "within"
    among: str | None = None


@dataclass(frozen=True, slots=True)
class SaysNothing:
    """A row says that there is nothing to report: its field ``task`` refers to an entry whose ``ledger`` names the ledger, by its title, and ``upto`` the last day."""

    task: str
    ledger: str
    upto: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """A typed table: fields, key, owner office, kind."""

    name: str
    title: str
    system: int
    office: str
    kind: LedgerKind
    fields: Mapping[str, Field]
    key: tuple[str, ...]
    division: str
    at: str | None = None
    begins: str | None = None  # `from` in the file
    ends: str | None = None  # `to` in the file
    about: str = ""
    access: Access = "normal"
    catalogue: bool = False  # a short list whose rows are each referred to by very many others
    review: bool = True  # what is edited or sent stands only when somebody else has accepted it
    written_by: Writer = "people"  # what comparison writes, its actions write alone: nobody edits, sends in or imports it
    due: Due | None = None
    says_nothing: SaysNothing | None = None
    checks: tuple[RowCheck, ...] = ()
    examples: tuple[LedgerExample, ...] = ()
    place: Place | None = None

    def takes(self, act: str) -> bool:
        """Say whether people may do something with the ledger at all, whatever their roles."""
        return self.written_by == "people" or act not in ("write", "accept")


@dataclass(frozen=True, slots=True)
class IndicatorExample:
    """Rows by ledger, and the value that they give."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    gives: Decimal | None
    period: str = "2020"
    division: str | None = None
    as_of: date | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``value`` of an indicator over one ledger."""

    ledger: str
    function: Literal["sum", "count", "count_distinct", "min", "max", "latest"]
    argument: str | None  # SQL; None for count()
    where: str | None
    when: When
    per: str | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """One indicator divided by another, rounded half up to ``places``; times 100 when the unit is %."""

    of: str
    to: str
    places: int = 2


@dataclass(frozen=True, slots=True)
class OverDivisions:
    """A count, least or greatest over the divisions of one level."""

    level: Literal["village", "group", "town"]
    of: str
    value: Literal["count", "min", "max"]
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A named, united number over a ledger, for a division and a period."""

    name: str
    title: str
    system: int
    unit: str
    formula: Aggregate | Ratio | OverDivisions
    about: str = ""
    synonyms: tuple[str, ...] = ()
    examples: tuple[IndicatorExample, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number with dates: each value is in force from its day until the next."""

    name: str
    title: str
    unit: str
    values: tuple[tuple[date, Decimal], ...]  # ascending
    basis: str = ""
    examples: tuple[tuple[date, Decimal | None], ...] = ()
    place: Place | None = None

    def on(self, day: date) -> Decimal | None:
        """Return the value in force on ``day``; None before the first."""
        found = None
        for since, value in self.values:
            if since <= day:
                found = value
        return found


@dataclass(frozen=True, slots=True)
class ReportDefinition:
    """A report: its title, layout data and the text with figures."""

    name: str
    title: str  # may hold {town} and {year}
    period: Literal["year", "half", "quarter", "month"]
    text: str
    layout: str = "gbt9704"
    about: str = ""
    examples: tuple[Mapping[str, Any], ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class AuditCase:
    """What is told when a check finds a case: its class, the sentence, the reading it rests on, what would settle it."""

    class_: AuditClass
    says: str
    reads: str
    settles: str
    weight: int


@dataclass(frozen=True, slots=True)
class AuditExample:
    """A text and what the rule finds in it: quoted spans of one finding, or nothing; ``passes`` quotes the spans of a check in order."""

    text: str
    finds: tuple[str, ...] = ()
    arithmetic: str = ""
    class_: AuditClass | None = None
    passes: tuple[str, ...] = ()
    why: str = ""
    false_alarm: bool = False  # a text that a rougher rule would complain of
    year: int | None = None
    previous: str = ""  # last year's report
    verdicts: tuple[Mapping[str, Any], ...] = ()  # what comparison with the ledgers said of a figure
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class AuditRule:
    """What is compared in a written report, with which words and limits, and what is told of it."""

    name: str
    number: str  # A1 … F7
    title: str
    check: str
    options: Mapping[str, Any]
    cases: Mapping[str, AuditCase]  # "" is the case that is not named
    about: str = ""
    ledger_settles: bool = False  # nothing to ask where every figure of a finding agrees with its ledger
    examples: tuple[AuditExample, ...] = ()
    place: Place | None = None
    option_lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def case(self, name: str) -> AuditCase:
        """Return what is told of a case, or of any case where the rule does not tell them apart."""
        return self.cases.get(name) or self.cases[""]


@dataclass(frozen=True, slots=True)
class Pack:
    """All definitions together, already checked against each other."""

    name: str
    ledgers: Mapping[str, Ledger]
    indicators: Mapping[str, Indicator]
    parameters: Mapping[str, Parameter]
    reports: Mapping[str, ReportDefinition]
    audit_rules: Mapping[str, AuditRule] = field(default_factory=dict)
    views: Mapping[str, View] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    fingerprint: str = ""  # SHA-256 over the files, in order
