"""Checking: raw columns become canonical rows as JSON text, with every fault told at once.

Work goes by column, since a column has one reader and most of a column is plain; nothing is made per row until all columns are read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import repeat
from json.encoder import encode_basestring
from typing import Any

from taizhang.errors import Fault
from taizhang.intake.filling import fill_down
from taizhang.intake.headers import Header, header_faults, needed
from taizhang.intake.lines import SkippedLine, leading_columns, sort_lines, without_end
from taizhang.intake.sheets import Sheet, letters
from taizhang.intake.titles import Titles
from taizhang.intake.units import with_units
from taizhang.pack.definitions import Field, Ledger
from taizhang.pack.fieldtypes import Context, Reading, reader
from taizhang.pack.fieldtypes._model import DivisionTreeLike

_SAMPLE = 2000
_HARMLESS = {str, float, date, datetime, type(None)}
# Types whose canonical texts are digits, capital letters, points, hyphens and colons.
_PLAIN = frozenset({
    "id_number", "credit_code", "bank_card", "division", "money", "area", "mass", "volume", "number", "percentage", "count", "yes_no", "date", "month",
    "year", "timestamp",
})  # fmt: skip
# A table with such a fault is taken in no part.
BLOCKING = ("column.missing", "column.repeated", "column.unit", "ledger.not_yours", "ledger.not_by_people")
_ESCAPED = re.compile(r'["\\\x00-\x1f]')


@dataclass(slots=True)
class Checked:
    """One table after checking. The lists run side by side, one item a row; rows with errors are in them and in ``refused``.

    ``data`` is JSON text of canonical texts; ``originals`` is by field and holds what was written
    where that says something else than the value (a division's own name says the same as its code); ``warned`` is by index. Faults carry file, sheet, row, column.
    """

    ledger: Ledger
    file: str | None = None
    sheet: str | None = None
    columns: dict[str, int] = field(default_factory=dict)  # field → 0-based column
    titles: dict[str, str] = field(default_factory=dict)  # field → heading as written
    lines: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    divisions: list[str | None] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    originals: dict[str, list[str | None]] = field(default_factory=dict)
    warned: dict[int, set[str]] = field(default_factory=dict)
    covers: set[tuple[str | None, ...]] = field(default_factory=set)  # divisions with periods, in the order of ``coverage``
    refused: set[int] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    skipped: list[SkippedLine] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)  # headings that mean no field

    @property
    def errors(self) -> list[Fault]:
        """The faults that no confirmation helps against."""
        return [fault for fault in self.faults if fault.severity == "error"]

    @property
    def blocked(self) -> bool:
        """Whether the table itself is wrong (a column is missing or twice there), so that not even good rows can be taken."""
        return any(fault.code in BLOCKING for fault in self.faults)

    def good(self) -> list[int]:
        """Return the indices of the rows without errors; none when the table itself is wrong."""
        if self.blocked:
            return []
        return [i for i in range(len(self.data)) if i not in self.refused] if self.refused else list(range(len(self.data)))

    def append(self, other: Checked) -> None:
        """Put the rows of another part of the same table below these; entries that stand in both are not looked for."""
        count = len(self.lines)
        for name in {**self.originals, **other.originals}:
            before, after = self.originals.get(name, [None] * count), other.originals.get(name, [None] * len(other.lines))
            self.originals[name] = before + after
        self.lines += other.lines
        self.keys += other.keys
        self.divisions += other.divisions
        self.data += other.data
        self.warned.update((count + index, codes) for index, codes in other.warned.items())
        self.covers |= other.covers
        self.refused.update(count + index for index in other.refused)
        self.faults += other.faults
        self.skipped += other.skipped

    def original_texts(self) -> list[str | None]:
        """Return, for each row, JSON text of what was written where it says something else than the value; None when nowhere."""
        if not self.originals:
            return [None] * len(self.data)
        ordered = {name: self.originals[name] for name in self.ledger.fields if name in self.originals}
        return [None if text == "{}" else text for text in to_json(ordered, len(self.data))]

    def rows(self) -> list[dict[str, str]]:
        """Return the rows without errors as dicts of canonical texts."""
        import json

        return [json.loads(self.data[i]) for i in self.good()]


def check(sheet: Sheet, header: Header, titles: Titles, context: Context, file: str) -> Checked:
    """Check one sheet under its heading; merged cells are filled down first.

    The rows that a large sheet has already are checked while its other rows are still being read.
    """
    first = header.bottom + 1
    if len(sheet.rows) <= first:
        sheet.complete()
    fill_down(sheet, header)
    checked, faults = _check_rows_from(first, sheet, header, titles, context, file)
    there = len(sheet.rows)
    if sheet.complete():
        if len(sheet.rows) > there:
            checked.append(_check_rows_from(there, sheet, header, titles, context, file)[0])
    else:
        fill_down(sheet, header)
        checked, faults = _check_rows_from(first, sheet, header, titles, context, file)
    checked.faults = [*header_faults(header, titles, sheet, file), *faults, *checked.faults]
    checked.skipped = without_end(checked.skipped, len(sheet.rows) - 1 + sheet.base)
    _find_repeated(checked)
    return checked


def _check_rows_from(first: int, sheet: Sheet, header: Header, titles: Titles, context: Context, file: str) -> tuple[Checked, list[Fault]]:
    """Check the rows from ``first`` on by themselves; the second value are faults of the heading."""
    ledger = titles.ledger
    columns = _columns(sheet.rows[first:], {*header.columns.values(), *leading_columns(sheet, header)})
    skipped = sort_lines(sheet, header, titles, columns, first)
    count = len(sheet.rows) - first
    kept = [index for index in range(count) if index not in skipped] if skipped else range(count)
    lines = [first + i + sheet.base for i in kept]
    checked = Checked(ledger, file, sheet.name, dict(header.columns), dict(header.titles), lines, skipped=list(skipped.values()))
    checked.unmatched = [heading for _, heading in header.unknown]
    raw = {name: [columns[c][i] for i in kept] if skipped else columns[c] for name, c in header.columns.items()}
    del columns
    faults = with_units(raw, header, ledger, context, {"file": file, "sheet": sheet.name, "row": header.bottom + sheet.base})
    read_columns(checked, raw, context)
    return checked, faults


def _columns(rows: list[list[Any]], wanted: set[int]) -> dict[int, Sequence[Any]]:
    if not rows:
        return {column: [] for column in wanted}
    return {column: cells for column, cells in enumerate(zip(*rows, strict=True)) if column in wanted}


def check_rows(ledger: Ledger, rows: Sequence[Mapping[str, Any]], context: Context) -> Checked:
    """Check rows that did not come from a sheet (a form, a call, the demonstration town): dicts of raw values by field, counted from 1."""
    checked = Checked(ledger, lines=list(range(1, len(rows) + 1)))
    known = ledger.fields.keys()
    if not set().union(*map(dict.keys, rows)) <= known:  # type: ignore[arg-type]
        for index, row in enumerate(rows):
            for name in row.keys() - known:
                checked.faults.append(Fault("row.unknown_field", {"field": name}, row=index + 1, field=name, value=str(row[name])))
                checked.refused.add(index)
    raw = {name: [row.get(name) for row in rows] for name in known}
    read_columns(
        checked, {name: column for name, column in raw.items() if needed(ledger, name) or any(cell is not None for cell in column)}, context
    )
    _find_repeated(checked)
    return checked


def read_columns(checked: Checked, raw: dict[str, Sequence[Any]], context: Context) -> None:
    """Fill keys, divisions, data, originals and faults of ``checked`` from raw columns; ``raw`` is emptied on the way."""
    ledger, count = checked.ledger, len(checked.lines)
    values: dict[str, list[str | None]] = {}
    for name, definition in ledger.fields.items():
        if name in raw:
            values[name] = _read(checked, definition, raw.pop(name), context)
        elif definition.default is not None:
            values[name] = _read(checked, definition, [None] * count, context)
    for name in values:
        if needed(ledger, name) and None in values[name]:
            _require(checked, ledger.fields[name], values[name])
    if ledger.checks and count:
        from taizhang.intake.rowchecks import check_row_rules

        check_row_rules(checked, values)
    empty: list[str | None] = [None] * count
    checked.divisions = values.get(ledger.division, empty)
    checked.keys = _keys([values.get(name, empty) for name in ledger.key], count)
    checked.covers = set(zip(*(values.get(name, empty) for name in coverage(ledger)), strict=True)) if count else set()
    checked.data = to_json(values, count, {name for name in values if ledger.fields[name].type in _PLAIN})


class _Memo(dict[Any, Any]):
    """Readings by cell, made when first asked for."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self._read = read

    def __missing__(self, cell: Any) -> Any:
        result = self[cell] = self._read(cell)
        return result


def _repeats(cells: Sequence[Any]) -> bool:
    """Tell whether a column is worth remembering: few different cells, and none equal to a cell that reads otherwise (1 and True)."""
    sample = cells[:_SAMPLE]
    return len(cells) > 50 and len(set(sample)) * 2 < len(sample) and set(map(type, cells)) <= _HARMLESS


def _read(checked: Checked, definition: Field, cells: Sequence[Any], context: Context) -> list[str | None]:
    read = reader(definition, context)
    if _repeats(cells):
        memo = _Memo(read)
        found = list(map(memo.__getitem__, cells))
        results: Iterable[Any] = memo.values()
    else:
        results = found = list(map(read, cells))
    if Reading in set(map(type, results)):
        found = _settled(checked, definition, found, {id(value): value for value in results if type(value) is Reading}, context)
    if definition.default is not None and None in found:
        faulty = {fault.row for fault in checked.faults if fault.field == definition.name and fault.severity == "error"}
        default = read(definition.default)
        text = default.value if isinstance(default, Reading) else default
        found = [text if value is None and line not in faulty else value for value, line in zip(found, checked.lines, strict=True)]
    return found


def _settled(checked: Checked, definition: Field, found: list[Any], unique: dict[int, Reading], context: Context) -> list[str | None]:
    """Return the values alone, after noting originals and telling faults; ``unique`` are the readings among what was found, by identity."""
    if definition.type == "division" and context.divisions is not None:
        unique = _without_names(unique, context.divisions)
    if any(reading.original is not None and reading.value is not None for reading in unique.values()):
        checked.originals[definition.name] = [
            value.original if type(value) is Reading and id(value) in unique and value.value is not None else None for value in found
        ]
    if any(reading.faults for reading in unique.values()):
        for index, value in enumerate(found):
            if type(value) is Reading and value.faults:
                _tell(checked, definition.name, index, value)
    return [value.value if type(value) is Reading else value for value in found]


def _without_names(unique: dict[int, Reading], divisions: DivisionTreeLike) -> dict[int, Reading]:
    """Leave out readings whose original is a division's own name in the list of divisions: its code says the same, for every row of a village."""
    return {
        key: one
        for key, one in unique.items()
        if one.faults or not one.original or getattr(divisions.resolve(one.value or ""), "name", None) != one.original
    }


def _tell(checked: Checked, name: str, index: int, reading: Reading) -> None:
    for fault in reading.faults:
        checked.faults.append(_placed(checked, fault, index, name))
        if fault.severity == "error":
            checked.refused.add(index)
        else:
            checked.warned.setdefault(index, set()).add(fault.code)


def _placed(checked: Checked, fault: Fault, index: int, name: str) -> Fault:
    column = checked.columns.get(name)
    title = checked.titles.get(name) or checked.ledger.fields[name].title
    return fault.at(
        file=checked.file,
        sheet=checked.sheet,
        row=checked.lines[index],
        column=None if column is None else letters(column),
        title=title,
        field=name,
    )


def _require(checked: Checked, definition: Field, values: list[str | None]) -> None:
    faulty = {(fault.row, fault.field) for fault in checked.faults if fault.severity == "error"}
    for index, value in enumerate(values):
        if value is None and (checked.lines[index], definition.name) not in faulty:
            checked.faults.append(_placed(checked, Fault("row.required", {"title": definition.title}), index, definition.name))
            checked.refused.add(index)


def coverage(ledger: Ledger) -> list[str]:
    """Return the fields that say what a table covers: the division, and the years and months of the key (else the date of an event)."""
    periods = [name for name in ledger.key if ledger.fields[name].type in ("year", "month")]
    if not periods and ledger.kind == "event" and ledger.at:
        periods = [ledger.at]
    return [ledger.division, *periods]


def escape_key(text: str) -> str:
    """Escape one part of an entry's key.

    >>> escape_key("a|b")
    'a\\\\|b'
    """
    return text.replace("\\", "\\\\").replace("|", "\\|")


def _keys(parts: list[list[str | None]], count: int) -> list[str]:
    if not parts:
        return [""] * count
    texts = [["" if text is None else text for text in part] if None in part else part for part in parts]
    keys = list(map("|".join, zip(*texts, strict=True)))
    whole = "".join(keys)
    if "\\" not in whole and whole.count("|") == count * (len(parts) - 1):
        return keys
    return ["|".join(map(escape_key, row)) for row in zip(*texts, strict=True)]


def _find_repeated(checked: Checked) -> None:
    keys = checked.keys
    if len(set(keys)) == len(keys):
        return
    places: dict[str, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        places[key].append(index)
    name = checked.ledger.key[0] if len(checked.ledger.key) == 1 else checked.ledger.key[-1]
    titles = "、".join(checked.ledger.fields[n].title for n in checked.ledger.key)
    for key, indices in places.items():
        complete = [i for i in indices if i not in checked.refused or "" not in key.split("|")]
        if len(complete) < 2:
            continue
        rows = "、".join(str(checked.lines[i]) for i in complete)
        for index in complete:
            fault = Fault("row.repeated", {"rows": rows, "key": key.replace("|", " / "), "titles": titles}, value=key)
            checked.faults.append(_placed(checked, fault, index, name))
            checked.refused.add(index)


def to_json(values: Mapping[str, list[str | None]], count: int, plain: Container[str] = ()) -> list[str]:
    """Return one JSON object a row: canonical texts in the order given, fields without a value left out.

    ``plain`` are fields whose canonical texts never hold anything that JSON escapes.
    """
    parts: list[Iterable[str]] = []  # a str stands for itself in every row
    for name, column in values.items():
        if None in column:
            prefix = f',"{name}":'
            encoded = {text: prefix + encode_basestring(text) for text in set(column) if text is not None}
            encoded[None] = ""  # type: ignore[index]
            _add(parts, "", [encoded[text] for text in column], "")  # type: ignore[index]
        elif name in plain or not _ESCAPED.search("".join(column)):  # type: ignore[arg-type]
            _add(parts, f',"{name}":"', column, '"')  # type: ignore[arg-type]
        else:
            _add(parts, f',"{name}":', map(encode_basestring, column), "")  # type: ignore[arg-type]
    if not parts:
        return ["{}"] * count
    # A comma stands before each field; the first one becomes the brace, at once where it is in every row.
    first = parts[0]
    sure = isinstance(first, str) and first.startswith(",")
    parts = [f"{{{first[1:]}", *parts[1:]] if isinstance(first, str) and sure else parts
    _add(parts, "}", (), "")
    texts = map("".join, zip(*(repeat(part, count) if isinstance(part, str) else part for part in parts), strict=True))
    return list(texts) if sure else ["{" + text.removeprefix(",") for text in texts]


def _add(parts: list[Iterable[str]], before: str, column: Iterable[str], after: str) -> None:
    """Append a column with what stands before and after it in every row, joined to the fixed text that precedes."""
    if parts and isinstance(parts[-1], str):
        parts[-1] += before
    elif before:
        parts.append(before)
    if column:
        parts.append(column)
    if column and after:
        parts.append(after)
