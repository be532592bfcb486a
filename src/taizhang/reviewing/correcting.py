"""A returned submission in its sender's hands: its rows with the reasons beside them, mended row by row, as edits to be sent again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from taizhang.access.batch import Edit
from taizhang.access.written import written
from taizhang.errors import TaizhangError
from taizhang.journal import read, reasons
from taizhang.reviewing.content import returned
from taizhang.reviewing.models import RowCorrection

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.journal.records import Change, Submission
    from taizhang.pack.definitions import Ledger

MOST = 20_000  # rows: what is sent again is checked while its sender waits; what is longer is mended in its workbook


@dataclass(frozen=True, slots=True)
class Correction:
    """How a row is mended: values by field as written, or that it is left out."""

    values: Mapping[str, str] = field(default_factory=dict)
    left_out: bool = False


def correctable(sight: Sight, submission: Submission) -> bool:
    """Say whether somebody can mend a submission row by row: it is her own, was returned, is kept, and is not too long."""
    own = submission.person == sight.person and set(submission.ledgers) <= set(sight.pack.ledgers)
    return own and submission.rows <= MOST and bool(returned(submission))


def taken_up(sight: Sight, number: int) -> Submission:
    """Return a returned submission to its sender; raises ``TaizhangError`` (``journal.no_submission``, ``review.not_correctable``)."""
    submission = read.submission(number)
    if submission.person != sight.person:
        raise TaizhangError("journal.no_submission", number=number)
    if not correctable(sight, submission):
        raise TaizhangError("review.not_correctable", number=number, most=MOST)
    return submission


def corrections(submission: Submission) -> dict[int, Correction]:
    """Return what has been mended so far, by row."""
    return {one.row: Correction(one.values, one.left_out) for one in RowCorrection.objects.filter(submission=submission.number)}


def reasons_by_row(submission: Submission) -> dict[int, str]:
    """Return why rows were returned, by their place in the submission."""
    told = {(one.ledger, one.entry): one.reason for one in reasons.read(submission.reason)[1]}
    return {i: told[c.ledger, c.entry] for i, c in enumerate(returned(submission)) if (c.ledger, c.entry) in told}


def edits(sight: Sight, submission: Submission, seen: Mapping[int, int]) -> dict[int, tuple[Ledger, Edit]]:
    """Return what is to be sent again, by row; ``seen`` are versions that the sender was shown after others had changed the same."""
    mended = corrections(submission)
    found: dict[int, tuple[Ledger, Edit]] = {}
    for index, change in enumerate(returned(submission)):
        correction, ledger = mended.get(index, Correction()), sight.pack.ledgers[change.ledger]
        if not correction.left_out:
            found[index] = ledger, _edit(sight, ledger, change, correction, seen.get(index, change.base))
    return found


def _edit(sight: Sight, ledger: Ledger, change: Change, correction: Correction, base: int | None) -> Edit:
    if change.op == "withdraw":
        return Edit(entry=change.entry, base=base, withdraw=True)
    data = json.loads(change.data)
    values = {name: written(f, data.get(name), sight.divisions) for name, f in ledger.fields.items()} | dict(correction.values)
    if change.base is None:
        return Edit({name: value for name, value in values.items() if value})
    return Edit(values, change.entry, base)
