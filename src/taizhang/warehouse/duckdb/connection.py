"""DuckDB connections that may read nothing but what they are given."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from taizhang.warehouse.duckdb.functions import definitions

MOST_THREADS = 8
MOST_MEMORY = 6 * 2**30  # bytes; beyond it, or DuckDB's usual 80 % of the machine's, it writes to the disk


def bare(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Return an in-memory database; what does not fit spills into the system's folder for temporary files, not the user's."""
    spill = Path(tempfile.gettempdir()) / f"taizhang-spill-{os.getpid()}"
    config: dict[str, Any] = {"threads": str(threads or min(MOST_THREADS, os.cpu_count() or 1)), "temp_directory": str(spill)}
    if hasattr(os, "sysconf"):
        config["memory_limit"] = f"{min(MOST_MEMORY, os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') * 4 // 5) >> 20}MiB"
    return duckdb.connect(":memory:", config=config)


def connect(readable: Iterable[Path] = (), threads: int | None = None, folders: Iterable[Path] = ()) -> duckdb.DuckDBPyConnection:
    """Return an in-memory database with our functions; afterwards it can open only the ``readable`` files, and those in ``folders``."""
    return confine(prepared(threads), readable, folders)


def prepared(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Return an in-memory database with our functions, which no rule may be run in before it is ``confine``d."""
    connection = bare(threads)
    for statement in definitions():
        connection.execute(statement)
    return connection


def confine(
    connection: duckdb.DuckDBPyConnection, readable: Iterable[Path] = (), folders: Iterable[Path] = ()
) -> duckdb.DuckDBPyConnection:
    """Let a connection open nothing but the ``readable`` files, and those in ``folders``, for as long as it lasts."""
    paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in readable)
    if paths:
        connection.execute(f"SET allowed_paths = [{paths}]")
    rooms = ", ".join("'" + str(path).replace("'", "''") + "'" for path in folders)
    if rooms:
        connection.execute(f"SET allowed_directories = [{rooms}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
