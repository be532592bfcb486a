"""A trace as it may leave the system: personal fields masked, and the entry's key with them."""

from __future__ import annotations

from dataclasses import replace

from taizhang.access.sight import meant
from taizhang.figures.tracing import Trace, TraceRow
from taizhang.masking import mask_value
from taizhang.pack.definitions import Ledger, Pack


def masked(trace: Trace, pack: Pack) -> Trace:
    """Return the same trace with every personal value masked; figures and contributions are untouched."""
    rows = trace.rows
    if trace.ledger:
        rows = tuple(masked_row(row, pack.ledgers[trace.ledger], pack) for row in rows)
    return replace(
        trace,
        rows=rows,
        numerator=masked(trace.numerator, pack) if trace.numerator else None,
        denominator=masked(trace.denominator, pack) if trace.denominator else None,
        divisions=tuple(replace(d, trace=masked(d.trace, pack)) for d in trace.divisions),
    )


def masked_row(row: TraceRow, ledger: Ledger, pack: Pack) -> TraceRow:
    """Return a row with its personal values masked, those too that a reference repeats."""
    values = {name: mask_value(meant(pack, ledger.fields[name]), value) for name, value in row.values.items()}
    key = ledger.key
    if any(values.get(name) != row.values.get(name) for name in key):
        return replace(row, values=values, entry="|".join(values.get(name) or "" for name in key))
    return replace(row, values=values)
