"""Tokens of the data interface: an account's rights, narrowed, until a day.

With ``actions`` and ``signing`` the only writer of access.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction

from taizhang.access.actions import do_record_read
from taizhang.access.models import Account, ApiToken
from taizhang.access.sight import Sight
from taizhang.clock import SHANGHAI, now, today
from taizhang.errors import TaizhangError
from taizhang.pack.roles import ACTS

PREFIX = "tz_"
LONGEST_DAYS = 366
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
    own = scopes_of(sight)
    refused = [scope for scope in wanted if scope not in own]
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
