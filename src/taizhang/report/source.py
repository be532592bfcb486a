"""Where a report gets its figures from, and the plainest such source: figures that are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from taizhang.pack.definitions import Pack
from taizhang.pack.periods import Period
from taizhang.report.model import ReportFigure

if TYPE_CHECKING:
    from taizhang.warehouse.snapshot import Snapshot

Row = Mapping[str, str]


class Source(Protocol):
    """The face that :func:`taizhang.report.compose` asks; one journal position behind all its answers."""

    @property
    def position(self) -> int:
        """Journal position of all answers."""

    @property
    def as_of(self) -> date | None:
        """The day at which figures are cut off; None when the whole period counts."""

    def figures(self, names: Sequence[str], period: Period, division: str) -> Mapping[str, ReportFigure]:
        """Compute all named indicators in one batch; a name that the pack does not have is left out."""

    def parameters(self, names: Sequence[str], period: Period) -> Mapping[str, ReportFigure]:
        """Return the parameters in force at the period's end; unknown names are left out."""

    def entries(self, figure: ReportFigure) -> Sequence[Row]:
        """Return the ledger rows that make up a figure, values as printed text."""

    def division_name(self, code: str) -> str:
        """Return the name of a division."""


class SnapshotSource:
    """Figures of one snapshot of the warehouse."""

    def __init__(self, snapshot: Snapshot, as_of: date | None = None) -> None:
        self.snapshot, self._as_of = snapshot, as_of

    @property
    def position(self) -> int:
        """The snapshot's journal position."""
        return self.snapshot.position

    @property
    def as_of(self) -> date | None:
        """The day at which figures are cut off."""
        return self._as_of

    def figures(self, names: Sequence[str], period: Period, division: str) -> Mapping[str, ReportFigure]:
        """Compute the named indicators that the pack has."""
        from taizhang.figures.computing import compute_many

        known = [name for name in names if name in self.snapshot.pack.indicators]
        computed = compute_many(self.snapshot, known, [period], [division], self._as_of)
        return {
            f.indicator: ReportFigure(
                f.indicator, f.title, f.unit, f.value, f.division, str(f.period), f.position, f.numerator, f.denominator
            )
            for f in computed
        }  # fmt: skip

    def parameters(self, names: Sequence[str], period: Period) -> Mapping[str, ReportFigure]:
        """Return the named parameters that the pack has."""
        return parameter_figures(self.snapshot.pack, names, period)

    def entries(self, figure: ReportFigure) -> Sequence[Row]:
        """Return the rows that count into a figure over a ledger."""
        from taizhang.figures.tracing import trace

        traced = trace(self.snapshot, figure.indicator, figure.period, figure.division, self._as_of)
        return [{k: v or "" for k, v in row.values.items()} for row in traced.rows if row.contribution is not None]

    def division_name(self, code: str) -> str:
        """Return the name of a division; the code itself when it is unknown."""
        return next((d.name for d in self.snapshot.divisions.subtree(code) if d.code == code), code)


def parameter_figures(pack: Pack, names: Sequence[str], period: Period) -> dict[str, ReportFigure]:
    """Return parameters of a pack as they are in force at the period's end, named ``p.NAME``; unknown names are left out."""
    found = [pack.parameters[name] for name in names if name in pack.parameters]
    return {p.name: ReportFigure(f"p.{p.name}", p.title, p.unit, p.on(period.end), period=str(period)) for p in found}


class GivenSource:
    """Figures and rows given outright: for worked examples of a report."""

    def __init__(
        self,
        figures: Mapping[str, ReportFigure],
        *,
        parameters: Mapping[str, ReportFigure] | None = None,
        rows: Mapping[str, Sequence[Row]] | None = None,
        town: str = "",
        position: int = 0,
    ) -> None:
        self._parameters = parameters or {}
        self._figures, self._rows, self._town, self._position = figures, rows or {}, town, position

    @property
    def position(self) -> int:
        """The position that was given."""
        return self._position

    @property
    def as_of(self) -> date | None:
        """Given figures are not cut off."""
        return None

    def figures(self, names: Sequence[str], period: Period, division: str) -> Mapping[str, ReportFigure]:
        """Return those of the named figures that were given."""
        return {name: self._figures[name] for name in names if name in self._figures}

    def parameters(self, names: Sequence[str], period: Period) -> Mapping[str, ReportFigure]:
        """Return those of the named parameters that were given."""
        return {name: self._parameters[name] for name in names if name in self._parameters}

    def entries(self, figure: ReportFigure) -> Sequence[Row]:
        """Return the rows given for the figure's indicator."""
        return self._rows.get(figure.indicator, ())

    def division_name(self, code: str) -> str:
        """Return the name that was given."""
        return self._town
