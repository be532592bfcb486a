"""What the ledgers hold for the figures of a text: only the needed indicators, each computed once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from taizhang.audit.links_model import LedgerValue, Pair, Reason
from taizhang.pack.definitions import Aggregate, Indicator, OverDivisions, Pack, Ratio
from taizhang.pack.periods import Period

if TYPE_CHECKING:
    from taizhang.figures.model import Figure
    from taizhang.warehouse.snapshot import Snapshot

_Days = tuple[date | None, date | None]


class LedgerValues:
    """The ledgers' values for the figures of texts; what was computed is kept, since a snapshot never changes."""

    def __init__(self, snapshot: Snapshot, *, today: date | None = None) -> None:
        self._snapshot, self._today = snapshot, today
        self._covered = _Coverage(snapshot)
        self._found: dict[Pair, LedgerValue] = {}

    def of(self, pairs: Iterable[Pair]) -> dict[Pair, LedgerValue]:
        """Return values by indicator, period and division.

        A period that has not ended by ``today`` is open and gives no value, and so does a period of which the ledger has no rows at all: that
        nothing was written down does not say that there was nothing.
        """
        listed = list(pairs)
        self._compute(pair for pair in listed if pair not in self._found)
        return {pair: self._found[pair] for pair in listed}

    def _compute(self, pairs: Iterable[Pair]) -> None:
        from taizhang.figures.computing import compute_many

        wanted: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for pair in pairs:
            reason = self._reason(pair)
            self._found[pair] = LedgerValue(None, self._snapshot.pack.indicators[pair.indicator].unit, None, reason)
            if not reason:
                wanted[pair.period, pair.division][pair.indicator] = None
        for (period_text, division), names in wanted.items():
            code = division or self._snapshot.divisions.town or ""
            for figure in compute_many(self._snapshot, list(names), [period_text], [code]):
                self._found[Pair(figure.indicator, period_text, division)] = _value(figure)

    def _reason(self, pair: Pair) -> Reason:
        period = Period.parse(pair.period)
        if self._today is not None and period.end > self._today:
            return "period_open"
        if pair.division and pair.division not in self._snapshot.divisions:
            return "no_place"
        return "" if self._covered.by_rows(self._snapshot.pack.indicators[pair.indicator], period) else "not_recorded"


def ledger_values(snapshot: Snapshot, pairs: Iterable[Pair], *, today: date | None = None) -> dict[Pair, LedgerValue]:
    """Return values by indicator, period and division, as :class:`LedgerValues` does."""
    return LedgerValues(snapshot, today=today).of(pairs)


def _value(figure: Figure) -> LedgerValue:
    if figure.value is None:
        return LedgerValue(None, figure.unit, None, "no_value")
    exact = Fraction(figure.value)
    if figure.numerator is not None and figure.denominator:
        exact = Fraction(figure.numerator) / Fraction(figure.denominator) * (100 if figure.unit == "%" else 1)
    return LedgerValue(figure.value, figure.unit, exact)


class _Coverage:
    """Tells whether a ledger was kept in a period: between its first and its last day, a register from its first day on."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._days: dict[str, _Days] = {}

    def by_rows(self, indicator: Indicator, period: Period) -> bool:
        """Return whether every ledger under an indicator was kept in a period."""
        for name in _ledgers(self._snapshot.pack, indicator, set()):
            first, last = self._of(name)
            register = self._snapshot.pack.ledgers[name].kind == "register"
            if first is None or period.end < first or (not register and last is not None and period.start > last):
                return False
        return True

    def _of(self, ledger: str) -> _Days:
        if ledger not in self._days:
            from taizhang.figures.rows import Span, considered

            everything = Span(Period.parse("2000"), date(1, 1, 1), date(9999, 12, 31))
            kept = self._snapshot.pack.ledgers[ledger].kind == "register"
            rows = considered(
                self._snapshot.pack,
                Aggregate(ledger, "count", None, None, "held" if kept else "at"),
                None,
                [everything],
                self._snapshot.engine.writer,
            )
            # A row without a day was there from the beginning.
            sql = f"SELECT CAST(min(coalesce(day, DATE '0001-01-01')) AS DATE), CAST(max(day) AS DATE) FROM ({rows.sql})"
            self._days[ledger] = self._snapshot.fetch(sql, *rows.ledgers)[0]
        return self._days[ledger]


def _ledgers(pack: Pack, indicator: Indicator, seen: set[str]) -> set[str]:
    formula = indicator.formula
    if isinstance(formula, Aggregate):
        return {formula.ledger}
    parts = (formula.of, formula.to) if isinstance(formula, Ratio) else (formula.of,) if isinstance(formula, OverDivisions) else ()
    return {ledger for part in parts for ledger in _ledgers(pack, pack.indicators[part], seen)}
