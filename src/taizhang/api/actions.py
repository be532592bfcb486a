"""The only writer of tokens, kept answers and failed calls."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction

from taizhang.access.actions import do_record_read
from taizhang.access.models import Account, ApiToken
from taizhang.access.sight import Sight
from taizhang.api.models import FailedCall, KeptAnswer
from taizhang.clock import SHANGHAI, now, today
from taizhang.errors import TaizhangError
from taizhang.pack.roles import ACTS

PREFIX = "tz_"
LONGEST_DAYS = 366
KEPT_DAYS = 8  # how long the answer to a call is kept: a week, and a day to spare
SPAN_SECONDS = 15 * 60
MOST_FAILURES = 20  # wrong tokens from one address in that span
_USED_SECONDS = 60
NO_SCOPES = frozenset({"interface", "administer", "define", "oversee"})  # what no token does


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def scopes_of(sight: Sight) -> list[str]:
    """Return the acts that somebody may give to a token: what she may do herself."""
    return [act for act in ACTS if act not in NO_SCOPES and (sight.may(act) or bool(sight.ledgers(act)))]


def do_make_token(account: Account, sight: Sight, title: str, scopes: Iterable[str], until: date, *, address: str = "") -> str:
    """Make a token of an account that ends after a day, and return it; it is told this one time.

    Raises ``TaizhangError``: ``access.refused``, ``api.token_title_missing``, ``api.token_scopes_missing``, ``api.token_scope_refused``,
    ``api.token_end_unfit``.
    """
    sight.check("interface")
    wanted = list(dict.fromkeys(scopes))
    if not title.strip():
        raise TaizhangError("api.token_title_missing")
    if not wanted:
        raise TaizhangError("api.token_scopes_missing")
    refused = [scope for scope in wanted if scope not in scopes_of(sight)]
    if refused:
        raise TaizhangError("api.token_scope_refused", scopes="、".join(ACTS.get(scope, scope) for scope in refused))
    if not today() < until <= today() + timedelta(days=LONGEST_DAYS):
        raise TaizhangError("api.token_end_unfit")
    token = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        ApiToken.objects.create(
            account=account,
            title=title.strip()[:64],
            hash=digest(token),
            scopes=" ".join(wanted),
            created_at=now(),
            expires_at=datetime.combine(until, time.max, SHANGHAI),
        )
        do_record_read(account.username, "token", what=f"+ {title.strip()[:64]}: {' '.join(wanted)} → {until}", address=address)
    return token


def do_end_token(account: Account, number: int, *, address: str = "") -> None:
    """End a token of an account; it does nothing any more. Raises ``TaizhangError`` (``api.token_unknown``)."""
    with transaction.atomic():
        found = ApiToken.objects.filter(account=account, pk=number, ended_at=None).first()
        if found is None:
            raise TaizhangError("api.token_unknown")
        ApiToken.objects.filter(pk=found.pk).update(ended_at=now())
        do_record_read(account.username, "token", what=f"- {found.title}", address=address)


def do_note_use(token: ApiToken) -> None:
    """Note that a token is in use, once a minute at most."""
    moment = now()
    if token.used_at is None or (moment - token.used_at).total_seconds() > _USED_SECONDS:
        ApiToken.objects.filter(pk=token.pk).update(used_at=moment)


def do_note_failure(address: str) -> int:
    """Count a call with a token that does not hold; return how many seconds the address has to wait, 0 for none.

    Beyond the limit nothing is written any more, so that guessing costs the database nothing.
    """
    moment = now()
    since = moment - timedelta(seconds=SPAN_SECONDS)
    recent = list(FailedCall.objects.filter(address=address, at__gt=since).order_by("at").values_list("at", flat=True)[: MOST_FAILURES + 1])
    if len(recent) >= MOST_FAILURES:
        return max(1, SPAN_SECONDS - int((moment - recent[0]).total_seconds()))
    with transaction.atomic():
        FailedCall.objects.filter(at__lt=moment - timedelta(days=1)).delete()
        FailedCall.objects.create(address=address[:64], at=moment)
    return 0


def do_claim(person: str, key: str, asked: str) -> KeptAnswer | None:
    """Claim a key for a call, in the transaction that is open; None when it is new, else what was answered to it.

    Whoever brings the same key at the same time waits until the first one's transaction has ended: on SQLite for the writer's lock, on PostgreSQL for
    the row. Raises ``TaizhangError`` (``api.key_reused``) when the key belongs to another call.
    """
    moment = now()
    KeptAnswer.objects.filter(at__lt=moment - timedelta(days=KEPT_DAYS)).delete()
    made = KeptAnswer.objects.bulk_create([KeptAnswer(person=person, key=key, digest=asked, at=moment)], ignore_conflicts=True)
    found = KeptAnswer.objects.get(person=person, key=key)
    del made
    if found.digest != asked:
        raise TaizhangError("api.key_reused")
    return found if found.status else None


def do_keep(person: str, key: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Keep the answer to a call, in the same transaction as what the call did."""
    KeptAnswer.objects.filter(person=person, key=key).update(status=status, headers=json.dumps(dict(headers)), body=body)
