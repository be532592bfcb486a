"""The journal's tables as Django sees them: for reading. `actions.py` is the only writer, and the database refuses the rest."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class Submission(models.Model):
    """Entries recorded together by one person from one source."""

    number: models.BigIntegerField[int, int] = models.BigIntegerField(primary_key=True)
    ledgers: models.TextField[str, str] = models.TextField()  # names, parted by blanks
    status: models.TextField[str, str] = models.TextField()
    person: models.TextField[str, str] = models.TextField()
    source_kind: models.TextField[str, str] = models.TextField()
    source_name: models.TextField[str, str] = models.TextField()
    source_sha256: models.TextField[str | None, str | None] = models.TextField(null=True)
    note: models.TextField[str, str] = models.TextField()
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    rows: models.BigIntegerField[int, int] = models.BigIntegerField()
    payload_hash: models.TextField[str | None, str | None] = models.TextField(null=True)
    decision: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True, unique=True)
    decided_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    decided_by: models.TextField[str | None, str | None] = models.TextField(null=True)
    reason: models.TextField[str, str] = models.TextField()
    first_seq: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    last_seq: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    algorithm: models.TextField[str | None, str | None] = models.TextField(null=True)
    rows_hash: models.TextField[str | None, str | None] = models.TextField(null=True)
    previous_hash: models.TextField[str | None, str | None] = models.TextField(null=True)
    hash: models.TextField[str | None, str | None] = models.TextField(null=True)

    class Meta:
        db_table = "submission"
        indexes = [models.Index(fields=["source_sha256"], name="submission_source")]


class SubmissionPayload(models.Model):
    """The changes of a submission that waits or was returned (gzip of NDJSON); gone when it is accepted, or its sender is done with it."""

    submission: models.OneToOneField[Submission, Submission] = models.OneToOneField(Submission, models.PROTECT, primary_key=True)
    content: models.BinaryField[bytes, bytes] = models.BinaryField()

    class Meta:
        db_table = "submission_payload"


class EntryVersion(models.Model):
    """One accepted version of an entry."""

    seq: models.BigIntegerField[int, int] = models.BigIntegerField(primary_key=True)
    submission: models.BigIntegerField[int, int] = models.BigIntegerField()
    ledger: models.TextField[str, str] = models.TextField()
    entry: models.TextField[str, str] = models.TextField()
    version: models.BigIntegerField[int, int] = models.BigIntegerField()
    op: models.TextField[str, str] = models.TextField()
    division: models.TextField[str, str] = models.TextField()
    data: models.TextField[str, str] = models.TextField()
    original: models.TextField[str | None, str | None] = models.TextField(null=True)
    confirmed: models.TextField[str | None, str | None] = models.TextField(null=True)
    sheet: models.TextField[str | None, str | None] = models.TextField(null=True)
    line: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    replaces: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    previous: models.BinaryField[bytes, bytes] = models.BinaryField()
    hash: models.BinaryField[bytes, bytes] = models.BinaryField()

    class Meta:
        db_table = "entry_version"
        constraints = [models.UniqueConstraint(fields=["ledger", "entry", "version"], name="entry_version_key")]


class JournalHead(models.Model):
    """Where the journal ends: one row."""

    id: models.BigIntegerField[int, int] = models.BigIntegerField(primary_key=True)
    numbers: models.BigIntegerField[int, int] = models.BigIntegerField()  # the last submission number handed out
    decisions: models.BigIntegerField[int, int] = models.BigIntegerField()
    position: models.BigIntegerField[int, int] = models.BigIntegerField()
    submission: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)  # the last one decided
    rows_hash: models.TextField[str, str] = models.TextField()
    hash: models.TextField[str, str] = models.TextField()

    class Meta:
        db_table = "journal_head"
