"""What a run of rules gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from taizhang.errors import Fault

Value = str | int | Decimal | date | bool | None
State = Literal["ran", "not_delivered", "stopped"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one rule may take, and how many rows of its answer are listed."""

    seconds: float = 600
    rows: int = 100_000


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many rows a step gave; None where it was never made by itself."""

    name: str
    title: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class RuleRun:
    """One rule against one state of the ledgers.

    ``rows`` are in a fixed order, the same for every engine. When there are more than the limit, ``total`` still is their number and
    ``told`` says so. A rule that was not run, or was stopped, has no rows and says why in ``told``.
    """

    rule: str
    as_of: date
    state: State
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: int
    steps: tuple[StepCount, ...]
    seconds: float
    position: int
    told: Fault | None = None

    def records(self) -> list[dict[str, Value]]:
        """Return the rows as mappings by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def as_dict(self) -> dict[str, Any]:
        """Return the run as plain data for JSON; numbers with decimal places are texts."""
        return {
            "rule": self.rule,
            "as_of": self.as_of.isoformat(),
            "state": self.state,
            "found": self.total,
            "rows": [{k: _plain(v) for k, v in record.items()} for record in self.records()],
            "steps": [{"step": s.name, "title": s.title, "rows": s.rows} for s in self.steps],
            "seconds": round(self.seconds, 3),
            "position": self.position,
            "told": self.told.as_dict() if self.told else None,
        }


def _plain(value: Value) -> str | int | bool | None:
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value
