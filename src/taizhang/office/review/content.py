"""What is in a submission, row by row, beside what stood before it; and whose it is to decide on it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

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
    new: Values | None
    old: Values | None
    sheet: str | None = None
    line: int | None = None
    seq: int | None = None  # in the journal; None while it waits
    stale: bool = False


@lru_cache(maxsize=16)
def _pending(root: str, number: int, digest: str | None) -> tuple[Change, ...]:
    content = models.SubmissionPayload.objects.filter(submission_id=number).values_list("content", flat=True).first()
    return tuple(unpack(number, content, digest))


def changes(submission: Submission) -> Sequence[Change]:
    """Return what a pending submission would do; nothing of one that is decided."""
    from django.conf import settings

    if submission.status != "pending":
        return ()
    return _pending(str(settings.TAIZHANG_WORKSPACE.root), submission.number, submission.payload_hash)


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
    return bool(found := places(submission)) and all(
        ledger in sight.pack.ledgers and sight.may("accept", ledger, division) for ledger, division, _ in found
    )


def visible(sight: Sight, row: Row) -> bool:
    """Say whether somebody may see a row of somebody else's submission."""
    return row.ledger in sight.pack.ledgers and sight.sees(row.ledger, row.division)


def rows(submission: Submission) -> list[Row]:
    """Return all rows of a submission in their order."""
    if submission.status == "pending":
        return _waiting(changes(submission))
    return _recorded(submission)


def _waiting(wanted: Sequence[Change]) -> list[Row]:
    standing = {
        ledger: read.standing(ledger, [c.entry for c in wanted if c.ledger == ledger]) for ledger in dict.fromkeys(c.ledger for c in wanted)
    }
    found = []
    for index, change in enumerate(wanted):
        stands = standing[change.ledger].get(change.entry)
        old = json.loads(stands.data) if stands else None
        new = None if change.op == "withdraw" else json.loads(change.data)
        stale = change.base != (stands.seq if stands else None)
        kind = "withdrawn" if new is None else "changed" if old is not None else "new"
        found.append(Row(index, change.ledger, change.entry, change.division, kind, new, old, change.sheet, change.line, None, stale))
    return found


def _recorded(submission: Submission) -> list[Row]:
    versions = [*models.EntryVersion.objects.filter(submission=submission.number).order_by("seq").iterator()]
    before = read.versions(v.replaces for v in versions if v.replaces is not None)
    found = []
    for index, version in enumerate(versions):
        replaced = before.get(version.replaces) if version.replaces is not None else None
        old = json.loads(replaced.data) if replaced and replaced.op == "record" else None
        new = None if version.op == "withdraw" else json.loads(version.data)
        kind = "withdrawn" if new is None else "changed" if old is not None else "new"
        found.append(Row(index, version.ledger, version.entry, version.division, kind, new, old, version.sheet, version.line, version.seq))
    return found
