"""DuckDB as an engine of the warehouse."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb

from taizhang.warehouse.columns import quoted, select_typed
from taizhang.warehouse.duckdb.functions import ENGINE
from taizhang.warehouse.engine import TextRows, TooSlowError, Writer


class DuckDB:
    """One connection, which is closed with it."""

    writer: Writer = ENGINE

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def fetch(self, sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        return self.connection.execute(sql, parameters).fetchall()

    def make(self, name: str, sql: str) -> None:
        """Make a temporary table out of a query."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {sql}")

    def write(self, name: str, types: Mapping[str, str], rows: TextRows, what: str = "TEMP TABLE") -> None:
        """Make a table of rows given as texts.

        Whole columns go as parameters: the time of a statement that holds the values themselves grows with their number far more steeply.
        """
        if not rows:
            columns = ", ".join(f"{quoted(n)} {t}" for n, t in types.items())
            self.connection.execute(f"CREATE OR REPLACE {what} {quoted(name)} ({columns})")
            return
        listed = list(zip(*rows, strict=True))
        used = {n: listed[i] for i, n in enumerate(types) if any(value is not None for value in listed[i])}
        unnested = ", ".join(f"unnest(CAST(${i} AS VARCHAR[])) AS {quoted(n)}" for i, n in enumerate(used, 1))
        typed = (select_typed({n: t}) if n in used else f"CAST(NULL AS {t}) AS {quoted(n)}" for n, t in types.items())
        statement = f"CREATE OR REPLACE {what} {quoted(name)} AS SELECT {', '.join(typed)} FROM (SELECT {unnested})"
        self.connection.execute(statement, list(used.values()))

    def drop(self, name: str) -> None:
        """Drop a table that was made."""
        self.connection.execute(f"DROP TABLE IF EXISTS {quoted(name)}")

    @contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        """Interrupt what runs on the connection when it takes too long.

        Raises ``TooSlowError`` then.
        """
        lock, state = threading.Lock(), {"done": False, "late": False}

        def stop() -> None:
            with lock:
                if not state["done"]:
                    state["late"] = True
                    self.connection.interrupt()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            yield
        except duckdb.InterruptException:
            if state["late"]:
                raise TooSlowError from None
            raise  # a person's own interruption
        finally:
            with lock:  # no interruption may reach the statement after this one
                state["done"] = True
            timer.cancel()
        if state["late"]:
            raise TooSlowError

    def stopped(self, error: Exception) -> tuple[str, str] | None:
        """Return the code that tells why a rule was stopped, and DuckDB's first line."""
        if not isinstance(error, duckdb.Error):
            return None
        large = isinstance(error, duckdb.OutOfMemoryException | duckdb.IOException)
        reason = next(iter(str(error).splitlines()), type(error).__name__)[:200]
        return ("comparison.too_large" if large else "comparison.failed"), reason

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()
