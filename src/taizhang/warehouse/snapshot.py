"""What stands at a position of the journal, as tables of one DuckDB connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from taizhang.pack.definitions import Pack
from taizhang.pack.divisions import DivisionTree
from taizhang.warehouse.columns import quoted

if TYPE_CHECKING:
    import duckdb

    from taizhang.pack.periods import Period

Maker = Callable[["duckdb.DuckDBPyConnection", str], None]
SUBMISSION_TABLE = "submission"
CLOSURE = "_closure"
DIVISION = "division"  # all divisions that the workspace knows


class Snapshot:
    """Ledgers as they stand at ``position``; each is made as a table or view of ``connection`` when ``require`` first asks for it.

    The table ``_closure`` (ancestor, descendant) says which divisions' rows count into a division; a row whose division is not in
    the tree counts into the nearest one above that is, the town in the end, so that no row is lost.
    """

    def __init__(
        self,
        pack: Pack,
        divisions: DivisionTree,
        connection: duckdb.DuckDBPyConnection,
        position: int,
        make: Maker,
        *,
        all_known: bool = False,  # every row's division is in the tree, and ``_closure`` and ``division`` have been made
    ) -> None:
        self.pack = pack
        self.divisions = divisions
        self.connection = connection
        self.position = position
        self._make = make
        self._made: set[str] = set()
        self._all_known = all_known

    @classmethod
    def from_rows(
        cls,
        pack: Pack,
        rows: Mapping[str, Sequence[Mapping[str, Any]]],
        divisions: DivisionTree,
        period: Period | str = "2020",
    ) -> Snapshot:
        """Make a snapshot out of literal rows, filling in what an example may leave out (``docs/definition-language.md``).

        Raises ``Refusal`` for a value that a ledger would not take in.
        """
        from taizhang.warehouse.literal_rows import snapshot_of

        return snapshot_of(pack, rows, divisions, period)

    def require(self, *names: str) -> Snapshot:
        """Make the ledgers (or ``submission``) available under their names; the divisions always are."""
        if DIVISION not in self._made and not self._all_known:
            add_divisions(self.connection, self.divisions, "TEMP TABLE")
        self._made.add(DIVISION)
        for name in names:
            if name not in self._made:
                self._make(self.connection, name)
                self._made.add(name)
                if name != SUBMISSION_TABLE:
                    self._place_rows(name)
        return self

    def fetch(self, sql: str, *ledgers: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Run a query over the named ledgers and return its rows."""
        self.require(*ledgers)
        return self.connection.execute(sql, parameters).fetchall()

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _place_rows(self, name: str) -> None:
        if self._all_known:
            return
        if CLOSURE not in self._made:
            self._made.add(CLOSURE)
            add_pairs(self.connection, "CREATE TEMP TABLE _closure AS", self.divisions.closure())
        unknown = self.connection.execute(
            f"SELECT DISTINCT coalesce(_division, '') FROM {quoted(name)}"
            " WHERE NOT EXISTS (SELECT 1 FROM _closure WHERE descendant = coalesce(_division, ''))"
        ).fetchall()
        above: dict[str, list[str]] = {}
        if unknown:
            for ancestor, descendant in self.divisions.closure():
                above.setdefault(descendant, []).append(ancestor)
        pairs = [(ancestor, code) for (code,) in unknown for ancestor in above.get(self._nearest(code), [])]
        if pairs:
            add_pairs(self.connection, "INSERT INTO _closure", pairs)

    def _nearest(self, code: str) -> str:
        known = (code[:length] for length in (14, 12, 9, 6, 4, 2) if len(code) >= length and code[:length] in self.divisions)
        return next(known, self.divisions.town or "")


def add_pairs(connection: duckdb.DuckDBPyConnection, statement: str, pairs: Iterable[tuple[str, str]]) -> None:
    """Write (ancestor, descendant) pairs by a statement that takes a query."""
    listed = list(pairs)
    connection.execute(
        f"{statement} SELECT unnest(CAST($1 AS VARCHAR[])) AS ancestor, unnest(CAST($2 AS VARCHAR[])) AS descendant",
        [[a for a, _ in listed], [d for _, d in listed]],
    )


def add_divisions(connection: duckdb.DuckDBPyConnection, divisions: DivisionTree, what: str) -> None:
    """Make the table of all divisions; ``parent`` is the nearest one above that is in the tree."""
    columns = {"code": "VARCHAR", "name": "VARCHAR", "level": "VARCHAR", "kind": "VARCHAR", "parent": "VARCHAR"}
    columns |= {"successor": "VARCHAR", "valid_from": "DATE", "valid_to": "DATE"}
    rows = [
        (d.code, d.name, d.level, d.kind, divisions.above(d), d.successor, d.valid_from.isoformat(), d.valid_to and d.valid_to.isoformat())
        for d in divisions
    ]
    listed = ", ".join(f"CAST(unnest(CAST(${i} AS VARCHAR[])) AS {t}) AS {quoted(n)}" for i, (n, t) in enumerate(columns.items(), 1))
    connection.execute(f"CREATE {what} {quoted(DIVISION)} AS SELECT {listed}", [[row[i] for row in rows] for i in range(len(columns))])
