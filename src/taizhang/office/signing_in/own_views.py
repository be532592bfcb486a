"""One's own account: roles, password, second factor, sessions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from taizhang.access import signing
from taizhang.access.actions import do_change_password
from taizhang.access.words import browser_in_words, grants_in_words
from taizhang.errors import Fault, TaizhangError
from taizhang.i18n import _
from taizhang.office.shared.pages import page
from taizhang.office.shared.presence import SECOND_FACTOR, required, rules_of
from taizhang.office.shared.requests import OfficeRequest, before_entry, signed_in
from taizhang.office.signing_in.entering import check_lockout, confirm_password, note_failure, safe_next, wait_for_code

_SECRET = "new_totp_secret"  # noqa: S105 - the name of a place in the session


@require_GET
@signed_in
def me(request: OfficeRequest) -> HttpResponse:
    """Show one's own account."""
    values = {
        "grants": grants_in_words(request.user, request.workspace),
        "sessions": signing.sessions_of(request.user),
        "browser": browser_in_words,
        "here": request.session.session_key,
        "codes_left": request.user.recovery_codes.count(),  # type: ignore[attr-defined]
        "required": required(request),
    }
    return page(request, "office/signing_in/me.html", values)


@before_entry
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def change_password(request: OfficeRequest) -> HttpResponse:
    """Change one's own password; the other sessions end."""
    fault, over = None, rules_of(request).password_over(request.user)
    if request.method == "POST":
        try:
            _change(request)
        except TaizhangError as error:
            fault = error.fault
            if fault.code == "access.password_wrong":
                note_failure(request, request.user.username)
        else:
            messages.success(request, _("密码已改。"))
            return redirect(safe_next(request, ""))
    return page(request, "office/signing_in/password.html", {"fault": fault, "must": request.user.must_change_password, "over": over})


def _change(request: OfficeRequest) -> None:
    check_lockout(request)
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        raise TaizhangError("access.passwords_differ")
    do_change_password(request.user, request.POST.get("old", ""), new, rules_of(request), address=request.address)
    before = request.session.session_key or ""
    update_session_auth_hash(request, request.user)
    signing.do_follow_session(before, request.session.session_key or "")
    signing.do_close_sessions(request.user, but=request.session.session_key or "")


@before_entry
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def second_factor(request: OfficeRequest) -> HttpResponse:
    """Set up a second factor, or see to the one that there is."""
    account = request.user
    if account.totp_secret and not request.session.get(SECOND_FACTOR):
        logout(request)  # it was set up elsewhere meanwhile: this session owes its code
        return wait_for_code(request, account, "/")
    if account.must_change_password or rules_of(request).password_over(account):
        return redirect("change-password")
    if account.totp_secret:
        return _see_to(request) if request.method == "POST" else redirect("me")
    fault = None
    if request.method == "POST":
        try:
            confirm_password(request)
            codes = signing.do_begin_second_factor(
                account, request.session.get(_SECRET, ""), request.POST.get("code", ""), address=request.address
            )
        except TaizhangError as error:
            fault = error.fault
        else:
            del request.session[_SECRET]
            request.session[SECOND_FACTOR] = True
            signing.do_close_sessions(account, but=request.session.session_key or "")
            return _codes(request, codes)
    return _enrol(request, fault)


def _enrol(request: OfficeRequest, fault: Fault | None) -> HttpResponse:
    import segno

    account, secret = request.user, _offered(request)
    address = signing.address_of_secret(secret, account, request.workspace.settings.title + _("台账"))
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=4)
    spelled = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    values: dict[str, Any] = {"picture": picture, "secret": spelled, "fault": fault, "required": required(request)}
    return page(request, "office/signing_in/second_factor.html", values)


def _offered(request: OfficeRequest) -> str:
    """Return the secret that is offered: a new one where there is none yet, or the key was exchanged since."""
    try:
        return signing.revealed(request.user, request.session.get(_SECRET, ""))
    except TaizhangError:
        secret = signing.new_secret()
        request.session[_SECRET] = signing.hidden(request.user, secret)
        return secret


def _see_to(request: OfficeRequest) -> HttpResponse:
    """Make new recovery codes, or take the second factor off; both ask for the password again."""
    confirm_password(request)
    if request.POST.get("act") == "codes":
        return _codes(request, signing.do_make_recovery_codes(request.user, address=request.address))
    if required(request):
        raise TaizhangError("access.second_factor_needed")
    signing.do_end_second_factor(request.user, by=request.user.username, address=request.address)
    request.session[SECOND_FACTOR] = False
    messages.success(request, _("动态验证码已停用。"))
    return redirect("me")


def _codes(request: OfficeRequest, codes: list[str]) -> HttpResponse:
    answer = page(request, "office/signing_in/recovery_codes.html", {"codes": codes})
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@signed_in
def end_session(request: OfficeRequest, number: int) -> HttpResponse:
    """End one of one's own sessions."""
    signing.do_end_session(request.user, number, by=request.user.username, address=request.address)
    messages.success(request, _("已结束该登录会话。"))
    return redirect("me")


@require_POST
@signed_in
def end_others(request: OfficeRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    key = request.session.session_key or ""
    count = signing.do_end_sessions(request.user, by=request.user.username, but=key, address=request.address)
    messages.success(request, _("已结束{count}个登录会话。").format(count=count))
    return redirect("me")
