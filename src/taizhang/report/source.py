"""Where a report gets its figures from, and the plainest such source: figures that are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from taizhang.pack.periods import Period
from taizhang.report.model import ReportFigure

Row = Mapping[str, str]


class Source(Protocol):
    """The face that :func:`taizhang.report.compose` asks; one journal position behind all its answers."""

    @property
    def position(self) -> int:
        """Journal position of all answers."""

    def figures(self, names: Sequence[str], period: Period, division: str) -> Mapping[str, ReportFigure]:
        """Compute all named indicators in one batch; a name that the pack does not have is left out."""

    def parameters(self, names: Sequence[str], period: Period) -> Mapping[str, ReportFigure]:
        """Return the parameters in force at the period's end; unknown names are left out."""

    def entries(self, figure: ReportFigure) -> Sequence[Row]:
        """Return the ledger rows that make up a figure, values as printed text."""

    def division_name(self, code: str) -> str:
        """Return the name of a division."""


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
