"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from taizhang.access import signing
from taizhang.access.actions import normal_username
from taizhang.access.models import Account
from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.office.first_run.setup_code import is_first_run
from taizhang.office.shared.pages import page
from taizhang.office.shared.presence import TIMED_OUT, rules_of
from taizhang.office.shared.requests import open_to_all
from taizhang.office.signing_in import lockout
from taizhang.office.signing_in.entering import enter, note_failure, pending, safe_next, wait_for_code


class SignInForm(AuthenticationForm):
    """Name and password; one sentence for all that can be wrong, so that nobody learns which names there are."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.error_messages = {"invalid_login": _("账号或密码不对。"), "inactive": _("账号或密码不对。")}

    def clean_username(self) -> str:
        """Return the name as it is kept."""
        return normal_username(self.cleaned_data["username"])


class SignIn(LoginView):
    """Name and password; too many wrong ones lock the name at that address for a while."""

    template_name = "office/signing_in/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *arguments: Any, **more: Any) -> HttpResponseBase:
        """Show the first-run page where there is no account yet, and to who is locked out until when she is."""
        if is_first_run():
            return redirect("first-run")
        if request.method == "POST":
            until = signing.locked_until(lockout.username(request, None), request.address)  # type: ignore[attr-defined]
            if until:
                return lockout.page_until(request, until)
        return super().dispatch(request, *arguments, **more)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Tell the page whether a session ended by itself."""
        return {**super().get_context_data(**more), "timed_out": bool(self.request.session.pop(TIMED_OUT, False))}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let in, or ask for the code of the second factor."""
        account = form.get_user()
        assert isinstance(account, Account)
        try:
            rules_of(self.request).check_one_time(account)
        except TaizhangError as error:
            self._record_failure()
            return self.render_to_response(self.get_context_data(form=form, fault=error.fault, faults=[]))
        address = safe_next(self.request, str(self.request.POST.get("next", "")))
        if account.totp_secret:
            return wait_for_code(self.request, account, address)
        enter(self.request, account, second_factor=False)
        return HttpResponseRedirect(address)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Record the failure."""
        self._record_failure()
        return super().form_invalid(form)

    def _record_failure(self) -> None:
        signing.do_record_failure(lockout.username(self.request, None), address=self.request.address)  # type: ignore[attr-defined]


@open_to_all
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the second factor, or a recovery code, after a right password."""
    waiting = pending(request)
    if waiting is None:
        return redirect("sign-in")
    account, address = waiting
    here: str = request.address  # type: ignore[attr-defined]
    until = signing.locked_until(account.username, here)
    if until:
        return lockout.page_until(request, until)
    fault = None
    if request.method == "POST":
        try:
            kind = signing.do_take_code(account, request.POST.get("code", ""), address=here)
        except TaizhangError as error:
            note_failure(request, account.username)
            fault = error.fault
        else:
            enter(request, account, second_factor=True)
            if kind == "recovery" and account.recovery_codes.count() < 3:  # type: ignore[attr-defined]
                return redirect("me")
            return HttpResponseRedirect(address)
    return page(request, "office/signing_in/code.html", {"fault": fault})


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if isinstance(request.user, Account):
        signing.do_sign_out(request.user, request.session.session_key or "", address=request.address)  # type: ignore[attr-defined]
    logout(request)
    return redirect("sign-in")
