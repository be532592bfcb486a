"""Entries that comparison wrote in ledgers that people write too: whatever the way in, people only continue them and never withdraw them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from taizhang.errors import Fault

if TYPE_CHECKING:
    from taizhang.pack.definitions import Ledger


def of_comparison(ledger: Ledger, entries: Iterable[str] | None = None) -> frozenset[str]:
    """Return which entries of a ledger, or which of some, comparison wrote."""
    from taizhang.journal import read

    return read.entries_from("comparison", ledger.name, entries)


def closed(ledger: Ledger, fields: Iterable[str]) -> list[Fault]:
    """Return a fault for each field that people may not change on such an entry."""
    changed = set(fields)
    kept = [field for name, field in ledger.fields.items() if name in changed and not field.continued]
    return [Fault("row.of_comparison", {"title": field.title}, field=field.name, title=field.title) for field in kept]


def unwithdrawn() -> Fault:
    """Return the fault of withdrawing such an entry."""
    return Fault("row.of_comparison_withdrawn")
