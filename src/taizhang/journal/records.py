"""What goes into the journal and what comes out of it, as plain objects that need no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Literal, NamedTuple, overload

from taizhang.errors import TaizhangError

Operation = Literal["record", "withdraw"]
Status = Literal["pending", "accepted", "returned"]
SourceKind = Literal["file", "form", "api", "comparison", "demo"]
Algorithm = Literal["sha256", "sm3"]


class Change(NamedTuple):
    """One entry version that somebody wants to record.

    ``data`` and ``original`` are JSON text, ``confirmed`` names the warnings that a person has confirmed. ``base`` is the ``seq``
    of the version that stood when the change was worked out; None when none stood (a new entry, or one that was withdrawn before).
    """

    ledger: str
    entry: str
    op: Operation
    division: str
    data: str
    original: str | None = None
    confirmed: str | None = None
    sheet: str | None = None
    line: int | None = None
    base: int | None = None


class Changes(Sequence[Change]):
    """Changes held by column: those of an import come so, and no object has to be made for each."""

    def __init__(self, columns: Sequence[Sequence[Any]]) -> None:
        self._columns = dict(zip(Change._fields, columns, strict=True))

    @classmethod
    def of(cls, changes: Iterable[Change]) -> Changes:
        """Return the changes by column; such that are already stay the same."""
        return changes if isinstance(changes, Changes) else cls(list(zip(*changes, strict=True)) or [()] * len(Change._fields))

    @classmethod
    def joined(cls, parts: Iterable[Changes]) -> Changes:
        """Return all changes in one."""
        filled = [part for part in parts if part] or [cls.of(())]
        return filled[0] if len(filled) == 1 else cls([[*chain.from_iterable(p.column(n) for p in filled)] for n in Change._fields])

    def column(self, name: str) -> Sequence[Any]:
        """Return a field of all changes."""
        return self._columns[name]

    def __len__(self) -> int:
        return len(self._columns["entry"])

    def __iter__(self) -> Iterator[Change]:
        return map(Change._make, zip(*self._columns.values(), strict=True))

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> Changes: ...
    def __getitem__(self, index: int | slice) -> Change | Changes:
        found = [column[index] for column in self._columns.values()]
        return Changes(found) if isinstance(index, slice) else Change._make(found)


class Standing(NamedTuple):
    """The version of an entry that stands; ``data`` is JSON text."""

    seq: int
    version: int
    data: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a submission came from: the file, form, call or demonstration, and the SHA-256 of its bytes where there are any."""

    kind: SourceKind
    name: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """Entries recorded together by one person from one source.

    ``decision`` is its place in the chain of decided submissions; it, ``decided_*`` and the hashes are None while it is pending.
    ``first_seq`` and ``last_seq`` are None unless it is accepted. Hashes are hexadecimal. Times carry a time zone.
    """

    number: int
    ledgers: tuple[str, ...]
    status: Status
    person: str
    source: Source
    note: str
    created_at: datetime
    rows: int
    payload_hash: str | None
    decision: int | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str = ""
    first_seq: int | None = None
    last_seq: int | None = None
    algorithm: Algorithm | None = None
    rows_hash: str | None = None
    previous_hash: str | None = None
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry in full, as the journal holds it."""

    seq: int
    submission: int
    ledger: str
    entry: str
    version: int
    op: Operation
    division: str
    data: str
    original: str | None
    confirmed: str | None
    sheet: str | None
    line: int | None
    replaces: int | None


class JournalConflict(TaizhangError):  # noqa: N818 — the word of the architecture
    """What a change was compared against does not stand any more; nothing was recorded: compare again and send again."""

    def __init__(self, ledger: str, entries: Sequence[str]) -> None:
        self.ledger = ledger
        self.entries = tuple(entries)
        shown = "、".join(self.entries[:3]) + (" …" if len(self.entries) > 3 else "")
        super().__init__("journal.conflict", ledger=ledger, entries=shown, count=len(self.entries))
