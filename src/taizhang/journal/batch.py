"""Rows on their way into entry_version, held by column: what is the same in all rows is there once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any

from taizhang.journal.hashing import Hasher, row_text
from taizhang.journal.records import Change, Changes

_PARTS = ("op", "ledger", "entry", "division", "data", "original", "confirmed", "sheet")
_NUMBERS = ("seq", "submission", "version", "replaces", "line")
_SEPARATOR = "\x1f"
_AT_ONCE = 2000
_HASHED = (
    "seq", "submission", "ledger", "entry", "version", "op", "division", "data", "original", "confirmed", "sheet", "line", "replaces",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """``count`` rows; a column is either in ``same``, with its one value, or in ``varying``, with a value for each row."""

    count: int
    same: dict[str, Any]
    varying: dict[str, Sequence[Any]]

    def column(self, name: str) -> Iterator[Any]:
        """Return the values of a column, row by row."""
        return repeat(self.same[name], self.count) if name in self.same else iter(self.varying[name])

    def rows(self, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield rows with the columns named."""
        return zip(*map(self.column, names), strict=True)


def batch(wanted: Changes, placed: Sequence[tuple[int, int | None]], number: int, position: int) -> Batch:
    """Return the changes as rows behind ``position``, without their hashes; ``placed`` gives version and replaced ``seq`` of each."""
    columns: dict[str, Sequence[Any]] = {name: wanted.column(name) for name in Change._fields if name != "base"}
    columns["version"], columns["replaces"] = zip(*placed, strict=True)
    made = Batch(len(wanted), {"submission": number}, {"seq": range(position + 1, position + len(wanted) + 1)})
    for name, values in columns.items():
        first = values[0]
        if values[-1] == first and values.count(first) == len(values):
            made.same[name] = first
        else:
            made.varying[name] = values
    return made


def chain(rows: Batch, previous: bytes, digest: Hasher) -> bytes:
    """Add the columns ``previous`` and ``hash`` to rows that follow the hash ``previous``; return the last hash."""
    hashes, texts = [previous], _texts(rows)
    # A part at a time, so that the texts of a hundred thousand rows are never there at once.
    while contents := list(map(str.encode, islice(texts, _AT_ONCE))):
        if set(map(bytes.count, contents, repeat(b"\x1f"))) != {len(_PARTS)}:
            done = len(hashes) - 1
            contents = [row_text(*row) for row in islice(rows.rows(_HASHED), done, done + len(contents))]
        for content in contents:
            previous = digest(previous + content)
            hashes.append(previous)
    rows.varying["hash"] = hashes[1:]
    hashes.pop()
    rows.varying["previous"] = hashes
    return previous


def _texts(rows: Batch) -> Iterator[str]:
    """Yield what ``row_text`` says of each row, as long as no text holds the separator: a third of its time, since it runs for every row."""
    pieces: list[Any] = []
    for name in _NUMBERS:
        pieces += [str(rows.same[name]) if name in rows.same else map(str, rows.varying[name]), " "]
    pieces.append(_nulls(rows))
    for name in _PARTS:
        pieces += [_SEPARATOR, (rows.same[name] or "") if name in rows.same else _filled(rows.varying[name])]
    joined: list[Any] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return map("".join, zip(*(repeat(piece, rows.count) if isinstance(piece, str) else piece for piece in joined), strict=True))


def _filled(values: Sequence[str | None]) -> Sequence[str]:
    return [value or "" for value in values] if None in values else values  # type: ignore[return-value]


def _nulls(rows: Batch) -> Any:
    """Return 1, 2, 4 added up where original, confirmed, sheet are null: a text for all rows, or one for each."""
    weights = {"original": 1, "confirmed": 2, "sheet": 4}
    if weights.keys() <= rows.same.keys():
        return str(sum(weight for name, weight in weights.items() if rows.same[name] is None))
    columns = (rows.column(name) for name in weights)
    return (str((a is None) + 2 * (b is None) + 4 * (c is None)) for a, b, c in zip(*columns, strict=True))
