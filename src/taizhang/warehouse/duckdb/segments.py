"""Parquet segments, written and merged by DuckDB."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import duckdb

from taizhang.files import replacement
from taizhang.warehouse.columns import literal, quoted, select_typed
from taizhang.warehouse.duckdb.connection import bare
from taizhang.warehouse.duckdb.functions import definitions, fingerprint
from taizhang.warehouse.keys import VILLAGE

ROW_GROUP = 20 * 2048  # a village is looked for without reading the groups of other towns; fewer would make reading everything slower
_PAGE = 100_000
_PLAIN = {VILLAGE: 'substr("_division", 1, 12)'}  # without our functions, which a writer's connection only has when they are needed


class SegmentWriter:
    """Writes Parquet files; use as a context manager."""

    Error = duckdb.Error

    def __init__(self) -> None:
        self._connection = bare()
        self.functions = fingerprint()  # that expressions may call

    def __enter__(self) -> SegmentWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def from_json_lines(self, source: Path, target: Path, types: Mapping[str, str]) -> None:
        """Turn lines of JSON, all values texts or whole numbers, into typed columns in the order of ``_seq``."""
        texts = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in types)
        rows = f"read_json({literal(str(source))}, format = 'newline_delimited', columns = {{{texts}}})"
        self._copy(f"SELECT {select_typed(dict(types))} FROM {rows} ORDER BY _seq", target)

    def merge(self, sources: Sequence[Path], target: Path) -> None:
        """Write several segments with the same columns as one."""
        self._copy(f"SELECT * FROM {read(sources)} ORDER BY _seq", target)

    def keys(self, sources: Sequence[Path], prefixes: Mapping[str, str], since: int) -> Iterator[tuple[int, int]]:
        """Yield (key, ``_seq``) of the recorded rows after ``since``, by key, for expressions with their prefixes; keys as ``warehouse.keys`` makes them.

        Raises ``Error`` for an expression that cannot be evaluated.
        """
        for statement in definitions(" ".join(prefixes.keys() - _PLAIN.keys())):
            self._connection.execute(statement)
        made = ", ".join(
            # An empty value names nothing; concat would take it for an empty text.
            f"CASE WHEN {_PLAIN.get(name, name)} IS NOT NULL THEN"
            f" CAST(md5_number_lower(concat({literal(prefix)}, CAST({_PLAIN.get(name, name)} AS VARCHAR))) >> 1 AS BIGINT) END"
            for name, prefix in prefixes.items()
        )
        every = f"SELECT unnest([{made}]) AS key, _seq FROM {read(sources)} WHERE _seq > {since} AND _op = 'record'"
        wanted = f"SELECT key, _seq FROM ({every}) WHERE key IS NOT NULL ORDER BY key, _seq"
        found = self._connection.execute(wanted)
        while page := found.fetchmany(_PAGE):
            yield from page

    def distinct(self, sources: Sequence[Path], expression: str, since: int) -> list[str]:
        """Return the values of an expression in the recorded rows after ``since``; an empty one as an empty text."""
        wanted = f"SELECT DISTINCT coalesce({_PLAIN.get(expression, expression)}, '') FROM {read(sources)} WHERE _seq > {since} AND _op = 'record'"
        return [value for (value,) in self._connection.execute(wanted).fetchall()]

    def _copy(self, query: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self._connection.execute(f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})")
        handle = os.open(target, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read(files: Sequence[Path]) -> str:
    """Return a table function over Parquet files."""
    return f"read_parquet([{', '.join(literal(str(f)) for f in files)}])"


def standing_sql(files: Sequence[Path], replacing: Sequence[Path], position: int | None, types: Mapping[str, str]) -> str:
    """Return the query for what stands at a position: recorded rows that no row up to there replaces; only the ``replacing`` files have such.

    Without a position it is the end of the files: to compare each row's ``_seq`` with it would only take time.
    """
    if not files:
        return f"SELECT {', '.join(f'CAST(NULL AS {t}) AS {quoted(n)}' for n, t in types.items())} WHERE false"
    recorded = f"SELECT * FROM {read(files)} r WHERE r._op = 'record'" + ("" if position is None else f" AND r._seq <= {position}")
    if not replacing:
        return recorded
    # Not by NOT EXISTS, for which DuckDB 2.0 goes through all rows twice: three times the time of this.
    upto = "" if position is None else f" AND _seq <= {position}"
    return f"{recorded} AND r._seq NOT IN (SELECT _replaces FROM {read(replacing)} WHERE _replaces IS NOT NULL{upto})"


def take_kept(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, seal: str) -> bool:
    """Make a table out of what ``keep`` put beside the columns; say whether that was there and could be read."""
    path = _kept(folder, name, seal)
    if not path.exists():
        return False
    with suppress(duckdb.Error):
        connection.execute(f"CREATE TABLE {quoted(name)} AS SELECT * FROM {read([path])}")
        return True
    return False


def keep(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, seal: str) -> None:
    """Keep a table beside the columns in the place of any older one; a folder that cannot be written only costs time."""
    path = _kept(folder, name, seal)
    with suppress(duckdb.Error, OSError), replacement(path) as part:
        connection.execute(f"COPY {quoted(name)} TO {literal(str(part))} (FORMAT parquet)")
        for old in folder.glob(f"{name}-*.kept"):
            old.unlink(missing_ok=True)


def _kept(folder: Path, name: str, seal: str) -> Path:
    return folder / f"{name}-{seal}.kept"
