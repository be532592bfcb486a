"""Ledger definitions in the making. ``actions.py`` is the only writer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models


class LedgerDraft(models.Model):
    """A ledger definition that somebody works on: its text, and where a new one was proposed from."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    person: models.CharField[str, str] = models.CharField(max_length=64, db_index=True)
    text: models.TextField[str, str] = models.TextField()  # YAML
    replacing: models.CharField[str, str] = models.CharField(max_length=64, blank=True)  # the own ledger that is corrected
    about: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    saved_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_draft"
