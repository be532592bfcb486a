"""What is measured: a town with a large ledger, the same rows as a SQLite file for Datasette, and accounts."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

LEDGER = "payment"
PASSWORD = "taizhang-2020"
PROGRAMMES = ("稻谷补贴", "耕地地力补贴", "城市低保", "农村低保", "残疾人两项补贴", "生态公益林补偿", "农机购置补贴", "高龄津贴")
_CHUNK = 100_000


def open_town(root: Path, database: str = "sqlite") -> Workspace:
    """Make an empty town with the shipped divisions, ready to be served."""
    from taizhang.pack.loader import DEMONSTRATION_TOWN, SHIPPED
    from taizhang.serving.server import prepare
    from taizhang.workspace import Workspace

    workspace = Workspace.create(
        root, town=DEMONSTRATION_TOWN, title="公坪镇", divisions=SHIPPED / "township" / "divisions.csv", database=database
    )
    prepare(workspace)
    return workspace


def villages(workspace: Workspace) -> list[str]:
    """Return the codes of the town's villages."""
    return [d.code for d in workspace.divisions.children(workspace.town)]


def payments(workspace: Workspace, count: int) -> Iterator[dict[str, Any]]:
    """Yield payments as the journal keeps them; the same ones for the same count."""
    from taizhang.pack.fieldtypes._idents import id_check_character

    chance, places = random.Random(20), villages(workspace)
    surnames, given = "赵钱孙李周吴郑王冯陈", "伟芳娜敏静丽强磊军洋"
    for number in range(1, count + 1):
        head = f"990128{1940 + number % 70:04d}{number % 12 + 1:02d}{number % 28 + 1:02d}{number % 1000:03d}"
        month, amount = f"{2015 + number % 6}-{number % 12 + 1:02d}", chance.randrange(50, 500_000)
        programme = PROGRAMMES[number % len(PROGRAMMES)]
        name = surnames[number % 10] + given[number // 10 % 10] + given[number // 100 % 10]
        yield {
            "number": f"P{number:09d}", "programme": programme, "village": places[chance.randrange(len(places))], "household": f"H{number % 6000:04d}",
            "payee": name, "payee_id": head + id_check_character(head), "amount": f"{amount // 100}.{amount % 100:02d}".rstrip("0").rstrip("."),
            "card": f"990128{number:013d}", "account_name": name, "for_month": month, "paid_on": f"{month}-{number % 28 + 1:02d}",
            "batch": f"{programme}-{month}", "kind": "正常", "status": "成功",
        }  # fmt: skip


def fill(workspace: Workspace, file: Path, count: int) -> None:
    """Put the same payments into the town's journal and into a SQLite file with an index on each column that is filtered or sorted by."""
    from taizhang.journal import Change, Source
    from taizhang.journal.actions import do_record
    from taizhang.warehouse.store import Warehouse

    names = list(workspace.pack.ledgers[LEDGER].fields)
    peer = sqlite3.connect(file)
    kinds = {"amount": "NUMERIC", "quantity": "NUMERIC", "unit_standard": "NUMERIC"}
    columns = ", ".join(f"{name} {kinds.get(name, 'TEXT')}{' PRIMARY KEY' if name == 'number' else ''}" for name in names)
    peer.execute(f"CREATE TABLE {LEDGER} ({columns}) WITHOUT ROWID")
    waiting: list[dict[str, Any]] = []

    def write() -> None:
        changes = [
            Change(LEDGER, row["number"], "record", row["village"], json.dumps(row, ensure_ascii=False, separators=(",", ":")))
            for row in waiting
        ]
        do_record("benchmark", Source("demo", "benchmark"), changes)
        peer.executemany(
            f"INSERT INTO {LEDGER} VALUES ({', '.join('?' * len(names))})",
            [[float(row[n]) if n in kinds and n in row else row.get(n) for n in names] for row in waiting],
        )
        waiting.clear()

    for row in payments(workspace, count):
        waiting.append(row)
        if len(waiting) == _CHUNK:
            write()
    if waiting:
        write()
    for name in ("village", "programme", "amount", "for_month", "paid_on"):
        peer.execute(f"CREATE INDEX {LEDGER}_{name} ON {LEDGER} ({name})")
    peer.execute("ANALYZE")
    peer.commit()
    peer.close()
    Warehouse(workspace).refresh()


def hire(workspace: Workspace, username: str, role: str, division: str, *offices: str) -> None:
    """Make an account with a role."""
    from taizhang.access.actions import do_grant, do_make_account
    from taizhang.access.sight import Grant

    account = do_make_account(username, username, PASSWORD, by="benchmark", must_change_password=False, checked=False)
    do_grant(account, Grant(role, division, offices), by="benchmark", pack=workspace.pack, divisions=workspace.divisions)
