"""The chain of decided submissions, and the head against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from taizhang.errors import Fault, TaizhangError
from taizhang.journal.hashing import GENESIS, seal
from taizhang.journal.records import Submission


@dataclass(frozen=True, slots=True)
class Head:
    """The row of ``journal_head``."""

    numbers: int
    decisions: int
    position: int
    submission: int | None
    rows_hash: str
    hash: str


def missing_numbers(head: Head | None, submissions: list[Submission]) -> list[int]:
    """Return the numbers that were handed out and have no submission."""
    there = {s.number for s in submissions}
    last = max(there | {head.numbers if head else 0})
    return [n for n in range(1, last + 1) if n not in there]


def check_submissions(head: Head | None, submissions: list[Submission]) -> list[Fault]:
    """Return what is wrong with submissions: changed, resealed, removed, inserted, or out of agreement with the rows they state."""
    removed = missing_numbers(head, submissions)
    faults = [Fault("journal.submission_removed", {"submission": n}) for n in removed]
    decided = sorted((s for s in submissions if s.decision is not None), key=lambda s: s.decision or 0)
    faults += _chain(decided)
    faults += [
        Fault("journal.submission_changed", {"submission": s.number})
        for s in submissions
        if (s.decision is None) != (s.status == "pending")
    ]
    present = {s.decision for s in decided}
    last = max([head.decisions if head else 0, *(s.decision or 0 for s in decided)])
    absent = [n for n in range(1, last + 1) if n not in present]
    # A decision may be absent although no number is: a decided submission was turned back to pending, or numbers were changed.
    if len(absent) > len(removed) and not faults:
        faults += [Fault("journal.submission_changed", {"submission": s.number}) for s in submissions if s.status == "pending"]
        faults = faults or [Fault("journal.submission_removed", {"submission": f"(decision {n})"}) for n in absent]
    return faults


def _chain(decided: list[Submission]) -> list[Fault]:
    faults: list[Fault] = []
    before: Submission | None = None
    before_sound = True
    position: int | None = 0  # None: not known, because a submission before is missing
    for submission in decided:
        follows = submission.decision == (before.decision or 0) + 1 if before else submission.decision == 1
        sound = _sound(submission) and not (submission.decision == 1 and submission.previous_hash != GENESIS.hex())
        if not sound:
            faults.append(Fault("journal.submission_changed", {"submission": submission.number}))
        elif before and follows and before_sound and submission.previous_hash != before.hash:
            faults.append(Fault("journal.submission_resealed", {"submission": before.number}))
        position = position if follows else None
        if sound and position is not None and submission.status == "accepted" and not _agrees(submission, position):
            params = {"submission": submission.number, "rows": submission.rows, "first": submission.first_seq, "last": submission.last_seq}
            faults.append(Fault("journal.submission_rows", params))
        position = submission.last_seq or position
        before, before_sound = submission, sound
    return faults


def _sound(submission: Submission) -> bool:
    try:
        return seal(submission) == submission.hash
    except (ValueError, TaizhangError):
        return False


def _agrees(submission: Submission, position: int) -> bool:
    first, last = submission.first_seq, submission.last_seq
    return first == position + 1 and last is not None and last - position == submission.rows


def check_head(head: Head | None, submissions: list[Submission], last_seq: int) -> list[Fault]:
    """Return what is wrong with the head, as far as removed submissions do not explain it."""
    if head is None:
        return [Fault("journal.head_missing")]
    decided = sorted((s for s in submissions if s.decision is not None), key=lambda s: s.decision or 0)
    final = decided[-1] if decided else None
    if (final and head.decisions > (final.decision or 0)) or (not final and head.decisions):
        return []  # told as removed submissions
    accepted = [s for s in decided if s.status == "accepted"]
    end = accepted[-1] if accepted else None
    found: dict[str, Any] = {
        "decisions": final.decision if final else 0,
        "submission": final.number if final else None,
        "hash": final.hash if final else GENESIS.hex(),
        "position": end.last_seq if end else 0,
        "rows_hash": end.rows_hash if end else GENESIS.hex(),
        "numbers": max([head.numbers, *(s.number for s in submissions)]),
    }
    return [
        Fault("journal.head_changed", {"field": name, "stated": getattr(head, name), "found": value})
        for name, value in found.items()
        if getattr(head, name) != value
    ]
