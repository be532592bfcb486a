"""A pack with one ledger and a workspace that uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from support.telephones import PHONES, give_pack
from taizhang.pack.definitions import Field, Ledger, Pack
from taizhang.warehouse import Warehouse, keyed_rows, keys
from taizhang.workspace import Workspace


@pytest.fixture
def payment_ledger() -> Ledger:
    """An event ledger with a column of every warehouse type."""
    types = {
        "no": "text",
        "village": "division",
        "amount": "money",
        "area": "area",
        "heads": "count",
        "done": "yes_no",
        "paid_on": "date",
        "seen_at": "timestamp",
        "for_month": "month",
    }
    return Ledger(
        "payment", "发放", 1, "办", "event", {n: Field(n, f"标题{n}", t) for n, t in types.items()}, ("no",), "village", at="paid_on"
    )


@pytest.fixture
def use_ledgers() -> Callable[..., None]:
    """Return a function (workspace, *ledgers) that gives a workspace a pack of these ledgers."""

    def use(workspace: Workspace, *ledgers: Ledger) -> None:
        workspace.__dict__["pack"] = Pack("test", {x.name: x for x in ledgers}, {}, {}, {})

    return use


@pytest.fixture
def record() -> Callable[..., Any]:
    """Return a function (rows by entry, None withdraws; ledger='payment', at=None) that records one submission."""

    def do(rows: dict[str, dict[str, str] | None], ledger: str = "payment", **options: Any) -> Any:
        from taizhang.journal import Change, Source, actions, read

        standing = read.standing(ledger, list(rows))
        changes = []
        for entry, row in rows.items():
            base = standing[entry].seq if entry in standing else None
            text = "{}" if row is None else json.dumps({"no": entry, **row}, ensure_ascii=False)
            changes.append(Change(ledger, entry, "withdraw" if row is None else "record", "990128105201", text, None, None, "表1", 3, base))
        return actions.do_record("李", Source("file", "表.xlsx"), changes, **options)

    return do


@pytest.fixture
def indexed(sqlite_workspace: Workspace, record: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A warehouse of four payments to two telephones, with an index."""
    give_pack(sqlite_workspace)
    monkeypatch.setattr(keys, "INDEXED_ROWS", -1)
    monkeypatch.setattr(keyed_rows, "INDEXED_ROWS", -1)
    record({str(n): {"phone": PHONES[n % 2]} for n in range(4)})
    warehouse = Warehouse(sqlite_workspace)
    warehouse.refresh()
    return warehouse
