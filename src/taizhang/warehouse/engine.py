"""What the parts above the warehouse ask of an engine. Each engine has a folder here; nothing else knows which one it speaks to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from taizhang.pack.expression import Engine as Writer

__all__ = ["Engine", "TextRows", "TooSlowError", "Writer", "own_writer"]

TextRows = Sequence[Sequence[str | None]]


def own_writer() -> Writer:
    """Return what writes for the workspace's own engine."""
    from taizhang.warehouse.duckdb.functions import ENGINE

    return ENGINE


class TooSlowError(Exception):
    """A statement took longer than its limit and was stopped."""


class Engine(Protocol):
    """Tables under names, made and read by SQL.

    Statements quote names with ``"``, texts with ``'``, and say ``NULLS LAST``. What stands in them beyond plain SQL comes from ``writer``.
    """

    @property
    def writer(self) -> Writer:
        """What writes expressions and queries of the pack for the engine."""

    def fetch(self, sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Run a query and return its rows; ``parameters`` are for statements that only the workspace's own engine runs."""

    def make(self, name: str, sql: str) -> None:
        """Make a table out of a query, once and for all, in the place of what had its name."""

    def write(self, name: str, types: Mapping[str, str], rows: TextRows) -> None:
        """Make a table of rows given as texts, in the place of what had its name; a text that does not fit its type is an error."""

    def drop(self, name: str) -> None:
        """Forget a table that was made."""

    def time_limit(self, seconds: float) -> AbstractContextManager[None]:
        """Stop what runs when it takes too long; raises ``TooSlowError`` then."""

    def stopped(self, error: Exception) -> tuple[str, str] | None:
        """Return the code that tells why a rule was stopped, and the engine's own words; None for an error that is not the engine's."""

    def close(self) -> None:
        """Give back what the engine holds for one snapshot."""
