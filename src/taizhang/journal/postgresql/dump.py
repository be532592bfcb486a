"""Dump of a running PostgreSQL journal as NDJSON by table: one list of values a line, the columns' names in the first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection, transaction

from taizhang.errors import TaizhangError

TABLES = ("submission", "submission_payload", "entry_version", "journal_head")
_BYTES = {"previous", "hash", "content"}
_PAGE = 10_000


def dump(folder: Path) -> tuple[int, str]:
    """Write all tables as of one moment; writers go on meanwhile. Return position and head hash."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT position, hash FROM journal_head")
            position, head = cursor.fetchone() or (0, "")
        for table in TABLES:
            _dump_table(table, folder / f"{table}.ndjson")
    return int(position), str(head)


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
    return value.isoformat() if isinstance(value, datetime) else value


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
