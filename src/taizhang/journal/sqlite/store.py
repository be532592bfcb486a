"""What SQLite does in its own way: one prepared insert on the bare connection, write-ahead log, errors by result code."""

from __future__ import annotations

import json
import sqlite3
from itertools import chain, islice
from typing import Any

from django.db import connection

from taizhang.journal.batch import Batch
from taizhang.journal.engine import COLUMNS

# ENOSPC comes as FULL; a file size limit, a quota or a full disk under the log or its index come as one of the I/O errors of writing.
_DISK = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_IOERR_SHMMAP,
    }
)
_CODES = {
    sqlite3.SQLITE_BUSY: "journal.busy",
    sqlite3.SQLITE_LOCKED: "journal.busy",
    sqlite3.SQLITE_CANTOPEN: "journal.unreachable",
    sqlite3.SQLITE_READONLY: "journal.unreachable",
    sqlite3.SQLITE_CORRUPT: "journal.damaged",
    sqlite3.SQLITE_NOTADB: "journal.damaged",
}
_FEW = 100  # rows; for so few, working out a statement of their own costs more than it saves
_TOGETHER = 200  # rows a statement; SQLite binds up to 32 766 values
_LONG = 1000  # characters of a text that is better bound than written into the statement
_LATEST = """
SELECT e.entry, e.seq, e.version, e.op, e.data FROM json_each(?) AS wanted CROSS JOIN entry_version AS e
WHERE e.ledger = ? AND e.entry = wanted.value AND e.version =
    (SELECT max(m.version) FROM entry_version AS m WHERE m.ledger = ? AND m.entry = wanted.value AND m.seq <= ?)
"""


def options() -> dict[str, Any]:
    """Return ``OPTIONS`` for Django: durable write-ahead log, one writer that waits up to a minute for its turn.

    A 64 MB page cache holds a submission of 100 000 rows, which otherwise spills and is written twice; pages of 16 kB (of a new database)
    make its commit twice as fast.
    """
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,
        "init_command": "PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA cache_size=-65536",
    }


def lock() -> None:
    """Take the writer's lock even in a transaction that was begun without it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_head SET id = id")


def append(rows: Batch) -> None:
    """Insert rows in the transaction that is open, many with each statement: a statement a row takes half as long again.

    What is the same in all rows stands in the statement, quoted by SQLite itself, and hashes go in as bytearray: binding a null or bytes
    makes Python's sqlite3 look for an adapter each time, which together with the other bindings takes longer than the insert itself.
    """
    bare = connection.connection
    fixed = {name: _literal(bare, value) for name, value in rows.same.items()} if rows.count >= _FEW else {}
    bound = [name for name in COLUMNS if fixed.get(name) is None]
    columns = [map(bytearray, rows.column(name)) if name in ("previous", "hash") else rows.column(name) for name in bound]
    picked = ",".join(fixed.get(name) or f"column{bound.index(name) + 1}" for name in COLUMNS)
    values = chain.from_iterable(zip(*columns, strict=True))
    one = f"({','.join('?' * len(bound))})"
    for done in range(0, rows.count, _TOGETHER):
        count = min(_TOGETHER, rows.count - done)
        sql = f"INSERT INTO entry_version ({','.join(COLUMNS)}) SELECT {picked} FROM (VALUES {','.join([one] * count)})"
        bare.execute(sql, tuple(islice(values, count * len(bound))))


def _literal(bare: sqlite3.Connection, value: str | int | None) -> str | None:
    """Return a value as SQL text, or None when it has to be bound (quote() stops at a NUL)."""
    if isinstance(value, str) and ("\0" in value or len(value) > _LONG):
        return None
    return str(bare.execute("SELECT quote(?)", (value,)).fetchone()[0])


def fetch(sql: str, params: tuple[Any, ...] = ()) -> list[Any]:
    """Return all rows of a query, past Django's conversions."""
    connection.ensure_connection()
    return list(connection.connection.execute(sql.replace("%s", "?"), params).fetchall())


def latest(ledger: str, entries: list[str], position: int) -> list[tuple[str, int, int, str, str]]:
    """Return (entry, seq, version, op, data) of the newest version up to a position."""
    return fetch(_LATEST, (json.dumps(entries), ledger, ledger, position))


def failure(error: BaseException) -> str | None:
    """Return the code of a disk that is full, a lock that was not given, a file that cannot be opened or is damaged."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return None
    if code in _DISK:
        return "journal.disk_full"
    return _CODES.get(code & 0xFF)
