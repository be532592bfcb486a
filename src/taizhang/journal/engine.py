"""The one place that asks which database this is; each has a folder of its own with the same file names."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

from django.db import connection

from taizhang.errors import TaizhangError
from taizhang.journal.batch import Batch

# The columns of entry_version, in the order of the table.
COLUMNS = (
    "seq", "submission", "ledger", "entry", "version", "op", "division", "data", "original", "confirmed", "sheet", "line", "replaces",
    "previous", "hash",
)  # fmt: skip


class Store(Protocol):
    """What the two databases do differently."""

    def options(self) -> dict[str, Any]:
        """Return ``OPTIONS`` of Django's database setting that the journal relies on."""

    def lock(self) -> None:
        """Take the writer's lock; it is held to the end of the transaction."""

    def append(self, rows: Batch) -> None:
        """Insert rows of entry_version in the transaction that is open."""

    def fetch(self, sql: str, params: tuple[Any, ...] = ()) -> list[Any]:
        """Return all rows of a query (placeholders ``%s``), by the fastest way there is."""

    def latest(self, ledger: str, entries: list[str], position: int) -> list[tuple[str, int, int, str, str]]:
        """Return (entry, seq, version, op, data) of the newest version with ``seq <= position``, of those entries that have one."""

    def failure(self, error: BaseException) -> str | None:
        """Return the error code for a failure of the database that a user can do something about."""


class Schema(Protocol):
    """The statements of one database."""

    def statements(self) -> list[str]: ...

    def without_triggers(self) -> list[str]: ...


class Dumper(Protocol):
    """How the journal of one database goes into a backup and comes out again."""

    def dump(self, folder: Path) -> tuple[int, str]:
        """Write the journal as of one moment into ``folder``; return its position and head hash."""

    def load(self, folder: Path, database: Path) -> None:
        """Bring a dumped journal into the database in use; ``database`` is where a database file goes, if it is one."""


def store() -> Store:
    """Return the store of the database in use."""
    return cast(Store, importlib.import_module(f"taizhang.journal.{connection.vendor}.store"))


def leave() -> None:
    """Close what a thread of its own that read the journal has open."""
    connection.close()


def schema(vendor: str | None = None) -> Schema:
    """Return the schema for a database, by default the one in use."""
    return cast(Schema, importlib.import_module(f"taizhang.journal.{vendor or connection.vendor}.schema"))


def dumper(vendor: str) -> Dumper:
    """Return what dumps and loads a database of this kind."""
    return cast(Dumper, importlib.import_module(f"taizhang.journal.{vendor}.dump"))


def options(vendor: str) -> dict[str, Any]:
    """Return ``OPTIONS`` for Django's database setting; needs no configured Django."""
    return cast(Store, importlib.import_module(f"taizhang.journal.{vendor}.store")).options()


@contextmanager
def telling() -> Iterator[None]:
    """Turn a failure of the database that a user can do something about into a ``TaizhangError``; also a decorator.

    Codes: ``journal.disk_full``, ``journal.busy``, ``journal.unreachable``, ``journal.damaged``.
    """
    try:
        yield
    except TaizhangError:
        raise
    except Exception as error:
        code = store().failure(error)
        if code is None:
            raise
        raise TaizhangError(code, detail=str(error)) from error
