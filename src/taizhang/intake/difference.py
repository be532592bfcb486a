"""What a table changes against what stands: new, changed, unchanged and missing, told before anything is recorded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from taizhang.intake.checking import Checked, coverage
from taizhang.pack.definitions import Ledger


class StandingLike(Protocol):
    """The version of an entry that stands, as the journal tells it."""

    @property
    def seq(self) -> int: ...
    @property
    def data(self) -> str: ...


class FieldChange(NamedTuple):
    """One field of a changed entry; None is an empty cell."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """An entry that stands with other values; ``data`` is its new JSON text."""

    index: int
    entry: str
    base: int
    data: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class MissingRow:
    """An entry that stands, of the divisions and periods that the file covers, and is not in it."""

    entry: str
    base: int
    division: str
    data: str


@dataclass(slots=True)
class Difference:
    """What one table would change; ``new`` and ``unchanged`` are indices into the checked rows."""

    checked: Checked
    new: list[int] = field(default_factory=list)
    changed: list[ChangedRow] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    missing: list[MissingRow] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return counts, and the changed and missing rows in full, as plain data for JSON."""
        lines = self.checked.lines
        return {
            "new": len(self.new),
            "changed": [
                {"entry": c.entry, "row": lines[c.index], "fields": {f.field: {"old": f.old, "new": f.new} for f in c.fields}}
                for c in self.changed
            ],
            "unchanged": len(self.unchanged),
            "missing": [{"entry": m.entry, "division": m.division, "data": json.loads(m.data)} for m in self.missing],
        }


def difference(checked: Checked, standing: Mapping[str, StandingLike], rows: list[int] | None = None) -> Difference:
    """Compare good rows (or the given indices) with what stands of their entries.

    A field whose column the table does not have keeps the value that stands: a missing column says nothing about its values.
    """
    found = Difference(checked)
    wanted = checked.good() if rows is None else rows
    if not standing:
        found.new = list(wanted)
        return found
    keys, data = checked.keys, checked.data
    absent = [name for name in checked.ledger.fields if name not in checked.columns] if checked.columns else []
    for index in wanted:
        stands = standing.get(keys[index])
        if stands is None:
            found.new.append(index)
        elif stands.data == data[index]:
            found.unchanged.append(index)
        else:
            _compare(found, index, stands, absent)
    return found


def _compare(found: Difference, index: int, stands: StandingLike, absent: list[str]) -> None:
    old: dict[str, str] = json.loads(stands.data)
    new: dict[str, str] = json.loads(found.checked.data[index])
    fields = found.checked.ledger.fields
    for name in absent:
        if name in old and name not in new:
            new[name] = old[name]
    if new == old:
        found.unchanged.append(index)
        return
    changes = tuple(FieldChange(n, old.get(n), new.get(n)) for n in dict.fromkeys([*fields, *old]) if old.get(n) != new.get(n))
    ordered = {name: new[name] for name in fields if name in new}
    text = json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))
    found.changed.append(ChangedRow(index, found.checked.keys[index], stands.seq, text, changes))


def missing(tables: Iterable[Checked], standing: Mapping[str, StandingLike]) -> list[MissingRow]:
    """Return the standing entries of one ledger that the tables (all of that ledger) cover and do not have.

    A table covers the villages, years and months that it names; of an event without a period in its key, the months of its dates.
    Rows with faults count as being there: a mistake in a row must not look like its withdrawal.
    """
    present: set[str] = set()
    spans: set[tuple[str, ...]] = set()
    ledger: Ledger | None = None
    for table in tables:
        ledger = table.ledger
        present.update(table.keys)
        spans.update(map(_span, table.covers))
    if ledger is None or not spans:
        return []
    names = coverage(ledger)
    found = []
    for entry, stands in standing.items():
        if entry not in present:
            data = json.loads(stands.data)
            if _span([data.get(name) for name in names]) in spans:
                found.append(MissingRow(entry, stands.seq, data.get(ledger.division, ""), stands.data))
    return found


def _span(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple((text or "")[:7] if number else text or "" for number, text in enumerate(values))
