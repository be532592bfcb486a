"""What a run did: for which part of the town, for each rule, and what stands after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from taizhang.comparison.book import Book
from taizhang.comparison.changed import Work
from taizhang.comparison.findings import Finding, State
from taizhang.comparison.model import RuleRun
from taizhang.comparison.reach import Reached
from taizhang.comparison.stamps import Stamp
from taizhang.pack.periods import Period
from taizhang.pack.rule_schema import SEVERITIES

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

Change = tuple[Finding | None, Finding]  # what stood, and what stands now


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the findings is asked for: a division with all below it, months of a period."""

    division: str | None = None
    below: frozenset[str] = frozenset()
    period: Period | None = None

    @classmethod
    def of(cls, workspace: Workspace, division: str | None, period: Period | None) -> Scope:
        """Return the scope of a division (the whole town is no limit) and a period."""
        if division in (None, workspace.town):
            return cls(period=period)
        return cls(division, frozenset(code for above, code in workspace.divisions.closure if above == division), period)

    @property
    def whole(self) -> bool:
        """Whether everything is asked for."""
        return self.division is None and self.period is None

    def holds(self, division: str | None, months: Iterable[str]) -> bool:
        """Say whether a finding is asked for; one without a month belongs to every period."""
        if self.division and division not in self.below:
            return False
        listed = [month for month in months if month]
        if self.period is None or not listed:
            return True
        first, last = f"{self.period.start:%Y-%m}", f"{self.period.end:%Y-%m}"
        return any(first[: len(month)] <= month <= last for month in listed)  # a rule by the year gives the year

    def holds_finding(self, finding: Finding) -> bool:
        """Say whether a finding is asked for."""
        return self.holds(finding.village, [row.month for row in finding.rows])


@dataclass(slots=True)
class RuleResult:
    """What a run did for one rule."""

    work: Work
    run: RuleRun | None  # None when nothing had changed
    sources: Mapping[str, str | None] = field(default_factory=dict)
    counts: Counter[State] = field(default_factory=Counter)  # of its findings, as they stand after the run
    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)

    @property
    def stamp(self) -> Stamp:
        """What the rule was."""
        return self.work.stamp

    @property
    def how(self) -> str:
        """What was done: full, keyed, unchanged."""
        return self.work.how

    @property
    def reached(self) -> Reached | None:
        """What a change reached, when only that was compared."""
        return self.work.reached

    @property
    def ran(self) -> bool:
        """Whether it gave an answer."""
        return self.run is not None and self.run.state == "ran"

    @property
    def open(self) -> int:
        """Number of findings that nobody has decided on, nothing excludes and that still hold."""
        return self.counts["open"]

    def take(self, changes: Iterable[Change]) -> None:
        """Take note of findings that are new or differ."""
        for before, now in changes:
            self.counts[now.state] += 1
            if before is None:
                self.new.add(now.number)
                continue
            self.counts[before.state] -= 1
            (self.closed if now.state == "closed" else self.changed).add(now.number)


@dataclass(frozen=True)
class CheckResult:
    """A run: its number, the position that it read, what it did for each rule."""

    workspace: Workspace
    number: str
    day: date
    position: int
    mode: str
    submission: int | None
    scope: Scope
    rules: tuple[RuleResult, ...]

    @cached_property
    def standing(self) -> list[Finding]:
        """All findings of its rules, as they stand after it; read when they are asked for."""
        return Book(self.workspace).findings(r.stamp.rule.name for r in self.rules)

    def findings(self) -> list[Finding]:
        """Return what holds and is not decided, excluded findings among them, the grave ones first."""
        listed = [f for f in self.standing if f.state in ("open", "excluded") and self.scope.holds_finding(f)]
        levels = list(SEVERITIES.values())
        return sorted(listed, key=lambda f: (levels.index(f.severity), f.rule, f.subject, f.programme or "", f.first_month or ""))
