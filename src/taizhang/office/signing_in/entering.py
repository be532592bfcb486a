"""From a right password to a session: at once, or after a code of the second factor."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from taizhang.access import signing
from taizhang.access.models import Account
from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.office.shared import presence
from taizhang.office.shared.pages import moment

PENDING = "pending_sign_in"
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_PENDING_SECONDS = 300


def safe_next(request: HttpRequest, address: str) -> str:
    """Return where to go on: the address, when it is one of ours, else the home page."""
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if address and safe else "/"


def wait_for_code(request: HttpRequest, account: Account, address: str) -> HttpResponseRedirect:
    """Keep, in a session with a new key, that a password was right; nobody is signed in before the code is."""
    request.session.cycle_key()
    request.session[PENDING] = {"account": account.pk, "hash": account.get_session_auth_hash(), "at": presence.moment(), "next": address}
    return HttpResponseRedirect(resolve_url("sign-in-code"))


def pending(request: HttpRequest) -> tuple[Account, str] | None:
    """Return whose code is waited for and where to go then; None when that is too long ago or the password was changed since."""
    kept = request.session.get(PENDING)
    if not kept or presence.moment() - kept["at"] > _PENDING_SECONDS:
        return None
    account = Account.objects.filter(pk=kept["account"], is_active=True).first()
    if account is None or account.get_session_auth_hash() != kept["hash"]:
        return None
    return account, kept["next"]


def enter(request: Any, account: Account, *, second_factor: bool) -> None:
    """Sign in: the session gets a new key, so that nobody comes in by one that she planted."""
    request.session.pop(PENDING, None)
    login(request, account, backend=_BACKEND)
    request.session[presence.SECOND_FACTOR] = second_factor
    request.session[presence.BEGAN] = request.session[presence.SEEN] = presence.moment()
    request.session.save()
    key = request.session.session_key or ""
    signing.do_begin_session(account, key, address=request.address, agent=request.headers.get("User-Agent", ""))
    left = presence.rules_of(request).days_left(account)
    if left is not None and not account.must_change_password:
        told = _("密码还可用{days}天，请及早到“我的账号”里修改。") if left else _("密码今天是最后一天可用，请到“我的账号”里修改。")
        messages.warning(request, told.format(days=left))


def note_failure(request: Any, username: str) -> None:
    """Count a wrong password or code: axes listens, and locks the name at this address when there are too many."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)
    signing.do_record_failure(username, address=request.address)


def check_lockout(request: Any) -> None:
    """Refuse who tries passwords at a desk that was left open; raises ``TaizhangError`` (``access.locked``)."""
    until = signing.locked_until(request.user.username, request.address)
    if until:
        raise TaizhangError("access.locked", until=moment(until))


def confirm_password(request: Any) -> None:
    """Ask again for the password of who is signed in; raises ``TaizhangError`` (``access.locked``, ``access.password_wrong``)."""
    check_lockout(request)
    if not request.user.check_password(request.POST.get("password", "")):
        note_failure(request, request.user.username)
        raise TaizhangError("access.password_wrong")
