"""A ledger's table with only the rows of some keys, out of the journal: the work follows their number, not what is stored."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from taizhang.pack.definitions import Ledger
from taizhang.warehouse.columns import SYSTEM, columns, quoted, select_typed
from taizhang.warehouse.keys import KeyIndex

if TYPE_CHECKING:
    import duckdb

MOST_ROWS = 200_000  # beyond, reading the columns is no slower


def make_table_of(
    connection: duckdb.DuckDBPyConnection, index: KeyIndex, ledger: Ledger, field: str, values: Collection[str | None], position: int
) -> bool:
    """Make the table of a ledger with what stands at ``position`` and has one of the values in ``field``.

    Returns False, and makes nothing, when the index cannot tell or there are too many.
    """
    from taizhang.journal import read

    seqs = index.rows(ledger.name, field, values, position, MOST_ROWS)
    if seqs is None:
        return False
    wanted = set(values)
    rows = [(row, data) for row in read.standing_rows(seqs, position) if (data := json.loads(row[-1])).get(field) in wanted]
    types = columns(ledger)
    system = [[_text(row[i]) for row, _ in rows] for i in _PLACES.values()]
    own = [[data.get(name) for _, data in rows] for name in ledger.fields]
    names = [*_PLACES, *ledger.fields]
    listed = ", ".join(f"unnest(CAST(${i} AS VARCHAR[])) AS {quoted(name)}" for i, name in enumerate(names, 1))
    connection.execute(f"CREATE TEMP TABLE {quoted(ledger.name)} AS SELECT {select_typed(types)} FROM (SELECT {listed})", [*system, *own])
    return True


# Where the journal's rows have the system's columns; see ``journal.read.standing_rows``.
_ORDER = ("_seq", "_entry", "_version", "_op", "_replaces", "_submission", "_division", "_sheet", "_line")
_PLACES = {name: _ORDER.index(name) for name in SYSTEM}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
