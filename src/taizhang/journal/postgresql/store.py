"""What PostgreSQL does in its own way: COPY, a row lock, errors by SQLSTATE."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection

from taizhang.journal.batch import Batch
from taizhang.journal.engine import COLUMNS

# By SQLSTATE, or by its class: disk and memory, locks, connection, server going down, corruption.
_CODES = {
    "53100": "journal.disk_full",
    "53200": "journal.disk_full",
    "55P03": "journal.busy",
    "40P01": "journal.busy",
    "08": "journal.unreachable",
    "57": "journal.unreachable",
    "XX": "journal.damaged",
}
_COPY = f"COPY entry_version ({', '.join(COLUMNS)}) FROM STDIN"
_LATEST = """
SELECT e.entry, e.seq, e.version, e.op, e.data FROM unnest(%s::text[]) AS wanted (entry) CROSS JOIN LATERAL (
    SELECT entry, seq, version, op, data FROM entry_version AS v
    WHERE v.ledger = %s AND v.entry = wanted.entry AND v.seq <= %s ORDER BY v.version DESC LIMIT 1
) AS e
"""


def options() -> dict[str, Any]:
    """Return ``OPTIONS`` for Django."""
    return {"client_encoding": "UTF8"}


def lock() -> None:
    """Lock the head; whoever waits sees what the one before has committed, since each statement takes its own snapshot."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '60s'")
        cursor.execute("SELECT id FROM journal_head FOR UPDATE")
        cursor.fetchall()


def append(rows: Batch) -> None:
    """Insert rows in the transaction that is open."""
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        write = copy.write_row
        for row in rows.rows(COLUMNS):
            write(row)


def fetch(sql: str, params: tuple[Any, ...] = ()) -> list[Any]:
    """Return all rows of a query, past Django's conversions."""
    connection.ensure_connection()
    # Django's own cursors bind on the client and cannot receive binary results.
    with psycopg.Cursor(connection.connection) as cursor:
        return list(cursor.execute(sql, params, binary=True).fetchall())


def latest(ledger: str, entries: list[str], position: int) -> list[tuple[str, int, int, str, str]]:
    """Return (entry, seq, version, op, data) of the newest version up to a position."""
    return fetch(_LATEST, (entries, ledger, position))


def failure(error: BaseException) -> str | None:
    """Return the code of a disk that is full, a lock that was not given or a server that is not there."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if not isinstance(cause, psycopg.Error):
        return None
    if cause.sqlstate is None:
        return "journal.unreachable" if isinstance(cause, psycopg.OperationalError) else None
    return _CODES.get(cause.sqlstate, _CODES.get(cause.sqlstate[:2]))
