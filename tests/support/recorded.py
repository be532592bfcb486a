"""Rows for tests of the office: entries recorded in the journal at a time of one's own, the table they give, a file they came from."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from taizhang.journal import read
from taizhang.journal.actions import do_record
from taizhang.journal.records import Change, Source, Submission


def record(
    ledger: str, rows: list[dict[str, Any]], *, person: str = "cunguan", at: datetime | None = None, source: Source | None = None
) -> Submission:
    """Record rows (each with ``_entry``, ``_division``, perhaps ``_op``) of a ledger; what stands under an entry is replaced."""
    standing = read.standing(ledger, [row["_entry"] for row in rows])
    changes = []
    for line, row in enumerate(rows, start=3):
        entry = row["_entry"]
        data = json.dumps({k: v for k, v in row.items() if not k.startswith("_")}, ensure_ascii=False)
        base = standing[entry].seq if entry in standing else None
        op = row.get("_op", "record")
        changes.append(Change(ledger, entry, op, row["_division"], "{}" if op == "withdraw" else data, None, None, "表一", line, base))
    return do_record(person, source or Source("form", "填报"), changes, at=at)


def income(number: int, village: str, amount: str, day: str = "2020-05-10", **more: Any) -> dict[str, Any]:
    """Return a receipt of a village's collective."""
    entry = f"SJ2020{number:04d}"
    values = {"source": "其他", "payer": "张大山", "for_year": day[:4], "method": "银行转账", "account": "村集体基本户"}
    return {
        "_entry": entry,
        "_division": village,
        "receipt_number": entry,
        "village": village,
        **values,
        "amount": amount,
        "received_on": day,
    } | more


def allowance(number: int, village: str, monthly: str = "268", since: str = "2018-01-01", **more: Any) -> dict[str, Any]:
    """Return an invented recipient of the subsistence allowance."""
    identity = f"99012819480512{number:03d}X"
    values = {"household": f"H{number}", "name": "周桂香", "id_number": identity, "relation": "户主", "scheme": "农村低保", "tier": "B类"}
    key = f"{identity}|{since}"
    return {"_entry": key, "_division": village, "village": village, **values, "monthly": monthly, "enrolled_on": since} | more


def petition(number: int, village: str, day: str = "2020-05-06") -> dict[str, Any]:
    """Return a petition, of a ledger that few may read."""
    values = {"channel": "来访", "assigned_by": "本镇受理", "petitioner": "李小满", "matter": "其他", "office": "综治办"}
    entry = f"XF2020-{number:03d}"
    return {
        "_entry": entry,
        "_division": village,
        "number": entry,
        "village": village,
        **values,
        "received_on": day,
        "due_on": "2020-12-31",
    }


def stored(workspace: Any, path: Path) -> Source:
    """Keep a file in a workspace and return the source that it is."""
    return Source("file", path.name, workspace.store_file(path))
