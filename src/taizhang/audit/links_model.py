"""What a figure of a text is in the ledgers, and whether they agree. Plain immutable data."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from taizhang.reader.model import number_text

LinkStatus = Literal["confirmed", "certain", "uncertain", "none"]
Answer = Literal["agrees", "differs", "not_in_ledgers", "cannot_tell"]
SlipKind = Literal["unit", "classifier", "power", "transposed", "digit_lost", "digit_added", "digit_wrong", ""]
Reason = Literal[
    "", "uncertain_link", "no_period", "period_open", "plan", "no_place", "no_value", "not_recorded", "compared", "no_unit",
    "not_seen",
]  # fmt: skip


class Pair(NamedTuple):
    """What has to be computed: an indicator for a period and a division."""

    indicator: str
    period: str
    division: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An indicator that a figure may be; ``relaxed`` when their units do not convert, so that it can only be with a slipped unit."""

    indicator: str
    score: float
    relaxed: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Which indicator a figure of the text is, for which period and division.

    confirmed: a person said so. certain: well ahead of every other. uncertain: the three best are offered. none: no indicator is near.
    """

    quantity: int
    status: LinkStatus
    indicator: str | None = None
    period: str = ""  # empty when the text does not tell
    division: str | None = None  # None when a place is named that the town does not have
    candidates: tuple[Candidate, ...] = ()  # best first, three at the most, the chosen one included
    relaxed: tuple[Candidate, ...] = ()  # whose units do not convert
    plan: bool = False  # the figure is of what is meant to be, and the indicator is not
    section: int = 0

    def pairs(self) -> list[Pair]:
        """Return what has to be computed to judge the figure."""
        if not self.period or self.division is None:
            return []
        names = dict.fromkeys([*([self.indicator] if self.indicator else []), *(c.indicator for c in (*self.candidates, *self.relaxed))])
        return [Pair(name, self.period, self.division) for name in names]


@dataclass(frozen=True, slots=True)
class LedgerValue:
    """An indicator's value in the ledgers; ``exact`` is the unrounded value of a ratio. Without a value, ``reason`` says why."""

    value: Decimal | None
    unit: str
    exact: Fraction | None = None
    reason: Reason = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the ledgers say to one figure of the text.

    ``proposal`` is the ledgers' value in the text's own unit and style; it is offered, never put in. ``arithmetic`` is one line in words.
    """

    quantity: int
    answer: Answer
    indicator: str | None = None
    period: str = ""
    division: str | None = None
    value: Decimal | None = None  # in the indicator's unit
    unit: str = ""
    written: str = ""
    proposal: str = ""
    slip: SlipKind = ""
    arithmetic: str = ""
    reason: Reason = ""
    status: LinkStatus = "none"
    candidates: tuple[Candidate, ...] = ()

    @property
    def rule(self) -> str:
        """The rule of the audit that the difference falls under: C1 a unit or power, C7 digits, E12 any other; empty when none."""
        if self.answer != "differs":
            return ""
        return "C1" if self.slip in ("unit", "classifier", "power") else "C7" if self.slip else "E12"

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data for JSON; numbers are decimal text."""
        data = {k: getattr(self, k) for k in ("quantity", "answer", "indicator", "period", "division", "unit", "written", "proposal")}
        data |= {"value": None if self.value is None else number_text(self.value), "rule": self.rule}
        data |= {k: getattr(self, k) for k in ("slip", "arithmetic", "reason", "status")}
        data["candidates"] = [{"indicator": c.indicator, "score": round(c.score, 3)} for c in self.candidates]
        return data
