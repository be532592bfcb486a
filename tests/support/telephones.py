"""A ledger of payments with telephones, whose rows are looked for by key."""

from __future__ import annotations

from typing import Any

from taizhang.pack.definitions import Field, Ledger, Pack
from taizhang.warehouse import Warehouse
from taizhang.warehouse.keys import KeyIndex
from taizhang.workspace import Workspace

PHONES = ["13800000001", "13800000002", "0745-6812345"]
PHONE = '"phone"'
DIGITS = 'TZ_WITHOUT_BLANKS("phone")'
LEDGER = Ledger(
    "payment", "发放", 1, "办", "event",
    {n: Field(n, n, t) for n, t in {"no": "text", "village": "division", "phone": "telephone", "paid_on": "date"}.items()},
    ("no",), "village", at="paid_on",
)  # fmt: skip


def give_pack(workspace: Workspace) -> None:
    """Give a workspace a pack of this ledger alone."""
    workspace.__dict__["pack"] = Pack("test", {"payment": LEDGER}, {}, {}, {})


def found(warehouse: Warehouse, expression: str, values: list[str], position: int) -> list[tuple[Any, ...]]:
    """Return the rows that an expression has values in, as a rule would read them."""
    connection = warehouse.connect()
    rows = warehouse.keyed_rows(position, connection)
    seqs = {seq for _ledger, some in rows.having([("payment", expression)], values) for seq in some}
    rows.close()
    assert {rows.owner(seq) for seq in seqs} <= {"payment"}
    if not seqs:
        return []
    wanted = (
        f'SELECT * FROM "{rows.tables({"payment": seqs})["payment"]}" WHERE _seq IN (SELECT unnest(CAST($1 AS BIGINT[]))) ORDER BY _seq'
    )
    return connection.execute(wanted, [sorted(seqs)]).fetchall()


def looked_up(warehouse: Warehouse, upto: int = 4) -> list[int] | None:
    """Return the rows of the first telephone by the index alone; None where it does not reach so far."""
    index = KeyIndex(warehouse.folder)
    if index.reach().get(("payment", PHONE, "telephone"), 0) < upto:
        return None
    return index.rows(["telephone"], [PHONES[0]], upto, 100)


def rows_of(warehouse: Warehouse) -> list[int]:
    """Return the rows of the first telephone, from wherever they are."""
    return [row[0] for row in found(warehouse, PHONE, [PHONES[0]], warehouse.position)]
