"""Accounts, what they hold, how they signed in, and the record of reads.

``actions.py``, ``signing.py``, ``sign_in_rules.py`` and ``tokens.py`` are the only writers.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from taizhang.clock import now


class AccountManager(BaseUserManager["Account"]):
    """Looks accounts up; making one is an action."""


class Account(AbstractBaseUser):
    """Somebody who signs in. The journal knows a person by ``username``, which never changes and is never given out again."""

    username: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    name: models.CharField[str, str] = models.CharField(max_length=64)
    id_number: models.CharField[str, str] = models.CharField(max_length=18, blank=True)  # keeps people from findings about themselves
    is_active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    must_change_password: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    password_set_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=now)
    totp_secret: models.CharField[str, str] = models.CharField(max_length=255, blank=True)  # encrypted: see ``secrecy``
    totp_last: models.BigIntegerField[int, int] = models.BigIntegerField(
        default=0
    )  # the time step of the last code taken: none counts twice
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    objects = AccountManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        db_table = "account"

    def __str__(self) -> str:
        return self.name


class AccountGrant(models.Model):
    """A role that an account holds."""

    account: models.ForeignKey[Account, Account] = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    role: models.CharField[str, str] = models.CharField(max_length=64)
    division: models.CharField[str, str] = models.CharField(max_length=14)
    offices: models.TextField[str, str] = models.TextField(blank=True)  # parted by blanks
    granted_by: models.CharField[str, str] = models.CharField(max_length=64)
    granted_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        db_table = "account_grant"
        constraints = [models.UniqueConstraint(fields=["account", "role", "division"], name="account_grant_key")]


class UsedPassword(models.Model):
    """A password that an account had and has no more: its hash, so that it does not come back soon."""

    account: models.ForeignKey[Account, Account] = models.ForeignKey(Account, models.CASCADE, related_name="used_passwords")
    hash: models.CharField[str, str] = models.CharField(max_length=128)

    class Meta:
        db_table = "used_password"


class RecoveryCode(models.Model):
    """A one-time code for who has lost the second factor: its hash, gone when it is used."""

    account: models.ForeignKey[Account, Account] = models.ForeignKey(Account, models.CASCADE, related_name="recovery_codes")
    hash: models.CharField[str, str] = models.CharField(max_length=128)

    class Meta:
        db_table = "recovery_code"


class SignIn(models.Model):
    """A session of an account, so that its owner and the administrator see and end it."""

    account: models.ForeignKey[Account, Account] = models.ForeignKey(Account, models.CASCADE, related_name="sign_ins")
    session_key: models.CharField[str, str] = models.CharField(max_length=40, unique=True)
    address: models.CharField[str, str] = models.CharField(max_length=64)
    agent: models.TextField[str, str] = models.TextField(blank=True)
    began_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    seen_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        db_table = "sign_in"


class SignInRule(models.Model):
    """Something that the administrator decided about signing in; ``sign_in_rules`` knows the names and what holds without."""

    name: models.CharField[str, str] = models.CharField(max_length=96, primary_key=True)
    value: models.CharField[str, str] = models.CharField(max_length=32)

    class Meta:
        db_table = "sign_in_rule"


class ApiToken(models.Model):
    """A token of the API: the account's rights, narrowed to ``scopes``; only its hash is kept."""

    account: models.ForeignKey[Account, Account] = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    title: models.CharField[str, str] = models.CharField(max_length=64)
    hash: models.CharField[str, str] = models.CharField(max_length=64, unique=True)  # SHA-256 of the token
    scopes: models.TextField[str, str] = models.TextField()  # acts, parted by blanks
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    expires_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    used_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_token"


class ReadRecord(models.Model):
    """Somebody saw or took out data, or did something with an account; rows are only added (the database refuses the rest)."""

    at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)
    person: models.CharField[str, str] = models.CharField(max_length=64, db_index=True)
    act: models.CharField[str, str] = models.CharField(max_length=32)
    ledger: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    what: models.TextField[str, str] = models.TextField(blank=True)
    purpose: models.TextField[str, str] = models.TextField(blank=True)
    rows: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    address: models.CharField[str, str] = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "read_record"
