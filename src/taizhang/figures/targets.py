"""What was promised: targets that the ledger of targets holds for an indicator, a division and a period."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from taizhang.figures.model import plain
from taizhang.warehouse.columns import literal, quoted

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.figures.desk import Desk
    from taizhang.figures.question import Question
    from taizhang.warehouse.snapshot import Snapshot

LEDGER = "target"
_FIELDS = ("value", "unit", "sense", "due_on", "basis")


@dataclass(frozen=True, slots=True)
class Target:
    """A value that was promised, in its own words; ``sense`` says whether it is to be reached or not to be passed."""

    value: Decimal | None
    unit: str
    sense: str
    due_on: str
    basis: str
    ledger: str
    seq: int


def target_of(sight: Sight, desk: Desk, question: Question) -> Target | None:
    """Return the target of a figure, where the pack keeps targets and the one who asks may read it."""
    ledger = sight.pack.ledgers.get(LEDGER)
    if ledger is None or not {"indicator", "period", *_FIELDS} <= ledger.fields.keys():
        return None
    if not sight.may("read", ledger, question.division.code):
        return None

    def found(snapshot: Snapshot) -> Target | None:
        columns = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in _FIELDS[1:])
        rows = snapshot.fetch(
            f"SELECT {quoted(_FIELDS[0])}, {columns}, _seq FROM {quoted(LEDGER)} WHERE {quoted('indicator')} = {literal(question.indicator.name)}"
            f" AND {quoted('period')} = {literal(question.period.text)} AND _division = {literal(question.division.code)} ORDER BY _seq DESC LIMIT 1",
            LEDGER,
        )
        if not rows:
            return None
        value, unit, sense, due_on, basis, seq = rows[0]
        return Target(plain(value), unit or "", sense or "", due_on or "", basis or "", LEDGER, seq)

    return desk.kept(("target", question.indicator.name, question.period.text, question.division.code), question.position, found)
