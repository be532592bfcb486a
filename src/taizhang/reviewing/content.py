"""What is in a submission, row by row, beside what stood before it; who may see it, and whose it is to decide on it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from taizhang.errors import TaizhangError
from taizhang.journal import models, read
from taizhang.journal.payload import unpack
from taizhang.journal.records import Change, Submission

if TYPE_CHECKING:
    from taizhang.access.sight import Sight

KINDS = ("new", "changed", "withdrawn")
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a submission; ``stale`` says that what it was made on does not stand any more, so that it cannot be accepted."""

    index: int
    ledger: str
    entry: str
    division: str
    kind: str
    new_text: str | None  # JSON
    old_text: str | None
    sheet: str | None = None
    line: int | None = None
    seq: int | None = None  # in the journal; None where it is not recorded
    stale: bool = False

    @property
    def new(self) -> Values | None:
        """The values that come; None for a withdrawal."""
        return None if self.new_text is None else json.loads(self.new_text)

    @property
    def old(self) -> Values | None:
        """The values that stood before; None where nothing did."""
        return None if self.old_text is None else json.loads(self.old_text)


@lru_cache(maxsize=16)
def _content(root: str, number: int, digest: str | None) -> tuple[Change, ...]:
    content = models.SubmissionPayload.objects.filter(submission_id=number).values_list("content", flat=True).first()
    return tuple(unpack(number, content, digest))


def changes(submission: Submission) -> Sequence[Change]:
    """Return what a pending submission would do; nothing of one that is decided."""
    return _changes(submission) if submission.status == "pending" else ()


def returned(submission: Submission) -> Sequence[Change]:
    """Return what a returned submission would have done, as long as that is kept for its sender."""
    kept = submission.status == "returned" and models.SubmissionPayload.objects.filter(submission_id=submission.number).exists()
    return _changes(submission) if kept else ()


def _changes(submission: Submission) -> Sequence[Change]:
    from django.conf import settings

    return _content(str(settings.TAIZHANG_WORKSPACE.root), submission.number, submission.payload_hash)


@lru_cache(maxsize=2048)
def _places(root: str, number: int, digest: str | None, last: int | None) -> tuple[tuple[str, str, int], ...]:
    submission = read.submission(number)
    if submission.status == "pending":
        counted = Counter((c.ledger, c.division) for c in changes(submission))
    else:
        rows = models.EntryVersion.objects.filter(submission=number).values_list("ledger", "division")
        counted = Counter(rows.iterator())
    return tuple((ledger, division, count) for (ledger, division), count in sorted(counted.items()))


def places(submission: Submission) -> tuple[tuple[str, str, int], ...]:
    """Return how many rows of which ledgers and divisions a submission has; nothing of a returned one, whose rows are not kept."""
    from django.conf import settings

    return _places(str(settings.TAIZHANG_WORKSPACE.root), submission.number, submission.payload_hash, submission.last_seq)


def may_accept(sight: Sight, submission: Submission) -> bool:
    """Say whether somebody may decide on a submission: all of its rows must be hers to accept."""
    if not all(sight.places("accept", name) for name in submission.ledgers if name in sight.pack.ledgers):
        return False
    if submission.status == "returned":  # its rows are not kept
        return bool(submission.ledgers)
    return bool(found := places(submission)) and all(
        ledger in sight.pack.ledgers and sight.may("accept", ledger, division) for ledger, division, _ in found
    )


def visible(sight: Sight, found: Sequence[Row]) -> list[Row]:
    """Return the rows of somebody else's submission that a person may see."""
    seen = {
        (ledger, division): ledger in sight.pack.ledgers and sight.sees(ledger, division)
        for ledger, division in {(row.ledger, row.division) for row in found}
    }
    kept = {ledger: sight.withheld(ledger) for ledger in {ledger for (ledger, _), sees in seen.items() if sees}}
    return [row for row in found if seen[row.ledger, row.division] and row.entry not in kept[row.ledger]]


def waiting(sight: Sight, after: int = 0) -> Iterator[Submission]:
    """Yield what waits for somebody to decide on, from a number on, the oldest first."""
    for row in models.Submission.objects.filter(status="pending", number__gt=after).order_by("number"):
        if may_accept(sight, submission := read.plain(row)):
            yield submission


def seen(sight: Sight, number: int) -> tuple[Submission, Sequence[Row]]:
    """Return a submission with the rows that somebody may see.

    Its sender sees all of it, and who may decide on it while it waits; of an accepted one others see the rows that they may read, a returned one
    only who returned it. Whatever narrows a sight narrows the rows of one's own, too.

    Raises ``TaizhangError`` (``journal.no_submission``).
    """
    submission = read.submission(number)
    found = rows(submission)
    pending = submission.status == "pending"
    if submission.person == sight.person or (pending and may_accept(sight, submission)):
        return submission, found if sight.acts is None else visible(sight, found)
    found = visible(sight, found)
    hidden = pending or (submission.status == "returned" and submission.decided_by != sight.person)
    if hidden or (submission.status == "accepted" and not found):
        raise TaizhangError("journal.no_submission", number=number)
    return submission, found


def readable(sight: Sight, submission: Submission) -> bool:
    """Say whether all rows of a submission lie where somebody may read them."""
    ledgers = sight.pack.ledgers
    if not all(name in ledgers and sight.places("read", name) and not sight.withheld(name) for name in submission.ledgers):
        return False
    return all(sight.may("read", ledger, division) for ledger, division, _count in places(submission))


def rows(submission: Submission) -> Sequence[Row]:
    """Return all rows of a submission in their order; of a returned one as long as they are kept."""
    from django.conf import settings

    recorded = submission.status == "accepted"
    if not recorded and not (changes(submission) or returned(submission)):
        return ()
    # What is not recorded is compared with what stands, which moves with the journal; an accepted one never changes.
    at = submission.last_seq if recorded else read.position()
    return _rows(str(settings.TAIZHANG_WORKSPACE.root), submission, at)


@lru_cache(maxsize=8)
def _rows(root: str, submission: Submission, at: int | None) -> tuple[Row, ...]:
    return tuple(_recorded(submission) if submission.status == "accepted" else _waiting(_changes(submission)))


def _kind(new: str | None, old: str | None) -> str:
    return "withdrawn" if new is None else "changed" if old is not None else "new"


def _waiting(wanted: Sequence[Change]) -> Iterator[Row]:
    standing = {
        ledger: read.standing(ledger, [c.entry for c in wanted if c.ledger == ledger]) for ledger in dict.fromkeys(c.ledger for c in wanted)
    }
    for index, change in enumerate(wanted):
        stands = standing[change.ledger].get(change.entry)
        old, new = stands.data if stands else None, None if change.op == "withdraw" else change.data
        stale = change.base != (stands.seq if stands else None)
        yield Row(
            index, change.ledger, change.entry, change.division, _kind(new, old), new, old, change.sheet, change.line, None, stale
        )  # fmt: skip


def _recorded(submission: Submission) -> Iterator[Row]:
    columns = ("ledger", "entry", "division", "op", "data", "sheet", "line", "seq", "replaces")
    versions = models.EntryVersion.objects.filter(submission=submission.number).order_by("seq").values_list(*columns)
    listed = list(versions)
    before = read.versions(row[-1] for row in listed if row[-1] is not None)
    for index, (ledger, entry, division, op, data, sheet, line, seq, replaces) in enumerate(listed):
        replaced = before.get(replaces) if replaces is not None else None
        old, new = replaced.data if replaced and replaced.op == "record" else None, None if op == "withdraw" else data
        yield Row(index, ledger, entry, division, _kind(new, old), new, old, sheet, line, seq)
