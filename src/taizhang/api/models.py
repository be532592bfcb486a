"""Tables of the data interface: answers kept for repeated calls, and calls with a wrong token. ``actions.py`` is the only writer."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class KeptAnswer(models.Model):
    """The answer to a call with an ``Idempotency-Key``: the same call again gets it again, whoever carried it out is not done twice."""

    person: models.CharField[str, str] = models.CharField(max_length=64)
    key: models.CharField[str, str] = models.CharField(max_length=255)
    digest: models.CharField[str, str] = models.CharField(max_length=64)  # SHA-256 of method, address and content
    status: models.IntegerField[int, int] = models.IntegerField(default=0)
    headers: models.TextField[str, str] = models.TextField(default="{}")  # JSON
    body: models.BinaryField[bytes, bytes] = models.BinaryField(default=b"")
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "api_answer"
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="api_answer_key")]


class FailedCall(models.Model):
    """A call with a token that does not hold."""

    address: models.CharField[str, str] = models.CharField(max_length=64)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        db_table = "api_failure"
        indexes = [models.Index(fields=["address", "at"], name="api_failure_address")]
