"""The table of jobs. ``actions.py`` and ``running.py`` are the only writers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

WAITING, RUNNING = ("waiting", "running")
ENDED = ("done", "failed", "cancelled", "interrupted")
STATES = (WAITING, RUNNING, *ENDED)


class Job(models.Model):
    """A piece of long work that somebody asked for, and what came of it."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    kind: models.CharField[str, str] = models.CharField(max_length=64)
    module: models.CharField[str, str] = models.CharField(max_length=128)  # where the worker finds the function
    title: models.CharField[str, str] = models.CharField(max_length=64)  # of the kind, as the catalogue knows it
    about: models.TextField[str, str] = models.TextField(blank=True)  # what in particular: a file's name, a period
    person: models.CharField[str, str] = models.CharField(max_length=64)
    token: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)  # with which it was asked for; narrows it
    held: models.JSONField[list[list[str]], list[list[str]]] = models.JSONField(default=list)  # with which it ran: role, division, offices
    language: models.CharField[str, str] = models.CharField(max_length=2, default="zh")
    arguments: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    state: models.CharField[str, str] = models.CharField(max_length=16, default=WAITING)
    stage: models.TextField[str, str] = models.TextField(blank=True)
    permille: models.IntegerField[int, int] = models.IntegerField(default=0)
    result: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    fault: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True)
    faults: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    worker: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    cancel_asked: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    begun_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    seen_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)  # its last sign of life
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        db_table = "job"
        indexes = [models.Index(fields=["person", "-id"], name="job_person"), models.Index(fields=["state"], name="job_state")]

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED

    @property
    def percent(self) -> int:
        """How much is done, in hundredths."""
        return self.permille // 10

    @property
    def restartable(self) -> bool:
        """Whether it can be begun again: it ended without a result."""
        return self.state in ("failed", "cancelled", "interrupted")
