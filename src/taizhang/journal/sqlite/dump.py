"""Copy of a running SQLite journal, through SQLite's own backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

FILE = "taizhang.db"


def dump(folder: Path) -> tuple[int, str]:
    """Copy the database as of one moment into ``folder``; writers go on meanwhile. Return the copy's position and head hash."""
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / FILE)) as copy:
        connection.connection.backup(copy)
        # One file that needs no log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        position, head = copy.execute("SELECT position, hash FROM journal_head").fetchone() or (0, "")
    return int(position), str(head)


def load(folder: Path, database: Path) -> None:
    """Put a dumped database in its place, where no file may be yet."""
    (folder / FILE).replace(database)
