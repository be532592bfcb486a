"""Reading delimited text (any of the encodings that offices use) and JSON into sheets."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from taizhang.errors import Fault
from taizhang.intake.limits import Limits, refuse
from taizhang.intake.sheets import Sheet, SourceFile, letters

_DELIMITERS = ("\t", ";", ",", "，", "|")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_AS_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r])")


def decode(path: Path, content: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16 (with or without byte order mark), else GB18030.

    Raises ``Refusal`` (``file.encoding``, ``file.not_a_workbook``).
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif b"\x00" in content[:4096]:
        candidates = ["utf-16-le" if content[1:4096:2].count(0) >= content[0:4096:2].count(0) else "utf-16-be"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            raise refuse("file.not_a_workbook", path)
        return text
    raise refuse("file.encoding", path)


def read_table(path: Path, limits: Limits) -> SourceFile:
    """Read delimited text; the delimiter is the one that gives the most even table.

    Raises ``Refusal`` (``file.encoding``, ``file.not_a_workbook``, ``file.broken``, ``sheet.too_large``).
    """
    text = decode(path, path.read_bytes())
    told = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    delimiter = told[1] if told else _delimiter(text)
    rows: list[list[Any]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) > limits.rows or len(rows) * len(row) > limits.cells:
                raise refuse("sheet.too_large", path, rows=len(rows), columns=len(row), limit=limits.rows)
    except csv.Error:
        raise refuse("file.broken", path, reason="CSV") from None
    if told:
        rows[0] = []
    if '="' in text or "'" in text:
        rows = [[_GUARDED.sub("", _AS_TEXT.sub(r"\1", cell)) for cell in row] for row in rows]
    return SourceFile(path, "csv", [Sheet(path.stem, _even(rows))])


def _even(rows: list[list[Any]]) -> list[list[Any]]:
    width = max(map(len, rows), default=0)
    return [row if len(row) == width else row + [None] * (width - len(row)) for row in rows]


def _delimiter(text: str) -> str:
    sample = text[:65536]
    best, chosen = 0.0, ","
    for delimiter in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if any(row)][:60]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, times = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        score = times / len(rows) * min(width, 12)
        if score > best:
            best, chosen = score, delimiter
    return chosen


class _RepeatedKeyError(ValueError):
    pass


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeyError(next(key for key, times in Counter(k for k, _ in pairs).items() if times > 1))
    return found


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, object_pairs_hook=_pairs, parse_constant=lambda name: name)


def read_json(path: Path, limits: Limits) -> SourceFile:
    """Read a list of objects, ``{"ledger": …, "rows": […]}``, ``{ledger: [rows]}``, or one object a line.

    Numbers keep all their digits. Rows count from 1.

    Raises ``Refusal`` (``json.malformed``, ``json.shape``, ``json.repeated_key``, ``sheet.too_large``).
    """
    text = decode(path, path.read_bytes()).lstrip("\ufeff")
    try:
        try:
            found = _loads(text)
        except json.JSONDecodeError:
            lines = [line for line in text.splitlines() if line.strip()]
            if len(lines) < 2 or not all(line.lstrip().startswith("{") for line in lines):
                raise
            found = [_loads(line) for line in lines]
    except json.JSONDecodeError as error:
        raise refuse("json.malformed", path, line=error.lineno, column=error.colno) from None
    except _RepeatedKeyError as error:
        raise refuse("json.repeated_key", path, key=str(error)) from None
    except (RecursionError, ValueError):
        raise refuse("json.malformed", path, line=1, column=1) from None
    return _tables(path, _ledgers(path, found), limits)


def _ledgers(path: Path, found: Any) -> dict[str | None, list[Any]]:
    if isinstance(found, list):
        return {None: found}
    if isinstance(found, dict) and isinstance(found.get("rows"), list) and set(found) <= {"ledger", "rows"}:
        name = found.get("ledger")
        if name is None or isinstance(name, str):
            return {name: found["rows"]}
    if isinstance(found, dict) and found and all(isinstance(rows, list) for rows in found.values()):
        return dict(found)
    if isinstance(found, dict) and found and not any(isinstance(value, list | dict) for value in found.values()):
        return {None: [found]}
    raise refuse("json.shape", path)


def _tables(path: Path, ledgers: dict[str | None, list[Any]], limits: Limits) -> SourceFile:
    sheets, faults = [], []
    for name, objects in ledgers.items():
        if not all(isinstance(row, dict) for row in objects):
            raise refuse("json.shape", path)
        header = list(dict.fromkeys(key for row in objects for key in row))
        if len(objects) > limits.rows or len(objects) * len(header) > limits.cells:
            raise refuse("sheet.too_large", path, rows=len(objects), columns=len(header), limit=limits.rows)
        rows = [[row.get(key) for key in header] for row in objects]
        for number, row in enumerate(rows, start=1):
            for index, cell in enumerate(row):
                if isinstance(cell, list | dict):
                    place = {"row": number, "column": letters(index), "title": header[index]}
                    value = json.dumps(cell, ensure_ascii=False, default=str)[:200]
                    faults.append(Fault("json.nested", {}, file=path.name, sheet=name, value=value, **place))
                    row[index] = None
        sheets.append(Sheet(name or path.stem, [list(header), *rows], base=0, ledger=name))
    return SourceFile(path, "json", sheets, faults)
