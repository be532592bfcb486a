"""What reviewers note on rows. ``actions.py`` is the only writer."""

from __future__ import annotations

from django.db import models


class RowNote(models.Model):
    """What a reviewer has noted about a row of a pending submission; it goes into the reason when the submission is returned."""

    submission: models.BigIntegerField[int, int] = models.BigIntegerField()
    person: models.CharField[str, str] = models.CharField(max_length=64)
    row: models.IntegerField[int, int] = models.IntegerField()  # its place in the submission
    reason: models.TextField[str, str] = models.TextField()

    class Meta:
        db_table = "review_note"
        constraints = [models.UniqueConstraint(fields=["submission", "person", "row"], name="review_note_key")]
