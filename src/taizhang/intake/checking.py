"""Checking: raw columns become canonical rows as JSON text, with every fault told at once.

Work goes by column, since a column has one reader and most of a column is plain; nothing is made per row until all columns are read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring  # type: ignore[attr-defined]
from typing import Any

from taizhang.errors import Fault
from taizhang.intake.filling import fill_down
from taizhang.intake.headers import Header, header_faults, needed
from taizhang.intake.lines import SkippedLine, sort_lines
from taizhang.intake.sheets import Sheet, letters
from taizhang.intake.titles import Titles
from taizhang.intake.units import with_units
from taizhang.pack.definitions import Field, Ledger
from taizhang.pack.fieldtypes import Context, Reading, reader

_ESCAPED = re.compile(r'["\\\x00-\x1f]')


@dataclass(slots=True)
class Checked:
    """One table after checking. The lists run side by side, one item a row; rows with errors are in them and in ``refused``.

    ``data`` is JSON text of canonical texts; ``originals`` and ``warned`` are by index. Faults carry file, sheet, row, column.
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
    originals: dict[int, dict[str, str]] = field(default_factory=dict)
    warned: dict[int, set[str]] = field(default_factory=dict)
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
        return any(fault.code in ("column.missing", "column.repeated", "column.unit") for fault in self.faults)

    def good(self) -> list[int]:
        """Return the indices of the rows without errors."""
        return [i for i in range(len(self.data)) if i not in self.refused] if self.refused else list(range(len(self.data)))

    def rows(self) -> list[dict[str, str]]:
        """Return the rows without errors as dicts of canonical texts."""
        import json

        return [json.loads(self.data[i]) for i in self.good()]


def check(sheet: Sheet, header: Header, titles: Titles, context: Context, file: str) -> Checked:
    """Check one sheet under its heading; merged cells are filled down first."""
    ledger = titles.ledger
    fill_down(sheet, header)
    kept, skipped = sort_lines(sheet, header, titles)
    checked = Checked(ledger, file, sheet.name, dict(header.columns), dict(header.titles), [i + sheet.base for i in kept], skipped=skipped)
    checked.faults += header_faults(header, titles, sheet, file)
    checked.unmatched = [heading for _, heading in header.unknown]
    rows = sheet.rows
    whole = kept == list(range(header.bottom + 1, len(rows)))
    source: Iterable[list[Any]] = rows[header.bottom + 1 :] if whole else [rows[i] for i in kept]
    source = list(source)
    raw = {name: [row[column] for row in source] for name, column in header.columns.items()}
    checked.faults += with_units(raw, header, ledger, context, {"file": file, "sheet": sheet.name, "row": header.bottom + sheet.base})
    read_columns(checked, raw, context)
    return checked


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
    read_columns(checked, {name: column for name, column in raw.items() if any(cell is not None for cell in column)}, context)
    return checked


def read_columns(checked: Checked, raw: dict[str, list[Any]], context: Context) -> None:
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
    _find_repeated(checked)
    checked.data = to_json(values, count)


def _read(checked: Checked, definition: Field, cells: list[Any], context: Context) -> list[str | None]:
    read = reader(definition, context)
    found = list(map(read, cells))
    if Reading in set(map(type, found)):
        for index, value in enumerate(found):
            if type(value) is Reading:
                found[index] = _settle(checked, definition, index, value)
    if definition.default is not None and None in found:
        faulty = {fault.row for fault in checked.faults if fault.field == definition.name and fault.severity == "error"}
        default = read(definition.default)
        text = default.value if isinstance(default, Reading) else default
        found = [text if value is None and line not in faulty else value for value, line in zip(found, checked.lines, strict=True)]
    return found  # type: ignore[return-value]


def _settle(checked: Checked, definition: Field, index: int, reading: Reading) -> str | None:
    name = definition.name
    if reading.original is not None and reading.value is not None:
        checked.originals.setdefault(index, {})[name] = reading.original
    for fault in reading.faults:
        checked.faults.append(_placed(checked, fault, index, name))
        if fault.severity == "error":
            checked.refused.add(index)
        else:
            checked.warned.setdefault(index, set()).add(fault.code)
    return reading.value


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


def escape_key(text: str) -> str:
    """Escape one part of an entry's key.

    >>> escape_key("a|b")
    'a\\\\|b'
    """
    return text.replace("\\", "\\\\").replace("|", "\\|")


def _keys(parts: list[list[str | None]], count: int) -> list[str]:
    clean: list[list[str]] = []
    for part in parts:
        texts = ["" if value is None else value for value in part] if None in part else part
        joined = "".join(texts)  # type: ignore[arg-type]
        clean.append([escape_key(text) for text in texts] if "|" in joined or "\\" in joined else texts)  # type: ignore[arg-type, misc]
    if len(clean) == 1:
        return clean[0]
    return list(map("|".join, zip(*clean, strict=True))) if clean else [""] * count


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


def to_json(values: Mapping[str, list[str | None]], count: int) -> list[str]:
    """Return one JSON object a row: canonical texts in the order given, fields without a value left out."""
    fixed: list[str] = []
    columns: list[Sequence[Any]] = []
    for name, column in values.items():
        if None in column:
            prefix = f',"{name}":'
            encoded = {text: prefix + encode_basestring(text) for text in set(column) if text is not None}
            encoded[None] = ""  # type: ignore[index]
            fixed.append("%s")
            columns.append([encoded[text] for text in column])  # type: ignore[index]
        elif _ESCAPED.search("".join(column)):  # type: ignore[arg-type]
            fixed.append(f',"{name}":%s')
            columns.append(list(map(encode_basestring, column)))
        else:
            fixed.append(f',"{name}":"%s"')
            columns.append(column)
    if not columns:
        return ["{}"] * count
    template = "".join(fixed)
    if template.startswith(","):
        template = "{" + template[1:] + "}"
        return [template % row for row in zip(*columns, strict=True)]
    return ["{" + (template % row)[1:] + "}" for row in zip(*columns, strict=True)]


