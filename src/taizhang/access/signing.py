"""Signing in: the second factor and its recovery codes, the sessions that are open, and who is locked out after wrong passwords.

With ``actions``, ``sign_in_rules`` and ``tokens`` the only writer of access.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Max, Sum

from taizhang.access.actions import do_record_read
from taizhang.access.models import Account, RecoveryCode, SignIn
from taizhang.access.secrecy import decrypted, encrypted
from taizhang.clock import now
from taizhang.errors import TaizhangError

RECOVERY_CODES = 10
STEP_SECONDS = 30
# Letters and digits that are not taken for each other when copied by hand: 80 bits need 16 of them, so that a plain hash keeps the secret.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_secret() -> str:
    """Return a new secret for an authenticator."""
    import pyotp

    return pyotp.random_base32()


def hidden(account: Account, secret: str) -> str:
    """Return an account's secret as it is kept, in the database and in a session."""
    return encrypted(secret, account.username)


def revealed(account: Account, kept: str) -> str:
    """Return an account's secret from what is kept; raises ``TaizhangError`` (``access.secret_unreadable``)."""
    return decrypted(kept, account.username)


def address_of_secret(secret: str, account: Account, issuer: str) -> str:
    """Return the ``otpauth`` address that authenticators read from a QR code."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=issuer)


def _step_of(secret: str, code: str, after: int) -> int | None:
    """Return the time step, later than ``after``, whose code this is: the present one, or one beside it for clocks that differ."""
    import pyotp

    present, generator = int(time.time()) // STEP_SECONDS, pyotp.TOTP(secret)
    asked = code.encode()
    for step in (present, present - 1, present + 1):
        if step > after and secrets.compare_digest(generator.at(step * STEP_SECONDS).encode(), asked):
            return step
    return None


def do_begin_second_factor(account: Account, kept: str, code: str, *, address: str = "") -> list[str]:
    """Take up a second factor, by its ``hidden`` secret, once a code proves that the authenticator has it; return the recovery codes.

    Raises ``TaizhangError`` (``access.code_wrong``, ``access.secret_unreadable``).
    """
    step = _step_of(revealed(account, kept), _plain(code), 0) if kept else None
    if step is None:
        raise TaizhangError("access.code_wrong")
    with transaction.atomic():
        account.totp_secret, account.totp_last = kept, step
        account.save(update_fields=["totp_secret", "totp_last"])
        codes = _new_recovery_codes(account)
        do_record_read(account.username, "second_factor", what="begun", address=address)
    return codes


def do_make_recovery_codes(account: Account, *, address: str = "") -> list[str]:
    """Replace the recovery codes and return the new ones, which are shown once."""
    with transaction.atomic():
        codes = _new_recovery_codes(account)
        do_record_read(account.username, "second_factor", what="recovery codes", address=address)
    return codes


def _new_recovery_codes(account: Account) -> list[str]:
    account.recovery_codes.all().delete()  # type: ignore[attr-defined]
    codes = ["-".join("".join(secrets.choice(_ALPHABET) for _n in range(4)) for _m in range(4)) for _k in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, hash=_hash(code)) for code in codes)
    return codes


def _plain(code: str) -> str:
    return "".join(c for c in code.upper() if c.isascii() and c.isalnum())


def _hash(code: str) -> str:
    return hashlib.sha256(_plain(code).encode()).hexdigest()


def do_take_code(account: Account, code: str, *, address: str = "") -> str:
    """Take a code of the authenticator, or a recovery code, and return which it was; the same code is never taken twice.

    Raises ``TaizhangError`` (``access.code_wrong``, ``access.secret_unreadable``).
    """
    asked = _plain(code)
    with transaction.atomic():
        if len(asked) == 6 and asked.isdigit():
            secret = revealed(account, account.totp_secret) if account.totp_secret else ""
            step = _step_of(secret, asked, account.totp_last) if secret else None
            # The condition makes two requests with one code race for a single change of the row.
            if step is not None and Account.objects.filter(pk=account.pk, totp_last__lt=step).update(totp_last=step):
                return "code"
        elif asked and RecoveryCode.objects.filter(account=account, hash=_hash(asked)).delete()[0]:
            do_record_read(account.username, "second_factor", what="recovery code used", address=address)
            return "recovery"
    raise TaizhangError("access.code_wrong")


def do_end_second_factor(account: Account, *, by: str, address: str = "") -> None:
    """Take the second factor off an account: its owner does so herself, or the administrator for one who has lost it."""
    with transaction.atomic():
        account.totp_secret, account.totp_last = "", 0
        account.save(update_fields=["totp_secret", "totp_last"])
        account.recovery_codes.all().delete()  # type: ignore[attr-defined]
        if account.username != by:
            do_close_sessions(account)
        do_record_read(by, "second_factor", what=f"{account.username}: ended", address=address)


def do_begin_session(account: Account, session_key: str, *, address: str, agent: str) -> None:
    """Keep who is signed in and from where, and forget sessions of the account that are over."""
    moment = now()
    with transaction.atomic():
        open_ = set(Session.objects.filter(expire_date__gt=moment).values_list("session_key", flat=True)) | {session_key}
        account.sign_ins.exclude(session_key__in=open_).delete()  # type: ignore[attr-defined]
        SignIn.objects.create(account=account, session_key=session_key, address=address, agent=agent[:300], began_at=moment, seen_at=moment)
        do_record_read(account.username, "sign_in", address=address)


def do_follow_session(old: str, new: str) -> None:
    """Follow a session whose key was exchanged (a changed password exchanges it)."""
    SignIn.objects.filter(session_key=old).update(session_key=new)


def do_see_session(session_key: str) -> None:
    """Note that somebody was there."""
    SignIn.objects.filter(session_key=session_key).update(seen_at=now())


def sessions_of(account: Account) -> list[SignIn]:
    """Return the open sessions of an account, the newest first."""
    keys = Session.objects.filter(expire_date__gt=now()).values("session_key")
    return list(account.sign_ins.filter(session_key__in=keys).order_by("-seen_at"))  # type: ignore[attr-defined]


def do_close_sessions(account: Account, *, but: str = "") -> int:
    """End the sessions of an account, but for one, as a part of what is recorded already; return how many ended."""
    keys = [s.session_key for s in account.sign_ins.all() if s.session_key != but]  # type: ignore[attr-defined]
    return _do_end(keys)


def _do_end(keys: Iterable[str]) -> int:
    listed = list(keys)
    SignIn.objects.filter(session_key__in=listed).delete()
    return Session.objects.filter(session_key__in=listed).delete()[0]


def do_end_session(account: Account, number: int, *, by: str, address: str = "") -> None:
    """End one session of an account. Raises ``TaizhangError`` (``access.session_unknown``)."""
    with transaction.atomic():
        found = account.sign_ins.filter(pk=number).first()  # type: ignore[attr-defined]
        if found is None:
            raise TaizhangError("access.session_unknown")
        _do_end([found.session_key])
        do_record_read(by, "session", what=f"{account.username}: ended", address=address)


def do_end_sessions(account: Account, *, by: str, but: str = "", address: str = "") -> int:
    """End all sessions of an account, but for one; return how many ended."""
    with transaction.atomic():
        count = do_close_sessions(account, but=but)
        do_record_read(by, "session", what=f"{account.username}: ended", rows=count, address=address)
    return count


def do_sign_out(account: Account, session_key: str, *, address: str = "") -> None:
    """Note that somebody signed out; the session itself is emptied by who holds it."""
    with transaction.atomic():
        SignIn.objects.filter(session_key=session_key).delete()
        do_record_read(account.username, "sign_out", address=address)


@dataclass(frozen=True, slots=True)
class Lockout:
    """A name that is locked out at an address until a moment."""

    username: str
    address: str
    until: datetime


# Wrong passwords or codes within the time of a lockout: of one name from one address (axes counts these too), of one name from wherever,
# and from one address with whatever names. A whole village shares an address, and nobody shall lock a name out for everybody lightly.
_PAIR, _NAME, _ADDRESS = 5, 30, 60


def lockout_time() -> timedelta:
    """Return how long a lockout lasts."""
    return timedelta(hours=settings.AXES_COOLOFF_TIME)


def locked_until(username: str, address: str) -> datetime | None:
    """Return until when a name is locked out at an address; None when it is not."""
    from axes.models import AccessAttempt

    recent = AccessAttempt.objects.filter(attempt_time__gte=now() - lockout_time())
    found = None
    for filters, limit in (
        ({"username": username, "ip_address": address}, _PAIR),
        ({"username": username}, _NAME),
        ({"ip_address": address}, _ADDRESS),
    ):
        told: dict[str, Any] = recent.filter(**filters).aggregate(count=Sum("failures_since_start"), last=Max("attempt_time"))
        if (told["count"] or 0) >= limit:
            found = max(filter(None, (found, told["last"] + lockout_time())))
    return found


def lockouts_of(account: Account) -> list[Lockout]:
    """Return where an account is locked out now."""
    from axes.models import AccessAttempt

    recent = AccessAttempt.objects.filter(attempt_time__gte=now() - lockout_time(), username=account.username)
    addresses = sorted({str(address) for address in recent.values_list("ip_address", flat=True)})
    found = ((address, locked_until(account.username, address)) for address in addresses)
    return [Lockout(account.username, address, until) for address, until in found if until]


def do_lift_lockout(account: Account, *, by: str, address: str = "") -> None:
    """Let a locked-out account try again at once."""
    from axes.models import AccessAttempt

    with transaction.atomic():
        AccessAttempt.objects.filter(username=account.username).delete()
        do_record_read(by, "account", what=f"{account.username}: lockout lifted", address=address)


def do_record_failure(username: str, *, address: str) -> None:
    """Record that a sign-in failed, under the name of an account that there is; without one else, since what was typed may be a password.

    Both write a row: who measures the time of many answers learns no more than who reads them.
    """
    known = Account.objects.filter(username=username).exists()
    do_record_read(username if known else "", "sign_in_failed", address=address)
