"""What changed a figure since a day: its value as it was known then and now, and the entries that made the difference."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from taizhang.figures.masked import masked_row
from taizhang.figures.model import EXACT, Figure, plain
from taizhang.figures.question import Question, known_on
from taizhang.figures.tracing import Contribution, TraceRow, contributions, trace
from taizhang.figures.visible import parts_of, rows_for
from taizhang.pack.definitions import Aggregate, Indicator, Pack

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.figures.desk import Desk
    from taizhang.warehouse.snapshot import Snapshot

Kind = Literal["came", "went", "moved"]


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry that counts otherwise than before; a side is None where it did not count at all. ``row`` is the later side that there is."""

    kind: Kind
    row: TraceRow
    then: Decimal | None
    now: Decimal | None


@dataclass(frozen=True, slots=True)
class MovedPart:
    """What moved an indicator over one ledger: a page of ``count`` entries, of which ``hidden`` are not shown."""

    indicator: Indicator
    ledger: str
    then: Figure
    now: Figure
    entries: tuple[Moved, ...]
    count: int
    hidden: int


@dataclass(frozen=True, slots=True)
class Since:
    """A figure as it was known at the end of a day and as it is known now, with what moved each indicator that it is made of."""

    day: date
    then: Figure
    now: Figure
    by: Decimal | None
    parts: tuple[MovedPart, ...]


def since(sight: Sight, desk: Desk, question: Question, day: date, *, limit: int = 50, offset: int = 0) -> Since:
    """Compare what was known of a figure at the end of a day with what the question knows; ``limit`` and ``offset`` page the entries of each part."""
    early = known_on(day) or 0
    late = desk.position() if question.position is None else question.position
    early = min(early, late)
    then, now = (_figure(desk, question, question.indicator, position) for position in (early, late))
    parts = tuple(
        _part(sight, desk, question, indicator, early, late, limit, offset) for indicator in _bases(sight.pack, question.indicator)
    )
    by = None if then.value is None or now.value is None else plain(EXACT.subtract(now.value, then.value))
    return Since(day, then, now, by, parts)


def _bases(pack: Pack, indicator: Indicator) -> list[Indicator]:
    """Return the indicators over ledgers that one rests on, each once."""
    if isinstance(indicator.formula, Aggregate):
        return [indicator]
    return list({b.name: b for part in parts_of(indicator) for b in _bases(pack, pack.indicators[part])}.values())


def _figure(desk: Desk, question: Question, indicator: Indicator, position: int) -> Figure:
    return desk.figures([indicator.name], [question.period], [question.division.code], question.as_of, position)[0]


def _part(sight: Sight, desk: Desk, question: Question, indicator: Indicator, early: int, late: int, limit: int, offset: int) -> MovedPart:
    assert isinstance(indicator.formula, Aggregate)
    ledger = sight.pack.ledgers[indicator.formula.ledger]
    moved = [] if early == late else _moved(*(_counted(desk, question, indicator, position) for position in (early, late)))
    withheld = sight.withheld(ledger)
    seen = [d for d in moved if sight.may("read", ledger, d.last.division) and d.last.entry not in withheld]
    page = seen[offset : offset + limit]
    rows: dict[int, TraceRow] = {}
    for position, wanted in ((early, [d.last.seq for d in page if not d.late]), (late, [d.last.seq for d in page if d.late])):
        if wanted:
            with desk.snapshot(position) as snapshot:
                rows |= {row.seq: row for row in _rows(snapshot, sight, question, indicator, wanted)}
    entries = tuple(
        Moved(
            d.kind, masked_row(rows[d.last.seq], ledger, sight.pack), d.early.value if d.early else None, d.late.value if d.late else None
        )
        for d in page
    )
    then, now = (_figure(desk, question, indicator, position) for position in (early, late))
    return MovedPart(indicator, ledger.name, then, now, entries, len(moved), len(moved) - len(seen))


@dataclass(frozen=True, slots=True)
class _Difference:
    early: Contribution | None
    late: Contribution | None

    @property
    def last(self) -> Contribution:
        found = self.late or self.early
        assert found is not None
        return found

    @property
    def kind(self) -> Kind:
        return "came" if self.early is None else "went" if self.late is None else "moved"


def _counted(desk: Desk, question: Question, indicator: Indicator, position: int) -> dict[str, Contribution]:
    with desk.snapshot(position) as snapshot:
        found = contributions(snapshot, indicator.name, question.period, question.division.code, question.as_of)
    return {c.entry: c for c in found}


def _moved(early: dict[str, Contribution], late: dict[str, Contribution]) -> list[_Difference]:
    """Return what counts otherwise, the latest rows first."""
    pairs = ((early.get(entry), late.get(entry)) for entry in early.keys() | late.keys())
    found = [_Difference(one, other) for one, other in pairs if one is None or other is None or one.value != other.value]
    return sorted(found, key=lambda d: d.last.seq, reverse=True)


def _rows(snapshot: Snapshot, sight: Sight, question: Question, indicator: Indicator, seqs: Collection[int]) -> tuple[TraceRow, ...]:
    code = question.division.code
    return trace(snapshot, indicator.name, question.period, code, question.as_of, visible=rows_for(sight), only=seqs).rows
