"""Questions to the journal. Nothing here writes, and every answer is about a position: rows with ``seq <= position``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any, cast

from taizhang.errors import TaizhangError
from taizhang.journal import models
from taizhang.journal.engine import store, telling
from taizhang.journal.records import Source, SourceKind, Standing, Status, Submission, Version

PAGE = 20_000
_MANY = 500  # placeholders in one statement
_AS_THEY_ARE = ("rows", "payload_hash", "decision", "decided_at", "decided_by", "reason", "first_seq", "last_seq", "algorithm", "rows_hash",
                "previous_hash", "hash")  # fmt: skip
_VERSION = "seq, submission, ledger, entry, version, op, division, data, original, confirmed, sheet, line, replaces"
_STANDING = """
SELECT entry, seq, version, data FROM entry_version AS e WHERE ledger = %s AND op = 'record' AND seq <= %s AND NOT EXISTS
    (SELECT 1 FROM entry_version AS n WHERE n.ledger = e.ledger AND n.entry = e.entry AND n.version = e.version + 1 AND n.seq <= %s)
"""
_STANDING_ROWS = """
SELECT seq, entry, version, op, replaces, submission, division, sheet, line, data, ledger FROM entry_version AS e
WHERE seq IN ({marks}) AND op = 'record' AND seq <= %s AND NOT EXISTS
    (SELECT 1 FROM entry_version AS n WHERE n.ledger = e.ledger AND n.entry = e.entry AND n.version = e.version + 1 AND n.seq <= %s)
