"""Spark as an engine of the warehouse."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from taizhang.warehouse.columns import quoted
from taizhang.warehouse.engine import TextRows, TooSlowError, Writer
from taizhang.warehouse.spark.connection import FEW_ROWS
from taizhang.warehouse.spark.functions import ENGINE

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_FEW = 2_000  # rows that go into a statement as they are; more go as one text
_AGAIN = 0.2  # seconds
_UNDIVIDED = 1_000_000  # rows of all ledgers together; up to here one task does what is to be done faster than several
_TYPES = {"VARCHAR": "STRING", "TIMESTAMP": "TIMESTAMP_NTZ", "INTEGER": "INT"}


def spark_type(name: str) -> str:
    """Return the warehouse's type as Spark calls it."""
    return _TYPES.get(name, name)


def text_literal(text: str | None) -> str:
    """Return a text as Spark reads it: a backslash begins an escape there."""
    return "NULL" if text is None else "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class Spark:
    """One namespace of a session: its tables are views of its own, what is made once is kept in the workers' memory or on their disks."""

    writer: Writer = ENGINE

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self._undivided = False
        self._made: dict[str, DataFrame] = {}
        self._written: dict[str, str] = {}  # what made the rows under a name: what is there already need not be planned again

    def fit(self, rows: int) -> None:
        """Prepare for as many rows in all ledgers together: where they are few, all lie in one part, and nothing has to be moved."""
        self._undivided = rows <= _UNDIVIDED
        if self._undivided:
            for name, value in FEW_ROWS.items():
                self.session.conf.set(name, value)

    def fetch(self, sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        assert not parameters
        return [tuple(row) for row in self.session.sql(sql).collect()]

    def make(self, name: str, sql: str) -> None:
        """Keep what a query gives; it is computed at first use, and again from its sources where a worker that had a part of it is lost."""
        self.drop(name)
        made = self.session.sql(sql).cache()
        made.createOrReplaceTempView(name)
        self._made[name] = made
        self._written.pop(name, None)

    def write(self, name: str, types: Mapping[str, str], rows: TextRows) -> None:
        """Make a table of rows given as texts."""
        statement = _rows_sql(types, rows)
        if self._written.get(name) == statement:
            return
        self.drop(name)
        self.view(name, self.session.sql(statement))
        self._written[name] = statement

    def view(self, name: str, frame: DataFrame) -> None:
        """Put a frame under a name."""
        self._written.pop(name, None)
        (frame.coalesce(1) if self._undivided else frame).createOrReplaceTempView(name)

    def drop(self, name: str) -> None:
        """Forget what was made."""
        made = self._made.pop(name, None)
        if made is not None:
            made.unpersist()
            self.session.catalog.dropTempView(name)
            self._written.pop(name, None)

    @contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        """Cancel the jobs of this thread when they take too long.

        Raises ``TooSlowError`` then.
        """
        context, group = self.session.sparkContext, f"taizhang-{uuid.uuid4().hex}"
        late, done = threading.Event(), threading.Event()

        def watch() -> None:
            if done.wait(seconds):
                return
            late.set()
            while not done.wait(_AGAIN):  # a statement that is still being planned only starts its jobs later
                context.cancelJobGroup(group)

        watcher = threading.Thread(target=watch, daemon=True)
        context.setJobGroup(group, group, interruptOnCancel=True)
        watcher.start()
        try:
            yield
        except Exception:
            if late.is_set():
                raise TooSlowError from None
            raise
        finally:
            done.set()
            watcher.join()
            context.setJobGroup("", "")
        if late.is_set():
            raise TooSlowError

    def stopped(self, error: Exception) -> tuple[str, str] | None:
        """Return the code that tells why a rule was stopped, and Spark's first line, or Java's where Spark only says that there was an error."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        if not isinstance(error, PySparkException | Py4JError):
            return None
        text = str(error)
        lines = text.splitlines() or [type(error).__name__]
        reason = next((line[2:] for line in lines if line.startswith(": ")), lines[0])[:200]
        return ("comparison.too_large" if "OutOfMemory" in text else "comparison.failed"), reason

    def close(self) -> None:
        """Forget what this snapshot made; the session stays."""
        for name in list(self._made):
            self.drop(name)


class PerThread:
    """Gives each thread an engine with tables of its own, on one Spark: examples run beside each other."""

    def __init__(self, session: SparkSession) -> None:
        self._session, self._known = session, threading.local()

    def __call__(self) -> Spark:
        """Return the thread's engine."""
        if not hasattr(self._known, "engine"):
            self._known.engine = Spark(self._session.newSession())
            self._known.engine.fit(0)
        engine: Spark = self._known.engine
        return engine


def _rows_sql(types: Mapping[str, str], rows: TextRows) -> str:
    if not rows:
        return f"SELECT {', '.join(f'CAST(NULL AS {spark_type(t)}) AS {quoted(n)}' for n, t in types.items())} WHERE false"
    used = [i for i in range(len(types)) if any(row[i] is not None for row in rows)]
    source = _values(rows, used) if len(rows) <= _FEW else _parsed(rows, used)
    typed = [f"CAST({f'c{i}' if i in used else 'NULL'} AS {spark_type(t)}) AS {quoted(n)}" for i, (n, t) in enumerate(types.items())]
    return f"SELECT {', '.join(typed)} FROM {source}"


def _values(rows: TextRows, used: list[int]) -> str:
    listed = ", ".join(f"({', '.join(text_literal(row[i]) for i in used) or 'NULL'})" for row in rows)
    return f"VALUES {listed} AS given({', '.join(f'c{i}' for i in used) or 'nothing'})"


def _parsed(rows: TextRows, used: list[int]) -> str:
    """Return rows as one text: Spark's parser is slow at long lists of values."""
    text = json.dumps([{f"c{i}": row[i] for i in used} for row in rows], ensure_ascii=False)
    return f"(SELECT inline(from_json({text_literal(text)}, 'array<struct<{', '.join(f'c{i}: string' for i in used)}>>'))) AS given"
