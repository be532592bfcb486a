"""DuckDB connections that may read nothing but what they are given."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

from taizhang.warehouse.duckdb.functions import definitions

MOST_THREADS = 8


def connect(readable: Iterable[Path] = (), threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Return an in-memory database with our functions; afterwards it can open only the ``readable`` files and keeps its settings."""
    connection = duckdb.connect(":memory:", config={"threads": str(threads or min(MOST_THREADS, os.cpu_count() or 1))})
    for statement in definitions():
        connection.execute(statement)
    paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in readable)
    if paths:
        connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
