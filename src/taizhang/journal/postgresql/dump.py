"""Dump of a running PostgreSQL journal as NDJSON by table: one list of values a line, the columns' names in the first.

What else the town keeps in its database (accounts, the record of reads) goes with it, whichever part's tables they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.core.management import call_command
from django.db import connection, transaction

from taizhang.errors import TaizhangError

TABLES = ("submission", "submission_payload", "entry_version", "journal_head")
_BYTES = {"previous", "hash", "content"}
_PAGE = 10_000
_OTHER = "other."
# Sessions, attempts to sign in, the queue and Django's own lists are worth nothing elsewhere, or are made again.
_LEFT_OUT = ("django_", "auth_", "axes_", "sign_in")


def dump(folder: Path) -> tuple[int, str]:
    """Write all tables as of one moment; writers go on meanwhile. Return position and head hash."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT position, hash FROM journal_head")
            position, head = cursor.fetchone() or (0, "")
        for table in TABLES:
            _dump_table(table, folder / f"{table}.ndjson")
        for table in _others():
            _dump_table(table, folder / f"{_OTHER}{table}.ndjson")
    return int(position), str(head)


def _others() -> list[str]:
    names = (name for name in connection.introspection.table_names() if name not in TABLES)
    return sorted(name for name in names if not name.startswith(_LEFT_OUT))


def _dump_table(table: str, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as sink, psycopg.ServerCursor(connection.connection, f"dump_{table}") as cursor:
        cursor.itersize = _PAGE
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
        sink.write(json.dumps([column.name for column in cursor.description or ()]) + "\n")
        for row in cursor:
            sink.write(json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":")) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value


def load(folder: Path, database: Path) -> None:
    """Fill the database in use, whose journal must be empty (its tables are made when there are none), in one transaction.

    Raises ``TaizhangError`` (``backup.database_not_empty``).
    """
    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM journal_head FOR UPDATE")
        cursor.execute("SELECT EXISTS (SELECT FROM submission) OR EXISTS (SELECT FROM entry_version)")
        if cursor.fetchone() != (False,):
            raise TaizhangError("backup.database_not_empty")
        for table in TABLES[:-1]:
            rows = _rows(folder / f"{table}.ndjson")
            columns = next(rows)
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        rows = _rows(folder / "journal_head.ndjson")
        columns = next(rows)
        for row in rows:
            cursor.execute(f"UPDATE journal_head SET ({', '.join(columns)}) = ({', '.join(['%s'] * len(columns))})", row)
        for path in sorted(folder.glob(f"{_OTHER}*.ndjson")):
            _load_other(cursor, path, path.stem.removeprefix(_OTHER))


def _load_other(cursor: Any, path: Path, table: str) -> None:
    """Fill a table of another part, which has to be there and empty."""
    rows = _rows(path)
    columns = next(rows)
    first = next(rows, None)
    if first is None:
        return
    known = _others()
    if table not in known:
        raise TaizhangError("backup.table_missing", table=table)
    quoted = connection.ops.quote_name(table)
    cursor.execute(f"SELECT EXISTS (SELECT FROM {quoted})")
    if cursor.fetchone() != (False,):
        raise TaizhangError("backup.database_not_empty")
    binary = _binary(cursor, table)
    with cursor.copy(f"COPY {quoted} ({', '.join(map(connection.ops.quote_name, columns))}) FROM STDIN") as copy:
        for row in chain([first], rows):
            copy.write_row([bytes.fromhex(v) if v is not None and name in binary else v for name, v in zip(columns, row, strict=True)])
    if "id" in columns:
        # The next row gets the next number.
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        (sequence,) = cursor.fetchone()
        if sequence:
            cursor.execute(f"SELECT setval(%s, (SELECT max(id) FROM {quoted}))", [sequence])


def _binary(cursor: Any, table: str) -> set[str]:
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type = 'bytea'", [table])
    return {name for (name,) in cursor.fetchall()}


def _rows(path: Path) -> Iterator[list[Any]]:
    with path.open(encoding="utf-8", newline="\n") as stream:
        columns = json.loads(next(stream))
        yield columns
        # The column `hash` of submission and journal_head is text, that of entry_version bytes.
        as_bytes = [i for i, name in enumerate(columns) if name in _BYTES and path.stem in ("entry_version", "submission_payload")]
        for line in stream:
            row = json.loads(line)
            for index in as_bytes:
                row[index] = bytes.fromhex(row[index])
            yield row
