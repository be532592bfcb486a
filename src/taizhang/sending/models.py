"""Imports that somebody has begun, and what people said that headings mean. ``actions.py`` is the only writer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

CHECKING, READY, REFUSED, SENDING, SENT, DROPPED = ("checking", "ready", "refused", "sending", "sent", "dropped")


class Draft(models.Model):
    """An uploaded workbook on its way to a submission; its file and what was found out about it lie in a folder of the workspace."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    person: models.CharField[str, str] = models.CharField(max_length=64, db_index=True)
    name: models.TextField[str, str] = models.TextField()  # of the file
    size: models.BigIntegerField[int, int] = models.BigIntegerField()
    state: models.CharField[str, str] = models.CharField(max_length=16, default=CHECKING)
    sheets: models.JSONField[dict[str, str | None], dict[str, str | None]] = models.JSONField(default=dict)  # as the person said
    headings: models.JSONField[dict[str, dict[str, str | None]], dict[str, dict[str, str | None]]] = models.JSONField(default=dict)
    summary: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    fault: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True)  # why the whole file is refused
    job: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    submission: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    changed_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        db_table = "import_draft"


class Heading(models.Model):
    """What somebody said that a heading means in a ledger; an empty field means none."""

    person: models.CharField[str, str] = models.CharField(max_length=64)
    ledger: models.CharField[str, str] = models.CharField(max_length=64)
    heading: models.TextField[str, str] = models.TextField()  # as ``intake.titles.heading_key`` gives it
    field: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    said_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        db_table = "import_heading"
        constraints = [models.UniqueConstraint(fields=["person", "ledger", "heading"], name="import_heading_key")]
