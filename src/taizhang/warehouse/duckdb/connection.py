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


def bare(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Return an in-memory database; what does not fit spills into the system's folder for temporary files, not the user's."""
    spill = Path(tempfile.gettempdir()) / f"taizhang-spill-{os.getpid()}"
    config: dict[str, Any] = {"threads": str(threads or min(MOST_THREADS, os.cpu_count() or 1)), "temp_directory": str(spill)}
    return duckdb.connect(":memory:", config=config)


def connect(readable: Iterable[Path] = (), threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Return an in-memory database with our functions; afterwards it can open only the ``readable`` files and keeps its settings."""
    connection = bare(threads)
    for statement in definitions():
        connection.execute(statement)
    paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in readable)
    if paths:
        connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
