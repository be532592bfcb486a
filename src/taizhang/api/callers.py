"""Who calls: a token that holds, or a session that is signed in (with the token against forged requests where something is changed)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from taizhang.access.current import sight_of_token
from taizhang.access.models import Account, ApiToken
from taizhang.access.tokens import PREFIX, digest, do_note_use
from taizhang.api.actions import do_note_failure
from taizhang.clock import now
from taizhang.errors import TaizhangError
from taizhang.http.requests import TownRequest


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and with what."""

    account: Account
    token: ApiToken | None  # None for a session


class ApiRequest(TownRequest):
    """A request to the data interface; ``answering`` fills it in."""

    caller: Caller
    told_ledger: str  # what the record of reads says of the call
    told_rows: int


def recognise(request: HttpRequest) -> Caller:
    """Return who calls, after putting account and sight on the request.

    Raises ``TaizhangError``: ``api.unauthenticated``, ``api.token_invalid``, ``api.too_many_failures``, ``api.no_interface``, ``api.forged``.
    """
    header = request.headers.get("Authorization", "")
    caller = _by_token(request, header) if header else _by_session(request)
    cast(ApiRequest, request).caller = caller
    return caller


def _by_token(request: HttpRequest, header: str) -> Caller:
    kind, _, text = header.partition(" ")
    token = _token(text.strip()) if kind.lower() == "bearer" else None
    if token is None:
        # A village shares one address: who holds a good token is not kept out by somebody's bad one.
        wait = do_note_failure(str(request.META.get("REMOTE_ADDR", "")))
        raise TaizhangError("api.too_many_failures", seconds=wait) if wait else TaizhangError("api.token_invalid")
    request.sight = sight_of_token(request.workspace, token)  # type: ignore[attr-defined]
    request.user = token.account
    do_note_use(token)
    return Caller(token.account, token)


def _token(text: str) -> ApiToken | None:
    """Return the token that a text is, as long as it holds."""
    if not text.startswith(PREFIX):
        return None
    kept = digest(text)
    found = ApiToken.objects.select_related("account").filter(hash=kept).first()
    if found is None or not secrets.compare_digest(found.hash, kept):
        return None
    holds = found.ended_at is None and found.expires_at > now() and found.account.is_active
    return found if holds else None


def _by_session(request: HttpRequest) -> Caller:
    if not request.user.is_authenticated:
        raise TaizhangError("api.unauthenticated")
    if request.method not in ("GET", "HEAD") and check_csrf(request) is not None:
        raise TaizhangError("api.forged")
    return Caller(cast(Account, request.user), None)


class Token(HttpBearer):
    """How the description of the interface tells of tokens; ``recognise`` has looked at it already."""

    openapi_description = "令牌，形如 tz_…；在“接口令牌”页面新建 / a token, made on the page of tokens"

    def __call__(self, request: HttpRequest) -> Any:
        """Return who calls."""
        return cast(ApiRequest, request).caller

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Never asked: ``__call__`` answers."""
        raise NotImplementedError


class Session(APIKeyCookie):
    """How the description tells of sessions."""

    param_name = "sessionid"
    openapi_description = "已登录的会话；写入时另须请求头 X-CSRFToken / a signed-in session; changes need X-CSRFToken"

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Never asked: the token's ``__call__`` answers first."""
        raise NotImplementedError
