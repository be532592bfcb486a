"""Whether a ledger was kept in a period: that nothing was written down does not say that there was nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from taizhang.figures.rows import Span, considered
from taizhang.figures.visible import ledgers_of
from taizhang.pack.definitions import Aggregate, Indicator
from taizhang.pack.periods import Period

if TYPE_CHECKING:
    from taizhang.warehouse.snapshot import Snapshot

Days = tuple[date | None, date | None]


class Coverage:
    """Tells whether a ledger was kept in a period: between its first and its last day, a register from its first day on."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._days: dict[str, Days] = {}

    def by_rows(self, indicator: Indicator, period: Period) -> bool:
        """Return whether every ledger under an indicator was kept in a period."""
        for name in ledgers_of(self._snapshot.pack, indicator):
            first, last = self.days(name)
            register = self._snapshot.pack.ledgers[name].kind == "register"
            if first is None or period.end < first or (not register and last is not None and period.start > last):
                return False
        return True

    def days(self, ledger: str) -> Days:
        """Return a ledger's first and last day; a row without a day was there from the beginning."""
        if ledger not in self._days:
            everything = Span(Period.parse("2000"), date(1, 1, 1), date(9999, 12, 31))
            kept = self._snapshot.pack.ledgers[ledger].kind == "register"
            formula = Aggregate(ledger, "count", None, None, "held" if kept else "at")
            rows = considered(self._snapshot.pack, formula, None, [everything], self._snapshot.engine.writer)
            sql = f"SELECT CAST(min(coalesce(day, DATE '0001-01-01')) AS DATE), CAST(max(day) AS DATE) FROM ({rows.sql})"
            self._days[ledger] = self._snapshot.fetch(sql, *rows.ledgers)[0]
        return self._days[ledger]
