"""The walk over all rows: each against its own hash, its predecessor's and its number; then what the broken ones tell.

A row holds the hash of its predecessor (``previous``) beside its own, so a broken place says which of the two rows was changed: a row
that does not fit its own hash was edited; a row that does, but whose successor remembers another hash, was edited together with its hash.
A broken row that would fit under another number was moved.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from taizhang.errors import Fault, TaizhangError
from taizhang.journal.hashing import GENESIS, Hasher, hasher, row_text
from taizhang.journal.records import Submission

_NEAR = 8  # rows that were pushed along by so many removed or inserted rows are recognised at once
_PAIRS = 200  # beyond so many broken rows, moves over longer distances are not searched
_TOLD = 1000  # so many inserted rows are named one by one
_FEW = 3  # so many moved rows one after another are told as one stretch

Fetch = Callable[[int], tuple[Any, ...] | None]


@dataclass(slots=True)
class Broken:
    """A row that does not fit its hash; ``was`` is the number under which it would."""

    row: tuple[Any, ...]
    was: int | None = None

    @property
    def seq(self) -> int:
        return int(self.row[0])


@dataclass(slots=True)
class Walk:
    """What the walk saw."""

    last_seq: int = 0
    count: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    resealed: list[tuple[Any, ...]] = field(default_factory=list)
    stray: list[tuple[Any, ...]] = field(default_factory=list)  # sound rows of no accepted submission
    ends: dict[int, tuple[bytes, tuple[Any, ...]]] = field(default_factory=dict)  # last_seq of a submission → hash found there, row


class Owners:
    """Which accepted submission a ``seq`` belongs to, and with which algorithm its rows are hashed."""

    def __init__(self, accepted: Iterable[Submission]) -> None:
        self.submissions = sorted((s for s in accepted if s.first_seq and s.last_seq), key=lambda s: s.first_seq or 0)
        self._first = [s.first_seq or 0 for s in self.submissions]
        self._hashers: dict[str, Hasher] = {}
        self.ends = {s.last_seq for s in self.submissions}

    def of(self, seq: int) -> Submission | None:
        """Return the submission of a row."""
        index = bisect_right(self._first, seq) - 1
        found = self.submissions[index] if index >= 0 else None
        return found if found and seq <= (found.last_seq or 0) else None

    def hasher(self, seq: int) -> Hasher:
        """Return the hash function for a row; rows of nobody are taken as SHA-256."""
        owner = self.of(seq)
        name = owner.algorithm if owner and owner.algorithm else "sha256"
        if name not in self._hashers:
            try:
                self._hashers[name] = hasher(name)
            except TaizhangError:
                if name == "sm3":
                    raise
                self._hashers[name] = hasher("sha256")
        return self._hashers[name]


def walk(rows: Iterator[tuple[Any, ...]], owners: Owners, progress: Callable[[int], None] | None = None) -> Walk:
    """Read all rows once, in ``seq`` order. Each is the columns of entry_version with ``previous`` and ``hash`` last."""
    seen = Walk()
    before: tuple[Any, ...] | None = None
    before_sound = True
    owner: Submission | None = None
    digest = owners.hasher(0)
    for row in rows:
        seq = row[0]
        if owner is None or seq > (owner.last_seq or 0):
            owner = owners.of(seq)
            digest = owners.hasher(seq)
        if seq > seen.last_seq + 1:
            seen.gaps.append((seen.last_seq + 1, seq - 1))
            before = None
        sound = digest(row[13] + row_text(*row[:13])) == row[14]
        if not sound or (seq == 1 and row[13] != GENESIS):
            seen.broken.append(Broken(row))
        elif before is not None and row[13] != before[14] and before_sound:
            seen.resealed.append(before)
        if sound and owner is None:
            seen.stray.append(row)
        if seq in owners.ends:
            seen.ends[seq] = (row[14], row)
        before, before_sound = row, sound
        seen.last_seq, seen.count = seq, seen.count + 1
        if progress is not None and not seen.count % 20_000:
            progress(seen.count)
    return seen


def find_moves(seen: Walk, owners: Owners, end: int) -> None:
    """Fill in ``was`` of broken rows that fit under another number up to ``end``."""
    shift = 0
    for broken in seen.broken:
        near = [shift] if shift else []
        near += [d for n in range(1, _NEAR + 1) for d in (n, -n)]
        broken.was = _fits(broken, (broken.seq + d for d in near), owners, end)
        shift = broken.was - broken.seq if broken.was else shift
    open_rows = [b for b in seen.broken if b.was is None]
    if len(open_rows) > _PAIRS:
        return
    numbers = [b.seq for b in open_rows]
    for first, last in seen.gaps:
        numbers += range(first, min(last, first + _PAIRS) + 1)
    for broken in open_rows:
        broken.was = _fits(broken, numbers, owners, end)


def _fits(broken: Broken, numbers: Iterable[int], owners: Owners, end: int) -> int | None:
    rest, previous, own = broken.row[1:13], broken.row[13], broken.row[14]
    for number in numbers:
        if 1 <= number <= end and number != broken.seq and owners.hasher(number)(previous + row_text(number, *rest)) == own:
            return number
    return None


def diagnose(seen: Walk, owners: Owners, end: int, known: set[int], unsound: set[int], fetch: Fetch) -> list[Fault]:
    """Return the faults of the rows.

    ``end`` is where the journal should end; ``known`` are the numbers of submissions that are accepted or missing, ``unsound`` of those that
    were changed themselves; ``fetch`` reads one row.
    """
    find_moves(seen, owners, end)
    moved = {b.seq: b.was for b in seen.broken if b.was is not None}
    claimed = set(moved.values())
    missing = {n for first, last in _all_gaps(seen, end) for n in range(first, last + 1)} | moved.keys()
    faults = _moves(seen, moved)
    for first, last in _stretches(sorted(n for n in missing - claimed if n <= end)):
        owner = owners.of(first)
        if last == end:
            final = owners.submissions[-1].number if owners.submissions else ""
            faults.append(Fault("journal.tail_cut", {"seq": first - 1, "expected": end, "submission": owner.number if owner else final}))
        else:
            faults.append(Fault("journal.rows_removed", {"seq": first, "last": last, "submission": owner.number if owner else ""}))
    for broken in seen.broken:
        if broken.was is None:
            inserted = broken.seq > end or broken.seq in claimed
            faults.append(_row("journal.row_inserted" if inserted else "journal.row_changed", broken.row))
    told = {b.seq for b in seen.broken}
    for row in seen.stray:
        if row[0] not in told and (row[0] > end or row[1] not in known):
            faults.append(_row("journal.row_inserted", row))
            told.add(row[0])
    for seq in sorted(n for n in claimed - missing - told)[:_TOLD]:
        # Sound by itself, but another row, moved along, was here first.
        there = fetch(seq)
        if there is not None:
            faults.append(_row("journal.row_inserted", there))
            told.add(seq)
    faults += _hashed_anew(seen, owners, told, unsound)
    return faults


def _hashed_anew(seen: Walk, owners: Owners, told: set[int], unsound: set[int]) -> list[Fault]:
    """Rows that fit their own hash, which is not the one that the next row or the submission remembers."""
    faults: list[Fault] = []
    for row in seen.resealed:
        if row[0] not in told:
            faults.append(_row("journal.row_resealed", row))
            told.add(row[0])
    for submission in owners.submissions:
        found = seen.ends.get(submission.last_seq or 0)
        if found and submission.number not in unsound and found[0].hex() != submission.rows_hash and found[1][0] not in told:
            faults.append(_row("journal.row_resealed", found[1]))
            told.add(found[1][0])
    return faults


def _moves(seen: Walk, moved: dict[int, int]) -> list[Fault]:
    faults: list[Fault] = []
    rows = {b.seq: b.row for b in seen.broken}
    run: list[int] = []
    for seq in [*sorted(moved), 0]:
        if run and (seq != run[-1] + 1 or moved[seq] - seq != moved[run[-1]] - run[-1]):
            if len(run) >= _FEW:
                faults.append(Fault("journal.rows_renumbered", {"seq": run[0], "last": run[-1], "was": moved[run[0]]}))
            else:
                faults += [_row("journal.row_moved", rows[n], was=moved[n]) for n in run]
            run = []
        run.append(seq)
    return faults


def _all_gaps(seen: Walk, end: int) -> Sequence[tuple[int, int]]:
    return [*seen.gaps, (seen.last_seq + 1, end)] if seen.last_seq < end else seen.gaps


def _stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _row(code: str, row: tuple[Any, ...], **more: Any) -> Fault:
    return Fault(code, {"seq": row[0], "submission": row[1], "ledger": row[2], "entry": row[3], **more})
