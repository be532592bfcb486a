"""The shelf: ledgers as they stand now, held in the memory of a process, and the one reader of rows for whatever leaves the system.

A ledger is taken from the warehouse when first asked for; afterwards only what the journal gains is added to it. Nothing is ever deleted from a table
(DuckDB 2.0 keeps wrong least and greatest values after that): replaced rows are left out, and a table is made anew when there are too many of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.access.query import Query, Where, beyond, cursor_of, order_of, personal, personal_key, where
from taizhang.access.sight import meant
from taizhang.access.tables import Tables
from taizhang.errors import TaizhangError
from taizhang.masking import mask_value
from taizhang.pack.definitions import Ledger
from taizhang.warehouse.columns import columns, quoted

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.pack.periods import Period
    from taizhang.workspace.folder import Workspace

_SHELVES: dict[Path, Shelf] = {}
_GUARD = threading.Lock()
_COUNTS_KEPT = 500
_PAGE = 5_000
Found = dict[str, tuple[int, int]]  # village: number of rows, greatest ``seq``
_SHOWN = ("_seq", "_entry", "_version", "_division", "_submission", "_sheet", "_line")


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it stands; ``values`` are canonical texts in the order of the fields, masked where they are personal unless ``unmasked``.

    ``ref`` names the entry in addresses: its name, or ``@`` and the ``seq`` of a version where the name would tell a personal value.
    """

    ledger: str
    seq: int
    entry: str
    version: int
    division: str
    submission: int
    sheet: str | None
    line: int | None
    ref: str
    name: str = field(repr=False)  # the entry's real name, for looking it up; never shown
    unmasked: bool
    values: dict[str, str | None]

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain data: the system's values with a line below in front, then the fields."""
        system = {
            "_entry": self.entry,
            "_seq": self.seq,
            "_version": self.version,
            "_division": self.division,
            "_submission": self.submission,
        }
        return {**system, "_ref": self.ref, **self.values}


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of rows; ``total`` counts all that were found, ``cursor`` asks for what comes behind (None at the end)."""

    rows: list[Row]
    total: int
    cursor: str | None = None


@dataclass
class Shelf:
    """The ledgers of one workspace; safe to be asked from several threads."""

    root: Path
    tables: Tables
    lock: Any = field(default_factory=threading.RLock)
    _counts: dict[tuple[Any, ...], int] = field(default_factory=dict)

    @classmethod
    def of(cls, workspace: Workspace) -> Shelf:
        """Return the shelf of an active workspace, the same one for the life of the process."""
        with _GUARD:
            found = _SHELVES.get(workspace.root)
            if found is None:
                found = _SHELVES[workspace.root] = cls(workspace.root, Tables(workspace))
            found.tables.workspace = workspace
            return found

    def position(self) -> int:
        """Return the journal's position up to which answers go now."""
        with self.lock:
            return self.tables.catch_up()

    def rows(self, sight: Sight, ledger: Ledger | str, query: Query = Query()) -> Rows:  # noqa: B008 - it is frozen
        """Return a page of the rows that are asked for and may be had.

        Raises ``Refusal`` (``query.unfit``) with a fault for every filter that does not fit, ``TaizhangError`` (``access.refused``,
        ``query.cursor_unreadable``).
        """
        asked = self._ledger(sight, ledger)
        condition, order = where(sight, asked, query), order_of(sight, asked, query)
        with self.lock:
            total = self._total(sight, asked, condition)
            found = self._fetch(asked, query, condition, order, query.limit) if total else []
        cursor = cursor_of([canonical(value) for value in found[-1][-len(order) :]]) if found and len(found) == query.limit else None
        make = _maker(sight, asked, query.unmasked)
        return Rows([make(values) for values in found], total, cursor)

    def count(self, sight: Sight, ledger: Ledger | str, query: Query = Query()) -> int:  # noqa: B008
        """Return how many rows are found; raises as ``rows`` does."""
        asked = self._ledger(sight, ledger)
        condition = where(sight, asked, query)
        with self.lock:
            return self._total(sight, asked, condition)

    def stream(self, sight: Sight, ledger: Ledger | str, query: Query = Query()) -> Iterator[Row]:  # noqa: B008
        """Yield all rows that are found, without limit, as they stood at the first one; raises as ``rows`` does."""
        asked = self._ledger(sight, ledger)
        condition, order = where(sight, asked, query), order_of(sight, asked, query)
        with self.lock:
            table = self.tables.require(asked)
            cursor = self.tables.connection.cursor()
            cursor.execute(_select(asked, table, condition, order, None, 0), condition.parameters)
        make = _maker(sight, asked, query.unmasked)
        try:
            while page := cursor.fetchmany(_PAGE):
                yield from map(make, page)
        finally:
            cursor.close()

    def entry(self, sight: Sight, ledger: Ledger | str, ref: str, *, act: str = "read", unmasked: bool = False) -> Row:
        """Return the entry that a name or a ``ref`` means, as it stands.

        Raises ``TaizhangError`` (``access.entry_unknown``) for one that is not there, does not stand or may not be seen, alike; ``access.refused``.
        """
        asked = self._ledger(sight, ledger)
        name = self.name_of(asked, ref)
        condition = where(sight, asked, Query(act=act, unmasked=unmasked))
        condition.add("_entry = ?", name)
        with self.lock:
            found = self._fetch(asked, Query(unmasked=unmasked), condition, [("_seq", False)], 1)
        if not found:
            raise TaizhangError("access.entry_unknown", ledger=asked.title)
        return _maker(sight, asked, unmasked)(found[0])

    def name_of(self, ledger: Ledger, ref: str) -> str:
        """Return the name of the entry that a ``ref`` means; raises ``TaizhangError`` (``access.entry_unknown``)."""
        return self.names_of(ledger, [ref])[ref]

    def names_of(self, ledger: Ledger, refs: Collection[str]) -> dict[str, str]:
        """Return the names of the entries that some ``ref`` mean; raises as ``name_of`` does."""
        from taizhang.journal import read

        names = {ref: ref for ref in refs if not ref.startswith("@")}
        seqs = {ref: int(ref[1:]) for ref in refs if ref.startswith("@") and ref[1:].isdecimal() and len(ref) < 18}
        versions = read.versions(seqs.values()) if seqs else {}
        names |= {ref: versions[seq].entry for ref, seq in seqs.items() if seq in versions and versions[seq].ledger == ledger.name}
        if any(ref not in names for ref in refs):
            raise TaizhangError("access.entry_unknown", ledger=ledger.title)
        return names

    def by_village(self, sight: Sight, asked: Sequence[tuple[Ledger, Query]]) -> list[Found]:
        """Return, for each question to a ledger, how many rows are found in which village; raises as ``rows`` does."""
        conditions = [where(sight, ledger, query) for ledger, query in asked]
        parts = [
            f"SELECT {number}, substr(_division, 1, 12), count(*), max(_seq) FROM {quoted(ledger.name)} WHERE {condition.text} GROUP BY 2"
            for number, ((ledger, _query), condition) in enumerate(zip(asked, conditions, strict=True))
        ]
        found: list[Found] = [{} for _ in asked]
        ledgers = [ledger for ledger, _query in asked]
        with self.lock:
            together = len(parts) if self.tables.require_all(ledgers) else 1
            for first in range(0, len(parts), together or 1):
                some = slice(first, first + together)
                self.tables.require_all(ledgers[some])
                parameters = [value for condition in conditions[some] for value in condition.parameters]
                for number, village, rows, seq in self._run(" UNION ALL ".join(parts[some]), parameters):
                    found[number][village] = rows, seq
        return found

    def tasks(self, sight: Sight, ledger: Ledger, spans: Mapping[str, Period]) -> dict[str, str]:
        """Return the tasks to which rows of a ledger say that there is nothing (``says_nothing``), each with the title of the ledger that it asks for.

        Of each ledger in ``spans``, by its title, those that ask for rows up to a day of the span. Who answers a task need not see it: it may be the
        whole town's; so nothing else is told of it.
        """
        said = ledger.says_nothing
        if said is None or not spans:
            return {}
        title, upto, tasks = quoted(said.ledger), quoted(said.upto), self._ledger(sight, ledger.fields[said.task].to or "")
        with self.lock:
            sql = f"SELECT _entry, {title} FROM {quoted(self.tables.require(tasks))} WHERE "
            sql += " OR ".join(f"({title} = ? AND {upto} BETWEEN ? AND ?)" for _ in spans)
            return dict(self._run(sql, [value for name, span in spans.items() for value in (name, span.start, span.end)]))

    def _ledger(self, sight: Sight, ledger: Ledger | str) -> Ledger:
        if not isinstance(ledger, str):
            return ledger
        if ledger not in sight.pack.ledgers:
            raise TaizhangError("definition.unknown_ledger", name=ledger)
        return sight.pack.ledgers[ledger]

    def _run(self, sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
        return self.tables.connection.execute(sql, parameters).fetchall()

    def _total(self, sight: Sight, ledger: Ledger, condition: Where) -> int:
        table = self.tables.require(ledger)
        key = (ledger.name, self.tables.stamp(ledger.name), condition.text, *map(str, condition.parameters))
        if key not in self._counts:
            while len(self._counts) >= _COUNTS_KEPT:
                self._counts.pop(next(iter(self._counts)))
            self._counts[key] = int(self._run(f"SELECT count(*) FROM {quoted(table)} WHERE {condition.text}", condition.parameters)[0][0])
        return self._counts[key]

    def _fetch(
        self, ledger: Ledger, query: Query, condition: Where, order: list[tuple[str, bool]], limit: int | None
    ) -> list[tuple[Any, ...]]:
        """Return what ``_select`` gives: the system's columns that are shown, the fields, the columns of the order."""
        table = self.tables.require(ledger)
        asked = replace(condition, sql=[*condition.sql], parameters=[*condition.parameters])
        if query.after:
            beyond(order, columns(ledger), query.after, asked)
        return self._run(_select(ledger, table, asked, order, limit, 0 if query.after else query.offset), asked.parameters)


def _select(ledger: Ledger, table: str, condition: Where, order: list[tuple[str, bool]], limit: int | None, offset: int) -> str:
    names = ", ".join(map(quoted, (*_SHOWN, *ledger.fields, *(name for name, _ in order))))
    by = ", ".join(f"{quoted(name)} {'DESC' if descends else 'ASC'} NULLS LAST" for name, descends in order)
    sql = f"SELECT {names} FROM {quoted(table)} WHERE {condition.text} ORDER BY {by}"
    return sql if limit is None else f"{sql} LIMIT {int(limit)} OFFSET {int(offset)}"


def _maker(sight: Sight, ledger: Ledger, unmasked: bool) -> Callable[[tuple[Any, ...]], Row]:
    """Return what makes a row of the columns of ``_select``; what masks is looked up once for all rows."""
    hidden = {} if unmasked else {n: meant(sight.pack, ledger.fields[n]) for n in ledger.fields if personal(sight, ledger, n)}
    names, by_seq, first = list(ledger.fields), personal_key(sight, ledger), len(_SHOWN)

    def make(values: tuple[Any, ...]) -> Row:
        seq, entry, version, division, submission, sheet, line = values[:first]
        texts = {name: canonical(value) for name, value in zip(names, values[first : first + len(names)], strict=True)}
        for name, definition in hidden.items():
            texts[name] = mask_value(definition, texts[name])
        shown = "|".join(texts.get(part) or "" for part in ledger.key) if by_seq and not unmasked else entry
        ref = f"@{seq}" if by_seq else entry
        return Row(ledger.name, seq, shown, version, division or "", submission, sheet, line, ref, entry, unmasked, texts)

    return make


def canonical(value: Any) -> str | None:
    """Return a value of the warehouse as the text that the journal has."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else str(value)
