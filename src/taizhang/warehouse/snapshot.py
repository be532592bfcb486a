"""What stands at a position of the journal, as tables of an engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from taizhang.pack.definitions import Pack
from taizhang.pack.divisions import DivisionTree
from taizhang.warehouse.columns import quoted
from taizhang.warehouse.engine import Engine

if TYPE_CHECKING:
    import duckdb

    from taizhang.pack.periods import Period

Maker = Callable[
    [Any, str, Collection[str] | None], None
]  # takes the engine that the snapshot was given, a ledger and the columns that are read
SUBMISSION_TABLE = "submission"
CLOSURE = "_closure"
DIVISION = "division"  # all divisions that the workspace knows
ALWAYS = ("_seq", "_division")  # columns that every table has
CLOSURE_TYPES = {"ancestor": "VARCHAR", "descendant": "VARCHAR"}
DIVISION_TYPES = {
    "code": "VARCHAR",
    "name": "VARCHAR",
    "level": "VARCHAR",
    "kind": "VARCHAR",
    "parent": "VARCHAR",
    "successor": "VARCHAR",
    "valid_from": "DATE",
    "valid_to": "DATE",
}


class Snapshot:
    """Ledgers as they stand at ``position``; each is made as a table or view of ``engine`` when ``require`` first asks for it.

    The table ``_closure`` (ancestor, descendant) says which divisions' rows count into a division; a row whose division is not in
    the tree counts into the nearest one above that is, the town in the end, so that no row is lost.
    """

    def __init__(
        self,
        pack: Pack,
        divisions: DivisionTree,
        engine: Engine,
        position: int,
        make: Maker,
        *,
        divided: bool = False,  # ``division`` has been made
        all_known: bool = False,  # so has ``_closure``, and every row's division is in the tree
    ) -> None:
        self.pack = pack
        self.divisions = divisions
        self.engine = engine
        self.position = position
        self.sizes: Mapping[str, int] = {}  # about how many rows each ledger has, where that is known
        self.given: Mapping[str, str] = {}  # tables in the place of ledgers, which statements may name themselves
        self._make = make
        # By name the columns that were asked for, None for all.
        self._made: dict[str, frozenset[str] | None] = {DIVISION: None} if divided or all_known else {}
        self._placed: set[str] = set()
        self._pairs: list[tuple[str, str]] = []
        self._all_known = all_known

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection of the workspace's own engine; other engines have none."""
        return self.engine.connection  # type: ignore[attr-defined, no-any-return]

    @classmethod
    def from_rows(
        cls,
        pack: Pack,
        rows: Mapping[str, Sequence[Mapping[str, Any]]],
        divisions: DivisionTree,
        period: Period | str = "2020",
        engine: Engine | None = None,
    ) -> Snapshot:
        """Make a snapshot out of literal rows, filling in what an example may leave out (``docs/definition-language.md``).

        The engine is the workspace's own unless told. Raises ``Refusal`` for a value that a ledger would not take in.
        """
        from taizhang.warehouse.literal_rows import snapshot_of

        return snapshot_of(pack, rows, divisions, period, engine)

    def require(self, *names: str, placed: bool = True, columns: Mapping[str, Collection[str]] | None = None) -> Snapshot:
        """Make the ledgers (or ``submission``) available under their names; the divisions always are.

        ``placed`` also sees to it that every row's division is in ``_closure``, which costs a look at each row; ``columns`` says, by ledger,
        which columns will be read, so that others can be left out.
        """
        if DIVISION not in self._made:
            self.engine.write(DIVISION, DIVISION_TYPES, division_rows(self.divisions))
            self._made[DIVISION] = None
        for name in names:
            wanted = frozenset((*ALWAYS, *columns[name])) if columns and name in columns else None
            had = self._made.get(name, frozenset())
            if name not in self._made or (had is not None and (wanted is None or not wanted <= had)):
                together = None if wanted is None else wanted | (had or frozenset())
                self._make(self.engine, name, together)
                self._made[name] = together
            if placed and name not in self._placed and name != SUBMISSION_TABLE:
                self._place_rows(name)
                self._placed.add(name)
        return self

    def fetch(self, sql: str, *ledgers: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Run a query over the named ledgers and return its rows."""
        self.require(*ledgers)
        return self.engine.fetch(sql, parameters)

    def close(self) -> None:
        """Give back what the engine holds."""
        self.engine.close()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _place_rows(self, name: str) -> None:
        if self._all_known:
            return
        if CLOSURE not in self._made:
            self._made[CLOSURE] = None
            self._pairs = list(self.divisions.closure)
            self.engine.write(CLOSURE, CLOSURE_TYPES, self._pairs)
        unknown = self.engine.fetch(
            f"SELECT DISTINCT coalesce(_division, '') FROM {quoted(name)}"
            " WHERE NOT EXISTS (SELECT 1 FROM _closure WHERE descendant = coalesce(_division, ''))"
        )
        above: dict[str, list[str]] = {}
        if unknown:
            for ancestor, descendant in self.divisions.closure:
                above.setdefault(descendant, []).append(ancestor)
        pairs = [(ancestor, code) for (code,) in unknown for ancestor in above.get(self._nearest(code), [])]
        if pairs:
            self._pairs += pairs
            self.engine.write(CLOSURE, CLOSURE_TYPES, self._pairs)

    def _nearest(self, code: str) -> str:
        known = (code[:length] for length in (14, 12, 9, 6, 4, 2) if len(code) >= length and code[:length] in self.divisions)
        return next(known, self.divisions.town or "")


def division_rows(divisions: DivisionTree) -> list[tuple[str | None, ...]]:
    """Return the rows of the table of all divisions; ``parent`` is the nearest one above that is in the tree."""
    return [
        (
            d.code,
            d.name,
            d.level,
            d.kind,
            divisions.above(d),
            d.successor,
            d.valid_from.isoformat(),
            d.valid_to.isoformat() if d.valid_to else None,
        )
        for d in divisions
    ]
