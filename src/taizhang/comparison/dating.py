"""As of which day each ledger is known, and what an old list does to a finding."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from datetime import date
from typing import TYPE_CHECKING

from taizhang.comparison.findings import Finding
from taizhang.comparison.versions import AS_OF_FIELD, Versions, last_accepted
from taizhang.pack.definitions import Pack, Rule
from taizhang.pack.rule_schema import SEVERITIES
from taizhang.warehouse.store import Warehouse

if TYPE_CHECKING:
    import duckdb


class Dates:
    """As-of days of ledgers: of a list from elsewhere the day it holds for, of any other the day of its last accepted submission."""

    def __init__(
        self, pack: Pack, warehouse: Warehouse, connection: duckdb.DuckDBPyConnection, kept: MutableMapping[str, tuple[str, str | None]]
    ) -> None:
        """``kept`` holds the days of ledgers that have not changed since, each with what tells their state."""
        self.pack, self.warehouse, self.connection, self.kept = pack, warehouse, connection, kept
        self._known: dict[str, date | None] = {}

    def of(self, ledger: str) -> date | None:
        """Return the day of one ledger; None when it was never delivered."""
        if ledger not in self._known:
            state = self.warehouse.state(ledger)
            if self.kept.get(ledger, ("",))[0] != state or not state:
                day = self._day(ledger)
                self.kept[ledger] = (state, day.isoformat() if day else None)
            text = self.kept[ledger][1]
            self._known[ledger] = date.fromisoformat(text) if text else None
        return self._known[ledger]

    def told(self, ledgers: Iterable[str]) -> dict[str, str | None]:
        """Return the days of several ledgers as texts."""
        days = {name: self.of(name) for name in sorted(ledgers)}
        return {name: day.isoformat() if day else None for name, day in days.items()}

    def _day(self, ledger: str) -> date | None:
        definition = self.pack.ledgers.get(ledger)
        if definition is None:
            return None
        if AS_OF_FIELD in definition.fields:
            found: date | None = self.warehouse.highest(ledger, AS_OF_FIELD, self.connection)
            return found
        return last_accepted(self.warehouse.last_change(ledger))

    def row(self, seq: int | None, versions: Versions) -> date | None:
        """Return the day of the list that a row stands in."""
        version = versions.get(seq)
        return (versions.as_of(seq) or self.of(version.ledger)) if version else None

    def reference(self, rule: Rule, finding: Finding, versions: Versions) -> date | None:
        """Return the day of the list that a finding is held against: the row's own, else the oldest list that the rule names."""
        if not rule.reference:
            return None
        version = versions.get(finding.right_seq)
        own = versions.as_of(finding.right_seq) if version and version.ledger in rule.reference else None
        days = [day for day in (self.of(name) for name in rule.reference) if day]
        return own or (min(days) if days else None)


def severity_of(rule: Rule, told: str | None, first_month: str | None, reference_on: date | None) -> str:
    """Return the severity: what the row found tells, else the rule's, one level lower when the list is older than the month concerned."""
    levels = list(SEVERITIES)
    level = levels.index(told if told in SEVERITIES else rule.severity)
    stale = bool(rule.reference) and reference_on is not None and bool(first_month) and f"{reference_on:%Y-%m}" < str(first_month)
    return SEVERITIES[levels[min(level + stale, len(levels) - 1)]]
