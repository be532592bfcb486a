"""What the ledgers hold for the figures of a text: only the needed indicators, each computed once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from taizhang.audit.links_model import LedgerValue, Pair, Reason
from taizhang.figures.coverage import Coverage
from taizhang.pack.periods import Period

if TYPE_CHECKING:
    from taizhang.figures.model import Figure
    from taizhang.warehouse.snapshot import Snapshot

Sees = Callable[[str, str], bool]  # an indicator and a division: whether the one for whom the audit is may see the figure


class LedgerValues:
    """The ledgers' values for the figures of texts; what was computed is kept, since a snapshot never changes."""

    def __init__(self, snapshot: Snapshot, *, today: date | None = None, sees: Sees | None = None) -> None:
        self._snapshot, self._today, self._sees = snapshot, today, sees
        self._covered = Coverage(snapshot)
        self._found: dict[Pair, LedgerValue] = {}

    def of(self, pairs: Iterable[Pair]) -> dict[Pair, LedgerValue]:
        """Return values by indicator, period and division.

        A period that has not ended by ``today`` is open and gives no value, and so does a period of which the ledger has no rows at all: that
        nothing was written down does not say that there was nothing. What the reader may not see has no value either.
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
        if self._sees is not None and not self._sees(pair.indicator, pair.division or self._snapshot.divisions.town or ""):
            return "not_seen"
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
