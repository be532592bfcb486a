"""What reviewers note on rows, and how senders mend those that were returned. ``actions.py`` is the only writer."""

from __future__ import annotations

from typing import Any

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


class RowCorrection(models.Model):
    """How the sender of a returned submission mends one of its rows, until she sends it again."""

    submission: models.BigIntegerField[int, int] = models.BigIntegerField()
    row: models.IntegerField[int, int] = models.IntegerField()  # its place in the submission
    values: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)  # by field, as written
    left_out: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    class Meta:
        db_table = "review_correction"
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="review_correction_key")]
