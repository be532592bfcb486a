"""A snapshot out of literal rows: worked examples and tests, without a journal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from taizhang.errors import Fault, Refusal
from taizhang.pack.definitions import Field, Ledger, Pack
from taizhang.pack.divisions import DivisionTree
from taizhang.pack.periods import Period
from taizhang.warehouse.columns import SUBMISSION, SYSTEM, columns
from taizhang.warehouse.engine import Engine
from taizhang.warehouse.snapshot import CLOSURE, CLOSURE_TYPES, DIVISION, DIVISION_TYPES, SUBMISSION_TABLE, Snapshot, division_rows

if TYPE_CHECKING:
    from taizhang.pack.fieldtypes import Context
    from taizhang.warehouse.duckdb.engine import DuckDB

LONG_AGO = date(1900, 1, 1)
_SUBMISSION = {
    "_seq": "0",
    "number": "1",
    "person": "范例",
    "source_kind": "form",
    "source_name": "范例",
    "accepted_at": "1900-01-01T00:00:00",
}


@lru_cache(maxsize=4)
def _base(divisions: DivisionTree) -> DuckDB:
    """Return a database that holds what all examples in these divisions share."""
    from taizhang.warehouse.duckdb.connection import connect
    from taizhang.warehouse.duckdb.engine import DuckDB

    base = DuckDB(connect(threads=1))  # the rows of an example are few: a second thread only costs
    base.write(CLOSURE, CLOSURE_TYPES, list(divisions.closure), "TABLE")
    base.write(DIVISION, DIVISION_TYPES, division_rows(divisions), "TABLE")
    base.write(SUBMISSION_TABLE, SUBMISSION, _texts(SUBMISSION, [_SUBMISSION]), "TABLE")
    return base


def _share(engine: Engine, divisions: DivisionTree) -> None:
    """Write what all examples share; an engine that has it already does nothing."""
    engine.write(CLOSURE, CLOSURE_TYPES, list(divisions.closure))
    engine.write(DIVISION, DIVISION_TYPES, division_rows(divisions))
    engine.write(SUBMISSION_TABLE, SUBMISSION, _texts(SUBMISSION, [_SUBMISSION]))


def _own(divisions: DivisionTree) -> Engine:
    from taizhang.warehouse.duckdb.engine import DuckDB

    return DuckDB(_base(divisions).connection.cursor())


def _texts(names: Iterable[str], rows: Iterable[Mapping[str, str | None]]) -> list[list[str | None]]:
    return [[row.get(name) for name in names] for row in rows]


def snapshot_of(
    pack: Pack,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    divisions: DivisionTree,
    period: Period | str,
    engine: Engine | None = None,
) -> Snapshot:
    """Return a snapshot of literal rows; see ``Snapshot.from_rows``."""
    full, last = _completed(pack, rows, divisions, period)

    def make(engine: Engine, name: str, _wanted: Collection[str] | None = None) -> None:
        if name != SUBMISSION_TABLE:
            types = columns(pack.ledgers[name])
            engine.write(name, types, _texts(types, full.get(name, [])))

    if engine is not None:
        _share(engine, divisions)
    return Snapshot(pack, divisions, engine or _own(divisions), last, make, all_known=True)


def completed(
    pack: Pack, rows: Mapping[str, Sequence[Mapping[str, Any]]], divisions: DivisionTree, period: Period | str
) -> dict[str, list[dict[str, str | None]]]:
    """Return literal rows as canonical texts, by ledger, with what an example may leave out filled in.

    Raises ``Refusal`` for a value that a ledger would not take in.
    """
    return _completed(pack, rows, divisions, period)[0]


def _completed(
    pack: Pack, rows: Mapping[str, Sequence[Mapping[str, Any]]], divisions: DivisionTree, period: Period | str
) -> tuple[dict[str, list[dict[str, str | None]]], int]:
    filler = _Filler(divisions, period if isinstance(period, Period) else Period.parse(period))
    full = {name: filler.fill(pack.ledgers[name], listed) for name, listed in rows.items()}
    if filler.faults:
        raise Refusal(filler.faults)
    return full, filler.seq


class _Filler:
    """Completes rows: what an example leaves out is made up."""

    def __init__(self, divisions: DivisionTree, period: Period) -> None:
        from taizhang.pack.fieldtypes import Context

        self.divisions = divisions
        self.period = period
        self.seq = 0
        self.faults: list[Fault] = []
        self.context: Context = Context(divisions, date(2100, 1, 1))
        within = divisions.town
        villages = sorted(d.code for d in divisions if d.level == "village" and d.code.startswith(within or ""))
        self.division = villages[0] if villages else (within or "")

    def fill(self, ledger: Ledger, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str | None]]:
        given_somewhere = set().union(*rows)
        readers = {name: _reader(field, ledger, self) for name, field in ledger.fields.items() if name in given_somewhere}
        full: list[dict[str, str | None]] = []
        entries: set[str] = set()
        for line, row in enumerate(rows, start=1):
            values: dict[str, str | None] = {name: readers[name](raw, line) for name, raw in row.items() if name in readers}
            given = {name for name, value in values.items() if value is not None}
            self._complete(ledger, values, line)
            entry = entry_text(values, ledger.key)
            if entry in entries:
                if given.issuperset(ledger.key):
                    self.faults.append(Fault("example.key_repeated", {"ledger": ledger.name, "entry": entry}, row=line, value=entry))
                entry = f"{entry}#{line}"
            entries.add(entry)
            self.seq += 1
            system = {"_seq": str(self.seq), "_entry": entry, "_version": "1", "_op": "record", "_submission": "1", "_line": str(line)}
            full.append({**dict.fromkeys(SYSTEM), **system, "_division": values.get(ledger.division), **values})
        return full

    def _complete(self, ledger: Ledger, values: dict[str, str | None], line: int) -> None:
        if ledger.at and values.get(ledger.at) is None:
            values[ledger.at] = _day_text(ledger.fields[ledger.at], self.period.start)
        if ledger.begins and values.get(ledger.begins) is None:
            values[ledger.begins] = _day_text(ledger.fields[ledger.begins], LONG_AGO)
        if values.get(ledger.division) is None:
            values[ledger.division] = self.division
        for name in ledger.key:
            if values.get(name) is None:
                values[name] = self._made_up(ledger.fields[name], line)

    def _made_up(self, field: Field, line: int) -> str:
        if field.type in ("date", "timestamp", "month", "year"):
            return _day_text(field, self.period.start)
        if field.type == "division":
            return self.division
        if field.type == "choice":
            return field.choices[0]
        if field.type == "yes_no":
            return "true"
        return f"例{line}" if _is_text(field) else str(line)


def _is_text(field: Field) -> bool:
    from taizhang.warehouse.columns import sql_type

    return sql_type(field) == "VARCHAR"


def _day_text(field: Field, day: date) -> str:
    lengths = {"year": 4, "month": 7}
    return f"{day.isoformat()}T00:00" if field.type == "timestamp" else day.isoformat()[: lengths.get(field.type, 10)]


def _reader(field: Field, ledger: Ledger, filler: _Filler) -> Callable[[Any, int], str | None]:
    from taizhang.pack.fieldtypes import Reading, reader

    quick = reader(field, filler.context)

    def read(raw: Any, line: int) -> str | None:
        # YAML keeps a long number whole, which a spreadsheet does not: it is taken as written.
        reading = quick(str(raw) if type(raw) is int else raw)
        if not isinstance(reading, Reading):
            return reading
        filler.faults += [f.at(sheet=ledger.name, row=line) for f in reading.faults if f.severity == "error"]
        return reading.value

    return read


def entry_text(values: Mapping[str, str | None], key: Sequence[str]) -> str:
    """Return an entry's name: the key's texts joined with ``|``."""
    return "|".join((values.get(name) or "").replace("\\", "\\\\").replace("|", "\\|") for name in key)