"""
# A concatenation keeps both databases from taking the (ledger, entry, version) index here and sorting: the rows lie in `seq` order.
_SINCE = "SELECT {columns} FROM entry_version WHERE seq > %s AND seq <= %s {filter} ORDER BY seq LIMIT %s"
_FROM = """
SELECT DISTINCT e.entry FROM entry_version AS e JOIN submission AS s ON s.number = e.submission WHERE e.ledger = %s AND s.source_kind = %s {filter}
"""
_OF_LEDGER = "AND (ledger || '') = %s"


@telling()
def position() -> int:
    """Return the ``seq`` of the last row; 0 when the journal is empty."""
    return int(models.JournalHead.objects.get(id=1).position)


@telling()
def head_hash() -> str:
    """Return the hash of the last decided submission, to be written down elsewhere and given to ``verify(expect=…)``."""
    return str(models.JournalHead.objects.get(id=1).hash)


@telling()
def position_at(moment: datetime) -> int:
    """Return the position that was known at a time: all submissions accepted at or before it."""
    accepted = models.Submission.objects.filter(status="accepted", decided_at__lte=moment).order_by("-decision")
    return accepted.values_list("last_seq", flat=True).first() or 0


@telling()
def standing(ledger: str, entries: Iterable[str] | None = None, *, at_position: int | None = None) -> dict[str, Standing]:
    """Return what stands in a ledger, by entry: of the whole ledger, or of those ``entries`` that stand.

    ``at_position`` looks back; by default the present. A withdrawn entry does not stand.
    """
    upto = position() if at_position is None else at_position
    if entries is None:
        return {row[0]: Standing(*row[1:]) for row in store().fetch(_STANDING, (ledger, upto, upto))}
    wanted = list(dict.fromkeys(entries))
    latest = store().latest(ledger, wanted, upto) if wanted else []
    return {entry: Standing(seq, version, data) for entry, seq, version, op, data in latest if op == "record"}


def versions_since(since: int, ledger: str | None = None, *, upto: int | None = None) -> Iterator[tuple[Any, ...]]:
    """Yield rows with ``since < seq <= upto`` in ``seq`` order, of one ledger or of all.

    Each is a plain tuple (seq, entry, version, op, replaces, submission, division, sheet, line, data, ledger); ``data`` is JSON text.
    Pages of ``PAGE`` rows are read by key, so no transaction stays open while the caller works.
    """
    columns = "seq, entry, version, op, replaces, submission, division, sheet, line, data, ledger"
    return rows(columns, since, position() if upto is None else upto, ledger)


def rows(columns: str, since: int, upto: int, ledger: str | None = None) -> Iterator[tuple[Any, ...]]:
    """Yield the named columns, ``seq`` first, in ``seq`` order, page by page."""
    sql = _SINCE.format(columns=columns, filter=_OF_LEDGER if ledger else "")
    fetch = store().fetch
    while True:
        with telling():
            page = fetch(sql, (since, upto, *((ledger,) if ledger else ()), PAGE))
        yield from page
        if len(page) < PAGE:
            return
        since = page[-1][0]


@telling()
def history(ledger: str, entry: str) -> list[Version]:
    """Return all versions of an entry, oldest first; empty when there is none."""
    sql = f"SELECT {_VERSION} FROM entry_version WHERE ledger = %s AND entry = %s ORDER BY version"
    return [Version(*row) for row in store().fetch(sql, (ledger, entry))]


@telling()
def version(seq: int) -> Version | None:
    """Return one row of the journal."""
    found = store().fetch(f"SELECT {_VERSION} FROM entry_version WHERE seq = %s", (seq,))
    return Version(*found[0]) if found else None


@telling()
def versions(seqs: Iterable[int]) -> dict[int, Version]:
    """Return rows of the journal by ``seq``; a number that no row has is left out."""
    wanted, found = sorted(set(seqs)), dict[int, Version]()
    for start in range(0, len(wanted), _MANY):
        some = wanted[start : start + _MANY]
        rows = store().fetch(f"SELECT {_VERSION} FROM entry_version WHERE seq IN ({', '.join(['%s'] * len(some))})", tuple(some))
        found |= {row[0]: Version(*row) for row in rows}
    return found


@telling()
def entries_from(kind: SourceKind, ledger: str, entries: Iterable[str] | None = None) -> frozenset[str]:
    """Return which entries of a ledger, or which of some, a kind of source has recorded at any time."""
    if entries is None:
        touched = models.Submission.objects.filter(source_kind=kind, ledgers__contains=ledger).exists()
        return frozenset(row[0] for row in store().fetch(_FROM.format(filter=""), (ledger, kind))) if touched else frozenset()
    wanted, found = list(entries), set[str]()
    for start in range(0, len(wanted), _MANY):
        some = wanted[start : start + _MANY]
        sql = _FROM.format(filter=f"AND e.entry IN ({', '.join(['%s'] * len(some))})")
        found.update(row[0] for row in store().fetch(sql, (ledger, kind, *some)))
    return frozenset(found)


@telling()
def standing_rows(seqs: Iterable[int], upto: int) -> list[tuple[Any, ...]]:
    """Return those of some rows that stand at a position, by ``seq``, as the tuples of ``versions_since``."""
    wanted, found = sorted(set(seqs)), list[tuple[Any, ...]]()
    for start in range(0, len(wanted), _MANY):
        some = wanted[start : start + _MANY]
        found += store().fetch(_STANDING_ROWS.format(marks=", ".join(["%s"] * len(some))), (*some, upto, upto))
    return sorted(found, key=itemgetter(0))


@telling()
def source_of(seq: int) -> tuple[Submission, str | None, int | None]:
    """Return where a row came from: its submission, sheet and line.

    Raises ``TaizhangError`` (``journal.no_submission``) when there is no such row.
    """
    found = store().fetch("SELECT submission, sheet, line FROM entry_version WHERE seq = %s", (seq,))
    if not found:
        raise TaizhangError("journal.no_submission", number=f"(seq {seq})")
    number, sheet, line = found[0]
    return submission(number), sheet, line


@telling()
def submission(number: int) -> Submission:
    """Return one submission.

    Raises ``TaizhangError`` (``journal.no_submission``) when there is none with this number.
    """
    found = models.Submission.objects.filter(number=number).first()
    if found is None:
        raise TaizhangError("journal.no_submission", number=number)
    return plain(found)


@telling()
def persons(numbers: Iterable[int]) -> dict[int, str]:
    """Return who sent submissions, by number."""
    wanted, found = sorted(set(numbers)), dict[int, str]()
    for start in range(0, len(wanted), _MANY):
        found |= models.Submission.objects.filter(number__in=wanted[start : start + _MANY]).values_list("number", "person")
    return found


@telling()
def submissions(*, status: Status | None = None, source_sha256: str | None = None, ledger: str | None = None) -> list[Submission]:
    """Return submissions by number, all or those of a status, from a source file, or that touch a ledger."""
    wanted = models.Submission.objects.order_by("number")
    if status:
        wanted = wanted.filter(status=status)
    if source_sha256:
        wanted = wanted.filter(source_sha256=source_sha256)
    return [s for s in map(plain, wanted.iterator()) if ledger is None or ledger in s.ledgers]


def plain(row: models.Submission) -> Submission:
    """Return a row of the table ``submission`` as a plain object."""
    source = Source(cast(Any, row.source_kind), row.source_name, row.source_sha256)
    rest = {name: getattr(row, name) for name in _AS_THEY_ARE}
    return Submission(
        number=row.number,
        ledgers=tuple(row.ledgers.split()),
        status=cast(Status, row.status),
        person=row.person,
        source=source,
        note=row.note,
        created_at=row.created_at,
        **rest,
    )
