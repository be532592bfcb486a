"""The journal's tables as Django sees them: for reading. `actions.py` is the only writer, and the database refuses the rest."""

from django.db import models


class Submission(models.Model):
    """Entries recorded together by one person from one source."""

    number = models.BigIntegerField(primary_key=True)
    ledgers = models.TextField()  # names, parted by blanks
    status = models.TextField()
    person = models.TextField()
    source_kind = models.TextField()
    source_name = models.TextField()
    source_sha256 = models.TextField(null=True)
    note = models.TextField()
    created_at = models.DateTimeField()
    rows = models.BigIntegerField()
    payload_hash = models.TextField(null=True)
    decision = models.BigIntegerField(null=True, unique=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(null=True)
    reason = models.TextField()
    first_seq = models.BigIntegerField(null=True)
    last_seq = models.BigIntegerField(null=True)
    algorithm = models.TextField(null=True)
    rows_hash = models.TextField(null=True)
    previous_hash = models.TextField(null=True)
    hash = models.TextField(null=True)

    class Meta:
        db_table = "submission"
        indexes = [models.Index(fields=["source_sha256"], name="submission_source")]


class SubmissionPayload(models.Model):
    """The changes of a pending submission (gzip of NDJSON); gone when it is decided."""

    submission = models.OneToOneField(Submission, models.PROTECT, primary_key=True)
    content = models.BinaryField()

    class Meta:
        db_table = "submission_payload"


class EntryVersion(models.Model):
    """One accepted version of an entry."""

    seq = models.BigIntegerField(primary_key=True)
    submission = models.BigIntegerField()
    ledger = models.TextField()
    entry = models.TextField()
    version = models.BigIntegerField()
    op = models.TextField()
    division = models.TextField()
    data = models.TextField()
    original = models.TextField(null=True)
    confirmed = models.TextField(null=True)
    sheet = models.TextField(null=True)
    line = models.BigIntegerField(null=True)
    replaces = models.BigIntegerField(null=True)
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        db_table = "entry_version"
        constraints = [models.UniqueConstraint(fields=["ledger", "entry", "version"], name="entry_version_key")]


class JournalHead(models.Model):
    """Where the journal ends: one row."""

    id = models.BigIntegerField(primary_key=True)
    numbers = models.BigIntegerField()  # the last submission number handed out
    decisions = models.BigIntegerField()
    position = models.BigIntegerField()
    submission = models.BigIntegerField(null=True)  # the last one decided
    rows_hash = models.TextField()
    hash = models.TextField()

    class Meta:
        db_table = "journal_head"
