"""The only writer of the journal. Every action takes the lock, checks, appends and commits in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from taizhang.errors import TaizhangError
from taizhang.journal import models
from taizhang.journal.batch import batch, chain
from taizhang.journal.engine import store, telling
from taizhang.journal.hashing import hasher, seal
from taizhang.journal.payload import pack, unpack
from taizhang.journal.read import submission as read_submission
from taizhang.journal.records import Algorithm, Change, Changes, JournalConflict, Source, Submission

_AS_THEY_ARE = ("status", "person", "note", "created_at", "rows", "payload_hash", "decision", "decided_at", "decided_by", "reason",
                "first_seq", "last_seq", "algorithm", "rows_hash", "previous_hash", "hash")  # fmt: skip
Placed = tuple[int, int | None]  # version, seq that it replaces


def do_record(person: str, source: Source, changes: Iterable[Change], *, note: str = "", at: datetime | None = None) -> Submission:
    """Submit and accept in one transaction: the way of an import by somebody who needs nobody's consent.

    ``at`` sets the time at which this became known (not before the last decision, not in the future); by default now.
    Raises ``JournalConflict`` when a ``base`` does not stand any more, ``TaizhangError`` (``journal.empty``, ``journal.repeated_entry``,
    ``journal.nothing_to_withdraw``, ``journal.bad_time``, ``journal.disk_full``, ``journal.busy``); then nothing was recorded.
    """
    wanted = _checked(changes)
    with _writing():
        head = _lock()
        moment = _moment(head, at)
        pending = _new(head, person, source, wanted, note, moment)
        decided = _append(head, pending, wanted, person, moment)
        _insert(decided)
        _move(head, decided, numbers=decided.number)
    return decided


def do_submit(person: str, source: Source, changes: Iterable[Change], *, note: str = "", at: datetime | None = None) -> Submission:
    """Lay a submission before somebody else: it is kept as pending and changes nothing that stands.

    Raises what ``do_record`` raises, so that a person learns of a conflict at once; it is checked again on acceptance.
    """
    wanted = _checked(changes)
    with _writing():
        head = _lock()
        moment = _moment(head, at)
        _place(wanted, head.position)
        content, digest = pack(wanted)
        pending = replace(_new(head, person, source, wanted, note, moment), payload_hash=digest)
        _insert(pending)
        models.SubmissionPayload.objects.create(submission_id=pending.number, content=content)
        models.JournalHead.objects.filter(id=1).update(numbers=pending.number)
    return pending


def do_accept(number: int, person: str, *, own: bool = False, at: datetime | None = None) -> Submission:
    """Accept a pending submission: its entry versions are appended and stand from now on.

    ``own=True`` lets a person accept what they submitted themselves (the single-user command line).
    Raises ``JournalConflict``, ``TaizhangError`` (``journal.no_submission``, ``journal.already_decided``, ``journal.own_submission``,
    ``journal.payload_changed`` and those of ``do_record``).
    """
    with _writing():
        head = _lock()
        pending = _pending(number, person, own)
        moment = _moment(head, at)
        content = models.SubmissionPayload.objects.filter(submission_id=number).values_list("content", flat=True).first()
        wanted = Changes.of(unpack(number, content, pending.payload_hash))
        decided = _append(head, pending, wanted, person, moment)
        _decide(head, decided)
    return decided


def do_return(number: int, person: str, reason: str, *, own: bool = False, at: datetime | None = None) -> Submission:
    """Return a pending submission with a reason: nothing of it is recorded; the decision itself is part of the chain.

    Its content is kept, so that its sender can mend it, until ``do_drop_returned``.

    Raises ``TaizhangError`` as ``do_accept`` does, and ``journal.reason_missing``.
    """
    if not reason.strip():
        raise TaizhangError("journal.reason_missing", number=number)
    with _writing():
        head = _lock()
        pending = _pending(number, person, own)
        returned = replace(pending, status="returned", reason=reason.strip())
        decided = _sealed(head, returned, person, _moment(head, at), algorithm())
        _decide(head, decided)
    return decided


def do_drop_returned(number: int) -> None:
    """Let the content of a returned submission go: it was sent again, or has been kept long enough; the decision stays in the chain."""
    with _writing():
        models.SubmissionPayload.objects.filter(submission_id=number, submission__status="returned").delete()


def algorithm() -> Algorithm:
    """Return the hash algorithm that the workspace has chosen (Django setting ``TAIZHANG_HASH``), SHA-256 by default."""
    chosen: Algorithm = getattr(settings, "TAIZHANG_HASH", "sha256")
    return chosen


@contextmanager
def _writing() -> Iterator[None]:
    with telling(), transaction.atomic():
        yield


def _lock() -> models.JournalHead:
    store().lock()
    return models.JournalHead.objects.get(id=1)


def _moment(head: models.JournalHead, at: datetime | None) -> datetime:
    """Return the time of a decision; times never run backwards, so that a time names one position."""
    last = models.Submission.objects.filter(number=head.submission).values_list("decided_at", flat=True).first()
    now = datetime.now(UTC)
    if at is None:
        return max(now, last) if last else now
    if at > now or (last and at < last):
        raise TaizhangError("journal.bad_time", at=at.isoformat())
    return at.astimezone(UTC)


def _checked(changes: Iterable[Change]) -> Changes:
    wanted = Changes.of(changes)
    if not wanted:
        raise TaizhangError("journal.empty")
    ledgers, entries = wanted.column("ledger"), wanted.column("entry")
    # Entries of one ledger are told apart by themselves: no pairs have to be made.
    if len(set(entries)) < len(wanted) and len(set(zip(ledgers, entries, strict=True))) < len(wanted):
        seen: set[tuple[str, str]] = set()
        ledger, entry = next(c for c in zip(ledgers, entries, strict=True) if c in seen or seen.add(c))  # type: ignore[func-returns-value]
        raise TaizhangError("journal.repeated_entry", ledger=ledger, entry=entry)
    return wanted


def _place(wanted: Changes, position: int) -> list[Placed]:
    """Return version and replaced ``seq`` of each change, after checking its ``base`` against what stands."""
    placed: list[Placed] = [(1, None)] * len(wanted)
    plain = set(wanted.column("op")) == {"record"} and set(wanted.column("base")) == {None}
    ledgers = wanted.column("ledger")
    for ledger in dict.fromkeys(ledgers):
        if plain and not _known(ledger):
            continue
        mine = [index for index, name in enumerate(ledgers) if name == ledger]
        _place_ledger(ledger, wanted, mine, position, placed)
    return placed


def _known(ledger: str) -> bool:
    return models.EntryVersion.objects.filter(ledger=ledger).values_list("seq")[:1].exists()


def _place_ledger(ledger: str, wanted: Changes, mine: list[int], position: int, placed: list[Placed]) -> None:
    latest = {row[0]: row[1:4] for row in store().latest(ledger, [wanted[i].entry for i in mine], position)} if _known(ledger) else {}
    stale: list[str] = []
    for index in mine:
        change = wanted[index]
        seq, version, op = latest.get(change.entry, (None, 0, "withdraw"))
        standing = seq if op == "record" else None
        if change.base != standing:
            stale.append(change.entry)
        elif standing is None and change.op == "withdraw":
            raise TaizhangError("journal.nothing_to_withdraw", ledger=ledger, entry=change.entry)
        elif seq is not None:
            placed[index] = (version + 1, seq)
    if stale:
        raise JournalConflict(ledger, stale)


def _new(head: models.JournalHead, person: str, source: Source, wanted: Changes, note: str, moment: datetime) -> Submission:
    ledgers = tuple(sorted(set(wanted.column("ledger"))))
    return Submission(head.numbers + 1, ledgers, "pending", person, source, note, moment, len(wanted), None)


def _append(head: models.JournalHead, pending: Submission, wanted: Changes, person: str, moment: datetime) -> Submission:
    """Write the rows and return the submission, accepted and sealed, which is not yet written."""
    chosen = algorithm()
    rows = batch(wanted, _place(wanted, head.position), pending.number, head.position)
    last = chain(rows, bytes.fromhex(head.rows_hash), hasher(chosen))
    store().append(rows)
    end = head.position + len(wanted)
    accepted = replace(pending, status="accepted", first_seq=head.position + 1, last_seq=end, rows_hash=last.hex())
    return _sealed(head, accepted, person, moment, chosen)


def _sealed(head: models.JournalHead, submission: Submission, person: str, moment: datetime, chosen: Algorithm) -> Submission:
    decided = replace(
        submission,
        decision=head.decisions + 1,
        decided_at=moment,
        decided_by=person,
        algorithm=chosen,
        previous_hash=head.hash,
    )
    return replace(decided, hash=seal(decided))


def _pending(number: int, person: str, own: bool) -> Submission:
    pending = read_submission(number)
    if pending.status != "pending":
        raise TaizhangError("journal.already_decided", number=number, status=pending.status)
    if pending.person == person and not own:
        raise TaizhangError("journal.own_submission", number=number, person=person)
    return pending


def _columns(submission: Submission) -> dict[str, Any]:
    source = submission.source
    return {
        "ledgers": " ".join(submission.ledgers),
        "source_kind": source.kind,
        "source_name": source.name,
        "source_sha256": source.sha256,
        **{name: getattr(submission, name) for name in _AS_THEY_ARE},
    }


def _insert(submission: Submission) -> None:
    models.Submission.objects.create(number=submission.number, **_columns(submission))


def _decide(head: models.JournalHead, decided: Submission) -> None:
    models.Submission.objects.filter(number=decided.number).update(**_columns(decided))
    if decided.status == "accepted":
        models.SubmissionPayload.objects.filter(submission_id=decided.number).delete()
    _move(head, decided, numbers=head.numbers)


def _move(head: models.JournalHead, decided: Submission, *, numbers: int) -> None:
    models.JournalHead.objects.filter(id=1).update(
        numbers=numbers,
        decisions=decided.decision,
        submission=decided.number,
        hash=decided.hash,
        position=decided.last_seq or head.position,
        rows_hash=decided.rows_hash or head.rows_hash,
    )
