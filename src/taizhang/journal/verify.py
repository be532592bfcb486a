"""Proof that nothing was changed behind the actions' back, and the names of what was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from taizhang.errors import Fault, TaizhangError
from taizhang.journal import models, read
from taizhang.journal.engine import COLUMNS, store, telling
from taizhang.journal.hashing import GENESIS
from taizhang.journal.payload import unpack
from taizhang.journal.records import Submission
from taizhang.journal.verify_rows import Owners, diagnose, walk
from taizhang.journal.verify_submissions import Head, check_head, check_submissions, missing_numbers

_BROKEN_VERSIONS = """
SELECT e.seq, e.submission, e.ledger, e.entry, e.version FROM entry_version AS e LEFT JOIN entry_version AS p ON p.seq = e.replaces
WHERE e.seq <= %s AND ((e.version = 1) <> (e.replaces IS NULL) OR e.version < 1
    OR (e.replaces IS NOT NULL AND (p.seq IS NULL OR p.ledger <> e.ledger OR p.entry <> e.entry OR p.version <> e.version - 1
        OR p.seq >= e.seq)))
ORDER BY e.seq
"""
_REPEATED_VERSIONS = """
SELECT max(seq), max(submission), ledger, entry, version FROM entry_version WHERE seq <= %s
GROUP BY ledger, entry, version HAVING count(*) > 1
"""


@telling()
def verify(expect: str | None = None, *, progress: Callable[[int], None] | None = None) -> list[Fault]:
    """Walk the whole journal and return what is wrong with it; empty when nothing is.

    Each fault names the row (``seq``, ``ledger``, ``entry``), the submission, or the field of the head, in ``params``. ``expect`` is a
    hash that was written down elsewhere (``read.head_hash()`` of some day): it must occur in the chain. Only with it can a journal be
    told from one whose end was cut off, or which was hashed anew from some row on, together with its head. ``progress`` gets the number
    of rows done. Writers wait only while the list of submissions is read.
    Raises ``TaizhangError`` (``journal.algorithm``) when SM3 is needed and not there.
    """
    head, submissions, last_seq, payloads = _look()
    owners = Owners(s for s in submissions if s.status == "accepted")
    end = max([head.position if head else 0, *(s.last_seq or 0 for s in owners.submissions)])
    seen = walk(read.rows(", ".join(COLUMNS), -(2**62), last_seq), owners, progress)
    faults = check_submissions(head, submissions)
    known = {s.number for s in submissions if s.status == "accepted"} | set(missing_numbers(head, submissions))
    unsound = {f.params["submission"] for f in faults if f.code == "journal.submission_changed"}
    faults += diagnose(seen, owners, end, known, unsound, _row)
    faults += check_head(head, submissions, seen.last_seq)
    faults += _versions(last_seq, {f.params["seq"] for f in faults if "seq" in f.params})
    faults += payloads
    if expect is not None and expect.lower() not in {GENESIS.hex(), *(s.hash for s in submissions)}:
        faults.append(Fault("journal.expected_hash", {"expected": expect}))
    return faults


def _look() -> tuple[Head | None, list[Submission], int, list[Fault]]:
    """Return head, submissions, last ``seq`` and faulty pending submissions as of one moment."""
    with transaction.atomic():
        store().lock()
        row = models.JournalHead.objects.filter(id=1).first()
        submissions = read.submissions()
        last_seq = store().fetch("SELECT coalesce(max(seq), 0) FROM entry_version")[0][0]
        payloads = [f for s in submissions if s.status == "pending" for f in _payload(s)]
    head = Head(row.numbers, row.decisions, row.position, row.submission, row.rows_hash, row.hash) if row else None
    return head, submissions, last_seq, payloads


def _row(seq: int) -> tuple[Any, ...] | None:
    found = store().fetch(f"SELECT {', '.join(COLUMNS)} FROM entry_version WHERE seq = %s", (seq,))
    return found[0] if found else None


def _payload(pending: Submission) -> list[Fault]:
    content = models.SubmissionPayload.objects.filter(submission_id=pending.number).values_list("content", flat=True).first()
    try:
        unpack(pending.number, content, pending.payload_hash)
    except TaizhangError:
        return [Fault("journal.payload_broken", {"submission": pending.number})]
    return []


def _versions(last_seq: int, told: set[int]) -> list[Fault]:
    """Return rows whose version does not follow the one they replace, except those that are faulty anyway."""
    faults: list[Fault] = []
    for sql in (_BROKEN_VERSIONS, _REPEATED_VERSIONS):
        for seq, number, ledger, entry, version in store().fetch(sql, (last_seq,)):
            if seq not in told:
                told.add(seq)
                params = {"seq": seq, "submission": number, "ledger": ledger, "entry": entry, "version": version}
                faults.append(Fault("journal.version_broken", params))
    return faults
