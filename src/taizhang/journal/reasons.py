"""The reason of a returned submission: a sentence for all of it, and what is wrong with single rows, in one text that is kept in the chain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

_MARK = "逐行意见："


@dataclass(frozen=True, slots=True)
class RowReason:
    """What is wrong with one row, and where it stood in the file."""

    ledger: str
    entry: str
    reason: str
    sheet: str | None = None
    line: int | None = None


def written(general: str, rows: Sequence[RowReason]) -> str:
    """Return the text of a reason; ``read`` takes it apart again.

    >>> text = written("请核实", [RowReason("household", "H1", "人数不对", "Sheet1", 5)])
    >>> read(text) == ("请核实", [RowReason("household", "H1", "人数不对", "Sheet1", 5)])
    True
    """
    lines = [general.strip()]
    if rows:
        lines.append(_MARK)
        lines += [json.dumps([r.ledger, r.entry, r.reason, r.sheet, r.line], ensure_ascii=False) for r in rows]
    return "\n".join(line for line in lines if line)


def read(text: str) -> tuple[str, list[RowReason]]:
    """Return the sentence for all and the reasons of rows; a text that was written by hand is all sentence.

    >>> read("请核实")
    ('请核实', [])
    """
    general, mark, rest = text.partition(_MARK + "\n")
    if not mark and not text.startswith(_MARK):
        return text, []
    found = []
    for line in rest.splitlines():
        try:
            ledger, entry, reason, sheet, number = json.loads(line)
            found.append(RowReason(str(ledger), str(entry), str(reason), sheet, number))
        except (ValueError, TypeError):
            return text, []
    return general.strip(), found
